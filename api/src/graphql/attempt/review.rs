//! Several graders of an attempt: what they said, and what fellow learners are asked to review.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::{self, Kind};
use cairn_service::{amount, attempt, rows};
use uuid::Uuid;

use super::super::assessment::{Assessment, AssessmentById};
use super::super::command::outcome;
use super::super::connection::{Connection, Listed, page_args};
use super::super::context::{Batch, ContextExt, Request, load, load_required};
use super::super::enums::{ReviewKind, ReviewStatus};
use super::super::error::{Result, UserError};
use super::super::scalar::{DateTime, global_id, moment};
use super::change::RubricScoreInput;
use super::part::{Evidence, EvidenceOf, Grader, GraderById, RubricScore};

/// How several graders judge an attempt.
#[derive(Clone)]
pub struct Reviewing {
    now: attempt::Reviewing,
}

/// How several graders judge an attempt.
#[Object]
impl Reviewing {
    /// How many must have judged.
    async fn needed(&self) -> i32 {
        self.now.graders.needed
    }

    /// How many have.
    async fn submitted(&self) -> usize {
        self.now.submitted
    }

    /// What they said, the earliest first: for their author once it is decided, for staff once all have judged; before that each grader sees their own.
    async fn reviews(&self) -> Vec<Review> {
        self.now.reviews.iter().cloned().map(|review| Review { review }).collect()
    }
}

/// What one of several graders said.
#[derive(Clone)]
pub struct Review {
    review: attempt::Review,
}

/// What one of several graders said.
#[Object(name = "AttemptReview")]
impl Review {
    /// As what they judged.
    async fn kind(&self) -> ReviewKind {
        self.review.row.kind.into()
    }

    /// Points, before anything is taken off for handing in late.
    async fn score(&self) -> Option<f64> {
        self.review.row.score.map(amount::to_f64)
    }

    /// Points by criterion.
    async fn rubric_scores(&self) -> Vec<RubricScore> {
        self.review.points.iter().cloned().map(RubricScore::from).collect()
    }

    /// Whether they would give it back.
    async fn requires_changes(&self) -> bool {
        self.review.row.requires_changes
    }

    /// In words.
    async fn feedback(&self) -> Option<&str> {
        self.review.row.feedback.as_deref()
    }

    /// When they judged.
    async fn submitted_at(&self) -> Option<DateTime> {
        moment(self.review.row.submitted_at)
    }

    /// Who judged; null for fellow learners, unless staff asks.
    async fn reviewer(&self, ctx: &Context<'_>) -> Result<Option<Grader>> {
        match self.review.reviewer {
            Some(id) => load::<GraderById>(ctx, id).await,
            None => Ok(None),
        }
    }
}

/// How several graders judge attempts, by attempt.
pub struct ReviewingOf;

impl Batch for ReviewingOf {
    type Key = Uuid;
    type Value = Reviewing;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Reviewing>> {
        let all = attempt::reviewing(&request.service, &request.actor, keys).await?;
        Ok(all.into_iter().map(|(id, now)| (id, Reviewing { now })).collect())
    }
}

/// The work of a fellow learner that the caller is asked to review. Who made it is not told.
#[derive(Clone)]
pub struct ReviewTask {
    row: rows::review::Model,
    assessment: Uuid,
}

impl From<attempt::Task> for ReviewTask {
    fn from(task: attempt::Task) -> Self {
        Self { row: task.row, assessment: task.assessment }
    }
}

impl Listed for ReviewTask {
    const NAME: &'static str = "ReviewTask";
}

/// The work of a fellow learner that the caller is asked to review. Who made it is not told.
#[Object]
impl ReviewTask {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::ReviewTask, self.row.id)
    }

    /// Where it stands.
    async fn status(&self) -> ReviewStatus {
        self.row.status.into()
    }

    /// What it was handed in for, with the rubric.
    async fn assessment(&self, ctx: &Context<'_>) -> Result<Assessment> {
        load_required::<AssessmentById>(ctx, self.assessment).await
    }

    /// What was handed in.
    async fn evidence(&self, ctx: &Context<'_>) -> Result<Vec<Evidence>> {
        Ok(load::<EvidenceOf>(ctx, self.row.attempt_id).await?.unwrap_or_default())
    }

    /// Since when it is the caller's to review.
    async fn assigned_at(&self) -> DateTime {
        DateTime(self.row.assigned_at)
    }

    /// When the caller reviewed it.
    async fn submitted_at(&self) -> Option<DateTime> {
        moment(self.row.submitted_at)
    }

    /// The points that the caller gave.
    async fn score(&self) -> Option<f64> {
        self.row.score.map(amount::to_f64)
    }

    /// What the caller said.
    async fn feedback(&self) -> Option<&str> {
        self.row.feedback.as_deref()
    }
}

/// Tasks by id, among those of the caller.
pub struct VisibleTask;

impl Batch for VisibleTask {
    type Key = Uuid;
    type Value = ReviewTask;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, ReviewTask>> {
        let tasks = attempt::visible_tasks(&request.service, &request.actor, keys).await?;
        Ok(tasks.into_iter().map(|task| (task.row.id, task.into())).collect())
    }
}

/// Which tasks.
#[derive(InputObject, Default)]
pub struct ReviewTaskFilter {
    /// At these stages.
    statuses: Option<Vec<ReviewStatus>>,
}

/// Reading what one is asked to review.
#[derive(Default)]
pub struct ReviewQueries;

#[Object]
impl ReviewQueries {
    /// The works of fellow learners that the caller is asked to review, the earliest first.
    async fn review_tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<ReviewTaskFilter>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<ReviewTask>>> {
        let statuses = filter.unwrap_or_default().statuses;
        let statuses = statuses.map(|list| list.into_iter().map(Into::into).collect());
        let filter = attempt::TaskFilter { statuses };
        let args = page_args(first, after, last, before);
        let page = attempt::tasks(ctx.service(), ctx.actor(), &filter, &args).await?;
        Ok(Some(Connection::new(page.map(ReviewTask::from), move |ctx| {
            let filter = filter.clone();
            Box::pin(async move { Ok(attempt::count_tasks(ctx.service(), ctx.actor(), &filter).await?) })
        })))
    }
}

/// Input of submitReview.
#[derive(InputObject)]
pub struct SubmitReviewInput {
    /// Which task, by our id.
    task: ID,
    /// Points; the sum of the rubric where absent.
    score: Option<f64>,
    /// Points by criterion.
    #[graphql(default)]
    rubric_scores: Vec<RubricScoreInput>,
    /// In words, for its author.
    feedback: Option<String>,
    /// Whether it should be given back.
    #[graphql(default)]
    requires_changes: bool,
}

/// Answer of submitReview.
#[derive(SimpleObject)]
pub struct SubmitReviewPayload {
    /// The task.
    review_task: Option<ReviewTask>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Reviewing the work of fellow learners.
#[derive(Default)]
pub struct ReviewMutations;

#[Object]
impl ReviewMutations {
    /// Reviews the work of a fellow learner that the caller was asked to review, once. It is graded when all who were asked have reviewed it.
    async fn submit_review(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: SubmitReviewInput,
    ) -> Result<Option<SubmitReviewPayload>> {
        let new = attempt::NewReview {
            task: ids::decode_as(Kind::ReviewTask, &input.task),
            score: input.score,
            rubric_scores: input.rubric_scores.into_iter().map(Into::into).collect(),
            feedback: input.feedback,
            requires_changes: input.requires_changes,
        };
        let (task, user_errors) =
            outcome(ctx, attempt::submit_review(ctx.service(), ctx.actor(), new)).await?;
        Ok(Some(SubmitReviewPayload { review_task: task.map(ReviewTask::from), user_errors }))
    }
}
