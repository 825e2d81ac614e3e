//! Verification of credentials: its types and its one query, open to everyone.

use std::collections::HashSet;

use async_graphql::{Context, Enum, ID, InputObject, Object, OneofObject, SimpleObject};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_service::error::Error;
use cairn_service::ids::{self, Kind};
use cairn_service::verification::{self, Manner, Subject, Verified, verify};

use super::context::ContextExt;
use super::credential::Credential;
use super::error::Result;
use super::scalar::{DateTime, Json, Url, moment};

/// The answer of a verification in a word.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "verify::Verdict")]
pub enum Verdict {
    /// Stands.
    Valid,
    /// Broken or forged.
    Invalid,
    /// Revoked by its issuer.
    Revoked,
    /// Suspended by its issuer.
    Suspended,
    /// Past its date.
    Expired,
    /// Before its date.
    NotYetValid,
    /// Could not be checked.
    Unknown,
}

/// One check of a verification.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "verify::CheckName")]
pub enum VerificationCheckName {
    /// The standard's own model.
    Structure,
    /// The document's declared `credentialSchema`.
    Schema,
    /// The issuer is who it says.
    Issuer,
    /// The signature.
    Proof,
    /// The status list.
    Status,
    /// The dates.
    Dates,
    /// The recipient.
    Recipient,
    /// Every term is defined, so that the signature covers it.
    Terms,
}

/// What came of a check.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "verify::Outcome")]
pub enum VerificationCheckOutcome {
    /// Passed.
    Passed,
    /// Failed.
    Failed,
    /// Not done.
    Skipped,
}

/// One check.
#[derive(SimpleObject)]
pub struct VerificationCheck {
    /// Which.
    name: VerificationCheckName,
    /// What came of it.
    outcome: VerificationCheckOutcome,
    /// In words.
    detail: Option<String>,
}

impl From<verify::Check> for VerificationCheck {
    fn from(check: verify::Check) -> Self {
        Self {
            name: check.name.into(),
            outcome: check.outcome.into(),
            detail: Some(check.detail).filter(|detail| !detail.is_empty()),
        }
    }
}

/// Who signed, as the document says.
#[derive(SimpleObject)]
pub struct VerifiedIssuer {
    /// Name.
    name: Option<String>,
    /// Identifier: a DID, or an address.
    did: Option<String>,
    /// Whether it is an issuer of this server.
    known: bool,
}

impl VerifiedIssuer {
    fn of(issuer: verify::ReportedIssuer, known: impl FnOnce(&str) -> bool) -> Self {
        Self { name: issuer.name, known: known(&issuer.id), did: Some(issuer.id) }
    }
}

/// What for, as the document says.
#[derive(SimpleObject)]
pub struct VerifiedAchievement {
    /// Name.
    name: String,
    /// Open Badges `achievementType`.
    achievement_type: Option<String>,
}

impl VerifiedAchievement {
    fn of(achievement: verify::ReportedAchievement) -> Option<Self> {
        Some(Self { name: achievement.name?, achievement_type: achievement.achievement_type })
    }
}

/// An endorsement that travels in a credential, verified on its own: a bad one takes nothing from the credential.
#[derive(SimpleObject)]
pub struct VerifiedEndorsement {
    /// Name of who endorses, as the endorsement says.
    issuer_name: Option<String>,
    /// Identifier of who endorses: a DID, or an address.
    issuer_did: Option<String>,
    /// The id of what is endorsed: the issuer, the achievement or the credential.
    endorsed: Option<String>,
    /// What it says, Markdown.
    comment: Option<String>,
    /// Whether it stands.
    verdict: Verdict,
    /// Each check of it.
    checks: Vec<VerificationCheck>,
}

impl From<verify::ReportedEndorsement> for VerifiedEndorsement {
    fn from(from: verify::ReportedEndorsement) -> Self {
        let (issuer_name, issuer_did) =
            from.issuer.map_or((None, None), |issuer| (issuer.name, Some(issuer.id)));
        Self {
            issuer_name,
            issuer_did,
            endorsed: from.endorsed,
            comment: from.comment,
            verdict: from.verdict.into(),
            checks: from.checks.into_iter().map(VerificationCheck::from).collect(),
        }
    }
}

/// What a verification found. What the document says of itself may be believed as far as the verdict goes.
#[derive(SimpleObject)]
pub struct VerificationResult {
    /// The answer in a word.
    verdict: Verdict,
    /// When checked.
    checked_at: DateTime,
    /// Each check, on its own: a revoked credential still has a good signature.
    checks: Vec<VerificationCheck>,
    /// Who signed, as the document says.
    issuer: Option<VerifiedIssuer>,
    /// What for, as the document says.
    achievement: Option<VerifiedAchievement>,
    /// To whom it was given, as the document says: a name, else an address or identifier that stands there in the clear.
    holder: Option<String>,
    /// Whether it is the expected recipient's; null where none was given.
    recipient_matches: Option<bool>,
    /// From when it holds.
    valid_from: Option<DateTime>,
    /// Until when.
    valid_until: Option<DateTime>,
    /// The credential, where it is of this server. Who may not see it otherwise sees no more of it than a verification shows.
    credential: Option<Credential>,
    /// The document's own id.
    document_id: Option<String>,
    /// The endorsements that travel in it, of its issuer, its achievement or itself.
    endorsements: Vec<VerifiedEndorsement>,
    /// The credentials in a learner record (1EdTech CLR 2.0), in its order, each with a verdict of its own; empty for any other document.
    credentials: Vec<VerifiedMember>,
    /// Of which moment its status is told: earlier than `checkedAt` where it was taken from an offline bundle. Null where no status was read.
    status_as_of: Option<DateTime>,
    /// The offline bundle that it came in; null where it came by itself.
    bundle: Option<VerifiedBundle>,
}

/// An offline bundle that a credential came in. What can be had anew is not taken from it.
#[derive(SimpleObject)]
pub struct VerifiedBundle {
    /// The moment that it tells of.
    taken_at: DateTime,
    /// The identifier of the key that signed it; null where its signature does not hold.
    key_id: Option<String>,
    /// That key itself, as `publicKeyMultibase`.
    public_key: Option<String>,
    /// Whence the keys of its issuer are.
    keys: BundleKeySource,
}

impl From<verify::ReportedBundle> for VerifiedBundle {
    fn from(from: verify::ReportedBundle) -> Self {
        let (key_id, public_key) = from.signed_by.map(|key| (key.id, key.public_key)).unzip();
        Self { taken_at: DateTime(from.taken_at), key_id, public_key, keys: from.keys.into() }
    }
}

/// Whence the keys are by which an offline bundle was checked.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "verify::KeySource")]
pub enum BundleKeySource {
    /// Where the issuer publishes them, or from its identifier itself.
    LookedUp,
    /// From the bundle, which a key signed that the verifier trusts.
    Trusted,
    /// From the bundle alone: nobody vouches for them, and the verdict is not VALID.
    Claimed,
}

impl VerificationResult {
    fn of(verified: Verified, may_see: bool) -> Self {
        let report = verified.report;
        Self {
            verdict: report.verdict.into(),
            checked_at: DateTime(report.checked_at),
            checks: report.checks.into_iter().map(VerificationCheck::from).collect(),
            issuer: report.issuer.map(|issuer| VerifiedIssuer::of(issuer, |_| verified.known_issuer)),
            achievement: report.achievement.and_then(VerifiedAchievement::of),
            holder: report.holder,
            recipient_matches: report.recipient_matches,
            valid_from: moment(report.valid_from),
            valid_until: moment(report.valid_until),
            credential: verified.credential.map(|row| Credential::as_verified(row, may_see)),
            document_id: report.document_id,
            endorsements: report.endorsements.into_iter().map(VerifiedEndorsement::from).collect(),
            credentials: report
                .credentials
                .into_iter()
                .map(|one| VerifiedMember::of(one, &verified.known_within))
                .collect(),
            status_as_of: moment(report.status_as_of),
            bundle: report.bundle.map(VerifiedBundle::from),
        }
    }
}

/// A credential within a learner record, verified on its own: what became of it takes nothing from the record.
#[derive(SimpleObject)]
pub struct VerifiedMember {
    /// The answer in a word.
    verdict: Verdict,
    /// Each check of it.
    checks: Vec<VerificationCheck>,
    /// Who signed it, as it says.
    issuer: Option<VerifiedIssuer>,
    /// What for, as it says.
    achievement: Option<VerifiedAchievement>,
    /// Its own id.
    document_id: Option<String>,
    /// From when it holds.
    valid_from: Option<DateTime>,
    /// Until when.
    valid_until: Option<DateTime>,
    /// Of which moment its status is told. Null where none was read.
    status_as_of: Option<DateTime>,
}

impl VerifiedMember {
    fn of(report: verify::Report, known: &HashSet<String>) -> Self {
        Self {
            verdict: report.verdict.into(),
            checks: report.checks.into_iter().map(VerificationCheck::from).collect(),
            issuer: report.issuer.map(|issuer| VerifiedIssuer::of(issuer, |did| known.contains(did))),
            achievement: report.achievement.and_then(VerifiedAchievement::of),
            document_id: report.document_id,
            valid_from: moment(report.valid_from),
            valid_until: moment(report.valid_until),
            status_as_of: moment(report.status_as_of),
        }
    }
}

/// A credential, one way.
#[derive(OneofObject)]
pub enum VerifiableInput {
    /// Our id.
    Id(ID),
    /// A link to one, of this server or any other: its page or document here; elsewhere a JSON document, compact JWT, PNG, SVG or PDF behind an https address.
    Url(Url),
    /// The JSON document.
    Document(Json),
    /// The compact JWT.
    Jwt(String),
    /// A file in base64: a PNG or SVG with a credential baked in, a PDF with one attached, an offline bundle, or one of the other forms.
    File(String),
}

impl VerifiableInput {
    fn subject(self) -> Result<Subject> {
        Ok(match self {
            Self::Id(id) => ids::decode_as(Kind::Credential, &id).map_or(Subject::NoSuchId, Subject::Id),
            Self::Url(url) => Subject::Url(url.0),
            Self::Document(json) => Subject::Bytes(json.0.to_string().into_bytes()),
            Self::Jwt(text) => Subject::Bytes(text.into_bytes()),
            Self::File(text) => {
                let bytes = STANDARD.decode(text.split_ascii_whitespace().collect::<String>());
                Subject::Bytes(
                    bytes.map_err(|_| Error::BadRequest("credential.file is not base64".to_owned()))?,
                )
            }
        })
    }
}

/// What to verify, with whom to expect.
#[derive(InputObject)]
pub struct VerifyCredentialInput {
    /// The credential.
    credential: VerifiableInput,
    /// Who should hold it: e-mail, DID or other identifier.
    expected_recipient: Option<String>,
}

/// Verifying.
#[derive(Default)]
pub struct VerificationQueries;

#[Object]
impl VerificationQueries {
    /// Verifies a credential from here or anywhere; open to everyone. Keys and status lists of other issuers are fetched, within limits; what could
    /// not be checked makes the verdict UNKNOWN. Null where there is no such credential here, or its holder keeps it private.
    async fn verify_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What.")] input: VerifyCredentialInput,
    ) -> Result<Option<VerificationResult>> {
        let subject = input.credential.subject()?;
        let manner = Manner { expected_recipient: input.expected_recipient, ..Manner::default() };
        let (service, actor) = (ctx.service(), ctx.actor());
        match verification::verify(service, actor, subject, manner).await {
            Ok(verified) => {
                let may_see = match &verified.credential {
                    Some(row) => verification::may_see(service, actor, row.id).await?,
                    None => false,
                };
                Ok(Some(VerificationResult::of(verified, may_see)))
            }
            Err(Error::NotFound(_)) => Ok(None),
            Err(other) => Err(other.into()),
        }
    }
}
