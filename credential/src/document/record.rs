//! Learner records: several credentials of one person, verbatim as their issuers signed them, in one signed document (1EdTech Comprehensive Learner
//! Record 2.0, ClrCredential). Whoever signs it says that these belong together; each keeps its own issuer, proof and status.

use super::claims::{Prepared, prepare_document};
use super::validate::{ClaimsError, Validator};
use super::{Achievement, CredentialSchema, IdentityObject, Profile, vocabulary};
use crate::canon::guard;
use crate::context;
use crate::date;
use crate::json;
use crate::proof::Proof;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// What a learner record will say.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordClaims {
    /// The document's own id, written as `urn:uuid:…`.
    pub id: Uuid,
    /// Title for lists and wallets.
    pub name: String,
    /// Who publishes it; its id is the DID that the signing key belongs to.
    pub issuer: Profile,
    /// The id of the person, where there is one.
    pub subject: Option<String>,
    /// Further identities of the person.
    pub identifier: Vec<IdentityObject>,
    /// The signed credentials, verbatim.
    pub credentials: Vec<Value>,
    /// Achievements that no credential of these asserts: what is under way.
    pub achievements: Vec<Achievement>,
    /// How achievements stand to each other.
    pub associations: Vec<Association>,
    /// Whether the publisher knows of more than this.
    pub partial: bool,
    /// Of which moment it tells.
    pub valid_from: DateTime<Utc>,
    /// Until when it is good.
    pub valid_until: DateTime<Utc>,
}

/// How much still goes into one record, so that it is read within the limits of verifiers.
#[derive(Debug)]
pub struct RecordRoom {
    bytes: usize,
    cost: usize,
}

impl RecordRoom {
    /// Room for the publisher, the person and how achievements belong together, in bytes and in what converting them to RDF costs.
    const RESERVED: (usize, usize) = (64 * 1024, 300);

    /// That of an empty record.
    #[must_use]
    pub fn new() -> Self {
        Self { bytes: json::MAX_BYTES - Self::RESERVED.0, cost: guard::MAX_COST - Self::RESERVED.1 }
    }

    /// Takes a credential or an achievement in, where there is room for it.
    pub fn takes(&mut self, part: &Value) -> bool {
        let left = (self.bytes.checked_sub(part.to_string().len()), self.cost.checked_sub(guard::cost(part)));
        let (Some(bytes), Some(cost)) = left else { return false };
        (self.bytes, self.cost) = (bytes, cost);
        true
    }
}

impl Default for RecordRoom {
    fn default() -> Self {
        Self::new()
    }
}

/// How two achievements stand to each other (CLR 2.0, Association).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Association {
    #[serde(rename = "type")]
    kind: &'static str,
    association_type: &'static str,
    source_id: String,
    target_id: String,
}

impl Association {
    /// The source is one of the parts that the target is made of.
    #[must_use]
    pub fn part_of(source: impl Into<String>, target: impl Into<String>) -> Self {
        let (source_id, target_id) = (source.into(), target.into());
        Self { kind: "Association", association_type: "isPartOf", source_id, target_id }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    #[serde(rename = "@context")]
    pub(super) context: [&'static str; 4],
    id: String,
    #[serde(rename = "type")]
    kind: [&'static str; 2],
    name: String,
    partial: bool,
    pub(super) issuer: Profile,
    #[serde(with = "date::stamp")]
    valid_from: DateTime<Utc>,
    #[serde(with = "date::stamp")]
    valid_until: DateTime<Utc>,
    credential_subject: Subject,
    credential_schema: [CredentialSchema; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) proof: Vec<Proof>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Subject {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(rename = "type")]
    kind: [&'static str; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    identifier: Vec<IdentityObject>,
    verifiable_credential: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    achievement: Vec<Achievement>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    association: Vec<Association>,
}

/// Validates a learner record and makes the unsigned document of it.
///
/// # Errors
/// [`ClaimsError`] with every member that cannot be signed as it stands, and why: too many credentials for one document, say.
pub fn prepare_record(claims: RecordClaims) -> Result<Prepared, ClaimsError> {
    let mut validator = Validator::new();
    validator.issuer(&claims.issuer);
    validator.text("", "name", &claims.name);
    validator.order("validUntil", Some(claims.valid_from), Some(claims.valid_until), "lies before validFrom");
    if let Some(id) = &claims.subject {
        validator.iri("subject.", "id", id);
    }
    if claims.subject.is_none() && claims.identifier.is_empty() {
        validator.add("subject", "has neither id nor identifier");
    }
    if claims.credentials.is_empty() {
        validator.add("credentials", "are none");
    }
    for (index, association) in claims.associations.iter().enumerate() {
        validator.iri(&format!("associations[{index}]."), "sourceId", &association.source_id);
        validator.iri(&format!("associations[{index}]."), "targetId", &association.target_id);
    }
    validator.finish()?;
    prepare_document(super::claims::Document::Record(Box::new(Document {
        context: [
            context::CREDENTIALS_V2,
            context::CLR_V2,
            context::OPEN_BADGES_V3,
            context::OPEN_BADGES_EXTENSIONS,
        ],
        id: claims.id.urn().to_string(),
        kind: ["VerifiableCredential", "ClrCredential"],
        name: claims.name,
        partial: claims.partial,
        issuer: claims.issuer,
        valid_from: claims.valid_from,
        valid_until: claims.valid_until,
        credential_subject: Subject {
            id: claims.subject,
            kind: ["ClrSubject"],
            identifier: claims.identifier,
            verifiable_credential: claims.credentials,
            achievement: claims.achievements,
            association: claims.associations,
        },
        credential_schema: [CredentialSchema {
            id: vocabulary::RECORD_SCHEMA.into(),
            kind: vocabulary::SCHEMA_TYPE.into(),
        }],
        proof: Vec::new(),
    })))
}
