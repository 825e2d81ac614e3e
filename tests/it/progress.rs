//! Learning events: each counts once, in whatever order they come.

use cairn_service::actor::{Role, Scope};
use cairn_tests::{TestApp, contract, user_error};
use serde_json::{Value, json};

use crate::course::{Course, event, scored};

fn outcomes(payload: &Value) -> Vec<&str> {
    payload["receipts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|receipt| receipt["outcome"].as_str().unwrap())
        .collect()
}

/// `(dotted field, code)` of each refusal.
fn refusals(payload: &Value, list: &str) -> Vec<(String, String)> {
    let rows = payload[list].as_array().unwrap();
    rows.iter().flat_map(|row| row["userErrors"].as_array().unwrap()).map(user_error).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_in_any_order_come_to_the_same() {
    let events = [
        event("e1", "STARTED", "m1", 2, Value::Null),
        event("e2", "PROGRESSED", "m1", 3, json!(40.0)),
        event("e3", "PROGRESSED", "m1", 4, json!(25.5)),
        event("e4", "COMPLETED", "m2", 5, Value::Null),
        event("e5", "COMPLETED", "m2", 7, Value::Null),
        event("e6", "PROGRESSED", "m3", 6, json!(10.0)),
        scored("e7", 3.0, 8),
        scored("e8", 9.0, 9),
        scored("e9", 4.0, 10),
    ];
    let mut seen = Vec::new();
    // Forward and backward in one call each, and one by one from the middle.
    for turn in 0..3 {
        let app = TestApp::start().await;
        let course = Course::publish(&app, "ou", None).await;
        course.enroll(1).await;
        let mut events = events.to_vec();
        match turn {
            0 => drop(course.events(json!(events)).await),
            1 => {
                events.reverse();
                course.events(json!(events)).await;
            }
            _ => {
                events.rotate_left(7);
                for event in events {
                    course.events(json!([event])).await;
                }
            }
        }
        let mut standing = course.standing("e0").await;
        let mut scores: Vec<String> = standing["attempts"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|attempt| format!("{} {} {}", attempt["score"], attempt["passed"], attempt["submittedAt"]))
            .collect();
        scores.sort();
        standing["attempts"] = json!(scores);
        // Ids differ from server to server.
        for key in ["id", "whyNotYet"] {
            standing.as_object_mut().unwrap().remove(key);
        }
        seen.push(standing);
        app.stop().await;
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    let standing = &seen[0];
    assert_eq!(standing["startedAt"], "2026-03-02T10:00:00Z");
    assert_eq!(standing["progress"]["percent"], 70.0); // 40 and 100 of two required modules
    assert_eq!(standing["progress"]["components"][0]["percent"], 40.0);
    assert_eq!(standing["progress"]["components"][1]["completedAt"], "2026-03-05T10:00:00Z");
    assert_eq!(
        (&standing["progress"]["requiredDone"], &standing["progress"]["requiredTotal"]),
        (&json!(1), &json!(2))
    );
    // Two tries at the quiz: the first, and the last, which the later event corrected.
    assert_eq!(
        standing["attempts"],
        json!(["3.0 false \"2026-03-08T10:00:00Z\"", "4.0 false \"2026-03-10T10:00:00Z\""])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_gets_a_receipt() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(1).await;
    let first = event("a", "PROGRESSED", "m1", 3, json!(40.0));
    let other = event("a", "PROGRESSED", "m1", 3, json!(50.0));
    let older = event("b", "PROGRESSED", "m1", 4, json!(10.0));
    let payload = course.events(json!([first, first, other, older])).await;
    assert_eq!(outcomes(&payload), ["APPLIED", "DUPLICATE", "REJECTED", "STALE"]);
    assert_eq!(
        payload["summary"],
        json!({ "total": 4, "applied": 1, "duplicate": 1, "stale": 1, "rejected": 1 })
    );
    assert_eq!(refusals(&payload, "receipts"), [("events.2.eventId".to_owned(), "CONFLICT".to_owned())]);
    let again = course.events(json!([other, older, first])).await;
    assert_eq!(outcomes(&again), ["REJECTED", "DUPLICATE", "DUPLICATE"]);
    assert_eq!(course.standing("e0").await["progress"]["components"][0]["percent"], 40.0);
    // What was refused is not kept: mended, it counts.
    let wrong = event("c", "COMPLETED", "nowhere", 5, Value::Null);
    assert_eq!(outcomes(&course.events(json!([wrong])).await), ["REJECTED"]);
    let mended = event("c", "COMPLETED", "m1", 5, Value::Null);
    assert_eq!(outcomes(&course.events(json!([mended])).await), ["APPLIED"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_by_field_and_stops_nothing_else() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(1).await;
    let mut future = event("i", "STARTED", "m1", 1, Value::Null);
    future["occurredAt"] = json!("2999-01-01T00:00:00Z");
    let mut nobody = event("j", "STARTED", "m1", 1, Value::Null);
    nobody["enrollment"] = json!({ "externalId": "nobody" });
    let mut no_assessment = scored("k", 1.0, 1);
    no_assessment["assessment"] = Value::Null;
    no_assessment["score"] = Value::Null;
    let mut unknown = scored("l", 1.0, 1);
    unknown["assessment"] = json!({ "externalId": "unknown" });
    let payload = course
        .events(json!([
            event(" ", "STARTED", "m1", 1, Value::Null),
            event("f", "PROGRESSED", "m1", 1, Value::Null),
            event("g", "PROGRESSED", "m1", 1, json!(100.5)),
            event("h", "STARTED", "m9", 1, Value::Null),
            future,
            nobody,
            no_assessment,
            unknown,
            scored("m", 10.5, 1),
            event("good", "COMPLETED", "m1", 1, Value::Null),
        ]))
        .await;
    assert_eq!(payload["receipts"][9]["outcome"], "APPLIED");
    let mut refused = refusals(&payload, "receipts");
    refused.dedup();
    let expected = [
        ("events.0.eventId", "REQUIRED"),
        ("events.0.eventId", "INVALID"),
        ("events.1.percent", "REQUIRED"),
        ("events.2.percent", "INVALID"),
        ("events.3.component", "NOT_FOUND"),
        ("events.4.occurredAt", "INVALID"),
        ("events.5.enrollment", "NOT_FOUND"),
        ("events.6.assessment", "REQUIRED"),
        ("events.6.score", "REQUIRED"),
        ("events.7.assessment", "NOT_FOUND"),
        ("events.8.score", "INVALID"),
    ];
    assert_eq!(refused, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    let most = vec![event("x", "STARTED", "m1", 1, Value::Null); 1_001];
    let answer = course
        .provider
        .send(&contract("provider/record_events.graphql"), json!({ "input": { "events": most } }))
        .await;
    assert_eq!(answer.user_errors(), [("events".to_owned(), "LIMIT_REACHED".to_owned())]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_events_take_as_many_statements_as_one() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(200).await;
    let about = |n: usize, component: &str| {
        json!({ "eventId": format!("{component}-{n}"), "type": "COMPLETED", "enrollment": { "externalId": format!("e{n}") },
            "component": component, "occurredAt": "2026-03-01T10:00:00Z" })
    };
    let record = contract("provider/record_events.graphql");
    let send = |events: Vec<Value>| course.provider.send(&record, json!({ "input": { "events": events } }));
    let score = |n: usize| {
        json!({ "eventId": format!("quiz-{n}"), "type": "SCORED", "enrollment": { "externalId": format!("e{n}") },
            "assessment": { "externalId": "quiz" }, "score": 7.0, "occurredAt": "2026-03-02T10:00:00Z" })
    };
    let one = send(vec![about(0, "m1"), about(0, "m2"), score(0)]).await;
    let thousand: Vec<Value> =
        (1..200).flat_map(|n| [about(n, "m1"), about(n, "m2"), about(n, "m3"), score(n)]).collect();
    let many = send(thousand).await;
    assert_eq!(many.payload()["summary"]["applied"], 796, "{many:?}");
    assert_eq!(one.statements, many.statements);
    assert!(one.statements.unwrap() <= 45, "{:?}", one.statements);
    assert_eq!(course.standing("e199").await["progress"]["percent"], 100.0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_may_write_progress_do_and_only_for_their_own() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(1).await;
    let other = Course::publish(&app, "beta", None).await;
    let record = contract("provider/record_events.graphql");
    let input = json!({ "input": { "events": [event("a", "STARTED", "m1", 1, Value::Null)] } });
    let reader = app.key(&course.issuer, &[Scope::EnrollmentsRead]).await;
    assert_eq!(reader.send(&record, input.clone()).await.code(), "FORBIDDEN");
    let learner = app.person(&course.issuer, Role::Learner, "l0").await;
    assert_eq!(learner.send(&record, input.clone()).await.code(), "FORBIDDEN");
    assert_eq!(app.anonymous().send(&record, input.clone()).await.code(), "UNAUTHENTICATED");

    let id = course.standing("e0").await["id"].clone();
    let mut foreign = event("a", "STARTED", "m1", 1, Value::Null);
    foreign["enrollment"] = json!({ "id": id });
    let refused = other.events(json!([foreign])).await;
    assert_eq!(refusals(&refused, "receipts"), [("events.0.enrollment".to_owned(), "NOT_FOUND".to_owned())]);

    // An instructor for the cohort, under a source of its own; another's instructor not.
    let instructor = course.staff(&app, Role::Instructor, "teacher").await;
    let told = instructor.mutate(&record, input["input"].clone()).await;
    assert_eq!(outcomes(&told), ["APPLIED"]);
    let stranger = app.person(&course.issuer, Role::Instructor, "stranger").await;
    let refused = stranger.mutate(&record, input["input"].clone()).await;
    assert_eq!(outcomes(&refused), ["DUPLICATE"], "one source for all who sign in");
    let mut new = event("b", "STARTED", "m2", 1, Value::Null);
    new["eventId"] = json!("b");
    let refused = stranger.mutate(&record, json!({ "events": [new] })).await;
    assert_eq!(refusals(&refused, "receipts"), [("events.0.enrollment".to_owned(), "NOT_FOUND".to_owned())]);
    app.stop().await;
}
