//! Flags on the integrity of work: nothing is awarded that rests on what is in doubt, everything goes on by itself when the doubt is gone, and what was
//! written down is for staff alone.

use cairn_service::actor::Role;
use cairn_tests::{Client, contract, ended, tables_with};
use serde_json::{Value, json};

use super::{GRADE, SUBMIT, School, at, attempt_of, of, refused};

const RAISE: &str = "mutation($input: RaiseIntegrityFlagInput!) { raiseIntegrityFlag(input: $input) { integrityFlag { id status category
    note enrollment { externalId } attempt { id } raisedBy { id name } } userErrors { field message code } } }";
const RESOLVE: &str = "mutation($input: ResolveIntegrityFlagInput!) { resolveIntegrityFlag(input: $input) { integrityFlag { id status finding
    resolvedAt resolvedBy { name } } userErrors { field message code } } }";
const FLAGS: &str = "query($filter: IntegrityFlagFilter) { integrityFlags(first: 50, filter: $filter) { totalCount nodes { id status category note } } }";
const STANDS: &str = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { status completedAt heldSince credential { id status }
    whyNotYet { satisfied missing { requirement detail } } integrityFlags { status note }
    attempts(first: 9) { nodes { id status gradedAt disqualified integrityFlags { category } } } } }";
/// Words of a note: they stand nowhere else.
const WORDS: &str = "Qz8lookedinto";

/// A school whose course is complete with the exam, and whose certificate comes by itself.
async fn school(members: Value, learners: usize) -> School {
    let exam =
        json!({ "externalId": "exam", "title": "Exam", "kind": "EXAM", "passMark": 50.0, "maxAttempts": 2 });
    let mut program = json!({ "assessments": [exam], "completionRule": { "assessmentPassed": "exam" },
        "awards": [{ "externalId": "certificate", "kind": "CREDENTIAL", "title": "Certificate", "issuedByItself": true }] });
    for (name, value) in members.as_object().unwrap() {
        program[name] = value.clone();
    }
    School::open_with(program, learners).await
}

async fn hand_in(school: &School, n: usize) -> Value {
    school.learner(n).await.mutate(SUBMIT, at(&format!("e{n}"), "exam")).await
}

async fn grade(client: &Client, made: &Value, score: f64) {
    client.mutate(GRADE, json!({ "attempt": attempt_of(made), "score": score })).await;
}

fn flag(made: &Value) -> Value {
    json!({ "on": { "attempt": attempt_of(made) }, "category": "PLAGIARISM", "note": format!("Like another's: {WORDS}") })
}

fn flag_of_enrollment(enrollment: &str) -> Value {
    json!({ "on": { "enrollment": { "externalId": enrollment } }, "category": "IMPERSONATION", "note": "Somebody else?" })
}

fn resolved(flag: &Value, resolution: &str) -> Value {
    json!({ "flag": flag["integrityFlag"]["id"], "resolution": resolution, "finding": format!("Found: {WORDS}") })
}

async fn stands(client: &Client, enrollment: &str) -> Value {
    client.data(STANDS, json!({ "ref": { "externalId": enrollment } })).await["enrollment"].clone()
}

/// How an enrollment stands once its credential does so.
async fn credential_is(school: &School, enrollment: &str, status: &str) -> Value {
    for _ in 0..1_200 {
        let now = stands(&school.provider, enrollment).await;
        if now["credential"]["status"] == status {
            return now;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!(
        "the credential of {enrollment} did not become {status}: {}",
        stands(&school.provider, enrollment).await
    )
}

/// What issuing to one enrollment comes to: outcome and code.
async fn issued(school: &School, enrollment: &str) -> (String, String) {
    let target = json!({ "target": { "enrollments": [{ "externalId": enrollment }] } });
    let made = school.provider.mutate(&contract("provider/issue_credentials.graphql"), target).await;
    let done = ended(&school.provider, made["bulkOperation"]["id"].as_str().unwrap()).await;
    let row = &done["rows"]["edges"][0]["node"];
    let code = row["userErrors"][0]["code"].as_str().unwrap_or_default();
    (row["outcome"].as_str().unwrap().to_owned(), code.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_award_waits_while_what_it_rests_on_is_looked_into_and_then_comes_by_itself() {
    let school = school(json!({}), 2).await;
    let (marker, learner) = (school.assessor("marker").await, school.learner(0).await);
    let made = hand_in(&school, 0).await;
    let raised = marker.mutate(RAISE, flag(&made)).await;
    let shown = &raised["integrityFlag"];
    assert_eq!(
        (&shown["status"], &shown["category"], &shown["raisedBy"]["name"]),
        (&json!("OPEN"), &json!("PLAGIARISM"), &json!("marker"))
    );
    // Who has done nothing but raise it is found again by whoever sees the flag, and by nobody else.
    let node = "query($id: ID!) { node(id: $id) { ... on Grader { name } } }";
    let who = json!({ "id": shown["raisedBy"]["id"] });
    assert_eq!(school.provider.data(node, who.clone()).await["node"]["name"], "marker");
    assert_eq!(learner.data(node, who).await["node"], Value::Null);
    assert_eq!(refused(&marker, RAISE, flag(&made)).await, of("on.attempt", "ALREADY_DONE"));
    grade(&marker, &made, 80.0).await;

    // The learner is told plainly, without the note.
    let told = stands(&learner, "e0").await;
    assert_eq!((&told["status"], &told["credential"]), (&json!("ACTIVE"), &Value::Null), "{told}");
    assert!(told["heldSince"].is_string());
    let missing = &told["whyNotYet"]["missing"][0];
    assert_eq!(missing["requirement"], "Pass “Exam”");
    assert!(
        missing["detail"].as_str().unwrap().ends_with("what you handed in is being looked into"),
        "{missing}"
    );
    assert_eq!(
        (&told["integrityFlags"], &told["attempts"]["nodes"][0]["integrityFlags"]),
        (&json!([]), &json!([]))
    );
    assert!(!told.to_string().contains(WORDS) && !told.to_string().contains("PLAGIARISM"));
    assert_eq!(issued(&school, "e0").await, of("NOT_ELIGIBLE", "UNDER_REVIEW"));

    // Dismissed: complete as of when it was earned, and awarded, without anybody doing anything.
    school.app.clock.advance(chrono::TimeDelta::days(9));
    let done = marker.mutate(RESOLVE, resolved(&raised, "DISMISSED")).await;
    assert_eq!(
        (&done["integrityFlag"]["status"], &done["integrityFlag"]["resolvedBy"]["name"]),
        (&json!("DISMISSED"), &json!("marker"))
    );
    assert_eq!(refused(&marker, RESOLVE, resolved(&raised, "UPHELD")).await, of("flag", "ALREADY_DONE"));
    let after = credential_is(&school, "e0", "ACTIVE").await;
    assert_eq!((&after["status"], &after["heldSince"]), (&json!("COMPLETED"), &Value::Null));
    assert_eq!(after["completedAt"], after["attempts"]["nodes"][0]["gradedAt"], "as of the grade");
    // The history stays, for staff.
    assert_eq!(stands(&school.provider, "e0").await["integrityFlags"][0]["status"], "DISMISSED");

    // What was written stands in the table of flags alone.
    let places = tables_with(&school.app, WORDS).await;
    assert_eq!(places.into_iter().collect::<Vec<_>>(), ["integrity_flag"]);
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_an_award_does_not_rest_on_holds_nothing_up() {
    let school = school(json!({}), 1).await;
    let marker = school.assessor("marker").await;
    let first = hand_in(&school, 0).await;
    grade(&marker, &first, 20.0).await;
    let second = hand_in(&school, 0).await;
    marker.mutate(RAISE, flag(&first)).await;
    grade(&marker, &second, 90.0).await;
    let now = credential_is(&school, "e0", "ACTIVE").await;
    assert_eq!((&now["status"], &now["heldSince"]), (&json!("COMPLETED"), &Value::Null));
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_upheld_counts_no_more_and_uses_up_its_try() {
    let school = school(json!({ "awards": [] }), 1).await;
    let (marker, learner) = (school.assessor("marker").await, school.learner(0).await);
    let first = hand_in(&school, 0).await;
    grade(&marker, &first, 80.0).await;
    assert_eq!(stands(&learner, "e0").await["status"], "COMPLETED");
    let raised = marker.mutate(RAISE, flag(&first)).await;
    assert_eq!(issued(&school, "e0").await, of("NOT_ELIGIBLE", "UNDER_REVIEW"));
    marker.mutate(RESOLVE, resolved(&raised, "UPHELD")).await;
    let after = stands(&learner, "e0").await;
    let attempt = &after["attempts"]["nodes"][0];
    assert_eq!((&attempt["status"], &attempt["disqualified"]), (&json!("VOIDED"), &json!(true)));
    assert_eq!(after["status"], "COMPLETED", "as after a regrade");
    assert_eq!(issued(&school, "e0").await, of("NOT_ELIGIBLE", "NOT_ELIGIBLE"), "whatever onRegrade says");
    let anew = json!({ "attempt": attempt_of(&first), "score": 90.0, "reason": "Still" });
    assert_eq!(refused(&marker, GRADE, anew).await, of("attempt", "CONFLICT"));
    assert_eq!(refused(&marker, RAISE, flag(&first)).await, of("on.attempt", "CONFLICT"));
    // A gradebook does not bring it back, either.
    let row = json!({ "enrollment": { "externalId": "e0" }, "assessment": { "externalId": "exam" }, "score": 80.0, "attemptNumber": 1 });
    let record = contract("provider/record_results.graphql");
    let sent = school.provider.send(&record, json!({ "input": { "rows": [row] } })).await.payload();
    assert_eq!(sent["results"][0]["userErrors"][0]["code"], "CONFLICT", "{sent}");

    // The second of two tries is the last; passing it, the award is made.
    let second = hand_in(&school, 0).await;
    assert_eq!(refused(&learner, SUBMIT, at("e0", "exam")).await, of("assessment", "LIMIT_REACHED"));
    grade(&marker, &second, 70.0).await;
    assert_eq!(stands(&learner, "e0").await["heldSince"], Value::Null);
    assert_eq!(issued(&school, "e0").await.0, "ISSUED");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_event_brings_back_what_was_disqualified() {
    let school = school(json!({ "awards": [] }), 1).await;
    let record = contract("provider/record_events.graphql");
    let scored = |id: &str, score: f64, corrects: Value| {
        json!({ "events": [{ "eventId": id, "type": "SCORED", "enrollment": { "externalId": "e0" }, "assessment": { "externalId": "exam" },
            "occurredAt": "2026-03-01T10:00:00Z", "score": score, "corrects": corrects }] })
    };
    let rows = json!([{ "externalId": "e0", "learner": { "externalId": "l0" }, "program": { "externalId": "course" },
        "cohort": { "externalId": "autumn" }, "enrolledAt": "2026-02-01T10:00:00Z" }]);
    school.provider.mutate(&contract("provider/upsert_enrollments.graphql"), json!({ "rows": rows })).await;
    school.provider.mutate(&record, scored("s1", 80.0, Value::Null)).await;
    let before = stands(&school.provider, "e0").await;
    let attempt = before["attempts"]["nodes"][0].clone();
    let raised = school.provider.mutate(RAISE, flag(&json!({ "attempt": attempt }))).await;
    school.provider.mutate(RESOLVE, resolved(&raised, "UPHELD")).await;
    for (id, score, corrects) in [("s2", 90.0, "s1"), ("s3", 95.0, "s2")] {
        let sent = school.provider.mutate(&record, scored(id, score, json!(corrects))).await;
        assert_eq!(sent["summary"]["rejected"], 0, "{sent}");
        let after = stands(&school.provider, "e0").await["attempts"]["nodes"].clone();
        assert_eq!((after.as_array().unwrap().len(), &after[0]["status"]), (1, &json!("VOIDED")), "{after}");
    }
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_is_suspended_by_a_doubt_where_its_program_says_so() {
    let policy = json!({ "maySuspend": true, "onIntegrityFlag": "SUSPEND", "onRegrade": "REVOKE" });
    let school = school(policy, 2).await;
    let marker = school.assessor("marker").await;
    let mut flags = Vec::new();
    for n in 0..2 {
        let made = hand_in(&school, n).await;
        grade(&marker, &made, 80.0).await;
        credential_is(&school, &format!("e{n}"), "ACTIVE").await;
        // A system that watches raises it with its key.
        flags.push(school.provider.mutate(RAISE, flag(&made)).await);
        let held = stands(&school.provider, &format!("e{n}")).await;
        assert_eq!(held["status"], "COMPLETED");
        credential_is(&school, &format!("e{n}"), "SUSPENDED").await;
    }
    let second = school.provider.mutate(RAISE, flag_of_enrollment("e0")).await;
    marker.mutate(RESOLVE, resolved(&flags[0], "DISMISSED")).await;
    credential_is(&school, "e0", "SUSPENDED").await; // another doubt is open still
    let told = stands(&school.learner(0).await, "e0").await["whyNotYet"].clone();
    assert_eq!(told["satisfied"], false);
    assert_eq!(
        told["missing"],
        json!([{ "requirement": "Wait until your work has been looked into", "detail": "it is being looked into" }])
    );
    marker.mutate(RESOLVE, resolved(&second, "DISMISSED")).await;
    credential_is(&school, "e0", "ACTIVE").await;
    marker.mutate(RESOLVE, resolved(&flags[1], "UPHELD")).await;
    credential_is(&school, "e1", "REVOKED").await; // as onRegrade says
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_by_hand_is_not_lifted_with_a_doubt() {
    let school = school(json!({ "maySuspend": true, "onIntegrityFlag": "SUSPEND" }), 1).await;
    let marker = school.assessor("marker").await;
    let made = hand_in(&school, 0).await;
    grade(&marker, &made, 80.0).await;
    let credential = credential_is(&school, "e0", "ACTIVE").await["credential"].clone();
    let lifecycle = contract("provider/credential_lifecycle.graphql");
    let suspend = cairn_tests::operation_text(&lifecycle, "SuspendCredential");
    school
        .provider
        .mutate(&suspend, json!({ "credential": { "id": credential["id"] }, "note": "By hand" }))
        .await;
    school.app.clock.advance(chrono::TimeDelta::minutes(1));
    let raised = marker.mutate(RAISE, flag(&made)).await;
    school.app.clock.advance(chrono::TimeDelta::minutes(1));
    marker.mutate(RESOLVE, resolved(&raised, "DISMISSED")).await;
    credential_is(&school, "e0", "SUSPENDED").await;
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_doubt_is_kept_but_not_renewed() {
    let school = school(json!({ "validity": { "months": 12 } }), 1).await;
    let marker = school.assessor("marker").await;
    let made = hand_in(&school, 0).await;
    grade(&marker, &made, 80.0).await;
    let credential = credential_is(&school, "e0", "ACTIVE").await["credential"].clone();
    let raised = marker.mutate(RAISE, flag(&made)).await;
    let held = stands(&school.provider, "e0").await;
    assert_eq!(held["credential"]["status"], "ACTIVE", "the program says nothing of suspending: {held}");
    let renew =
        cairn_tests::operation_text(&contract("provider/credential_lifecycle.graphql"), "RenewCredential");
    let named = json!({ "credential": { "id": credential["id"] } });
    assert_eq!(refused(&school.provider, &renew, named.clone()).await, of("credential", "UNDER_REVIEW"));
    marker.mutate(RESOLVE, resolved(&raised, "DISMISSED")).await;
    school.provider.mutate(&renew, named).await;
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrollment_as_a_whole_may_be_in_doubt() {
    let school = school(json!({}), 2).await;
    let marker = school.assessor("marker").await;
    let raised = marker.mutate(RAISE, flag_of_enrollment("e0")).await;
    let made = hand_in(&school, 0).await;
    grade(&marker, &made, 80.0).await;
    assert_eq!(stands(&school.provider, "e0").await["status"], "ACTIVE", "passed, and not complete");
    marker.mutate(RESOLVE, resolved(&raised, "UPHELD")).await;
    let after = stands(&school.learner(0).await, "e0").await;
    assert_eq!(after["status"], "FAILED");
    assert_eq!(after["whyNotYet"]["missing"][0]["requirement"], "Ask the provider");
    assert_eq!(
        refused(&school.learner(0).await, SUBMIT, at("e0", "exam")).await,
        of("enrollment", "CONFLICT")
    );
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_larger_award_waits_for_what_it_contains() {
    let school = school(json!({ "awards": [] }), 1).await;
    let larger = json!({ "externalId": "larger", "title": "Larger", "achievementType": "Certificate",
        "components": [{ "item": { "program": { "externalId": "course" } } }] });
    school.publish(larger).await;
    let row = json!({ "externalId": "l-e0", "learner": { "externalId": "l0" }, "program": { "externalId": "larger" } });
    school.provider.mutate(&contract("provider/upsert_enrollments.graphql"), json!({ "rows": [row] })).await;
    let marker = school.assessor("marker").await;
    let made = hand_in(&school, 0).await;
    grade(&marker, &made, 80.0).await;
    assert_eq!(stands(&school.provider, "l-e0").await["status"], "COMPLETED");
    let raised = marker.mutate(RAISE, flag(&made)).await;
    let held = stands(&school.provider, "l-e0").await;
    assert!(held["heldSince"].is_string(), "{held}");
    assert_eq!(held["whyNotYet"]["missing"][0]["detail"], "done; it is being looked into");
    assert_eq!(issued(&school, "l-e0").await, of("NOT_ELIGIBLE", "UNDER_REVIEW"));
    marker.mutate(RESOLVE, resolved(&raised, "DISMISSED")).await;
    assert_eq!(stands(&school.provider, "l-e0").await["heldSince"], Value::Null);
    assert_eq!(issued(&school, "l-e0").await.0, "ISSUED");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_grade_it_raise_see_and_resolve_a_flag() {
    let school = school(json!({}), 12).await;
    let marker = school.assessor("marker").await;
    let made = hand_in(&school, 0).await;
    let raised = marker.mutate(RAISE, flag(&made)).await;
    let id = raised["integrityFlag"]["id"].clone();
    let (learner, stranger) = (school.learner(0).await, school.assessor("stranger").await);
    let elsewhere = school.app.issuer("beta").await;
    let elsewhere = school.app.provider(&elsewhere).await;
    let dashboard = school.app.dashboard(&school.issuer).await;
    for client in [&learner, &dashboard] {
        for (document, input) in [(RAISE, flag(&made)), (RESOLVE, resolved(&raised, "DISMISSED"))] {
            assert_eq!(client.send(document, json!({ "input": input })).await.code(), "FORBIDDEN");
        }
        assert_eq!(client.send(FLAGS, json!({})).await.code(), "FORBIDDEN");
    }
    for client in [&stranger, &elsewhere] {
        assert_eq!(refused(client, RAISE, flag(&made)).await, of("on.attempt", "NOT_FOUND"));
        assert_eq!(refused(client, RAISE, flag_of_enrollment("e0")).await, of("on.enrollment", "NOT_FOUND"));
        assert_eq!(refused(client, RESOLVE, resolved(&raised, "DISMISSED")).await, of("flag", "NOT_FOUND"));
        assert_eq!(client.data(FLAGS, json!({})).await["integrityFlags"]["totalCount"], 0);
    }
    let node = "query($id: ID!) { node(id: $id) { ... on IntegrityFlag { note finding } } }";
    for client in [&learner, &stranger, &elsewhere, &dashboard] {
        assert_eq!(client.data(node, json!({ "id": id })).await["node"], Value::Null);
    }
    assert!(marker.data(node, json!({ "id": id })).await["node"]["note"].as_str().unwrap().contains(WORDS));
    // Nobody judges their own work, whatever else they are.
    let own = school.app.person(&school.issuer, Role::IssuerAdmin, "l0").await;
    assert_eq!(own.send(RAISE, json!({ "input": flag(&made) })).await.code(), "FORBIDDEN");
    assert_eq!(
        own.send(RESOLVE, json!({ "input": resolved(&raised, "DISMISSED") })).await.code(),
        "FORBIDDEN"
    );
    let mut empty = flag(&made);
    empty["note"] = json!(" ");
    assert_eq!(refused(&marker, RAISE, empty).await.0, "note");
    let nothing = json!({ "flag": "ifl_nothing", "resolution": "DISMISSED" });
    assert_eq!(refused(&marker, RESOLVE, nothing).await, of("flag", "NOT_FOUND"));

    // Lists: by stage and category, and as many statements for one as for many.
    for n in 1..12 {
        marker.mutate(RAISE, flag_of_enrollment(&format!("e{n}"))).await;
    }
    let only = |name: &str, value: &str| json!({ "filter": { name: [value] } });
    let count =
        async |filter: Value| marker.data(FLAGS, filter).await["integrityFlags"]["totalCount"].clone();
    assert_eq!(count(only("categories", "IMPERSONATION")).await, 11);
    assert_eq!(count(only("statuses", "DISMISSED")).await, 0);
    let list = "query($first: Int) { integrityFlags(first: $first) { nodes { id note raisedBy { name } enrollment { heldSince integrityFlags { id } } attempt { integrityFlags { id } } } } }";
    let (one, many) =
        (marker.send(list, json!({ "first": 1 })).await, marker.send(list, json!({ "first": 12 })).await);
    assert_eq!(one.statements, many.statements);
    assert_eq!(many.data()["integrityFlags"]["nodes"].as_array().unwrap().len(), 12);
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn suspending_by_a_doubt_needs_a_program_that_may_suspend() {
    let school = school(json!({}), 0).await;
    let program = json!({ "externalId": "other", "title": "Other", "achievementType": "Certificate", "onIntegrityFlag": "SUSPEND" });
    let upsert = contract("provider/upsert_program.graphql");
    assert_eq!(refused(&school.provider, &upsert, program).await, of("onIntegrityFlag", "INVALID"));
    school.app.stop().await;
}
