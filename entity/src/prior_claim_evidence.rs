//! Table `prior_claim_evidence`. Something that shows what a part of a claim claims.

use sea_orm::entity::prelude::*;

/// Something that shows what a part of a claim claims.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "prior_claim_evidence")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// With which claim.
    pub claim_id: Uuid,
    /// For which part.
    pub part_id: Uuid,
    /// Place in the order, from 1.
    pub position: i32,
    /// Name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Where it is.
    #[sea_orm(column_type = "Text", nullable)]
    pub url: Option<String>,
    /// In words.
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// Digest of the content, as a multihash in multibase.
    #[sea_orm(column_type = "Text", nullable)]
    pub digest: Option<String>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
