//! What a verification found, in plain words: the answer first, then each check. For the pages of credentials and of verifying alike.

use cairn_service::verification::verify::{Check, CheckName, Outcome, Reason, Report, Verdict};
use cairn_words::{Language, Tz, Words};
use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};

/// What belongs to the answer, where this server knows it.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    /// Whether a corrected one took its place, which is why it is revoked.
    pub replaced: bool,
    /// When it was revoked.
    pub revoked: Option<NaiveDate>,
    /// From when it holds.
    pub from: Option<NaiveDate>,
    /// Until when it holds.
    pub until: Option<NaiveDate>,
    /// Where moments are told.
    pub zone: Tz,
}

impl Days {
    /// Nothing but where moments are told.
    pub fn in_zone(zone: Tz) -> Self {
        Self { replaced: false, revoked: None, from: None, until: None, zone }
    }
}

/// The answer: how it looks, in a few words, and what they mean.
struct Answer {
    class: &'static str,
    sign: &'static str,
    title: &'static str,
    meaning: String,
}

/// The answer as a box.
pub fn card(words: Words, report: &Report, days: Days) -> Markup {
    let answer = answer(words, report, days);
    html! {
        section.verdict.(answer.class) aria-label=(words.verdict_label()) {
            svg.sign viewBox="0 0 24 24" aria-hidden="true" { path d=(answer.sign) {} }
            div {
                p.answer { (answer.title) }
                p { (answer.meaning) }
                @let at = report.status_as_of.unwrap_or(report.checked_at);
                p.asof { (as_of(words, at, days.zone)) }
            }
        }
    }
}

const TICK: &str = "M9.5 17.6 4 12.1l1.9-1.9 3.6 3.6 8.6-8.6L20 7.1z";
const CROSS: &str = "M18.4 7 17 5.6l-5 5-5-5L5.6 7l5 5-5 5L7 18.4l5-5 5 5 1.4-1.4-5-5z";
const PAUSE: &str = "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z";

fn answer(words: Words, report: &Report, days: Days) -> Answer {
    if report.is_unread() {
        let (title, meaning) = (words.verdict_no_credential(), words.verdict_no_credential_meaning());
        return Answer { class: "open", sign: PAUSE, title, meaning: meaning.to_owned() };
    }
    let verdict = report.verdict;
    let (class, sign, title) = match verdict {
        Verdict::Valid => ("good", TICK, words.verdict_valid()),
        Verdict::Revoked if days.replaced => ("open", PAUSE, words.verdict_replaced()),
        Verdict::Revoked => ("bad", CROSS, words.verdict_revoked()),
        Verdict::Suspended => ("open", PAUSE, words.verdict_suspended()),
        Verdict::Expired => ("open", PAUSE, words.verdict_expired()),
        Verdict::NotYetValid => ("open", PAUSE, words.verdict_not_yet_valid()),
        Verdict::Invalid => ("bad", CROSS, words.verdict_invalid()),
        Verdict::Unknown => ("open", PAUSE, words.verdict_unknown()),
    };
    let on = |day: Option<NaiveDate>, dated: fn(Words, &str) -> String, undated: &'static str| match day {
        Some(day) => dated(words, &words.day(day)),
        None => undated.to_owned(),
    };
    let meaning = match verdict {
        Verdict::Valid => words.verdict_valid_meaning().to_owned(),
        Verdict::Revoked if days.replaced => words.verdict_replaced_meaning().to_owned(),
        Verdict::Revoked => {
            on(days.revoked, Words::verdict_revoked_meaning_on, words.verdict_revoked_meaning())
        }
        Verdict::Suspended => words.verdict_suspended_meaning().to_owned(),
        Verdict::Expired => {
            on(days.until, Words::verdict_expired_meaning_on, words.verdict_expired_meaning())
        }
        Verdict::NotYetValid => {
            on(days.from, Words::verdict_not_yet_valid_meaning_on, words.verdict_not_yet_valid_meaning())
        }
        Verdict::Invalid => words.verdict_invalid_meaning().to_owned(),
        Verdict::Unknown => words.verdict_unknown_meaning().to_owned(),
    };
    Answer { class, sign, title, meaning }
}

/// Each check, in words; moments are told in a zone.
pub fn checks(words: Words, report: &Report, zone: Tz) -> Markup {
    html! {
        ul.checks {
            // Whose it should be is nobody's question here.
            @for check in report.checks.iter().filter(|check| check.name != CheckName::Recipient) {
                @let (class, word) = outcome(words, check);
                li.(class) {
                    p { strong { (question(words, check.name)) } " " span.outcome { (word) } }
                    @for reason in &check.reasons { (told(words, reason, zone)) }
                }
            }
        }
    }
}

fn question(words: Words, name: CheckName) -> &'static str {
    match name {
        CheckName::Structure => words.check_structure(),
        CheckName::Terms => words.check_terms(),
        CheckName::Schema => words.check_schema(),
        CheckName::Issuer => words.check_issuer(),
        CheckName::Proof => words.check_proof(),
        CheckName::Dates => words.check_dates(),
        CheckName::Status => words.check_status(),
        CheckName::Recipient => words.check_recipient(),
    }
}

fn outcome(words: Words, check: &Check) -> (&'static str, &'static str) {
    match (check.outcome, check.undecided) {
        (Outcome::Passed, _) => ("good", words.check_passed()),
        (Outcome::Failed, _) => ("bad", words.check_failed()),
        (Outcome::Skipped, true) => ("open", words.check_undecided()),
        (Outcome::Skipped, false) => ("none", words.check_not_needed()),
    }
}

/// Of which moment something is told.
pub fn as_of(words: Words, at: DateTime<Utc>, zone: Tz) -> Markup {
    html! { time datetime=(stamp(at)) { (words.verdict_as_of(&words.moment(at, zone))) } }
}

/// Why a check came out so. What only its English wording says is shown as that.
fn told(words: Words, reason: &Reason, zone: Tz) -> Markup {
    let technical = match reason {
        Reason::Technical(detail) => Some(detail.as_str()),
        Reason::NotReadHere { what: cause, .. }
        | Reason::KeysUnavailable { cause, .. }
        | Reason::ListUnusable { cause, .. }
        | Reason::NotFetched { cause, .. } => Some(cause.as_str()),
        _ => None,
    };
    html! {
        @if let Some(said) = said(words, reason, zone) { p.detail { (said) } }
        @if let Some(detail) = technical {
            p.detail {
                @if words.language() != Language::English { (words.credential_technical()) " " }
                bdi lang="en" { (detail) }
            }
        }
    }
}

fn said(words: Words, reason: &Reason, zone: Tz) -> Option<String> {
    let at = |moment: &DateTime<Utc>| words.moment(*moment, zone);
    let said = match reason {
        Reason::NotReached => words.reason_not_reached(),
        Reason::OldModel => words.reason_old_model(),
        Reason::AchievementCredential => words.reason_achievement_credential(),
        Reason::EndorsementCredential => words.reason_endorsement_credential(),
        Reason::LearnerRecord => words.reason_learner_record(),
        Reason::OtherCredential => words.reason_other_credential(),
        Reason::TermsDefined { of_use: false } => words.reason_terms_defined(),
        Reason::TermsDefined { of_use: true } => words.reason_terms_of_use(),
        Reason::NoSchema => words.reason_no_schema(),
        Reason::SchemaMet(true) => words.reason_schema_met(),
        Reason::SchemaMet(false) => words.reason_schema_not_met(),
        Reason::NotSigned => words.reason_not_signed(),
        Reason::SignatureMatches(true) => words.reason_signature_matches(),
        Reason::SignatureMatches(false) => words.reason_signature_differs(),
        Reason::NoProofChecked => words.reason_no_proof_checked(),
        Reason::MadeInFuture => words.reason_made_in_future(),
        Reason::ProofExpired => words.reason_proof_expired(),
        Reason::NoStatus => words.reason_no_status(),
        Reason::StatusOfUnsigned => words.reason_status_of_unsigned(),
        Reason::Revoked => words.reason_revoked(),
        Reason::Suspended => words.reason_suspended(),
        Reason::NotReadHere { text_covered: false, .. } => words.reason_not_read_here(),
        Reason::NotReadHere { text_covered: true, .. } => words.reason_not_read_here_text_covered(),
        Reason::NoCredential => words.reason_no_credential(),
        Reason::TooMuch => words.reason_too_much(),
        Reason::NewerEdition => words.reason_newer_edition(),
        Reason::InForce { from: None, until: None } => words.reason_in_force_always(),
        Reason::InForce { from: Some(from), until: Some(until) } => {
            return Some(words.reason_in_force(&at(from), &at(until)));
        }
        Reason::InForce { from: Some(from), until: None } => {
            return Some(words.reason_in_force_from(&at(from)));
        }
        Reason::InForce { from: None, until: Some(until) } => {
            return Some(words.reason_in_force_until(&at(until)));
        }
        Reason::NotYetValid { from } => return Some(words.reason_not_yet_valid(&at(from))),
        Reason::Expired { on } => return Some(words.reason_expired(&at(on))),
        Reason::ContextUnknown { address, text_covered: false } => {
            return Some(words.reason_context_unknown(address));
        }
        Reason::ContextUnknown { address, text_covered: true } => {
            return Some(words.reason_context_unknown_text_covered(address));
        }
        Reason::SchemaUnknown { id } => return Some(words.reason_schema_unknown(id)),
        Reason::KeyPublishedBy { issuer } => return Some(words.reason_key_published(issuer)),
        Reason::SignedByAnother { issuer, signers } => {
            return Some(words.reason_signed_by_another(issuer, signers));
        }
        Reason::KeysClaimed { issuer } | Reason::KeysNotTrusted { issuer } => {
            return Some(words.reason_keys_claimed(issuer));
        }
        Reason::BundleSigned { at: moment } => return Some(words.reason_bundle_signed(&at(moment))),
        Reason::StatusAsOf { at: moment } => return Some(words.verdict_as_of(&at(moment))),
        Reason::KeysUnavailable { controller, .. } => return Some(words.reason_keys_unavailable(controller)),
        Reason::KeyRevoked { key } => return Some(words.reason_key_revoked(key)),
        Reason::KeyExpired { key } => return Some(words.reason_key_expired(key)),
        Reason::ListUnusable { list, .. } => return Some(words.reason_list_unusable(list)),
        Reason::NotSet { purpose } => return Some(words.reason_not_set(purpose)),
        Reason::NotFetched { address, .. } => return Some(words.reason_not_fetched(address)),
        Reason::Technical(_) => return None,
    };
    Some(said.to_owned())
}

/// A moment for machines.
fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
