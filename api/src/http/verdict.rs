//! What a verification found, in plain words: the answer first, then each check. For the pages of credentials and of verifying alike.

use cairn_service::face::words;
use cairn_service::verification::verify::{Check, CheckName, Outcome, Report, Verdict};
use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};

/// Days that belong to the answer, where this server knows them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Days {
    /// When it was revoked.
    pub revoked: Option<NaiveDate>,
    /// From when it holds.
    pub from: Option<NaiveDate>,
    /// Until when it holds.
    pub until: Option<NaiveDate>,
}

/// The answer: how it looks, in a few words, and what they mean.
struct Answer {
    class: &'static str,
    sign: &'static str,
    title: &'static str,
    meaning: String,
}

/// The answer as a box.
pub fn card(report: &Report, days: Days) -> Markup {
    let answer = answer(report.verdict, days);
    html! {
        section.verdict.(answer.class) aria-label="Whether it stands" {
            svg.sign viewBox="0 0 24 24" aria-hidden="true" { path d=(answer.sign) {} }
            div {
                p.answer { (answer.title) }
                p { (answer.meaning) }
                p.asof { (as_of(report.checked_at)) }
            }
        }
    }
}

const TICK: &str = "M9.5 17.6 4 12.1l1.9-1.9 3.6 3.6 8.6-8.6L20 7.1z";
const CROSS: &str = "M18.4 7 17 5.6l-5 5-5-5L5.6 7l5 5-5 5L7 18.4l5-5 5 5 1.4-1.4-5-5z";
const PAUSE: &str = "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z";

fn answer(verdict: Verdict, days: Days) -> Answer {
    let (class, sign, title) = match verdict {
        Verdict::Valid => ("good", TICK, "This credential stands"),
        Verdict::Revoked => ("bad", CROSS, "This credential was revoked"),
        Verdict::Suspended => ("open", PAUSE, "This credential is suspended"),
        Verdict::Expired => ("open", PAUSE, "This credential has expired"),
        Verdict::NotYetValid => ("open", PAUSE, "This credential is not valid yet"),
        Verdict::Invalid => ("bad", CROSS, "This credential is not valid"),
        Verdict::Unknown => ("open", PAUSE, "This credential could not be checked in full"),
    };
    let meaning = match verdict {
        Verdict::Valid => "It is genuine, unchanged, in force, and was not taken back.".to_owned(),
        Verdict::Revoked => match days.revoked {
            Some(day) => {
                format!("Its issuer took it back on {}. It no longer certifies anything.", words::day(day))
            }
            None => "Its issuer took it back. It no longer certifies anything.".to_owned(),
        },
        Verdict::Suspended => "Its issuer has suspended it for now. It may stand again later.".to_owned(),
        Verdict::Expired => match days.until {
            Some(day) => format!("It was genuine and held until {}.", words::day(day)),
            None => "It was genuine and held until its end.".to_owned(),
        },
        Verdict::NotYetValid => match days.from {
            Some(day) => format!("It holds from {}.", words::day(day)),
            None => "It holds from a later day.".to_owned(),
        },
        Verdict::Invalid => "Do not rely on it. A check failed; below it says which one.".to_owned(),
        Verdict::Unknown => "Below it says what could not be checked. Try again later.".to_owned(),
    };
    Answer { class, sign, title, meaning }
}

/// Each check, in words.
pub fn checks(report: &Report) -> Markup {
    html! {
        ul.checks {
            // Whose it should be is nobody's question here.
            @for check in report.checks.iter().filter(|check| check.name != CheckName::Recipient) {
                @let (class, word) = outcome(check);
                li.(class) {
                    p { strong { (question(check.name)) } " " span.outcome { (word) } }
                    p.detail dir="auto" { (check.detail) }
                }
            }
        }
    }
}

fn question(name: CheckName) -> &'static str {
    match name {
        CheckName::Structure => "Is it a complete credential?",
        CheckName::Terms => "Does the signature cover every statement?",
        CheckName::Schema => "Does it keep to the form that it declares?",
        CheckName::Issuer => "Is the issuer who it says it is?",
        CheckName::Proof => "Is it unchanged since it was signed?",
        CheckName::Dates => "Is it in force today?",
        CheckName::Status => "Has it been neither revoked nor suspended?",
        CheckName::Recipient => "Is it the expected person’s?",
    }
}

fn outcome(check: &Check) -> (&'static str, &'static str) {
    match (check.outcome, check.undecided) {
        (Outcome::Passed, _) => ("good", "Yes"),
        (Outcome::Failed, _) => ("bad", "No"),
        (Outcome::Skipped, true) => ("open", "Could not be checked"),
        (Outcome::Skipped, false) => ("none", "Not needed"),
    }
}

/// Of which moment something is told.
pub fn as_of(at: DateTime<Utc>) -> Markup {
    html! { "As of " (moment(at)) }
}

/// A moment, to the minute.
fn moment(at: DateTime<Utc>) -> Markup {
    html! { time datetime=(at.format("%Y-%m-%dT%H:%M:%SZ")) { (at.format("%-d %B %Y, %H:%M UTC")) } }
}
