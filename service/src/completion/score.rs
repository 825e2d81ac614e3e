//! The overall score. Pure.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::plan::{Facts, Plan};
use crate::amount;

impl Facts {
    /// Overall score so far: the weighted mean of the best graded attempts, percent in ten-thousandths. Assessments without a weight or a grade do
    /// not count; none where nothing counts.
    pub fn score(&self, plan: &Plan) -> Option<i64> {
        let mut sum = 0_i128;
        let mut weights = 0_i128;
        for assessment in plan.assessments.iter().filter(|assessment| assessment.weight > 0) {
            let graded = self.assessments.get(&assessment.id).map(|fact| fact.graded.as_slice());
            if let Some(best) = graded.unwrap_or_default().iter().map(|graded| graded.share).max() {
                sum += i128::from(best) * i128::from(assessment.weight);
                weights += i128::from(assessment.weight);
            }
        }
        (weights > 0).then(|| i64::try_from(sum / weights).unwrap_or(0))
    }

    /// The overall score that a rule asks for: as `score`, but what is not graded yet counts as nothing.
    pub fn score_of_all(&self, plan: &Plan) -> i64 {
        self.course_of_score(plan).last().map_or(0, |(_, score)| *score)
    }

    /// When the overall score of all that counts first reached a threshold.
    pub fn score_reached(&self, plan: &Plan, threshold: i64) -> Option<DateTime<Utc>> {
        if threshold <= 0 {
            return Some(self.enrolled_at);
        }
        self.course_of_score(plan).into_iter().find(|(_, score)| *score >= threshold).map(|(at, _)| at)
    }

    /// The overall score of all that counts after each grade, and after each assessment that need not be taken any more, in order of time. It never
    /// falls: the best attempts count, and what need not be taken counts only where it raises the mean.
    fn course_of_score(&self, plan: &Plan) -> Vec<(DateTime<Utc>, i64)> {
        let weighted: Vec<_> = plan.assessments.iter().filter(|assessment| assessment.weight > 0).collect();
        let mut turns: Vec<(DateTime<Utc>, Uuid, Option<i64>)> = Vec::new();
        for assessment in &weighted {
            let graded = self.assessments.get(&assessment.id).map(|fact| fact.graded.as_slice());
            let graded = graded.unwrap_or_default().iter();
            turns.extend(graded.map(|graded| (graded.at, assessment.id, Some(graded.share))));
            turns.extend(self.excused_since(plan, assessment).map(|at| (at, assessment.id, None)));
        }
        turns.sort_unstable();
        let weights: Vec<(Uuid, i64)> = weighted.iter().map(|row| (row.id, row.weight)).collect();
        let mut best: HashMap<Uuid, i64> = HashMap::new();
        let mut excused: HashSet<Uuid> = HashSet::new();
        let mut course = Vec::with_capacity(turns.len());
        for (at, id, share) in turns {
            match share {
                Some(share) => {
                    let known = best.entry(id).or_default();
                    *known = (*known).max(share);
                }
                None => {
                    excused.insert(id);
                }
            }
            course.push((at, mean(&weights, &best, &excused)));
        }
        course
    }
}

/// The weighted mean of the best shares. What is excused counts only where it raises the mean; where nothing else counts nothing is asked for.
fn mean(weights: &[(Uuid, i64)], best: &HashMap<Uuid, i64>, excused: &HashSet<Uuid>) -> i64 {
    let share = |id: &Uuid| i128::from(best.get(id).copied().unwrap_or_default());
    let (mut sum, mut total) = (0_i128, 0_i128);
    for (id, weight) in weights.iter().filter(|(id, _)| !excused.contains(id)) {
        sum += share(id) * i128::from(*weight);
        total += i128::from(*weight);
    }
    let free = weights.iter().filter(|(id, _)| excused.contains(id));
    let mut free: Vec<(i128, i128)> = free.map(|(id, weight)| (share(id), i128::from(*weight))).collect();
    free.sort_unstable_by_key(|(share, _)| Reverse(*share));
    for (share, weight) in free {
        if share * total > sum {
            sum += share * weight;
            total += weight;
        }
    }
    if total == 0 { amount::HUNDRED } else { i64::try_from(sum / total).unwrap_or(0) }
}
