//! Figures for dashboards, aggregated by the database: rows are never loaded to be counted.

mod assessments;
mod completions;
mod dimension;
mod period;
mod program;
mod stream;

pub use assessments::{AssessmentReport, AssessmentStatistics, assessment_statistics};
pub use completions::{Figures, Filter, Group, Report, completions};
pub(crate) use completions::{check, slice};
pub use dimension::Dimension;
pub use period::Unit;
pub use program::{Funnel, FunnelStep, TimeToComplete, funnel, time_to_complete};
pub use stream::Basis;
