//! `completions`: how many enroll, start, complete, withdraw and fail, by program, cohort, time and more.

use cairn_entity::enums::{EnrollmentStatus, FacetKind};
use cairn_entity::{cohort, enrollment, program, program_version, program_version_facet};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, Iterable, QueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::dimension::{self, Dimension, Key};
use super::period;
use super::stream::{self, Basis, COUNTS};
use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result};
use crate::page::{self, Page, PageArgs, SortKey, Window};
use crate::reference::{self, Reference};
use crate::{Service, tenancy};

/// Which figures; every member narrows, an absent one does not.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    /// Of these programs.
    pub programs: Option<Vec<Reference>>,
    /// Of these cohorts.
    pub cohorts: Option<Vec<Reference>>,
    /// On these tracks.
    pub tracks: Option<Vec<String>>,
    /// At these levels, framework and value.
    pub levels: Option<Vec<(String, String)>>,
    /// Of the versions with this number.
    pub version: Option<i32>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day, included.
    pub to: Option<NaiveDate>,
    /// Which date counts.
    pub basis: Basis,
    /// Where days begin, a time zone of the IANA database.
    pub time_zone: String,
    /// Figures of groups of fewer people are withheld; 0 withholds none.
    pub smallest_group: i64,
}

/// From (inclusive) until (exclusive).
pub(super) type Span = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

impl Filter {
    fn zone(&self) -> Result<Tz> {
        let unknown = |_| Error::BadRequest("`timeZone` names no time zone of the IANA database".to_owned());
        self.time_zone.parse().map_err(unknown)
    }

    /// The moments that its days begin and end at.
    pub(super) fn span(&self) -> Result<Span> {
        let zone = self.zone()?;
        let from = self.from.map(|day| period::start_of(day, zone));
        Ok((from, self.to.and_then(|day| day.succ_opt()).map(|day| period::start_of(day, zone))))
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Enrolled; who waits for a place is not.
    pub enrolled: i64,
    /// Of those, started.
    pub started: i64,
    /// Completed.
    pub completed: i64,
    /// Withdrawn.
    pub withdrawn: i64,
    /// Failed.
    pub failed: i64,
    /// Credentials issued for them, whatever became of these later.
    pub credentials_issued: i64,
}

/// Figures of one group; a dimension that was not asked for, or that the group has no value in, is nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// Which program.
    pub program: Option<Uuid>,
    /// Which cohort.
    pub cohort: Option<Uuid>,
    /// First day of the period.
    pub period: Option<NaiveDate>,
    /// Which status.
    pub status: Option<EnrollmentStatus>,
    /// Which track.
    pub track: Option<String>,
    /// Which level, framework and value.
    pub level: Option<(String, String)>,
    /// The figures; nothing where they are withheld to protect a small group.
    pub figures: Option<Figures>,
    /// Completed by enrolled; nothing where nobody enrolled, where figures are withheld, or where events are counted.
    pub completion_rate: Option<f64>,
}

/// A page of groups.
#[derive(Clone, Debug)]
pub struct Report {
    /// State of the data.
    pub as_of: DateTime<Utc>,
    /// The groups, in the order of the dimensions asked for: programs and cohorts by age, periods by time, statuses by their course,
    /// tracks and levels by text; what has no value first.
    pub groups: Page<Group>,
}

/// Counts. One statement more than finding what the filter names, and another where a period is asked for.
#[crate::boxed]
pub async fn completions(
    service: &Service,
    actor: &Actor,
    filter: &Filter,
    group_by: &[Dimension],
    args: &PageArgs,
) -> Result<Report> {
    let reach = actor.reach_whole(Scope::AnalyticsRead)?;
    counted(service, actor, reach, (filter, group_by), |tag| args.window(tag)).await
}

/// The same, so many groups after a cursor: for whoever reads all that there are, a slice at a time.
pub(crate) async fn slice(
    service: &Service,
    actor: &Actor,
    (filter, group_by): (&Filter, &[Dimension]),
    (after, limit): (Option<&str>, u64),
) -> Result<Report> {
    let reach = actor.reach_whole(Scope::AnalyticsRead)?;
    counted(service, actor, reach, (filter, group_by), |tag| Window::forward(limit, after, tag)).await
}

/// Refuses what cannot be counted, whatever the data; gives the dimensions, each once.
pub(crate) fn check(filter: &Filter, group_by: &[Dimension]) -> Result<Vec<Dimension>> {
    filter.zone()?;
    dimension::checked(group_by)
}

async fn counted(
    service: &Service,
    actor: &Actor,
    reach: Reach,
    (filter, group_by): (&Filter, &[Dimension]),
    window: impl FnOnce(&str) -> Result<Window>,
) -> Result<Report> {
    let dimensions = dimension::checked(group_by)?;
    let zone = filter.zone()?;
    let tag = tag(&dimensions, filter);
    let window = window(&tag)?;
    let as_of = service.now();
    let condition = condition(service, actor, reach, filter).await?;
    let stream = stream::of(filter.basis, &condition, filter.span()?);
    let unit = dimensions.iter().find_map(|dimension| match dimension {
        Dimension::Period(unit) => Some(*unit),
        _ => None,
    });
    let periods = match unit {
        Some(unit) => match extent(service, &stream).await? {
            Some((first, last)) => period::periods(unit, zone, first, last)?,
            None => return Ok(Report { as_of, groups: Page::empty() }),
        },
        None => Vec::new(),
    };
    let keyed = keyed(stream, &dimensions, &periods);
    let select = grouped(keyed, &dimensions, &window)?;
    let rows = service.db.reader().query_all(&select).await?;
    let rows = rows.iter().map(|row| read(row, &dimensions, filter)).collect::<Result<Vec<_>>>()?;
    Ok(Report { as_of, groups: window.page_of(rows, |keys: &Vec<Key>| cursor(&tag, keys))? })
}

fn tag(dimensions: &[Dimension], filter: &Filter) -> String {
    let names: Vec<&str> = dimensions.iter().map(|dimension| dimension.name()).collect();
    format!("completions:{:?}:{}:{}", filter.basis, filter.time_zone, names.join("+"))
}

/// The enrollments that figures are of.
pub(super) async fn condition(
    service: &Service,
    actor: &Actor,
    reach: Reach,
    filter: &Filter,
) -> Result<Condition> {
    let on = service.db.reader();
    let home = actor.issuer;
    let mut condition = Condition::all().add(tenancy::enrollments(reach));
    if let Some(programs) = &filter.programs {
        let visible = tenancy::whole_issuer(reach, program::Column::IssuerId);
        let ids = reference::ids_of::<program::Entity>(on, home, visible, programs, "program").await?;
        condition = condition.add(enrollment::Column::ProgramId.is_in(ids));
    }
    if let Some(cohorts) = &filter.cohorts {
        let visible = tenancy::whole_issuer(reach, cohort::Column::IssuerId);
        let ids = reference::ids_of::<cohort::Entity>(on, home, visible, cohorts, "cohort").await?;
        condition = condition.add(enrollment::Column::CohortId.is_in(ids));
    }
    let of_versions = |versions: SelectStatement| enrollment::Column::VersionId.in_subquery(versions);
    let levels = filter.levels.as_ref().map(|levels| {
        let values = levels.iter().map(|(framework, value)| format!("{framework}:{value}"));
        Query::select()
            .column(program_version_facet::Column::VersionId)
            .from(program_version_facet::Entity)
            .and_where(program_version_facet::Column::Kind.eq(FacetKind::Level))
            .and_where(program_version_facet::Column::Value.is_in(values))
            .to_owned()
    });
    let version = filter.version.map(|number| {
        Query::select()
            .column(program_version::Column::Id)
            .from(program_version::Entity)
            .and_where(program_version::Column::Number.eq(number))
            .to_owned()
    });
    Ok(condition
        .add_option(filter.tracks.clone().map(|tracks| enrollment::Column::Track.is_in(tracks)))
        .add_option(levels.map(of_versions))
        .add_option(version.map(of_versions)))
}

/// The first and the last moment in a stream.
async fn extent(
    service: &Service,
    stream: &SelectStatement,
) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    let select = Query::select()
        .expr_as(Func::min(Expr::col(("stream", "at"))), "first")
        .expr_as(Func::max(Expr::col(("stream", "at"))), "last")
        .from_subquery(stream.clone(), "stream")
        .to_owned();
    let Some(row) = service.db.reader().query_one(&select).await? else { return Ok(None) };
    let first: Option<DateTime<Utc>> = row.try_get("", "first")?;
    let last: Option<DateTime<Utc>> = row.try_get("", "last")?;
    Ok(first.zip(last))
}

/// Columns of the keys, by place.
const KEYS: [&str; 6] = ["key_0", "key_1", "key_2", "key_3", "key_4", "key_5"];

/// The stream with a key for each dimension. Keys are made here, below the grouping: a grouped expression with parameters is another one in
/// each place where PostgreSQL meets it.
fn keyed(
    stream: SelectStatement,
    dimensions: &[Dimension],
    periods: &[(NaiveDate, DateTime<Utc>)],
) -> SelectStatement {
    let mut select = Query::select();
    for (name, dimension) in KEYS.into_iter().zip(dimensions) {
        select.expr_as(dimension.expression(periods), name);
    }
    for count in COUNTS {
        select.column(("stream", count));
    }
    select.from_subquery(stream, "stream");
    if dimensions.contains(&Dimension::Level) {
        let of_version = Condition::all()
            .add(Expr::col(("facet", "version_id")).equals(("stream", "version_id")))
            .add(Expr::col(("facet", "kind")).eq(FacetKind::Level));
        select.join_as(sea_orm::JoinType::LeftJoin, program_version_facet::Entity, "facet", of_version);
    }
    select
}

/// The counts of each group of one page, one more than it holds.
fn grouped(keyed: SelectStatement, dimensions: &[Dimension], window: &Window) -> Result<SelectStatement> {
    let keys: Vec<&'static str> = KEYS.into_iter().take(dimensions.len()).collect();
    let mut select = Query::select();
    for key in &keys {
        select.column(*key);
    }
    for count in COUNTS {
        let sum = Func::coalesce([Func::sum(Expr::col(count)).into(), Expr::cust("0")]);
        select.expr_as(sum, count);
    }
    select.from_subquery(keyed, "keyed");
    let (after, before) = window.bounds();
    for (bound, later) in [(after, true), (before, false)] {
        let Some(bound) = bound else { continue };
        let there = keys_of(bound, dimensions)?;
        if there.is_empty() {
            select.and_where(Expr::value(false));
            continue;
        }
        let here = Expr::tuple(keys.iter().map(|key| Expr::col(*key)));
        let there = Expr::tuple(there.iter().map(|key| Expr::value(key.value())));
        select.and_where(if later { here.gt(there) } else { here.lt(there) });
    }
    let order = if window.backward() { Order::Desc } else { Order::Asc };
    for key in &keys {
        select.group_by_col(*key).order_by(*key, order.clone());
    }
    Ok(select.limit(window.limit() + 1).to_owned())
}

fn cursor(tag: &str, keys: &[Key]) -> Result<String> {
    Ok(page::cursor(tag, SortKey::Text(serde_json::to_string(keys)?), Uuid::nil()))
}

/// The keys in a cursor.
fn keys_of(bound: &SortKey, dimensions: &[Dimension]) -> Result<Vec<Key>> {
    let keys: Option<Vec<Key>> = match bound {
        SortKey::Text(text) => serde_json::from_str(text).ok(),
        _ => None,
    };
    keys.filter(|keys| keys.len() == dimensions.len())
        .filter(|keys| dimensions.iter().zip(keys).all(|(dimension, key)| dimension.fits(key)))
        .ok_or_else(|| Error::BadRequest("this is no cursor of this list".to_owned()))
}

fn read(row: &QueryResult, dimensions: &[Dimension], filter: &Filter) -> Result<(Group, Vec<Key>)> {
    let mut group = Group::default();
    let mut keys = Vec::with_capacity(dimensions.len());
    for (dimension, column) in dimensions.iter().zip(KEYS) {
        let key = dimension.read(row, column)?;
        place(&mut group, *dimension, &key);
        keys.push(key);
    }
    let count = |name: &str| row.try_get::<i64>("", name);
    let figures = Figures {
        enrolled: count("enrolled")?,
        started: count("started")?,
        completed: count("completed")?,
        withdrawn: count("withdrawn")?,
        failed: count("failed")?,
        credentials_issued: count("credentials_issued")?,
    };
    let people = [figures.enrolled, figures.started, figures.completed, figures.withdrawn, figures.failed]
        .into_iter()
        .fold(figures.credentials_issued, std::cmp::Ord::max);
    if people >= filter.smallest_group {
        group.figures = Some(figures);
        let followed = filter.basis == Basis::Enrolled && figures.enrolled > 0;
        group.completion_rate = followed.then(|| figures.completed as f64 / figures.enrolled as f64);
    }
    Ok((group, keys))
}

fn place(group: &mut Group, dimension: Dimension, key: &Key) {
    match (dimension, key) {
        (Dimension::Program, Key::Id(id)) => group.program = Some(*id),
        (Dimension::Cohort, Key::Id(id)) => group.cohort = Some(*id).filter(|id| !id.is_nil()),
        (Dimension::Period(_), Key::Number(day)) => group.period = NaiveDate::from_num_days_from_ce_opt(*day),
        (Dimension::Status, Key::Number(rank)) => {
            let rank = usize::try_from(*rank).unwrap_or(usize::MAX);
            group.status = EnrollmentStatus::iter().nth(rank);
        }
        (Dimension::Track, Key::Text(track)) => {
            group.track = Some(track.clone()).filter(|text| !text.is_empty())
        }
        (Dimension::Level, Key::Text(level)) => {
            group.level =
                level.split_once(':').map(|(framework, value)| (framework.to_owned(), value.to_owned()));
        }
        _ => {}
    }
}
