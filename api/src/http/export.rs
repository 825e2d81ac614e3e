//! `/exports/{operation}/{file}`: a file that a bulk operation has written, for whoever has a link that holds (`BulkOperation.downloadUrl`).

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, ETAG, HeaderName};
use actix_web::{HttpRequest, HttpResponse, web};
use cairn_service::Service;
use cairn_service::export::{self, Download, Found};
use cairn_service::ids::{self, Kind};
use futures_util::stream;
use serde_json::json;

use super::origins::public_cors;
use super::page::{self, read};
use super::problem::Problem;

/// Nobody but its reader keeps a file that may name people.
const KEPT: (HeaderName, &str) = (CACHE_CONTROL, "private, no-cache");

/// What a link carries.
#[derive(serde::Deserialize)]
struct Signed {
    /// Until when it holds, in seconds since 1970.
    expires: i64,
    /// What makes it one of ours.
    signature: String,
}

/// Registers the resource.
pub fn routes(config: &mut web::ServiceConfig) {
    let resource = web::resource("/exports/{operation}/{file}").wrap(public_cors());
    config.service(resource.route(read().to(download)));
}

async fn download(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    signed: Option<web::Query<Signed>>,
    service: web::Data<Service>,
) -> HttpResponse {
    let (operation, file) = path.into_inner();
    let (Some(operation), Some(signed)) = (ids::decode_as(Kind::BulkOperation, &operation), signed) else {
        return nothing();
    };
    match export::open(&service, operation, &file, signed.expires, &signed.signature).await {
        Ok(Download::Nothing) => nothing(),
        Ok(Download::Gone) => {
            refused(StatusCode::GONE, "This link or its file is past its time: ask for a new one.")
        }
        Ok(Download::File(file)) => {
            // It is sent in whichever coding the reader takes: the same content, not the same bytes.
            let tag = format!("W/\"{}\"", file.tag);
            if page::knows(request.headers(), &tag) {
                return HttpResponse::NotModified().insert_header((ETAG, tag)).insert_header(KEPT).finish();
            }
            HttpResponse::Ok()
                .content_type(file.format.media())
                .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name)))
                .insert_header((ETAG, tag))
                .insert_header(KEPT)
                .streaming(pieces(service, file))
        }
        Err(error) => {
            let problem = Problem::from(error);
            refused(problem.status, &problem.message)
        }
    }
}

/// The file, a piece at a time: never more of it is in memory.
fn pieces(
    service: web::Data<Service>,
    file: Found,
) -> impl futures_util::Stream<Item = Result<web::Bytes, std::io::Error>> {
    stream::try_unfold((service, file, 0), async |(service, file, from)| {
        let piece = export::next_piece(&service, &file, from).await.map_err(|error| {
            // The reader sees that the connection breaks off.
            tracing::error!(?error, file = file.name, "a part of a file could not be read");
            std::io::Error::other("a part of the file could not be read")
        })?;
        Ok(piece.map(|(bytes, next)| (web::Bytes::from(bytes), (service, file, next))))
    })
}

fn nothing() -> HttpResponse {
    refused(StatusCode::NOT_FOUND, "Nothing is here.")
}

/// A refusal as problem details (RFC 9457).
fn refused(status: StatusCode, detail: &str) -> HttpResponse {
    let body = json!({ "title": status.canonical_reason(), "status": status.as_u16(), "detail": detail });
    HttpResponse::build(status)
        .content_type("application/problem+json")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body.to_string())
}
