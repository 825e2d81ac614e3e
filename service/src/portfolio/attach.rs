//! What a project shows: outcomes of programs that the person is or was enrolled in, skills, and credentials of their own.

use std::collections::HashSet;

use cairn_entity::{enrollment, learning_outcome, portfolio_attachment, portfolio_project, program_version};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, IdenStatic, QueryFilter};
use uuid::Uuid;

use crate::actor::Reach;
use crate::error::Result;
use crate::patch::Patch;
use crate::reference::Reference;
use crate::skill::{self, SkillReference};
use crate::validate::Checks;
use crate::{Work, credential, save, tenancy};

/// Most attachments of one kind.
const MOST: usize = 20;

/// What a project is to show; of each kind, what is absent stays.
pub struct Wanted {
    pub outcomes: Patch<Vec<Option<Uuid>>>,
    pub skills: Patch<Vec<SkillReference>>,
    pub credentials: Patch<Vec<Reference>>,
}

/// The same, found; `None` stays as it is.
pub struct Found {
    outcomes: Option<Vec<Uuid>>,
    skills: Option<Vec<Uuid>>,
    credentials: Option<Vec<Uuid>>,
}

/// Finds what a project is to show, and notes what is wrong with it.
pub async fn find(work: &Work<'_>, person: Uuid, wanted: Wanted, checks: &mut Checks) -> Result<Found> {
    let mut found = Found { outcomes: None, skills: None, credentials: None };
    if let Some(named) = list(wanted.outcomes) {
        checks.at_most("outcomes", named.len(), MOST);
        let known = outcomes(work, person, named.iter().flatten().copied()).await?;
        let message = "is no outcome of a program that you are or were enrolled in";
        let found_each = named.into_iter().map(|id| id.filter(|id| known.contains(id)));
        found.outcomes = Some(checks.named("outcomes", message, found_each));
    }
    if let Some(named) = list(wanted.skills) {
        checks.at_most("skills", named.len(), MOST);
        let known = skill::resolve(work.tx(), &named).await?;
        let found_each = named.iter().map(|one| known.get(one).map(|row| row.id));
        found.skills = Some(checks.named("skills", "there is no such skill", found_each));
    }
    if let Some(named) = list(wanted.credentials) {
        checks.at_most("credentials", named.len(), MOST);
        found.credentials = Some(credential::held(work, person, &named, checks).await?);
    }
    Ok(found)
}

/// What is to be in the place of what there is; `None` where that stays.
fn list<T>(patch: Patch<Vec<T>>) -> Option<Vec<T>> {
    match patch {
        Patch::Keep => None,
        Patch::Clear => Some(Vec::new()),
        Patch::Set(list) => Some(list),
    }
}

/// Those outcomes that are of any published version of a program that the person is or was enrolled in.
async fn outcomes(work: &Work<'_>, person: Uuid, ids: impl Iterator<Item = Uuid>) -> Result<HashSet<Uuid>> {
    let programs = Query::select()
        .column(enrollment::Column::ProgramId)
        .from(enrollment::Entity)
        .cond_where(tenancy::enrollments(Reach::Own { person }))
        .to_owned();
    let versions = Query::select()
        .column(program_version::Column::Id)
        .from(program_version::Entity)
        .cond_where(
            Condition::all()
                .add(program_version::Column::ProgramId.in_subquery(programs))
                .add(program_version::Column::PublishedAt.is_not_null()),
        )
        .to_owned();
    let rows = learning_outcome::Entity::find()
        .filter(learning_outcome::Column::Id.is_in(ids))
        .filter(learning_outcome::Column::VersionId.in_subquery(versions))
        .all(work.tx())
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Puts what was found in the place of what a project shows.
pub async fn write(work: &Work<'_>, project: &portfolio_project::Model, found: Found) -> Result<()> {
    use portfolio_attachment::Column;
    let mut rows = Vec::new();
    let kinds: [(Column, Option<Vec<Uuid>>); 3] = [
        (Column::OutcomeId, found.outcomes),
        (Column::SkillId, found.skills),
        (Column::CredentialId, found.credentials),
    ];
    for (kind, ids) in kinds {
        let Some(ids) = ids else { continue };
        portfolio_attachment::Entity::delete_many()
            .filter(Column::ProjectId.eq(project.id))
            .filter(kind.is_not_null())
            .exec(work.tx())
            .await?;
        for (position, id) in (1..).zip(ids) {
            let of = |column: Column| (column.as_str() == kind.as_str()).then_some(id);
            rows.push(portfolio_attachment::Model {
                id: work.new_id()?,
                person_id: project.person_id,
                project_id: project.id,
                position,
                outcome_id: of(Column::OutcomeId),
                skill_id: of(Column::SkillId),
                credential_id: of(Column::CredentialId),
            });
        }
    }
    save::rows::<portfolio_attachment::Entity>(work.tx(), rows).await
}

/// Takes out of a person's projects what ties them to an issuer's records of them that are erased: their credentials, and outcomes of the
/// issuer's programs.
pub(crate) async fn forget(work: &Work<'_>, person: Uuid, issuer: Uuid, credentials: &[Uuid]) -> Result<()> {
    let outcomes = Query::select()
        .column(learning_outcome::Column::Id)
        .from(learning_outcome::Entity)
        .and_where(learning_outcome::Column::IssuerId.eq(issuer))
        .to_owned();
    portfolio_attachment::Entity::delete_many()
        .filter(portfolio_attachment::Column::PersonId.eq(person))
        .filter(
            Condition::any()
                .add(portfolio_attachment::Column::OutcomeId.in_subquery(outcomes))
                .add(portfolio_attachment::Column::CredentialId.is_in(credentials.iter().copied())),
        )
        .exec(work.tx())
        .await?;
    Ok(())
}
