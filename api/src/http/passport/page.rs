//! The page of a shared passport: whose it is, as of when, and its parts.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use cairn_service::Service;
use cairn_service::error::Result;
use cairn_service::page::Page;
use cairn_service::passport::{self, Shared, State, View};
use cairn_service::rows::enums::Visibility;
use cairn_words::{Count, Tz, Words};
use maud::{Markup, html};

use super::{parts, projects};
use crate::http::page::{self, Frame};
use crate::http::reader::Reader;
use crate::http::verdict;

/// What the parts of the page are made with.
pub struct Shown<'a> {
    /// Who reads it.
    pub reader: &'a Reader,
    /// What there is.
    pub view: &'a View,
    /// Where the whole is.
    pub address: String,
}

impl Shown<'_> {
    /// The words of the reader.
    pub fn words(&self) -> Words {
        self.reader.words
    }

    /// A link to the rest of a part, where there is more.
    pub fn more<T>(&self, part: &str, page: &Page<T>) -> Markup {
        let last = page.items.last().filter(|_| page.has_next);
        html! {
            @if let Some((_, cursor)) = last {
                @let rest = format!("{}?{part}={cursor}#{part}", self.address);
                p.more { a href=(self.reader.link(&rest)) { (self.words().passport_more()) } }
            }
        }
    }

    /// A title that leads to a page of ours, where there is one.
    pub fn linked(&self, page: Option<&str>, title: &str) -> Markup {
        html! {
            @match page {
                Some(page) => a href=(self.reader.link(page)) { (title) },
                None => (title),
            }
        }
    }
}

/// The page: the whole, or the rest of one part.
pub fn render(
    service: &Service,
    reader: &Reader,
    shared: &Shared,
    (view, whole): (&View, bool),
) -> Result<HttpResponse> {
    let address = passport::address(service, &shared.share);
    let shown = Shown { reader, view, address };
    let words = reader.words;
    let name = shared.name.as_deref().unwrap_or(words.passport_unnamed());
    let count = words.passport_count(Count::from(usize::try_from(view.count).unwrap_or(usize::MAX)));
    let content = html! {
        article.passport {
            header {
                p.kind { (words.passport_kind()) }
                h1 { bdi { (name) } }
                p.asof { (count) " · " (verdict::as_of(words, view.as_of, Tz::UTC)) }
                p.dim { (words.passport_chosen()) }
            }
            (parts::credentials(&shown))
            (parts::skills(&shown)?)
            (parts::stacks(&shown))
            (projects::projects(&shown)?)
            @if whole { (keep(&shown)) }
            @if !whole { p { a href=(reader.link(&shown.address)) { (words.passport_back()) } } }
        }
    };
    let frame = Frame {
        title: name,
        indexed: shared.share.visibility == Visibility::Public && whole,
        head: head(words, name, &count, &shown.address),
    };
    Ok(page::with(reader, StatusCode::OK, &frame, &content))
}

/// The same as files.
fn keep(shown: &Shown<'_>) -> Markup {
    let (words, address) = (shown.words(), &shown.address);
    let credentials = &shown.view.credentials.items;
    let recorded = credentials
        .iter()
        .any(|(entry, _)| entry.page.is_some() && !matches!(entry.state, State::Revoked | State::Replaced));
    html! {
        section.keep #keep {
            h2 { (words.passport_keep()) }
            p.buttons { a.button href=(shown.reader.link(&format!("{address}.pdf"))) { (words.passport_pdf()) } }
            @if recorded {
                ul.files {
                    li { a href={ (address) ".json" } { (words.passport_record()) } " " span.dim { (words.passport_record_hint()) } }
                }
            }
        }
    }
}

/// How a shared link unfolds.
fn head(words: Words, name: &str, count: &str, address: &str) -> Markup {
    page::unfolding(&[
        ("og:type", "profile"),
        ("og:title", name),
        ("og:description", count),
        ("og:url", address),
        ("og:site_name", words.passport_kind()),
    ])
}
