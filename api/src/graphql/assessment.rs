//! Assessments: types and loaders.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::program::parts;
use cairn_service::{amount, attempt};
use cairn_service::{read, rows};
use uuid::Uuid;

use super::cohort::{Cohort, CohortById};
use super::context::{Batch, Request, load, load_required};
use super::enums::{AssessmentKind, GradingMode, IdentityCheck, ScoreCombination, Supervision};
use super::error::Result;
use super::question::{Question, QuestionCount, QuestionsOfAssessment};
use super::rubric::{RubricCriterion, RubricOfAssessment};
use super::scalar::{DateTime, global_id, moment};

/// A test of what a learner can do.
#[derive(Clone)]
pub struct Assessment {
    row: rows::assessment::Model,
}

impl From<rows::assessment::Model> for Assessment {
    fn from(row: rows::assessment::Model) -> Self {
        Self { row }
    }
}

/// A test of what a learner can do.
#[Object]
impl Assessment {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Assessment, self.row.id)
    }

    /// The issuer's own id.
    async fn external_id(&self) -> Option<&str> {
        Some(&self.row.external_id)
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// In words.
    async fn description(&self) -> Option<&str> {
        self.row.description.as_deref()
    }

    /// The gradebook's category.
    async fn category(&self) -> Option<&str> {
        self.row.category.as_deref()
    }

    /// Kind.
    async fn kind(&self) -> AssessmentKind {
        self.row.kind.into()
    }

    /// Share of the overall score, relative to the others.
    async fn weight(&self) -> f64 {
        amount::to_f64(self.row.weight)
    }

    /// Points to pass.
    async fn pass_mark(&self) -> Option<f64> {
        self.row.pass_mark.map(amount::to_f64)
    }

    /// Points to be had.
    async fn max_score(&self) -> f64 {
        amount::to_f64(self.row.max_score)
    }

    /// Most attempts; null without limit.
    async fn max_attempts(&self) -> Option<i32> {
        self.row.max_attempts
    }

    /// How supervised.
    async fn supervision(&self) -> Supervision {
        self.row.supervision.into()
    }

    /// How identity is checked.
    async fn identity_check(&self) -> IdentityCheck {
        self.row.identity_check.into()
    }

    /// Who grades.
    async fn grading(&self) -> GradingMode {
        self.row.grading.into()
    }

    /// Until when.
    async fn due_at(&self) -> Option<DateTime> {
        moment(self.row.due_at)
    }

    /// Rules beyond points and number of tries.
    async fn rules(&self) -> Result<AssessmentRules> {
        Ok(AssessmentRules::from(attempt::Rules::read(&self.row.rules)?))
    }

    /// How many questions it has.
    async fn question_count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(load::<QuestionCount>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// Its questions with their keys, in order: for those who write the issuer's programs (PROGRAMS_WRITE) or grade them (ASSESSMENTS_GRADE;
    /// staff of cohorts for these cohorts' programs). FORBIDDEN for everybody else.
    async fn questions(&self, ctx: &Context<'_>) -> Result<Option<Vec<Question>>> {
        Ok(Some(load::<QuestionsOfAssessment>(ctx, self.row.id).await?.unwrap_or_default()))
    }

    /// Criteria, in order.
    async fn rubric(&self, ctx: &Context<'_>) -> Result<Vec<RubricCriterion>> {
        Ok(load::<RubricOfAssessment>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// The class it belongs to, where it is of one only.
    async fn cohort(&self, ctx: &Context<'_>) -> Result<Option<Cohort>> {
        match self.row.cohort_id {
            Some(id) => Ok(Some(load_required::<CohortById>(ctx, id).await?)),
            None => Ok(None),
        }
    }
}

/// Rules of an assessment beyond points and number of tries; what is null asks for nothing.
#[derive(SimpleObject)]
pub struct AssessmentRules {
    /// Minutes from handing in to the next attempt.
    minutes_between_attempts: Option<i32>,
    /// Days from enrolling within which it is to be handed in, where no date is set.
    due_days: Option<i32>,
    /// Whether work is accepted that is handed in late.
    late_accepted: bool,
    /// Percent of the points taken off for each day begun of being late.
    late_percent_per_day: Option<f64>,
    /// Percent of the points taken off at most.
    late_max_percent: Option<f64>,
    /// Minutes from starting within which it is to be handed in.
    time_limit_minutes: Option<i32>,
    /// How many of its questions are put in an attempt, drawn at random; all, in order, where null.
    draw: Option<i32>,
    /// Whether part of the right choices gives part of the points.
    partial_credit: bool,
    /// Whether an attempt passes only when supervision and identity check were recorded for it.
    observation_required: bool,
    /// Days from the grade within which its learner may appeal against it; null: no appeals.
    appeal_days: Option<i32>,
    /// Several graders; null where one grader decides.
    graders: Option<AssessmentGraders>,
    /// Whether passing it completes the module that it belongs to.
    completes_module: bool,
}

/// Several graders of one attempt, and how their judgements become one.
#[derive(SimpleObject)]
pub struct AssessmentGraders {
    /// How many must have judged.
    needed: i32,
    /// How their points become one score.
    combination: ScoreCombination,
    /// A moderator decides where they are further apart than so many points; nobody has to where null.
    moderate_beyond: Option<f64>,
    /// How many works of others a learner is asked to review at most; null without limit.
    most_per_peer: Option<i32>,
}

impl From<attempt::Graders> for AssessmentGraders {
    fn from(graders: attempt::Graders) -> Self {
        Self {
            needed: graders.needed,
            combination: graders.combination.into(),
            moderate_beyond: graders.moderate_beyond.map(amount::to_f64),
            most_per_peer: graders.most_per_peer,
        }
    }
}

impl From<attempt::Rules> for AssessmentRules {
    fn from(rules: attempt::Rules) -> Self {
        let penalty = match rules.late {
            Some(attempt::LateRule::Penalty { per_day, at_most }) => Some((per_day, at_most)),
            _ => None,
        };
        Self {
            minutes_between_attempts: rules.wait_minutes,
            due_days: rules.due_days,
            late_accepted: rules.late != Some(attempt::LateRule::Refuse),
            late_percent_per_day: penalty.map(|(per_day, _)| amount::to_f64(per_day)),
            late_max_percent: penalty.map(|(_, at_most)| amount::to_f64(at_most)),
            time_limit_minutes: rules.time_limit_minutes,
            draw: rules.draw,
            partial_credit: rules.partial_credit,
            observation_required: rules.observation_required,
            appeal_days: rules.appeal_days,
            graders: rules.graders.map(Into::into),
            completes_module: rules.completes_module,
        }
    }
}

/// Assessments by id.
pub struct AssessmentById;

impl Batch for AssessmentById {
    type Key = Uuid;
    type Value = Assessment;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Assessment>> {
        let rows = read::by_ids::<rows::assessment::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Assessments by id among those that the caller may see.
pub struct VisibleAssessment;

impl Batch for VisibleAssessment {
    type Key = Uuid;
    type Value = Assessment;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Assessment>> {
        let rows = parts::visible_assessments(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, AssessmentById, VisibleAssessment,);
}
