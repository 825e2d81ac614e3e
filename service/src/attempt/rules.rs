//! Rules of an assessment beyond points and number of tries: when one may try again, until when, for how long, who judges and how. The shape of
//! the JSON column `assessment.rules`; what is absent asks for nothing.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::amount;
use crate::error::UserErrorCode::{self, Invalid};
use crate::validate::Checks;

/// Longest wait, due time or window, in days: ten years.
const MOST_DAYS: i32 = 3_650;
/// Most graders of one attempt.
const MOST_GRADERS: i32 = 20;
/// How long after its time is up an attempt is still taken, for the way through the network.
pub const GRACE: TimeDelta = TimeDelta::seconds(30);

/// Rules of an assessment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Rules {
    /// Minutes from handing in to the next try; work that was given back waits for nothing.
    pub wait_minutes: Option<i32>,
    /// Days from enrolling within which it is to be handed in, where no date is set.
    pub due_days: Option<i32>,
    /// What becomes of what is handed in later; accepted as it is where absent.
    pub late: Option<LateRule>,
    /// Minutes from starting within which it is to be handed in.
    pub time_limit_minutes: Option<i32>,
    /// How many of its questions are put in an attempt, drawn at random; all, in order, where absent.
    pub draw: Option<i32>,
    /// Whether part of the right choices gives part of the points.
    pub partial_credit: bool,
    /// Whether an attempt passes only when supervision and identity check were recorded for it.
    pub observation_required: bool,
    /// Days from the grade within which one may appeal against it; nobody may where absent.
    pub appeal_days: Option<i32>,
    /// Several graders; one where absent.
    pub graders: Option<Graders>,
    /// Whether passing it completes the module that it belongs to.
    pub completes_module: bool,
}

/// Several graders of one attempt, and how their judgements become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Graders {
    /// How many must have judged.
    pub needed: i32,
    /// How their points become one score.
    pub combination: Combination,
    /// A moderator decides where they are further apart than so many points, in ten-thousandths; nobody has to where absent.
    pub moderate_beyond: Option<i64>,
    /// How many works of others a learner is asked to review at most; absent without limit.
    pub most_per_peer: Option<i32>,
}

/// How the points of several graders become one score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combination {
    /// Their mean.
    #[default]
    Mean,
    /// The most.
    Highest,
    /// The fewest: it passes only where each judgement does.
    Lowest,
}

/// What becomes of work that is handed in late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LateRule {
    /// It is not accepted.
    Refuse,
    /// For each day begun a share of the points is taken off, percent in ten-thousandths.
    #[serde(rename_all = "camelCase")]
    Penalty {
        /// A day.
        per_day: i64,
        /// At most.
        at_most: i64,
    },
}

impl Rules {
    /// The rules of a stored assessment.
    pub fn read(stored: &serde_json::Value) -> crate::error::Result<Self> {
        Ok(Self::deserialize(stored)?)
    }

    /// Share of the points that is taken off for work that comes at `now`, percent in ten-thousandths; none where it is not accepted.
    pub fn penalty(&self, due_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<i64> {
        let Some(late) = due_at.map(|due_at| now - due_at).filter(|late| *late > TimeDelta::zero()) else {
            return Some(0);
        };
        match self.late {
            None => Some(0),
            Some(LateRule::Refuse) => None,
            Some(LateRule::Penalty { per_day, at_most }) => {
                let day = TimeDelta::days(1).num_seconds();
                let begun = (late.num_seconds().max(1) + day - 1) / day;
                Some(per_day.saturating_mul(begun).min(at_most))
            }
        }
    }

    /// Notes what is wrong with rules that stand in an input under `path`.
    pub fn check(&self, checks: &mut Checks, path: &str) {
        let mut within = |name: &str, value: Option<i32>, least: i32, most: i32| {
            if value.is_some_and(|value| !(least..=most).contains(&value)) {
                checks.fail(&format!("{path}.{name}"), Invalid, format!("must be {least} to {most}"));
            }
        };
        within("minutesBetweenAttempts", self.wait_minutes, 1, MOST_DAYS * 1_440);
        within("dueDays", self.due_days, 0, MOST_DAYS);
        within("timeLimitMinutes", self.time_limit_minutes, 1, 43_200);
        within("appealDays", self.appeal_days, 1, MOST_DAYS);
        within("graders.needed", self.graders.map(|graders| graders.needed), 1, MOST_GRADERS);
        if let Some(LateRule::Penalty { per_day, at_most }) = self.late {
            let mut share = |name: &str, value: i64| {
                if !(0..=amount::HUNDRED).contains(&value) {
                    checks.fail(
                        &format!("{path}.late.penalty.{name}"),
                        UserErrorCode::Invalid,
                        "must be 0 to 100",
                    );
                }
            };
            share("percentPerDay", per_day);
            share("maxPercent", at_most);
        }
    }
}

/// What is left of points when a share of them, percent in ten-thousandths, is taken off.
pub fn less(points: i64, penalty: i64) -> i64 {
    let taken = i128::from(points) * i128::from(penalty) / i128::from(amount::HUNDRED);
    points - i64::try_from(taken).unwrap_or(points)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amount::ONE;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + TimeDelta::hours(hours)
    }

    #[test]
    fn every_day_begun_costs_up_to_the_cap() {
        let late = Some(LateRule::Penalty { per_day: 10 * ONE, at_most: 25 * ONE });
        let rules = Rules { late, ..Rules::default() };
        let penalty = |hours| rules.penalty(Some(at(0)), at(hours)).map(|share| share / ONE);
        assert_eq!(
            [penalty(0), penalty(1), penalty(24), penalty(25), penalty(99)],
            [Some(0), Some(10), Some(10), Some(20), Some(25)]
        );
        assert_eq!(rules.penalty(None, at(99)), Some(0));
        assert_eq!(less(80 * ONE, 25 * ONE), 60 * ONE);
        let refusing = Rules { late: Some(LateRule::Refuse), ..Rules::default() };
        assert_eq!(
            (refusing.penalty(Some(at(0)), at(1)), refusing.penalty(Some(at(0)), at(0))),
            (None, Some(0))
        );
    }

    #[test]
    fn what_is_absent_asks_for_nothing_and_what_is_stored_is_read_back() {
        let late = Some(LateRule::Penalty { per_day: 1, at_most: 2 });
        let combination = Combination::Lowest;
        let graders = Graders { needed: 2, combination, moderate_beyond: Some(5), most_per_peer: None };
        let rules = Rules { late, graders: Some(graders), ..Rules::default() };
        assert_eq!(Rules::read(&serde_json::json!(rules)).ok(), Some(rules));
        assert_eq!(Rules::read(&serde_json::json!({})).ok(), Some(Rules::default()));
    }
}
