//! The cairn server and command line: transport only. Rules live in `cairn-service`.

pub mod graphql;
pub mod http;
