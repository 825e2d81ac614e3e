//! Expiry is derived from a credential's end wherever it is shown, and nothing has to run for it. A worker tells those who listen, once.

use cairn_entity::credential;
use cairn_entity::enums::CredentialStatus;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde_json::json;
use uuid::Uuid;

use super::change::{tell, told};
use crate::actor::Actor;
use crate::error::Result;
use crate::{Service, Work};

/// Credentials that are told of together.
const BATCH: u64 = 500;

/// Tells of credentials that have expired since; of each once, however many nodes do it. For `updatedSince` they count as changed then.
#[crate::boxed]
pub async fn tell_expired(service: &Service) -> Result<()> {
    loop {
        // A look without a lock first: an idle node must not take the write lock again and again.
        if due(service).one(service.db.reader()).await?.is_none() {
            return Ok(());
        }
        let actor = Actor::worker();
        let mut work = Work::begin(service, &actor).await?;
        let rows = due(service)
            .order_by_asc(credential::Column::Id)
            .limit(BATCH)
            .lock_with_behavior(LockType::NoKeyUpdate, LockBehavior::SkipLocked)
            .all(work.tx())
            .await?;
        if rows.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        credential::Entity::update_many()
            .col_expr(credential::Column::ExpiryToldAt, Expr::value(work.now))
            .col_expr(credential::Column::UpdatedAt, Expr::value(work.now))
            .filter(credential::Column::Id.is_in(ids))
            .exec(work.tx())
            .await?;
        for row in rows {
            let mut payload = told(&row);
            payload["validUntil"] = json!(row.valid_until);
            tell(&mut work, &row, "credential.expired", json!({ "status": row.status }), payload)?;
        }
        work.commit().await?;
    }
}

fn due(service: &Service) -> Select<credential::Entity> {
    credential::Entity::find()
        .filter(credential::Column::SortValidUntil.lt(service.now()))
        // As the index says it.
        .filter(Expr::cust("expiry_told_at IS NULL AND valid_until IS NOT NULL"))
        .filter(credential::Column::Status.is_in([CredentialStatus::Active, CredentialStatus::Suspended]))
}
