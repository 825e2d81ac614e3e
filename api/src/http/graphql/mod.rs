//! `/graphql`: GraphQL over HTTP as its specification draft says (POST and GET, media types, status codes).
//! Nothing here knows the schema.

pub mod accept;
mod cache;
pub mod cost;
pub mod documents;
pub mod engine;
mod lexer;
pub mod limits;
pub mod params;
pub mod plan;
pub mod respond;
mod sse;
pub mod types;

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
    },
    web,
};
use async_graphql::{Executor, Name, Request, Value, parser::types::OperationType};
use futures_util::{StreamExt, stream};

pub use self::sse::KEEP_ALIVE_EVERY;
use self::{
    accept::Media,
    documents::Source,
    engine::{Engine, Operation, RESUME},
    respond::{Answer, problem_response},
};
use super::{
    auth::Caller,
    problem::{Code, Problem},
    server::Transport,
};

/// How long a client may take to send its body.
const BODY_TIME_LIMIT: Duration = Duration::from_secs(30);
/// The methods of this resource.
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, OPTIONS");

/// The resource, for `App::service`.
pub fn resource<E: Executor>(path: &str) -> actix_web::Resource {
    web::resource(path)
        .route(web::post().to(post::<E>))
        .route(web::get().to(get::<E>))
        .route(web::method(Method::OPTIONS).to(options))
        .default_service(web::to(other_method))
}

async fn post<E: Executor>(
    transport: web::Data<Transport>,
    engine: web::Data<Engine<E>>,
    request: HttpRequest,
    body: web::Payload,
) -> HttpResponse {
    let Some(media) = accept::negotiate(request.headers(), false) else { return not_acceptable() };
    let answer = async {
        check_content_type(&request)?;
        let body = read_body(&request, body, transport.settings.body_limit).await?;
        run(&transport, &engine, &request, params::from_json(&body)?, media).await
    };
    answer.await.unwrap_or_else(|problem| problem_response(&problem, media))
}

async fn get<E: Executor>(
    transport: web::Data<Transport>,
    engine: web::Data<Engine<E>>,
    request: HttpRequest,
) -> HttpResponse {
    let ide = transport.settings.graphiql.as_ref();
    let Some(media) = accept::negotiate(request.headers(), ide.is_some()) else { return not_acceptable() };
    if let (Media::Html, Some(page)) = (media, ide) {
        return page.response();
    }
    let answer = async {
        let graphql = params::from_query_string(request.query_string())?.ok_or_else(|| {
            Problem::new(Code::BadRequest, "The parameter `query` is missing; it holds the GraphQL document.")
        })?;
        run(&transport, &engine, &request, graphql, media).await
    };
    answer.await.unwrap_or_else(|problem| problem_response(&problem, media))
}

/// Executes a request of either method.
async fn run<E: Executor>(
    transport: &Transport,
    engine: &Engine<E>,
    request: &HttpRequest,
    mut graphql: Request,
    media: Media,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::of(request)?;
    let operation = match engine.prepare(&mut graphql) {
        Ok(operation) => operation,
        Err(answer) => {
            transport.metrics.operation(None, &answer);
            return Ok(reply(transport, *answer, media));
        }
    };
    let cost = operation.cost_unrun();
    let answered = perform(transport, engine, request, graphql, (operation, caller, media)).await;
    Ok(answered.unwrap_or_else(|problem| {
        Answer::refused(&problem, problem.to_error()).with_cost(&cost).into_http(media)
    }))
}

/// Executes a prepared request.
async fn perform<E: Executor>(
    transport: &Transport,
    engine: &Engine<E>,
    request: &HttpRequest,
    mut graphql: Request,
    (operation, caller, media): (Operation, Caller, Media),
) -> Result<HttpResponse, Problem> {
    match operation.kind {
        OperationType::Subscription if accept::takes_events(request.headers()) => {
            return follow(transport, engine, request, graphql, (operation, caller)).await;
        }
        OperationType::Subscription => {
            return Err(Problem::new(
                Code::BadRequest,
                "Subscriptions are served by websocket at /graphql/ws, and as text/event-stream.",
            ));
        }
        OperationType::Mutation if request.method() == Method::GET => {
            return Err(Problem::new(Code::BadRequest, "A mutation must be sent by POST.")
                .with_status(StatusCode::METHOD_NOT_ALLOWED)
                .with_header(ALLOW, HeaderValue::from_static("POST")));
        }
        OperationType::Query | OperationType::Mutation => {}
    }
    operation.check_idempotency_key(&caller)?;
    let visit = engine.open_session(caller, &mut graphql).await?;
    let answer = engine.execute(&operation, graphql, visit).await?;
    transport.metrics.operation(Some(operation.kind), &answer);
    let named = operation.source == Source::Named && request.method() == Method::GET;
    if named && media != Media::EventStream && answer.errors().is_empty() {
        return Ok(cache::response(answer, media, request.headers(), visit.anonymous()));
    }
    Ok(reply(transport, answer, media))
}

/// Starts a subscription whose answers come as events.
async fn follow<E: Executor>(
    transport: &Transport,
    engine: &Engine<E>,
    request: &HttpRequest,
    mut graphql: Request,
    (operation, caller): (Operation, Caller),
) -> Result<HttpResponse, Problem> {
    if let Some(cursor) = sse::last_event_id(request.headers()).filter(|_| operation.resumes) {
        graphql.variables.insert(Name::new(RESUME), Value::String(cursor));
    }
    let visit = engine.open_session(caller, &mut graphql).await?;
    let open = transport.fair.open(visit.account.payer)?;
    match engine.subscribe(operation, graphql, visit).await {
        Ok(answers) => Ok(sse::response(transport, answers, Some(open))),
        Err(answer) => Ok(reply(transport, *answer, Media::EventStream)),
    }
}

/// One answer as the client accepts it. A refusal for another reason than the request itself is told by its status, which events do not have.
fn reply(transport: &Transport, answer: Answer, media: Media) -> HttpResponse {
    match media {
        Media::EventStream if answer.is_well_formed() => {
            sse::response(transport, stream::once(async { answer }).boxed(), None)
        }
        media => answer.into_http(media),
    }
}

/// `application/json` in UTF-8 and nothing else: a browser sends any other type across sites without asking first.
fn check_content_type(request: &HttpRequest) -> Result<(), Problem> {
    let unsupported = |message: &'static str| {
        Problem::new(Code::BadRequest, message).with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE)
    };
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = value.split(';').map(str::trim);
    if !parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
        return Err(unsupported("The request body must have the Content-Type application/json."));
    }
    for parameter in parts {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if name.trim().eq_ignore_ascii_case("charset")
            && !accept::is_utf8_name(value.trim().trim_matches('"'))
        {
            return Err(unsupported("The request body must be encoded in UTF-8."));
        }
    }
    let encoded = request
        .headers()
        .get(CONTENT_ENCODING)
        .is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
    if encoded {
        return Err(unsupported("The request body must be sent without Content-Encoding."));
    }
    Ok(())
}

async fn read_body(request: &HttpRequest, body: web::Payload, limit: usize) -> Result<web::Bytes, Problem> {
    let too_large = || {
        Problem::new(Code::LimitExceeded, format!("The request body is larger than {limit} bytes."))
            .with_status(StatusCode::PAYLOAD_TOO_LARGE)
    };
    // A client that announces too much need not send it first.
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit)) {
        return Err(too_large());
    }
    match tokio::time::timeout(BODY_TIME_LIMIT, body.to_bytes_limited(limit)).await {
        Ok(Ok(Ok(bytes))) => Ok(bytes),
        Ok(Ok(Err(_))) => Err(Problem::new(Code::BadRequest, "The request body could not be read.")),
        Ok(Err(_)) => Err(too_large()),
        Err(_) => Err(Problem::new(Code::BadRequest, "The request body took too long to arrive.")
            .with_status(StatusCode::REQUEST_TIMEOUT)),
    }
}

async fn options() -> HttpResponse {
    HttpResponse::NoContent().insert_header((ALLOW, METHODS)).finish()
}

async fn other_method(request: HttpRequest) -> HttpResponse {
    let media = accept::negotiate(request.headers(), false).unwrap_or(Media::Json);
    let problem = Problem::new(Code::BadRequest, "GraphQL requests are sent by POST or GET.")
        .with_status(StatusCode::METHOD_NOT_ALLOWED)
        .with_header(ALLOW, METHODS);
    problem_response(&problem, media)
}

fn not_acceptable() -> HttpResponse {
    let message = "The answer can be application/graphql-response+json or application/json.";
    let problem = Problem::new(Code::BadRequest, message).with_status(StatusCode::NOT_ACCEPTABLE);
    problem_response(&problem, Media::Json)
}
