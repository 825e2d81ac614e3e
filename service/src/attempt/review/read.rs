//! Reading reviews: how far the judging of an attempt is, what each said for those who may know it by now, and the tasks of fellow learners.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{ActorKind, AttemptStatus, ReviewKind, ReviewStatus};
use cairn_entity::{assessment, attempt, enrollment, review, rubric_score};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::super::rubric::Point;
use super::super::rules::{Graders, Rules};
use super::peer;
use crate::Service;
use crate::actor::{Actor, Reach, Scope};
use crate::error::Result;
use crate::idempotency::kept_as;
use crate::page::{self, Page, PageArgs, Sort, SortKey};
use crate::tenancy;

/// How far the judging of an attempt by several graders is.
#[derive(Clone, Debug)]
pub struct Reviewing {
    /// The rule.
    pub graders: Graders,
    /// How many have judged.
    pub submitted: usize,
    /// What they said, as far as the caller may know it.
    pub reviews: Vec<Review>,
}

/// What one grader said.
#[derive(Clone, Debug)]
pub struct Review {
    /// The row.
    pub row: review::Model,
    /// Points by criterion.
    pub points: Vec<rubric_score::Model>,
    /// Who judged; none where the caller is not to know.
    pub reviewer: Option<Uuid>,
}

impl Review {
    fn of(row: review::Model, names_peers: bool) -> Result<Self> {
        let points: Vec<Point> = serde_json::from_value(row.rubric.clone())?;
        let score = |point: Point| rubric_score::Model {
            id: row.id,
            issuer_id: row.issuer_id,
            attempt_id: row.attempt_id,
            criterion_id: point.criterion,
            level_id: point.level,
            points: point.points,
            feedback: point.feedback,
        };
        let points = points.into_iter().map(score).collect();
        let reviewer = row.person_id.filter(|_| names_peers || row.kind != ReviewKind::Peer);
        Ok(Self { row, points, reviewer })
    }
}

/// How far the judging of attempts is, by attempt; for whoever may see the attempts. Those that one grader decides are left out. What graders said
/// their author learns once it is decided, and staff once all have judged; before that each grader sees their own. Keys see all, since they do
/// not judge. The author never learns which fellow learners judged. Four statements.
#[crate::boxed]
pub async fn reviewing(
    service: &Service,
    actor: &Actor,
    attempts: &[Uuid],
) -> Result<HashMap<Uuid, Reviewing>> {
    let on = service.db.reader();
    let attempts =
        attempt::Entity::find().filter(attempt::Column::Id.is_in(attempts.iter().copied())).all(on).await?;
    let rules: Vec<(Uuid, serde_json::Value)> = assessment::Entity::find()
        .select_only()
        .columns([assessment::Column::Id, assessment::Column::Rules])
        .filter(assessment::Column::Id.is_in(attempts.iter().map(|row| row.assessment_id)))
        .into_tuple()
        .all(on)
        .await?;
    let mut graders: HashMap<Uuid, Graders> = HashMap::new();
    for (id, rules) in rules {
        graders.extend(Rules::read(&rules)?.graders.map(|rule| (id, rule)));
    }
    let judged: Vec<&attempt::Model> =
        attempts.iter().filter(|row| graders.contains_key(&row.assessment_id)).collect();
    let staffed = staffed(service, actor, judged.iter().map(|row| row.id).collect()).await?;
    let rows = review::Entity::find()
        .filter(review::Column::AttemptId.is_in(judged.iter().map(|row| row.id)))
        .filter(review::Column::Status.eq(ReviewStatus::Submitted))
        .order_by_asc(review::Column::SubmittedAt)
        .order_by_asc(review::Column::Id)
        .all(on)
        .await?;
    let mut all = HashMap::new();
    for attempt in judged {
        let Some(rule) = graders.get(&attempt.assessment_id).copied() else { continue };
        let own: Vec<&review::Model> = rows.iter().filter(|row| row.attempt_id == attempt.id).collect();
        let staff = staffed.contains(&attempt.id);
        let open = match staff {
            true => actor.kind != ActorKind::Person || attempt.awaits_moderation || is_decided(attempt),
            false => is_decided(attempt),
        };
        let mine = |row: &review::Model| staff && row.person_id.is_some() && row.person_id == actor.person();
        let shown = own.iter().filter(|row| open || mine(row));
        let reviews = shown.map(|row| Review::of((*row).clone(), staff)).collect::<Result<_>>()?;
        all.insert(attempt.id, Reviewing { graders: rule, submitted: own.len(), reviews });
    }
    Ok(all)
}

fn is_decided(row: &attempt::Model) -> bool {
    !matches!(row.status, AttemptStatus::Started | AttemptStatus::Submitted)
}

/// Those of these attempts that the caller sees otherwise than as their own.
async fn staffed(service: &Service, actor: &Actor, attempts: Vec<Uuid>) -> Result<HashSet<Uuid>> {
    let reach = match actor.reach_or_none(Scope::AssessmentsGrade)? {
        Some(reach) => Some(reach),
        None => actor.reach_or_none(Scope::EnrollmentsRead)?,
    };
    let Some(reach) = reach.filter(|reach| !matches!(reach, Reach::Own { .. })) else {
        return Ok(HashSet::new());
    };
    let select = attempt::Entity::find().select_only().column(attempt::Column::Id);
    let ids: Vec<Uuid> = select
        .filter(tenancy::attempts(reach))
        .filter(attempt::Column::Id.is_in(attempts))
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let own = own_among(service, actor, &ids).await?;
    Ok(ids.into_iter().filter(|id| !own.contains(id)).collect())
}

/// Those of these attempts that are the caller's own work, whatever other roles they have.
async fn own_among(service: &Service, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let Some(person) = actor.person() else { return Ok(Vec::new()) };
    let select = attempt::Entity::find().select_only().column(attempt::Column::Id);
    Ok(select
        .filter(tenancy::attempts(Reach::Own { person }))
        .filter(attempt::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(service.db.reader())
        .await?)
}

/// What a fellow learner is asked to review.
#[derive(Clone, Debug)]
pub struct Task {
    /// The review.
    pub row: review::Model,
    /// What the work was handed in for.
    pub assessment: Uuid,
}

kept_as!(Task, (review::Model, Uuid), |task| (task.row.clone(), task.assessment), |(row, assessment)| Self {
    row,
    assessment
});

/// Which tasks; what is absent restricts nothing.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    /// At these stages.
    pub statuses: Option<Vec<ReviewStatus>>,
}

/// What the caller was asked to review as a fellow learner, the earliest first. Two statements.
#[crate::boxed]
pub async fn tasks(
    service: &Service,
    actor: &Actor,
    filter: &TaskFilter,
    args: &PageArgs,
) -> Result<Page<Task>> {
    let sort = Sort { tag: "reviewTasks", column: None, id: review::Column::Id, descending: false };
    let select = select(actor, filter)?;
    let page = page::fetch(service.db.reader(), select, &sort, args, |row| (SortKey::None, row.id)).await?;
    let assessments = assessments(service, page.items.iter().map(|(row, _)| row.attempt_id)).await?;
    Ok(page
        .map(|row| Task { assessment: assessments.get(&row.attempt_id).copied().unwrap_or_default(), row }))
}

/// The assessments of attempts, by attempt.
async fn assessments(service: &Service, attempts: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, Uuid>> {
    let pairs: Vec<(Uuid, Uuid)> = attempt::Entity::find()
        .select_only()
        .columns([attempt::Column::Id, attempt::Column::AssessmentId])
        .filter(attempt::Column::Id.is_in(attempts))
        .into_tuple()
        .all(service.db.reader())
        .await?;
    Ok(pairs.into_iter().collect())
}

/// How many tasks these are.
#[crate::boxed]
pub async fn count_tasks(service: &Service, actor: &Actor, filter: &TaskFilter) -> Result<u64> {
    Ok(select(actor, filter)?.count(service.db.reader()).await?)
}

/// Those of these tasks that are the caller's.
#[crate::boxed]
pub async fn visible_tasks(service: &Service, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Task>> {
    let Ok(reach) = peer::own(actor) else { return Ok(Vec::new()) };
    let rows = own_tasks(reach, ids.iter().copied()).all(service.db.reader()).await?;
    let assessments = assessments(service, rows.iter().map(|row| row.attempt_id)).await?;
    let task = |row: review::Model| Some(Task { assessment: *assessments.get(&row.attempt_id)?, row });
    Ok(rows.into_iter().filter_map(task).collect())
}

fn select(actor: &Actor, filter: &TaskFilter) -> Result<Select<review::Entity>> {
    let select = all_own(peer::own(actor)?);
    Ok(match &filter.statuses {
        Some(statuses) => select.filter(review::Column::Status.is_in(statuses.iter().copied())),
        None => select,
    })
}

/// Those of these tasks that are within a person's own reach.
pub(super) fn own_tasks(reach: Reach, ids: impl IntoIterator<Item = Uuid>) -> Select<review::Entity> {
    all_own(reach).filter(review::Column::Id.is_in(ids))
}

fn all_own(reach: Reach) -> Select<review::Entity> {
    let enrollments = Query::select()
        .column(enrollment::Column::Id)
        .from(enrollment::Entity)
        .cond_where(tenancy::enrollments(reach))
        .to_owned();
    review::Entity::find()
        .filter(review::Column::Kind.eq(ReviewKind::Peer))
        .filter(review::Column::EnrollmentId.in_subquery(enrollments))
}
