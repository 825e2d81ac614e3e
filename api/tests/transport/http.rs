//! GraphQL over HTTP: request → status, headers, body.

use std::{sync::atomic::Ordering, time::Duration};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::toy::{Toy, Witness, settings, until};

const RESPONSE: &str = "application/graphql-response+json";

struct Case {
    name: &'static str,
    request: RequestBuilder,
    status: u16,
    /// `extensions.code` of the only error, or none.
    code: Option<&'static str>,
    media: &'static str,
}

async fn check(case: Case) -> (reqwest::header::HeaderMap, Value) {
    let response = case.request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body: Value =
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{}: not JSON: {text}", case.name));
    assert_eq!(status, case.status, "{}: {body}", case.name);
    assert_eq!(headers["content-type"], format!("{}; charset=utf-8", case.media), "{}", case.name);
    assert_eq!(body["errors"][0]["extensions"]["code"].as_str(), case.code, "{}: {body}", case.name);
    if case.code.is_some() {
        assert!(!body["errors"][0]["message"].as_str().unwrap().is_empty(), "{}", case.name);
    }
    if status >= 400 {
        assert!(body.get("data").is_none(), "{}: {body}", case.name);
    }
    assert!(headers.contains_key("x-request-id"), "{}", case.name);
    assert_eq!(headers["x-content-type-options"], "nosniff", "{}", case.name);
    (headers, body)
}

#[tokio::test]
async fn post_table() {
    let toy = Toy::start().await;
    let post = || toy.client.post(format!("{}/graphql", toy.url));
    let json_type = |request: RequestBuilder| request.header("content-type", "application/json");
    let query =
        |accept: &str, document: &str| post().header("accept", accept).json(&json!({"query": document}));
    let huge = format!(r#"{{"query":"{{ hello }}","variables":{{"x":"{}"}}}}"#, "x".repeat(1 << 20));
    let parse = Some("GRAPHQL_PARSE_FAILED");
    let invalid = Some("GRAPHQL_VALIDATION_FAILED");
    let bad = Some("BAD_REQUEST");
    let j = "application/json";
    for (name, request, status, code, media) in [
        ("plain", query("*/*", "{ hello }"), 200, None, j),
        ("json", query(j, "{ hello }"), 200, None, j),
        ("response type", query(RESPONSE, "{ hello }"), 200, None, RESPONSE),
        ("not acceptable", query("image/png", "{ hello }"), 406, bad, j),
        ("page is for GET", query("text/html", "{ hello }"), 406, bad, j),
        ("syntax error", query(RESPONSE, "{"), 400, parse, RESPONSE),
        ("syntax error, json", query(j, "{"), 200, parse, j),
        ("empty document", query(RESPONSE, ""), 400, parse, RESPONSE),
        ("unknown field", query(RESPONSE, "{ nothing }"), 400, invalid, RESPONSE),
        ("unknown field, json", query(j, "{ nothing }"), 200, invalid, j),
        ("wrong argument", query(RESPONSE, r#"{ echo(n: "x") }"#), 400, invalid, RESPONSE),
        ("field error", query(RESPONSE, "{ forbidden }"), 200, Some("FORBIDDEN"), RESPONSE),
        ("hidden fault", query(RESPONSE, "{ leaky }"), 200, Some("INTERNAL"), RESPONSE),
        ("panic", query(RESPONSE, "{ panics }"), 500, Some("INTERNAL"), RESPONSE),
        ("subscription", query(RESPONSE, "subscription { count(to: 1) }"), 400, bad, RESPONSE),
        ("several operations", query(RESPONSE, "query A { hello } query B { hello }"), 400, bad, RESPONSE),
        ("limit", query(RESPONSE, &"{ hello } ".repeat(2000)), 400, Some("LIMIT_EXCEEDED"), RESPONSE),
        ("no content type", post().body(r#"{"query":"{ hello }"}"#), 415, bad, j),
        ("text/plain", post().header("content-type", "text/plain").body("{}"), 415, bad, j),
        (
            "form",
            post().header("content-type", "application/x-www-form-urlencoded").body("query={hello}"),
            415,
            bad,
            j,
        ),
        (
            "multipart",
            post().header("content-type", "multipart/form-data; boundary=x").body("--x--"),
            415,
            bad,
            j,
        ),
        (
            "latin-1",
            post().header("content-type", "application/json; charset=iso-8859-1").body("{}"),
            415,
            bad,
            j,
        ),
        ("encoded", json_type(post()).header("content-encoding", "gzip").body("{}"), 415, bad, j),
        ("empty body", json_type(post()), 400, bad, j),
        ("no JSON", json_type(post()).body("{"), 400, bad, j),
        ("batch", json_type(post()).body(r#"[{"query":"{ hello }"}]"#), 400, bad, j),
        ("invalid UTF-8", json_type(post()).body(&b"{\"query\":\"{ hello \xff}\"}"[..]), 400, bad, j),
        (
            "byte order mark",
            json_type(post()).body(&b"\xef\xbb\xbf{\"query\":\"{ hello }\"}"[..]),
            200,
            None,
            j,
        ),
        ("too large", json_type(post()).body(huge), 413, Some("LIMIT_EXCEEDED"), j),
    ] {
        let (headers, body) = check(Case { name, request, status, code, media }).await;
        assert!(!body.to_string().contains("learner"), "{name} shows internals: {body}");
        assert_eq!(headers["cache-control"], "no-store", "{name}");
    }
}

#[tokio::test]
async fn an_announced_size_is_refused_before_it_is_sent() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let toy = Toy::start().await;
    let mut stream = tokio::net::TcpStream::connect(&toy.host).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    let read = stream.read_exact(&mut answer);
    tokio::time::timeout(Duration::from_secs(5), read).await.unwrap().unwrap();
    assert_eq!(answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn get_is_for_queries() {
    let toy = Toy::start().await;
    let get = |parameters: &[(&str, &str)], accept: &str| {
        let mut url = url::Url::parse(&format!("{}/graphql", toy.url)).unwrap();
        url.query_pairs_mut().extend_pairs(parameters);
        toy.client.get(url).header("accept", accept)
    };
    let named = "query A { hello } query B($n: Int!) { echo(n: $n) } mutation C { bump }";
    let request = get(&[("query", named), ("operationName", "B"), ("variables", r#"{"n":7}"#)], RESPONSE);
    let case = Case { name: "named", request, status: 200, code: None, media: RESPONSE };
    assert_eq!(check(case).await.1["data"], json!({"echo": 7}));

    for accept in [RESPONSE, "application/json"] {
        let request = get(&[("query", named), ("operationName", "C")], accept);
        let case = Case { name: "mutation", request, status: 405, code: Some("BAD_REQUEST"), media: accept };
        assert_eq!(check(case).await.0["allow"], "POST");
    }
    assert_eq!(toy.witness.mutated.load(Ordering::SeqCst), 0);

    for parameters in [
        &[][..],
        &[("variables", "{}")],
        &[("query", "{ hello }"), ("variables", "[1]")],
        &[("query", "{ hello }"), ("extensions", "1")],
        &[("query", "{ hello }"), ("query", "{ hello }")],
    ] {
        let request = get(parameters, RESPONSE);
        check(Case { name: "malformed", request, status: 400, code: Some("BAD_REQUEST"), media: RESPONSE })
            .await;
    }
}

#[tokio::test]
async fn other_methods_are_named() {
    let toy = Toy::start().await;
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let request = toy.client.request(method, format!("{}/graphql", toy.url));
        let case = Case {
            name: "method",
            request,
            status: 405,
            code: Some("BAD_REQUEST"),
            media: "application/json",
        };
        assert_eq!(check(case).await.0["allow"], "GET, POST, OPTIONS");
    }
    let options = toy.client.request(Method::OPTIONS, format!("{}/graphql", toy.url)).send().await.unwrap();
    assert_eq!(
        (options.status().as_u16(), &options.headers()["allow"]),
        (204, &"GET, POST, OPTIONS".parse().unwrap())
    );
}

#[tokio::test]
async fn a_wrong_credential_is_401_and_never_anonymous() {
    let toy = Toy::start().await;
    let ask = |name: &'static str, value: &'static str| {
        toy.client
            .post(format!("{}/graphql", toy.url))
            .header(name, value)
            .json(&json!({"query": "{ actor }"}))
    };
    for (name, value, actor) in [
        ("x-none", "", "anonymous"),
        ("authorization", "Bearer good.good.good", "someone"),
        ("authorization", "Bearer cairn_good", "a key"),
        ("x-api-key", "cairn_good", "a key"),
    ] {
        let case =
            Case { name, request: ask(name, value), status: 200, code: None, media: "application/json" };
        assert_eq!(check(case).await.1["data"]["actor"], actor);
    }
    for (name, value) in [
        ("authorization", "Bearer bad.bad.bad"),
        ("authorization", "Bearer nonsense"),
        ("authorization", "Basic x"),
        ("x-api-key", "cairn_bad"),
        ("x-api-key", ""),
    ] {
        let request = ask(name, value);
        let code = Some("UNAUTHENTICATED");
        let (headers, _) =
            check(Case { name: value, request, status: 401, code, media: "application/json" }).await;
        assert!(headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
    }
}

#[tokio::test]
async fn statements_are_counted_in_queries_and_mutations() {
    let toy = Toy::start().await;
    for (document, statements) in [
        ("{ hello }", 0),
        ("{ a: double(n: 1) b: double(n: 2) c: double(n: 3) }", 3),
        ("mutation { a: bump b: bump }", 2),
    ] {
        let response = toy
            .client
            .post(format!("{}/graphql", toy.url))
            .json(&json!({"query": document}))
            .send()
            .await
            .unwrap();
        let timing = response.headers()["server-timing"].to_str().unwrap().to_owned();
        assert!(timing.starts_with(&format!("sql;desc=\"{statements}\"")), "{document}: {timing}");
    }
}

#[tokio::test]
async fn failed_fields_are_null_and_fields_stand_in_order() {
    let toy = Toy::start().await;
    for (document, data) in [
        ("{ sleep(ms: 5) hello forbidden }", r#""data":{"sleep":true,"hello":"world","forbidden":null}"#),
        ("{ hello requiredFails }", r#""data":null"#),
    ] {
        let request = toy.client.post(format!("{}/graphql", toy.url)).json(&json!({"query": document}));
        let text = request.send().await.unwrap().text().await.unwrap();
        assert!(text.contains(data), "{text}");
    }
}

#[tokio::test]
async fn slow_queries_end_at_the_limit() {
    let mut settings = settings();
    settings.time_limit = Duration::from_millis(50);
    let toy = Toy::start_with(settings).await;
    let (status, body) = toy.query("{ sleep(ms: 60000) }").await;
    assert_eq!((status, &body["errors"][0]["extensions"]["code"]), (503, &json!("LIMIT_EXCEEDED")));
    assert_eq!(toy.witness.dropped.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_query_ends_when_its_client_goes_away_and_a_mutation_does_not() {
    let toy = Toy::start().await;
    toy.hang_up("{ sleep(ms: 60000) }", &[], |witness| witness.sleeping.load(Ordering::SeqCst) == 1).await;
    until("the query was dropped", || toy.witness.dropped.load(Ordering::SeqCst) == 1).await;
    let mutating = |witness: &Witness| witness.mutating.load(Ordering::SeqCst) == 1;
    toy.hang_up("mutation { bump(ms: 300) }", &[], mutating).await;
    until("the mutation ended", || toy.witness.mutated.load(Ordering::SeqCst) == 1).await;
}

#[tokio::test]
async fn the_stop_does_not_wait_for_idle_connections() {
    let mut toy = Toy::start().await;
    let mut idle = tokio::net::TcpStream::connect(&toy.host).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    assert!(idle.read(&mut [0; 1024]).await.unwrap() > 0);
    // Far less than an idle connection is kept, and than running requests may take.
    let stop = tokio::time::timeout(Duration::from_secs(20), toy.server.take().unwrap().stop());
    stop.await.expect("it waited").unwrap();
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).await.unwrap();
}
