//! Reading attempts: the grading queue, those of enrollments, and what belongs to each.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{ActorKind, AttemptStatus, GradingMode, ReviewKind};
use cairn_entity::{
    api_key, assessment, attempt, cohort, enrollment, evidence, identity, learner, person, program, review,
    rubric_criterion, rubric_score, score_revision,
};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Service;
use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result};
use crate::page::{self, Page, PageArgs, Sort, SortKey};
use crate::read::grouped;
use crate::reference::{self, Referable, Reference};
use crate::{integrity, prior_learning, tenancy};

/// Which attempts; everything optional, and what is absent restricts nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptFilter {
    /// At these stages.
    pub statuses: Option<Vec<AttemptStatus>>,
    /// Of these programs.
    pub programs: Option<Vec<Reference>>,
    /// Of these cohorts.
    pub cohorts: Option<Vec<Reference>>,
    /// At these assessments; an id that is none's finds nothing.
    pub assessments: Option<Vec<Uuid>>,
    /// Of these learners.
    pub learners: Option<Vec<Reference>>,
    /// Graded like this.
    pub grading: Option<Vec<GradingMode>>,
    /// Handed in from here on.
    pub submitted_from: Option<DateTime<Utc>>,
    /// Handed in before.
    pub submitted_to: Option<DateTime<Utc>>,
    /// Whether a moderator is to decide.
    pub awaits_moderation: Option<bool>,
    /// Changed since.
    pub updated_since: Option<DateTime<Utc>>,
}

/// What attempts are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AttemptOrder {
    /// When handed in.
    #[default]
    SubmittedAt,
    /// When graded; what is not graded last.
    GradedAt,
}

impl AttemptOrder {
    fn sort(self, descending: bool) -> Sort<attempt::Column> {
        let (tag, column) = match self {
            Self::SubmittedAt => ("attempts.submitted", attempt::Column::SortSubmittedAt),
            Self::GradedAt => ("attempts.graded", attempt::Column::SortGradedAt),
        };
        Sort { tag, column: Some(column), id: attempt::Column::Id, descending }
    }

    fn key(self, row: &attempt::Model) -> (SortKey, Uuid) {
        let moment = match self {
            Self::SubmittedAt => row.sort_submitted_at,
            Self::GradedAt => row.sort_graded_at,
        };
        (moment.into(), row.id)
    }
}

/// The attempts that the caller sees: with `enrollments:read`, or with `assessments:grade` those to be graded.
fn reach(actor: &Actor) -> Result<Reach> {
    match actor.reach_or_none(Scope::EnrollmentsRead)? {
        Some(reach) => Ok(reach),
        None => actor.reach(Scope::AssessmentsGrade),
    }
}

async fn select(service: &Service, actor: &Actor, filter: &AttemptFilter) -> Result<Select<attempt::Entity>> {
    let reach = reach(actor)?;
    let mut select = attempt::Entity::find().filter(tenancy::attempts(reach));
    let mut of = Condition::all();
    if let Some(named) = &filter.programs {
        // What is found here only narrows a search among visible attempts.
        let ids = named_ids::<program::Entity>(service, actor, Condition::all(), "programs", named).await?;
        of = of.add(enrollment::Column::ProgramId.is_in(ids));
    }
    if let Some(named) = &filter.cohorts {
        let visible = tenancy::cohorts(reach);
        let ids = named_ids::<cohort::Entity>(service, actor, visible, "cohorts", named).await?;
        of = of.add(enrollment::Column::CohortId.is_in(ids));
    }
    if let Some(named) = &filter.learners {
        let visible = tenancy::learners(reach);
        let ids = named_ids::<learner::Entity>(service, actor, visible, "learners", named).await?;
        of = of.add(enrollment::Column::LearnerId.is_in(ids));
    }
    if !of.is_empty() {
        let enrollments =
            Query::select().column(enrollment::Column::Id).from(enrollment::Entity).cond_where(of).to_owned();
        select = select.filter(attempt::Column::EnrollmentId.in_subquery(enrollments));
    }
    if let Some(statuses) = &filter.statuses {
        select = select.filter(attempt::Column::Status.is_in(statuses.iter().copied()));
    }
    if let Some(assessments) = &filter.assessments {
        select = select.filter(attempt::Column::AssessmentId.is_in(assessments.iter().copied()));
    }
    if let Some(grading) = &filter.grading {
        let assessments = Query::select()
            .column(assessment::Column::Id)
            .from(assessment::Entity)
            .and_where(assessment::Column::Grading.is_in(grading.iter().copied()))
            .to_owned();
        select = select.filter(attempt::Column::AssessmentId.in_subquery(assessments));
    }
    if let Some(from) = filter.submitted_from {
        select = select.filter(attempt::Column::SortSubmittedAt.gte(from));
    }
    if let Some(to) = filter.submitted_to {
        select = select.filter(attempt::Column::SortSubmittedAt.lt(to));
    }
    if let Some(since) = filter.updated_since {
        select = select.filter(attempt::Column::UpdatedAt.gte(since));
    }
    if let Some(awaits) = filter.awaits_moderation {
        select = select.filter(attempt::Column::AwaitsModeration.eq(awaits));
    }
    Ok(select)
}

/// The ids of things that a filter names; one that names nothing is refused.
async fn named_ids<E: Referable>(
    service: &Service,
    actor: &Actor,
    visible: Condition,
    field: &str,
    named: &[Reference],
) -> Result<Vec<Uuid>> {
    let found = reference::find::<E>(service.db.reader(), actor.issuer, visible, named).await?;
    let id = |(index, reference): (usize, &Reference)| match found.get(reference) {
        Some(row) => Ok(E::names(row).0),
        None => Err(Error::NotFound(format!("`{field}.{index}` names nothing that you may see"))),
    };
    named.iter().enumerate().map(id).collect()
}

/// A page of the attempts that the caller sees. One statement, and one for each kind of thing that the filter names.
#[crate::boxed]
pub async fn list(
    service: &Service,
    actor: &Actor,
    filter: &AttemptFilter,
    (order, descending): (AttemptOrder, bool),
    args: &PageArgs,
) -> Result<Page<attempt::Model>> {
    let select = select(service, actor, filter).await?;
    page::fetch(service.db.reader(), select, &order.sort(descending), args, |row| order.key(row)).await
}

/// Attempts by id after one of them, at most so many: for whoever reads all that there are, a slice at a time.
pub(crate) async fn slice(
    service: &Service,
    actor: &Actor,
    filter: &AttemptFilter,
    (after, limit): (Option<Uuid>, u64),
) -> Result<Vec<attempt::Model>> {
    let select = select(service, actor, filter).await?;
    page::slice(service.db.reader(), select, attempt::Column::Id, after, limit).await
}

/// How many attempts the caller sees.
#[crate::boxed]
pub async fn count(service: &Service, actor: &Actor, filter: &AttemptFilter) -> Result<u64> {
    Ok(select(service, actor, filter).await?.count(service.db.reader()).await?)
}

/// The same page of the attempts of each enrollment, the newest first; for whoever may see the enrollments. One statement.
#[crate::boxed]
pub async fn of_enrollments(
    service: &Service,
    enrollments: &[Uuid],
    args: &PageArgs,
) -> Result<HashMap<Uuid, Page<attempt::Model>>> {
    let order = AttemptOrder::SubmittedAt;
    let sort = Sort { tag: "enrollment.attempts", ..order.sort(true) };
    let of = attempt::Column::EnrollmentId;
    let read = (|row: &attempt::Model| row.enrollment_id, |row: &attempt::Model| order.key(row));
    page::fetch_each(service.db.reader(), attempt::Entity::find(), of, enrollments, &sort, args, read).await
}

/// How many attempts each enrollment has; those without are left out. One statement.
#[crate::boxed]
pub async fn count_of_enrollments(service: &Service, enrollments: &[Uuid]) -> Result<HashMap<Uuid, u64>> {
    let of = attempt::Column::EnrollmentId;
    page::count_each(service.db.reader(), attempt::Entity::find(), of, enrollments).await
}

/// Those of these attempts that the caller sees; nothing for a caller who sees none at all.
#[crate::boxed]
pub async fn visible_by_ids(service: &Service, actor: &Actor, ids: &[Uuid]) -> Result<Vec<attempt::Model>> {
    let Ok(reach) = reach(actor) else { return Ok(Vec::new()) };
    Ok(attempt::Entity::find()
        .filter(tenancy::attempts(reach))
        .filter(attempt::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?)
}

/// Those of these pieces of evidence that the caller sees.
#[crate::boxed]
pub async fn visible_evidence(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<evidence::Model>> {
    let Ok(reach) = reach(actor) else { return Ok(Vec::new()) };
    let attempts = Query::select()
        .column(attempt::Column::Id)
        .from(attempt::Entity)
        .cond_where(tenancy::attempts(reach))
        .to_owned();
    Ok(evidence::Entity::find()
        .filter(evidence::Column::Id.is_in(ids.iter().copied()))
        .filter(evidence::Column::AttemptId.in_subquery(attempts))
        .all(service.db.reader())
        .await?)
}

/// What was handed in with attempts, in order.
#[crate::boxed]
pub async fn evidence(service: &Service, attempts: &[Uuid]) -> Result<HashMap<Uuid, Vec<evidence::Model>>> {
    let rows = evidence::Entity::find()
        .filter(evidence::Column::AttemptId.is_in(attempts.iter().copied()))
        .order_by_asc(evidence::Column::Position)
        .all(service.db.reader())
        .await?;
    Ok(grouped(rows, |row| row.attempt_id))
}

/// Points of attempts by criterion, in the order of the rubric. Two statements.
#[crate::boxed]
pub async fn rubric_scores(
    service: &Service,
    attempts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<rubric_score::Model>>> {
    let mut rows = rubric_score::Entity::find()
        .filter(rubric_score::Column::AttemptId.is_in(attempts.iter().copied()))
        .all(service.db.reader())
        .await?;
    let criteria: HashSet<Uuid> = rows.iter().map(|row| row.criterion_id).collect();
    let places: Vec<(Uuid, i32)> = rubric_criterion::Entity::find()
        .select_only()
        .columns([rubric_criterion::Column::Id, rubric_criterion::Column::Position])
        .filter(rubric_criterion::Column::Id.is_in(criteria))
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let places: HashMap<Uuid, i32> = places.into_iter().collect();
    rows.sort_by_key(|row| places.get(&row.criterion_id).copied());
    Ok(grouped(rows, |row| row.attempt_id))
}

/// Earlier scores of attempts, the newest first: not the one that stands. The reason of each tells why it was changed.
#[crate::boxed]
pub async fn history(
    service: &Service,
    attempts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<score_revision::Model>>> {
    let rows = score_revision::Entity::find()
        .filter(score_revision::Column::AttemptId.is_in(attempts.iter().copied()))
        .order_by_desc(score_revision::Column::Id)
        .all(service.db.reader())
        .await?;
    let all = grouped(rows, |row: &score_revision::Model| row.attempt_id);
    Ok(all.into_iter().map(|(attempt, revisions)| (attempt, earlier(revisions))).collect())
}

/// Each row keeps why it was given: that is why the one before it was changed.
fn earlier(newest_first: Vec<score_revision::Model>) -> Vec<score_revision::Model> {
    let reasons: Vec<Option<String>> = newest_first.iter().map(|row| row.reason.clone()).collect();
    let older = newest_first.into_iter().skip(1).zip(reasons);
    older.map(|(row, reason)| score_revision::Model { reason, ..row }).collect()
}

/// Who graded: a person or an API key.
#[derive(Clone, Debug)]
pub struct Grader {
    /// The person's or key's id.
    pub id: Uuid,
    /// The person's name (where it is not known, what they sign in as), or the key's.
    pub name: Option<String>,
}

/// Graders by id; for whoever may see what they graded. Three statements.
#[crate::boxed]
pub async fn graders(service: &Service, ids: &[Uuid]) -> Result<Vec<Grader>> {
    let persons = person::Entity::find()
        .filter(person::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?;
    let keys = api_key::Entity::find()
        .filter(api_key::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?;
    let subjects = identity::Entity::find()
        .filter(identity::Column::PersonId.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?;
    let subjects: HashMap<Uuid, String> =
        subjects.into_iter().map(|row| (row.person_id, row.subject)).collect();
    let persons = persons
        .into_iter()
        .map(|row| Grader { id: row.id, name: row.name.or_else(|| subjects.get(&row.id).cloned()) });
    let keys = keys.into_iter().map(|row| Grader { id: row.id, name: Some(row.name) });
    Ok(persons.chain(keys).collect())
}

/// Those of these graders who graded something that the caller sees, decided a claim of prior learning, or raised or resolved a flag. Which fellow
/// learners judged is not found out here.
#[crate::boxed]
pub async fn visible_graders(service: &Service, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Grader>> {
    let Ok(reach) = reach(actor) else { return Ok(Vec::new()) };
    let attempts = || {
        Query::select()
            .column(attempt::Column::Id)
            .from(attempt::Entity)
            .cond_where(tenancy::attempts(reach))
            .to_owned()
    };
    let mut seen: Vec<Uuid> = score_revision::Entity::find()
        .select_only()
        .column(score_revision::Column::GraderId)
        .distinct()
        .filter(score_revision::Column::GraderId.is_in(ids.iter().copied()))
        .filter(score_revision::Column::GraderKind.is_in([ActorKind::Person, ActorKind::ApiKey]))
        .filter(score_revision::Column::AttemptId.in_subquery(attempts()))
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let reviewed: Vec<Uuid> = review::Entity::find()
        .select_only()
        .column(review::Column::PersonId)
        .distinct()
        .filter(review::Column::PersonId.is_in(ids.iter().copied()))
        .filter(review::Column::Kind.ne(ReviewKind::Peer))
        .filter(review::Column::AttemptId.in_subquery(attempts()))
        .into_tuple()
        .all(service.db.reader())
        .await?;
    seen.extend(reviewed);
    seen.extend(prior_learning::deciders(service, reach, ids).await?);
    seen.extend(integrity::involved(service, actor, ids).await?);
    seen.sort_unstable();
    seen.dedup();
    graders(service, &seen).await
}
