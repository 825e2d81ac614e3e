//! Publishing: freezes the draft, and refuses what could never be awarded.

use cairn_entity::enums::ProgramStatus;
use cairn_entity::{assessment, component, program, program_version};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::terms::Terms;
use crate::actor::{Actor, Scope};
use crate::completion::{self, load};
use crate::error::UserErrorCode::{AlreadyDone, Conflict, NotFound};
use crate::error::{Error, Result};
use crate::ids::Kind;
use crate::reference::{self, Reference};
use crate::validate::Checks;
use crate::{Service, Work, save, tenancy};

/// Publishes the draft of a program: from then on it never changes, and is what the public sees. Needs `programs:write`.
#[crate::boxed]
pub async fn publish(
    service: &Service,
    actor: &Actor,
    reference: &Reference,
) -> Result<(program::Model, program_version::Model)> {
    let reach = actor.reach_whole(Scope::ProgramsWrite)?;
    let mut work = Work::begin(service, actor).await?;
    let visible = tenancy::whole_issuer(reach, program::Column::IssuerId);
    let program = reference::find_one::<program::Entity>(work.tx(), actor.issuer, visible, reference)
        .await?
        .ok_or_else(|| Error::user("program", NotFound, "there is no such program, or it is not yours"))?;
    let published = publish_in(&mut work, program).await?;
    work.answer(published).await
}

/// As `publish`, within a command that has made sure that the caller may write the program.
#[crate::boxed]
pub async fn publish_in(
    work: &mut Work<'_>,
    program: program::Model,
) -> Result<(program::Model, program_version::Model)> {
    let Some(draft) = program.draft_version_id else {
        return Err(Error::user("program", AlreadyDone, "it is published and has no draft"));
    };
    let version = program_version::Entity::find_by_id(draft)
        .filter(program_version::Column::Status.eq(ProgramStatus::Draft))
        .one(work.tx())
        .await?
        .ok_or_else(|| Error::internal("a program's draft is missing", draft.to_string()))?;
    check(work.tx(), &version).await?;
    let version = program_version::Model {
        status: ProgramStatus::Published,
        published_at: Some(work.now),
        sort_published_at: work.now,
        updated_at: work.now,
        ..version
    };
    let program = program::Model {
        current_version_id: Some(version.id),
        draft_version_id: None,
        updated_at: work.now,
        ..program
    };
    save::rows::<program_version::Entity>(work.tx(), vec![version.clone()]).await?;
    save::rows::<program::Entity>(work.tx(), vec![program.clone()]).await?;
    let detail = json!({ "version": version.id, "number": version.number });
    let subject = (Kind::Program, program.id);
    work.audit(Some(program.issuer_id), "program.published", subject, detail.clone())?;
    work.emit(Some(program.issuer_id), "program.published", subject, detail);
    Ok((program, version))
}

/// Notes why no one could ever earn an award by this version, or everyone at once.
async fn check(on: &impl ConnectionTrait, version: &program_version::Model) -> Result<()> {
    let mut checks = Checks::default();
    let components =
        component::Entity::find().filter(component::Column::VersionId.eq(version.id)).all(on).await?;
    let assessments =
        assessment::Entity::find().filter(assessment::Column::VersionId.eq(version.id)).count(on).await?;
    let rule = version.rule()?;
    let groups = version.component_groups()?;
    let asks = groups.len() + components.iter().filter(|row| row.required).count();
    if rule.is_none() && assessments == 0 && asks == 0 {
        let message =
            "nothing decides an award: give it required components, assessments or a completion rule";
        checks.fail("program", Conflict, message);
    }
    let tracks = version.tracks()?;
    if !tracks.is_empty() && !tracks.iter().any(|track| track.leads_to_awards) {
        checks.fail("program", Conflict, "none of its tracks leads to an award");
    }
    if has_unpublished(on, &components).await? {
        checks.fail("program", Conflict, "a program among its components is not published yet");
    }
    let plan = load::of_version(on, version.id).await?;
    for (rule, what) in [(rule, "its rule"), (version.renewal_rule()?, "its rule of renewal")] {
        if rule.is_some_and(|rule| !completion::can_be_met(&rule, &plan)) {
            let message = format!("{what} asks for more credit, or more parts, than its components give");
            checks.fail("program", Conflict, message);
        }
    }
    checks.finish()
}

/// Whether a program among the components has no version that is published.
async fn has_unpublished(on: &impl ConnectionTrait, components: &[component::Model]) -> Result<bool> {
    let ids: Vec<Uuid> = components.iter().filter_map(|row| row.component_program_id).collect();
    let drafts = program::Entity::find()
        .filter(program::Column::Id.is_in(ids))
        .filter(program::Column::CurrentVersionId.is_null());
    Ok(drafts.count(on).await? > 0)
}
