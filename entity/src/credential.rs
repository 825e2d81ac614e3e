//! Table `credential`. The signed award.

use sea_orm::entity::prelude::*;

use crate::enums::{CredentialStatus, RevocationReason, Visibility};

/// The signed award.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credential")]
pub struct Model {
    /// Time-sortable id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer that it belongs to: the tenant.
    pub issuer_id: Uuid,
    /// To whom.
    pub learner_id: Uuid,
    /// For what.
    pub program_id: Uuid,
    /// The version that was earned.
    pub version_id: Uuid,
    /// The award.
    pub award_id: Uuid,
    /// For which enrollment.
    pub enrollment_id: Option<Uuid>,
    /// In which cohort it was earned.
    pub cohort_id: Option<Uuid>,
    /// Which period of validity, from 1.
    pub cycle: i32,
    /// Which credential of that cycle, from 1: a revoked one may be followed by another.
    pub revision: i32,
    /// Where it stands; a pending one is invisible outside.
    pub status: CredentialStatus,
    /// Unguessable part of its page's address.
    #[sea_orm(column_type = "Text")]
    pub share_token: String,
    /// Who may see its page.
    pub visibility: Visibility,
    /// The key that signs it.
    pub signing_key_id: Uuid,
    /// What it says, frozen when reserved.
    #[sea_orm(column_type = "JsonBinary")]
    pub claims: Json,
    /// The signed bytes; null while pending.
    #[sea_orm(column_type = "Text", nullable)]
    pub document: Option<String>,
    /// The moment of creation, frozen when reserved.
    pub issued_at: DateTimeUtc,
    /// From when it holds.
    pub valid_from: DateTimeUtc,
    /// Until when it holds.
    pub valid_until: Option<DateTimeUtc>,
    /// `valid_until`, or the end of time.
    pub sort_valid_until: DateTimeUtc,
    /// When revoked.
    pub revoked_at: Option<DateTimeUtc>,
    /// Why revoked.
    pub revocation_reason: Option<RevocationReason>,
    /// More on why revoked, in the revoker's words; may be personal. While one that is to replace it waits for its signature: why.
    #[sea_orm(column_type = "Text", nullable)]
    pub revocation_note: Option<String>,
    /// The one that it renews.
    pub renews_id: Option<Uuid>,
    /// The one whose place it takes.
    pub replaces_id: Option<Uuid>,
    /// The operation that it was reserved by.
    pub bulk_operation_id: Option<Uuid>,
    /// Since when suspended; null where it is not.
    pub suspended_at: Option<DateTimeUtc>,
    /// Why suspended or reinstated last, in words; may be personal.
    #[sea_orm(column_type = "Text", nullable)]
    pub suspension_note: Option<String>,
    /// When those who listen were told that it has expired.
    pub expiry_told_at: Option<DateTimeUtc>,
    /// Until when its page is shown; null without end.
    pub shared_until: Option<DateTimeUtc>,
    /// Which results its page shows, by the ends of the ids of their descriptions: list of strings; null: all.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub shown_results: Option<Json>,
    /// When last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
