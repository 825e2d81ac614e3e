//! `graphql-transport-ws`: handshake, conversation, limits and close codes.

use std::{sync::atomic::Ordering, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};

use crate::toy::{Toy, settings, until};

pub struct Socket(WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>);

#[derive(Debug, PartialEq)]
pub enum Heard {
    Json(Value),
    Closed(u16),
}

pub async fn connect(toy: &Toy, headers: &[(&'static str, &str)]) -> Result<Socket, u16> {
    let mut request = toy.ws_url.as_str().into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((stream, response)) => {
            assert_eq!(response.headers()["sec-websocket-protocol"], "graphql-transport-ws");
            Ok(Socket(stream))
        }
        Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

impl Socket {
    pub async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    pub async fn hear(&mut self) -> Heard {
        loop {
            let message =
                tokio::time::timeout(Duration::from_secs(10), self.0.next()).await.expect("silence");
            match message.expect("the end").expect("a message") {
                Message::Text(text) => {
                    let mut message: Value = serde_json::from_str(&text).unwrap();
                    if message["type"] == "next" {
                        let payload = message["payload"].as_object_mut().unwrap();
                        assert!(payload.remove("extensions").unwrap()["cost"]["requestedQueryCost"].is_u64());
                    }
                    return Heard::Json(message);
                }
                Message::Close(frame) => return Heard::Closed(frame.unwrap().code.into()),
                _ => {}
            }
        }
    }

    pub async fn init(&mut self, payload: Value) {
        self.say(json!({"type": "connection_init", "payload": payload})).await;
        assert_eq!(self.hear().await, Heard::Json(json!({"type": "connection_ack"})));
    }

    async fn subscribe(&mut self, id: &str, document: &str) {
        self.say(json!({"type": "subscribe", "id": id, "payload": {"query": document}})).await;
    }
}

fn next(id: &str, data: Value) -> Heard {
    Heard::Json(json!({"type": "next", "id": id, "payload": {"data": data}}))
}

fn complete(id: &str) -> Heard {
    Heard::Json(json!({"type": "complete", "id": id}))
}

#[tokio::test]
async fn a_conversation() {
    let toy = Toy::start().await;
    let mut socket = connect(&toy, &[]).await.unwrap_or_else(|status| panic!("{status}"));
    socket.init(json!({"Authorization": "Bearer good.good.good"})).await;
    socket.subscribe("1", "subscription { count(to: 2) }").await;
    for expected in [next("1", json!({"count": 1})), next("1", json!({"count": 2})), complete("1")] {
        assert_eq!(socket.hear().await, expected);
    }
    socket.subscribe("1", "subscription { who }").await;
    assert_eq!(socket.hear().await, next("1", json!({"who": "someone"})));
    assert_eq!(socket.hear().await, complete("1"));
    socket.subscribe("2", "query { hello }").await;
    assert_eq!(socket.hear().await, next("2", json!({"hello": "world"})));
    assert_eq!(socket.hear().await, complete("2"));
    socket.subscribe("3", "mutation { bump }").await;
    assert_eq!(socket.hear().await, next("3", json!({"bump": 1})));
    assert_eq!(socket.hear().await, complete("3"));
    socket.say(json!({"type": "ping", "payload": {"n": 1}})).await;
    assert_eq!(socket.hear().await, Heard::Json(json!({"type": "pong", "payload": {"n": 1}})));

    for (document, code) in [
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
    ] {
        socket.subscribe("4", document).await;
        let Heard::Json(message) = socket.hear().await else { panic!("closed") };
        assert_eq!(message["type"], "error");
        assert_eq!(message["payload"][0]["extensions"]["code"], code);
    }
}

#[tokio::test]
async fn completing_ends_the_work_and_says_nothing_more() {
    let toy = Toy::start().await;
    let mut socket = connect(&toy, &[]).await.unwrap_or_else(|status| panic!("{status}"));
    socket.init(json!({})).await;
    socket.subscribe("1", "subscription { count(to: 1000000) }").await;
    assert_eq!(socket.hear().await, next("1", json!({"count": 1})));
    socket.say(json!({"type": "complete", "id": "1"})).await;
    until("the subscription ended", || toy.witness.live.load(Ordering::SeqCst) == 0).await;
    socket.subscribe("1", "subscription { count(to: 1000000) }").await;
    until("another runs", || toy.witness.live.load(Ordering::SeqCst) == 1).await;
    drop(socket);
    until("it ended with its connection", || toy.witness.live.load(Ordering::SeqCst) == 0).await;
}

#[tokio::test]
async fn handshakes_that_are_refused() {
    let toy = Toy::start().await;
    for (headers, status) in [
        (&[("origin", "https://evil.example")][..], 403),
        (&[("origin", "null")], 403),
        (&[("sec-websocket-protocol", "graphql-ws")], 400),
        (&[("authorization", "Bearer nonsense")], 401),
    ] {
        assert_eq!(connect(&toy, headers).await.err(), Some(status), "{headers:?}");
    }
    let own = format!("http://{}", toy.host);
    assert!(connect(&toy, &[("origin", &own)]).await.is_ok());
    let plain = toy.client.get(format!("{}/graphql/ws", toy.url)).send().await.unwrap();
    assert_eq!(plain.status(), 426);
}

#[tokio::test]
async fn close_codes() {
    let mut short = settings();
    short.websocket.init_timeout = Duration::from_millis(100);
    short.websocket.message_bytes = 1024;
    let toy = Toy::start_with(short).await;
    let init = || Message::text(r#"{"type":"connection_init"}"#);
    let subscribe = || {
        Message::text(
            r#"{"type":"subscribe","id":"1","payload":{"query":"subscription { count(to: 1000000) }"}}"#,
        )
    };
    let wrong_token = r#"{"type":"connection_init","payload":{"authorization":"Bearer bad.bad.bad"}}"#;
    for (name, messages, code) in [
        ("silence", vec![], 4408),
        ("no JSON", vec![Message::text("hello")], 4400),
        ("unknown type", vec![Message::text(r#"{"type":"start"}"#)], 4400),
        (
            "batch",
            vec![init(), Message::text(r#"{"type":"subscribe","id":"1","payload":{"query":7}}"#)],
            4400,
        ),
        ("binary", vec![Message::binary(vec![1, 2])], 1003),
        ("too big", vec![Message::text(" ".repeat(2048))], 1009),
        ("before init", vec![subscribe()], 4401),
        ("wrong token", vec![Message::text(wrong_token)], 4403),
        ("two inits", vec![init(), init()], 4429),
        ("same id twice", vec![init(), subscribe(), subscribe()], 4409),
    ] {
        let mut socket = connect(&toy, &[]).await.unwrap_or_else(|status| panic!("{status}"));
        for message in messages {
            socket.0.send(message).await.unwrap();
        }
        let heard = loop {
            match socket.hear().await {
                Heard::Closed(code) => break code,
                Heard::Json(_) => {}
            }
        };
        assert_eq!(heard, code, "{name}");
    }
    until("nothing runs on", || toy.witness.live.load(Ordering::SeqCst) == 0).await;
}

#[tokio::test]
async fn too_many_operations_are_refused_one_by_one() {
    let mut few = settings();
    few.websocket.operations = 1;
    let toy = Toy::start_with(few).await;
    let mut socket = connect(&toy, &[]).await.unwrap_or_else(|status| panic!("{status}"));
    socket.init(json!({})).await;
    socket.subscribe("1", "subscription { count(to: 1000000) }").await;
    socket.subscribe("2", "{ hello }").await;
    loop {
        let Heard::Json(message) = socket.hear().await else { panic!("closed") };
        if message["id"] == "2" {
            assert_eq!(message["payload"][0]["extensions"]["code"], "LIMIT_EXCEEDED");
            break;
        }
    }
}

#[tokio::test]
async fn the_stop_closes_sockets() {
    let mut toy = Toy::start().await;
    let mut socket = connect(&toy, &[]).await.unwrap_or_else(|status| panic!("{status}"));
    socket.init(json!({})).await;
    let stop = tokio::spawn(toy.server.take().unwrap().stop());
    assert_eq!(socket.hear().await, Heard::Closed(1001));
    stop.await.unwrap().unwrap();
}
