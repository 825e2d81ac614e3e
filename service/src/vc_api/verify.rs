//! Verifying credentials and presentations of whatever issuer.

use cairn_credential::verify::{Expected, Presentation, PresentationReport, PresentationStep};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;

use super::{bad, options, read, take};
use crate::Service;
use crate::actor::{Actor, Scope};
use crate::error::Result;
use crate::signing_key::Examined;
use crate::verification::{self, Manner, Verified};

/// What a presentation has to answer to; other options mean nothing here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PresentationOptions {
    challenge: Option<String>,
    domain: Option<String>,
}

/// Verifies a credential (`POST /credentials/verify`): an object, or a text that is a compact JWT.
#[crate::boxed]
pub async fn verify_credential(service: &Service, actor: &Actor, body: &[u8]) -> Result<Verified> {
    actor.reach(Scope::CredentialsVerify)?;
    let mut request = read(body)?;
    let bytes = match take(&mut request, "verifiableCredential")? {
        Value::String(token) if token.split('.').count() == 3 && token.starts_with("ey") => {
            token.into_bytes()
        }
        document @ Value::Object(_) => document.to_string().into_bytes(),
        _ => return Err(bad("`verifiableCredential` is neither an object nor a compact JWT")),
    };
    verification::verify_in(service, bytes, Manner::default()).await
}

/// Verifies a presentation (`POST /presentations/verify`): its holder's proof and every credential in it.
#[crate::boxed]
pub async fn verify_presentation(
    service: &Service,
    actor: &Actor,
    body: &[u8],
) -> Result<PresentationReport> {
    actor.reach(Scope::CredentialsVerify)?;
    let mut request = read(body)?;
    let document = take(&mut request, "verifiablePresentation")?;
    let options: PresentationOptions = options(&mut request)?;
    let expected = Expected { now: service.now(), challenge: options.challenge, domain: options.domain };
    let until = Some(Instant::now() + verification::TIME_LIMIT);
    let examined = Examined::of_document(&document);
    let read = move || Presentation::new(document.to_string().as_bytes(), expected);
    let mut presentation = verification::WORK.run(read).await?;
    loop {
        let (back, step) = verification::WORK
            .run(move || {
                let step = presentation.step();
                (presentation, step)
            })
            .await?;
        presentation = back;
        match step {
            PresentationStep::Done(report) => return Ok(*report),
            PresentationStep::Needs(needs) => {
                for (need, found) in verification::supply_all(service, &examined, needs, until).await? {
                    presentation.supply(need, found);
                }
            }
        }
    }
}
