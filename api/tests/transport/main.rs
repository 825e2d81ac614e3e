//! The transport, from outside, over a toy schema: what a request gets for an answer, whatever the domain is.

mod http;
mod middleware;
mod toy;
mod websocket;
