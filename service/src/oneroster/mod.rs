//! Import of OneRoster 1.2 CSV bundles: read in streams, written in batches, each its own transaction. Whoever runs an import again, after
//! a kill or for no reason, gets the same rows and no others: everything is found again by its `sourcedId`. What the columns mean is in `docs/oneroster.md`.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};

use cairn_entity::issuer;
use chrono::NaiveDate;
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::{Service, Work, issuer as issuers};

mod bundle;
mod calendar;
mod classes;
mod courses;
mod enrollments;
mod files;
mod line_items;
mod lines;
mod lookups;
mod outcomes;
mod report;
mod results;
mod sieve;
mod table;
mod users;

pub use bundle::{MOST_FILE_BYTES, MOST_RATIO};
pub use report::{BadRow, FileReport, MOST_BAD_ROWS, Outcomes, Report};

use bundle::{Bundle, Inspection};
use calendar::Calendar;
use files::File;
use report::{Bad, Fate};
use sieve::{Sieve, fingerprint};
use table::Row;

/// Rows of one transaction. Connections keep their last statements prepared, each with all its parameters: larger batches are no faster and take
/// more memory.
const BATCH: usize = 400;
/// The pass mark where none is asked for: 40 percent of an assessment's range.
const PASS_MARK: f64 = 40.0;

/// How to read a bundle.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The category of line items whose passing completes a program. Without one the import completes and fails nothing.
    pub final_category: Option<String>,
    /// Pass mark of every line item, percent of its range; 40 where absent.
    pub pass_mark: Option<f64>,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being worked on: a file, or `outcomes`.
    pub stage: &'static str,
    /// Rows done.
    pub done: u64,
    /// Rows in all.
    pub total: u64,
}

/// Imports a bundle into an issuer.
///
/// # Errors
/// `User` where the bundle as a whole is refused (no zip file, encrypted, corrupt, not OneRoster 1.2, files or columns missing): nothing was
/// written then. Bad rows are no errors: they are in the report. Anything else may come between two batches; importing again goes on.
pub async fn import<R: Read + Seek + Send>(
    service: &Service,
    actor: &Actor,
    issuer_id: Uuid,
    reader: R,
    options: &Options,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Report> {
    for scope in [Scope::ProgramsWrite, Scope::LearnersWrite, Scope::EnrollmentsWrite, Scope::ProgressWrite] {
        issuers::require_within(actor.reach_whole(scope)?, issuer_id)?;
    }
    let issuer = issuers::by_ids(service, &[issuer_id])
        .await?
        .pop()
        .ok_or_else(|| Error::NotFound("there is no such issuer".to_owned()))?;
    let pass_mark = options.pass_mark.unwrap_or(PASS_MARK);
    if !(0.0..=100.0).contains(&pass_mark) {
        return Err(Error::user("passMark", UserErrorCode::Invalid, "must be between 0 and 100"));
    }
    let mut bundle = Bundle::open(reader)?;
    let inspection = bundle.inspect()?;
    let mut import = Import::new(service, actor, issuer, options, pass_mark, inspection);
    import.run(&mut bundle, progress).await?;
    import.finish().await
}

/// An import under way. Its memory holds terms and categories, which are few by their nature; everything else is looked up batch by batch.
struct Import<'a> {
    service: &'a Service,
    actor: &'a Actor,
    issuer: issuer::Model,
    calendar: Calendar,
    final_category: Option<String>,
    /// Percent of an assessment's range.
    pass_mark: f64,
    rows: HashMap<File, u64>,
    students: Option<Sieve>,
    repeated: HashMap<File, Repeated>,
    /// First and last day of terms.
    sessions: HashMap<String, (NaiveDate, NaiveDate)>,
    /// Titles of categories.
    categories: HashMap<String, String>,
    /// Enrollments whose outcome was looked at.
    decided: u64,
    report: Report,
}

/// Ids that may stand in a file twice.
struct Repeated {
    suspects: HashSet<u64>,
    seen: HashSet<u64>,
}

impl<'a> Import<'a> {
    fn new(
        service: &'a Service,
        actor: &'a Actor,
        issuer: issuer::Model,
        options: &Options,
        pass_mark: f64,
        inspection: Inspection,
    ) -> Self {
        let repeated = inspection
            .suspects
            .into_iter()
            .map(|(file, suspects)| (file, Repeated { suspects, seen: HashSet::new() }))
            .collect();
        Self {
            service,
            actor,
            calendar: Calendar::of(&issuer.time_zone),
            issuer,
            final_category: options.final_category.clone(),
            pass_mark,
            rows: inspection.rows,
            students: inspection.students,
            repeated,
            sessions: HashMap::new(),
            categories: HashMap::new(),
            decided: 0,
            report: Report::default(),
        }
    }

    async fn run<R: Read + Seek + Send>(
        &mut self,
        bundle: &mut Bundle<R>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<()> {
        for file in File::ORDER {
            if file == File::Orgs {
                // Everything before writes nothing.
                self.settle_final_category()?;
            }
            if !bundle.has(file) {
                continue;
            }
            self.report.list(file);
            let total = self.rows.get(&file).copied().unwrap_or_default();
            let mut table = bundle.table(file)?;
            let mut batches = 0_u64;
            while let Some(rows) = table.batch(BATCH, &mut self.report)? {
                self.batch(file, rows).await?;
                batches += 1;
                self.refresh_statistics(file, batches).await?;
                let done = self.report.file(file.name()).map_or(0, |counts| counts.rows);
                progress(Progress { stage: file.name(), done, total });
            }
        }
        let mut table = bundle.table(File::Classes)?;
        // The rows that are bad were told the first time.
        while let Some(rows) = table.batch(BATCH, &mut Report::default())? {
            self.outcomes(rows, progress).await?;
        }
        Ok(())
    }

    async fn batch(&mut self, file: File, rows: Vec<Row>) -> Result<()> {
        match file {
            File::Categories => self.categories(rows),
            File::AcademicSessions => self.sessions(rows),
            File::Roles => self.roles(rows),
            File::Orgs => self.orgs(rows).await?,
            File::Courses => self.courses(rows).await?,
            File::Classes => self.classes(rows).await?,
            File::LineItems => self.line_items(rows).await?,
            File::Users => self.users(rows).await?,
            File::Enrollments => self.enrollments(rows).await?,
            File::Results => self.results(rows).await?,
        }
        Ok(())
    }

    /// Tells PostgreSQL what a table that fills up looks like, after 1, 8, 64, … batches. Taking it for empty, its planner passes over the index
    /// that finds rows by external id, and the import takes three times as long. SQLite plans by the indexes alone.
    async fn refresh_statistics(&self, file: File, batches: u64) -> Result<()> {
        let table = match file {
            File::Users => "learner",
            File::Enrollments => "enrollment",
            File::Results => "attempt",
            _ => return Ok(()),
        };
        let due = batches.is_power_of_two() && batches.trailing_zeros().is_multiple_of(3);
        if !due || self.service.db.backend() != DbBackend::Postgres {
            return Ok(());
        }
        let tx = self.service.db.write().await?;
        tx.execute_unprepared(&format!("ANALYZE {table}")).await?;
        Ok(tx.commit().await?)
    }

    /// Begins the transaction of a batch. Imports into one issuer take turns.
    async fn begin(&self) -> Result<Work<'a>> {
        let work = Work::begin(self.service, self.actor).await?;
        issuer::Entity::find()
            .filter(issuer::Column::Id.eq(self.issuer.id))
            .lock(LockType::NoKeyUpdate)
            .one(work.tx())
            .await?;
        Ok(work)
    }

    /// Reads rows one by one: notes the bad ones and those that are of no use, and keeps the others with their lines.
    fn sift<T>(
        &mut self,
        file: File,
        rows: &[Row],
        read: impl Fn(&Row) -> Result<Option<T>, Bad>,
    ) -> Vec<(u64, T)> {
        let mut kept = Vec::with_capacity(rows.len());
        for row in rows {
            let fresh = self.check_repeated(file, row);
            match fresh.and_then(|()| read(row)) {
                Ok(Some(value)) => kept.push((row.line, value)),
                Ok(None) => self.report.count(file, Fate::Ignored),
                Err(bad) => self.report.fail(file, row.line, bad),
            }
        }
        kept
    }

    fn check_repeated(&mut self, file: File, row: &Row) -> Result<(), Bad> {
        let Some(repeated) = self.repeated.get_mut(&file) else { return Ok(()) };
        let key = fingerprint(row.text("sourcedId").as_bytes());
        if repeated.suspects.contains(&key) && !repeated.seen.insert(key) {
            return Err(Bad::at("sourcedId", "stands in this file before; the first row counts"));
        }
        Ok(())
    }

    async fn finish(self) -> Result<Report> {
        if !self.report.is_unchanged() {
            let mut work = Work::begin(self.service, self.actor).await?;
            let files = self.report.files.iter().map(|file| {
                let counts = json!({
                    "created": file.created,
                    "updated": file.updated,
                    "unchanged": file.unchanged,
                    "failed": file.failed,
                    "ignored": file.ignored,
                });
                (file.file.to_owned(), counts)
            });
            let detail = json!({
                "files": files.collect::<serde_json::Map<_, _>>(),
                "outcomes": self.report.outcomes,
            });
            let subject = (Kind::Issuer, self.issuer.id);
            work.audit(Some(self.issuer.id), "oneroster.imported", subject, detail)?;
            work.commit().await?;
        }
        Ok(self.report)
    }
}

/// The bundle as a whole is refused.
fn refused(why: String) -> Error {
    Error::user("", UserErrorCode::Invalid, why)
}
