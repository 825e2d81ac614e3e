//! Attempts: the type, its loaders, and the grading queue. Parts of an attempt are in `part`, single mutations in `change`, results in bulk in `results`.

mod appeal;
mod change;
mod list;
mod observation;
mod part;
mod results;
mod review;
mod rules;

use std::collections::HashMap;

use async_graphql::{Context, ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::page::{Page, PageArgs};
use cairn_service::{amount, attempt, rows};
use uuid::Uuid;

use super::assessment::{Assessment, AssessmentById};
use super::connection::{Connection, Listed};
use super::context::{Batch, Request, load, load_required};
use super::enrollment::{Enrollment, EnrollmentById};
use super::enums::AttemptStatus;
use super::error::Result;
use super::integrity::{FlagsOfAttempt, IntegrityFlag};
use super::question::{AnswersOf, AttemptAnswer};
use super::scalar::{DateTime, global_id, moment};
use appeal::AppealsOf;
use part::{EvidenceOf, HistoryOf, RubricScoresOf};
use review::{Reviewing, ReviewingOf};

pub use appeal::{Appeal, AppealMutations, AppealQueries, VisibleAppeal};
pub use change::{AttemptMutations, EvidenceInput};
pub use list::{AttemptFilter, AttemptQueries};
pub use observation::Observation;
pub use part::{Evidence, Grader, GraderById, RubricScore, ScoreRevision, VisibleEvidence, VisibleGrader};
pub use results::ResultMutations;
pub use review::{ReviewMutations, ReviewQueries, ReviewTask, VisibleTask};
pub use rules::{CohortDueDate, DueDatesOf, RuleMutations};

/// One try at an assessment.
#[derive(Clone)]
pub struct Attempt {
    row: rows::attempt::Model,
}

impl From<rows::attempt::Model> for Attempt {
    fn from(row: rows::attempt::Model) -> Self {
        Self { row }
    }
}

impl Listed for Attempt {
    const NAME: &'static str = "Attempt";
}

/// One try at an assessment.
#[Object]
impl Attempt {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Attempt, self.row.id)
    }

    /// The sender's own id, unique in the enrollment.
    async fn external_id(&self) -> Option<&str> {
        self.row.external_id.as_deref()
    }

    /// Which try it is, from 1.
    async fn number(&self) -> i32 {
        self.row.number
    }

    /// Where it stands.
    async fn status(&self) -> AttemptStatus {
        self.row.status.into()
    }

    /// Points.
    async fn score(&self) -> Option<f64> {
        self.row.score.map(amount::to_f64)
    }

    /// Points to be had.
    async fn max_score(&self) -> f64 {
        amount::to_f64(self.row.max_score)
    }

    /// Whether it passed; null while not graded.
    async fn passed(&self) -> Option<bool> {
        self.row.passed
    }

    /// Whether its graders are so far apart that a moderator is to decide.
    async fn awaits_moderation(&self) -> bool {
        self.row.awaits_moderation
    }

    /// When handed in.
    async fn submitted_at(&self) -> Option<DateTime> {
        moment(self.row.submitted_at)
    }

    /// When graded, or given back.
    async fn graded_at(&self) -> Option<DateTime> {
        moment(self.row.graded_at)
    }

    /// The grader's words.
    async fn feedback(&self) -> Option<&str> {
        self.row.feedback.as_deref()
    }

    /// When begun, where it was begun before it was handed in.
    async fn started_at(&self) -> Option<DateTime> {
        moment(self.row.started_at)
    }

    /// When its time is up.
    async fn ends_at(&self) -> Option<DateTime> {
        moment(self.row.ends_at)
    }

    /// Until when it was due.
    async fn due_at(&self) -> Option<DateTime> {
        moment(self.row.due_at)
    }

    /// Percent of the points that are taken off because it was handed in late.
    async fn late_penalty_percent(&self) -> f64 {
        amount::to_f64(self.row.penalty)
    }

    /// Points before anything was taken off for handing in late.
    async fn score_before_penalty(&self) -> Option<f64> {
        self.row.earned.map(amount::to_f64)
    }

    /// What was observed of supervision and identity; null where nothing was recorded.
    async fn observation(&self) -> Option<Observation> {
        Observation::of(&self.row)
    }

    /// The questions that were put in it, in order, with the answers; never with keys.
    async fn answers(&self, ctx: &Context<'_>) -> Result<Vec<AttemptAnswer>> {
        Ok(load::<AnswersOf>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// At what.
    async fn assessment(&self, ctx: &Context<'_>) -> Result<Assessment> {
        load_required::<AssessmentById>(ctx, self.row.assessment_id).await
    }

    /// Whose.
    async fn enrollment(&self, ctx: &Context<'_>) -> Result<Enrollment> {
        load_required::<EnrollmentById>(ctx, self.row.enrollment_id).await
    }

    /// What was handed in.
    async fn evidence(&self, ctx: &Context<'_>) -> Result<Vec<Evidence>> {
        Ok(load::<EvidenceOf>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// Points by criterion.
    async fn rubric_scores(&self, ctx: &Context<'_>) -> Result<Vec<RubricScore>> {
        Ok(load::<RubricScoresOf>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// Whether it was taken out because a doubt about its integrity was upheld: it uses up its try.
    async fn disqualified(&self) -> bool {
        self.row.disqualified
    }

    /// Flags on it, the earliest first; none for those who do not grade it.
    async fn integrity_flags(&self, ctx: &Context<'_>) -> Result<Vec<IntegrityFlag>> {
        Ok(load::<FlagsOfAttempt>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// Appeals against its grade, the earliest first: for its learner and those who grade it.
    async fn appeals(&self, ctx: &Context<'_>) -> Result<Vec<Appeal>> {
        Ok(load::<AppealsOf>(ctx, self.row.id).await?.unwrap_or_default())
    }

    /// How several graders judge it; null where one grader decides.
    async fn reviewing(&self, ctx: &Context<'_>) -> Result<Option<Reviewing>> {
        load::<ReviewingOf>(ctx, self.row.id).await
    }

    /// Earlier scores, the newest first.
    async fn history(&self, ctx: &Context<'_>) -> Result<Vec<ScoreRevision>> {
        Ok(load::<HistoryOf>(ctx, self.row.id).await?.unwrap_or_default())
    }
}

/// Attempts by id among those that the caller may see.
pub struct VisibleAttempt;

impl Batch for VisibleAttempt {
    type Key = Uuid;
    type Value = Attempt;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Attempt>> {
        let rows = attempt::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// The same page of the attempts of enrollments.
struct AttemptsOfEnrollment;

impl Batch for AttemptsOfEnrollment {
    type Key = (Uuid, PageArgs);
    type Value = Page<Attempt>;

    async fn load(
        request: &Request,
        keys: &[(Uuid, PageArgs)],
    ) -> ServiceResult<HashMap<(Uuid, PageArgs), Page<Attempt>>> {
        // As many kinds of pages as the query names, under aliases.
        let mut by_page: HashMap<&PageArgs, Vec<Uuid>> = HashMap::new();
        for (enrollment, args) in keys {
            by_page.entry(args).or_default().push(*enrollment);
        }
        let mut pages = HashMap::new();
        for (args, enrollments) in by_page {
            for (id, page) in attempt::of_enrollments(&request.service, &enrollments, args).await? {
                pages.insert((id, args.clone()), page.map(Attempt::from));
            }
        }
        Ok(pages)
    }
}

/// How many attempts enrollments have.
struct CountOfEnrollment;

impl Batch for CountOfEnrollment {
    type Key = Uuid;
    type Value = u64;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, u64>> {
        attempt::count_of_enrollments(&request.service, keys).await
    }
}

/// A page of the attempts of an enrollment, the newest first.
pub async fn attempts_of(ctx: &Context<'_>, enrollment: Uuid, args: PageArgs) -> Result<Connection<Attempt>> {
    let page = load::<AttemptsOfEnrollment>(ctx, (enrollment, args)).await?.unwrap_or_else(Page::empty);
    Ok(Connection::new(page, move |ctx| {
        Box::pin(async move { Ok(load::<CountOfEnrollment>(ctx, enrollment).await?.unwrap_or_default()) })
    }))
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(
        request,
        data,
        VisibleAttempt,
        AttemptsOfEnrollment,
        CountOfEnrollment,
        EvidenceOf,
        RubricScoresOf,
        HistoryOf,
        GraderById,
        VisibleEvidence,
        VisibleGrader,
        DueDatesOf,
        ReviewingOf,
        AppealsOf,
        VisibleAppeal,
        VisibleTask,
    );
}
