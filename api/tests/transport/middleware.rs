//! What stands around every request: ids, CORS, compression, health, metrics, the IDE, and the stop.

use std::sync::atomic::Ordering;

use cairn_api::http::origins::Origins;
use reqwest::{Method, Response};
use serde_json::json;

use crate::toy::{Toy, settings, until};

async fn get(toy: &Toy, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = toy.client.get(format!("{}{path}", toy.url));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn request_ids_come_back_and_odd_ones_do_not() {
    let toy = Toy::start().await;
    let own = get(&toy, "/healthz", &[("x-request-id", "abc-123")]).await;
    assert_eq!(own.headers()["x-request-id"], "abc-123");
    for odd in ["", "a b", "x\"y", &"a".repeat(200)] {
        let made = get(&toy, "/healthz", &[("x-request-id", odd)]).await;
        assert!(made.headers()["x-request-id"].to_str().unwrap().starts_with("request-"), "{odd}");
    }
}

#[tokio::test]
async fn foreign_origins_are_refused_unless_listed() {
    let mut listed = settings();
    listed.origins = Origins::parse("https://lms.example.org").unwrap();
    for (settings, origin, allowed) in [
        (settings(), "https://lms.example.org", false),
        (listed.clone(), "https://lms.example.org", true),
        (listed, "https://evil.example", false),
    ] {
        let toy = Toy::start_with(settings).await;
        let preflight = toy
            .client
            .request(Method::OPTIONS, format!("{}/graphql", toy.url))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type, authorization")
            .send()
            .await
            .unwrap();
        assert_eq!(preflight.headers().get("access-control-allow-origin").is_some(), allowed, "{origin}");
        assert_eq!(preflight.status().is_success(), allowed, "{origin}");
        let response = toy
            .client
            .post(format!("{}/graphql", toy.url))
            .header("origin", origin)
            .json(&json!({"query": "{ hello }"}))
            .send()
            .await
            .unwrap();
        let shared = response.headers().get("access-control-allow-origin").cloned();
        assert_eq!(shared.is_some(), allowed, "{origin}");
    }
}

#[tokio::test]
async fn answers_are_compressed_on_request() {
    let toy = Toy::start().await;
    for encoding in ["br", "gzip", "zstd"] {
        let path = "/graphql?query=%7B%20long%20%7D";
        let response = get(&toy, path, &[("accept-encoding", encoding)]).await;
        assert_eq!(response.headers()["content-encoding"], encoding);
        assert!(response.bytes().await.unwrap().len() < 2_000, "{encoding}");
        // What is small stays as it is, and nothing is said of an encoding.
        let small = get(&toy, "/graphql?query=%7B%20hello%20%7D", &[("accept-encoding", encoding)]).await;
        assert!(!small.headers().contains_key("content-encoding"), "{encoding}");
        assert!(small.text().await.unwrap().contains("world"));
    }
    let plain = get(&toy, "/graphql?query=%7B%20long%20%7D", &[]).await;
    assert!(!plain.headers().contains_key("content-encoding"));
    assert!(plain.text().await.unwrap().len() > 40_000);
}

#[tokio::test]
async fn health_readiness_and_metrics() {
    let toy = Toy::start().await;
    assert_eq!(get(&toy, "/healthz", &[]).await.status(), 200);
    assert_eq!(get(&toy, "/readyz", &[]).await.status(), 200);
    let missing = get(&toy, "/nothing/secret-token", &[]).await;
    assert_eq!(missing.status(), 404);
    toy.query("{ hello }").await;
    toy.query("{ nothing }").await;
    toy.query("{").await;
    let text = get(&toy, "/metrics", &[]).await.text().await.unwrap();
    for line in [
        r#"cairn_http_requests_total{method="GET",path="/healthz",status="200"} 1"#,
        r#"cairn_http_requests_total{method="GET",path="(none)",status="404"} 1"#,
        r#"cairn_graphql_operations_total{kind="query",outcome="ok"} 1"#,
        r#"cairn_graphql_operations_total{kind="query",outcome="refused"} 1"#,
        r#"cairn_graphql_operations_total{kind="unknown",outcome="refused"} 1"#,
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("secret-token"));
}

#[tokio::test]
async fn a_browser_gets_the_ide_where_it_is_on() {
    let browser = [("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")];
    let toy = Toy::start().await;
    let page = get(&toy, "/graphql", &browser).await;
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("script-src 'self'"));
    let html = page.text().await.unwrap();
    assert!(!html.contains("{{"), "a placeholder is left");
    let script = html.split('"').find(|part| part.starts_with("/graphiql/graphiql.js")).unwrap();
    let asset = get(&toy, script, &[("accept-encoding", "gzip")]).await;
    assert_eq!(asset.status(), 200);
    assert_eq!(asset.headers()["content-encoding"], "gzip");
    let etag = asset.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(
        get(&toy, script, &[("accept-encoding", "gzip"), ("if-none-match", &etag)]).await.status(),
        304
    );

    let mut off = settings();
    off.graphiql = None;
    let toy = Toy::start_with(off).await;
    assert_eq!(get(&toy, "/graphql", &browser).await.status(), 400);
    assert_eq!(get(&toy, "/graphql", &[("accept", "text/html")]).await.status(), 406);
}

#[tokio::test]
async fn the_stop_lets_a_running_request_finish() {
    let mut toy = Toy::start().await;
    let (server, client) = (toy.server.take().unwrap(), toy.client.clone());
    let url = format!("{}/graphql", toy.url);
    let running = tokio::spawn(async move {
        client.post(url).json(&json!({"query": "mutation { bump(ms: 300) }"})).send().await.unwrap().status()
    });
    until("the mutation began", || toy.witness.mutating.load(Ordering::SeqCst) == 1).await;
    server.stop().await.unwrap();
    assert_eq!(running.await.unwrap(), 200);
    assert!(toy.client.get(format!("{}/healthz", toy.url)).send().await.is_err());
}
