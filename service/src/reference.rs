//! What an input names an existing thing by, and finding many of them in one statement.

use std::collections::{HashMap, HashSet};

use cairn_entity::{attempt, cohort, credential, enrollment, issuer, learner, learner_external_id, program};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};

/// Names one thing, one way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reference {
    /// Our id.
    Id(Uuid),
    /// A text that is no id of that kind: names nothing.
    NoSuchId,
    /// The caller's own id, within the caller's issuer.
    ExternalId(String),
    /// The caller's own id within a named issuer, for operators.
    InIssuer {
        /// The issuer's slug.
        issuer: String,
        /// The issuer's own id.
        external_id: String,
    },
}

/// Names an issuer, one way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum IssuerReference {
    /// Our id.
    Id(Uuid),
    /// A text that is no issuer's id: names nothing.
    NoSuchId,
    /// Its slug.
    Slug(String),
}

/// Names an enrollment, one way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EnrollmentReference {
    /// As other things are named.
    By(Reference),
    /// The latest enrollment of a learner in a program (and cohort) that is not withdrawn.
    LearnerInProgram {
        /// Who.
        learner: Reference,
        /// In what.
        program: Reference,
        /// In which cohort.
        cohort: Option<Reference>,
    },
}

/// A table whose rows are named by `Reference`.
pub trait Referable: EntityTrait {
    /// Id, issuer and external id columns; tables without external ids have none.
    fn columns() -> (Self::Column, Self::Column, Option<Self::Column>);
    /// Id, issuer and external id of a row.
    fn names(row: &Self::Model) -> (Uuid, Uuid, Option<&str>);
    /// Rows that external ids name which are not in the column: by issuer and id.
    fn further(
        _connection: &impl ConnectionTrait,
        _named: &HashMap<Uuid, Vec<&str>>,
    ) -> impl Future<Output = Result<HashMap<(Uuid, String), Uuid>>> + Send {
        async { Ok(HashMap::new()) }
    }
}

macro_rules! referable {
    ($table:ident, $external:expr, $read:expr) => {
        impl Referable for $table::Entity {
            fn columns() -> (Self::Column, Self::Column, Option<Self::Column>) {
                ($table::Column::Id, $table::Column::IssuerId, $external)
            }
            fn names(row: &Self::Model) -> (Uuid, Uuid, Option<&str>) {
                let external: fn(&Self::Model) -> Option<&str> = $read;
                (row.id, row.issuer_id, external(row))
            }
        }
    };
}

referable!(program, Some(program::Column::ExternalId), |row| row.external_id.as_deref());
referable!(cohort, Some(cohort::Column::ExternalId), |row| row.external_id.as_deref());
referable!(enrollment, Some(enrollment::Column::ExternalId), |row| row.external_id.as_deref());
referable!(attempt, Some(attempt::Column::ExternalId), |row| row.external_id.as_deref());
referable!(credential, None, |_| None);

impl Referable for learner::Entity {
    fn columns() -> (learner::Column, learner::Column, Option<learner::Column>) {
        (learner::Column::Id, learner::Column::IssuerId, Some(learner::Column::ExternalId))
    }

    fn names(row: &learner::Model) -> (Uuid, Uuid, Option<&str>) {
        (row.id, row.issuer_id, Some(&row.external_id))
    }

    /// Learners have further external ids, in other systems of their issuer.
    async fn further(
        connection: &impl ConnectionTrait,
        named: &HashMap<Uuid, Vec<&str>>,
    ) -> Result<HashMap<(Uuid, String), Uuid>> {
        use learner_external_id::Column;
        if named.is_empty() {
            return Ok(HashMap::new());
        }
        let any = named.iter().fold(Condition::any(), |any, (issuer, ids)| {
            any.add(Column::IssuerId.eq(*issuer).and(Column::ExternalId.is_in(ids.iter().copied())))
        });
        let rows = learner_external_id::Entity::find().filter(any).all(connection).await?;
        Ok(rows.into_iter().map(|row| ((row.issuer_id, row.external_id), row.learner_id)).collect())
    }
}

/// Finds rows by reference among those that `visible` covers: one statement (one more where an operator names issuers). External ids are
/// looked up in `home`, the caller's issuer; without one (an operator's key) the caller must use `inIssuer`.
pub async fn find<E: Referable>(
    connection: &impl ConnectionTrait,
    home: Option<Uuid>,
    visible: Condition,
    references: impl IntoIterator<Item = &Reference>,
) -> Result<HashMap<Reference, E::Model>> {
    let wanted: HashSet<&Reference> = references.into_iter().collect();
    let slugs: HashSet<&str> = wanted
        .iter()
        .filter_map(|reference| match reference {
            Reference::InIssuer { issuer, .. } => Some(issuer.as_str()),
            _ => None,
        })
        .collect();
    let issuers = issuers_by_slug(connection, slugs).await?;
    let (id_column, issuer_column, external_column) = E::columns();
    let mut by_external: HashMap<Uuid, Vec<&str>> = HashMap::new();
    let mut ids = Vec::new();
    for reference in &wanted {
        match reference {
            Reference::Id(id) => ids.push(*id),
            Reference::NoSuchId => {}
            Reference::ExternalId(external_id) => {
                let home = home.ok_or_else(|| {
                    Error::BadRequest("an `externalId` needs an issuer: operators use `inIssuer`".to_owned())
                })?;
                by_external.entry(home).or_default().push(external_id);
            }
            Reference::InIssuer { issuer, external_id } => {
                if let Some(issuer) = issuers.get(issuer) {
                    by_external.entry(*issuer).or_default().push(external_id);
                }
            }
        }
    }
    let further = E::further(connection, &by_external).await?;
    ids.extend(further.values());
    let mut any = Condition::any();
    if !ids.is_empty() {
        any = any.add(id_column.is_in(ids));
    }
    if let Some(external_column) = external_column {
        for (issuer, external_ids) in by_external {
            any = any.add(issuer_column.eq(issuer).and(external_column.is_in(external_ids)));
        }
    }
    if any.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = E::find().filter(visible).filter(any).all(connection).await?;
    let mut by_id = HashMap::new();
    let mut by_name: HashMap<(Uuid, String), E::Model> = HashMap::new();
    for row in rows {
        let (id, issuer, external) = E::names(&row);
        if let Some(external) = external {
            by_name.insert((issuer, external.to_owned()), row.clone());
        }
        by_id.insert(id, row);
    }
    for (named, id) in further {
        if let Some(row) = by_id.get(&id) {
            by_name.entry(named).or_insert_with(|| row.clone());
        }
    }
    let found = wanted.into_iter().filter_map(|reference| {
        let row = match reference {
            Reference::Id(id) => by_id.get(id),
            Reference::NoSuchId => None,
            Reference::ExternalId(external) => home.and_then(|home| by_name.get(&(home, external.clone()))),
            Reference::InIssuer { issuer, external_id } => {
                issuers.get(issuer).and_then(|issuer| by_name.get(&(*issuer, external_id.clone())))
            }
        };
        row.map(|row| (reference.clone(), row.clone()))
    });
    Ok(found.collect())
}

/// Finds one row by reference, as `find` does.
pub async fn find_one<E: Referable>(
    connection: &impl ConnectionTrait,
    home: Option<Uuid>,
    visible: Condition,
    reference: &Reference,
) -> Result<Option<E::Model>> {
    Ok(find::<E>(connection, home, visible, [reference]).await?.remove(reference))
}

/// The ids of all that a filter names; one that names nothing is an error, never an empty list. `what` says what they are, for people.
pub async fn ids_of<E: Referable>(
    connection: &impl ConnectionTrait,
    home: Option<Uuid>,
    visible: Condition,
    references: &[Reference],
    what: &str,
) -> Result<Vec<Uuid>> {
    let found = find::<E>(connection, home, visible, references).await?;
    if references.iter().any(|reference| !found.contains_key(reference)) {
        return Err(Error::NotFound(format!(
            "a {what} that the filter names does not exist, or is not yours"
        )));
    }
    Ok(found.values().map(|row| E::names(row).0).collect())
}

async fn issuers_by_slug(
    connection: &impl ConnectionTrait,
    slugs: HashSet<&str>,
) -> Result<HashMap<String, Uuid>> {
    if slugs.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = issuer::Entity::find().filter(issuer::Column::Slug.is_in(slugs)).all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.slug, row.id)).collect())
}
