//! Figures for dashboards, aggregated by the database: rows are never loaded to be counted.

mod completions;
mod dimension;
mod period;
mod stream;

pub use completions::{Figures, Filter, Group, Report, completions};
pub use dimension::Dimension;
pub use period::Unit;
pub use stream::Basis;
