//! Working an import off: some rows at a time are handed to the command that takes in such rows. Each of these commands finds again what it has made, so that
//! a step which was broken off after its effect and is done once more has no other effect: its rows are UNCHANGED then.

use cairn_entity::enums::{ActorKind, BulkOutcome};
use cairn_entity::{bulk_operation, bulk_row, upload};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::request::{ImportKind, Terms};
use super::sheet::{self, Members};
use super::{rows, upload as uploads};
use crate::actor::{Actor, Role};
use crate::bulk::{RowOutcome, UpsertOutcome};
use crate::bulk_operation::{finish, progress};
use crate::error::{Error, Result, UserError};
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
    let mut rest = read(service, &terms, operation.next_index).await?.into_iter().peekable();
    while operation.cancel_requested_at.is_none() && rest.peek().is_some() {
        let some: Vec<Members> = rest.by_ref().take(STEP).collect();
        operation = step(service, actor, &operation, &terms, some).await?;
        told(&operation);
    }
    let operation = finish(service, actor, operation, told).await?;
    let over = upload::Entity::update_many()
        .col_expr(upload::Column::ExpiresAt, Expr::value(service.now()))
        .filter(upload::Column::Id.eq(terms.upload));
    let tx = service.db.write().await?;
    over.exec(&tx).await?;
    tx.commit().await?;
    Ok(operation)
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
            id: work.new_id()?,
            issuer_id: operation.issuer_id,
            operation_id: operation.id,
            row_index: index,
            enrollment_id: taken.enrollment,
            award_id: None,
            credential_id: None,
            subject_id: taken.subject,
            outcome: Some(taken.outcome),
            errors: json!(taken.errors),
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
    let actor = acting(operation, terms);
    match terms.kind {
        ImportKind::Learners => {
            let (sound, places) = sift(members, rows::learner);
            let outcomes = learner::upsert(service, &actor, None, sound).await?;
            let taken = outcomes.into_iter().map(|row| of_row(row, |row| (None, Some(row.id))));
            Ok(merge(places, taken))
        }
        ImportKind::Enrollments => {
            let (sound, places) = sift(members, rows::enrollment);
            let outcomes = enrollment::upsert(service, &actor, sound).await?;
            let taken = outcomes.into_iter().map(|row| of_row(row, |row| (Some(row.id), None)));
            Ok(merge(places, taken))
        }
        ImportKind::Results => {
            let (sound, places) = sift(members, rows::result);
            let outcomes = attempt::record(service, &actor, sound).await?;
            let ids = |row: &cairn_entity::attempt::Model| (Some(row.enrollment_id), Some(row.id));
            Ok(merge(places, outcomes.into_iter().map(|row| of_row(row, ids))))
        }
        ImportKind::Events => {
            let (sound, places) = sift(members, rows::event);
            let receipts = events::record(service, &actor, sound).await?;
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
    }
}

/// Who takes in the rows: who asked for the import, with the right that was asked for then.
fn acting(operation: &bulk_operation::Model, terms: &Terms) -> Actor {
    Actor {
        kind: operation.actor_kind,
        id: operation.actor_id,
        label: "bulk operation".to_owned(),
        issuer: Some(operation.issuer_id),
        request_id: operation.request_id.clone(),
        trace: Trace::of_kept(operation.trace.as_ref()),
        roles: if operation.actor_kind == ActorKind::Person { vec![Role::IssuerAdmin] } else { Vec::new() },
        scopes: std::iter::once(terms.kind.scope()).collect(),
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
