//! The passport: all that one person holds, across issuers. Only that person sees it; it is one of the few lawful reads across tenants.

use std::collections::{BTreeMap, HashMap, HashSet};

use cairn_entity::enums::{AwardKind, CredentialStatus, EnrollmentStatus};
use cairn_entity::{
    award, component, credential, enrollment, learner, learning_outcome, learning_outcome_skill, person,
    program_version, program_version_award, skill,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use uuid::Uuid;

use crate::Service;
use crate::actor::{Actor, Reach};
use crate::error::Result;
use crate::program::terms::{Credit, Terms};
use crate::{skill as skills_of_frameworks, tenancy};

/// Whether a passport is the caller's own; nobody else sees it.
pub fn is_own(actor: &Actor, person: Uuid) -> bool {
    actor.person() == Some(person)
}

/// The person's name: their own, else that of the learner record that changed last.
#[crate::boxed]
pub async fn name(service: &Service, person: Uuid) -> Result<Option<String>> {
    let on = service.db.reader();
    let own = person::Entity::find_by_id(person).one(on).await?.and_then(|row| row.name);
    let recorded = learner::Entity::find()
        .filter(tenancy::learners(Reach::Own { person }))
        .filter(learner::Column::Name.is_not_null())
        .order_by_desc(learner::Column::UpdatedAt)
        .order_by_desc(learner::Column::Id)
        .one(on)
        .await?;
    Ok(own.or_else(|| recorded.and_then(|row| row.name)))
}

/// Credit earned, by scheme. It is what completed enrollments gave: the credit of the version's awards of credit, or, where it has none, what
/// the version states. Each program counts once, by its latest completion; a program that is part of a completed stack with credit
/// of its own counts in the stack alone; a completion whose credentials were all revoked counts no more.
#[crate::boxed]
pub async fn credit_totals(service: &Service, person: Uuid) -> Result<Vec<Credit>> {
    let completed = completed(service, person).await?;
    let mut latest: HashMap<Uuid, &enrollment::Model> = HashMap::new();
    for row in &completed {
        latest.insert(row.program_id, row); // they come in the order of completion
    }
    let versions: Vec<Uuid> = latest.values().map(|row| row.version_id).collect();
    let credits = credits(service, &versions).await?;
    let parts = parts(service, &versions).await?;
    let of_program: HashMap<Uuid, Uuid> =
        latest.values().map(|row| (row.program_id, row.version_id)).collect();
    let mut covered = HashSet::new();
    for version in &versions {
        if credits.get(version).is_some_and(|credits| !credits.is_empty()) {
            cover(*version, &parts, &of_program, &mut covered);
        }
    }
    let mut totals: BTreeMap<&str, Credit> = BTreeMap::new();
    for (program, version) in &of_program {
        if covered.contains(program) {
            continue;
        }
        for credit in credits.get(version).into_iter().flatten() {
            totals
                .entry(credit.scheme.name())
                .and_modify(|total| total.amount += credit.amount)
                .or_insert_with(|| credit.clone());
        }
    }
    Ok(totals.into_values().collect())
}

/// Skills that the outcomes of completed programs align to, by name, each once, with the name of its framework.
#[crate::boxed]
pub async fn skills(service: &Service, person: Uuid) -> Result<Vec<(skill::Model, String)>> {
    let completed = completed(service, person).await?;
    let outcomes = learning_outcome::Entity::find()
        .select_only()
        .column(learning_outcome::Column::Id)
        .filter(learning_outcome::Column::VersionId.is_in(completed.iter().map(|row| row.version_id)))
        .into_query();
    let ids: Vec<Uuid> = learning_outcome_skill::Entity::find()
        .select_only()
        .column(learning_outcome_skill::Column::SkillId)
        .distinct()
        .filter(learning_outcome_skill::Column::OutcomeId.in_subquery(outcomes))
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let mut skills = skills_of_frameworks::by_ids(service, &ids).await?;
    skills.sort_by(|(a, _), (b, _)| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(skills)
}

/// The person's completed enrollments in the order of completion, without those whose credentials were all revoked.
async fn completed(service: &Service, person: Uuid) -> Result<Vec<enrollment::Model>> {
    let on = service.db.reader();
    let mut rows = enrollment::Entity::find()
        .filter(tenancy::enrollments(Reach::Own { person }))
        .filter(enrollment::Column::Status.eq(EnrollmentStatus::Completed))
        .order_by_asc(enrollment::Column::CompletedAt)
        .order_by_asc(enrollment::Column::Id)
        .all(on)
        .await?;
    let credentials: Vec<(Option<Uuid>, CredentialStatus)> = credential::Entity::find()
        .select_only()
        .column(credential::Column::EnrollmentId)
        .column(credential::Column::Status)
        .filter(credential::Column::EnrollmentId.is_in(rows.iter().map(|row| row.id)))
        .into_tuple()
        .all(on)
        .await?;
    let mut stands: HashMap<Uuid, bool> = HashMap::new();
    for (enrollment, status) in credentials {
        let Some(enrollment) = enrollment else { continue };
        *stands.entry(enrollment).or_default() |= status != CredentialStatus::Revoked;
    }
    rows.retain(|row| stands.get(&row.id).copied().unwrap_or(true));
    Ok(rows)
}

/// What versions give.
async fn credits(service: &Service, versions: &[Uuid]) -> Result<HashMap<Uuid, Vec<Credit>>> {
    let on = service.db.reader();
    let of_credit = award::Entity::find()
        .select_only()
        .column(award::Column::Id)
        .filter(award::Column::Kind.eq(AwardKind::Credits))
        .into_query();
    let awards = program_version_award::Entity::find()
        .filter(program_version_award::Column::VersionId.is_in(versions.iter().copied()))
        .filter(program_version_award::Column::AwardId.in_subquery(of_credit))
        .all(on)
        .await?;
    let mut credits: HashMap<Uuid, Vec<Credit>> = HashMap::new();
    for row in awards {
        let given: Vec<Credit> = serde_json::from_value(row.credits)?;
        credits.entry(row.version_id).or_default().extend(given);
    }
    let stated = program_version::Entity::find()
        .filter(program_version::Column::Id.is_in(versions.iter().copied()))
        .all(on)
        .await?;
    for row in stated {
        let given = credits.entry(row.id).or_default();
        if given.is_empty() {
            *given = row.credits()?;
        }
    }
    Ok(credits)
}

/// The programs that versions are made of.
async fn parts(service: &Service, versions: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let rows: Vec<(Uuid, Option<Uuid>)> = component::Entity::find()
        .select_only()
        .column(component::Column::VersionId)
        .column(component::Column::ComponentProgramId)
        .filter(component::Column::VersionId.is_in(versions.iter().copied()))
        .filter(component::Column::ComponentProgramId.is_not_null())
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let mut parts: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (version, program) in rows {
        parts.entry(version).or_default().extend(program);
    }
    Ok(parts)
}

/// Notes all completed programs within a version, at whatever depth.
fn cover(
    version: Uuid,
    parts: &HashMap<Uuid, Vec<Uuid>>,
    of_program: &HashMap<Uuid, Uuid>,
    covered: &mut HashSet<Uuid>,
) {
    for program in parts.get(&version).into_iter().flatten() {
        if covered.insert(*program)
            && let Some(version) = of_program.get(program)
        {
            cover(*version, parts, of_program, covered);
        }
    }
}
