//! Figures of one program: how many get how far, and how long completion takes. Counted by the database, in a fixed number of statements.

use cairn_entity::enums::{AttemptStatus, CredentialStatus, EnrollmentStatus};
use cairn_entity::{attempt, credential, enrollment, program};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend};

use super::completions::{self, Filter};
use super::stream::Basis;
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result};
use crate::reference::{self, Reference};
use crate::{Service, amount, tenancy};

/// A step of the funnel, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunnelStep {
    /// Enrolled.
    Enrolled,
    /// Started.
    Started,
    /// Half of it done.
    Halfway,
    /// First assessment tried.
    Assessed,
    /// Completed.
    Completed,
    /// A credential issued.
    Credentialed,
}

impl FunnelStep {
    /// All of them, in order.
    pub const ALL: [Self; 6] =
        [Self::Enrolled, Self::Started, Self::Halfway, Self::Assessed, Self::Completed, Self::Credentialed];
}

/// How many get how far.
#[derive(Clone, Debug, PartialEq)]
pub struct Funnel {
    /// State of the data.
    pub as_of: DateTime<Utc>,
    /// How many came to each step, or to one beyond; nothing where the group is too small to tell of.
    pub steps: Option<Vec<(FunnelStep, i64)>>,
}

/// How long completion takes, in days from the start (where that is not known, from enrolling).
#[derive(Clone, Debug, PartialEq)]
pub struct TimeToComplete {
    /// State of the data.
    pub as_of: DateTime<Utc>,
    /// Completions counted; nothing where the group is too small to tell of.
    pub count: Option<i64>,
    /// Half took at most this.
    pub median: Option<f64>,
    /// Nine of ten took at most this.
    pub p90: Option<f64>,
    /// From, to (exclusive) and how many; bins of one width, the first from 0, none left out.
    pub histogram: Vec<(f64, f64, i64)>,
}

/// Seconds in a day.
const DAY: f64 = 86_400.0;
/// Most bins of days.
const MOST_BINS: i64 = 20;

/// How many get how far in a program, of the people who enrolled in the period. `None` where there is no such program.
#[crate::boxed]
pub async fn funnel(
    service: &Service,
    actor: &Actor,
    program: &Reference,
    filter: &Filter,
) -> Result<Option<Funnel>> {
    if filter.basis == Basis::Occurred {
        return Err(Error::BadRequest("a funnel follows people: `basis` must be ENROLLED".to_owned()));
    }
    let Some(condition) = condition(service, actor, program, filter).await? else { return Ok(None) };
    let condition = condition
        .add(within(enrollment::Column::EnrolledAt, filter)?)
        .add(enrollment::Column::Status.ne(EnrollmentStatus::Waitlisted));
    let furthest = Query::select()
        .expr_as(furthest(), "furthest")
        .from(enrollment::Entity)
        .cond_where(condition)
        .to_owned();
    let select = Query::select()
        .column("furthest")
        .expr_as(Expr::cust("COUNT(*)"), "people")
        .from_subquery(furthest, "reached")
        .group_by_col("furthest")
        .to_owned();
    let mut reached = [0_i64; FunnelStep::ALL.len()];
    for row in service.db.reader().query_all(&select).await? {
        let furthest = usize::try_from(row.try_get::<i32>("", "furthest")?).unwrap_or_default();
        let people: i64 = row.try_get("", "people")?;
        reached.iter_mut().take(furthest + 1).for_each(|count| *count += people);
    }
    let steps =
        (reached[0] >= filter.smallest_group).then(|| FunnelStep::ALL.into_iter().zip(reached).collect());
    Ok(Some(Funnel { as_of: service.now(), steps }))
}

/// The place of the furthest step that an enrollment came to.
fn furthest() -> Expr {
    use enrollment::Column;
    let of = |column: Expr| column.equals((enrollment::Entity, Column::Id));
    let credentialed = Query::select()
        .expr(Expr::cust("1"))
        .from(credential::Entity)
        .and_where(of(Expr::col((credential::Entity, credential::Column::EnrollmentId))))
        .and_where(credential::Column::Status.ne(CredentialStatus::Pending))
        .to_owned();
    let tried = Query::select()
        .expr(Expr::cust("1"))
        .from(attempt::Entity)
        .and_where(of(Expr::col((attempt::Entity, attempt::Column::EnrollmentId))))
        .and_where(attempt::Column::Status.ne(AttemptStatus::Voided))
        .to_owned();
    CaseStatement::new()
        .case(Expr::exists(credentialed), Expr::cust("5"))
        .case(Column::Status.eq(EnrollmentStatus::Completed), Expr::cust("4"))
        .case(Expr::exists(tried), Expr::cust("3"))
        .case(Column::Percent.gte(amount::HUNDRED / 2), Expr::cust("2"))
        .case(Column::StartedAt.is_not_null(), Expr::cust("1"))
        .finally(Expr::cust("0"))
        .into()
}

/// How long completion of a program takes: of the people who enrolled in the period, or (OCCURRED) of the completions in it. `None` where there is
/// no such program.
#[crate::boxed]
pub async fn time_to_complete(
    service: &Service,
    actor: &Actor,
    program: &Reference,
    filter: &Filter,
) -> Result<Option<TimeToComplete>> {
    let Some(condition) = condition(service, actor, program, filter).await? else { return Ok(None) };
    let moment = match filter.basis {
        Basis::Enrolled => enrollment::Column::EnrolledAt,
        Basis::Occurred => enrollment::Column::CompletedAt,
    };
    let condition = condition
        .add(within(moment, filter)?)
        .add(enrollment::Column::Status.eq(EnrollmentStatus::Completed))
        .add(enrollment::Column::CompletedAt.is_not_null());
    let spans = spans(service.db.backend(), condition);
    let ranked = Query::select()
        .column("seconds")
        .expr_as(Expr::cust("ROW_NUMBER() OVER (ORDER BY seconds)"), "place")
        .expr_as(Expr::cust("COUNT(*) OVER ()"), "people")
        .from_subquery(spans.clone(), "spans")
        .to_owned();
    let select = Query::select()
        .expr_as(Expr::cust("COUNT(*)"), "completions")
        .expr_as(
            double("AVG(CASE WHEN place = (people + 1) / 2 OR place = (people + 2) / 2 THEN seconds END)"),
            "median",
        )
        .expr_as(double("MIN(CASE WHEN place * 10 >= people * 9 THEN seconds END)"), "ninth")
        .expr_as(double("MAX(seconds)"), "longest")
        .from_subquery(ranked, "ranked")
        .to_owned();
    let none = || Error::internal("an aggregate gave no row", "time to complete");
    let row = service.db.reader().query_one(&select).await?.ok_or_else(none)?;
    let count: i64 = row.try_get("", "completions")?;
    let days = |name: &str| -> Result<Option<f64>> {
        Ok(row.try_get::<Option<f64>>("", name)?.map(|seconds| seconds / DAY))
    };
    let shown = count >= filter.smallest_group;
    let (median, p90, longest) = (days("median")?, days("ninth")?, days("longest")?);
    let width = width(longest.unwrap_or_default());
    let bins = histogram(service, spans, width, longest).await?;
    Ok(Some(TimeToComplete {
        as_of: service.now(),
        count: shown.then_some(count),
        median: median.filter(|_| shown),
        p90: p90.filter(|_| shown),
        histogram: if shown { bins } else { Vec::new() },
    }))
}

/// Whole seconds from start to completion, in a column `seconds`.
fn spans(backend: DbBackend, condition: Condition) -> SelectStatement {
    let began = "COALESCE(enrollment.started_at, enrollment.enrolled_at)";
    let seconds = match backend {
        DbBackend::Postgres => {
            format!("CAST(ROUND(EXTRACT(EPOCH FROM enrollment.completed_at - {began})) AS BIGINT)")
        }
        _ => format!(
            "CAST(ROUND((julianday(enrollment.completed_at) - julianday({began})) * 86400) AS INTEGER)"
        ),
    };
    let whole = CaseStatement::new()
        .case(Expr::cust(seconds.clone()).lt(0), Expr::cust("0"))
        .finally(Expr::cust(seconds));
    Query::select().expr_as(whole, "seconds").from(enrollment::Entity).cond_where(condition).to_owned()
}

/// A number with a fraction, alike on both databases.
pub(super) fn double(sql: &str) -> Expr {
    Expr::cust(format!("CAST({sql} AS DOUBLE PRECISION)"))
}

/// Days in a bin: 1, 2, 5, 10 …, so that there are not too many bins.
fn width(longest: f64) -> i64 {
    let mut widths = (0..).flat_map(|power| [1, 2, 5].map(|step| step * 10_i64.saturating_pow(power)));
    widths.find(|width| longest < (width * MOST_BINS) as f64).unwrap_or(i64::MAX)
}

async fn histogram(
    service: &Service,
    spans: SelectStatement,
    width: i64,
    longest: Option<f64>,
) -> Result<Vec<(f64, f64, i64)>> {
    // Whole numbers: the division drops the remainder on both databases.
    let bin = format!("seconds / {}", width.saturating_mul(86_400));
    let select = Query::select()
        .expr_as(Expr::cust(bin), "bin")
        .expr_as(Expr::cust("COUNT(*)"), "people")
        .from_subquery(spans, "spans")
        .group_by_col("bin")
        .to_owned();
    let Some(longest) = longest else {
        return Ok(Vec::new());
    };
    let last = (longest / width as f64).floor() as usize;
    let mut counts = vec![0_i64; last + 1];
    for row in service.db.reader().query_all(&select).await? {
        let bin = usize::try_from(row.try_get::<i64>("", "bin")?).unwrap_or_default();
        counts[bin.min(last)] += row.try_get::<i64>("", "people")?;
    }
    let bin = |(place, count): (usize, i64)| {
        let from = place as f64 * width as f64;
        (from, from + width as f64, count)
    };
    Ok(counts.into_iter().enumerate().map(bin).collect())
}

/// Enrollments in the program that the filter leaves, whatever their moment; nothing where there is no such program.
pub(super) async fn condition(
    service: &Service,
    actor: &Actor,
    named: &Reference,
    filter: &Filter,
) -> Result<Option<Condition>> {
    let reach = actor.reach_whole(Scope::AnalyticsRead)?;
    let visible = tenancy::whole_issuer(reach, program::Column::IssuerId);
    let on = service.db.reader();
    let found = reference::find_one::<program::Entity>(on, actor.issuer, visible, named).await?;
    let Some(program) = found else { return Ok(None) };
    let condition = completions::condition(service, actor, reach, filter).await?;
    Ok(Some(condition.add(enrollment::Column::ProgramId.eq(program.id))))
}

/// Whose moment lies within the filter's days.
pub(super) fn within<C: ColumnTrait>(moment: C, filter: &Filter) -> Result<Condition> {
    let (from, until) = filter.span()?;
    Ok(Condition::all()
        .add_option(from.map(|from| moment.gte(from)))
        .add_option(until.map(|until| moment.lt(until))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_round_and_not_too_many() {
        assert_eq!([0.0, 19.9, 20.0, 39.0, 100.0, 365.0].map(width), [1, 1, 2, 2, 10, 20]);
    }
}
