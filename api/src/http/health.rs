//! `/healthz` and `/readyz`: whether the process lives, and whether it can serve.

use actix_web::{HttpResponse, web};
use futures_util::future::BoxFuture;
use serde_json::json;

use super::server::Transport;

/// Says whether the server can serve: its database is reachable and migrated.
pub trait Readiness: Send + Sync + 'static {
    /// `Ok`, or what is missing, in words that are fit for anyone to read.
    fn ready(&self) -> BoxFuture<'_, Result<(), &'static str>>;
}

/// `GET /healthz`: the process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(json!({"status": "ok"}))
}

/// `GET /readyz`: 200 when requests can be served, 503 with the reason when not, and while the server stops.
pub async fn readyz(transport: web::Data<Transport>) -> HttpResponse {
    let ready =
        if *transport.stopping.borrow() { Err("stopping") } else { transport.readiness.ready().await };
    let mut response = if ready.is_ok() { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.insert_header(("cache-control", "no-store"));
    match ready {
        Ok(()) => response.json(json!({"status": "ready"})),
        Err(reason) => response.json(json!({"status": "not ready", "reason": reason})),
    }
}
