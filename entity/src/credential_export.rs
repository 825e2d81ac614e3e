//! Table `credential_export`. A credential signed in a further form.

use sea_orm::entity::prelude::*;

use crate::enums::ExportForm;

/// A credential signed in a further form.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credential_export")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// Which credential.
    pub credential_id: Uuid,
    /// In which form.
    pub form: ExportForm,
    /// The key that signed it.
    pub signing_key_id: Uuid,
    /// The signed text.
    #[sea_orm(column_type = "Text")]
    pub document: String,
    /// When signed.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
