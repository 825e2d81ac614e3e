//! Figures of each assessment of a program: tries, points, who passed. Counted by the database, in a fixed number of statements.

use std::collections::HashMap;

use cairn_entity::enums::AttemptStatus;
use cairn_entity::{assessment, attempt, enrollment, program_version};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::completions::Filter;
use super::program::{condition, double, within};
use super::stream::Basis;
use crate::Service;
use crate::actor::Actor;
use crate::amount;
use crate::error::Result;
use crate::reference::Reference;

/// Bins of points.
const BINS: usize = 10;

/// Figures of the assessments of a program.
#[derive(Clone, Debug)]
pub struct AssessmentReport {
    /// State of the data.
    pub as_of: DateTime<Utc>,
    /// One an assessment that was tried, in order: versions by age, line items of cohorts last.
    pub rows: Vec<AssessmentStatistics>,
}

/// Figures of an assessment.
#[derive(Clone, Debug)]
pub struct AssessmentStatistics {
    /// Which.
    pub assessment: assessment::Model,
    /// Tries, those not graded yet too; what was taken out is no try.
    pub attempts: i64,
    /// Learners.
    pub learners: i64,
    /// Mean points of the graded tries, on the assessment's scale.
    pub mean: Option<f64>,
    /// Median points.
    pub median: Option<f64>,
    /// Share of the tries with a verdict that passed, 0 to 1.
    pub pass_rate: Option<f64>,
    /// Share of learners who passed with the first try, of those whose first has a verdict.
    pub first_try_pass_rate: Option<f64>,
    /// Points of the graded tries: from, to (exclusive, the last one inclusive), how many. Ten bins of one width.
    pub histogram: Vec<(f64, f64, i64)>,
}

/// Figures of each assessment of a program that was tried: by those who enrolled in the period, or (OCCURRED) in the tries handed in within it. Those of
/// too few learners are left out. `None` where there is no such program.
#[crate::boxed]
pub async fn assessment_statistics(
    service: &Service,
    actor: &Actor,
    program: &Reference,
    filter: &Filter,
) -> Result<Option<AssessmentReport>> {
    let Some(condition) = condition(service, actor, program, filter).await? else { return Ok(None) };
    let condition = condition.add(match filter.basis {
        Basis::Enrolled => within(enrollment::Column::EnrolledAt, filter)?,
        Basis::Occurred => within(attempt::Column::SortSubmittedAt, filter)?,
    });
    let tries = tries(condition);
    let mut totals = totals(service, &tries).await?;
    totals.retain(|_, total| total.learners >= filter.smallest_group);
    let medians = medians(service, &tries).await?;
    let first = first_tries(service, &tries).await?;
    let bins = bins(service, &tries).await?;
    let assessments = ordered(service, totals.keys().copied()).await?;
    let rows = assessments.into_iter().filter_map(|assessment| {
        let total = totals.remove(&assessment.id)?;
        let share = |passed: i64, judged: i64| (judged > 0).then(|| passed as f64 / judged as f64);
        Some(AssessmentStatistics {
            attempts: total.attempts,
            learners: total.learners,
            mean: total.mean,
            median: medians.get(&assessment.id).copied().flatten(),
            pass_rate: share(total.passed, total.judged),
            first_try_pass_rate: first
                .get(&assessment.id)
                .and_then(|(passed, judged)| share(*passed, *judged)),
            histogram: histogram(&assessment, bins.get(&assessment.id)),
            assessment,
        })
    });
    Ok(Some(AssessmentReport { as_of: service.now(), rows: rows.collect() }))
}

/// One row a try: its assessment, enrollment, learner and number, whether it passed (1, 0 or nothing), its points on the assessment's scale
/// (nothing while it is not graded), and the share of the range that they are.
fn tries(condition: Condition) -> SelectStatement {
    let points = "CASE WHEN attempt.status = 'graded' THEN \
        attempt.score * 1.0 * assessment.max_score / (CASE WHEN attempt.max_score > 0 THEN attempt.max_score ELSE assessment.max_score END) END";
    let share = format!(
        "(({points}) - assessment.min_score) / (CASE WHEN assessment.max_score > assessment.min_score THEN \
        assessment.max_score - assessment.min_score ELSE 1 END)"
    );
    Query::select()
        .column((attempt::Entity, attempt::Column::AssessmentId))
        .column((attempt::Entity, attempt::Column::EnrollmentId))
        .column((attempt::Entity, attempt::Column::Number))
        .column((enrollment::Entity, enrollment::Column::LearnerId))
        .expr_as(Expr::cust("CASE WHEN attempt.status <> 'graded' THEN NULL WHEN attempt.passed THEN 1 WHEN NOT attempt.passed THEN 0 END"), "verdict")
        .expr_as(double(points), "points")
        .expr_as(double(&share), "share")
        .from(attempt::Entity)
        .inner_join(
            enrollment::Entity,
            Expr::col((enrollment::Entity, enrollment::Column::Id))
                .equals((attempt::Entity, attempt::Column::EnrollmentId)),
        )
        .inner_join(
            assessment::Entity,
            Expr::col((assessment::Entity, assessment::Column::Id))
                .equals((attempt::Entity, attempt::Column::AssessmentId)),
        )
        .cond_where(condition)
        .and_where(attempt::Column::Status.ne(AttemptStatus::Voided))
        .to_owned()
}

struct Total {
    attempts: i64,
    learners: i64,
    mean: Option<f64>,
    judged: i64,
    passed: i64,
}

/// A statement over the tries, grouped by assessment.
fn by_assessment(tries: &SelectStatement, columns: &[(&str, &'static str)]) -> SelectStatement {
    let mut select = Query::select();
    select.column("assessment_id");
    for (sql, name) in columns {
        select.expr_as(Expr::cust((*sql).to_owned()), *name);
    }
    select.from_subquery(tries.clone(), "tries").group_by_col("assessment_id").to_owned()
}

async fn totals(service: &Service, tries: &SelectStatement) -> Result<HashMap<Uuid, Total>> {
    let columns = [
        ("COUNT(*)", "attempts"),
        ("COUNT(DISTINCT learner_id)", "learners"),
        ("CAST(AVG(points) AS DOUBLE PRECISION)", "mean"),
        ("COUNT(verdict)", "judged"),
        ("COUNT(CASE WHEN verdict = 1 THEN 1 END)", "passed_ones"),
    ];
    let mut totals = HashMap::new();
    for row in service.db.reader().query_all(&by_assessment(tries, &columns)).await? {
        let total = Total {
            attempts: row.try_get("", "attempts")?,
            learners: row.try_get("", "learners")?,
            mean: row.try_get::<Option<f64>>("", "mean")?.map(points),
            judged: row.try_get("", "judged")?,
            passed: row.try_get("", "passed_ones")?,
        };
        totals.insert(row.try_get("", "assessment_id")?, total);
    }
    Ok(totals)
}

/// Points of ten-thousandths.
fn points(scaled: f64) -> f64 {
    scaled / amount::ONE as f64
}

/// The middle of the graded tries, or the mean of the two in the middle.
async fn medians(service: &Service, tries: &SelectStatement) -> Result<HashMap<Uuid, Option<f64>>> {
    let ranked = Query::select()
        .column("assessment_id")
        .column("points")
        .expr_as(Expr::cust("ROW_NUMBER() OVER (PARTITION BY assessment_id ORDER BY points)"), "place")
        .expr_as(Expr::cust("COUNT(*) OVER (PARTITION BY assessment_id)"), "graded")
        .from_subquery(tries.clone(), "tries")
        .and_where(Expr::cust("points IS NOT NULL"))
        .to_owned();
    let middle = "CAST(AVG(CASE WHEN place = (graded + 1) / 2 OR place = (graded + 2) / 2 THEN points END) AS DOUBLE PRECISION)";
    let mut medians = HashMap::new();
    for row in service.db.reader().query_all(&by_assessment(&ranked, &[(middle, "median")])).await? {
        medians
            .insert(row.try_get("", "assessment_id")?, row.try_get::<Option<f64>>("", "median")?.map(points));
    }
    Ok(medians)
}

/// How many passed with their first try, of how many whose first has a verdict.
async fn first_tries(service: &Service, tries: &SelectStatement) -> Result<HashMap<Uuid, (i64, i64)>> {
    let place = "ROW_NUMBER() OVER (PARTITION BY assessment_id, enrollment_id ORDER BY number)";
    let ranked = Query::select()
        .column("assessment_id")
        .column("verdict")
        .expr_as(Expr::cust(place), "place")
        .from_subquery(tries.clone(), "tries")
        .to_owned();
    let columns = [
        ("COUNT(CASE WHEN place = 1 THEN verdict END)", "judged"),
        ("COUNT(CASE WHEN place = 1 AND verdict = 1 THEN 1 END)", "passed_ones"),
    ];
    let mut first = HashMap::new();
    for row in service.db.reader().query_all(&by_assessment(&ranked, &columns)).await? {
        let counts = (row.try_get("", "passed_ones")?, row.try_get("", "judged")?);
        first.insert(row.try_get("", "assessment_id")?, counts);
    }
    Ok(first)
}

/// How many graded tries lie in each tenth of the range.
async fn bins(service: &Service, tries: &SelectStatement) -> Result<HashMap<Uuid, [i64; BINS]>> {
    let tenth = "CASE WHEN share < 0.1 THEN 0 WHEN share < 0.2 THEN 1 WHEN share < 0.3 THEN 2 WHEN share < 0.4 THEN 3 \
        WHEN share < 0.5 THEN 4 WHEN share < 0.6 THEN 5 WHEN share < 0.7 THEN 6 WHEN share < 0.8 THEN 7 WHEN share < 0.9 THEN 8 ELSE 9 END";
    let binned = Query::select()
        .column("assessment_id")
        .expr_as(Expr::cust(tenth), "bin")
        .from_subquery(tries.clone(), "tries")
        .and_where(Expr::cust("points IS NOT NULL"))
        .to_owned();
    let select = Query::select()
        .columns(["assessment_id", "bin"])
        .expr_as(Expr::cust("COUNT(*)"), "tries")
        .from_subquery(binned, "binned")
        .group_by_columns(["assessment_id", "bin"])
        .to_owned();
    let mut bins: HashMap<Uuid, [i64; BINS]> = HashMap::new();
    for row in service.db.reader().query_all(&select).await? {
        let bin = usize::try_from(row.try_get::<i32>("", "bin")?).unwrap_or_default().min(BINS - 1);
        bins.entry(row.try_get("", "assessment_id")?).or_default()[bin] = row.try_get("", "tries")?;
    }
    Ok(bins)
}

fn histogram(assessment: &assessment::Model, counts: Option<&[i64; BINS]>) -> Vec<(f64, f64, i64)> {
    let Some(counts) = counts else { return Vec::new() };
    let (from, range) = (assessment.min_score, assessment.max_score - assessment.min_score);
    let edge = |place: usize| points(from as f64 + range as f64 * place as f64 / BINS as f64);
    counts.iter().enumerate().map(|(place, count)| (edge(place), edge(place + 1), *count)).collect()
}

/// Assessments in order: versions by age, line items of cohorts last.
async fn ordered(service: &Service, ids: impl Iterator<Item = Uuid>) -> Result<Vec<assessment::Model>> {
    let on = service.db.reader();
    let by_id = assessment::Column::Id.is_in(ids);
    let mut rows =
        assessment::Entity::find().filter(by_id).order_by_asc(assessment::Column::Id).all(on).await?;
    let versions = program_version::Entity::find()
        .filter(program_version::Column::Id.is_in(rows.iter().filter_map(|row| row.version_id)))
        .all(on)
        .await?;
    let numbers: HashMap<Uuid, i32> = versions.into_iter().map(|row| (row.id, row.number)).collect();
    rows.sort_by_key(|row| {
        let number = row.version_id.and_then(|id| numbers.get(&id).copied()).unwrap_or(i32::MAX);
        (number, row.position, row.id)
    });
    Ok(rows)
}
