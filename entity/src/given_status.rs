//! Table `given_status`. The place in a status list of a document that was signed on request, by the digest of the document's id.

use sea_orm::entity::prelude::*;

use crate::enums::StatusPurpose;

/// The place in a status list of a document that was signed on request; the document itself is not kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "given_status")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that signed: the tenant.
    pub issuer_id: Uuid,
    /// SHA-256 of the document's id, in hex: the id itself is somebody else's to choose, and might tell of a person.
    pub document_digest: String,
    /// What the list tells.
    pub purpose: StatusPurpose,
    /// The list.
    pub list_id: Uuid,
    /// Index in the list.
    pub list_index: i32,
    /// The bit: 0 or 1.
    pub value: i32,
    /// When the document was signed; null while it is being signed.
    pub signed_at: Option<DateTimeUtc>,
    /// When the bit was last changed.
    pub set_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
