//! What was handed in: a JSON document, a compact token, a token in an envelope, an image with one of them baked in, a PDF with one attached, or an
//! offline bundle around one.

use super::reason::Reason;
use crate::bake::{self, BakeError};
use crate::bundle::{Bundle, BundleError};
use crate::json;
use crate::jwt::{JwtError, Token};
use serde_json::Value;

/// The credential, and the token that secured it, where one did.
pub(super) struct Input {
    pub document: Value,
    pub token: Option<Token>,
    pub bundle: Option<Bundle>,
}

/// Why nothing can be said of the bytes.
pub(super) enum Unread {
    /// They are broken, or no credential at all.
    Broken(Reason),
    /// They may be good, and are secured in a way that is not known here.
    Unknown(String),
}

pub(super) fn read(bytes: &[u8]) -> Result<Input, Unread> {
    if bake::format(bytes).is_some() {
        let credential = bake::unbake(bytes).map_err(|error| match error {
            BakeError::Empty => Unread::Broken(Reason::NoCredential),
            error => broken(error),
        })?;
        return secured(credential.as_bytes());
    }
    secured(bytes)
}

fn secured(bytes: &[u8]) -> Result<Input, Unread> {
    let text = bytes.trim_ascii();
    if looks_like_token(text) {
        let text = std::str::from_utf8(text).map_err(broken)?;
        return token(text);
    }
    if !text.starts_with(b"{") {
        return Err(Unread::Broken(Reason::NoCredential));
    }
    let document = json::parse(bytes).map_err(broken)?;
    if Bundle::is_one(&document) {
        return bundled(document);
    }
    of_document(document)
}

/// The credential in an offline bundle.
fn bundled(document: Value) -> Result<Input, Unread> {
    let bundle = Bundle::read(document).map_err(|error| match error {
        BundleError::Version(_) => Unread::Unknown(error.to_string()),
        BundleError::Content(_) => broken(error),
    })?;
    let credential = bundle.credential().trim_ascii();
    let input = match looks_like_token(credential) {
        true => token(&String::from_utf8_lossy(credential))?,
        false => of_document(json::parse(credential).map_err(broken)?)?,
    };
    Ok(Input { bundle: Some(bundle), ..input })
}

fn of_document(document: Value) -> Result<Input, Unread> {
    match enveloped(&document) {
        Some(text) => token(text),
        None if ["@context", "type", "proof"].iter().all(|name| document.get(name).is_none()) => {
            Err(Unread::Broken(Reason::NoCredential))
        }
        None => Ok(Input { document, token: None, bundle: None }),
    }
}

fn token(text: &str) -> Result<Input, Unread> {
    match Token::parse(text) {
        Ok(token) => Ok(Input { document: token.document.clone(), token: Some(token), bundle: None }),
        Err(error @ JwtError::Algorithm(_)) => Err(Unread::Unknown(error.to_string())),
        Err(error) => Err(broken(error)),
    }
}

fn broken(error: impl std::fmt::Display) -> Unread {
    Unread::Broken(error.to_string().into())
}

/// Three parts of base64url; a JSON document holds other characters.
fn looks_like_token(text: &[u8]) -> bool {
    let fitting = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=');
    text.starts_with(b"ey") && text.iter().all(fitting)
}

/// The token in an EnvelopedVerifiableCredential (Verifiable Credentials 2.0, section 4.13).
fn enveloped(document: &Value) -> Option<&str> {
    let is_envelope = match document.get("type")? {
        Value::Array(kinds) => kinds.iter().any(|kind| kind == "EnvelopedVerifiableCredential"),
        kind => kind == "EnvelopedVerifiableCredential",
    };
    let id = document.get("id").and_then(Value::as_str).filter(|_| is_envelope)?;
    id.strip_prefix("data:application/vc+jwt,")
}
