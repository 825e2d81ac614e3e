//! Classes: each becomes a cohort of its course's program.

use std::collections::HashMap;

use cairn_entity::{cohort, program};
use chrono::NaiveDate;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::Import;
use super::files::File;
use super::lookups::is_there;
use super::report::{Bad, Fate};
use super::table::Row;
use crate::error::Result;
use crate::save;

/// A class as its row states it.
struct Class {
    id: String,
    title: String,
    course: String,
    /// First day of its first term, last day of its last.
    days: Option<(NaiveDate, NaiveDate)>,
}

impl Import<'_> {
    pub(super) async fn classes(&mut self, rows: Vec<Row>) -> Result<()> {
        let sessions = std::mem::take(&mut self.sessions);
        let rows = self.sift(File::Classes, &rows, |row| read(row, &sessions));
        self.sessions = sessions;
        let work = self.begin().await?;
        let programs = self.programs(work.tx(), rows.iter().map(|(_, class)| class.course.as_str())).await?;
        let present = self.cohorts(work.tx(), rows.iter().map(|(_, class)| class.id.as_str())).await?;
        let mut written = Vec::new();
        for (line, class) in rows {
            let Some(program) = programs.get(&class.course) else {
                let bad = Bad::at("courseSourcedId", "names no course, or one that did not go in");
                self.report.fail(File::Classes, line, bad);
                continue;
            };
            let before = present.get(&class.id);
            if before.is_some_and(|before| before.program_id != program.id) {
                let bad = Bad::at("courseSourcedId", "is another course than that of an earlier import");
                self.report.fail(File::Classes, line, bad);
                continue;
            }
            let mut after = match before {
                Some(before) => before.clone(),
                None => cohort::Model {
                    id: work.new_id()?,
                    issuer_id: self.issuer.id,
                    program_id: program.id,
                    version_id: program.current_version_id,
                    external_id: Some(class.id),
                    name: String::new(),
                    starts_on: None,
                    ends_on: None,
                    enrollment_opens_at: None,
                    enrollment_closes_at: None,
                    complete_by: None,
                    capacity: None,
                    delivery_mode: None,
                    prices: json!([]),
                    created_at: work.now,
                    updated_at: work.now,
                },
            };
            after.name = class.title;
            if let Some((first, last)) = class.days {
                after.starts_on = Some(first);
                after.ends_on = Some(last);
            }
            let fate = match before {
                None => Fate::Created,
                Some(before) if *before == after => Fate::Unchanged,
                Some(_) => Fate::Updated,
            };
            if fate != Fate::Unchanged {
                after.updated_at = work.now;
                written.push(after);
            }
            self.report.count(File::Classes, fate);
        }
        save::rows::<cohort::Entity>(work.tx(), written).await?;
        work.commit().await
    }

    /// Published programs of this issuer by external id.
    async fn programs(
        &self,
        connection: &impl ConnectionTrait,
        ids: impl Iterator<Item = &str>,
    ) -> Result<HashMap<String, program::Model>> {
        let rows = program::Entity::find()
            .filter(program::Column::IssuerId.eq(self.issuer.id))
            .filter(program::Column::ExternalId.is_in(ids))
            .filter(program::Column::CurrentVersionId.is_not_null())
            .all(connection)
            .await?;
        Ok(rows.into_iter().filter_map(|row| Some((row.external_id.clone()?, row))).collect())
    }

    /// Cohorts of this issuer by external id.
    pub(super) async fn cohorts(
        &self,
        connection: &impl ConnectionTrait,
        ids: impl Iterator<Item = &str>,
    ) -> Result<HashMap<String, cohort::Model>> {
        let mut ids: Vec<&str> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = cohort::Entity::find()
            .filter(cohort::Column::IssuerId.eq(self.issuer.id))
            .filter(cohort::Column::ExternalId.is_in(ids))
            .all(connection)
            .await?;
        Ok(rows.into_iter().filter_map(|row| Some((row.external_id.clone()?, row))).collect())
    }

    /// Cohorts that have come out of the classes in these rows.
    pub(super) async fn cohorts_of(&self, rows: &[Row]) -> Result<Vec<Uuid>> {
        let ids = rows.iter().filter_map(|row| row.id("sourcedId").ok());
        let cohorts = self.cohorts(self.service.db.reader(), ids).await?;
        let mut cohorts: Vec<Uuid> = cohorts.into_values().map(|row| row.id).collect();
        cohorts.sort_unstable();
        Ok(cohorts)
    }
}

fn read(row: &Row, sessions: &HashMap<String, (NaiveDate, NaiveDate)>) -> Result<Option<Class>, Bad> {
    let id = row.id("sourcedId")?.to_owned();
    row.required("title")?;
    let title = row.words("title", 300)?.unwrap_or_default().to_owned();
    let course = row.id("courseSourcedId")?.to_owned();
    let mut days: Option<(NaiveDate, NaiveDate)> = None;
    for term in row.text("termSourcedIds").split(',').map(str::trim).filter(|term| !term.is_empty()) {
        let (first, last) =
            sessions.get(term).ok_or_else(|| Bad::at("termSourcedIds", "names no academic session"))?;
        let (earliest, latest) = days.unwrap_or((*first, *last));
        days = Some((earliest.min(*first), latest.max(*last)));
    }
    Ok(is_there(row)?.then_some(Class { id, title, course, days }))
}
