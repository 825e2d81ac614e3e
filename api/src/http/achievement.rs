//! `/achievements/{id}`: what a credential is given for, as JSON or as a page. One for each award of each published version.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use cairn_service::issuance::achievement::CONTEXTS;
use cairn_service::{Service, credential};
use maud::html;
use serde_json::json;
use uuid::Uuid;

use super::credential::about;
use super::origins::public_cors;
use super::page::{self, read};

/// How long an achievement may be kept, in seconds.
const MAX_AGE: i64 = 3_600;

/// Registers the resource.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/achievements/{id}").wrap(public_cors()).route(read().to(show)));
}

async fn show(request: HttpRequest, id: web::Path<String>, service: web::Data<Service>) -> HttpResponse {
    let offers = [("application/json", false), ("application/ld+json", false), ("text/html", true)];
    let Some(page) = page::preferred(&request, &offers) else { return page::not_acceptable() };
    let Ok(id) = id.parse::<Uuid>() else { return page::nothing_here() };
    let (achievement, issuer) = match credential::achievement_by_id(&service, id).await {
        Ok(Some(found)) => found,
        Ok(None) => return page::nothing_here(),
        Err(error) => return page::fault(error),
    };
    let mut value = json!(achievement);
    if page {
        let content = html! {
            article {
                p.kind { "Achievement" }
                h1 dir="auto" lang=[value["inLanguage"].as_str()] { (value["name"].as_str().unwrap_or_default()) }
                p { "awarded by " a href={ "/issuers/" (issuer.slug) } dir="auto" { (issuer.name) } }
                (about(&value))
            }
        };
        return page::page(StatusCode::OK, value["name"].as_str().unwrap_or_default(), &content);
    }
    value["@context"] = json!(CONTEXTS);
    let bytes = value.to_string().into_bytes();
    let tag = page::digest(&bytes);
    page::document(&request, "application/json", &tag, Some(MAX_AGE), bytes)
}
