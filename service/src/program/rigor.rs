//! The rigor of a version, worked out from its parts: what its award really requires. Pure.

use std::collections::BTreeSet;

use cairn_entity::enums::{AssessmentKind, GradingMode, IdentityCheck, Supervision};
use cairn_entity::{assessment, program_version};

use super::terms::{Level, QualityAssurance, Terms};
use crate::amount;
use crate::completion::rule::Rule;
use crate::error::Result;

/// Facts that tell rigor from noise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rigor {
    /// Notional hours, in ten-thousandths: as stated, else those of all required parts.
    pub workload_hours: Option<i64>,
    /// At which levels, of which frameworks.
    pub levels: Vec<Level>,
    /// Which kinds of assessment.
    pub assessment_kinds: Vec<AssessmentKind>,
    /// The strongest supervision that the award requires.
    pub supervision: Supervision,
    /// The strongest identity check that the award requires.
    pub identity_check: IdentityCheck,
    /// Who grades.
    pub grading: Vec<GradingMode>,
    /// Most attempts at a required assessment; none without limit.
    pub max_attempts: Option<i32>,
    /// Overall pass mark, percent in ten-thousandths.
    pub pass_mark: Option<i64>,
    /// Who assures quality.
    pub quality_assurance: Vec<QualityAssurance>,
    /// How much may be recognized as learned before, percent in ten-thousandths.
    pub recognized_share: i64,
}

/// The rigor of a version with these assessments, whose required parts take so many hours (nothing where any of them does not say).
pub fn rigor(
    version: &program_version::Model,
    assessments: &[assessment::Model],
    hours_of_parts: Option<i64>,
) -> Result<Rigor> {
    let rule = version.rule()?;
    let recognized_share = version.recognizable()?.unwrap_or_default();
    let needed = match &rule {
        Some(rule) => needs(rule, assessments),
        None => without_rule(assessments, recognized_share > 0),
    };
    let required: Vec<&assessment::Model> =
        needed.assessments.iter().filter_map(|index| assessments.get(*index)).collect();
    let kinds: BTreeSet<AssessmentKind> = assessments.iter().map(|row| row.kind).collect();
    let grading: BTreeSet<GradingMode> = assessments.iter().map(|row| row.grading).collect();
    let checked = required.iter().map(|row| row.identity_check).max().unwrap_or(IdentityCheck::None);
    // Whose identity must be verified has shown a document.
    let verified = if needed.identity { IdentityCheck::Document } else { IdentityCheck::None };
    let unlimited = required.is_empty() || required.iter().any(|row| row.max_attempts.is_none());
    Ok(Rigor {
        workload_hours: version.workload_hours.or(hours_of_parts),
        levels: version.levels()?,
        assessment_kinds: kinds.into_iter().collect(),
        supervision: required.iter().map(|row| row.supervision).max().unwrap_or(Supervision::None),
        identity_check: checked.max(verified),
        grading: grading.into_iter().collect(),
        max_attempts: required.iter().filter_map(|row| row.max_attempts).max().filter(|_| !unlimited),
        pass_mark: version.pass_mark.or(needed.score),
        quality_assurance: version.quality_assurance()?,
        recognized_share,
    })
}

/// What no way to satisfy a rule can do without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Needs {
    /// Places of assessments that must be passed, or at least tried.
    assessments: BTreeSet<usize>,
    /// Whether identity must be verified.
    identity: bool,
    /// The overall score that must be reached, percent in ten-thousandths.
    score: Option<i64>,
}

/// Without a rule every assessment is needed, but for those of modules that may be recognized.
fn without_rule(assessments: &[assessment::Model], recognizes: bool) -> Needs {
    let needed = |place: &usize| !recognizes || assessments[*place].module_id.is_none();
    Needs { assessments: (0..assessments.len()).filter(needed).collect(), ..Needs::default() }
}

fn needs(rule: &Rule, assessments: &[assessment::Model]) -> Needs {
    match rule {
        Rule::AllOf(parts) => of_many(parts, parts.len(), assessments),
        Rule::AnyOf(parts) => of_many(parts, 1, assessments),
        Rule::AtLeast { count, of } => of_many(of, *count, assessments),
        Rule::AssessmentPassed(id) | Rule::EvidenceApproved(id) => {
            let place = assessments.iter().position(|row| row.external_id == *id);
            Needs { assessments: place.into_iter().collect(), ..Needs::default() }
        }
        Rule::CategoryPassed(category) => only_of_category(category, assessments),
        Rule::OverallScore(percent) => for_score(*percent, assessments),
        Rule::IdentityVerified(needed) => Needs { identity: *needed, ..Needs::default() },
        Rule::Credits(_)
        | Rule::ContinuingUnits(_)
        | Rule::ComponentCompleted(_)
        | Rule::GroupCompleted(_)
        | Rule::ComponentShare(_)
        | Rule::Track(_) => Needs::default(),
    }
}

/// A need of so many parts that those without it are too few: with `count` of n parts to be met, one that is in at least n - count + 1.
fn of_many(parts: &[Rule], count: usize, assessments: &[assessment::Model]) -> Needs {
    let parts: Vec<Needs> = parts.iter().map(|part| needs(part, assessments)).collect();
    let enough = (parts.len() + 1).saturating_sub(count).max(1);
    let all: BTreeSet<usize> = parts.iter().flat_map(|part| part.assessments.iter().copied()).collect();
    let in_enough =
        |place: &usize| parts.iter().filter(|part| part.assessments.contains(place)).count() >= enough;
    let mut scores: Vec<i64> = parts.iter().filter_map(|part| part.score).collect();
    scores.sort_unstable_by(|a, b| b.cmp(a));
    Needs {
        assessments: all.into_iter().filter(in_enough).collect(),
        identity: parts.iter().filter(|part| part.identity).count() >= enough,
        score: scores.get(enough - 1).copied(),
    }
}

/// The one assessment of a category; of several none is needed.
fn only_of_category(category: &str, assessments: &[assessment::Model]) -> Needs {
    let mut places =
        (0..assessments.len()).filter(|place| assessments[*place].category.as_deref() == Some(category));
    match (places.next(), places.next()) {
        (Some(only), None) => Needs { assessments: BTreeSet::from([only]), ..Needs::default() },
        _ => Needs::default(),
    }
}

/// The assessments without which the score is out of reach.
fn for_score(percent: f64, assessments: &[assessment::Model]) -> Needs {
    let score = amount::from_f64(percent).unwrap_or(amount::HUNDRED);
    let whole: i64 = assessments.iter().map(|row| row.weight).sum();
    let beyond_reach = |place: &usize| amount::percent(whole - assessments[*place].weight, whole) < score;
    let places = (0..assessments.len()).filter(beyond_reach).collect();
    Needs { assessments: places, identity: false, score: Some(score) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amount::ONE;
    use uuid::Uuid;

    fn assessment(
        id: &str,
        weight: i64,
        supervision: Supervision,
        attempts: Option<i32>,
    ) -> assessment::Model {
        let moment = chrono::DateTime::UNIX_EPOCH;
        assessment::Model {
            id: Uuid::nil(),
            issuer_id: Uuid::nil(),
            program_id: Uuid::nil(),
            version_id: Some(Uuid::nil()),
            cohort_id: None,
            module_id: None,
            external_id: id.to_owned(),
            title: id.to_owned(),
            description: None,
            category: Some(id.to_owned()),
            kind: AssessmentKind::Exam,
            position: 1,
            weight: weight * ONE,
            pass_mark: None,
            min_score: 0,
            max_score: 100 * ONE,
            max_attempts: attempts,
            supervision,
            identity_check: IdentityCheck::Account,
            grading: GradingMode::Expert,
            due_at: None,
            rules: serde_json::json!({}),
            created_at: moment,
            updated_at: moment,
        }
    }

    fn passed(id: &str) -> Rule {
        Rule::AssessmentPassed(id.to_owned())
    }

    #[test]
    fn an_alternative_requires_only_what_every_way_has() {
        let all = [
            assessment("quiz", 1, Supervision::None, None),
            assessment("exam", 1, Supervision::Proctored, Some(2)),
            assessment("project", 1, Supervision::OnSite, Some(1)),
        ];
        let both = Rule::AnyOf(vec![
            Rule::AllOf(vec![passed("exam"), passed("quiz")]),
            Rule::AllOf(vec![passed("exam"), passed("project")]),
        ]);
        assert_eq!(needs(&both, &all).assessments, BTreeSet::from([1]));
        let two_of_three =
            Rule::AtLeast { count: 2, of: vec![passed("quiz"), passed("exam"), passed("exam")] };
        assert_eq!(needs(&two_of_three, &all).assessments, BTreeSet::from([1]));
        assert!(
            needs(&Rule::AnyOf(vec![passed("exam"), Rule::IdentityVerified(true)]), &all)
                .assessments
                .is_empty()
        );
        assert_eq!(needs(&Rule::CategoryPassed("quiz".to_owned()), &all).assessments, BTreeSet::from([0]));
    }

    #[test]
    fn what_recognition_may_free_from_is_not_required() {
        let mut quiz = assessment("quiz", 1, Supervision::OnSite, None);
        quiz.module_id = Some(Uuid::nil());
        let all = [quiz, assessment("exam", 3, Supervision::Proctored, None)];
        assert_eq!(without_rule(&all, false).assessments, BTreeSet::from([0, 1]));
        assert_eq!(without_rule(&all, true).assessments, BTreeSet::from([1]));
    }

    #[test]
    fn a_score_requires_the_assessments_that_it_cannot_be_reached_without() {
        let all = [
            assessment("quiz", 1, Supervision::None, None),
            assessment("exam", 3, Supervision::Proctored, None),
        ];
        let needed = needs(&Rule::OverallScore(60.0), &all);
        assert_eq!((needed.assessments, needed.score), (BTreeSet::from([1]), Some(60 * ONE)));
        assert_eq!(needs(&Rule::OverallScore(80.0), &all).assessments, BTreeSet::from([0, 1]));
    }
}
