//! What earlier calls recorded that bears on the events of this one, in a fixed number of statements.

use std::collections::{HashMap, HashSet};

use cairn_entity::{enrollment, learning_event};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::event::NewEvent;
use super::history::History;
use super::source::Sources;
use crate::Work;
use crate::error::Result;
use crate::reference::EnrollmentReference;

/// An event by its sender and the sender's id.
pub(super) type Named = (Uuid, String);

/// Digests of the events that were recorded under the ids of these, and under the ids that these name.
pub(super) async fn seen(
    work: &Work<'_>,
    sources: &Sources,
    events: &[NewEvent],
) -> Result<HashMap<Named, Vec<u8>>> {
    let names = events
        .iter()
        .flat_map(|event| std::iter::once(event.event_id.as_str()).chain(event.corrects.as_deref()));
    let names: HashSet<&str> = names.collect();
    let rows: Vec<(Uuid, String, Vec<u8>)> = learning_event::Entity::find()
        .select_only()
        .columns([
            learning_event::Column::SourceId,
            learning_event::Column::EventId,
            learning_event::Column::ContentHash,
        ])
        .filter(learning_event::Column::SourceId.is_in(sources.all()))
        .filter(learning_event::Column::EventId.is_in(names))
        .into_tuple()
        .all(work.tx())
        .await?;
    Ok(rows.into_iter().map(|(source, event_id, digest)| ((source, event_id), digest)).collect())
}

/// The events that were waiting for these: enrollment and id of each that names one.
pub(super) async fn waiting(
    work: &Work<'_>,
    sources: &Sources,
    events: &[NewEvent],
) -> Result<HashMap<Named, Vec<(Uuid, Uuid)>>> {
    let rows: Vec<(Uuid, Option<String>, Uuid, Uuid)> = learning_event::Entity::find()
        .select_only()
        .columns([
            learning_event::Column::SourceId,
            learning_event::Column::Corrects,
            learning_event::Column::EnrollmentId,
            learning_event::Column::Id,
        ])
        .filter(learning_event::Column::SourceId.is_in(sources.all()))
        .filter(learning_event::Column::Corrects.is_in(events.iter().map(|event| event.event_id.as_str())))
        .order_by_asc(learning_event::Column::Id)
        .into_tuple()
        .all(work.tx())
        .await?;
    let mut waiting: HashMap<Named, Vec<(Uuid, Uuid)>> = HashMap::new();
    for (source, corrects, enrollment, id) in rows {
        let Some(corrects) = corrects else { continue };
        waiting.entry((source, corrects)).or_default().push((enrollment, id));
    }
    Ok(waiting)
}

/// The events so far of the enrollments in which these void or correct something. No statement where none does.
pub(super) async fn histories(
    work: &Work<'_>,
    found: &HashMap<EnrollmentReference, enrollment::Model>,
    events: &[NewEvent],
) -> Result<HashMap<Uuid, History>> {
    let correcting = events.iter().filter(|event| event.corrects.is_some());
    let ids: HashSet<Uuid> =
        correcting.filter_map(|event| found.get(&event.enrollment)).map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = learning_event::Entity::find()
        .filter(learning_event::Column::EnrollmentId.is_in(ids.iter().copied()))
        .order_by_asc(learning_event::Column::Id)
        .all(work.tx())
        .await?;
    let mut of: HashMap<Uuid, Vec<learning_event::Model>> =
        ids.into_iter().map(|id| (id, Vec::new())).collect();
    for row in rows {
        of.entry(row.enrollment_id).or_default().push(row);
    }
    Ok(of.into_iter().map(|(id, rows)| (id, History::new(rows))).collect())
}
