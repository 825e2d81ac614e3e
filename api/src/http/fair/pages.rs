//! The limit on requests for public pages and documents. GraphQL, the VC API and uploads count for themselves, once they know who asks.

use actix_web::{
    Error, HttpMessage,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web,
};

use super::{Payer, address::Address};
use crate::http::page;
use crate::http::reader::Reader;
use crate::http::server::Transport;

/// What counts for itself, and what monitors and verifiers of tokens ask for without end.
const OTHERS: [&str; 7] =
    ["/graphql", "/vc-api/", "/imports", "/healthz", "/readyz", "/metrics", "/.well-known/"];

/// The middleware, for `from_fn`.
///
/// # Errors
/// Those of the handler.
pub async fn limit<B: MessageBody + 'static>(
    transport: web::Data<Transport>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<BoxBody, B>>, Error> {
    let counted = !OTHERS.iter().any(|path| request.path().starts_with(path));
    if counted {
        let address = request.extensions().get::<Address>().copied().unwrap_or(Address::UNKNOWN);
        if let Err(problem) = transport.fair.admit(Payer::Address(address)) {
            let forms = [("application/json", false), ("text/html", true)];
            let answer = match page::preferred(request.request(), &forms) {
                Some(true) => page::refused(&Reader::of(request.request()), problem),
                _ => problem.to_response(),
            };
            return Ok(request.into_response(answer.map_into_left_body()));
        }
    }
    Ok(next.call(request).await?.map_into_right_body())
}
