//! `/.well-known/`: what others look for at fixed places.

use actix_web::{HttpResponse, web};
use cairn_service::Service;

use super::origins::public_cors;

/// Registers the resources.
pub fn routes(config: &mut web::ServiceConfig) {
    let jwks = web::resource("/.well-known/jwks.json").wrap(public_cors()).route(web::get().to(jwks));
    config.service(jwks);
}

/// The server's own token key as a JSON Web Key Set (RFC 7517, section 5).
async fn jwks(service: web::Data<Service>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/jwk-set+json")
        .insert_header(("cache-control", "public, max-age=300"))
        .body(service.jwks().to_string())
}
