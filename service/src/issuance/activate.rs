//! Turns credentials that wait for their signature active, within the last transaction: with audit and outbox, and with what follows for the
//! ones that they renew or take the place of. What cannot be signed gives its reservation back; what a key signed that was retired meanwhile is
//! not stored.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{CredentialStatus, RevocationReason};
use cairn_entity::{credential, enrollment, program_version, status_entry};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, IntoIden, IntoValueTuple, Query, TableRef};
use sea_orm::{ColumnTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use super::eligibility;
use super::sign::Signed;
use crate::credential::change;
use crate::error::Result;
use crate::ids::Kind;
use crate::{Work, signing_key as keys};

/// What became of signed credentials.
#[derive(Default)]
pub struct Activated {
    /// Those that turned active here; others were finished elsewhere in between.
    pub active: HashSet<Uuid>,
    /// Those that did not, and why.
    pub problems: HashMap<Uuid, String>,
}

/// Stores documents where the row still waits for one. `None`, and nothing is stored, where a key that was signed with signs no more, or a row was
/// given another key meanwhile.
#[crate::boxed]
pub async fn activate(work: &mut Work<'_>, signed: Vec<Signed>) -> Result<Option<Activated>> {
    let used: HashSet<Uuid> = signed.iter().map(|one| one.by.0).collect();
    let used: Vec<Uuid> = used.into_iter().collect();
    if keys::hold_active(work.tx(), &used).await?.len() < used.len() {
        return Ok(None);
    }
    let mut documents = HashMap::new();
    let mut problems = HashMap::new();
    for Signed { credential, by, result } in signed {
        match result {
            Ok(document) => drop(documents.insert(credential, (by, document))),
            Err(problem) => {
                problems.insert(credential, format!("the claims cannot be signed: {problem}"));
            }
        }
    }
    let waiting = waiting(work, documents.keys().copied()).await?;
    let other_key = |row: &Waiting| {
        documents.get(&row.id).is_some_and(|(by, _)| *by != (row.signing_key_id, row.issued_at))
    };
    if waiting.iter().any(other_key) {
        return Ok(None);
    }
    let old = predecessors(work, &waiting).await?;
    let unsupported = unsupported(work, &waiting).await?;
    let (mut good, mut replaced) = (Vec::new(), Vec::new());
    for row in waiting {
        let predecessor = row.replaces_id.or(row.renews_id).and_then(|id| old.get(&id));
        match predecessor {
            _ if unsupported.contains(&row.id) => {
                let problem = "a grade has changed meanwhile, and no longer satisfies the completion rule";
                problems.insert(row.id, problem.to_owned());
            }
            Some(old) if old.status != CredentialStatus::Active => {
                let problem = "the credential that it renews or replaces was revoked or suspended meanwhile";
                problems.insert(row.id, problem.to_owned());
            }
            _ => {
                replaced.extend(row.replaces_id.and_then(|id| old.get(&id)).cloned());
                good.push(row);
            }
        }
    }
    // First the old one goes: two live ones of a cycle are never there, not even within the transaction.
    change::revoke(work, replaced, RevocationReason::Superseded, None, json!({})).await?;
    write(work, &good, &documents).await?;
    for row in &good {
        announce(work, row)?;
    }
    release(work, problems.keys().copied().collect()).await?;
    Ok(Some(Activated { active: good.into_iter().map(|row| row.id).collect(), problems }))
}

/// A row that waits for its document: what is looked at here. Its claims are long, and known to whoever signed.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "credential::Entity")]
struct Waiting {
    id: Uuid,
    issuer_id: Uuid,
    learner_id: Uuid,
    program_id: Uuid,
    version_id: Uuid,
    award_id: Uuid,
    enrollment_id: Option<Uuid>,
    cycle: i32,
    revision: i32,
    signing_key_id: Uuid,
    issued_at: DateTime<Utc>,
    renews_id: Option<Uuid>,
    replaces_id: Option<Uuid>,
    bulk_operation_id: Option<Uuid>,
}

async fn waiting(work: &Work<'_>, ids: impl IntoIterator<Item = Uuid>) -> Result<Vec<Waiting>> {
    Ok(change::locked(change::pending(ids)).into_partial_model().all(work.tx()).await?)
}

/// A document with the key and the moment that it was signed with.
type Made = ((Uuid, DateTime<Utc>), String);

/// The credentials that these renew or take the place of, locked.
async fn predecessors(work: &Work<'_>, waiting: &[Waiting]) -> Result<HashMap<Uuid, credential::Model>> {
    let ids: Vec<Uuid> = waiting.iter().filter_map(|row| row.replaces_id.or(row.renews_id)).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = change::lock(work, credential::Column::Id.is_in(ids)).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Those of these whose completion a grade no longer supports that was changed since they were reserved, where the program says that this counts.
/// What renews or replaces another is not among them: that one was judged already. A regrade that comes later waits for the rows, and finds them active.
async fn unsupported(work: &Work<'_>, waiting: &[Waiting]) -> Result<HashSet<Uuid>> {
    let issued: Vec<&Waiting> = waiting.iter().filter(|row| row.bulk_operation_id.is_some()).collect();
    if issued.is_empty() {
        return Ok(HashSet::new());
    }
    let enrollments = enrollment::Entity::find()
        .filter(enrollment::Column::Id.is_in(issued.iter().filter_map(|row| row.enrollment_id)))
        .filter(enrollment::Column::UnsupportedSince.is_not_null())
        .all(work.tx())
        .await?;
    if enrollments.is_empty() {
        return Ok(HashSet::new());
    }
    let versions = program_version::Entity::find()
        .filter(program_version::Column::Id.is_in(issued.iter().map(|row| row.version_id)))
        .all(work.tx())
        .await?;
    let is_unsupported = |row: &&&Waiting| {
        let enrollment = enrollments.iter().find(|enrollment| row.enrollment_id == Some(enrollment.id));
        let version = versions.iter().find(|version| version.id == row.version_id);
        enrollment
            .zip(version)
            .is_some_and(|(enrollment, version)| eligibility::is_unsupported(enrollment, version))
    };
    Ok(issued.iter().filter(is_unsupported).map(|row| row.id).collect())
}

async fn write(work: &Work<'_>, rows: &[Waiting], documents: &HashMap<Uuid, Made>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let signed = rows.iter().filter_map(|row| {
        let (_, text) = documents.get(&row.id)?;
        Some((row.id, text.as_str()).into_value_tuple())
    });
    // Both databases call the columns of a list of values so.
    let of_signed = |column: &'static str| Expr::col((Alias::new("signed"), Alias::new(column)));
    let mut update = credential::Entity::update_many()
        .col_expr(credential::Column::Document, of_signed("column2"))
        .col_expr(credential::Column::Status, Expr::value(CredentialStatus::Active))
        .col_expr(credential::Column::UpdatedAt, Expr::value(work.now))
        .filter(Expr::col(credential::Column::Id.as_column_ref()).eq(of_signed("column1")))
        .filter(credential::Column::Status.eq(CredentialStatus::Pending));
    QueryTrait::query(&mut update)
        .from(TableRef::ValuesList(signed.collect(), Alias::new("signed").into_iden()));
    update.exec(work.tx()).await?;
    Ok(())
}

/// A new one is issued, whatever it comes from; the one that it renews or takes the place of is told of by itself.
fn announce(work: &mut Work<'_>, row: &Waiting) -> Result<()> {
    let subject = (Kind::Credential, row.id);
    let issuer = Some(row.issuer_id);
    let mut detail = json!({ "award": row.award_id, "enrollment": row.enrollment_id, "cycle": row.cycle, "revision": row.revision, "signingKey": row.signing_key_id });
    let mut payload = json!({ "credential": row.id, "learner": row.learner_id, "program": row.program_id, "enrollment": row.enrollment_id });
    for (name, id) in [("renews", row.renews_id), ("replaces", row.replaces_id)] {
        if let Some(id) = id {
            detail[name] = json!(id);
            payload[name] = json!(id);
        }
    }
    work.audit(issuer, "credential.issued", subject, detail)?;
    work.emit(issuer, "credential.issued", subject, payload);
    let old = match (row.replaces_id, row.renews_id) {
        (Some(old), _) => Some((old, "credential.replaced", "replacedBy")),
        (None, Some(old)) => Some((old, "credential.renewed", "renewedBy")),
        (None, None) => None,
    };
    let Some((old, event, link)) = old else { return Ok(()) };
    let mut payload = json!({ "credential": old, "learner": row.learner_id, "program": row.program_id });
    payload[link] = json!(row.id);
    let detail = Value::Object([(link.to_owned(), json!(row.id))].into_iter().collect());
    work.audit(issuer, event, (Kind::Credential, old), detail)?;
    work.emit(issuer, event, (Kind::Credential, old), payload);
    Ok(())
}

/// Gives back reservations; their places in the status lists stay unused.
async fn release(work: &Work<'_>, credentials: Vec<Uuid>) -> Result<()> {
    if credentials.is_empty() {
        return Ok(());
    }
    // Why one was to be replaced is not said of it any more.
    let replaced = Query::select()
        .column(credential::Column::ReplacesId)
        .from(credential::Entity)
        .and_where(credential::Column::Id.is_in(credentials.iter().copied()))
        .and_where(credential::Column::ReplacesId.is_not_null())
        .to_owned();
    credential::Entity::update_many()
        .col_expr(credential::Column::RevocationNote, Expr::value(None::<String>))
        .filter(credential::Column::Id.in_subquery(replaced))
        .filter(credential::Column::Status.ne(CredentialStatus::Revoked))
        .exec(work.tx())
        .await?;
    status_entry::Entity::delete_many()
        .filter(status_entry::Column::CredentialId.is_in(credentials.iter().copied()))
        .exec(work.tx())
        .await?;
    credential::Entity::delete_many()
        .filter(credential::Column::Id.is_in(credentials))
        .filter(credential::Column::Status.eq(CredentialStatus::Pending))
        .exec(work.tx())
        .await?;
    Ok(())
}
