//! Figures of one program: how many get how far, how long it takes, how its assessments go.

use async_graphql::{Context, Enum, Object, SimpleObject};
use cairn_service::analytics::{self, Filter};

use super::super::assessment::Assessment;
use super::super::context::ContextExt;
use super::super::error::Result;
use super::super::reference::ProgramRef;
use super::super::scalar::DateTime;
use super::AnalyticsFilter;

/// A step of the funnel.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "analytics::FunnelStep")]
pub enum FunnelStep {
    /// Enrolled.
    Enrolled,
    /// Started.
    Started,
    /// Halfway.
    Halfway,
    /// First assessment tried.
    Assessed,
    /// Completed.
    Completed,
    /// Credential issued.
    Credentialed,
}

/// A step.
#[derive(SimpleObject)]
pub struct ProgramFunnelStep {
    /// Which.
    step: FunnelStep,
    /// How many reached it, or one beyond: who completed without any assessment was past it.
    count: i64,
    /// Of those at the step before, 0 to 1; null at the first, and where nobody was at the one before.
    share_of_previous: Option<f64>,
}

/// How many get how far.
#[derive(SimpleObject)]
pub struct ProgramFunnel {
    /// State of the data.
    as_of: DateTime,
    /// Steps, in order; none where withheld.
    steps: Vec<ProgramFunnelStep>,
    /// Whether figures are withheld to protect a small group.
    suppressed: bool,
}

impl From<analytics::Funnel> for ProgramFunnel {
    fn from(funnel: analytics::Funnel) -> Self {
        let suppressed = funnel.steps.is_none();
        let mut before: Option<i64> = None;
        let steps = funnel.steps.unwrap_or_default().into_iter().map(|(step, count)| {
            let share = before.filter(|before| *before > 0).map(|before| count as f64 / before as f64);
            before = Some(count);
            ProgramFunnelStep { step: step.into(), count, share_of_previous: share }
        });
        Self { as_of: DateTime(funnel.as_of), steps: steps.collect(), suppressed }
    }
}

/// A bin of days.
#[derive(SimpleObject)]
pub struct DaysBin {
    /// From, inclusive.
    from_days: f64,
    /// To, exclusive.
    to_days: f64,
    /// How many.
    count: i64,
}

/// How long completion takes, from the start (where that is not known, from enrolling).
#[derive(SimpleObject)]
pub struct TimeToComplete {
    /// Completions counted; 0 where withheld.
    count: i64,
    /// Median.
    median_days: Option<f64>,
    /// Nine of ten took at most this.
    p90_days: Option<f64>,
    /// Distribution, in bins of one width from 0; empty ones are there, too.
    histogram: Vec<DaysBin>,
    /// Whether figures are withheld to protect a small group.
    suppressed: bool,
    /// State of the data.
    as_of: DateTime,
}

impl From<analytics::TimeToComplete> for TimeToComplete {
    fn from(time: analytics::TimeToComplete) -> Self {
        let bin = |(from_days, to_days, count)| DaysBin { from_days, to_days, count };
        Self {
            count: time.count.unwrap_or_default(),
            median_days: time.median,
            p90_days: time.p90,
            histogram: time.histogram.into_iter().map(bin).collect(),
            suppressed: time.count.is_none(),
            as_of: DateTime(time.as_of),
        }
    }
}

/// A bin of points.
#[derive(SimpleObject)]
pub struct ScoreBin {
    /// From, inclusive.
    from: f64,
    /// To, exclusive; the last one inclusive.
    to: f64,
    /// How many.
    count: i64,
}

/// Figures of an assessment.
#[derive(SimpleObject)]
pub struct AssessmentStatistics {
    /// Which.
    assessment: Assessment,
    /// Tries, those that wait for a grade too.
    attempt_count: i64,
    /// Learners.
    learner_count: i64,
    /// Mean points of the graded tries.
    mean_score: Option<f64>,
    /// Median points of the graded tries.
    median_score: Option<f64>,
    /// Share of attempts that passed, 0 to 1, of those with a verdict.
    pass_rate: Option<f64>,
    /// Share of learners who passed at once, 0 to 1, of those whose first try has a verdict.
    first_try_pass_rate: Option<f64>,
    /// Distribution of points, in ten bins.
    histogram: Vec<ScoreBin>,
}

impl From<analytics::AssessmentStatistics> for AssessmentStatistics {
    fn from(row: analytics::AssessmentStatistics) -> Self {
        let bin = |(from, to, count)| ScoreBin { from, to, count };
        Self {
            assessment: row.assessment.into(),
            attempt_count: row.attempts,
            learner_count: row.learners,
            mean_score: row.mean,
            median_score: row.median,
            pass_rate: row.pass_rate,
            first_try_pass_rate: row.first_try_pass_rate,
            histogram: row.histogram.into_iter().map(bin).collect(),
        }
    }
}

/// Figures of the assessments of a program.
#[derive(SimpleObject)]
pub struct AssessmentReport {
    /// State of the data.
    as_of: DateTime,
    /// One an assessment that was tried, in order; those of fewer learners than the filter's smallest group are left out.
    rows: Vec<AssessmentStatistics>,
}

impl From<analytics::AssessmentReport> for AssessmentReport {
    fn from(report: analytics::AssessmentReport) -> Self {
        Self {
            as_of: DateTime(report.as_of),
            rows: report.rows.into_iter().map(AssessmentStatistics::from).collect(),
        }
    }
}

/// Reading figures of one program.
#[derive(Default)]
pub struct ProgramFigureQueries;

#[Object]
impl ProgramFigureQueries {
    /// How many of those who enrolled get how far; null where there is no such program. Takes `analytics:read`.
    async fn program_funnel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which.")] program: ProgramRef,
        #[graphql(desc = "Which figures; `basis` must be ENROLLED.")] filter: Option<AnalyticsFilter>,
    ) -> Result<Option<ProgramFunnel>> {
        let filter = Filter::from(filter.unwrap_or_default());
        let funnel = analytics::funnel(ctx.service(), ctx.actor(), &program.into(), &filter).await?;
        Ok(funnel.map(ProgramFunnel::from))
    }

    /// How long completion takes; null where there is no such program. Under OCCURRED the completions within the period count. Takes
    /// `analytics:read`.
    async fn time_to_complete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which.")] program: ProgramRef,
        #[graphql(desc = "Which figures.")] filter: Option<AnalyticsFilter>,
    ) -> Result<Option<TimeToComplete>> {
        let filter = Filter::from(filter.unwrap_or_default());
        let time = analytics::time_to_complete(ctx.service(), ctx.actor(), &program.into(), &filter).await?;
        Ok(time.map(TimeToComplete::from))
    }

    /// Figures of each assessment; null where there is no such program. Under OCCURRED the tries handed in within the period count. Takes
    /// `analytics:read`.
    async fn assessment_statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which.")] program: ProgramRef,
        #[graphql(desc = "Which figures.")] filter: Option<AnalyticsFilter>,
    ) -> Result<Option<AssessmentReport>> {
        let filter = Filter::from(filter.unwrap_or_default());
        let report =
            analytics::assessment_statistics(ctx.service(), ctx.actor(), &program.into(), &filter).await?;
        Ok(report.map(AssessmentReport::from))
    }
}
