//! Questions: drawn, answered, marked by the server; their keys never reach a learner.

use cairn_service::actor::Scope;
use cairn_tests::contract;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{GRADE, START, SUBMIT, School, at, attempt_of, of, refused};

fn choices() -> Value {
    json!([{ "externalId": "a", "text": "The mean" }, { "externalId": "b", "text": "The median" }, { "externalId": "c", "text": "The mode" }])
}

fn bank() -> Value {
    json!([
        { "externalId": "q1", "prompt": "Which is the middle?", "answer": { "singleChoice": { "choices": choices(), "correct": "b" } } },
        { "externalId": "q2", "prompt": "Which are averages?", "points": 3.0,
            "answer": { "multipleChoice": { "choices": choices(), "correct": ["a", "b", "c"] } } },
        { "externalId": "q3", "prompt": "Two thirds?", "answer": { "numeric": { "value": 0.667, "tolerance": 0.001 } } },
        { "externalId": "q4", "prompt": "Who drew the rose?", "answer": { "shortAnswer": { "accepted": ["Florence Nightingale", "Nightingale"] } } }
    ])
}

fn quiz(members: &Value) -> Value {
    let mut quiz = json!({ "externalId": "quiz", "title": "Quiz", "kind": "QUIZ", "grading": "AUTOMATED", "passMark": 60.0,
        "questions": bank() });
    for (name, value) in members.as_object().unwrap() {
        quiz[name] = value.clone();
    }
    json!([quiz])
}

/// Answers to all questions, by what they ask.
fn answers(attempt: &Value, of: &[(&str, Value)]) -> Value {
    let all = attempt["answers"].as_array().unwrap().iter().filter_map(|put| {
        let (_, given) = of.iter().find(|(prompt, _)| put["question"]["prompt"] == *prompt)?;
        let mut given = given.clone();
        given["question"] = put["question"]["id"].clone();
        Some(given)
    });
    all.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiz_is_marked_by_the_server_and_its_keys_stay_there() {
    let school =
        School::open(quiz(&json!({ "partialCredit": true, "maxAttempts": 2, "timeLimitMinutes": 10 })), 2)
            .await;
    let learner = school.learner(0).await;
    assert_eq!(refused(&learner, SUBMIT, at("e0", "quiz")).await, of("assessment", "CONFLICT"));
    let started = learner.mutate(START, at("e0", "quiz")).await;
    let attempt = &started["attempt"];
    assert_eq!((&attempt["status"], &attempt["score"]), (&json!("STARTED"), &Value::Null));
    let questions: Vec<&Value> =
        attempt["answers"].as_array().unwrap().iter().map(|put| &put["question"]).collect();
    assert_eq!(questions.len(), 4);
    assert!(questions.iter().all(|question| question["key"].is_null()));
    assert_eq!(questions[0]["choices"], choices());
    let text = started.to_string();
    assert!(!text.contains("Nightingale") && !text.contains("0.667"), "{text}");
    assert_eq!(
        learner.mutate(START, at("e0", "quiz")).await["attempt"]["id"],
        attempt["id"],
        "it is the same again"
    );
    let marker = school.assessor("marker").await;
    let early = json!({ "attempt": attempt_of(&started), "score": 1.0 });
    assert_eq!(refused(&marker, GRADE, early).await, of("attempt", "TOO_EARLY"));

    let given = [
        ("Which is the middle?", json!({ "choices": ["b"] })),
        ("Which are averages?", json!({ "choices": ["a", "c"] })),
        ("Two thirds?", json!({ "number": 0.6665 })),
        ("Who drew the rose?", json!({ "text": "  florence   NIGHTINGALE " })),
    ];
    let mut input = at("e0", "quiz");
    input["answers"] = answers(attempt, &given);
    let mut strange = input.clone();
    strange["answers"][0]["question"] = json!("qst_nothing");
    assert_eq!(refused(&learner, SUBMIT, strange).await, of("answers.0.question", "NOT_FOUND"));
    let mut twice = input.clone();
    twice["answers"][1] = twice["answers"][0].clone();
    assert_eq!(refused(&learner, SUBMIT, twice).await, of("answers.1.question", "CONFLICT"));
    let done = learner.mutate(SUBMIT, input).await;
    let row = &done["attempt"];
    let points: Vec<f64> =
        row["answers"].as_array().unwrap().iter().map(|put| put["points"].as_f64().unwrap()).collect();
    assert_eq!(points, [1.0, 2.0, 1.0, 1.0]);
    assert_eq!((&row["status"], &row["passed"]), (&json!("GRADED"), &json!(true)));
    assert!((row["score"].as_f64().unwrap() - 83.3333).abs() < 0.001, "5 of 6 points: {row}");
    let history = "query($id: ID!) { node(id: $id) { ... on Attempt { answers { text question { key { accepted } } } } } }";
    let seen = learner.data(history, json!({ "id": row["id"] })).await;
    assert_eq!(seen["node"]["answers"][3]["text"], "  florence   NIGHTINGALE ");
    assert!(!seen.to_string().contains("\"accepted\":["), "nor after it has ended: {seen}");

    // Time runs out: the try is used up.
    let late = learner.mutate(START, at("e0", "quiz")).await;
    school.app.clock.advance(TimeDelta::minutes(11));
    let mut input = at("e0", "quiz");
    input["answers"] = answers(&late["attempt"], &given);
    assert_eq!(refused(&learner, SUBMIT, input).await, of("assessment", "TOO_LATE"));
    assert_eq!(refused(&learner, START, at("e0", "quiz")).await, of("assessment", "LIMIT_REACHED"));
    // Whoever lets the time of a first try pass has one more, and no points for the first.
    let other = school.learner(1).await;
    other.mutate(START, at("e1", "quiz")).await;
    school.app.clock.advance(TimeDelta::minutes(11));
    let second = other.mutate(START, at("e1", "quiz")).await;
    assert_eq!(second["attempt"]["number"], 2);
    let tries = school.standing("e1").await["attempts"]["nodes"].clone();
    let first = tries.as_array().unwrap().iter().find(|one| one["number"] == 1).unwrap();
    assert_eq!(
        (&first["status"], &first["score"], &first["passed"]),
        (&json!("GRADED"), &json!(0.0), &json!(false))
    );

    // Erasing a learner takes their answers out.
    let erase =
        "mutation($input: EraseLearnerInput!) { eraseLearner(input: $input) { userErrors { code } } }";
    school.provider.mutate(erase, json!({ "learner": { "externalId": "l0" } })).await;
    let left = school.provider.data(history, json!({ "id": row["id"] })).await;
    assert_eq!(left["node"]["answers"][3]["text"], Value::Null, "{left}");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn some_questions_of_a_pool_are_drawn_anew_for_each_attempt() {
    let pool: Vec<Value> = (0..40)
        .map(|n| json!({ "externalId": format!("q{n}"), "prompt": format!("What is {n}?"), "answer": { "numeric": { "value": n } } }))
        .collect();
    let school = School::open(quiz(&json!({ "questions": pool, "draw": 10 })), 2).await;
    let mut drawn = Vec::new();
    for n in 0..2 {
        let learner = school.learner(n).await;
        let started = learner.mutate(START, at(&format!("e{n}"), "quiz")).await;
        let prompts: Vec<String> = started["attempt"]["answers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|put| put["question"]["prompt"].as_str().unwrap().to_owned())
            .collect();
        let different: std::collections::BTreeSet<&String> = prompts.iter().collect();
        assert_eq!((prompts.len(), different.len()), (10, 10));
        let right: Vec<Value> = started["attempt"]["answers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|put| {
                let prompt = put["question"]["prompt"].as_str().unwrap();
                let number: f64 =
                    prompt.trim_start_matches("What is ").trim_end_matches('?').parse().unwrap();
                json!({ "question": put["question"]["id"], "number": number })
            })
            .collect();
        let mut input = at(&format!("e{n}"), "quiz");
        input["answers"] = json!(right);
        let done = learner.mutate(SUBMIT, input).await;
        assert_eq!(done["attempt"]["score"], 100.0, "the drawn questions are all that there is to be had");
        drawn.push(prompts);
    }
    assert_ne!(drawn[0], drawn[1], "one in 10^15 that chance makes them alike");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_for_those_who_write_or_grade_and_frozen_with_the_version() {
    let school = School::open(quiz(&json!({})), 1).await;
    let read = "query { programs(first: 5) { nodes { assessments { questionCount questions { externalId prompt key { choices number tolerance accepted } } } } } }";
    let marker = school.assessor("marker").await;
    let writer = school.app.key(&school.issuer, &[Scope::ProgramsWrite, Scope::ProgramsRead]).await;
    for client in [&school.provider, &writer, &marker] {
        let seen = client.data(read, json!({})).await;
        let assessment = &seen["programs"]["nodes"][0]["assessments"][0];
        assert_eq!(assessment["questionCount"], 4);
        assert_eq!(assessment["questions"][0]["key"]["choices"], json!(["b"]));
        assert_eq!(assessment["questions"][2]["key"]["number"], 0.667);
    }
    let foreign = school.app.issuer("beta").await;
    for client in [
        school.app.anonymous(),
        school.learner(0).await,
        school.assessor("stranger").await,
        school.app.dashboard(&school.issuer).await,
        school.app.provider(&foreign).await,
    ] {
        let answer = client.send(read, json!({})).await;
        let code = answer.code();
        assert!(["FORBIDDEN", "UNAUTHENTICATED"].contains(&code), "{answer:?}");
        let text = format!("{answer:?}");
        assert!(!text.contains("Nightingale") && !text.contains("Which is the middle?"), "{text}");
        assert!(text.contains("\"questionCount\": 4"), "{text}");
    }

    // A key that changes makes a new version; who is enrolled is marked by theirs.
    let mut changed = bank();
    changed[0]["answer"]["singleChoice"]["correct"] = json!("a");
    school
        .publish(json!({ "externalId": "course", "title": "Course", "achievementType": "Certificate",
        "assessments": quiz(&json!({ "questions": changed })) }))
        .await;
    let learner = school.learner(0).await;
    let started = learner.mutate(START, at("e0", "quiz")).await;
    let mut input = at("e0", "quiz");
    input["answers"] = answers(&started["attempt"], &[("Which is the middle?", json!({ "choices": ["b"] }))]);
    let done = learner.mutate(SUBMIT, input).await;
    assert_eq!(done["attempt"]["answers"][0]["points"], 1.0);
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_question_is_told_by_field() {
    let school = School::open(json!([]), 0).await;
    let upsert = contract("provider/upsert_program.graphql");
    let single =
        |choices: Value, correct: &str| json!({ "singleChoice": { "choices": choices, "correct": correct } });
    let one = json!([{ "externalId": "a", "text": "The only one" }]);
    let same = json!([{ "externalId": "a", "text": "One" }, { "externalId": "a", "text": "Two" }]);
    for (answer, field, code) in [
        (single(one, "a"), "answer.singleChoice.choices", "REQUIRED"),
        (single(same, "a"), "answer.singleChoice.choices.1.externalId", "TAKEN"),
        (single(choices(), "z"), "answer.singleChoice.correct", "NOT_FOUND"),
        (
            json!({ "multipleChoice": { "choices": choices(), "correct": [] } }),
            "answer.multipleChoice.correct",
            "REQUIRED",
        ),
        (json!({ "numeric": { "value": 1.0, "tolerance": -1.0 } }), "answer.numeric.tolerance", "INVALID"),
        (json!({ "shortAnswer": { "accepted": [] } }), "answer.shortAnswer.accepted", "REQUIRED"),
        (json!({ "shortAnswer": { "accepted": [" "] } }), "answer.shortAnswer.accepted.0", "REQUIRED"),
    ] {
        let question = json!({ "externalId": "q", "prompt": "What?", "answer": answer });
        let program = json!({ "externalId": "other", "title": "Other", "achievementType": "Certificate",
            "assessments": quiz(&json!({ "questions": [question] })) });
        let expected = (format!("assessments.0.questions.0.{field}"), code.to_owned());
        assert_eq!(refused(&school.provider, &upsert, program).await, expected);
    }
    let by_people = quiz(&json!({ "grading": "EXPERT" }));
    let program = json!({ "externalId": "other", "title": "Other", "achievementType": "Certificate", "assessments": by_people });
    assert_eq!(refused(&school.provider, &upsert, program).await, of("assessments.0.grading", "CONFLICT"));
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_masters_a_module_tests_out_of_it() {
    let school =
        School::open(quiz(&json!({ "kind": "PRACTICAL_TASK", "module": "m", "completesModule": true })), 1)
            .await;
    let learner = school.learner(0).await;
    let started = learner.mutate(START, at("e0", "quiz")).await;
    let given = [
        ("Which is the middle?", json!({ "choices": ["b"] })),
        ("Which are averages?", json!({ "choices": ["a", "b", "c"] })),
    ];
    let mut input = at("e0", "quiz");
    input["answers"] = answers(&started["attempt"], &given);
    learner.mutate(SUBMIT, input).await;
    let standing = school.standing("e0").await;
    assert_eq!(standing["status"], "COMPLETED", "{standing}");
    let component = &standing["progress"]["components"][0];
    assert_eq!((&component["state"], &component["source"]), (&json!("COMPLETED"), &json!("ASSESSED")));
    school.app.stop().await;
}
