//! Credentials as compact JSON Web Tokens, in the two profiles that verifiers expect: Open Badges 3.0 (section 8.2.4) and
//! VC-JOSE-COSE. Made for export, read from anybody.

mod read;

pub use read::{MAX_TOKEN_BYTES, Token};

use crate::date;
use crate::key::{Algorithm, KeyError, PublicKey, Signer};
use crate::proof::unsecured;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Who is meant to read the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Open Badges 3.0: `typ: JWT`, and the dates and identifiers again as registered claims.
    OpenBadges,
    /// VC-JOSE-COSE: `typ: vc+jwt`, the credential alone.
    VcJose,
}

/// How the header names the key.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyReference {
    /// `kid`, the identifier of the signer's verification method.
    Id,
    /// `kid`, and beside it `jwk`, the key itself, which some verifiers of Open Badges want.
    Embedded(PublicKey),
}

/// Why a token was not made or not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// The token is malformed.
    #[error("not an acceptable token: {0}")]
    Malformed(String),
    /// An algorithm that is not known here.
    #[error("the algorithm {0:?} is not known here")]
    Algorithm(String),
    /// A member that contradicts the credential.
    #[error("the token's {0} {1}")]
    Claim(&'static str, &'static str),
    /// The signer failed, or the signature does not match.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// The algorithm's name in a header.
#[must_use]
pub fn algorithm_name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Ed25519 => "EdDSA",
        Algorithm::P256 => "ES256",
        Algorithm::Rsa => "RS256",
    }
}

/// Signs a credential as a compact token. An embedded proof is left out; the token is the proof.
///
/// # Errors
/// [`JwtError`] where the document has no issuer or unreadable dates, or the signer fails.
pub fn sign(
    document: &Value,
    profile: Profile,
    reference: &KeyReference,
    signer: &dyn Signer,
) -> Result<String, JwtError> {
    let mut header = json!({"alg": algorithm_name(signer.algorithm())});
    match profile {
        Profile::OpenBadges => header["typ"] = json!("JWT"),
        Profile::VcJose => {
            header["typ"] = json!("vc+jwt");
            header["cty"] = json!("vc");
        }
    }
    header["kid"] = json!(signer.verification_method());
    if let KeyReference::Embedded(key) = reference {
        header["jwk"] = key.to_jwk();
    }
    let mut payload = unsecured(document);
    if profile == Profile::OpenBadges {
        registered_claims(&mut payload)?;
    }
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", encode(&header), encode(&payload));
    let signature = signer.sign(input.as_bytes())?;
    Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// `iss`, `jti`, `sub`, `nbf` and `exp`, as far as the credential has what they repeat.
fn registered_claims(payload: &mut Value) -> Result<(), JwtError> {
    let issuer = payload.pointer("/issuer/id").or(payload.get("issuer")).filter(|id| id.is_string());
    let issuer =
        issuer.ok_or(JwtError::Claim("iss", "is not known: the credential names no issuer"))?.clone();
    let text = |pointer: &str| payload.pointer(pointer).filter(|value| value.is_string()).cloned();
    let seconds = |name: &'static str, pointer: &str| match payload.pointer(pointer) {
        None => Ok(None),
        Some(moment) => date::read(moment.as_str().unwrap_or_default())
            .map(|moment| Some(json!(moment.timestamp())))
            .map_err(|_| JwtError::Claim(name, "is not known: the credential's date is unreadable")),
    };
    let claims = [
        ("iss", Some(issuer)),
        ("jti", text("/id")),
        ("sub", text("/credentialSubject/id")),
        ("nbf", seconds("nbf", "/validFrom")?),
        ("exp", seconds("exp", "/validUntil")?),
    ];
    for (name, value) in claims {
        if let Some(value) = value {
            payload[name] = value;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
