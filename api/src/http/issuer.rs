//! `/issuers/{slug}`: an issuer's profile as JSON or as a page, and its DID document.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use cairn_service::{Service, issuance, issuer, rows, verification};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::origins::public_cors;
use super::page::{self, read};

/// How long a DID document may be kept, in seconds: a rotated key is known everywhere within it.
const DID_MAX_AGE: i64 = 300;

/// Registers the resources.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/issuers/{slug}").wrap(public_cors()).route(read().to(profile)))
        .service(web::resource("/issuers/{slug}/did.json").wrap(public_cors()).route(read().to(did)));
}

async fn profile(request: HttpRequest, slug: web::Path<String>, service: web::Data<Service>) -> HttpResponse {
    let offers = [("application/json", false), ("application/ld+json", false), ("text/html", true)];
    let Some(html) = page::preferred(&request, &offers) else { return page::not_acceptable() };
    match issuer::by_slug(&service, &slug).await {
        Ok(Some(row)) if html => page::page(StatusCode::OK, &row.name, &about(&row)),
        Ok(Some(row)) => match described(&service, &row).await {
            Ok(bytes) => {
                let tag = page::digest(&bytes);
                page::document(&request, "application/json", &tag, Some(DID_MAX_AGE), bytes)
            }
            Err(error) => page::fault(error),
        },
        Ok(None) => page::nothing_here(),
        Err(error) => page::fault(error),
    }
}

/// The profile as credentials state it, with the contexts that define its terms.
async fn described(service: &Service, row: &rows::issuer::Model) -> cairn_service::error::Result<Vec<u8>> {
    let mut profile = serde_json::to_value(issuer::profile(service, row).await?)?;
    profile["@context"] = json!(issuance::achievement::CONTEXTS);
    Ok(serde_json::to_vec_pretty(&profile)?)
}

fn about(row: &rows::issuer::Model) -> Markup {
    html! {
        article {
            @if let Some(image) = row.image_url.as_ref().filter(|url| url.starts_with("https://")) { img src=(image) alt=""; }
            p.kind { "Issuer" }
            h1 dir="auto" { (row.name) }
            @if let Some(text) = &row.description { p.text dir="auto" { (text) } }
            dl {
                @if let Some(url) = &row.url { dt { "Site" } dd { a href=(url) rel="noopener nofollow" { (url) } } }
                @if let Some(email) = &row.email { dt { "E-mail" } dd { (email) } }
                @if let Some(country) = &row.country { dt { "Country" } dd { (country) } }
                dt { "Identifier" } dd { (row.did) }
                dt { "Keys" } dd { a href={ "/issuers/" (row.slug) "/did.json" } { "DID document" } }
            }
            @let accreditations = row.accreditations.as_array().map(Vec::as_slice).unwrap_or_default();
            @if !accreditations.is_empty() {
                h2 #accreditations { "Accreditations, as the issuer states them" }
                ul {
                    @for given in accreditations {
                        li dir="auto" {
                            (given["name"].as_str().unwrap_or_default()) " – " (given["body"].as_str().unwrap_or_default())
                            @if let Some(url) = web_address(&given["url"]) { " " a href=(url) rel="noopener nofollow" { "more" } }
                        }
                    }
                }
            }
        }
    }
}

fn web_address(value: &Value) -> Option<&str> {
    value.as_str().filter(|url| url.starts_with("https://") || url.starts_with("http://"))
}

async fn did(request: HttpRequest, slug: web::Path<String>, service: web::Data<Service>) -> HttpResponse {
    let found = match issuer::by_slug(&service, &slug).await {
        Ok(Some(row)) => verification::did_document(&service, &row).await.map(Some),
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    };
    match found {
        Ok(Some(bytes)) => {
            let tag = page::digest(&bytes);
            page::document(&request, "application/did+json", &tag, Some(DID_MAX_AGE), bytes)
        }
        Ok(None) => page::nothing_here(),
        Err(error) => page::fault(error),
    }
}
