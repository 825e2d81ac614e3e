//! The cairn server and command line: transport only. Rules live in `cairn-service`.

// The schema's objects are merged one into the next, which nests as deep as there are domains.
#![recursion_limit = "256"]

pub mod app;
pub mod cli;
pub mod config;
pub mod graphql;
pub mod http;
pub mod setup;
pub mod telemetry;
