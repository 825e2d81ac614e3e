//! The answer of a verification: each check in words, and the verdict that follows from all of them.

use super::reason::Reason;
use super::{claims, issuer_id, list};
use crate::date;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

/// The answer in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// Good in every respect that was asked about.
    Valid,
    /// Broken, forged, or not the expected recipient's.
    Invalid,
    /// Revoked by its issuer.
    Revoked,
    /// Suspended by its issuer.
    Suspended,
    /// Past its date.
    Expired,
    /// Before its date.
    NotYetValid,
    /// Could not be checked in full.
    Unknown,
}

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CheckName {
    /// The standard's own model.
    Structure,
    /// The declared `credentialSchema`.
    Schema,
    /// The key is the issuer's.
    Issuer,
    /// The signature.
    Proof,
    /// The status lists.
    Status,
    /// The dates.
    Dates,
    /// The expected recipient.
    Recipient,
    /// Every term is defined, so that the signature covers it.
    Terms,
}

impl CheckName {
    /// Every check, in the order of a report.
    pub const ALL: [Self; 8] = [
        Self::Structure,
        Self::Terms,
        Self::Schema,
        Self::Issuer,
        Self::Proof,
        Self::Dates,
        Self::Status,
        Self::Recipient,
    ];
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// Passed.
    Passed,
    /// Failed.
    Failed,
    /// Not done: there was nothing to check, or it could not be checked (then `undecided` is set).
    Skipped,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Which.
    pub name: CheckName,
    /// What came of it.
    pub outcome: Outcome,
    /// Whether it should have been done and could not; the verdict then is UNKNOWN unless something worse was found.
    pub undecided: bool,
    /// In English words.
    pub detail: String,
    /// The same for programs: each reason of that outcome.
    #[serde(skip)]
    pub reasons: Vec<Reason>,
}

/// The issuer, as the document says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportedIssuer {
    /// DID or address.
    pub id: String,
    /// Name.
    pub name: Option<String>,
}

/// The achievement, as the document says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportedAchievement {
    /// Its address.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its `achievementType`.
    pub achievement_type: Option<String>,
}

/// What a verification found. What the document says of itself may be believed only as far as the verdict goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The answer in a word.
    pub verdict: Verdict,
    /// The moment it is given for.
    #[serde(with = "date::stamp")]
    pub checked_at: DateTime<Utc>,
    /// Each check, once.
    pub checks: Vec<Check>,
    /// The document's own id.
    pub document_id: Option<String>,
    /// The issuer.
    pub issuer: Option<ReportedIssuer>,
    /// The achievement.
    pub achievement: Option<ReportedAchievement>,
    /// To whom it was given: a name, an address or an identifier that stands there in the clear.
    pub holder: Option<String>,
    /// Whether it is the expected recipient's; nothing where none was expected or it cannot be told.
    pub recipient_matches: Option<bool>,
    /// From when it holds.
    #[serde(with = "date::optional_stamp")]
    pub valid_from: Option<DateTime<Utc>>,
    /// Until when.
    #[serde(with = "date::optional_stamp")]
    pub valid_until: Option<DateTime<Utc>>,
    /// The endorsements that travel in it, each with a verdict of its own: a bad one takes nothing from the credential.
    pub endorsements: Vec<ReportedEndorsement>,
    /// The credentials in a learner record, in its order, each with a verdict of its own: what became of one takes nothing from the record.
    pub credentials: Vec<Report>,
    /// Of which moment the status is told; nothing where none was read.
    #[serde(with = "date::optional_stamp")]
    pub status_as_of: Option<DateTime<Utc>>,
    /// The offline bundle that it came in.
    pub bundle: Option<ReportedBundle>,
}

/// The offline bundle that a credential came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportedBundle {
    /// The moment that it tells of.
    #[serde(with = "date::stamp")]
    pub taken_at: DateTime<Utc>,
    /// The key that signed it; nothing where its signature does not hold.
    pub signed_by: Option<ReportedKey>,
    /// Whence the keys of its issuer are.
    pub keys: KeySource,
}

/// A key that signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportedKey {
    /// The identifier of the verification method.
    pub id: String,
    /// The key itself, as `publicKeyMultibase`: short enough to be compared by eye.
    pub public_key: String,
}

/// Whence an issuer's keys are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KeySource {
    /// Where the issuer publishes them, or from the identifier itself.
    LookedUp,
    /// From the bundle, which one of the keys signed that the verifier trusts.
    Trusted,
    /// From the bundle alone: nobody vouches for them.
    Claimed,
}

/// An endorsement found inside a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportedEndorsement {
    /// Who endorses, as the endorsement says.
    pub issuer: Option<ReportedIssuer>,
    /// What is endorsed.
    pub endorsed: Option<String>,
    /// The endorser's word.
    pub comment: Option<String>,
    /// Whether it holds.
    pub verdict: Verdict,
    /// Each check of it.
    pub checks: Vec<Check>,
}

impl Report {
    /// The report on a credential that could not be had at all, and why: UNKNOWN.
    #[must_use]
    pub fn unread(reason: impl Into<Reason>, now: DateTime<Utc>) -> Self {
        let mut checks = Checks::default();
        checks.undecided(CheckName::Structure, reason);
        checks.report(&Value::Null, now)
    }

    /// Whether there was no credential at all in what was handed in.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        self.check(CheckName::Structure).is_some_and(|check| check.reasons.contains(&Reason::NoCredential))
    }

    /// The check of that name.
    #[must_use]
    pub fn check(&self, name: CheckName) -> Option<&Check> {
        self.checks.iter().find(|check| check.name == name)
    }
}

/// Why a check failed, where that decides the verdict otherwise than by INVALID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    Revoked,
    Suspended,
    Expired,
    NotYetValid,
}

/// Collects the checks of one pass.
#[derive(Default)]
pub(super) struct Checks {
    checks: Vec<Check>,
    causes: Vec<Cause>,
}

impl Checks {
    pub(super) fn passed(&mut self, name: CheckName, reason: impl Into<Reason>) {
        self.push(name, Outcome::Passed, false, reason.into());
    }

    pub(super) fn failed(&mut self, name: CheckName, reason: impl Into<Reason>) {
        self.push(name, Outcome::Failed, false, reason.into());
    }

    pub(super) fn failed_because(&mut self, name: CheckName, cause: Cause, reason: impl Into<Reason>) {
        self.causes.push(cause);
        self.push(name, Outcome::Failed, false, reason.into());
    }

    pub(super) fn not_needed(&mut self, name: CheckName, reason: impl Into<Reason>) {
        self.push(name, Outcome::Skipped, false, reason.into());
    }

    pub(super) fn undecided(&mut self, name: CheckName, reason: impl Into<Reason>) {
        self.push(name, Outcome::Skipped, true, reason.into());
    }

    /// Several answers to one check become one: the worst counts, the words of that kind are joined.
    fn push(&mut self, name: CheckName, outcome: Outcome, undecided: bool, reason: Reason) {
        let rank = |outcome, undecided| match (outcome, undecided) {
            (Outcome::Failed, _) => 3,
            (Outcome::Skipped, true) => 2,
            (Outcome::Passed, _) => 1,
            (Outcome::Skipped, false) => 0,
        };
        let detail = reason.to_string();
        let Some(known) = self.checks.iter_mut().find(|check| check.name == name) else {
            self.checks.push(Check { name, outcome, undecided, detail, reasons: vec![reason] });
            return;
        };
        let (old, new) = (rank(known.outcome, known.undecided), rank(outcome, undecided));
        if new > old {
            *known = Check { name, outcome, undecided, detail, reasons: vec![reason] };
        } else if new == old && known.detail != detail {
            known.detail = format!("{}; {detail}", known.detail);
            known.reasons.push(reason);
        }
    }

    pub(super) fn outcome(&self, name: CheckName) -> Option<Outcome> {
        self.checks.iter().find(|check| check.name == name).map(|check| check.outcome)
    }

    fn verdict(&self) -> Verdict {
        let failed = |name: CheckName| self.outcome(name) == Some(Outcome::Failed);
        let undecided =
            |name: &CheckName| self.checks.iter().any(|check| check.name == *name && check.undecided);
        let caused = |cause: Cause| self.causes.contains(&cause);
        let timed = caused(Cause::Expired) || caused(Cause::NotYetValid);
        let stopped = caused(Cause::Revoked) || caused(Cause::Suspended);
        let broken = CheckName::ALL.into_iter().any(|name| match name {
            CheckName::Dates => failed(name) && !timed,
            CheckName::Status => failed(name) && !stopped,
            _ => failed(name),
        });
        // What nobody vouches for has neither status nor dates.
        let foundation = [CheckName::Structure, CheckName::Terms, CheckName::Issuer, CheckName::Proof]
            .iter()
            .any(undecided);
        match () {
            () if broken => Verdict::Invalid,
            () if foundation => Verdict::Unknown,
            () if caused(Cause::Revoked) => Verdict::Revoked,
            () if caused(Cause::Suspended) => Verdict::Suspended,
            () if caused(Cause::Expired) => Verdict::Expired,
            () if caused(Cause::NotYetValid) => Verdict::NotYetValid,
            () if CheckName::ALL.iter().any(undecided) => Verdict::Unknown,
            () => Verdict::Valid,
        }
    }

    pub(super) fn report(mut self, document: &Value, now: DateTime<Utc>) -> Report {
        for name in CheckName::ALL {
            if self.outcome(name).is_none() {
                self.not_needed(name, Reason::NotReached);
            }
        }
        self.checks.sort_by_key(|check| CheckName::ALL.iter().position(|name| *name == check.name));
        let verdict = self.verdict();
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let moment = |name: &str| document.get(name)?.as_str().and_then(|text| date::read(text).ok());
        let achievement =
            list(document, "credentialSubject").first().and_then(|subject| subject.get("achievement"));
        let recipient = self.checks.iter().find(|check| check.name == CheckName::Recipient);
        Report {
            verdict,
            checked_at: now,
            document_id: text(document.get("id")),
            issuer: issuer_id(document).map(|id| ReportedIssuer {
                id: id.to_owned(),
                name: text(document.get("issuer").and_then(|issuer| issuer.get("name"))),
            }),
            achievement: achievement.map(|achievement| ReportedAchievement {
                id: text(achievement.get("id")),
                name: text(achievement.get("name")),
                achievement_type: text(achievement.get("achievementType")),
            }),
            holder: claims::holder(document),
            recipient_matches: recipient.and_then(|check| match check.outcome {
                Outcome::Passed => Some(true),
                Outcome::Failed => Some(false),
                Outcome::Skipped => None,
            }),
            valid_from: moment("validFrom"),
            valid_until: moment("validUntil"),
            endorsements: Vec::new(),
            credentials: Vec::new(),
            status_as_of: None,
            bundle: None,
            checks: self.checks,
        }
    }
}
