//! What a person earned as one signed document.

use async_graphql::{Context, Object};
use cairn_service::reference::IssuerReference;
use cairn_service::{learner_record, rows};
use uuid::Uuid;

use super::context::{ContextExt, load_required};
use super::error::Result;
use super::issuer::{Issuer, IssuerById};
use super::reference::IssuerRef;
use super::scalar::{DateTime, Json};

/// What a person earned as one signed document (1EdTech Comprehensive Learner Record 2.0), a picture of a moment.
pub struct LearnerRecord {
    row: rows::learner_record::Model,
}

/// What a person earned as one signed document (1EdTech Comprehensive Learner Record 2.0), a picture of a moment.
#[Object]
impl LearnerRecord {
    /// The signed document: credentials as their issuers signed them, what is under way, and what is part of what.
    async fn document(&self) -> Result<Json> {
        Ok(Json(serde_json::from_str(&self.row.document).map_err(cairn_service::error::Error::from)?))
    }

    /// Who publishes it.
    async fn issuer(&self, ctx: &Context<'_>) -> Result<Issuer> {
        load_required::<IssuerById>(ctx, self.row.issuer_id).await
    }

    /// When it was signed.
    async fn signed_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// Until when it is good. It has no status of its own; each credential in it does.
    async fn valid_until(&self) -> DateTime {
        DateTime(self.row.valid_until)
    }
}

/// The record of a person, who calls.
pub async fn record_of(
    ctx: &Context<'_>,
    person: Uuid,
    issuer: Option<IssuerRef>,
) -> Result<Option<LearnerRecord>> {
    let publisher = issuer.map(IssuerReference::from);
    let found = learner_record::of(ctx.service(), ctx.actor(), person, publisher.as_ref()).await?;
    Ok(found.map(|row| LearnerRecord { row }))
}
