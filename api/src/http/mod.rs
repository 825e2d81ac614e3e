//! HTTP.
pub mod stats;
