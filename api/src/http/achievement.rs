//! `/achievements/{id}`: what a credential is given for, as JSON or as a page. One for each award of each published version.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use cairn_service::Service;
use cairn_service::credential::{self, Offered};
use cairn_service::face::{
    stated,
    statement::{items, kind},
};
use cairn_service::issuance::achievement::CONTEXTS;
use cairn_service::program::{self, Rigor};
use cairn_words::Words;
use maud::{Markup, html};
use serde_json::{Value, json};
use uuid::Uuid;

use super::credential::parts::{self, about};
use super::issuer::said;
use super::origins::public_cors;
use super::page::{self, Frame, read};
use super::reader::Reader;

/// How long an achievement may be kept, in seconds.
const MAX_AGE: i64 = 3_600;

/// Registers the resource.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/achievements/{id}").wrap(public_cors()).route(read().to(show)));
}

async fn show(
    request: HttpRequest,
    reader: Reader,
    id: web::Path<String>,
    service: web::Data<Service>,
) -> HttpResponse {
    let offers = [("application/json", false), ("application/ld+json", false), ("text/html", true)];
    let Some(html) = page::preferred(&request, &offers) else { return page::not_acceptable() };
    let Ok(id) = id.parse::<Uuid>() else { return page::nothing_here(&reader) };
    let found = match credential::achievement_by_id(&service, id).await {
        Ok(Some(found)) => found,
        Ok(None) => return page::nothing_here(&reader),
        Err(error) => return page::fault(&reader, error),
    };
    let mut value = json!(found.achievement);
    if html {
        return match program::rigors(&service, &[found.version_id]).await {
            Ok(mut rigors) => whole(&reader, &found, &value, rigors.remove(&found.version_id).as_ref()),
            Err(error) => page::fault(&reader, error),
        };
    }
    value["@context"] = json!(CONTEXTS);
    let bytes = value.to_string().into_bytes();
    let tag = page::digest(&bytes);
    page::document(&request, "application/json", &tag, Some(MAX_AGE), bytes)
}

fn whole(reader: &Reader, found: &Offered, achievement: &Value, rigor: Option<&Rigor>) -> HttpResponse {
    let words = reader.words;
    let title = achievement["name"].as_str().unwrap_or_default();
    let issuer = &found.issuer;
    let address = format!("/issuers/{}", issuer.slug);
    let content = html! {
        article {
            p.kind { (kind(words, achievement)) }
            h1 { bdi lang=[achievement["inLanguage"].as_str()] { (title) } }
            dl {
                dt { (words.credential_issuer()) }
                dd { a href=(reader.link(&address)) dir="auto" { (issuer.name) } }
            }
            (about(words, achievement))
            @if let Some(rigor) = rigor { (demands(words, rigor)) }
            (parts::vouching(words, items(&achievement["endorsement"]).map(said)))
        }
    };
    let head = page::unfolding(&[
        ("og:type", "website"),
        ("og:title", title),
        ("og:description", achievement["description"].as_str().unwrap_or_default()),
        ("og:url", achievement["id"].as_str().unwrap_or_default()),
        ("og:site_name", &issuer.name),
    ]);
    page::with(reader, StatusCode::OK, &Frame { title, indexed: true, head }, &content)
}

/// What it asks of learners: the facts that tell rigor from noise.
fn demands(words: Words, rigor: &Rigor) -> Markup {
    let many = |said: Vec<String>| Some(words.list(said)).filter(|text| !text.is_empty());
    let levels = rigor.levels.iter().map(|level| words.level_in(&level.framework, &level.value));
    let kinds = rigor.assessment_kinds.iter().map(|kind| stated::assessment_kind(words, *kind));
    let graded = rigor.grading.iter().map(|way| stated::grading(words, *way));
    let facts = [
        ("level", words.credential_level(), many(levels.collect())),
        ("workload", words.rigor_workload(), rigor.workload_hours.map(|hours| words.amount(hours))),
        ("kinds", words.rigor_assessments(), many(kinds.collect())),
        ("grading", words.rigor_grading(), many(graded.collect())),
        (
            "strictest-supervision",
            words.rigor_supervision(),
            Some(stated::supervision(words, rigor.supervision)),
        ),
        ("identity", words.rigor_identity(), Some(stated::identity_check(words, rigor.identity_check))),
        (
            "attempts",
            words.rigor_attempts(),
            rigor.max_attempts.map(|count| words.number(u64::from(count.unsigned_abs()))),
        ),
        ("pass-mark", words.rigor_pass_mark(), rigor.pass_mark.map(|mark| words.percentage(mark))),
        ("recognized", words.rigor_recognized(), Some(words.percentage(rigor.recognized_share))),
    ];
    html! {
        section #rigor {
            h2 { (words.achievement_rigor()) }
            dl {
                @for (id, label, value) in facts {
                    @if let Some(value) = value { dt id=(id) { (label) } dd { bdi { (value) } } }
                }
            }
        }
    }
}
