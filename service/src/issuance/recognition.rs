//! What a credential says of prior learning: which outcomes and components were recognized rather than taught, what showed it, and how much may be.

use std::collections::{HashMap, HashSet};

use cairn_credential::document::{Alignment, Evidence, Result as Outcome, ResultDescription};
use cairn_entity::{enrollment, prior_claim_evidence};
use uuid::Uuid;

use super::catalogue::Version;
use super::claims::Facts;
use super::results::{address, description, result};
use crate::completion::{granted, load};
use crate::error::Result;
use crate::{Work, prior_learning};

/// The name of the result, in addresses.
const RESULT: &str = "recognized";

/// What is recognized of one enrollment.
#[derive(Clone, Debug, Default)]
pub struct Recognized {
    /// Outcomes.
    outcomes: HashSet<Uuid>,
    /// Components in order: the issuer's own id and the title.
    components: Vec<(String, String)>,
    /// What showed it.
    evidence: Vec<prior_claim_evidence::Model>,
}

/// Reads what is recognized of enrollments; where no version recognizes anything nothing is read.
#[crate::boxed]
pub async fn read(
    work: &Work<'_>,
    enrollments: &[enrollment::Model],
    versions: &HashMap<Uuid, Version>,
) -> Result<HashMap<Uuid, Recognized>> {
    let recognizes = |row: &&enrollment::Model| {
        versions.get(&row.version_id).is_some_and(|version| version.version.prior_learning.is_some())
    };
    let rows: Vec<enrollment::Model> = enrollments.iter().filter(recognizes).cloned().collect();
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let plans = load::plans(work.tx(), &rows).await?;
    let done = granted::recognized(work.tx(), &ids).await?;
    let mut shown = prior_learning::shown(work.tx(), &ids).await?;
    let each = rows.iter().map(|row| {
        let (outcomes, evidence) = shown.remove(&row.id).unwrap_or_default();
        let is_done = |id: Uuid| done.iter().any(|one| one.enrollment_id == row.id && one.component_id == id);
        let plan = plans.of(row);
        let components = plan.components.iter().filter(|component| is_done(component.id));
        let components = components.map(|one| (one.external_id.clone(), one.title.clone())).collect();
        (row.id, Recognized { outcomes, components, evidence })
    });
    Ok(each.collect())
}

/// The description of what is recognized, for a version that recognizes anything.
pub fn describe(id: &str, recognizes: bool) -> Option<ResultDescription> {
    recognizes.then(|| description(id, RESULT, "Recognition of prior learning", "Status"))
}

/// A result for each outcome and each component that is recognized: it names them by an alignment of its own (Open Badges 3.0, Result `alignment`).
pub fn results(id: &str, facts: &Facts<'_>) -> Vec<Outcome> {
    if facts.version.version.prior_learning.is_none() {
        return Vec::new();
    }
    let named = |kind: &str, anchor: &str, code: &str, name: &str| Outcome {
        status: Some("Completed".to_owned()),
        alignment: vec![Alignment {
            target_type: Some(format!("ext:{kind}")),
            target_code: Some(code.to_owned()).filter(|code| !code.is_empty()),
            ..Alignment::new(name, format!("{id}#{anchor}"))
        }],
        ..result(address(id, RESULT))
    };
    let outcomes = facts.version.outcomes.iter().filter(|row| facts.recognized.outcomes.contains(&row.id));
    let outcomes = outcomes.map(|row| named("LearningOutcome", "outcomes", &row.code, &row.statement));
    let components = facts.recognized.components.iter();
    outcomes.chain(components.map(|(code, title)| named("Component", "components", code, title))).collect()
}

/// What showed it.
pub fn evidence(recognized: &Recognized) -> impl Iterator<Item = Evidence> {
    recognized.evidence.iter().map(|work| Evidence {
        id: work.url.clone(),
        name: Some(work.name.clone()),
        description: work.description.clone(),
        genre: Some("recognition of prior learning".to_owned()),
        digest_multibase: work.url.as_ref().and(work.digest.clone()),
        ..Evidence::default()
    })
}
