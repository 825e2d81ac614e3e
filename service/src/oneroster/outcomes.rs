//! What has come of enrollments: given up at their end date, completed as the program's rule says, or failed. Decided from what is stored, so that it
//! does not matter how often an import was begun.

use std::collections::HashMap;

use cairn_entity::enums::{AttemptStatus, EnrollmentStatus};
use cairn_entity::{assessment, attempt, enrollment, program_version};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::table::Row;
use super::{BATCH, Import, Place, Progress, Watch};
use crate::Work;
use crate::completion::rule::Rule;
use crate::completion::{self, Told};
use crate::enrollment::{self as domain, Change};
use crate::error::Result;

/// Cohorts whose enrollments are paged through together: small ones fill a batch, and a page does not sort too many rows.
const COHORTS: usize = 50;
/// Why an enrollment was withdrawn.
const ENDED: &str = "oneroster_end_date";
/// Why one failed.
const NOT_PASSED: &str = "oneroster_not_passed";
/// Why a failed one runs again.
const PASSED_AFTER_ALL: &str = "oneroster_regraded";

/// What the line items that decide say of one enrollment.
#[derive(Clone, Copy, Debug, Default)]
struct Verdict {
    /// When first passed.
    passed_at: Option<DateTime<Utc>>,
    /// When last graded without a pass.
    not_passed_at: Option<DateTime<Utc>>,
}

impl Verdict {
    /// When it was decided.
    fn at(&self) -> Option<DateTime<Utc>> {
        self.passed_at.or(self.not_passed_at)
    }
}

impl Import<'_> {
    /// Decides the enrollments of the classes in these rows, which begin at a place; whether it may go on.
    pub(super) async fn outcomes<W: Watch + ?Sized>(
        &mut self,
        rows: Vec<Row>,
        place: Place,
        watch: &mut W,
    ) -> Result<bool> {
        let total = self.rows.get(&super::files::File::Enrollments).copied().unwrap_or_default();
        for cohorts in self.cohorts_of(&rows).await?.chunks(COHORTS) {
            let mut after = Uuid::nil();
            loop {
                let mut work = self.begin().await?;
                let rows = enrollment::Entity::find()
                    .filter(enrollment::Column::CohortId.is_in(cohorts.iter().copied()))
                    .filter(enrollment::Column::Id.gt(after))
                    .order_by_asc(enrollment::Column::Id)
                    .limit(BATCH as u64)
                    .all(work.tx())
                    .await?;
                let Some(last) = rows.last() else { break };
                after = last.id;
                self.decided += rows.len() as u64;
                self.decide(&mut work, rows).await?;
                work.commit().await?;
                let now = Progress { stage: "outcomes", done: self.decided.min(total), total };
                if !watch.told(now, place, &mut self.report).await? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    async fn decide(&mut self, work: &mut Work<'_>, rows: Vec<enrollment::Model>) -> Result<()> {
        let verdicts = verdicts(work, &rows).await?;
        let verdict = |row: &enrollment::Model| verdicts.get(&row.id).copied().unwrap_or_default();
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut first = Vec::new();
        for row in &rows {
            // Decided too late: given up before the rule can complete it.
            let too_late = verdict(row).at().and_then(|_| self.ended(work, row, verdict(row)));
            self.report.outcomes.withdrawn += u64::from(too_late.is_some());
            first.extend(too_late.or_else(|| passed_after_all(row, verdict(row))));
        }
        domain::apply(work, first).await?;
        let told = heard_of(work, &ids).await?;
        let completed = completed(work, &ids).await?;
        completion::refresh_told(work, &told).await?;
        let rows = domain::lock(work, &ids).await?;
        let now_completed =
            rows.iter().filter(|row| row.status == EnrollmentStatus::Completed).count() as u64;
        self.report.outcomes.completed += now_completed.saturating_sub(completed);
        let mut last = Vec::new();
        for row in &rows {
            let failed = not_passed(work, row, verdict(row));
            self.report.outcomes.failed += u64::from(failed.is_some());
            let ended = if failed.is_none() { self.ended(work, row, verdict(row)) } else { None };
            self.report.outcomes.withdrawn += u64::from(ended.is_some());
            last.extend(failed.or(ended));
        }
        domain::apply(work, last).await?;
        Ok(())
    }

    /// Withdrawal of an enrollment that ended before it was decided. The day on which it ends still counts.
    fn ended(&self, work: &Work<'_>, row: &enrollment::Model, verdict: Verdict) -> Option<Change> {
        let end = row.ends_at?;
        if !is_open(row) || end >= work.now || verdict.at().is_some_and(|decided| decided <= end) {
            return None;
        }
        let at = self.end_day(row).unwrap_or(end);
        Some(Change {
            before: row.clone(),
            to: EnrollmentStatus::Withdrawn,
            at,
            reason: Some(ENDED.to_owned()),
        })
    }
}

/// Whether an outcome may still be decided: under way, or run out of time before a bundle told what came of it.
fn is_open(row: &enrollment::Model) -> bool {
    matches!(row.status, EnrollmentStatus::Active | EnrollmentStatus::Pending | EnrollmentStatus::Expired)
}

/// A failed enrollment whose grades now say otherwise runs again, so that its rule can complete it.
fn passed_after_all(row: &enrollment::Model, verdict: Verdict) -> Option<Change> {
    let at = verdict.passed_at?;
    (row.status == EnrollmentStatus::Failed).then(|| Change {
        before: row.clone(),
        to: EnrollmentStatus::Active,
        at,
        reason: Some(PASSED_AFTER_ALL.to_owned()),
    })
}

/// Failure of an enrollment that was graded and did not pass.
fn not_passed(work: &Work<'_>, row: &enrollment::Model, verdict: Verdict) -> Option<Change> {
    let at = verdict.not_passed_at.filter(|_| verdict.passed_at.is_none())?.min(work.now);
    is_open(row).then(|| Change {
        before: row.clone(),
        to: EnrollmentStatus::Failed,
        at,
        reason: Some(NOT_PASSED.to_owned()),
    })
}

/// What the line items that decide say: those of the category that the version's rule asks for, in the enrollment's own cohort.
async fn verdicts(work: &Work<'_>, rows: &[enrollment::Model]) -> Result<HashMap<Uuid, Verdict>> {
    let versions: Vec<(Uuid, Option<serde_json::Value>)> = program_version::Entity::find()
        .select_only()
        .columns([program_version::Column::Id, program_version::Column::CompletionRule])
        .filter(program_version::Column::Id.is_in(rows.iter().map(|row| row.version_id)))
        .into_tuple()
        .all(work.tx())
        .await?;
    let mut categories: HashMap<Uuid, String> = HashMap::new();
    for (version, rule) in versions {
        if let Some(Rule::CategoryPassed(category)) = rule.map(serde_json::from_value).transpose()? {
            categories.insert(version, category);
        }
    }
    if categories.is_empty() {
        return Ok(HashMap::new());
    }
    let items: Vec<(Uuid, Option<Uuid>, Option<String>)> = assessment::Entity::find()
        .select_only()
        .columns([assessment::Column::Id, assessment::Column::CohortId, assessment::Column::Category])
        .filter(assessment::Column::CohortId.is_in(rows.iter().filter_map(|row| row.cohort_id)))
        .filter(assessment::Column::Category.is_in(categories.values().map(String::as_str)))
        .into_tuple()
        .all(work.tx())
        .await?;
    let items: HashMap<Uuid, (Option<Uuid>, Option<String>)> =
        items.into_iter().map(|(id, cohort, category)| (id, (cohort, category))).collect();
    let graded: Vec<(Uuid, Uuid, Option<bool>, DateTime<Utc>)> = attempt::Entity::find()
        .select_only()
        .columns([
            attempt::Column::EnrollmentId,
            attempt::Column::AssessmentId,
            attempt::Column::Passed,
            attempt::Column::SortGradedAt,
        ])
        .filter(attempt::Column::EnrollmentId.is_in(rows.iter().map(|row| row.id)))
        .filter(attempt::Column::AssessmentId.is_in(items.keys().copied()))
        .filter(attempt::Column::Status.eq(AttemptStatus::Graded))
        .into_tuple()
        .all(work.tx())
        .await?;
    let places: HashMap<Uuid, &enrollment::Model> = rows.iter().map(|row| (row.id, row)).collect();
    let mut verdicts: HashMap<Uuid, Verdict> = HashMap::new();
    for (enrollment, item, passed, at) in graded {
        let decides =
            places.get(&enrollment).zip(items.get(&item)).is_some_and(|(row, (cohort, category))| {
                row.cohort_id == *cohort && categories.get(&row.version_id) == category.as_ref()
            });
        if !decides {
            continue;
        }
        let verdict = verdicts.entry(enrollment).or_default();
        if passed == Some(true) {
            verdict.passed_at = Some(verdict.passed_at.map_or(at, |known| known.min(at)));
        } else {
            verdict.not_passed_at = Some(verdict.not_passed_at.map_or(at, |known| known.max(at)));
        }
    }
    Ok(verdicts)
}

/// When enrollments were last heard of through results.
async fn heard_of(work: &Work<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Told>> {
    let rows: Vec<(Uuid, Option<DateTime<Utc>>)> = attempt::Entity::find()
        .select_only()
        .column(attempt::Column::EnrollmentId)
        .column_as(attempt::Column::SortSubmittedAt.max(), "last")
        .filter(attempt::Column::EnrollmentId.is_in(ids.iter().copied()))
        .group_by(attempt::Column::EnrollmentId)
        .into_tuple()
        .all(work.tx())
        .await?;
    let heard: HashMap<Uuid, DateTime<Utc>> =
        rows.into_iter().filter_map(|(id, last)| Some((id, last?))).collect();
    let told = |id: &Uuid| {
        let heard_at = heard.get(id).copied().unwrap_or(DateTime::UNIX_EPOCH).min(work.now);
        (*id, Told { heard_at, regraded: false })
    };
    Ok(ids.iter().map(told).collect())
}

/// How many of the enrollments are completed.
async fn completed(work: &Work<'_>, ids: &[Uuid]) -> Result<u64> {
    let rows: Vec<(i64,)> = enrollment::Entity::find()
        .select_only()
        .column_as(enrollment::Column::Id.count(), "completed")
        .filter(enrollment::Column::Id.is_in(ids.iter().copied()))
        .filter(enrollment::Column::Status.eq(EnrollmentStatus::Completed))
        .into_tuple()
        .all(work.tx())
        .await?;
    Ok(rows.first().map_or(0, |(count,)| u64::try_from(*count).unwrap_or_default()))
}
