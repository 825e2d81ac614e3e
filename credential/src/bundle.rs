//! The offline bundle: a credential with what it takes to verify it where there is no network, as it was at one moment. Its issuer signs the whole,
//! so that nobody changes a part of it or the moment that it tells of.

use crate::date;
use crate::did::{DidDocument, PublishedKey};
use crate::key::Signer;
use crate::proof::{self, ASSERTION_METHOD, Cryptosuite, ProofError};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The media type of a bundle.
pub const MEDIA_TYPE: &str = "application/vnd.cairn.offline+json";
/// The only version that there is.
const VERSION: u64 = 1;
const KIND: &str = "CairnOfflineBundle";

/// A document and where it was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// The address.
    pub url: String,
    /// What lay there.
    pub document: Value,
}

/// What a bundle says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BundleClaims {
    /// The issuer of the credential, who also signs the bundle.
    pub issuer: String,
    /// The moment that the bundle tells of: nothing in it was found earlier.
    #[serde(with = "date::stamp")]
    pub taken_at: DateTime<Utc>,
    /// The signed credential: a JSON document, or a text that is a compact token.
    pub credential: Value,
    /// The keys of the issuer and of those who endorse, with all that were retired or given up.
    pub keys: Vec<Source>,
    /// The signed status lists.
    pub status_lists: Vec<Source>,
}

/// Why something is no usable bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Of a version that is not known here.
    #[error("an offline bundle of version {0} is not known here")]
    Version(String),
    /// Not what a bundle is made of.
    #[error("the offline bundle cannot be read: {0}")]
    Content(String),
}

/// Signs a bundle with `eddsa-jcs-2022`, which covers the text as it stands, at the moment that it tells of.
///
/// # Errors
/// [`ProofError`] where the signer is of the wrong kind or fails.
pub fn sign(claims: &BundleClaims, signer: &dyn Signer) -> Result<Vec<u8>, ProofError> {
    let unwritable = |error: serde_json::Error| crate::canon::CanonError::JsonLd(error.to_string());
    let mut document = json!({ "type": KIND, "version": VERSION });
    if let (Some(document), Value::Object(members)) =
        (document.as_object_mut(), serde_json::to_value(claims).map_err(unwritable)?)
    {
        document.extend(members);
    }
    let proof = proof::create(Cryptosuite::EddsaJcs2022, &document, signer, claims.taken_at)?;
    document["proof"] = serde_json::to_value(proof).map_err(unwritable)?;
    Ok(serde_json::to_vec_pretty(&document).map_err(unwritable)?)
}

/// A bundle that was read. What it says is believed as far as its issuer's key goes: [`Bundle::signed_by`].
#[derive(Debug, Clone)]
pub struct Bundle {
    document: Value,
    issuer: String,
    taken_at: DateTime<Utc>,
    credential: Vec<u8>,
    found: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// Whether a document is a bundle, of whatever version.
    #[must_use]
    pub fn is_one(document: &Value) -> bool {
        document.get("type").is_some_and(|kind| kind == KIND)
    }

    /// Reads a bundle.
    ///
    /// # Errors
    /// [`BundleError`] where it is of another version or not complete.
    pub fn read(document: Value) -> Result<Self, BundleError> {
        let version = document.get("version").cloned().unwrap_or_default();
        if version != VERSION {
            return Err(BundleError::Version(version.to_string()));
        }
        let claims: BundleClaims = serde_json::from_value(document.clone())
            .map_err(|error| BundleError::Content(error.to_string()))?;
        let credential = match claims.credential {
            Value::String(token) => token.into_bytes(),
            document @ Value::Object(_) => document.to_string().into_bytes(),
            _ => return Err(BundleError::Content("it holds no credential".into())),
        };
        let mut found = BTreeMap::new();
        for Source { url, document } in claims.keys.into_iter().chain(claims.status_lists) {
            if found.insert(url.clone(), document.to_string().into_bytes()).is_some() {
                return Err(BundleError::Content(format!("{url} is there twice")));
            }
        }
        Ok(Self { document, issuer: claims.issuer, taken_at: claims.taken_at, credential, found })
    }

    /// Who says that it is theirs.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The moment that it tells of.
    #[must_use]
    pub fn taken_at(&self) -> DateTime<Utc> {
        self.taken_at
    }

    /// The credential in it, in the form in which it was signed.
    #[must_use]
    pub fn credential(&self) -> &[u8] {
        &self.credential
    }

    /// What lay at an address at that moment.
    #[must_use]
    pub fn found(&self, url: &str) -> Option<&[u8]> {
        self.found.get(url).map(Vec::as_slice)
    }

    /// The key that signed the bundle, where it is one of those given and the signature holds.
    ///
    /// # Errors
    /// In words, why it does not.
    pub fn signed_by<'k>(&self, keys: &'k DidDocument) -> Result<&'k PublishedKey, String> {
        let proof = self.document.get("proof").ok_or("it is not signed")?;
        let text = |name: &str| proof.get(name).and_then(Value::as_str);
        if text("cryptosuite") != Some(Cryptosuite::EddsaJcs2022.name()) {
            return Err("it is not signed as bundles are".into());
        }
        if text("proofPurpose") != Some(ASSERTION_METHOD)
            || text("created").map(date::read) != Some(Ok(self.taken_at))
        {
            return Err("its signature was not made for it, or at another moment".into());
        }
        let key = keys
            .assertion_key(text("verificationMethod").unwrap_or_default())
            .map_err(|error| error.to_string())?;
        proof::verify(&self.document, proof, &key.key).map_err(|error| error.to_string())?;
        Ok(key)
    }
}
