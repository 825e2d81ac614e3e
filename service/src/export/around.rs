//! What stands around the rows of a page: learners, programs and the like, each kind read in one statement.

use std::collections::{HashMap, HashSet};

use cairn_entity::{assessment, award, cohort, enrollment, issuer, learner, program, program_version};
use sea_orm::{EntityTrait, PrimaryKeyToColumn, PrimaryKeyTrait};
use uuid::Uuid;

use super::table::Placed;
use crate::error::Result;
use crate::{Service, read};

/// What stands around the rows of a page, by id.
#[derive(Default)]
pub struct Around {
    pub learners: HashMap<Uuid, learner::Model>,
    pub programs: HashMap<Uuid, program::Model>,
    pub versions: HashMap<Uuid, program_version::Model>,
    pub cohorts: HashMap<Uuid, cohort::Model>,
    pub enrollments: HashMap<Uuid, enrollment::Model>,
    pub assessments: HashMap<Uuid, assessment::Model>,
    pub awards: HashMap<Uuid, award::Model>,
    pub issuer: Option<issuer::Model>,
}

impl Around {
    /// Who and in what.
    pub async fn placed<R: Placed>(service: &Service, rows: &[R]) -> Result<Self> {
        Ok(Self {
            learners: by_id::<learner::Entity>(service, rows.iter().map(Placed::learner), |row| row.id)
                .await?,
            programs: by_id::<program::Entity>(service, rows.iter().map(Placed::program), |row| row.id)
                .await?,
            versions: by_id::<program_version::Entity>(service, rows.iter().map(Placed::version), |row| {
                row.id
            })
            .await?,
            cohorts: by_id::<cohort::Entity>(service, rows.iter().filter_map(Placed::cohort), |row| row.id)
                .await?,
            ..Self::default()
        })
    }
}

/// Rows by id, in one statement.
pub async fn by_id<E>(
    service: &Service,
    ids: impl Iterator<Item = Uuid>,
    id: fn(&E::Model) -> Uuid,
) -> Result<HashMap<Uuid, E::Model>>
where
    E: EntityTrait,
    E::PrimaryKey: PrimaryKeyTrait<ValueType = Uuid> + PrimaryKeyToColumn<Column = E::Column>,
{
    let ids: HashSet<Uuid> = ids.collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let rows = read::by_ids::<E>(service, &ids).await?;
    Ok(rows.into_iter().map(|row| (id(&row), row)).collect())
}
