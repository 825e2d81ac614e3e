//! Server-sent events, in the distinct connections mode of GraphQL over SSE.

use std::{sync::atomic::Ordering, time::Duration};

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::toy::{Toy, settings, until};

const EVENTS: &str = "text/event-stream";

fn ask(toy: &Toy, document: &str) -> RequestBuilder {
    let url = format!("{}/graphql", toy.url);
    toy.client.post(url).header("accept", EVENTS).json(&json!({"query": document}))
}

/// The whole stream of a request that is accepted.
async fn stream(request: RequestBuilder) -> String {
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
    assert!(!response.headers().contains_key("content-encoding"));
    assert_eq!(response.headers()["cache-control"], "no-store");
    response.text().await.unwrap()
}

/// The answers of a stream that comes to its end, without what they cost.
fn answers(stream: &str) -> Vec<Value> {
    let mut events: Vec<&str> =
        stream.split("\n\n").filter(|event| !event.is_empty() && *event != ":").collect();
    assert_eq!(events.pop(), Some("event: complete\ndata: "), "{stream}");
    events
        .iter()
        .map(|event| {
            let data = event.strip_prefix("event: next\n").unwrap().rsplit("data: ").next().unwrap();
            let mut answer: Value = serde_json::from_str(data).unwrap();
            assert!(answer["extensions"]["cost"].is_object(), "{answer}");
            answer.as_object_mut().unwrap().remove("extensions");
            answer
        })
        .collect()
}

#[tokio::test]
async fn every_kind_of_operation_is_answered_by_events() {
    let toy = Toy::start().await;
    for (document, expected) in [
        ("{ hello }", vec![json!({"data": {"hello": "world"}})]),
        ("mutation { bump }", vec![json!({"data": {"bump": 1}})]),
        ("subscription { count(to: 2) }", vec![json!({"data": {"count": 1}}), json!({"data": {"count": 2}})]),
    ] {
        let text = stream(ask(&toy, document).header("accept-encoding", "gzip, br")).await;
        assert_eq!(answers(&text), expected, "{document}");
    }
    // Whose credential the request bears is who asks.
    let text = stream(ask(&toy, "subscription { who }").bearer_auth("good.good.good")).await;
    assert_eq!(answers(&text), [json!({"data": {"who": "someone"}})]);
    // By GET, as browsers' EventSource asks; never a mutation.
    let get = |query: &str| {
        let mut url = url::Url::parse(&format!("{}/graphql", toy.url)).unwrap();
        url.query_pairs_mut().append_pair("query", query);
        toy.client.get(url).header("accept", EVENTS)
    };
    assert_eq!(answers(&stream(get("subscription { count(to: 1) }")).await), [json!({"data": {"count": 1}})]);
    let refused = get("mutation { bump }").send().await.unwrap();
    assert_eq!((refused.status().as_u16(), &refused.headers()["allow"]), (405, &"POST".parse().unwrap()));
    assert_eq!(toy.witness.mutated.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_is_wrong_with_a_document_is_told_by_an_event_and_what_is_wrong_with_a_request_by_its_status() {
    let toy = Toy::start().await;
    for (document, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", "BAD_REQUEST"),
    ] {
        let told = answers(&stream(ask(&toy, document)).await);
        assert_eq!(told.len(), 1, "{document}");
        assert_eq!(told[0]["errors"][0]["extensions"]["code"], code, "{document}");
        assert!(told[0].get("data").is_none());
    }
    let code = |response: Response| async {
        let (status, body) = (response.status().as_u16(), response.json::<Value>().await.unwrap());
        (status, body["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned())
    };
    let wrong = ask(&toy, "{ hello }").bearer_auth("bad.bad.bad").send().await.unwrap();
    assert_eq!(code(wrong).await, (401, "UNAUTHENTICATED".to_owned()));
    let text = toy.client.post(format!("{}/graphql", toy.url)).header("accept", EVENTS).body("{}");
    assert_eq!(code(text.send().await.unwrap()).await, (415, "BAD_REQUEST".to_owned()));
}

#[tokio::test]
async fn events_are_for_who_asks_for_them() {
    let toy = Toy::start().await;
    for (accept, document, expected) in [
        // What clients send that take anything: an answer to a query, events of a subscription.
        ("application/json, text/event-stream", "{ hello }", "application/json; charset=utf-8"),
        (
            "application/json, text/event-stream",
            "subscription { count(to: 1) }",
            "text/event-stream; charset=utf-8",
        ),
        ("application/json;q=0.5, text/event-stream", "{ hello }", "text/event-stream; charset=utf-8"),
        ("text/event-stream;q=0.5, application/json", "{ hello }", "application/json; charset=utf-8"),
        ("*/*", "{ hello }", "application/json; charset=utf-8"),
    ] {
        let response = ask(&toy, document).header("accept", accept);
        let mut request = response.build().unwrap();
        request.headers_mut().insert("accept", accept.parse().unwrap());
        let response = toy.client.execute(request).await.unwrap();
        assert_eq!(response.headers()["content-type"], expected, "{accept} {document}");
    }
    for accept in ["application/json", "*/*", "text/event-stream;q=0, */*"] {
        let url = format!("{}/graphql", toy.url);
        let body = json!({"query": "subscription { count(to: 1) }"});
        let refused = toy.client.post(url).header("accept", accept).json(&body).send().await.unwrap();
        assert_eq!(refused.status(), 400, "{accept}");
    }
}

#[tokio::test]
async fn a_silent_stream_stays_open_and_ends_with_its_client_or_the_server() {
    let mut quick = settings();
    quick.keep_alive = Duration::from_millis(5);
    let mut toy = Toy::start_with(quick).await;
    let mut response = ask(&toy, "subscription { silence }").send().await.unwrap();
    for _ in 0..4 {
        assert_eq!(response.chunk().await.unwrap().unwrap(), ":\n\n");
    }
    assert_eq!(toy.witness.live.load(Ordering::SeqCst), 1);
    drop(response);
    until("the subscription ended with its client", || toy.witness.live.load(Ordering::SeqCst) == 0).await;

    let response = ask(&toy, "subscription { silence }").send().await.unwrap();
    until("another runs", || toy.witness.live.load(Ordering::SeqCst) == 1).await;
    toy.server.take().unwrap().stop().await.unwrap();
    // Broken off without `complete`: whoever listens connects anew, to another node.
    let text = response.text().await.unwrap();
    assert!(!text.contains("complete"), "{text}");
}

#[tokio::test]
async fn a_stream_is_taken_up_after_the_last_event_that_was_seen() {
    let toy = Toy::start().await;
    let document = "subscription($after: String) { letters(after: $after) { cursor } }";
    let text = stream(ask(&toy, document)).await;
    assert!(
        text.contains("event: next\nid: a\ndata: ") && text.contains("event: next\nid: c\ndata: "),
        "{text}"
    );
    let told = |cursors: &[&str]| -> Vec<Value> {
        cursors.iter().map(|cursor| json!({"data": {"letters": {"cursor": cursor}}})).collect()
    };
    assert_eq!(answers(&text), told(&["a", "b", "c"]));
    let again = stream(ask(&toy, document).header("last-event-id", "b")).await;
    assert_eq!(answers(&again), told(&["c"]));
    // A document that takes no cursor begins anew.
    let plain = stream(ask(&toy, "subscription { letters { cursor } }").header("last-event-id", "b")).await;
    assert_eq!(answers(&plain), told(&["a", "b", "c"]));
}
