//! Appeals: within their time, decided by somebody who had no part in the grade, once.

use cairn_service::actor::Role;
use cairn_tests::{Client, contract, tables_with};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{GRADE, SUBMIT, School, at, attempt_of, of, refused};

const FILE: &str = "mutation($input: FileAppealInput!) { fileAppeal(input: $input) { appeal { id status reason scoreBefore scoreAfter decision }
    userErrors { field message code } } }";
const DECIDE: &str = "mutation($input: DecideAppealInput!) { decideAppeal(input: $input) { appeal { status scoreBefore scoreAfter decision decidedAt
    decidedBy { name } attempt { status score passed history { score reason gradedBy { name } } } } userErrors { field message code } } }";
const APPEALS: &str = "query($filter: AppealFilter) { appeals(first: 50, filter: $filter) { totalCount nodes { id status reason } } }";
const OF_ATTEMPT: &str = "query($id: ID!) { node(id: $id) { ... on Attempt { appeals { id status reason decision } assessment { rules { appealDays } } } } }";
/// Words of a reason: they stand nowhere else.
const WORDS: &str = "Jv5overlooked";

async fn school(rules: Value, learners: usize) -> School {
    let mut essay = json!({ "externalId": "essay", "title": "Essay", "kind": "ASSIGNMENT", "passMark": 50.0, "appealDays": 14 });
    for (name, value) in rules.as_object().unwrap() {
        essay[name] = value.clone();
    }
    School::open(json!([essay]), learners).await
}

/// An essay of learner `n`, graded by the assessor `marker`.
async fn graded(school: &School, n: usize, score: f64) -> Value {
    let made = school.learner(n).await.mutate(SUBMIT, at(&format!("e{n}"), "essay")).await;
    let grade = json!({ "attempt": attempt_of(&made), "score": score });
    school.assessor("marker").await.mutate(GRADE, grade).await;
    made
}

fn appeal(made: &Value) -> Value {
    json!({ "attempt": attempt_of(made), "reason": format!("Page three was {WORDS}") })
}

fn decision(filed: &Value, regrade: Value) -> Value {
    json!({ "appeal": filed["appeal"]["id"], "decision": "Read anew", "regrade": regrade })
}

async fn seen(client: &Client, made: &Value) -> Value {
    client.data(OF_ATTEMPT, json!({ "id": made["attempt"]["id"] })).await["node"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_did_not_grade_it_decides_and_a_changed_grade_is_a_regrade() {
    let school = school(json!({}), 1).await;
    let (marker, second) = (school.assessor("marker").await, school.assessor("second").await);
    let learner = school.learner(0).await;
    let made = graded(&school, 0, 40.0).await;
    assert_eq!(seen(&learner, &made).await["assessment"]["rules"]["appealDays"], 14);
    let filed = learner.mutate(FILE, appeal(&made)).await;
    assert_eq!((&filed["appeal"]["status"], &filed["appeal"]["scoreBefore"]), (&json!("OPEN"), &json!(40.0)));
    assert_eq!(refused(&learner, FILE, appeal(&made)).await, of("attempt", "ALREADY_DONE"));
    let listed = second.data(APPEALS, json!({ "filter": { "statuses": ["OPEN"] } })).await;
    assert_eq!(listed["appeals"]["nodes"][0]["id"], filed["appeal"]["id"], "{listed}");

    assert_eq!(refused(&marker, DECIDE, decision(&filed, Value::Null)).await, of("appeal", "CONFLICT"));
    let too_much = decision(&filed, json!({ "score": 101.0 }));
    assert_eq!(refused(&second, DECIDE, too_much).await, of("regrade.score", "INVALID"));
    let nothing = decision(&filed, json!({ "score": -1.0 }));
    assert_eq!(refused(&second, DECIDE, nothing).await, of("regrade.score", "INVALID"));
    let done = second.mutate(DECIDE, decision(&filed, json!({ "score": 60.0 }))).await["appeal"].clone();
    assert_eq!(
        (&done["status"], &done["scoreAfter"], &done["decidedBy"]["name"]),
        (&json!("CHANGED"), &json!(60.0), &json!("second"))
    );
    assert_eq!((&done["attempt"]["score"], &done["attempt"]["passed"]), (&json!(60.0), &json!(true)));
    let before = &done["attempt"]["history"][0];
    assert_eq!((&before["score"], &before["reason"]), (&json!(40.0), &json!("changed on appeal")));
    assert_eq!(before["gradedBy"]["name"], "marker");
    let told = seen(&learner, &made).await["appeals"].clone();
    assert_eq!((&told[0]["status"], &told[0]["decision"]), (&json!("CHANGED"), &json!("Read anew")));
    assert_eq!(refused(&learner, FILE, appeal(&made)).await, of("attempt", "ALREADY_DONE"));
    assert_eq!(refused(&second, DECIDE, decision(&filed, Value::Null)).await, of("appeal", "ALREADY_DONE"));

    // Whoever grades it later may be appealed against anew.
    school.app.clock.advance(TimeDelta::days(1));
    let later = json!({ "attempt": attempt_of(&made), "score": 55.0, "reason": "A slip" });
    marker.mutate(GRADE, later).await;
    let anew = learner.mutate(FILE, appeal(&made)).await;
    assert_eq!(refused(&second, DECIDE, decision(&anew, Value::Null)).await, of("appeal", "CONFLICT"));
    let dean = school.app.person(&school.issuer, Role::IssuerAdmin, "dean").await;
    let upheld = dean.mutate(DECIDE, decision(&anew, Value::Null)).await["appeal"].clone();
    assert_eq!((&upheld["status"], &upheld["scoreAfter"]), (&json!("UPHELD"), &json!(55.0)));
    assert_eq!(refused(&learner, FILE, appeal(&made)).await, of("attempt", "ALREADY_DONE"), "that is final");
    let places = tables_with(&school.app, WORDS).await;
    assert_eq!(places.into_iter().collect::<Vec<_>>(), ["appeal"], "in no log and no event");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_has_its_time_and_needs_a_grade() {
    let school = school(json!({}), 3).await;
    let marker = school.assessor("marker").await;
    let learner = school.learner(0).await;
    let made = learner.mutate(SUBMIT, at("e0", "essay")).await;
    assert_eq!(refused(&learner, FILE, appeal(&made)).await, of("attempt", "TOO_EARLY"));
    marker.mutate(GRADE, json!({ "attempt": attempt_of(&made), "requiresChanges": true })).await;
    assert_eq!(refused(&learner, FILE, appeal(&made)).await, of("attempt", "CONFLICT"));
    let late = graded(&school, 1, 40.0).await;
    school.app.clock.advance(TimeDelta::days(14) + TimeDelta::seconds(1));
    assert_eq!(refused(&school.learner(1).await, FILE, appeal(&late)).await, of("attempt", "TOO_LATE"));
    let in_time = graded(&school, 2, 40.0).await;
    school.app.clock.advance(TimeDelta::days(13));
    let mut empty = appeal(&in_time);
    empty["reason"] = json!("");
    assert_eq!(refused(&school.learner(2).await, FILE, empty).await.0, "reason");
    school.learner(2).await.mutate(FILE, appeal(&in_time)).await;
    school.app.stop().await;

    let strict = self::school(json!({ "appealDays": null }), 1).await;
    let made = graded(&strict, 0, 40.0).await;
    assert_eq!(refused(&strict.learner(0).await, FILE, appeal(&made)).await, of("attempt", "NOT_ELIGIBLE"));
    strict.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reviewed_it_does_not_decide_and_a_lost_pass_takes_the_completion_along() {
    let school =
        school(json!({ "graders": { "needed": 2 }, "completesModule": true, "module": "m" }), 1).await;
    let (marker, second) = (school.assessor("marker").await, school.assessor("second").await);
    let made = school.learner(0).await.mutate(SUBMIT, at("e0", "essay")).await;
    for (grader, score) in [(&marker, 50.0), (&second, 54.0)] {
        grader.mutate(GRADE, json!({ "attempt": attempt_of(&made), "score": score })).await;
    }
    assert_eq!(school.standing("e0").await["status"], "COMPLETED");
    // A provider's system may appeal on behalf of a learner.
    let filed = school.provider.mutate(FILE, appeal(&made)).await;
    for grader in [&marker, &second] {
        assert_eq!(refused(grader, DECIDE, decision(&filed, Value::Null)).await, of("appeal", "CONFLICT"));
    }
    let dean = school.app.person(&school.issuer, Role::IssuerAdmin, "dean").await;
    let done = dean
        .mutate(DECIDE, decision(&filed, json!({ "score": 45.0, "feedback": "Weaker than thought" })))
        .await;
    assert_eq!(done["appeal"]["attempt"]["passed"], false);
    let log = "{ auditLog(first: 1, filter: { actions: [\"enrollment.kept_completed\"] }) { totalCount } }";
    assert_eq!(
        school.provider.data(log, json!({})).await["auditLog"]["totalCount"],
        1,
        "as after any regrade"
    );
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn appeals_are_the_learners_and_their_graders_business_alone() {
    let school = school(json!({}), 8).await;
    let (marker, second) = (school.assessor("marker").await, school.assessor("second").await);
    let made = graded(&school, 0, 40.0).await;
    let (other, stranger) = (school.learner(1).await, school.assessor("stranger").await);
    let elsewhere = school.app.issuer("beta").await;
    let elsewhere = school.app.provider(&elsewhere).await;
    for client in [&other, &elsewhere] {
        assert_eq!(refused(client, FILE, appeal(&made)).await, of("attempt", "NOT_FOUND"));
    }
    // Assessors file no appeals: they write no progress.
    assert_eq!(second.send(FILE, json!({ "input": appeal(&made) })).await.code(), "FORBIDDEN");
    let anonymous = school.app.anonymous();
    assert_eq!(anonymous.send(FILE, json!({ "input": appeal(&made) })).await.code(), "UNAUTHENTICATED");
    let learner = school.learner(0).await;
    let filed = learner.mutate(FILE, appeal(&made)).await;
    let id = filed["appeal"]["id"].clone();
    for client in [&stranger, &elsewhere] {
        assert_eq!(refused(client, DECIDE, decision(&filed, Value::Null)).await, of("appeal", "NOT_FOUND"));
        assert_eq!(client.data(APPEALS, json!({})).await["appeals"]["totalCount"], 0);
    }
    for client in [&learner, &other] {
        let sent = client.send(DECIDE, json!({ "input": decision(&filed, Value::Null) })).await;
        assert_eq!(sent.code(), "FORBIDDEN");
        assert_eq!(client.send(APPEALS, json!({})).await.code(), "FORBIDDEN");
    }
    let own = school.app.person(&school.issuer, Role::IssuerAdmin, "l0").await;
    let sent = own.send(DECIDE, json!({ "input": decision(&filed, Value::Null) })).await;
    assert_eq!(sent.code(), "FORBIDDEN", "nobody decides about their own work");
    let node = "query($id: ID!) { node(id: $id) { ... on Appeal { reason } } }";
    for (client, visible) in
        [(&learner, true), (&marker, true), (&other, false), (&stranger, false), (&elsewhere, false)]
    {
        assert_eq!(client.data(node, json!({ "id": id })).await["node"].is_object(), visible);
    }
    let dashboard = school.app.dashboard(&school.issuer).await;
    assert_eq!(seen(&dashboard, &made).await["appeals"], json!([]), "figures need no reasons");
    let nothing = json!({ "appeal": "apl_nothing", "decision": "No" });
    assert_eq!(refused(&second, DECIDE, nothing).await, of("appeal", "NOT_FOUND"));

    for n in 1..8 {
        let made = graded(&school, n, 40.0).await;
        school.learner(n).await.mutate(FILE, appeal(&made)).await;
    }
    let list = "query($first: Int) { appeals(first: $first) { nodes { id reason decidedBy { name } attempt { id appeals { id } } } } }";
    let (one, many) =
        (marker.send(list, json!({ "first": 1 })).await, marker.send(list, json!({ "first": 8 })).await);
    assert_eq!(one.statements, many.statements);
    assert_eq!(many.data()["appeals"]["nodes"].as_array().unwrap().len(), 8);
    let rules = json!([{ "externalId": "essay", "title": "Essay", "kind": "ASSIGNMENT", "appealDays": 0 }]);
    let program = json!({ "externalId": "other", "title": "Other", "achievementType": "Certificate", "assessments": rules });
    let upsert = contract("provider/upsert_program.graphql");
    assert_eq!(refused(&school.provider, &upsert, program).await, of("assessments.0.appealDays", "INVALID"));
    school.app.stop().await;
}
