//! Results to be had, and those that a learner had: overall, by assessment and by criterion of a rubric.

use std::collections::HashMap;

use cairn_credential::document::{Result as Outcome, ResultDescription, RubricCriterionLevel};
use cairn_entity::{attempt, enrollment, evidence, program_version, rubric_level, rubric_score};
use uuid::Uuid;

use super::recognition;
use crate::amount;
use crate::program::tested::{Criterion, Tested};

/// Most results in a document; further ones are left out.
const MOST_RESULTS: usize = 50;

/// What a learner reached at one assessment: the best graded attempt.
#[derive(Clone, Debug)]
pub struct Score {
    /// The attempt.
    pub attempt: attempt::Model,
    /// Its points by criterion.
    pub rubric: Vec<rubric_score::Model>,
    /// What was handed in with it.
    pub evidence: Vec<evidence::Model>,
}

/// What results mean, for everything that a version is assessed by. `scores` tell of how many points an attempt was graded where that
/// is not what the assessment says.
pub fn describe(
    id: &str,
    version: &program_version::Model,
    tested: &[&Tested],
    scores: &[Score],
) -> Vec<ResultDescription> {
    let mut list = vec![
        ResultDescription {
            value_min: Some("0".to_owned()),
            value_max: Some("100".to_owned()),
            required_value: version.pass_mark.map(decimal),
            ..description(id, "overall", "Overall score", "Percent")
        },
        description(id, "status", "Completion", "Status"),
    ];
    list.extend(recognition::describe(id, version.prior_learning.is_some()));
    for tested in tested {
        let row = &tested.assessment;
        let graded = scores.iter().find(|score| score.attempt.assessment_id == row.id);
        let most = graded.map_or(row.max_score, |score| score.attempt.max_score);
        list.push(ResultDescription {
            value_min: Some(decimal(row.min_score)),
            value_max: Some(decimal(most)),
            required_value: row.pass_mark.map(decimal),
            ..description(id, &row.id.to_string(), &row.title, "RawScore")
        });
        list.extend(tested.criteria.iter().map(|criterion| rubric(id, &row.title, criterion)));
    }
    list.truncate(MOST_RESULTS);
    list
}

/// A description of a kind of result.
pub fn description(id: &str, name: &str, title: &str, kind: &str) -> ResultDescription {
    ResultDescription {
        id: address(id, name),
        name: title.to_owned(),
        result_type: kind.to_owned(),
        ..ResultDescription::default()
    }
}

/// The address of a description.
pub fn address(id: &str, name: &str) -> String {
    format!("{id}#result-{name}")
}

fn level_address(id: &str, level: Uuid) -> String {
    format!("{id}#level-{level}")
}

fn rubric(id: &str, assessment: &str, criterion: &Criterion) -> ResultDescription {
    let levels = criterion.levels.iter().map(|level| RubricCriterionLevel {
        id: level_address(id, level.id),
        name: level.label.clone(),
        description: level.description.clone(),
        level: Some(level.position.to_string()),
        points: Some(decimal(level.points)),
        ..RubricCriterionLevel::default()
    });
    let title = format!("{assessment}: {}", criterion.criterion.criterion);
    ResultDescription {
        rubric_criterion_level: levels.collect(),
        ..description(id, &criterion.criterion.id.to_string(), &title, "RubricCriterionLevel")
    }
}

/// The results of an enrollment, of those that are described.
pub fn results(
    id: &str,
    descriptions: &[ResultDescription],
    enrollment: &enrollment::Model,
    tested: &[&Tested],
    scores: &[Score],
) -> Vec<Outcome> {
    let mut list = Vec::new();
    if enrollment.score >= 0 {
        list.push(Outcome { value: Some(decimal(enrollment.score)), ..result(address(id, "overall")) });
    }
    if enrollment.completed_at.is_some() {
        list.push(Outcome { status: Some("Completed".to_owned()), ..result(address(id, "status")) });
    }
    let levels: HashMap<Uuid, &[rubric_level::Model]> = tested
        .iter()
        .flat_map(|tested| &tested.criteria)
        .map(|criterion| (criterion.criterion.id, criterion.levels.as_slice()))
        .collect();
    for score in scores {
        let Some(points) = score.attempt.score else { continue };
        let passed = score.attempt.passed.map(|passed| if passed { "Completed" } else { "Failed" });
        list.push(Outcome {
            value: Some(decimal(points)),
            status: passed.map(str::to_owned),
            ..result(address(id, &score.attempt.assessment_id.to_string()))
        });
        for points in &score.rubric {
            let levels = levels.get(&points.criterion_id).copied().unwrap_or_default();
            let level = points.level_id.or_else(|| reached(levels, points.points));
            list.push(Outcome {
                value: Some(decimal(points.points)),
                achieved_level: level.map(|level| level_address(id, level)),
                ..result(address(id, &points.criterion_id.to_string()))
            });
        }
    }
    let described =
        |result: &Outcome| descriptions.iter().any(|one| Some(&one.id) == result.result_description.as_ref());
    list.retain(described);
    list
}

/// The highest level whose points are reached.
fn reached(levels: &[rubric_level::Model], points: i64) -> Option<Uuid> {
    levels.iter().rev().find(|level| level.points <= points).map(|level| level.id)
}

/// A result of which nothing is said yet.
pub fn result(description: String) -> Outcome {
    Outcome { result_description: Some(description), ..Outcome::default() }
}

fn decimal(scaled: i64) -> String {
    amount::to_decimal(scaled).normalize().to_string()
}

/// The best graded attempt of each enrollment at each assessment: a pass before none, then the most points.
pub fn best(attempts: Vec<attempt::Model>) -> Vec<attempt::Model> {
    let mut best: HashMap<(Uuid, Uuid), attempt::Model> = HashMap::new();
    let rank = |row: &attempt::Model| (row.passed == Some(true), row.score);
    for row in attempts {
        let key = (row.enrollment_id, row.assessment_id);
        if best.get(&key).is_none_or(|known| rank(known) < rank(&row)) {
            best.insert(key, row);
        }
    }
    best.into_values().collect()
}

/// Scores by enrollment, in the order of their assessments.
pub fn scores(
    attempts: Vec<attempt::Model>,
    rubric: Vec<rubric_score::Model>,
    evidence: Vec<evidence::Model>,
    tested: &[Tested],
) -> HashMap<Uuid, Vec<Score>> {
    let mut points: HashMap<Uuid, Vec<rubric_score::Model>> = HashMap::new();
    for row in rubric {
        points.entry(row.attempt_id).or_default().push(row);
    }
    let mut work: HashMap<Uuid, Vec<evidence::Model>> = HashMap::new();
    for row in evidence {
        work.entry(row.attempt_id).or_default().push(row);
    }
    let mut by_enrollment: HashMap<Uuid, Vec<Score>> = HashMap::new();
    for attempt in attempts {
        by_enrollment.entry(attempt.enrollment_id).or_default().push(Score {
            rubric: points.remove(&attempt.id).unwrap_or_default(),
            evidence: work.remove(&attempt.id).unwrap_or_default(),
            attempt,
        });
    }
    let positions: HashMap<Uuid, i32> =
        tested.iter().map(|tested| (tested.assessment.id, tested.assessment.position)).collect();
    let place = |score: &Score| {
        let id = score.attempt.assessment_id;
        (positions.get(&id).copied(), id)
    };
    let criteria: HashMap<Uuid, i32> = tested
        .iter()
        .flat_map(|tested| &tested.criteria)
        .map(|criterion| (criterion.criterion.id, criterion.criterion.position))
        .collect();
    for scores in by_enrollment.values_mut() {
        scores.sort_by_key(place);
        for score in scores {
            score.rubric.sort_by_key(|points| (criteria.get(&points.criterion_id).copied(), points.id));
        }
    }
    by_enrollment
}
