//! Making, changing and deleting projects: the holder's own, and nobody else's.

use cairn_entity::portfolio_project;
use sea_orm::sea_query::LockType;
use sea_orm::{EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::attach::{self, Wanted};
use super::{Draft, MOST, check};
use crate::actor::{Actor, Reach};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::validate::Checks;
use crate::{Service, Work, passport, save, tenancy};

/// Makes a project.
#[crate::boxed]
pub async fn create(service: &Service, actor: &Actor, draft: Draft) -> Result<portfolio_project::Model> {
    let person = passport::holder(actor)?;
    let mut work = Work::begin(service, actor).await?;
    passport::require_learner(&work, person).await?;
    let own = tenancy::portfolio_projects(Reach::Own { person });
    if portfolio_project::Entity::find().filter(own).count(work.tx()).await? >= MOST {
        let message = format!("a portfolio holds at most {MOST} projects");
        return Err(Error::user("title", UserErrorCode::LimitReached, message));
    }
    let blank = portfolio_project::Model {
        id: work.new_id()?,
        person_id: person,
        title: String::new(),
        description: None,
        text: None,
        started_on: None,
        ended_on: None,
        links: json!([]),
        files: json!([]),
        shown: true,
        created_at: work.now,
        updated_at: work.now,
    };
    let row = write(&work, blank, draft).await?;
    note(&mut work, row.id, "portfolio_project.created")?;
    work.answer(row).await
}

/// Changes a project; what is absent stays.
#[crate::boxed]
pub async fn update(
    service: &Service,
    actor: &Actor,
    project: Option<Uuid>,
    draft: Draft,
) -> Result<portfolio_project::Model> {
    let person = passport::holder(actor)?;
    let mut work = Work::begin(service, actor).await?;
    let before = locked(&work, person, project).await?;
    let row = write(&work, before, draft).await?;
    note(&mut work, row.id, "portfolio_project.updated")?;
    work.answer(row).await
}

/// Deletes a project with all that was said of it; gives its id.
#[crate::boxed]
pub async fn delete(service: &Service, actor: &Actor, project: Option<Uuid>) -> Result<Uuid> {
    let person = passport::holder(actor)?;
    let mut work = Work::begin(service, actor).await?;
    let row = locked(&work, person, project).await?;
    // What it was attached to goes with it.
    portfolio_project::Entity::delete_by_id(row.id).exec(work.tx()).await?;
    note(&mut work, row.id, "portfolio_project.deleted")?;
    work.answer(row.id).await
}

async fn locked(work: &Work<'_>, person: Uuid, project: Option<Uuid>) -> Result<portfolio_project::Model> {
    portfolio_project::Entity::find_by_id(project.unwrap_or_default())
        .filter(tenancy::portfolio_projects(Reach::Own { person }))
        .lock(LockType::NoKeyUpdate)
        .one(work.tx())
        .await?
        .ok_or_else(|| Error::user("project", UserErrorCode::NotFound, "there is no such project of yours"))
}

fn note(work: &mut Work<'_>, project: Uuid, action: &str) -> Result<()> {
    work.audit(None, action, (Kind::PortfolioProject, project), json!({}))
}

/// Writes a project as it was, or a blank one, with what is to be said of it.
async fn write(
    work: &Work<'_>,
    before: portfolio_project::Model,
    draft: Draft,
) -> Result<portfolio_project::Model> {
    let wanted = Wanted { outcomes: draft.outcomes, skills: draft.skills, credentials: draft.credentials };
    let (mut links, mut files) = (super::links(&before)?, super::files(&before)?);
    draft.links.apply_or_default(&mut links);
    draft.files.apply_or_default(&mut files);
    for file in &mut files {
        if let Some(digest) = cairn_credential::multihash::of_integrity(&file.digest) {
            file.digest = digest;
        }
    }
    let mut row = portfolio_project::Model {
        title: draft.title.unwrap_or(before.title),
        links: json!(links),
        files: json!(files),
        shown: draft.shown.unwrap_or(before.shown),
        updated_at: work.now,
        ..before
    };
    draft.description.apply(&mut row.description);
    draft.text.apply(&mut row.text);
    draft.started_on.apply(&mut row.started_on);
    draft.ended_on.apply(&mut row.ended_on);
    let mut checks = Checks::default();
    check::project(&mut checks, &row, &links, &files);
    let found = attach::find(work, row.person_id, wanted, &mut checks).await?;
    checks.finish()?;
    save::rows::<portfolio_project::Entity>(work.tx(), vec![row.clone()]).await?;
    attach::write(work, &row, found).await?;
    Ok(row)
}
