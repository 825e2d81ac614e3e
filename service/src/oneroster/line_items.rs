//! Line items: each becomes an assessment of its class's cohort.

use std::collections::HashMap;

use cairn_entity::enums::{AssessmentKind, GradingMode, IdentityCheck, Supervision};
use cairn_entity::{assessment, cohort};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::Import;
use super::calendar::Calendar;
use super::files::File;
use super::lookups::is_there;
use super::report::{Bad, Fate};
use super::table::Row;
use crate::error::Result;
use crate::{Work, amount, save};

/// A line item as its row states it.
struct LineItem {
    id: String,
    class: String,
    title: String,
    description: Option<String>,
    category: Option<String>,
    min_score: i64,
    max_score: i64,
    due_at: Option<DateTime<Utc>>,
}

impl Import<'_> {
    pub(super) async fn line_items(&mut self, rows: Vec<Row>) -> Result<()> {
        let calendar = self.calendar;
        let categories = std::mem::take(&mut self.categories);
        let rows = self.sift(File::LineItems, &rows, |row| read(row, &categories, calendar));
        self.categories = categories;
        let work = self.begin().await?;
        let cohorts = self.cohorts(work.tx(), rows.iter().map(|(_, item)| item.class.as_str())).await?;
        let present = self.assessments(work.tx(), rows.iter().map(|(_, item)| item.id.as_str())).await?;
        let mut last = last_positions(work.tx(), cohorts.values()).await?;
        let mut written = Vec::new();
        for (line, item) in rows {
            let Some(cohort) = cohorts.get(&item.class) else {
                let bad = Bad::at("classSourcedId", "names no class, or one that did not go in");
                self.report.fail(File::LineItems, line, bad);
                continue;
            };
            let before = present.get(&item.id);
            if before.is_some_and(|before| before.cohort_id != Some(cohort.id)) {
                let bad = Bad::at("classSourcedId", "is another class than that of an earlier import");
                self.report.fail(File::LineItems, line, bad);
                continue;
            }
            let mut after = match before {
                Some(before) => before.clone(),
                None => {
                    let position = last.entry(cohort.id).or_default();
                    *position += 1;
                    fresh(&work, cohort, &item.id, *position)?
                }
            };
            self.fill(&mut after, item);
            let fate = match before {
                None => Fate::Created,
                Some(before) if *before == after => Fate::Unchanged,
                Some(_) => Fate::Updated,
            };
            if fate != Fate::Unchanged {
                after.updated_at = work.now;
                written.push(after);
            }
            self.report.count(File::LineItems, fate);
        }
        save::rows::<assessment::Entity>(work.tx(), written).await?;
        work.commit().await
    }

    /// Line items of this issuer's cohorts by external id.
    pub(super) async fn assessments(
        &self,
        connection: &impl ConnectionTrait,
        ids: impl Iterator<Item = &str>,
    ) -> Result<HashMap<String, assessment::Model>> {
        let mut ids: Vec<&str> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = assessment::Entity::find()
            .filter(assessment::Column::IssuerId.eq(self.issuer.id))
            .filter(assessment::Column::ExternalId.is_in(ids))
            .filter(assessment::Column::CohortId.is_not_null())
            .all(connection)
            .await?;
        Ok(rows.into_iter().map(|row| (row.external_id.clone(), row)).collect())
    }

    fn fill(&self, to: &mut assessment::Model, item: LineItem) {
        to.kind = kind(item.category.as_deref());
        to.grading = match to.kind {
            AssessmentKind::Quiz => GradingMode::Automated,
            AssessmentKind::PeerReview => GradingMode::Peer,
            _ => GradingMode::Expert,
        };
        to.weight = item.description.as_deref().and_then(weight).unwrap_or(amount::ONE);
        to.min_score = item.min_score;
        to.max_score = item.max_score;
        to.pass_mark = Some(pass_mark(item.min_score, item.max_score, self.pass_mark));
        to.title = item.title;
        to.description = item.description;
        to.category = item.category;
        to.due_at = item.due_at;
    }
}

fn read(
    row: &Row,
    categories: &HashMap<String, String>,
    calendar: Calendar,
) -> Result<Option<LineItem>, Bad> {
    let id = row.id("sourcedId")?.to_owned();
    row.required("title")?;
    let title = row.words("title", 300)?.unwrap_or_default().to_owned();
    let class = row.id("classSourcedId")?.to_owned();
    let category = row
        .given("categorySourcedId")
        .map(|id| {
            categories.get(id).cloned().ok_or_else(|| Bad::at("categorySourcedId", "names no category"))
        })
        .transpose()?;
    let min_score = row.number("resultValueMin")?.unwrap_or(0);
    let max_score = row.number("resultValueMax")?.unwrap_or(amount::HUNDRED);
    if max_score <= min_score {
        return Err(Bad::at("resultValueMax", "must be more than resultValueMin"));
    }
    let due_at = row.day("dueDate")?.map(|day| calendar.end_of(day));
    let description = row.words("description", 10_000)?.map(str::to_owned);
    let item = LineItem { id, class, title, description, category, min_score, max_score, due_at };
    Ok(is_there(row)?.then_some(item))
}

fn fresh(work: &Work<'_>, cohort: &cohort::Model, id: &str, position: i32) -> Result<assessment::Model> {
    Ok(assessment::Model {
        id: work.new_id()?,
        issuer_id: cohort.issuer_id,
        program_id: cohort.program_id,
        version_id: None,
        cohort_id: Some(cohort.id),
        module_id: None,
        external_id: id.to_owned(),
        title: String::new(),
        description: None,
        category: None,
        kind: AssessmentKind::Assignment,
        position,
        weight: amount::ONE,
        pass_mark: None,
        min_score: 0,
        max_score: amount::HUNDRED,
        max_attempts: None,
        supervision: Supervision::None,
        identity_check: IdentityCheck::None,
        grading: GradingMode::Expert,
        due_at: None,
        rules: serde_json::json!({}),
        created_at: work.now,
        updated_at: work.now,
    })
}

/// The last place taken in each cohort's order.
async fn last_positions(
    connection: &impl ConnectionTrait,
    cohorts: impl Iterator<Item = &cohort::Model>,
) -> Result<HashMap<Uuid, i32>> {
    let rows: Vec<(Uuid, Option<i32>)> = assessment::Entity::find()
        .select_only()
        .column(assessment::Column::CohortId)
        .column_as(assessment::Column::Position.max(), "last")
        .filter(assessment::Column::CohortId.is_in(cohorts.map(|cohort| cohort.id)))
        .group_by(assessment::Column::CohortId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|(cohort, last)| (cohort, last.unwrap_or_default())).collect())
}

/// The kind that a gradebook's category tells.
fn kind(category: Option<&str>) -> AssessmentKind {
    let category = category.unwrap_or_default().to_lowercase();
    let any = |words: &[&str]| {
        category.split(|c: char| !c.is_alphanumeric()).any(|word| {
            words
                .iter()
                .any(|known| word == *known || word.strip_suffix('s').is_some_and(|one| one == *known))
        })
    };
    if any(&["exam", "examination", "midterm"]) {
        AssessmentKind::Exam
    } else if any(&["quiz", "quizze", "quizzes", "cma", "test", "mcq"]) {
        AssessmentKind::Quiz
    } else if any(&["project", "capstone"]) {
        AssessmentKind::Project
    } else if any(&["portfolio"]) {
        AssessmentKind::Portfolio
    } else if any(&["practical", "lab"]) {
        AssessmentKind::PracticalTask
    } else if any(&["peer"]) {
        AssessmentKind::PeerReview
    } else {
        AssessmentKind::Assignment
    }
}

/// The weight that a description states, as in `weight 10` or `Weight: 12.5 %`, in ten-thousandths.
fn weight(description: &str) -> Option<i64> {
    let lower = description.to_lowercase();
    let (before, after) = lower.split_once("weight")?;
    if before.chars().next_back().is_some_and(char::is_alphanumeric) {
        return None;
    }
    let number: String = after
        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '='))
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let value: Decimal = number.trim_end_matches('.').parse().ok()?;
    amount::from_decimal(value.round_dp(4))
}

/// So many percent of the range between two scores, up to the next ten-thousandth.
fn pass_mark(min: i64, max: i64, percent: f64) -> i64 {
    let percent = i128::from(amount::from_f64(percent).unwrap_or(amount::HUNDRED));
    let (range, whole) = (i128::from(max - min), i128::from(amount::HUNDRED));
    let share = (range * percent + whole - 1) / whole;
    min + i64::try_from(share).unwrap_or(max - min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_tells_the_kind() {
        for (category, expected) in [
            ("Exam", AssessmentKind::Exam),
            ("Final exams", AssessmentKind::Exam),
            ("CMA", AssessmentKind::Quiz),
            ("Weekly Quizzes", AssessmentKind::Quiz),
            ("Capstone project", AssessmentKind::Project),
            ("Labs", AssessmentKind::PracticalTask),
            ("Final", AssessmentKind::Assignment),
            ("Examples", AssessmentKind::Assignment),
        ] {
            assert_eq!(kind(Some(category)), expected, "{category}");
        }
        assert_eq!(kind(None), AssessmentKind::Assignment);
    }

    #[test]
    fn a_weight_is_read_where_a_description_states_one() {
        assert_eq!(weight("weight 10"), Some(100_000));
        assert_eq!(weight("Essay. Weight: 12.5 % of all"), Some(125_000));
        assert_eq!(weight("weight 0"), Some(0));
        assert_eq!(weight("weight of the evidence"), None);
        assert_eq!(weight("overweight 3"), None);
        assert_eq!(weight("an essay"), None);
    }

    #[test]
    fn the_pass_mark_lies_in_the_range() {
        assert_eq!(pass_mark(0, 1_000_000, 40.0), 400_000);
        assert_eq!(pass_mark(200_000, 1_200_000, 40.0), 600_000);
        assert_eq!(pass_mark(0, 1, 40.0), 1);
        assert_eq!(pass_mark(-10, 10, 100.0), 10);
    }
}
