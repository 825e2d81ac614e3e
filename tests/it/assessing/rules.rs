//! When one may try, until when, and what must have been observed.

use cairn_tests::contract;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{GRADE, SUBMIT, School, at, attempt_of, of, refused};

const OBSERVE: &str =
    "mutation($input: RecordObservationInput!) { recordObservation(input: $input) { attempt { passed
    observation { supervision proctor identityCheck identityMethod } } userErrors { field message code } } }";
const DUE: &str = "mutation($input: SetDueDatesInput!) { setDueDates(input: $input) { cohort { dueDates { assessment dueAt } }
    userErrors { field message code } } }";

fn project(members: &Value) -> Value {
    let mut project =
        json!({ "externalId": "project", "title": "Project", "kind": "PROJECT", "passMark": 50.0 });
    for (name, value) in members.as_object().unwrap() {
        project[name] = value.clone();
    }
    json!([project])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_try_waits_and_there_are_only_so_many() {
    let rules = json!({ "maxAttempts": 2, "minutesBetweenAttempts": 1_440 });
    let school = School::open(project(&rules), 1).await;
    let (learner, marker) = (school.learner(0).await, school.assessor("marker").await);
    let first = learner.mutate(SUBMIT, at("e0", "project")).await;
    assert_eq!(refused(&learner, SUBMIT, at("e0", "project")).await, of("assessment", "TOO_EARLY"));
    marker.mutate(GRADE, json!({ "attempt": attempt_of(&first), "requiresChanges": true })).await;
    let again = learner.mutate(SUBMIT, at("e0", "project")).await;
    assert_eq!(again["attempt"]["number"], 2, "what was given back waits for nothing and uses up no try");
    marker.mutate(GRADE, json!({ "attempt": attempt_of(&again), "score": 20.0 })).await;
    school.app.clock.advance(TimeDelta::hours(23));
    assert_eq!(refused(&learner, SUBMIT, at("e0", "project")).await, of("assessment", "TOO_EARLY"));
    school.app.clock.advance(TimeDelta::hours(2));
    let last = learner.mutate(SUBMIT, at("e0", "project")).await;
    assert_eq!(last["attempt"]["number"], 3);
    school.app.clock.advance(TimeDelta::days(9));
    assert_eq!(refused(&learner, SUBMIT, at("e0", "project")).await, of("assessment", "LIMIT_REACHED"));
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_work_costs_points_by_the_day_and_a_cohort_has_its_own_date() {
    let rules = json!({ "dueDays": 7, "maxScore": 100.0, "rubric": [],
        "late": { "penalty": { "percentPerDay": 10.0, "maxPercent": 25.0 } } });
    let school = School::open(project(&rules), 3).await;
    let (learner, marker) = (school.learner(0).await, school.assessor("marker").await);
    school.app.clock.advance(TimeDelta::days(7) + TimeDelta::hours(30));
    let late = learner.mutate(SUBMIT, at("e0", "project")).await;
    assert_eq!(late["attempt"]["latePenaltyPercent"], 20.0, "two days begun: {late}");
    let graded = marker.mutate(GRADE, json!({ "attempt": attempt_of(&late), "score": 60.0 })).await;
    let row = &graded["attempt"];
    assert_eq!(
        (&row["score"], &row["scoreBeforePenalty"], &row["passed"]),
        (&json!(48.0), &json!(60.0), &json!(false))
    );
    let anew = marker
        .mutate(GRADE, json!({ "attempt": attempt_of(&late), "score": 70.0, "reason": "I erred" }))
        .await;
    assert_eq!((&anew["attempt"]["score"], &anew["attempt"]["passed"]), (&json!(56.0), &json!(true)));

    let other = school.learner(1).await;
    let due_at = (school.app.service.now() + TimeDelta::days(12)).to_rfc3339();
    let dates = json!({ "cohort": { "externalId": "autumn" }, "dueDates": [{ "assessment": "project", "dueAt": due_at }] });
    let set = school.provider.mutate(DUE, dates.clone()).await;
    assert_eq!(set["cohort"]["dueDates"][0]["assessment"], "project");
    let in_time = other.mutate(SUBMIT, at("e1", "project")).await;
    assert_eq!(in_time["attempt"]["latePenaltyPercent"], 0.0);
    let back =
        marker.mutate(GRADE, json!({ "attempt": attempt_of(&in_time), "requiresChanges": true })).await;
    assert_eq!(back["attempt"]["status"], "RETURNED");
    school.app.clock.advance(TimeDelta::days(18));
    let again = other.mutate(SUBMIT, at("e1", "project")).await;
    assert_eq!(again["attempt"]["latePenaltyPercent"], 0.0, "it was handed in in time first");
    let third = school.learner(2).await;
    let capped = third.mutate(SUBMIT, at("e2", "project")).await;
    assert_eq!(capped["attempt"]["latePenaltyPercent"], 25.0);

    // A gradebook's scores stand as they were sent.
    let row = json!({ "enrollment": { "externalId": "e2" }, "assessment": { "externalId": "project" }, "score": 80.0 });
    school.provider.mutate(&contract("provider/record_results.graphql"), json!({ "rows": [row] })).await;
    assert_eq!(school.standing("e2").await["attempts"]["nodes"][0]["score"], 80.0);

    let mut unknown = dates.clone();
    unknown["dueDates"][0]["assessment"] = json!("exam");
    assert_eq!(refused(&school.provider, DUE, unknown).await, of("dueDates.0.assessment", "NOT_FOUND"));
    let mut nowhere = dates.clone();
    nowhere["cohort"] = json!({ "externalId": "spring" });
    assert_eq!(refused(&school.provider, DUE, nowhere).await, of("cohort", "NOT_FOUND"));
    let mut away = dates;
    away["dueDates"][0]["dueAt"] = Value::Null;
    assert_eq!(school.provider.mutate(DUE, away.clone()).await["cohort"]["dueDates"], json!([]));
    assert_eq!(marker.send(DUE, json!({ "input": away })).await.code(), "FORBIDDEN");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_work_is_refused_where_the_assessment_says_so() {
    let rules = json!({ "kind": "ASSIGNMENT", "dueDays": 1, "late": { "refuse": true } });
    let school = School::open(project(&rules), 1).await;
    school.app.clock.advance(TimeDelta::hours(25));
    let learner = school.learner(0).await;
    assert_eq!(refused(&learner, SUBMIT, at("e0", "project")).await, of("assessment", "TOO_LATE"));
    assert_eq!(school.standing("e0").await["attempts"]["nodes"], json!([]), "nothing was changed");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exam_that_must_be_observed_passes_only_with_a_record() {
    let rules = json!({ "kind": "EXAM", "supervision": "PROCTORED", "identityCheck": "DOCUMENT", "observationRequired": true });
    let school = School::open(project(&rules), 1).await;
    let marker = school.assessor("marker").await;
    let made = school.learner(0).await.mutate(SUBMIT, at("e0", "project")).await;
    let attempt = attempt_of(&made);
    let graded = marker.mutate(GRADE, json!({ "attempt": attempt, "score": 90.0 })).await;
    assert_eq!(graded["attempt"]["passed"], false, "nobody recorded who watched");
    let observed = |supervision: &str, proctor: Value, check: &str, method: Value| {
        json!({ "attempt": attempt, "observed": { "supervision": supervision, "proctor": proctor,
            "identityCheck": check, "identityMethod": method } })
    };
    let nobody = observed("PROCTORED", Value::Null, "DOCUMENT", json!("passport"));
    assert_eq!(refused(&marker, OBSERVE, nobody).await, of("proctor", "REQUIRED"));
    let somehow = observed("PROCTORED", json!("A. Proctor"), "DOCUMENT", json!(" "));
    assert_eq!(refused(&marker, OBSERVE, somehow).await, of("identityMethod", "REQUIRED"));
    let weaker = observed("PROCTORED", json!("A. Proctor"), "ACCOUNT", json!("single sign-on"));
    assert_eq!(
        marker.mutate(OBSERVE, weaker.clone()).await["attempt"]["passed"],
        false,
        "a document was asked for"
    );
    let enough = observed("ON_SITE", json!("A. Proctor"), "DOCUMENT", json!("passport"));
    let passed = marker.mutate(OBSERVE, enough.clone()).await;
    assert_eq!(passed["attempt"]["passed"], true);
    assert_eq!(passed["attempt"]["observation"]["proctor"], "A. Proctor");
    assert_eq!(
        marker.mutate(OBSERVE, weaker).await["attempt"]["passed"],
        false,
        "a record that is corrected takes the pass along"
    );

    // Results in bulk bring their record along.
    let mut row = json!({ "enrollment": { "externalId": "e0" }, "assessment": { "externalId": "project" }, "score": 91.0, "attemptNumber": 2 });
    let record = contract("provider/record_results.graphql");
    let bare = school.provider.mutate(&record, json!({ "rows": [row] })).await;
    assert_eq!(bare["results"][0]["attempt"]["passed"], false, "{bare}");
    row["observed"] = enough["observed"].clone();
    let seen = school.provider.mutate(&record, json!({ "rows": [row] })).await;
    assert_eq!(seen["results"][0]["attempt"]["passed"], true, "{seen}");

    let stranger = school.assessor("stranger").await;
    assert_eq!(refused(&stranger, OBSERVE, enough.clone()).await, of("attempt", "NOT_FOUND"));
    let learner = school.learner(0).await;
    assert_eq!(learner.send(OBSERVE, json!({ "input": enough })).await.code(), "FORBIDDEN");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_below_specification_comes_back_by_itself_until_it_passes() {
    let level = |label: &str, points: f64, back: bool| json!({ "label": label, "points": points, "requiresChanges": back });
    let levels = json!([level("Requires changes", 0.0, true), level("Meets specifications", 1.0, false)]);
    let rubric = json!([{ "criterion": "It runs", "levels": levels }, { "criterion": "It is documented", "levels": levels }]);
    let rules = json!({ "maxScore": 2.0, "passMark": 2.0, "maxAttempts": 1, "rubric": rubric });
    let school = School::open(project(&rules), 1).await;
    let (learner, marker) = (school.learner(0).await, school.assessor("marker").await);
    let read = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Attempt { assessment { rubric { id levels { requiresChanges } } } } } }";
    let made = learner.mutate(SUBMIT, at("e0", "project")).await;
    let seen = marker.data(read, json!({ "ids": [made["attempt"]["id"]] })).await;
    let rubric = &seen["nodes"][0]["assessment"]["rubric"];
    let points = |second: f64| json!([{ "criterion": rubric[0]["id"], "points": 1.0 }, { "criterion": rubric[1]["id"], "points": second }]);
    let back =
        marker.mutate(GRADE, json!({ "attempt": attempt_of(&made), "rubricScores": points(0.0) })).await;
    assert_eq!(back["attempt"]["status"], "RETURNED");
    assert_eq!(back["attempt"]["rubricScores"][1]["level"]["label"], "Requires changes");
    let again = learner.mutate(SUBMIT, at("e0", "project")).await;
    let passed =
        marker.mutate(GRADE, json!({ "attempt": attempt_of(&again), "rubricScores": points(1.0) })).await;
    assert_eq!(
        (&passed["attempt"]["status"], &passed["attempt"]["passed"]),
        (&json!("GRADED"), &json!(true))
    );
    assert_eq!(refused(&learner, SUBMIT, at("e0", "project")).await, of("assessment", "LIMIT_REACHED"));
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_ask_for_what_is_not_there_are_told_by_field() {
    let school = School::open(project(&json!({})), 0).await;
    let upsert = contract("provider/upsert_program.graphql");
    for (members, field, code) in [
        (json!({ "observationRequired": true }), "observationRequired", "CONFLICT"),
        (json!({ "completesModule": true }), "completesModule", "CONFLICT"),
        (json!({ "minutesBetweenAttempts": 0 }), "minutesBetweenAttempts", "INVALID"),
        (json!({ "dueDays": -1 }), "dueDays", "INVALID"),
        (json!({ "timeLimitMinutes": 0 }), "timeLimitMinutes", "INVALID"),
        (
            json!({ "late": { "penalty": { "percentPerDay": 101.0 } } }),
            "late.penalty.percentPerDay",
            "INVALID",
        ),
        (json!({ "draw": 1 }), "draw", "INVALID"),
        (json!({ "graders": { "needed": 21 } }), "graders.needed", "INVALID"),
        (json!({ "graders": { "needed": 1 } }), "graders.needed", "INVALID"),
        (json!({ "grading": "AUTOMATED", "graders": { "needed": 2 } }), "graders", "CONFLICT"),
        (json!({ "graders": { "needed": 2, "moderateBeyond": 101.0 } }), "graders.moderateBeyond", "INVALID"),
        (json!({ "graders": { "needed": 2, "mostPerPeer": 2 } }), "graders.mostPerPeer", "CONFLICT"),
        (
            json!({ "grading": "PEER", "graders": { "needed": 2, "mostPerPeer": 1 } }),
            "graders.mostPerPeer",
            "INVALID",
        ),
    ] {
        let program = json!({ "externalId": "other", "title": "Other", "achievementType": "Certificate", "assessments": project(&members) });
        let expected = (format!("assessments.0.{field}"), code.to_owned());
        assert_eq!(refused(&school.provider, &upsert, program).await, expected, "{members}");
    }
    school.app.stop().await;
}
