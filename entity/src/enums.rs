//! Values of enumerated columns, stored as text.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// The kind of organization that an issuer is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum IssuerKind {
    /// Stored as `university`.
    #[sea_orm(string_value = "university")]
    University,
    /// Stored as `college`.
    #[sea_orm(string_value = "college")]
    College,
    /// Stored as `training_provider`.
    #[sea_orm(string_value = "training_provider")]
    TrainingProvider,
    /// Stored as `learning_platform`.
    #[sea_orm(string_value = "learning_platform")]
    LearningPlatform,
    /// Stored as `company`.
    #[sea_orm(string_value = "company")]
    Company,
    /// Stored as `professional_body`.
    #[sea_orm(string_value = "professional_body")]
    ProfessionalBody,
    /// Stored as `government_body`.
    #[sea_orm(string_value = "government_body")]
    GovernmentBody,
}

/// The signature algorithm of a key.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum KeyAlgorithm {
    /// Stored as `ed25519`.
    #[sea_orm(string_value = "ed25519")]
    Ed25519,
    /// Stored as `p256`.
    #[sea_orm(string_value = "p256")]
    P256,
}

/// Where a signing key stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum KeyStatus {
    /// Stored as `active`.
    #[sea_orm(string_value = "active")]
    Active,
    /// Stored as `retired`.
    #[sea_orm(string_value = "retired")]
    Retired,
    /// Stored as `compromised`.
    #[sea_orm(string_value = "compromised")]
    Compromised,
}

/// A form that a credential is signed in beside its own.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum ExportForm {
    /// Stored as `open_badges_eddsa`: a token of the Open Badges profile, signed with Ed25519.
    #[sea_orm(string_value = "open_badges_eddsa")]
    OpenBadgesEddsa,
    /// Stored as `open_badges_es256`: a token of the Open Badges profile, signed with P-256.
    #[sea_orm(string_value = "open_badges_es256")]
    OpenBadgesEs256,
    /// Stored as `vc_jose_eddsa`: a token of VC-JOSE-COSE, signed with Ed25519.
    #[sea_orm(string_value = "vc_jose_eddsa")]
    VcJoseEddsa,
    /// Stored as `vc_jose_es256`: a token of VC-JOSE-COSE, signed with P-256.
    #[sea_orm(string_value = "vc_jose_es256")]
    VcJoseEs256,
    /// Stored as `jcs_proof`: JSON with an `eddsa-jcs-2022` proof.
    #[sea_orm(string_value = "jcs_proof")]
    JcsProof,
}

/// Where a program version stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum ProgramStatus {
    /// Stored as `draft`.
    #[sea_orm(string_value = "draft")]
    Draft,
    /// Stored as `published`.
    #[sea_orm(string_value = "published")]
    Published,
    /// Stored as `retired`.
    #[sea_orm(string_value = "retired")]
    Retired,
}

/// How a program is taken part in.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum DeliveryMode {
    /// Stored as `online`.
    #[sea_orm(string_value = "online")]
    Online,
    /// Stored as `on_site`.
    #[sea_orm(string_value = "on_site")]
    OnSite,
    /// Stored as `blended`.
    #[sea_orm(string_value = "blended")]
    Blended,
    /// Stored as `work_based`.
    #[sea_orm(string_value = "work_based")]
    WorkBased,
}

/// What a program can give.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum AwardKind {
    /// Stored as `credential`.
    #[sea_orm(string_value = "credential")]
    Credential,
    /// Stored as `credits`.
    #[sea_orm(string_value = "credits")]
    Credits,
    /// Stored as `voucher`.
    #[sea_orm(string_value = "voucher")]
    Voucher,
}

/// What a party does for a program.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum PartyRole {
    /// Stored as `offers`.
    #[sea_orm(string_value = "offers")]
    Offers,
    /// Stored as `awards`.
    #[sea_orm(string_value = "awards")]
    Awards,
    /// Stored as `assesses`.
    #[sea_orm(string_value = "assesses")]
    Assesses,
    /// Stored as `accredits`.
    #[sea_orm(string_value = "accredits")]
    Accredits,
    /// Stored as `hosts`.
    #[sea_orm(string_value = "hosts")]
    Hosts,
    /// Stored as `partners`.
    #[sea_orm(string_value = "partners")]
    Partners,
}

/// What an assessment is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum AssessmentKind {
    /// Stored as `quiz`.
    #[sea_orm(string_value = "quiz")]
    Quiz,
    /// Stored as `exam`.
    #[sea_orm(string_value = "exam")]
    Exam,
    /// Stored as `project`.
    #[sea_orm(string_value = "project")]
    Project,
    /// Stored as `portfolio`.
    #[sea_orm(string_value = "portfolio")]
    Portfolio,
    /// Stored as `practical_task`.
    #[sea_orm(string_value = "practical_task")]
    PracticalTask,
    /// Stored as `peer_review`.
    #[sea_orm(string_value = "peer_review")]
    PeerReview,
    /// Stored as `assignment`.
    #[sea_orm(string_value = "assignment")]
    Assignment,
}

/// How those who are assessed are supervised, the weakest first.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Supervision {
    /// Stored as `none`.
    #[sea_orm(string_value = "none")]
    None,
    /// Stored as `proctored`.
    #[sea_orm(string_value = "proctored")]
    Proctored,
    /// Stored as `on_site`.
    #[sea_orm(string_value = "on_site")]
    OnSite,
}

/// How identity is checked at an assessment, the weakest first.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum IdentityCheck {
    /// Stored as `none`.
    #[sea_orm(string_value = "none")]
    None,
    /// Stored as `account`.
    #[sea_orm(string_value = "account")]
    Account,
    /// Stored as `document`.
    #[sea_orm(string_value = "document")]
    Document,
    /// Stored as `in_person`.
    #[sea_orm(string_value = "in_person")]
    InPerson,
}

/// Who or what grades.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum GradingMode {
    /// Stored as `automated`.
    #[sea_orm(string_value = "automated")]
    Automated,
    /// Stored as `expert`.
    #[sea_orm(string_value = "expert")]
    Expert,
    /// Stored as `peer`.
    #[sea_orm(string_value = "peer")]
    Peer,
}

/// What a person does for a cohort.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    /// Stored as `instructor`.
    #[sea_orm(string_value = "instructor")]
    Instructor,
    /// Stored as `assessor`.
    #[sea_orm(string_value = "assessor")]
    Assessor,
}

/// Where an enrollment stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum EnrollmentStatus {
    /// Stored as `pending`.
    #[sea_orm(string_value = "pending")]
    Pending,
    /// Stored as `waitlisted`.
    #[sea_orm(string_value = "waitlisted")]
    Waitlisted,
    /// Stored as `active`.
    #[sea_orm(string_value = "active")]
    Active,
    /// Stored as `completed`.
    #[sea_orm(string_value = "completed")]
    Completed,
    /// Stored as `withdrawn`.
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
    /// Stored as `failed`.
    #[sea_orm(string_value = "failed")]
    Failed,
    /// Stored as `expired`.
    #[sea_orm(string_value = "expired")]
    Expired,
}

/// Where one component of an enrollment stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum ComponentState {
    /// Stored as `not_started`.
    #[sea_orm(string_value = "not_started")]
    NotStarted,
    /// Stored as `in_progress`.
    #[sea_orm(string_value = "in_progress")]
    InProgress,
    /// Stored as `completed`.
    #[sea_orm(string_value = "completed")]
    Completed,
    /// Stored as `waived`.
    #[sea_orm(string_value = "waived")]
    Waived,
}

/// What a learning event states.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum EventType {
    /// Stored as `started`.
    #[sea_orm(string_value = "started")]
    Started,
    /// Stored as `progressed`.
    #[sea_orm(string_value = "progressed")]
    Progressed,
    /// Stored as `completed`.
    #[sea_orm(string_value = "completed")]
    Completed,
    /// Stored as `scored`.
    #[sea_orm(string_value = "scored")]
    Scored,
    /// Stored as `voided`.
    #[sea_orm(string_value = "voided")]
    Voided,
}

/// What a stored learning event did.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum EventOutcome {
    /// Stored as `applied`.
    #[sea_orm(string_value = "applied")]
    Applied,
    /// Stored as `stale`.
    #[sea_orm(string_value = "stale")]
    Stale,
}

/// Where an attempt stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum AttemptStatus {
    /// Stored as `submitted`.
    #[sea_orm(string_value = "submitted")]
    Submitted,
    /// Stored as `graded`.
    #[sea_orm(string_value = "graded")]
    Graded,
    /// Stored as `returned`.
    #[sea_orm(string_value = "returned")]
    Returned,
    /// Stored as `voided`.
    #[sea_orm(string_value = "voided")]
    Voided,
}

/// Where a credential stands; expiry is derived from its dates.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum CredentialStatus {
    /// Stored as `pending`.
    #[sea_orm(string_value = "pending")]
    Pending,
    /// Stored as `active`.
    #[sea_orm(string_value = "active")]
    Active,
    /// Stored as `suspended`.
    #[sea_orm(string_value = "suspended")]
    Suspended,
    /// Stored as `revoked`.
    #[sea_orm(string_value = "revoked")]
    Revoked,
}

/// Who may see a credential's page.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Stored as `private`.
    #[sea_orm(string_value = "private")]
    Private,
    /// Stored as `unlisted`.
    #[sea_orm(string_value = "unlisted")]
    Unlisted,
    /// Stored as `public`.
    #[sea_orm(string_value = "public")]
    Public,
}

/// Why a credential was revoked.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// Stored as `issued_in_error`.
    #[sea_orm(string_value = "issued_in_error")]
    IssuedInError,
    /// Stored as `misconduct`.
    #[sea_orm(string_value = "misconduct")]
    Misconduct,
    /// Stored as `superseded`.
    #[sea_orm(string_value = "superseded")]
    Superseded,
    /// Stored as `holder_request`.
    #[sea_orm(string_value = "holder_request")]
    HolderRequest,
    /// Stored as `other`.
    #[sea_orm(string_value = "other")]
    Other,
}

/// What a status list tells.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum StatusPurpose {
    /// Stored as `revocation`.
    #[sea_orm(string_value = "revocation")]
    Revocation,
    /// Stored as `suspension`.
    #[sea_orm(string_value = "suspension")]
    Suspension,
}

/// From when a renewed credential holds.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum RenewalStart {
    /// Stored as `renewal`.
    #[default]
    #[sea_orm(string_value = "renewal")]
    Renewal,
    /// Stored as `old_end`.
    #[sea_orm(string_value = "old_end")]
    OldEnd,
}

/// What becomes of a credential that a changed grade no longer supports.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum RegradePolicy {
    /// Stored as `keep`.
    #[default]
    #[sea_orm(string_value = "keep")]
    Keep,
    /// Stored as `suspend`.
    #[sea_orm(string_value = "suspend")]
    Suspend,
    /// Stored as `revoke`.
    #[sea_orm(string_value = "revoke")]
    Revoke,
}

/// What a bulk operation does.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum BulkKind {
    /// Stored as `issue_credentials`.
    #[sea_orm(string_value = "issue_credentials")]
    IssueCredentials,
    /// Stored as `export`.
    #[sea_orm(string_value = "export")]
    Export,
}

/// Where a bulk operation stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum BulkStatus {
    /// Stored as `queued`.
    #[sea_orm(string_value = "queued")]
    Queued,
    /// Stored as `running`.
    #[sea_orm(string_value = "running")]
    Running,
    /// Stored as `succeeded`.
    #[sea_orm(string_value = "succeeded")]
    Succeeded,
    /// Stored as `failed`.
    #[sea_orm(string_value = "failed")]
    Failed,
    /// Stored as `cancelled`.
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
}

/// What became of a row of a bulk operation.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum BulkOutcome {
    /// Stored as `issued`.
    #[sea_orm(string_value = "issued")]
    Issued,
    /// Stored as `already_issued`.
    #[sea_orm(string_value = "already_issued")]
    AlreadyIssued,
    /// Stored as `not_eligible`.
    #[sea_orm(string_value = "not_eligible")]
    NotEligible,
    /// Stored as `failed`.
    #[sea_orm(string_value = "failed")]
    Failed,
}

/// By what a program version can be filtered.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum FacetKind {
    /// Stored as `level`.
    #[sea_orm(string_value = "level")]
    Level,
    /// Stored as `credit`.
    #[sea_orm(string_value = "credit")]
    Credit,
    /// Stored as `price`.
    #[sea_orm(string_value = "price")]
    Price,
    /// Stored as `skill`.
    #[sea_orm(string_value = "skill")]
    Skill,
    /// Stored as `supervision`.
    #[sea_orm(string_value = "supervision")]
    Supervision,
    /// Stored as `tag`.
    #[sea_orm(string_value = "tag")]
    Tag,
}

/// What acted.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// Stored as `anonymous`.
    #[sea_orm(string_value = "anonymous")]
    Anonymous,
    /// Stored as `person`.
    #[sea_orm(string_value = "person")]
    Person,
    /// Stored as `api_key`.
    #[sea_orm(string_value = "api_key")]
    ApiKey,
    /// Stored as `system`.
    #[sea_orm(string_value = "system")]
    System,
}
