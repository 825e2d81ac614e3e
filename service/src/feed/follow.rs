//! Following what happens to what one may see. What may be seen is asked anew each time.

use std::collections::VecDeque;

use cairn_entity::{credential, enrollment};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::{Feed, PATIENCE, cursor};
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result};
use crate::reference::{EnrollmentReference, Reference};
use crate::{Service, enrollment as enrollments, program, tenancy};

/// Something that happened to a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// To go on from.
    pub cursor: String,
    /// Whom it happened to.
    pub subject: Uuid,
}

/// What is followed.
#[derive(Clone, Copy, Debug)]
enum Subjects {
    /// Credentials as they are issued.
    Credentials { program: Option<Uuid> },
    /// Enrollments as they get on.
    Enrollments { program: Option<Uuid>, enrollment: Option<Uuid> },
}

/// A follower's place.
#[derive(Clone, Debug)]
pub struct Follow {
    feed: Feed,
    subjects: Subjects,
    /// Read, and not yet told.
    ahead: VecDeque<Told>,
}

/// Follows credentials as they are issued, renewed ones and replacements among them; those of one program where it is named. From a cursor on, or from
/// now on.
#[crate::boxed]
pub async fn credentials_issued(
    service: &Service,
    actor: &Actor,
    named: Option<&Reference>,
    after: Option<&str>,
) -> Result<Follow> {
    actor.reach(Scope::CredentialsRead)?;
    let subjects = Subjects::Credentials { program: program_of(service, actor, named).await? };
    let feed = Feed::begin(service, &["credential.issued"], after).await?;
    Ok(Follow { feed, subjects, ahead: VecDeque::new() })
}

/// Follows enrollments as their progress or their status changes: those of one program, or one alone, where it is named.
#[crate::boxed]
pub async fn progress(
    service: &Service,
    actor: &Actor,
    one: Option<&EnrollmentReference>,
    named: Option<&Reference>,
    after: Option<&str>,
) -> Result<Follow> {
    let reach = actor.reach(Scope::EnrollmentsRead)?;
    let enrollment = match one {
        None => None,
        Some(named) => {
            let one = std::slice::from_ref(named);
            let found = enrollments::resolve(service.db.reader(), actor, reach, one).await?.remove(named);
            Some(found.ok_or_else(|| Error::NotFound("there is no such enrollment".to_owned()))?.id)
        }
    };
    let subjects = Subjects::Enrollments { program: program_of(service, actor, named).await?, enrollment };
    let events = &["progress.updated", "enrollment.updated", "enrollment.completed"];
    let feed = Feed::begin(service, events, after).await?;
    Ok(Follow { feed, subjects, ahead: VecDeque::new() })
}

async fn program_of(service: &Service, actor: &Actor, named: Option<&Reference>) -> Result<Option<Uuid>> {
    let Some(named) = named else { return Ok(None) };
    let found = program::resolve(service.db.reader(), actor, [named]).await?.remove(named);
    match found {
        Some(row) => Ok(Some(row.id)),
        None => Err(Error::NotFound("there is no such program".to_owned())),
    }
}

impl Follow {
    /// What happened next; waits for it. Whom it is told to is given anew each time: rights end while one listens.
    #[crate::boxed]
    pub async fn next(&mut self, service: &Service, actor: &Actor) -> Result<Told> {
        loop {
            if let Some(told) = self.ahead.pop_front() {
                return Ok(told);
            }
            let woken = service.wake.notified();
            tokio::pin!(woken);
            // From here on a wake is not missed.
            woken.as_mut().enable();
            let rows = self.feed.read(service, self.subjects.visible(actor)?).await?;
            self.ahead = rows
                .into_iter()
                .map(|row| Told { cursor: cursor(row.position.unwrap_or_default()), subject: row.subject_id })
                .collect();
            if self.ahead.is_empty() {
                // Woken or not: it is time to look.
                let _ = tokio::time::timeout(PATIENCE, woken).await;
            }
        }
    }
}

impl Subjects {
    /// Those that the caller may see now.
    fn visible(self, actor: &Actor) -> Result<SelectStatement> {
        Ok(match self {
            Self::Credentials { program } => {
                let visible = tenancy::credentials(actor.reach(Scope::CredentialsRead)?);
                Query::select()
                    .column(credential::Column::Id)
                    .from(credential::Entity)
                    .cond_where(narrowed(visible, [(credential::Column::ProgramId, program)]))
                    .to_owned()
            }
            Self::Enrollments { program, enrollment } => {
                let visible = tenancy::enrollments(actor.reach(Scope::EnrollmentsRead)?);
                let only = [(enrollment::Column::ProgramId, program), (enrollment::Column::Id, enrollment)];
                Query::select()
                    .column(enrollment::Column::Id)
                    .from(enrollment::Entity)
                    .cond_where(narrowed(visible, only))
                    .to_owned()
            }
        })
    }
}

fn narrowed<C: ColumnTrait, const N: usize>(visible: Condition, only: [(C, Option<Uuid>); N]) -> Condition {
    only.into_iter()
        .filter_map(|(column, id)| Some(column.eq(id?)))
        .fold(Condition::all().add(visible), Condition::add)
}
