//! Table `passport_share`. How a person shares their passport; without a row it was never shared.

use sea_orm::entity::prelude::*;

use crate::enums::Visibility;

/// How a person shares their passport.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passport_share")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose; one share each.
    pub person_id: Uuid,
    /// Unguessable part of its page's address.
    #[sea_orm(column_type = "Text")]
    pub token: String,
    /// Who may see its page.
    pub visibility: Visibility,
    /// Until when its page is shown; null without end.
    pub shared_until: Option<DateTimeUtc>,
    /// The name that it shows; null: the person's.
    #[sea_orm(column_type = "Text", nullable)]
    pub name: Option<String>,
    /// Which credentials it shows: list of ids; null: all whose own pages are shown.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub credentials: Option<Json>,
    /// Whether it shows those projects that are to be shown.
    pub shows_projects: bool,
    /// Whether it shows how far its holder is with what their credentials count towards.
    pub shows_progress: bool,
    /// How often its page was opened.
    pub views: i64,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When last changed; views change nothing.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
