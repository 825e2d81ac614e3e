//! Results: each becomes an attempt at its line item, with its score and date.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::AttemptStatus;
use cairn_entity::{assessment, attempt, enrollment, score_revision};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::Import;
use super::calendar::Calendar;
use super::enrollments::Who;
use super::files::File;
use super::report::{Bad, Fate};
use super::table::{Row, Status};
use crate::clock::END_OF_TIME;
use crate::error::Result;
use crate::ids::Kind;
use crate::{Work, save};

/// Up to so many assessments the database looks for pairs of enrollment and assessment; beyond, it reads all that the enrollments have.
const FEW: usize = 8;

/// A result as its row states it.
struct Stated {
    id: String,
    line_item: String,
    student: String,
    status: AttemptStatus,
    score: Option<i64>,
    at: DateTime<Utc>,
    feedback: Option<String>,
}

/// An enrollment as far as a result needs it.
struct Place {
    id: Uuid,
    enrolled_at: DateTime<Utc>,
    ordinal: i32,
}

/// What a batch refers to.
struct Scene {
    line_items: HashMap<String, assessment::Model>,
    learners: HashMap<String, Who>,
    /// Enrollments by learner and cohort, the earliest first.
    places: HashMap<(Uuid, Uuid), Vec<Place>>,
    /// Attempts by their external id: an id is unique in an enrollment only.
    present: HashMap<String, Vec<attempt::Model>>,
    /// The last number by enrollment and assessment.
    numbers: HashMap<(Uuid, Uuid), i32>,
}

/// What a batch writes.
#[derive(Default)]
struct Written {
    attempts: Vec<attempt::Model>,
    revisions: Vec<score_revision::Model>,
}

impl Import<'_> {
    pub(super) async fn results(&mut self, rows: Vec<Row>) -> Result<()> {
        let calendar = self.calendar;
        let rows = self.sift(File::Results, &rows, |row| read(row, calendar));
        let mut work = self.begin().await?;
        let mut scene = self.results_scene(&work, &rows).await?;
        let mut written = Written::default();
        for (line, stated) in rows {
            match self.place_result(&mut work, &mut scene, &mut written, stated)? {
                Ok(fate) => self.report.count(File::Results, fate),
                Err(bad) => self.report.fail(File::Results, line, bad),
            }
        }
        save::rows::<attempt::Entity>(work.tx(), written.attempts).await?;
        save::rows::<score_revision::Entity>(work.tx(), written.revisions).await?;
        work.commit().await
    }

    async fn results_scene(&self, work: &Work<'_>, rows: &[(u64, Stated)]) -> Result<Scene> {
        let line_items =
            self.assessments(work.tx(), rows.iter().map(|(_, row)| row.line_item.as_str())).await?;
        let learners = self.learners(work.tx(), rows.iter().map(|(_, row)| row.student.as_str())).await?;
        let places = self.places(work.tx(), &learners).await?;
        let present = attempt::Entity::find()
            .filter(attempt::Column::IssuerId.eq(self.issuer.id))
            .filter(attempt::Column::ExternalId.is_in(rows.iter().map(|(_, row)| row.id.as_str())))
            .all(work.tx())
            .await?;
        let mut by_id: HashMap<String, Vec<attempt::Model>> = HashMap::new();
        for row in present {
            if let Some(id) = row.external_id.clone() {
                by_id.entry(id).or_default().push(row);
            }
        }
        let mut scene = Scene { line_items, learners, places, present: by_id, numbers: HashMap::new() };
        scene.numbers = last_numbers(work.tx(), &scene, rows).await?;
        Ok(scene)
    }

    /// Where learners are enrolled.
    async fn places(
        &self,
        connection: &impl ConnectionTrait,
        learners: &HashMap<String, Who>,
    ) -> Result<HashMap<(Uuid, Uuid), Vec<Place>>> {
        let rows: Vec<(Uuid, Uuid, Uuid, DateTime<Utc>, i32)> = enrollment::Entity::find()
            .select_only()
            .columns([
                enrollment::Column::Id,
                enrollment::Column::LearnerId,
                enrollment::Column::PlaceId,
                enrollment::Column::EnrolledAt,
                enrollment::Column::Ordinal,
            ])
            .filter(enrollment::Column::LearnerId.is_in(learners.values().map(|learner| learner.id)))
            .filter(enrollment::Column::CohortId.is_not_null())
            .into_tuple()
            .all(connection)
            .await?;
        let mut places: HashMap<(Uuid, Uuid), Vec<Place>> = HashMap::new();
        for (id, learner, place, enrolled_at, ordinal) in rows {
            places.entry((learner, place)).or_default().push(Place { id, enrolled_at, ordinal });
        }
        for places in places.values_mut() {
            places.sort_by_key(|place| (place.enrolled_at, place.ordinal));
        }
        Ok(places)
    }

    /// Decides what becomes of one row.
    fn place_result(
        &self,
        work: &mut Work<'_>,
        scene: &mut Scene,
        written: &mut Written,
        stated: Stated,
    ) -> Result<Result<Fate, Bad>> {
        let Some(item) = scene.line_items.get(&stated.line_item) else {
            return Ok(Err(Bad::at("lineItemSourcedId", "names no line item, or one that did not go in")));
        };
        if let Err(bad) = check_range(item, stated.score) {
            return Ok(Err(bad));
        }
        let places = scene.learners.get(&stated.student).zip(item.cohort_id);
        let places = places.and_then(|(learner, cohort)| scene.places.get(&(learner.id, cohort)));
        let Some(places) = places else {
            let why = "names no student who is enrolled in the line item's class";
            return Ok(Err(Bad::at("studentSourcedId", why)));
        };
        let here = |row: &attempt::Model| places.iter().any(|place| place.id == row.enrollment_id);
        let known = scene.present.get(&stated.id).map(Vec::as_slice).unwrap_or_default();
        let before = known.iter().find(|row| row.assessment_id == item.id && here(row));
        if before.is_none() {
            if known.iter().any(|row| row.assessment_id == item.id) {
                let why = "is another student than that of an earlier import";
                return Ok(Err(Bad::at("studentSourcedId", why)));
            }
            if known.iter().any(here) {
                let why = "is another line item than that of an earlier import";
                return Ok(Err(Bad::at("lineItemSourcedId", why)));
            }
        }
        let mut after = match before {
            Some(before) => before.clone(),
            None if stated.status == AttemptStatus::Voided => return Ok(Ok(Fate::Ignored)),
            None => {
                // Of several enrollments in a class, the one that ran at the time.
                let place =
                    places.iter().rev().find(|place| place.enrolled_at <= stated.at).unwrap_or(&places[0]);
                let number = scene.numbers.entry((place.id, item.id)).or_default();
                *number += 1;
                fresh(work, item, place.id, *number)?
            }
        };
        fill(&mut after, item, stated);
        let fate = match before {
            None => Fate::Created,
            Some(before) if *before == after => return Ok(Ok(Fate::Unchanged)),
            Some(_) => Fate::Updated,
        };
        after.updated_at = work.now;
        let earlier = before.and_then(|before| before.score);
        if earlier != after.score {
            written.revisions.extend(revision(work, &after)?);
        }
        if earlier.is_some_and(|_| earlier != after.score) {
            let detail = json!({ "from": earlier, "to": after.score, "passed": after.passed });
            work.audit(Some(after.issuer_id), "attempt.regraded", (Kind::Attempt, after.id), detail)?;
        }
        written.attempts.push(after);
        Ok(Ok(fate))
    }
}

/// The last number of the attempts that new results come after.
async fn last_numbers(
    connection: &impl ConnectionTrait,
    scene: &Scene,
    rows: &[(u64, Stated)],
) -> Result<HashMap<(Uuid, Uuid), i32>> {
    let mut enrollments = HashSet::new();
    let mut assessments = HashSet::new();
    for (_, row) in rows.iter().filter(|(_, row)| !scene.present.contains_key(&row.id)) {
        let (Some(item), Some(learner)) =
            (scene.line_items.get(&row.line_item), scene.learners.get(&row.student))
        else {
            continue;
        };
        let places = item.cohort_id.and_then(|cohort| scene.places.get(&(learner.id, cohort)));
        enrollments.extend(places.into_iter().flatten().map(|place| place.id));
        assessments.insert(item.id);
    }
    if enrollments.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = attempt::Entity::find()
        .select_only()
        .columns([attempt::Column::EnrollmentId, attempt::Column::AssessmentId])
        .column_as(attempt::Column::Number.max(), "last")
        .filter(attempt::Column::EnrollmentId.is_in(enrollments))
        .group_by(attempt::Column::EnrollmentId)
        .group_by(attempt::Column::AssessmentId);
    if assessments.len() <= FEW {
        query = query.filter(attempt::Column::AssessmentId.is_in(assessments));
    }
    let rows: Vec<(Uuid, Uuid, Option<i32>)> = query.into_tuple().all(connection).await?;
    Ok(rows
        .into_iter()
        .map(|(enrollment, item, last)| ((enrollment, item), last.unwrap_or_default()))
        .collect())
}

fn check_range(item: &assessment::Model, score: Option<i64>) -> Result<(), Bad> {
    match score {
        Some(score) if score < item.min_score => Err(Bad::at("score", "is less than the line item's least")),
        Some(score) if score > item.max_score => Err(Bad::at("score", "is more than the line item's most")),
        _ => Ok(()),
    }
}

fn fresh(work: &Work<'_>, item: &assessment::Model, enrollment: Uuid, number: i32) -> Result<attempt::Model> {
    let place = (item.issuer_id, enrollment, item.id);
    Ok(crate::attempt::blank(work.new_id()?, place, number, item.max_score, work.now))
}

fn fill(to: &mut attempt::Model, item: &assessment::Model, stated: Stated) {
    to.external_id = Some(stated.id);
    to.status = stated.status;
    if stated.status == AttemptStatus::Voided {
        return;
    }
    let graded = stated.status == AttemptStatus::Graded;
    to.score = stated.score.filter(|_| graded);
    to.max_score = item.max_score;
    to.passed = to.score.map(|score| item.pass_mark.is_none_or(|mark| score >= mark));
    to.feedback = stated.feedback;
    to.submitted_at = Some(stated.at);
    to.graded_at = graded.then_some(stated.at);
    to.sort_submitted_at = stated.at;
    to.sort_graded_at = to.graded_at.unwrap_or(END_OF_TIME);
}

/// The score that an attempt was given, for its history.
fn revision(work: &Work<'_>, row: &attempt::Model) -> Result<Option<score_revision::Model>> {
    let Some((score, graded_at)) = row.score.zip(row.graded_at) else { return Ok(None) };
    Ok(Some(score_revision::Model {
        id: work.new_id()?,
        issuer_id: row.issuer_id,
        attempt_id: row.id,
        score,
        passed: row.passed,
        graded_at,
        grader_kind: work.actor().kind,
        grader_id: work.actor().id,
        reason: None,
    }))
}

fn read(row: &Row, calendar: Calendar) -> Result<Option<Stated>, Bad> {
    let id = row.id("sourcedId")?.to_owned();
    let line_item = row.id("lineItemSourcedId")?.to_owned();
    let student = row.id("studentSourcedId")?.to_owned();
    let at = row.moment("scoreDate", calendar)?.ok_or_else(|| Bad::at("scoreDate", "is required"))?;
    let score = row.number("score")?;
    let status = match row.required("scoreStatus")? {
        _ if row.status()? == Status::ToBeDeleted => AttemptStatus::Voided,
        // Without its score there is nothing to decide by, whatever the status says.
        "fully graded" if score.is_some() => AttemptStatus::Graded,
        "fully graded" | "partially graded" | "submitted" => AttemptStatus::Submitted,
        "not submitted" | "exempt" => return Ok(None),
        _ => return Err(Bad::at("scoreStatus", "is no status of OneRoster 1.2")),
    };
    let words = |column| Ok::<_, Bad>(row.words(column, 10_000)?.map(str::to_owned));
    let feedback = match (words("textScore")?, words("comment")?) {
        (Some(grade), Some(comment)) => Some(format!("{grade}: {comment}")),
        (grade, comment) => grade.or(comment),
    };
    Ok(Some(Stated { id, line_item, student, status, score, at, feedback }))
}
