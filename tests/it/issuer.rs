//! Issuers: making and reading them.

use cairn_service::actor::Role;
use cairn_tests::TestApp;
use serde_json::json;

const CREATE: &str = "mutation($input: CreateIssuerInput!) { createIssuer(input: $input) {
    issuer { id slug name kind did timeZone accreditations { name body url } signingKeys { id publicKeyMultibase status } }
    userErrors { field message code } } }";

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_makes_an_issuer_and_everybody_reads_it() {
    let app = TestApp::start().await;
    let operator = app.operator().await;
    let input = json!({ "slug": "ou", "name": "The Open University \u{2067}جامعة\u{2069}", "kind": "UNIVERSITY", "country": "GB",
        "timeZone": "Europe/London", "accreditations": [{ "name": "Royal Charter", "body": "Privy Council" }] });
    let made = operator.mutate(CREATE, input).await;
    let issuer = &made["issuer"];
    assert_eq!(issuer["signingKeys"][0]["status"], "ACTIVE");
    assert!(issuer["signingKeys"][0]["publicKeyMultibase"].as_str().unwrap().starts_with("z6Mk"));
    assert!(issuer["did"].as_str().unwrap().starts_with("did:web:localhost%3A"));

    let read = "query($slug: String!, $id: ID!) { issuer(slug: $slug) { id name kind } node(id: $id) { __typename id } }";
    let data = app.anonymous().data(read, json!({ "slug": "ou", "id": issuer["id"] })).await;
    assert_eq!(data["issuer"]["name"], issuer["name"]);
    assert_eq!(data["node"], json!({ "__typename": "Issuer", "id": issuer["id"] }));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_issuer_is_told_by_field_and_nothing_is_made() {
    let app = TestApp::start().await;
    app.issuer("taken").await;
    let operator = app.operator().await;
    let input =
        json!({ "slug": "No Slug", "name": " ", "kind": "COLLEGE", "email": "nobody", "country": "uk" });
    let answer = operator.send(CREATE, json!({ "input": input })).await;
    let expected = [("slug", "INVALID"), ("name", "REQUIRED"), ("email", "INVALID"), ("country", "INVALID")];
    assert_eq!(answer.user_errors(), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));

    let twice = json!({ "slug": "taken", "name": "Another", "kind": "COLLEGE" });
    let answer = operator.send(CREATE, json!({ "input": twice })).await;
    assert_eq!(answer.user_errors(), [("slug".to_owned(), "TAKEN".to_owned())]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_operators_make_issuers() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let input = json!({ "input": { "slug": "mine", "name": "Mine", "kind": "COMPANY" } });
    let nobody = app.anonymous().send(CREATE, input.clone()).await;
    assert_eq!(nobody.code(), "UNAUTHENTICATED");
    for client in [app.provider(&issuer).await, app.person(&issuer, Role::IssuerAdmin, "admin").await] {
        assert_eq!(client.send(CREATE, input.clone()).await.code(), "FORBIDDEN");
    }
    for wrong in ["Bearer cairn_aaaaaaaaaa_bbbb", "Bearer a.b.c", "Basic dTpw"] {
        let answer = app.presenting(wrong).send("{ __typename }", json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (401, "UNAUTHENTICATED"), "{wrong}");
    }
    app.stop().await;
}
