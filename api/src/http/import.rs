//! `POST /imports`: receives a file of rows, CSV or JSON Lines, or a bundle of such files, which `createImport` then imports. It takes a bearer token or an
//! API key, and a media type that no form of a web page can send: a foreign page must ask first, and is allowed or not as it is at `/graphql`.

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use cairn_service::Service;
use cairn_service::error::Error;
use cairn_service::ids::{self, Kind};
use cairn_service::import::{self, FileFormat};
use cairn_service::reference::IssuerReference;
use cairn_service::rows::upload;
use chrono::SecondsFormat;
use futures_util::StreamExt;
use serde_json::json;

use super::origins::Origins;
use super::problem::{Code, Problem};
use crate::app;

/// For whom, where the caller is an operator.
#[derive(serde::Deserialize)]
struct Whose {
    /// Slug of the issuer.
    issuer: Option<String>,
}

/// Registers the resource, for pages of these origins.
pub fn routes(config: &mut web::ServiceConfig, origins: &Origins) {
    config.service(web::resource("/imports").wrap(origins.cors()).route(web::post().to(upload)));
}

async fn upload(
    request: HttpRequest,
    body: web::Payload,
    whose: web::Query<Whose>,
    service: web::Data<Service>,
) -> HttpResponse {
    match receive(&request, body, whose.into_inner(), &service).await {
        Ok(file) => HttpResponse::Created().json(json!({
            "upload": ids::encode(Kind::Upload, file.id),
            "bytes": file.bytes,
            "expiresAt": file.expires_at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        })),
        Err(problem) => Problem::to_response(&problem),
    }
}

async fn receive(
    request: &HttpRequest,
    mut body: web::Payload,
    whose: Whose,
    service: &web::Data<Service>,
) -> Result<upload::Model, Problem> {
    let actor = app::signed_in(request, service).await?;
    let format = FileFormat::of_media(request.content_type()).ok_or_else(|| {
        let message = "Send text/csv, application/jsonl or application/zip.";
        Problem::new(Code::BadRequest, message).with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE)
    })?;
    let issuer = whose.issuer.map(IssuerReference::Slug);
    let limit = |status: StatusCode| move |error: Error| limited(error, status);
    let receiving = import::receive(service, &actor, issuer.as_ref(), format).await;
    let mut receiving = receiving.map_err(limit(StatusCode::TOO_MANY_REQUESTS))?;
    while let Some(bytes) = body.next().await {
        let taken = match bytes {
            Ok(bytes) => receiving.take(&bytes).await.map_err(limit(StatusCode::PAYLOAD_TOO_LARGE)),
            Err(_) => Err(Problem::new(Code::BadRequest, "The file did not come to its end.")),
        };
        if let Err(problem) = taken {
            receiving.give_up().await?;
            return Err(problem);
        }
    }
    Ok(receiving.end(&actor).await?)
}

/// A refusal; where a limit is the reason, with the status that says so.
fn limited(error: Error, status: StatusCode) -> Problem {
    use cairn_service::error::UserErrorCode::LimitReached;
    let reached = matches!(&error, Error::User(errors) if errors.iter().any(|one| one.code == LimitReached));
    let problem = Problem::from(error);
    match reached {
        true => Problem { code: Code::LimitExceeded, ..problem }.with_status(status),
        false => problem,
    }
}
