//! Recording learning events.

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use cairn_service::{progress, rows};

use super::super::command::outcome;
use super::super::context::ContextExt;
use super::super::enums::EventOutcome;
use super::super::error::{Result, UserError, user_errors};
use super::super::reference::{AssessmentRef, EnrollmentRef};
use super::super::scalar::DateTime;

/// What a learning event states.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "rows::enums::EventType")]
pub enum LearningEventType {
    /// Begun (xAPI `initialized`).
    Started,
    /// Got on (xAPI `progressed`); says how far in `percent`.
    Progressed,
    /// Done (xAPI `completed`).
    Completed,
    /// Scored (xAPI `scored`); says at which `assessment` and with which `score`.
    Scored,
    /// Takes an earlier event of the same sender back (xAPI `voided`): says which in `corrects`, and nothing else. A void cannot be undone.
    Voided,
}

/// A statement about an enrollment.
#[derive(InputObject)]
pub struct LearningEventInput {
    /// The sender's id; counts once.
    event_id: String,
    /// What it states.
    #[graphql(name = "type")]
    kind: LearningEventType,
    /// Of which.
    enrollment: EnrollmentRef,
    /// External id of the module or program in it; the whole enrollment where absent.
    component: Option<String>,
    /// At what.
    assessment: Option<AssessmentRef>,
    /// When.
    occurred_at: DateTime,
    /// Share done, 0 to 100.
    percent: Option<f64>,
    /// Points.
    score: Option<f64>,
    /// Points to be had, where the sender's scale differs.
    max_score: Option<f64>,
    /// Id of an earlier event of the same sender about the same enrollment: of the one that is voided, or (on every other type) of the one whose
    /// place this takes. It may come before that one.
    corrects: Option<String>,
}

impl From<LearningEventInput> for progress::NewEvent {
    fn from(input: LearningEventInput) -> Self {
        Self {
            event_id: input.event_id,
            kind: input.kind.into(),
            enrollment: input.enrollment.into(),
            component: input.component,
            assessment: input.assessment.map(Into::into),
            occurred_at: input.occurred_at.0,
            percent: input.percent,
            score: input.score,
            max_score: input.max_score,
            corrects: input.corrects,
        }
    }
}

/// Input of recordEvents.
#[derive(InputObject)]
pub struct RecordEventsInput {
    /// Up to 1,000.
    events: Vec<LearningEventInput>,
}

/// What became of one event.
#[derive(SimpleObject)]
pub struct EventReceipt {
    /// Place in the input, from 0.
    index: usize,
    /// The sender's id; null where unreadable.
    event_id: Option<String>,
    /// What became of it.
    outcome: EventOutcome,
    /// Why not.
    user_errors: Vec<UserError>,
}

impl From<progress::Receipt> for EventReceipt {
    fn from(receipt: progress::Receipt) -> Self {
        Self {
            index: receipt.index,
            event_id: Some(receipt.event_id),
            outcome: receipt.outcome.into(),
            user_errors: user_errors(receipt.errors),
        }
    }
}

/// How many events met which end.
#[derive(SimpleObject, Default)]
pub struct EventSummary {
    /// Events.
    total: usize,
    /// Counted.
    applied: usize,
    /// Seen before.
    duplicate: usize,
    /// Without news.
    stale: usize,
    /// Refused.
    rejected: usize,
}

impl EventSummary {
    fn of(receipts: &[progress::Receipt]) -> Self {
        let count = |outcome| receipts.iter().filter(|receipt| receipt.outcome == outcome).count();
        Self {
            total: receipts.len(),
            applied: count(progress::EventOutcome::Applied),
            duplicate: count(progress::EventOutcome::Duplicate),
            stale: count(progress::EventOutcome::Stale),
            rejected: count(progress::EventOutcome::Rejected),
        }
    }
}

/// Answer of recordEvents.
#[derive(SimpleObject)]
pub struct RecordEventsPayload {
    /// One an event, in order.
    receipts: Vec<EventReceipt>,
    /// Counts.
    summary: EventSummary,
    /// What the caller can mend in the call as a whole; what is wrong with an event stands in its receipt.
    user_errors: Vec<UserError>,
}

/// Recording progress.
#[derive(Default)]
pub struct ProgressMutations;

#[Object]
impl ProgressMutations {
    /// Records learning events. Each counts once, by its sender's id, and every one gets a receipt; in whatever order they come, repeated or
    /// late, progress comes to the same: the highest percent, the earliest start and completion of the events that count. Each score is a try
    /// of its own while tries are left, and after that corrects the last one. What an event that is void or corrected had said counts no
    /// more; that is the only way in which progress goes back, and it is noted and told.
    async fn record_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RecordEventsInput,
    ) -> Result<Option<RecordEventsPayload>> {
        let events = input.events.into_iter().map(Into::into).collect();
        let (receipts, user_errors) =
            outcome(ctx, progress::record(ctx.service(), ctx.actor(), events)).await?;
        let receipts = receipts.unwrap_or_default();
        let summary = EventSummary::of(&receipts);
        let receipts = receipts.into_iter().map(EventReceipt::from).collect();
        Ok(Some(RecordEventsPayload { receipts, summary, user_errors }))
    }
}
