//! Table `erasure`. Proof that a learner was erased; holds nothing personal.

use sea_orm::entity::prelude::*;

/// Proof that a learner was erased; holds nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasure")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Whose.
    pub learner_id: Uuid,
    /// When.
    pub erased_at: DateTimeUtc,
    /// How many credentials were revoked with it.
    pub revoked_credentials: i32,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
