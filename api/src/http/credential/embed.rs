//! A credential on the pages of others: the card in a frame, how they learn of it (oEmbed 1.0), and a QR code that leads to its page.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use cairn_service::face::{self, statement::Statement};
use cairn_service::{Service, credential};
use maud::{Markup, html};
use serde_json::json;

use super::page::{self as own, Shown};
use crate::http::asked;
use crate::http::origins::public_cors;
use crate::http::page::{self, read};
use crate::http::reader::Reader;
use crate::http::verdict;

/// The frame's size, in pixels.
const SIZE: (u32, u32) = (480, 240);

/// Registers the resources.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/credentials/{token}/embed").route(read().to(framed)))
        .service(web::resource("/credentials/{token}/qr.svg").wrap(public_cors()).route(read().to(code)))
        .service(web::resource("/oembed").wrap(public_cors()).route(read().to(oembed)));
}

/// What others copy into a page of theirs.
pub fn snippet(address: &str, title: &str) -> Markup {
    sized(address, title, SIZE)
}

fn sized(address: &str, title: &str, (width, height): (u32, u32)) -> Markup {
    html! {
        iframe src=(address) title=(title) width=(width) height=(height) loading="lazy" style="border:0;max-width:100%" {}
    }
}

/// The card in the frame.
pub fn card(shown: &Shown<'_>) -> Markup {
    let Shown { reader, statement, report, urls, .. } = shown;
    html! {
        article.card {
            img.badge src=(urls.svg) width="112" height="112" alt="";
            div {
                p.kind { (statement.kind(shown.words())) }
                h1 { bdi lang=[statement.language()] { a href=(reader.link(&urls.page)) target="_blank" rel="noopener" { (statement.title()) } } }
                p.holder { bdi { (shown.holder()) } }
                p.dim { bdi { (statement.issuer()) } }
            }
            (verdict::card(shown.words(), report, shown.days()))
        }
    }
}

async fn framed(reader: Reader, token: web::Path<String>, service: web::Data<Service>) -> HttpResponse {
    let found = match credential::by_share_token(&service, &token).await {
        Ok(Some(found)) => found,
        Ok(None) => return page::nothing_here(&reader),
        Err(error) => return page::fault(&reader, error),
    };
    let rendered = own::render(&service, &reader, &found, true).await;
    rendered.unwrap_or_else(|error| page::fault(&reader, error))
}

async fn code(
    request: HttpRequest,
    reader: Reader,
    token: web::Path<String>,
    service: web::Data<Service>,
) -> HttpResponse {
    let found = match credential::by_share_token(&service, &token).await {
        Ok(Some(found)) => found,
        Ok(None) => return page::nothing_here(&reader),
        Err(error) => return page::fault(&reader, error),
    };
    match face::code(reader.words, &credential::page_address(&found.issuer, &found.credential)) {
        Ok(svg) => {
            let tag = page::digest(svg.as_bytes());
            let mut answer = page::document(&request, "image/svg+xml", &tag, None, svg);
            let headers = answer.headers_mut();
            headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
            headers.insert(VARY, HeaderValue::from_static(page::READERS));
            answer
        }
        Err(error) => page::fault(&reader, error),
    }
}

/// What oEmbed asks with (oEmbed 1.0, section 2.2).
#[derive(serde::Deserialize)]
struct Asked {
    url: String,
    format: Option<String>,
    maxwidth: Option<String>,
    maxheight: Option<String>,
}

/// A length of ours, or the longest that is wanted; `None` where that is no number of pixels.
fn at_most(own: u32, most: Option<&str>) -> Option<u32> {
    most.map_or(Some(own), |most| Some(own.min(most.parse().ok()?)))
}

async fn oembed(
    request: HttpRequest,
    reader: Reader,
    asked: web::Query<Asked>,
    service: web::Data<Service>,
) -> HttpResponse {
    if asked.format.as_deref().is_some_and(|format| format != "json") {
        return HttpResponse::NotImplemented().finish();
    }
    let Some(width) = at_most(SIZE.0, asked.maxwidth.as_deref()) else {
        return asked::refused(&request, "maxwidth");
    };
    let Some(height) = at_most(SIZE.1, asked.maxheight.as_deref()) else {
        return asked::refused(&request, "maxheight");
    };
    let found = match credential::by_share_url(&service, &asked.url).await {
        Ok(Some(found)) => found,
        Ok(None) => return HttpResponse::NotFound().finish(),
        Err(error) => return page::fault(&reader, error),
    };
    let statement = match Statement::read(&found.document) {
        Ok(statement) => statement,
        Err(error) => return page::fault(&reader, error),
    };
    let urls = credential::urls(&found.issuer, &found.credential);
    let answer = json!({
        "version": "1.0",
        "type": "rich",
        "title": statement.title(),
        "author_name": statement.issuer(),
        "author_url": format!("{}/issuers/{}", found.issuer.public_base, found.issuer.slug),
        "provider_name": "Cairn",
        "provider_url": found.issuer.public_base,
        "width": width,
        "height": height,
        "thumbnail_url": urls.png,
        "thumbnail_width": 1_024,
        "thumbnail_height": 1_024,
        "html": sized(&urls.embed, statement.title(), (width, height)).into_string(),
    });
    let bytes = answer.to_string().into_bytes();
    let tag = page::digest(&bytes);
    page::document(&request, "application/json", &tag, None, bytes)
}
