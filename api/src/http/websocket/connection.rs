//! One websocket: the states of `graphql-transport-ws`, its limits, and the operations that run on it.

use std::{collections::HashMap, sync::Arc, time::Instant};

use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, ProtocolError, Session};
use async_graphql::{Executor, Request, ServerError, parser::types::OperationType};
use futures_util::{
    FutureExt, StreamExt,
    future::AbortHandle,
    stream::{self, Abortable, BoxStream, SelectAll},
};
use serde_json::{Map, Value};
use tokio::time::{MissedTickBehavior, interval_at, sleep_until, timeout};

use super::protocol::{self, ClientMessage, Close, ServerMessage};
use crate::http::{
    auth::Caller,
    fair::OpenStream,
    graphql::{engine::Engine, respond::Answer},
    metrics::Open,
    problem::{Code, graphql_error},
    server::Transport,
};

/// What an operation gives, with its id.
enum Event {
    Next(String, Box<Answer>),
    /// It was refused; nothing more comes.
    Refused(String, Vec<ServerError>),
    Done(String),
}

/// Where the conversation stands.
enum Phase {
    /// `connection_init` has not come; who is asking so far.
    Waiting(Caller),
    /// Acknowledged.
    Open(Caller),
}

/// A connection and its operations.
pub struct Connection<E> {
    transport: Arc<Transport>,
    engine: Arc<Engine<E>>,
    session: Session,
    phase: Phase,
    running: HashMap<String, (AbortHandle, Open)>,
    events: SelectAll<BoxStream<'static, Event>>,
    _counted: Open,
    _open: OpenStream,
}

impl<E: Executor> Connection<E> {
    /// A connection just upgraded: who its handshake named, and what counts it as open.
    pub fn new(
        transport: Arc<Transport>,
        engine: Arc<Engine<E>>,
        session: Session,
        (caller, open): (Caller, OpenStream),
    ) -> Self {
        let counted = transport.metrics.connection();
        Self {
            transport,
            engine,
            session,
            phase: Phase::Waiting(caller),
            running: HashMap::new(),
            events: SelectAll::new(),
            _counted: counted,
            _open: open,
        }
    }

    /// Serves until either side ends it. Every operation ends with it.
    pub async fn run(mut self, mut messages: AggregatedMessageStream) {
        let close = self.converse(&mut messages).await;
        if let Some(close) = close {
            let reason = CloseReason { code: CloseCode::from(close.code), description: Some(close.reason) };
            // The client may be gone already.
            let _ = timeout(self.transport.settings.websocket.send_timeout, self.session.close(Some(reason)))
                .await;
        }
    }

    /// The conversation; ends with the reason to close, or `None` where the client has gone.
    async fn converse(&mut self, messages: &mut AggregatedMessageStream) -> Option<Close> {
        let limits = self.transport.settings.websocket;
        let mut stopping = self.transport.stopping.clone();
        let init_deadline = tokio::time::Instant::now() + limits.init_timeout;
        let mut ping = interval_at(tokio::time::Instant::now() + limits.ping_interval, limits.ping_interval);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            let step = tokio::select! {
                message = messages.recv() => {
                    heard = Instant::now();
                    match message {
                        None | Some(Ok(AggregatedMessage::Close(_))) => return None,
                        Some(Ok(message)) => self.receive(message).await,
                        Some(Err(ProtocolError::Overflow)) => Err(Some(Close::too_big())),
                        Some(Err(_)) => return None,
                    }
                }
                Some(event) = self.events.next() => self.forward(event).await,
                () = sleep_until(init_deadline), if matches!(self.phase, Phase::Waiting(_)) => Err(Some(Close::init_timeout())),
                _ = ping.tick() => {
                    if heard.elapsed() > limits.ping_interval * 2 {
                        return None;
                    }
                    self.session.ping(b"").await.map_err(|_| None)
                }
                _ = stopping.wait_for(|stopping| *stopping) => Err(Some(Close::going_away())),
            };
            if let Err(close) = step {
                return close;
            }
        }
    }

    async fn receive(&mut self, message: AggregatedMessage) -> Result<(), Option<Close>> {
        match message {
            AggregatedMessage::Text(text) => match serde_json::from_str(&text) {
                Ok(message) => self.handle(message).await,
                Err(_) => Err(Some(Close::invalid_message())),
            },
            AggregatedMessage::Binary(_) => Err(Some(Close::unsupported())),
            AggregatedMessage::Ping(bytes) => self.session.pong(&bytes).await.map_err(|_| None),
            AggregatedMessage::Pong(_) | AggregatedMessage::Close(_) => Ok(()),
        }
    }

    async fn handle(&mut self, message: ClientMessage) -> Result<(), Option<Close>> {
        match message {
            ClientMessage::ConnectionInit { payload } => self.init(payload).await,
            ClientMessage::Ping { payload } => self.send(&ServerMessage::Pong { payload }).await,
            ClientMessage::Pong {} => Ok(()),
            ClientMessage::Subscribe { id, payload } => self.start(id, payload).await,
            ClientMessage::Complete { id } => {
                if let Some((abort, _)) = self.running.remove(&id) {
                    abort.abort();
                }
                Ok(())
            }
        }
    }

    /// Checks the credential, so that a wrong one is refused at once; each operation opens its own session.
    async fn init(&mut self, payload: Option<Map<String, Value>>) -> Result<(), Option<Close>> {
        let Phase::Waiting(handshake) = &self.phase else { return Err(Some(Close::too_many_inits())) };
        let caller = protocol::caller(payload, handshake.clone()).map_err(|_| Some(Close::forbidden()))?;
        let mut probe = Request::new("");
        match self.engine.open_session(caller.clone(), &mut probe).await {
            Ok(visit) if visit.anonymous() => {}
            Ok(visit) => {
                let open = self.transport.fair.open(visit.account.payer);
                self._open = open.map_err(|_| Some(Close::try_later()))?;
            }
            Err(problem) if problem.code == Code::Internal => return Err(Some(Close::internal())),
            Err(_) => return Err(Some(Close::forbidden())),
        }
        self.phase = Phase::Open(caller);
        self.send(&ServerMessage::ConnectionAck).await
    }

    async fn start(&mut self, id: String, payload: Map<String, Value>) -> Result<(), Option<Close>> {
        let Phase::Open(caller) = &self.phase else { return Err(Some(Close::unauthorized())) };
        if self.running.contains_key(&id) {
            return Err(Some(Close::duplicate(&id)));
        }
        let limit = self.transport.settings.websocket.operations;
        if self.running.len() >= limit {
            let message = format!("More than {limit} operations on one connection.");
            let error = graphql_error(Code::LimitExceeded, message);
            return self.send(&ServerMessage::Error { id: &id, payload: &[error] }).await;
        }
        let request = match protocol::request(payload) {
            Ok(request) => request,
            Err(_) => return Err(Some(Close::invalid_message())),
        };
        let operation =
            operate(self.transport.clone(), self.engine.clone(), caller.clone(), id.clone(), request);
        let (abort, registration) = AbortHandle::new_pair();
        self.events.push(Abortable::new(operation, registration).boxed());
        self.running.insert(id, (abort, self.transport.metrics.subscription()));
        Ok(())
    }

    async fn forward(&mut self, event: Event) -> Result<(), Option<Close>> {
        match event {
            Event::Next(id, answer) => self.send(&ServerMessage::Next { id: &id, payload: &answer }).await,
            Event::Refused(id, errors) => {
                self.running.remove(&id);
                self.send(&ServerMessage::Error { id: &id, payload: &errors }).await
            }
            Event::Done(id) => {
                self.running.remove(&id);
                self.send(&ServerMessage::Complete { id: &id }).await
            }
        }
    }

    /// Sends a message; a client that does not read in time is given up.
    async fn send(&mut self, message: &ServerMessage<'_>) -> Result<(), Option<Close>> {
        let text = serde_json::to_string(message).map_err(|error| {
            tracing::error!(%error, "a websocket message could not be serialized");
            Some(Close::internal())
        })?;
        match timeout(self.transport.settings.websocket.send_timeout, self.session.text(text)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(None),
        }
    }
}

/// One operation as a stream of events.
fn operate<E: Executor>(
    transport: Arc<Transport>,
    engine: Arc<Engine<E>>,
    caller: Caller,
    id: String,
    mut request: Request,
) -> BoxStream<'static, Event> {
    let started = async move {
        let operation = match engine.prepare(&mut request) {
            Ok(operation) => operation,
            Err(answer) => {
                transport.metrics.operation(None, &answer);
                return refused(id, answer.errors().to_vec());
            }
        };
        let visit = match engine.open_session(caller, &mut request).await {
            Ok(visit) => visit,
            Err(problem) => return refused(id, vec![problem.to_error()]),
        };
        if operation.kind == OperationType::Subscription {
            return match engine.subscribe(operation, request, visit).await {
                Ok(stream) => answers(id, stream),
                Err(answer) => refused(id, answer.errors().to_vec()),
            };
        }
        match engine.execute(&operation, request, visit).await {
            Ok(answer) => {
                transport.metrics.operation(Some(operation.kind), &answer);
                answers(id, stream::once(async { answer }).boxed())
            }
            Err(problem) => refused(id, vec![problem.to_error()]),
        }
    };
    started.flatten_stream().boxed()
}

fn refused(id: String, errors: Vec<ServerError>) -> BoxStream<'static, Event> {
    stream::once(async { Event::Refused(id, errors) }).boxed()
}

/// Answers, then the end. A request error is the end, too, and of another kind.
fn answers(id: String, answers: BoxStream<'static, Answer>) -> BoxStream<'static, Event> {
    let state = Some((id, answers));
    stream::unfold(state, |state| async {
        let (id, mut answers) = state?;
        match answers.next().await {
            None => Some((Event::Done(id), None)),
            Some(answer) if answer.is_request_error() => {
                Some((Event::Refused(id, answer.errors().to_vec()), None))
            }
            Some(answer) => Some((Event::Next(id.clone(), Box::new(answer)), Some((id, answers)))),
        }
    })
    .boxed()
}
