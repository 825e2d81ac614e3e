//! Turns credentials that wait for their signature active, within the last transaction: with audit and outbox, and with what follows for the
//! ones that they renew or take the place of. What cannot be signed gives its reservation back; what a key signed that was retired meanwhile is
//! not stored.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{CredentialStatus, RegradePolicy, RevocationReason};
use cairn_entity::{credential, enrollment, program_version, status_entry};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, Condition, DerivePartialModel, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Value, json};
use uuid::Uuid;

use super::sign::Signed;
use crate::credential::change;
use crate::error::Result;
use crate::ids::Kind;
use crate::{Work, save, signing_key as keys};

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
    let shaken = self::problems(work, &waiting).await?;
    let (mut good, mut replaced) = (Vec::new(), Vec::new());
    for row in waiting {
        let predecessor = row.replaces_id.or(row.renews_id).and_then(|id| old.get(&id));
        match predecessor {
            _ if shaken.contains_key(&row.id) => {
                problems.insert(row.id, shaken[&row.id].to_owned());
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

/// Why some of these are not to be issued any more: what they rest on came to be in doubt since they were reserved, or a grade that was changed since no
/// longer supports the completion, where the program says that this counts. What renews or replaces another is not among them: that one was judged
/// already. A doubt or a regrade that comes later waits for the rows, and finds them active.
async fn problems(work: &Work<'_>, waiting: &[Waiting]) -> Result<HashMap<Uuid, &'static str>> {
    let issued: Vec<&Waiting> = waiting.iter().filter(|row| row.bulk_operation_id.is_some()).collect();
    if issued.is_empty() {
        return Ok(HashMap::new());
    }
    let shaken: Vec<(Uuid, Option<DateTime<Utc>>)> = enrollment::Entity::find()
        .select_only()
        .columns([enrollment::Column::Id, enrollment::Column::HeldSince])
        .filter(enrollment::Column::Id.is_in(issued.iter().filter_map(|row| row.enrollment_id)))
        .filter(
            Condition::any()
                .add(enrollment::Column::UnsupportedSince.is_not_null())
                .add(enrollment::Column::HeldSince.is_not_null()),
        )
        .into_tuple()
        .all(work.tx())
        .await?;
    if shaken.is_empty() {
        return Ok(HashMap::new());
    }
    let held: HashMap<Uuid, bool> = shaken.into_iter().map(|(id, since)| (id, since.is_some())).collect();
    let strict: HashSet<Uuid> = program_version::Entity::find()
        .select_only()
        .column(program_version::Column::Id)
        .filter(program_version::Column::Id.is_in(issued.iter().map(|row| row.version_id)))
        .filter(program_version::Column::OnRegrade.ne(RegradePolicy::Keep))
        .into_tuple::<Uuid>()
        .all(work.tx())
        .await?
        .into_iter()
        .collect();
    let problem = |row: &&Waiting| match held.get(&row.enrollment_id?) {
        Some(true) => Some((row.id, "what it rests on is being looked into")),
        Some(false) if strict.contains(&row.version_id) => {
            Some((row.id, "a grade has changed meanwhile, and no longer satisfies the completion rule"))
        }
        _ => None,
    };
    Ok(issued.iter().filter_map(problem).collect())
}

async fn write(work: &Work<'_>, rows: &[Waiting], documents: &HashMap<Uuid, Made>) -> Result<()> {
    let signed = rows.iter().filter_map(|row| Some((row.id, documents.get(&row.id)?.1.as_str())));
    let update = credential::Entity::update_many()
        .col_expr(credential::Column::Status, Expr::value(CredentialStatus::Active))
        .col_expr(credential::Column::UpdatedAt, Expr::value(work.now))
        .filter(credential::Column::Status.eq(CredentialStatus::Pending));
    save::each(work.tx(), update, (credential::Column::Id, credential::Column::Document), signed).await
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
