//! Documents that are named instead of sent.

use std::sync::{Arc, atomic::Ordering};

use cairn_api::http::graphql::documents::{Trusted, hash};
use reqwest::Response;
use serde_json::{Value, json};

use crate::toy::{Toy, settings};

const RESPONSE: &str = "application/graphql-response+json";

async fn post(toy: &Toy, body: Value, credential: Option<&str>) -> (u16, Value) {
    let request = toy.client.post(format!("{}/graphql", toy.url)).header("accept", RESPONSE).json(&body);
    let request = match credential {
        Some(credential) => request.bearer_auth(credential),
        None => request,
    };
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn persisted(hash: &str) -> Value {
    json!({"persistedQuery": {"version": 1, "sha256Hash": hash}})
}

fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"].as_str().unwrap_or("none")
}

async fn get(toy: &Toy, parameters: &[(&str, &str)], headers: &[(&str, &str)]) -> Response {
    let mut url = url::Url::parse(&format!("{}/graphql", toy.url)).unwrap();
    url.query_pairs_mut().extend_pairs(parameters);
    let request =
        headers.iter().fold(toy.client.get(url), |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap()
}

#[tokio::test]
async fn a_document_is_sent_once_and_named_from_then_on() {
    let toy = Toy::start().await;
    let document = "query Q($n: Int!) { echo(n: $n) }";
    let hash = hash(document);
    let (status, body) = post(&toy, json!({"extensions": persisted(&hash)}), None).await;
    // The words that Apollo's clients look for.
    assert_eq!((status, code(&body)), (400, "PERSISTED_QUERY_NOT_FOUND"));
    assert_eq!(body["errors"][0]["message"], "PersistedQueryNotFound");
    let sent = json!({"query": document, "variables": {"n": 7}, "extensions": persisted(&hash)});
    assert_eq!(post(&toy, sent, None).await.1["data"], json!({"echo": 7}));
    let named = json!({"variables": {"n": 8}, "extensions": persisted(&hash)});
    assert_eq!(post(&toy, named, None).await.1["data"], json!({"echo": 8}));
    let by_id = json!({"variables": {"n": 9}, "documentId": format!("sha256:{hash}")});
    assert_eq!(post(&toy, by_id, None).await.1["data"], json!({"echo": 9}));
    let response = get(&toy, &[("documentId", &hash), ("variables", r#"{"n":3}"#)], &[]).await;
    assert_eq!(response.json::<Value>().await.unwrap()["data"], json!({"echo": 3}));
}

#[tokio::test]
async fn what_is_no_document_or_another_is_not_kept() {
    let toy = Toy::start().await;
    let of_another = json!({"query": "{ hello }", "extensions": persisted(&hash("{ actor }"))});
    assert_eq!(code(&post(&toy, of_another, None).await.1), "BAD_REQUEST");
    let broken = json!({"query": "{ hello", "extensions": persisted(&hash("{ hello"))});
    assert_eq!(code(&post(&toy, broken, None).await.1), "GRAPHQL_PARSE_FAILED");
    for text in ["{ actor }", "{ hello"] {
        let named = json!({"extensions": persisted(&hash(text))});
        assert_eq!(code(&post(&toy, named, None).await.1), "PERSISTED_QUERY_NOT_FOUND", "{text}");
    }
    for extension in [
        json!({"version": 2, "sha256Hash": hash("{ hello }")}),
        json!({"version": 1}),
        json!({"version": 1, "sha256Hash": 7}),
        json!("x"),
    ] {
        let body = json!({"query": "{ hello }", "extensions": {"persistedQuery": extension}});
        assert_eq!(code(&post(&toy, body, None).await.1), "BAD_REQUEST", "{extension}");
    }
    assert_eq!(code(&post(&toy, json!({"documentId": 7}), None).await.1), "BAD_REQUEST");
    assert_eq!(code(&post(&toy, json!({"extensions": {}}), None).await.1), "BAD_REQUEST");
}

#[tokio::test]
async fn queries_by_name_are_fit_for_caches_and_mutations_stay_what_they_are() {
    let toy = Toy::start().await;
    for document in ["{ actor }", "mutation { bump }"] {
        post(&toy, json!({"query": document, "extensions": persisted(&hash(document))}), None).await;
    }
    let asked = persisted(&hash("{ actor }")).to_string();
    let parameters = [("extensions", asked.as_str())];
    let first = get(&toy, &parameters, &[]).await;
    assert_eq!(
        (first.status().as_u16(), &first.headers()["cache-control"]),
        (200, &"public, no-cache".parse().unwrap())
    );
    assert!(first.headers()["vary"].to_str().unwrap().contains("authorization"));
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let again = get(&toy, &parameters, &[("if-none-match", &tag)]).await;
    assert_eq!((again.status().as_u16(), again.headers()["etag"].to_str().unwrap()), (304, tag.as_str()));
    assert!(again.text().await.unwrap().is_empty());
    // Another caller gets another answer, which is nobody else's.
    let own =
        get(&toy, &parameters, &[("if-none-match", &tag), ("authorization", "Bearer good.good.good")]).await;
    assert_eq!(
        (own.status().as_u16(), &own.headers()["cache-control"]),
        (200, &"private, no-cache".parse().unwrap())
    );

    let bumped = toy.witness.mutated.load(Ordering::SeqCst);
    let mutation = persisted(&hash("mutation { bump }")).to_string();
    assert_eq!(get(&toy, &[("extensions", &mutation)], &[]).await.status(), 405);
    assert_eq!(toy.witness.mutated.load(Ordering::SeqCst), bumped);
    // What is sent in the address itself, and what fails, is kept by nobody.
    let plain = get(&toy, &[("query", "{ actor }")], &[]).await;
    assert_eq!(plain.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn where_documents_are_trusted_nothing_else_is_served() {
    let folder = std::env::temp_dir().join(format!("cairn-trusted-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("Hello.graphql"), "query Hello { hello }").unwrap();
    let trusted = Arc::new(Trusted::read(&folder).unwrap());
    std::fs::remove_dir_all(&folder).unwrap();
    let mut settings = settings();
    settings.trusted_documents = Some(trusted);
    let toy = Toy::start_with(settings).await;
    let hello = "query Hello { hello }";
    for body in [
        json!({"query": hello}),
        json!({"documentId": "Hello"}),
        json!({"documentId": format!("sha256:{}", hash(hello))}),
        json!({"extensions": persisted(&hash(hello))}),
        json!({"query": hello, "extensions": persisted(&hash(hello))}),
    ] {
        assert_eq!(post(&toy, body.clone(), None).await.1["data"], json!({"hello": "world"}), "{body}");
    }
    let other = "{ actor }";
    for (body, expected) in [
        (json!({"query": other}), (403, "PERSISTED_QUERY_ONLY")),
        (json!({"query": "{ __schema { types { name } } }"}), (403, "PERSISTED_QUERY_ONLY")),
        (json!({"query": other, "extensions": persisted(&hash(other))}), (403, "PERSISTED_QUERY_ONLY")),
        (json!({"query": other, "documentId": "Other"}), (403, "PERSISTED_QUERY_ONLY")),
        (json!({"documentId": "Other"}), (400, "PERSISTED_QUERY_NOT_FOUND")),
        (json!({"extensions": persisted(&hash(other))}), (400, "PERSISTED_QUERY_NOT_FOUND")),
    ] {
        let (status, answer) = post(&toy, body.clone(), Some("good.good.good")).await;
        assert_eq!((status, code(&answer)), expected, "{body}");
        assert!(answer.get("data").is_none());
    }
    // Nobody taught the server another one by the way; who runs it may ask for anything.
    assert_eq!(post(&toy, json!({"extensions": persisted(&hash(other))}), None).await.0, 400);
    assert_eq!(
        post(&toy, json!({"query": other}), Some("cairn_good")).await.1["data"],
        json!({"actor": "a key"})
    );
}
