//! What figures are grouped by: how each dimension is keyed in SQL, so that keys are never null and sort alike on both databases.

use cairn_entity::enums::EnrollmentStatus;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Func};
use sea_orm::{Iterable, QueryResult, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::period::{self, Unit};
use crate::error::{Error, Result};

/// What figures are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Program.
    Program,
    /// Cohort; enrollments without one make a group of their own.
    Cohort,
    /// A period of time.
    Period(Unit),
    /// Status of the enrollment.
    Status,
    /// Track; enrollments without one make a group of their own.
    Track,
    /// Level of the version: one with several levels counts at each, one without at none.
    Level,
}

/// The key of a group in one dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Key {
    /// A program or cohort; nil for none.
    Id(Uuid),
    /// A status by its place, or a period by its first day.
    Number(i32),
    /// A track or level; empty for none.
    Text(String),
}

impl Key {
    pub(super) fn value(&self) -> Value {
        match self {
            Key::Id(id) => (*id).into(),
            Key::Number(number) => (*number).into(),
            Key::Text(text) => text.clone().into(),
        }
    }
}

impl Dimension {
    /// Its key, made of the columns of a stream and, for levels, `facet.value`.
    pub(super) fn expression(self, periods: &[(NaiveDate, DateTime<Utc>)]) -> Expr {
        let column = |name: &'static str| Expr::col(("stream", name));
        match self {
            Dimension::Program => column("program_id"),
            Dimension::Cohort => Func::coalesce([column("cohort_id"), Expr::value(Uuid::nil())]).into(),
            Dimension::Period(_) => period::number(periods, &column("at")),
            Dimension::Status => {
                let ranks = EnrollmentStatus::iter().enumerate();
                let rank = |case: CaseStatement, (rank, status): (usize, EnrollmentStatus)| {
                    case.case(column("status").eq(status), Expr::cust(rank.to_string()))
                };
                ranks.fold(CaseStatement::new(), rank).finally(Expr::cust("-1")).into()
            }
            Dimension::Track => Func::coalesce([column("track"), Expr::value("")]).into(),
            Dimension::Level => Func::coalesce([Expr::col(("facet", "value")), Expr::value("")]).into(),
        }
    }

    /// Reads its key from a row.
    pub(super) fn read(self, row: &QueryResult, column: &str) -> Result<Key> {
        Ok(match self {
            Dimension::Program | Dimension::Cohort => Key::Id(row.try_get("", column)?),
            Dimension::Period(_) | Dimension::Status => Key::Number(row.try_get("", column)?),
            Dimension::Track | Dimension::Level => Key::Text(row.try_get("", column)?),
        })
    }

    /// Whether a key is of this dimension's kind.
    pub(super) fn fits(self, key: &Key) -> bool {
        match self {
            Dimension::Program | Dimension::Cohort => matches!(key, Key::Id(_)),
            Dimension::Period(_) | Dimension::Status => matches!(key, Key::Number(_)),
            Dimension::Track | Dimension::Level => matches!(key, Key::Text(_)),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Dimension::Program => "program",
            Dimension::Cohort => "cohort",
            Dimension::Period(Unit::Day) => "day",
            Dimension::Period(Unit::Week) => "week",
            Dimension::Period(Unit::Month) => "month",
            Dimension::Period(Unit::Quarter) => "quarter",
            Dimension::Period(Unit::Year) => "year",
            Dimension::Status => "status",
            Dimension::Track => "track",
            Dimension::Level => "level",
        }
    }
}

/// The dimensions asked for, each once; at most one of time.
pub(super) fn checked(asked: &[Dimension]) -> Result<Vec<Dimension>> {
    let mut dimensions: Vec<Dimension> = Vec::new();
    for dimension in asked {
        if !dimensions.contains(dimension) {
            dimensions.push(*dimension);
        }
    }
    let times = dimensions.iter().filter(|dimension| matches!(dimension, Dimension::Period(_))).count();
    if times > 1 {
        let message = "`groupBy` takes at most one of DAY, WEEK, MONTH, QUARTER and YEAR";
        return Err(Error::BadRequest(message.to_owned()));
    }
    Ok(dimensions)
}
