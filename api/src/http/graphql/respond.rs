//! From the result of an execution to what goes over the wire: a request error loses its `data`, every error gets a
//! code, and what is not meant for the caller is logged and replaced.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, VARY},
    },
};
use async_graphql::{Response, ServerError, Value};
use serde::Serialize;

use super::{accept::Media, cost::Cost};
use crate::http::problem::{Code, Problem, graphql_error, has_code, set_code};

/// More errors than this help nobody, and would let a small request have a large answer.
const MAX_ERRORS: usize = 100;
/// What is said where nothing can be: an answer that could not be written.
const FAILED: &str = r#"{"errors":[{"message":"The server failed to answer this request.","extensions":{"code":"INTERNAL"}}]}"#;
/// What of a request an answer depends on.
pub const VARIES: &str = "accept, accept-language, authorization, x-api-key, cairn-issuer";

/// A well-formed GraphQL response and the HTTP status of its result.
#[derive(Serialize)]
pub struct Answer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ServerError>,
    /// Absent when execution never began.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: BTreeMap<String, Value>,
    #[serde(skip)]
    status: StatusCode,
    /// Whether the request was a well-formed GraphQL-over-HTTP request: then `application/json` answers 200.
    #[serde(skip)]
    well_formed: bool,
    #[serde(skip)]
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Answer {
    /// The answer to a request whose execution was attempted.
    pub fn from_response(response: Response) -> Self {
        let Response { data, extensions, mut errors, http_headers, .. } = response;
        // Field errors carry the path of their field; errors of parsing, validation and coercion have none.
        let executed =
            data != Value::Null || errors.is_empty() || errors.iter().any(|error| !error.path.is_empty());
        errors.truncate(MAX_ERRORS);
        for error in &mut errors {
            settle_code(error, executed);
        }
        Self {
            status: if executed { StatusCode::OK } else { StatusCode::BAD_REQUEST },
            data: executed.then_some(data),
            errors,
            extensions,
            well_formed: true,
            // The GraphQL library and the HTTP server use different versions of the same types.
            headers: http_headers
                .iter()
                .filter_map(|(name, value)| {
                    let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
                    Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
                })
                .collect(),
        }
    }

    /// The answer to a well-formed request that is refused before execution.
    pub fn request_error(error: ServerError) -> Self {
        Self {
            errors: vec![error],
            data: None,
            extensions: BTreeMap::new(),
            status: StatusCode::BAD_REQUEST,
            well_formed: true,
            headers: Vec::new(),
        }
    }

    /// The answer to a request that is refused for another reason than itself: the status of the refusal holds for both media types.
    pub fn refused(problem: &Problem, error: ServerError) -> Self {
        Self {
            status: problem.status,
            well_formed: false,
            headers: problem.headers.clone(),
            ..Self::request_error(error)
        }
    }

    /// The same, telling what it cost.
    #[must_use]
    pub fn with_cost(mut self, cost: &Cost) -> Self {
        match async_graphql::to_value(cost) {
            Ok(value) => drop(self.extensions.insert("cost".to_owned(), value)),
            Err(error) => tracing::error!(%error, "a cost could not be told"),
        }
        self
    }

    /// Whether this is the answer of a GraphQL request, and not a refusal for another reason than that.
    pub fn is_well_formed(&self) -> bool {
        self.well_formed
    }

    /// Where to go on after this answer of a subscription: the `cursor` in its only field, where that was selected.
    pub fn cursor(&self) -> Option<&str> {
        let Some(Value::Object(data)) = &self.data else { return None };
        let (_, Value::Object(field)) = data.first()? else { return None };
        match field.get("cursor")? {
            Value::String(cursor) => Some(cursor),
            _ => None,
        }
    }

    /// The data alone as JSON.
    pub fn data_as_json(&self) -> String {
        serde_json::to_string(&self.data).unwrap_or_default()
    }

    /// The answer as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|error| {
            tracing::error!(%error, "a GraphQL response could not be serialized");
            FAILED.to_owned()
        })
    }

    /// Whether execution never began.
    pub fn is_request_error(&self) -> bool {
        self.data.is_none()
    }

    /// The errors.
    pub fn errors(&self) -> &[ServerError] {
        &self.errors
    }

    /// The HTTP response. With `application/json`, what is well-formed is 200, and the body alone tells the rest.
    pub fn into_http(self, media: Media) -> HttpResponse {
        // Events have no status, and a page is no answer.
        let media = if matches!(media, Media::EventStream | Media::Html) { Media::Json } else { media };
        let status =
            if media == Media::GraphqlResponse || !self.well_formed { self.status } else { StatusCode::OK };
        let mut response = json_response(status, media, &self);
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}

/// The HTTP response of a refusal; its status holds for both media types, since no GraphQL result exists.
pub fn problem_response(problem: &Problem, media: Media) -> HttpResponse {
    Answer::refused(problem, problem.to_error()).into_http(media)
}

fn json_response(status: StatusCode, media: Media, answer: &Answer) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, media.content_type()))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((VARY, VARIES))
        .body(answer.to_json())
}

/// Gives an error without a code the one that fits. Resolvers give their errors a code; one without comes from the
/// GraphQL library, and either tells the caller about an argument or is a fault whose text may hold internals.
fn settle_code(error: &mut ServerError, executed: bool) {
    if has_code(error) {
        return;
    }
    if !executed {
        set_code(error, Code::GraphqlValidationFailed);
    } else if is_coercion_error(&error.message) {
        set_code(error, Code::BadRequest);
    } else {
        tracing::error!(message = %error.message, path = ?error.path, "a resolver failed without a code");
        let mut hidden = graphql_error(Code::Internal, Problem::internal().message);
        hidden.locations = std::mem::take(&mut error.locations);
        hidden.path = std::mem::take(&mut error.path);
        *error = hidden;
    }
}

/// How async-graphql begins the message of an argument whose value does not fit its type or its validator.
fn is_coercion_error(message: &str) -> bool {
    message.starts_with("Failed to parse \"")
        || message.starts_with("Expected input type \"")
        || message.starts_with("Variable ")
}

#[cfg(test)]
mod tests {
    use async_graphql::{PathSegment, value};

    use super::*;

    fn body(answer: &Answer) -> serde_json::Value {
        serde_json::to_value(answer).unwrap()
    }

    #[test]
    fn a_request_error_has_no_data() {
        let answer =
            Answer::from_response(Response::from_errors(vec![ServerError::new("no such field", None)]));
        assert!(answer.is_request_error());
        let body = body(&answer);
        assert!(body.get("data").is_none());
        assert_eq!(body["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    }

    #[test]
    fn a_field_error_keeps_its_null_data() {
        let mut error = graphql_error(Code::Forbidden, "Not yours.");
        error.path = vec![PathSegment::Field("a".into())];
        let answer = Answer::from_response(Response::from_errors(vec![error]));
        assert_eq!(body(&answer)["data"], serde_json::Value::Null);
        assert_eq!(answer.into_http(Media::GraphqlResponse).status(), StatusCode::OK);
    }

    #[test]
    fn internals_are_hidden_and_coercion_is_not() {
        let at = vec![PathSegment::Field("a".into())];
        let errors = vec![
            ServerError::new("no such table: learner", None).with_path(at.clone()),
            ServerError::new("Failed to parse \"Int\": out of range", None).with_path(at),
        ];
        let body = body(&Answer::from_response(Response::from_errors(errors)));
        assert_eq!(body["errors"][0]["message"], "The server failed to answer this request.");
        assert_eq!(body["errors"][0]["extensions"]["code"], "INTERNAL");
        assert_eq!(body["errors"][0]["path"][0], "a");
        assert_eq!(body["errors"][1]["extensions"]["code"], "BAD_REQUEST");
    }

    #[test]
    fn success_has_data_and_no_errors() {
        let answer = Answer::from_response(Response::new(value!({"a": 1})));
        assert_eq!(body(&answer), serde_json::json!({"data": {"a": 1}}));
    }
}
