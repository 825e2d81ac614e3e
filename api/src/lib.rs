//! The cairn server and command line: transport only. Rules live in `cairn-service`.

pub mod app;
pub mod cli;
pub mod config;
pub mod graphql;
pub mod http;
pub mod setup;
pub mod telemetry;
