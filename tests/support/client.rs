//! A client of the GraphQL API, as one kind of caller.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::{Response, StatusCode, header::HeaderMap};
use serde_json::{Value, json};

/// What every test calls by: straight, following nothing, each request over a connection of its own, since one that lies idle may be closed by the server
/// in the moment in which it is taken up again.
pub fn http() -> reqwest::Client {
    let plain = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    plain.pool_max_idle_per_host(0).build().unwrap()
}

/// Calls the API as somebody.
#[derive(Clone)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) base: String,
    pub(crate) authorization: Option<String>,
    /// What it sends as `Accept-Language`.
    pub(crate) languages: Option<String>,
}

impl Client {
    /// The server's address, without a trailing slash.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Somebody who calls the same server without signing in.
    pub fn anonymous_of(other: &Client) -> Self {
        Self { authorization: None, ..other.clone() }
    }

    /// The same caller at another node, whose address this is.
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// Somebody who calls the same server with this `Authorization`.
    pub fn presenting(other: &Client, authorization: Option<&str>) -> Self {
        Self { authorization: authorization.map(str::to_owned), ..other.clone() }
    }

    /// The same caller with a program that accepts these languages.
    pub fn reading(&self, languages: &str) -> Self {
        Self { languages: Some(languages.to_owned()), ..self.clone() }
    }

    /// What it presents.
    pub fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }

    /// Sends a document with variables.
    pub async fn send(&self, document: &str, variables: Value) -> Answer {
        self.send_operation(document, None, variables).await
    }

    /// Sends one operation of a document that may hold several. A mutation bears an idempotency key, and is asked for a second time, so that every
    /// mutation of every story shows that a repeat is answered alike.
    pub async fn send_operation(&self, document: &str, operation: Option<&str>, variables: Value) -> Answer {
        if !is_mutation(document, operation) {
            return self.send_keyed(None, document, operation, variables).await;
        }
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let key = format!("story-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let answer = self.send_keyed(Some(&key), document, operation, variables.clone()).await;
        if self.authorization.is_some()
            && answer.body.get("data").is_some()
            && answer.body.get("errors").is_none()
        {
            let again = self.send_keyed(Some(&key), document, operation, variables).await;
            assert!(again.replayed && !answer.replayed, "not told as a repeat: {again:?}");
            assert_alike(&answer, &again);
        }
        answer
    }

    /// Sends one operation under an idempotency key, or none.
    pub async fn send_keyed(
        &self,
        key: Option<&str>,
        document: &str,
        operation: Option<&str>,
        variables: Value,
    ) -> Answer {
        let body = json!({ "query": document, "operationName": operation, "variables": variables });
        let request = self.http.post(format!("{}/graphql", self.base)).json(&body);
        let request = request.header("accept", "application/graphql-response+json");
        let request = match &self.languages {
            Some(languages) => request.header("accept-language", languages),
            None => request,
        };
        let request = match key {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        };
        let request = match &self.authorization {
            Some(authorization) => request.header("authorization", authorization),
            None => request,
        };
        Answer::read(request.send().await.unwrap()).await
    }

    /// Sends a document that must succeed without errors, and returns its data.
    pub async fn data(&self, document: &str, variables: Value) -> Value {
        self.send(document, variables).await.data()
    }

    /// Sends a mutation that must succeed without `userErrors`, and returns its one field.
    pub async fn mutate(&self, document: &str, input: Value) -> Value {
        let answer = self.send(document, json!({ "input": input })).await;
        let payload = answer.payload();
        assert_eq!(payload["userErrors"], json!([]), "{answer:?}");
        payload
    }

    /// Posts JSON to a path of the server.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = self.http.post(format!("{}{path}", self.base)).json(body);
        let request = match &self.authorization {
            Some(authorization) => request.header("authorization", authorization),
            None => request,
        };
        Answer::read(request.send().await.unwrap()).await
    }

    /// Uploads a file that must be taken, to be imported; its id.
    pub async fn upload(&self, media: &str, file: impl Into<reqwest::Body>) -> String {
        let answer = self.send_file("/imports", media, file).await;
        assert_eq!(answer.status(), 201);
        answer.json::<Value>().await.unwrap()["upload"].as_str().unwrap().to_owned()
    }

    /// Posts a file to a path of the server.
    pub async fn send_file(&self, path: &str, media: &str, file: impl Into<reqwest::Body>) -> Response {
        let request = self.http.post(format!("{}{path}", self.base)).header("content-type", media).body(file);
        let request = match &self.authorization {
            Some(authorization) => request.header("authorization", authorization),
            None => request,
        };
        request.send().await.unwrap()
    }

    /// Gets a path of the server.
    pub async fn get(&self, path: &str, accept: &str) -> Response {
        let request = self.http.get(format!("{}{path}", self.base)).header("accept", accept);
        let request = match &self.authorization {
            Some(authorization) => request.header("authorization", authorization),
            None => request,
        };
        request.send().await.unwrap()
    }
}

/// An answer of the API.
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// The JSON body.
    pub body: Value,
    /// SQL statements that it took.
    pub statements: Option<u32>,
    /// HTTP headers.
    pub headers: HeaderMap,
    /// Whether it is that of an earlier request with the same idempotency key.
    pub replayed: bool,
}

/// Whether an operation of a document is a mutation.
fn is_mutation(document: &str, operation: Option<&str>) -> bool {
    match operation {
        Some(name) => document.split("mutation").skip(1).any(|rest| {
            rest.trim_start()
                .strip_prefix(name)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        }),
        None => document.trim_start().starts_with("mutation"),
    }
}

/// Fails where a repeat is answered in another way: all but secrets, and what goes on after the answer.
fn assert_alike(first: &Answer, again: &Answer) {
    let settled = |answer: &Answer| {
        let mut data = answer.body["data"].clone();
        settle(&mut data);
        data
    };
    assert_eq!(settled(first), settled(again), "a repeat was answered in another way");
}

/// Takes out of an answer what a repeat need not say again.
fn settle(value: &mut Value) {
    const PASSING: &[&str] = &["secret", "code"];
    match value {
        Value::Object(members) => {
            let passing = |name: &str, value: &Value| PASSING.contains(&name) && !value.is_array();
            let errors = members.contains_key("message");
            members.retain(|name, value| errors || !passing(name, value));
            for (name, value) in members.iter_mut() {
                // What a worker goes on with is only the same thing, by its id.
                if matches!(name.as_str(), "bulkOperation" | "delivery") && value.is_object() {
                    *value = value["id"].clone();
                }
            }
            members.values_mut().for_each(settle);
        }
        Value::Array(items) => items.iter_mut().for_each(settle),
        _ => {}
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:#}", self.status, self.body)
    }
}

impl Answer {
    async fn read(response: Response) -> Self {
        let status = response.status();
        let replayed = response.headers().get("idempotent-replayed").is_some_and(|value| value == "true");
        let statements =
            response.headers().get("server-timing").and_then(|value| statements_of(value.to_str().ok()?));
        let headers = response.headers().clone();
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self { status, body, statements, replayed, headers }
    }

    /// The data; fails on any error.
    pub fn data(&self) -> Value {
        assert!(self.body.get("errors").is_none() && self.body.get("data").is_some(), "{self:?}");
        self.body["data"].clone()
    }

    /// The value of the only root field; fails on any top-level error.
    pub fn payload(&self) -> Value {
        let data = self.data();
        let mut fields = data.as_object().unwrap_or_else(|| panic!("{self:?}")).values();
        let payload = fields.next().unwrap_or_else(|| panic!("{self:?}")).clone();
        assert!(fields.next().is_none(), "more than one root field: {self:?}");
        payload
    }

    /// `extensions.code` of the first top-level error.
    pub fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("no error code: {self:?}"))
    }

    /// `extensions.cost`: what was requested and what has run; `None` where nothing was run.
    pub fn cost(&self) -> (u64, Option<u64>) {
        let cost = &self.body["extensions"]["cost"];
        let requested = cost["requestedQueryCost"].as_u64().unwrap_or_else(|| panic!("no cost: {self:?}"));
        (requested, cost["actualQueryCost"].as_u64())
    }

    /// What is left of the caller's budget.
    pub fn left(&self) -> u64 {
        let left = &self.body["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"];
        left.as_u64().unwrap_or_else(|| panic!("no budget: {self:?}"))
    }

    /// `(dotted field, code)` of each user error of the only root field.
    pub fn user_errors(&self) -> Vec<(String, String)> {
        let errors = self.payload()["userErrors"].as_array().cloned().unwrap_or_else(|| panic!("{self:?}"));
        errors.iter().map(user_error).collect()
    }
}

/// `(dotted field, code)` of a user error.
pub fn user_error(error: &Value) -> (String, String) {
    let steps = error["field"].as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>();
    (steps.join("."), error["code"].as_str().unwrap_or_default().to_owned())
}

/// Reads the number of statements from `Server-Timing: sql;desc="12", …`.
fn statements_of(header: &str) -> Option<u32> {
    let (_, rest) = header.split_once("sql;desc=\"")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
