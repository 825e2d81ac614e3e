//! What a person's completed programs count towards: each larger program that contains one of them, with what of it is done and what is missing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cairn_entity::enums::{ComponentState, EnrollmentStatus, ProgramStatus};
use cairn_entity::{component, enrollment, program, program_version};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Select};
use uuid::Uuid;

use super::{Within, completed, parts};
use crate::actor::Reach;
use crate::completion::{Component, Facts, Plan, Source, granted, load};
use crate::error::Result;
use crate::page::{self, Page, PageArgs, Sort, SortKey};
use crate::{Service, amount, progress, read, tenancy};

/// A larger program, and how far a person is with it.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The program.
    pub program: program::Model,
    /// The version that they are enrolled in, else the current one.
    pub version: program_version::Model,
    /// Their enrollment in it, where there is one.
    pub enrollment: Option<enrollment::Model>,
    /// Its places, in order.
    pub parts: Vec<StackPart>,
    /// Places that must be filled and are, and how many there are; of a group as many as it asks for.
    pub required: (i32, i32),
    /// Share done, percent in ten-thousandths.
    pub percent: i64,
    /// When it was completed.
    pub completed_at: Option<DateTime<Utc>>,
}

/// A place in a larger program.
#[derive(Clone, Debug)]
pub struct StackPart {
    /// The component.
    pub component: Uuid,
    /// Title of the program or module in it.
    pub title: String,
    /// The program in it.
    pub program: Option<Uuid>,
    /// When it was done; none where it is missing.
    pub completed_at: Option<DateTime<Utc>>,
    /// The completed enrollment in the program in it.
    pub enrollment: Option<Uuid>,
}

/// A page of what a person's completed programs count towards: published programs that have one of them as a part, and those made of programs that
/// the person is enrolled in. A number of statements that does not depend on how many they are.
#[crate::boxed]
pub async fn stacks(
    service: &Service,
    person: Uuid,
    within: &Within,
    args: &PageArgs,
) -> Result<Page<Stack>> {
    let known = Known::read(service, person, within).await?;
    let id = program::Column::Id;
    let sort = Sort { tag: "passport-stacks", column: None, id, descending: false };
    let found =
        page::fetch(service.db.reader(), known.select(), &sort, args, |row| (SortKey::None, row.id)).await?;
    let rows: Vec<program::Model> = found.items.iter().map(|(row, _)| row.clone()).collect();
    let mut stacks = known.fill(service, rows).await?;
    let items = found.items.into_iter().filter_map(|(row, cursor)| Some((stacks.remove(&row.id)?, cursor)));
    Ok(Page { items: items.collect(), has_next: found.has_next, has_previous: found.has_previous })
}

/// How many `stacks` has in all its pages.
#[crate::boxed]
pub async fn count_stacks(service: &Service, person: Uuid, within: &Within) -> Result<u64> {
    let known = Known::read(service, person, within).await?;
    Ok(known.select().count(service.db.reader()).await?)
}

/// What a person has done and is at.
struct Known {
    /// Completed enrollments, by program: the latest.
    done: HashMap<Uuid, enrollment::Model>,
    /// Enrollments in programs that are made of programs, by program: the completed one, else the latest.
    stacks: HashMap<Uuid, enrollment::Model>,
}

impl Known {
    async fn read(service: &Service, person: Uuid, within: &Within) -> Result<Self> {
        let own = || tenancy::enrollments(Reach::Own { person });
        let mut rows = enrollment::Entity::find()
            .filter(own())
            .filter(enrollment::Column::Status.ne(EnrollmentStatus::Withdrawn))
            .order_by_asc(enrollment::Column::Id)
            .all(service.db.reader())
            .await?;
        rows.retain(|row| within.has(row.id));
        let versions: Vec<Uuid> = rows.iter().map(|row| row.version_id).collect();
        let parts = parts(service, &versions).await?;
        let is_done = |row: &enrollment::Model| row.status == EnrollmentStatus::Completed;
        let mut stacks: HashMap<Uuid, enrollment::Model> = HashMap::new();
        for row in rows.into_iter().filter(|row| parts.contains_key(&row.version_id)) {
            if stacks.get(&row.program_id).is_none_or(|known| is_done(&row) || !is_done(known)) {
                stacks.insert(row.program_id, row);
            }
        }
        let completed = completed(service, own()).await?.into_iter();
        let counts = |row: &enrollment::Model| within.has(row.id) && row.held_since.is_none();
        let done = completed.filter(counts).map(|row| (row.program_id, row)).collect();
        Ok(Self { done, stacks })
    }

    fn select(&self) -> Select<program::Entity> {
        // Nobody can begin with what is retired any more.
        let offered = Query::select()
            .column(program_version::Column::Id)
            .from(program_version::Entity)
            .and_where(program_version::Column::Status.eq(ProgramStatus::Published))
            .to_owned();
        let containing = Query::select()
            .column(component::Column::VersionId)
            .from(component::Entity)
            .and_where(component::Column::ComponentProgramId.is_in(self.done.keys().copied()))
            .and_where(component::Column::VersionId.in_subquery(offered))
            .to_owned();
        program::Entity::find().filter(
            Condition::any()
                .add(program::Column::Id.is_in(self.stacks.keys().copied()))
                .add(program::Column::CurrentVersionId.in_subquery(containing)),
        )
    }

    async fn fill(&self, service: &Service, programs: Vec<program::Model>) -> Result<HashMap<Uuid, Stack>> {
        let enrolled: Vec<enrollment::Model> =
            programs.iter().filter_map(|row| self.stacks.get(&row.id).cloned()).collect();
        let shown = |row: &program::Model| match self.stacks.get(&row.id) {
            Some(enrollment) => Some(enrollment.version_id),
            None => row.current_version_id,
        };
        let ids: HashSet<Uuid> = programs.iter().filter_map(shown).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let versions = read::by_ids::<program_version::Entity>(service, &ids).await?;
        let versions: HashMap<Uuid, program_version::Model> =
            versions.into_iter().map(|row| (row.id, row)).collect();
        let plans = load::of_versions(service.db.reader(), ids).await?;
        let standings = progress::by_enrollments(service, &enrolled).await?;
        let each = programs.into_iter().filter_map(|program| {
            let version = versions.get(&shown(&program)?)?.clone();
            let plan = plans.get(&version.id)?;
            let enrollment = self.stacks.get(&program.id).cloned();
            let standing = enrollment.as_ref().and_then(|row| standings.get(&row.id));
            let stack = self.stack(plan, standing.map_or(&[], Vec::as_slice), enrollment, (program, version));
            Some((stack.program.id, stack))
        });
        Ok(each.collect())
    }

    fn stack(
        &self,
        plan: &Arc<Plan>,
        standing: &[progress::Standing],
        enrollment: Option<enrollment::Model>,
        (program, version): (program::Model, program_version::Model),
    ) -> Stack {
        let mut facts = Facts::new(DateTime::UNIX_EPOCH);
        let mut parts = Vec::with_capacity(plan.components.len());
        for place in &plan.components {
            let by = place.program_id.and_then(|program| self.done.get(&program));
            let learned = standing.iter().find(|one| one.component.id == place.id && counts(one, place));
            let skipped = learned.filter(|one| one.state == ComponentState::Waived).and(enrollment.as_ref());
            let completed_at = by
                .and_then(|row| row.completed_at)
                .or_else(|| learned.and_then(|one| one.completed_at))
                .or_else(|| skipped.map(|row| row.enrolled_at));
            if let Some(at) = completed_at {
                facts.components.insert(place.id, granted::done(at));
            } else if let Some(one) = learned {
                facts.components.entry(place.id).or_default().percent = one.percent;
            }
            parts.push(StackPart {
                component: place.id,
                title: place.title.clone(),
                program: place.program_id,
                completed_at,
                enrollment: by.map(|row| row.id),
            });
        }
        let done = enrollment.as_ref().filter(|row| row.status == EnrollmentStatus::Completed);
        let completed_at = done.and_then(|row| row.completed_at);
        let percent = completed_at.map_or_else(|| facts.percent(plan), |_| amount::HUNDRED);
        let required = facts.required(plan);
        Stack { program, version, enrollment, parts, required, percent, completed_at }
    }
}

/// Whether what progress says of a place counts: of one that a program fills only what was not learned in that program, which stands for itself.
fn counts(one: &progress::Standing, place: &Component) -> bool {
    let done = matches!(one.state, ComponentState::Completed | ComponentState::Waived);
    place.program_id.is_none() || (done && one.source != Some(Source::Learned))
}
