//! Puts the server together: service, schema, transport. What the command line starts and what tests start is the same.

use std::{
    io,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use actix_web::{HttpRequest, web};
use cairn_service::{Service, actor::Actor, auth, budget, rows::enums::ActorKind, worker};
use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::{
    graphql,
    http::{
        auth::{Caller, Presented, Session, Sessions},
        fair::{Account, Allowance, Drawn, Ledger, Payer, address::Address},
        health::Readiness,
        problem::Problem,
        routes,
        server::{self, HttpSettings, Parts, RunningServer, Transport},
    },
};

/// Starts to serve on a bound address. The future is boxed, so that whoever starts a server does not compile it once more.
///
/// # Errors
/// When the address cannot be listened on.
pub fn start(
    service: Arc<Service>,
    listener: TcpListener,
    mut settings: HttpSettings,
) -> BoxFuture<'static, io::Result<RunningServer>> {
    let door = Arc::new(Door { service: service.clone(), migrated: AtomicBool::new(false) });
    let (ids, working) = (service.clone(), service.clone());
    let schema = graphql::build();
    let (issuing, origins) = (settings.vc_api, settings.origins.clone());
    settings.tariff = graphql::tariff();
    let parts = Parts {
        sdl: schema.0.sdl(),
        executor: schema,
        sessions: door.clone(),
        ledger: Some(door.clone()),
        clock: service.clock.clone(),
        readiness: door,
        new_request_id: Arc::new(move || ids.new_id().map(|id| id.to_string()).unwrap_or_default()),
        routes: Arc::new(move |config| routes::register(config, &service, issuing, &origins)),
        background: Box::new(move |stopping| Box::pin(worker::run(working, stopping))),
    };
    Box::pin(server::start(listener, settings, parts))
}

/// Lets callers in: turns what they present into the session of a request. Knows whether there is anything behind it.
struct Door {
    service: Arc<Service>,
    /// Once true it stays true: migrations are not undone under a running server.
    migrated: AtomicBool,
}

impl Sessions for Door {
    fn open(&self, caller: Caller) -> BoxFuture<'_, Result<Session, Problem>> {
        Box::pin(async move {
            let address = caller.address;
            let actor = actor(&self.service, caller.clone()).await?;
            let (service, languages) = (self.service.clone(), caller.languages.clone());
            let sign_in = move || -> BoxFuture<'static, _> {
                let (service, caller) = (service.clone(), caller.clone());
                Box::pin(async move { sign_in(&service, caller).await })
            };
            let (account, operator) = (account(&actor, address), actor.is_operator());
            let data = graphql::session(self.service.clone(), (actor, languages), Arc::new(sign_in));
            Ok(Session { data, account, operator })
        })
    }
}

/// Whom a request of somebody counts against.
fn account(actor: &Actor, address: Address) -> Account {
    let payer = match (actor.kind, actor.id) {
        (ActorKind::Person, Some(id)) => Payer::Person(id),
        (ActorKind::ApiKey, Some(id)) => Payer::ApiKey(id),
        _ => Payer::Address(address),
    };
    let budget = actor.budget.map(|own| Allowance::of(own.maximum, own.restore_rate));
    Account { payer, budget }
}

/// Who sends a request other than GraphQL, counted as theirs.
///
/// # Errors
/// `UNAUTHENTICATED` for a credential that is not valid, `RATE_LIMITED` for too many requests or failed attempts.
pub async fn signed_in(request: &HttpRequest, service: &Service) -> Result<Actor, Problem> {
    let caller = Caller::of(request)?;
    let address = caller.address;
    let transport = request.app_data::<web::Data<Transport>>();
    let fair = transport.map(|transport| transport.fair.clone()).ok_or_else(Problem::internal)?;
    let actor = fair.sign_in(address, actor(service, caller)).await?;
    fair.admit(account(&actor, address).payer)?;
    Ok(actor)
}

impl Ledger for Door {
    fn draw(
        &self,
        account: Uuid,
        allowance: Allowance,
        amount: u64,
    ) -> BoxFuture<'_, Result<Drawn, Problem>> {
        Box::pin(async move {
            let whole = allowance.micros(u64::from(allowance.capacity.get()));
            Ok(budget::draw(&self.service, account, allowance.micros(amount), whole).await?)
        })
    }

    fn give_back(
        &self,
        account: Uuid,
        allowance: Allowance,
        amount: u64,
    ) -> BoxFuture<'_, Result<(), Problem>> {
        Box::pin(
            async move { Ok(budget::give_back(&self.service, account, allowance.micros(amount)).await?) },
        )
    }
}

/// Who calls.
///
/// # Errors
/// `UNAUTHENTICATED` for a credential that is not valid.
pub async fn actor(service: &Service, caller: Caller) -> Result<Actor, Problem> {
    Ok(sign_in(service, caller).await?)
}

async fn sign_in(service: &Service, caller: Caller) -> cairn_service::error::Result<Actor> {
    let presented = match caller.presented {
        Presented::None => auth::Presented::Nothing,
        Presented::Jwt(token) => auth::Presented::Jwt(token),
        Presented::ApiKey(key) => auth::Presented::ApiKey(key),
    };
    let mut actor = auth::authenticate(service, presented, caller.issuer.as_deref()).await?;
    actor.request_id = caller.request_id;
    actor.trace = caller.trace;
    actor.idempotency_key = caller.idempotency_key;
    Ok(actor)
}

impl Readiness for Door {
    fn ready(&self) -> BoxFuture<'_, Result<(), &'static str>> {
        Box::pin(async move {
            if let Err(error) = self.service.db.ping().await {
                tracing::warn!(?error, "the database does not answer");
                return Err("the database does not answer");
            }
            if !self.migrated.load(Ordering::Relaxed) {
                match cairn_migration::pending(&self.service.config.database.url).await {
                    Ok(0) => self.migrated.store(true, Ordering::Relaxed),
                    _ => return Err("the database is not migrated"),
                }
            }
            Ok(())
        })
    }
}
