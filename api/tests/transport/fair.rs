//! Fair use over HTTP and websocket: what an answer says about its cost, and what is said where somebody asks for too much.

use std::sync::atomic::Ordering;

use cairn_api::http::{
    fair::{Allowance, PerKind},
    server::HttpSettings,
};
use reqwest::{Response, header::HeaderMap};
use serde_json::{Value, json};

use crate::{
    toy::{Toy, settings, until},
    websocket,
};

const SOMEONE: (&str, &str) = ("authorization", "Bearer good.good.good");

/// Limits on, and none of them in the way.
fn limited(change: impl FnOnce(&mut HttpSettings)) -> HttpSettings {
    let mut settings = settings();
    settings.fair.on = true;
    let plenty = Allowance::of(1_000_000, 1);
    for allowance in [&mut settings.fair.requests, &mut settings.fair.budgets] {
        (allowance.anonymous, allowance.person, allowance.api_key) = (plenty, plenty, plenty);
    }
    change(&mut settings);
    settings
}

async fn post(toy: &Toy, document: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = toy.client.post(format!("{}/graphql", toy.url)).json(&json!({"query": document}));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

async fn read(response: Response) -> (u16, HeaderMap, Value) {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.json().await.unwrap())
}

fn cost(requested: u64, actual: Value, left: u64) -> Value {
    json!({
        "requestedQueryCost": requested,
        "actualQueryCost": actual,
        "throttleStatus": {"maximumAvailable": 100, "currentlyAvailable": left, "restoreRate": 1},
    })
}

#[tokio::test]
async fn a_budget_is_spent_refunded_refused_and_comes_back() {
    let toy = Toy::start_with(limited(|settings| settings.fair.budgets.person = Allowance::of(100, 1))).await;
    let (status, _, body) = read(post(&toy, "{ a: hello b: hello }", &[SOMEONE]).await).await;
    assert_eq!((status, &body["extensions"]["cost"]), (200, &cost(2, json!(2), 98)));
    // What was requested and has not run comes back: the inner node is not there, and a field of it would have cost 1.
    let (_, _, body) =
        read(post(&toy, "{ node { name maybe { name maybe { name } } } }", &[SOMEONE]).await).await;
    assert_eq!(body["extensions"]["cost"], cost(3, json!(2), 96));
    // Nothing runs of what is not valid; introspection is free.
    let (_, _, body) = read(post(&toy, "{ nothing hello }", &[SOMEONE]).await).await;
    assert_eq!(body["extensions"]["cost"], cost(1, Value::Null, 96));
    let (_, _, body) = read(post(&toy, "{ __schema { types { name } } }", &[SOMEONE]).await).await;
    assert_eq!(body["extensions"]["cost"], cost(0, json!(0), 96));
    // Of what fails in part nobody can tell what has run.
    let (_, _, body) = read(post(&toy, "{ node { name maybe { name } } forbidden }", &[SOMEONE]).await).await;
    assert_eq!(body["extensions"]["cost"], cost(3, json!(3), 93));

    let bumps = |count: usize| {
        format!("mutation {{ {} }}", (0..count).map(|n| format!("b{n}: bump ")).collect::<String>())
    };
    let (status, _, body) = read(post(&toy, &bumps(9), &[SOMEONE]).await).await;
    assert_eq!((status, &body["extensions"]["cost"]), (200, &cost(90, json!(90), 3)));
    for accept in ["application/json", "application/graphql-response+json"] {
        let (status, headers, body) = read(post(&toy, &bumps(1), &[SOMEONE, ("accept", accept)]).await).await;
        assert_eq!((status, headers["retry-after"].to_str().unwrap()), (429, "7"), "{body}");
        assert!(headers["content-type"].to_str().unwrap().starts_with(accept));
        assert!(body.get("data").is_none(), "{body}");
        assert_eq!(body["errors"][0]["extensions"], json!({"code": "RATE_LIMITED", "costliestPath": ["b0"]}));
        assert_eq!(body["extensions"]["cost"], cost(10, Value::Null, 3));
    }
    assert_eq!(toy.witness.mutated.load(Ordering::SeqCst), 9);
    // Introspection still answers, and so do others.
    assert_eq!(post(&toy, "{ __typename }", &[SOMEONE]).await.status(), 200);
    assert_eq!(post(&toy, "{ hello }", &[("authorization", "Bearer cairn_good")]).await.status(), 200);

    toy.clock.advance(chrono::Duration::seconds(7));
    assert_eq!(post(&toy, &bumps(1), &[SOMEONE]).await.status(), 200);
    assert_eq!(post(&toy, &bumps(1), &[SOMEONE]).await.status(), 429);
    toy.clock.advance(chrono::Duration::days(1));
    let (_, _, body) = read(post(&toy, "{ hello }", &[SOMEONE]).await).await;
    assert_eq!(body["extensions"]["cost"], cost(1, json!(1), 99));
}

#[tokio::test]
async fn what_costs_more_than_one_request_may_is_refused_at_once() {
    let mut dear = settings();
    dear.limits.cost = 20;
    let toy = Toy::start_with(dear).await;
    let (status, body) = toy.query("mutation { a: bump b: bump c: bump }").await;
    assert_eq!((status, &body["errors"][0]["extensions"]["code"]), (400, &json!("LIMIT_EXCEEDED")));
    assert_eq!(body["extensions"]["cost"], json!({"requestedQueryCost": 30, "actualQueryCost": null}));
    let message = body["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("30") && message.contains("20") && message.contains('`'), "{message}");
    assert_eq!(toy.witness.mutating.load(Ordering::SeqCst), 0);
    assert_eq!(toy.query("mutation { a: bump b: bump }").await.0, 200);

    // More than a budget ever holds can never run: no answer says when.
    let toy =
        Toy::start_with(limited(|settings| settings.fair.budgets.anonymous = Allowance::of(15, 1))).await;
    let (status, _, body) = read(post(&toy, "mutation { a: bump b: bump }", &[]).await).await;
    assert_eq!((status, &body["errors"][0]["extensions"]["code"]), (200, &json!("LIMIT_EXCEEDED")));
}

#[tokio::test]
async fn where_limits_are_off_costs_are_told_and_nobody_is_refused() {
    let mut off = settings();
    off.fair.budgets.anonymous = Allowance::of(100, 1);
    off.fair.requests.anonymous = Allowance::of(1, 1);
    off.fair.failed_sign_ins = Allowance::of(1, 1);
    let toy = Toy::start_with(off).await;
    for _ in 0..12 {
        let (status, _, body) = read(post(&toy, "mutation { bump }", &[]).await).await;
        assert_eq!((status, &body["extensions"]["cost"]), (200, &cost(10, json!(10), 100)));
        assert_eq!(post(&toy, "{ hello }", &[("authorization", "Bearer bad.bad.bad")]).await.status(), 401);
    }
}

#[tokio::test]
async fn requests_are_counted_for_each_caller() {
    let toy = Toy::start_with(limited(|settings| {
        settings.fair.requests.anonymous = Allowance::of(3, 1);
        settings.fair.proxies = "127.0.0.1,::1".parse().unwrap();
    }))
    .await;
    let from = |address: &'static str| {
        let toy = &toy;
        async move { post(toy, "{ __typename }", &[("x-forwarded-for", address)]).await }
    };
    for _ in 0..3 {
        assert_eq!(from("198.51.100.1").await.status(), 200);
    }
    let (status, headers, body) = read(from("198.51.100.1").await).await;
    assert_eq!((status, headers["retry-after"].to_str().unwrap()), (429, "1"));
    assert_eq!(body["errors"][0]["extensions"]["code"], "RATE_LIMITED");
    // Neither another address nor who signs in at the same is meant; public pages count with the rest.
    assert_eq!(from("198.51.100.2").await.status(), 200);
    assert_eq!(post(&toy, "{ hello }", &[SOMEONE, ("x-forwarded-for", "198.51.100.1")]).await.status(), 200);
    let page = |path: &str| {
        toy.client.get(format!("{}{path}", toy.url)).header("x-forwarded-for", "198.51.100.1").send()
    };
    let refused = page("/some/page").await.unwrap();
    assert!(refused.headers().contains_key("retry-after") && refused.headers().contains_key("x-request-id"));
    assert_eq!(refused.status(), 429);
    assert_eq!(page("/healthz").await.unwrap().status(), 200);
    toy.clock.advance(chrono::Duration::seconds(60));
    assert_eq!(page("/some/page").await.unwrap().status(), 404);
    assert_eq!(from("198.51.100.1").await.status(), 200);
}

#[tokio::test]
async fn who_is_no_trusted_proxy_cannot_choose_an_address() {
    let toy =
        Toy::start_with(limited(|settings| settings.fair.requests.anonymous = Allowance::of(2, 1))).await;
    let mut statuses = Vec::new();
    for address in ["198.51.100.1", "198.51.100.2", "198.51.100.3"] {
        statuses.push(post(&toy, "{ hello }", &[("x-forwarded-for", address)]).await.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 429]);
}

#[tokio::test]
async fn failed_sign_ins_close_an_address_for_a_while() {
    let toy = Toy::start_with(limited(|settings| {
        settings.fair.failed_sign_ins = Allowance::of(3, 6);
        settings.fair.proxies = "127.0.0.1,::1".parse().unwrap();
    }))
    .await;
    let present = |credential: &'static str, address: &'static str| {
        let toy = &toy;
        async move {
            let headers = [("authorization", credential), ("x-forwarded-for", address)];
            post(toy, "{ actor }", &headers).await
        }
    };
    for _ in 0..4 {
        assert_eq!(present("Bearer bad.bad.bad", "198.51.100.1").await.status(), 401);
    }
    // Even what is good is not looked at now; nobody who guesses learns that it is.
    let (status, headers, body) = read(present("Bearer cairn_good", "198.51.100.1").await).await;
    assert_eq!((status, &body["errors"][0]["extensions"]["code"]), (429, &json!("RATE_LIMITED")));
    assert_eq!(headers["retry-after"], "10");
    assert_eq!(present("Bearer cairn_good", "198.51.100.2").await.status(), 200);
    let open = post(&toy, "{ actor }", &[("x-forwarded-for", "198.51.100.1")]).await;
    assert_eq!(open.status(), 200);
    toy.clock.advance(chrono::Duration::seconds(10));
    assert_eq!(present("Bearer cairn_good", "198.51.100.1").await.status(), 200);
}

#[tokio::test]
async fn a_request_that_is_given_up_stays_paid() {
    let toy = Toy::start_with(limited(|settings| settings.fair.budgets.person = Allowance::of(100, 1))).await;
    let document = "{ a: sleep(ms: 60000) b: sleep(ms: 60000) }";
    toy.hang_up(document, &[SOMEONE], |witness| witness.sleeping.load(Ordering::SeqCst) == 2).await;
    until("both were dropped", || toy.witness.dropped.load(Ordering::SeqCst) == 2).await;
    let (_, _, body) = read(post(&toy, "{ __typename }", &[SOMEONE]).await).await;
    assert_eq!(body["extensions"]["cost"], cost(0, json!(0), 98));
}

#[tokio::test]
async fn a_refusal_of_a_well_formed_request_tells_its_cost_too() {
    let toy = Toy::start_with(limited(|settings| {
        settings.fair.requests.person = Allowance::of(1, 1);
        settings.time_limit = std::time::Duration::from_millis(50);
    }))
    .await;
    let unrun = |requested: u64| json!({"requestedQueryCost": requested, "actualQueryCost": null});
    assert_eq!(post(&toy, "{ hello }", &[SOMEONE]).await.status(), 200);
    let (status, _, body) = read(post(&toy, "{ a: hello b: hello }", &[SOMEONE]).await).await;
    assert_eq!((status, &body["extensions"]["cost"]), (429, &unrun(2)), "too many requests");
    let (status, _, body) =
        read(post(&toy, "{ hello }", &[("authorization", "Bearer no.such.token")]).await).await;
    assert_eq!((status, &body["extensions"]["cost"]), (401, &unrun(1)), "a credential that is none");
    let key = ("idempotency-key", "once");
    let (status, _, body) = read(post(&toy, "mutation { a: bump b: bump }", &[key]).await).await;
    assert_eq!((status, &body["extensions"]["cost"]), (400, &unrun(20)), "a key for two fields");
    let (status, _, body) = read(post(&toy, "subscription { count(to: 1) }", &[]).await).await;
    assert_eq!((status, &body["extensions"]["cost"]), (400, &unrun(10)), "a subscription as JSON");
    // What ran into the limit is paid.
    let (status, _, body) = read(post(&toy, "{ sleep(ms: 60000) }", &[]).await).await;
    assert_eq!((status, &body["extensions"]["cost"]["actualQueryCost"]), (503, &json!(1)));
    let left = &body["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"];
    assert_eq!(left, &json!(999_999), "the time limit");
}

#[tokio::test]
async fn streams_and_websockets_that_are_open_at_once_are_counted() {
    let toy = Toy::start_with(limited(|settings| {
        settings.fair.streams = PerKind { anonymous: 3, person: 2, api_key: 1 }
            .map(|most: u32| std::num::NonZeroU32::new(most).unwrap());
    }))
    .await;
    let events = ("accept", "text/event-stream");
    let silence = |headers: Vec<(&'static str, &'static str)>| {
        let toy = &toy;
        async move { post(toy, "subscription { silence }", &headers).await }
    };
    let first = silence(vec![events, SOMEONE]).await;
    let second = silence(vec![events, SOMEONE]).await;
    assert_eq!((first.status(), second.status()), (reqwest::StatusCode::OK, reqwest::StatusCode::OK));
    let (status, headers, body) = read(silence(vec![events, SOMEONE]).await).await;
    assert_eq!((status, &body["errors"][0]["extensions"]["code"]), (429, &json!("RATE_LIMITED")));
    assert_eq!(headers["retry-after"], "10");
    // Others have their own, and requests are none of them.
    let of_nobody = silence(vec![events]).await;
    assert_eq!(of_nobody.status(), 200);
    assert_eq!(post(&toy, "{ hello }", &[events, SOMEONE]).await.status(), 200);

    // Websockets count as well: as the address's, until it is known who asks.
    let mut sockets = Vec::new();
    for _ in 0..2 {
        sockets.push(websocket::connect(&toy, &[]).await.unwrap());
    }
    assert_eq!(websocket::connect(&toy, &[]).await.err(), Some(429));
    sockets[0].init(json!({"authorization": "Bearer cairn_good"})).await;
    let third = websocket::connect(&toy, &[]).await.unwrap();
    // Somebody who holds as many as they may is sent away, to come again later.
    sockets[1]
        .say(json!({"type": "connection_init", "payload": {"authorization": "Bearer good.good.good"}}))
        .await;
    assert_eq!(sockets[1].hear().await, websocket::Heard::Closed(1013));
    // What ends makes room.
    drop((first, second, third, of_nobody));
    let mut admitted = silence(vec![events, SOMEONE]).await;
    for _ in 0..200 {
        if admitted.status() == 200 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        admitted = silence(vec![events, SOMEONE]).await;
    }
    assert_eq!(admitted.status(), 200);
}
