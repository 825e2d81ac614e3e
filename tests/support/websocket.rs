//! A client of `graphql-transport-ws`.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::Client;

/// How long a message may take.
const WAIT: Duration = Duration::from_secs(20);

/// A running subscription.
pub struct Subscribed {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// Subscribes and returns the data of the first message; fails on errors, and when nothing comes in time.
pub async fn first_message(client: &Client, document: &str, operation: &str, variables: Value) -> Value {
    Subscribed::to(client, document, operation, variables).await.data().await
}

impl Subscribed {
    /// Connects and subscribes.
    pub async fn to(client: &Client, document: &str, operation: &str, variables: Value) -> Self {
        let url = format!("{}/graphql/ws", client.base().replacen("http", "ws", 1));
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
        if let Some(languages) = &client.languages {
            request.headers_mut().insert("accept-language", languages.parse().unwrap());
        }
        let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let mut this = Self { socket };
        let payload = json!({ "authorization": client.authorization() });
        this.send(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(this.message().await["type"], "connection_ack");
        let payload = json!({ "query": document, "operationName": operation, "variables": variables });
        this.send(&json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
        this
    }

    async fn send(&mut self, message: &Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    /// The next message but pings; fails when none comes in time.
    pub async fn message(&mut self) -> Value {
        tokio::time::timeout(WAIT, async {
            loop {
                let message = self.socket.next().await.expect("the connection is open").unwrap();
                let Message::Text(text) = message else { continue };
                let message: Value = serde_json::from_str(&text).unwrap();
                if message["type"] != "ping" {
                    return message;
                }
                self.send(&json!({ "type": "pong" })).await;
            }
        })
        .await
        .expect("a message in time")
    }

    /// The data of the next message; fails on errors.
    pub async fn data(&mut self) -> Value {
        let message = self.message().await;
        assert_eq!((&message["type"], message["payload"].get("errors")), (&json!("next"), None), "{message}");
        message["payload"]["data"].clone()
    }

    /// The code of the error that the subscription ends with.
    pub async fn refusal(&mut self) -> String {
        let message = self.message().await;
        let errors = match message["type"].as_str() {
            Some("error") => &message["payload"],
            _ => &message["payload"]["errors"],
        };
        errors[0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{message}")).to_owned()
    }

    /// Whether nothing comes for a while.
    pub async fn is_silent(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(1_500), self.message()).await.is_err()
    }
}
