//! Moving enrollments: to another track, cohort or version.

use async_graphql::{Context, Enum, InputObject, MaybeUndefined, Object, SimpleObject};
use cairn_service::bulk::RowOutcome;
use cairn_service::enrollment;

use super::super::bulk::UpsertSummary;
use super::super::command::outcome;
use super::super::context::ContextExt;
use super::super::enums::UpsertOutcome;
use super::super::error::{Result, UserError, user_errors};
use super::super::learner::patch;
use super::super::reference::{CohortRef, EnrollmentRef};
use super::Enrollment;

/// Input of changeTrack.
#[derive(InputObject)]
pub struct ChangeTrackInput {
    /// Which.
    enrollment: EnrollmentRef,
    /// Code of the track, one of the version's.
    track: String,
    /// Why, without personal data; at most 500 characters.
    reason: Option<String>,
}

/// Answer of changeTrack.
#[derive(SimpleObject)]
pub struct ChangeTrackPayload {
    /// The enrollment.
    enrollment: Option<Enrollment>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of transferEnrollments.
#[derive(InputObject)]
pub struct TransferEnrollmentsInput {
    /// Up to 1,000.
    rows: Vec<TransferEnrollmentsRowInput>,
}

/// An enrollment that is to be moved.
#[derive(InputObject)]
pub struct TransferEnrollmentsRowInput {
    /// Which.
    enrollment: EnrollmentRef,
    /// Into which cohort of the program; `null` into none.
    cohort: MaybeUndefined<CohortRef>,
    /// To which published version of the program, by its number; absent: the cohort's, where it runs a version of its own.
    version: Option<i32>,
    /// Why, without personal data; at most 500 characters.
    reason: Option<String>,
}

impl From<TransferEnrollmentsRowInput> for enrollment::Transfer {
    fn from(row: TransferEnrollmentsRowInput) -> Self {
        Self {
            enrollment: row.enrollment.into(),
            cohort: patch(row.cohort).map(Into::into),
            version: row.version,
            reason: row.reason,
        }
    }
}

/// What can be carried over.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[graphql(remote = "enrollment::CarriedKind")]
pub enum CarriedKind {
    /// Progress of a module.
    Module,
    /// Progress of a component program.
    Program,
    /// Tries at an assessment.
    Assessment,
}

/// One thing that was done before a transfer.
#[derive(SimpleObject)]
pub struct Carried {
    /// What it is.
    kind: CarriedKind,
    /// The issuer's own id.
    external_id: String,
    /// Title.
    title: String,
}

impl From<enrollment::Carried> for Carried {
    fn from(carried: enrollment::Carried) -> Self {
        Self { kind: carried.kind.into(), external_id: carried.external_id, title: carried.title }
    }
}

/// Answer of transferEnrollments.
#[derive(SimpleObject)]
pub struct TransferEnrollmentsPayload {
    /// One a row, in order.
    results: Vec<TransferEnrollmentsRow>,
    /// Counts.
    summary: UpsertSummary,
    /// What the caller can mend in the call as a whole; what is wrong with a row stands there.
    user_errors: Vec<UserError>,
}

/// What became of one row.
#[derive(SimpleObject)]
pub struct TransferEnrollmentsRow {
    /// Place in the input, from 0.
    index: usize,
    /// UPDATED where it was moved, UNCHANGED where it was there already, FAILED.
    outcome: UpsertOutcome,
    /// The enrollment as it now is; null where the row failed.
    enrollment: Option<Enrollment>,
    /// What was done before and counts in the new place, found again by external id.
    carried_over: Vec<Carried>,
    /// What was done before and has no place there: it stays on record and counts no more.
    left_behind: Vec<Carried>,
    /// Why not.
    user_errors: Vec<UserError>,
}

impl From<enrollment::Transferred> for TransferEnrollmentsRow {
    fn from(row: enrollment::Transferred) -> Self {
        Self {
            index: row.index,
            outcome: row.outcome.into(),
            enrollment: row.enrollment.map(Enrollment::from),
            carried_over: row.carried_over.into_iter().map(Into::into).collect(),
            left_behind: row.left_behind.into_iter().map(Into::into).collect(),
            user_errors: user_errors(row.errors),
        }
    }
}

/// Moving enrollments.
#[derive(Default)]
pub struct TransferMutations;

#[Object]
impl TransferMutations {
    /// Puts an enrollment on another track, such as from audit to verified: learners their own, staff with `enrollments:write` those of the
    /// issuer. What was learned before counts on the new track, too.
    async fn change_track(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: ChangeTrackInput,
    ) -> Result<Option<ChangeTrackPayload>> {
        let reference = input.enrollment.into();
        let (service, actor) = (ctx.service(), ctx.actor());
        let done = enrollment::change_track(service, actor, &reference, input.track, input.reason);
        let (row, user_errors) = outcome(ctx, done).await?;
        Ok(Some(ChangeTrackPayload { enrollment: row.map(Enrollment::from), user_errors }))
    }

    /// Moves enrollments into another cohort of their program, or to another version of it. Modules and assessments are found again by their external ids,
    /// component programs by themselves; each row tells what is carried over and what is not. A full cohort refuses; what has
    /// ended is not moved. Needs `enrollments:write`.
    async fn transfer_enrollments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: TransferEnrollmentsInput,
    ) -> Result<Option<TransferEnrollmentsPayload>> {
        let rows = input.rows.into_iter().map(Into::into).collect();
        let (rows, user_errors) =
            outcome(ctx, enrollment::transfer(ctx.service(), ctx.actor(), rows)).await?;
        let rows = rows.unwrap_or_default();
        let counted: Vec<RowOutcome<()>> = rows
            .iter()
            .map(|row| RowOutcome { index: row.index, outcome: row.outcome, value: None, errors: Vec::new() })
            .collect();
        let summary = UpsertSummary::of(&counted);
        let results = rows.into_iter().map(Into::into).collect();
        Ok(Some(TransferEnrollmentsPayload { results, summary, user_errors }))
    }
}
