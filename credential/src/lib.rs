//! Open Badges 3.0 and Verifiable Credentials 2.0: documents, canonical forms, proofs, keys, identifiers, status lists and
//! verification. Pure: bytes in, bytes out. Time and randomness are arguments, and what has to be fetched is asked for.

pub mod bake;
pub mod bundle;
pub mod canon;
pub mod context;
pub mod date;
pub mod did;
pub mod document;
pub mod json;
pub mod jwt;
pub mod key;
mod model;
pub mod multihash;
pub mod proof;
pub mod status;
pub mod verify;
