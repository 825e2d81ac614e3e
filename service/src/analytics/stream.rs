//! What is counted: enrollments and credentials as streams of rows with a moment and a one in each column that they count in.

use cairn_entity::enums::{CredentialStatus, EnrollmentStatus};
use cairn_entity::{credential, enrollment};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, Condition};
use serde::{Deserialize, Serialize};

/// Which date puts an enrollment into a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// When it was made: groups of people that are followed.
    #[default]
    Enrolled,
    /// When each thing happened.
    Occurred,
}

/// The columns that are counted, in order.
pub(super) const COUNTS: [&str; 6] =
    ["enrolled", "started", "completed", "withdrawn", "failed", "credentials_issued"];

/// One stream of all that is counted, of enrollments that meet a condition, from (inclusive) until (exclusive). Who waits for a place
/// is not enrolled. Credentials count by their enrollment, whatever became of them later.
pub(super) fn of(
    basis: Basis,
    condition: &Condition,
    span: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
) -> SelectStatement {
    use enrollment::Column;
    let stands = |status: EnrollmentStatus| Column::Status.eq(status);
    let seated = Column::Status.ne(EnrollmentStatus::Waitlisted);
    let one = || Expr::value(true);
    let none = || Expr::value(false);
    let select = |at: Expr, counts: [Expr; 6]| narrowed(row(at, counts), condition, span);
    let streams = match basis {
        Basis::Enrolled => {
            let at = Column::EnrolledAt.into_expr();
            let counts = [
                seated,
                Column::StartedAt.is_not_null(),
                stands(EnrollmentStatus::Completed),
                stands(EnrollmentStatus::Withdrawn),
                stands(EnrollmentStatus::Failed),
                none(),
            ];
            let credentials = [none(), none(), none(), none(), none(), one()];
            vec![select(at.clone(), counts), issued(select(at, credentials))]
        }
        Basis::Occurred => {
            let moments = [
                (Column::EnrolledAt, seated),
                (Column::StartedAt, one()),
                (Column::CompletedAt, one()),
                (Column::WithdrawnAt, one()),
                (Column::FailedAt, one()),
            ];
            let mut streams: Vec<SelectStatement> = moments
                .into_iter()
                .enumerate()
                .map(|(place, (column, counted))| {
                    let mut counts = [none(), none(), none(), none(), none(), none()];
                    counts[place] = counted;
                    let mut stream = select(column.into_expr(), counts);
                    stream.and_where(column.is_not_null());
                    stream
                })
                .collect();
            let counts = [none(), none(), none(), none(), none(), one()];
            streams.push(issued(select(credential::Column::IssuedAt.into_expr(), counts)));
            streams
        }
    };
    let mut streams = streams.into_iter();
    let mut all = streams.next().unwrap_or_default();
    all.unions(streams.map(|stream| (UnionType::All, stream)));
    all
}

/// A row of a stream: what it is grouped by, its moment, and a one or zero for each count.
fn row(at: Expr, counts: [Expr; 6]) -> (SelectStatement, Expr) {
    let mut select = Query::select();
    for column in [
        enrollment::Column::ProgramId,
        enrollment::Column::CohortId,
        enrollment::Column::VersionId,
        enrollment::Column::Status,
        enrollment::Column::Track,
    ] {
        select.column((enrollment::Entity, column));
    }
    select.expr_as(at.clone(), "at");
    for (name, counted) in COUNTS.into_iter().zip(counts) {
        let number = CaseStatement::new().case(counted, Expr::cust("1")).finally(Expr::cust("0"));
        select.expr_as(number, name);
    }
    (select.from(enrollment::Entity).to_owned(), at)
}

fn narrowed(
    (mut select, at): (SelectStatement, Expr),
    condition: &Condition,
    (from, until): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
) -> SelectStatement {
    select.cond_where(condition.clone());
    select.and_where_option(from.map(|from| at.clone().gte(from)));
    select.and_where_option(until.map(|until| at.lt(until)));
    select
}

/// The same stream for each credential of the enrollments that was ever issued; a corrected one counts with the one whose place it takes.
fn issued(mut select: SelectStatement) -> SelectStatement {
    select
        .inner_join(
            credential::Entity,
            Expr::col((credential::Entity, credential::Column::EnrollmentId))
                .equals((enrollment::Entity, enrollment::Column::Id)),
        )
        .and_where(credential::Column::Status.ne(CredentialStatus::Pending))
        .and_where(credential::Column::ReplacesId.is_null())
        .to_owned()
}
