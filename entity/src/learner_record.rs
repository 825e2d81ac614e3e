//! Table `learner_record`. What a person achieved as one signed document (1EdTech CLR 2.0), kept for whoever asks again.

use sea_orm::entity::prelude::*;

/// A signed learner record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "learner_record")]
pub struct Model {
    /// Time-sortable id; the document's own.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that publishes it.
    pub issuer_id: Uuid,
    /// Whose it is.
    pub person_id: Uuid,
    /// The key that signed it.
    pub signing_key_id: Uuid,
    /// Digest of everything that it says but its id and its dates: the same content is not signed twice.
    #[sea_orm(column_type = "Text")]
    pub digest: String,
    /// The signed text.
    #[sea_orm(column_type = "Text")]
    pub document: String,
    /// When signed.
    pub created_at: DateTimeUtc,
    /// Until when it is good.
    pub valid_until: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
