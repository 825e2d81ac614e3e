//! What the holder of a shared passport made, as they tell it. The words and the addresses are theirs, and nobody has looked at them.

use cairn_service::error::Result;
use cairn_service::page::Page;
use cairn_service::passport::Project;
use cairn_service::portfolio::{self, File, Link};
use maud::{Markup, html};

use super::page::more;
use super::parts::linked;
use super::words;

/// Projects, the newest first.
pub fn projects(page: &Page<Project>) -> Result<Markup> {
    let entries = page.items.iter().map(|(one, _)| project(one)).collect::<Result<Vec<Markup>>>()?;
    Ok(html! {
        @if !entries.is_empty() {
            section #projects {
                h2 { (words::PROJECTS) }
                ul.entries { @for entry in &entries { li { (entry) } } }
                (more("projects", page))
            }
        }
    })
}

fn project(one: &Project) -> Result<Markup> {
    let row = &one.project;
    let (links, files) = (portfolio::links(row)?, portfolio::files(row)?);
    Ok(html! {
        h3 dir="auto" { (row.title) }
        @if let Some(made) = words::made(row.started_on, row.ended_on) { p.dim { (made) } }
        @if let Some(text) = &row.description { p.text dir="auto" { (text) } }
        @if let Some(text) = &row.text { p.text dir="auto" { (text) } }
        @if !links.is_empty() { ul { @for Link { title, url } in &links { li { (theirs(Some(url), title)) } } } }
        @if !files.is_empty() {
            h4 { (words::FILES) }
            ul { @for file in &files { li { (self::file(file)) } } }
        }
        @if !one.outcomes.is_empty() || !one.skills.is_empty() {
            h4 { (words::SHOWS) }
            ul {
                @for outcome in &one.outcomes { li dir="auto" { (outcome.statement) } }
                @for skill in &one.skills { li dir="auto" { (skill.name) } }
            }
        }
        @if !one.credentials.is_empty() {
            h4 { (words::BELONGS) }
            ul { @for (title, page) in &one.credentials { li dir="auto" { (linked(page.as_deref(), title)) } } }
        }
    })
}

fn file(file: &File) -> Markup {
    html! {
        (theirs(file.url.as_deref(), &file.name)) " "
        span.dim { (file.media_type) " · " (words::size(file.size)) }
        br;
        span.dim { (words::DIGEST) ": " code { (file.digest) } }
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
