//! The parameters of a GraphQL-over-HTTP request (`query`, `operationName`, `variables`, `extensions`), read from a
//! JSON body or a query string. Nothing is executed or validated against the schema here.

use std::collections::HashMap;

use async_graphql::{Request, Value, Variables};
use serde::Deserialize;

use super::documents::DOCUMENT_ID;
use crate::http::problem::{Code, Problem};

/// The parameters as a JSON body carries them. Other members are ignored, as the specification asks.
#[derive(Deserialize)]
struct Parameters {
    #[serde(default)]
    query: Option<String>,
    #[serde(default, rename = "documentId")]
    document_id: Option<Value>,
    #[serde(default, rename = "operationName")]
    operation_name: Option<String>,
    #[serde(default)]
    variables: Variables,
    #[serde(default)]
    extensions: Option<HashMap<String, Value>>,
}

impl Parameters {
    /// The request; its document may be named instead of given, which `documents` then finds.
    fn into_request(self) -> Result<Request, Problem> {
        let mut extensions = self.extensions.unwrap_or_default();
        if let Some(id) = self.document_id.filter(|id| *id != Value::Null) {
            extensions.insert(DOCUMENT_ID.to_owned(), id);
        }
        let named = [DOCUMENT_ID, "persistedQuery"].iter().any(|name| extensions.contains_key(*name));
        if self.query.is_none() && !named {
            return Err(malformed("The request has no string `query`, and names no document."));
        }
        let mut request = Request::new(self.query.unwrap_or_default()).variables(self.variables);
        request.operation_name = self.operation_name.filter(|name| !name.is_empty());
        request.extensions.0 = extensions;
        Ok(request)
    }
}

/// Reads a JSON body.
///
/// # Errors
/// 400 with code `BAD_REQUEST` for anything that is not one JSON object with a string `query`: batches, other types,
/// bytes that are not UTF-8.
pub fn from_json(body: &[u8]) -> Result<Request, Problem> {
    // A byte order mark is no JSON, and yet some clients send one (RFC 8259, section 8.1, lets us ignore it).
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let text = std::str::from_utf8(body).map_err(|_| malformed("The request body is not valid UTF-8."))?;
    match text.trim_start().chars().next() {
        None => Err(malformed("The request body is empty; send a JSON object with a string `query`.")),
        Some('[') => Err(malformed("Batching is not supported; send one request at a time.")),
        Some('{') => serde_json::from_str::<Parameters>(text)
            .map_err(|error| malformed(format!("The request body is not a GraphQL request: {error}.")))
            .and_then(Parameters::into_request),
        Some(_) => Err(malformed("The request body is not a JSON object.")),
    }
}

/// Reads a JSON object that was parsed already.
///
/// # Errors
/// As [`from_json`].
pub fn from_object(object: serde_json::Map<String, serde_json::Value>) -> Result<Request, Problem> {
    serde_json::from_value::<Parameters>(serde_json::Value::Object(object))
        .map_err(|error| malformed(format!("The payload is not a GraphQL request: {error}.")))
        .and_then(Parameters::into_request)
}

/// Reads the query component of a URL, `None` where it neither has a `query` parameter nor names a document.
///
/// # Errors
/// 400 with code `BAD_REQUEST` for a repeated parameter, one that is not UTF-8, and `variables` or `extensions` that
/// are not JSON objects.
pub fn from_query_string(query_string: &str) -> Result<Option<Request>, Problem> {
    let (mut query, mut id, mut operation_name, mut variables, mut extensions) =
        (None, None, None, None, None);
    for (name, value) in url::form_urlencoded::parse(query_string.as_bytes()) {
        let slot = match name.as_ref() {
            "query" => &mut query,
            "documentId" => &mut id,
            "operationName" => &mut operation_name,
            "variables" => &mut variables,
            "extensions" => &mut extensions,
            _ => continue,
        };
        // The URL standard decodes invalid UTF-8 to this character; a document never needs it.
        if value.contains('\u{fffd}') {
            return Err(malformed(format!("The parameter `{name}` is not valid UTF-8.")));
        }
        if slot.replace(value.into_owned()).is_some() {
            return Err(malformed(format!("The parameter `{name}` is given twice.")));
        }
    }
    let parameters = Parameters {
        query: query.filter(|query| !query.is_empty()),
        document_id: id.filter(|id| !id.is_empty()).map(Value::String),
        operation_name,
        variables: json_parameter("variables", variables)?.unwrap_or_default(),
        extensions: json_parameter("extensions", extensions)?,
    };
    let names_one = parameters.extensions.as_ref().is_some_and(|given| given.contains_key("persistedQuery"));
    if parameters.query.is_none() && parameters.document_id.is_none() && !names_one {
        return Ok(None);
    }
    parameters.into_request().map(Some)
}

fn json_parameter<T: for<'de> Deserialize<'de>>(
    name: &str,
    value: Option<String>,
) -> Result<Option<T>, Problem> {
    let Some(text) = value.filter(|text| !text.is_empty()) else { return Ok(None) };
    serde_json::from_str(&text)
        .map_err(|error| malformed(format!("The parameter `{name}` is not a JSON object: {error}.")))
}

fn malformed(message: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
    Problem::new(Code::BadRequest, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_parameter() {
        let request = from_json(
            br#"{"query":"query Q { a }","operationName":"Q","variables":{"n":1},"extensions":{"x":true},"other":1}"#,
        )
        .unwrap();
        assert_eq!(request.query, "query Q { a }");
        assert_eq!(request.operation_name.as_deref(), Some("Q"));
        assert_eq!(request.variables.len(), 1);
        assert_eq!(request.extensions.0.len(), 1);
    }

    #[test]
    fn null_and_empty_mean_absent() {
        let body = br#"{"query":"{ a }","operationName":null,"variables":null,"extensions":null}"#;
        assert!(from_json(body).unwrap().operation_name.is_none());
        let request =
            from_query_string("query=%7B%20a%20%7D&operationName=&variables=&extensions=").unwrap().unwrap();
        assert_eq!(request.query, "{ a }");
        assert!(request.operation_name.is_none());
    }

    #[test]
    fn byte_order_mark_is_ignored() {
        assert!(from_json(b"\xef\xbb\xbf{\"query\":\"{ a }\"}").is_ok());
    }

    #[test]
    fn refuses_what_is_not_one_request() {
        for body in [
            &b""[..],
            b"   ",
            b"null",
            b"7",
            b"[]",
            br#"[{"query":"{ a }"}]"#,
            br#"["{ a }"]"#,
            br#"{"query":7}"#,
            br#"{"query":null}"#,
            br#"{"qeury":"{ a }"}"#,
            br#"{"query":"{ a }","query":"{ b }"}"#,
            br#"{"query":"{ a }","variables":[1]}"#,
            br#"{"query":"{ a }","variables":"{}"}"#,
            br#"{"query":"{ a }","extensions":[]}"#,
            br#"{"query":"{ a }","extensions":0}"#,
            br#"{"query":"{ a }","operationName":{}}"#,
            br#"{"query":"{ a }"} trailing"#,
            br#"{"query":"{ a }"#,
            b"{\"query\":\"\xff\"}",
        ] {
            let problem = from_json(body).err();
            assert_eq!(problem.map(|p| p.code), Some(Code::BadRequest), "{}", String::from_utf8_lossy(body));
        }
        for query_string in [
            "query=a&query=b",
            "query=a&variables=7",
            "query=a&variables=%5B%5D",
            "query=a&extensions=x",
            "query=%FF",
        ] {
            assert!(from_query_string(query_string).is_err(), "{query_string}");
        }
        assert!(from_query_string("variables=%7B%7D").unwrap().is_none());
        assert!(from_query_string("").unwrap().is_none());
    }

    #[test]
    fn deep_json_is_refused_not_fatal() {
        let body = format!(
            r#"{{"query":"{{ a }}","variables":{{"v":{}{}}}}}"#,
            "[".repeat(50_000),
            "]".repeat(50_000)
        );
        assert!(from_json(body.as_bytes()).is_err());
    }
}
