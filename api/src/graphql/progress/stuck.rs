//! Enrollments that look stuck.

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use cairn_service::progress;

use super::super::connection::{Connection, Listed, page_args};
use super::super::context::ContextExt;
use super::super::enrollment::Enrollment;
use super::super::error::Result;
use super::super::reference::{CohortRef, ProgramRef};

/// Why an enrollment looks stuck.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "progress::StuckReason")]
pub enum StuckReason {
    /// Everything required is done, and yet it is not completed; `whyNotYet` tells what is missing.
    AllDone,
    /// A component stands at 100 percent and no event said that it is completed: a message was lost.
    LastMessageMissing,
    /// Nothing was heard of it for `silentDays`.
    Silent,
}

/// Which enrollments that look stuck; every member narrows.
#[derive(InputObject, Default)]
pub struct StuckFilter {
    /// Of these programs.
    programs: Option<Vec<ProgramRef>>,
    /// In these cohorts.
    cohorts: Option<Vec<CohortRef>>,
    /// For any of these reasons; for any at all where absent.
    reasons: Option<Vec<StuckReason>>,
    /// After how many days without any message an enrollment counts as silent, 1 to 3,650; 14 where absent.
    silent_days: Option<i32>,
}

/// An enrollment that looks stuck.
#[derive(SimpleObject, Clone)]
pub struct StuckEnrollment {
    /// Which.
    enrollment: Enrollment,
    /// Why: all that apply, whatever was asked for.
    reasons: Vec<StuckReason>,
}

impl Listed for StuckEnrollment {
    const NAME: &'static str = "StuckEnrollment";
}

impl From<progress::Stuck> for StuckEnrollment {
    fn from(stuck: progress::Stuck) -> Self {
        Self {
            enrollment: stuck.enrollment.into(),
            reasons: stuck.reasons.into_iter().map(Into::into).collect(),
        }
    }
}

/// Finding enrollments that look stuck.
#[derive(Default)]
pub struct StuckQueries;

#[Object]
impl StuckQueries {
    /// Enrollments under way that look stuck, those that were silent longest first: issuers see their own, instructors and assessors those of
    /// their cohorts.
    async fn stuck_enrollments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<StuckFilter>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<StuckEnrollment>>> {
        let filter = filter.unwrap_or_default();
        let filter = progress::StuckFilter {
            programs: filter.programs.map(|list| list.into_iter().map(Into::into).collect()),
            cohorts: filter.cohorts.map(|list| list.into_iter().map(Into::into).collect()),
            reasons: filter.reasons.map(|list| list.into_iter().map(Into::into).collect()),
            silence: progress::Silence::of(filter.silent_days)?,
        };
        let args = page_args(first, after, last, before);
        let page = progress::stuck(ctx.service(), ctx.actor(), &filter, &args).await?;
        Ok(Some(Connection::new(page.map(StuckEnrollment::from), move |ctx| {
            let filter = filter.clone();
            Box::pin(async move { Ok(progress::count_stuck(ctx.service(), ctx.actor(), &filter).await?) })
        })))
    }
}
