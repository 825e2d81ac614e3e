//! The unit of work: one transaction with the state, audit entries and outbox rows of one command, announced only after commit.

use cairn_entity::{audit_entry, outbox};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{DatabaseTransaction, EntityTrait};
use serde_json::Value;
use uuid::Uuid;

use crate::actor::Actor;
use crate::error::Result;
use crate::idempotency::{self, Outcome};
use crate::ids::Kind;
use crate::trace::Trace;
use crate::{Service, chunk};

/// How often a command is tried that always finds another one first.
const TRIES: usize = 4;

/// Runs a command; once more where another that ran at the same moment was first with a value that is there only once. The second time it
/// finds what the other has written, and answers by its own rules.
pub(crate) async fn again<T, F: Future<Output = Result<T>>>(mut command: impl FnMut() -> F) -> Result<T> {
    for _ in 1..TRIES {
        match command().await {
            Err(error) if error.came_second() => {}
            done => return done,
        }
    }
    command().await
}

/// One command's transaction. Dropped without `commit`, nothing of it happened.
pub struct Work<'a> {
    service: &'a Service,
    actor: &'a Actor,
    tx: DatabaseTransaction,
    /// The moment of the command: everything in it happened then.
    pub now: DateTime<Utc>,
    audit: Vec<audit_entry::ActiveModel>,
    outbox: Vec<outbox::ActiveModel>,
    outcome: Option<Value>,
}

impl<'a> Work<'a> {
    /// Begins the transaction.
    #[crate::boxed]
    pub async fn begin(service: &'a Service, actor: &'a Actor) -> Result<Self> {
        let tx = service.db.write().await?;
        let now = service.clock.now();
        if let Some(key) = &actor.idempotency_key {
            idempotency::claim(&tx, key, now).await?;
        }
        Ok(Self { service, actor, tx, now, audit: Vec::new(), outbox: Vec::new(), outcome: None })
    }

    /// The transaction to run statements in.
    pub fn tx(&self) -> &DatabaseTransaction {
        &self.tx
    }

    /// Who acts.
    pub fn actor(&self) -> &'a Actor {
        self.actor
    }

    /// What the command works with.
    pub(crate) fn service(&self) -> &'a Service {
        self.service
    }

    /// A new id.
    pub fn new_id(&self) -> Result<Uuid> {
        self.service.new_id()
    }

    /// Notes what was done, for the audit log. `detail` holds ids, numbers and codes, never personal values.
    pub fn audit(
        &mut self,
        issuer: Option<Uuid>,
        action: &str,
        subject: (Kind, Uuid),
        detail: Value,
    ) -> Result<()> {
        self.audit.push(audit_entry::ActiveModel {
            id: Set(self.service.new_id()?),
            issuer_id: Set(issuer),
            occurred_at: Set(self.now),
            actor_kind: Set(self.actor.kind),
            actor_id: Set(self.actor.id),
            actor_name: Set(Some(self.actor.label.clone())),
            action: Set(action.to_owned()),
            subject_type: Set(subject.0.type_name().to_owned()),
            subject_id: Set(Some(subject.1)),
            detail: Set(detail),
            request_id: Set(self.actor.request_id.clone()),
        });
        Ok(())
    }

    /// Notes what happened, for those who listen. `payload` holds ids and numbers, never personal values.
    pub fn emit(&mut self, issuer: Option<Uuid>, event: &str, subject: (Kind, Uuid), payload: Value) {
        self.outbox.push(outbox::ActiveModel {
            id: NotSet,
            issuer_id: Set(issuer),
            subject_type: Set(subject.0.type_name().to_owned()),
            subject_id: Set(subject.1),
            event: Set(event.to_owned()),
            payload: Set(payload),
            trace: Set(self.actor.trace.as_ref().map(Trace::kept)),
            position: NotSet, // given once it is committed
            created_at: Set(self.now),
        });
    }

    /// Keeps what the command answers, for a repeat of it under the same idempotency key.
    pub fn keep(&mut self, outcome: &impl Outcome) -> Result<()> {
        if self.actor.idempotency_key.is_some() {
            self.outcome = Some(idempotency::done(outcome)?);
        }
        Ok(())
    }

    /// Commits a command, and answers it: the outcome is kept with the effect.
    pub async fn answer<T: Outcome>(mut self, outcome: T) -> Result<T> {
        self.keep(&outcome)?;
        self.commit().await?;
        Ok(outcome)
    }

    /// Writes audit and outbox, commits, and only then wakes those who wait for work.
    pub async fn commit(self) -> Result<()> {
        for rows in chunk::rows(self.audit, 11) {
            audit_entry::Entity::insert_many(rows).exec_without_returning(&self.tx).await?;
        }
        let something_happened = !self.outbox.is_empty();
        for rows in chunk::rows(self.outbox, 7) {
            outbox::Entity::insert_many(rows).exec_without_returning(&self.tx).await?;
        }
        let key = self.actor.idempotency_key.as_ref();
        let kept = self.outcome.is_some();
        if let (Some(key), Some(outcome)) = (key, self.outcome) {
            idempotency::keep(&self.tx, key, outcome).await?;
        }
        self.tx.commit().await?;
        if let Some(key) = key {
            key.note_committed(kept);
        }
        if something_happened {
            self.service.wake.notify_waiters();
        }
        Ok(())
    }
}
