//! Properties of the evaluator, and comparison with brute force.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{GradingMode, IdentityCheck, Supervision};
use cairn_words::Words;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::atom::{Atom, Counted};
use super::condition::Condition;
use super::explain::holds;
use super::rule::{ContinuingUnits, Credits, Rule};
use super::*;
use crate::amount;
use crate::program::terms::Level;

mod recognition;

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
        group: (index % 2 == 1).then(|| "electives".to_owned()),
        program_id: Some(Uuid::from_u128(300 + number(index))),
        module_id: None,
        credits: [("ECTS".to_owned(), gives(index))].into(),
        within: gives(index)
            .into_iter()
            .map(|(part, _)| (part, format!("Part {}", part.as_u128() - 300)))
            .collect(),
        levels: vec![Level { framework: "EQF".to_owned(), value: (5 + index).to_string() }],
        worth: 1 + i64::try_from(index).unwrap_or(0),
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
    let groups = vec![Group { code: "electives".to_owned(), title: "Electives".to_owned(), choose: 1 }];
    Plan {
        rule,
        groups,
        components: components.collect(),
        assessments: assessments.collect(),
        ..Plan::default()
    }
}

/// The first gives 1, the second 2; the third 3, of which 1 is the first's; the fourth 4, of which 2 are the second's.
fn gives(index: usize) -> Vec<(Uuid, i64)> {
    let thing = |index: u128| Uuid::from_u128(300 + index);
    let given = match index {
        0 => vec![(thing(0), 1)],
        1 => vec![(thing(1), 2)],
        2 => vec![(thing(0), 1), (thing(2), 2)],
        _ => vec![(thing(1), 2), (thing(3), 2)],
    };
    given.into_iter().map(|(thing, amount)| (thing, amount * amount::ONE)).collect()
}

/// Any rule of credit, with and without limits.
fn credits() -> impl Strategy<Value = Rule> {
    let level = prop_oneof![Just(None), (5..9_i32).prop_map(Some)];
    let age = prop_oneof![Just(None), (1..3_u32).prop_map(Some)];
    let carried = prop_oneof![Just(None), (0..4_i32).prop_map(Some)];
    (1..8_i32, level, age, carried).prop_map(|(amount, level, max_age_months, carried)| {
        Rule::Credits(Credits {
            amount: amount.to_string(),
            scheme: "ECTS".to_owned(),
            at_level: level.map(|level| Level { framework: "EQF".to_owned(), value: level.to_string() }),
            max_age_months,
            carried_over_at_most: carried.map(|most| most.to_string()),
        })
    })
}

fn rules() -> impl Strategy<Value = Rule> {
    let leaf = prop_oneof![
        (0..PARTS).prop_map(|index| Rule::ComponentCompleted(format!("c{index}"))),
        (0..PARTS).prop_map(|index| Rule::AssessmentPassed(format!("a{index}"))),
        prop_oneof![Just("Quiz"), Just("Final")].prop_map(|name| Rule::CategoryPassed(name.to_owned())),
        credits(),
        (0..PARTS).prop_map(|index| Rule::EvidenceApproved(format!("a{index}"))),
        (0..=100_i32).prop_map(|percent| Rule::ComponentShare(f64::from(percent))),
        Just(Rule::GroupCompleted("electives".to_owned())),
        (1..20_i32, prop_oneof![Just(None), Just(Some("ethics".to_owned()))]).prop_map(|(n, category)| {
            Rule::ContinuingUnits(ContinuingUnits { amount: n.to_string(), category })
        }),
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
    Grade(usize, i64, bool),
    Units(i64, bool),
    Recognized(usize),
    Identity,
    Verified,
}

fn evidence() -> impl Strategy<Value = Vec<(Evidence, i64)>> {
    let one = prop_oneof![
        (0..PARTS).prop_map(Evidence::Done),
        (0..PARTS, 0..=100_i64, any::<bool>())
            .prop_map(|(index, points, shown)| Evidence::Grade(index, points, shown)),
        (1..10_i64, any::<bool>()).prop_map(|(amount, ethics)| Evidence::Units(amount, ethics)),
        (0..PARTS).prop_map(Evidence::Recognized),
        Just(Evidence::Identity),
        Just(Evidence::Verified),
    ];
    prop::collection::vec((one, -50..100_i64), 0..8)
}

fn facts(plan: &Plan, evidence: &[(Evidence, i64)]) -> Facts {
    let mut facts = Facts::new(moment(0));
    let mut recognized: HashMap<usize, DateTime<Utc>> = HashMap::new();
    for (piece, days) in evidence {
        let at = moment(*days);
        match *piece {
            Evidence::Done(index) => {
                let fact = facts.components.entry(plan.components[index].id).or_default();
                fact.completed_at = Some(fact.completed_at.map_or(at, |known| known.min(at)));
                facts.repeated.entry(plan.components[index].id).or_default().push(at);
            }
            Evidence::Units(units, ethics) => {
                let category = if ethics { "ethics" } else { "practice" }.to_owned();
                facts.units.push(Units { category, amount: units * amount::ONE, at });
            }
            Evidence::Grade(index, points, with_evidence) => {
                let assessment = &plan.assessments[index];
                let score = points * amount::ONE;
                facts.assessments.entry(assessment.id).or_default().graded.push(Graded {
                    at,
                    share: assessment.share(score, assessment.max_score),
                    points: score,
                    passed: assessment.passes(score, assessment.max_score),
                    with_evidence,
                });
            }
            Evidence::Identity => {
                let known = facts.identity_verified_at;
                facts.identity_verified_at = Some(known.map_or(at, |known| known.min(at)));
            }
            Evidence::Verified => facts.track = Some("verified".to_owned()),
            Evidence::Recognized(index) => {
                recognized.entry(index).and_modify(|known| *known = at.min(*known)).or_insert(at);
            }
        }
    }
    for (index, at) in recognized {
        facts.recognize(plan.components[index].id, at);
    }
    // What fills the first two lies within the other two as well.
    for component in &plan.components {
        let done: Vec<_> = facts.repeated.get(&component.id).into_iter().flatten().copied().collect();
        facts.within.extend(component.program_id.map(|program| (program, done)));
    }
    facts.in_order(plan)
}

/// Evidence, of a moment, for just what an atom asks for.
fn satisfying(atom: &Atom, days: i64) -> Vec<(Evidence, i64)> {
    let pieces = match atom {
        Atom::Component(index) => vec![Evidence::Done(*index)],
        // What lies within the third and the fourth fills the first and the second.
        Atom::Counted(Counted { component, part: None, .. }) => {
            let within = component.checked_sub(2).into_iter();
            within.chain([*component]).map(Evidence::Done).collect()
        }
        Atom::Counted(Counted { part: Some(part), .. }) => {
            vec![Evidence::Done(usize::try_from(part.as_u128() - 300).unwrap())]
        }
        Atom::Assessment(index) => vec![Evidence::Grade(*index, 40, false)],
        Atom::Evidence(index) => vec![Evidence::Grade(*index, 40, true)],
        Atom::Score(_) => (0..PARTS).map(|index| Evidence::Grade(index, 100, false)).collect(),
        Atom::Units(need, category) => {
            vec![Evidence::Units(need / amount::ONE, category.as_deref() == Some("ethics"))]
        }
        Atom::Track(_) => vec![Evidence::Verified],
        Atom::Identity => vec![Evidence::Identity],
        _ => Vec::new(),
    };
    pieces.into_iter().map(|piece| (piece, days)).collect()
}

/// Every atom that a condition names.
fn atoms(condition: &Condition) -> HashSet<Atom> {
    match condition {
        Condition::One(atom) => [atom.clone()].into(),
        Condition::All(parts) | Condition::AtLeast(_, parts) => parts.iter().flat_map(atoms).collect(),
        Condition::Weigh(_, weights) => weights.iter().map(|weight| weight.atom.clone()).collect(),
    }
}

/// What can never be met, whatever evidence comes.
fn is_hopeless(atom: &Atom) -> bool {
    matches!(atom, Atom::NoComponent(_) | Atom::NoAssessment(_) | Atom::NoCredit(..) | Atom::Impossible)
}

/// The last day of evidence: `now` of the tests.
const NOW: i64 = 100;

proptest! {
    #[test]
    fn more_passing_evidence_never_loses_an_award(
        rule in rules(), less in evidence(), more in evidence(), ordered in any::<bool>(),
    ) {
        let plan = Plan { ordered, ..plan(Some(rule)) };
        let before = satisfied_at(&plan, &facts(&plan, &less));
        let after = satisfied_at(&plan, &facts(&plan, &[less, more].concat()));
        if let Some(before) = before {
            prop_assert!(after.is_some_and(|after| after <= before));
        }
    }

    #[test]
    fn the_order_of_evidence_never_matters(
        rule in rules(), pieces in evidence(), ordered in any::<bool>(),
    ) {
        let plan = Plan { ordered, ..plan(Some(rule)) };
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
        let condition = Condition::of_plan(&plan, &facts);
        let holds = |atom: &Atom| holds(atom, &plan, &facts, moment(NOW));
        let missing = gap::missing(&condition, holds, Atom::implies);
        let with = |set: &[Atom]| {
            gap::is_met(&condition, &|atom: &Atom| {
                holds(atom) || set.iter().any(|chosen| chosen.implies(atom))
            })
        };
        prop_assert!(with(&missing.atoms));
        prop_assert_eq!(missing.instead.len(), missing.atoms.len());
        for (place, others) in missing.instead.iter().enumerate() {
            for other in others {
                let mut swapped = missing.atoms.clone();
                swapped[place] = other.clone();
                prop_assert!(!missing.atoms.contains(other) && with(&swapped));
            }
        }
        if missing.atoms.is_empty() {
            prop_assert!(condition.held_since(&plan, &facts).is_some());
        } else if !condition.ages() {
            prop_assert!(condition.held_since(&plan, &facts).is_none());
        }
        let asked = |atom: &Atom| !holds(atom) && gap::is_offered(atom, &holds);
        let open: Vec<Atom> = atoms(&condition).into_iter().filter(asked).collect();
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

proptest! {
    #[test]
    fn satisfying_exactly_what_is_missing_earns_the_award(rule in rules(), pieces in evidence()) {
        let plan = plan(Some(rule));
        let known = facts(&plan, &pieces);
        let condition = Condition::of_plan(&plan, &known);
        let missing = gap::missing(&condition, |atom| holds(atom, &plan, &known, moment(NOW)), Atom::implies);
        if missing.atoms.iter().any(is_hopeless) {
            return Ok(());
        }
        let more = missing.atoms.iter().flat_map(|atom| satisfying(atom, NOW));
        let all: Vec<_> = pieces.into_iter().chain(more).collect();
        prop_assert!(satisfied_at(&plan, &facts(&plan, &all)).is_some_and(|at| at <= moment(NOW)));
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
    let condition = Condition::of_plan(&plan, &Facts::new(moment(0)));
    let missing = gap::missing(&condition, |_| false, Atom::implies);
    assert!(!missing.exact);
    assert!(gap::is_met(&condition, &|atom: &Atom| missing.atoms.contains(atom)));
    for left_out in &missing.atoms {
        assert!(!gap::is_met(&condition, &|atom: &Atom| atom != left_out && missing.atoms.contains(atom)));
    }
}

#[test]
fn without_a_rule_everything_required_counts_and_line_items_do_not() {
    let plan = plan(None);
    let gap = gap(&plan, &Facts::new(moment(0)), moment(NOW));
    let asked: Vec<String> = gap.missing.iter().map(|missing| missing.told(Words::default())).collect();
    assert_eq!(
        asked,
        [
            "Complete “Part 0”",
            "Complete “Part 2”",
            "Complete “Part 1”",
            "Pass “Test 0”",
            "Pass “Test 1”",
            "Pass “Test 2”"
        ]
    );
    assert_eq!(
        gap.missing[3].detail(Words::default()).as_deref(),
        Some("needs 40 of 100 points; not tried yet")
    );
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
        (ects("3", None, None), 11),
        (Rule::ComponentShare(75.0), 12),
        (Rule::ComponentShare(1.0), 10),
    ] {
        let plan = plan(Some(rule));
        assert_eq!(satisfied_at(&plan, &facts(&plan, &evidence)), Some(moment(day)));
    }
}

#[test]
fn the_shown_score_counts_what_is_graded_and_the_rule_counts_the_rest_as_nothing() {
    let plan = plan(Some(Rule::OverallScore(40.0)));
    let mut known = facts(&plan, &[(Evidence::Grade(3, 80, false), 1)]);
    assert_eq!(known.score(&plan), Some(80 * amount::ONE));
    assert_eq!(known.score_of_all(&plan), 40 * amount::ONE); // weights 0, 1, 2, 3
    assert_eq!(satisfied_at(&plan, &known), Some(moment(1)));
    known.assessments.clear();
    assert_eq!(known.score(&plan), None);
    assert!(satisfied_at(&plan, &known).is_none());
}

fn ects(amount: &str, max_age_months: Option<u32>, carried: Option<&str>) -> Rule {
    Rule::Credits(Credits {
        amount: amount.to_owned(),
        scheme: "ECTS".to_owned(),
        max_age_months,
        carried_over_at_most: carried.map(str::to_owned),
        ..Credits::default()
    })
}

/// What is missing, each with its detail.
fn told(plan: &Plan, facts: &Facts) -> Vec<(String, String)> {
    let missing = gap(plan, facts, moment(NOW)).missing.into_iter();
    let words = Words::default();
    missing.map(|missing| (missing.told(words), missing.detail(words).unwrap_or_default())).collect()
}

#[test]
fn what_two_programs_contain_counts_once() {
    let plan = plan(Some(ects("4", None, None)));
    // 1 + 3, of which 1 is the same: 3.
    let both = [(Evidence::Done(0), 1), (Evidence::Done(2), 2)];
    assert!(satisfied_at(&plan, &facts(&plan, &both)).is_none());
    assert_eq!(told(&plan, &facts(&plan, &both)).len(), 1);
    let three = [both.as_slice(), &[(Evidence::Done(1), 3)]].concat();
    assert_eq!(satisfied_at(&plan, &facts(&plan, &three)), Some(moment(3)));
}

/// The third and the fourth done, with what lies within them: 7 credits.
fn all_done(first: i64, second: i64) -> Vec<(Evidence, i64)> {
    let done = |index, days| (Evidence::Done(index), days);
    vec![done(1, first), done(3, first), done(0, second), done(2, second)]
}

#[test]
fn credit_that_is_too_old_at_the_award_does_not_count() {
    let plan = plan(Some(Rule::AllOf(vec![ects("6", Some(1), None), Rule::IdentityVerified(true)])));
    let known = |pieces: &[&[(Evidence, i64)]]| facts(&plan, &pieces.concat());
    let early = known(&[&all_done(0, 20), &[(Evidence::Identity, 25)]]);
    assert_eq!(satisfied_at(&plan, &early), Some(moment(25)));
    let late = known(&[&all_done(0, 20), &[(Evidence::Identity, 60)]]);
    assert!(satisfied_at(&plan, &late).is_none(), "all were too old once the last part came");
    let detail = "completed on 14 November 2023, more than 1 month ago".to_owned();
    let told = told(&plan, &late);
    assert!(told.contains(&("Complete “Part 3”".to_owned(), detail)), "{told:?}");
    let again = known(&[&all_done(0, 20), &[(Evidence::Identity, 60)], &all_done(70, 80)]);
    assert_eq!(satisfied_at(&plan, &again), Some(moment(80)), "done anew");
    let before = known(&[&all_done(-50, -49), &[(Evidence::Identity, -48)]]);
    assert!(satisfied_at(&plan, &before).is_none(), "nothing is awarded before one enrolls");
}

#[test]
fn an_old_unit_does_not_become_new_by_lying_within_a_new_program() {
    // The fourth, the only one of its level, gives 4, of which 2 are the second's.
    let Rule::Credits(credits) = ects("4", Some(1), None) else { unreachable!() };
    let highest = Some(Level { framework: "EQF".to_owned(), value: "8".to_owned() });
    let plan = plan(Some(Rule::Credits(Credits { at_level: highest, ..credits })));
    let old_within = [(Evidence::Done(1), 0), (Evidence::Done(3), 90)];
    let known = facts(&plan, &old_within);
    assert!(satisfied_at(&plan, &known).is_none());
    let old =
        ("Complete “Part 1”".to_owned(), "completed on 14 November 2023, more than 1 month ago".to_owned());
    assert_eq!(told(&plan, &known), [old]);
    let unit_anew = [old_within.as_slice(), &[(Evidence::Done(1), 95)]].concat();
    assert_eq!(satisfied_at(&plan, &facts(&plan, &unit_anew)), Some(moment(95)));
    let undated = [(Evidence::Done(3), 90)];
    let unknown = "within “Part 3”; when it was completed is not known".to_owned();
    let mut known = facts(&plan, &undated);
    assert_eq!(told(&plan, &known), [("Complete “Part 1”".to_owned(), unknown)]);
    // Of a learner who completed it by other parts than that one, it is credit of its own.
    let own = vec![(Uuid::from_u128(303), 4 * amount::ONE)];
    known.credits.insert(plan.components[3].id, [("ECTS".to_owned(), own)].into());
    assert_eq!(satisfied_at(&plan, &known), Some(moment(90)));
}

#[test]
fn only_so_much_is_carried_over() {
    let plan = plan(Some(ects("6", None, Some("3"))));
    let before = all_done(-10, -9);
    let facts_before = facts(&plan, &before);
    assert!(satisfied_at(&plan, &facts_before).is_none(), "7 of 6, but only 3 of them count");
    let told = told(&plan, &facts_before);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|(_, detail)| detail.contains("before you enrolled")), "{told:?}");
    let after = [before.as_slice(), &[(Evidence::Done(2), 5), (Evidence::Done(0), 6)]].concat();
    assert_eq!(satisfied_at(&plan, &facts(&plan, &after)), Some(moment(6)));
}

#[test]
fn in_an_ordered_program_a_part_counts_once_it_opens() {
    let done = |index: usize| Rule::ComponentCompleted(format!("c{index}"));
    let plan = Plan { ordered: true, ..plan(Some(done(3))) };
    let early = [(Evidence::Done(3), 5), (Evidence::Done(0), 7)];
    let early = facts(&plan, &early);
    assert!(satisfied_at(&plan, &early).is_none());
    assert_eq!(
        told(&plan, &early),
        [("Complete “Part 3”".to_owned(), "not started; opens once “Part 2” is complete".to_owned())]
    );
    let open = [(Evidence::Done(3), 5), (Evidence::Done(0), 7), (Evidence::Done(2), 9)];
    assert_eq!(satisfied_at(&plan, &facts(&plan, &open)), Some(moment(9)));
}

#[test]
fn continuing_units_are_counted_by_category_and_within_the_cycle() {
    let units = |amount: &str, category: Option<&str>| {
        let category = category.map(str::to_owned);
        Rule::ContinuingUnits(ContinuingUnits { amount: amount.to_owned(), category })
    };
    let plan = plan(Some(Rule::AllOf(vec![units("20", None), units("5", Some("ethics"))])));
    let known = facts(&plan, &[(Evidence::Units(18, false), 1), (Evidence::Units(3, true), 2)]);
    let missing = told(&plan, &known);
    assert_eq!(missing, [("Earn 5 continuing units of “ethics”".to_owned(), "3 so far".to_owned())]);
    let enough = facts(
        &plan,
        &[(Evidence::Units(18, false), 1), (Evidence::Units(3, true), 2), (Evidence::Units(2, true), 9)],
    );
    assert_eq!(satisfied_at(&plan, &enough), Some(moment(9)));
    assert!(
        satisfied_at(&plan, &enough.since(moment(2))).is_none(),
        "what was before the cycle counts no more"
    );
}
