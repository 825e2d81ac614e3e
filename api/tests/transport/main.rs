//! The transport, from outside, over a toy schema: what a request gets for an answer, whatever the domain is.

#![expect(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod documents;
mod fair;
mod http;
mod middleware;
mod sse;
mod toy;
mod websocket;
