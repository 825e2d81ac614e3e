//! Server-sent events: answers as the distinct connections mode of the GraphQL over SSE protocol (npm `graphql-sse`) sends them, for clients behind
//! proxies that break websockets.

use std::{convert::Infallible, time::Duration};

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, VARY},
    web::Bytes,
};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream, Stream},
};
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior, interval},
};

use super::{
    accept::Media,
    respond::{Answer, VARIES},
};
use crate::http::{fair::OpenStream, metrics::Open, server::Transport};

/// Said when nothing else is, so that no proxy takes the connection for dead.
const KEEP_ALIVE: &str = ":\n\n";
/// The empty `data` is for browsers, whose `EventSource` tells of no event without.
const COMPLETE: &str = "event: complete\ndata: \n\n";

/// How often a stream that has nothing to tell says that it is there.
pub const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(12);

/// A stream of events that is under way.
struct Events {
    answers: BoxStream<'static, Answer>,
    keep_alive: Interval,
    stopping: watch::Receiver<bool>,
    _counted: Open,
    _open: Option<OpenStream>,
}

/// The response: an event `next` for each answer, and `complete` at the end. It breaks off without that when the server stops, which has clients
/// connect anew. What counts the caller's streams ends with it.
pub fn response(
    transport: &Transport,
    answers: BoxStream<'static, Answer>,
    open: Option<OpenStream>,
) -> HttpResponse {
    let mut keep_alive = interval(transport.settings.keep_alive);
    keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let events = Events {
        answers,
        keep_alive,
        stopping: transport.stopping.clone(),
        _counted: transport.metrics.subscription(),
        _open: open,
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, Media::EventStream.content_type()))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((VARY, VARIES))
        // Nginx would gather events into larger pieces.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(events.into_stream())
}

/// The last event that a client has seen of a stream that it takes up again: the cursor to go on after.
pub fn last_event_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("last-event-id")?.to_str().ok()?.trim();
    (!id.is_empty()).then(|| id.to_owned())
}

impl Events {
    fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        stream::unfold(Some(self), |events| async move {
            let mut events = events?;
            let (text, last) = events.next().await?;
            Some((Ok(text), if last { None } else { Some(events) }))
        })
    }

    /// What is sent next, and whether nothing follows; `None` where the server stops.
    async fn next(&mut self) -> Option<(Bytes, bool)> {
        tokio::select! {
            // The first one comes at once and lets the client know that it is connected.
            biased;
            _ = self.stopping.wait_for(|stopping| *stopping) => None,
            _ = self.keep_alive.tick() => Some((Bytes::from_static(KEEP_ALIVE.as_bytes()), false)),
            answer = self.answers.next() => Some(match answer {
                Some(answer) => (event(&answer), false),
                None => (Bytes::from_static(COMPLETE.as_bytes()), true),
            }),
        }
    }
}

/// One answer as an event. Its id is the cursor that the answer holds: what a client that connects anew has to go on after.
fn event(answer: &Answer) -> Bytes {
    let id = answer.cursor().filter(|cursor| !cursor.contains(['\n', '\r', '\0']));
    let id = id.map(|cursor| format!("id: {cursor}\n")).unwrap_or_default();
    // JSON has no line breaks of its own.
    Bytes::from(format!("event: next\n{id}data: {}\n\n", answer.to_json()))
}
