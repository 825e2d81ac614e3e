//! Issuers: making and reading them.

use cairn_service::actor::{Role, Scope};
use cairn_tests::{Course, TestApp};
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

const UPDATE: &str = "mutation($input: UpdateIssuerInput!) { updateIssuer(input: $input) {
    issuer { slug name kind url email country description imageUrl timeZone phone official did
        address { street locality postalCode } accreditations { name body url } otherIdentifiers { identifier kind } }
    userErrors { field message code } } }";

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_changes_what_it_says_of_itself_and_what_was_issued_stays() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou").await;
    let admin = app.person(&course.issuer, Role::IssuerAdmin, "admin").await;
    let whole = json!({ "name": "Open University", "kind": "UNIVERSITY", "url": "https://ou.example/", "email": "registry@ou.example",
        "country": "GB", "description": "Open to all", "imageUrl": "https://ou.example/arms.png", "timeZone": "Europe/London",
        "phone": "+44 1632 960000", "official": "The Registrar",
        "address": { "street": "1 Walton Hall", "locality": "Milton Keynes", "postalCode": "MK7 6AA" },
        "accreditations": [{ "name": "Royal Charter", "body": "Privy Council", "url": "https://charter.example/" }],
        "otherIdentifiers": [{ "identifier": "10007773", "kind": "ext:ukprn" }] });
    let mut expected = admin.mutate(UPDATE, whole.clone()).await["issuer"].clone();
    let did = expected["did"].clone();
    assert!(did.as_str().unwrap().starts_with("did:web:"));
    let mut stated = whole.clone();
    stated["slug"] = json!("ou");
    stated["did"] = did;
    assert_eq!(expected, stated);

    course.enroll(2, None).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    // What is absent stays, null clears, lists are given whole.
    let change = json!({ "name": "The Open University", "email": null, "address": null, "description": null,
        "accreditations": [], "otherIdentifiers": null });
    let changed = admin.mutate(UPDATE, change.clone()).await["issuer"].clone();
    for (member, value) in [
        ("name", json!("The Open University")),
        ("email", json!(null)),
        ("address", json!(null)),
        ("description", json!(null)),
        ("accreditations", json!([])),
        ("otherIdentifiers", json!([])),
    ] {
        expected[member] = value;
    }
    assert_eq!(changed, expected);
    assert_eq!(admin.mutate(UPDATE, change).await["issuer"], expected, "the same again changes nothing");
    let read = "{ issuer(slug: \"ou\") { name email url } }";
    let told = json!({ "name": "The Open University", "email": null, "url": "https://ou.example/" });
    assert_eq!(app.anonymous().data(read, json!({})).await["issuer"], told);
    let profile = app.anonymous().get("/issuers/ou", "application/json").await.text().await.unwrap();
    assert!(profile.contains("\"The Open University\"") && !profile.contains("registry@"), "{profile}");

    course.complete([1]).await;
    course.issue_to_everyone().await;
    let mut names: Vec<String> = Vec::new();
    for credential in course.credentials().await {
        names.push(credential["document"]["issuer"]["name"].as_str().unwrap().to_owned());
    }
    names.sort();
    assert_eq!(names, ["Open University", "The Open University"]);

    let log = "{ auditLog(first: 10, filter: { actions: [\"issuer.updated\"] }) { nodes { detail subject { type } } } }";
    let lines = admin.data(log, json!({})).await["auditLog"]["nodes"].clone();
    assert_eq!(lines.as_array().unwrap().len(), 2, "{lines}");
    let fields = json!(["name", "email", "description", "accreditations", "address", "otherIdentifiers"]);
    assert_eq!(lines[0], json!({ "detail": { "fields": fields }, "subject": { "type": "Issuer" } }));
    assert!(!lines.to_string().contains("registry@"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_administers_an_issuer_changes_it_and_nobody_else() {
    let app = TestApp::start().await;
    let (own, other) = (app.issuer("own").await, app.issuer("other").await);
    let rename = |slug: Option<&str>| {
        let mut input = json!({ "name": "Renamed" });
        if let Some(slug) = slug {
            input["issuer"] = json!({ "slug": slug });
        }
        json!({ "input": input })
    };
    let administering = app.key(&own, &[Scope::KeysManage]).await;
    for input in [rename(None), rename(Some("own"))] {
        let answer = administering.send(UPDATE, input).await;
        assert_eq!(answer.payload()["issuer"]["name"], "Renamed", "{answer:?}");
    }
    let elsewhere = administering.send(UPDATE, rename(Some("other"))).await;
    assert_eq!(elsewhere.user_errors(), [("issuer".to_owned(), "NOT_FOUND".to_owned())]);
    let operator = app.operator().await;
    let unnamed = operator.send(UPDATE, rename(None)).await;
    assert_eq!(unnamed.user_errors(), [("issuer".to_owned(), "REQUIRED".to_owned())]);
    assert_eq!(operator.send(UPDATE, rename(Some("other"))).await.payload()["issuer"]["name"], "Renamed");

    assert_eq!(app.anonymous().send(UPDATE, rename(Some("own"))).await.code(), "UNAUTHENTICATED");
    for client in [
        app.key(&own, &[Scope::ProgramsWrite, Scope::LearnersWrite]).await,
        app.person(&own, Role::Instructor, "instructor").await,
        app.person(&own, Role::Analyst, "analyst").await,
        app.person(&own, Role::Learner, "learner").await,
    ] {
        assert_eq!(client.send(UPDATE, rename(None)).await.code(), "FORBIDDEN");
    }
    // What is wrong is told by field, and nothing of it is kept.
    let admin = app.person(&other, Role::IssuerAdmin, "admin").await;
    let wrong = json!({ "name": " ", "email": "nobody", "country": "uk", "phone": "1".repeat(101),
        "otherIdentifiers": [{ "identifier": "1", "kind": "made-up" }], "description": "Kept?" });
    let expected = [
        ("name", "REQUIRED"),
        ("email", "INVALID"),
        ("country", "INVALID"),
        ("phone", "INVALID"),
        ("otherIdentifiers.0.kind", "INVALID"),
    ];
    let answer = admin.send(UPDATE, json!({ "input": wrong })).await;
    assert_eq!(answer.user_errors(), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    let read = "{ issuer(slug: \"other\") { name description } }";
    let kept = json!({ "name": "Renamed", "description": "Awards things." });
    assert_eq!(admin.data(read, json!({})).await["issuer"], kept);
    app.stop().await;
}
