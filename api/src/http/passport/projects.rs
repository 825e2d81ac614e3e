//! What the holder of a shared passport made, as they tell it. The words and the addresses are theirs, and nobody has looked at them.

use cairn_service::error::Result;
use cairn_service::passport::{Project, told};
use cairn_service::portfolio::{self, File, Link};
use cairn_words::Words;
use maud::{Markup, html};

use super::page::Shown;

/// Projects, the newest first.
pub fn projects(shown: &Shown<'_>) -> Result<Markup> {
    let page = &shown.view.projects;
    let entries = page.items.iter().map(|(one, _)| project(shown, one)).collect::<Result<Vec<Markup>>>()?;
    Ok(html! {
        @if !entries.is_empty() {
            section #projects {
                h2 { (shown.words().project_title()) }
                ul.entries { @for entry in &entries { li { (entry) } } }
                (shown.more("projects", page))
            }
        }
    })
}

fn project(shown: &Shown<'_>, one: &Project) -> Result<Markup> {
    let (words, row) = (shown.words(), &one.project);
    let (links, files) = (portfolio::links(row)?, portfolio::files(row)?);
    Ok(html! {
        h3 { bdi { (row.title) } }
        @if let Some(made) = told::made(words, row) { p.dim { (made) } }
        @if let Some(text) = &row.description { p.text dir="auto" { (text) } }
        @if let Some(text) = &row.text { p.text dir="auto" { (text) } }
        @if !links.is_empty() { ul { @for Link { title, url } in &links { li { (theirs(Some(url), title)) } } } }
        @if !files.is_empty() {
            h4 { (words.project_files()) }
            ul { @for file in &files { li { (self::file(words, file)) } } }
        }
        @if !one.outcomes.is_empty() || !one.skills.is_empty() {
            h4 { (words.project_shows()) }
            ul {
                @for outcome in &one.outcomes { li { bdi { (outcome.statement) } } }
                @for skill in &one.skills { li { bdi { (skill.name) } } }
            }
        }
        @if !one.credentials.is_empty() {
            h4 { (words.project_belongs()) }
            ul { @for (title, page) in &one.credentials { li { bdi { (shown.linked(page.as_deref(), title)) } } } }
        }
    })
}

fn file(words: Words, file: &File) -> Markup {
    html! {
        (theirs(file.url.as_deref(), &file.name)) " "
        span.dim { bdi { (file.media_type) } " · " (told::size(words, file.size)) }
        br;
        span.dim { (words.project_digest(&file.digest)) }
    }
}

/// A link that the holder gave: nothing of ours, and only where it is https.
fn theirs(address: Option<&str>, text: &str) -> Markup {
    html! {
        @match address.filter(|address| address.starts_with("https://")) {
            Some(address) => a href=(address) rel="nofollow ugc noopener" dir="auto" { (text) },
            None => bdi { (text) },
        }
    }
}
