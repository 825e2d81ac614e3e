//! `/status/{list}`: the signed Bitstring Status List credential that verifiers fetch.

use actix_web::{HttpRequest, HttpResponse, web};
use cairn_service::{Service, status_list};
use uuid::Uuid;

use super::origins::public_cors;
use super::page::{self, read};
use super::reader::Reader;

/// Registers the resource.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/status/{list}").wrap(public_cors()).route(read().to(show)));
}

async fn show(
    request: HttpRequest,
    reader: Reader,
    list: web::Path<String>,
    service: web::Data<Service>,
) -> HttpResponse {
    let Ok(id) = list.parse::<Uuid>() else { return page::nothing_here(&reader) };
    match status_list::signed(&service, id).await {
        Ok(Some(list)) => {
            // Signed anew, the same state is other bytes.
            let tag = format!("{}-{}", list.revision, list.until.timestamp());
            let max_age = status_list::TTL.num_seconds();
            page::document(&request, "application/vc+ld+json", &tag, Some(max_age), list.document)
        }
        Ok(None) => page::nothing_here(&reader),
        Err(error) => page::fault(&reader, error),
    }
}
