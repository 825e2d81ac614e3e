//! Stopping notices without signing in: by the link that each of them bears (RFC 8058). Its token names nobody to whoever reads it, cannot be guessed, and
//! lasts as long as the learner's record, whatever becomes of the master key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_entity::enums::NoticeChoice;
use cairn_entity::{issuer, learner};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::{Service, Work, learner as learners};

/// What tags are for.
const PURPOSE: &str = "notice_stop";
/// Bytes of an id, and of the tag behind it.
const LENGTHS: (usize, usize) = (16, 16);

/// Whom a token stands for, as far as its page tells.
#[derive(Clone, Debug)]
pub struct Stop {
    /// Whose notices it is about.
    pub issuer: issuer::Model,
    /// Whether they are sent.
    pub wanted: bool,
}

/// The address at which a learner stops notices.
pub(super) fn address(service: &Service, learner: Uuid) -> Result<String> {
    let tag = service.token_key.tag(PURPOSE, learner.as_bytes())?;
    let token = URL_SAFE_NO_PAD.encode([learner.as_bytes().as_slice(), &tag[..LENGTHS.1]].concat());
    Ok(format!("{}/notices/{token}", service.config.public_url))
}

/// The learner of a token, unless it is none of ours.
fn learner_of(service: &Service, token: &str) -> Result<Option<Uuid>> {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return Ok(None) };
    if bytes.len() != LENGTHS.0 + LENGTHS.1 {
        return Ok(None);
    }
    let (id, tag) = bytes.split_at(LENGTHS.0);
    let known = service.token_key.begins_tag(PURPOSE, id, tag)?;
    Ok(Uuid::from_slice(id).ok().filter(|_| known))
}

/// What a token is about; nothing where it is none, or the learner's record is no more.
#[crate::boxed]
pub async fn by_token(service: &Service, token: &str) -> Result<Option<Stop>> {
    let Some(id) = learner_of(service, token)? else { return Ok(None) };
    match living(service, id).await? {
        Some(learner) => about(service, &learner).await.map(Some),
        None => Ok(None),
    }
}

/// Stops or resumes notices in the learner's name. It may be said again and again.
#[crate::boxed]
pub async fn choose_by_token(service: &Service, token: &str, wanted: bool) -> Result<Option<Stop>> {
    let Some(id) = learner_of(service, token)? else { return Ok(None) };
    let actor = Actor::anonymous();
    let choice = if wanted { NoticeChoice::Wanted } else { NoticeChoice::StoppedByLearner };
    // The record may be merged into another until it is locked.
    while let Some(learner) = living(service, id).await? {
        let mut work = Work::begin(service, &actor).await?;
        let Some(learner) = learners::choose_notices(&mut work, learner.id, choice).await? else { break };
        if learner.merged_into_id.is_none() {
            work.commit().await?;
            return about(service, &learner).await.map(Some);
        }
    }
    Ok(None)
}

/// The record that a token is for, or the one that it was merged into.
async fn living(service: &Service, id: Uuid) -> Result<Option<learner::Model>> {
    let mut found = learner::Entity::find_by_id(id).one(service.db.reader()).await?;
    while let Some(into) = found.as_ref().and_then(|row| row.merged_into_id) {
        found = learner::Entity::find_by_id(into).one(service.db.reader()).await?;
    }
    Ok(found.filter(|row| row.erased_at.is_none()))
}

async fn about(service: &Service, learner: &learner::Model) -> Result<Stop> {
    let issuer = issuer::Entity::find_by_id(learner.issuer_id)
        .one(service.db.reader())
        .await?
        .ok_or_else(|| Error::internal("a learner has no issuer", learner.id.to_string()))?;
    Ok(Stop { issuer, wanted: learner.notices == NoticeChoice::Wanted })
}
