//! `/achievements/{id}`: what a credential is given for, as JSON or as a page. One for each award of each published version.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use cairn_service::credential::{self, Offered};
use cairn_service::face::statement::kind;
use cairn_service::issuance::achievement::CONTEXTS;
use cairn_service::issuance::spoken;
use cairn_service::program::{self, Rigor};
use cairn_service::{Service, amount};
use maud::{Markup, html};
use serde_json::{Value, json};
use uuid::Uuid;

use super::credential::parts::about;
use super::origins::public_cors;
use super::page::{self, Frame, read};

/// How long an achievement may be kept, in seconds.
const MAX_AGE: i64 = 3_600;

/// Registers the resource.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/achievements/{id}").wrap(public_cors()).route(read().to(show)));
}

async fn show(request: HttpRequest, id: web::Path<String>, service: web::Data<Service>) -> HttpResponse {
    let offers = [("application/json", false), ("application/ld+json", false), ("text/html", true)];
    let Some(html) = page::preferred(&request, &offers) else { return page::not_acceptable() };
    let Ok(id) = id.parse::<Uuid>() else { return page::nothing_here() };
    let found = match credential::achievement_by_id(&service, id).await {
        Ok(Some(found)) => found,
        Ok(None) => return page::nothing_here(),
        Err(error) => return page::fault(error),
    };
    let mut value = json!(found.achievement);
    if html {
        return match program::rigors(&service, &[found.version_id]).await {
            Ok(mut rigors) => whole(&found, &value, rigors.remove(&found.version_id).as_ref()),
            Err(error) => page::fault(error),
        };
    }
    value["@context"] = json!(CONTEXTS);
    let bytes = value.to_string().into_bytes();
    let tag = page::digest(&bytes);
    page::document(&request, "application/json", &tag, Some(MAX_AGE), bytes)
}

fn whole(found: &Offered, achievement: &Value, rigor: Option<&Rigor>) -> HttpResponse {
    let title = achievement["name"].as_str().unwrap_or_default();
    let issuer = &found.issuer;
    let content = html! {
        article {
            p.kind { (kind(achievement)) }
            h1 dir="auto" lang=[achievement["inLanguage"].as_str()] { (title) }
            dl { dt { "Awarded by" } dd { a href={ "/issuers/" (issuer.slug) } dir="auto" { (issuer.name) } } }
            (about(achievement))
            @if let Some(rigor) = rigor { (demands(rigor)) }
        }
    };
    page::with(StatusCode::OK, &Frame { title, indexed: true, head: Markup::default() }, &content)
}

/// What it asks of learners: the facts that tell rigor from noise.
fn demands(rigor: &Rigor) -> Markup {
    let decimal = |scaled: i64| amount::to_decimal(scaled).normalize().to_string();
    let percent = |scaled: i64| format!("{} %", decimal(scaled));
    let many = |words: Vec<String>| Some(words.join(", ")).filter(|text| !text.is_empty());
    let levels = rigor.levels.iter().map(|level| format!("{} {}", level.framework, level.value));
    let facts = [
        ("level", "Level", many(levels.collect())),
        ("workload", "Hours of learning", rigor.workload_hours.map(decimal)),
        ("kinds", "Kinds of assessment", many(rigor.assessment_kinds.iter().map(spoken).collect())),
        ("grading", "Graded by", many(rigor.grading.iter().map(spoken).collect())),
        ("strictest-supervision", "Strictest supervision", Some(spoken(&rigor.supervision))),
        ("identity", "Strictest check of identity", Some(spoken(&rigor.identity_check))),
        ("attempts", "Most attempts", rigor.max_attempts.map(|count| count.to_string())),
        ("pass-mark", "Pass mark", rigor.pass_mark.map(percent)),
        ("recognized", "At most recognized as learned before", Some(percent(rigor.recognized_share))),
    ];
    html! {
        section #rigor {
            h2 { "What it asks of learners" }
            dl {
                @for (id, label, value) in facts {
                    @if let Some(value) = value { dt id=(id) { (label) } dd dir="auto" { (value) } }
                }
            }
        }
    }
}
