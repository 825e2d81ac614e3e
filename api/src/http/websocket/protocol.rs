//! Messages of `graphql-transport-ws` (the protocol of the npm package `graphql-ws`) and its close codes.

use std::collections::HashMap;

use async_graphql::{Request, ServerError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::http::{
    auth::{self, Caller},
    graphql::{params, respond::Answer},
    problem::Problem,
};

/// What a client sends.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Opens the conversation; the payload may hold a credential.
    ConnectionInit {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    /// Asks for life.
    Ping {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    /// Shows life.
    Pong {},
    /// Starts an operation.
    Subscribe { id: String, payload: Map<String, Value> },
    /// Ends an operation.
    Complete { id: String },
}

/// What the server sends.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage<'a> {
    ConnectionAck,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Map<String, Value>>,
    },
    Next {
        id: &'a str,
        payload: &'a Answer,
    },
    Error {
        id: &'a str,
        payload: &'a [ServerError],
    },
    Complete {
        id: &'a str,
    },
}

/// Why a connection is closed; numbers below 4000 are those of RFC 6455.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    pub code: u16,
    pub reason: String,
}

impl Close {
    fn new(code: u16, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }

    pub fn going_away() -> Self {
        Self::new(1001, "The server is stopping")
    }

    /// Clients connect anew after a while.
    pub fn try_later() -> Self {
        Self::new(1013, "Too many streams and websockets are open")
    }

    pub fn unsupported() -> Self {
        Self::new(1003, "Messages are text")
    }

    pub fn too_big() -> Self {
        Self::new(1009, "The message is too big")
    }

    pub fn internal() -> Self {
        Self::new(1011, "Internal error")
    }

    pub fn invalid_message() -> Self {
        Self::new(4400, "Invalid message")
    }

    pub fn unauthorized() -> Self {
        Self::new(4401, "Unauthorized")
    }

    pub fn forbidden() -> Self {
        Self::new(4403, "Forbidden")
    }

    pub fn init_timeout() -> Self {
        Self::new(4408, "Connection initialisation timeout")
    }

    pub fn duplicate(id: &str) -> Self {
        Self::new(4409, format!("Subscriber for {} already exists", id.chars().take(60).collect::<String>()))
    }

    pub fn too_many_inits() -> Self {
        Self::new(4429, "Too many initialisation requests")
    }
}

/// Reads the payload of `subscribe`, which has the members of a GraphQL-over-HTTP request.
pub fn request(payload: Map<String, Value>) -> Result<Request, Problem> {
    params::from_object(payload)
}

/// The caller that the payload of `connection_init` names, over the one of the handshake. Clients spell the credential
/// like a header, at the top or under `headers`.
///
/// # Errors
/// Those of `auth`, for a credential that cannot be one.
pub fn caller(payload: Option<Map<String, Value>>, handshake: Caller) -> Result<Caller, Problem> {
    let Some(mut payload) = payload else { return Ok(handshake) };
    let mut fields = HashMap::new();
    if let Some(Value::Object(headers)) = payload.remove("headers") {
        payload.extend(headers);
    }
    for (name, value) in payload {
        if let Value::String(value) = value {
            fields.insert(name.to_ascii_lowercase(), value);
        }
    }
    let mut caller = handshake;
    if let Some(value) = fields.get("authorization") {
        caller.presented = auth::from_authorization(value)?;
    } else if let Some(value) = fields.get("x-api-key").or_else(|| fields.get("apikey")) {
        caller.presented = auth::from_api_key(value)?;
    } else if let Some(value) = fields.get("token").or_else(|| fields.get("authtoken")) {
        caller.presented = auth::from_authorization(&format!("Bearer {value}"))?;
    }
    if let Some(value) = fields.get("cairn-issuer") {
        caller.issuer = Some(auth::issuer_slug(value)?);
    }
    if let Some(value) = fields.get("accept-language") {
        caller.languages = auth::accepted_languages(value);
    }
    Ok(caller)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderMap;
    use serde_json::json;

    use super::*;
    use crate::http::auth::Presented;

    #[test]
    fn reads_the_common_spellings_of_a_credential() {
        let jwt = Presented::Jwt("a.b.c".into());
        let key = Presented::ApiKey("cairn_k".into());
        for (payload, expected) in [
            (json!({}), Presented::None),
            (json!({"authorization": "Bearer a.b.c"}), jwt.clone()),
            (json!({"Authorization": "bearer a.b.c"}), jwt.clone()),
            (json!({"headers": {"Authorization": "Bearer a.b.c"}}), jwt.clone()),
            (json!({"headers": {"X-Api-Key": "cairn_k"}}), key.clone()),
            (json!({"authToken": "a.b.c"}), jwt),
            (json!({"token": "cairn_k"}), key.clone()),
            (json!({"apiKey": "cairn_k", "other": 7}), key),
        ] {
            let Value::Object(map) = payload.clone() else { unreachable!() };
            let handshake = Caller::from_headers(&HeaderMap::new()).unwrap();
            assert_eq!(caller(Some(map), handshake).unwrap().presented, expected, "{payload}");
        }
        let Value::Object(reader) = json!({"headers": {"Accept-Language": "de"}}) else { unreachable!() };
        let handshake = Caller { languages: "ar".into(), ..Caller::from_headers(&HeaderMap::new()).unwrap() };
        assert_eq!(&*caller(Some(reader), handshake).unwrap().languages, "de");
        let Value::Object(wrong) = json!({"authorization": "Bearer nonsense"}) else { unreachable!() };
        assert!(caller(Some(wrong), Caller::from_headers(&HeaderMap::new()).unwrap()).is_err());
    }

    #[test]
    fn knows_every_message() {
        for text in [
            r#"{"type":"connection_init"}"#,
            r#"{"type":"connection_init","payload":null}"#,
            r#"{"type":"ping"}"#,
            r#"{"type":"pong","payload":{"a":1}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }"}}"#,
            r#"{"type":"complete","id":"1"}"#,
        ] {
            assert!(serde_json::from_str::<ClientMessage>(text).is_ok(), "{text}");
        }
        for text in
            [r#"{"type":"start","id":"1","payload":{}}"#, r#"{"type":"subscribe","id":1,"payload":{}}"#, "[]"]
        {
            assert!(serde_json::from_str::<ClientMessage>(text).is_err(), "{text}");
        }
    }
}
