//! A real server on a free port of the loopback, with a database, a clock and a master key of its own.

use std::sync::Arc;

use cairn_api::http::server::{HttpSettings, RunningServer};
use cairn_service::actor::{Actor, Role, Scope};
use cairn_service::auth::{self, MintToken, NewApiKey};
use cairn_service::clock::ShiftedClock;
use cairn_service::db::DbConfig;
use cairn_service::face::Fonts;
use cairn_service::fetch::Web;
use cairn_service::fetch::address::{Gate, Names};
use cairn_service::issuer::{self, Accreditation, NewIssuer};
use cairn_service::random::SystemRandom;
use cairn_service::rows::enums::IssuerKind;
use cairn_service::seal::MasterKey;
use cairn_service::webhook::Sender;
use cairn_service::{Config, Service};
use chrono::TimeDelta;
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use crate::database::TestDatabase;
use crate::elsewhere::Nowhere;
use crate::{Client, http};

/// A running server and what a test does beside it.
pub struct TestApp {
    /// What the server works with: for setting up and for looking into it.
    pub service: Arc<Service>,
    /// The server's clock; tests travel with it.
    pub clock: Arc<ShiftedClock>,
    server: Option<RunningServer>,
    base: String,
    http: reqwest::Client,
    database: Arc<TestDatabase>,
}

/// What a node stands on.
struct Ground {
    database: Arc<TestDatabase>,
    clock: Arc<ShiftedClock>,
    master_key: MasterKey,
    public_url: Option<String>,
}

/// Lets a service send webhooks to the loopback.
pub fn sending(service: &mut Service) {
    service.webhooks = Sender::new(Gate { loopback: true });
}

/// No name resolves: a test asks nobody outside.
fn no_names() -> Names {
    Arc::new(|_| Box::pin(async { Err(std::io::Error::other("there is no network in this test")) }))
}

/// How a service of a test is set up: it reaches nobody outside.
pub(crate) fn config(public_url: String, database: DbConfig) -> Config {
    Config {
        public_url,
        database,
        fetch_loopback: false,
        webhook_loopback: false,
        event_retention: TimeDelta::days(30),
        signer: None,
        fonts: Fonts::embedded(),
        bulk_operations: 2,
        import_limit: 4 * 1024 * 1024,
        mail: None,
    }
}

fn settings(base: &str, set: impl FnOnce(&mut HttpSettings)) -> HttpSettings {
    let mut settings = HttpSettings::new(base.parse().unwrap());
    settings.server_timing = true;
    settings.workers = Some(1);
    set(&mut settings);
    settings
}

/// An issuer of a test.
#[derive(Clone, Debug)]
pub struct TestIssuer {
    /// Its row's id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
}

impl TestApp {
    /// Starts one. It fetches nothing from anywhere.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts one that fetches from the loopback for verification and sends webhooks there, as for development.
    pub async fn start_fetching() -> Self {
        Self::start_with(|service| {
            service.fetch = Arc::new(Web::new(Gate { loopback: true }));
            service.webhooks = Sender::new(Gate { loopback: true });
        })
        .await
    }

    /// Starts one that sends webhooks to the loopback.
    pub async fn start_sending() -> Self {
        Self::start_with(sending).await
    }

    /// Starts one whose service is changed before it serves.
    pub async fn start_with(change: impl FnOnce(&mut Service)) -> Self {
        Self::start_set(change, |settings| settings.vc_api = true).await
    }

    /// As [`TestApp::start_with`], with settings of the transport.
    pub async fn start_set(change: impl FnOnce(&mut Service), set: impl FnOnce(&mut HttpSettings)) -> Self {
        let ground = Ground {
            database: Arc::new(TestDatabase::create().await),
            clock: Arc::new(ShiftedClock::default()),
            master_key: MasterKey::generate(&SystemRandom).unwrap(),
            public_url: None,
        };
        Self::serve(ground, change, set).await
    }

    /// Starts another node on the same database, with the same clock, master key and public address.
    pub async fn beside(&self, change: impl FnOnce(&mut Service)) -> Self {
        self.beside_under(self.service.master_key.clone(), change).await
    }

    /// As [`TestApp::beside`], under another master key.
    pub async fn beside_under(&self, master_key: MasterKey, change: impl FnOnce(&mut Service)) -> Self {
        Self::serve(self.ground(master_key), change, |_| {}).await
    }

    /// As [`TestApp::beside`], with settings of the transport.
    pub async fn beside_set(&self, set: impl FnOnce(&mut HttpSettings)) -> Self {
        let same_clock = |service: &mut Service| service.clock = self.service.clock.clone();
        Self::serve(self.ground(self.service.master_key.clone()), same_clock, set).await
    }

    fn ground(&self, master_key: MasterKey) -> Ground {
        Ground {
            database: self.database.clone(),
            clock: self.clock.clone(),
            master_key,
            public_url: Some(self.service.config.public_url.clone()),
        }
    }

    async fn serve(
        ground: Ground,
        change: impl FnOnce(&mut Service),
        set: impl FnOnce(&mut HttpSettings),
    ) -> Self {
        let Ground { database, clock, master_key, public_url } = ground;
        // The port is known only once it is bound, and the public address must tell it.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let config = config(public_url.unwrap_or_else(|| base.clone()), database.config());
        let random = Arc::new(SystemRandom);
        let mut service = Service::open(config, master_key, clock.clone(), random).await.unwrap();
        let opened = Arc::get_mut(&mut service).unwrap();
        opened.fetch = Arc::new(Nowhere);
        opened.webhooks = Sender::with_names(Gate::default(), no_names());
        change(opened);
        let settings = settings(&base, set);
        let server = cairn_api::app::start(service.clone(), listener, settings).await.unwrap();
        let http = http();
        // The server listens on 127.0.0.1; `localhost` may resolve to ::1 first.
        let base = base.replace("localhost", "127.0.0.1");
        Self { service, clock, server: Some(server), base, http, database }
    }

    /// Stops the server and its workers gracefully, and keeps the database: for what goes on without them.
    pub async fn halt(&mut self) {
        self.server.take().unwrap().stop().await.unwrap();
        // Connections that the server opened end with its runtime; the test goes on with some of its own.
        let (config, clock) = (self.service.config.clone(), self.service.clock.clone());
        let master_key = self.service.master_key.clone();
        self.service = Service::open(config, master_key, clock, Arc::new(SystemRandom)).await.unwrap();
    }

    /// Stops the server gracefully; fails where it did not end cleanly.
    pub async fn stop(mut self) {
        self.server.take().unwrap().stop().await.unwrap();
    }

    /// The server's address on the loopback, without a trailing slash.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The database's address.
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// A connection to look into the database.
    pub async fn database(&self) -> DatabaseConnection {
        self.database.connect().await
    }

    /// Makes an issuer.
    pub async fn issuer(&self, slug: &str) -> TestIssuer {
        let new = NewIssuer {
            slug: slug.to_owned(),
            name: format!("{slug} University"),
            kind: IssuerKind::University,
            url: Some(format!("https://{slug}.example/")),
            email: Some(format!("awards@{slug}.example")),
            country: Some("GB".to_owned()),
            description: Some("Awards things.".to_owned()),
            time_zone: "Europe/London".to_owned(),
            image_url: None,
            accreditations: vec![Accreditation {
                name: "Royal Charter".to_owned(),
                body: "Privy Council".to_owned(),
                url: Some("https://charter.example/".to_owned()),
            }],
            details: cairn_service::issuer::Details::default(),
        };
        let row = issuer::create(&self.service, &Actor::system(), new).await.unwrap();
        TestIssuer { id: row.id, slug: row.slug }
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> Client {
        self.client(None)
    }

    /// Whoever presents this.
    pub fn presenting(&self, authorization: &str) -> Client {
        self.client(Some(authorization.to_owned()))
    }

    /// An API key of an issuer with these scopes.
    pub async fn key(&self, issuer: &TestIssuer, scopes: &[Scope]) -> Client {
        self.api_key(Some(issuer.id), scopes).await
    }

    /// A provider's back office: an API key with every scope but signing.
    pub async fn provider(&self, issuer: &TestIssuer) -> Client {
        let scopes: Vec<Scope> = Scope::ALL.iter().copied().filter(|scope| *scope != Scope::VcSign).collect();
        self.key(issuer, &scopes).await
    }

    /// A dashboard: a read-only API key.
    pub async fn dashboard(&self, issuer: &TestIssuer) -> Client {
        let scopes =
            [Scope::ProgramsRead, Scope::EnrollmentsRead, Scope::CredentialsRead, Scope::AnalyticsRead];
        self.key(issuer, &scopes).await
    }

    /// An operator's API key.
    pub async fn operator(&self) -> Client {
        self.api_key(None, Scope::ALL).await
    }

    /// Somebody with a JWT of this role, known to the issuer as `subject`.
    pub async fn person(&self, issuer: &TestIssuer, role: Role, subject: &str) -> Client {
        self.signed_in(Some(issuer.id), role, subject).await
    }

    /// Somebody who operates the server and signs in.
    pub async fn operating_person(&self, subject: &str) -> Client {
        self.signed_in(None, Role::Operator, subject).await
    }

    async fn signed_in(&self, issuer: Option<Uuid>, role: Role, subject: &str) -> Client {
        let new =
            MintToken { issuer, role, subject: Some(subject.to_owned()), lifetime: TimeDelta::days(30) };
        let token = auth::mint(&self.service, &Actor::system(), new).await.unwrap();
        self.client(Some(format!("Bearer {token}")))
    }

    async fn api_key(&self, issuer: Option<Uuid>, scopes: &[Scope]) -> Client {
        let new = NewApiKey { issuer, name: "test".to_owned(), scopes: scopes.to_vec(), expires_at: None };
        let (_, secret) = auth::create_api_key(&self.service, &Actor::system(), new).await.unwrap();
        self.client(Some(format!("Bearer {}", String::from(secret))))
    }

    fn client(&self, authorization: Option<String>) -> Client {
        Client { http: self.http.clone(), base: self.base.clone(), authorization, languages: None }
    }
}
