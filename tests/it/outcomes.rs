//! Figures of one program, held against numbers counted by hand.

use cairn_service::actor::Role;
use cairn_tests::{Client, TestApp, contract};
use serde_json::{Value, json};

use crate::course::Course;

/// Nine enrollments: two never began, one began, one is half through, one tried the quiz, four completed after 1, 2, 3 and 10 days.
async fn nine(app: &TestApp) -> Course {
    let rule = cairn_service::completion::rule::Rule::ComponentCompleted("m2".to_owned());
    let course = Course::publish(app, "ou", Some(rule)).await;
    course.enroll(9).await;
    let rows: Vec<Value> = (0..9)
        .map(|n| json!({ "externalId": format!("e{n}"), "learner": { "externalId": format!("l{n}") }, "program": { "externalId": "course" },
            "enrolledAt": if n == 7 { "2026-02-20T10:00:00Z" } else { "2026-02-01T10:00:00Z" } }))
        .collect();
    let upsert = contract("provider/upsert_enrollments.graphql");
    course.provider.mutate(&upsert, json!({ "rows": rows })).await;
    let about = |n: usize, id: &str, kind: &str, component: &str, day: u32, percent: Value| {
        json!({ "eventId": format!("{n}-{id}"), "type": kind, "component": component, "percent": percent,
            "enrollment": { "externalId": format!("e{n}") }, "occurredAt": format!("2026-03-{day:02}T10:00:00Z") })
    };
    let mut events = vec![
        about(1, "began", "STARTED", "m1", 1, Value::Null),
        about(2, "half", "COMPLETED", "m1", 1, Value::Null),
    ];
    for (n, days) in [(4, 1), (5, 2), (6, 3), (7, 10)] {
        events.push(about(n, "began", "STARTED", "m1", 1, Value::Null));
        events.push(about(n, "done", "COMPLETED", "m2", 1 + days, Value::Null));
    }
    course.events(json!(events)).await;
    let result = |n: usize, number: i32, score: f64| {
        json!({ "enrollment": { "externalId": format!("e{n}") }, "assessment": { "externalId": "quiz" }, "attemptNumber": number,
            "score": score, "submittedAt": "2026-03-01T10:00:00Z", "gradedAt": "2026-03-02T10:00:00Z" })
    };
    course
        .results(json!([
            result(3, 1, 3.0),
            result(4, 1, 5.0),
            result(5, 1, 4.0),
            result(5, 2, 8.0),
            result(6, 1, 10.0)
        ]))
        .await;
    course
}

async fn figures(client: &Client, filter: Value) -> Value {
    let variables = json!({ "program": { "externalId": "course" }, "filter": filter });
    client.data(&contract("dashboard/outcomes.graphql"), variables).await
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_a_program_equal_those_counted_by_hand() {
    let app = TestApp::start().await;
    let course = nine(&app).await;
    let dashboard = app.dashboard(&course.issuer).await;
    let all = figures(&dashboard, json!({})).await;
    let steps: Vec<Value> = all["programFunnel"]["steps"].as_array().unwrap().clone();
    let counted: Vec<(&str, i64)> =
        steps.iter().map(|step| (step["step"].as_str().unwrap(), step["count"].as_i64().unwrap())).collect();
    let expected = [
        ("ENROLLED", 9),
        ("STARTED", 7),
        ("HALFWAY", 6),
        ("ASSESSED", 5),
        ("COMPLETED", 4),
        ("CREDENTIALED", 0),
    ];
    assert_eq!(counted, expected);
    assert_eq!(steps[0]["shareOfPrevious"], Value::Null);
    assert_eq!(steps[4]["shareOfPrevious"], 0.8);
    let time = &all["timeToComplete"];
    assert_eq!(
        (&time["count"], &time["medianDays"], &time["p90Days"]),
        (&json!(4), &json!(2.5), &json!(10.0))
    );
    let bins: Vec<i64> =
        time["histogram"].as_array().unwrap().iter().map(|bin| bin["count"].as_i64().unwrap()).collect();
    assert_eq!(bins, [0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1]);
    let rows = all["assessmentStatistics"]["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    let quiz = &rows[0];
    assert_eq!(quiz["assessment"]["title"], "The quiz");
    assert_eq!((&quiz["attemptCount"], &quiz["learnerCount"]), (&json!(5), &json!(4)));
    assert_eq!((&quiz["meanScore"], &quiz["medianScore"]), (&json!(6.0), &json!(5.0)));
    assert_eq!((&quiz["passRate"], &quiz["firstTryPassRate"]), (&json!(0.6), &json!(0.5)));
    let bins: Vec<i64> =
        quiz["histogram"].as_array().unwrap().iter().map(|bin| bin["count"].as_i64().unwrap()).collect();
    assert_eq!(bins, [0, 0, 0, 1, 1, 1, 0, 0, 1, 1]);
    assert_eq!((&quiz["histogram"][9]["from"], &quiz["histogram"][9]["to"]), (&json!(9.0), &json!(10.0)));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_narrowed_withheld_and_refused() {
    let app = TestApp::start().await;
    let course = nine(&app).await;
    let dashboard = app.dashboard(&course.issuer).await;
    let late = json!({ "period": { "from": "2026-02-15", "to": "2026-02-28" } });
    let narrowed = figures(&dashboard, late).await;
    assert_eq!(narrowed["programFunnel"]["steps"][0]["count"], 1);
    assert_eq!(narrowed["timeToComplete"]["medianDays"], 10.0);
    assert_eq!(narrowed["assessmentStatistics"]["rows"], json!([]));
    let small = figures(&dashboard, json!({ "smallestGroup": 5 })).await;
    assert_eq!(small["programFunnel"]["steps"][0]["count"], 9);
    assert_eq!(
        (&small["timeToComplete"]["count"], &small["timeToComplete"]["medianDays"]),
        (&json!(0), &Value::Null)
    );
    assert_eq!(small["assessmentStatistics"]["rows"], json!([]));
    let happened = "query($program: ProgramRef!, $filter: AnalyticsFilter) { timeToComplete(program: $program, filter: $filter) { count }
        assessmentStatistics(program: $program, filter: $filter) { rows { attemptCount } } }";
    let march = json!({ "program": { "externalId": "course" },
        "filter": { "basis": "OCCURRED", "period": { "from": "2026-03-03", "to": "2026-03-04" } } });
    let march = dashboard.data(happened, march).await;
    assert_eq!(march["timeToComplete"]["count"], 2);
    assert_eq!(march["assessmentStatistics"]["rows"], json!([]));
    let document = contract("dashboard/outcomes.graphql");
    let occurred = json!({ "program": { "externalId": "course" }, "filter": { "basis": "OCCURRED" } });
    assert_eq!(dashboard.send(&document, occurred).await.code(), "BAD_REQUEST");
    let unknown = dashboard.data(&document, json!({ "program": { "externalId": "nothing" } })).await;
    assert_eq!(unknown["programFunnel"], Value::Null);
    let named = json!({ "program": { "externalId": "course" } });
    let learner = app.person(&course.issuer, Role::Learner, "l0").await;
    assert_eq!(learner.send(&document, named.clone()).await.code(), "FORBIDDEN");
    let beta = app.issuer("beta").await;
    let stranger = app.dashboard(&beta).await;
    assert_eq!(stranger.data(&document, named).await["programFunnel"], Value::Null);
    app.stop().await;
}
