//! Learning events as they were kept, each with what it did.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::page::{Page, PageArgs};
use cairn_service::rows::enums::EventOutcome as Kept;
use cairn_service::{amount, progress, rows};
use uuid::Uuid;

use super::super::assessment::{Assessment, AssessmentById};
use super::super::component::{Component, ComponentById};
use super::super::connection::{Connection, Listed};
use super::super::context::{Batch, Request, load, load_required};
use super::super::enums::EventOutcome;
use super::super::error::Result;
use super::super::program::grouped;
use super::super::scalar::{DateTime, global_id};
use super::LearningEventType;

/// An immutable statement about an enrollment.
#[derive(Clone)]
pub struct LearningEvent {
    row: rows::learning_event::Model,
}

impl From<rows::learning_event::Model> for LearningEvent {
    fn from(row: rows::learning_event::Model) -> Self {
        Self { row }
    }
}

/// An immutable statement about an enrollment.
#[Object]
impl LearningEvent {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::LearningEvent, self.row.id)
    }

    /// The sender's id.
    async fn event_id(&self) -> &str {
        &self.row.event_id
    }

    /// What it states.
    #[graphql(name = "type")]
    async fn kind(&self) -> LearningEventType {
        self.row.event_type.into()
    }

    /// Of which component; null for the whole.
    async fn component(&self, ctx: &Context<'_>) -> Result<Option<Component>> {
        match self.row.component_id {
            Some(id) => load_required::<ComponentById>(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// At what.
    async fn assessment(&self, ctx: &Context<'_>) -> Result<Option<Assessment>> {
        match self.row.assessment_id {
            Some(id) => load_required::<AssessmentById>(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// When it happened, by the sender.
    async fn occurred_at(&self) -> DateTime {
        DateTime(self.row.occurred_at)
    }

    /// When it came in.
    async fn received_at(&self) -> DateTime {
        DateTime(self.row.received_at)
    }

    /// Share done, 0 to 100.
    async fn percent(&self) -> Option<f64> {
        self.row.percent.map(amount::to_f64)
    }

    /// Points.
    async fn score(&self) -> Option<f64> {
        self.row.score.map(amount::to_f64)
    }

    /// Points to be had, where the sender's scale differs.
    async fn max_score(&self) -> Option<f64> {
        self.row.max_score.map(amount::to_f64)
    }

    /// The sender's id of the event that it voids or corrects.
    async fn corrects(&self) -> Option<&str> {
        self.row.corrects.as_deref()
    }

    /// What it did when it came: APPLIED or STALE.
    async fn outcome(&self) -> EventOutcome {
        match self.row.outcome {
            Kept::Applied => EventOutcome::Applied,
            Kept::Stale => EventOutcome::Stale,
        }
    }

    /// The event that voided it or took its place; null while it counts.
    async fn annulled_by(&self, ctx: &Context<'_>) -> Result<Option<LearningEvent>> {
        match self.row.annulled_by_id {
            Some(id) => load_required::<EventById>(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }
}

impl Listed for LearningEvent {
    const NAME: &'static str = "LearningEvent";
}

/// Events by id, for what refers to them.
struct EventById;

impl Batch for EventById {
    type Key = Uuid;
    type Value = LearningEvent;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, LearningEvent>> {
        let rows = progress::by_ids(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Events by id among those that the caller may see.
pub struct VisibleLearningEvent;

impl Batch for VisibleLearningEvent {
    type Key = Uuid;
    type Value = LearningEvent;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, LearningEvent>> {
        let rows = progress::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Pages of events by enrollment and what was asked for.
struct EventsOfEnrollment;

impl Batch for EventsOfEnrollment {
    type Key = (Uuid, PageArgs);
    type Value = Page<LearningEvent>;

    async fn load(
        request: &Request,
        keys: &[(Uuid, PageArgs)],
    ) -> ServiceResult<HashMap<(Uuid, PageArgs), Page<LearningEvent>>> {
        let mut pages = HashMap::new();
        // As many kinds of pages as the query names, under aliases.
        for (args, enrollments) in grouped(keys.iter().map(|(enrollment, args)| (args, *enrollment))) {
            for (id, page) in progress::of_enrollments(&request.service, &enrollments, args).await? {
                pages.insert((id, args.clone()), page.map(LearningEvent::from));
            }
        }
        Ok(pages)
    }
}

/// How many events enrollments have.
struct CountOfEvents;

impl Batch for CountOfEvents {
    type Key = Uuid;
    type Value = u64;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, u64>> {
        progress::count_of_enrollments(&request.service, keys).await
    }
}

/// A page of the events of an enrollment, the newest received first.
pub async fn events_of(
    ctx: &Context<'_>,
    enrollment: Uuid,
    args: PageArgs,
) -> Result<Connection<LearningEvent>> {
    let page = load::<EventsOfEnrollment>(ctx, (enrollment, args)).await?.unwrap_or_else(Page::empty);
    Ok(Connection::new(page, move |ctx| {
        Box::pin(async move { Ok(load::<CountOfEvents>(ctx, enrollment).await?.unwrap_or_default()) })
    }))
}

/// Registers the loaders of events.
pub fn register(request: &Arc<Request>, data: &mut async_graphql::Data) {
    super::super::schema::register!(
        request,
        data,
        EventById,
        VisibleLearningEvent,
        EventsOfEnrollment,
        CountOfEvents
    );
}
