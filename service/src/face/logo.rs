//! The logo that a badge and a certificate bear: the program's own, else the issuer's, fetched within the limits of everything that is fetched.

use std::sync::Arc;

use cairn_entity::issuer;

use crate::Service;
use crate::program::terms::Branding;

/// The bytes of the logo; none where there is none, or it cannot be had. The fetcher keeps what it found, and that it found nothing, for a while.
pub(super) async fn find(
    service: &Service,
    issuer: &issuer::Model,
    branding: &Branding,
) -> Option<Arc<[u8]>> {
    let address = branding.logo_url.as_deref().or(issuer.image_url.as_deref())?;
    let found = service.fetch.get(address, service.now()).await;
    found.inspect_err(|reason| tracing::debug!(issuer = %issuer.id, reason, "a logo cannot be had")).ok()
}
