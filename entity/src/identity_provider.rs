//! Table `identity_provider`. A provider of identity whose JWTs are trusted.

use sea_orm::entity::prelude::*;

/// A provider of identity whose JWTs are trusted.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_provider")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its `iss`.
    #[sea_orm(column_type = "Text")]
    pub issuer_url: String,
    /// The `aud` that is asked for.
    #[sea_orm(column_type = "Text")]
    pub audience: String,
    /// Where its keys are.
    #[sea_orm(column_type = "Text")]
    pub jwks_uri: String,
    /// The claim that holds roles.
    #[sea_orm(column_type = "Text")]
    pub roles_claim: String,
    /// Whether unknown learners are made on first sight.
    pub creates_learners: bool,
    /// The claim that holds the learner's external id with the issuers served; null where it says nothing of that.
    #[sea_orm(column_type = "Text", nullable)]
    pub learner_claim: Option<String>,
    /// When trusted.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
