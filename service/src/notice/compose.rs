//! Makes the message of a notice at the moment of sending: to whom, in which language and with what, all from what is known then. Where there is nobody
//! to tell any more, or nothing to tell them, there is no message.

use std::time::SystemTime;

use cairn_entity::enums::{CredentialStatus, NoticeChoice, NoticeKind, NoticeReason};
use cairn_entity::{credential, issuer, learner, notice_delivery, notice_setting, notice_template};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::mailer::MailConfig;
use super::template::{self, Rendered, Values};
use super::{message_name, setting, stop, words};
use crate::Service;
use crate::credential::{Standing, day, is_shown, page_address, standing, successors};
use crate::error::{Error, Result};
use crate::face::statement::Statement;

/// What is to be done about a notice.
pub(super) enum Composed {
    /// This is to be sent.
    Mail(Box<Message>),
    /// Nothing is to be sent.
    Nothing(NoticeReason),
}

/// Makes the message of a notice.
pub(super) async fn compose(
    service: &Service,
    mail: &MailConfig,
    notice: &notice_delivery::Model,
) -> Result<Composed> {
    let on = service.db.reader();
    let gone = |what: &'static str| Error::internal("a notice is of something that is not there", what);
    let setting = setting::of_issuer(on, notice.issuer_id).await?.filter(|setting| setting.enabled);
    let Some(setting) = setting else { return Ok(Composed::Nothing(NoticeReason::SwitchedOff)) };
    if !setting::kinds_of(&setting)?.contains(&notice.kind) {
        return Ok(Composed::Nothing(NoticeReason::SwitchedOff));
    }
    let held = credential::Entity::find_by_id(notice.credential_id).one(on).await?;
    let held = held.ok_or_else(|| gone("the credential"))?;
    let learner = learner::Entity::find_by_id(held.learner_id).one(on).await?;
    let learner = learner.ok_or_else(|| gone("the learner"))?;
    let (Some(document), None) = (&held.document, learner.erased_at) else {
        return Ok(Composed::Nothing(NoticeReason::Erased));
    };
    if learner.notices != NoticeChoice::Wanted {
        return Ok(Composed::Nothing(NoticeReason::Unwanted));
    }
    if !still_true(service, notice.kind, &held).await? {
        return Ok(Composed::Nothing(NoticeReason::Overtaken));
    }
    // An address that is none by the rules of e-mail is as good as no address.
    let address = learner.email.as_deref().and_then(|address| address.parse::<Address>().ok());
    let Some(address) = address else { return Ok(Composed::Nothing(NoticeReason::NoAddress)) };
    let issuer = issuer::Entity::find_by_id(notice.issuer_id).one(on).await?;
    let issuer = issuer.ok_or_else(|| gone("the issuer"))?;
    let own = own_words(service, notice.issuer_id, notice.kind).await?;
    let stop = stop::address(service, learner.id)?;
    let facts = Facts { issuer: &issuer, setting: Some(&setting), stop: &stop };
    let (language, words) =
        setting::words_in_force(&own, notice.kind, learner.language.as_deref(), &setting.language);
    let title = Statement::read(document)?.title().to_owned();
    let values = values(service, &facts, &held, &learner, title, &language);
    let rendered = template::render(&words, words::footer(&language), &values, &language);
    let to = Mailbox::new(values.learner.clone(), address);
    message(service, mail, &facts, to, notice.message_id, rendered).map(|mail| Composed::Mail(Box::new(mail)))
}

/// Whether a credential still stands as a notice of this kind says.
async fn still_true(service: &Service, kind: NoticeKind, held: &credential::Model) -> Result<bool> {
    Ok(match kind {
        NoticeKind::Revoked => held.status == CredentialStatus::Revoked,
        NoticeKind::Suspended => held.status == CredentialStatus::Suspended,
        NoticeKind::Awarded | NoticeKind::Renewed | NoticeKind::Replaced | NoticeKind::Reinstated => {
            standing(held, service.now()) == Standing::Active
        }
        NoticeKind::Expiring => {
            let next = successors(service, &[held.id], false).await?.remove(&held.id);
            let renewed = next.is_some_and(|next| next.status != CredentialStatus::Revoked);
            standing(held, service.now()) == Standing::Active && !renewed
        }
    })
}

/// The issuer's own words for a kind of notice, in all languages.
pub(super) async fn own_words(
    service: &Service,
    issuer: Uuid,
    kind: NoticeKind,
) -> Result<Vec<notice_template::Model>> {
    Ok(notice_template::Entity::find()
        .filter(notice_template::Column::IssuerId.eq(issuer))
        .filter(notice_template::Column::Kind.eq(kind))
        .all(service.db.reader())
        .await?)
}

/// What all messages of one issuer share.
pub(super) struct Facts<'a> {
    pub issuer: &'a issuer::Model,
    pub setting: Option<&'a notice_setting::Model>,
    /// Where the receiver stops further ones.
    pub stop: &'a str,
}

impl Facts<'_> {
    /// Where answers go, and questions.
    pub fn contact(&self) -> Option<&str> {
        self.setting.and_then(|setting| setting.reply_to.as_deref()).or(self.issuer.email.as_deref())
    }
}

fn values(
    service: &Service,
    facts: &Facts<'_>,
    held: &credential::Model,
    learner: &learner::Model,
    program: String,
    language: &str,
) -> Values {
    let day = |moment| words::day(day(facts.issuer, moment), language);
    let parts = [&learner.given_name, &learner.family_name];
    let parts: Vec<&str> = parts.into_iter().filter_map(|part| part.as_deref()).collect();
    Values {
        learner: learner.name.clone().or(Some(parts.join(" "))).filter(|name| !name.trim().is_empty()),
        program,
        issuer: facts.issuer.name.clone(),
        issued_on: day(held.issued_at),
        valid_until: held.valid_until.map(day),
        link: is_shown(held, service.now()).then(|| page_address(facts.issuer, held)),
        contact: facts.contact().map(ToOwned::to_owned),
        stop: facts.stop.to_owned(),
    }
}

/// The message (RFC 5322), text and HTML as alternatives (RFC 2046, section 5.1.4).
pub(super) fn message(
    service: &Service,
    mail: &MailConfig,
    facts: &Facts<'_>,
    to: Mailbox,
    id: Uuid,
    rendered: Rendered,
) -> Result<Message> {
    let name = mail.from.name.clone().unwrap_or_else(|| facts.issuer.name.clone());
    let from = Mailbox::new(Some(name), mail.from.email.clone());
    let mut builder = Message::builder()
        .from(from)
        .to(to)
        .subject(rendered.subject)
        .date(SystemTime::from(service.now()))
        .message_id(Some(format!("<{}@{}>", message_name(id), mail.from.email.domain())));
    if let Some(reply_to) = facts.contact().and_then(|address| address.parse::<Address>().ok()) {
        builder = builder.reply_to(Mailbox::new(Some(facts.issuer.name.clone()), reply_to));
    }
    for (name, value) in [
        // RFC 3834, section 5; RFC 3282; RFC 2369, section 3.2, and RFC 8058.
        ("Auto-Submitted", "auto-generated".to_owned()),
        ("Content-Language", rendered.language),
        ("List-Unsubscribe", format!("<{}>", facts.stop)),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
    ] {
        builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
    }
    let parts = MultiPart::alternative()
        .boundary(format!("cairn-{}", message_name(id)))
        .singlepart(SinglePart::plain(rendered.text))
        .singlepart(SinglePart::html(rendered.html));
    builder.multipart(parts).map_err(|error| Error::internal("a notice could not be made", error))
}
