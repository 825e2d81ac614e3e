//! Which results of a credential its page shows, as its holder chooses.

use cairn_service::actor::Role;
use cairn_tests::{Client, TestApp, contract, operation_text};
use serde_json::{Value, json};

use super::{at, issue, refused};
use crate::pages;
use crate::school::{School, row};

const CHOOSE: &str =
    "mutation($input: ChooseCredentialResultsInput!) { chooseCredentialResults(input: $input) { credential {
    results { key name value maxValue shown } } userErrors { field message code } } }";
const READ: &str = "query($id: ID!) { node(id: $id) { ... on Credential { results { key name shown } urls { page json embed } document
    renewedBy { id } replacedBy { id } } } }";

/// A learner who passed an exam with 71 and a quiz with 9, and holds the credential.
async fn passed(school: &School<'_>) -> (Client, Value) {
    let assessment = |id: &str, most: f64| json!({ "externalId": id, "title": format!("The {id}"), "kind": "EXAM", "weight": 0.5, "passMark": 5.0, "maxScore": most });
    let program = json!({ "externalId": "logic", "title": "Logic", "achievementType": "MicroCredential",
        "assessments": [assessment("exam", 100.0), assessment("quiz", 10.0)] });
    school.provider.mutate(&contract("provider/upsert_program.graphql"), program).await;
    let named = json!({ "program": { "externalId": "logic" } });
    school.provider.mutate(&contract("provider/publish_program.graphql"), named).await;
    school.learners(&["ann"]).await;
    school.enrollments(vec![row("logic-ann", "ann", "logic", json!({}))]).await;
    let result = |id: &str, score: f64| {
        json!({ "enrollment": { "externalId": "logic-ann" }, "assessment": { "externalId": id }, "score": score,
            "submittedAt": "2026-03-02T09:30:00Z", "gradedAt": "2026-03-03T09:30:00Z" })
    };
    let rows = json!([result("exam", 71.0), result("quiz", 9.0)]);
    school.provider.mutate(&contract("provider/record_results.graphql"), json!({ "rows": rows })).await;
    issue(school, &["logic-ann"]).await;
    let ann = school.learner("ann").await;
    let own = "{ viewer { passport { credentials { nodes { id } } } } }";
    let id = ann.data(own, json!({})).await["viewer"]["passport"]["credentials"]["nodes"][0]["id"].clone();
    (ann, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_holder_chooses_which_results_the_page_shows() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    let (ann, id) = passed(&school).await;
    let read = async || ann.data(READ, json!({ "id": id })).await["node"].clone();
    let html = async |address: &Value| {
        app.anonymous().get(&pages::path(address), "text/html").await.text().await.unwrap()
    };
    let credential = read().await;
    let page = &credential["urls"]["page"];
    let results = credential["results"].as_array().unwrap().clone();
    assert!(
        results.iter().all(|one| one["shown"] == true),
        "all of them, until the holder chooses: {results:?}"
    );
    let key = |name: &str| results.iter().find(|one| one["name"] == name).unwrap()["key"].clone();
    let before = html(page).await;
    assert!(
        before.contains("<td dir=\"auto\">71</td>") && before.contains("<td dir=\"auto\">9</td>"),
        "{before}"
    );

    let choose = async |keys: Value| {
        let input = json!({ "credential": { "id": id }, "results": keys });
        ann.mutate(CHOOSE, input).await["credential"]["results"].as_array().unwrap().clone()
    };
    let chosen = choose(json!([key("The quiz")])).await;
    let shown: Vec<&Value> =
        chosen.iter().filter(|one| one["shown"] == true).map(|one| &one["name"]).collect();
    assert_eq!(shown, ["The quiz"]);
    let html_now = html(page).await;
    assert!(
        html_now.contains("<td dir=\"auto\">9</td>") && !html_now.contains("<td dir=\"auto\">71</td>"),
        "{html_now}"
    );
    assert!(!html(&credential["urls"]["embed"]).await.contains("<td dir=\"auto\">71</td>"));
    // The signed document stays as it is.
    assert_eq!(read().await["document"], credential["document"]);
    let file =
        app.anonymous().get(&pages::path(&credential["urls"]["json"]), "*/*").await.text().await.unwrap();
    assert!(file.contains("\"71\""), "{file}");

    // What takes its place shows no more than it did.
    let replace = operation_text(&contract("provider/credential_lifecycle.graphql"), "ReplaceCredential");
    school.provider.mutate(&replace, json!({ "credential": { "id": id }, "reason": "A slip" })).await;
    let next = read().await["replacedBy"]["id"].clone();
    let next = ann.data(READ, json!({ "id": next })).await["node"].clone();
    assert!(!html(&next["urls"]["page"]).await.contains("<td dir=\"auto\">71</td>"));

    choose(json!([])).await;
    assert!(!html(page).await.contains("aria-label=\"Results\""), "none");
    choose(Value::Null).await;
    assert_eq!(html(page).await.matches("<td dir=\"auto\">71</td>").count(), 1, "all again");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_holder_chooses() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    let (ann, id) = passed(&school).await;
    let input = json!({ "credential": { "id": id }, "results": [] });
    let admin = app.person(&school.issuer, Role::IssuerAdmin, "admin").await;
    school.learners(&["bob"]).await;
    let bob = school.learner("bob").await;
    for stranger in [&admin, &bob] {
        assert_eq!(refused(stranger, CHOOSE, input.clone()).await, at("credential", "NOT_FOUND"));
    }
    let key = school.provider.send(CHOOSE, json!({ "input": input })).await;
    assert_eq!(key.code(), "FORBIDDEN");
    assert_eq!(app.anonymous().send(CHOOSE, json!({ "input": input })).await.code(), "UNAUTHENTICATED");
    let unknown = json!({ "credential": { "id": id }, "results": ["overall", "no-such"] });
    assert_eq!(refused(&ann, CHOOSE, unknown).await, at("results.1", "NOT_FOUND"));
    let log = "{ auditLog(first: 9, filter: { actions: [\"credential.results_chosen\"] }) { totalCount } }";
    assert_eq!(school.provider.data(log, json!({})).await["auditLog"]["totalCount"], 0);
    app.stop().await;
}
