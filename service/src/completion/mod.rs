//! Completion: the rule that decides an award, and what it still lacks. One pure evaluator serves both; `refresh` writes what it says.

mod condition;
mod explain;
mod gap;
mod plan;
pub mod rule;
#[cfg(test)]
mod tests;

pub use explain::{Gap, Requirement, gap, satisfied_at};
pub use plan::{Assessment, AssessmentFact, Component, ComponentFact, Facts, Graded, Plan};
