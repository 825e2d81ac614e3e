//! What resolvers find in their context: the service, the caller, and loaders that gather keys into one statement.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;

use async_graphql::Context;
use cairn_service::Service;
use cairn_service::actor::Actor;
use cairn_service::error::Error;
use cairn_words::Words;
use futures_util::future::BoxFuture;
use indexmap::IndexMap;
use tokio::sync::oneshot;

use super::error::{ApiError, Result};
use super::gather::Queue;

/// Finds out once more who calls.
pub type SignIn = Arc<dyn Fn() -> BoxFuture<'static, cairn_service::error::Result<Actor>> + Send + Sync>;

/// What every request's context holds.
pub struct Request {
    /// The service.
    pub service: Arc<Service>,
    /// Who calls.
    pub actor: Actor,
    /// The languages that the caller's program accepts (`Accept-Language`).
    languages: Arc<str>,
    /// What finds out anew who calls.
    sign_in: SignIn,
    /// Batches of keys that wait for their turn.
    pub(super) batches: Queue,
}

impl Request {
    /// The context of one request.
    pub fn new(service: Arc<Service>, (actor, languages): (Actor, Arc<str>), sign_in: SignIn) -> Arc<Self> {
        Arc::new(Self { service, actor, languages, sign_in, batches: Queue::default() })
    }
}

impl Request {
    /// Who calls, by what was presented at the start: for what lasts longer than a request, which a key or token may not outlive.
    pub async fn sign_in_again(&self) -> cairn_service::error::Result<Actor> {
        (self.sign_in)().await
    }
}

/// Shorthands on the context.
pub trait ContextExt {
    /// The request.
    fn request(&self) -> &Arc<Request>;

    /// The service.
    fn service(&self) -> &Service {
        &self.request().service
    }

    /// Who calls.
    fn actor(&self) -> &Actor {
        &self.request().actor
    }

    /// What is said to who reads a field: in the language that was asked for by its tag, else in the best that the caller's program accepts.
    fn words(&self, language: Option<&str>) -> Words {
        Words::chosen(language, Some(&self.request().languages))
    }
}

impl ContextExt for Context<'_> {
    #[expect(clippy::expect_used, reason = "every request is given its context by `schema::prepare`")]
    fn request(&self) -> &Arc<Request> {
        self.data::<Arc<Request>>().map_err(|error| error.message).expect("the request's context")
    }
}

/// Loads the values of many keys of one kind in a number of statements that does not depend on how many they are.
pub trait Batch: Send + Sync + 'static {
    /// What is asked by.
    type Key: Send + Sync + Hash + Eq + Clone + 'static;
    /// What is found.
    type Value: Send + Sync + Clone + 'static;

    /// Finds the values; keys without one are left out.
    fn load(
        request: &Request,
        keys: &[Self::Key],
    ) -> impl Future<Output = cairn_service::error::Result<HashMap<Self::Key, Self::Value>>> + Send;
}

/// What a batch answers each who waits: the value, or the error that all of them share.
type Answer<V> = std::result::Result<Option<V>, Arc<Error>>;
/// Who waits for which key, in the order in which they asked: they are answered in it, so that what they ask next comes in an order of its own, too.
type Waiting<B> = IndexMap<<B as Batch>::Key, Vec<oneshot::Sender<Answer<<B as Batch>::Value>>>>;

/// Gathers the keys of one batch within one request.
pub struct Loader<B: Batch> {
    request: Arc<Request>,
    waiting: Arc<std::sync::Mutex<Waiting<B>>>,
}

/// A loader for one request.
pub fn loader<B: Batch>(request: &Arc<Request>) -> Loader<B> {
    Loader { request: request.clone(), waiting: Arc::default() }
}

impl<B: Batch> Loader<B> {
    /// Waits for the value of one key; whoever asks first has the batch run once all have asked.
    async fn load(&self, key: B::Key) -> Answer<B::Value> {
        let (sender, receiver) = oneshot::channel();
        let first = {
            let mut waiting = self.waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let first = waiting.is_empty();
            waiting.entry(key).or_default().push(sender);
            first
        };
        if first {
            let waiting = self.waiting.clone();
            self.request.batches.push(Box::new(|request| Box::pin(run::<B>(request, waiting))));
        }
        receiver.await.unwrap_or_else(|_| {
            Err(Arc::new(Error::internal("a batch was broken off", std::any::type_name::<B>())))
        })
    }
}

/// Runs one batch when its turn has come. Keys are taken only then: all that gathered while others ran go in one statement.
async fn run<B: Batch>(request: Arc<Request>, waiting: Arc<std::sync::Mutex<Waiting<B>>>) {
    let waiting = std::mem::take(&mut *waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    let keys: Vec<B::Key> = waiting.keys().cloned().collect();
    let found = B::load(&request, &keys).await.map_err(Arc::new);
    for (key, senders) in waiting {
        let answer = match &found {
            Ok(found) => Ok(found.get(&key).cloned()),
            Err(error) => Err(error.clone()),
        };
        for sender in senders {
            // Whoever no longer waits needs no answer.
            let _ = sender.send(answer.clone());
        }
    }
}

/// Loads one value through the request's loader of that batch.
pub async fn load<B: Batch>(ctx: &Context<'_>, key: B::Key) -> Result<Option<B::Value>> {
    let loader = ctx
        .data::<Loader<B>>()
        .map_err(|error| ApiError(Error::internal("a loader is not registered", error.message)))?;
    loader.load(key).await.map_err(|error| ApiError(restated(&error)))
}

/// Loads a value that must exist: the database's foreign keys say so.
pub async fn load_required<B: Batch>(ctx: &Context<'_>, key: B::Key) -> Result<B::Value> {
    load::<B>(ctx, key).await?.ok_or_else(|| {
        ApiError(Error::internal("a row that another refers to is missing", std::any::type_name::<B>()))
    })
}

/// A batch fails for all who wait for it: each gets the error anew.
fn restated(error: &Error) -> Error {
    match error {
        Error::User(errors) => Error::User(errors.clone()),
        Error::Unauthenticated(message) => Error::Unauthenticated(message),
        Error::Forbidden(message) => Error::Forbidden(message.clone()),
        Error::NotFound(message) => Error::NotFound(message.clone()),
        Error::BadRequest(message) => Error::BadRequest(message.clone()),
        Error::KeyReused => Error::KeyReused,
        Error::Repeated(outcome) => Error::Repeated(outcome.clone()),
        Error::Unavailable(what, cause) => Error::Unavailable(what, cause.to_string().into()),
        Error::Internal(what, cause) => Error::internal(what, cause.to_string()),
    }
}
