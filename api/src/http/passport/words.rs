//! The words of shared passports. Each is a whole text of its own, so that it can be said in any language.

use cairn_service::face::words::day;
use chrono::NaiveDate;

/// What the page is.
pub const KIND: &str = "Learning passport";
/// In place of a name that nobody stated.
pub const UNNAMED: &str = "A learner";
/// What the page does not say.
pub const CHOSEN: &str = "Its holder chose this name and what is shown here. Where each credential stands is told by what this server knew at that moment; its own page says to whom it was awarded, and checks the signature.";
/// Headings.
pub const CREDENTIALS: &str = "Credentials";
/// What was learned.
pub const SKILLS: &str = "Skills";
/// What credentials add up to.
pub const STACKS: &str = "What it counts towards";
/// What the holder made.
pub const PROJECTS: &str = "Projects";
/// Said where nothing is shown.
pub const EMPTY: &str = "No credential is shown.";
/// Leads to the rest of a list.
pub const MORE: &str = "Show more";
/// Leads back to the beginning.
pub const BACK: &str = "Back to the whole passport";

/// How many credentials there are.
pub fn count(count: u64) -> String {
    match count {
        1 => "1 credential".to_owned(),
        count => format!("{count} credentials"),
    }
}

/// That it was awarded.
pub fn awarded(on: NaiveDate) -> String {
    format!("Awarded {}", day(on))
}

/// It stands, without end.
pub const STANDS: &str = "Stands";
/// It ends soon.
pub const EXPIRING: &str = "Expires soon";
/// It holds from a later day.
pub const NOT_YET: &str = "Not valid yet";
/// It held until its end.
pub const EXPIRED: &str = "Expired";
/// It held until its end, and another goes on.
pub const RENEWED: &str = "Renewed";
/// It is suspended.
pub const SUSPENDED: &str = "Suspended";
/// It was taken back.
pub const REVOKED: &str = "Revoked";
/// Another stands in its place.
pub const REPLACED: &str = "Replaced";
/// It cannot be relied on.
pub const UNRELIABLE: &str = "Not to be relied on";

/// Until when it holds.
pub fn valid_until(on: NaiveDate) -> String {
    format!("Valid until {}", day(on))
}

/// Until when it held.
pub fn was_valid_until(on: NaiveDate) -> String {
    format!("Was valid until {}", day(on))
}

/// From when it holds.
pub fn valid_from(on: NaiveDate) -> String {
    format!("Valid from {}", day(on))
}

/// Since when it may be renewed.
pub fn renewable_since(on: NaiveDate) -> String {
    format!("May be renewed since {}", day(on))
}

/// From when it may be renewed.
pub fn renewable_from(on: NaiveDate) -> String {
    format!("May be renewed from {}", day(on))
}

/// Until when it may be renewed.
pub fn renewable_until(on: NaiveDate) -> String {
    format!("May be renewed until {}", day(on))
}

/// How much of a larger program is done.
pub fn done(done: i32, all: i32) -> String {
    format!("{done} of {all} parts done")
}

/// That a larger program is complete.
pub fn complete(on: NaiveDate) -> String {
    format!("Completed on {}", day(on))
}

/// A part that is done.
pub fn part_done(on: NaiveDate) -> String {
    format!("Done on {}", day(on))
}

/// A part that is missing.
pub const PART_MISSING: &str = "Still missing";

/// When a project was made.
pub fn made(start: Option<NaiveDate>, end: Option<NaiveDate>) -> Option<String> {
    match (start, end) {
        (Some(start), Some(end)) => Some(format!("{} to {}", day(start), day(end))),
        (Some(start), None) => Some(format!("Since {}", day(start))),
        (None, Some(end)) => Some(format!("Finished {}", day(end))),
        (None, None) => None,
    }
}

/// Files of a project.
pub const FILES: &str = "Files";
/// What tells that a file is the one that is meant.
pub const DIGEST: &str = "Digest";
/// Outcomes that a project shows.
pub const SHOWS: &str = "Shows";
/// Credentials that a project belongs to.
pub const BELONGS: &str = "Belongs to";

/// A size of a file.
pub fn size(bytes: i64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = "bytes";
    for larger in UNITS {
        if value < 1_000.0 {
            break;
        }
        value /= 1_000.0;
        unit = larger;
    }
    let text = format!("{value:.1}");
    format!("{} {unit}", text.strip_suffix(".0").unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_unit_that_people_use() {
        for (bytes, words) in [(0, "0 bytes"), (999, "999 bytes"), (1_500, "1.5 KB"), (12_000_000, "12 MB")] {
            assert_eq!(size(bytes), words);
        }
    }
}
