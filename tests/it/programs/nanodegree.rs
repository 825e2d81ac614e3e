//! The nanodegree: projects that meet their specifications or require changes, handed in again until they pass.

use cairn_tests::{Client, TestApp};
use serde_json::{Value, json};

use super::{Academy, by_code, call_as, missing};

const PROGRAM: &str = "backend-developer";

async fn hand_in(learner: &Client, project: &str) -> Value {
    let input = json!({ "enrollment": { "externalId": format!("{PROGRAM}/ida") }, "assessment": { "externalId": project },
        "evidence": [{ "name": "Repository", "url": "https://work.example/ida/api" }] });
    let selection =
        "attempt { id number status assessment { rubric { id levels { label points requiresChanges } } } }";
    call_as(learner, "submitAttempt", selection, input).await["attempt"].clone()
}

/// What a reviewer says of an attempt: of each criterion whether it meets specifications.
fn review(attempt: &Value, meets: &[bool]) -> Value {
    let criteria = attempt["assessment"]["rubric"].as_array().unwrap();
    let scores: Vec<Value> = criteria
        .iter()
        .zip(meets)
        .map(|(criterion, meets)| json!({ "criterion": criterion["id"], "points": criterion["levels"][usize::from(*meets)]["points"] }))
        .collect();
    json!({ "attempt": { "id": attempt["id"] }, "rubricScores": scores, "feedback": "See my remarks." })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_comes_back_until_every_criterion_meets_its_specifications() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "nanodegree.json").await;
    academy.enroll("ida", &[PROGRAM], "2026-09-01T10:00:00Z").await;
    let ida = academy.learner("ida").await;
    let graded = "attempt { status passed score rubricScores { level { label } } enrollment { status } }";
    for (number, meets) in [(1, [false, false]), (2, [true, false]), (3, [false, true]), (4, [true, false])] {
        let attempt = hand_in(&ida, "project-api").await;
        assert_eq!(attempt["number"], number, "what was given back uses up no try");
        let own =
            "mutation($input: GradeAttemptInput!) { gradeAttempt(input: $input) { userErrors { code } } }";
        let own = ida.send(own, json!({ "input": review(&attempt, &meets) })).await;
        assert_eq!(own.code(), "FORBIDDEN", "nobody reviews their own");
        let judged = academy.call("gradeAttempt", graded, review(&attempt, &meets)).await["attempt"].clone();
        assert_eq!(judged["status"], "RETURNED", "{judged}");
        let label =
            |place: usize| judged["rubricScores"][place]["level"]["label"].as_str().unwrap().to_owned();
        let expected = meets.map(|meets| if meets { "Meets specifications" } else { "Requires changes" });
        assert_eq!([label(0).as_str(), label(1).as_str()], expected);
    }
    // A project that passes completes its part: the parts themselves are not asked for beside it.
    let open = missing(&academy.standing(PROGRAM, "ida").await);
    let projects = ["A service with an interface", "Data that last", "A service that is run"];
    assert_eq!(
        open.iter().map(|one| one.0.as_str()).collect::<Vec<_>>(),
        projects.map(|title| format!("Pass “Project: {title}”"))
    );
    assert!(open[0].1.contains("given back for changes"), "{open:?}");
    assert_eq!(academy.standing(PROGRAM, "ida").await["progress"]["percent"], 0.0);

    let attempt = hand_in(&ida, "project-api").await;
    let mut beyond = review(&attempt, &[true, true]);
    beyond["rubricScores"][1]["points"] = json!(2);
    assert_eq!(by_code(&academy.refusal("gradeAttempt", beyond).await), ("rubricScores.1.points", "INVALID"));
    let half = review(&attempt, &[true]);
    assert_eq!(by_code(&academy.refusal("gradeAttempt", half).await), ("rubricScores", "REQUIRED"));
    let judged =
        academy.call("gradeAttempt", graded, review(&attempt, &[true, true])).await["attempt"].clone();
    assert_eq!((&judged["status"], &judged["passed"]), (&json!("GRADED"), &json!(true)));
    let standing = academy.standing(PROGRAM, "ida").await;
    let first = &standing["progress"]["components"][0];
    assert_eq!(
        (&first["state"], &first["source"]),
        (&json!("COMPLETED"), &json!("ASSESSED")),
        "the project completes its part"
    );

    for project in ["project-data", "project-operate"] {
        let attempt = hand_in(&ida, project).await;
        academy.call("gradeAttempt", graded, review(&attempt, &[true, true])).await;
    }
    assert_eq!(academy.standing(PROGRAM, "ida").await["status"], "COMPLETED");
    let target = json!({ "target": { "everyoneEligibleIn": { "externalId": PROGRAM } } });
    academy.call("issueCredentials", "bulkOperation { id }", target).await;
    let credential = academy.credential(PROGRAM, "ida").await;
    let read = "query($id: ID!) { node(id: $id) { ... on Credential { document } } }";
    let document =
        academy.provider.data(read, json!({ "id": credential["id"] })).await["node"]["document"].clone();
    assert_eq!(document["credentialSubject"]["achievement"]["achievementType"], "ext:Nanodegree");
    let results = document["credentialSubject"]["result"].to_string();
    assert_eq!(results.matches("achievedLevel").count(), 6, "each criterion of each project: {results}");
    let prices = academy
        .shown("brightpath-backend-developer", "prices { amount per discounts { name amountOff } }")
        .await;
    let discount = json!([{ "name": "Four months at once", "amountOff": "150.00" }]);
    assert_eq!(prices["prices"][1], json!({ "amount": "846.00", "per": "ONCE", "discounts": discount }));
    app.stop().await;
}
