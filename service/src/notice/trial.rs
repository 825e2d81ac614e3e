//! Trying words out before learners read them: as they would look, and as a message to oneself.

use cairn_entity::enums::NoticeKind;
use cairn_entity::issuer;
use chrono::TimeDelta;
use lettre::Address;
use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::compose::{self, Facts};
use super::mailer::{Outcome, Post};
use super::setting::{self, check_words, words_in_force};
use super::template::{self, Rendered, Values, Words};
use super::words;
use crate::actor::{Actor, Scope};
use crate::credential::day;
use crate::error::{Error, Result, UserErrorCode};
use crate::idempotency::kept_as;
use crate::ids::Kind;
use crate::reference::IssuerReference;
use crate::{Service, Work, issuer as issuers};

/// What came of a message to oneself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// Whether the mail server took it.
    pub accepted: bool,
    /// Its reply code (RFC 5321, section 4.2); nothing where it did not answer.
    pub code: Option<u16>,
}

kept_as!(Trial, (u64, u64), |made| (u64::from(made.accepted), made.code.map_or(0, u64::from)), |(
    accepted,
    code,
)| Self {
    accepted: accepted == 1,
    code: u16::try_from(code).ok().filter(|code| *code > 0),
});

/// How a notice looks with made-up values: in the words that are given, else in those in force.
#[crate::boxed]
pub async fn preview(
    service: &Service,
    actor: &Actor,
    named: Option<&IssuerReference>,
    (kind, language): (NoticeKind, &str),
    given: Option<Words>,
) -> Result<Rendered> {
    let reach = actor.reach_whole(Scope::KeysManage)?;
    check_words(language, given.as_ref())?;
    let issuer = issuers::target(service, reach, named).await?;
    Ok(sample(service, &issuer, (kind, language), given).await?.0)
}

/// The message with made-up values, and where answers to it go.
async fn sample(
    service: &Service,
    issuer: &issuer::Model,
    (kind, language): (NoticeKind, &str),
    given: Option<Words>,
) -> Result<(Rendered, Option<String>)> {
    let setting = setting::of_issuer(service.db.reader(), issuer.id).await?;
    let usual = setting.as_ref().map_or(words::USUAL, |setting| setting.language.as_str());
    let (language, words) = match given {
        Some(words) => (language.to_ascii_lowercase(), words),
        None => {
            let own = compose::own_words(service, issuer.id, kind).await?;
            words_in_force(&own, kind, Some(language), usual)
        }
    };
    let facts = Facts { issuer, setting: setting.as_ref(), stop: &stop_sample(service) };
    let contact = facts.contact().map(ToOwned::to_owned);
    let day = |moment| words::day(day(issuer, moment), &language);
    let values = Values {
        learner: Some("Maya Okafor".to_owned()),
        program: "Data literacy".to_owned(),
        issuer: issuer.name.clone(),
        issued_on: day(service.now()),
        valid_until: Some(day(service.now() + TimeDelta::days(365))),
        link: Some(format!("{}/credentials/example", issuer.public_base)),
        contact: contact.clone(),
        stop: facts.stop.to_owned(),
    };
    Ok((template::render(&words, words::footer(&language), &values, &language), contact))
}

fn stop_sample(service: &Service) -> String {
    format!("{}/notices/example", service.config.public_url)
}

/// Sends a notice with made-up values to the issuer's own address, at once and once.
#[crate::boxed]
pub async fn send_trial(
    service: &Service,
    actor: &Actor,
    named: Option<&IssuerReference>,
    (kind, language): (NoticeKind, &str),
) -> Result<Trial> {
    let reach = actor.reach_whole(Scope::KeysManage)?;
    check_words(language, None)?;
    let issuer = issuers::target(service, reach, named).await?;
    let refused = |message: &str| Error::user("", UserErrorCode::NotEligible, message);
    let mail = service.config.mail.as_ref();
    let mail =
        mail.ok_or_else(|| refused("this server sends no mail: its operator has named no mail server"))?;
    let (rendered, contact) = sample(service, &issuer, (kind, language), None).await?;
    let contact = contact.and_then(|address| address.parse::<Address>().ok());
    let contact = contact.ok_or_else(|| {
        refused("the issuer has no address to send it to: set `replyTo`, or the issuer's own address")
    })?;
    let setting = setting::of_issuer(service.db.reader(), issuer.id).await?;
    let facts = Facts { issuer: &issuer, setting: setting.as_ref(), stop: &stop_sample(service) };
    let to = Mailbox::new(None, contact);
    let message = compose::message(service, mail, &facts, to, service.new_id()?, rendered)?;
    let post = Post::open(service, mail)?;
    let outcome = post.send(message).await;
    post.close().await;
    let trial = match outcome {
        Outcome::Taken(code) => Trial { accepted: true, code: Some(code) },
        Outcome::Refused(code) => Trial { accepted: false, code: Some(code) },
        Outcome::NotNow(code) => Trial { accepted: false, code },
    };
    note(service, actor, issuer.id, trial).await
}

async fn note(service: &Service, actor: &Actor, issuer: Uuid, trial: Trial) -> Result<Trial> {
    let mut work = Work::begin(service, actor).await?;
    let detail = json!({ "accepted": trial.accepted, "code": trial.code });
    work.audit(Some(issuer), "issuer.notice_tried", (Kind::Issuer, issuer), detail)?;
    work.answer(trial).await
}
