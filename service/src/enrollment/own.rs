//! Whose an enrollment is, for those who judge what is done in it.

use cairn_entity::{enrollment, learner};
use sea_orm::EntityTrait;

use crate::Work;
use crate::error::{Error, Result};

/// Refuses whoever's own enrollment it is, with these words.
pub(crate) async fn refuse_own(work: &Work<'_>, row: &enrollment::Model, message: &str) -> Result<()> {
    let Some(person) = work.actor().person() else { return Ok(()) };
    let learner = learner::Entity::find_by_id(row.learner_id).one(work.tx()).await?;
    match learner.and_then(|row| row.person_id) == Some(person) {
        true => Err(Error::Forbidden(message.to_owned())),
        false => Ok(()),
    }
}
