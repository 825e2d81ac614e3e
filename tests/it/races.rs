//! Commands that meet: two callers who bring the same thing in the same moment each get an answer by the rules, never a fault of ours.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_service::Service;
use cairn_tests::{TestApp, contract};
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

use crate::course::{Course, event};
use crate::school::{Run, School};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_event_id_for_two_enrollments_at_once_counts_once() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(2).await;
    let record = contract("provider/record_events.graphql");
    for round in 0..8 {
        let about = |n: usize| {
            let mut event = event(&format!("event-{round}"), "STARTED", "m1", 1, Value::Null);
            event["enrollment"] = json!({ "externalId": format!("e{n}") });
            json!({ "input": { "events": [event] } })
        };
        let (first, second) =
            tokio::join!(course.provider.send(&record, about(0)), course.provider.send(&record, about(1)));
        let mut outcomes: Vec<Value> =
            [first, second].iter().map(|answer| answer.payload()["receipts"][0]["outcome"].clone()).collect();
        outcomes.sort_by_key(Value::to_string);
        let kept = if round == 0 { "APPLIED" } else { "STALE" };
        let mut either = vec![json!("REJECTED")];
        either.extend(outcomes.iter().filter(|outcome| **outcome != "REJECTED").cloned());
        assert_eq!(either.len(), 2, "round {round}, {kept}: {outcomes:?}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_issuers_that_want_one_slug_at_once_get_one_each() {
    let app = TestApp::start().await;
    let (alpha, beta) = (app.issuer("alpha").await, app.issuer("beta").await);
    let (alpha, beta) = (app.provider(&alpha).await, app.provider(&beta).await);
    let upsert = contract("provider/upsert_program.graphql");
    for round in 0..6 {
        let named = json!({ "input": { "externalId": format!("p{round}"), "title": "Data", "achievementType": "MicroCredential",
            "slug": format!("data-{round}") } });
        let (one, other) = tokio::join!(alpha.send(&upsert, named.clone()), beta.send(&upsert, named));
        let mut errors = [one.user_errors(), other.user_errors()];
        errors.sort();
        assert_eq!(errors, [vec![], vec![("slug".to_owned(), "TAKEN".to_owned())]], "round {round}");
    }
    let operator = app.operator().await;
    let create = "mutation($input: CreateIssuerInput!) { createIssuer(input: $input) { issuer { id } userErrors { field code } } }";
    let issuer = json!({ "input": { "slug": "gamma", "name": "Gamma", "kind": "COLLEGE" } });
    let (one, other) = tokio::join!(operator.send(create, issuer.clone()), operator.send(create, issuer));
    let mut errors = [one.user_errors(), other.user_errors()];
    errors.sort();
    assert_eq!(errors, [vec![], vec![("slug".to_owned(), "TAKEN".to_owned())]]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_cursor_is_refused_whatever_its_key() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(2).await;
    let nil = "00000000-0000-0000-0000-000000000000";
    let lists = [
        (
            "query($after: String) { enrollments(first: 1, after: $after, orderBy: { field: LEARNER_NAME }) { nodes { id } } }",
            "enrollments:name",
        ),
        (
            "query($after: String) { enrollments(first: 1, after: $after, orderBy: { field: PERCENT }) { nodes { id } } }",
            "enrollments:percent",
        ),
        (
            "query($after: String) { enrollments(first: 1, after: $after, orderBy: { field: UPDATED_AT }) { nodes { id } } }",
            "enrollments:updatedAt",
        ),
        (
            "query($after: String) { programs(first: 1, after: $after, orderBy: { field: TITLE }) { nodes { id } } }",
            "title",
        ),
        (
            "query($after: String) { stuckEnrollments(first: 1, after: $after) { nodes { reasons } } }",
            "enrollments:stuck",
        ),
        ("query($after: String) { auditLog(first: 1, after: $after) { nodes { id } } }", "audit"),
    ];
    for (list, tag) in lists {
        let keys = [
            json!({ "text": "x\u{0}" }),
            json!({ "text": "x" }),
            json!({ "number": 1 }),
            json!({ "time": 1 }),
            json!("none"),
        ];
        let mut taken = 0;
        for key in keys {
            let forged = URL_SAFE_NO_PAD.encode(json!([tag, key, nil]).to_string());
            let answer = course.provider.send(list, json!({ "after": forged })).await;
            if answer.body.get("errors").is_none() {
                taken += 1;
                continue;
            }
            assert_eq!(answer.code(), "BAD_REQUEST", "{tag} {key}: {answer:?}");
        }
        assert_eq!(taken, 1, "{tag}: one kind of key fits");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn time_that_many_nodes_keep_at_once_changes_each_enrollment_once() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    school.program("course").await;
    let learners: Vec<String> = (0..30).map(|n| format!("l{n}")).collect();
    school.learners(&learners.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let starts_on = Some(app.service.now().date_naive() + Days::new(3));
    school.cohort("course", "spring", Run { starts_on, ..Run::default() }).await;
    let ends_at = (app.service.now() + TimeDelta::days(9)).to_rfc3339();
    let row = |learner: &String| {
        json!({ "externalId": learner, "learner": { "externalId": learner }, "program": { "externalId": "course" },
            "cohort": { "externalId": "spring" }, "endsAt": ends_at })
    };
    let rows: Vec<Value> = learners.iter().map(row).collect();
    school.provider.mutate(&contract("provider/upsert_enrollments.graphql"), json!({ "rows": rows })).await;
    let moved = async |days: i64, status: &str, changes: usize| {
        app.clock.advance(TimeDelta::days(days));
        let nodes = (0..6).map(|_| tokio::spawn(keep(app.service.clone())));
        for node in nodes.collect::<Vec<_>>() {
            node.await.unwrap();
        }
        let query = "{ enrollments(first: 50) { nodes { status changes(first: 9) { totalCount } } } }";
        let all = school.provider.data(query, json!({})).await["enrollments"]["nodes"].clone();
        assert_eq!(all.as_array().unwrap().len(), 30);
        let expected = json!({ "status": status, "changes": { "totalCount": changes } });
        assert!(all.as_array().unwrap().iter().all(|one| *one == expected), "{all:#}");
    };
    moved(4, "ACTIVE", 2).await;
    moved(6, "EXPIRED", 3).await;
    app.stop().await;
}

/// What the worker of one node does, until nothing is left: another's batch is left to it.
async fn keep(service: Arc<Service>) {
    for _ in 0..20 {
        cairn_service::enrollment::keep_time(&service).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
