//! The list as a credential of its own: written and signed for our lists, read for anybody's.

use super::{Bitstring, StatusError};
use crate::context;
use crate::date;
use crate::key::Signer;
use crate::proof::{self, Cryptosuite, Proof, ProofError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

/// What a status list credential says.
#[derive(Debug, Clone)]
pub struct ListClaims<'a> {
    /// The address under which the list is served, which is also the credential's id.
    pub address: &'a str,
    /// The issuer, the same as of the credentials that point here.
    pub issuer: &'a str,
    /// `revocation` or `suspension`.
    pub purpose: &'a str,
    /// The bits.
    pub bits: &'a Bitstring,
    /// From when the list holds.
    pub valid_from: DateTime<Utc>,
    /// Until when, if it ends.
    pub valid_until: Option<DateTime<Utc>>,
    /// How long a copy may be kept, in milliseconds.
    pub ttl_ms: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    #[serde(rename = "@context")]
    context: [&'static str; 1],
    id: String,
    #[serde(rename = "type")]
    kind: [&'static str; 2],
    issuer: String,
    #[serde(with = "date::stamp")]
    valid_from: DateTime<Utc>,
    #[serde(with = "date::optional_stamp", skip_serializing_if = "Option::is_none")]
    valid_until: Option<DateTime<Utc>>,
    credential_subject: Subject,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    proof: Vec<Proof>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Subject {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    status_purpose: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<u64>,
    encoded_list: String,
}

/// A list that can be signed, once.
pub struct PreparedList(Document);

/// Makes the unsigned list credential.
///
/// # Errors
/// [`StatusError`] where the bits cannot be encoded or the dates are reversed.
pub fn prepare(claims: &ListClaims<'_>) -> Result<PreparedList, StatusError> {
    if claims.valid_until.is_some_and(|until| until < claims.valid_from) {
        return Err(StatusError::Member("validUntil", "lies before validFrom".into()));
    }
    Ok(PreparedList(Document {
        context: [context::CREDENTIALS_V2],
        id: claims.address.to_owned(),
        kind: ["VerifiableCredential", "BitstringStatusListCredential"],
        issuer: claims.issuer.to_owned(),
        valid_from: claims.valid_from,
        valid_until: claims.valid_until,
        credential_subject: Subject {
            id: format!("{}#list", claims.address),
            kind: "BitstringStatusList",
            status_purpose: claims.purpose.to_owned(),
            ttl: claims.ttl_ms,
            encoded_list: claims.bits.encode()?,
        },
        proof: Vec::new(),
    }))
}

impl PreparedList {
    /// Signs with `eddsa-rdfc-2022` and hands back the bytes to serve.
    ///
    /// # Errors
    /// [`ProofError`] where the signer fails or an address is not an absolute IRI.
    pub fn sign(mut self, signer: &dyn Signer, created: DateTime<Utc>) -> Result<Vec<u8>, ProofError> {
        let unreadable = |error: serde_json::Error| crate::canon::CanonError::JsonLd(error.to_string());
        let document = serde_json::to_value(&self.0).map_err(unreadable)?;
        self.0.proof.push(proof::create(Cryptosuite::EddsaRdfc2022, &document, signer, created)?);
        Ok(serde_json::to_vec(&self.0).map_err(unreadable)?)
    }
}

/// What verification needs of anybody's list credential.
#[derive(Debug, Clone)]
pub struct StatusList {
    /// The list's own id.
    pub id: Option<String>,
    /// What a set bit means; a list may serve several purposes.
    pub purposes: Vec<String>,
    /// The bits.
    pub bits: Bitstring,
}

impl StatusList {
    /// Reads the content of a list credential, whose proof, issuer and dates are checked elsewhere.
    ///
    /// # Errors
    /// [`StatusError`] where it is no BitstringStatusListCredential, or its list is too short, too long or unreadable.
    pub fn read(document: &Value) -> Result<Self, StatusError> {
        if !has(document.get("type"), "BitstringStatusListCredential") {
            return Err(StatusError::Member("type", "is not BitstringStatusListCredential".into()));
        }
        let subject = document.get("credentialSubject").unwrap_or(&Value::Null);
        if !has(subject.get("type"), "BitstringStatusList") {
            return Err(StatusError::Member("credentialSubject", "is not a BitstringStatusList".into()));
        }
        let purposes = texts(subject.get("statusPurpose"));
        if purposes.is_empty() {
            return Err(StatusError::Member("statusPurpose", "is missing".into()));
        }
        let encoded = subject
            .get("encodedList")
            .and_then(Value::as_str)
            .ok_or_else(|| StatusError::Member("encodedList", "is missing".into()))?;
        Ok(Self {
            id: document.get("id").and_then(Value::as_str).map(str::to_owned),
            purposes,
            bits: Bitstring::decode(encoded)?,
        })
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn has(value: Option<&Value>, wanted: &str) -> bool {
    texts(value).iter().any(|text| text == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{LocalSigner, SecretKey};

    #[test]
    fn a_signed_list_is_read_back_and_verifies() {
        let mut bits = Bitstring::new(super::super::MIN_ENTRIES).unwrap();
        bits.set(4_711, true).unwrap();
        let signer = LocalSigner::new(SecretKey::ed25519(&[1; 32]), "did:web:example.com#key-1");
        let now = date::read("2026-01-02T03:04:05Z").unwrap();
        let claims = ListClaims {
            address: "https://example.com/status/1",
            issuer: "did:web:example.com",
            purpose: "revocation",
            bits: &bits,
            valid_from: now,
            valid_until: None,
            ttl_ms: Some(60_000),
        };
        let bytes = prepare(&claims).unwrap().sign(&signer, now).unwrap();
        let document: Value = serde_json::from_slice(&bytes).unwrap();
        proof::verify(&document, &document["proof"][0], &signer.public()).unwrap();
        let list = StatusList::read(&document).unwrap();
        assert_eq!(list.bits, bits);
        assert_eq!(list.purposes, ["revocation"]);
        assert_eq!(document["credentialSubject"]["id"], "https://example.com/status/1#list");
        let reversed = ListClaims { valid_until: Some(now - chrono::TimeDelta::days(1)), ..claims };
        assert!(prepare(&reversed).is_err());
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let good = serde_json::json!({
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "credentialSubject": {
                "type": "BitstringStatusList", "statusPurpose": "revocation",
                "encodedList": Bitstring::new(super::super::MIN_ENTRIES).unwrap().encode().unwrap()
            }
        });
        assert!(StatusList::read(&good).is_ok());
        for pointer in [
            "/type",
            "/credentialSubject/type",
            "/credentialSubject/statusPurpose",
            "/credentialSubject/encodedList",
        ] {
            let mut broken = good.clone();
            *broken.pointer_mut(pointer).unwrap() = Value::Null;
            assert!(StatusList::read(&broken).is_err(), "{pointer}");
        }
    }
}
