//! Fair use: whom a request counts against, how much each may ask for in a while, and what is said where that is too much.
//! docs/fair-use.md states the rules for clients and operators.

pub mod address;
mod allowance;
mod budget;
pub mod pages;
mod rate;
mod streams;

use std::{future::Future, num::NonZeroU32, sync::Arc, time::Duration};

use actix_web::http::header::{HeaderValue, RETRY_AFTER};
pub use cairn_service::budget::Drawn;
use cairn_service::clock::Clock;
use futures_util::future::BoxFuture;
use uuid::Uuid;

use self::{
    address::{Address, Proxies},
    allowance::at_least_one,
    rate::{Rates, SignIns},
    streams::Streams,
};
pub use self::{
    allowance::{Allowance, PerKind},
    budget::{Bill, Budgets, Refused},
    streams::OpenStream,
};
use crate::http::problem::{Code, Problem};

/// When to try again to open a stream: nobody knows when another one ends.
const STREAM_WAIT: Duration = Duration::from_secs(10);

/// Whom a request counts against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Payer {
    /// Nobody is signed in: the address that the request comes from.
    Address(Address),
    /// A person.
    Person(Uuid),
    /// An API key.
    ApiKey(Uuid),
}

/// Whom a request counts against, and a budget of their own where they have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub payer: Payer,
    /// A budget in place of that of their kind.
    pub budget: Option<Allowance>,
}

/// What is allowed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether anybody is ever refused. Costs are told in any case.
    pub on: bool,
    /// Budgets of cost.
    pub budgets: PerKind<Allowance>,
    /// Requests, whatever they cost.
    pub requests: PerKind<Allowance>,
    /// Streams of events and websockets that are open at once, on one node.
    pub streams: PerKind<NonZeroU32>,
    /// Failed attempts to sign in from one address: at once, and each minute.
    pub failed_sign_ins: Allowance,
    /// Proxies whose word on the client's address is taken.
    pub proxies: Proxies,
}

impl Default for Settings {
    /// Nobody is refused.
    fn default() -> Self {
        Self {
            on: false,
            budgets: PerKind {
                anonymous: Allowance::of(10_000, 100),
                person: Allowance::of(20_000, 200),
                api_key: Allowance::of(1_000_000, 10_000),
            },
            requests: PerKind {
                anonymous: Allowance::of(100, 20),
                person: Allowance::of(200, 50),
                api_key: Allowance::of(2_000, 1_000),
            },
            streams: PerKind { anonymous: 20, person: 20, api_key: 100 }.map(at_least_one),
            failed_sign_ins: Allowance::of(30, 30),
            proxies: Proxies::default(),
        }
    }
}

/// The budgets that all nodes share. Amounts are units of cost.
pub trait Ledger: Send + Sync + 'static {
    /// Takes an amount out of an account's budget, all of it or nothing.
    ///
    /// # Errors
    /// When the ledger does not answer.
    fn draw(&self, account: Uuid, allowance: Allowance, amount: u64)
    -> BoxFuture<'_, Result<Drawn, Problem>>;

    /// Puts back what was not needed.
    ///
    /// # Errors
    /// When the ledger does not answer.
    fn give_back(
        &self,
        account: Uuid,
        allowance: Allowance,
        amount: u64,
    ) -> BoxFuture<'_, Result<(), Problem>>;
}

/// Everything that is counted, on this node.
pub struct Fair {
    on: bool,
    rates: Rates,
    sign_ins: SignIns,
    streams: Streams,
    budgets: Budgets,
    proxies: Proxies,
}

impl Fair {
    /// Counts by a clock; budgets are shared through the ledger where there is one.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>, ledger: Option<Arc<dyn Ledger>>) -> Self {
        Self {
            on: settings.on,
            rates: Rates::new(settings.requests, clock.clone()),
            sign_ins: SignIns::new(settings.failed_sign_ins, clock.clone()),
            streams: Streams::new(settings.streams),
            budgets: Budgets::new(settings.on, settings.budgets, clock, ledger),
            proxies: settings.proxies,
        }
    }

    /// The proxies that are trusted.
    pub fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    /// The budgets.
    pub fn budgets(&self) -> &Budgets {
        &self.budgets
    }

    /// Counts a request.
    ///
    /// # Errors
    /// `RATE_LIMITED`, with the time after which one more is allowed.
    pub fn admit(&self, payer: Payer) -> Result<(), Problem> {
        if !self.on {
            return Ok(());
        }
        self.rates.check(payer).map_err(|wait| {
            rate_limited("Too many requests in too short a time: the answer says when to go on.", wait)
        })
    }

    /// Counts a stream or websocket as open until what is returned is dropped.
    ///
    /// # Errors
    /// `RATE_LIMITED` where as many are open as may be.
    pub fn open(&self, payer: Payer) -> Result<OpenStream, Problem> {
        self.streams.open(payer, self.on).map_err(|most| {
            let message =
                format!("{most} streams and websockets are open already, and no more may be at once.");
            rate_limited(message, STREAM_WAIT)
        })
    }

    /// Lets somebody sign in unless too many attempts from their address have failed; counts it where it fails.
    ///
    /// # Errors
    /// `RATE_LIMITED`, or what `attempt` says.
    pub async fn sign_in<T>(
        &self,
        address: Address,
        attempt: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        if !self.on {
            return attempt.await;
        }
        if let Some(wait) = self.sign_ins.closed(address) {
            return Err(rate_limited("Too many attempts to sign in have failed from this address.", wait));
        }
        let outcome = attempt.await;
        if outcome.as_ref().is_err_and(|problem| problem.code == Code::Unauthenticated) {
            self.sign_ins.failed(address);
        }
        outcome
    }
}

/// 429 with `Retry-After` in whole seconds.
pub fn rate_limited(message: impl Into<std::borrow::Cow<'static, str>>, wait: Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Problem::new(Code::RateLimited, message).with_header(RETRY_AFTER, HeaderValue::from(seconds.max(1)))
}
