//! Puts the server together: service, schema, transport. What the command line starts and what tests start is the same.

use std::io;
use std::sync::Arc;

use actix_web::web;
use async_graphql::Data;
use cairn_service::Service;
use cairn_service::auth;
use cairn_service::error::Error;
use futures_util::future::BoxFuture;

use crate::graphql;
use crate::http::auth::{Caller, Presented, Sessions, unauthenticated};
use crate::http::health::Readiness;
use crate::http::problem::{Code, Problem};
use crate::http::server::{self, HttpSettings, Parts, RunningServer};

/// Starts to serve.
///
/// # Errors
/// When the address cannot be bound.
pub async fn start(service: Arc<Service>, settings: HttpSettings) -> io::Result<RunningServer> {
    let door = Arc::new(Door { service: service.clone() });
    let ids = service.clone();
    let parts = Parts {
        executor: graphql::build(),
        sessions: door.clone(),
        readiness: door,
        new_request_id: Arc::new(move || ids.new_id().map(|id| id.to_string()).unwrap_or_default()),
        routes: |_| {},
        data: Arc::new(move |config| {
            config.app_data(web::Data::from(service.clone()));
        }),
    };
    server::start(settings, parts).await
}

/// Lets callers in: turns what they present into the session of a request.
struct Door {
    service: Arc<Service>,
}

impl Sessions for Door {
    fn open(&self, caller: Caller) -> BoxFuture<'_, Result<Data, Problem>> {
        Box::pin(async move {
            let presented = match caller.presented {
                Presented::None => auth::Presented::Nothing,
                Presented::Jwt(token) => auth::Presented::Jwt(token),
                Presented::ApiKey(key) => auth::Presented::ApiKey(key),
            };
            let actor = auth::authenticate(&self.service, presented, caller.issuer.as_deref())
                .await
                .map_err(refusal)?;
            Ok(graphql::session(self.service.clone(), actor))
        })
    }
}

impl Readiness for Door {
    fn ready(&self) -> BoxFuture<'_, Result<(), &'static str>> {
        Box::pin(async move { self.service.db.ping().await.map_err(|_| "the database does not answer") })
    }
}

/// An error of the service, as the refusal of a whole request.
fn refusal(error: Error) -> Problem {
    match error {
        Error::Unauthenticated(message) => unauthenticated(message),
        Error::Internal(what, cause) => {
            tracing::error!(cause = %cause, "{what}");
            Problem::internal()
        }
        other => Problem::new(Code::BadRequest, other.public_message()),
    }
}
