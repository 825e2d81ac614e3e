//! Calls the API in this process, as a client would over HTTP: the demo is made of nothing but the public operations.

use std::sync::Arc;

use async_graphql::{Executor, Request, Variables};
use cairn_service::Service;
use cairn_service::auth::{self, Presented};
use chrono::{SecondsFormat, TimeDelta};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use crate::cli::Failure;
use crate::graphql::{self, Gathering};

/// Somebody's hand on the API.
pub struct Hand {
    service: Arc<Service>,
    schema: Gathering,
    presented: fn(String) -> Presented,
    secret: String,
}

impl Hand {
    /// The hand of whoever has this API key.
    pub fn of_key(service: &Arc<Service>, secret: &str) -> Self {
        Self {
            service: service.clone(),
            schema: graphql::build(),
            presented: Presented::ApiKey,
            secret: secret.to_owned(),
        }
    }

    /// The hand of whoever has this JWT.
    pub fn of_person(service: &Arc<Service>, token: &str) -> Self {
        Self {
            service: service.clone(),
            schema: graphql::build(),
            presented: Presented::Jwt,
            secret: token.to_owned(),
        }
    }

    /// A moment so many days ago, as the API takes it.
    pub fn ago(&self, days: i64) -> String {
        (self.service.now() - TimeDelta::days(days)).to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// Runs a document and returns its data.
    pub async fn data(&self, document: &str, variables: Value) -> Result<Value, Failure> {
        let actor = auth::authenticate(&self.service, (self.presented)(self.secret.clone()), None).await?;
        let mut request = Request::new(document).variables(Variables::from_json(variables));
        // Nothing here outlives its sign-in.
        let same = actor.clone();
        let sign_in = move || -> BoxFuture<'static, _> { Box::pin(std::future::ready(Ok(same.clone()))) };
        request.data = graphql::session(self.service.clone(), (actor, "".into()), Arc::new(sign_in));
        let response = self.schema.execute(request).await;
        if let Some(error) = response.errors.first() {
            return Err(Failure::new(format!("the demo's data could not be made: {}", error.message)));
        }
        response.data.into_json().map_err(|error| Failure::new(error.to_string()))
    }

    /// Runs a mutation of one field with an input, and returns what it selected of its payload.
    pub async fn mutate(&self, field: &str, selection: &str, input: Value) -> Result<Value, Failure> {
        let kind = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
        let document = format!(
            "mutation($input: {kind}!) {{ {field}(input: $input) {{ {selection} userErrors {{ field message }} }} }}"
        );
        let payload = self.data(&document, json!({ "input": input })).await?[field].take();
        match payload["userErrors"].as_array().is_some_and(Vec::is_empty) {
            true => Ok(payload),
            false => Err(Failure::new(format!("the demo's {field} was refused: {}", payload["userErrors"]))),
        }
    }

    /// Runs a mutation of many rows, none of which may fail.
    pub async fn rows(&self, field: &str, rows: Vec<Value>) -> Result<(), Failure> {
        let selection = "results { outcome userErrors { field message } }";
        let payload = self.mutate(field, selection, json!({ "rows": rows })).await?;
        let failed =
            payload["results"].as_array().into_iter().flatten().find(|row| row["outcome"] == "FAILED");
        match failed {
            None => Ok(()),
            Some(row) => Err(Failure::new(format!("the demo's {field} was refused: {}", row["userErrors"]))),
        }
    }
}
