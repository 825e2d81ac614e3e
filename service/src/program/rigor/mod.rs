//! The rigor of a version, worked out from its parts: what its award really requires. Pure; `load` reads what it needs.

mod load;

use std::collections::{BTreeMap, BTreeSet};

use cairn_entity::enums::{AssessmentKind, GradingMode, IdentityCheck, Supervision};
use cairn_entity::{assessment, program_version};
use uuid::Uuid;

pub use load::rigors;

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

/// Hours by the module or program that takes them.
type Takes = BTreeMap<Uuid, i64>;

/// A place of a version.
struct Part {
    /// The issuer's own id of what fills it.
    external_id: String,
    /// Whether it must be done.
    required: bool,
    /// Notional hours, in ten-thousandths, by what takes them: it takes them once, however often it is contained. Nothing where they are not known.
    takes: Option<Takes>,
    /// The rigor of the program that fills it.
    rigor: Option<Rigor>,
}

/// The rigor of a version with these assessments and places.
fn rigor(
    version: &program_version::Model,
    assessments: &[assessment::Model],
    parts: &[Part],
) -> Result<Rigor> {
    let rule = version.rule()?;
    let recognized_share = version.recognizable()?.unwrap_or_default();
    let mut needed = match &rule {
        Some(rule) => needs(rule, assessments, parts),
        None => without_rule(assessments, parts, recognized_share > 0),
    };
    if recognized_share > 0 {
        // What may be recognized need not be gone through.
        needed.components.clear();
    }
    let required: Vec<&assessment::Model> =
        needed.assessments.iter().filter_map(|index| assessments.get(*index)).collect();
    let within: Vec<&Rigor> =
        needed.components.iter().filter_map(|index| parts.get(*index)?.rigor.as_ref()).collect();
    let all_within = || parts.iter().filter_map(|part| part.rigor.as_ref());
    let mut kinds: BTreeSet<AssessmentKind> = assessments.iter().map(|row| row.kind).collect();
    kinds.extend(all_within().flat_map(|rigor| &rigor.assessment_kinds));
    let mut grading: BTreeSet<GradingMode> = assessments.iter().map(|row| row.grading).collect();
    grading.extend(all_within().flat_map(|rigor| &rigor.grading));
    // Whose identity must be verified has shown a document.
    let verified = if needed.identity { IdentityCheck::Document } else { IdentityCheck::None };
    let checks =
        required.iter().map(|row| row.identity_check).chain(within.iter().map(|one| one.identity_check));
    let supervised =
        required.iter().map(|row| row.supervision).chain(within.iter().map(|one| one.supervision));
    let assessed = within.iter().filter(|rigor| !rigor.assessment_kinds.is_empty());
    let tries: Vec<Option<i32>> =
        required.iter().map(|row| row.max_attempts).chain(assessed.map(|rigor| rigor.max_attempts)).collect();
    Ok(Rigor {
        workload_hours: version.workload_hours.or_else(|| Some(taken_by(parts)?.values().sum())),
        levels: version.levels()?,
        assessment_kinds: kinds.into_iter().collect(),
        supervision: supervised.max().unwrap_or(Supervision::None),
        identity_check: checks.max().unwrap_or(IdentityCheck::None).max(verified),
        grading: grading.into_iter().collect(),
        max_attempts: tries.into_iter().collect::<Option<Vec<_>>>().and_then(|tries| tries.into_iter().max()),
        pass_mark: version.pass_mark.or(needed.score),
        quality_assurance: version.quality_assurance()?,
        recognized_share,
    })
}

/// Hours of all required parts; nothing where there are none or one does not say: the sum would tell too little.
fn taken_by(parts: &[Part]) -> Option<Takes> {
    let required = parts.iter().filter(|part| part.required);
    let stated = required.map(|part| part.takes.as_ref()).collect::<Option<Vec<_>>>()?;
    (!stated.is_empty())
        .then(|| stated.into_iter().flatten().map(|(thing, hours)| (*thing, *hours)).collect())
}

/// What no way to satisfy a rule can do without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Needs {
    /// Places of assessments that must be passed, or at least tried.
    assessments: BTreeSet<usize>,
    /// Places of components that must be done.
    components: BTreeSet<usize>,
    /// Whether identity must be verified.
    identity: bool,
    /// The overall score that must be reached, percent in ten-thousandths.
    score: Option<i64>,
}

/// Without a rule every required part and every assessment is needed, but for those of modules that may be recognized.
fn without_rule(assessments: &[assessment::Model], parts: &[Part], recognizes: bool) -> Needs {
    let needed = |place: &usize| !recognizes || assessments[*place].module_id.is_none();
    Needs {
        assessments: (0..assessments.len()).filter(needed).collect(),
        components: (0..parts.len()).filter(|place| parts[*place].required).collect(),
        ..Needs::default()
    }
}

fn needs(rule: &Rule, assessments: &[assessment::Model], parts: &[Part]) -> Needs {
    let done = |is: &dyn Fn(&Part) -> bool| Needs {
        components: (0..parts.len()).filter(|place| is(&parts[*place])).collect(),
        ..Needs::default()
    };
    match rule {
        Rule::AllOf(of) => of_many(of, of.len(), (assessments, parts)),
        Rule::AnyOf(of) => of_many(of, 1, (assessments, parts)),
        Rule::AtLeast { count, of } => of_many(of, *count, (assessments, parts)),
        Rule::AssessmentPassed(id) | Rule::EvidenceApproved(id) => {
            let place = assessments.iter().position(|row| row.external_id == *id);
            Needs { assessments: place.into_iter().collect(), ..Needs::default() }
        }
        Rule::CategoryPassed(category) => only_of_category(category, assessments),
        Rule::OverallScore(percent) => for_score(*percent, assessments),
        Rule::IdentityVerified(needed) => Needs { identity: *needed, ..Needs::default() },
        Rule::ComponentCompleted(id) => done(&|part| part.external_id == *id),
        Rule::ComponentShare(percent) if *percent >= 100.0 => done(&|_| true),
        Rule::Credits(_)
        | Rule::ContinuingUnits(_)
        | Rule::GroupCompleted(_)
        | Rule::ComponentShare(_)
        | Rule::Track(_) => Needs::default(),
    }
}

/// A need of so many parts that those without it are too few: with `count` of n parts to be met, one that is in at least n - count + 1.
fn of_many(rules: &[Rule], count: usize, (assessments, places): (&[assessment::Model], &[Part])) -> Needs {
    let parts: Vec<Needs> = rules.iter().map(|rule| needs(rule, assessments, places)).collect();
    let enough = (parts.len() + 1).saturating_sub(count).max(1);
    let in_enough = |set: fn(&Needs) -> &BTreeSet<usize>| -> BTreeSet<usize> {
        let all = parts.iter().flat_map(|part| set(part).iter().copied());
        all.filter(|place| parts.iter().filter(|part| set(part).contains(place)).count() >= enough).collect()
    };
    let mut scores: Vec<i64> = parts.iter().filter_map(|part| part.score).collect();
    scores.sort_unstable_by(|a, b| b.cmp(a));
    Needs {
        assessments: in_enough(|part| &part.assessments),
        components: in_enough(|part| &part.components),
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
    Needs { assessments: places, score: Some(score), ..Needs::default() }
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
        assert_eq!(needs(&both, &all, &[]).assessments, BTreeSet::from([1]));
        let two_of_three =
            Rule::AtLeast { count: 2, of: vec![passed("quiz"), passed("exam"), passed("exam")] };
        assert_eq!(needs(&two_of_three, &all, &[]).assessments, BTreeSet::from([1]));
        assert!(
            needs(&Rule::AnyOf(vec![passed("exam"), Rule::IdentityVerified(true)]), &all, &[])
                .assessments
                .is_empty()
        );
        assert_eq!(
            needs(&Rule::CategoryPassed("quiz".to_owned()), &all, &[]).assessments,
            BTreeSet::from([0])
        );
    }

    #[test]
    fn what_recognition_may_free_from_is_not_required() {
        let mut quiz = assessment("quiz", 1, Supervision::OnSite, None);
        quiz.module_id = Some(Uuid::nil());
        let all = [quiz, assessment("exam", 3, Supervision::Proctored, None)];
        assert_eq!(without_rule(&all, &[], false).assessments, BTreeSet::from([0, 1]));
        assert_eq!(without_rule(&all, &[], true).assessments, BTreeSet::from([1]));
    }

    #[test]
    fn a_score_requires_the_assessments_that_it_cannot_be_reached_without() {
        let all = [
            assessment("quiz", 1, Supervision::None, None),
            assessment("exam", 3, Supervision::Proctored, None),
        ];
        let needed = needs(&Rule::OverallScore(60.0), &all, &[]);
        assert_eq!((needed.assessments, needed.score), (BTreeSet::from([1]), Some(60 * ONE)));
        assert_eq!(needs(&Rule::OverallScore(80.0), &all, &[]).assessments, BTreeSet::from([0, 1]));
    }

    fn part(id: &str, supervision: Supervision) -> Part {
        let rigor = Rigor {
            workload_hours: Some(10 * ONE),
            levels: Vec::new(),
            assessment_kinds: vec![AssessmentKind::Exam],
            supervision,
            identity_check: IdentityCheck::Document,
            grading: vec![GradingMode::Expert],
            max_attempts: Some(3),
            pass_mark: None,
            quality_assurance: Vec::new(),
            recognized_share: 0,
        };
        let takes = Some(BTreeMap::from([(Uuid::from_u128(id.len() as u128), 10 * ONE)]));
        Part { external_id: id.to_owned(), required: true, takes, rigor: Some(rigor) }
    }

    #[test]
    fn a_stack_requires_of_its_programs_those_that_no_way_does_without() {
        let parts = [part("a", Supervision::None), part("b", Supervision::OnSite)];
        let done = |id: &str| Rule::ComponentCompleted(id.to_owned());
        let places = |rule: &Rule| needs(rule, &[], &parts).components;
        assert_eq!(places(&Rule::AllOf(vec![done("a"), done("b")])), BTreeSet::from([0, 1]));
        assert_eq!(places(&Rule::AnyOf(vec![done("a"), done("b")])), BTreeSet::new());
        assert_eq!(places(&Rule::ComponentShare(100.0)), BTreeSet::from([0, 1]));
        assert_eq!(places(&Rule::ComponentShare(50.0)), BTreeSet::new());
        assert_eq!(without_rule(&[], &parts, false).components, BTreeSet::from([0, 1]));
    }

    #[test]
    fn what_two_parts_contain_takes_its_hours_once() {
        let takes = |things: &[u128]| Some(things.iter().map(|n| (Uuid::from_u128(*n), 10 * ONE)).collect());
        let part = |things: &[u128]| Part { takes: takes(things), ..part("a", Supervision::None) };
        let all = [part(&[1, 2]), part(&[2, 3])];
        assert_eq!(taken_by(&all).map(|taken| taken.values().sum()), Some(30 * ONE));
        let unsaid = Part { takes: None, ..part(&[]) };
        assert_eq!(taken_by(&[part(&[1]), unsaid]), None);
        assert_eq!(taken_by(&[]), None);
    }
}
