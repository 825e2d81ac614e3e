//! The last step of issuing, one transaction: signed bytes are stored where the row is still pending, with audit, outbox and the outcomes
//! of the operation's rows. Claims that cannot be signed give their reservation back.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{BulkOutcome, CredentialStatus};
use cairn_entity::{bulk_operation, bulk_row, credential, status_entry};
use sea_orm::sea_query::{CaseStatement, Expr, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::sign::Signed;
use super::{Decision, interruption};
use crate::actor::Actor;
use crate::bulk_operation::progress;
use crate::error::{Result, UserError, UserErrorCode};
use crate::ids::Kind;
use crate::{Service, Work};

/// Stores what was signed and what became of the rows.
#[crate::boxed]
pub async fn finish(
    service: &Service,
    actor: &Actor,
    operation: &bulk_operation::Model,
    rows: Vec<bulk_row::Model>,
    decisions: Vec<Decision>,
    signed: Vec<Signed>,
) -> Result<bulk_operation::Model> {
    let mut work = Work::begin(service, actor).await?;
    let mut documents = HashMap::new();
    let mut problems = HashMap::new();
    for (id, result) in signed {
        match result {
            Ok(document) => documents.insert(id, document),
            Err(problem) => problems.insert(id, problem),
        };
    }
    let issued = store(&mut work, documents).await?;
    release(&work, problems.keys().copied().collect()).await?;
    let done: Vec<bulk_row::Model> = rows
        .into_iter()
        .zip(decisions)
        .map(|(row, decision)| outcome(row, decision, &issued, &problems))
        .collect();
    interruption::point("mid-finish");
    let after = progress::record(&mut work, operation, done).await?;
    work.commit().await?;
    Ok(after)
}

/// Stores documents where the row still waits for one; returns the ids that it did so for.
async fn store(work: &mut Work<'_>, documents: HashMap<Uuid, String>) -> Result<HashSet<Uuid>> {
    // In the order of ids, so that two who finish the same rows never wait for each other; and without their keys, which rows of
    // other operations refer to meanwhile.
    let waiting = credential::Entity::find()
        .filter(credential::Column::Id.is_in(documents.keys().copied()))
        .filter(credential::Column::Status.eq(CredentialStatus::Pending))
        .order_by_asc(credential::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(work.tx())
        .await?;
    if waiting.is_empty() {
        return Ok(HashSet::new());
    }
    let mut document = CaseStatement::new();
    for row in &waiting {
        if let Some(text) = documents.get(&row.id) {
            document = document.case(credential::Column::Id.eq(row.id), Expr::value(text.as_str()));
        }
    }
    credential::Entity::update_many()
        .col_expr(
            credential::Column::Document,
            document.finally(Expr::col(credential::Column::Document)).into(),
        )
        .col_expr(credential::Column::Status, Expr::value(CredentialStatus::Active))
        .col_expr(credential::Column::UpdatedAt, Expr::value(work.now))
        .filter(credential::Column::Id.is_in(waiting.iter().map(|row| row.id)))
        .filter(credential::Column::Status.eq(CredentialStatus::Pending))
        .exec(work.tx())
        .await?;
    for row in &waiting {
        let detail = json!({ "award": row.award_id, "enrollment": row.enrollment_id, "cycle": row.cycle, "revision": row.revision, "signingKey": row.signing_key_id });
        work.audit(Some(row.issuer_id), "credential.issued", (Kind::Credential, row.id), detail)?;
        let payload = json!({ "credential": row.id, "learner": row.learner_id, "program": row.program_id, "enrollment": row.enrollment_id });
        work.emit(Some(row.issuer_id), "credential.issued", (Kind::Credential, row.id), payload);
    }
    Ok(waiting.into_iter().map(|row| row.id).collect())
}

/// Gives back reservations whose claims cannot be signed; their places in the status list stay unused.
async fn release(work: &Work<'_>, credentials: Vec<Uuid>) -> Result<()> {
    if credentials.is_empty() {
        return Ok(());
    }
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

fn outcome(
    mut row: bulk_row::Model,
    decision: Decision,
    issued: &HashSet<Uuid>,
    problems: &HashMap<Uuid, String>,
) -> bulk_row::Model {
    let mut errors = Vec::new();
    let (outcome, credential) = match decision {
        Decision::Pending(id) => match problems.get(&id) {
            Some(problem) => {
                let message = format!("the claims cannot be signed: {problem}");
                errors.push(UserError::at("", UserErrorCode::Invalid, message));
                (BulkOutcome::Failed, None)
            }
            None if issued.contains(&id) => (BulkOutcome::Issued, Some(id)),
            // Another run finished it in between.
            None => (BulkOutcome::AlreadyIssued, Some(id)),
        },
        Decision::Already(id) if problems.contains_key(&id) => (BulkOutcome::Failed, None),
        Decision::Already(id) => (BulkOutcome::AlreadyIssued, Some(id)),
        Decision::Refused(outcome, error) => {
            errors.push(error);
            (outcome, None)
        }
    };
    row.outcome = Some(outcome);
    row.credential_id = credential;
    row.errors = json!(errors);
    row
}
