//! The rows of an operation about enrollments: one for each; where it issues, one for each credential that the enrollment's version awards.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{AwardKind, BulkKind, BulkOutcome};
use cairn_entity::{bulk_operation, bulk_row, enrollment};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use serde_json::json;
use uuid::Uuid;

use super::progress::{self, ROW_COLUMNS};
use crate::actor::Actor;
use crate::error::{Result, UserError};
use crate::issuance::catalogue;
use crate::issuance::interruption;
use crate::{Service, Work, chunk};

/// Enrollments that are turned into rows together.
const PAGE: u64 = 1_000;

/// What a row is made of: an enrollment, or why there is none.
pub type Named = std::result::Result<enrollment::Model, UserError>;

/// Makes rows, the first with the given index. An enrollment whose version awards no credential gets one row all the same, so that it gets an outcome.
#[crate::boxed]
pub async fn make(
    work: &Work<'_>,
    operation: &bulk_operation::Model,
    first: i32,
    named: Vec<Named>,
) -> Result<Vec<bulk_row::Model>> {
    let awards = match operation.kind {
        BulkKind::IssueCredentials => awards(work.tx(), named.iter().flatten()).await?,
        _ => HashMap::new(),
    };
    let mut rows = Vec::with_capacity(named.len());
    let mut seen = HashSet::new();
    for one in named {
        let (enrollment, errors) = match one {
            Ok(row) if !seen.insert(row.id) => continue,
            Ok(row) => (Some(row), Vec::new()),
            Err(error) => (None, vec![error]),
        };
        let of_version = enrollment.as_ref().and_then(|row| awards.get(&row.version_id));
        let of_version = of_version.filter(|list| !list.is_empty());
        let list = of_version.map_or_else(|| vec![None], |list| list.iter().copied().map(Some).collect());
        for award in list {
            let index = first + i32::try_from(rows.len()).unwrap_or(i32::MAX);
            let enrollment = enrollment.as_ref().map(|row| row.id);
            rows.push(bulk_row::Model {
                outcome: (!errors.is_empty()).then_some(BulkOutcome::Failed),
                errors: json!(errors),
                ..row(work, operation, index, (enrollment, award))?
            });
        }
    }
    insert(work, rows.clone()).await?;
    Ok(rows)
}

/// Makes the rows of an operation for these awards alone.
pub async fn make_named(
    work: &Work<'_>,
    operation: &bulk_operation::Model,
    named: Vec<(enrollment::Model, Uuid)>,
) -> Result<()> {
    let rows = (0..)
        .zip(named)
        .map(|(index, (enrollment, award))| row(work, operation, index, (Some(enrollment.id), Some(award))));
    insert(work, rows.collect::<Result<_>>()?).await
}

fn row(
    work: &Work<'_>,
    operation: &bulk_operation::Model,
    row_index: i32,
    (enrollment_id, award_id): (Option<Uuid>, Option<Uuid>),
) -> Result<bulk_row::Model> {
    Ok(bulk_row::Model { enrollment_id, award_id, ..blank(work, operation, row_index)? })
}

/// A row of an operation about nothing yet.
pub(crate) fn blank(
    work: &Work<'_>,
    operation: &bulk_operation::Model,
    row_index: i32,
) -> Result<bulk_row::Model> {
    Ok(bulk_row::Model {
        id: work.new_id()?,
        issuer_id: operation.issuer_id,
        operation_id: operation.id,
        row_index,
        enrollment_id: None,
        award_id: None,
        credential_id: None,
        subject_id: None,
        outcome: None,
        errors: json!([]),
    })
}

async fn insert(work: &Work<'_>, rows: Vec<bulk_row::Model>) -> Result<()> {
    for rows in chunk::rows(rows, ROW_COLUMNS) {
        let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
        bulk_row::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
    }
    Ok(())
}

/// The awards that are signed, by version.
async fn awards<'a>(
    connection: &impl ConnectionTrait,
    enrollments: impl Iterator<Item = &'a enrollment::Model>,
) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let versions: HashSet<Uuid> = enrollments.map(|row| row.version_id).collect();
    let versions: Vec<Uuid> = versions.into_iter().collect();
    let given = catalogue::given_awards(connection, &versions).await?;
    Ok(given
        .into_iter()
        .map(|(version, list)| {
            let signed = list.into_iter().filter(|given| given.award.kind == AwardKind::Credential);
            (version, signed.map(|given| given.award.id).collect())
        })
        .collect())
}

/// The rows that are due next, from an index on.
pub async fn next(
    service: &Service,
    operation: &bulk_operation::Model,
    index: i32,
    limit: u64,
) -> Result<Vec<bulk_row::Model>> {
    Ok(bulk_row::Entity::find()
        .filter(bulk_row::Column::OperationId.eq(operation.id))
        .filter(bulk_row::Column::RowIndex.gte(index))
        .filter(bulk_row::Column::Outcome.is_null())
        .order_by_asc(bulk_row::Column::RowIndex)
        .limit(limit)
        .all(service.db.reader())
        .await?)
}

/// Turns the next page of these enrollments of the operation's issuer into rows; after the last one the total is known.
#[crate::boxed]
pub async fn make_page(
    service: &Service,
    actor: &Actor,
    operation: &bulk_operation::Model,
    these: Select<enrollment::Entity>,
) -> Result<bulk_operation::Model> {
    let mut work = Work::begin(service, actor).await?;
    let mut select = these.filter(enrollment::Column::IssuerId.eq(operation.issuer_id));
    if let Some(after) = operation.resume_after {
        select = select.filter(enrollment::Column::Id.gt(after));
    }
    let page = select.order_by_asc(enrollment::Column::Id).limit(PAGE).all(work.tx()).await?;
    let mut after = operation.clone();
    let last = page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
    after.resume_after = page.last().map(|row| row.id).or(operation.resume_after);
    // While rows are made, `next_index` is the index of the next one.
    let rows = make(&work, operation, operation.next_index, page.into_iter().map(Ok).collect()).await?;
    after.next_index += i32::try_from(rows.len()).unwrap_or(i32::MAX);
    if last {
        after.total = Some(after.next_index);
        after.next_index = 0;
    }
    interruption::point("mid-rows");
    let after = progress::save(&mut work, after).await?;
    work.commit().await?;
    Ok(after)
}
