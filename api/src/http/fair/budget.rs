//! Budgets of cost. A node takes a slice of a caller's budget at a time out of the ledger that all nodes share, and spends it from memory: most
//! requests ask no database. Whoever is not signed in has a budget of each node alone, for addresses are not to be stored.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cairn_service::{clock::Clock, db::uncounted};
use uuid::Uuid;

use super::{Account, Allowance, Drawn, Ledger, Payer, PerKind};
use crate::http::graphql::cost::Standing;

/// For how long a node does not ask the ledger again about a budget that it found all but empty, in microseconds.
const REST: i64 = 1_000_000;
/// Below so many purses none is looked at for being forgotten.
const SWEEP_FROM: usize = 1024;

/// The budgets of all callers, on this node.
pub struct Budgets {
    on: bool,
    allowances: PerKind<Allowance>,
    clock: Arc<dyn Clock>,
    ledger: Option<Arc<dyn Ledger>>,
    purses: Mutex<Purses>,
}

#[derive(Default)]
struct Purses {
    by_payer: HashMap<Payer, Arc<Purse>>,
    sweep_at: usize,
}

/// What this node has of one caller's budget.
#[derive(Default)]
struct Purse {
    hand: Mutex<Hand>,
    /// Held by whoever asks the ledger: the others wait for what it brings.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Clone, Copy, Default)]
struct Hand {
    /// Taken out and not yet spent; below zero where more has run than was requested.
    tokens: i64,
    /// When the budget in the ledger is full again, as it was last seen; microseconds since 1970.
    full_at: i64,
    /// Until when the ledger is not asked again.
    rest_until: i64,
}

/// A budget that does not reach.
#[derive(Clone, Copy, Debug)]
pub struct Refused {
    /// After how long it will.
    pub wait: Duration,
    /// How it stands.
    pub standing: Standing,
}

/// What was taken for a request before it runs. Dropped without being settled it stays taken.
pub struct Bill<'a> {
    budgets: &'a Budgets,
    payer: Payer,
    allowance: Allowance,
    purse: Arc<Purse>,
    requested: u64,
}

impl Purse {
    fn hand(&self) -> MutexGuard<'_, Hand> {
        self.hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hand {
    fn standing(&self, allowance: Allowance, now: i64) -> Standing {
        let maximum = u64::from(allowance.capacity.get());
        let pool = i64::try_from(allowance.available(self.full_at, now)).unwrap_or(i64::MAX);
        let available = u64::try_from(pool.saturating_add(self.tokens)).unwrap_or(0).min(maximum);
        Standing { maximum, available, restore_rate: u64::from(allowance.restore.get()) }
    }

    /// How much more than what is in hand a cost takes.
    fn missing(&self, cost: u64) -> u64 {
        u64::try_from(i64::try_from(cost).unwrap_or(i64::MAX).saturating_sub(self.tokens)).unwrap_or(0)
    }

    fn add(&mut self, amount: u64) {
        self.tokens = self.tokens.saturating_add(i64::try_from(amount).unwrap_or(i64::MAX));
    }
}

impl Budgets {
    pub(super) fn new(
        on: bool,
        allowances: PerKind<Allowance>,
        clock: Arc<dyn Clock>,
        ledger: Option<Arc<dyn Ledger>>,
    ) -> Self {
        Self { on, allowances, clock, ledger, purses: Mutex::default() }
    }

    /// How a caller's budget stands, as far as this node knows.
    pub fn standing(&self, account: Account) -> Standing {
        let purses = self.purses.lock().unwrap_or_else(PoisonError::into_inner);
        let hand = purses.by_payer.get(&account.payer).map(|purse| *purse.hand()).unwrap_or_default();
        hand.standing(self.allowance(account), self.now())
    }

    /// What a caller's budget holds when it is full: nothing that costs more can ever run. `None` where nobody is refused.
    pub fn capacity(&self, account: Account) -> Option<u64> {
        self.on.then(|| u64::from(self.allowance(account).capacity.get()))
    }

    fn allowance(&self, account: Account) -> Allowance {
        account.budget.unwrap_or(*self.allowances.of(account.payer))
    }

    /// Takes the cost of a request out of its caller's budget.
    ///
    /// # Errors
    /// When the budget does not reach.
    pub async fn draw(&self, account: Account, cost: u64) -> Result<Bill<'_>, Refused> {
        let (payer, allowance) = (account.payer, self.allowance(account));
        let purse = if self.on { self.purse(payer) } else { Arc::default() };
        let bill = || Bill { budgets: self, payer, allowance, purse: purse.clone(), requested: cost };
        if !self.on || cost == 0 {
            return Ok(bill());
        }
        if let Some(outcome) = self.spend(&purse, allowance, cost) {
            return outcome.map(|()| bill());
        }
        let _turn = purse.asking.lock().await;
        if let Some(outcome) = self.spend(&purse, allowance, cost) {
            return outcome.map(|()| bill());
        }
        self.fetch(payer, &purse, allowance, cost).await;
        let outcome = self.spend(&purse, allowance, cost);
        outcome.unwrap_or_else(|| Err(self.refuse(&purse.hand(), allowance, cost))).map(|()| bill())
    }

    /// Spends what is in hand. `None` where the ledger is to be asked first.
    fn spend(&self, purse: &Purse, allowance: Allowance, cost: u64) -> Option<Result<(), Refused>> {
        let mut hand = purse.hand();
        if hand.missing(cost) == 0 {
            hand.tokens = hand.tokens.saturating_sub(i64::try_from(cost).unwrap_or(i64::MAX));
            return Some(Ok(()));
        }
        (self.now() < hand.rest_until).then(|| Err(self.refuse(&hand, allowance, cost)))
    }

    fn refuse(&self, hand: &Hand, allowance: Allowance, cost: u64) -> Refused {
        let now = self.now();
        let pool = allowance.available(hand.full_at, now);
        let lacking = hand.missing(cost).saturating_sub(pool);
        let wait = u64::try_from(allowance.micros(lacking).max(hand.rest_until - now)).unwrap_or(0);
        Refused { wait: Duration::from_micros(wait), standing: hand.standing(allowance, now) }
    }

    /// Takes a slice out of the ledger, a larger one for a request that costs more, a smaller one where no more is there and it still reaches.
    async fn fetch(&self, payer: Payer, purse: &Purse, allowance: Allowance, cost: u64) {
        let missing = purse.hand().missing(cost);
        let slice = allowance.slice().max(missing).min(u64::from(allowance.capacity.get()));
        let mut drawn = self.take(payer, purse, allowance, slice).await;
        let mut amount = slice;
        if !drawn.granted {
            purse.hand().rest_until = self.now().saturating_add(REST);
            amount = allowance.available(drawn.full_at, self.now());
            if amount >= missing {
                drawn = self.take(payer, purse, allowance, amount).await;
            }
        }
        let mut hand = purse.hand();
        hand.full_at = drawn.full_at;
        if drawn.granted {
            hand.add(amount);
        }
    }

    /// Takes an amount out of the shared budget, or out of this node's own where there is none. A ledger that does not answer stops nobody.
    async fn take(&self, payer: Payer, purse: &Purse, allowance: Allowance, amount: u64) -> Drawn {
        let full_at = purse.hand().full_at;
        let Some((ledger, account)) = self.shared(payer) else {
            let now = self.now();
            let later = full_at.max(now).saturating_add(allowance.micros(amount));
            let granted = later <= now.saturating_add(allowance.micros(u64::from(allowance.capacity.get())));
            return Drawn { granted, full_at: if granted { later } else { full_at } };
        };
        uncounted(ledger.draw(account, allowance, amount)).await.unwrap_or_else(|problem| {
            tracing::warn!(code = problem.code.as_str(), "the shared budgets cannot be reached");
            Drawn { granted: true, full_at }
        })
    }

    fn shared(&self, payer: Payer) -> Option<(&dyn Ledger, Uuid)> {
        match payer {
            Payer::Address(_) => None,
            Payer::Person(id) | Payer::ApiKey(id) => Some((self.ledger.as_deref()?, id)),
        }
    }

    fn now(&self) -> i64 {
        self.clock.now().timestamp_micros()
    }

    fn purse(&self, payer: Payer) -> Arc<Purse> {
        let mut purses = self.purses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(purse) = purses.by_payer.get(&payer) {
            return purse.clone();
        }
        if purses.by_payer.len() >= purses.sweep_at.max(SWEEP_FROM) {
            let now = self.now();
            // A budget that is full again needs no memory.
            purses.by_payer.retain(|_, purse| Arc::strong_count(purse) > 1 || purse.hand().full_at > now);
            purses.sweep_at = purses.by_payer.len() * 2;
        }
        purses.by_payer.entry(payer).or_default().clone()
    }
}

impl Bill<'_> {
    /// Exchanges what was requested for what has run, and says how the budget then stands. What is left over stays in hand, up to two slices.
    pub async fn settle(self, actual: u64) -> Standing {
        let allowance = self.allowance;
        let surplus = {
            let mut hand = self.purse.hand();
            if self.budgets.on {
                let spent = i64::try_from(actual).unwrap_or(i64::MAX);
                hand.add(self.requested);
                hand.tokens = hand.tokens.saturating_sub(spent);
            }
            let slice = i64::try_from(allowance.slice()).unwrap_or(i64::MAX);
            let surplus = if hand.tokens > slice.saturating_mul(2) { hand.tokens - slice } else { 0 };
            hand.tokens -= surplus;
            u64::try_from(surplus).unwrap_or(0)
        };
        if surplus > 0 {
            self.give_back(allowance, surplus).await;
        }
        self.purse.hand().standing(allowance, self.budgets.now())
    }

    async fn give_back(&self, allowance: Allowance, surplus: u64) {
        if let Some((ledger, account)) = self.budgets.shared(self.payer)
            && let Err(problem) = uncounted(ledger.give_back(account, allowance, surplus)).await
        {
            tracing::warn!(code = problem.code.as_str(), "the shared budgets cannot be reached");
        }
        let mut hand = self.purse.hand();
        hand.full_at = hand.full_at.saturating_sub(allowance.micros(surplus));
    }
}
