//! A real server on a free port of the loopback, with a database, a clock and a master key of its own.

use std::sync::Arc;

use cairn_api::http::server::{HttpSettings, RunningServer};
use cairn_service::actor::{Actor, Role, Scope};
use cairn_service::auth::{self, MintToken, NewApiKey};
use cairn_service::clock::ShiftedClock;
use cairn_service::face::Fonts;
use cairn_service::fetch::{Web, address::Gate};
use cairn_service::issuer::{self, Accreditation, NewIssuer};
use cairn_service::random::SystemRandom;
use cairn_service::rows::enums::IssuerKind;
use cairn_service::seal::MasterKey;
use cairn_service::{Config, Service};
use chrono::TimeDelta;
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use crate::Client;
use crate::database::TestDatabase;
use crate::elsewhere::Nowhere;

/// A running server and what a test does beside it.
pub struct TestApp {
    /// What the server works with: for setting up and for looking into it.
    pub service: Arc<Service>,
    /// The server's clock; tests travel with it.
    pub clock: Arc<ShiftedClock>,
    server: Option<RunningServer>,
    base: String,
    http: reqwest::Client,
    database: TestDatabase,
}

/// Another node beside a server.
pub struct TestNode {
    /// Its address on the loopback, without a trailing slash.
    pub base: String,
    server: RunningServer,
}

impl TestNode {
    /// Stops it gracefully; fails where it did not end cleanly.
    pub async fn stop(self) {
        self.server.stop().await.unwrap();
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

    /// Starts one that fetches from the loopback for verification, as for development.
    pub async fn start_fetching() -> Self {
        Self::start_with(|service| service.fetch = Arc::new(Web::new(Gate { loopback: true }))).await
    }

    /// Starts one whose service is changed before it serves.
    pub async fn start_with(change: impl FnOnce(&mut Service)) -> Self {
        Self::start_set(change, |settings| settings.vc_api = true).await
    }

    /// As [`TestApp::start_with`], with settings of the transport.
    pub async fn start_set(change: impl FnOnce(&mut Service), set: impl FnOnce(&mut HttpSettings)) -> Self {
        let database = TestDatabase::create().await;
        let clock = Arc::new(ShiftedClock::default());
        // The port is known only once it is bound, and the public address must tell it.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let config = Config {
            public_url: base.clone(),
            database: database.config(),
            fetch_loopback: false,
            signer: None,
            fonts: Fonts::embedded(),
            bulk_operations: 2,
            import_limit: 4 * 1024 * 1024,
        };
        let master = MasterKey::generate(&SystemRandom).unwrap();
        let mut service = Service::open(config, master, clock.clone(), Arc::new(SystemRandom)).await.unwrap();
        let opened = Arc::get_mut(&mut service).unwrap();
        opened.fetch = Arc::new(Nowhere);
        change(opened);
        let settings = settings(&base, set);
        let server = cairn_api::app::start(service.clone(), listener, settings).await.unwrap();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        // The server listens on 127.0.0.1; `localhost` may resolve to ::1 first.
        let base = base.replace("localhost", "127.0.0.1");
        Self { service, clock, server: Some(server), base, http, database }
    }

    /// Starts another node on the same database, with the same clock and with settings of its own.
    pub async fn node(&self, set: impl FnOnce(&mut HttpSettings)) -> TestNode {
        let config = Config {
            public_url: self.service.config.public_url.clone(),
            database: self.database.config(),
            fetch_loopback: false,
            bulk_operations: self.service.config.bulk_operations,
            import_limit: self.service.config.import_limit,
            signer: None,
            fonts: self.service.config.fonts.clone(),
        };
        let master = MasterKey::from_base64(&self.service.master_key.to_base64()).unwrap();
        let service =
            Service::open(config, master, self.service.clock.clone(), Arc::new(SystemRandom)).await.unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let settings = settings(&service.config.public_url, set);
        let server = cairn_api::app::start(service, listener, settings).await.unwrap();
        TestNode { base, server }
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
        Client { http: self.http.clone(), base: self.base.clone(), authorization }
    }
}
