//! `/graphql/ws`: the handshake of GraphQL over websocket. The protocol itself is in `connection`, its messages in
//! `protocol`.

mod connection;
mod protocol;

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{SEC_WEBSOCKET_PROTOCOL, UPGRADE},
    },
    web,
};
use async_graphql::Executor;

use self::connection::Connection;
use super::{
    auth::Caller,
    fair::{OpenStream, Payer},
    graphql::{accept::Media, engine::Engine, respond::problem_response},
    problem::{Code, Problem},
    server::Transport,
};

/// The only subprotocol: that of the npm package `graphql-ws`.
const SUBPROTOCOL: &str = "graphql-transport-ws";

/// Limits of one connection.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Operations that run at once.
    pub operations: usize,
    /// The largest message, in bytes.
    pub message_bytes: usize,
    /// How long the client may take to send `connection_init`.
    pub init_timeout: Duration,
    /// How often the client is pinged; one that stays silent for two of these is gone.
    pub ping_interval: Duration,
    /// How long a client may take to read what is sent to it.
    pub send_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            operations: 50,
            message_bytes: 1024 * 1024,
            init_timeout: Duration::from_secs(10),
            ping_interval: Duration::from_secs(25),
            send_timeout: Duration::from_secs(20),
        }
    }
}

/// The resource, for `App::service`.
pub fn resource<E: Executor>(path: &str) -> actix_web::Resource {
    web::resource(path).route(web::get().to(handshake::<E>))
}

async fn handshake<E: Executor>(
    transport: web::Data<Transport>,
    engine: web::Data<Engine<E>>,
    request: HttpRequest,
    body: web::Payload,
) -> HttpResponse {
    let (caller, open) = match check(&transport, &request) {
        Ok(checked) => checked,
        Err(problem) => return problem_response(&problem, Media::Json),
    };
    let (response, session, messages) = match actix_ws::handle_with_protocols(&request, body, &[SUBPROTOCOL])
    {
        Ok(parts) => parts,
        Err(error) => return error.error_response(),
    };
    let limits = transport.settings.websocket;
    let messages = messages
        .max_frame_size(limits.message_bytes)
        .aggregate_continuations()
        .max_continuation_size(limits.message_bytes);
    let (transport, engine) = (transport.into_inner(), engine.into_inner());
    let connection = Connection::new(transport, engine, session, (caller, open));
    actix_web::rt::spawn(connection.run(messages));
    response
}

/// What must hold before the connection is upgraded.
fn check(transport: &Transport, request: &HttpRequest) -> Result<(Caller, OpenStream), Problem> {
    if !request.headers().contains_key(UPGRADE) {
        return Err(Problem::new(Code::BadRequest, "This address speaks websocket only.")
            .with_status(StatusCode::UPGRADE_REQUIRED)
            .with_header(UPGRADE, actix_web::http::header::HeaderValue::from_static("websocket")));
    }
    if !transport.settings.origins.permit(request, &transport.settings.public_url) {
        return Err(Problem::new(Code::Forbidden, "Websockets from this origin are not allowed."));
    }
    let offered = request
        .headers()
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|protocol| protocol.trim() == SUBPROTOCOL);
    if !offered {
        return Err(Problem::new(
            Code::BadRequest,
            "The websocket subprotocol must be graphql-transport-ws.",
        ));
    }
    // What is asked for over one connection is many things.
    let caller = Caller { idempotency_key: None, ..Caller::of(request)? };
    // Until it is known who asks, it counts as the address's.
    let open = transport.fair.open(Payer::Address(caller.address))?;
    Ok((caller, open))
}
