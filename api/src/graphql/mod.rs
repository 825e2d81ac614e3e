//! The GraphQL schema: one file per domain with its types, queries, mutations and loaders. It holds no rules; those live in the service.

mod analytics;
mod api_key;
mod assessment;
mod attempt;
mod audit;
mod bulk;
mod bulk_operation;
mod cohort;
mod completion;
mod component;
mod connection;
mod context;
mod continuing;
mod credential;
mod endorsement;
mod enrollment;
mod enums;
mod error;
mod issuer;
mod learner;
mod node;
mod program;
mod progress;
mod range;
mod reference;
mod rubric;
mod scalar;
mod schema;
mod signing_key;
mod skill;
mod terms;
mod verification;
mod viewer;
mod voucher;

pub use context::Request;
pub use schema::{CairnSchema, build, sdl, session};
