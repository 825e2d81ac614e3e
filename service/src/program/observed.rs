//! What was observed of programs: how many attempts passed, how long completion took. Small groups show nothing, lest somebody be recognized.

use std::collections::HashMap;

use cairn_entity::enums::AttemptStatus;
use cairn_entity::{assessment, attempt, enrollment};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, WindowStatement};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::Service;
use crate::error::Result;

/// Fewest attempts or completions that are told of.
const FEWEST: usize = 10;
/// The newest completions that the median is taken of.
const NEWEST: i64 = 500;

/// Minutes in a day.
const MINUTES_IN_A_DAY: f64 = 1_440.0;

/// What was observed of a program over all its versions, or of one version.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// Graded attempts.
    pub attempts: i64,
    /// Share of those with a verdict that passed, 0 to 1.
    pub pass_rate: Option<f64>,
    /// Median days from start to completion, over the newest completions.
    pub median_days: Option<f64>,
}

/// What figures are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Programs, over all their versions.
    Program,
    /// Versions.
    Version,
}

/// What was observed, as it is now, in two statements. What is of too few attempts is left out; of a program that nobody is assessed in, what is of too
/// few completions.
#[crate::boxed]
pub async fn observed(service: &Service, of: Of, ids: &[Uuid]) -> Result<HashMap<Uuid, Observed>> {
    let mut days = days_to_complete(service, of, ids).await?;
    days.retain(|_, days| days.len() >= FEWEST);
    let mut found = HashMap::new();
    for (id, attempts, judged, passed) in attempts(service, of, ids).await? {
        let median_days = days.remove(&id).and_then(median);
        if usize::try_from(attempts).unwrap_or_default() < FEWEST {
            continue;
        }
        let pass_rate = (judged > 0).then(|| passed as f64 / judged as f64);
        found.insert(id, Observed { attempts, pass_rate, median_days });
    }
    for (id, days) in days {
        found.insert(id, Observed { median_days: median(days), ..Observed::default() });
    }
    Ok(found)
}

/// Program or version, graded attempts, those with a verdict, those that passed.
async fn attempts(service: &Service, of: Of, ids: &[Uuid]) -> Result<Vec<(Uuid, i64, i64, i64)>> {
    let column = match of {
        Of::Program => assessment::Column::ProgramId,
        Of::Version => assessment::Column::VersionId,
    };
    let at = attempt::Entity::belongs_to(assessment::Entity)
        .from(attempt::Column::AssessmentId)
        .to(assessment::Column::Id);
    Ok(attempt::Entity::find()
        .join(JoinType::InnerJoin, at.into())
        .filter(column.is_in(ids.iter().copied()))
        .filter(attempt::Column::Status.eq(AttemptStatus::Graded))
        .select_only()
        .column(column)
        .expr_as(Expr::cust("COUNT(*)"), "attempts")
        .expr_as(attempt::Column::Passed.count(), "judged")
        .expr_as(Expr::cust("COUNT(CASE WHEN passed THEN 1 END)"), "passed_ones")
        .group_by(column)
        .into_tuple()
        .all(service.db.reader())
        .await?)
}

/// Program or version, start and completion of an enrollment.
type Span = (Uuid, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Days from start to completion of the newest completions of each.
async fn days_to_complete(service: &Service, of: Of, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<f64>>> {
    let column = match of {
        Of::Program => enrollment::Column::ProgramId,
        Of::Version => enrollment::Column::VersionId,
    };
    let newest = WindowStatement::partition_by(column)
        .order_by(enrollment::Column::CompletedAt, Order::Desc)
        .to_owned();
    let ranked = Query::select()
        .column(enrollment::Column::Id)
        .expr_window_as(Expr::cust("ROW_NUMBER()"), newest, Alias::new("place"))
        .from(enrollment::Entity)
        .and_where(column.is_in(ids.iter().copied()))
        .and_where(enrollment::Column::CompletedAt.is_not_null())
        .and_where(enrollment::Column::StartedAt.is_not_null())
        .to_owned();
    let newest_ids = Query::select()
        .column(Alias::new("id"))
        .from_subquery(ranked, Alias::new("ranked"))
        .and_where(Expr::col(Alias::new("place")).lte(NEWEST))
        .to_owned();
    let rows: Vec<Span> = enrollment::Entity::find()
        .filter(enrollment::Column::Id.in_subquery(newest_ids))
        .select_only()
        .column(column)
        .column(enrollment::Column::StartedAt)
        .column(enrollment::Column::CompletedAt)
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let mut days: HashMap<Uuid, Vec<f64>> = HashMap::new();
    for (program, started, completed) in rows {
        if let (Some(started), Some(completed)) = (started, completed) {
            let minutes = Ord::max((completed - started).num_minutes(), 0);
            days.entry(program).or_default().push(minutes as f64 / MINUTES_IN_A_DAY);
        }
    }
    Ok(days)
}

/// The middle one, or the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    Some((values.get(middle - 1)? + upper) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(Vec::new()), None);
    }
}
