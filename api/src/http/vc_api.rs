//! The VC API (W3C Credentials Community Group) over HTTP: `POST /vc-api/credentials/issue`, `/vc-api/credentials/status`,
//! `/vc-api/credentials/verify`, `/vc-api/presentations/verify`. 201 with the signed credential; 200 where a verification ends with VALID, 400 with the reasons where it does not.

use actix_web::{HttpRequest, HttpResponse, http::header::CONTENT_TYPE, web};
use cairn_service::Service;
use cairn_service::vc_api;
use cairn_service::verification::verify::{Check, CheckName, Outcome, PresentationReport, Report, Verdict};
use serde_json::{Value, json};

use super::problem::{Code, Problem};
use crate::app;

/// The largest request, in bytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// Registers the resources; the one that signs only where it is switched on.
pub fn routes(config: &mut web::ServiceConfig, issuing: bool) {
    let resource = |path: &str| web::resource(path).app_data(web::PayloadConfig::new(BODY_LIMIT));
    config
        .service(resource("/vc-api/credentials/verify").route(web::post().to(verify_credential)))
        .service(resource("/vc-api/presentations/verify").route(web::post().to(verify_presentation)));
    if issuing {
        config
            .service(resource("/vc-api/credentials/issue").route(web::post().to(issue)))
            .service(resource("/vc-api/credentials/status").route(web::post().to(set_status)));
    }
}

async fn issue(request: HttpRequest, body: web::Bytes, service: web::Data<Service>) -> HttpResponse {
    let issued = async {
        let actor = actor(&request, &service).await?;
        Ok(vc_api::issue(&service, &actor, &body).await?)
    };
    match issued.await {
        Ok(signed) => HttpResponse::Created().json(signed),
        Err(problem) => Problem::to_response(&problem),
    }
}

async fn set_status(request: HttpRequest, body: web::Bytes, service: web::Data<Service>) -> HttpResponse {
    let set = async {
        let actor = actor(&request, &service).await?;
        Ok(vc_api::set_status(&service, &actor, &body).await?)
    };
    match set.await {
        Ok(()) => HttpResponse::Ok().json(json!({})),
        Err(problem) => Problem::to_response(&problem),
    }
}

async fn verify_credential(
    request: HttpRequest,
    body: web::Bytes,
    service: web::Data<Service>,
) -> HttpResponse {
    let verified = async {
        let actor = actor(&request, &service).await?;
        Ok(vc_api::verify_credential(&service, &actor, &body).await?)
    };
    match verified.await {
        Ok(verified) => answer(verified.report.verdict, credential(&verified.report)),
        Err(problem) => Problem::to_response(&problem),
    }
}

async fn verify_presentation(
    request: HttpRequest,
    body: web::Bytes,
    service: web::Data<Service>,
) -> HttpResponse {
    let verified = async {
        let actor = actor(&request, &service).await?;
        Ok(vc_api::verify_presentation(&service, &actor, &body).await?)
    };
    match verified.await {
        Ok(report) => answer(report.verdict, presentation(&report)),
        Err(problem) => Problem::to_response(&problem),
    }
}

/// Who sends JSON; anything else is refused.
async fn actor(request: &HttpRequest, service: &Service) -> Result<cairn_service::actor::Actor, Problem> {
    let media = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media != "application/json" && !media.ends_with("+json") {
        let status = actix_web::http::StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(
            Problem::new(Code::BadRequest, "The body has to be application/json.").with_status(status)
        );
    }
    app::signed_in(request, service).await
}

fn answer(verdict: Verdict, body: Value) -> HttpResponse {
    match verdict {
        Verdict::Valid => HttpResponse::Ok().json(body),
        _ => HttpResponse::BadRequest().json(body),
    }
}

fn credential(report: &Report) -> Value {
    json!({
        "verified": report.verdict == Verdict::Valid,
        "verdict": report.verdict,
        "checks": checks(&report.checks),
        "errors": errors(&report.checks),
        "problemDetails": problems(&report.checks),
    })
}

fn presentation(report: &PresentationReport) -> Value {
    let all = || report.credentials.iter().flat_map(|credential| &credential.checks).chain(&report.checks);
    let all: Vec<Check> = all().cloned().collect();
    json!({
        "verified": report.verdict == Verdict::Valid,
        "verdict": report.verdict,
        "holder": report.holder,
        "checks": checks(&report.checks),
        "credentialResults": report.credentials.iter().map(credential).collect::<Vec<_>>(),
        "errors": errors(&all),
        "problemDetails": problems(&all),
    })
}

fn checks(checks: &[Check]) -> Value {
    let shown =
        |check: &Check| json!({ "name": check.name, "outcome": check.outcome, "detail": check.detail });
    checks.iter().map(shown).collect()
}

/// What failed or could not be checked, in words.
fn errors(checks: &[Check]) -> Vec<String> {
    stumbled(checks).map(|check| check.detail.clone()).collect()
}

fn stumbled(checks: &[Check]) -> impl Iterator<Item = &Check> {
    checks.iter().filter(|check| check.outcome == Outcome::Failed || check.undecided)
}

/// The same as problem details with the types of the specifications (Verifiable Credentials 2.0, section 7.2; Data Integrity 1.0, section 4.7;
/// Bitstring Status List 1.0, section 3.5).
fn problems(checks: &[Check]) -> Value {
    let kind = |check: &Check| match check.name {
        CheckName::Structure | CheckName::Schema => {
            "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR"
        }
        CheckName::Dates => "https://www.w3.org/TR/vc-data-model#RANGE_ERROR",
        CheckName::Terms => "https://w3id.org/security#DATA_LOSS_DETECTION_ERROR",
        CheckName::Proof | CheckName::Issuer | CheckName::Recipient => {
            "https://w3id.org/security#PROOF_VERIFICATION_ERROR"
        }
        CheckName::Status if check.undecided => {
            "https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR"
        }
        CheckName::Status => "https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR",
    };
    let detail = |check: &Check| json!({ "type": kind(check), "title": check.name, "detail": check.detail });
    stumbled(checks).map(detail).collect()
}
