//! Reads what the rigor of versions is worked out from: with all programs within them, since a stack is as rigorous as what it is made of.

use std::collections::{HashMap, HashSet};

use cairn_entity::{assessment, component, module, program, program_version};
use sea_orm::sea_query::{CommonTableExpression, Expr, ExprTrait, JoinType, Query, UnionType, WithClause};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{Part, Rigor, Takes, rigor, taken_by};
use crate::Service;
use crate::error::Result;

/// How deep programs within programs are followed.
const DEEPEST: usize = 10;

/// The rigor of versions; programs that fill a place count as they are offered now. Six statements, however deep programs lie within programs.
#[crate::boxed]
pub async fn rigors(service: &Service, versions: &[Uuid]) -> Result<HashMap<Uuid, Rigor>> {
    let read = Read::all(service, versions).await?;
    let mut found = HashMap::new();
    for version in versions {
        read.work_out(*version, DEEPEST, &mut found)?;
    }
    found.retain(|version, _| versions.contains(version));
    Ok(found.into_iter().map(|(version, found)| (version, found.rigor)).collect())
}

/// Versions, and those of the programs within them at whatever depth, as they are offered now.
async fn with_all_within(on: &impl ConnectionTrait, versions: &[Uuid]) -> Result<HashSet<Uuid>> {
    const WITHIN: &str = "within";
    const VERSION: &str = "version_id";
    let asked = program_version::Column::Id.is_in(versions.iter().copied());
    let mut all = Query::select();
    all.column(program_version::Column::Id).from(program_version::Entity).and_where(asked);
    let program = Expr::col((program::Entity, program::Column::Id));
    let version = Expr::col((component::Entity, component::Column::VersionId));
    let mut next = Query::select();
    next.column((program::Entity, program::Column::CurrentVersionId))
        .from(component::Entity)
        .join(
            JoinType::InnerJoin,
            program::Entity,
            program.equals((component::Entity, component::Column::ComponentProgramId)),
        )
        .join(JoinType::InnerJoin, WITHIN, version.equals((WITHIN, VERSION)))
        .and_where(program::Column::CurrentVersionId.is_not_null());
    all.union(UnionType::Distinct, next);
    let within = CommonTableExpression::new().query(all).column(VERSION).table_name(WITHIN).to_owned();
    let mut select = Query::select();
    select.column(VERSION).from(WITHIN);
    let query = select.with(WithClause::new().recursive(true).cte(within).to_owned());
    let rows = on.query_all(&query).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?)
}

/// What was worked out of a version.
struct Found {
    rigor: Rigor,
    takes: Option<Takes>,
}

/// What was read.
#[derive(Default)]
struct Read {
    versions: HashMap<Uuid, program_version::Model>,
    places: HashMap<Uuid, Vec<component::Model>>,
    assessments: HashMap<Uuid, Vec<assessment::Model>>,
    modules: HashMap<Uuid, module::Model>,
    programs: HashMap<Uuid, program::Model>,
}

impl Read {
    async fn all(service: &Service, versions: &[Uuid]) -> Result<Self> {
        let on = service.db.reader();
        let versions = with_all_within(on, versions).await?;
        let ids = || versions.iter().copied();
        let mut read = Self::default();
        let rows = program_version::Entity::find().filter(program_version::Column::Id.is_in(ids()));
        read.versions = rows.all(on).await?.into_iter().map(|row| (row.id, row)).collect();
        let places = component::Entity::find()
            .filter(component::Column::VersionId.is_in(ids()))
            .order_by_asc(component::Column::Position)
            .all(on)
            .await?;
        let assessments = assessment::Entity::find()
            .filter(assessment::Column::VersionId.is_in(ids()))
            .order_by_asc(assessment::Column::Position)
            .order_by_asc(assessment::Column::Id)
            .all(on)
            .await?;
        for row in assessments {
            read.assessments.entry(row.version_id.unwrap_or_default()).or_default().push(row);
        }
        let modules = places.iter().filter_map(|place| place.module_id);
        let modules = module::Entity::find().filter(module::Column::Id.is_in(modules)).all(on).await?;
        read.modules = modules.into_iter().map(|row| (row.id, row)).collect();
        let programs = places.iter().filter_map(|place| place.component_program_id);
        let programs = program::Entity::find().filter(program::Column::Id.is_in(programs)).all(on).await?;
        read.programs = programs.into_iter().map(|row| (row.id, row)).collect();
        for place in places {
            read.places.entry(place.version_id).or_default().push(place);
        }
        Ok(read)
    }

    /// Works out the rigor of a version and of all within it, each once.
    fn work_out(&self, version: Uuid, depth: usize, found: &mut HashMap<Uuid, Found>) -> Result<()> {
        let Some(row) = self.versions.get(&version).filter(|_| !found.contains_key(&version)) else {
            return Ok(());
        };
        let places = self.places.get(&version).map(Vec::as_slice).unwrap_or_default();
        let places = if depth > 0 { places } else { &[] };
        for offered in places.iter().filter_map(|place| self.offered(place)) {
            self.work_out(offered, depth - 1, found)?;
        }
        let parts: Vec<Part> = places.iter().map(|place| self.part(place, found)).collect();
        let assessments = self.assessments.get(&version).map(Vec::as_slice).unwrap_or_default();
        let stated = row.workload_hours.map(|hours| Takes::from([(row.program_id, hours)]));
        let takes = stated.or_else(|| taken_by(&parts));
        found.insert(version, Found { rigor: rigor(row, assessments, &parts)?, takes });
        Ok(())
    }

    /// The version of the program that fills a place, as it is offered now.
    fn offered(&self, place: &component::Model) -> Option<Uuid> {
        self.programs.get(&place.component_program_id?)?.current_version_id
    }

    fn part(&self, place: &component::Model, found: &HashMap<Uuid, Found>) -> Part {
        let module = place.module_id.and_then(|id| self.modules.get(&id));
        let program = place.component_program_id.and_then(|id| self.programs.get(&id));
        let within = self.offered(place).and_then(|version| found.get(&version));
        let own = program.and_then(|row| row.external_id.clone()).unwrap_or_default();
        Part {
            external_id: module.map_or(own, |row| row.external_id.clone()),
            required: place.required,
            takes: match module {
                Some(module) => module.workload_hours.map(|hours| Takes::from([(module.id, hours)])),
                None => within.and_then(|within| within.takes.clone()),
            },
            rigor: within.map(|within| within.rigor.clone()),
        }
    }
}
