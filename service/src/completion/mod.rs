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

use std::collections::{HashMap, HashSet};

use cairn_entity::{enrollment, issuer, program_version};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::error::Result;
use crate::program::terms::Terms;
use crate::{Service, credential, read};

/// What a renewal at this moment still lacks of what the version asks of a cycle that began at `from`, with days told in the zone; none where it asks for
/// nothing.
pub(crate) async fn renewal_gap(
    connection: &impl ConnectionTrait,
    row: &enrollment::Model,
    version: &program_version::Model,
    (zone, from): (Tz, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<Option<Gap>> {
    let Some(rule) = version.renewal_rule()? else { return Ok(None) };
    let rows = std::slice::from_ref(row);
    let plans = load::plans(connection, rows).await?.with_rule(&rule);
    let known = known::facts(connection, rows, &plans).await?.remove(&row.id);
    let facts = |known: known::Known| Facts { zone, ..known.facts.since(from) };
    Ok(known.map(|known| gap(&plans.of(row), &facts(known), now)))
}

/// What enrollments still lack, by enrollment; for whoever may see them. The number of statements does not depend on how many they are.
#[crate::boxed]
pub async fn gaps(service: &Service, enrollments: &[enrollment::Model]) -> Result<HashMap<Uuid, Gap>> {
    let plans = load::plans(service.db.reader(), enrollments).await?;
    let mut known = known::facts(service.db.reader(), enrollments, &plans).await?;
    let issuers: HashSet<Uuid> = enrollments.iter().map(|row| row.issuer_id).collect();
    let issuers = read::by_ids::<issuer::Entity>(service, &issuers.into_iter().collect::<Vec<_>>()).await?;
    let zones: HashMap<Uuid, Tz> = issuers.iter().map(|row| (row.id, credential::zone(row))).collect();
    let each = enrollments.iter().filter_map(|row| {
        let zone = zones.get(&row.issuer_id).copied()?;
        let facts = Facts { zone, ..known.remove(&row.id)?.facts };
        Some((row.id, gap(&plans.of(row), &facts, service.now())))
    });
    Ok(each.collect())
}
