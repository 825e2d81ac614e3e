//! A portfolio entry by recognition of prior learning: evidence mapped to outcomes, judged, credited up to a limit, visible in the credential.

use cairn_service::actor::Role;
use cairn_tests::TestApp;
use serde_json::{Value, json};

use super::{Academy, missing};
use crate::prior_learning::{call, decided, outcome, part};

const PROGRAM: &str = "workplace-learning";
const OF: &str = "workplace-learning/farida";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_portfolio_shows_is_credited_and_the_rest_is_learned() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "portfolio-entry.json").await;
    academy.enroll("farida", &[PROGRAM], "2026-09-07T08:00:00Z").await;
    academy.travel("2026-11-20T10:00:00Z");
    let farida = app.person(&academy.issuer, Role::Learner, "farida").await;

    // Evidence, outcome by outcome; the assessor asks for more about one.
    let mapped = ["F1", "F2", "F3", "F5"].map(outcome);
    let claim = json!({ "enrollment": { "externalId": OF }, "statement": "I have trained nurses on the ward for eleven years",
        "parts": mapped.clone().map(part) });
    let claim = call(&farida, "claimPriorLearning", claim).await;
    let mut more = decided(&claim, &mapped[..3], &[]);
    more["parts"].as_array_mut().unwrap().push(
        json!({ "target": outcome("F5"), "verdict": "MORE_EVIDENCE", "feedback": "With whom did you adapt what?" }),
    );
    let asked = call(&academy.provider, "decidePriorLearningClaim", more).await;
    assert_eq!(asked["status"], "MORE_EVIDENCE");
    let answered = json!({ "claim": claim["id"], "parts": mapped.clone().map(part), "submit": true });
    call(&farida, "revisePriorLearningClaim", answered).await;
    let judged = decided(&claim, &mapped, &[]);
    let judged = call(&academy.provider, "decidePriorLearningClaim", judged).await;
    assert_eq!(judged["status"], "GRANTED");

    // F5 alone is not yet the whole of its unit; six of twelve credits are recognized, and no other unit fits into eight.
    let standing = academy.standing(PROGRAM, "farida").await;
    assert_eq!(standing["progress"]["percent"], 50.0, "{standing}");
    let beyond = "not started; cannot be recognized as learned before: 50% of the program is, and at most 66.67% may be";
    assert_eq!(
        missing(&standing)[..2],
        [
            ("Complete “Facilitating”".to_owned(), beyond.to_owned()),
            ("Complete “Evaluating”".to_owned(), beyond.to_owned()),
        ]
    );
    let rest = [outcome("F4"), outcome("F6")];
    let further = json!({ "enrollment": { "externalId": OF }, "statement": "And these", "parts": rest.clone().map(part) });
    let further = call(&farida, "claimPriorLearning", further).await;
    let all = academy.refusal("decidePriorLearningClaim", decided(&further, &rest, &[])).await;
    assert_eq!((all.0.as_str(), all.1.as_str()), ("parts", "LIMIT_REACHED"));
    assert!(all.2.starts_with("100 % of the program would be recognized"), "{all:?}");
    let refused = decided(&further, &[], &rest);
    assert_eq!(call(&academy.provider, "decidePriorLearningClaim", refused).await["status"], "REFUSED");

    // What is left is learned, and everybody has the conversation.
    academy.done(PROGRAM, "farida", "facilitation", "2026-11-01T10:00:00Z").await;
    academy.done(PROGRAM, "farida", "evaluation", "2026-11-02T10:00:00Z").await;
    let left = missing(&academy.standing(PROGRAM, "farida").await);
    assert_eq!(
        left,
        [("Pass “Professional conversation”".to_owned(), "needs 50 of 100 points; not tried yet".to_owned())]
    );
    academy.scored(PROGRAM, "farida", "conversation", 80.0, "2026-11-10T10:00:00Z").await;
    assert_eq!(academy.standing(PROGRAM, "farida").await["status"], "COMPLETED");
    let document = issued(&academy).await;
    tells(&document);
    #[cfg(feature = "conformance")]
    crate::document::fits(&document, "ob_v3p0_achievementcredential_schema.json");

    // A forged reference: what it supported goes, as the program says of changed grades.
    let back = json!({ "claim": claim["id"], "targets": [outcome("F3")], "reason": "The reference was not genuine" });
    call(&academy.provider, "takeBackPriorLearning", back).await;
    let standing = academy.standing(PROGRAM, "farida").await;
    assert_eq!(
        (&standing["status"], &standing["credential"]["status"]),
        (&json!("COMPLETED"), &json!("REVOKED"))
    );
    let about = standing["whyNotYet"]["missing"][0]["requirement"].clone();
    assert_eq!(about, "Complete “Designing learning”");
    app.stop().await;
}

async fn issued(academy: &Academy<'_>) -> Value {
    let target = json!({ "target": { "enrollments": [{ "externalId": OF }] } });
    let made = academy.call("issueCredentials", "bulkOperation { id }", target).await;
    cairn_tests::ended(&academy.provider, made["bulkOperation"]["id"].as_str().unwrap()).await;
    let id = academy.credential(PROGRAM, "farida").await["id"].clone();
    let read = "query($id: ID!) { node(id: $id) { ... on Credential { document } } }";
    academy.provider.data(read, json!({ "id": id })).await["node"]["document"].clone()
}

/// The document says which outcomes and units were recognized rather than taught, and by what.
fn tells(document: &Value) {
    let subject = &document["credentialSubject"];
    let recognized = |result: &&Value| {
        result["resultDescription"].as_str().is_some_and(|id| id.ends_with("#result-recognized"))
    };
    let results = subject["result"].as_array().unwrap().iter().filter(recognized);
    let named: Vec<(&Value, &Value, &Value)> = results
        .map(|result| {
            (&result["status"], &result["alignment"][0]["targetType"], &result["alignment"][0]["targetName"])
        })
        .collect();
    let done = json!("Completed");
    let (of_outcome, of_component) = (json!("ext:LearningOutcome"), json!("ext:Component"));
    let names = [
        json!("Find out what a team needs to learn, and what it does not"),
        json!("Agree learning goals with those who pay and those who learn"),
        json!("Design a sequence of learning for adults at work"),
        json!("Adapt to learners with different needs"),
        json!("Finding out what is needed"),
        json!("Designing learning"),
    ];
    let expected: Vec<(&Value, &Value, &Value)> = names
        .iter()
        .enumerate()
        .map(|(n, name)| (&done, if n < 4 { &of_outcome } else { &of_component }, name))
        .collect();
    assert_eq!(named, expected);
    let evidence = document["evidence"].as_array().unwrap();
    assert_eq!(evidence[0]["genre"], "recognition of prior learning");
    assert!(evidence[0]["digestMultibase"].is_string());
    let how_much = subject["achievement"]["alignment"].as_array().unwrap();
    let how_much = how_much.iter().find(|one| one["targetType"] == "ext:PriorLearning").unwrap();
    assert_eq!(how_much["targetCode"], "66.6666");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rigor_profile_says_how_much_may_come_by_recognition() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "portfolio-entry.json").await;
    let read = "{ programs(first: 1) { nodes { currentVersion { priorLearning { maxSharePercent maxCredits { amount } }
        rigor { recognizedSharePercent supervision identityCheck } } } } }";
    let version =
        academy.provider.data(read, json!({})).await["programs"]["nodes"][0]["currentVersion"].clone();
    assert_eq!(
        version["rigor"],
        json!({ "recognizedSharePercent": 66.6666, "supervision": "PROCTORED", "identityCheck": "DOCUMENT" }),
        "the rule names the conversation: nobody gets around it"
    );
    app.stop().await;
}
