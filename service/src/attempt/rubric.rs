//! Points by criterion of a rubric: what a grader gives is held against the criteria and levels that there are.

use std::collections::{HashMap, HashSet};

use cairn_entity::{attempt, rubric_criterion, rubric_level, rubric_score};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result, UserErrorCode};
use crate::validate::Checks;
use crate::{Work, amount, progress};

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

/// Points for a criterion, held against the rubric. Reviews keep these as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Which criterion.
    pub criterion: Uuid,
    /// The level reached.
    pub level: Option<Uuid>,
    /// Points, in ten-thousandths.
    pub points: i64,
    /// In words.
    pub feedback: Option<String>,
}

/// Notes what is wrong with points by criterion in themselves.
pub(super) fn check(checks: &mut Checks, scores: &[NewRubricScore]) {
    checks.at_most("rubricScores", scores.len(), 100);
    let mut seen = HashSet::new();
    for (index, score) in scores.iter().enumerate() {
        progress::number(checks, &format!("rubricScores.{index}.points"), Some(score.points));
        let feedback = score.feedback.as_deref();
        checks.optional_text(&format!("rubricScores.{index}.feedback"), feedback, super::LONGEST_FEEDBACK);
        if score.criterion.is_some_and(|criterion| !seen.insert(criterion)) {
            let message = "this criterion has points already";
            checks.fail(&format!("rubricScores.{index}.criterion"), UserErrorCode::Conflict, message);
        }
    }
}

/// The rubric of an assessment.
pub(super) struct Rubric {
    criteria: Vec<rubric_criterion::Model>,
    /// By criterion, lowest first.
    levels: HashMap<Uuid, Vec<rubric_level::Model>>,
}

impl Rubric {
    pub async fn read(work: &Work<'_>, assessment: Uuid) -> Result<Self> {
        let criteria = rubric_criterion::Entity::find()
            .filter(rubric_criterion::Column::AssessmentId.eq(assessment))
            .order_by_asc(rubric_criterion::Column::Position)
            .all(work.tx())
            .await?;
        let rows = rubric_level::Entity::find()
            .filter(rubric_level::Column::CriterionId.is_in(criteria.iter().map(|row| row.id)))
            .order_by_asc(rubric_level::Column::Points)
            .order_by_asc(rubric_level::Column::Position)
            .all(work.tx())
            .await?;
        let mut levels: HashMap<Uuid, Vec<rubric_level::Model>> = HashMap::new();
        for row in rows {
            levels.entry(row.criterion_id).or_default().push(row);
        }
        Ok(Self { criteria, levels })
    }

    /// The points by criterion, in order: the new ones, and those of before for criteria that get none. Empty where no new ones are given.
    pub fn points(&self, max_score: i64, new: &[NewRubricScore], before: &[Point]) -> Result<Vec<Point>> {
        let mut checks = Checks::default();
        let mut given = HashMap::new();
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
            let most = levels.last().map_or(max_score, |level| level.points);
            if !(0..=most).contains(&points) {
                let message = format!("must be 0 to {}", amount::to_f64(most));
                checks.fail(&at("points"), UserErrorCode::Invalid, message);
                continue;
            }
            let said = || before.iter().find(|point| point.criterion == criterion.id)?.feedback.clone();
            given.insert(
                criterion.id,
                Point {
                    criterion: criterion.id,
                    level: reached(levels, points),
                    points,
                    feedback: score.feedback.clone().or_else(said),
                },
            );
        }
        checks.finish()?;
        if given.is_empty() {
            return Ok(Vec::new());
        }
        let kept = |id| before.iter().find(|point| point.criterion == id).cloned();
        let each = self.criteria.iter().filter_map(|row| given.remove(&row.id).or_else(|| kept(row.id)));
        Ok(each.collect())
    }

    /// The same points, each at the level that it reaches.
    pub fn placed(&self, points: Vec<Point>) -> Vec<Point> {
        let placed = |point: Point| {
            let levels = self.levels.get(&point.criterion).map(Vec::as_slice).unwrap_or_default();
            Point { level: reached(levels, point.points), ..point }
        };
        points.into_iter().map(placed).collect()
    }

    /// Whether any of the levels reached says that the work is given back for changes.
    pub fn requires_changes(&self, points: &[Point]) -> bool {
        let reached = |point: &Point| {
            let level =
                self.levels.get(&point.criterion)?.iter().find(|level| Some(level.id) == point.level)?;
            Some(level.requires_changes)
        };
        points.iter().any(|point| reached(point) == Some(true))
    }

    /// The score to be given: as stated, or the sum of the points by criterion; none for work that is given back without any.
    pub fn score(
        &self,
        stated: Option<f64>,
        points: &[Point],
        requires_changes: bool,
        most: i64,
    ) -> Result<Option<i64>> {
        let refuse = |field: &str, code, message: String| Err(Error::user(field, code, message));
        if let Some(score) = stated.and_then(amount::from_f64) {
            if !(0..=most).contains(&score) {
                let message = format!("must be 0 to {}", amount::to_f64(most));
                return refuse("score", UserErrorCode::Invalid, message);
            }
            return Ok(Some(score));
        }
        if points.is_empty() {
            if requires_changes {
                return Ok(None);
            }
            let message = "give points, or points by criterion, or give it back for changes";
            return refuse("score", UserErrorCode::Required, message.to_owned());
        }
        if points.len() < self.criteria.len() && !requires_changes {
            let message = "without a score every criterion needs points";
            return refuse("rubricScores", UserErrorCode::Required, message.to_owned());
        }
        let sum: i64 = points.iter().map(|point| point.points).sum();
        if sum > most {
            let message = format!("the rubric's points add up to more than {}", amount::to_f64(most));
            return refuse("rubricScores", UserErrorCode::Invalid, message);
        }
        Ok(Some(sum))
    }
}

/// The highest level whose points are reached.
fn reached(levels: &[rubric_level::Model], points: i64) -> Option<Uuid> {
    levels.iter().rev().find(|level| level.points <= points).map(|level| level.id)
}

/// The rows of points that an attempt has so far.
pub(super) async fn present(work: &Work<'_>, attempt: Uuid) -> Result<Vec<rubric_score::Model>> {
    Ok(rubric_score::Entity::find()
        .filter(rubric_score::Column::AttemptId.eq(attempt))
        .all(work.tx())
        .await?)
}

/// What rows of points say.
pub(super) fn said(rows: &[rubric_score::Model]) -> Vec<Point> {
    let point = |row: &rubric_score::Model| Point {
        criterion: row.criterion_id,
        level: row.level_id,
        points: row.points,
        feedback: row.feedback.clone(),
    };
    rows.iter().map(point).collect()
}

/// The rows of an attempt that say these points; those that it has keep their ids.
pub(super) fn rows(
    work: &Work<'_>,
    attempt: &attempt::Model,
    present: &[rubric_score::Model],
    points: Vec<Point>,
) -> Result<Vec<rubric_score::Model>> {
    let row = |point: Point| {
        let known = present.iter().find(|row| row.criterion_id == point.criterion);
        Ok(rubric_score::Model {
            id: known.map_or_else(|| work.new_id(), |row| Ok(row.id))?,
            issuer_id: attempt.issuer_id,
            attempt_id: attempt.id,
            criterion_id: point.criterion,
            level_id: point.level,
            points: point.points,
            feedback: point.feedback,
        })
    };
    points.into_iter().map(row).collect()
}
