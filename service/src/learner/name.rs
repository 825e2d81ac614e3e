//! Names that change: what they were, who changed them and why, and which credentials still say the old one.

use cairn_entity::{learner, learner_name_change};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;

use super::upsert::rename_enrollments;
use super::{locked, sort_name};
use crate::actor::{Actor, Scope};
use crate::error::Result;
use crate::ids::Kind;
use crate::patch::Patch;
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work, save};

/// A name to be put right.
#[derive(Clone, Debug)]
pub struct NewName {
    /// Whose.
    pub learner: Reference,
    /// Full name.
    pub name: Patch<String>,
    /// Given name.
    pub given_name: Patch<String>,
    /// Family name.
    pub family_name: Patch<String>,
    /// Why.
    pub reason: String,
}

/// Changes a learner's name, and keeps what it was, who changed it and why. Credentials keep what they say until they are replaced.
#[crate::boxed]
pub async fn change_name(service: &Service, actor: &Actor, new: NewName) -> Result<learner::Model> {
    let reach = actor.reach_whole(Scope::LearnersWrite)?;
    let mut checks = Checks::default();
    checks.text("reason", &new.reason, 2_000);
    for (field, value, most) in
        [("name", &new.name, 300), ("givenName", &new.given_name, 150), ("familyName", &new.family_name, 150)]
    {
        if let Patch::Set(value) = value {
            checks.text(field, value, most);
        }
    }
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    let before = locked(&work, reach, &new.learner, "learner").await?;
    let mut after = before.clone();
    new.name.apply(&mut after.name);
    new.given_name.apply(&mut after.given_name);
    new.family_name.apply(&mut after.family_name);
    after.sort_name =
        sort_name(after.name.as_deref(), after.given_name.as_deref(), after.family_name.as_deref());
    if !differ(&before, &after) {
        return Ok(before);
    }
    after.updated_at = work.now;
    if let Some(change) = change_of(&work, &before, &after, Some(new.reason))? {
        change.into_active_model().reset_all().insert(work.tx()).await?;
    }
    save::rows::<learner::Entity>(work.tx(), vec![after.clone()]).await?;
    rename_enrollments(&work, &[after.id]).await?;
    work.audit(Some(after.issuer_id), "learner.renamed", (Kind::Learner, after.id), json!({}))?;
    work.emit(
        Some(after.issuer_id),
        "learner.renamed",
        (Kind::Learner, after.id),
        json!({ "learner": after.id }),
    );
    work.answer(after).await
}

/// Whether names differ.
pub(super) fn differ(before: &learner::Model, after: &learner::Model) -> bool {
    let names = |row: &learner::Model| (row.name.clone(), row.given_name.clone(), row.family_name.clone());
    names(before) != names(after)
}

/// What is kept of a change; nothing where there was no name before.
pub(super) fn change_of(
    work: &Work<'_>,
    before: &learner::Model,
    after: &learner::Model,
    reason: Option<String>,
) -> Result<Option<learner_name_change::Model>> {
    if before.name.is_none() && before.given_name.is_none() && before.family_name.is_none() {
        return Ok(None);
    }
    let (before, after) = (before.clone(), after.clone());
    Ok(Some(learner_name_change::Model {
        id: work.new_id()?,
        issuer_id: after.issuer_id,
        learner_id: after.id,
        name_before: before.name,
        given_before: before.given_name,
        family_before: before.family_name,
        name_after: after.name,
        given_after: after.given_name,
        family_after: after.family_name,
        reason,
        changed_at: work.now,
        actor_kind: work.actor().kind,
        actor_id: work.actor().id,
    }))
}
