//! What was earned, as a shared passport shows it: credentials with where they stand, skills with what gave them, and what it counts towards.

use cairn_service::error::Result;
use cairn_service::passport::{Entry, Source, Stack, State, told};
use cairn_service::rows;
use cairn_words::Words;
use maud::{Markup, html};

use super::page::Shown;

/// The credentials, the newest first.
pub fn credentials(shown: &Shown<'_>) -> Markup {
    let (words, page) = (shown.words(), &shown.view.credentials);
    html! {
        @if shown.view.count == 0 { p { (words.passport_empty()) } }
        @if !page.items.is_empty() {
            section #credentials {
                h2 { (words.passport_credentials()) }
                ul.entries { @for (entry, _) in &page.items { li { (self::entry(shown, entry)) } } }
                (shown.more("credentials", page))
            }
        }
    }
}

fn entry(shown: &Shown<'_>, entry: &Entry) -> Markup {
    let words = shown.words();
    html! {
        p.kind { (entry.kind(words)) " · " bdi { (entry.issuer.name) } }
        h3 { bdi lang=(entry.language) { (shown.linked(entry.page.as_deref(), &entry.title)) } }
        p {
            span.state.(look(entry.state)) { (words.passport_state(entry.state.name())) } " "
            span.dim { (told::facts(words, entry, shown.view.as_of).join(" · ")) }
        }
    }
}

/// How a state looks.
fn look(state: State) -> &'static str {
    match state {
        State::Stands => "good",
        State::Expiring | State::NotYet | State::Suspended => "open",
        State::Expired | State::Renewed | State::Replaced => "none",
        State::Revoked | State::Unreliable => "bad",
    }
}

/// Skills, by name, with what gave them and at which level.
pub fn skills(shown: &Shown<'_>) -> Result<Markup> {
    let mut entries = Vec::with_capacity(shown.view.skills.len());
    for (earned, sources) in &shown.view.skills {
        let sources = sources.iter().map(|one| source(shown, one)).collect::<Result<Vec<_>>>()?;
        entries.push((earned, sources));
    }
    Ok(html! {
        @if !entries.is_empty() {
            section #skills {
                h2 { (shown.words().achievement_skills()) }
                ul.entries {
                    @for (earned, sources) in &entries {
                        li {
                            h3 { bdi { (earned.skill.name) " " span.dim { (earned.framework) } } }
                            ul { @for source in sources { li { (source) } } }
                        }
                    }
                }
            }
        }
    })
}

fn source(shown: &Shown<'_>, source: &Source) -> Result<Markup> {
    let version = &source.version;
    let levels = told::levels(shown.words(), version)?;
    Ok(html! {
        span dir="auto" lang=(version.language) { (shown.linked(source.page.as_deref(), &version.title)) }
        @if !levels.is_empty() { " " span.dim { (levels) } }
    })
}

/// What it counts towards, with what is done and what is missing.
pub fn stacks(shown: &Shown<'_>) -> Markup {
    let (words, page) = (shown.words(), &shown.view.stacks);
    html! {
        @if !page.items.is_empty() {
            section #stacks {
                h2 { (words.achievement_stacks()) }
                ul.entries { @for ((row, issuer), _) in &page.items { li { (stack(words, row, issuer)) } } }
                (shown.more("stacks", page))
            }
        }
    }
}

fn stack(words: Words, stack: &Stack, issuer: &rows::issuer::Model) -> Markup {
    let told = told::progress(words, stack, issuer);
    html! {
        p.kind { bdi { (issuer.name) } }
        h3 { bdi lang=(stack.version.language) { (stack.version.title) } }
        p { progress max="100" value=(stack.percent / 10_000) aria-label=(told) {} " " span.dim { (told) } }
        ul.parts {
            @for part in &stack.parts {
                li.done[part.completed_at.is_some()] {
                    bdi { (part.title) } " " span.dim { (told::part(words, part, issuer)) }
                }
            }
        }
    }
}
