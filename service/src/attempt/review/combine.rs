//! What several judgements come to. Pure.

use super::super::grade::Judgement;
use super::super::rubric::Point;
use super::super::rules::{Combination, Graders};

/// What one grader said.
#[derive(Clone, Debug)]
pub(super) struct Said(pub Judgement);

/// What it comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Not all have judged.
    Waits,
    /// All have, and are so far apart that a moderator decides.
    Apart,
    /// All have, and this is the grade.
    Agreed(Judgement),
}

/// What the judgements come to: the same in whatever order they come.
pub(super) fn verdict(rule: Graders, said: &[Said]) -> Verdict {
    if usize::try_from(rule.needed).is_ok_and(|needed| said.len() < needed) || said.is_empty() {
        return Verdict::Waits;
    }
    let back = said.iter().filter(|one| one.0.requires_changes).count();
    let mut scores: Vec<i64> = said.iter().filter_map(|one| one.0.score).collect();
    scores.sort_unstable();
    if let Some(most) = rule.moderate_beyond {
        let spread = scores.last().zip(scores.first()).map_or(0, |(last, first)| last - first);
        if spread > most || (back > 0 && back < said.len()) {
            return Verdict::Apart;
        }
    }
    Verdict::Agreed(Judgement {
        score: score(rule.combination, &scores),
        requires_changes: back > 0,
        points: points(rule.combination, said),
    })
}

/// One score of several, which are in order.
fn score(combination: Combination, scores: &[i64]) -> Option<i64> {
    match combination {
        Combination::Lowest => scores.first().copied(),
        Combination::Highest => scores.last().copied(),
        Combination::Mean => mean(scores),
    }
}

fn mean(values: &[i64]) -> Option<i64> {
    let count = i64::try_from(values.len()).ok().filter(|count| *count > 0)?;
    Some(values.iter().sum::<i64>() / count)
}

/// Points by criterion: of the judgement that decides, or the means where each has points for a criterion.
fn points(combination: Combination, said: &[Said]) -> Vec<Point> {
    let of = |one: Option<&Said>| one.map(|one| one.0.points.clone()).unwrap_or_default();
    let key = |one: &&Said| (one.0.score, one.0.points.iter().map(|point| point.points).collect::<Vec<_>>());
    match combination {
        Combination::Lowest => of(said.iter().filter(|one| one.0.score.is_some()).min_by_key(key)),
        Combination::Highest => of(said.iter().max_by_key(key)),
        Combination::Mean => {
            let first = said.first().map(|one| one.0.points.as_slice()).unwrap_or_default();
            first.iter().filter_map(|point| mean_at(point, said)).collect()
        }
    }
}

fn mean_at(point: &Point, said: &[Said]) -> Option<Point> {
    let at = |one: &Said| {
        one.0.points.iter().find(|other| other.criterion == point.criterion).map(|one| one.points)
    };
    let each: Option<Vec<i64>> = said.iter().map(at).collect();
    Some(Point { criterion: point.criterion, level: None, points: mean(&each?)?, feedback: None })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn rule(combination: Combination, moderate_beyond: Option<i64>) -> Graders {
        Graders { needed: 2, combination, moderate_beyond, most_per_peer: None }
    }

    fn said(score: i64, requires_changes: bool) -> Said {
        let points = vec![Point { criterion: Uuid::nil(), level: None, points: score, feedback: None }];
        Said(Judgement { score: Some(score), requires_changes, points })
    }

    fn scored(rule: Graders, all: &[Said]) -> Option<i64> {
        match verdict(rule, all) {
            Verdict::Agreed(judgement) => judgement.score,
            _ => None,
        }
    }

    #[test]
    fn nothing_is_decided_until_all_have_judged_and_are_near_enough() {
        let two = [said(40, false), said(70, false)];
        assert_eq!(verdict(rule(Combination::Mean, None), &two[..1]), Verdict::Waits);
        assert_eq!(scored(rule(Combination::Mean, None), &two), Some(55));
        assert_eq!(scored(rule(Combination::Highest, None), &two), Some(70));
        assert_eq!(scored(rule(Combination::Lowest, Some(30)), &two), Some(40));
        assert_eq!(verdict(rule(Combination::Lowest, Some(29)), &two), Verdict::Apart);
    }

    #[test]
    fn one_who_asks_for_changes_gives_it_back_unless_a_moderator_is_to_decide() {
        let two = [said(60, false), said(60, true)];
        assert_eq!(verdict(rule(Combination::Mean, Some(100)), &two), Verdict::Apart);
        let Verdict::Agreed(judgement) = verdict(rule(Combination::Highest, None), &two) else { panic!() };
        assert!(judgement.requires_changes);
    }

    proptest! {
        #[test]
        fn the_order_never_matters_and_a_score_lies_between_what_was_said(
            scores in prop::collection::vec((0i64..1_000, any::<bool>()), 2..6),
            which in 0usize..3,
            beyond in prop::option::of(0i64..1_000),
        ) {
            let combination = [Combination::Mean, Combination::Highest, Combination::Lowest][which];
            let all: Vec<Said> = scores.iter().map(|(score, back)| said(*score, *back)).collect();
            let backwards: Vec<Said> = all.iter().rev().cloned().collect();
            let verdict = verdict(rule(combination, beyond), &all);
            prop_assert_eq!(&verdict, &super::verdict(rule(combination, beyond), &backwards));
            if let Verdict::Agreed(judgement) = verdict {
                let (least, most) = (scores.iter().map(|one| one.0).min(), scores.iter().map(|one| one.0).max());
                prop_assert!(least <= judgement.score && judgement.score <= most);
                prop_assert_eq!(Some(judgement.points[0].points), judgement.score);
            }
        }
    }
}
