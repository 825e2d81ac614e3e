//! Assembles the HTTP server and runs it: the one place that lists the routes and the middleware around them.

use std::{
    future::Future,
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    middleware::{Compress, DefaultHeaders, from_fn},
    web,
};
use async_graphql::Executor;
use cairn_service::clock::Clock;
use futures_util::future::BoxFuture;
use tokio::sync::watch;
use url::Url;

use super::{
    compression,
    fair::{self, Fair, Ledger},
    graphiql,
    graphql::{self, cost::Tariff, documents::Trusted, engine::Engine, limits::Limits, types::Types},
    health::{self, Readiness},
    metrics::{self, Metrics},
    origins::Origins,
    page,
    problem::{Code, Problem},
    reader::Reader,
    trace, websocket,
};
use crate::http::auth::Sessions;

/// How long running requests may take to end once the server stops.
const SHUTDOWN_SECONDS: u64 = 30;

/// How long a connection may idle between requests: longer than proxies and load balancers let one idle (60 seconds, by their defaults), so that none
/// of them sends a request into a connection that is being closed.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// What the transport is told by the configuration.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// The address that clients use.
    pub public_url: Url,
    /// Threads that serve; `None` means one per core.
    pub workers: Option<usize>,
    /// Foreign web origins that may call.
    pub origins: Origins,
    /// The GraphQL IDE that a browser gets at `/graphql`, if any.
    pub graphiql: Option<graphiql::Page>,
    /// Whether answers tell the number of their SQL statements.
    pub server_timing: bool,
    /// Whether the half of the VC API that signs is served.
    pub vc_api: bool,
    /// The largest request body, in bytes.
    pub body_limit: usize,
    /// How long a query or mutation may run.
    pub time_limit: Duration,
    /// Limits of GraphQL documents.
    pub limits: Limits,
    /// How often a silent stream of events says that it is there.
    pub keep_alive: Duration,
    /// Limits of a websocket.
    pub websocket: websocket::Limits,
    /// What each caller may ask for in a while.
    pub fair: fair::Settings,
    /// What requests cost.
    pub tariff: Tariff,
    /// The only documents that are served, where not all are.
    pub trusted_documents: Option<Arc<Trusted>>,
}

impl HttpSettings {
    /// Defaults: the IDE off, no foreign origins, one worker per core, nobody refused for asking much.
    pub fn new(public_url: Url) -> Self {
        Self {
            public_url,
            workers: None,
            origins: Origins::None,
            graphiql: None,
            server_timing: false,
            vc_api: false,
            body_limit: 1024 * 1024,
            time_limit: Duration::from_secs(30),
            limits: Limits::default(),
            keep_alive: graphql::KEEP_ALIVE_EVERY,
            websocket: websocket::Limits::default(),
            fair: fair::Settings::default(),
            tariff: Tariff::default(),
            trusted_documents: None,
        }
    }
}

/// What the transport stands on.
pub struct Parts<E> {
    /// The schema.
    pub executor: E,
    /// Its SDL, as it exports it.
    pub sdl: String,
    /// Who turns credentials into sessions.
    pub sessions: Arc<dyn Sessions>,
    /// Who knows whether the server can serve.
    pub readiness: Arc<dyn Readiness>,
    /// The budgets that all nodes share, where there are several.
    pub ledger: Option<Arc<dyn Ledger>>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes the id of a request that came without one.
    pub new_request_id: Arc<dyn Fn() -> String + Send + Sync>,
    /// Registers the resources besides GraphQL, health and metrics.
    pub routes: Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>,
    /// Work beside the requests, which ends when the signal that it is given turns true.
    pub background: Box<dyn FnOnce(watch::Receiver<bool>) -> BoxFuture<'static, ()> + Send>,
}

/// What handlers and middleware share, whatever the schema is.
pub struct Transport {
    /// The settings.
    pub settings: HttpSettings,
    /// The measurements.
    pub metrics: Metrics,
    /// Turns true when the server begins to stop.
    pub stopping: watch::Receiver<bool>,
    /// What each caller has asked for.
    pub fair: Arc<Fair>,
    pub(super) readiness: Arc<dyn Readiness>,
    pub(super) new_request_id: Arc<dyn Fn() -> String + Send + Sync>,
}

/// A server that accepts connections.
pub struct RunningServer {
    /// The address it listens on, with its real port.
    pub addr: SocketAddr,
    handle: ServerHandle,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<io::Result<()>>,
    background: tokio::task::JoinHandle<()>,
}

impl RunningServer {
    /// Stops gracefully: no new connections, websockets closed, running requests finished.
    ///
    /// # Errors
    /// The fault that ended the server, if one did.
    pub async fn stop(self) -> io::Result<()> {
        // Nobody listens where the server ended by itself.
        let _ = self.stop.send(true);
        self.handle.stop(true).await;
        self.background.await.map_err(io::Error::other)?;
        self.task.await.map_err(io::Error::other)?
    }

    /// Serves until `signal` is ready or the server fails, then stops gracefully.
    ///
    /// # Errors
    /// The fault that ended the server, if one did.
    pub async fn run_until(mut self, signal: impl Future<Output = ()>) -> io::Result<()> {
        tokio::select! {
            ended = &mut self.task => return ended.map_err(io::Error::other)?,
            () = signal => {}
        }
        self.stop().await
    }
}

/// Starts to serve on a bound address.
///
/// # Errors
/// When the address cannot be listened on, or the SDL does not parse.
pub async fn start<E: Executor>(
    listener: TcpListener,
    settings: HttpSettings,
    parts: Parts<E>,
) -> io::Result<RunningServer> {
    let addr = listener.local_addr()?;
    let (stop, stopping) = watch::channel(false);
    let background = (parts.background)(stopping.clone());
    let types = Types::from_sdl(&parts.sdl).map_err(io::Error::other)?;
    let fair = Arc::new(Fair::new(settings.fair.clone(), parts.clock, parts.ledger));
    let engine = Engine::new(parts.executor, types, parts.sessions, fair.clone(), &settings);
    let engine = web::Data::new(engine);
    let workers = settings.workers;
    let transport = web::Data::new(Transport {
        settings,
        metrics: Metrics::default(),
        stopping,
        fair,
        readiness: parts.readiness,
        new_request_id: parts.new_request_id,
    });
    let routes = parts.routes;

    let server = HttpServer::new(move || {
        let origins = &transport.settings.origins;
        App::new()
            .app_data(transport.clone())
            .app_data(engine.clone())
            // The last one wrapped is the first to see a request.
            .wrap(from_fn(compression::spare))
            .wrap(Compress::default())
            .wrap(from_fn(fair::pages::limit))
            .wrap(security_headers())
            .wrap(from_fn(trace::trace))
            .service(graphql::resource::<E>("/graphql").wrap(origins.cors()))
            .service(websocket::resource::<E>("/graphql/ws"))
            .configure(graphiql::assets)
            .route("/healthz", web::get().to(health::healthz))
            .route("/readyz", web::get().to(health::readyz))
            .route("/metrics", web::get().to(metrics::metrics))
            .configure(|config| routes(config))
            .default_service(web::to(not_found))
    });
    // A client that closes its side has gone away: its query is dropped.
    let server = server.h1_allow_half_closed(false).keep_alive(KEEP_ALIVE);
    let server = server.disable_signals().shutdown_timeout(SHUTDOWN_SECONDS);
    let server = match workers {
        Some(workers) => server.workers(workers),
        None => server,
    };
    let server = server.listen(listener)?.run();
    let handle = server.handle();
    let background = tokio::spawn(background);
    Ok(RunningServer { addr, handle, stop, task: tokio::spawn(server), background })
}

/// Headers of every answer. A page that needs another policy sets its own, and keeps it.
fn security_headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add(("x-content-type-options", "nosniff"))
        .add(("referrer-policy", "no-referrer"))
        .add(("x-frame-options", "DENY"))
        .add(("cross-origin-opener-policy", "same-origin"))
        .add(("content-security-policy", "default-src 'none'; frame-ancestors 'none'"))
}

/// What is asked for by a person is answered with a page.
async fn not_found(request: HttpRequest, reader: Reader) -> HttpResponse {
    match page::preferred(&request, &[("application/json", false), ("text/html", true)]) {
        Some(true) => page::nothing_here(&reader),
        _ => Problem::new(Code::NotFound, "Nothing is here.").to_response(),
    }
}
