//! From what an issuer claims to the signed AchievementCredential: prepared once, signed once.

use super::validate::{self, ClaimsError, Problem};
use super::{
    AchievementSubject, CredentialSchema, Evidence, Image, Profile, RefreshService, TermsOfUse, direct, tag,
};
use crate::canon::{self, CanonError};
use crate::context;
use crate::date;
use crate::json::{self, JsonError};
use crate::key::Signer;
use crate::proof::{self, Cryptosuite, DocumentHash, Proof, ProofError};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::OnceLock;
use uuid::Uuid;

/// Everything that a credential will say, frozen before it is signed: whoever signs it later, and however often the signing is
/// tried, signs the same document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Claims {
    /// The document's own id, written as `urn:uuid:…`. It is no address: the page has one of its own.
    pub id: Uuid,
    /// Title for lists and wallets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A few words for wallets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Image for wallets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// Who awards; its id is the DID that the signing key belongs to.
    pub issuer: Profile,
    /// Who achieved what.
    pub subject: AchievementSubject,
    /// From when it holds; where two editions have one id, the later one wins.
    #[serde(with = "date::stamp")]
    pub valid_from: DateTime<Utc>,
    /// Until when it holds.
    #[serde(default, with = "date::optional_stamp", skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<DateTime<Utc>>,
    /// When it was first awarded.
    #[serde(default, with = "date::optional_stamp", skip_serializing_if = "Option::is_none")]
    pub awarded_date: Option<DateTime<Utc>>,
    /// Work that shows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// Where its status is found, one entry a purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<StatusEntry>,
    /// Schemas that it fits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credential_schema: Vec<CredentialSchema>,
    /// Where a newer edition is had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_service: Option<RefreshService>,
    /// Terms under which it was issued.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms_of_use: Vec<TermsOfUse>,
    /// Signed endorsements of the credential, as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endorsement: Vec<Value>,
}

impl Claims {
    /// Claims of the required members alone.
    #[must_use]
    pub fn new(id: Uuid, issuer: Profile, subject: AchievementSubject, valid_from: DateTime<Utc>) -> Self {
        Self {
            id,
            name: None,
            description: None,
            image: None,
            issuer,
            subject,
            valid_from,
            valid_until: None,
            awarded_date: None,
            evidence: Vec::new(),
            status: Vec::new(),
            credential_schema: Vec::new(),
            refresh_service: None,
            terms_of_use: Vec::new(),
            endorsement: Vec::new(),
        }
    }
}

/// A place in a status list (Bitstring Status List 1.0, BitstringStatusListEntry).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatusEntry {
    /// `revocation` or `suspension`.
    pub purpose: String,
    /// Index in the list.
    pub index: u32,
    /// Address of the list.
    pub list: String,
}

/// A document of whichever kind, before it is signed.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Document {
    Achievement(Box<AchievementCredential>),
    Endorsement(Box<super::endorsement::Document>),
    Record(Box<super::record::Document>),
}

impl Document {
    /// A document of the context alone, which is all that a proof's options need.
    fn context(&self) -> Value {
        match self {
            Self::Achievement(document) => json!({"@context": document.context}),
            Self::Endorsement(document) => json!({"@context": document.context}),
            Self::Record(document) => json!({"@context": document.context}),
        }
    }

    fn issuer(&self) -> &Profile {
        match self {
            Self::Achievement(document) => &document.issuer,
            Self::Endorsement(document) => &document.issuer,
            Self::Record(document) => &document.issuer,
        }
    }

    fn proofs(&mut self) -> &mut Vec<Proof> {
        match self {
            Self::Achievement(document) => &mut document.proof,
            Self::Endorsement(document) => &mut document.proof,
            Self::Record(document) => &mut document.proof,
        }
    }
}

/// The document, in the order in which it is written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AchievementCredential {
    #[serde(rename = "@context")]
    context: Vec<String>,
    pub(super) id: String,
    #[serde(rename = "type")]
    kind: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) image: Option<Image>,
    pub(super) issuer: Profile,
    #[serde(with = "date::stamp")]
    pub(super) valid_from: DateTime<Utc>,
    #[serde(default, with = "date::optional_stamp", skip_serializing_if = "Option::is_none")]
    pub(super) valid_until: Option<DateTime<Utc>>,
    #[serde(default, with = "date::optional_stamp", skip_serializing_if = "Option::is_none")]
    pub(super) awarded_date: Option<DateTime<Utc>>,
    pub(super) credential_subject: AchievementSubject,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) evidence: Vec<Evidence>,
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "entries")]
    pub(super) credential_status: Vec<Entry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) credential_schema: Vec<CredentialSchema>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refresh_service: Option<RefreshService>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) terms_of_use: Vec<TermsOfUse>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) endorsement: Vec<Value>,
    #[serde(skip_deserializing, skip_serializing_if = "Vec::is_empty")]
    proof: Vec<Proof>,
}

const TYPES: [&str; 2] = ["VerifiableCredential", "OpenBadgeCredential"];

impl AchievementCredential {
    /// Contexts and types of what is written here.
    fn contexts(extended: bool) -> Vec<String> {
        let all = [context::CREDENTIALS_V2, context::OPEN_BADGES_V3, context::OPEN_BADGES_EXTENSIONS];
        all[..if extended { 3 } else { 2 }].iter().map(|context| (*context).to_owned()).collect()
    }

    /// Whether a type is used that the extensions context defines and the Open Badges context does not.
    fn is_extended(&self) -> bool {
        !self.credential_schema.is_empty() || self.refresh_service.is_some()
    }

    /// Whether contexts and types are those that are written here.
    pub(super) fn has_own_shape(&self) -> bool {
        self.kind == TYPES && self.context == Self::contexts(self.is_extended())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) id: String,
    #[serde(rename = "type")]
    kind: tag::BitstringStatusListEntryType,
    pub(super) status_purpose: String,
    pub(super) status_list_index: String,
    pub(super) status_list_credential: String,
}

/// For `#[serde(with = "…")]`: the Open Badges schema takes one object here, not an array; several entries are a stated divergence.
pub(super) mod entries {
    use super::Entry;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(
        entries: &[Entry],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match entries {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Entry>, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            One(Entry),
            Many(Vec<Entry>),
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::One(entry) => vec![entry],
            Form::Many(entries) => entries,
        })
    }
}

impl StatusEntry {
    /// The entry as it stands in a document.
    ///
    /// # Errors
    /// Never in truth: it holds text alone.
    pub fn to_json(&self) -> serde_json::Result<Value> {
        serde_json::to_value(Entry::from(self.clone()))
    }
}

impl From<StatusEntry> for Entry {
    fn from(entry: StatusEntry) -> Self {
        Self {
            // The entry's own id; it must not be the list's address.
            id: format!("{}#{}", entry.list, entry.index),
            kind: tag::BitstringStatusListEntryType,
            status_purpose: entry.purpose,
            status_list_index: entry.index.to_string(),
            status_list_credential: entry.list,
        }
    }
}

impl From<Claims> for AchievementCredential {
    fn from(claims: Claims) -> Self {
        let mut document = Self {
            context: Vec::new(),
            id: claims.id.urn().to_string(),
            kind: TYPES.map(str::to_owned).to_vec(),
            name: claims.name,
            description: claims.description,
            image: claims.image,
            issuer: claims.issuer,
            valid_from: claims.valid_from,
            valid_until: claims.valid_until,
            awarded_date: claims.awarded_date,
            credential_subject: claims.subject,
            evidence: claims.evidence,
            credential_status: claims.status.into_iter().map(Entry::from).collect(),
            credential_schema: claims.credential_schema,
            refresh_service: claims.refresh_service,
            terms_of_use: claims.terms_of_use,
            endorsement: claims.endorsement,
            proof: Vec::new(),
        };
        document.context = Self::contexts(document.is_extended());
        document
    }
}

/// A document that was found good and can be signed, once.
pub struct Prepared {
    document: Document,
    value: OnceLock<Value>,
    hash: DocumentHash,
}

/// Validates claims and makes the unsigned document of them.
///
/// # Errors
/// [`ClaimsError`] with every member that cannot be signed as it stands, and why.
pub fn prepare(claims: Claims) -> Result<Prepared, ClaimsError> {
    validate::validate(&claims)?;
    prepare_document(Document::Achievement(Box::new(claims.into())))
}

/// Makes sure that a validated document can be signed and will be read.
pub(super) fn prepare_document(document: Document) -> Result<Prepared, ClaimsError> {
    let whole = |message: String| ClaimsError(vec![Problem { member: "document".into(), message }]);
    let unwritable = |error: serde_json::Error| whole(error.to_string());
    let bytes = serde_json::to_vec(&document).map_err(unwritable)?;
    // What verification would refuse to read is not signed; room is left for the proof.
    let limit = json::MAX_BYTES - 1_024;
    if bytes.len() > limit {
        return Err(whole(JsonError::TooLarge { actual: bytes.len(), limit }.to_string()));
    }
    let direct = match &document {
        Document::Achievement(document) => direct::canonical(document),
        Document::Endorsement(_) | Document::Record(_) => None,
    };
    let canonical = match direct {
        Some(canonical) => canonical,
        None => {
            let value = json::parse_limited(&bytes, limit).map_err(|error| whole(error.to_string()))?;
            canon::canonicalize(&value).map_err(|error| whole(error.to_string()))?
        }
    };
    Ok(Prepared { document, value: OnceLock::new(), hash: DocumentHash::of_canonical(&canonical) })
}

impl Prepared {
    /// The unsigned document.
    #[must_use]
    pub fn document(&self) -> &Value {
        // The types were written as text before, so they can be written as a value.
        self.value.get_or_init(|| serde_json::to_value(&self.document).unwrap_or_default())
    }

    /// Signs with `eddsa-rdfc-2022`, as made at `created`. The same document, key and moment give the same bytes.
    ///
    /// # Errors
    /// [`ProofError`] where the signer holds another kind of key, fails, or its method is not of the issuer's DID.
    pub fn sign(self, signer: &dyn Signer, created: DateTime<Utc>) -> Result<Signed, ProofError> {
        self.sign_with(&[Cryptosuite::EddsaRdfc2022], signer, created)
    }

    /// Signs with each of the suites: a proof set, of which every proof covers the document and none of the others.
    ///
    /// # Errors
    /// As [`Prepared::sign`].
    pub fn sign_with(
        mut self,
        suites: &[Cryptosuite],
        signer: &dyn Signer,
        created: DateTime<Utc>,
    ) -> Result<Signed, ProofError> {
        let method = signer.verification_method();
        if method.split_once('#').is_none_or(|(controller, _)| controller != self.document.issuer().id) {
            return Err(ProofError::Member("verificationMethod", "is not one of the issuer's"));
        }
        let mut proofs = Vec::with_capacity(suites.len());
        for suite in suites {
            proofs.push(match suite {
                Cryptosuite::EddsaRdfc2022 => {
                    proof::create_over(&self.document.context(), self.hash, signer, created)?
                }
                Cryptosuite::EddsaJcs2022 => proof::create(*suite, self.document(), signer, created)?,
            });
        }
        *self.document.proofs() = proofs;
        let bytes =
            serde_json::to_vec(&self.document).map_err(|error| CanonError::JsonLd(error.to_string()))?;
        Ok(Signed { bytes })
    }
}

/// A signed document, as it is stored and handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    bytes: Vec<u8>,
}

impl Signed {
    /// The JSON text.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The JSON text.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

#[cfg(test)]
mod tests;
