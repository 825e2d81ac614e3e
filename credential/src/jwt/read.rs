//! Reading a compact token: its parts, its credential, and whether the registered claims say the same as the credential.

use super::JwtError;
use crate::date;
use crate::json;
use crate::key::{Algorithm, PublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

/// The largest token read, in bytes.
pub const MAX_TOKEN_BYTES: usize = 2 * json::MAX_BYTES;
/// The largest header read, in bytes.
const MAX_HEADER_BYTES: usize = 8_192;
/// Claims that JWT defines, which are no part of the credential.
const REGISTERED: &[&str] = &["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"];
/// How far another clock may be off.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

/// A token whose form is good; nothing is said yet of its signature.
#[derive(Debug, Clone)]
pub struct Token {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The key's identifier, where the header names one.
    pub key_id: Option<String>,
    /// The key, where the header holds one. Anybody can put one there.
    pub key: Option<PublicKey>,
    /// The credential: the payload without registered claims.
    pub document: Value,
    claims: Value,
    input: String,
    signature: Vec<u8>,
}

impl Token {
    /// Reads a compact token.
    ///
    /// # Errors
    /// [`JwtError`] where it is too large or malformed, asks for what is not understood (`crit`), is of an unknown type or
    /// algorithm, or keeps its credential where the profile does not allow (`vc` in a `vc+jwt`).
    pub fn parse(text: &str) -> Result<Self, JwtError> {
        let malformed = |reason: &str| JwtError::Malformed(reason.to_owned());
        if text.len() > MAX_TOKEN_BYTES {
            return Err(malformed("it is too large"));
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [header, payload, signature] = parts[..] else {
            return Err(malformed("it has not three parts"));
        };
        let decode = |part: &str| {
            URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed("a part is not base64url without padding"))
        };
        let read = |part: &str, limit: usize| {
            json::parse_limited(&decode(part)?, limit).map_err(|error| JwtError::Malformed(error.to_string()))
        };
        let (header, claims) = (read(header, MAX_HEADER_BYTES)?, read(payload, json::MAX_BYTES)?);
        if !claims.is_object() {
            return Err(malformed("its payload is not an object"));
        }
        let secured = typed(&header)?;
        Ok(Self {
            algorithm: algorithm(&header)?,
            key_id: header.get("kid").and_then(Value::as_str).map(str::to_owned),
            key: header.get("jwk").map(PublicKey::from_jwk).transpose()?,
            document: document(&claims, secured)?,
            claims,
            // Everything before the last dot, as it was received.
            input: text[..text.len() - signature.len() - 1].to_owned(),
            signature: decode(signature)?,
        })
    }

    /// The token as it was received.
    #[must_use]
    pub fn compact(&self) -> String {
        format!("{}.{}", self.input, URL_SAFE_NO_PAD.encode(&self.signature))
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// [`JwtError::Key`] where it does not match; [`JwtError::Algorithm`] where the key is of another kind than the header says.
    pub fn verify(&self, key: &PublicKey) -> Result<(), JwtError> {
        if key.algorithm() != self.algorithm {
            return Err(JwtError::Algorithm(super::algorithm_name(self.algorithm).to_owned()));
        }
        Ok(key.verify(self.input.as_bytes(), &self.signature)?)
    }

    /// Checks the registered claims at `now` and against the credential.
    ///
    /// # Errors
    /// [`JwtError::Claim`] for the first that does not hold.
    pub fn check_claims(&self, now: DateTime<Utc>) -> Result<(), JwtError> {
        let issuer = self.document.pointer("/issuer/id").or(self.document.get("issuer"));
        self.same("iss", issuer, "is not the credential's issuer")?;
        self.same("jti", self.document.get("id"), "is not the credential's id")?;
        self.same("sub", self.document.pointer("/credentialSubject/id"), "is not the subject's id")?;
        let seconds = |name: &'static str| match self.claims.get(name) {
            None => Ok(None),
            Some(value) => {
                // NumericDate may have a fraction (RFC 7519, section 2).
                let whole = value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64));
                let moment = whole.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
                moment.map(Some).ok_or(JwtError::Claim(name, "is not a date"))
            }
        };
        if seconds("nbf")?.is_some_and(|from| from > now + CLOCK_SKEW) && !self.repeats("nbf", "validFrom") {
            return Err(JwtError::Claim("nbf", "lies in the future"));
        }
        if seconds("exp")?.is_some_and(|until| until < now - CLOCK_SKEW) && !self.repeats("exp", "validUntil")
        {
            return Err(JwtError::Claim("exp", "has passed"));
        }
        if seconds("iat")?.is_some_and(|issued| issued > now + CLOCK_SKEW) {
            return Err(JwtError::Claim("iat", "lies in the future"));
        }
        Ok(())
    }

    fn same(
        &self,
        claim: &'static str,
        member: Option<&Value>,
        message: &'static str,
    ) -> Result<(), JwtError> {
        match (self.claims.get(claim), member) {
            (Some(claimed), Some(member)) if claimed != member => Err(JwtError::Claim(claim, message)),
            (Some(_), None) if claim == "iss" => Err(JwtError::Claim(claim, message)),
            _ => Ok(()),
        }
    }

    /// Whether the claim says what the credential's own date says; that date then decides the verdict.
    fn repeats(&self, claim: &str, member: &str) -> bool {
        let own = self.document.get(member).and_then(Value::as_str).and_then(|text| date::read(text).ok());
        own.is_some_and(|own| self.claims.get(claim).and_then(Value::as_i64) == Some(own.timestamp()))
    }
}

fn algorithm(header: &Value) -> Result<Algorithm, JwtError> {
    match header.get("alg").and_then(Value::as_str) {
        Some("EdDSA" | "Ed25519") => Ok(Algorithm::Ed25519),
        Some("ES256") => Ok(Algorithm::P256),
        Some("RS256") => Ok(Algorithm::Rsa),
        other => Err(JwtError::Algorithm(other.unwrap_or("nothing").to_owned())),
    }
}

/// Whether the header's type is that of VC-JOSE-COSE.
fn typed(header: &Value) -> Result<bool, JwtError> {
    if header.get("crit").is_some() {
        return Err(JwtError::Malformed("it asks for extensions that are not known here".into()));
    }
    if header.get("cty").is_some_and(|content| content != "vc" && content != "application/vc") {
        return Err(JwtError::Malformed("its content is not a credential".into()));
    }
    match header.get("typ").map(|kind| kind.as_str().unwrap_or_default()) {
        None | Some("JWT" | "jwt") => Ok(false),
        Some("vc+jwt" | "application/vc+jwt" | "vc+ld+jwt" | "vc-ld+jwt") => Ok(true),
        Some(other) => Err(JwtError::Malformed(format!("its type {other:?} is not a credential's"))),
    }
}

/// The credential in a payload. Verifiable Credentials 1.1 kept it in the member `vc`, which VC-JOSE-COSE forbids.
fn document(claims: &Value, secured: bool) -> Result<Value, JwtError> {
    if secured && (claims.get("vc").is_some() || claims.get("vp").is_some()) {
        return Err(JwtError::Malformed("a vc+jwt must not have the claims vc and vp".into()));
    }
    if let Some(inner) = claims.get("vc").filter(|inner| inner.is_object()) {
        return Ok(inner.clone());
    }
    let mut document = claims.clone();
    if let Value::Object(members) = &mut document {
        members.retain(|name, _| !REGISTERED.contains(&name.as_str()));
    }
    Ok(document)
}
