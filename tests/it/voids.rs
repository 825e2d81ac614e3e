//! Events that void or correct others: whatever the order, only what still counts is progress, and nothing goes back in silence.

use cairn_service::patch::Patch;
use cairn_service::rows::enums::RegradePolicy;
use cairn_tests::{Course as Issuing, TestApp, user_error};
use serde_json::{Value, json};

use crate::course::{Course, event, scored};

/// A void of an event about `e0`.
fn void(id: &str, of: &str, day: u32) -> Value {
    json!({ "eventId": id, "type": "VOIDED", "enrollment": { "externalId": "e0" }, "corrects": of,
        "occurredAt": format!("2026-03-{day:02}T10:00:00Z") })
}

/// The same event, in the place of another.
fn instead(of: &str, mut event: Value) -> Value {
    event["corrects"] = json!(of);
    event
}

fn outcomes(payload: &Value) -> Vec<&str> {
    let receipts = payload["receipts"].as_array().unwrap().iter();
    receipts.map(|receipt| receipt["outcome"].as_str().unwrap()).collect()
}

fn refusal(payload: &Value) -> (String, String) {
    assert_eq!(outcomes(payload), ["REJECTED"], "{payload}");
    user_error(&payload["receipts"][0]["userErrors"][0])
}

/// Where `e0` stands, without what differs from server to server or was taken out.
async fn standing(course: &Course) -> Value {
    let mut standing = course.standing("e0").await;
    let attempts = standing["attempts"]["nodes"].as_array().unwrap().iter();
    let mut scores: Vec<String> = attempts
        .filter(|attempt| attempt["status"] != "VOIDED")
        .map(|attempt| format!("{} {} {}", attempt["score"], attempt["passed"], attempt["submittedAt"]))
        .collect();
    scores.sort();
    standing["attempts"] = json!(scores);
    for key in ["id", "whyNotYet"] {
        standing.as_object_mut().unwrap().remove(key);
    }
    standing
}

#[tokio::test(flavor = "multi_thread")]
async fn voids_and_corrections_in_any_order_come_to_the_same() {
    let events = [
        event("started", "STARTED", "m1", 2, Value::Null),
        event("slip", "PROGRESSED", "m1", 3, json!(90.0)),
        instead("slip", event("mended", "PROGRESSED", "m1", 3, json!(40.0))),
        event("done", "COMPLETED", "m2", 5, Value::Null),
        void("not-done", "done", 6),
        event("begun", "STARTED", "m2", 4, Value::Null),
        void("not-started", "started", 6),
        scored("first", 3.0, 8),
        scored("second", 9.0, 9),
        scored("third", 4.0, 10),
        void("no-third", "third", 11),
        instead("first", scored("first-again", 5.0, 8)),
    ];
    let mut seen = Vec::new();
    for turn in 0..4 {
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
            2 => {
                for event in events.iter().chain(&events) {
                    course.events(json!([event])).await;
                }
            }
            _ => {
                events.rotate_left(5);
                events.reverse();
                for event in events {
                    course.events(json!([event])).await;
                }
            }
        }
        seen.push(standing(&course).await);
        app.stop().await;
    }
    for other in &seen[1..] {
        assert_eq!(&seen[0], other);
    }
    assert_eq!(seen[0]["startedAt"], "2026-03-03T10:00:00Z");
    assert_eq!(seen[0]["progress"]["percent"], 20.0); // 40 and 0 of two required modules
    assert_eq!(seen[0]["progress"]["components"][1]["state"], "IN_PROGRESS");
    assert_eq!(
        seen[0]["attempts"],
        json!(["5.0 true \"2026-03-08T10:00:00Z\"", "9.0 true \"2026-03-09T10:00:00Z\""])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_kept_with_what_it_did_and_what_undid_it() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(1).await;
    let sent = course
        .events(json!([
            void("early", "late", 1),
            event("late", "COMPLETED", "m1", 2, Value::Null),
            event("slip", "PROGRESSED", "m2", 3, json!(90.0)),
            void("undo", "slip", 4),
            void("undo-again", "slip", 4),
        ]))
        .await;
    assert_eq!(outcomes(&sent), ["APPLIED", "STALE", "APPLIED", "APPLIED", "STALE"]);
    assert_eq!(course.standing("e0").await["progress"]["percent"], 0.0);
    let read = "query($after: String) { enrollment(ref: { externalId: \"e0\" }) { events(first: 3, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { id eventId type outcome corrects percent receivedAt component { id } assessment { id } annulledBy { eventId } } } } }";
    let page = course.provider.data(read, json!({})).await["enrollment"]["events"].clone();
    assert_eq!((&page["totalCount"], &page["pageInfo"]["hasNextPage"]), (&json!(5), &json!(true)));
    let after = json!({ "after": page["pageInfo"]["endCursor"] });
    let rest = course.provider.data(read, after).await["enrollment"]["events"].clone();
    assert_eq!(rest["pageInfo"]["hasNextPage"], false);
    let all = [&page, &rest].map(|page| page["nodes"].as_array().unwrap().clone()).concat();
    let of = |id: &str| all.iter().find(|event| event["eventId"] == id).unwrap();
    assert_eq!(of("slip")["outcome"], "APPLIED");
    assert_eq!(of("slip")["annulledBy"]["eventId"], "undo");
    assert_eq!(of("undo")["corrects"], "slip");
    assert_eq!(
        (&of("late")["outcome"], &of("late")["annulledBy"]["eventId"]),
        (&json!("STALE"), &json!("early"))
    );
    let node = "query($id: ID!) { node(id: $id) { ... on LearningEvent { eventId } } }";
    let id = json!({ "id": of("late")["id"] });
    assert_eq!(course.provider.data(node, id.clone()).await["node"]["eventId"], "late");
    let stranger = Course::publish(&app, "beta", None).await;
    assert_eq!(stranger.provider.data(node, id).await["node"], Value::Null);
    // What goes back is in the audit log.
    let log = "{ auditLog(first: 10, filter: { actions: [\"learning_event.annulled\"] }) { nodes { subject { type } detail } } }";
    let lines = course.provider.data(log, json!({})).await["auditLog"]["nodes"].clone();
    assert_eq!(lines.as_array().unwrap().len(), 1, "{lines}");
    assert_eq!(lines[0]["subject"]["type"], "Enrollment");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_voided_is_refused_by_field() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(2).await;
    course.events(json!([event("a", "STARTED", "m1", 1, Value::Null), void("v", "a", 2)])).await;
    let expect = |field: &str, code: &str| (format!("events.0.{field}"), code.to_owned());
    let send = async |event: Value| refusal(&course.events(json!([event])).await);
    assert_eq!(send(void("w", "v", 3)).await, expect("corrects", "CONFLICT"));
    assert_eq!(send(void("w", "w", 3)).await, expect("corrects", "INVALID"));
    let mut nothing = void("w", "a", 3);
    nothing["corrects"] = Value::Null;
    assert_eq!(send(nothing).await, expect("corrects", "REQUIRED"));
    let mut more = void("w", "a", 3);
    more["percent"] = json!(10.0);
    assert_eq!(send(more).await, expect("percent", "INVALID"));
    let mut elsewhere = void("w", "a", 3);
    elsewhere["enrollment"] = json!({ "externalId": "e1" });
    assert_eq!(send(elsewhere).await, expect("corrects", "CONFLICT"));
    // Another sender's event of the same id is another event.
    let other = course.staff(&app, cairn_service::actor::Role::Instructor, "teacher").await;
    let record = cairn_tests::contract("provider/record_events.graphql");
    course.events(json!([event("b", "COMPLETED", "m1", 1, Value::Null)])).await;
    let sent = other.mutate(&record, json!({ "events": [void("x", "b", 2)] })).await;
    assert_eq!(outcomes(&sent), ["APPLIED"]);
    assert_eq!(course.standing("e0").await["progress"]["components"][0]["state"], "COMPLETED");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_void_after_the_award_follows_the_programs_policy() {
    let app = TestApp::start().await;
    for (policy, status) in [
        (RegradePolicy::Keep, "ACTIVE"),
        (RegradePolicy::Suspend, "SUSPENDED"),
        (RegradePolicy::Revoke, "REVOKED"),
    ] {
        let slug = format!("{policy:?}").to_lowercase();
        let course = Issuing::publish(&app, &slug).await;
        course
            .revise(|new| {
                new.may_suspend = Patch::Set(true);
                new.on_regrade = Patch::Set(policy);
            })
            .await;
        course.enroll(1, None).await;
        course.complete([0]).await;
        course.issue_to_everyone().await;
        let void = json!({ "eventId": "mistaken", "type": "VOIDED", "enrollment": { "externalId": course.enrollment(0) },
            "corrects": format!("{}-done", course.enrollment(0)), "occurredAt": "2026-03-02T09:30:00Z" });
        let record = cairn_tests::contract("provider/record_events.graphql");
        let sent = course.provider.mutate(&record, json!({ "events": [void] })).await;
        assert_eq!(outcomes(&sent), ["APPLIED"]);
        let credentials = course.credentials().await;
        assert_eq!(credentials[0]["status"], status, "{policy:?}");
        let read = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { status progress { percent } } }";
        let named = json!({ "ref": { "externalId": course.enrollment(0) } });
        let standing = course.provider.data(read, named).await["enrollment"].clone();
        assert_eq!(standing, json!({ "status": "COMPLETED", "progress": { "percent": 0.0 } }));
        let log = "{ auditLog(first: 20) { nodes { action } } }";
        let lines = course.provider.data(log, json!({})).await["auditLog"]["nodes"].clone();
        let actions: Vec<&str> =
            lines.as_array().unwrap().iter().map(|line| line["action"].as_str().unwrap()).collect();
        for action in ["learning_event.annulled", "enrollment.kept_completed", "credential.regraded"] {
            assert!(actions.contains(&action), "{action}: {actions:?}");
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn enrollments_that_look_stuck_are_listed_with_the_reasons() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(4).await;
    let of = |n: usize, mut event: Value| {
        event["enrollment"] = json!({ "externalId": format!("e{n}") });
        event["eventId"] = json!(format!("{n}-{}", event["eventId"].as_str().unwrap()));
        event["occurredAt"] = json!(app.service.now().to_rfc3339());
        event
    };
    course
        .events(json!([
            of(0, event("a", "COMPLETED", "m1", 1, Value::Null)),
            of(0, event("b", "COMPLETED", "m2", 1, Value::Null)),
            of(1, event("c", "PROGRESSED", "m1", 1, json!(100.0))),
            of(2, event("d", "STARTED", "m1", 1, Value::Null)),
        ]))
        .await;
    let list = "query($filter: StuckFilter, $first: Int, $after: String) { stuckEnrollments(filter: $filter, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } nodes { enrollment { externalId } reasons } } }";
    let stuck = async |variables: Value| {
        let page = course.provider.data(list, variables).await["stuckEnrollments"].clone();
        let nodes = page["nodes"].as_array().unwrap().iter();
        let named: Vec<(String, Value)> = nodes
            .map(|node| {
                (node["enrollment"]["externalId"].as_str().unwrap().to_owned(), node["reasons"].clone())
            })
            .collect();
        (named, page)
    };
    let sorted = |mut named: Vec<(String, Value)>| {
        named.sort_by(|a, b| a.0.cmp(&b.0));
        named
    };
    let (now, _) = stuck(json!({})).await;
    let expected =
        [("e0".to_owned(), json!(["ALL_DONE"])), ("e1".to_owned(), json!(["LAST_MESSAGE_MISSING"]))];
    assert_eq!(sorted(now), expected);
    app.clock.advance(chrono::TimeDelta::days(15));
    let (later, page) = stuck(json!({ "filter": { "programs": [{ "externalId": "course" }] } })).await;
    assert_eq!(page["totalCount"], 4);
    assert_eq!(sorted(later)[0].1, json!(["ALL_DONE", "SILENT"]));
    let (first, page) = stuck(json!({ "first": 3, "filter": { "reasons": ["SILENT"] } })).await;
    let after = page["pageInfo"]["endCursor"].clone();
    let (rest, _) = stuck(json!({ "first": 3, "after": after, "filter": { "reasons": ["SILENT"] } })).await;
    assert_eq!((first.len(), rest.len()), (3, 1));
    let (patient, _) = stuck(json!({ "filter": { "reasons": ["SILENT"], "silentDays": 30 } })).await;
    assert!(patient.is_empty());
    let refused = course.provider.send(list, json!({ "filter": { "silentDays": 0 } })).await;
    assert_eq!(refused.code(), "BAD_REQUEST");
    let learner = app.person(&course.issuer, cairn_service::actor::Role::Learner, "l0").await;
    assert_eq!(learner.send(list, json!({})).await.code(), "FORBIDDEN");
    let other = Course::publish(&app, "beta", None).await;
    assert_eq!(other.provider.data(list, json!({})).await["stuckEnrollments"]["totalCount"], 0);
    app.stop().await;
}
