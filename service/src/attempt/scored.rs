//! Scores that come as events: each is a try of its own as long as tries are left; after that, a correction.

use cairn_entity::enums::AttemptStatus;
use cairn_entity::{attempt, enrollment, learning_event};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::ledger::{Grade, Judge, Ledger};
use crate::Work;
use crate::completion::Assessment;
use crate::error::Result;

/// A score that was told of.
pub(crate) struct Score {
    /// Points, in ten-thousandths.
    pub score: i64,
    /// Points to be had.
    pub max_score: i64,
    /// When it was scored.
    pub at: DateTime<Utc>,
    /// The event that tells.
    pub event: Uuid,
}

impl Score {
    /// The score that an event tells of.
    pub(crate) fn of(row: &learning_event::Model, assessment: &Assessment) -> Self {
        Self {
            score: row.score.unwrap_or(0),
            max_score: row.max_score.unwrap_or(assessment.max_score),
            at: row.occurred_at,
            event: row.id,
        }
    }
}

/// What became of it.
pub(crate) enum Taken {
    /// It made an attempt.
    Made,
    /// It took the place of another score.
    Corrected,
    /// A later one holds its place.
    Older,
    /// Attempts of other origin leave no room for it.
    Full,
}

/// Takes a score in. With so many tries allowed, all but the last keep the earliest scores, and the last keeps the latest: what came
/// between was corrected since. So the attempts hold the same scores in whatever order these came.
pub(crate) fn take(
    ledger: &mut Ledger,
    work: &mut Work<'_>,
    enrollment: &enrollment::Model,
    assessment: &Assessment,
    new: Score,
) -> Result<Taken> {
    if !ledger.is_full(enrollment.id, assessment) {
        let index = ledger.open(work, enrollment, assessment, None, Some(new.at))?;
        give(ledger, work, assessment, index, &new, None)?;
        return Ok(Taken::Made);
    }
    let mut places: Vec<_> = ledger
        .at(enrollment.id, assessment.id)
        .filter(|(_, row)| told(row))
        .map(|(index, row)| ((row.sort_submitted_at, row.score.unwrap_or(0)), Some(index)))
        .collect();
    if places.is_empty() {
        return Ok(Taken::Full);
    }
    places.push(((new.at, new.score), None));
    places.sort_unstable();
    match places[places.len() - 2] {
        (_, None) => Ok(Taken::Older),
        (_, Some(index)) => {
            give(ledger, work, assessment, index, &new, Some("corrected by a later event".to_owned()))?;
            Ok(Taken::Corrected)
        }
    }
}

/// Whether a row holds a score that an event gave and nobody changed since.
fn told(row: &attempt::Model) -> bool {
    row.event_id.is_some() && row.graded_at == row.submitted_at && row.status == AttemptStatus::Graded
}

/// Whether a score may come or change: tries are left, or one is held by a score that came as an event.
pub(crate) fn has_room(ledger: &Ledger, enrollment: Uuid, assessment: &Assessment) -> bool {
    !ledger.is_full(enrollment, assessment) || ledger.at(enrollment, assessment.id).any(|(_, row)| told(row))
}

/// Makes the attempts that events gave hold exactly the scores that count: as `take` would have, had it never heard of the others. What a grader
/// has changed since stays. Attempts that are left without a score are taken out. Whether anything changed.
pub(crate) fn settle(
    ledger: &mut Ledger,
    work: &mut Work<'_>,
    enrollment: &enrollment::Model,
    assessment: &Assessment,
    mut scores: Vec<Score>,
) -> Result<bool> {
    let uses_up = |row: &attempt::Model| {
        row.disqualified || matches!(row.status, AttemptStatus::Submitted | AttemptStatus::Graded)
    };
    let rows: Vec<(usize, attempt::Model)> =
        ledger.at(enrollment.id, assessment.id).map(|(index, row)| (index, row.clone())).collect();
    let (given, others): (Vec<_>, Vec<_>) =
        rows.into_iter().filter(|(_, row)| uses_up(row)).partition(|(_, row)| told(row));
    // A grader's word stands in the place of the event's, and so does what was found of its integrity.
    scores.retain(|score| !others.iter().any(|(_, row)| row.event_id == Some(score.event)));
    scores.sort_by_key(|score| (score.at, score.score, score.event));
    let most = assessment.max_attempts.and_then(|most| usize::try_from(most).ok());
    if let Some(places) = most.map(|most| most.saturating_sub(others.len()))
        && scores.len() > places
    {
        let last = scores.pop();
        scores.truncate(places.saturating_sub(1));
        scores.extend(last.filter(|_| places > 0));
    }
    let (kept, free): (Vec<_>, Vec<_>) =
        given.into_iter().partition(|(_, row)| scores.iter().any(|score| row.event_id == Some(score.event)));
    scores.retain(|score| !kept.iter().any(|(_, row)| row.event_id == Some(score.event)));
    let changed = !scores.is_empty() || !free.is_empty();
    let mut free = free.into_iter().map(|(index, _)| index);
    for score in scores {
        match free.next() {
            Some(index) => {
                give(ledger, work, assessment, index, &score, Some("corrected by a later event".to_owned()))?;
            }
            None => {
                let index = ledger.open(work, enrollment, assessment, None, Some(score.at))?;
                give(ledger, work, assessment, index, &score, None)?;
            }
        }
    }
    for index in free {
        ledger.take_out(work, index)?;
    }
    Ok(changed)
}

fn give(
    ledger: &mut Ledger,
    work: &mut Work<'_>,
    assessment: &Assessment,
    index: usize,
    new: &Score,
    reason: Option<String>,
) -> Result<()> {
    ledger.change(work, index, |row| {
        row.event_id = Some(new.event);
        row.submitted_at = Some(new.at);
    });
    let grade = Grade {
        score: Some(new.score),
        max_score: new.max_score,
        status: AttemptStatus::Graded,
        at: new.at,
        reason,
        by: Judge::Gradebook,
    };
    ledger.grade(work, index, assessment, grade)
}
