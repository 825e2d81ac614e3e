//! How mutations run their commands: once for an idempotency key, with what the caller can mend apart from denial and faults.

use async_graphql::Context;
use cairn_service::error::{Error, Result as ServiceResult};
use cairn_service::idempotency::{self, Outcome};
use serde_json::{Map, Value};

use super::context::ContextExt;
use super::error::{ApiError, Result, UserError, user_errors};

/// The header that tells that nothing was done this time.
const REPLAYED: &str = "idempotent-replayed";

/// Runs the command of a mutation, and splits its result for the payload: the value, or what the caller can mend. Under an idempotency key that was
/// sent before nothing is run, and the first outcome is told again.
pub async fn outcome<T: Outcome>(
    ctx: &Context<'_>,
    command: impl Future<Output = ServiceResult<T>> + Send,
) -> Result<(Option<T>, Vec<UserError>)> {
    let field = ctx.field();
    let arguments = match ctx.actor().idempotency_key {
        Some(_) => arguments(&field)?,
        None => Value::Null,
    };
    let told = idempotency::once(ctx.service(), ctx.actor(), (field.name(), &arguments), command).await?;
    if told.replayed {
        ctx.insert_http_header(REPLAYED, "true");
    }
    Ok(match told.result {
        Ok(value) => (Some(value), Vec::new()),
        Err(errors) => (None, user_errors(errors)),
    })
}

/// The arguments of a field as they were sent, variables put in.
fn arguments(field: &async_graphql::SelectionField<'_>) -> Result<Value> {
    let unread =
        |cause: String| ApiError(Error::internal("the arguments of a mutation could not be read", cause));
    let given = field.arguments().map_err(|error| unread(error.message))?;
    let mut arguments = Map::new();
    for (name, value) in given {
        let value = value.into_json().map_err(|error| unread(error.to_string()))?;
        arguments.insert(name.to_string(), value);
    }
    Ok(Value::Object(arguments))
}
