//! What an issuer decides of its notices: whether they are sent, of what, in which words.

use std::collections::HashMap;

use cairn_entity::enums::NoticeKind;
use cairn_entity::{issuer, notice_setting, notice_template};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::template::{self, Words};
use super::words;
use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::read::grouped;
use crate::reference::IssuerReference;
use crate::validate::Checks;
use crate::{Service, Work, db, feed, issuer as issuers};

/// How many days before its end a credential is told of where an issuer says nothing.
pub const DAYS_BEFORE_EXPIRY: i32 = 30;
/// The most days before.
pub(super) const MOST_DAYS: i32 = 365;
/// The longest subject line and the longest text, in characters.
const LONGEST: (usize, usize) = (200, 10_000);
/// Most texts of an issuer's own.
const MOST_WORDS: u64 = 200;

/// All that an issuer decides but the words.
#[derive(Clone, Debug)]
pub struct NewSetting {
    /// Whose; operators name it.
    pub issuer: Option<IssuerReference>,
    /// Whether anything is sent.
    pub enabled: bool,
    /// What is told; all where absent.
    pub kinds: Option<Vec<NoticeKind>>,
    /// How many days before its end a credential is told of.
    pub days_before_expiry: i32,
    /// Where answers go; to the issuer's own address where absent.
    pub reply_to: Option<String>,
    /// The language for learners whose own is not known, or has no words.
    pub language: String,
}

/// Words of an issuer's own, or none.
#[derive(Clone, Debug)]
pub struct NewWords {
    /// Whose; operators name it.
    pub issuer: Option<IssuerReference>,
    /// For what.
    pub kind: NoticeKind,
    /// In which language.
    pub language: String,
    /// The words; the server's own again where absent.
    pub words: Option<Words>,
}

/// Decides whether and of what an issuer's learners are told, as a whole. What happened before it is switched on is not told afterwards.
#[crate::boxed]
pub async fn set(service: &Service, actor: &Actor, new: NewSetting) -> Result<notice_setting::Model> {
    let reach = actor.reach_whole(Scope::KeysManage)?;
    check(&new)?;
    let issuer = issuers::target(service, reach, new.issuer.as_ref()).await?.id;
    let present = db::uncounted(feed::head(service)).await?;
    let mut work = Work::begin(service, actor).await?;
    let known = locked(&work, issuer).await?;
    let was_on = known.as_ref().filter(|row| row.enabled);
    let row = notice_setting::Model {
        id: known.as_ref().map_or_else(|| work.new_id(), |row| Ok(row.id))?,
        issuer_id: issuer,
        enabled: new.enabled,
        kinds: json!(new.kinds.unwrap_or_else(|| NoticeKind::iter().collect())),
        days_before_expiry: new.days_before_expiry,
        reply_to: new.reply_to,
        language: new.language,
        since_position: was_on.map_or(present, |row| row.since_position),
        created_at: known.as_ref().map_or(work.now, |row| row.created_at),
        updated_at: work.now,
    };
    let active = row.into_active_model().reset_all();
    let row = match known {
        Some(_) => active.update(work.tx()).await?,
        None => active.insert(work.tx()).await?,
    };
    let detail =
        json!({ "enabled": row.enabled, "kinds": row.kinds, "daysBeforeExpiry": row.days_before_expiry });
    work.audit(Some(issuer), "issuer.notices_set", (Kind::Issuer, issuer), detail)?;
    work.answer(row).await
}

fn check(new: &NewSetting) -> Result<()> {
    let mut checks = Checks::default();
    if new.kinds.as_ref().is_some_and(Vec::is_empty) {
        checks.fail("kinds", UserErrorCode::Required, "must name at least one; to send none, switch it off");
    }
    if !(1..=MOST_DAYS).contains(&new.days_before_expiry) {
        let message = format!("must be 1 to {MOST_DAYS}");
        checks.fail("daysBeforeExpiry", UserErrorCode::Invalid, message);
    }
    if let Some(address) = &new.reply_to
        && address.parse::<lettre::Address>().is_err()
    {
        checks.fail("replyTo", UserErrorCode::Invalid, "must be an e-mail address");
    }
    checks.language("language", &new.language);
    checks.finish()
}

/// The issuer's setting, with the issuer locked until the transaction ends: so nobody makes a second one.
async fn locked(work: &Work<'_>, issuer: Uuid) -> Result<Option<notice_setting::Model>> {
    issuer::Entity::find_by_id(issuer).lock(LockType::NoKeyUpdate).one(work.tx()).await?;
    of_issuer(work.tx(), issuer).await
}

/// What an issuer has decided, if anything.
pub(super) async fn of_issuer(
    on: &impl ConnectionTrait,
    issuer: Uuid,
) -> Result<Option<notice_setting::Model>> {
    let of_issuer = notice_setting::Column::IssuerId.eq(issuer);
    Ok(notice_setting::Entity::find().filter(of_issuer).one(on).await?)
}

/// Sets the words of an issuer's own for one kind of notice in one language, or has the server's own said again. Gives the words that are set.
#[crate::boxed]
pub async fn set_words(
    service: &Service,
    actor: &Actor,
    new: NewWords,
) -> Result<Option<notice_template::Model>> {
    let reach = actor.reach_whole(Scope::KeysManage)?;
    check_words(&new.language, new.words.as_ref())?;
    let issuer = issuers::target(service, reach, new.issuer.as_ref()).await?.id;
    let language = new.language.to_ascii_lowercase();
    let mut work = Work::begin(service, actor).await?;
    locked(&work, issuer).await?;
    let of_issuer = notice_template::Entity::find().filter(notice_template::Column::IssuerId.eq(issuer));
    let known = of_issuer
        .clone()
        .filter(notice_template::Column::Kind.eq(new.kind))
        .filter(notice_template::Column::Language.eq(language.as_str()))
        .one(work.tx())
        .await?;
    if known.is_none() && new.words.is_some() && of_issuer.count(work.tx()).await? >= MOST_WORDS {
        let message = format!("an issuer has at most {MOST_WORDS} texts of its own");
        return Err(Error::user("", UserErrorCode::LimitReached, message));
    }
    let detail = json!({ "kind": new.kind, "language": language, "own": new.words.is_some() });
    let row = match (new.words, known) {
        (None, None) => None,
        (None, Some(known)) => {
            notice_template::Entity::delete_by_id(known.id).exec(work.tx()).await?;
            None
        }
        (Some(words), known) => {
            let row = notice_template::Model {
                id: known.as_ref().map_or_else(|| work.new_id(), |row| Ok(row.id))?,
                issuer_id: issuer,
                kind: new.kind,
                language,
                subject: words.subject,
                body: words.text,
                created_at: known.as_ref().map_or(work.now, |row| row.created_at),
                updated_at: work.now,
            };
            let active = row.into_active_model().reset_all();
            Some(match known {
                Some(_) => active.update(work.tx()).await?,
                None => active.insert(work.tx()).await?,
            })
        }
    };
    work.audit(Some(issuer), "issuer.notice_words_set", (Kind::Issuer, issuer), detail)?;
    work.answer(row).await
}

/// Refuses a language that is none, and words that cannot be used.
pub(super) fn check_words(language: &str, words: Option<&Words>) -> Result<()> {
    let mut checks = Checks::default();
    checks.language("language", language);
    if let Some(words) = words {
        checks.text("words.subject", &words.subject, LONGEST.0);
        checks.text("words.text", &words.text, LONGEST.1);
        let read = [
            ("words.subject", template::check_subject(&words.subject)),
            ("words.text", template::check_text(&words.text)),
        ];
        for (path, read) in read {
            if let Err(why) = read {
                checks.fail(path, UserErrorCode::Invalid, why);
            }
        }
    }
    checks.finish()
}

/// The kinds of notices that a setting names.
pub fn kinds_of(row: &notice_setting::Model) -> Result<Vec<NoticeKind>> {
    Ok(Vec::deserialize(&row.kinds)?)
}

/// What issuers have decided; `None` for those that have decided nothing yet. Issuers whose notices the caller may not manage are left out.
#[crate::boxed]
pub async fn settings_of(
    service: &Service,
    actor: &Actor,
    issuers: &[Uuid],
) -> Result<HashMap<Uuid, Option<notice_setting::Model>>> {
    let issuers = within(actor.reach_whole(Scope::KeysManage)?, issuers);
    let rows = notice_setting::Entity::find()
        .filter(notice_setting::Column::IssuerId.is_in(issuers.iter().copied()))
        .all(service.db.reader())
        .await?;
    let mut known: HashMap<Uuid, notice_setting::Model> =
        rows.into_iter().map(|row| (row.issuer_id, row)).collect();
    Ok(issuers.into_iter().map(|issuer| (issuer, known.remove(&issuer))).collect())
}

/// The issuers among these that a reach covers.
pub(super) fn within(reach: Reach, issuers: &[Uuid]) -> Vec<Uuid> {
    issuers.iter().filter(|issuer| issuers::require_within(reach, **issuer).is_ok()).copied().collect()
}

/// The words of issuers' own, by kind and language; for who may manage their notices.
#[crate::boxed]
pub async fn words_of(
    service: &Service,
    actor: &Actor,
    issuers: &[Uuid],
) -> Result<HashMap<Uuid, Vec<notice_template::Model>>> {
    let issuers = within(actor.reach_whole(Scope::KeysManage)?, issuers);
    let rows = notice_template::Entity::find()
        .filter(notice_template::Column::IssuerId.is_in(issuers))
        .order_by_asc(notice_template::Column::Kind)
        .order_by_asc(notice_template::Column::Language)
        .all(service.db.reader())
        .await?;
    Ok(grouped(rows, |row| row.issuer_id))
}

/// The words in force for a kind of notice to a learner of a language, and their own language: the issuer's own where it has some in that language or
/// the one that it is a kind of, else the server's; else the same for the language that the issuer names; else the server's English.
pub fn words_in_force(
    own: &[notice_template::Model],
    kind: NoticeKind,
    wanted: Option<&str>,
    usual: &str,
) -> (String, Words) {
    let wanted = wanted.into_iter().chain([usual, words::USUAL]);
    for language in wanted.flat_map(|tag| [tag.to_ascii_lowercase(), words::primary(tag)]) {
        let row = own.iter().find(|row| row.kind == kind && row.language == language);
        let own = row.map(|row| Words { subject: row.subject.clone(), text: row.body.clone() });
        if let Some(found) = own.or_else(|| words::of(kind, &language)) {
            return (language, found);
        }
    }
    let unsaid = Words { subject: "{program}".to_owned(), text: "{program}\n{issuer}\n{link}".to_owned() };
    (words::USUAL.to_owned(), unsaid)
}
