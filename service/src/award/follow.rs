//! What follows from a completion, in the transaction that completes: vouchers are given, and what is issued by itself is asked for.

use std::collections::{BTreeMap, HashMap, HashSet};

use cairn_entity::enums::AwardKind;
use cairn_entity::{
    award, bulk_row, credential, enrollment, learner, program_version, program_version_award, voucher,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::voucher::give;
use crate::error::Result;
use crate::issuance::eligibility;
use crate::{Work, bulk_operation, program};

/// Gives completed enrollments what their versions give by themselves, each thing once. For any number of enrollments the number of statements
/// is the same.
#[crate::boxed]
pub(crate) async fn follow(work: &mut Work<'_>, completed: &[enrollment::Model]) -> Result<()> {
    if completed.is_empty() {
        return Ok(());
    }
    let versions: HashSet<Uuid> = completed.iter().map(|row| row.version_id).collect();
    let versions: Vec<Uuid> = versions.into_iter().collect();
    let mut given: HashMap<Uuid, Vec<Given>> = HashMap::new();
    for (stated, row) in program::awards_of(work.tx(), &versions).await? {
        let by_itself = row.kind == AwardKind::Credential && stated.issued_by_itself;
        if by_itself || row.kind == AwardKind::Voucher {
            given.entry(stated.version_id).or_default().push(Given { stated, row });
        }
    }
    if given.is_empty() {
        return Ok(());
    }
    let due = eligible(work, completed, &given).await?;
    let pairs = |kind: AwardKind| {
        let of_row = |row: &enrollment::Model| {
            let list = given.get(&row.version_id).map(Vec::as_slice).unwrap_or_default();
            let of_kind = list.iter().filter(move |given| given.row.kind == kind).cloned();
            of_kind.map(|given| (row.clone(), given)).collect::<Vec<_>>()
        };
        due.iter().flat_map(of_row).collect::<Vec<_>>()
    };
    give(work, pairs(AwardKind::Voucher)).await?;
    issue(work, pairs(AwardKind::Credential)).await
}

/// An award as a version gives it.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) stated: program_version_award::Model,
    pub(super) row: award::Model,
}

/// Those that may have an award: by their track, a check of identity where it asks for one, and grades that still stand.
async fn eligible(
    work: &Work<'_>,
    completed: &[enrollment::Model],
    given: &HashMap<Uuid, Vec<Given>>,
) -> Result<Vec<enrollment::Model>> {
    let versions = program_version::Entity::find()
        .filter(program_version::Column::Id.is_in(given.keys().copied()))
        .all(work.tx())
        .await?;
    let versions: HashMap<Uuid, program_version::Model> =
        versions.into_iter().map(|row| (row.id, row)).collect();
    let learners = learner::Entity::find()
        .filter(learner::Column::Id.is_in(completed.iter().map(|row| row.learner_id)))
        .all(work.tx())
        .await?;
    let learners: HashMap<Uuid, learner::Model> = learners.into_iter().map(|row| (row.id, row)).collect();
    let may = |row: &&enrollment::Model| {
        let (version, learner) = (versions.get(&row.version_id), learners.get(&row.learner_id));
        version
            .zip(learner)
            .is_some_and(|(version, learner)| eligibility::refusal(row, learner, version).is_none())
    };
    Ok(completed.iter().filter(may).cloned().collect())
}

/// Asks for the credentials that there are none of yet, an operation for each issuer.
async fn issue(work: &mut Work<'_>, due: Vec<(enrollment::Model, Given)>) -> Result<()> {
    if due.is_empty() {
        return Ok(());
    }
    let learners = due.iter().map(|(row, _)| row.learner_id);
    let awards = due.iter().map(|(_, given)| given.row.id);
    let there: Vec<(Uuid, Uuid)> = credential::Entity::find()
        .select_only()
        .columns([credential::Column::LearnerId, credential::Column::AwardId])
        .filter(credential::Column::LearnerId.is_in(learners))
        .filter(credential::Column::AwardId.is_in(awards))
        .into_tuple()
        .all(work.tx())
        .await?;
    let asked: Vec<(Option<Uuid>, Option<Uuid>)> = bulk_row::Entity::find()
        .select_only()
        .columns([bulk_row::Column::EnrollmentId, bulk_row::Column::AwardId])
        .filter(bulk_row::Column::EnrollmentId.is_in(due.iter().map(|(row, _)| row.id)))
        .filter(bulk_row::Column::Outcome.is_null())
        .into_tuple()
        .all(work.tx())
        .await?;
    let mut by_issuer: BTreeMap<Uuid, Vec<(enrollment::Model, Uuid)>> = BTreeMap::new();
    for (row, given) in due {
        let award = given.row.id;
        if there.contains(&(row.learner_id, award)) || asked.contains(&(Some(row.id), Some(award))) {
            continue;
        }
        by_issuer.entry(row.issuer_id).or_default().push((row, award));
    }
    for (issuer, rows) in by_issuer {
        bulk_operation::ask_by_itself(work, issuer, rows).await?;
    }
    Ok(())
}

/// The vouchers of learners for awards that there are already.
pub(super) async fn there(
    work: &Work<'_>,
    due: &[(enrollment::Model, Given)],
) -> Result<HashSet<(Uuid, Uuid)>> {
    let rows: Vec<(Uuid, Uuid)> = voucher::Entity::find()
        .select_only()
        .columns([voucher::Column::LearnerId, voucher::Column::AwardId])
        .filter(voucher::Column::LearnerId.is_in(due.iter().map(|(row, _)| row.learner_id)))
        .filter(voucher::Column::AwardId.is_in(due.iter().map(|(_, given)| given.row.id)))
        .into_tuple()
        .all(work.tx())
        .await?;
    Ok(rows.into_iter().collect())
}
