//! What resolvers find in their context: the service, the caller, and loaders that gather keys into one statement.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Context;
use async_graphql::dataloader::{DataLoader, Loader};
use cairn_service::Service;
use cairn_service::actor::Actor;
use cairn_service::error::Error;
use tokio::sync::Mutex;

use super::error::{ApiError, Result};

/// What every request's context holds.
pub struct Request {
    /// The service.
    pub service: Arc<Service>,
    /// Who calls.
    pub actor: Actor,
    /// Lets one batch of a request run at a time. While it runs, the keys of all resolvers that wait gather in the others, so that the
    /// number of statements depends on the query's shape alone and not on timing; and one request never takes more than one connection.
    gate: Mutex<()>,
}

impl Request {
    /// The context of one request.
    pub fn new(service: Arc<Service>, actor: Actor) -> Arc<Self> {
        Arc::new(Self { service, actor, gate: Mutex::new(()) })
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

/// Makes a `Batch` one of async-graphql's loaders.
pub struct Gathered<B> {
    request: Arc<Request>,
    batch: std::marker::PhantomData<fn() -> B>,
}

impl<B: Batch> Loader<B::Key> for Gathered<B> {
    type Value = B::Value;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[B::Key]) -> std::result::Result<HashMap<B::Key, B::Value>, Arc<Error>> {
        let _turn = self.request.gate.lock().await;
        B::load(&self.request, keys).await.map_err(Arc::new)
    }
}

/// A loader for one request.
pub fn loader<B: Batch>(request: &Arc<Request>) -> DataLoader<Gathered<B>> {
    let gathered = Gathered::<B> { request: request.clone(), batch: std::marker::PhantomData };
    // Spawned on the request's own thread: the batch starts once all resolvers that can run have run.
    DataLoader::new(gathered, crate::http::stats::spawn_for_request)
        .delay(Duration::ZERO)
        .max_batch_size(usize::MAX)
}

/// Loads one value through the request's loader of that batch.
pub async fn load<B: Batch>(ctx: &Context<'_>, key: B::Key) -> Result<Option<B::Value>> {
    let loader = ctx
        .data::<DataLoader<Gathered<B>>>()
        .map_err(|error| ApiError(Error::internal("a loader is not registered", error.message)))?;
    loader.load_one(key).await.map_err(|error| ApiError(restated(&error)))
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
        Error::Internal(what, cause) => Error::internal(what, cause.to_string()),
    }
}
