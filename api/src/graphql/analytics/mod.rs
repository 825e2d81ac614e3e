//! Figures for dashboards: types, inputs, queries. Figures of one program are in `program`.

mod program;

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use cairn_service::analytics::{self, Basis, Dimension, Figures, Group, Unit};

use super::cohort::{Cohort, CohortById};
use super::connection::{PageInfo, page_args};
use super::context::{ContextExt, load_required};
use super::enums::EnrollmentStatus;
use super::error::Result;
use super::program::{Program, ProgramById};
use super::range::DateRange;
use super::reference::{CohortRef, ProgramRef};
use super::scalar::{Date, DateTime, TimeZone};
use super::terms::{Level, LevelInput};

pub use program::ProgramFigureQueries;

/// What completion figures are grouped by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompletionDimension {
    /// Program.
    Program,
    /// Cohort; enrollments without one make a group of their own.
    Cohort,
    /// Year of the calendar.
    Year,
    /// Quarter of the calendar.
    Quarter,
    /// Month of the calendar.
    Month,
    /// ISO week, from Monday.
    Week,
    /// Day.
    Day,
    /// Status of the enrollment.
    Status,
    /// Track; enrollments without one make a group of their own.
    Track,
    /// Level of the program's version: one with several levels counts at each of them.
    Level,
}

impl From<CompletionDimension> for Dimension {
    fn from(dimension: CompletionDimension) -> Self {
        match dimension {
            CompletionDimension::Program => Dimension::Program,
            CompletionDimension::Cohort => Dimension::Cohort,
            CompletionDimension::Year => Dimension::Period(Unit::Year),
            CompletionDimension::Quarter => Dimension::Period(Unit::Quarter),
            CompletionDimension::Month => Dimension::Period(Unit::Month),
            CompletionDimension::Week => Dimension::Period(Unit::Week),
            CompletionDimension::Day => Dimension::Period(Unit::Day),
            CompletionDimension::Status => Dimension::Status,
            CompletionDimension::Track => Dimension::Track,
            CompletionDimension::Level => Dimension::Level,
        }
    }
}

/// Which date puts an enrollment into a period.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[graphql(remote = "Basis")]
pub enum TimeBasis {
    /// When it was made: groups of people that are followed.
    #[default]
    Enrolled,
    /// When each thing happened: rows are what happened then.
    Occurred,
}

/// Which figures.
#[derive(InputObject, Default)]
pub struct AnalyticsFilter {
    /// Of these programs.
    programs: Option<Vec<ProgramRef>>,
    /// Of these cohorts.
    cohorts: Option<Vec<CohortRef>>,
    /// On these tracks.
    tracks: Option<Vec<String>>,
    /// At these levels.
    levels: Option<Vec<LevelInput>>,
    /// Of the program's version with this number.
    program_version: Option<i32>,
    /// Within these days.
    period: Option<DateRange>,
    /// Which date counts; ENROLLED where absent.
    basis: Option<TimeBasis>,
    /// Where days begin; UTC where absent.
    time_zone: Option<TimeZone>,
    /// Withholds the figures of groups of fewer people than this, for figures that are to be published; none where absent.
    #[graphql(validator(minimum = 0, maximum = 1000))]
    smallest_group: Option<i64>,
}

impl From<AnalyticsFilter> for analytics::Filter {
    fn from(filter: AnalyticsFilter) -> Self {
        let period = filter.period.unwrap_or_default();
        Self {
            programs: filter.programs.map(|programs| programs.into_iter().map(Into::into).collect()),
            cohorts: filter.cohorts.map(|cohorts| cohorts.into_iter().map(Into::into).collect()),
            tracks: filter.tracks,
            levels: filter
                .levels
                .map(|levels| levels.into_iter().map(|level| (level.framework, level.value)).collect()),
            version: filter.program_version,
            from: period.from.map(|day| day.0),
            to: period.to.map(|day| day.0),
            basis: filter.basis.unwrap_or_default().into(),
            time_zone: filter.time_zone.map_or_else(|| "UTC".to_owned(), |zone| zone.0),
            smallest_group: filter.smallest_group.unwrap_or_default(),
        }
    }
}

/// Completion figures.
#[derive(SimpleObject)]
pub struct CompletionReport {
    /// State of the data.
    as_of: DateTime,
    /// One row a group, in the order of the dimensions asked for: programs and cohorts by age, periods by time, tracks and levels by text;
    /// what has no value first.
    rows: Vec<CompletionRow>,
    /// Where days begin.
    time_zone: TimeZone,
    /// Where the page lies.
    page_info: PageInfo,
}

/// Figures of one group.
pub struct CompletionRow {
    group: Group,
}

/// Figures of one group.
#[Object]
impl CompletionRow {
    /// Which program, where grouped by it.
    async fn program(&self, ctx: &Context<'_>) -> Result<Option<Program>> {
        match self.group.program {
            Some(id) => load_required::<ProgramById>(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// Which cohort, where grouped by it.
    async fn cohort(&self, ctx: &Context<'_>) -> Result<Option<Cohort>> {
        match self.group.cohort {
            Some(id) => load_required::<CohortById>(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// First day of the period, in the filter's time zone, where grouped by one.
    async fn period(&self) -> Option<Date> {
        self.group.period.map(Date)
    }

    /// Which status, where grouped by it.
    async fn status(&self) -> Option<EnrollmentStatus> {
        self.group.status.map(EnrollmentStatus::from)
    }

    /// Which track, where grouped by it.
    async fn track(&self) -> Option<&str> {
        self.group.track.as_deref()
    }

    /// Which level, where grouped by it.
    async fn level(&self) -> Option<Level> {
        self.group.level.clone().map(|(framework, value)| Level { framework, value })
    }

    /// Enrolled, whatever became of them; who waits for a place is not. Null where withheld, like all other figures.
    async fn enrolled(&self) -> Option<i64> {
        self.figure(|figures| figures.enrolled)
    }

    /// Of those, started.
    async fn started(&self) -> Option<i64> {
        self.figure(|figures| figures.started)
    }

    /// Completed.
    async fn completed(&self) -> Option<i64> {
        self.figure(|figures| figures.completed)
    }

    /// Withdrawn.
    async fn withdrawn(&self) -> Option<i64> {
        self.figure(|figures| figures.withdrawn)
    }

    /// Failed.
    async fn failed(&self) -> Option<i64> {
        self.figure(|figures| figures.failed)
    }

    /// Credentials issued for them, whatever became of these later.
    async fn credentials_issued(&self) -> Option<i64> {
        self.figure(|figures| figures.credentials_issued)
    }

    /// Completed by enrolled, 0 to 1; null where nobody enrolled, and under OCCURRED.
    async fn completion_rate(&self) -> Option<f64> {
        self.group.completion_rate
    }

    /// Whether figures are withheld to protect a small group.
    async fn suppressed(&self) -> bool {
        self.group.figures.is_none()
    }
}

impl CompletionRow {
    fn figure(&self, of: impl Fn(&Figures) -> i64) -> Option<i64> {
        self.group.figures.as_ref().map(of)
    }
}

/// Reading figures.
#[derive(Default)]
pub struct AnalyticsQueries;

#[Object]
impl AnalyticsQueries {
    /// Completion figures, counted when asked for. Takes `analytics:read`.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a list are its interface")]
    async fn completions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<AnalyticsFilter>,
        #[graphql(desc = "Grouped by what; at most one of the periods of time. Empty: all in one row.")]
        group_by: Vec<CompletionDimension>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<CompletionReport>> {
        let filter: analytics::Filter = filter.unwrap_or_default().into();
        let dimensions: Vec<Dimension> = group_by.into_iter().map(Dimension::from).collect();
        let args = page_args(first, after, last, before);
        let report = analytics::completions(ctx.service(), ctx.actor(), &filter, &dimensions, &args).await?;
        let page_info = PageInfo::of(&report.groups);
        let rows = report.groups.items.into_iter().map(|(group, _)| CompletionRow { group }).collect();
        Ok(Some(CompletionReport {
            as_of: DateTime(report.as_of),
            rows,
            time_zone: TimeZone(filter.time_zone),
            page_info,
        }))
    }
}
