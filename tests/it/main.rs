//! Stories that a user would recognize, through the public surface, on the database that `CAIRN_TEST_DATABASE_URL` names (absent: SQLite).
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails at once")]

mod analytics;
mod assessing;
mod assessment;
mod catalogue;
mod cohort;
mod completion;
mod contract;
mod course;
mod credential;
mod document;
mod endorsement;
mod enrollment;
mod enrollment_moves;
mod erasure;
mod fetching;
mod identity;
mod independent;
mod issuance;
mod issuer;
mod jwt;
mod keys;
mod learner;
mod lifecycle;
mod live;
mod oneroster;
mod outcomes;
mod pages;
mod people;
mod prior_learning;
mod program;
mod programs;
mod progress;
mod races;
mod readme;
mod rigor;
#[cfg(feature = "conformance")]
mod samples;
mod school;
mod signer;
mod statements;
mod tenancy;
mod vc_api;
mod verification;
mod viewer;
mod voids;
