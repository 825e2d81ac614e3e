//! Tables of files: each column has a name and says how its cell is read. The columns that tell who and in what are the same in all of them.

use cairn_entity::{cohort, learner, program};
use uuid::Uuid;

use super::around::Around;
use super::cell::Cell;
use crate::ids::Kind;

/// A column of a file.
pub struct Column<R> {
    /// Its heading.
    pub name: &'static str,
    /// Whether it names people: then it is left out for whoever may not read learners.
    pub personal: bool,
    /// Its cell in a row.
    pub cell: fn(&R, &Around) -> Cell,
}

/// A column that everyone gets who gets the file.
pub fn plain<R>(name: &'static str, cell: fn(&R, &Around) -> Cell) -> Column<R> {
    Column { name, personal: false, cell }
}

/// A column that names people.
pub fn personal<R>(name: &'static str, cell: fn(&R, &Around) -> Cell) -> Column<R> {
    Column { name, personal: true, cell }
}

/// The columns of a file, with or without those that name people.
pub fn chosen<R>(columns: Vec<Column<R>>, with_people: bool) -> Vec<Column<R>> {
    columns.into_iter().filter(|column| with_people || !column.personal).collect()
}

/// Rows as cells.
pub fn cells<R>(columns: &[Column<R>], rows: &[R], around: &Around) -> Vec<Vec<Cell>> {
    rows.iter().map(|row| columns.iter().map(|column| (column.cell)(row, around)).collect()).collect()
}

/// A row of somebody in something.
pub trait Placed {
    /// Who.
    fn learner(&self) -> Uuid;
    /// In what.
    fn program(&self) -> Uuid;
    /// In which version of it.
    fn version(&self) -> Uuid;
    /// In which cohort.
    fn cohort(&self) -> Option<Uuid>;
}

fn learner<'a, R: Placed>(row: &R, around: &'a Around) -> Option<&'a learner::Model> {
    around.learners.get(&row.learner())
}

fn cohort<'a, R: Placed>(row: &R, around: &'a Around) -> Option<&'a cohort::Model> {
    around.cohorts.get(&row.cohort()?)
}

fn program<'a, R: Placed>(row: &R, around: &'a Around) -> Option<&'a program::Model> {
    around.programs.get(&row.program())
}

/// Who.
pub fn who<R: Placed>() -> Vec<Column<R>> {
    vec![
        plain("learnerId", |row, _| Cell::id(Kind::Learner, row.learner())),
        plain("learnerExternalId", |row, around| {
            Cell::text(learner(row, around).map(|learner| learner.external_id.as_str()))
        }),
        personal("learnerName", |row, around| {
            Cell::text(learner(row, around).and_then(|one| one.name.as_deref()))
        }),
        personal("learnerEmail", |row, around| {
            Cell::text(learner(row, around).and_then(|one| one.email.as_deref()))
        }),
    ]
}

/// In what.
pub fn where_in<R: Placed>() -> Vec<Column<R>> {
    vec![
        plain("programId", |row, _| Cell::id(Kind::Program, row.program())),
        plain("programExternalId", |row, around| {
            Cell::text(program(row, around).and_then(|program| program.external_id.as_deref()))
        }),
        plain("programTitle", |row, around| {
            Cell::text(around.versions.get(&row.version()).map(|version| version.title.as_str()))
        }),
        plain("programVersion", |row, around| {
            let version = around.versions.get(&row.version());
            version.map_or(Cell::None, |version| Cell::Whole(version.number.into()))
        }),
        plain("cohortId", |row, _| row.cohort().map_or(Cell::None, |id| Cell::id(Kind::Cohort, id))),
        plain("cohortExternalId", |row, around| {
            Cell::text(cohort(row, around).and_then(|cohort| cohort.external_id.as_deref()))
        }),
        plain("cohortName", |row, around| Cell::text(cohort(row, around).map(|cohort| cohort.name.as_str()))),
    ]
}
