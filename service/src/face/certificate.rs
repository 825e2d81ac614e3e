//! What a certificate shows of a credential.

use cairn_entity::certificate_template;
use cairn_render::Color;
use cairn_render::certificate::{Attachment, Certificate, Moment, Paper, Words};
use cairn_words::Words as Said;
use chrono::{DateTime, Datelike, Timelike, Utc};

use super::statement::Statement;
use super::template::Translation;
use crate::credential::{self, Published, Standing};

/// What a certificate is made of.
pub(super) struct Source<'a> {
    pub published: &'a Published,
    pub statement: &'a Statement,
    pub colors: (Color, Color),
    pub template: Option<&'a certificate_template::Model>,
    /// The issuer's sentences in the reader's language.
    pub own: Translation,
    pub standing: Standing,
    /// Whether a corrected one took its place.
    pub replaced: bool,
    pub words: Said,
}

/// The certificate of a credential, yet without a logo.
pub(super) fn certificate(of: &Source<'_>, paper: Paper) -> Certificate {
    let Source { published, statement, .. } = of;
    let (primary, secondary) = of.colors;
    let words = of.words;
    let language = words.language();
    let chosen =
        |own: &Option<String>, text: fn(&certificate_template::Model) -> &Option<String>, usual: &str| {
            let chosen = own.clone().or_else(|| of.template.and_then(|row| text(row).clone()));
            chosen.unwrap_or_else(|| usual.to_owned())
        };
    let own = &of.own;
    Certificate {
        paper,
        language: language.tag().to_owned(),
        right_to_left: language.is_right_to_left(),
        primary,
        secondary,
        logo: None,
        issuer: statement.issuer().to_owned(),
        words: Words {
            heading: chosen(&own.heading, |row| &row.heading, words.certificate_heading()),
            introduction: chosen(
                &own.introduction,
                |row| &row.introduction,
                words.certificate_introduction(),
            ),
            statement: chosen(&own.statement, |row| &row.statement, words.certificate_statement()),
            check: words.certificate_check().to_owned(),
            code: words.certificate_code().to_owned(),
        },
        notice: notice(of),
        holder: statement.holder().unwrap_or(words.credential_unnamed()).to_owned(),
        title: statement.title().to_owned(),
        kind: statement.kind(words),
        description: statement.achievement()["description"].as_str().map(ToOwned::to_owned),
        facts: facts(of),
        signatures: Vec::new(),
        address: credential::page_address(&published.issuer, &published.credential),
        id: format!("urn:uuid:{}", published.credential.id),
        made: moment(published.credential.issued_at),
        attachment: Attachment {
            name: "credential.json".to_owned(),
            media: "application/vc+ld+json".to_owned(),
            description: words.certificate_attachment().to_owned(),
            bytes: published.document.clone().into_bytes(),
        },
    }
}

/// Why it is not to be relied on, where it is not.
fn notice(of: &Source<'_>) -> Option<String> {
    let Published { credential: row, issuer, .. } = of.published;
    let words = of.words;
    let day = |moment: DateTime<Utc>| words.day(credential::day(issuer, moment));
    match (of.standing, row.revoked_at, row.valid_until) {
        (Standing::Active, ..) => None,
        (Standing::Suspended, ..) => Some(words.certificate_suspended().to_owned()),
        (Standing::Revoked, Some(at), _) if of.replaced => Some(words.certificate_replaced_on(&day(at))),
        (Standing::Revoked, None, _) if of.replaced => Some(words.certificate_replaced().to_owned()),
        (Standing::Revoked, Some(at), _) => Some(words.certificate_revoked_on(&day(at))),
        (Standing::Revoked, None, _) => Some(words.certificate_revoked().to_owned()),
        (Standing::Expired, _, Some(at)) => Some(words.certificate_expired_on(&day(at))),
        (Standing::Expired, _, None) => Some(words.certificate_expired().to_owned()),
    }
}

fn facts(of: &Source<'_>) -> Vec<(String, String)> {
    let Published { credential: row, issuer, .. } = of.published;
    let words = of.words;
    let on = |moment| credential::day(issuer, moment);
    let day = |moment| words.day(on(moment));
    let awarded = of.statement.awarded().unwrap_or(row.valid_from);
    let facts = [
        (words.credential_awarded(), Some(day(awarded))),
        (
            words.credential_valid_from(),
            Some(day(row.valid_from)).filter(|_| on(awarded) != on(row.valid_from)),
        ),
        (words.credential_level(), of.statement.said(words, "Level")),
        (words.credential_credit(), of.statement.said(words, "Credit")),
        (words.credential_workload(), of.statement.said(words, "Workload")),
        (words.credential_valid_until(), row.valid_until.map(day)),
    ];
    facts.into_iter().filter_map(|(label, value)| Some((label.to_owned(), value?))).collect()
}

/// A moment in parts, each of which fits: the standard's years have four digits.
pub(crate) fn moment(at: DateTime<Utc>) -> Moment {
    let byte = |part: u32| u8::try_from(part).unwrap_or_default();
    Moment {
        year: u16::try_from(at.year()).unwrap_or_default(),
        month: byte(at.month()),
        day: byte(at.day()),
        hour: byte(at.hour()),
        minute: byte(at.minute()),
        second: byte(at.second()),
    }
}
