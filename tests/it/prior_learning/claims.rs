//! A claim from its draft to its decision, and who sees it.

use cairn_service::actor::{Role, Scope};
use serde_json::{Value, json};

use super::{
    call, claimed, component, decided, missing, mutation, outcome, part, recognized, refusals, school,
};

const QUEUE: &str = "query($filter: PriorLearningClaimFilter, $first: Int, $after: String) {
    priorLearningClaims(filter: $filter, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        nodes { id status enrollment { externalId } parts { verdict evidence { name } outcome { code } component { id } } assessor { name } } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_is_drafted_handed_in_given_back_and_decided_part_by_part() {
    let school = school(json!({}), 1).await;
    let (learner, marker) = (school.learner(0).await, school.assessor("marker").await);
    let mut draft = claimed("e0", &[outcome("A")]);
    draft["draft"] = json!(true);
    draft["parts"] = json!([{ "target": outcome("A") }, { "target": component("m2") }]);
    let claim = call(&learner, "claimPriorLearning", draft).await;
    assert_eq!((&claim["status"], &claim["submittedAt"]), (&json!("DRAFT"), &Value::Null));
    let detail = |of: &[(String, String)], n: usize| of[n].1.clone();
    assert!(
        detail(&missing(&school, "e0").await, 0)
            .ends_with("claimed as learned before, and not handed in yet")
    );
    let id = claim["id"].clone();
    let bare = json!({ "claim": id, "submit": true });
    assert_eq!(refusals(&learner, "revisePriorLearningClaim", bare).await, one("parts", "REQUIRED"));
    assert_eq!(
        refusals(&marker, "reviewPriorLearningClaim", json!({ "claim": id })).await,
        one("claim", "CONFLICT"),
        "a draft is not decided yet"
    );

    let parts = [outcome("A"), outcome("B"), component("m2")].map(part);
    let handed = json!({ "claim": id, "statement": "Ten years, in fact", "parts": parts, "submit": true });
    let claim = call(&learner, "revisePriorLearningClaim", handed).await;
    assert_eq!((&claim["status"], &claim["statement"]), (&json!("SUBMITTED"), &json!("Ten years, in fact")));
    let evidence = &claim["parts"][0]["evidence"][0];
    assert_eq!(evidence["digest"], "uEiC5TSe5k00-CKUuUtejD3xDhoa7uGiLEBUqYbLFm8fKpg");
    assert!(
        detail(&missing(&school, "e0").await, 1)
            .ends_with("claimed as learned before, waits for the decision")
    );
    assert_eq!(
        refusals(&learner, "claimPriorLearning", claimed("e0", &[outcome("C")])).await,
        one("enrollment", "CONFLICT")
    );

    let claim = call(&marker, "reviewPriorLearningClaim", json!({ "claim": id })).await;
    assert_eq!((&claim["status"], &claim["assessor"]["name"]), (&json!("UNDER_REVIEW"), &json!("marker")));
    let judged = |targets: &[(Value, &str)]| {
        let part = |(target, verdict): &(Value, &str)| {
            let feedback = (*verdict != "GRANTED").then_some("Which instruments?");
            json!({ "target": target, "verdict": verdict, "feedback": feedback })
        };
        json!({ "claim": id, "feedback": "Nearly", "parts": targets.iter().map(part).collect::<Vec<_>>() })
    };
    let more =
        judged(&[(outcome("A"), "GRANTED"), (outcome("B"), "GRANTED"), (component("m2"), "MORE_EVIDENCE")]);
    let claim = call(&marker, "decidePriorLearningClaim", more).await;
    assert_eq!((&claim["status"], &claim["feedback"]), (&json!("MORE_EVIDENCE"), &json!("Nearly")));
    assert_eq!(claim["parts"][2]["feedback"], "Which instruments?");
    assert_eq!(claim["parts"][0]["recognizedAt"], Value::Null, "nothing counts before the whole is decided");
    assert_eq!(school.standing("e0").await["progress"]["percent"], 0.0);
    assert!(
        detail(&missing(&school, "e0").await, 1)
            .ends_with("claimed as learned before, more evidence is asked for")
    );

    call(&learner, "revisePriorLearningClaim", json!({ "claim": id, "submit": true })).await;
    let done = decided(&claim, &[outcome("A"), outcome("B")], &[component("m2")]);
    let claim = call(&marker, "decidePriorLearningClaim", done).await;
    assert_eq!(claim["status"], "PARTLY_GRANTED");
    assert_eq!(claim["parts"][2]["verdict"], "REFUSED");
    let components = school.standing("e0").await["progress"]["components"].clone();
    assert_eq!(
        (&components[0]["state"], &components[0]["source"]),
        (&json!("COMPLETED"), &json!("RECOGNIZED"))
    );
    assert_eq!((&components[1]["state"], &components[1]["source"]), (&json!("NOT_STARTED"), &Value::Null));
    assert_eq!(
        missing(&school, "e0").await,
        [
            told("m2", "not started; may be recognized if you have learned it before"),
            told(
                "m3",
                "not started; cannot be recognized as learned before: 20% of the program is, and at most 60% may be"
            ),
        ]
    );
    let log =
        "{ auditLog(first: 9, filter: { actions: [\"prior_learning.decided\"] }) { nodes { detail } } }";
    let line = school.provider.data(log, json!({})).await["auditLog"]["nodes"][0]["detail"].clone();
    assert_eq!(
        (&line["to"], &line["parts"]),
        (&json!("partly_granted"), &json!({ "all": 3, "recognized": 2 }))
    );
    school.app.stop().await;
}

fn one(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

fn told(module: &str, detail: &str) -> (String, String) {
    (format!("Complete “Module {module}”"), detail.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_is_withdrawn_and_another_may_follow() {
    let school = school(json!({}), 1).await;
    let learner = school.learner(0).await;
    let first = call(&learner, "claimPriorLearning", claimed("e0", &[outcome("A")])).await;
    let reason = json!({ "claim": first["id"], "reason": "I would rather learn it" });
    let withdrawn = call(&learner, "withdrawPriorLearningClaim", reason.clone()).await;
    assert_eq!(
        (&withdrawn["status"], &withdrawn["reason"]),
        (&json!("WITHDRAWN"), &json!("I would rather learn it"))
    );
    assert_eq!(refusals(&learner, "withdrawPriorLearningClaim", reason).await, one("claim", "CONFLICT"));
    let marker = school.assessor("marker").await;
    let decision = decided(&first, &[outcome("A")], &[]);
    assert_eq!(refusals(&marker, "decidePriorLearningClaim", decision).await, one("claim", "CONFLICT"));
    let second = call(&school.provider, "claimPriorLearning", claimed("e0", &[outcome("A")])).await;
    assert_eq!(second["status"], "SUBMITTED", "the provider claims on the learner's behalf");
    let read = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { priorLearningClaims(first: 1) { totalCount nodes { id } pageInfo { hasNextPage } } } }";
    let own = learner.data(read, json!({ "ref": { "externalId": "e0" } })).await["enrollment"].clone();
    let claims = &own["priorLearningClaims"];
    assert_eq!((&claims["totalCount"], &claims["nodes"][0]["id"]), (&json!(2), &first["id"]));
    assert_eq!(claims["pageInfo"]["hasNextPage"], true);
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_their_cohorts_claims_page_by_page_and_nobody_else_sees_any() {
    let school = school(json!({}), 5).await;
    for n in 0..5 {
        let learner = school.learner(n).await;
        call(&learner, "claimPriorLearning", claimed(&format!("e{n}"), &[outcome("A"), component("m2")]))
            .await;
    }
    let marker = school.assessor("marker").await;
    let filter = json!({ "statuses": ["SUBMITTED"], "programs": [{ "externalId": "course" }], "cohorts": [{ "externalId": "autumn" }] });
    let mut seen = Vec::new();
    let mut after = Value::Null;
    let mut statements = Vec::new();
    for first in [1, 4] {
        let asked = json!({ "filter": filter, "first": first, "after": after });
        // A busy machine may part a batch in two: the fewest of some tries are what the shape takes.
        let mut fewest = u32::MAX;
        let mut page = Value::Null;
        for _ in 0..5 {
            let answer = marker.send(QUEUE, asked.clone()).await;
            fewest = fewest.min(answer.statements.unwrap());
            page = answer.data()["priorLearningClaims"].clone();
        }
        statements.push(fewest);
        assert_eq!(page["totalCount"], 5);
        seen.extend(
            page["nodes"].as_array().unwrap().iter().map(|node| node["enrollment"]["externalId"].clone()),
        );
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen, ["e0", "e1", "e2", "e3", "e4"]);
    assert_eq!(statements[0], statements[1], "one claim takes as many statements as four");
    let count = async |client: &cairn_tests::Client, filter: Value| {
        client.data(QUEUE, json!({ "filter": filter })).await["priorLearningClaims"]["totalCount"].clone()
    };
    assert_eq!(count(&marker, json!({ "statuses": ["GRANTED"] })).await, 0);
    assert_eq!(count(&school.provider, json!({ "learners": [{ "externalId": "l3" }] })).await, 1);
    let learner = school.learner(2).await;
    assert_eq!(count(&learner, json!({})).await, 1, "their own");

    let of = json!({ "filter": { "learners": [{ "externalId": "l3" }] } });
    let id = school.provider.data(QUEUE, of).await["priorLearningClaims"]["nodes"][0]["id"].clone();
    let node = "query($id: ID!) { node(id: $id) { ... on PriorLearningClaim { status } } }";
    let stranger = school.assessor("stranger").await;
    assert_eq!(count(&stranger, json!({})).await, 0, "staff of no cohort");
    let elsewhere = school.app.provider(&school.app.issuer("elsewhere").await).await;
    assert_eq!(count(&elsewhere, json!({})).await, 0);
    for client in [&stranger, &elsewhere, &learner, &school.app.anonymous()] {
        assert_eq!(client.data(node, json!({ "id": id })).await["node"], Value::Null);
    }
    assert_eq!(marker.data(node, json!({ "id": id })).await["node"]["status"], "SUBMITTED");
    let grading = school.app.key(&school.issuer, &[Scope::AssessmentsGrade]).await;
    assert_eq!(count(&grading, json!({})).await, 5);
    assert_eq!(
        grading.data(node, json!({ "id": id })).await["node"]["status"],
        "SUBMITTED",
        "as its list has it"
    );
    let asked = school.app.anonymous().send(QUEUE, json!({})).await;
    assert_eq!(asked.code(), "UNAUTHENTICATED");
    let claim = json!({ "id": id });
    for client in [&stranger, &elsewhere] {
        let decision = decided(&claim, &[outcome("A"), component("m2")], &[]);
        assert_eq!(refusals(client, "decidePriorLearningClaim", decision).await, one("claim", "NOT_FOUND"));
    }
    for client in [&learner, &elsewhere] {
        let withdraw = json!({ "claim": id });
        assert_eq!(refusals(client, "withdrawPriorLearningClaim", withdraw).await, one("claim", "NOT_FOUND"));
        let other = claimed("e3", &[outcome("A")]);
        assert_eq!(refusals(client, "claimPriorLearning", other).await, one("enrollment", "NOT_FOUND"));
    }
    let decision = json!({ "input": decided(&claim, &[outcome("A"), component("m2")], &[]) });
    assert_eq!(learner.send(&mutation("decidePriorLearningClaim"), decision).await.code(), "FORBIDDEN");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_their_own_claim() {
    let school = school(json!({}), 1).await;
    let learner = school.learner(0).await;
    // The same person is an administrator of the issuer, too.
    let admin = school.app.person(&school.issuer, Role::IssuerAdmin, "l0").await;
    let claim = call(&learner, "claimPriorLearning", claimed("e0", &[outcome("A"), outcome("B")])).await;
    let targets = [outcome("A"), outcome("B")];
    for (field, input) in [
        ("reviewPriorLearningClaim", json!({ "claim": claim["id"] })),
        ("decidePriorLearningClaim", decided(&claim, &targets, &[])),
        ("takeBackPriorLearning", json!({ "claim": claim["id"], "reason": "mine" })),
    ] {
        assert_eq!(
            admin.send(&mutation(field), json!({ "input": input })).await.code(),
            "FORBIDDEN",
            "{field}"
        );
    }
    let marker = school.assessor("marker").await;
    let granted = call(&marker, "decidePriorLearningClaim", decided(&claim, &targets, &[])).await;
    assert_eq!(granted["status"], "GRANTED");
    // Who decided is found again by whoever sees the claim.
    let node = "query($id: ID!) { node(id: $id) { ... on Grader { name } } }";
    let grader = json!({ "id": granted["assessor"]["id"] });
    assert_eq!(school.provider.data(node, grader).await["node"]["name"], "marker");
    let again = refusals(&learner, "claimPriorLearning", claimed("e0", &targets)).await;
    let done = |n: usize| (format!("parts.{n}.target"), "ALREADY_DONE".to_owned());
    assert_eq!(again, [done(0), done(1)]);
    let more = recognized(&school, 0, &[component("m2")]).await;
    assert_eq!(more["status"], "GRANTED");
    school.app.stop().await;
}
