//! Table `program_version`. One version of a program, frozen once published.

use sea_orm::entity::prelude::*;

use crate::enums::{ComponentOrder, DeliveryMode, FlagPolicy, ProgramStatus, RegradePolicy, RenewalStart};

/// One version of a program, frozen once published.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "program_version")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// The program.
    pub program_id: Uuid,
    /// Which, from 1.
    pub number: i32,
    /// Where it stands.
    pub status: ProgramStatus,
    /// Title.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// In a line or two.
    #[sea_orm(column_type = "Text", nullable)]
    pub summary: Option<String>,
    /// At length, Markdown.
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// Open Badges `achievementType`, as the standard spells it.
    #[sea_orm(column_type = "Text")]
    pub achievement_type: String,
    /// How it is earned, Markdown.
    #[sea_orm(column_type = "Text", nullable)]
    pub criteria: Option<String>,
    /// BCP 47 tag.
    #[sea_orm(column_type = "Text")]
    pub language: String,
    /// How one takes part.
    pub delivery_mode: Option<DeliveryMode>,
    /// How long it usually takes, in ten-thousandths of a week.
    pub duration_weeks: Option<i64>,
    /// Notional hours, in ten-thousandths.
    pub workload_hours: Option<i64>,
    /// A picture of it.
    #[sea_orm(column_type = "Text", nullable)]
    pub image_url: Option<String>,
    /// The code that people know it by.
    #[sea_orm(column_type = "Text", nullable)]
    pub human_code: Option<String>,
    /// Field of study.
    #[sea_orm(column_type = "Text", nullable)]
    pub field_of_study: Option<String>,
    /// Focus within the field.
    #[sea_orm(column_type = "Text", nullable)]
    pub specialization: Option<String>,
    /// Tags: list of strings.
    #[sea_orm(column_type = "JsonBinary")]
    pub tags: Json,
    /// Ways to pay: list of {amount, currency, per, track}.
    #[sea_orm(column_type = "JsonBinary")]
    pub prices: Json,
    /// Credit that it gives: list of {amount, scheme}.
    #[sea_orm(column_type = "JsonBinary")]
    pub credits: Json,
    /// Levels it lies at: list of {framework, value}.
    #[sea_orm(column_type = "JsonBinary")]
    pub levels: Json,
    /// Ways to take part: list of {code, name, identityCheckRequired, leadsToAwards}.
    #[sea_orm(column_type = "JsonBinary")]
    pub tracks: Json,
    /// What others count it as: list of {body, statement, credits, url}.
    #[sea_orm(column_type = "JsonBinary")]
    pub recognitions: Json,
    /// Who assures quality: list of names.
    #[sea_orm(column_type = "JsonBinary")]
    pub quality_assurance: Json,
    /// What is needed before, {description, programs}, or null; programs are ids.
    #[sea_orm(column_type = "JsonBinary")]
    pub prerequisites: Json,
    /// Whether components open one after the other.
    pub component_order: ComponentOrder,
    /// Groups of components to choose from: list of {code, title, choose}.
    #[sea_orm(column_type = "JsonBinary")]
    pub component_groups: Json,
    /// How it looks: {primaryColor, secondaryColor, logoUrl}; null: as its issuer.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub branding: Option<Json>,
    /// Whether who has done what it asks for by its component programs alone is enrolled in it, and completes it.
    pub enrolls_by_itself: bool,
    /// The rule's tree; null: everything required.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub completion_rule: Option<Json>,
    /// How much may be recognized as learned before: {maxShare, maxCredits}; null: nothing.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub prior_learning: Option<Json>,
    /// Overall pass mark, percent in ten-thousandths.
    pub pass_mark: Option<i64>,
    /// How long a credential lasts; null where it does not end.
    pub validity_months: Option<i32>,
    /// How many months before the end renewal opens.
    pub renewal_opens_months_before: Option<i32>,
    /// How many months after the end renewal closes; null: never.
    pub renewal_closes_months_after: Option<i32>,
    /// From when a renewed credential holds.
    pub renewal_start: RenewalStart,
    /// Whether renewing it renews the credentials of the programs that it contains.
    pub renews_contained: bool,
    /// What a cycle must have brought for a renewal: a rule's tree; null: nothing.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub renewal_rule: Option<Json>,
    /// Whether its credentials may be suspended: they then carry an entry for it.
    pub may_suspend: bool,
    /// What becomes of a credential that a changed grade no longer supports.
    pub on_regrade: RegradePolicy,
    /// What becomes of issued credentials while what they rest on is in doubt.
    pub on_integrity_flag: FlagPolicy,
    /// Words to search in, case-folded: title, summary, outcomes, skills.
    #[sea_orm(column_type = "Text")]
    pub search_text: String,
    /// `workload_hours`, or the largest number where unknown, so that the sort key is never null.
    pub sort_workload: i64,
    /// The lowest price to take part, or the largest number where unknown.
    pub sort_price: i64,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When published.
    pub published_at: Option<DateTimeUtc>,
    /// `published_at`, or `created_at` while a draft.
    pub sort_published_at: DateTimeUtc,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
