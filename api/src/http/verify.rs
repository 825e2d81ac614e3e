//! `/verify`: a page to check anybody's credential on, as a file, a text or a link. What is handed in is read, checked, and kept nowhere.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpResponse, web};
use cairn_service::Service;
use cairn_service::actor::Actor;
use cairn_service::error::Error;
use cairn_service::verification::{self, Manner, Subject, Verified};
use cairn_words::Words;
use futures_util::TryStreamExt;
use maud::{Markup, html};

use super::page::{self, Frame, read};
use super::reader::Reader;
use super::verdict::{self, Days};

/// The largest file read, in bytes: what the engine reads of an image.
const MAX_FILE: usize = 8 * 1024 * 1024;
/// The longest text or link read, in bytes.
const MAX_TEXT: usize = 1024 * 1024;

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

async fn ask(reader: Reader) -> HttpResponse {
    shown(&reader, StatusCode::OK, &form(&reader, None))
}

async fn answer(body: Multipart, reader: Reader, service: web::Data<Service>) -> HttpResponse {
    let words = reader.words;
    let subject = match given(words, body).await.and_then(|given| subject(words, given)) {
        Ok(subject) => subject,
        Err(reason) => return shown(&reader, StatusCode::BAD_REQUEST, &form(&reader, Some(reason))),
    };
    match verification::verify(&service, &Actor::anonymous(), subject, Manner::default()).await {
        Ok(verified) => shown(&reader, StatusCode::OK, &result(&reader, &verified)),
        Err(Error::NotFound(_)) => {
            shown(&reader, StatusCode::OK, &form(&reader, Some(words.verify_link_to_nothing())))
        }
        Err(error) => page::fault(&reader, error),
    }
}

/// Reads the form, never more than the limits.
async fn given(words: Words, mut body: Multipart) -> Result<Given, &'static str> {
    let unreadable = words.verify_form_unreadable();
    let mut given = Given::default();
    while let Some(mut field) = body.try_next().await.map_err(|_| unreadable)? {
        let (into, most) = match field.name() {
            Some("file") => (&mut given.file, MAX_FILE),
            Some("text") => (&mut given.text, MAX_TEXT),
            Some("link") => (&mut given.link, MAX_TEXT),
            _ => return Err(unreadable),
        };
        while let Some(chunk) = field.try_next().await.map_err(|_| unreadable)? {
            if into.len() + chunk.len() > most {
                return Err(words.verify_too_large());
            }
            into.extend_from_slice(&chunk);
        }
    }
    Ok(given)
}

fn subject(words: Words, given: Given) -> Result<Subject, &'static str> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).map(|text| text.trim().to_owned());
    let is_link = |text: &str| text.starts_with("https://") || text.starts_with("http://");
    if !given.file.is_empty() {
        return Ok(Subject::Bytes(given.file));
    }
    let pasted = text(given.text).map_err(|_| words.verify_text_unreadable())?;
    let link = text(given.link).map_err(|_| words.verify_link_unreadable())?;
    match (pasted, link) {
        (pasted, _) if is_link(&pasted) => Ok(Subject::Url(pasted)),
        (pasted, _) if !pasted.is_empty() => Ok(Subject::Bytes(pasted.into_bytes())),
        (_, link) if is_link(&link) => Ok(Subject::Url(link)),
        (_, link) if !link.is_empty() => Err(words.verify_link_scheme()),
        _ => Err(words.verify_nothing_given()),
    }
}

fn shown(reader: &Reader, status: StatusCode, content: &Markup) -> HttpResponse {
    let frame = Frame { title: reader.words.verify_title(), indexed: true, head: Markup::default() };
    let mut answer = page::with(reader, status, &frame, content);
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn form(reader: &Reader, problem: Option<&str>) -> Markup {
    let words = reader.words;
    html! {
        article {
            h1 { (words.verify_title()) }
            p { (words.verify_intro()) }
            @if let Some(problem) = problem { p.problem role="alert" { (problem) } }
            (fields(reader))
        }
    }
}

fn fields(reader: &Reader) -> Markup {
    let words = reader.words;
    html! {
        form.ask method="post" action=(reader.link("/verify")) enctype="multipart/form-data" {
            div {
                label for="file" { (words.verify_file()) }
                p.hint #file-hint { (words.verify_file_hint()) }
                input #file name="file" type="file" aria-describedby="file-hint" accept=".json,.jsonld,.jwt,.txt,.png,.svg,.pdf,application/json,application/vc,image/png,image/svg+xml,application/pdf";
            }
            div {
                label for="text" { (words.verify_text()) }
                p.hint #text-hint { (words.verify_text_hint()) }
                textarea #text name="text" rows="6" dir="ltr" spellcheck="false" aria-describedby="text-hint" {}
            }
            div {
                label for="link" { (words.verify_link()) }
                input #link name="link" type="text" dir="ltr" inputmode="url" spellcheck="false" autocomplete="off";
            }
            p { button.button type="submit" { (words.verify_button()) } }
        }
    }
}

fn result(reader: &Reader, verified: &Verified) -> Markup {
    let (words, report) = (reader.words, &verified.report);
    html! {
        article {
            h1 { (words.verify_title()) }
            (verdict::card(words, report, Days { replaced: verified.replaced, ..Days::in_zone(verified.zone) }))
            @if !report.is_unread() {
                section {
                    h2 { (words.verify_says()) }
                    (said(words, verified))
                }
                section { h2 { (words.credential_checks()) } (verdict::checks(words, report, verified.zone)) }
            }
            (within(words, verified))
            section { h2 { (words.verify_again()) } (fields(reader)) }
        }
    }
}

/// Each credential in a learner record, with an answer of its own.
fn within(words: Words, verified: &Verified) -> Markup {
    let all = &verified.report.credentials;
    html! {
        @if !all.is_empty() {
            section {
                h2 { (words.verify_within()) }
                @for one in all {
                    @let name = one.achievement.as_ref().and_then(|achievement| achievement.name.as_deref());
                    article {
                        h3 { bdi { (name.unwrap_or(words.verify_unread())) } }
                        @if let Some(holder) = &one.holder { p { bdi { (holder) } } }
                        @if let Some(issuer) = &one.issuer {
                            p.dim { bdi { (issuer.name.as_deref().unwrap_or(&issuer.id)) } }
                        }
                        (verdict::card(words, one, Days::in_zone(verified.zone)))
                        details {
                            summary { (words.credential_checks()) }
                            (verdict::checks(words, one, verified.zone))
                        }
                    }
                }
            }
        }
    }
}

/// What the document says of itself, to be believed as far as the answer goes.
fn said(words: Words, verified: &Verified) -> Markup {
    let report = &verified.report;
    let achievement = report.achievement.as_ref();
    let issuer = report.issuer.as_ref();
    html! {
        dl {
            @if let Some(name) = achievement.and_then(|achievement| achievement.name.as_ref()) {
                dt { (words.verify_what()) } dd { bdi { (name) } }
            }
            @if achievement.is_some() {
                dt { (words.verify_whom()) }
                dd {
                    @match &report.holder {
                        Some(holder) => bdi { (holder) },
                        None => span.dim { (words.verify_unnamed()) },
                    }
                }
            }
            @if let Some(issuer) = issuer {
                dt { (words.verify_who()) }
                dd {
                    @if let Some(name) = &issuer.name { bdi { (name) } br; }
                    bdi.dim { (issuer.id) }
                    @if verified.known_issuer { br; span.dim { (words.verify_known_issuer()) } }
                }
            }
            @if let Some(from) = report.valid_from {
                dt { (words.credential_valid_from()) } dd { (words.moment(from, verified.zone)) }
            }
            @if let Some(until) = report.valid_until {
                dt { (words.credential_valid_until()) } dd { (words.moment(until, verified.zone)) }
            }
            @if let Some(bundle) = &report.bundle {
                dt { (words.verify_bundle()) }
                dd {
                    (words.moment(bundle.taken_at, verified.zone))
                    @if let Some(key) = &bundle.signed_by { br; bdi.dim { (key.public_key) } }
                }
            }
            @if let Some(id) = &report.document_id { dt { (words.verify_identifier()) } dd { bdi { (id) } } }
            @if achievement.is_none() && issuer.is_none() {
                dt { (words.verify_what()) } dd { (words.verify_unread()) }
            }
        }
    }
}
