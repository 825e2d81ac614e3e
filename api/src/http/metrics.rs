//! `/metrics`: what Prometheus collects. Labels come from fixed sets (path templates, methods, codes), never from a
//! caller's values.

use std::{
    sync::atomic::{AtomicI64, AtomicU64},
    time::Duration,
};

use actix_web::{HttpResponse, web};
use async_graphql::parser::types::OperationType;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};

use super::{graphql::respond::Answer, server::Transport};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    path: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PathLabels {
    path: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabels {
    kind: &'static str,
    outcome: &'static str,
}

type Histograms = Family<PathLabels, Histogram, fn() -> Histogram>;

/// The measurements of one server.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter<u64, AtomicU64>>,
    seconds: Histograms,
    statements: Histograms,
    operations: Family<OperationLabels, Counter<u64, AtomicU64>>,
    connections: Gauge<i64, AtomicI64>,
    subscriptions: Gauge<i64, AtomicI64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("cairn");
        let requests = Family::default();
        registry.register("http_requests", "HTTP requests answered", requests.clone());
        let seconds: Histograms =
            Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.001, 2.0, 14)));
        let help = "Time until an HTTP request was answered";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, seconds.clone());
        let statements: Histograms =
            Family::new_with_constructor(|| Histogram::new(exponential_buckets(1.0, 2.0, 8)));
        registry.register("http_request_statements", "SQL statements per HTTP request", statements.clone());
        let operations = Family::default();
        registry.register("graphql_operations", "GraphQL operations answered", operations.clone());
        let connections = Gauge::default();
        registry.register("websocket_connections", "Open websocket connections", connections.clone());
        let subscriptions = Gauge::default();
        registry.register("websocket_operations", "Operations running on websockets", subscriptions.clone());
        Self { registry, requests, seconds, statements, operations, connections, subscriptions }
    }
}

impl Metrics {
    /// One HTTP request was answered.
    pub fn request(&self, method: &'static str, path: &str, status: u16, elapsed: Duration, statements: u32) {
        self.requests.get_or_create(&RequestLabels { method, path: path.to_owned(), status }).inc();
        let labels = PathLabels { path: path.to_owned() };
        self.seconds.get_or_create(&labels).observe(elapsed.as_secs_f64());
        self.statements.get_or_create(&labels).observe(f64::from(statements));
    }

    /// One GraphQL operation was answered; `kind` is unknown where the document was refused.
    pub fn operation(&self, kind: Option<OperationType>, answer: &Answer) {
        let kind = match kind {
            Some(OperationType::Query) => "query",
            Some(OperationType::Mutation) => "mutation",
            Some(OperationType::Subscription) => "subscription",
            None => "unknown",
        };
        let outcome = match (answer.is_request_error(), answer.errors().is_empty()) {
            (true, _) => "refused",
            (false, false) => "errors",
            (false, true) => "ok",
        };
        self.operations.get_or_create(&OperationLabels { kind, outcome }).inc();
    }

    /// Counts an open websocket until the returned guard is dropped.
    pub fn connection(&self) -> Open {
        Open::new(&self.connections)
    }

    /// Counts an operation on a websocket until the returned guard is dropped.
    pub fn subscription(&self) -> Open {
        Open::new(&self.subscriptions)
    }

    /// The text that Prometheus reads (OpenMetrics 1.0).
    fn render(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Something open, counted while it exists.
pub struct Open(Gauge<i64, AtomicI64>);

impl Open {
    fn new(gauge: &Gauge<i64, AtomicI64>) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// `GET /metrics`.
pub async fn metrics(transport: web::Data<Transport>) -> HttpResponse {
    match transport.metrics.render() {
        Ok(text) => HttpResponse::Ok()
            .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
            .insert_header(("cache-control", "no-store"))
            .body(text),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be rendered");
            HttpResponse::InternalServerError().finish()
        }
    }
}
