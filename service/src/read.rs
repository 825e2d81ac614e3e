//! Rows by id, for loaders that follow a foreign key: whoever may see the row that refers to them may see them.

use std::collections::HashMap;
use std::hash::Hash;

use cairn_entity as entity;
use sea_orm::{ColumnTrait, EntityTrait, Iterable, PrimaryKeyToColumn, PrimaryKeyTrait, QueryFilter};
use uuid::Uuid;

use crate::Service;
use crate::error::Result;

/// Finds rows by id in one statement.
pub async fn by_ids<E>(service: &Service, ids: &[Uuid]) -> Result<Vec<E::Model>>
where
    E: EntityTrait,
    E::PrimaryKey: PrimaryKeyTrait<ValueType = Uuid> + PrimaryKeyToColumn<Column = E::Column>,
{
    let Some(key) = E::PrimaryKey::iter().next() else { return Ok(Vec::new()) };
    Ok(E::find().filter(key.into_column().is_in(ids.iter().copied())).all(service.db.reader()).await?)
}

/// Rows by a key of theirs, each group in the order in which they come.
pub(crate) fn grouped<K: Hash + Eq, T>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, Vec<T>> {
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

/// A row that has an id.
pub trait Identified {
    /// The id.
    fn id(&self) -> Uuid;
}

macro_rules! identified {
    ($($table:ident),* $(,)?) => {
        $(impl Identified for entity::$table::Model {
            fn id(&self) -> Uuid {
                self.id
            }
        })*
    };
}

identified!(
    api_key,
    appeal,
    assessment,
    attempt,
    award,
    bulk_operation,
    bulk_row,
    certificate_template,
    cohort,
    component,
    continuing_unit,
    credential,
    endorsement,
    enrollment,
    erasure,
    evidence,
    identity_provider,
    integrity_flag,
    issuer,
    learner,
    learner_merge,
    learning_outcome,
    module,
    notice_setting,
    notice_template,
    party,
    passport_share,
    person,
    portfolio_project,
    prior_claim,
    program,
    program_version,
    review,
    rubric_criterion,
    rubric_level,
    signing_key,
    skill,
    skill_framework,
    voucher,
    webhook_delivery,
    webhook_endpoint,
);
