//! Enrollments of students: each becomes an enrollment in its class's cohort. What has come of it is decided later, in `outcomes`.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::EnrollmentStatus;
use cairn_entity::{cohort, enrollment, learner, program};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Import;
use super::calendar::Calendar;
use super::files::File;
use super::report::{Bad, Fate};
use super::table::{Row, Status};
use crate::enrollment::{self as domain, Change};
use crate::error::Result;
use crate::{Work, save};

/// Why an enrollment was given up.
const GONE: &str = "oneroster_tobedeleted";
/// Why one runs again.
const MOVED: &str = "oneroster_end_date_changed";

/// An enrollment as its row states it.
struct Stated {
    id: String,
    class: String,
    user: String,
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
    /// When it was taken back, where the row says so.
    gone: Option<Option<DateTime<Utc>>>,
}

/// A learner as far as an enrollment needs it.
pub(super) struct Who {
    pub id: Uuid,
    pub sort_name: String,
}

/// What a batch refers to.
struct Scene {
    cohorts: HashMap<String, cohort::Model>,
    versions: HashMap<Uuid, Uuid>,
    learners: HashMap<String, Who>,
    present: HashMap<String, enrollment::Model>,
    ordinals: HashMap<(Uuid, Uuid), i32>,
}

/// What a batch writes.
#[derive(Default)]
struct Written {
    created: Vec<enrollment::Model>,
    changed: Vec<enrollment::Model>,
    steps: Vec<Change>,
}

impl Import<'_> {
    pub(super) async fn enrollments(&mut self, rows: Vec<Row>) -> Result<()> {
        let calendar = self.calendar;
        let rows = self.sift(File::Enrollments, &rows, |row| read(row, calendar));
        let mut work = self.begin().await?;
        let mut scene = self.scene(&work, &rows).await?;
        let mut written = Written::default();
        for (line, stated) in rows {
            match self.place(&work, &mut scene, &mut written, stated)? {
                Ok(fate) => self.report.count(File::Enrollments, fate),
                Err(bad) => self.report.fail(File::Enrollments, line, bad),
            }
        }
        domain::insert(&mut work, written.created).await?;
        save::rows::<enrollment::Entity>(work.tx(), written.changed).await?;
        domain::apply(&mut work, written.steps).await?;
        work.commit().await
    }

    async fn scene(&self, work: &Work<'_>, rows: &[(u64, Stated)]) -> Result<Scene> {
        let cohorts = self.cohorts(work.tx(), rows.iter().map(|(_, row)| row.class.as_str())).await?;
        let learners = self.learners(work.tx(), rows.iter().map(|(_, row)| row.user.as_str())).await?;
        let present = enrollment::Entity::find()
            .filter(enrollment::Column::IssuerId.eq(self.issuer.id))
            .filter(enrollment::Column::ExternalId.is_in(rows.iter().map(|(_, row)| row.id.as_str())))
            .order_by_asc(enrollment::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .all(work.tx())
            .await?;
        let present: HashMap<String, enrollment::Model> =
            present.into_iter().filter_map(|row| Some((row.external_id.clone()?, row))).collect();
        let fresh = rows.iter().filter(|(_, row)| !present.contains_key(&row.id));
        let fresh = fresh.filter_map(|(_, row)| learners.get(&row.user)).map(|learner| learner.id);
        let ordinals = last_ordinals(work.tx(), fresh.collect()).await?;
        let programs: HashSet<Uuid> = cohorts.values().map(|cohort| cohort.program_id).collect();
        let current = program::Entity::find()
            .filter(program::Column::Id.is_in(programs))
            .all(work.tx())
            .await?
            .into_iter()
            .filter_map(|program| Some((program.id, program.current_version_id?)));
        Ok(Scene { versions: current.collect(), cohorts, learners, present, ordinals })
    }

    /// Learners of this issuer by external id; those who were erased are gone.
    pub(super) async fn learners(
        &self,
        connection: &impl ConnectionTrait,
        ids: impl Iterator<Item = &str>,
    ) -> Result<HashMap<String, Who>> {
        let ids: HashSet<&str> = ids.collect();
        let rows: Vec<(String, Uuid, String)> = learner::Entity::find()
            .select_only()
            .columns([learner::Column::ExternalId, learner::Column::Id, learner::Column::SortName])
            .filter(learner::Column::IssuerId.eq(self.issuer.id))
            .filter(learner::Column::ExternalId.is_in(ids))
            .filter(learner::Column::ErasedAt.is_null())
            .into_tuple()
            .all(connection)
            .await?;
        Ok(rows.into_iter().map(|(external, id, sort_name)| (external, Who { id, sort_name })).collect())
    }

    /// Decides what becomes of one row.
    fn place(
        &self,
        work: &Work<'_>,
        scene: &mut Scene,
        written: &mut Written,
        stated: Stated,
    ) -> Result<Result<Fate, Bad>> {
        let Some(cohort) = scene.cohorts.get(&stated.class) else {
            return Ok(Err(Bad::at("classSourcedId", "names no class, or one that did not go in")));
        };
        let Some(learner) = scene.learners.get(&stated.user) else {
            let why = "names no user with the role student, or one that did not go in";
            return Ok(Err(Bad::at("userSourcedId", why)));
        };
        if let Some(before) = scene.present.remove(&stated.id) {
            if before.cohort_id != Some(cohort.id) {
                let bad = Bad::at("classSourcedId", "is another class than that of an earlier import");
                return Ok(Err(bad));
            }
            if before.learner_id != learner.id {
                let bad = Bad::at("userSourcedId", "is another user than that of an earlier import");
                return Ok(Err(bad));
            }
            return Ok(Ok(self.update(work, written, before, &stated)));
        }
        if stated.gone.is_some() {
            return Ok(Ok(Fate::Ignored));
        }
        let Some(version) = cohort.version_id.or(scene.versions.get(&cohort.program_id).copied()) else {
            return Ok(Err(Bad::at("classSourcedId", "names a class whose program is not published")));
        };
        let ordinal = scene.ordinals.entry((learner.id, cohort.id)).or_default();
        *ordinal += 1;
        written.created.push(self.fresh(work, (cohort, version), learner, *ordinal, stated)?);
        Ok(Ok(Fate::Created))
    }

    fn fresh(
        &self,
        work: &Work<'_>,
        (cohort, version): (&cohort::Model, Uuid),
        learner: &Who,
        ordinal: i32,
        stated: Stated,
    ) -> Result<enrollment::Model> {
        // Without a begin date the class's first day counts, unless it was given up before that.
        let first =
            stated.first.or(cohort.starts_on).map(|first| stated.last.map_or(first, |last| first.min(last)));
        let enrolled_at = first.map_or(work.now, |first| self.calendar.start_of(first));
        Ok(enrollment::Model {
            id: work.new_id()?,
            issuer_id: self.issuer.id,
            learner_id: learner.id,
            program_id: cohort.program_id,
            version_id: version,
            cohort_id: Some(cohort.id),
            place_id: cohort.id,
            ordinal,
            external_id: Some(stated.id),
            status: EnrollmentStatus::Active,
            track: None,
            identity_verified_at: None,
            enrolled_at,
            started_at: None,
            completed_at: None,
            withdrawn_at: None,
            failed_at: None,
            expired_at: None,
            ends_at: stated.last.map(|last| self.calendar.end_of(last)),
            last_activity_at: enrolled_at,
            sort_name: learner.sort_name.clone(),
            percent: 0,
            score: -1,
            required_done: 0,
            required_total: 0,
            unsupported_since: None,
            held_since: None,
            created_at: work.now,
            updated_at: work.now,
        })
    }

    fn update(
        &self,
        work: &Work<'_>,
        written: &mut Written,
        before: enrollment::Model,
        stated: &Stated,
    ) -> Fate {
        if let Some(at) = stated.gone {
            if matches!(before.status, EnrollmentStatus::Withdrawn | EnrollmentStatus::Completed) {
                return Fate::Ignored;
            }
            let (to, at) = (EnrollmentStatus::Withdrawn, at.unwrap_or(work.now).min(work.now));
            written.steps.push(Change { before, to, at, reason: Some(GONE.to_owned()) });
            return Fate::Updated;
        }
        let mut after = before.clone();
        after.ends_at = stated.last.map(|last| self.calendar.end_of(last));
        if let Some(first) = stated.first {
            after.enrolled_at = self.calendar.start_of(first);
        }
        if after == before {
            return Fate::Unchanged;
        }
        after.updated_at = work.now;
        // It ended as of a date that is no longer said: it runs again until the outcome is decided anew.
        let ended = before.withdrawn_at.is_some() && before.withdrawn_at == self.end_day(&before);
        if ended && before.status == EnrollmentStatus::Withdrawn && after.ends_at != before.ends_at {
            let (to, at) = (EnrollmentStatus::Active, work.now);
            written.steps.push(Change { before: after.clone(), to, at, reason: Some(MOVED.to_owned()) });
        }
        written.changed.push(after);
        Fate::Updated
    }

    /// The beginning of the day on which an enrollment is to end: the moment that it is withdrawn at.
    pub(super) fn end_day(&self, row: &enrollment::Model) -> Option<DateTime<Utc>> {
        row.ends_at.map(|end| self.calendar.start_of(self.calendar.day_of(end)))
    }
}

/// The last ordinal that learners have in each place.
async fn last_ordinals(
    connection: &impl ConnectionTrait,
    learners: HashSet<Uuid>,
) -> Result<HashMap<(Uuid, Uuid), i32>> {
    if learners.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, Uuid, Option<i32>)> = enrollment::Entity::find()
        .select_only()
        .columns([enrollment::Column::LearnerId, enrollment::Column::PlaceId])
        .column_as(enrollment::Column::Ordinal.max(), "last")
        .filter(enrollment::Column::LearnerId.is_in(learners))
        .group_by(enrollment::Column::LearnerId)
        .group_by(enrollment::Column::PlaceId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|(learner, place, last)| ((learner, place), last.unwrap_or_default())).collect())
}

fn read(row: &Row, calendar: Calendar) -> Result<Option<Stated>, Bad> {
    let id = row.id("sourcedId")?.to_owned();
    if !row.required("role")?.eq_ignore_ascii_case("student") {
        return Ok(None);
    }
    let class = row.id("classSourcedId")?.to_owned();
    let user = row.id("userSourcedId")?.to_owned();
    let (first, last) = (row.day("beginDate")?, row.day("endDate")?);
    if first.zip(last).is_some_and(|(first, last)| last < first) {
        return Err(Bad::at("endDate", "lies before beginDate"));
    }
    let gone = match row.status()? {
        Status::Active => None,
        Status::ToBeDeleted => Some(row.moment("dateLastModified", calendar)?),
    };
    Ok(Some(Stated { id, class, user, first, last, gone }))
}
