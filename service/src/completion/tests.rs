//! Properties of the evaluator, and comparison with brute force.

use std::collections::HashSet;

use cairn_entity::enums::{GradingMode, IdentityCheck, Supervision};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::condition::{Atom, Condition};
use super::gap;
use super::rule::Rule;
use super::*;
use crate::amount;

const PARTS: usize = 4;

fn moment(days: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default() + TimeDelta::days(days)
}

fn plan(rule: Option<Rule>) -> Plan {
    let number = |index: usize| u128::try_from(index).unwrap_or(0);
    let components = (0..PARTS).map(|index| Component {
        id: Uuid::from_u128(100 + number(index)),
        external_id: format!("c{index}"),
        title: format!("Part {index}"),
        required: index % 2 == 0,
        program_id: Some(Uuid::from_u128(300 + number(index))),
        module_id: None,
        credits: [("ECTS".to_owned(), i64::try_from(index + 1).unwrap_or(1) * amount::ONE)].into(),
    });
    let assessments = (0..PARTS).map(|index| Assessment {
        id: Uuid::from_u128(200 + number(index)),
        external_id: format!("a{index}"),
        title: format!("Test {index}"),
        category: Some(if index < 2 { "Quiz" } else { "Final" }.to_owned()),
        of_cohort: index == PARTS - 1,
        weight: i64::try_from(index).unwrap_or(0) * amount::ONE,
        pass_mark: Some(40 * amount::ONE),
        min_score: 0,
        max_score: amount::HUNDRED,
        max_attempts: None,
        module_id: None,
        supervision: Supervision::None,
        identity_check: IdentityCheck::None,
        grading: GradingMode::Automated,
        due_at: None,
        rules: crate::attempt::Rules::default(),
    });
    Plan { rule, pass_mark: None, components: components.collect(), assessments: assessments.collect() }
}

fn rules() -> impl Strategy<Value = Rule> {
    let leaf = prop_oneof![
        (0..PARTS).prop_map(|index| Rule::ComponentCompleted(format!("c{index}"))),
        (0..PARTS).prop_map(|index| Rule::AssessmentPassed(format!("a{index}"))),
        prop_oneof![Just("Quiz"), Just("Final")].prop_map(|name| Rule::CategoryPassed(name.to_owned())),
        (1..10_i32).prop_map(|n| Rule::Credits { amount: n.to_string(), scheme: "ECTS".to_owned() }),
        (1..100_i32).prop_map(|n| Rule::OverallScore(f64::from(n))),
        Just(Rule::Track(vec!["verified".to_owned()])),
        any::<bool>().prop_map(Rule::IdentityVerified),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let some = prop::collection::vec(inner, 1..4);
        prop_oneof![
            some.clone().prop_map(Rule::AllOf),
            some.clone().prop_map(Rule::AnyOf),
            (some, 1..4_usize).prop_map(|(of, count)| Rule::AtLeast { count: count.min(of.len()), of }),
        ]
    })
}

/// One piece of passing evidence.
#[derive(Clone, Copy, Debug)]
enum Evidence {
    Done(usize),
    Grade(usize, i64),
    Identity,
    Verified,
}

fn evidence() -> impl Strategy<Value = Vec<(Evidence, i64)>> {
    let one = prop_oneof![
        (0..PARTS).prop_map(Evidence::Done),
        (0..PARTS, 0..=100_i64).prop_map(|(index, points)| Evidence::Grade(index, points)),
        Just(Evidence::Identity),
        Just(Evidence::Verified),
    ];
    prop::collection::vec((one, 0..50_i64), 0..8)
}

fn facts(plan: &Plan, evidence: &[(Evidence, i64)]) -> Facts {
    let mut facts = Facts::new(moment(0));
    for (piece, days) in evidence {
        let at = moment(*days);
        match *piece {
            Evidence::Done(index) => {
                let fact = facts.components.entry(plan.components[index].id).or_default();
                fact.completed_at = Some(fact.completed_at.map_or(at, |known| known.min(at)));
            }
            Evidence::Grade(index, points) => {
                let assessment = &plan.assessments[index];
                let score = points * amount::ONE;
                facts.assessments.entry(assessment.id).or_default().graded.push(Graded {
                    at,
                    share: assessment.share(score, assessment.max_score),
                    points: score,
                    passed: assessment.passes(score, assessment.max_score),
                });
            }
            Evidence::Identity => {
                let known = facts.identity_verified_at;
                facts.identity_verified_at = Some(known.map_or(at, |known| known.min(at)));
            }
            Evidence::Verified => facts.track = Some("verified".to_owned()),
        }
    }
    facts
}

/// Every atom that a condition names.
fn atoms(condition: &Condition) -> HashSet<Atom> {
    match condition {
        Condition::One(atom) => [atom.clone()].into(),
        Condition::All(parts) | Condition::AtLeast(_, parts) => parts.iter().flat_map(atoms).collect(),
        Condition::Weigh(_, weights) => weights.iter().map(|(atom, _)| atom.clone()).collect(),
    }
}

proptest! {
    #[test]
    fn more_passing_evidence_never_loses_an_award(
        rule in rules(), less in evidence(), more in evidence(),
    ) {
        let plan = plan(Some(rule));
        let before = satisfied_at(&plan, &facts(&plan, &less));
        let after = satisfied_at(&plan, &facts(&plan, &[less, more].concat()));
        if let Some(before) = before {
            prop_assert!(after.is_some_and(|after| after <= before));
        }
    }

    #[test]
    fn the_order_of_evidence_never_matters(rule in rules(), pieces in evidence()) {
        let plan = plan(Some(rule));
        let mut turned = pieces.clone();
        turned.reverse();
        let (one, other) = (facts(&plan, &pieces), facts(&plan, &turned));
        prop_assert_eq!(satisfied_at(&plan, &one), satisfied_at(&plan, &other));
        prop_assert_eq!(one.score(&plan), other.score(&plan));
        prop_assert_eq!(one.percent(&plan), other.percent(&plan));
    }

    #[test]
    fn what_is_missing_is_enough_needed_and_the_least(rule in rules(), pieces in evidence()) {
        let plan = plan(Some(rule));
        let facts = facts(&plan, &pieces);
        let condition = Condition::of_plan(&plan);
        let holds = |atom: &Atom| atom.held_since(&plan, &facts).is_some();
        let missing = gap::missing(&condition, holds);
        let with = |set: &[Atom]| gap::is_met(&condition, &|atom: &Atom| holds(atom) || set.contains(atom));
        prop_assert!(with(&missing.atoms));
        prop_assert_eq!(missing.atoms.is_empty(), condition.held_since(&plan, &facts).is_some());
        let open: Vec<Atom> = atoms(&condition).into_iter().filter(|atom| !holds(atom)).collect();
        if open.len() <= 12 {
            let least = (0_u32..1 << open.len())
                .filter(|mask| {
                    let set: Vec<Atom> = open
                        .iter()
                        .enumerate()
                        .filter(|(index, _)| mask & (1 << index) != 0)
                        .map(|(_, atom)| atom.clone())
                        .collect();
                    with(&set)
                })
                .map(u32::count_ones)
                .min();
            prop_assert!(missing.exact);
            prop_assert_eq!(Some(missing.atoms.len()), least.map(|count| count as usize));
        }
    }
}

#[test]
fn beyond_twenty_open_things_nothing_can_be_left_out_and_it_says_so() {
    // Each pair shares a member with the next, so that choices hang together.
    let pairs = (0..30).map(|index| {
        Rule::AnyOf(vec![
            Rule::ComponentCompleted(format!("c{index}")),
            Rule::ComponentCompleted(format!("c{}", index + 1)),
        ])
    });
    let mut plan = plan(Some(Rule::AllOf(pairs.collect())));
    let template = plan.components[0].clone();
    plan.components = (0..31_u128)
        .map(|index| Component {
            id: Uuid::from_u128(index),
            external_id: format!("c{index}"),
            program_id: None,
            ..template.clone()
        })
        .collect();
    let condition = Condition::of_plan(&plan);
    let missing = gap::missing(&condition, |_| false);
    assert!(!missing.exact);
    assert!(gap::is_met(&condition, &|atom: &Atom| missing.atoms.contains(atom)));
    for left_out in &missing.atoms {
        assert!(!gap::is_met(&condition, &|atom: &Atom| atom != left_out && missing.atoms.contains(atom)));
    }
}

#[test]
fn without_a_rule_everything_required_counts_and_line_items_do_not() {
    let plan = plan(None);
    let gap = gap(&plan, &Facts::new(moment(0)));
    let asked: Vec<&str> = gap.missing.iter().map(|missing| missing.requirement.as_str()).collect();
    assert_eq!(
        asked,
        ["Complete “Part 0”", "Complete “Part 2”", "Pass “Test 0”", "Pass “Test 1”", "Pass “Test 2”"]
    );
    assert_eq!(gap.missing[2].detail.as_deref(), Some("needs 40 of 100 points; not tried yet"));
    let nothing = Plan::default();
    assert!(satisfied_at(&nothing, &Facts::new(moment(0))).is_none());
}

#[test]
fn the_moment_is_the_last_of_all_the_first_of_any_and_the_nth_of_so_many() {
    let done = |index: usize| Rule::ComponentCompleted(format!("c{index}"));
    let evidence: Vec<_> = (0..3).map(|index| (Evidence::Done(index), 10 + index as i64)).collect();
    for (rule, day) in [
        (Rule::AllOf(vec![done(0), done(2)]), 12),
        (Rule::AnyOf(vec![done(2), done(1)]), 11),
        (Rule::AtLeast { count: 2, of: vec![done(2), done(1), done(0)] }, 11),
        (Rule::Credits { amount: "3".to_owned(), scheme: "ECTS".to_owned() }, 11),
    ] {
        let plan = plan(Some(rule));
        assert_eq!(satisfied_at(&plan, &facts(&plan, &evidence)), Some(moment(day)));
    }
}

#[test]
fn the_shown_score_counts_what_is_graded_and_the_rule_counts_the_rest_as_nothing() {
    let plan = plan(Some(Rule::OverallScore(40.0)));
    let mut known = facts(&plan, &[(Evidence::Grade(3, 80), 1)]);
    assert_eq!(known.score(&plan), Some(80 * amount::ONE));
    assert_eq!(known.score_of_all(&plan), 40 * amount::ONE); // weights 0, 1, 2, 3
    assert_eq!(satisfied_at(&plan, &known), Some(moment(1)));
    known.assessments.clear();
    assert_eq!(known.score(&plan), None);
    assert!(satisfied_at(&plan, &known).is_none());
}
