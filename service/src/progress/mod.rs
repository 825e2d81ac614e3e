//! Progress: a fold over immutable learning events. Late, repeated and out-of-order ones come to the same.

mod desk;
mod event;
mod fold;
mod history;
mod known;
mod place;
mod read;
mod record;
mod source;
mod stuck;

use std::collections::HashMap;

use cairn_entity::enums::{ComponentOrder, ComponentState};
use cairn_entity::{component, component_progress, enrollment, program_version};
use cairn_words::Words;
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::Service;
use crate::amount;
use crate::completion::known as completed;
use crate::completion::{Facts, Source, granted, load};
use crate::error::Result;

pub(crate) use event::{AHEAD, number};
pub use event::{EventOutcome, NewEvent, Receipt};
pub use read::{by_ids, count_of_enrollments, of_enrollments, visible_by_ids};
pub use record::record;
pub use stuck::{Silence, Stuck, StuckFilter, StuckReason, count_stuck, stuck};

/// How far one component of an enrollment is.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The component.
    pub component: component::Model,
    /// Where it stands.
    pub state: ComponentState,
    /// Share done, percent in ten-thousandths.
    pub percent: i64,
    /// When done.
    pub completed_at: Option<DateTime<Utc>>,
    /// Why it is done; none while it is not.
    pub source: Option<Source>,
    /// Title of the component that has to be complete before it opens; none where it is open.
    locked_by: Option<String>,
}

impl Standing {
    /// Why it is locked, in words that a learner understands; none where it is open.
    pub fn locked_reason(&self, words: Words) -> Option<String> {
        self.locked_by.as_deref().map(|before| words.learned_locked(before))
    }

    /// What learning came to.
    fn learned(component: &component::Model, row: Option<&component_progress::Model>) -> Self {
        let state = row.map_or(ComponentState::NotStarted, |row| row.state);
        Self {
            component: component.clone(),
            state,
            percent: row.map_or(0, |row| row.percent),
            completed_at: row.and_then(|row| row.completed_at),
            source: (state == ComponentState::Completed).then_some(Source::Learned),
            locked_by: None,
        }
    }

    /// The same, where it is done for another reason since a moment; what was learned earlier stays learned.
    fn granted(self, source: Source, at: DateTime<Utc>) -> Self {
        if self.completed_at.is_some_and(|learned| learned <= at) {
            return self;
        }
        Self {
            state: ComponentState::Completed,
            percent: amount::HUNDRED,
            completed_at: Some(at),
            source: Some(source),
            ..self
        }
    }
}

/// The components of enrollments in order, those not begun too, by enrollment; for whoever may see them. The number of statements does not depend on how
/// many enrollments there are.
#[crate::boxed]
pub async fn by_enrollments(
    service: &Service,
    enrollments: &[enrollment::Model],
) -> Result<HashMap<Uuid, Vec<Standing>>> {
    let components = component::Entity::find()
        .filter(component::Column::VersionId.is_in(enrollments.iter().map(|row| row.version_id)))
        .order_by_asc(component::Column::Position)
        .all(service.db.reader())
        .await?;
    let rows = component_progress::Entity::find()
        .filter(component_progress::Column::EnrollmentId.is_in(enrollments.iter().map(|row| row.id)))
        .all(service.db.reader())
        .await?;
    let rows: HashMap<(Uuid, Uuid), component_progress::Model> =
        rows.into_iter().map(|row| ((row.enrollment_id, row.component_id), row)).collect();
    let granted = granted::granted(service.db.reader(), enrollments, &components).await?;
    let locks = locks(service, enrollments, &rows, &granted).await?;
    let mut by_version: HashMap<Uuid, Vec<component::Model>> = HashMap::new();
    for row in components {
        by_version.entry(row.version_id).or_default().push(row);
    }
    let standing = |enrollment: &enrollment::Model, component: &component::Model| {
        let key = (enrollment.id, component.id);
        let learned = Standing::learned(component, rows.get(&key));
        let standing = match granted.get(&key) {
            Some((source, at)) => learned.granted(*source, *at),
            None => learned,
        };
        Standing { locked_by: locks.get(&key).cloned(), ..standing }
    };
    let each = enrollments.iter().map(|enrollment| {
        let components = by_version.get(&enrollment.version_id).into_iter().flatten();
        (enrollment.id, components.map(|component| standing(enrollment, component)).collect())
    });
    Ok(each.collect())
}

/// Progress by enrollment and component.
type Rows = HashMap<(Uuid, Uuid), component_progress::Model>;

/// Titles of what locks components, by enrollment and component; only versions whose components open one after the other lock any.
async fn locks(
    service: &Service,
    enrollments: &[enrollment::Model],
    rows: &Rows,
    granted: &HashMap<(Uuid, Uuid), (Source, DateTime<Utc>)>,
) -> Result<HashMap<(Uuid, Uuid), String>> {
    let ordered: Vec<Uuid> = program_version::Entity::find()
        .select_only()
        .column(program_version::Column::Id)
        .filter(program_version::Column::Id.is_in(enrollments.iter().map(|row| row.version_id)))
        .filter(program_version::Column::ComponentOrder.eq(ComponentOrder::Sequential))
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let ordered: Vec<enrollment::Model> =
        enrollments.iter().filter(|row| ordered.contains(&row.version_id)).cloned().collect();
    let plans = load::plans(service.db.reader(), &ordered).await?;
    let mut locks = HashMap::new();
    for enrollment in &ordered {
        let plan = plans.of(enrollment);
        let mut facts = Facts::new(enrollment.enrolled_at);
        let known = plan.components.iter().filter_map(|component| {
            Some((component.id, completed::fact(rows.get(&(enrollment.id, component.id))?)))
        });
        facts.components.extend(known);
        for component in &plan.components {
            if let Some((_, at)) = granted.get(&(enrollment.id, component.id)) {
                facts.components.entry(component.id).or_default().join(granted::done(*at));
            }
        }
        let facts = facts.in_order(&plan);
        for (index, component) in plan.components.iter().enumerate() {
            if let Some(before) = facts.locked_by(&plan, index) {
                locks.insert((enrollment.id, component.id), before.title.clone());
            }
        }
    }
    Ok(locks)
}
