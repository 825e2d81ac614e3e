//! Completion: the rule that decides an award, and what it still lacks. One pure evaluator serves both; `refresh` writes what it says.

mod condition;
pub mod describe;
mod explain;
mod gap;
pub(crate) mod granted;
pub(crate) mod known;
pub(crate) mod load;
mod plan;
mod refresh;
pub mod rule;
#[cfg(test)]
mod tests;

pub use explain::{Gap, Requirement, gap, satisfied_at};
pub use granted::Source;
pub use plan::{Assessment, AssessmentFact, Component, ComponentFact, Facts, Graded, Plan};
pub(crate) use refresh::progress_row;
pub use refresh::{Told, refresh, refresh_told};

use std::collections::HashMap;

use cairn_entity::enrollment;
use uuid::Uuid;

use crate::Service;
use crate::error::Result;

/// What enrollments still lack, by enrollment; for whoever may see them. The number of statements does not depend on how many they are.
#[crate::boxed]
pub async fn gaps(service: &Service, enrollments: &[enrollment::Model]) -> Result<HashMap<Uuid, Gap>> {
    let plans = load::plans(service.db.reader(), enrollments).await?;
    let known = known::facts(service.db.reader(), enrollments, &plans).await?;
    let each = enrollments.iter().filter_map(|row| {
        let known = known.get(&row.id)?;
        Some((row.id, gap(&plans.of(row), &known.facts)))
    });
    Ok(each.collect())
}
