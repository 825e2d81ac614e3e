//! Endorsements: one issuer's signed word for another issuer, an achievement or a credential (Open Badges 3.0,
//! EndorsementCredential). A signed one travels inside what it endorses.

use super::claims::{Entry, Prepared, StatusEntry, entries, prepare_document};
use super::validate::{ClaimsError, Validator};
use super::{CredentialSchema, Profile, tag, vocabulary};
use crate::context;
use crate::date;
use crate::proof::Proof;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an endorsement will say, frozen before it is signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndorsementClaims {
    /// The document's own id, written as `urn:uuid:…`.
    pub id: Uuid,
    /// Title for lists and wallets.
    pub name: String,
    /// A few words for wallets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who endorses.
    pub issuer: Profile,
    /// What is endorsed: the id of a profile, an achievement or a credential.
    pub endorsed: String,
    /// The word itself, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// From when it holds.
    #[serde(with = "date::stamp")]
    pub valid_from: DateTime<Utc>,
    /// Until when it holds.
    #[serde(default, with = "date::optional_stamp", skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<DateTime<Utc>>,
    /// Where its status is found, one entry a purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<StatusEntry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    #[serde(rename = "@context")]
    pub(super) context: [&'static str; 3],
    id: String,
    #[serde(rename = "type")]
    kind: [&'static str; 2],
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    pub(super) issuer: Profile,
    #[serde(with = "date::stamp")]
    valid_from: DateTime<Utc>,
    #[serde(with = "date::optional_stamp", skip_serializing_if = "Option::is_none")]
    valid_until: Option<DateTime<Utc>>,
    credential_subject: Subject,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "entries::serialize")]
    credential_status: Vec<Entry>,
    credential_schema: [CredentialSchema; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) proof: Vec<Proof>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Subject {
    id: String,
    #[serde(rename = "type")]
    kind: tag::EndorsementSubjectType,
    #[serde(skip_serializing_if = "Option::is_none")]
    endorsement_comment: Option<String>,
}

/// Validates an endorsement and makes the unsigned document of it.
///
/// # Errors
/// [`ClaimsError`] with every member that cannot be signed as it stands, and why.
pub fn prepare_endorsement(claims: EndorsementClaims) -> Result<Prepared, ClaimsError> {
    let mut validator = Validator::new();
    validator.issuer(&claims.issuer);
    validator.text("", "name", &claims.name);
    validator.iri("", "endorsed", &claims.endorsed);
    validator.order("validUntil", Some(claims.valid_from), claims.valid_until, "lies before validFrom");
    validator.status(&claims.status);
    if claims.endorsed == claims.issuer.id {
        validator.add("endorsed", "is the issuer itself");
    }
    validator.finish()?;
    prepare_document(super::claims::Document::Endorsement(Box::new(Document {
        context: [context::CREDENTIALS_V2, context::OPEN_BADGES_V3, context::OPEN_BADGES_EXTENSIONS],
        id: claims.id.urn().to_string(),
        kind: ["VerifiableCredential", "EndorsementCredential"],
        name: claims.name,
        description: claims.description,
        issuer: claims.issuer,
        valid_from: claims.valid_from,
        valid_until: claims.valid_until,
        credential_subject: Subject {
            id: claims.endorsed,
            kind: tag::EndorsementSubjectType,
            endorsement_comment: claims.comment,
        },
        credential_status: claims.status.into_iter().map(Entry::from).collect(),
        credential_schema: [CredentialSchema {
            id: vocabulary::ENDORSEMENT_SCHEMA.into(),
            kind: vocabulary::SCHEMA_TYPE.into(),
        }],
        proof: Vec::new(),
    })))
}
