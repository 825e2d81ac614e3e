//! Completion: the rule that decides an award, and what it still lacks. One pure evaluator serves both; `refresh` writes what it says.

mod atom;
mod component_programs;
mod condition;
mod credit;
pub mod describe;
mod doubt;
mod explain;
mod gap;
pub(crate) mod granted;
pub(crate) mod known;
mod lack;
pub(crate) mod load;
mod plan;
mod prior;
mod refresh;
pub mod rule;
mod score;
mod stack;
#[cfg(test)]
mod tests;
mod wording;

pub(crate) use condition::together;
pub(crate) use credit::{Nested, given_by};
pub use doubt::Doubt;
pub(crate) use explain::can_be_met;
pub use explain::{gap, satisfied_at};
pub use granted::Source;
pub use lack::{Gap, Requirement};
pub use plan::{Assessment, AssessmentFact, Component, ComponentFact, Facts, Graded, Group, Plan, Units};
pub(crate) use refresh::progress_row;
pub use refresh::{Told, refresh, refresh_told};

use std::collections::HashMap;

use cairn_entity::{enrollment, program_version};
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::Service;
use crate::error::Result;
use crate::program::terms::Terms;

/// What a renewal at this moment still lacks of what the version asks of a cycle that began at `from`; none where it asks for nothing.
pub(crate) async fn renewal_gap(
    connection: &impl ConnectionTrait,
    row: &enrollment::Model,
    version: &program_version::Model,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<Gap>> {
    let Some(rule) = version.renewal_rule()? else { return Ok(None) };
    let rows = std::slice::from_ref(row);
    let plans = load::plans(connection, rows).await?.with_rule(&rule);
    let known = known::facts(connection, rows, &plans).await?.remove(&row.id);
    Ok(known.map(|known| gap(&plans.of(row), &known.facts.since(from), now)))
}

/// What enrollments still lack, by enrollment; for whoever may see them. The number of statements does not depend on how many they are.
#[crate::boxed]
pub async fn gaps(service: &Service, enrollments: &[enrollment::Model]) -> Result<HashMap<Uuid, Gap>> {
    let plans = load::plans(service.db.reader(), enrollments).await?;
    let known = known::facts(service.db.reader(), enrollments, &plans).await?;
    let each = enrollments.iter().filter_map(|row| {
        let known = known.get(&row.id)?;
        Some((row.id, gap(&plans.of(row), &known.facts, service.now())))
    });
    Ok(each.collect())
}
