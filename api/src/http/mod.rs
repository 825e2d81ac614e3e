//! The HTTP transport: bytes in, bytes out. One file per resource; no rule lives here.

pub mod achievement;
pub mod auth;
mod compression;
pub mod credential;
mod export;
mod face;
pub mod fair;
pub mod graphiql;
pub mod graphql;
pub mod health;
mod import;
pub mod issuer;
pub mod metrics;
pub mod origins;
pub mod page;
mod passport;
pub mod problem;
pub mod routes;
pub mod server;
pub mod stats;
pub mod status;
pub mod trace;
mod vc_api;
mod verdict;
mod verify;
pub mod websocket;
mod well_known;
