//! The file of completion figures: a row a group, with a column for each dimension that it is grouped by.

use cairn_entity::{cohort, program, program_version};

use super::around::{Around, by_id};
use super::cell::Cell;
use super::table::{Column, plain};
use crate::Service;
use crate::analytics::{Dimension, Figures, Group};
use crate::error::Result;
use crate::ids::Kind;

/// What stands around groups.
pub(super) async fn around(service: &Service, rows: &[Group]) -> Result<Around> {
    let programs = rows.iter().filter_map(|group| group.program);
    let programs = by_id::<program::Entity>(service, programs, |row| row.id).await?;
    let current = programs.values().filter_map(|program| program.current_version_id);
    Ok(Around {
        versions: by_id::<program_version::Entity>(service, current, |row| row.id).await?,
        cohorts: by_id::<cohort::Entity>(service, rows.iter().filter_map(|group| group.cohort), |row| row.id)
            .await?,
        programs,
        ..Around::default()
    })
}

/// Its columns.
pub fn columns(group_by: &[Dimension]) -> Vec<Column<Group>> {
    let mut columns: Vec<Column<Group>> = Vec::new();
    for dimension in group_by {
        columns.extend(of_dimension(*dimension));
    }
    columns.extend([
        plain("enrolled", |group: &Group, _| figure(group, |figures| figures.enrolled)),
        plain("started", |group, _| figure(group, |figures| figures.started)),
        plain("completed", |group, _| figure(group, |figures| figures.completed)),
        plain("withdrawn", |group, _| figure(group, |figures| figures.withdrawn)),
        plain("failed", |group, _| figure(group, |figures| figures.failed)),
        plain("credentialsIssued", |group, _| figure(group, |figures| figures.credentials_issued)),
        plain("completionRate", |group, _| group.completion_rate.map_or(Cell::None, Cell::Number)),
        plain("suppressed", |group, _| Cell::Switch(group.figures.is_none())),
    ]);
    columns
}

fn figure(group: &Group, of: fn(&Figures) -> i64) -> Cell {
    group.figures.as_ref().map_or(Cell::None, |figures| Cell::Whole(of(figures)))
}

fn of_dimension(dimension: Dimension) -> Vec<Column<Group>> {
    match dimension {
        Dimension::Program => vec![
            plain("programId", |group, _| group.program.map_or(Cell::None, |id| Cell::id(Kind::Program, id))),
            plain("programExternalId", |group, around| {
                let program = group.program.and_then(|id| around.programs.get(&id));
                Cell::text(program.and_then(|program| program.external_id.as_deref()))
            }),
            plain("programTitle", |group, around| {
                let program = group.program.and_then(|id| around.programs.get(&id));
                let version = program.and_then(|program| around.versions.get(&program.current_version_id?));
                Cell::text(version.map(|version| version.title.as_str()))
            }),
        ],
        Dimension::Cohort => vec![
            plain("cohortId", |group, _| group.cohort.map_or(Cell::None, |id| Cell::id(Kind::Cohort, id))),
            plain("cohortExternalId", |group, around| {
                let cohort = group.cohort.and_then(|id| around.cohorts.get(&id));
                Cell::text(cohort.and_then(|cohort| cohort.external_id.as_deref()))
            }),
            plain("cohortName", |group, around| {
                let cohort = group.cohort.and_then(|id| around.cohorts.get(&id));
                Cell::text(cohort.map(|cohort| cohort.name.as_str()))
            }),
        ],
        Dimension::Period(_) => vec![plain("period", |group, _| Cell::day(group.period))],
        Dimension::Status => {
            vec![plain("status", |group, _| group.status.as_ref().map_or(Cell::None, Cell::named))]
        }
        Dimension::Track => vec![plain("track", |group, _| Cell::text(group.track.as_deref()))],
        Dimension::Level => vec![
            plain("levelFramework", |group, _| {
                Cell::text(group.level.as_ref().map(|(framework, _)| framework.as_str()))
            }),
            plain("level", |group, _| Cell::text(group.level.as_ref().map(|(_, value)| value.as_str()))),
        ],
    }
}
