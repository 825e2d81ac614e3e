//! The page of a shared passport: whose it is, as of when, and its parts.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use cairn_service::Service;
use cairn_service::error::Result;
use cairn_service::passport::{self, Shared, View};
use cairn_service::rows::enums::Visibility;
use maud::{Markup, html};

use super::{parts, projects, words};
use crate::http::page::{self, Frame};
use crate::http::verdict;

/// The page: the whole, or the rest of one part.
pub fn render(service: &Service, shared: &Shared, view: &View, whole: bool) -> Result<HttpResponse> {
    let address = passport::address(service, &shared.share);
    let name = shared.name.as_deref().unwrap_or(words::UNNAMED);
    let content = html! {
        article.passport {
            header {
                p.kind { (words::KIND) }
                h1 { bdi { (name) } }
                p.asof { (words::count(view.count)) " · " (verdict::as_of(view.as_of)) }
                p.dim { (words::CHOSEN) }
            }
            (parts::credentials(view))
            (parts::skills(view)?)
            (parts::stacks(view))
            (projects::projects(&view.projects)?)
            @if !whole { p { a href=(address) { (words::BACK) } } }
        }
    };
    let frame = Frame {
        title: name,
        indexed: shared.share.visibility == Visibility::Public && whole,
        head: head(name, &address, view),
    };
    Ok(page::with(StatusCode::OK, &frame, &content))
}

/// How a shared link unfolds.
fn head(name: &str, address: &str, view: &View) -> Markup {
    let description = words::count(view.count);
    let properties = [
        ("og:type", "profile"),
        ("og:title", name),
        ("og:description", description.as_str()),
        ("og:url", address),
        ("og:site_name", words::KIND),
    ];
    html! {
        meta name="description" content=(description);
        link rel="canonical" href=(address);
        @for (property, content) in properties { meta property=(property) content=(content); }
        meta name="twitter:card" content="summary";
    }
}

/// A link to the rest of a list, where there is more.
pub fn more<T>(part: &str, page: &cairn_service::page::Page<T>) -> Markup {
    let last = page.items.last().filter(|_| page.has_next);
    html! {
        @if let Some((_, cursor)) = last {
            p.more { a href={ "?" (part) "=" (cursor) "#" (part) } { (words::MORE) } }
        }
    }
}
