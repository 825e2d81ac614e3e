//! `submitAttempt` and `gradeAttempt`.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use cairn_service::attempt;
use cairn_service::ids::{self, Kind};

use super::super::command::outcome;
use super::super::context::ContextExt;
use super::super::error::{Result, UserError};
use super::super::question::AnswerInput;
use super::super::reference::{AssessmentRef, AttemptRef, EnrollmentRef};
use super::super::scalar::Url;
use super::Attempt;

/// Something to hand in.
#[derive(InputObject)]
pub struct EvidenceInput {
    /// Name.
    name: String,
    /// Where it is.
    url: Option<Url>,
    /// In words.
    description: Option<String>,
    /// Digest of the content: a SHA-2 multihash in multibase, so that a credential can tell that the work is the one that was judged.
    digest: Option<String>,
}

impl From<EvidenceInput> for attempt::NewEvidence {
    fn from(input: EvidenceInput) -> Self {
        Self {
            name: input.name,
            url: input.url.map(|url| url.0),
            description: input.description,
            digest: input.digest,
        }
    }
}

/// Input of submitAttempt.
#[derive(InputObject)]
pub struct SubmitAttemptInput {
    /// Whose.
    enrollment: EnrollmentRef,
    /// At what.
    assessment: AssessmentRef,
    /// What is handed in.
    #[graphql(default)]
    evidence: Vec<EvidenceInput>,
    /// Answers to the questions of the attempt that was begun; a question without one gives no points.
    #[graphql(default)]
    answers: Vec<AnswerInput>,
}

impl From<SubmitAttemptInput> for attempt::NewAttempt {
    fn from(input: SubmitAttemptInput) -> Self {
        Self {
            enrollment: input.enrollment.into(),
            assessment: input.assessment.into(),
            evidence: input.evidence.into_iter().map(Into::into).collect(),
            answers: input.answers.into_iter().map(Into::into).collect(),
        }
    }
}

/// Answer of submitAttempt.
#[derive(SimpleObject)]
pub struct SubmitAttemptPayload {
    /// The attempt.
    attempt: Option<Attempt>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Points for a criterion.
#[derive(InputObject)]
pub struct RubricScoreInput {
    /// Which criterion.
    criterion: ID,
    /// Points.
    points: f64,
    /// In words.
    feedback: Option<String>,
}

/// Input of gradeAttempt.
#[derive(InputObject)]
pub struct GradeAttemptInput {
    /// Which.
    attempt: AttemptRef,
    /// Points; the sum of the rubric where absent.
    score: Option<f64>,
    /// Points by criterion.
    rubric_scores: Option<Vec<RubricScoreInput>>,
    /// In words; what was said before stays where absent.
    feedback: Option<String>,
    /// Give it back.
    #[graphql(default)]
    requires_changes: bool,
    /// Why, when graded before.
    reason: Option<String>,
}

impl From<RubricScoreInput> for attempt::NewRubricScore {
    fn from(score: RubricScoreInput) -> Self {
        Self {
            criterion: ids::decode_as(Kind::RubricCriterion, &score.criterion),
            points: score.points,
            feedback: score.feedback,
        }
    }
}

impl From<GradeAttemptInput> for attempt::NewGrade {
    fn from(input: GradeAttemptInput) -> Self {
        Self {
            attempt: input.attempt.into(),
            score: input.score,
            rubric_scores: input.rubric_scores.unwrap_or_default().into_iter().map(Into::into).collect(),
            feedback: input.feedback,
            requires_changes: input.requires_changes,
            reason: input.reason,
        }
    }
}

/// Answer of gradeAttempt.
#[derive(SimpleObject)]
pub struct GradeAttemptPayload {
    /// The attempt.
    attempt: Option<Attempt>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Changing attempts.
#[derive(Default)]
pub struct AttemptMutations;

#[Object]
impl AttemptMutations {
    /// Hands work in: learners their own, others on behalf of those whose progress they write. The attempt that was begun, else a new one; what has
    /// questions or a time limit is begun first (`startAttempt`). Answers are marked at once. Work that was given back for changes does not use up a try.
    async fn submit_attempt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: SubmitAttemptInput,
    ) -> Result<Option<SubmitAttemptPayload>> {
        let (row, user_errors) =
            outcome(ctx, attempt::submit(ctx.service(), ctx.actor(), input.into())).await?;
        Ok(Some(SubmitAttemptPayload { attempt: row.map(Attempt::from), user_errors }))
    }

    /// Grades an attempt, or grades it again: the earlier score stays in the history. Where several experts grade it, this is the judgement of one of
    /// them; it is graded when all have judged. What becomes of an award that was made already is the program's to say (`onRegrade`).
    async fn grade_attempt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: GradeAttemptInput,
    ) -> Result<Option<GradeAttemptPayload>> {
        let (row, user_errors) =
            outcome(ctx, attempt::grade(ctx.service(), ctx.actor(), input.into())).await?;
        Ok(Some(GradeAttemptPayload { attempt: row.map(Attempt::from), user_errors }))
    }
}
