//! Publishing: freezes the draft, and refuses what could never be awarded.

use std::collections::HashMap;

use cairn_entity::enums::ProgramStatus;
use cairn_entity::{assessment, component, program, program_version};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::rule_check::credit_amount;
use super::terms::{CreditScheme, Terms};
use crate::actor::{Actor, Scope};
use crate::completion::rule::Rule;
use crate::error::UserErrorCode::{AlreadyDone, Conflict, NotFound};
use crate::error::{Error, Result};
use crate::ids::Kind;
use crate::reference::{self, Reference};
use crate::validate::Checks;
use crate::{Service, Work, save, tenancy};

/// Publishes the draft of a program: from then on it never changes, and is what the public sees. Needs `programs:write`.
#[crate::boxed]
pub async fn publish(
    service: &Service,
    actor: &Actor,
    reference: &Reference,
) -> Result<(program::Model, program_version::Model)> {
    let reach = actor.reach_whole(Scope::ProgramsWrite)?;
    let mut work = Work::begin(service, actor).await?;
    let visible = tenancy::whole_issuer(reach, program::Column::IssuerId);
    let program = reference::find_one::<program::Entity>(work.tx(), actor.issuer, visible, reference)
        .await?
        .ok_or_else(|| Error::user("program", NotFound, "there is no such program, or it is not yours"))?;
    let published = publish_in(&mut work, program).await?;
    work.commit().await?;
    Ok(published)
}

/// As `publish`, within a command that has made sure that the caller may write the program.
#[crate::boxed]
pub async fn publish_in(
    work: &mut Work<'_>,
    program: program::Model,
) -> Result<(program::Model, program_version::Model)> {
    let Some(draft) = program.draft_version_id else {
        return Err(Error::user("program", AlreadyDone, "it is published and has no draft"));
    };
    let version = program_version::Entity::find_by_id(draft)
        .filter(program_version::Column::Status.eq(ProgramStatus::Draft))
        .one(work.tx())
        .await?
        .ok_or_else(|| Error::internal("a program's draft is missing", draft.to_string()))?;
    check(work.tx(), &version).await?;
    let version = program_version::Model {
        status: ProgramStatus::Published,
        published_at: Some(work.now),
        sort_published_at: work.now,
        updated_at: work.now,
        ..version
    };
    let program = program::Model {
        current_version_id: Some(version.id),
        draft_version_id: None,
        updated_at: work.now,
        ..program
    };
    save::rows::<program_version::Entity>(work.tx(), vec![version.clone()]).await?;
    save::rows::<program::Entity>(work.tx(), vec![program.clone()]).await?;
    let detail = json!({ "version": version.id, "number": version.number });
    let subject = (Kind::Program, program.id);
    work.audit(Some(program.issuer_id), "program.published", subject, detail.clone())?;
    work.emit(Some(program.issuer_id), "program.published", subject, detail);
    Ok((program, version))
}

/// Notes why no one could ever earn an award by this version, or everyone at once.
async fn check(on: &impl ConnectionTrait, version: &program_version::Model) -> Result<()> {
    let mut checks = Checks::default();
    let components =
        component::Entity::find().filter(component::Column::VersionId.eq(version.id)).all(on).await?;
    let assessments =
        assessment::Entity::find().filter(assessment::Column::VersionId.eq(version.id)).count(on).await?;
    let rule = version.rule()?;
    if rule.is_none() && assessments == 0 && !components.iter().any(|row| row.required) {
        let message =
            "nothing decides an award: give it required components, assessments or a completion rule";
        checks.fail("program", Conflict, message);
    }
    let tracks = version.tracks()?;
    if !tracks.is_empty() && !tracks.iter().any(|track| track.leads_to_awards) {
        checks.fail("program", Conflict, "none of its tracks leads to an award");
    }
    let stacked = stacked(on, &components).await?;
    if stacked.iter().any(|(_, current)| current.is_none()) {
        checks.fail("program", Conflict, "a program among its components is not published yet");
    }
    if let Some(rule) = &rule {
        check_credits(rule, &credit_within(&stacked)?, &mut checks);
    }
    checks.finish()
}

/// Programs among the components, each with its current version.
async fn stacked(
    on: &impl ConnectionTrait,
    components: &[component::Model],
) -> Result<Vec<(program::Model, Option<program_version::Model>)>> {
    let ids: Vec<Uuid> = components.iter().filter_map(|row| row.component_program_id).collect();
    let programs = program::Entity::find().filter(program::Column::Id.is_in(ids)).all(on).await?;
    let current = programs.iter().filter_map(|row| row.current_version_id);
    let versions =
        program_version::Entity::find().filter(program_version::Column::Id.is_in(current)).all(on).await?;
    let mut versions: HashMap<Uuid, program_version::Model> =
        versions.into_iter().map(|row| (row.program_id, row)).collect();
    Ok(programs
        .into_iter()
        .map(|row| {
            let version = versions.remove(&row.id);
            (row, version)
        })
        .collect())
}

/// All the credit that its component programs give, by scheme.
fn credit_within(
    stacked: &[(program::Model, Option<program_version::Model>)],
) -> Result<HashMap<CreditScheme, i64>> {
    let mut sums = HashMap::new();
    for version in stacked.iter().filter_map(|(_, version)| version.as_ref()) {
        for credit in version.credits()? {
            *sums.entry(credit.scheme).or_insert(0) += credit.amount;
        }
    }
    Ok(sums)
}

/// Refuses a rule that needs more credit than all components together give. What any other part satisfies needs none.
fn check_credits(rule: &Rule, within: &HashMap<CreditScheme, i64>, checks: &mut Checks) {
    if !can_be_met(rule, within) {
        checks.fail("program", Conflict, "its rule asks for more credit than its components give");
    }
}

fn can_be_met(rule: &Rule, within: &HashMap<CreditScheme, i64>) -> bool {
    match rule {
        Rule::AllOf(parts) => parts.iter().all(|part| can_be_met(part, within)),
        Rule::AnyOf(parts) => parts.iter().any(|part| can_be_met(part, within)),
        Rule::AtLeast { count, of } => of.iter().filter(|part| can_be_met(part, within)).count() >= *count,
        Rule::Credits { amount, scheme } => {
            let given = CreditScheme::of_name(scheme).and_then(|scheme| within.get(&scheme)).copied();
            credit_amount(amount).is_some_and(|amount| amount <= given.unwrap_or(0))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_must_not_ask_for_more_credit_than_there_is() {
        let ects = |amount: &str| Rule::Credits { amount: amount.to_owned(), scheme: "ECTS".to_owned() };
        let within = HashMap::from([(CreditScheme::Ects, 300_000)]);
        assert!(can_be_met(&ects("30"), &within));
        assert!(!can_be_met(&ects("30.5"), &within));
        assert!(can_be_met(&Rule::AnyOf(vec![ects("60"), Rule::OverallScore(80.0)]), &within));
        assert!(!can_be_met(&Rule::AllOf(vec![ects("60"), Rule::OverallScore(80.0)]), &within));
        assert!(!can_be_met(&Rule::AtLeast { count: 2, of: vec![ects("60"), ects("10")] }, &within));
    }
}
