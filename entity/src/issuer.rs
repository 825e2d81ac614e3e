//! Table `issuer`. The organization that answers for awards: the tenant boundary.

use sea_orm::entity::prelude::*;

use crate::enums::IssuerKind;

/// The organization that answers for awards: the tenant boundary.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "issuer")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Short name in addresses; unique on the server, never changes.
    #[sea_orm(column_type = "Text")]
    pub slug: String,
    /// Name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Kind of organization.
    pub kind: IssuerKind,
    /// Its site.
    #[sea_orm(column_type = "Text", nullable)]
    pub url: Option<String>,
    /// Where to write.
    #[sea_orm(column_type = "Text", nullable)]
    pub email: Option<String>,
    /// ISO 3166-1 alpha-2 code.
    #[sea_orm(column_type = "Text", nullable)]
    pub country: Option<String>,
    /// About it.
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// IANA time zone in which its dates without a time lie.
    #[sea_orm(column_type = "Text")]
    pub time_zone: String,
    /// Base address that its credentials were issued under, without a trailing slash.
    #[sea_orm(column_type = "Text")]
    pub public_base: String,
    /// Its decentralized identifier, frozen with `public_base`.
    #[sea_orm(column_type = "Text")]
    pub did: String,
    /// Its logo.
    #[sea_orm(column_type = "Text", nullable)]
    pub image_url: Option<String>,
    /// Who accredits it: list of {name, body, url}.
    #[sea_orm(column_type = "JsonBinary")]
    pub accreditations: Json,
    /// Telephone.
    #[sea_orm(column_type = "Text", nullable)]
    pub phone: Option<String>,
    /// Name of an official who may speak for it.
    #[sea_orm(column_type = "Text", nullable)]
    pub official: Option<String>,
    /// Postal address, {street, locality, region, postalCode, postOfficeBox}; null where unknown. Its country is `country`.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub address: Option<Json>,
    /// Identifiers in registers elsewhere: list of {identifier, kind}.
    #[sea_orm(column_type = "JsonBinary")]
    pub other_identifiers: Json,
    /// Further attributes, such as those of a OneRoster org.
    #[sea_orm(column_type = "JsonBinary")]
    pub attributes: Json,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
