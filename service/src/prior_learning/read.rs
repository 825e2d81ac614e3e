//! Reading claims: those of enrollments, lists for staff, and what belongs to each.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{ActorKind, PriorClaimStatus};
use cairn_entity::{
    cohort, component, enrollment, learner, module_outcome, prior_claim, prior_claim_evidence,
    prior_claim_part, program,
};
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use uuid::Uuid;

use super::claim::OPEN;
use super::ground::stands;
use crate::actor::{Actor, Reach, Scope};
use crate::error::Result;
use crate::page::{self, Page, PageArgs, Sort, SortKey};
use crate::read::grouped;
use crate::reference::{Reference, ids_of};
use crate::{Service, tenancy};

/// Which claims; everything optional, and what is absent restricts nothing.
#[derive(Clone, Debug, Default)]
pub struct ClaimFilter {
    /// At these stages.
    pub statuses: Option<Vec<PriorClaimStatus>>,
    /// Of these programs.
    pub programs: Option<Vec<Reference>>,
    /// Of these cohorts.
    pub cohorts: Option<Vec<Reference>>,
    /// Of these learners.
    pub learners: Option<Vec<Reference>>,
}

const SORT: Sort<prior_claim::Column> =
    Sort { tag: "prior-claims", column: None, id: prior_claim::Column::Id, descending: false };

fn key(row: &prior_claim::Model) -> (SortKey, Uuid) {
    (SortKey::None, row.id)
}

/// By which scope the caller sees claims: `enrollments:read`, or else `assessments:grade` for those to be decided.
fn scope(actor: &Actor) -> Scope {
    match actor.reach_or_none(Scope::EnrollmentsRead) {
        Ok(None) => Scope::AssessmentsGrade,
        _ => Scope::EnrollmentsRead,
    }
}

async fn select(
    service: &Service,
    actor: &Actor,
    filter: &ClaimFilter,
) -> Result<Select<prior_claim::Entity>> {
    let reach = actor.reach(scope(actor))?;
    let (on, home) = (service.db.reader(), actor.issuer);
    let mut of = Condition::all();
    if let Some(named) = &filter.programs {
        // What is found here only narrows a search among visible claims.
        let ids = ids_of::<program::Entity>(on, home, Condition::all(), named, "program").await?;
        of = of.add(enrollment::Column::ProgramId.is_in(ids));
    }
    if let Some(named) = &filter.cohorts {
        let ids = ids_of::<cohort::Entity>(on, home, tenancy::cohorts(reach), named, "cohort").await?;
        of = of.add(enrollment::Column::CohortId.is_in(ids));
    }
    if let Some(named) = &filter.learners {
        let ids = ids_of::<learner::Entity>(on, home, tenancy::learners(reach), named, "learner").await?;
        of = of.add(enrollment::Column::LearnerId.is_in(ids));
    }
    let mut select = prior_claim::Entity::find().filter(tenancy::prior_claims(reach));
    if !of.is_empty() {
        let enrollments =
            Query::select().column(enrollment::Column::Id).from(enrollment::Entity).cond_where(of).to_owned();
        select = select.filter(prior_claim::Column::EnrollmentId.in_subquery(enrollments));
    }
    if let Some(statuses) = &filter.statuses {
        select = select.filter(prior_claim::Column::Status.is_in(statuses.iter().copied()));
    }
    Ok(select)
}

/// A page of the claims that the caller sees, the oldest first.
#[crate::boxed]
pub async fn list(
    service: &Service,
    actor: &Actor,
    filter: &ClaimFilter,
    args: &PageArgs,
) -> Result<Page<prior_claim::Model>> {
    let select = select(service, actor, filter).await?;
    page::fetch(service.db.reader(), select, &SORT, args, key).await
}

/// How many claims the caller sees.
#[crate::boxed]
pub async fn count(service: &Service, actor: &Actor, filter: &ClaimFilter) -> Result<u64> {
    Ok(select(service, actor, filter).await?.count(service.db.reader()).await?)
}

/// The same page of the claims of each enrollment, the oldest first; for whoever may see the enrollments. One statement.
#[crate::boxed]
pub async fn of_enrollments(
    service: &Service,
    enrollments: &[Uuid],
    args: &PageArgs,
) -> Result<HashMap<Uuid, Page<prior_claim::Model>>> {
    let sort = Sort { tag: "enrollment.prior-claims", ..SORT };
    let of = prior_claim::Column::EnrollmentId;
    let read = (|row: &prior_claim::Model| row.enrollment_id, key);
    page::fetch_each(service.db.reader(), prior_claim::Entity::find(), of, enrollments, &sort, args, read)
        .await
}

/// How many claims each enrollment has. One statement.
#[crate::boxed]
pub async fn count_of_enrollments(service: &Service, enrollments: &[Uuid]) -> Result<HashMap<Uuid, u64>> {
    let of = prior_claim::Column::EnrollmentId;
    page::count_each(service.db.reader(), prior_claim::Entity::find(), of, enrollments).await
}

/// Those of these claims that the caller sees; nothing for a caller who sees none at all.
#[crate::boxed]
pub async fn visible_by_ids(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<prior_claim::Model>> {
    let Some(visible) = tenancy::visible(actor, scope(actor), tenancy::prior_claims) else {
        return Ok(Vec::new());
    };
    let select = prior_claim::Entity::find().filter(visible);
    Ok(select.filter(prior_claim::Column::Id.is_in(ids.iter().copied())).all(service.db.reader()).await?)
}

/// The parts of claims, in order. One statement.
#[crate::boxed]
pub async fn parts(
    service: &Service,
    claims: &[Uuid],
) -> Result<HashMap<Uuid, Vec<prior_claim_part::Model>>> {
    let rows = prior_claim_part::Entity::find()
        .filter(prior_claim_part::Column::ClaimId.is_in(claims.iter().copied()))
        .order_by_asc(prior_claim_part::Column::Position)
        .all(service.db.reader())
        .await?;
    Ok(grouped(rows, |row| row.claim_id))
}

/// What shows parts of claims, in order. One statement.
#[crate::boxed]
pub async fn evidence(
    service: &Service,
    parts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<prior_claim_evidence::Model>>> {
    let rows = prior_claim_evidence::Entity::find()
        .filter(prior_claim_evidence::Column::PartId.is_in(parts.iter().copied()))
        .order_by_asc(prior_claim_evidence::Column::Position)
        .all(service.db.reader())
        .await?;
    Ok(grouped(rows, |row| row.part_id))
}

/// Those of these persons and keys who decided a claim that a reach covers.
pub(crate) async fn deciders(service: &Service, reach: Reach, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(prior_claim::Entity::find()
        .select_only()
        .column(prior_claim::Column::AssessorId)
        .distinct()
        .filter(prior_claim::Column::AssessorId.is_in(ids.iter().copied()))
        .filter(prior_claim::Column::AssessorKind.is_in([ActorKind::Person, ActorKind::ApiKey]))
        .filter(tenancy::prior_claims(reach))
        .into_tuple()
        .all(service.db.reader())
        .await?)
}

/// The components that claims which are not decided are about, directly or by an outcome that their modules teach: by enrollment, with how far the claim
/// is. Up to four statements.
pub(crate) async fn open_claims(
    connection: &impl ConnectionTrait,
    enrollments: &[Uuid],
) -> Result<HashMap<Uuid, HashMap<Uuid, PriorClaimStatus>>> {
    let mut open: HashMap<Uuid, HashMap<Uuid, PriorClaimStatus>> = HashMap::new();
    let claims = prior_claim::Entity::find()
        .filter(prior_claim::Column::EnrollmentId.is_in(enrollments.iter().copied()))
        .filter(prior_claim::Column::Status.is_in(OPEN))
        .all(connection)
        .await?;
    if claims.is_empty() {
        return Ok(open);
    }
    let parts = prior_claim_part::Entity::find()
        .filter(prior_claim_part::Column::ClaimId.is_in(claims.iter().map(|row| row.id)))
        .all(connection)
        .await?;
    let outcomes: Vec<Uuid> = parts.iter().filter_map(|part| part.outcome_id).collect();
    let links = module_outcome::Entity::find()
        .filter(module_outcome::Column::OutcomeId.is_in(outcomes))
        .all(connection)
        .await?;
    let places = component::Entity::find()
        .filter(component::Column::ModuleId.is_in(links.iter().map(|link| link.module_id)))
        .all(connection)
        .await?;
    let statuses: HashMap<Uuid, PriorClaimStatus> = claims.iter().map(|row| (row.id, row.status)).collect();
    for part in &parts {
        let Some(status) = statuses.get(&part.claim_id) else { continue };
        let modules = links.iter().filter(|link| Some(link.outcome_id) == part.outcome_id);
        let modules: Vec<Uuid> = modules.map(|link| link.module_id).collect();
        let taught = places.iter().filter(|place| place.module_id.is_some_and(|id| modules.contains(&id)));
        let about = taught.map(|place| place.id).chain(part.component_id);
        open.entry(part.enrollment_id).or_default().extend(about.map(|id| (id, *status)));
    }
    Ok(open)
}

/// What stands of one enrollment's claims: the outcomes that are recognized, and what showed all that is.
pub(crate) type Shown = (HashSet<Uuid>, Vec<prior_claim_evidence::Model>);

/// What stands of the claims of enrollments, by enrollment. Two statements.
pub(crate) async fn shown(
    connection: &impl ConnectionTrait,
    enrollments: &[Uuid],
) -> Result<HashMap<Uuid, Shown>> {
    let parts = prior_claim_part::Entity::find()
        .filter(prior_claim_part::Column::EnrollmentId.is_in(enrollments.iter().copied()))
        .filter(stands())
        .order_by_asc(prior_claim_part::Column::Id)
        .all(connection)
        .await?;
    let evidence = prior_claim_evidence::Entity::find()
        .filter(prior_claim_evidence::Column::PartId.is_in(parts.iter().map(|part| part.id)))
        .order_by_asc(prior_claim_evidence::Column::Position)
        .all(connection)
        .await?;
    let mut evidence = grouped(evidence, |row| row.part_id);
    let mut all: HashMap<Uuid, Shown> = HashMap::new();
    for part in &parts {
        let (outcomes, pieces) = all.entry(part.enrollment_id).or_default();
        outcomes.extend(part.outcome_id);
        pieces.extend(evidence.remove(&part.id).unwrap_or_default());
    }
    Ok(all)
}
