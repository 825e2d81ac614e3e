//! Fetching what verification needs of others: their keys, their status lists, a credential behind a link. What is fetched is a stranger's bytes
//! from a stranger's address; the limits are in `web`, the addresses that are never asked in `address`.

pub mod address;
mod cache;
pub(crate) mod client;
mod web;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;

pub use web::{MAX_BYTES, MAX_REDIRECTS, TIME_LIMIT, Web};

/// The bytes found at an address, or why there are none, in words fit to be shown.
pub type Fetched = Result<Arc<[u8]>, String>;

/// Gets documents by their address. `now` decides what is fresh enough to be given again.
pub trait Fetch: Send + Sync {
    /// The document at an address.
    fn get<'a>(&'a self, url: &'a str, now: DateTime<Utc>) -> BoxFuture<'a, Fetched>;

    /// The same, asked for anew where what is kept does not do; at most so often that nobody can have a third party called in quick succession.
    fn again<'a>(&'a self, url: &'a str, now: DateTime<Utc>) -> BoxFuture<'a, Fetched> {
        self.get(url, now)
    }

    /// Whether it reaches addresses of this machine without encryption, as in development.
    fn reaches_loopback(&self) -> bool {
        false
    }
}
