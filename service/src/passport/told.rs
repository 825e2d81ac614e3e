//! What a passport tells of each of its entries, in the reader's words: the same on its page and on paper.

use cairn_entity::{issuer, portfolio_project, program_version};
use cairn_words::{Count, Words};
use chrono::{DateTime, Utc};

use super::{Entry, Stack, StackPart};
use crate::credential::day;
use crate::error::Result;
use crate::program::terms::Terms;

/// When a credential was awarded, until when it holds, and when it may be renewed.
pub fn facts(words: Words, entry: &Entry, now: DateTime<Utc>) -> Vec<String> {
    let day = |moment| words.day(day(&entry.issuer, moment));
    let row = &entry.credential;
    let mut facts = match entry.state {
        super::State::NotYet => vec![words.passport_valid_from(&day(row.valid_from))],
        _ => vec![words.passport_awarded(&day(row.valid_from))],
    };
    facts.extend(row.valid_until.map(|end| match end < now {
        true => words.passport_was_valid_until(&day(end)),
        false => words.passport_valid_until(&day(end)),
    }));
    if let Some(window) = &entry.renewable {
        facts.extend(window.opens_at.map(|opens| match opens <= now {
            true => words.passport_renewable_since(&day(opens)),
            false => words.passport_renewable_from(&day(opens)),
        }));
        let open = window.closes_at.filter(|end| *end > now);
        facts.extend(open.map(|end| words.passport_renewable_until(&day(end))));
    }
    facts
}

/// The levels of what gave a skill; empty where none is stated.
///
/// # Errors
/// A fault of the server where they are not stored as they must be.
pub fn levels(words: Words, version: &program_version::Model) -> Result<String> {
    let levels = version.levels()?;
    let said: Vec<String> = levels.iter().map(|one| words.level_in(&one.framework, &one.value)).collect();
    Ok(said.join(" · "))
}

/// How far its holder is with a larger program.
pub fn progress(words: Words, stack: &Stack, issuer: &issuer::Model) -> String {
    let (done, all) = stack.required;
    match stack.completed_at {
        Some(at) => words.passport_completed(&words.day(day(issuer, at))),
        None => {
            words.passport_parts(Count::from(all.unsigned_abs()), &words.number(done.unsigned_abs().into()))
        }
    }
}

/// Whether a part of a larger program is done.
pub fn part(words: Words, part: &StackPart, issuer: &issuer::Model) -> String {
    match part.completed_at {
        Some(at) => words.passport_part_done(&words.day(day(issuer, at))),
        None => words.passport_part_missing().to_owned(),
    }
}

/// When a project was made.
pub fn made(words: Words, project: &portfolio_project::Model) -> Option<String> {
    let day = |day| words.day(day);
    match (project.started_on, project.ended_on) {
        (Some(start), Some(end)) => Some(words.project_made(&day(start), &day(end))),
        (Some(start), None) => Some(words.project_since(&day(start))),
        (None, Some(end)) => Some(words.project_finished(&day(end))),
        (None, None) => None,
    }
}

/// The size of a file, in the largest unit of which it has one.
pub fn size(words: Words, bytes: i64) -> String {
    const UNITS: [(&str, i64); 4] =
        [("tb", 1_000_000_000_000), ("gb", 1_000_000_000), ("mb", 1_000_000), ("kb", 1_000)];
    let (unit, one) = UNITS.into_iter().find(|(_, one)| bytes >= *one).unwrap_or(("bytes", 1));
    // One digit after the point says enough.
    let tenths = bytes / (one / 10).max(1);
    let ten_thousandths = if one == 1 { bytes * 10_000 } else { tenths * 1_000 };
    words.project_size(unit, &words.amount(ten_thousandths))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_unit_that_people_use() {
        let words = Words::default();
        for (bytes, told) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_540, "1.5 KB"),
            (12_000_000, "12 MB"),
            (5_000_000_000, "5 GB"),
        ] {
            assert_eq!(size(words, bytes), told);
        }
    }
}
