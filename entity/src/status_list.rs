//! Table `status_list`. A Bitstring Status List; its bits are those of its entries.

use sea_orm::entity::prelude::*;

use crate::enums::StatusPurpose;

/// A Bitstring Status List; its bits are those of its entries.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "status_list")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// What it tells.
    pub purpose: StatusPurpose,
    /// Which of the issuer's lists of that purpose, from 1.
    pub number: i32,
    /// How many entries it has room for.
    pub size: i32,
    /// How many were given out: the counter that the permutation turns into indices.
    pub used: i32,
    /// Key of the permutation from counter to index, sealed.
    pub permutation_key: Vec<u8>,
    /// Grows with every change of a bit.
    pub revision: i64,
    /// The signed status list credential of `document_revision`.
    #[sea_orm(column_type = "Text", nullable)]
    pub document: Option<String>,
    /// The revision that `document` shows; -1 when there is none.
    pub document_revision: i64,
    /// Until when `document` may be served.
    pub document_until: Option<DateTimeUtc>,
    /// When a bit last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
