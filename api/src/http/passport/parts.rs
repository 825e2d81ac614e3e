//! What was earned, as a shared passport shows it: credentials with where they stand, skills with what gave them, and what it counts towards.

use cairn_service::credential;
use cairn_service::error::Result;
use cairn_service::passport::{Entry, Source, Stack, StackPart, State, View};
use cairn_service::program::terms::Terms;
use cairn_service::rows;
use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};

use super::page::more;
use super::words;

/// The credentials, the newest first.
pub fn credentials(view: &View) -> Markup {
    let entries = &view.credentials.items;
    html! {
        @if view.count == 0 { p { (words::EMPTY) } }
        @if !entries.is_empty() {
            section #credentials {
                h2 { (words::CREDENTIALS) }
                ul.entries { @for (entry, _) in entries { li { (self::entry(entry, view.as_of)) } } }
                (more("credentials", &view.credentials))
            }
        }
    }
}

fn entry(entry: &Entry, now: DateTime<Utc>) -> Markup {
    let (class, word) = state(entry.state);
    html! {
        p.kind { (entry.kind) " · " bdi { (entry.issuer.name) } }
        h3 dir="auto" lang=(entry.language) { (linked(entry.page.as_deref(), &entry.title)) }
        p {
            span.state.(class) { (word) } " "
            span.dim { (facts(entry, now).join(" · ")) }
        }
    }
}

/// When it was awarded, until when it holds, and when it may be renewed.
fn facts(entry: &Entry, now: DateTime<Utc>) -> Vec<String> {
    let day = |moment| credential::day(&entry.issuer, moment);
    let row = &entry.credential;
    let mut facts = match entry.state {
        State::NotYet => vec![words::valid_from(day(row.valid_from))],
        _ => vec![words::awarded(day(row.valid_from))],
    };
    facts.extend(row.valid_until.map(|end| match end < now {
        true => words::was_valid_until(day(end)),
        false => words::valid_until(day(end)),
    }));
    if let Some(window) = &entry.renewable {
        facts.extend(window.opens_at.map(|opens| match opens <= now {
            true => words::renewable_since(day(opens)),
            false => words::renewable_from(day(opens)),
        }));
        facts.extend(window.closes_at.filter(|end| *end > now).map(|end| words::renewable_until(day(end))));
    }
    facts
}

/// A title that leads to a page of ours, where there is one.
pub fn linked(page: Option<&str>, title: &str) -> Markup {
    html! {
        @match page {
            Some(page) => a href=(page) { (title) },
            None => (title),
        }
    }
}

/// How a state looks, and its word.
fn state(state: State) -> (&'static str, &'static str) {
    match state {
        State::Stands => ("good", words::STANDS),
        State::Expiring => ("open", words::EXPIRING),
        State::NotYet => ("open", words::NOT_YET),
        State::Expired => ("none", words::EXPIRED),
        State::Renewed => ("none", words::RENEWED),
        State::Suspended => ("open", words::SUSPENDED),
        State::Revoked => ("bad", words::REVOKED),
        State::Replaced => ("none", words::REPLACED),
        State::Unreliable => ("bad", words::UNRELIABLE),
    }
}

/// Skills, by name, with what gave them and at which level.
pub fn skills(view: &View) -> Result<Markup> {
    let mut entries = Vec::with_capacity(view.skills.len());
    for (earned, sources) in &view.skills {
        let sources = sources.iter().map(source).collect::<Result<Vec<_>>>()?;
        entries.push((earned, sources));
    }
    Ok(html! {
        @if !entries.is_empty() {
            section #skills {
                h2 { (words::SKILLS) }
                ul.entries {
                    @for (earned, sources) in &entries {
                        li {
                            h3 dir="auto" { (earned.skill.name) " " span.dim { (earned.framework) } }
                            ul { @for source in sources { li { (source) } } }
                        }
                    }
                }
            }
        }
    })
}

fn source(source: &Source) -> Result<Markup> {
    let version = &source.version;
    let levels: Vec<String> =
        version.levels()?.iter().map(|level| format!("{} {}", level.framework, level.value)).collect();
    Ok(html! {
        span dir="auto" lang=(version.language) { (linked(source.page.as_deref(), &version.title)) }
        @if !levels.is_empty() { " " span.dim { (levels.join(" · ")) } }
    })
}

/// What it counts towards, with what is done and what is missing.
pub fn stacks(view: &View) -> Markup {
    let stacks = &view.stacks.items;
    html! {
        @if !stacks.is_empty() {
            section #stacks {
                h2 { (words::STACKS) }
                ul.entries { @for ((row, issuer), _) in stacks { li { (stack(row, issuer)) } } }
                (more("stacks", &view.stacks))
            }
        }
    }
}

fn stack(stack: &Stack, issuer: &rows::issuer::Model) -> Markup {
    let day = |moment: DateTime<Utc>| -> NaiveDate { credential::day(issuer, moment) };
    let (done, all) = stack.required;
    let told = match stack.completed_at {
        Some(at) => words::complete(day(at)),
        None => words::done(done, all),
    };
    html! {
        p.kind { bdi { (issuer.name) } }
        h3 dir="auto" lang=(stack.version.language) { (stack.version.title) }
        p { progress max="100" value=(stack.percent / 10_000) aria-label=(told) {} " " span.dim { (told) } }
        ul.parts { @for part in &stack.parts { (self::part(part, &day)) } }
    }
}

fn part(part: &StackPart, day: &dyn Fn(DateTime<Utc>) -> NaiveDate) -> Markup {
    let told =
        part.completed_at.map_or_else(|| words::PART_MISSING.to_owned(), |at| words::part_done(day(at)));
    html! {
        li.done[part.completed_at.is_some()] { bdi { (part.title) } " " span.dim { (told) } }
    }
}
