//! The grading queue.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use cairn_service::attempt;
use cairn_service::ids::{self, Kind};

use super::super::connection::{Connection, page_args};
use super::super::context::ContextExt;
use super::super::enums::{AttemptStatus, GradingMode, OrderDirection};
use super::super::error::Result;
use super::super::range::TimeRange;
use super::super::reference::{CohortRef, LearnerRef, ProgramRef};
use super::super::scalar::DateTime;
use super::Attempt;

/// Which attempts.
#[derive(InputObject, Default)]
pub struct AttemptFilter {
    /// At these stages.
    statuses: Option<Vec<AttemptStatus>>,
    /// Of these programs.
    programs: Option<Vec<ProgramRef>>,
    /// Of these cohorts.
    cohorts: Option<Vec<CohortRef>>,
    /// At these assessments, by our id.
    assessments: Option<Vec<ID>>,
    /// Of these learners.
    learners: Option<Vec<LearnerRef>>,
    /// Graded like this.
    grading: Option<Vec<GradingMode>>,
    /// Handed in within this span.
    submitted_at: Option<TimeRange>,
    /// Whether its graders are so far apart that a moderator is to decide.
    awaits_moderation: Option<bool>,
    /// Changed since, for incremental pulls.
    updated_since: Option<DateTime>,
}

impl From<AttemptFilter> for attempt::AttemptFilter {
    fn from(filter: AttemptFilter) -> Self {
        let span = filter.submitted_at.unwrap_or_default();
        let assessment = |id: &ID| ids::decode_as(Kind::Assessment, id);
        Self {
            statuses: filter.statuses.map(|list| list.into_iter().map(Into::into).collect()),
            programs: filter.programs.map(|list| list.into_iter().map(Into::into).collect()),
            cohorts: filter.cohorts.map(|list| list.into_iter().map(Into::into).collect()),
            assessments: filter.assessments.map(|list| list.iter().filter_map(assessment).collect()),
            learners: filter.learners.map(|list| list.into_iter().map(Into::into).collect()),
            grading: filter.grading.map(|list| list.into_iter().map(Into::into).collect()),
            submitted_from: span.from.map(|moment| moment.0),
            submitted_to: span.to.map(|moment| moment.0),
            awaits_moderation: filter.awaits_moderation,
            updated_since: filter.updated_since.map(|moment| moment.0),
        }
    }
}

/// What attempts are ordered by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "attempt::AttemptOrder")]
pub enum AttemptOrderField {
    /// When handed in.
    SubmittedAt,
    /// When graded; what is not graded comes as if graded last.
    GradedAt,
}

/// In which order.
#[derive(InputObject)]
pub struct AttemptOrder {
    /// By what.
    field: AttemptOrderField,
    /// Which way.
    #[graphql(default)]
    direction: OrderDirection,
}

/// Reading attempts.
#[derive(Default)]
pub struct AttemptQueries;

#[Object]
impl AttemptQueries {
    /// Attempts that the caller may see: staff those of their cohorts, learners their own. Without an order the earliest handed in come first.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a list are its interface")]
    async fn attempts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<AttemptFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<AttemptOrder>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<Attempt>>> {
        let filter = attempt::AttemptFilter::from(filter.unwrap_or_default());
        let order = match order_by {
            Some(order) => (order.field.into(), order.direction == OrderDirection::Desc),
            None => (attempt::AttemptOrder::default(), false),
        };
        let args = page_args(first, after, last, before);
        let page = attempt::list(ctx.service(), ctx.actor(), &filter, order, &args).await?;
        Ok(Some(Connection::new(page.map(Attempt::from), move |ctx| {
            let filter = filter.clone();
            Box::pin(async move { Ok(attempt::count(ctx.service(), ctx.actor(), &filter).await?) })
        })))
    }
}
