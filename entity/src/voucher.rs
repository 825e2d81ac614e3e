//! Table `voucher`. A voucher that was given to a learner, to be used once.

use sea_orm::entity::prelude::*;

use crate::enums::ActorKind;

/// A voucher that was given to a learner, to be used once.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "voucher")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The enrollment that earned it.
    pub enrollment_id: Uuid,
    /// Whose.
    pub learner_id: Uuid,
    /// The version that states the award.
    pub version_id: Uuid,
    /// The award.
    pub award_id: Uuid,
    /// SHA-256 of its code, by which it is found.
    pub code_hash: Vec<u8>,
    /// Its code, sealed: only its holder is shown it.
    pub sealed_code: Vec<u8>,
    /// When given.
    pub issued_at: DateTimeUtc,
    /// Until when it may be used; null for ever.
    pub expires_at: Option<DateTimeUtc>,
    /// When used.
    pub redeemed_at: Option<DateTimeUtc>,
    /// The redeemer's own id of its use: the same again is a repeat.
    #[sea_orm(column_type = "Text", nullable)]
    pub redemption_id: Option<String>,
    /// What used it.
    pub redeemer_kind: Option<ActorKind>,
    /// Who used it.
    pub redeemer_id: Option<Uuid>,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
