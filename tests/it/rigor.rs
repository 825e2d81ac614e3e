//! Observed figures of the rigor profile, held against numbers counted by hand.

use cairn_service::amount::ONE;
use cairn_service::patch::Patch;
use cairn_service::program::NewItem;
use cairn_tests::{Course as Issuing, TestApp};
use serde_json::{Value, json};

use crate::course::Course;

const RIGOR: &str = "query($id: ID!) { node(id: $id) { ... on Program { rigor { workloadHours levels { framework value }
    observed { attemptCount passRate medianDaysToComplete } observedOfVersion { attemptCount passRate medianDaysToComplete } } } } }";

async fn id_of(app: &TestApp, slug: &str) -> Value {
    let list = "query($slug: String!) { programs(first: 5, filter: { issuers: [{ slug: $slug }] }) { nodes { id } } }";
    app.anonymous().data(list, json!({ "slug": slug })).await["programs"]["nodes"][0]["id"].clone()
}

async fn rigor(app: &TestApp, id: &Value) -> Value {
    app.anonymous().data(RIGOR, json!({ "id": id })).await["node"]["rigor"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_observed_updates_and_small_groups_are_withheld() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(12).await;
    let id = id_of(&app, "ou").await;
    let result = |n: usize, score: f64| {
        json!({ "enrollment": { "externalId": format!("e{n}") }, "assessment": { "externalId": "quiz" }, "attemptNumber": 1, "score": score,
            "submittedAt": "2026-03-01T10:00:00Z", "gradedAt": "2026-03-02T10:00:00Z" })
    };
    course.results(json!((0..9).map(|n| result(n, 8.0)).collect::<Vec<_>>())).await;
    assert_eq!(rigor(&app, &id).await["observed"], Value::Null, "nine are too few");
    course.results(json!((9..12).map(|n| result(n, 2.0)).collect::<Vec<_>>())).await;
    let seen = rigor(&app, &id).await;
    assert_eq!(
        seen["observed"],
        json!({ "attemptCount": 12, "passRate": 0.75, "medianDaysToComplete": null })
    );
    assert_eq!(seen["observedOfVersion"], seen["observed"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_without_assessments_tells_how_long_it_takes_and_how_much_it_asks() {
    let app = TestApp::start().await;
    let course = Issuing::publish(&app, "alpha").await;
    course
        .revise(|new| {
            let Patch::Set(components) = &mut new.components else { panic!("it has components") };
            for component in components {
                if let NewItem::Module(module) = &mut component.item {
                    module.workload_hours = Some(30 * ONE);
                }
            }
        })
        .await;
    course.enroll(11, None).await;
    let started = (0..11).map(|n| {
        json!({ "eventId": format!("s{n}"), "type": "STARTED", "enrollment": { "externalId": course.enrollment(n) },
            "occurredAt": format!("2026-02-{:02}T09:30:00Z", 18 + n) })
    });
    let record = cairn_tests::contract("provider/record_events.graphql");
    course.provider.mutate(&record, json!({ "events": started.collect::<Vec<_>>() })).await;
    course.complete(0..11).await; // on the first of March: after 11, 10, … 1 days
    let id = id_of(&app, "alpha").await;
    let seen = rigor(&app, &id).await;
    assert_eq!(seen["workloadHours"], 30.0, "the sum of its parts, since it does not say");
    let observed = json!({ "attemptCount": 0, "passRate": null, "medianDaysToComplete": 6.0 });
    assert_eq!((&seen["observed"], &seen["observedOfVersion"]), (&observed, &observed));
    course.revise(|new| new.workload_hours = Patch::Set(50 * ONE)).await;
    let seen = rigor(&app, &id).await;
    assert_eq!(seen["workloadHours"], 50.0);
    assert_eq!(
        (&seen["observed"], &seen["observedOfVersion"]),
        (&observed, &Value::Null),
        "a version of its own"
    );
    app.stop().await;
}
