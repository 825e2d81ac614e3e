//! What is refused, and where.

use serde_json::{Value, json};

use super::{call, claimed, component, decided, outcome, part, program, refusals, school};

fn at(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_is_not_well_formed_is_refused_at_its_fields() {
    let school = school(json!({}), 1).await;
    let learner = school.learner(0).await;
    let refused = async |parts: Value| {
        let mut claim = claimed("e0", &[]);
        claim["parts"] = parts;
        refusals(&learner, "claimPriorLearning", claim).await
    };
    assert_eq!(refused(json!([])).await, [at("parts", "REQUIRED")]);
    assert_eq!(
        refused(json!([{ "target": outcome("A") }, part(outcome("B"))])).await,
        [at("parts.0.evidence", "REQUIRED")]
    );
    assert_eq!(
        refused(json!([part(outcome("Z")), part(component("m9")), part(outcome("A")), part(outcome("A"))]))
            .await,
        [
            at("parts.0.target", "NOT_FOUND"),
            at("parts.1.target", "NOT_FOUND"),
            at("parts.3.target", "CONFLICT")
        ]
    );
    let mut bad = part(outcome("A"));
    bad["evidence"][0]["digest"] = json!("sha256-abc");
    bad["evidence"][0]["name"] = json!(" ");
    assert_eq!(
        refused(json!([bad])).await,
        [at("parts.0.evidence.0.name", "REQUIRED"), at("parts.0.evidence.0.digest", "INVALID")]
    );
    assert_eq!(
        refused(Value::from(vec![part(outcome("A")); 51])).await,
        [at("parts", "LIMIT_REACHED")],
        "at most fifty"
    );
    let mut wordless = claimed("e0", &[outcome("A")]);
    wordless["statement"] = json!("");
    assert_eq!(refusals(&learner, "claimPriorLearning", wordless).await, [at("statement", "REQUIRED")]);
    let nothing = json!({ "claim": "plc_nothing", "submit": true });
    assert_eq!(refusals(&learner, "revisePriorLearningClaim", nothing).await, [at("claim", "NOT_FOUND")]);
    let claim = call(&learner, "claimPriorLearning", claimed("e0", &[outcome("A")])).await;
    let revise = json!({ "claim": claim["id"], "statement": "more" });
    assert_eq!(refusals(&learner, "revisePriorLearningClaim", revise).await, [at("claim", "CONFLICT")]);
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_about_every_part_once_and_says_why_not() {
    let school = school(json!({}), 1).await;
    let (learner, marker) = (school.learner(0).await, school.assessor("marker").await);
    let claim = call(&learner, "claimPriorLearning", claimed("e0", &[outcome("A"), component("m2")])).await;
    let field = "decidePriorLearningClaim";
    let refused =
        async |parts: Value| refusals(&marker, field, json!({ "claim": claim["id"], "parts": parts })).await;
    let grant = |target: Value| json!({ "target": target, "verdict": "GRANTED" });
    assert_eq!(refused(json!([grant(outcome("A"))])).await, [at("parts", "REQUIRED")]);
    assert_eq!(
        refused(json!([
            grant(outcome("A")),
            grant(outcome("A")),
            grant(component("m2")),
            grant(outcome("D"))
        ]))
        .await,
        [at("parts.1.target", "CONFLICT"), at("parts.3.target", "NOT_FOUND")]
    );
    let silent = json!([grant(outcome("A")), { "target": component("m2"), "verdict": "REFUSED" }]);
    assert_eq!(refused(silent).await, [at("parts.1.feedback", "REQUIRED")]);
    let reason = json!({ "claim": claim["id"], "reason": "because" });
    assert_eq!(
        refusals(&marker, "takeBackPriorLearning", reason).await,
        [at("claim", "CONFLICT")],
        "nothing is recognized yet"
    );
    let refuse_all = decided(&claim, &[], &[outcome("A"), component("m2")]);
    assert_eq!(call(&marker, field, refuse_all.clone()).await["status"], "REFUSED");
    assert_eq!(refusals(&marker, field, refuse_all).await, [at("claim", "CONFLICT")], "it is decided");
    let again = call(&learner, "claimPriorLearning", claimed("e0", &[outcome("A")])).await;
    assert_eq!(again["status"], "SUBMITTED", "what was refused may be claimed anew");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_the_program_allows_is_refused_and_the_refusal_says_how_much() {
    let school = school(json!({}), 1).await;
    let (learner, marker) = (school.learner(0).await, school.assessor("marker").await);
    let all = [component("m2"), outcome("D")];
    let claim = call(&learner, "claimPriorLearning", claimed("e0", &all)).await;
    let input = json!({ "input": decided(&claim, &all, &[]) });
    let payload = marker.send(&super::mutation("decidePriorLearningClaim"), input).await.payload();
    let error = &payload["userErrors"][0];
    assert_eq!(error["code"], "LIMIT_REACHED");
    let message = "80 % of the program would be recognized as learned before, and at most 60 % may be";
    assert_eq!(error["message"], message);
    assert_eq!(school.standing("e0").await["progress"]["percent"], 0.0, "nothing was written");
    let part = decided(&claim, &[outcome("D")], &[component("m2")]);
    assert_eq!(call(&marker, "decidePriorLearningClaim", part).await["status"], "PARTLY_GRANTED");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_programs_that_say_so_recognize_and_only_while_work_is_handed_in() {
    let school = school(json!({ "priorLearning": null }), 1).await;
    let learner = school.learner(0).await;
    let refused = refusals(&learner, "claimPriorLearning", claimed("e0", &[outcome("A")])).await;
    assert_eq!(refused, [at("enrollment", "NOT_ELIGIBLE")]);
    let withdraw = "mutation($input: WithdrawInput!) { withdraw(input: $input) { userErrors { code } } }";
    learner.mutate(withdraw, json!({ "enrollment": { "externalId": "e0" } })).await;
    let refused = refusals(&learner, "claimPriorLearning", claimed("e0", &[outcome("A")])).await;
    assert_eq!(refused, [at("enrollment", "CONFLICT")]);
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_is_stated_within_the_program_and_frozen_with_it() {
    let school = school(json!({ "priorLearning": null }), 0).await;
    let upsert = cairn_tests::contract("provider/upsert_program.graphql");
    let refused = async |prior: Value| {
        let input = json!({ "input": program(&json!({ "credits": [{ "amount": "10", "scheme": "ECTS" }], "priorLearning": prior })) });
        school.provider.send(&upsert, input).await.user_errors()
    };
    for share in [0.0, 100.5, -1.0] {
        let prior = json!({ "maxSharePercent": share });
        assert_eq!(refused(prior).await, [at("priorLearning.maxSharePercent", "INVALID")]);
    }
    for credits in [
        json!({ "amount": "11", "scheme": "ECTS" }),
        json!({ "amount": "1", "scheme": "LOCAL" }),
        json!({ "amount": "0", "scheme": "ECTS" }),
    ] {
        assert_eq!(
            refused(json!({ "maxCredits": credits })).await,
            [at("priorLearning.maxCredits", "INVALID")]
        );
    }
    school
        .publish(program(&json!({ "credits": [{ "amount": "10", "scheme": "ECTS" }],
        "priorLearning": { "maxSharePercent": 75.0, "maxCredits": { "amount": "4", "scheme": "ECTS" } } })))
        .await;
    let read = "{ programs(first: 1) { nodes { currentVersion { number priorLearning { maxSharePercent maxCredits { amount scheme } } } } } }";
    let version =
        school.provider.data(read, json!({})).await["programs"]["nodes"][0]["currentVersion"].clone();
    assert_eq!(
        version,
        json!({ "number": 2, "priorLearning": { "maxSharePercent": 75.0, "maxCredits": { "amount": "4.00", "scheme": "ECTS" } } })
    );
    school.app.stop().await;
}
