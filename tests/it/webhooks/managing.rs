//! Making, changing, listing and deleting endpoints: who may, what is refused, and that secrets are shown once.

use cairn_service::actor::{Role, Scope};
use cairn_tests::{Client, Course, TestApp, tables_with};
use serde_json::{Value, json};

use super::{ALL, DELETE, Endpoint, LOOK, PING, REPLAY, ROTATE, UPDATE, operation};

const LIST: &str = "query($slug: String!, $first: Int, $after: String) { issuer(slug: $slug) { webhookEndpoints(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id url enabled issuer { slug } } } } }";

fn url(n: usize) -> String {
    format!("https://hooks.example/{n}")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_made_listed_changed_and_its_secret_shown_once() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let provider = &course.provider;
    let create = operation("CreateWebhookEndpoint");
    let made = provider.mutate(&create, json!({ "url": url(0), "events": ALL })).await;
    let (id, secret) = (made["endpoint"]["id"].clone(), made["secret"].as_str().unwrap().to_owned());
    assert_eq!((&made["endpoint"]["events"], &made["endpoint"]["enabled"]), (&json!(ALL), &json!(true)));
    assert_eq!((secret.starts_with("whsec_"), secret.len()), (true, 6 + 44));
    let kept = tables_with(&app, secret.strip_prefix("whsec_").unwrap()).await;
    assert!(kept.is_empty(), "the secret stands in {kept:?}");

    let input =
        json!({ "id": id, "events": ["CREDENTIAL_ISSUED"], "programs": [{ "externalId": "course" }] });
    let changed = provider.mutate(UPDATE, input).await["endpoint"].clone();
    assert_eq!((&changed["events"], &changed["url"]), (&json!(["CREDENTIAL_ISSUED"]), &json!(url(0))));
    assert_eq!(changed["programs"].as_array().unwrap().len(), 1);
    let kept = provider.mutate(UPDATE, json!({ "id": id })).await["endpoint"].clone();
    assert_eq!(kept, changed);
    let cleared = provider.mutate(UPDATE, json!({ "id": id, "programs": null })).await["endpoint"].clone();
    assert_eq!(cleared["programs"], json!([]));

    for n in 1..5 {
        Endpoint::make(provider, &url(n), &["CREDENTIAL_ISSUED"]).await;
    }
    let mut urls = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = provider.data(LIST, json!({ "slug": "alpha", "first": 2, "after": after })).await;
        let page = page["issuer"]["webhookEndpoints"].clone();
        assert_eq!((&page["totalCount"], &page["nodes"][0]["issuer"]["slug"]), (&json!(5), &json!("alpha")));
        urls.extend(
            page["nodes"].as_array().unwrap().iter().map(|node| node["url"].as_str().unwrap().to_owned()),
        );
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(urls, [4, 3, 2, 1, 0].map(url), "the newest first");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_at_its_field() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let beta = Course::publish(&app, "beta").await;
    let programs = "{ programs(first: 1, filter: { issuers: [{ slug: \"beta\" }] }) { nodes { id } } }";
    let theirs = beta.provider.data(programs, json!({})).await["programs"]["nodes"][0]["id"].clone();
    let create = operation("CreateWebhookEndpoint");
    let refused =
        async |input: Value| course.provider.send(&create, json!({ "input": input })).await.user_errors();
    let one = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
    assert_eq!(refused(json!({ "url": url(0), "events": [] })).await, one("events", "REQUIRED"));
    assert_eq!(refused(json!({ "url": url(0), "events": ["PING"] })).await, one("events", "INVALID"));
    let of = |programs: Value, cohorts: Value| json!({ "url": url(0), "events": ["CREDENTIAL_ISSUED"], "programs": programs, "cohorts": cohorts });
    assert_eq!(
        refused(of(json!([{ "externalId": "course" }, { "id": theirs }]), json!([]))).await,
        one("programs.1", "NOT_FOUND")
    );
    assert_eq!(
        refused(of(json!([]), json!([{ "externalId": "nothing" }]))).await,
        one("cohorts.0", "NOT_FOUND")
    );
    assert_eq!(
        refused(of(json!(vec![json!({ "externalId": "course" }); 101]), json!([]))).await,
        one("programs", "LIMIT_REACHED")
    );
    assert_eq!(
        refused(json!({ "url": "http://hooks.example/", "events": [], "cohorts": [{ "id": "coh_x" }] }))
            .await,
        [one("url", "INVALID"), one("events", "REQUIRED"), one("cohorts.0", "NOT_FOUND")].concat(),
        "all that is wrong at once"
    );
    for n in 0..20 {
        Endpoint::make(&course.provider, &url(n), &["CREDENTIAL_ISSUED"]).await;
    }
    assert_eq!(
        refused(json!({ "url": url(20), "events": ["CREDENTIAL_ISSUED"] })).await,
        one("", "LIMIT_REACHED")
    );
    let listed = course.provider.data(LIST, json!({ "slug": "alpha" })).await;
    let id = listed["issuer"]["webhookEndpoints"]["nodes"][0]["id"].clone();
    for overlap in [-1, 721] {
        let answer =
            course.provider.send(ROTATE, json!({ "input": { "id": id, "overlapHours": overlap } })).await;
        assert_eq!(answer.user_errors(), one("overlapHours", "INVALID"));
    }
    course.provider.mutate(UPDATE, json!({ "id": id, "enabled": false })).await;
    for (document, input) in
        [(PING, json!({ "endpoint": id })), (REPLAY, json!({ "endpoint": id, "happened": {} }))]
    {
        let answer = course.provider.send(document, json!({ "input": input })).await;
        assert_eq!(answer.user_errors(), one("endpoint", "CONFLICT"));
    }
    app.stop().await;
}

/// Everything that can be done to an endpoint and a delivery: a document and its input, with the field that names what is not found.
fn doings(endpoint: &str, delivery: &str) -> Vec<(String, Value, &'static str)> {
    vec![
        (UPDATE.to_owned(), json!({ "id": endpoint, "enabled": false }), "id"),
        (DELETE.to_owned(), json!({ "id": endpoint }), "id"),
        (ROTATE.to_owned(), json!({ "id": endpoint }), "id"),
        (PING.to_owned(), json!({ "endpoint": endpoint }), "endpoint"),
        (REPLAY.to_owned(), json!({ "endpoint": endpoint, "happened": {} }), "endpoint"),
        (operation("RedeliverWebhook"), json!({ "delivery": delivery }), "delivery"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_manage_webhooks_does_and_only_those_of_their_issuer() {
    let app = TestApp::start().await;
    let alpha = app.issuer("alpha").await;
    let beta = app.issuer("beta").await;
    let endpoint = Endpoint::make(&app.provider(&alpha).await, &url(0), &["CREDENTIAL_ISSUED"]).await;
    let delivery = endpoint.ping().await["id"].as_str().unwrap().to_owned();
    let before = endpoint.look().await["deliveries"]["totalCount"].clone();
    let create = operation("CreateWebhookEndpoint");
    let new = json!({ "url": url(1), "events": ["CREDENTIAL_ISSUED"] });

    let without = [
        (app.anonymous(), "UNAUTHENTICATED"),
        (app.dashboard(&alpha).await, "FORBIDDEN"),
        (app.key(&alpha, &[Scope::KeysManage, Scope::ProgramsWrite]).await, "FORBIDDEN"),
        (app.person(&alpha, Role::Learner, "l").await, "FORBIDDEN"),
        (app.person(&alpha, Role::Instructor, "i").await, "FORBIDDEN"),
        (app.person(&alpha, Role::Assessor, "a").await, "FORBIDDEN"),
        (app.person(&alpha, Role::Analyst, "n").await, "FORBIDDEN"),
    ];
    for (client, code) in &without {
        assert_eq!(client.send(&create, json!({ "input": new })).await.code(), *code);
        for (document, input, _) in doings(&endpoint.id, &delivery) {
            assert_eq!(client.send(&document, json!({ "input": input })).await.code(), *code, "{document}");
        }
        assert_eq!(client.send(LIST, json!({ "slug": "alpha" })).await.code(), *code);
        assert_nothing_seen(client, &endpoint.id, &delivery).await;
    }
    for client in [app.provider(&beta).await, app.person(&beta, Role::IssuerAdmin, "admin").await] {
        let named = json!({ "url": url(1), "events": ["CREDENTIAL_ISSUED"], "issuer": { "slug": "alpha" } });
        assert_eq!(
            client.send(&create, json!({ "input": named })).await.user_errors(),
            [("issuer".to_owned(), "NOT_FOUND".to_owned())]
        );
        for (document, input, field) in doings(&endpoint.id, &delivery) {
            let answer = client.send(&document, json!({ "input": input })).await;
            assert_eq!(answer.user_errors(), [(field.to_owned(), "NOT_FOUND".to_owned())], "{document}");
        }
        assert_eq!(client.send(LIST, json!({ "slug": "alpha" })).await.code(), "FORBIDDEN");
        assert_nothing_seen(&client, &endpoint.id, &delivery).await;
    }
    let seen = endpoint.look().await;
    assert_eq!((&seen["enabled"], &seen["deliveries"]["totalCount"]), (&json!(true), &before));

    let operator = app.operator().await;
    assert_eq!(
        operator.send(&create, json!({ "input": new })).await.user_errors(),
        [("issuer".to_owned(), "REQUIRED".to_owned())]
    );
    let mut named = new.clone();
    named["issuer"] = json!({ "slug": "beta" });
    let made = operator.mutate(&create, named).await["endpoint"]["id"].clone();
    let of_beta = operator.data(LIST, json!({ "slug": "beta" })).await;
    assert_eq!(of_beta["issuer"]["webhookEndpoints"]["nodes"][0]["id"], made);
    app.stop().await;
}

async fn assert_nothing_seen(client: &Client, endpoint: &str, delivery: &str) {
    for id in [endpoint, delivery] {
        let seen = client.data(LOOK, json!({ "id": id })).await;
        assert_eq!(seen["node"], Value::Null);
    }
}
