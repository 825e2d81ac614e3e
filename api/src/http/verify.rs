//! `/verify`: a page to check anybody's credential on, as a file, a text or a link. What is handed in is read, checked, and kept nowhere.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpResponse, web};
use cairn_service::Service;
use cairn_service::actor::Actor;
use cairn_service::error::Error;
use cairn_service::verification::{self, Manner, Subject, Verified, verify::Report};
use futures_util::TryStreamExt;
use maud::{Markup, html};

use super::page::{self, Frame, read};
use super::verdict::{self, Days};

/// The largest file read, in bytes: what the engine reads of an image.
const MAX_FILE: usize = 8 * 1024 * 1024;
/// The longest text or link read, in bytes.
const MAX_TEXT: usize = 1024 * 1024;
const TITLE: &str = "Check a credential";

/// Registers the resource.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/verify").route(read().to(ask)).route(web::post().to(answer)));
}

/// What was handed in: the first of these that is not empty.
#[derive(Default)]
struct Given {
    file: Vec<u8>,
    text: Vec<u8>,
    link: Vec<u8>,
}

async fn ask() -> HttpResponse {
    shown(StatusCode::OK, &form(None))
}

async fn answer(body: Multipart, service: web::Data<Service>) -> HttpResponse {
    let subject = match given(body).await.and_then(subject) {
        Ok(subject) => subject,
        Err(reason) => return shown(StatusCode::BAD_REQUEST, &form(Some(reason))),
    };
    match verification::verify(&service, &Actor::anonymous(), subject, Manner::default()).await {
        Ok(verified) => shown(StatusCode::OK, &result(&verified)),
        Err(Error::NotFound(_)) => shown(
            StatusCode::OK,
            &form(Some("This link leads to no credential, or to one that is not shown to the public.")),
        ),
        Err(error) => page::fault(error),
    }
}

/// Reads the form, never more than the limits.
async fn given(mut body: Multipart) -> Result<Given, &'static str> {
    const UNREADABLE: &str = "The form could not be read.";
    let mut given = Given::default();
    while let Some(mut field) = body.try_next().await.map_err(|_| UNREADABLE)? {
        let (into, most) = match field.name() {
            Some("file") => (&mut given.file, MAX_FILE),
            Some("text") => (&mut given.text, MAX_TEXT),
            Some("link") => (&mut given.link, MAX_TEXT),
            _ => return Err(UNREADABLE),
        };
        while let Some(chunk) = field.try_next().await.map_err(|_| UNREADABLE)? {
            if into.len() + chunk.len() > most {
                return Err("That is too large: a file may have 8 MiB, a text 1 MiB.");
            }
            into.extend_from_slice(&chunk);
        }
    }
    Ok(given)
}

fn subject(given: Given) -> Result<Subject, &'static str> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).map(|text| text.trim().to_owned());
    let is_link = |text: &str| text.starts_with("https://") || text.starts_with("http://");
    if !given.file.is_empty() {
        return Ok(Subject::Bytes(given.file));
    }
    let pasted = text(given.text).map_err(|_| "The text is not readable.")?;
    let link = text(given.link).map_err(|_| "The link is not readable.")?;
    match (pasted, link) {
        (pasted, _) if is_link(&pasted) => Ok(Subject::Url(pasted)),
        (pasted, _) if !pasted.is_empty() => Ok(Subject::Bytes(pasted.into_bytes())),
        (_, link) if is_link(&link) => Ok(Subject::Url(link)),
        (_, link) if !link.is_empty() => Err("A link begins with https://."),
        _ => Err("Choose a file, paste a credential, or give a link."),
    }
}

fn shown(status: StatusCode, content: &Markup) -> HttpResponse {
    let frame = Frame { title: TITLE, indexed: true, head: Markup::default() };
    let mut answer = page::with(status, &frame, content);
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn form(problem: Option<&str>) -> Markup {
    html! {
        article {
            h1 { (TITLE) }
            p { "From any issuer, as a file, a text or a link. It is checked and kept nowhere." }
            @if let Some(problem) = problem { p.problem role="alert" { (problem) } }
            (fields())
        }
    }
}

fn fields() -> Markup {
    html! {
        form.ask method="post" action="/verify" enctype="multipart/form-data" {
            div {
                label for="file" { "A file" }
                p.hint #file-hint { "Drop it here or choose it: JSON, JWT, a badge or certificate as PNG, SVG or PDF, or an offline bundle. Up to 8 MiB." }
                input #file name="file" type="file" aria-describedby="file-hint" accept=".json,.jsonld,.jwt,.txt,.png,.svg,.pdf,application/json,application/vc,image/png,image/svg+xml,application/pdf";
            }
            div {
                label for="text" { "Or the credential itself" }
                p.hint #text-hint { "Paste its JSON, its token, or its link." }
                textarea #text name="text" rows="6" spellcheck="false" aria-describedby="text-hint" {}
            }
            div {
                label for="link" { "Or a link to it" }
                input #link name="link" type="text" inputmode="url" spellcheck="false" autocomplete="off";
            }
            p { button.button type="submit" { "Check" } }
        }
    }
}

fn result(verified: &Verified) -> Markup {
    let report = &verified.report;
    html! {
        article {
            h1 { (TITLE) }
            (verdict::card(report, Days::default()))
            section {
                h2 { "What it says" }
                (said(report, verified.known_issuer))
            }
            section { h2 { "How it was checked" } (verdict::checks(report)) }
            (within(report))
            section { h2 { "Check another" } (fields()) }
        }
    }
}

/// Each credential in a learner record, with an answer of its own.
fn within(report: &Report) -> Markup {
    html! {
        @if !report.credentials.is_empty() {
            section {
                h2 { "The credentials in it" }
                @for one in &report.credentials {
                    @let name = one.achievement.as_ref().and_then(|achievement| achievement.name.as_deref());
                    article {
                        h3 dir="auto" { (name.unwrap_or("A credential")) }
                        @if let Some(issuer) = &one.issuer {
                            p.dim dir="auto" { (issuer.name.as_deref().unwrap_or(&issuer.id)) }
                        }
                        (verdict::card(one, Days::default()))
                        details { summary { "How it was checked" } (verdict::checks(one)) }
                    }
                }
            }
        }
    }
}

/// What the document says of itself, to be believed as far as the answer goes.
fn said(report: &Report, known_issuer: bool) -> Markup {
    let achievement = report.achievement.as_ref();
    let issuer = report.issuer.as_ref();
    let day = |at: &chrono::DateTime<chrono::Utc>| at.format("%-d %B %Y, %H:%M UTC").to_string();
    html! {
        dl {
            @if let Some(name) = achievement.and_then(|achievement| achievement.name.as_ref()) {
                dt { "For what" } dd dir="auto" { (name) }
            }
            @if let Some(issuer) = issuer {
                dt { "By whom" }
                dd {
                    @if let Some(name) = &issuer.name { bdi { (name) } br; }
                    span.dim { (issuer.id) }
                    @if known_issuer { br; span.dim { "An issuer of this server" } }
                }
            }
            @if let Some(from) = &report.valid_from { dt { "Valid from" } dd { (day(from)) } }
            @if let Some(until) = &report.valid_until { dt { "Valid until" } dd { (day(until)) } }
            @if let Some(bundle) = &report.bundle {
                dt { "Its offline bundle" }
                dd {
                    "Taken on " (day(&bundle.taken_at))
                    @if let Some(key) = &bundle.signed_by { br; span.dim { "signed with " (key.public_key) } }
                }
            }
            @if let Some(id) = &report.document_id { dt { "Its identifier" } dd { (id) } }
            @if achievement.is_none() && issuer.is_none() { dt { "For what" } dd { "It could not be read." } }
        }
    }
}
