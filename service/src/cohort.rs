//! Cohorts: runs of a program, with dates, prices and staff. They are as public as their program; their staff is not.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{DeliveryMode, StaffRole};
use cairn_entity::{cohort, cohort_staff, issuer, program};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{LockType, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, Select};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Scope};
use crate::bulk::{RowOutcome, UpsertOutcome, check_count};
use crate::error::UserErrorCode::{Conflict, Invalid, NotFound, Required};
use crate::error::{Result, UserError};
use crate::ids::Kind;
use crate::page::{self, Page, PageArgs, Sort, SortKey};
use crate::patch::Patch;
use crate::program::terms::Price;
use crate::program::visible;
use crate::reference::{self, IssuerReference, Reference};
use crate::validate::Checks;
use crate::{Service, Work, auth, program as programs, save};

/// Cohorts to be made or changed.
#[derive(Clone, Debug)]
pub struct NewCohorts {
    /// The issuer, for operators.
    pub issuer: Option<IssuerReference>,
    /// At most 1,000.
    pub rows: Vec<NewCohort>,
}

/// A cohort, found again by its external id; absent members keep what is there.
#[derive(Clone, Debug, Default)]
pub struct NewCohort {
    /// The caller's own id.
    pub external_id: String,
    /// The program; needed for a new one, never changes.
    pub program: Option<Reference>,
    /// Name; needed for a new one.
    pub name: Option<String>,
    /// First day, in the issuer's time zone.
    pub starts_on: Patch<NaiveDate>,
    /// Last day.
    pub ends_on: Patch<NaiveDate>,
    /// From when one may enroll.
    pub enrollment_opens_at: Patch<DateTime<Utc>>,
    /// Until when one may enroll.
    pub enrollment_closes_at: Patch<DateTime<Utc>>,
    /// Until when its learners may complete; then what is under way expires.
    pub complete_by: Patch<DateTime<Utc>>,
    /// Most learners at once.
    pub capacity: Patch<i32>,
    /// How one takes part, where it differs from the program.
    pub delivery_mode: Patch<DeliveryMode>,
    /// Ways to pay, where they differ.
    pub prices: Patch<Vec<Price>>,
    /// Who teaches or assesses it.
    pub staff: Patch<Vec<NewStaff>>,
}

/// Somebody who teaches or assesses a cohort.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewStaff {
    /// The `sub` of their tokens.
    pub subject: String,
    /// What they do.
    pub role: StaffRole,
}

/// Which cohorts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CohortFilter {
    /// Only those that can be enrolled in now.
    pub open: bool,
    /// Beginning on this day or later.
    pub starts_from: Option<NaiveDate>,
    /// Beginning on this day or earlier.
    pub starts_to: Option<NaiveDate>,
}

/// Makes or changes cohorts; each row has its own outcome. Needs `programs:write`.
#[crate::boxed]
pub async fn upsert(
    service: &Service,
    actor: &Actor,
    new: NewCohorts,
) -> Result<Vec<RowOutcome<cohort::Model>>> {
    let reach = actor.reach_whole(Scope::ProgramsWrite)?;
    check_count("rows", new.rows.len())?;
    let issuer = crate::issuer::target(service, reach, new.issuer.as_ref()).await?;
    let mut work = Work::begin(service, actor).await?;
    issuer::Entity::find_by_id(issuer.id).lock(LockType::NoKeyUpdate).one(work.tx()).await?;
    let outcomes =
        Upserting::load(&work, &issuer, &new.rows).await?.run(service, &mut work, new.rows).await?;
    work.answer(outcomes).await
}

/// What a call's rows are held against.
struct Upserting {
    issuer: Uuid,
    programs: HashMap<Reference, program::Model>,
    known: HashMap<String, cohort::Model>,
    staff: HashMap<Uuid, Vec<cohort_staff::Model>>,
    /// The last row of each external id.
    last: HashMap<String, usize>,
}

impl Upserting {
    async fn load(work: &Work<'_>, issuer: &issuer::Model, rows: &[NewCohort]) -> Result<Self> {
        let own = Condition::all().add(program::Column::IssuerId.eq(issuer.id));
        let references = rows.iter().filter_map(|row| row.program.as_ref());
        let programs =
            reference::find::<program::Entity>(work.tx(), Some(issuer.id), own, references).await?;
        let known = cohort::Entity::find()
            .filter(cohort::Column::IssuerId.eq(issuer.id))
            .filter(cohort::Column::ExternalId.is_in(rows.iter().map(|row| row.external_id.as_str())))
            .all(work.tx())
            .await?;
        let mut staff: HashMap<Uuid, Vec<cohort_staff::Model>> = HashMap::new();
        let of_known = cohort_staff::Entity::find()
            .filter(cohort_staff::Column::CohortId.is_in(known.iter().map(|row| row.id)));
        for row in of_known.all(work.tx()).await? {
            staff.entry(row.cohort_id).or_default().push(row);
        }
        let known = known.into_iter().filter_map(|row| Some((row.external_id.clone()?, row))).collect();
        let last = rows.iter().enumerate().map(|(index, row)| (row.external_id.clone(), index)).collect();
        Ok(Self { issuer: issuer.id, programs, known, staff, last })
    }

    async fn run(
        self,
        service: &Service,
        work: &mut Work<'_>,
        rows: Vec<NewCohort>,
    ) -> Result<Vec<RowOutcome<cohort::Model>>> {
        let subjects = rows.iter().filter_map(|row| match &row.staff {
            Patch::Set(staff) => Some(staff.iter().map(|one| one.subject.clone())),
            _ => None,
        });
        let subjects: HashSet<String> = subjects.flatten().filter(|subject| is_subject(subject)).collect();
        let persons = auth::ensure_persons(work, service, self.issuer, &subjects).await?;
        let (mut outcomes, mut changed) = (Vec::new(), Vec::new());
        let (mut staff, mut dropped) = (Vec::new(), Vec::new());
        for (index, new) in rows.into_iter().enumerate() {
            let (row, errors) = self.lay(work, index, &new)?;
            let Some(row) = row.filter(|_| errors.is_empty()) else {
                outcomes.push(RowOutcome { index, outcome: UpsertOutcome::Failed, value: None, errors });
                continue;
            };
            if self.last.get(&new.external_id) != Some(&index) {
                let known = self.known.get(&new.external_id).cloned();
                outcomes.push(superseded(index, known));
                continue;
            }
            let (new_staff, gone) = self.staff_of(work, &row, new.staff, &persons)?;
            let before = self.known.get(&new.external_id);
            let same_staff = new_staff.is_empty() && gone.is_empty();
            staff.extend(new_staff);
            dropped.extend(gone);
            let outcome = match before {
                None => UpsertOutcome::Created,
                Some(before) if same_staff && *before == same_moment(&row, before) => {
                    UpsertOutcome::Unchanged
                }
                Some(_) => UpsertOutcome::Updated,
            };
            if outcome != UpsertOutcome::Unchanged {
                note(work, &row, outcome)?;
                changed.push(row.clone());
            }
            outcomes.push(RowOutcome { index, outcome, value: Some(row), errors });
        }
        save::rows::<cohort::Entity>(work.tx(), changed).await?;
        save::delete::<cohort_staff::Entity>(work.tx(), cohort_staff::Column::Id, &dropped).await?;
        save::rows::<cohort_staff::Entity>(work.tx(), staff).await?;
        Ok(outcomes)
    }

    /// The row as it is to be, and what is wrong with it.
    fn lay(
        &self,
        work: &Work<'_>,
        index: usize,
        new: &NewCohort,
    ) -> Result<(Option<cohort::Model>, Vec<UserError>)> {
        let mut checks = Checks::default();
        let path = format!("rows.{index}");
        checks.external_id(&format!("{path}.externalId"), &new.external_id);
        let before = self.known.get(&new.external_id);
        let program = self.program(&path, before, new.program.as_ref(), &mut checks);
        let name = new.name.clone().or_else(|| before.map(|row| row.name.clone()));
        match &name {
            Some(name) => checks.text(&format!("{path}.name"), name, 300),
            None => checks.fail(&format!("{path}.name"), Required, "a new cohort needs a name"),
        }
        let (Some(program_id), Some(name)) = (program, name) else {
            return Ok((None, checks.into_errors()));
        };
        let mut row = match before {
            Some(row) => cohort::Model { name, updated_at: work.now, ..row.clone() },
            None => empty(work.new_id()?, self.issuer, program_id, new.external_id.clone(), name, work.now),
        };
        new.starts_on.clone().apply(&mut row.starts_on);
        new.ends_on.clone().apply(&mut row.ends_on);
        new.enrollment_opens_at.clone().apply(&mut row.enrollment_opens_at);
        new.enrollment_closes_at.clone().apply(&mut row.enrollment_closes_at);
        new.complete_by.clone().apply(&mut row.complete_by);
        new.capacity.clone().apply(&mut row.capacity);
        new.delivery_mode.clone().apply(&mut row.delivery_mode);
        let mut prices: Vec<Price> = programs::terms::list(&row.prices)?;
        new.prices.clone().apply_or_default(&mut prices);
        row.prices = json!(prices);
        check(&mut checks, &path, &row, &prices, &new.staff);
        Ok((Some(row), checks.into_errors()))
    }

    fn program(
        &self,
        path: &str,
        before: Option<&cohort::Model>,
        named: Option<&Reference>,
        checks: &mut Checks,
    ) -> Option<Uuid> {
        let path = format!("{path}.program");
        let found = named.map(|reference| self.programs.get(reference).map(|row| row.id));
        match (before, found) {
            (None, None) => checks.fail(&path, Required, "a new cohort names its program"),
            (_, Some(None)) => checks.fail(&path, NotFound, "there is no such program, or it is not yours"),
            (Some(before), Some(Some(program))) if before.program_id != program => {
                checks.fail(&path, Conflict, "a cohort stays with its program");
            }
            (Some(before), _) => return Some(before.program_id),
            (None, Some(Some(program))) => return Some(program),
        }
        None
    }

    /// Staff rows that are new, and the ids of those that are gone.
    fn staff_of(
        &self,
        work: &Work<'_>,
        row: &cohort::Model,
        staff: Patch<Vec<NewStaff>>,
        persons: &HashMap<String, Uuid>,
    ) -> Result<(Vec<cohort_staff::Model>, Vec<Uuid>)> {
        if staff.is_keep() {
            return Ok(Default::default());
        }
        let mut named = Vec::new();
        staff.apply_or_default(&mut named);
        let before = self.staff.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        let mut wanted: HashSet<(Uuid, StaffRole)> = HashSet::new();
        for one in &named {
            if let Some(person) = persons.get(&one.subject) {
                wanted.insert((*person, one.role));
            }
        }
        let gone = before.iter().filter(|row| !wanted.contains(&(row.person_id, row.role)));
        let gone = gone.map(|row| row.id).collect();
        for row in before {
            wanted.remove(&(row.person_id, row.role));
        }
        let mut fresh = Vec::new();
        for (person_id, role) in wanted {
            fresh.push(cohort_staff::Model {
                id: work.new_id()?,
                issuer_id: row.issuer_id,
                cohort_id: row.id,
                person_id,
                role,
                created_at: work.now,
            });
        }
        Ok((fresh, gone))
    }
}

fn is_subject(subject: &str) -> bool {
    !subject.trim().is_empty() && subject.chars().count() <= 255
}

/// An earlier row of the same key: the later one wins.
fn superseded(index: usize, known: Option<cohort::Model>) -> RowOutcome<cohort::Model> {
    let path = format!("rows.{index}.externalId");
    let error = UserError::at(&path, Conflict, "a later row has the same external id and wins");
    RowOutcome { index, outcome: UpsertOutcome::Unchanged, value: known, errors: vec![error] }
}

/// The row with the other's time of change, to compare what was said.
fn same_moment(row: &cohort::Model, other: &cohort::Model) -> cohort::Model {
    cohort::Model { updated_at: other.updated_at, ..row.clone() }
}

fn note(work: &mut Work<'_>, row: &cohort::Model, outcome: UpsertOutcome) -> Result<()> {
    let action = match outcome {
        UpsertOutcome::Created => "cohort.created",
        _ => "cohort.updated",
    };
    work.audit(Some(row.issuer_id), action, (Kind::Cohort, row.id), json!({ "program": row.program_id }))
}

fn empty(
    id: Uuid,
    issuer_id: Uuid,
    program_id: Uuid,
    external_id: String,
    name: String,
    now: DateTime<Utc>,
) -> cohort::Model {
    cohort::Model {
        id,
        issuer_id,
        program_id,
        version_id: None,
        external_id: Some(external_id),
        name,
        starts_on: None,
        ends_on: None,
        enrollment_opens_at: None,
        enrollment_closes_at: None,
        complete_by: None,
        capacity: None,
        delivery_mode: None,
        prices: json!([]),
        created_at: now,
        updated_at: now,
    }
}

fn check(
    checks: &mut Checks,
    path: &str,
    row: &cohort::Model,
    prices: &[Price],
    staff: &Patch<Vec<NewStaff>>,
) {
    if matches!((row.starts_on, row.ends_on), (Some(first), Some(last)) if last < first) {
        checks.fail(&format!("{path}.endsOn"), Invalid, "must not be before the first day");
    }
    if matches!((row.enrollment_opens_at, row.enrollment_closes_at), (Some(from), Some(to)) if to <= from) {
        checks.fail(&format!("{path}.enrollmentClosesAt"), Invalid, "must be after enrollment opens");
    }
    let ends_before = row.enrollment_opens_at.zip(row.complete_by).is_some_and(|(from, to)| to <= from);
    if ends_before {
        checks.fail(&format!("{path}.completeBy"), Invalid, "must be after enrollment opens");
    }
    if row.capacity.is_some_and(|capacity| capacity < 1) {
        checks.fail(&format!("{path}.capacity"), Invalid, "must be at least 1");
    }
    checks.at_most(&format!("{path}.prices"), prices.len(), 50);
    programs::check_prices(checks, &format!("{path}.prices"), prices, None);
    if let Patch::Set(staff) = staff {
        checks.at_most(&format!("{path}.staff"), staff.len(), 100);
        for (index, one) in staff.iter().enumerate() {
            checks.text(&format!("{path}.staff.{index}.subject"), &one.subject, 255);
        }
    }
}

/// Cohorts by id among those of programs that the caller may see.
#[crate::boxed]
pub async fn visible_by_ids(service: &Service, actor: &Actor, ids: &[Uuid]) -> Result<Vec<cohort::Model>> {
    let programs = Query::select()
        .column(program::Column::Id)
        .from(program::Entity)
        .cond_where(visible(actor))
        .to_owned();
    Ok(cohort::Entity::find()
        .filter(cohort::Column::Id.is_in(ids.iter().copied()))
        .filter(cohort::Column::ProgramId.in_subquery(programs))
        .all(service.db.reader())
        .await?)
}

/// A page of each program's cohorts, the oldest first.
#[crate::boxed]
pub async fn of_programs(
    service: &Service,
    programs: &[Uuid],
    filter: &CohortFilter,
    args: &PageArgs,
) -> Result<HashMap<Uuid, Page<cohort::Model>>> {
    let sort = Sort { tag: "cohort", column: None, id: cohort::Column::Id, descending: false };
    let read = (|row: &cohort::Model| row.program_id, |row: &cohort::Model| (SortKey::None, row.id));
    let parent = cohort::Column::ProgramId;
    page::fetch_each(service.db.reader(), filtered(service, filter), parent, programs, &sort, args, read)
        .await
}

/// How many cohorts each program has.
#[crate::boxed]
pub async fn count_of_programs(
    service: &Service,
    programs: &[Uuid],
    filter: &CohortFilter,
) -> Result<HashMap<Uuid, u64>> {
    let parent = cohort::Column::ProgramId;
    page::count_each(service.db.reader(), filtered(service, filter), parent, programs).await
}

fn filtered(service: &Service, filter: &CohortFilter) -> Select<cohort::Entity> {
    use cohort::Column;
    let mut all = Condition::all()
        .add_option(filter.starts_from.map(|day| Column::StartsOn.gte(day)))
        .add_option(filter.starts_to.map(|day| Column::StartsOn.lte(day)));
    if filter.open {
        let now = service.now();
        let begun =
            Condition::any().add(Column::EnrollmentOpensAt.is_null()).add(Column::EnrollmentOpensAt.lte(now));
        let not_closed = Condition::any()
            .add(Column::EnrollmentClosesAt.is_null())
            .add(Column::EnrollmentClosesAt.gt(now));
        // A day more than UTC's, so that no time zone closes too early.
        let yesterday = now.date_naive() - chrono::Days::new(1);
        let not_over = Condition::any().add(Column::EndsOn.is_null()).add(Column::EndsOn.gte(yesterday));
        all = all.add(begun).add(not_closed).add(not_over);
    }
    cohort::Entity::find().filter(all)
}
