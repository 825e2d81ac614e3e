//! Table `upload_part`. A piece of a file that was uploaded.

use sea_orm::entity::prelude::*;

/// A piece of a file that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upload_part")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The file.
    pub upload_id: Uuid,
    /// Place in the file, from 0.
    pub part: i32,
    /// The piece, compressed with gzip.
    pub bytes: Vec<u8>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
