//! `startAttempt`, `recordObservation` and `setDueDates`.

use std::collections::HashMap;

use async_graphql::{Context, InputObject, Object, SimpleObject};
use cairn_service::attempt;
use cairn_service::error::Result as ServiceResult;
use uuid::Uuid;

use super::super::cohort::Cohort;
use super::super::command::outcome;
use super::super::context::{Batch, ContextExt, Request};
use super::super::error::{Result, UserError};
use super::super::reference::{AssessmentRef, AttemptRef, CohortRef, EnrollmentRef};
use super::super::scalar::DateTime;
use super::Attempt;
use super::observation::ObservationInput;

/// Input of startAttempt.
#[derive(InputObject)]
pub struct StartAttemptInput {
    /// Whose.
    enrollment: EnrollmentRef,
    /// At what.
    assessment: AssessmentRef,
}

/// Answer of startAttempt.
#[derive(SimpleObject)]
pub struct StartAttemptPayload {
    /// The attempt, with its questions under `answers`.
    attempt: Option<Attempt>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of recordObservation.
#[derive(InputObject)]
pub struct RecordObservationInput {
    /// Of which attempt.
    attempt: AttemptRef,
    /// What was observed.
    observed: ObservationInput,
}

/// Answer of recordObservation.
#[derive(SimpleObject)]
pub struct RecordObservationPayload {
    /// The attempt.
    attempt: Option<Attempt>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// A date by which a cohort is to hand in.
#[derive(InputObject)]
pub struct DueDateInput {
    /// External id of the assessment.
    assessment: String,
    /// Until when; null takes the date away.
    due_at: Option<DateTime>,
}

/// Input of setDueDates.
#[derive(InputObject)]
pub struct SetDueDatesInput {
    /// Of which cohort.
    cohort: CohortRef,
    /// The dates; assessments that are not named keep theirs.
    due_dates: Vec<DueDateInput>,
}

/// Answer of setDueDates.
#[derive(SimpleObject)]
pub struct SetDueDatesPayload {
    /// The cohort.
    cohort: Option<Cohort>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Beginning attempts, and what holds for them.
#[derive(Default)]
pub struct RuleMutations;

#[Object]
impl RuleMutations {
    /// Begins an attempt: draws its questions and lets its time run. Learners their own, others on behalf of those whose progress they write. One that
    /// is begun already is given again, with the same questions.
    async fn start_attempt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: StartAttemptInput,
    ) -> Result<Option<StartAttemptPayload>> {
        let new =
            attempt::NewStart { enrollment: input.enrollment.into(), assessment: input.assessment.into() };
        let (row, user_errors) = outcome(ctx, attempt::start(ctx.service(), ctx.actor(), new)).await?;
        Ok(Some(StartAttemptPayload { attempt: row.map(Attempt::from), user_errors }))
    }

    /// Records how an attempt was supervised and identity checked, in place of what was recorded before. Where the assessment asks for a record,
    /// whether the attempt passed is decided anew.
    async fn record_observation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RecordObservationInput,
    ) -> Result<Option<RecordObservationPayload>> {
        let named = input.attempt.into();
        let done = attempt::observe(ctx.service(), ctx.actor(), &named, input.observed.into());
        let (row, user_errors) = outcome(ctx, done).await?;
        Ok(Some(RecordObservationPayload { attempt: row.map(Attempt::from), user_errors }))
    }

    /// Sets until when a cohort is to hand in. What was handed in before keeps the date that held then.
    async fn set_due_dates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: SetDueDatesInput,
    ) -> Result<Option<SetDueDatesPayload>> {
        let date = |date: DueDateInput| attempt::NewDueDate {
            assessment: date.assessment,
            due_at: date.due_at.map(|moment| moment.0),
        };
        let dates = input.due_dates.into_iter().map(date).collect();
        let named = input.cohort.into();
        let done = attempt::set_due_dates(ctx.service(), ctx.actor(), &named, dates);
        let (row, user_errors) = outcome(ctx, done).await?;
        Ok(Some(SetDueDatesPayload { cohort: row.map(Cohort::from), user_errors }))
    }
}

/// A date by which a cohort is to hand in.
#[derive(SimpleObject, Clone)]
pub struct CohortDueDate {
    /// External id of the assessment.
    assessment: String,
    /// Until when.
    due_at: DateTime,
}

/// Due dates by cohort.
pub struct DueDatesOf;

impl Batch for DueDatesOf {
    type Key = Uuid;
    type Value = Vec<CohortDueDate>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<CohortDueDate>>> {
        let lists = attempt::due_dates_of_cohorts(&request.service, keys).await?;
        let shown = lists.into_iter().map(|(cohort, rows)| {
            let date = |row: cairn_service::rows::cohort_due_date::Model| CohortDueDate {
                assessment: row.assessment,
                due_at: DateTime(row.due_at),
            };
            (cohort, rows.into_iter().map(date).collect())
        });
        Ok(shown.collect())
    }
}
