//! What is recognized as learned before: evidence like any other, within its limits.

use cairn_entity::enums::PriorClaimStatus;

use super::*;

/// A plan without a rule: every part a module with an assessment of its own, and a mark to reach over all.
fn taught() -> Plan {
    let mut plan =
        Plan { pass_mark: Some(50 * amount::ONE), recognizes: Some(amount::HUNDRED), ..plan(None) };
    for (component, assessment) in plan.components.iter_mut().zip(&mut plan.assessments) {
        let module = component.program_id.take();
        (component.module_id, assessment.module_id, assessment.of_cohort) = (module, module, false);
    }
    plan
}

proptest! {
    #[test]
    fn recognition_is_evidence_like_any_other_where_no_rule_is_stated(
        less in evidence(), more in evidence(), ordered in any::<bool>(),
    ) {
        let plan = Plan { ordered, ..taught() };
        let all = [less.clone(), more].concat();
        let turned: Vec<_> = all.iter().rev().copied().collect();
        let (before, after) = (facts(&plan, &less), facts(&plan, &all));
        prop_assert!(before.score_of_all(&plan) <= after.score_of_all(&plan));
        prop_assert_eq!(satisfied_at(&plan, &after), satisfied_at(&plan, &facts(&plan, &turned)));
        if let Some(before) = satisfied_at(&plan, &before) {
            prop_assert!(satisfied_at(&plan, &after).is_some_and(|after| after <= before));
        }
    }

    #[test]
    fn what_need_not_be_taken_counts_only_where_it_raises_the_score(pieces in evidence()) {
        let plan = taught();
        let known = facts(&plan, &pieces);
        let best = |index: usize| {
            let fact = known.assessments.get(&plan.assessments[index].id);
            fact.and_then(|fact| fact.graded.iter().map(|graded| graded.share).max()).unwrap_or_default()
        };
        let free = |index: &usize| known.excused_since(&plan, &plan.assessments[*index]).is_some();
        // Every way to leave some of it out, those of weight 0 apart.
        let most = (0_u32..1 << PARTS).filter_map(|mask| {
            let counted: Vec<usize> = (1..PARTS).filter(|index| mask & (1 << index) != 0).collect();
            (1..PARTS).filter(|index| !free(index)).all(|index| counted.contains(&index)).then(|| {
                let weights: i64 = counted.iter().map(|index| plan.assessments[*index].weight).sum();
                let sum: i64 = counted.iter().map(|index| best(*index) * plan.assessments[*index].weight).sum();
                if weights == 0 { amount::HUNDRED } else { sum / weights }
            })
        });
        let anything = (1..PARTS).any(|index| free(&index) || known.assessments.contains_key(&plan.assessments[index].id));
        prop_assert_eq!(known.score_of_all(&plan), most.max().filter(|_| anything).unwrap_or_default());
    }

    #[test]
    fn in_a_cycle_of_renewal_more_evidence_never_loses_either(
        rule in rules(), less in evidence(), more in evidence(), from in -20..60_i64,
    ) {
        let plan = plan(Some(rule));
        // A component is recognized once; another moment would be another decision, not more evidence.
        let index = |piece: &Evidence| match piece { Evidence::Recognized(index) => Some(*index), _ => None };
        let known = |piece: &Evidence| index(piece).is_some() && less.iter().any(|(other, _)| index(other) == index(piece));
        let more = more.into_iter().filter(|(piece, _)| !known(piece)).collect();
        let all = [less.clone(), more].concat();
        let held = |pieces: &[(Evidence, i64)]| satisfied_at(&plan, &facts(&plan, pieces).since(moment(from)));
        if held(&less).is_some() {
            prop_assert!(held(&all).is_some());
        }
    }
}

#[test]
fn what_is_recognized_is_carried_over_and_how_much_more_may_be_is_told() {
    let plan = Plan { recognizes: Some(40 * amount::ONE), ..plan(Some(ects("6", None, Some("3")))) };
    let recognized = [(Evidence::Recognized(3), 4), (Evidence::Recognized(2), 5)];
    let known = facts(&plan, &recognized);
    assert!(satisfied_at(&plan, &known).is_none(), "7 of 6, but only 3 of what is carried over count");
    let missing = told(&plan, &known);
    assert_eq!(missing.len(), 2, "{missing:?}");
    let carried =
        |detail: &str| detail.contains(" November 2023 as learned before") && detail.contains("carried over");
    assert!(missing.iter().any(|(_, detail)| carried(detail)), "{missing:?}");
    let learned = [recognized.as_slice(), &[(Evidence::Done(2), 9), (Evidence::Done(0), 9)]].concat();
    assert_eq!(satisfied_at(&plan, &facts(&plan, &learned)), Some(moment(9)));

    // Worth 1 to 4; the whole is the first, the third and the weightiest of the group: 1 + 3 + 4.
    let plan = Plan { rule: None, assessments: Vec::new(), ..plan };
    let mut known = facts(&plan, &[(Evidence::Recognized(0), 4)]);
    assert_eq!(known.recognized_share(&plan), 125_000);
    let detail = |known: &Facts| told(&plan, known).into_iter().map(|(_, detail)| detail).collect::<Vec<_>>();
    assert_eq!(
        detail(&known),
        [
            "not started; cannot be recognized as learned before: 12.5% of the program is, and at most 40% may be",
            "not started; may be recognized if you have learned it before; or complete “Part 3” instead",
        ]
    );
    known.claimed.insert(plan.components[1].id, PriorClaimStatus::UnderReview);
    assert_eq!(
        detail(&known)[1],
        "not started; claimed as learned before, waits for the decision; or complete “Part 3” instead"
    );
    known.claimed.insert(plan.components[1].id, PriorClaimStatus::MoreEvidence);
    assert_eq!(
        detail(&known)[1],
        "not started; claimed as learned before, more evidence is asked for; or complete “Part 3” instead"
    );
}
