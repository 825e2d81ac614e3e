//! What every GraphQL transport (HTTP, websocket) does with one request: limits, parsing, execution within a time limit.
//! The schema comes in as an `Executor`, the actor as session data; neither is known here.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use async_graphql::{
    Executor, Request, Response, ServerError,
    parser::types::{DocumentOperations, OperationDefinition, OperationType},
};
use futures_util::{FutureExt, StreamExt, stream::BoxStream};
use tracing::Instrument;

use super::{
    limits::Limits,
    plan::{Plan, Types},
    respond::Answer,
};
use crate::http::{
    auth::{Caller, Sessions},
    problem::{Code, Problem, graphql_error, set_code},
    stats::RequestStats,
};

/// A schema, and the frame in which it is executed.
pub struct Engine<E> {
    executor: E,
    types: Types,
    sessions: Arc<dyn Sessions>,
    limits: Limits,
    time_limit: Duration,
}

/// What is known of an operation before it runs.
pub struct Operation {
    /// What it is.
    pub kind: OperationType,
    plan: Plan,
}

impl<E: Executor> Engine<E> {
    /// Frames a schema whose types are `types`. `time_limit` is per query or mutation; subscriptions have none.
    pub fn new(
        executor: E,
        types: Types,
        sessions: Arc<dyn Sessions>,
        limits: Limits,
        time_limit: Duration,
    ) -> Self {
        Self { executor, types, sessions, limits, time_limit }
    }

    /// Authenticates the caller and puts what resolvers need into the request.
    ///
    /// # Errors
    /// Those of [`Sessions::open`].
    pub async fn open_session(&self, caller: Caller, request: &mut Request) -> Result<(), Problem> {
        request.data = self.sessions.open(caller).await?;
        request.data.insert(RequestStats::current());
        Ok(())
    }

    /// Checks the limits, parses the document into the request, and tells what operation it asks for.
    ///
    /// # Errors
    /// The answer to give where the document is refused.
    pub fn prepare(&self, request: &mut Request) -> Result<Operation, Box<Answer>> {
        let refuse = |problem: Problem| Box::new(Answer::request_error(problem.to_error()));
        self.limits.check_text(&request.query).map_err(refuse)?;
        let operation_name = request.operation_name.clone();
        let document = request.parsed_query().map_err(|mut error| {
            set_code(&mut error, Code::GraphqlParseFailed);
            Box::new(Answer::request_error(error))
        })?;
        self.limits.check_document(document).map_err(refuse)?;
        let operation = select_operation(&document.operations, operation_name.as_deref())
            .map_err(|message| Box::new(Answer::request_error(graphql_error(Code::BadRequest, message))))?;
        Ok(Operation { kind: operation.ty, plan: Plan::of(&self.types, document, operation) })
    }

    /// Executes a prepared query or mutation.
    ///
    /// A query ends with the future, so that the work stops when the client goes away. A mutation goes on to its end or
    /// to the time limit, so that no client can cut it off between its commit and what follows.
    ///
    /// # Errors
    /// 503 past the time limit, 500 where a resolver panics.
    pub async fn execute(&self, operation: &Operation, request: Request) -> Result<Answer, Problem> {
        let executor = self.executor.clone();
        let run = async move { executor.execute(request).await };
        let run = AssertUnwindSafe(tokio::time::timeout(self.time_limit, run)).catch_unwind();
        let outcome = if operation.kind == OperationType::Mutation {
            let stats = RequestStats::current();
            let task = tokio::spawn(async move { stats.scope(run).await }.in_current_span());
            task.await.unwrap_or_else(|error| Err(Box::new(error)))
        } else {
            run.await
        };
        match outcome {
            Ok(Ok(response)) => match refused_key(&response) {
                Some(problem) => Err(problem),
                None => Ok(operation.answer(response)),
            },
            Ok(Err(_elapsed)) => Err(self.too_slow()),
            Err(_panic) => {
                tracing::error!("a resolver panicked");
                Err(Problem::internal())
            }
        }
    }

    /// Starts a prepared subscription: its answers as they come.
    pub fn subscribe(&self, operation: Operation, request: Request) -> BoxStream<'static, Answer> {
        self.executor.execute_stream(request, None).map(move |response| operation.answer(response)).boxed()
    }

    fn too_slow(&self) -> Problem {
        let seconds = self.time_limit.as_secs();
        Problem::new(Code::LimitExceeded, format!("The request took longer than {seconds} seconds."))
            .with_status(actix_web::http::StatusCode::SERVICE_UNAVAILABLE)
    }
}

/// A key that was sent before with something else refuses the whole request: it has one mutation field, and nothing was done.
fn refused_key(response: &Response) -> Option<Problem> {
    let reused = async_graphql::Value::from(Code::IdempotencyKeyReused.as_str());
    let code = |error: &&ServerError| {
        error.extensions.as_ref().and_then(|values| values.get("code")) == Some(&reused)
    };
    response
        .errors
        .iter()
        .find(code)
        .map(|error| Problem::new(Code::IdempotencyKeyReused, error.message.clone()))
}

impl Operation {
    /// Refuses an idempotency key where it would not be clear what it stands for: a mutation of several fields.
    ///
    /// # Errors
    /// 400.
    pub fn check_idempotency_key(&self, caller: &Caller) -> Result<(), Problem> {
        let several = self.kind == OperationType::Mutation && self.plan.width() != 1;
        match caller.idempotency_key.is_some() && several {
            true => Err(Problem::new(
                Code::BadRequest,
                "An Idempotency-Key goes with exactly one mutation field.",
            )),
            false => Ok(()),
        }
    }

    fn answer(&self, mut response: Response) -> Answer {
        self.plan.complete(&mut response);
        Answer::from_response(response)
    }
}

/// `GetOperation` of the GraphQL specification, section 6.1.
fn select_operation<'a>(
    operations: &'a DocumentOperations,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, String> {
    match (operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(&operation.node),
        (DocumentOperations::Multiple(named), None) if named.len() == 1 => named
            .values()
            .next()
            .map(|operation| &operation.node)
            .ok_or_else(|| "The document has no operation.".to_owned()),
        (DocumentOperations::Multiple(_), None) => {
            Err("The document has several operations; name one by `operationName`.".to_owned())
        }
        (DocumentOperations::Multiple(named), Some(name)) => named
            .get(name)
            .map(|operation| &operation.node)
            .ok_or_else(|| format!("The document has no operation named \"{name}\".")),
        (DocumentOperations::Single(_), Some(name)) => {
            Err(format!("The document has no operation named \"{name}\"."))
        }
    }
}
