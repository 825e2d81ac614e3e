//! `/issuers/{slug}`: an issuer's profile as JSON or as a page, and its DID document.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use cairn_service::page::PageArgs;
use cairn_service::program::{self, Shown};
use cairn_service::rows::enums::KeyStatus;
use cairn_service::{Service, credential, endorsement, issuance, issuer, rows, signing_key, verification};
use cairn_words::Words;
use maud::{Markup, html};
use serde_json::{Value, json};
use uuid::Uuid;

use super::credential::parts::{self, link};
use super::origins::public_cors;
use super::page::{self, Frame, read};
use super::reader::Reader;

/// How long a DID document may be kept, in seconds: a rotated key is known everywhere within it.
const DID_MAX_AGE: i64 = 300;
/// How many programs an issuer's page lists.
const PROGRAMS: i32 = 50;

/// Registers the resources.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/issuers/{slug}").wrap(public_cors()).route(read().to(profile)))
        .service(web::resource("/issuers/{slug}/did.json").wrap(public_cors()).route(read().to(did)));
}

async fn profile(
    request: HttpRequest,
    reader: Reader,
    slug: web::Path<String>,
    service: web::Data<Service>,
) -> HttpResponse {
    let offers = [("application/json", false), ("application/ld+json", false), ("text/html", true)];
    let Some(html) = page::preferred(&request, &offers) else { return page::not_acceptable() };
    match issuer::by_slug(&service, &slug).await {
        Ok(Some(row)) if html => match behind(&service, &row).await {
            Ok(behind) => {
                let address = format!("{}/issuers/{}", row.public_base, row.slug);
                let head = page::unfolding(&[
                    ("og:type", "profile"),
                    ("og:title", &row.name),
                    ("og:description", row.description.as_deref().unwrap_or_default()),
                    ("og:url", &address),
                    ("og:site_name", reader.words.issuer_kind()),
                ]);
                let frame = Frame { title: &row.name, indexed: true, head };
                page::with(&reader, StatusCode::OK, &frame, &about(&reader, &row, &behind))
            }
            Err(error) => page::fault(&reader, error),
        },
        Ok(Some(row)) => match described(&service, &row).await {
            Ok(bytes) => {
                let tag = page::digest(&bytes);
                page::document(&request, "application/json", &tag, Some(DID_MAX_AGE), bytes)
            }
            Err(error) => page::fault(&reader, error),
        },
        Ok(None) => page::nothing_here(&reader),
        Err(error) => page::fault(&reader, error),
    }
}

/// The profile as credentials state it, with the contexts that define its terms.
async fn described(service: &Service, row: &rows::issuer::Model) -> cairn_service::error::Result<Vec<u8>> {
    let mut profile = serde_json::to_value(issuer::profile(service, row).await?)?;
    profile["@context"] = json!(issuance::achievement::CONTEXTS);
    Ok(serde_json::to_vec_pretty(&profile)?)
}

/// What stands on an issuer's page beside its own row.
struct Behind {
    keys: Vec<rows::signing_key::Model>,
    endorsements: Vec<rows::endorsement::Model>,
    programs: Vec<Shown>,
    /// The achievement that each version is awarded for, by the version's id.
    achievements: HashMap<Uuid, Uuid>,
}

/// Its keys, who vouches for it, and its first programs by title; all of them are public.
async fn behind(service: &Service, row: &rows::issuer::Model) -> cairn_service::error::Result<Behind> {
    let args = PageArgs { first: Some(PROGRAMS), ..PageArgs::default() };
    let programs = program::of_issuers(service, &[row.id], &args).await?.remove(&row.id);
    let programs: Vec<Shown> =
        programs.into_iter().flat_map(|page| page.items).map(|(shown, _)| shown).collect();
    let versions: Vec<Uuid> = programs.iter().map(|(_, version)| version.id).collect();
    Ok(Behind {
        achievements: program::achievements(service, &versions).await?,
        keys: signing_key::by_issuers(service, &[row.id]).await?,
        endorsements: endorsement::shown(service, row.id).await?,
        programs,
    })
}

fn about(reader: &Reader, row: &rows::issuer::Model, behind: &Behind) -> Markup {
    let words = reader.words;
    html! {
        article {
            p.kind { (words.issuer_kind()) }
            h1 { bdi { (row.name) } }
            @if let Some(text) = &row.description { p.text dir="auto" { (text) } }
            dl {
                @if let Some(url) = &row.url { dt { (words.issuer_site()) } dd { (link(Some(url), url)) } }
                @if let Some(email) = &row.email { dt { (words.issuer_email()) } dd { bdi { (email) } } }
                @if let Some(phone) = &row.phone { dt { (words.issuer_phone()) } dd { bdi dir="ltr" { (phone) } } }
                @if let Some(country) = &row.country { dt { (words.issuer_country()) } dd { (country) } }
                dt { (words.issuer_identifier()) } dd { bdi { (row.did) } }
            }
            (accreditations(words, row))
            (vouching(words, &behind.endorsements))
            (offered(reader, behind))
            (keys(words, row, &behind.keys))
        }
    }
}

fn accreditations(words: Words, row: &rows::issuer::Model) -> Markup {
    let list = row.accreditations.as_array().map(Vec::as_slice).unwrap_or_default();
    html! {
        @if !list.is_empty() {
            section #accreditations {
                h2 { (words.issuer_accreditations()) }
                ul {
                    @for given in list {
                        li {
                            strong dir="auto" { (given["body"].as_str().unwrap_or_default()) } " "
                            (link(given["url"].as_str(), given["name"].as_str().unwrap_or_default()))
                        }
                    }
                }
            }
        }
    }
}

fn vouching(words: Words, endorsements: &[rows::endorsement::Model]) -> Markup {
    let documents: Vec<Value> =
        endorsements.iter().filter_map(|row| serde_json::from_str(&row.document).ok()).collect();
    parts::vouching(words, documents.iter().map(said))
}

/// What a signed endorsement says, and who says it.
pub fn said(document: &Value) -> (Option<&str>, Option<&str>) {
    (document["credentialSubject"]["endorsementComment"].as_str(), document["issuer"]["name"].as_str())
}

fn offered(reader: &Reader, behind: &Behind) -> Markup {
    let words = reader.words;
    html! {
        @if !behind.programs.is_empty() {
            section #programs {
                h2 { (words.issuer_programs()) }
                ul {
                    @for (_, version) in &behind.programs {
                        li {
                            strong dir="auto" lang=(version.language) {
                                @match behind.achievements.get(&version.id) {
                                    Some(id) => a href=(reader.link(&format!("/achievements/{id}"))) { (version.title) },
                                    None => (version.title),
                                }
                            }
                            @if let Some(summary) = &version.summary { br; span.dim dir="auto" lang=(version.language) { (summary) } }
                        }
                    }
                }
            }
        }
    }
}

fn keys(words: Words, row: &rows::issuer::Model, keys: &[rows::signing_key::Model]) -> Markup {
    html! {
        section #keys {
            h2 { (words.issuer_keys()) }
            div.wide role="region" aria-label=(words.issuer_keys_table()) tabindex="0" {
                table {
                    thead {
                        tr {
                            th scope="col" { (words.issuer_key()) }
                            th scope="col" { (words.issuer_key_since()) }
                            th scope="col" { (words.issuer_key_now()) }
                        }
                    }
                    tbody {
                        @for key in keys {
                            tr {
                                th scope="row" { code { (key.public_multibase) } }
                                td { (words.day(credential::day(row, key.created_at))) }
                                td { (standing(words, key.status)) }
                            }
                        }
                    }
                }
            }
            p { a href={ "/issuers/" (row.slug) "/did.json" } { (words.issuer_keys_all()) } " " span.dim { (words.issuer_keys_all_hint()) } }
        }
    }
}

fn standing(words: Words, status: KeyStatus) -> &'static str {
    match status {
        KeyStatus::Active => words.issuer_key_active(),
        KeyStatus::Retired => words.issuer_key_retired(),
        KeyStatus::Compromised => words.issuer_key_compromised(),
    }
}

async fn did(
    request: HttpRequest,
    reader: Reader,
    slug: web::Path<String>,
    service: web::Data<Service>,
) -> HttpResponse {
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
        Ok(None) => page::nothing_here(&reader),
        Err(error) => page::fault(&reader, error),
    }
}
