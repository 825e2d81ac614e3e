//! Rules, authorization, transactions and outbox. One module per domain; commands are functions on it: `issuer::create(&service, &actor, …)`.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use uuid::Uuid;

pub mod actor;
pub mod amount;
pub mod analytics;
mod at_once;
pub mod attempt;
pub mod audit;
pub mod auth;
pub mod award;
pub mod budget;
pub mod bulk;
pub mod bulk_operation;
mod chunk;
pub mod clock;
pub mod cohort;
pub mod completion;
pub mod continuing;
pub mod credential;
pub mod db;
pub mod endorsement;
pub mod enrollment;
pub mod error;
pub mod export;
pub mod face;
pub mod feed;
pub mod fetch;
pub mod idempotency;
pub mod ids;
pub mod import;
pub mod integrity;
pub mod issuance;
pub mod issuer;
pub mod learner;
pub mod learner_record;
pub mod master_key;
pub mod notice;
pub mod oneroster;
pub mod page;
pub mod passport;
pub mod patch;
pub mod portfolio;
pub mod prior_learning;
pub mod program;
pub mod progress;
pub mod random;
pub mod read;
pub mod reference;
mod retry;
mod save;
pub mod seal;
pub mod signer;
pub mod signing_key;
pub mod skill;
pub mod status_list;
mod tenancy;
pub mod trace;
mod typed_code;
pub mod validate;
pub mod vc_api;
pub mod verification;
pub mod webhook;
mod work;
pub mod worker;

pub use cairn_entity as rows;
pub use work::Work;

/// What every public async function of this crate bears: its future is boxed. The compiler puts the body of an async function into the
/// crate that polls it; behind a box it is compiled here, once, and whoever calls it need not compile it again.
use async_recursion::async_recursion as boxed;

use clock::Clock;
use db::{Db, DbConfig};
use error::Result;
use fetch::Fetch;
use random::Random;
use seal::MasterKey;
use signer::{ExternalSigner, SignerConfig};

/// What the service needs to know of its surroundings.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the public reaches this server, without a trailing slash.
    pub public_url: String,
    /// The database.
    pub database: DbConfig,
    /// Whether fetching for verification may reach loopback addresses: for development and tests.
    pub fetch_loopback: bool,
    /// Whether webhooks may go to loopback addresses: for development and tests.
    pub webhook_loopback: bool,
    /// How long events and deliveries of webhooks are kept.
    pub event_retention: TimeDelta,
    /// The external signer, where there is one.
    pub signer: Option<SignerConfig>,
    /// The fonts of badges and certificates.
    pub fonts: face::Fonts,
    /// How e-mail is sent, where it is.
    pub mail: Option<notice::MailConfig>,
    /// How many bulk operations this process works on at a time.
    pub bulk_operations: usize,
    /// The largest file that is received for an import, in bytes.
    pub import_limit: i64,
}

/// Everything that commands work with.
pub struct Service {
    /// The database.
    pub db: Db,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives randomness.
    pub random: Arc<dyn Random>,
    /// Seals secrets at rest.
    pub master_key: MasterKey,
    /// Fetches what verification needs of others.
    pub fetch: Arc<dyn Fetch>,
    /// Sends webhooks.
    pub webhooks: webhook::Sender,
    /// Keeps those signing keys that are not kept here.
    pub signer: Option<ExternalSigner>,
    /// Surroundings.
    pub config: Config,
    /// Wakes workers after a commit that left work for them.
    pub wake: Notify,
    /// Names this process in leases.
    pub node: String,
    token_key: auth::TokenKey,
    bundles: credential::Bundles,
    ids: ids::Sequence,
}

impl Service {
    /// Connects to a migrated database and loads (at the very first start: makes) the server's own token key.
    #[crate::boxed]
    pub async fn open(
        config: Config,
        master_key: MasterKey,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Arc<Self>> {
        let db = Db::connect(&config.database).await?;
        let ids = ids::Sequence::default();
        let given = || ids.next(clock.as_ref(), random.as_ref());
        let token_key =
            auth::TokenKey::load_or_create(&db, &master_key, clock.as_ref(), random.as_ref(), given()?)
                .await?;
        issuer::check_public_url(&db, &config.public_url).await?;
        let node = ids::encode(ids::Kind::Viewer, given()?);
        let wake = Notify::new();
        let signer = config.signer.clone().map(ExternalSigner::new).transpose()?;
        let fetch = Arc::new(fetch::Web::new(fetch::address::Gate { loopback: config.fetch_loopback }));
        let webhooks = webhook::Sender::new(fetch::address::Gate { loopback: config.webhook_loopback });
        Ok(Arc::new(Self {
            db,
            clock,
            random,
            master_key,
            signer,
            fetch,
            webhooks,
            config,
            wake,
            node,
            token_key,
            bundles: credential::Bundles::default(),
            ids,
        }))
    }

    /// A new id, greater than every one that this process gave before.
    pub fn new_id(&self) -> Result<Uuid> {
        self.ids.next(self.clock.as_ref(), self.random.as_ref())
    }

    /// The present moment.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}
