//! What happens to enrollments on their way: another track, cohort or version, what is needed before, and time.

use cairn_service::actor::Role;
use cairn_service::patch::Patch;
use cairn_service::program::{NewComponent, NewItem, NewModule, NewPrerequisites};
use cairn_service::reference::Reference;
use cairn_service::rows::enums::ComponentOrder;
use cairn_tests::{Client, TestApp, contract};
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

use crate::school::{Run, School};

const STANDING: &str = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { id status track cohort { name } programVersion { number }
    progress { requiredDone requiredTotal components { state lockedReason } }
    changes(first: 50) { totalCount nodes { kind fromStatus toStatus fromValue toValue reason actor { kind } } } } }";

fn mutation(field: &str, selection: &str) -> String {
    let kind = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
    format!(
        "mutation($input: {kind}!) {{ {field}(input: $input) {{ {selection} userErrors {{ field message code }} }} }}"
    )
}

async fn standing(client: &Client, external_id: &str) -> Value {
    client.data(STANDING, json!({ "ref": { "externalId": external_id } })).await["enrollment"].clone()
}

async fn refused(client: &Client, field: &str, input: Value) -> Vec<(String, String)> {
    client.send(&mutation(field, "__typename"), json!({ "input": input })).await.user_errors()
}

fn one(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

async fn enroll(school: &School<'_>, rows: Vec<Value>) {
    let upsert = contract("provider/upsert_enrollments.graphql");
    let made = school.provider.mutate(&upsert, json!({ "rows": rows })).await;
    assert_eq!(made["summary"]["failed"], 0, "{made}");
}

fn row(learner: &str, cohort: Option<&str>) -> Value {
    json!({ "externalId": learner, "learner": { "externalId": learner }, "program": { "externalId": "course" },
        "cohort": cohort.map(|cohort| json!({ "externalId": cohort })), "track": "audit" })
}

async fn waits_for(client: &Client, external_id: &str, status: &str) {
    for _ in 0..300 {
        if standing(client, external_id).await["status"] == status {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{external_id} is not {status}: {}", standing(client, external_id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_track_is_changed_and_the_history_keeps_it() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    school.program("course").await;
    school.learners(&["ada", "bob"]).await;
    enroll(&school, vec![row("ada", None)]).await;
    let ada = school.learner("ada").await;
    let named =
        |track: &str| json!({ "enrollment": { "externalId": "ada" }, "track": track, "reason": "paid" });
    assert_eq!(refused(&ada, "changeTrack", named("gold")).await, one("track", "INVALID"));
    assert_eq!(refused(&ada, "changeTrack", named("audit")).await, one("track", "ALREADY_DONE"));
    let bob = school.learner("bob").await;
    assert_eq!(refused(&bob, "changeTrack", named("verified")).await, one("enrollment", "NOT_FOUND"));
    let changed = ada.mutate(&mutation("changeTrack", "enrollment { track }"), named("verified")).await;
    assert_eq!(changed["enrollment"]["track"], "verified");
    let history = standing(&school.provider, "ada").await["changes"].clone();
    assert_eq!(history["totalCount"], 2);
    assert_eq!(
        history["nodes"][1],
        json!({ "kind": "TRACK", "fromStatus": "ACTIVE", "toStatus": "ACTIVE", "fromValue": "audit",
            "toValue": "verified", "reason": "paid", "actor": { "kind": "PERSON" } })
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_needed_before_is_named_or_overridden_with_a_reason() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    school.program("basics").await;
    let basics = Reference::ExternalId("basics".to_owned());
    let asked = NewPrerequisites { description: None, programs: vec![basics] };
    school.program_with("course", |new| new.prerequisites = Patch::Set(asked)).await;
    school.learners(&["ada"]).await;
    let input = |reason: Option<&str>| {
        json!({ "program": { "externalId": "course" }, "learner": { "externalId": "ada" },
            "prerequisiteOverride": reason.map(|reason| json!({ "reason": reason })) })
    };
    let answer =
        school.provider.send(&mutation("enroll", "__typename"), json!({ "input": input(None) })).await;
    let error = &answer.payload()["userErrors"][0];
    assert_eq!(error["code"], "PREREQUISITE_MISSING");
    assert!(error["message"].as_str().unwrap().contains("Title of basics"), "{error}");
    let empty = refused(&school.provider, "enroll", input(Some(" "))).await;
    assert_eq!(empty, one("prerequisiteOverride.reason", "REQUIRED"));
    let ada = school.learner("ada").await;
    let own =
        json!({ "program": { "externalId": "course" }, "prerequisiteOverride": { "reason": "please" } });
    assert_eq!(refused(&ada, "enroll", own).await, one("prerequisiteOverride", "INVALID"));
    let made = school
        .provider
        .mutate(
            &mutation("enroll", "enrollment { changes(first: 9) { nodes { kind reason } } }"),
            input(Some("ten years in the field")),
        )
        .await;
    let nodes = &made["enrollment"]["changes"]["nodes"];
    assert_eq!(nodes[1], json!({ "kind": "PREREQUISITES", "reason": "ten years in the field" }));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn enrollments_move_between_cohorts_and_versions_and_each_row_tells_what_goes_along() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    school.program("course").await;
    school.learners(&["ada", "bob", "cyd"]).await;
    school.cohort("course", "spring", Run { capacity: Some(2), ..Run::default() }).await;
    school.cohort("course", "autumn", Run { capacity: Some(1), ..Run::default() }).await;
    enroll(&school, vec![row("ada", Some("spring")), row("bob", Some("spring")), row("cyd", Some("autumn"))])
        .await;
    let event = |id: &str, component: &str| {
        json!({ "eventId": id, "type": "COMPLETED", "component": component,
            "enrollment": { "externalId": "ada" }, "occurredAt": "2026-03-01T09:30:00Z" })
    };
    let record = contract("provider/record_events.graphql");
    school.provider.mutate(&record, json!({ "events": [event("1", "one")] })).await;

    // The second version keeps `two` and has `three` in the place of `one`.
    let module = |name: &str| NewComponent {
        required: true,
        group_code: None,
        item: NewItem::Module(NewModule {
            external_id: name.to_owned(),
            title: name.to_owned(),
            workload_hours: None,
            outcomes: Vec::new(),
        }),
    };
    school
        .program_with("course", |new| {
            new.components = Patch::Set(vec![module("one"), module("three")]);
            new.component_order = Patch::Set(ComponentOrder::Sequential);
        })
        .await;
    school
        .program_with("course", |new| new.components = Patch::Set(vec![module("two"), module("three")]))
        .await;

    let selection = "results { index outcome carriedOver { kind externalId } leftBehind { kind externalId } userErrors { field code } } summary { updated failed unchanged }";
    let to = |learner: &str, change: Value| {
        let mut row = json!({ "enrollment": { "externalId": learner }, "reason": "moved abroad" });
        row.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        row
    };
    let rows = vec![
        to("ada", json!({ "version": 2 })),
        to("bob", json!({ "cohort": { "externalId": "autumn" } })),
        to("cyd", json!({ "version": 9 })),
        to("ada", json!({ "version": 3 })),
        to("nobody", json!({ "version": 2 })),
    ];
    let moved =
        school.provider.mutate(&mutation("transferEnrollments", selection), json!({ "rows": rows })).await;
    assert_eq!(moved["summary"], json!({ "updated": 1, "failed": 4, "unchanged": 0 }), "{moved}");
    assert_eq!(moved["results"][0]["carriedOver"], json!([{ "kind": "MODULE", "externalId": "one" }]));
    let codes: Vec<_> =
        (1..5).map(|n| cairn_tests::user_error(&moved["results"][n]["userErrors"][0])).collect();
    let expected = [
        ("rows.1.cohort", "LIMIT_REACHED"),
        ("rows.2.version", "NOT_FOUND"),
        ("rows.3.enrollment", "CONFLICT"),
        ("rows.4.enrollment", "NOT_FOUND"),
    ];
    assert_eq!(codes, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    let ada = standing(&school.provider, "ada").await;
    assert_eq!(
        (&ada["programVersion"]["number"], &ada["progress"]["requiredDone"]),
        (&json!(2), &json!(1)),
        "{ada}"
    );

    // `three` is locked until `one` is done: what is told of it is kept and counts then.
    let rows = vec![
        to("ada", json!({ "version": 3, "cohort": null })),
        to("bob", json!({ "cohort": { "externalId": "spring" } })),
    ];
    let moved =
        school.provider.mutate(&mutation("transferEnrollments", selection), json!({ "rows": rows })).await;
    assert_eq!(
        moved["results"][0]["leftBehind"],
        json!([{ "kind": "MODULE", "externalId": "one" }]),
        "{moved}"
    );
    assert_eq!(moved["results"][1]["outcome"], "UNCHANGED");
    let ada = standing(&school.provider, "ada").await;
    assert_eq!((&ada["cohort"], &ada["progress"]["requiredDone"]), (&Value::Null, &json!(0)));
    let kinds: Vec<&str> = ada["changes"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["STATUS", "VERSION", "COHORT", "VERSION"]);
    assert_eq!(ada["changes"]["nodes"][1]["reason"], "moved abroad");
    school.provider.mutate(&record, json!({ "events": [event("2", "three")] })).await;
    let ada = standing(&school.provider, "ada").await;
    assert_eq!(ada["progress"]["components"][1]["lockedReason"], "opens once “two” is complete");
    assert_eq!((&ada["status"], &ada["progress"]["requiredDone"]), (&json!("ACTIVE"), &json!(0)));
    school.provider.mutate(&record, json!({ "events": [event("3", "two")] })).await;
    assert_eq!(standing(&school.provider, "ada").await["status"], "COMPLETED");
    let late = vec![to("ada", json!({ "version": 2 }))];
    let payload =
        school.provider.mutate(&mutation("transferEnrollments", selection), json!({ "rows": late })).await;
    assert_eq!(cairn_tests::user_error(&payload["results"][0]["userErrors"][0]).1, "CONFLICT");
    let staff = app.person(&school.issuer, Role::Learner, "bob").await;
    let denied =
        staff.send(&mutation("transferEnrollments", "__typename"), json!({ "input": { "rows": [] } })).await;
    assert_eq!(denied.code(), "FORBIDDEN");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn time_begins_and_ends_enrollments() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    school.program("course").await;
    school.learners(&["ada", "bob"]).await;
    let start = app.service.now().date_naive() + Days::new(5);
    school.cohort("course", "spring", Run { starts_on: Some(start), ..Run::default() }).await;
    let mut bob = row("bob", None);
    bob["endsAt"] = json!((app.service.now() + TimeDelta::days(3)).to_rfc3339());
    enroll(&school, vec![row("ada", Some("spring")), bob]).await;
    assert_eq!(standing(&school.provider, "ada").await["status"], "PENDING");
    app.clock.advance(TimeDelta::days(4));
    waits_for(&school.provider, "bob", "EXPIRED").await;
    assert_eq!(standing(&school.provider, "ada").await["status"], "PENDING", "its cohort begins later");
    app.clock.advance(TimeDelta::days(3));
    waits_for(&school.provider, "ada", "ACTIVE").await;
    let history = standing(&school.provider, "ada").await["changes"]["nodes"][1].clone();
    assert_eq!((&history["reason"], &history["actor"]["kind"]), (&json!("start_reached"), &Value::Null));

    // What bob did in time counts, however late it is told.
    let done = |id: &str, component: &str| {
        json!({ "eventId": id, "type": "COMPLETED", "component": component, "enrollment": { "externalId": "bob" },
            "occurredAt": (app.service.now() - TimeDelta::days(6)).to_rfc3339() })
    };
    let record = contract("provider/record_events.graphql");
    school.provider.mutate(&record, json!({ "events": [done("1", "one"), done("2", "two")] })).await;
    assert_eq!(standing(&school.provider, "bob").await["status"], "COMPLETED");
    app.stop().await;
}
