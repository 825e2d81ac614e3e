//! Scores that come as events: each is a try of its own as long as tries are left; after that, a correction.

use cairn_entity::enums::AttemptStatus;
use cairn_entity::{attempt, enrollment};
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
    // Only scores that events gave and nobody changed since.
    let told = |row: &attempt::Model| {
        row.event_id.is_some() && row.graded_at == row.submitted_at && row.status == AttemptStatus::Graded
    };
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
