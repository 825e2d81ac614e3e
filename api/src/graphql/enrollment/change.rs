//! Changing enrollments: `upsertEnrollments`, `enroll`, `withdraw`.

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};
use cairn_service::bulk::RowOutcome;
use cairn_service::{enrollment, rows};

use super::super::bulk::UpsertSummary;
use super::super::command::outcome;
use super::super::context::ContextExt;
use super::super::enums::{EnrollmentStatus, UpsertOutcome};
use super::super::error::{Result, UserError, user_errors};
use super::super::learner::patch;
use super::super::reference::{CohortRef, EnrollmentRef, LearnerRef, ProgramRef};
use super::super::scalar::DateTime;
use super::Enrollment;

/// Input of upsertEnrollments.
#[derive(InputObject)]
pub struct UpsertEnrollmentsInput {
    /// Up to 1,000.
    rows: Vec<UpsertEnrollmentsRowInput>,
}

/// An enrollment to be made or changed. It is told apart by its external id, else by learner, program and cohort. An absent member keeps what
/// is there, `null` clears it.
#[derive(InputObject)]
pub struct UpsertEnrollmentsRowInput {
    /// The caller's own id.
    external_id: Option<String>,
    /// Who.
    learner: LearnerRef,
    /// In what. A new enrollment is in the version that is published now, or that the cohort runs.
    program: ProgramRef,
    /// In which cohort of the program; it never changes. Without an external id an absent cohort means that of the latest enrollment
    /// that is not withdrawn, and `null` an enrollment without a cohort.
    cohort: MaybeUndefined<CohortRef>,
    /// Code of the track, one of the version's.
    track: MaybeUndefined<String>,
    /// Where it stands. A new one is ACTIVE where nothing is said, or PENDING where it or its cohort begins later. What is completed stays so.
    status: Option<EnrollmentStatus>,
    /// When it came to stand there; now where absent.
    status_at: Option<DateTime>,
    /// When made; now where absent.
    enrolled_at: Option<DateTime>,
    /// When begun.
    started_at: MaybeUndefined<DateTime>,
    /// When it will run out of time, or is to end.
    ends_at: MaybeUndefined<DateTime>,
    /// When the learner's identity was checked.
    identity_verified_at: MaybeUndefined<DateTime>,
}

impl From<UpsertEnrollmentsRowInput> for enrollment::EnrollmentRow {
    fn from(row: UpsertEnrollmentsRowInput) -> Self {
        Self {
            external_id: row.external_id,
            learner: row.learner.into(),
            program: row.program.into(),
            cohort: patch(row.cohort).map(Into::into),
            track: patch(row.track),
            status: row.status.map(Into::into),
            status_at: row.status_at.map(|moment| moment.0),
            enrolled_at: row.enrolled_at.map(|moment| moment.0),
            started_at: patch(row.started_at).map(|moment| moment.0),
            ends_at: patch(row.ends_at).map(|moment| moment.0),
            identity_verified_at: patch(row.identity_verified_at).map(|moment| moment.0),
        }
    }
}

/// Answer of upsertEnrollments.
#[derive(SimpleObject)]
pub struct UpsertEnrollmentsPayload {
    /// One a row, in order.
    results: Vec<UpsertEnrollmentsRow>,
    /// Counts.
    summary: UpsertSummary,
    /// What the caller can mend in the call as a whole; what is wrong with a row stands there.
    user_errors: Vec<UserError>,
}

/// What became of one row.
#[derive(SimpleObject)]
pub struct UpsertEnrollmentsRow {
    /// Place in the input, from 0.
    index: usize,
    /// What became of it.
    outcome: UpsertOutcome,
    /// The enrollment as it now is; null where the row failed.
    enrollment: Option<Enrollment>,
    /// Why not; where a later row has the same key, the earlier says so.
    user_errors: Vec<UserError>,
}

impl From<RowOutcome<rows::enrollment::Model>> for UpsertEnrollmentsRow {
    fn from(row: RowOutcome<rows::enrollment::Model>) -> Self {
        Self {
            index: row.index,
            outcome: row.outcome.into(),
            enrollment: row.value.map(Enrollment::from),
            user_errors: user_errors(row.errors),
        }
    }
}

/// Input of enroll.
#[derive(InputObject)]
pub struct EnrollInput {
    /// In what.
    program: ProgramRef,
    /// In which cohort of it.
    cohort: Option<CohortRef>,
    /// Code of the track, one of the version's.
    track: Option<String>,
    /// Who; the caller where absent. Only staff with `enrollments:write` name others.
    learner: Option<LearnerRef>,
    /// Enrolls although prerequisites are missing; for staff with `enrollments:write`. It stands in the enrollment's history.
    prerequisite_override: Option<PrerequisiteOverrideInput>,
}

/// Why missing prerequisites do not matter.
#[derive(InputObject)]
pub struct PrerequisiteOverrideInput {
    /// Why, without personal data; at most 500 characters.
    reason: String,
}

/// Answer of enroll.
#[derive(SimpleObject)]
pub struct EnrollPayload {
    /// The enrollment; on the cohort's waiting list where there was no seat.
    enrollment: Option<Enrollment>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of withdraw.
#[derive(InputObject)]
pub struct WithdrawInput {
    /// Which.
    enrollment: EnrollmentRef,
    /// Why, without personal data; at most 500 characters.
    reason: Option<String>,
}

/// Answer of withdraw.
#[derive(SimpleObject)]
pub struct WithdrawPayload {
    /// The enrollment.
    enrollment: Option<Enrollment>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Changing enrollments.
#[derive(Default)]
pub struct EnrollmentMutations;

#[Object]
impl EnrollmentMutations {
    /// Makes or changes enrollments as their sender states them; capacity, enrollment windows and prerequisites are the sender's matter here.
    /// Each row has its own outcome; a bad row never stops a good one.
    async fn upsert_enrollments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: UpsertEnrollmentsInput,
    ) -> Result<Option<UpsertEnrollmentsPayload>> {
        let rows = input.rows.into_iter().map(Into::into).collect();
        let done = enrollment::upsert(ctx.service(), ctx.actor(), rows);
        let (outcomes, user_errors) = outcome(ctx, done).await?;
        let outcomes = outcomes.unwrap_or_default();
        let summary = UpsertSummary::of(&outcomes);
        let results = outcomes.into_iter().map(UpsertEnrollmentsRow::from).collect();
        Ok(Some(UpsertEnrollmentsPayload { results, summary, user_errors }))
    }

    /// Enrolls a learner: learners themselves (within the cohort's enrollment window), or the issuer's staff for a learner. A full cohort
    /// puts them on its waiting list. Refused as PREREQUISITE_MISSING, LIMIT_REACHED (waiting list full too), ALREADY_DONE, CONFLICT
    /// (not open, retired, nothing published).
    async fn enroll(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: EnrollInput,
    ) -> Result<Option<EnrollPayload>> {
        let new = enrollment::NewEnrollment {
            program: input.program.into(),
            cohort: input.cohort.map(Into::into),
            track: input.track,
            learner: input.learner.map(Into::into),
            override_reason: input.prerequisite_override.map(|given| given.reason),
        };
        let (row, user_errors) = outcome(ctx, enrollment::enroll(ctx.service(), ctx.actor(), new)).await?;
        Ok(Some(EnrollPayload { enrollment: row.map(Enrollment::from), user_errors }))
    }

    /// Gives an enrollment up. Its seat goes to the first on the cohort's waiting list.
    async fn withdraw(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: WithdrawInput,
    ) -> Result<Option<WithdrawPayload>> {
        let reference = input.enrollment.into();
        let done = enrollment::withdraw(ctx.service(), ctx.actor(), &reference, input.reason);
        let (row, user_errors) = outcome(ctx, done).await?;
        Ok(Some(WithdrawPayload { enrollment: row.map(Enrollment::from), user_errors }))
    }
}
