//! Idempotency keys: a command that is asked for again under the same key is not run again, and its outcome is told once more. What is kept, in
//! the transaction of the effect, is the outcome (ids, row outcomes, user errors), never a rendered answer and never a secret.

mod outcome;
mod store;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};

pub use outcome::{Outcome, Secret};
pub(crate) use outcome::{done, kept_as};
pub use store::prune;
pub(crate) use store::{claim, keep};

use crate::Service;
use crate::actor::Actor;
use crate::error::{Error, Result, UserError};

/// How long an outcome is kept, in hours.
pub const KEPT_HOURS: i64 = 24;
/// The longest key, in characters.
pub const LONGEST_KEY: usize = 255;
/// How long a command waits for its twin that has done half of its work.
const PATIENCE: Duration = Duration::from_secs(10);

/// The idempotency key of one request.
#[derive(Debug)]
pub struct Key {
    key: String,
    request: OnceLock<Request>,
    half_done: AtomicBool,
    kept: AtomicBool,
}

/// What the key stands for, as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Who asks and the key.
    key_digest: String,
    /// What is asked for.
    request_digest: String,
}

/// A command's outcome, and whether it is that of an earlier request.
pub struct Told<T> {
    /// The value, or what the caller can mend.
    pub result: Result<T, Vec<UserError>>,
    /// Whether nothing was done this time.
    pub replayed: bool,
}

impl Key {
    /// A key as it was sent: 1 to 255 visible ASCII characters.
    ///
    /// # Errors
    /// `BadRequest` for anything else.
    pub fn new(key: &str) -> Result<Arc<Self>> {
        let fits = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        if !fits {
            let message = format!("an idempotency key has 1 to {LONGEST_KEY} visible ASCII characters");
            return Err(Error::BadRequest(message));
        }
        Ok(Arc::new(Self {
            key: key.to_owned(),
            request: OnceLock::new(),
            half_done: AtomicBool::new(false),
            kept: AtomicBool::new(false),
        }))
    }

    /// What is asked for under the key; none before a command is run by [`once`].
    pub(crate) fn request(&self) -> Option<&Request> {
        self.request.get()
    }

    /// Notes that a transaction of the command was committed, with its outcome or without.
    pub(crate) fn note_committed(&self, kept: bool) {
        let which = if kept { &self.kept } else { &self.half_done };
        which.store(true, Ordering::Relaxed);
    }
}

/// Runs a command of a mutation's `field` with these arguments once for the key that its caller sent; without a key it just runs.
///
/// # Errors
/// Those of the command but what the caller can mend, and `KeyReused` where the key was sent before with something else.
pub async fn once<T: Outcome>(
    service: &Service,
    actor: &Actor,
    (field, arguments): (&str, &Value),
    command: impl Future<Output = Result<T>> + Send,
) -> Result<Told<T>> {
    let Some(key) = &actor.idempotency_key else {
        return told(command.await);
    };
    let request = key.request.get_or_init(|| Request::of(actor, &key.key, field, arguments));
    if let Some(kept) = store::find(service, request).await? {
        return restored(service, kept).await;
    }
    match command.await {
        Ok(value) => {
            if !key.kept.load(Ordering::Relaxed) {
                if key.half_done.load(Ordering::Relaxed) {
                    return Err(Error::internal("a command did not keep its outcome", field));
                }
                // There was nothing to do, and so no transaction to keep it in.
                return keep_alone(service, key, request, told(Ok(value))?).await;
            }
            told(Ok(value))
        }
        Err(Error::Repeated(kept)) => restored(service, kept).await,
        Err(Error::User(errors)) => keep_alone(service, key, request, told(Err(Error::User(errors)))?).await,
        Err(other) => Err(other),
    }
}

/// Whether a command was done before under the key of its caller, and is told of when it is run by [`once`].
pub(crate) async fn is_done(
    service: &Service,
    actor: &Actor,
    (field, arguments): (&str, &Value),
) -> Result<bool> {
    let Some(key) = &actor.idempotency_key else { return Ok(false) };
    let request = Request::of(actor, &key.key, field, arguments);
    Ok(store::find(service, &request).await?.is_some())
}

/// Keeps an outcome that came without an effect. Where a twin kept another first, that one holds for both.
async fn keep_alone<T: Outcome>(
    service: &Service,
    key: &Key,
    request: &Request,
    told: Told<T>,
) -> Result<Told<T>> {
    let outcome = match &told.result {
        Ok(value) => outcome::done(value)?,
        Err(errors) => outcome::refused(errors)?,
    };
    let mine = key.half_done.load(Ordering::Relaxed);
    let patience = tokio::time::timeout(PATIENCE, async {
        loop {
            match store::keep_alone(service, request, &outcome, mine).await? {
                store::Kept::Mine => return Ok(None),
                store::Kept::Theirs(kept) => return Ok(Some(kept)),
                store::Kept::NotYet => crate::bulk_operation::changed(service).await,
            }
        }
    });
    match patience.await {
        Ok(Ok(Some(kept))) => restored(service, kept).await,
        Ok(Err(error)) => Err(error),
        // The twin takes longer than anybody waits: this answer holds for now, and the twin's is kept.
        Ok(Ok(None)) | Err(_) => Ok(told),
    }
}

async fn restored<T: Outcome>(service: &Service, kept: Value) -> Result<Told<T>> {
    Ok(Told { result: outcome::restore(service, kept).await?, replayed: true })
}

fn told<T>(result: Result<T>) -> Result<Told<T>> {
    let result = match result {
        Ok(value) => Ok(value),
        Err(Error::User(errors)) => Err(errors),
        Err(other) => return Err(other),
    };
    Ok(Told { result, replayed: false })
}

impl Request {
    fn of(actor: &Actor, key: &str, field: &str, arguments: &Value) -> Self {
        // Rights belong to who asks: with others, the command has to be judged anew.
        let roles: Vec<&str> = actor.roles.iter().map(|role| role.name()).collect();
        let scopes: Vec<&str> = actor.scopes.iter().map(|scope| scope.name()).collect();
        let who = format!("{:?} {:?} {:?} {roles:?} {scopes:?}", actor.kind, actor.id, actor.issuer);
        Self {
            key_digest: digest(&[&who, key]),
            request_digest: digest(&[field, &cairn_credential::proof::canonical_json(arguments)]),
        }
    }
}

/// SHA-256 of several texts, in hexadecimal digits.
fn digest(parts: &[&str]) -> String {
    // The length keeps `a` + `bc` apart from `ab` + `c`.
    let add = |hash: Sha256, part: &&str| hash.chain_update(part.len().to_be_bytes()).chain_update(part);
    parts.iter().fold(Sha256::new(), add).finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_visible_and_short() {
        for good in ["a", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "~!", &"k".repeat(255)] {
            assert!(Key::new(good).is_ok(), "{good}");
        }
        for bad in ["", " ", "a b", "ä", "a\n", &"k".repeat(256)] {
            assert!(matches!(Key::new(bad), Err(Error::BadRequest(_))), "{bad:?}");
        }
    }

    #[test]
    fn the_order_of_arguments_does_not_matter() {
        let actor = Actor::system();
        let of = |text: &str| {
            let arguments: Value = serde_json::from_str(text).unwrap();
            Request::of(&actor, "k", "enroll", &arguments).request_digest
        };
        assert_eq!(of(r#"{"input":{"a":1,"b":[1,2]}}"#), of(r#"{"input":{"b":[1,2],"a":1}}"#));
        assert_ne!(of(r#"{"input":{"a":1}}"#), of(r#"{"input":{"a":2}}"#));
        assert_ne!(of(r#"{"input":{"b":[1,2]}}"#), of(r#"{"input":{"b":[2,1]}}"#));
    }
}
