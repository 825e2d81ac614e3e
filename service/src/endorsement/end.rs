//! The end of an endorsement: its endorser withdraws it, and its status list says so; or the endorsed declines it, and it travels no more.

use cairn_entity::endorsement;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::{Service, Work, status_list, tenancy};

/// Takes an endorsement back for good: it is listed and travels no more, and whoever verifies a credential that carries it finds it revoked.
/// Needs `credentials:revoke` of the endorser.
#[crate::boxed]
pub async fn withdraw(service: &Service, actor: &Actor, id: Option<Uuid>) -> Result<endorsement::Model> {
    let reach = actor.reach_whole(Scope::CredentialsRevoke)?;
    let mut work = Work::begin(service, actor).await?;
    let row = locked(&work, tenancy::whole_issuer(reach, endorsement::Column::IssuerId), id).await?;
    if row.withdrawn_at.is_some() {
        return Err(already("it was withdrawn before"));
    }
    let mut change = row.into_active_model();
    change.withdrawn_at = Set(Some(work.now));
    let row = change.update(work.tx()).await?;
    if let Some(list) = row.list_id {
        status_list::changed(&work, vec![list]).await?;
    }
    let subject = (Kind::Endorsement, row.id);
    work.audit(Some(row.issuer_id), "endorsement.withdrawn", subject, json!({}))?;
    work.answer(row).await
}

/// Declines an endorsement: it is listed and travels no more. What it says stays its endorser's word. Needs `credentials:issue` of the
/// endorsed.
#[crate::boxed]
pub async fn decline(service: &Service, actor: &Actor, id: Option<Uuid>) -> Result<endorsement::Model> {
    let reach = actor.reach_whole(Scope::CredentialsIssue)?;
    let mut work = Work::begin(service, actor).await?;
    let own = tenancy::whole_issuer(reach, endorsement::Column::EndorsedIssuerId);
    let row = locked(&work, own, id).await?;
    if row.declined_at.is_some() {
        return Err(already("it was declined before"));
    }
    let mut change = row.into_active_model();
    change.declined_at = Set(Some(work.now));
    let row = change.update(work.tx()).await?;
    let subject = (Kind::Endorsement, row.id);
    work.audit(Some(row.endorsed_issuer_id), "endorsement.declined", subject, json!({}))?;
    work.answer(row).await
}

fn already(message: &str) -> Error {
    Error::user("endorsement", UserErrorCode::AlreadyDone, message)
}

async fn locked(work: &Work<'_>, own: Condition, id: Option<Uuid>) -> Result<endorsement::Model> {
    let not_found = || {
        Error::user(
            "endorsement",
            UserErrorCode::NotFound,
            "there is no such endorsement, or it is not yours",
        )
    };
    endorsement::Entity::find()
        .filter(endorsement::Column::Id.eq(id.ok_or_else(not_found)?))
        .filter(own)
        .lock(LockType::Update)
        .one(work.tx())
        .await?
        .ok_or_else(not_found)
}
