//! Import of OneRoster 1.2 CSV bundles: read in streams, written in batches, each its own transaction. Whoever runs an import again, after
//! a kill or for no reason, gets the same rows and no others: everything is found again by its `sourcedId`. What the columns mean is in `docs/oneroster.md`.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};

use cairn_entity::issuer;
use chrono::NaiveDate;
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
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
mod watch;

pub use bundle::{MOST_FILE_BYTES, MOST_RATIO};
pub use report::{BadRow, FileReport, MOST_BAD_ROWS, Outcomes, Report};

pub use watch::{Checkpoint, Place, Progress, Watch};

use bundle::{Bundle, Inspection};
use calendar::Calendar;
use files::File;
use report::{Bad, Fate};
use sieve::{Sieve, fingerprint};
use table::{Row, Table};

/// Rows of one transaction. Connections keep their last statements prepared, each with all its parameters: larger batches are no faster and take
/// more memory.
const BATCH: usize = 400;
/// The pass mark where none is asked for: 40 percent of an assessment's range.
const PASS_MARK: f64 = 40.0;

/// The rights that an import takes, each for the whole issuer.
pub(crate) const SCOPES: [Scope; 4] =
    [Scope::ProgramsWrite, Scope::LearnersWrite, Scope::EnrollmentsWrite, Scope::ProgressWrite];

/// How to read a bundle.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    /// The category of line items whose passing completes a program. Without one the import completes and fails nothing.
    pub final_category: Option<String>,
    /// Pass mark of every line item, percent of its range; 40 where absent.
    pub pass_mark: Option<f64>,
}

/// A bundle that was looked through and can be imported.
pub struct Sound<R> {
    bundle: Bundle<R>,
    inspection: Inspection,
    /// A category as the bundle spells it.
    final_category: Option<String>,
    /// Percent of an assessment's range.
    pass_mark: f64,
}

impl<R> Sound<R> {
    /// Rows of all files, the headers apart.
    pub fn rows(&self) -> u64 {
        self.inspection.rows.values().sum()
    }
}

/// Looks through a whole bundle, which takes its time; nothing is written.
///
/// # Errors
/// `User` where it is refused whole: no zip file, encrypted, corrupt, not OneRoster 1.2, files or columns missing, no category of that name.
pub fn look_through<R: Read + Seek>(reader: R, options: &Options) -> Result<Sound<R>> {
    let pass_mark = options.pass_mark.unwrap_or(PASS_MARK);
    if !(0.0..=100.0).contains(&pass_mark) {
        return Err(Error::user("passMark", UserErrorCode::Invalid, "must be between 0 and 100"));
    }
    let mut bundle = Bundle::open(reader)?;
    let inspection = bundle.inspect()?;
    let final_category = options.final_category.as_deref();
    let final_category =
        final_category.map(|asked| lookups::final_category(&mut bundle, asked)).transpose()?;
    Ok(Sound { bundle, inspection, final_category, pass_mark })
}

/// Imports a bundle into an issuer.
///
/// # Errors
/// `User` where the bundle as a whole is refused, as [`look_through`] says: nothing was written then. Bad rows are no errors: they are in the report.
/// Anything else may come between two batches; importing again goes on.
pub async fn import<R: Read + Seek + Send, W: Watch + ?Sized>(
    service: &Service,
    actor: &Actor,
    issuer_id: Uuid,
    reader: R,
    options: &Options,
    watch: &mut W,
) -> Result<Report> {
    authorize(actor, issuer_id)?;
    let sound = look_through(reader, options)?;
    let (report, _) = import_from(service, actor, issuer_id, sound, Checkpoint::default(), watch).await?;
    if !report.is_unchanged() {
        let mut work = Work::begin(service, actor).await?;
        note(&mut work, issuer_id, &report)?;
        work.commit().await?;
    }
    Ok(report)
}

/// Imports what lies behind a checkpoint; gives the report of the whole, and whether it came to its end. Noting what has changed is left to the caller.
pub(crate) async fn import_from<R: Read + Seek + Send, W: Watch + ?Sized>(
    service: &Service,
    actor: &Actor,
    issuer_id: Uuid,
    sound: Sound<R>,
    from: Checkpoint,
    watch: &mut W,
) -> Result<(Report, bool)> {
    authorize(actor, issuer_id)?;
    let issuer = issuers::by_ids(service, &[issuer_id])
        .await?
        .pop()
        .ok_or_else(|| Error::NotFound("there is no such issuer".to_owned()))?;
    let Sound { mut bundle, inspection, final_category, pass_mark } = sound;
    let mut import = Import::new(service, actor, issuer, (final_category, pass_mark), inspection);
    let start = from.place;
    import.report = from.report;
    let whole = import.run(&mut bundle, start, watch).await?;
    Ok((import.report, whole))
}

fn authorize(actor: &Actor, issuer: Uuid) -> Result<()> {
    SCOPES.into_iter().try_for_each(|scope| issuers::require_within(actor.reach_whole(scope)?, issuer))
}

/// Notes in the audit log what an import has changed.
pub(crate) fn note(work: &mut Work<'_>, issuer: Uuid, report: &Report) -> Result<()> {
    let files = report.files.iter().map(|file| {
        let counts = json!({
            "created": file.created,
            "updated": file.updated,
            "unchanged": file.unchanged,
            "failed": file.failed,
            "ignored": file.ignored,
        });
        (file.file.clone(), counts)
    });
    let detail = json!({
        "files": files.collect::<serde_json::Map<_, _>>(),
        "outcomes": report.outcomes,
    });
    work.audit(Some(issuer), "oneroster.imported", (Kind::Issuer, issuer), detail)
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
        (final_category, pass_mark): (Option<String>, f64),
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
            final_category,
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

    /// Imports what lies behind a place; whether it came to its end.
    async fn run<R: Read + Seek + Send, W: Watch + ?Sized>(
        &mut self,
        bundle: &mut Bundle<R>,
        start: Place,
        watch: &mut W,
    ) -> Result<bool> {
        for (stage, file) in File::ORDER.into_iter().enumerate() {
            // Files that write nothing are read again: rows of others refer to theirs.
            if !bundle.has(file) || (stage < start.stage && file.writes()) {
                continue;
            }
            let mut table = bundle.table(file)?;
            if !self.file(file, &mut table, (Place { stage, batches: 0 }, start), watch).await? {
                return Ok(false);
            }
        }
        let mut table = bundle.table(File::Classes)?;
        let mut place = Place { stage: File::ORDER.len(), batches: 0 };
        // The rows that are bad were told the first time.
        while let Some(rows) = table.batch(BATCH, &mut Report::default())? {
            if place >= start && !self.outcomes(rows, place, watch).await? {
                return Ok(false);
            }
            place.batches += 1;
        }
        Ok(true)
    }

    /// Takes in the rows of a file, batch by batch; whether it may go on.
    async fn file<T: Read + Send, W: Watch + ?Sized>(
        &mut self,
        file: File,
        table: &mut Table<T>,
        (mut place, start): (Place, Place),
        watch: &mut W,
    ) -> Result<bool> {
        self.report.list(file);
        let total = self.rows.get(&file).copied().unwrap_or_default();
        loop {
            // What was told before is not told again.
            let told = (place < start).then(|| std::mem::take(&mut self.report));
            let rows = table.batch(BATCH, &mut self.report)?;
            let more = rows.is_some();
            match (rows.unwrap_or_default(), &told) {
                (rows, _) if rows.is_empty() => {}
                (rows, Some(_)) if file.writes() => {
                    for row in &rows {
                        // Whether it is bad was told; which ids have stood there is still asked.
                        let _ = self.check_repeated(file, row);
                    }
                }
                (rows, _) => self.batch(file, rows).await?,
            }
            let anew = told.is_none();
            if let Some(told) = told {
                self.report = told;
            }
            if !more {
                return Ok(true);
            }
            place.batches += 1;
            if anew {
                self.refresh_statistics(file, place.batches).await?;
                let done = self.report.file(file.name()).map_or(0, |counts| counts.rows);
                let now = Progress { stage: file.name(), done, total };
                if !watch.told(now, place, &mut self.report).await? {
                    return Ok(false);
                }
            }
        }
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
}

/// The bundle as a whole is refused.
fn refused(why: String) -> Error {
    Error::user("", UserErrorCode::Invalid, why)
}
