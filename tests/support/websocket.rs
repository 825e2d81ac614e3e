//! A client of `graphql-transport-ws`.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

use crate::Client;

/// Subscribes and returns the data of the first message; fails on errors, and when nothing comes within ten seconds.
pub async fn first_message(client: &Client, document: &str, operation: &str, variables: Value) -> Value {
    let wait = std::time::Duration::from_secs(10);
    tokio::time::timeout(wait, subscribe(client, document, operation, variables))
        .await
        .expect("a message within ten seconds")
}

async fn subscribe(client: &Client, document: &str, operation: &str, variables: Value) -> Value {
    let url = format!("{}/graphql/ws", client.base().replacen("http", "ws", 1));
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let init = json!({ "type": "connection_init", "payload": { "authorization": client.authorization() } });
    socket.send(Message::text(init.to_string())).await.unwrap();
    let subscribe = json!({ "id": "1", "type": "subscribe",
        "payload": { "query": document, "operationName": operation, "variables": variables } });
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message.unwrap() else { continue };
        let message: Value = serde_json::from_str(&text).unwrap();
        match message["type"].as_str() {
            Some("connection_ack") => socket.send(Message::text(subscribe.to_string())).await.unwrap(),
            Some("ping") => socket.send(Message::text(json!({ "type": "pong" }).to_string())).await.unwrap(),
            Some("next") if message["payload"].get("errors").is_none() => {
                return message["payload"]["data"].clone();
            }
            _ => panic!("{message}"),
        }
    }
    panic!("the server closed the connection")
}
