//! What every GraphQL transport (HTTP, websocket) does with one request: limits, parsing, its price, execution within a time limit.
//! The schema comes in as an `Executor`, the actor as session data; neither is known here.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use async_graphql::{
    ErrorExtensionValues, Executor, Request, Response, ServerError,
    parser::types::{DocumentOperations, OperationDefinition, OperationType},
};
use futures_util::{FutureExt, StreamExt, stream::BoxStream};
use tracing::Instrument;

use super::{
    cost::{Cost, Inputs, Pricing, Standing, Tariff, fill_defaults},
    documents::{Documents, Source},
    limits::Limits,
    plan::Plan,
    respond::Answer,
    types::Types,
};
use crate::http::{
    auth::{Caller, Presented, Session, Sessions},
    fair::{Account, Bill, Fair, Payer, rate_limited},
    problem::{Code, Problem, graphql_error, set_code},
    server::HttpSettings,
    stats::RequestStats,
};

/// A schema, and the frame in which it is executed.
pub struct Engine<E> {
    executor: E,
    types: Types,
    sessions: Arc<dyn Sessions>,
    fair: Arc<Fair>,
    documents: Documents,
    limits: Limits,
    tariff: Tariff,
    time_limit: Duration,
}

/// What is known of an operation before it runs.
pub struct Operation {
    /// What it is.
    pub kind: OperationType,
    /// Whether it takes the place to go on after as its variable [`RESUME`].
    pub resumes: bool,
    /// Where its document comes from.
    pub source: Source,
    plan: Plan,
    requested: u64,
}

/// The variable by which a subscription goes on where it was.
pub const RESUME: &str = "after";

/// Who asks, as far as the transport needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Visit {
    /// Whom the request counts against.
    pub account: Account,
    /// Whether who asks runs the server.
    pub operator: bool,
}

impl Visit {
    /// Whether nobody is signed in.
    pub fn anonymous(&self) -> bool {
        matches!(self.account.payer, Payer::Address(_))
    }
}

impl<E: Executor> Engine<E> {
    /// Frames a schema whose types are `types`, within the limits of the settings.
    pub fn new(
        executor: E,
        types: Types,
        sessions: Arc<dyn Sessions>,
        fair: Arc<Fair>,
        settings: &HttpSettings,
    ) -> Self {
        let HttpSettings { limits, tariff, time_limit, .. } = *settings;
        let documents = Documents::new(settings.trusted_documents.clone());
        Self { executor, types, sessions, fair, documents, limits, tariff, time_limit }
    }

    /// Authenticates the caller, counts the request and puts what resolvers need into it.
    ///
    /// # Errors
    /// Those of [`Sessions::open`]; `RATE_LIMITED` after too many requests, or too many failed attempts to sign in.
    pub async fn open_session(&self, caller: Caller, request: &mut Request) -> Result<Visit, Problem> {
        let (address, anonymous) = (caller.address, caller.presented == Presented::None);
        let opening = self.sessions.open(caller);
        let Session { data, account, operator } =
            if anonymous { opening.await? } else { self.fair.sign_in(address, opening).await? };
        self.fair.admit(account.payer)?;
        request.data = data;
        request.data.insert(RequestStats::current());
        Ok(Visit { account, operator })
    }

    /// Checks the limits, parses the document into the request, and tells what operation it asks for and what it may cost.
    ///
    /// # Errors
    /// The answer to give where the document is refused.
    pub fn prepare(&self, request: &mut Request) -> Result<Operation, Box<Answer>> {
        let refuse = |error: ServerError| Box::new(Answer::request_error(error).with_cost(&Cost::default()));
        let source = self.documents.find(request).map_err(|problem| refuse(problem.to_error()))?;
        self.limits.check_text(&request.query).map_err(|problem| refuse(problem.to_error()))?;
        let operation_name = request.operation_name.clone();
        let mut variables = std::mem::take(&mut request.variables);
        let document = request.parsed_query().map_err(|mut error| {
            set_code(&mut error, Code::GraphqlParseFailed);
            refuse(error)
        })?;
        self.limits.check_document(document).map_err(|problem| refuse(problem.to_error()))?;
        let operation = select_operation(&document.operations, operation_name.as_deref())
            .map_err(|message| refuse(graphql_error(Code::BadRequest, message)))?;
        fill_defaults(&mut variables, operation);
        let inputs = Inputs(&variables);
        let pricing = Pricing { types: &self.types, tariff: &self.tariff, inputs, kind: operation.ty };
        let plan = Plan::of(&pricing, document, operation);
        let mut declared = operation.variable_definitions.iter().map(|variable| &*variable.node.name.node);
        let resumes = declared.any(|name| name == RESUME);
        let operation = Operation { kind: operation.ty, resumes, source, requested: plan.requested(), plan };
        request.variables = variables;
        self.check_cost(&operation, self.limits.cost)?;
        if let Source::SentToKeep(hash) = &operation.source {
            self.documents.keep(hash.clone(), &request.query);
        }
        Ok(operation)
    }

    /// Executes a prepared query or mutation.
    ///
    /// A query ends with the future, so that the work stops when the client goes away. A mutation goes on to its end or
    /// to the time limit, so that no client can cut it off between its commit and what follows.
    ///
    /// Past the time limit the answer is 503, where a resolver panics 500.
    ///
    /// # Errors
    /// An idempotency key that was used for something else.
    pub async fn execute(
        &self,
        operation: &Operation,
        request: Request,
        visit: Visit,
    ) -> Result<Answer, Problem> {
        let bill = match self.draw(operation, visit).await {
            Ok(bill) => bill,
            Err(answer) => return Ok(*answer),
        };
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
            Ok(Ok(response)) => {
                if let Some(problem) = refused_key(&response) {
                    bill.settle(0).await;
                    return Err(problem);
                }
                let (answer, actual) = operation.answer(response);
                let standing = bill.settle(actual.unwrap_or_default()).await;
                Ok(answer.with_cost(&operation.cost(actual, standing)))
            }
            Ok(Err(_elapsed)) => Ok(self.broken_off(operation, visit, &self.too_slow())),
            Err(_panic) => {
                tracing::error!("a resolver panicked");
                Ok(self.broken_off(operation, visit, &Problem::internal()))
            }
        }
    }

    /// Starts a prepared subscription: its answers as they come. It pays when it starts, and no more for what it is told.
    ///
    /// # Errors
    /// The answer to give where the budget does not reach.
    pub async fn subscribe(
        &self,
        operation: Operation,
        request: Request,
        visit: Visit,
    ) -> Result<BoxStream<'static, Answer>, Box<Answer>> {
        self.draw(&operation, visit).await?;
        let fair = self.fair.clone();
        let answers = self.executor.execute_stream(request, None);
        let answers = answers.map(move |response| {
            let (answer, actual) = operation.answer(response);
            answer.with_cost(&operation.cost(actual, fair.budgets().standing(visit.account)))
        });
        Ok(answers.boxed())
    }

    /// Lets an operation run: one that may, and for which its caller's budget reaches.
    async fn draw(&self, operation: &Operation, visit: Visit) -> Result<Bill<'_>, Box<Answer>> {
        if operation.source == Source::Untrusted && !visit.operator {
            let problem = Problem::new(
                Code::PersistedQueryOnly,
                "This server answers none but the documents that it knows.",
            );
            let answer = Answer::refused(&problem, problem.to_error());
            return Err(Box::new(answer.with_cost(&operation.cost_unrun())));
        }
        if let Some(capacity) = self.fair.budgets().capacity(visit.account) {
            self.check_cost(operation, capacity)?;
        }
        self.fair.budgets().draw(visit.account, operation.requested).await.map_err(|refused| {
            let (path, most) = operation.plan.costliest();
            let message = format!(
                "The request may cost {}, and {} of the budget are left; {most} of it are for `{}`.",
                operation.requested,
                refused.standing.available,
                path.join("."),
            );
            let problem = rate_limited(message, refused.wait);
            let cost = operation.cost(None, refused.standing);
            Box::new(Answer::refused(&problem, with_path(problem.to_error(), path)).with_cost(&cost))
        })
    }

    /// Refuses what may cost more than one request may.
    fn check_cost(&self, operation: &Operation, most: u64) -> Result<(), Box<Answer>> {
        if operation.requested <= most {
            return Ok(());
        }
        let (path, cost) = operation.plan.costliest();
        let message = format!(
            "The request may cost {}, more than the {most} that one may; {cost} of it are for `{}`. Ask for smaller pages.",
            operation.requested,
            path.join("."),
        );
        let error = with_path(graphql_error(Code::LimitExceeded, message), path);
        Err(Box::new(Answer::request_error(error).with_cost(&operation.cost_unrun())))
    }

    /// The answer where the work did not come to its end: nobody can tell what has run, so it costs what was requested.
    fn broken_off(&self, operation: &Operation, visit: Visit, problem: &Problem) -> Answer {
        let standing = self.fair.budgets().standing(visit.account);
        let cost = operation.cost(Some(operation.requested), standing);
        Answer::refused(problem, problem.to_error()).with_cost(&cost)
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

    /// What is said of its cost where it is refused for another reason than itself, before anything runs.
    pub fn cost_unrun(&self) -> Cost {
        Cost { requested_query_cost: self.requested, ..Cost::default() }
    }

    /// The answer of a response, and what it has cost; `None` where nothing was run. Where something failed nobody can tell from the response
    /// what has run before: it costs what was requested.
    fn answer(&self, mut response: Response) -> (Answer, Option<u64>) {
        let whole = response.errors.is_empty();
        let actual = if whole { self.plan.actual(&response.data) } else { self.requested };
        self.plan.complete(&mut response);
        let answer = Answer::from_response(response);
        let actual = (!answer.is_request_error()).then_some(actual);
        (answer, actual)
    }

    fn cost(&self, actual: Option<u64>, standing: Standing) -> Cost {
        Cost {
            requested_query_cost: self.requested,
            actual_query_cost: actual,
            throttle_status: Some(standing),
        }
    }
}

/// An error that names the costliest path for programs, too.
fn with_path(mut error: ServerError, path: Vec<String>) -> ServerError {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("costliestPath", path);
    error
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
