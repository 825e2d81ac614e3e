//! `recordResults`.

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};
use cairn_service::bulk::RowOutcome;
use cairn_service::{attempt, rows};

use super::super::bulk::UpsertSummary;
use super::super::command::outcome;
use super::super::context::ContextExt;
use super::super::enums::UpsertOutcome;
use super::super::error::{Result, UserError, user_errors};
use super::super::learner::patch;
use super::super::reference::{AssessmentRef, EnrollmentRef};
use super::super::scalar::DateTime;
use super::Attempt;
use super::observation::ObservationInput;

/// Input of recordResults.
#[derive(InputObject)]
pub struct RecordResultsInput {
    /// Up to 1,000.
    rows: Vec<RecordResultsRowInput>,
}

/// A result of an assessment. It is told apart by its external id; without one by the number of the try; without that by when it was handed in, or,
/// where nothing is said, it is the latest one.
#[derive(InputObject)]
pub struct RecordResultsRowInput {
    /// The caller's own id of the result, unique in the enrollment; found again by it.
    external_id: Option<String>,
    /// Whose.
    enrollment: EnrollmentRef,
    /// At what.
    assessment: AssessmentRef,
    /// Points.
    score: f64,
    /// Points to be had, where the sender's scale differs.
    max_score: Option<f64>,
    /// Which try, from 1.
    attempt_number: Option<i32>,
    /// When handed in.
    submitted_at: Option<DateTime>,
    /// When graded; now where absent and the score is new.
    graded_at: Option<DateTime>,
    /// In words.
    feedback: MaybeUndefined<String>,
    /// What was observed of supervision and identity.
    observed: Option<ObservationInput>,
}

impl From<RecordResultsRowInput> for attempt::NewResult {
    fn from(row: RecordResultsRowInput) -> Self {
        Self {
            external_id: row.external_id,
            enrollment: row.enrollment.into(),
            assessment: row.assessment.into(),
            score: row.score,
            max_score: row.max_score,
            attempt_number: row.attempt_number,
            submitted_at: row.submitted_at.map(|moment| moment.0),
            graded_at: row.graded_at.map(|moment| moment.0),
            feedback: patch(row.feedback),
            observed: row.observed.map(Into::into),
        }
    }
}

/// What became of one row.
#[derive(SimpleObject)]
pub struct RecordResultsRow {
    /// Place in the input, from 0.
    index: usize,
    /// What became of it.
    outcome: UpsertOutcome,
    /// The attempt.
    attempt: Option<Attempt>,
    /// Why not.
    user_errors: Vec<UserError>,
}

impl From<RowOutcome<rows::attempt::Model>> for RecordResultsRow {
    fn from(row: RowOutcome<rows::attempt::Model>) -> Self {
        Self {
            index: row.index,
            outcome: row.outcome.into(),
            attempt: row.value.map(Attempt::from),
            user_errors: user_errors(row.errors),
        }
    }
}

/// Answer of recordResults.
#[derive(SimpleObject)]
pub struct RecordResultsPayload {
    /// One a row, in order.
    results: Vec<RecordResultsRow>,
    /// Counts.
    summary: UpsertSummary,
    /// What the caller can mend in the call as a whole; what is wrong with a row stands there.
    user_errors: Vec<UserError>,
}

/// Recording results.
#[derive(Default)]
pub struct ResultMutations;

#[Object]
impl ResultMutations {
    /// Records results of assessments, as a gradebook keeps them. Keys do it for their issuer, instructors for their own cohorts. Of rows with the same
    /// key the last one wins; the earlier ones are UNCHANGED and say so.
    async fn record_results(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RecordResultsInput,
    ) -> Result<Option<RecordResultsPayload>> {
        let rows = input.rows.into_iter().map(Into::into).collect();
        let (rows, user_errors) = outcome(ctx, attempt::record(ctx.service(), ctx.actor(), rows)).await?;
        let rows = rows.unwrap_or_default();
        let summary = UpsertSummary::of(&rows);
        let results = rows.into_iter().map(RecordResultsRow::from).collect();
        Ok(Some(RecordResultsPayload { results, summary, user_errors }))
    }
}
