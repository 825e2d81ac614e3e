//! Grading, and grading again: by points or by rubric; the earlier score stays in the history.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::AttemptStatus;
use cairn_entity::{attempt, enrollment, issuer, learner, rubric_criterion, rubric_level, rubric_score};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::ledger::{Grade, Ledger};
use crate::actor::{Actor, Reach, Scope};
use crate::completion::{self, Told, load};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::progress;
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work, amount, enrollment as enrollments, save, tenancy};

/// A judgement of an attempt.
#[derive(Clone, Debug)]
pub struct NewGrade {
    /// Which.
    pub attempt: Reference,
    /// Points; the sum of the rubric where absent.
    pub score: Option<f64>,
    /// Points by criterion.
    pub rubric_scores: Vec<NewRubricScore>,
    /// In words; what was said before stays where absent.
    pub feedback: Option<String>,
    /// Give it back: requires changes.
    pub requires_changes: bool,
    /// Why; needed when graded before.
    pub reason: Option<String>,
}

/// Points for a criterion.
#[derive(Clone, Debug)]
pub struct NewRubricScore {
    /// Which; none where the id is no criterion's.
    pub criterion: Option<Uuid>,
    /// Points.
    pub points: f64,
    /// In words.
    pub feedback: Option<String>,
}

/// Grades an attempt, or grades it again with a reason. The caller must reach it with `assessments:grade`: staff of its cohort, or a key of its issuer.
/// Completion is decided anew; a completion made before stays, and the audit log notes where grades no longer support it. What becomes of a
/// credential then is the program's to say.
#[crate::boxed]
pub async fn grade(service: &Service, actor: &Actor, new: NewGrade) -> Result<attempt::Model> {
    let reach = actor.reach(Scope::AssessmentsGrade)?;
    check(&new)?;
    let mut work = Work::begin(service, actor).await?;
    let named = find(&work, reach, &new.attempt).await?;
    let enrollment = enrollments::lock(&work, &[named.enrollment_id]).await?.pop().ok_or_else(not_found)?;
    not_ones_own(&work, &enrollment).await?;
    let plan = load::plans(work.tx(), std::slice::from_ref(&enrollment)).await?.of(&enrollment);
    let planned = plan.assessments.iter().find(|planned| planned.id == named.assessment_id);
    let assessment = match planned {
        Some(planned) => planned.clone(),
        // The enrollment moved to another version or cohort since.
        None => load::assessment(work.tx(), named.assessment_id).await?.ok_or_else(not_found)?,
    };
    let mut ledger = Ledger::read(&work, [enrollment.id]).await?;
    let (index, before) = ledger
        .at(enrollment.id, assessment.id)
        .find(|(_, row)| row.id == named.id)
        .map(|(index, row)| (index, row.clone()))
        .ok_or_else(not_found)?;
    if before.status == AttemptStatus::Voided {
        return Err(Error::user("attempt", UserErrorCode::Conflict, "this attempt was taken out"));
    }
    if before.graded_at.is_some() && new.reason.is_none() {
        let message = "it was graded before: say why the grade changes";
        return Err(Error::user("reason", UserErrorCode::Required, message));
    }
    let rubric = Rubric::read(&work, &before).await?;
    let points = rubric.points(&work, &before, &new.rubric_scores)?;
    let score = score(&new, &rubric, &points, before.max_score)?;
    let now = work.now;
    if new.feedback.is_some() {
        ledger.change(&work, index, |row| row.feedback.clone_from(&new.feedback));
    }
    let status = if new.requires_changes { AttemptStatus::Returned } else { AttemptStatus::Graded };
    let grade = Grade { score, max_score: before.max_score, status, at: now, reason: new.reason };
    ledger.grade(&mut work, index, &assessment, grade)?;
    let after = ledger.get(index).clone();
    if before.score.is_none() {
        note(&mut work, &after)?;
    }
    ledger.write(&work).await?;
    save::rows::<rubric_score::Entity>(work.tx(), points).await?;
    let told = Told { heard_at: now, regraded: before.graded_at.is_some() };
    completion::refresh_told(&mut work, &HashMap::from([(enrollment.id, told)])).await?;
    work.commit().await?;
    Ok(after)
}

fn check(new: &NewGrade) -> Result<()> {
    let mut checks = Checks::default();
    progress::number(&mut checks, "score", new.score);
    checks.at_most("rubricScores", new.rubric_scores.len(), 100);
    let mut seen = HashSet::new();
    for (index, score) in new.rubric_scores.iter().enumerate() {
        progress::number(&mut checks, &format!("rubricScores.{index}.points"), Some(score.points));
        let feedback = score.feedback.as_deref();
        checks.optional_text(&format!("rubricScores.{index}.feedback"), feedback, super::LONGEST_FEEDBACK);
        if score.criterion.is_some_and(|criterion| !seen.insert(criterion)) {
            let message = "this criterion has points already";
            checks.fail(&format!("rubricScores.{index}.criterion"), UserErrorCode::Conflict, message);
        }
    }
    checks.optional_text("feedback", new.feedback.as_deref(), super::LONGEST_FEEDBACK);
    if let Some(reason) = &new.reason {
        checks.text("reason", reason, 1_000);
    }
    checks.finish()
}

fn not_found() -> Error {
    Error::user("attempt", UserErrorCode::NotFound, "there is no such attempt, or it is not yours to grade")
}

/// The attempt that a reference names. Senders' own ids are unique within an enrollment only: one that names several attempts is refused.
async fn find(work: &Work<'_>, reach: Reach, named: &Reference) -> Result<attempt::Model> {
    let visible = attempt::Entity::find().filter(tenancy::attempts(reach));
    let (home, external_id) = match named {
        Reference::NoSuchId => return Err(not_found()),
        Reference::Id(id) => {
            let row = visible.filter(attempt::Column::Id.eq(*id)).one(work.tx()).await?;
            return row.ok_or_else(not_found);
        }
        Reference::ExternalId(external_id) => (work.actor().issuer, external_id),
        Reference::InIssuer { issuer: slug, external_id } => {
            let row = issuer::Entity::find().filter(issuer::Column::Slug.eq(slug)).one(work.tx()).await?;
            (row.map(|row| row.id), external_id)
        }
    };
    let home = home.ok_or_else(not_found)?;
    let mut rows = visible
        .filter(attempt::Column::IssuerId.eq(home))
        .filter(attempt::Column::ExternalId.eq(external_id))
        .limit(2)
        .all(work.tx())
        .await?;
    match (rows.pop(), rows.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => {
            let message = "several enrollments have a result of this external id: use `id`";
            Err(Error::user("attempt", UserErrorCode::Conflict, message))
        }
        (None, _) => Err(not_found()),
    }
}

/// Nobody grades their own work.
async fn not_ones_own(work: &Work<'_>, enrollment: &enrollment::Model) -> Result<()> {
    let Some(person) = work.actor().person() else { return Ok(()) };
    let learner = learner::Entity::find_by_id(enrollment.learner_id).one(work.tx()).await?;
    if learner.and_then(|row| row.person_id) == Some(person) {
        return Err(Error::Forbidden("nobody grades their own work".to_owned()));
    }
    Ok(())
}

/// The score to be given: as stated, or the sum of the rubric.
fn score(new: &NewGrade, rubric: &Rubric, points: &[rubric_score::Model], most: i64) -> Result<Option<i64>> {
    if let Some(score) = new.score.and_then(amount::from_f64) {
        if !(0..=most).contains(&score) {
            let message = format!("must be 0 to {}", amount::to_f64(most));
            return Err(Error::user("score", UserErrorCode::Invalid, message));
        }
        return Ok(Some(score));
    }
    if points.is_empty() {
        if new.requires_changes {
            return Ok(None);
        }
        let message = "give points, or points by criterion, or give it back for changes";
        return Err(Error::user("score", UserErrorCode::Required, message));
    }
    if points.len() < rubric.criteria.len() && !new.requires_changes {
        let message = "without a score every criterion needs points";
        return Err(Error::user("rubricScores", UserErrorCode::Required, message));
    }
    let sum: i64 = points.iter().map(|row| row.points).sum();
    if sum > most {
        let message = format!("the rubric's points add up to more than {}", amount::to_f64(most));
        return Err(Error::user("rubricScores", UserErrorCode::Invalid, message));
    }
    Ok(Some(sum))
}

/// Notes a first grade; later ones are noted as regrades.
fn note(work: &mut Work<'_>, row: &attempt::Model) -> Result<()> {
    let detail = json!({ "score": row.score, "passed": row.passed, "status": row.status });
    work.audit(Some(row.issuer_id), "attempt.graded", (Kind::Attempt, row.id), detail)
}

/// The rubric of an assessment, with the points that an attempt has so far.
struct Rubric {
    criteria: Vec<rubric_criterion::Model>,
    /// By criterion, lowest first.
    levels: HashMap<Uuid, Vec<rubric_level::Model>>,
    present: HashMap<Uuid, rubric_score::Model>,
}

impl Rubric {
    async fn read(work: &Work<'_>, attempt: &attempt::Model) -> Result<Self> {
        let criteria = rubric_criterion::Entity::find()
            .filter(rubric_criterion::Column::AssessmentId.eq(attempt.assessment_id))
            .order_by_asc(rubric_criterion::Column::Position)
            .all(work.tx())
            .await?;
        let rows = rubric_level::Entity::find()
            .filter(rubric_level::Column::CriterionId.is_in(criteria.iter().map(|row| row.id)))
            .order_by_asc(rubric_level::Column::Points)
            .all(work.tx())
            .await?;
        let present = rubric_score::Entity::find()
            .filter(rubric_score::Column::AttemptId.eq(attempt.id))
            .all(work.tx())
            .await?;
        let mut levels: HashMap<Uuid, Vec<rubric_level::Model>> = HashMap::new();
        for row in rows {
            levels.entry(row.criterion_id).or_default().push(row);
        }
        let present = present.into_iter().map(|row| (row.criterion_id, row)).collect();
        Ok(Self { criteria, levels, present })
    }

    /// The points of an attempt by criterion, in order: the new ones, and those of before for criteria that get none. Empty where no new ones are given.
    fn points(
        &self,
        work: &Work<'_>,
        attempt: &attempt::Model,
        new: &[NewRubricScore],
    ) -> Result<Vec<rubric_score::Model>> {
        let mut checks = Checks::default();
        let mut rows = HashMap::new();
        for (index, score) in new.iter().enumerate() {
            let at = |name: &str| format!("rubricScores.{index}.{name}");
            let known = |row: &&rubric_criterion::Model| Some(row.id) == score.criterion;
            let Some(criterion) = self.criteria.iter().find(known) else {
                let message = "the assessment's rubric has no such criterion";
                checks.fail(&at("criterion"), UserErrorCode::NotFound, message);
                continue;
            };
            let points = amount::from_f64(score.points).unwrap_or(-1);
            let levels = self.levels.get(&criterion.id).map(Vec::as_slice).unwrap_or_default();
            let most = levels.last().map_or(attempt.max_score, |level| level.points);
            if !(0..=most).contains(&points) {
                let message = format!("must be 0 to {}", amount::to_f64(most));
                checks.fail(&at("points"), UserErrorCode::Invalid, message);
                continue;
            }
            let present = self.present.get(&criterion.id);
            let reached = levels.iter().rev().find(|level| level.points <= points);
            rows.insert(
                criterion.id,
                rubric_score::Model {
                    id: present.map_or_else(|| work.new_id(), |row| Ok(row.id))?,
                    issuer_id: attempt.issuer_id,
                    attempt_id: attempt.id,
                    criterion_id: criterion.id,
                    level_id: reached.map(|level| level.id),
                    points,
                    feedback: score.feedback.clone().or_else(|| present.and_then(|row| row.feedback.clone())),
                },
            );
        }
        checks.finish()?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let each = self.criteria.iter().filter_map(|criterion| {
            rows.remove(&criterion.id).or_else(|| self.present.get(&criterion.id).cloned())
        });
        Ok(each.collect())
    }
}
