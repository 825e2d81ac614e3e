//! What is exported: of which kind, and with which filter. Once asked for, a filter names things by our ids alone.

use cairn_entity::enums::BulkSubject;
use cairn_entity::{cohort, learner, program};
use sea_orm::{ColumnTrait, Condition};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::around::Around;
use super::cell::Cell;
use super::credentials::Seen;
use super::table::{Column, cells, chosen};
use super::{attempts, completions, credentials, enrollments, learners};
use crate::Service;
use crate::actor::{Actor, Scope};
use crate::analytics::{self, Dimension};
use crate::attempt::{self, AttemptFilter};
use crate::credential::{self, CredentialFilter};
use crate::enrollment::{self, Whose};
use crate::error::{Error, Result, UserErrorCode};
use crate::learner::{self as people, LearnerFilter};
use crate::reference::{self, EnrollmentReference, Referable, Reference};

/// Rows that are read and written together.
const SLICE: u64 = 1_000;

/// What is exported.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// Credentials.
    Credentials(CredentialFilter),
    /// Enrollments with their progress.
    Enrollments(enrollment::Filter),
    /// Attempts with their scores.
    Attempts(AttemptFilter),
    /// Learners.
    Learners(LearnerFilter),
    /// Completion figures.
    #[serde(rename_all = "camelCase")]
    Completions {
        /// Which.
        filter: analytics::Filter,
        /// Grouped by what.
        group_by: Vec<Dimension>,
    },
}

/// Rows of a file that follow each other.
pub struct Slice {
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
    /// What the next ones come after; none after the last.
    pub next: Option<String>,
}

/// With whose eyes a file is written.
pub struct View {
    /// The issuer itself: whether the caller may was decided when they asked.
    actor: Actor,
    issuer: Uuid,
    personal: bool,
}

impl View {
    /// Sees an issuer's rows, and who they are about where that was granted.
    pub fn of(issuer: Uuid, personal: bool) -> Self {
        Self { actor: Actor::system_for(issuer), issuer, personal }
    }
}

impl Source {
    /// What it is about.
    pub fn subject(&self) -> BulkSubject {
        match self {
            Source::Credentials(_) => BulkSubject::Credentials,
            Source::Enrollments(_) => BulkSubject::Enrollments,
            Source::Attempts(_) => BulkSubject::Attempts,
            Source::Learners(_) => BulkSubject::Learners,
            Source::Completions { .. } => BulkSubject::Completions,
        }
    }

    /// Whether its file can name people at all.
    pub fn has_people(&self) -> bool {
        !matches!(self, Source::Completions { .. })
    }

    /// The same with everything that it names named by our ids. What names nothing of the issuer is an error.
    pub(super) async fn fixed(mut self, service: &Service, issuer: Uuid) -> Result<Self> {
        let fix = Fix { service, issuer };
        match &mut self {
            Source::Credentials(filter) => {
                let at = |field| format!("source.credentials.{field}");
                fix.named::<program::Entity>(&mut filter.programs, &at("programs")).await?;
                fix.named::<learner::Entity>(&mut filter.learners, &at("learners")).await?;
                fix.named::<cohort::Entity>(&mut filter.cohorts, &at("cohorts")).await?;
                fix.enrollments(&mut filter.enrollments, &at("enrollments")).await?;
            }
            Source::Enrollments(filter) => {
                let at = |field| format!("source.enrollments.{field}");
                if filter.search.is_some() {
                    let message = "an export is not narrowed by names: name the learners";
                    return Err(Error::user(&at("search"), UserErrorCode::Invalid, message));
                }
                fix.named::<program::Entity>(&mut filter.programs, &at("programs")).await?;
                fix.named::<learner::Entity>(&mut filter.learners, &at("learners")).await?;
                fix.named::<cohort::Entity>(&mut filter.cohorts, &at("cohorts")).await?;
            }
            Source::Attempts(filter) => {
                let at = |field| format!("source.attempts.{field}");
                fix.named::<program::Entity>(&mut filter.programs, &at("programs")).await?;
                fix.named::<learner::Entity>(&mut filter.learners, &at("learners")).await?;
                fix.named::<cohort::Entity>(&mut filter.cohorts, &at("cohorts")).await?;
            }
            Source::Learners(filter) => {
                fix.named::<program::Entity>(&mut filter.programs, "source.learners.programs").await?;
            }
            Source::Completions { filter, group_by } => {
                let at = |field| format!("source.completions.filter.{field}");
                *group_by = analytics::check(filter, group_by)?;
                fix.named::<program::Entity>(&mut filter.programs, &at("programs")).await?;
                fix.named::<cohort::Entity>(&mut filter.cohorts, &at("cohorts")).await?;
            }
        }
        Ok(self)
    }

    /// How many rows there are, as far as that can be told beforehand.
    pub(super) async fn count(&self, service: &Service, view: &View) -> Result<Option<u64>> {
        let actor = &view.actor;
        Ok(match self {
            Source::Credentials(filter) => Some(credential::count(service, actor, filter).await?),
            Source::Enrollments(filter) => {
                let list = enrollment::list(service, actor, Whose::Visible, None, filter, None).await?;
                Some(list.count(service).await?)
            }
            Source::Attempts(filter) => Some(attempt::count(service, actor, filter).await?),
            Source::Learners(filter) => Some(people::count(service, actor, filter).await?),
            Source::Completions { .. } => None,
        })
    }

    /// The rows after a key that an earlier slice gave.
    pub(super) async fn slice(&self, service: &Service, view: &View, after: Option<&str>) -> Result<Slice> {
        if let Source::Completions { filter, group_by } = self {
            return figures(service, view, (filter, group_by), after).await;
        }
        let key = after.map(str::parse::<Uuid>).transpose();
        let after = key.map_err(|error| Error::internal("a file goes on after what is no id", error))?;
        let (actor, from) = (&view.actor, (after, SLICE));
        match self {
            Source::Credentials(filter) => {
                let rows = credential::slice(service, actor, filter, from).await?;
                let next = next_of(rows.last().map(|row| row.id), rows.len());
                let now = service.now();
                let rows: Vec<Seen> = rows.into_iter().map(|row| Seen { row, now }).collect();
                let around = credentials::around(service, view.issuer, &rows).await?;
                Ok(slice(view, credentials::columns(), &rows, &around, next))
            }
            Source::Enrollments(filter) => {
                let list = enrollment::list(service, actor, Whose::Visible, None, filter, None).await?;
                let rows = list.slice(service, after, SLICE).await?;
                let next = next_of(rows.last().map(|row| row.id), rows.len());
                let around = Around::placed(service, &rows).await?;
                Ok(slice(view, enrollments::columns(), &rows, &around, next))
            }
            Source::Attempts(filter) => {
                let rows = attempt::slice(service, actor, filter, from).await?;
                let next = next_of(rows.last().map(|row| row.id), rows.len());
                let (rows, around) = attempts::around(service, rows).await?;
                Ok(slice(view, attempts::columns(), &rows, &around, next))
            }
            Source::Learners(filter) => {
                let rows = people::slice(service, actor, filter, from).await?;
                let next = next_of(rows.last().map(|row| row.id), rows.len());
                Ok(slice(view, learners::columns(), &rows, &Around::default(), next))
            }
            Source::Completions { .. } => Err(Error::internal("figures are no rows", "completions")),
        }
    }
}

fn slice<R>(
    view: &View,
    columns: Vec<Column<R>>,
    rows: &[R],
    around: &Around,
    next: Option<String>,
) -> Slice {
    let columns = chosen(columns, view.personal);
    Slice { rows: cells(&columns, rows, around), columns: columns.iter().map(|one| one.name).collect(), next }
}

/// The key of the next slice; none after one that is not full.
fn next_of(last: Option<Uuid>, rows: usize) -> Option<String> {
    last.filter(|_| rows as u64 == SLICE).map(|id| id.to_string())
}

async fn figures(
    service: &Service,
    view: &View,
    (filter, group_by): (&analytics::Filter, &[Dimension]),
    after: Option<&str>,
) -> Result<Slice> {
    let report = analytics::slice(service, &view.actor, (filter, group_by), (after, SLICE)).await?;
    let next =
        report.groups.items.last().filter(|_| report.groups.has_next).map(|(_, cursor)| cursor.clone());
    let rows: Vec<_> = report.groups.items.into_iter().map(|(group, _)| group).collect();
    let around = completions::around(service, &rows).await?;
    Ok(slice(view, completions::columns(group_by), &rows, &around, next))
}

/// Puts our ids in the place of what names something of an issuer.
struct Fix<'a> {
    service: &'a Service,
    issuer: Uuid,
}

impl Fix<'_> {
    async fn named<E: Referable>(&self, named: &mut Option<Vec<Reference>>, path: &str) -> Result<()> {
        let Some(list) = named else { return Ok(()) };
        let (_, of_issuer, _) = E::columns();
        let visible = Condition::all().add(of_issuer.eq(self.issuer));
        let on = self.service.db.reader();
        let found = reference::find::<E>(on, Some(self.issuer), visible, list.iter()).await?;
        for (index, reference) in list.iter_mut().enumerate() {
            let row = found.get(reference).ok_or_else(|| names_nothing(path, index))?;
            *reference = Reference::Id(E::names(row).0);
        }
        Ok(())
    }

    async fn enrollments(&self, named: &mut Option<Vec<EnrollmentReference>>, path: &str) -> Result<()> {
        let Some(list) = named else { return Ok(()) };
        let inside = Actor::system_for(self.issuer);
        let reach = inside.reach(Scope::EnrollmentsRead)?;
        let found = enrollment::resolve(self.service.db.reader(), &inside, reach, list).await?;
        for (index, reference) in list.iter_mut().enumerate() {
            let row = found.get(reference).ok_or_else(|| names_nothing(path, index))?;
            *reference = EnrollmentReference::By(Reference::Id(row.id));
        }
        Ok(())
    }
}

fn names_nothing(path: &str, index: usize) -> Error {
    Error::user(
        &format!("{path}.{index}"),
        UserErrorCode::NotFound,
        "there is no such thing, or it is not yours",
    )
}
