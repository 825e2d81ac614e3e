//! The cairn server and command line: transport only. Rules live in `cairn_service`.

pub mod app;
pub mod graphql;
pub mod http;
