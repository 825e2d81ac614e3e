//! Appeals against grades: the type, making and deciding them, and the list for staff.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use cairn_service::attempt::appeal;
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::{self, Kind};
use cairn_service::{amount, rows};
use uuid::Uuid;

use super::super::command::outcome;
use super::super::connection::{Connection, Listed, page_args};
use super::super::context::{Batch, ContextExt, Request, load};
use super::super::enums::AppealStatus;
use super::super::error::{Result, UserError};
use super::super::reference::AttemptRef;
use super::super::scalar::{DateTime, global_id, moment};
use super::change::RubricScoreInput;
use super::part::{Grader, GraderById};
use super::{Attempt, VisibleAttempt};

/// An objection to a grade.
#[derive(Clone)]
pub struct Appeal {
    row: rows::appeal::Model,
}

impl From<rows::appeal::Model> for Appeal {
    fn from(row: rows::appeal::Model) -> Self {
        Self { row }
    }
}

impl Listed for Appeal {
    const NAME: &'static str = "Appeal";
}

/// An objection to a grade.
#[Object]
impl Appeal {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Appeal, self.row.id)
    }

    /// Where it stands.
    async fn status(&self) -> AppealStatus {
        self.row.status.into()
    }

    /// Why, in words.
    async fn reason(&self) -> &str {
        &self.row.reason
    }

    /// When made.
    async fn filed_at(&self) -> DateTime {
        DateTime(self.row.filed_at)
    }

    /// Against the grade of what.
    async fn attempt(&self, ctx: &Context<'_>) -> Result<Option<Attempt>> {
        load::<VisibleAttempt>(ctx, self.row.attempt_id).await
    }

    /// Points that it objects to.
    async fn score_before(&self) -> Option<f64> {
        self.row.score_before.map(amount::to_f64)
    }

    /// Points after the decision.
    async fn score_after(&self) -> Option<f64> {
        self.row.score_after.map(amount::to_f64)
    }

    /// The decision, in words.
    async fn decision(&self) -> Option<&str> {
        self.row.decision.as_deref()
    }

    /// When decided.
    async fn decided_at(&self) -> Option<DateTime> {
        moment(self.row.decided_at)
    }

    /// Who decided.
    async fn decided_by(&self, ctx: &Context<'_>) -> Result<Option<Grader>> {
        match self.row.decided_by_id {
            Some(id) => load::<GraderById>(ctx, id).await,
            None => Ok(None),
        }
    }
}

/// Appeals that the caller sees, by attempt.
pub struct AppealsOf;

impl Batch for AppealsOf {
    type Key = Uuid;
    type Value = Vec<Appeal>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<Appeal>>> {
        let lists = appeal::appeals_of(&request.service, &request.actor, keys).await?;
        Ok(lists.into_iter().map(|(id, rows)| (id, rows.into_iter().map(Appeal::from).collect())).collect())
    }
}

/// Appeals by id, among those that the caller sees.
pub struct VisibleAppeal;

impl Batch for VisibleAppeal {
    type Key = Uuid;
    type Value = Appeal;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Appeal>> {
        let rows = appeal::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Which appeals.
#[derive(InputObject, Default)]
pub struct AppealFilter {
    /// At these stages.
    statuses: Option<Vec<AppealStatus>>,
}

/// Reading appeals.
#[derive(Default)]
pub struct AppealQueries;

#[Object]
impl AppealQueries {
    /// Appeals against grades of what the caller grades: staff those of their cohorts. The earliest come first. Learners find theirs in
    /// `Attempt.appeals`.
    async fn appeals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<AppealFilter>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<Appeal>>> {
        let statuses = filter.unwrap_or_default().statuses;
        let statuses = statuses.map(|list| list.into_iter().map(Into::into).collect());
        let filter = appeal::AppealFilter { statuses };
        let args = page_args(first, after, last, before);
        let page = appeal::list(ctx.service(), ctx.actor(), &filter, &args).await?;
        Ok(Some(Connection::new(page.map(Appeal::from), move |ctx| {
            let filter = filter.clone();
            Box::pin(async move { Ok(appeal::count(ctx.service(), ctx.actor(), &filter).await?) })
        })))
    }
}

/// Input of fileAppeal.
#[derive(InputObject)]
pub struct FileAppealInput {
    /// Against the grade of which attempt.
    attempt: AttemptRef,
    /// Why, in words.
    reason: String,
}

/// Answer of fileAppeal.
#[derive(SimpleObject)]
pub struct FileAppealPayload {
    /// The appeal.
    appeal: Option<Appeal>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// A grade given on appeal.
#[derive(InputObject)]
pub struct AppealRegradeInput {
    /// Points; the sum of the rubric where absent.
    score: Option<f64>,
    /// Points by criterion.
    #[graphql(default)]
    rubric_scores: Vec<RubricScoreInput>,
    /// In words; what was said before stays where absent.
    feedback: Option<String>,
    /// Give it back.
    #[graphql(default)]
    requires_changes: bool,
}

impl From<AppealRegradeInput> for appeal::Regrade {
    fn from(input: AppealRegradeInput) -> Self {
        Self {
            score: input.score,
            rubric_scores: input.rubric_scores.into_iter().map(Into::into).collect(),
            feedback: input.feedback,
            requires_changes: input.requires_changes,
        }
    }
}

/// Input of decideAppeal.
#[derive(InputObject)]
pub struct DecideAppealInput {
    /// Which, by our id.
    appeal: ID,
    /// The decision in words, for the learner.
    decision: String,
    /// The new grade; the old one is upheld where absent.
    regrade: Option<AppealRegradeInput>,
}

/// Answer of decideAppeal.
#[derive(SimpleObject)]
pub struct DecideAppealPayload {
    /// The appeal.
    appeal: Option<Appeal>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Making and deciding appeals.
#[derive(Default)]
pub struct AppealMutations;

#[Object]
impl AppealMutations {
    /// Appeals against a grade, within the time that the assessment allows (`appealDays`): learners against their own, others on behalf of those whose
    /// progress they write. One appeal is open at a time, and what was decided on appeal is final.
    async fn file_appeal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: FileAppealInput,
    ) -> Result<Option<FileAppealPayload>> {
        let new = appeal::NewAppeal { attempt: input.attempt.into(), reason: input.reason };
        let (row, user_errors) = outcome(ctx, appeal::file(ctx.service(), ctx.actor(), new)).await?;
        Ok(Some(FileAppealPayload { appeal: row.map(Appeal::from), user_errors }))
    }

    /// Decides an appeal, for those who grade the attempt and had no part in its grade: upholds the grade, or changes it. A changed grade is a regrade, with
    /// its history and what follows for awards (`onRegrade`).
    async fn decide_appeal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: DecideAppealInput,
    ) -> Result<Option<DecideAppealPayload>> {
        let new = appeal::Decision {
            appeal: ids::decode_as(Kind::Appeal, &input.appeal),
            decision: input.decision,
            regrade: input.regrade.map(Into::into),
        };
        let (row, user_errors) = outcome(ctx, appeal::decide(ctx.service(), ctx.actor(), new)).await?;
        Ok(Some(DecideAppealPayload { appeal: row.map(Appeal::from), user_errors }))
    }
}
