//! What the public pages share: the frame of HTML around them, their style, and which form of a resource a caller asks for. What stands in a page is
//! the business of its own file.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    Accept, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, ETAG, Header, HeaderMap, IF_NONE_MATCH,
    VARY,
};
use actix_web::{HttpRequest, HttpResponse, Route, guard, web};
use cairn_service::program::terms::Branding;
use cairn_words::Language;
use maud::{DOCTYPE, Markup, html};

use super::problem::Problem;
use super::reader::Reader;

/// No script at all; nothing from elsewhere.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'";
/// `Vary` of what is said in the reader's language.
pub const READERS: &str = "Accept, Accept-Language";
const STYLE: &str = include_str!("../../assets/pages.css");
const STYLE_PATH: &str = "/pages.css";
const ICON: &str = include_str!("../../assets/icon.svg");
const ICON_PATH: &str = "/icon.svg";

/// Registers what the pages share.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource(STYLE_PATH).route(read().to(style)));
    config.service(web::resource(ICON_PATH).route(read().to(icon)));
}

/// A route for GET and HEAD.
pub fn read() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .body(STYLE)
}

/// What browsers show beside the title.
async fn icon() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((CACHE_CONTROL, "public, max-age=86400"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .body(ICON)
}

/// What stands around a page's content.
pub struct Frame<'a> {
    /// Its title.
    pub title: &'a str,
    /// Whether search engines may list it.
    pub indexed: bool,
    /// What it tells machines.
    pub head: Markup,
}

/// A whole page that search engines do not list.
pub fn page(reader: &Reader, status: StatusCode, title: &str, content: &Markup) -> HttpResponse {
    with(reader, status, &Frame { title, indexed: false, head: Markup::default() }, content)
}

/// A whole page.
pub fn with(reader: &Reader, status: StatusCode, frame: &Frame<'_>, content: &Markup) -> HttpResponse {
    let body = html! {
        body {
            main { (content) }
            footer { p { (reader.words.page_foot()) } (languages(reader)) }
        }
    };
    answer(reader, status, frame, &body, "'none'")
}

/// The same page in each language.
fn languages(reader: &Reader) -> Markup {
    html! {
        nav.languages aria-label=(reader.words.page_languages()) {
            ul {
                @for language in Language::ALL {
                    @let tag = language.tag();
                    li {
                        @if language == reader.words.language() {
                            span lang=(tag) aria-current="true" { (language.name()) }
                        } @else {
                            a href=(reader.here_in(language)) hreflang=(tag) lang=(tag) rel="nofollow" { (language.name()) }
                        }
                    }
                }
            }
        }
    }
}

/// A page that others may show in a frame, with nothing around its content.
pub fn framed(reader: &Reader, status: StatusCode, title: &str, content: &Markup) -> HttpResponse {
    let frame = Frame { title, indexed: false, head: Markup::default() };
    answer(reader, status, &frame, &html! { body.framed { main.framed { (content) } } }, "*")
}

fn answer(
    reader: &Reader,
    status: StatusCode,
    frame: &Frame<'_>,
    body: &Markup,
    ancestors: &str,
) -> HttpResponse {
    let language = reader.words.language();
    let page = html! {
        (DOCTYPE)
        html lang=(language.tag()) dir=(language.direction()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                @if !frame.indexed { meta name="robots" content="noindex"; }
                @for other in Language::ALL {
                    link rel="alternate" hreflang=(other.tag()) href=(reader.address_in(other));
                }
                title { (frame.title) }
                (frame.head)
                link rel="stylesheet" href=(STYLE_PATH);
                link rel="icon" type="image/svg+xml" href=(ICON_PATH);
            }
            (body)
        }
    };
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, format!("{POLICY}; frame-ancestors {ancestors}")))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((VARY, READERS))
        .insert_header((CONTENT_LANGUAGE, language.tag()))
        .body(page.into_string())
}

/// How a shared link unfolds: properties of the Open Graph, `og:description` and `og:url` among them.
pub fn unfolding(properties: &[(&str, &str)]) -> Markup {
    let one = |name: &str| properties.iter().find(|(known, value)| *known == name && !value.is_empty());
    html! {
        @if let Some((_, description)) = one("og:description") { meta name="description" content=(description); }
        @if let Some((_, address)) = one("og:url") { link rel="canonical" href=(address); }
        @for (property, content) in properties.iter().filter(|(_, content)| !content.is_empty()) {
            meta property=(property) content=(content);
        }
        meta name="twitter:card" content="summary";
    }
}

/// The program's colors. They are those of a drawing: the page's policy admits no style of its own.
pub fn band(branding: &Branding) -> Markup {
    let colors: Vec<&String> = branding.primary_color.iter().chain(&branding.secondary_color).collect();
    html! {
        @if !colors.is_empty() {
            svg.band viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true" {
                @for (place, color) in colors.iter().enumerate() {
                    rect x=(place * 75) width="100" height="2" fill=(color) {}
                }
            }
        }
    }
}

/// The page for what does not exist, or not for the public.
pub fn nothing_here(reader: &Reader) -> HttpResponse {
    let words = reader.words;
    notice(reader, StatusCode::NOT_FOUND, words.nothing_title(), words.nothing_text())
}

/// The page for a request that asks for what there is not, and why it does, in the reader's language.
pub fn bad_request(reader: &Reader, reason: &str) -> HttpResponse {
    notice(reader, StatusCode::BAD_REQUEST, reader.words.request_title(), reason)
}

/// The page for a refusal, or for a fault of ours; its cause is in the log.
pub fn fault(reader: &Reader, error: cairn_service::error::Error) -> HttpResponse {
    refused(reader, Problem::from(error))
}

/// The page for a refusal.
pub fn refused(reader: &Reader, problem: Problem) -> HttpResponse {
    let words = reader.words;
    let mut answer = match problem.status {
        StatusCode::NOT_FOUND => nothing_here(reader),
        StatusCode::TOO_MANY_REQUESTS => {
            notice(reader, problem.status, words.busy_title(), words.busy_text())
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            notice(reader, problem.status, words.fault_title(), words.fault_away())
        }
        status if status.is_client_error() => {
            notice(reader, status, words.request_title(), words.request_text())
        }
        status => notice(reader, status, words.fault_title(), words.fault_text()),
    };
    for (name, value) in problem.headers {
        answer.headers_mut().insert(name, value);
    }
    answer
}

/// A page that says one thing.
fn notice(reader: &Reader, status: StatusCode, title: &str, text: &str) -> HttpResponse {
    page(reader, status, title, &html! { h1 { (title) } p { (text) } })
}

/// Bytes of a document with an entity tag; 304 where the caller has them already. `max_age` in seconds.
pub fn document(
    request: &HttpRequest,
    media: &str,
    tag: &str,
    max_age: Option<i64>,
    bytes: impl Into<Vec<u8>>,
) -> HttpResponse {
    let tag = format!("\"{tag}\"");
    let known = knows(request.headers(), &tag);
    let cache = max_age.map_or_else(|| "no-cache".to_owned(), |age| format!("public, max-age={age}"));
    let mut answer = match known {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    answer.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, cache)).insert_header((VARY, "Accept"));
    match known {
        true => answer.finish(),
        false => answer.content_type(media).body(bytes.into()),
    }
}

/// Whether the caller has what bears an entity tag already (RFC 9110, section 13.1.2: compared weakly).
pub fn knows(asked: &HeaderMap, tag: &str) -> bool {
    let strong = tag.trim_start_matches("W/");
    asked.get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok()).any(|list| {
        list.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == strong || one == "*")
    })
}

/// The offer that the caller likes best: the first one where `Accept` says nothing or everything will do, none where it names others only.
pub fn preferred<T: Copy>(request: &HttpRequest, offers: &[(&str, T)]) -> Option<T> {
    let ranges = Accept::parse(request).map(|accept| accept.ranked()).unwrap_or_default();
    let first = offers.first().map(|offer| offer.1);
    if ranges.is_empty() {
        return first;
    }
    ranges.iter().find_map(|range| {
        let wanted = range.essence_str();
        match wanted.strip_suffix("/*") {
            Some("*") => first,
            Some(kind) => {
                let of_kind = |media: &str| media.split('/').next() == Some(kind);
                offers.iter().find(|(media, _)| of_kind(media)).map(|offer| offer.1)
            }
            None => offers.iter().find(|(media, _)| *media == wanted).map(|offer| offer.1),
        }
    })
}

/// Said to a caller who accepts none of the forms that there are.
pub fn not_acceptable() -> HttpResponse {
    HttpResponse::NotAcceptable().insert_header((VARY, "Accept")).finish()
}

/// An entity tag of bytes that have no revision of their own. It tells changes apart; it protects nothing.
pub fn digest(bytes: &[u8]) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
