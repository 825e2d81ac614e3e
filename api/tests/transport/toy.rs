//! A schema with one field for each thing the transport must bear, and a server that serves it.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_graphql::{
    Context, Data, Error, ErrorExtensions, Object, Result, Schema, SimpleObject, Subscription,
};
use cairn_api::http::{
    auth::{Caller, Presented, Session, Sessions, unauthenticated},
    fair::{Account, Payer},
    graphiql::Page,
    health::Readiness,
    problem::Problem,
    server::{HttpSettings, Parts, RunningServer, start},
};
use cairn_service::{clock::Clock, db::STATEMENTS};
use chrono::{DateTime, Utc};
use futures_util::{FutureExt, Stream, future::BoxFuture, stream};
use serde_json::Value;
use uuid::Uuid;

/// What tests look at beside the answers.
#[derive(Default)]
pub struct Witness {
    /// Resolvers of `sleep` that began.
    pub sleeping: AtomicUsize,
    /// Resolvers of `sleep` that were dropped before their end.
    pub dropped: AtomicUsize,
    /// Mutations that began.
    pub mutating: AtomicUsize,
    /// Mutations that came to their end.
    pub mutated: AtomicUsize,
    /// Live subscriptions.
    pub live: AtomicUsize,
}

pub struct Query;
pub struct Mutation;
pub struct Live;

/// Who asks, as the toy's sessions see it.
#[derive(Clone)]
struct Actor(String);

fn run_statement() {
    let _ = STATEMENTS.try_with(|count| count.fetch_add(1, Ordering::Relaxed));
}

struct OnDrop(Arc<Witness>, bool);

impl Drop for OnDrop {
    fn drop(&mut self) {
        if !self.1 {
            self.0.dropped.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[derive(SimpleObject)]
struct Node {
    name: String,
    maybe: Option<Box<Node>>,
}

#[Object]
impl Query {
    async fn hello(&self) -> &str {
        "world"
    }

    async fn echo(&self, n: i32) -> i32 {
        n
    }

    async fn actor(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(ctx.data::<Actor>()?.0.clone())
    }

    async fn node(&self) -> Node {
        Node { name: "a".into(), maybe: None }
    }

    async fn double(&self, n: i32) -> i32 {
        run_statement();
        n * 2
    }

    async fn forbidden(&self) -> Result<Option<i32>> {
        Err(Error::new("Not yours.").extend_with(|_, values| values.set("code", "FORBIDDEN")))
    }

    async fn leaky(&self) -> Result<Option<i32>> {
        Err(std::io::Error::other("no such table: learner").into())
    }

    async fn required_fails(&self) -> Result<i32> {
        Err(Error::new("Not yours.").extend_with(|_, values| values.set("code", "FORBIDDEN")))
    }

    async fn panics(&self, ctx: &Context<'_>) -> i32 {
        *ctx.data_unchecked::<i32>()
    }

    async fn long(&self) -> String {
        "abc ".repeat(10_000)
    }

    async fn sleep(&self, ctx: &Context<'_>, ms: u64) -> Result<bool> {
        let mut guard = OnDrop(ctx.data::<Arc<Witness>>()?.clone(), false);
        guard.0.sleeping.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(ms)).await;
        guard.1 = true;
        Ok(true)
    }
}

#[Object]
impl Mutation {
    async fn bump(&self, ctx: &Context<'_>, #[graphql(default)] ms: u64) -> Result<usize> {
        let witness = ctx.data::<Arc<Witness>>()?;
        witness.mutating.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(ms)).await;
        run_statement();
        Ok(witness.mutated.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

#[Subscription]
impl Live {
    async fn count(&self, ctx: &Context<'_>, to: i32) -> Result<impl Stream<Item = i32> + use<>> {
        let witness = ctx.data::<Arc<Witness>>()?.clone();
        witness.live.fetch_add(1, Ordering::SeqCst);
        let guard = LiveGuard(witness);
        Ok(stream::unfold((0, guard), move |(n, guard)| async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            (n < to).then_some((n + 1, (n + 1, guard)))
        }))
    }

    async fn silence(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = i32> + use<>> {
        let witness = ctx.data::<Arc<Witness>>()?.clone();
        witness.live.fetch_add(1, Ordering::SeqCst);
        let guard = LiveGuard(witness);
        Ok(stream::unfold(guard, |guard| async move {
            std::future::pending::<()>().await;
            Some((0, guard))
        }))
    }

    async fn letters(&self, after: Option<String>) -> impl Stream<Item = Letter> + use<> {
        let letters = ["a", "b", "c"]
            .into_iter()
            .filter(move |letter| after.as_deref().is_none_or(|seen| *letter > seen));
        stream::iter(letters.map(|letter| Letter { cursor: letter.to_owned() }).collect::<Vec<_>>())
    }

    async fn who(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = String> + use<>> {
        let actor = ctx.data::<Actor>()?.0.clone();
        Ok(stream::once(async { actor }))
    }
}

#[derive(SimpleObject)]
struct Letter {
    cursor: String,
}

struct LiveGuard(Arc<Witness>);

impl Drop for LiveGuard {
    fn drop(&mut self) {
        self.0.live.fetch_sub(1, Ordering::SeqCst);
    }
}

/// `Bearer good.good.good` is someone, and `cairn_good` a key; every other credential is refused.
struct ToySessions(Arc<Witness>);

impl Sessions for ToySessions {
    fn open(&self, caller: Caller) -> BoxFuture<'_, Result<Session, Problem>> {
        let known = match caller.presented {
            Presented::None => Ok(("anonymous", Payer::Address(caller.address))),
            Presented::Jwt(token) if token == "good.good.good" => {
                Ok(("someone", Payer::Person(Uuid::from_u128(1))))
            }
            Presented::ApiKey(key) if key == "cairn_good" => Ok(("a key", Payer::ApiKey(Uuid::from_u128(2)))),
            _ => Err(unauthenticated("The credential is not valid.")),
        };
        let witness = self.0.clone();
        async move {
            let (name, payer) = known?;
            let mut data = Data::default();
            data.insert(Actor(name.to_owned()));
            data.insert(witness);
            Ok(Session { data, account: Account { payer, budget: None }, operator: name == "a key" })
        }
        .boxed()
    }
}

struct AlwaysReady;

impl Readiness for AlwaysReady {
    fn ready(&self) -> BoxFuture<'_, Result<(), &'static str>> {
        async { Ok(()) }.boxed()
    }
}

/// A clock that stands still until it is moved.
#[derive(Default)]
pub struct StillClock(AtomicI64);

impl StillClock {
    pub fn advance(&self, by: chrono::Duration) {
        self.0.fetch_add(by.num_microseconds().unwrap(), Ordering::SeqCst);
    }
}

impl Clock for StillClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(1_800_000_000_000_000 + self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// A running server with the toy schema.
pub struct Toy {
    pub server: Option<RunningServer>,
    pub url: String,
    pub ws_url: String,
    pub host: String,
    pub witness: Arc<Witness>,
    pub clock: Arc<StillClock>,
    pub client: reqwest::Client,
}

/// Settings that show the most.
pub fn settings() -> HttpSettings {
    let mut settings = HttpSettings::new("http://localhost:8080".parse().unwrap());
    settings.graphiql = Some(Page::default());
    settings.workers = Some(1);
    settings.server_timing = true;
    settings
}

impl Toy {
    pub async fn start() -> Self {
        Self::start_with(settings()).await
    }

    pub async fn start_with(settings: HttpSettings) -> Self {
        let witness = Arc::new(Witness::default());
        let ids = AtomicU32::new(0);
        let clock = Arc::new(StillClock::default());
        let schema = Schema::build(Query, Mutation, Live).finish();
        let parts = Parts {
            sdl: schema.sdl(),
            executor: schema,
            sessions: Arc::new(ToySessions(witness.clone())),
            readiness: Arc::new(AlwaysReady),
            ledger: None,
            clock: clock.clone(),
            new_request_id: Arc::new(move || format!("request-{}", ids.fetch_add(1, Ordering::Relaxed))),
            routes: Arc::new(|_| {}),
            background: Box::new(|_| Box::pin(async {})),
        };
        let server = start(TcpListener::bind("127.0.0.1:0").unwrap(), settings, parts).await.unwrap();
        let host = server.addr.to_string();
        Self {
            url: format!("http://{host}"),
            ws_url: format!("ws://{host}/graphql/ws"),
            host,
            server: Some(server),
            witness,
            clock,
            client: reqwest::Client::new(),
        }
    }

    /// Sends a document and hangs up once it runs.
    pub async fn hang_up(&self, document: &str, headers: &[(&str, &str)], runs: impl Fn(&Witness) -> bool) {
        // A client of its own: its connection ends with it.
        let request = reqwest::Client::new().post(format!("{}/graphql", self.url));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let sent = tokio::spawn(request.json(&serde_json::json!({"query": document})).send());
        until("it runs", || runs(&self.witness)).await;
        sent.abort();
    }

    /// Sends a document by POST, accepting `application/graphql-response+json`.
    pub async fn query(&self, document: &str) -> (u16, Value) {
        let response = self
            .client
            .post(format!("{}/graphql", self.url))
            .header("accept", "application/graphql-response+json")
            .json(&serde_json::json!({"query": document}))
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }
}

/// Waits until a condition holds.
pub async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..1000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("did not come true: {what}");
}
