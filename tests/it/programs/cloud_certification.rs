//! The cloud certification: a proctored exam from a bank of questions, three tries with a wait between, two years from the old end at each renewal.

use std::collections::BTreeSet;

use cairn_tests::{Client, TestApp};
use serde_json::{Value, json};

use super::{Academy, by_code, call_as, programs, refusal_to};

const FILE: &str = "cloud-certification.json";
const PROGRAM: &str = "cloud-architect";

fn at(learner: &str, assessment: &str) -> Value {
    json!({ "enrollment": { "externalId": format!("{PROGRAM}/{learner}") }, "assessment": { "externalId": assessment } })
}

/// The right answer to a question, as its author has it in the file.
fn right(prompt: &Value) -> Value {
    let program = &programs(FILE)[0];
    let questions = program["assessments"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|one| one["questions"].as_array().unwrap());
    let answer = &questions.into_iter().find(|one| one["prompt"] == *prompt).unwrap()["answer"];
    match answer.as_object().unwrap().keys().next().unwrap().as_str() {
        "singleChoice" => json!({ "choices": [answer["singleChoice"]["correct"]] }),
        "multipleChoice" => json!({ "choices": answer["multipleChoice"]["correct"] }),
        "numeric" => json!({ "number": answer["numeric"]["value"] }),
        _ => json!({ "text": answer["shortAnswer"]["accepted"][0] }),
    }
}

/// Sits an assessment and answers so many of its questions, rightly; returns what was put, and the attempt.
async fn sit(client: &Client, learner: &str, assessment: &str, answered: usize) -> (Value, Value) {
    let mut input = at(learner, assessment);
    let begun = call_as(
        client,
        "startAttempt",
        "attempt { endsAt answers { question { id kind prompt key { choices } } } }",
        input.clone(),
    )
    .await;
    let put: Vec<Value> =
        begun["attempt"]["answers"].as_array().unwrap().iter().map(|one| one["question"].clone()).collect();
    let answers = put.iter().take(answered).map(|question| {
        let mut answer = right(&question["prompt"]);
        answer["question"] = question["id"].clone();
        answer
    });
    input["answers"] = answers.collect();
    let ended = call_as(client, "submitAttempt", "attempt { id number status score passed }", input).await;
    (json!(put), ended["attempt"].clone())
}

async fn observe(academy: &Academy<'_>, attempt: &Value) -> Value {
    let observed = json!({ "attempt": { "id": attempt["id"] }, "observed": { "supervision": "PROCTORED",
        "proctor": "Watchful Proctors", "identityCheck": "DOCUMENT", "identityMethod": "passport" } });
    academy.call("recordObservation", "attempt { passed }", observed).await["attempt"]["passed"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exam_is_marked_here_watched_and_tried_three_times_with_a_wait() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, FILE).await;
    academy.travel("2027-02-01T10:00:00Z");
    academy.enroll("zoe", &[PROGRAM], "2027-01-05T10:00:00Z").await;
    let zoe = academy.learner("zoe").await;
    let (put, failed) = sit(&zoe, "zoe", "exam", 0).await;
    let put = put.as_array().unwrap();
    let kinds: BTreeSet<&str> = put.iter().map(|question| question["kind"].as_str().unwrap()).collect();
    assert_eq!(put.len(), 10, "of twelve, so that every kind is among them");
    assert_eq!(kinds, BTreeSet::from(["SINGLE_CHOICE", "MULTIPLE_CHOICE", "NUMERIC", "SHORT_ANSWER"]));
    assert!(put.iter().all(|question| question["key"].is_null()), "{put:?}");
    assert_eq!((&failed["score"], &failed["passed"]), (&json!(0.0), &json!(false)));
    assert_eq!(
        by_code(&refusal_to(&zoe, "startAttempt", at("zoe", "exam")).await),
        ("assessment", "TOO_EARLY")
    );
    academy.travel("2027-02-15T09:00:00Z");
    assert_eq!(
        by_code(&refusal_to(&zoe, "startAttempt", at("zoe", "exam")).await),
        ("assessment", "TOO_EARLY")
    );

    // All answers are right, but nobody has said yet who watched.
    academy.travel("2027-02-15T11:00:00Z");
    let (_, second) = sit(&zoe, "zoe", "exam", 10).await;
    assert_eq!(
        (&second["number"], &second["score"], &second["passed"]),
        (&json!(2), &json!(1_000.0), &json!(false))
    );
    assert_eq!(academy.standing(PROGRAM, "zoe").await["status"], "ACTIVE");
    let one_self = zoe.send("mutation($id: ID!) { recordObservation(input: { attempt: { id: $id }, observed: { supervision: NONE, identityCheck: NONE } }) { userErrors { code } } }",
        json!({ "id": second["id"] })).await;
    assert_eq!(one_self.code(), "FORBIDDEN");
    assert_eq!(observe(&academy, &second).await, true);
    assert_eq!(academy.standing(PROGRAM, "zoe").await["status"], "COMPLETED");
    let credential = academy.credential(PROGRAM, "zoe").await;
    assert_eq!(
        (&credential["validFrom"].as_str().unwrap()[..10], &credential["validUntil"].as_str().unwrap()[..10]),
        ("2027-02-15", "2029-02-15")
    );

    // Three tries, and no fourth.
    academy.enroll("rex", &[PROGRAM], "2027-02-15T10:00:00Z").await;
    for day in ["2027-03-01T10:00:00Z", "2027-03-16T10:00:00Z", "2027-03-31T10:00:00Z"] {
        academy.travel(day);
        sit(&academy.learner("rex").await, "rex", "exam", 0).await;
    }
    academy.travel("2027-05-01T10:00:00Z");
    let rex = academy.learner("rex").await;
    assert_eq!(
        by_code(&refusal_to(&rex, "startAttempt", at("rex", "exam")).await),
        ("assessment", "LIMIT_REACHED")
    );
    let price =
        academy.shown("corviant-cloud-architect", "prices { amount discounts { name percentOff } }").await;
    assert_eq!(
        price["prices"][0]["discounts"],
        json!([{ "name": "Holders who certify again", "percentOff": 50.0 }])
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_renewed_in_its_last_six_months_from_its_old_end() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, FILE).await;
    academy.travel("2027-02-15T10:00:00Z");
    for name in ["zoe", "tim"] {
        academy.enroll(name, &[PROGRAM], "2027-02-01T10:00:00Z").await;
        let (_, attempt) = sit(&academy.learner(name).await, name, "exam", 10).await;
        observe(&academy, &attempt).await;
    }
    let (old, other) = (academy.credential(PROGRAM, "zoe").await, academy.credential(PROGRAM, "tim").await);
    let renew = |credential: &Value| json!({ "credential": { "id": credential["id"] } });
    academy.travel("2028-08-14T10:00:00Z");
    let refused = academy.refusal("renewCredential", renew(&old)).await;
    assert!(
        by_code(&refused) == ("credential", "CONFLICT") && refused.2.contains("too early"),
        "{refused:?}"
    );
    academy.travel("2028-08-20T10:00:00Z");
    let refused = academy.refusal("renewCredential", renew(&old)).await;
    assert!(
        by_code(&refused) == ("credential", "NOT_ELIGIBLE") && refused.2.contains("Renewal assessment"),
        "{refused:?}"
    );
    let zoe = academy.learner("zoe").await;
    let (_, failed) = sit(&zoe, "zoe", "renewal", 2).await;
    assert_eq!(failed["passed"], false);
    assert_eq!(academy.refusal("renewCredential", renew(&old)).await.1, "NOT_ELIGIBLE");
    academy.travel("2028-08-22T10:00:00Z");
    let (_, passed) = sit(&zoe, "zoe", "renewal", 4).await;
    assert_eq!(passed["passed"], true, "{passed}");
    let selection = "credential { id validFrom validUntil renews { id } }";
    let new = academy.call("renewCredential", selection, renew(&old)).await["credential"].clone();
    assert_eq!(
        (&new["validFrom"], &new["renews"]["id"]),
        (&old["validUntil"], &old["id"]),
        "from the old end"
    );
    assert_eq!(&new["validUntil"].as_str().unwrap()[..10], "2031-02-15");
    assert_eq!(academy.refusal("renewCredential", renew(&old)).await.1, "ALREADY_DONE");
    let again = academy.refusal("renewCredential", renew(&new)).await;
    assert!(by_code(&again) == ("credential", "CONFLICT") && again.2.contains("too early"), "{again:?}");

    // Who lets it run out takes the exam again.
    academy.travel("2029-02-16T10:00:00Z");
    assert_eq!(academy.credential(PROGRAM, "tim").await["status"], "EXPIRED");
    let tim = academy.learner("tim").await;
    sit(&tim, "tim", "renewal", 4).await;
    let refused = academy.refusal("renewCredential", renew(&other)).await;
    assert!(by_code(&refused) == ("credential", "CONFLICT") && refused.2.contains("too late"), "{refused:?}");
    app.stop().await;
}
