//! Working an import off: some rows at a time are handed to the command that takes in such rows, each under an idempotency key: a step which was broken off
//! after its effect and is done once more has no other effect, and is told what came of it the first time.

use cairn_entity::enums::{ActorKind, BulkOutcome};
use cairn_entity::{bulk_operation, bulk_row};
use serde_json::{Value, json};
use uuid::Uuid;

use super::request::{ImportKind, Terms};
use super::sheet::{self, Members};
use super::{bundle, rows, upload as uploads};
use crate::actor::{Actor, Role};
use crate::bulk::{RowOutcome, UpsertOutcome};
use crate::bulk_operation::{blank, finish, progress};
use crate::error::{Error, Result, UserError};
use crate::idempotency::{self, Key, Outcome};
use crate::issuance::interruption;
use crate::progress::EventOutcome;
use crate::trace::Trace;
use crate::{Service, Work, attempt, enrollment, learner, progress as events};

/// Rows that are taken in together.
const STEP: usize = 500;

/// Imports every row that is not done; stops where it is asked to. The file is held in memory as a whole: uploads are limited.
pub(crate) async fn run(
    service: &Service,
    actor: &Actor,
    mut operation: bulk_operation::Model,
    told: &mut (dyn FnMut(&bulk_operation::Model) + Send),
) -> Result<bulk_operation::Model> {
    let terms: Terms = serde_json::from_value(operation.input.clone())?;
    if terms.kind == ImportKind::OneRoster {
        return bundle::run(service, actor, operation, &terms, told).await;
    }
    let mut rest = read(service, &terms, operation.next_index).await?.into_iter().peekable();
    // What a node did that died before it could say so is said before the end.
    while rest.peek().is_some()
        && (operation.cancel_requested_at.is_none() || is_done(service, &operation, &terms).await?)
    {
        let some: Vec<Members> = rest.by_ref().take(STEP).collect();
        operation = step(service, actor, &operation, &terms, some).await?;
        told(&operation);
    }
    finish(service, actor, operation, told).await
}

/// The rows of the file from an index on.
async fn read(service: &Service, terms: &Terms, from: i32) -> Result<Vec<Members>> {
    let bytes = uploads::bytes(service, terms.upload).await?;
    let (format, kind) = (terms.format, terms.kind);
    let read = tokio::task::spawn_blocking(move || {
        let (mut all, mut index) = (Vec::new(), 0);
        let take = |members| {
            if index >= from {
                all.push(members);
            }
            index += 1;
        };
        sheet::read(&bytes, format, kind.members(), take).map(|_| all)
    });
    read.await
        .map_err(|error| Error::internal("a file could not be read", error))?
        .map_err(|flaw| Error::internal("a file that was read before cannot be read", flaw.message()))
}

async fn step(
    service: &Service,
    actor: &Actor,
    operation: &bulk_operation::Model,
    terms: &Terms,
    rows: Vec<Members>,
) -> Result<bulk_operation::Model> {
    let taken = take(service, operation, terms, rows).await?;
    interruption::point("mid-import");
    let mut work = Work::begin(service, actor).await?;
    let done = (operation.next_index..).zip(taken).map(|(index, taken)| {
        Ok(bulk_row::Model {
            enrollment_id: taken.enrollment,
            subject_id: taken.subject,
            outcome: Some(taken.outcome),
            errors: json!(taken.errors),
            ..blank(&work, operation, index)?
        })
    });
    let done = done.collect::<Result<Vec<_>>>()?;
    let after = progress::record(&mut work, operation, done).await?;
    work.commit().await?;
    interruption::point("after-import");
    Ok(after)
}

/// What became of a row.
struct Taken {
    outcome: BulkOutcome,
    enrollment: Option<Uuid>,
    subject: Option<Uuid>,
    errors: Vec<UserError>,
}

async fn take(
    service: &Service,
    operation: &bulk_operation::Model,
    terms: &Terms,
    members: Vec<Members>,
) -> Result<Vec<Taken>> {
    let actor = stepping(operation, terms)?;
    match terms.kind {
        ImportKind::Learners => {
            let (sound, places) = sift(members, rows::learner);
            let outcomes = once(service, &actor, learner::upsert(service, &actor, None, sound)).await?;
            let taken = outcomes.into_iter().map(|row| of_row(row, |row| (None, Some(row.id))));
            Ok(merge(places, taken))
        }
        ImportKind::Enrollments => {
            let (sound, places) = sift(members, rows::enrollment);
            let outcomes = once(service, &actor, enrollment::upsert(service, &actor, sound)).await?;
            let taken = outcomes.into_iter().map(|row| of_row(row, |row| (Some(row.id), None)));
            Ok(merge(places, taken))
        }
        ImportKind::Results => {
            let (sound, places) = sift(members, rows::result);
            let outcomes = once(service, &actor, attempt::record(service, &actor, sound)).await?;
            let ids = |row: &cairn_entity::attempt::Model| (Some(row.enrollment_id), Some(row.id));
            Ok(merge(places, outcomes.into_iter().map(|row| of_row(row, ids))))
        }
        ImportKind::Events => {
            let (sound, places) = sift(members, rows::event);
            let receipts = once(service, &actor, events::record(service, &actor, sound)).await?;
            let taken = receipts.into_iter().map(|receipt| Taken {
                outcome: match receipt.outcome {
                    EventOutcome::Applied => BulkOutcome::Created,
                    EventOutcome::Duplicate | EventOutcome::Stale => BulkOutcome::Unchanged,
                    EventOutcome::Rejected => BulkOutcome::Failed,
                },
                enrollment: None,
                subject: None,
                errors: inside(receipt.errors),
            });
            Ok(merge(places, taken))
        }
        ImportKind::OneRoster => {
            Err(Error::internal("a bundle is no file of rows", operation.id.to_string()))
        }
    }
}

/// The mutation whose outcome a step is.
const FIELD: &str = "createImport";

/// Who takes the next step, under the key that the step has.
fn stepping(operation: &bulk_operation::Model, terms: &Terms) -> Result<Actor> {
    let key = Key::new(&format!("import-{}-{}", operation.id, operation.next_index))?;
    Ok(Actor { idempotency_key: Some(key), ..acting(operation, terms) })
}

/// Whether the next step was taken by a node that could not say so.
async fn is_done(service: &Service, operation: &bulk_operation::Model, terms: &Terms) -> Result<bool> {
    idempotency::is_done(service, &stepping(operation, terms)?, (FIELD, &Value::Null)).await
}

/// Runs the command of a step once, however often the step is begun within the time for which outcomes are kept.
async fn once<T: Outcome>(
    service: &Service,
    actor: &Actor,
    command: impl Future<Output = Result<T>> + Send,
) -> Result<T> {
    let told = idempotency::once(service, actor, (FIELD, &Value::Null), command).await?;
    told.result.map_err(Error::User)
}

/// Who takes in the rows: who asked for the import, with the rights that were asked for then.
pub(super) fn acting(operation: &bulk_operation::Model, terms: &Terms) -> Actor {
    Actor {
        kind: operation.actor_kind,
        id: operation.actor_id,
        label: "bulk operation".to_owned(),
        issuer: Some(operation.issuer_id),
        request_id: operation.request_id.clone(),
        trace: Trace::of_kept(operation.trace.as_ref()),
        roles: if operation.actor_kind == ActorKind::Person { vec![Role::IssuerAdmin] } else { Vec::new() },
        scopes: terms.kind.scopes().iter().copied().collect(),
        source: terms.source,
        ..Actor::anonymous()
    }
}

/// Rows that can be read, and of each row its place among them or what is wrong with it.
fn sift<T>(
    members: Vec<Members>,
    read: fn(Members) -> rows::Read<T>,
) -> (Vec<T>, Vec<Option<Vec<UserError>>>) {
    let mut sound = Vec::with_capacity(members.len());
    let places = members.into_iter().map(|row| match read(row) {
        Ok(row) => {
            sound.push(row);
            None
        }
        Err(errors) => Some(errors),
    });
    let places = places.collect();
    (sound, places)
}

/// Puts what was refused before back among what was taken in.
fn merge(places: Vec<Option<Vec<UserError>>>, mut taken: impl Iterator<Item = Taken>) -> Vec<Taken> {
    let refused = |errors| Taken { outcome: BulkOutcome::Failed, enrollment: None, subject: None, errors };
    places
        .into_iter()
        .filter_map(|place| place.map_or_else(|| taken.next(), |errors| Some(refused(errors))))
        .collect()
}

fn of_row<T>(row: RowOutcome<T>, ids: impl Fn(&T) -> (Option<Uuid>, Option<Uuid>)) -> Taken {
    let (enrollment, subject) = row.value.as_ref().map(ids).unwrap_or_default();
    let outcome = match row.outcome {
        UpsertOutcome::Created => BulkOutcome::Created,
        UpsertOutcome::Updated => BulkOutcome::Updated,
        UpsertOutcome::Unchanged => BulkOutcome::Unchanged,
        UpsertOutcome::Failed => BulkOutcome::Failed,
    };
    let mut errors = inside(row.errors);
    if outcome == BulkOutcome::Unchanged {
        // Said of a row to which a later one is preferred; in the file it stands elsewhere than in this step.
        for error in &mut errors {
            error.message = "a later row with the same key wins".to_owned();
        }
    }
    Taken { outcome, enrollment, subject, errors }
}

/// Errors with paths that begin at the row, not at the list that it was handed over in (`rows.3`).
fn inside(errors: Vec<UserError>) -> Vec<UserError> {
    errors
        .into_iter()
        .map(|mut error| {
            error.field.drain(..error.field.len().min(2));
            error
        })
        .collect()
}
