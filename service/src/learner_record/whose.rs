//! Whose a learner record is, and how much of what they have is in it.

use cairn_entity::enums::{CredentialStatus, EnrollmentStatus};
use cairn_entity::{credential, enrollment};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::actor::Reach;
use crate::error::Result;
use crate::page::PageArgs;
use crate::passport::Shared;
use crate::{Service, passport, tenancy};

/// Most programs that are under way.
const MOST_PROGRAMS: u8 = 20;

/// Whose record it is, and how much of what they have is in it.
#[derive(Clone, Copy)]
pub enum Whose<'a> {
    /// A person's, with everything.
    Own(Uuid),
    /// With what a shared passport shows.
    Shared(&'a Shared),
}

impl Whose<'_> {
    /// Whose it is.
    pub fn person(self) -> Uuid {
        match self {
            Self::Own(person) => person,
            Self::Shared(shared) => shared.person(),
        }
    }

    /// The name that it bears. A publisher vouches for none that a holder chose for a link.
    pub async fn name(self, service: &Service) -> Result<Option<String>> {
        match self {
            Self::Own(person) => passport::name(service, person).await,
            Self::Shared(shared) => Ok(shared.name.clone().filter(|_| shared.share.name.is_none())),
        }
    }

    /// The credentials in it; what was taken back or replaced is no achievement any more.
    pub fn credentials(self, service: &Service) -> Result<Select<credential::Entity>> {
        let all = match self {
            Self::Own(person) => {
                credential::Entity::find().filter(tenancy::credentials(Reach::Own { person }))
            }
            Self::Shared(shared) => passport::shown(service, &shared.share)?,
        };
        Ok(all
            .filter(credential::Column::Status.ne(CredentialStatus::Revoked))
            .filter(credential::Column::Document.is_not_null()))
    }

    /// Enrollments in programs that are not completed: of one's own all, behind a link those in what its page shows progress with.
    pub async fn running(self, service: &Service) -> Result<Vec<enrollment::Model>> {
        match self {
            Self::Own(person) => Ok(enrollment::Entity::find()
                .filter(tenancy::enrollments(Reach::Own { person }))
                .filter(enrollment::Column::Status.eq(EnrollmentStatus::Active))
                .order_by_desc(enrollment::Column::Id)
                .limit(u64::from(MOST_PROGRAMS))
                .all(service.db.reader())
                .await?),
            Self::Shared(shared) if shared.share.shows_progress => {
                let within = passport::within(service, &shared.share).await?;
                let first = PageArgs { first: Some(i32::from(MOST_PROGRAMS)), ..PageArgs::default() };
                let stacks = passport::stacks(service, shared.person(), &within, &first).await?;
                let running = stacks.items.into_iter().filter_map(|(stack, _)| stack.enrollment);
                Ok(running.filter(|row| row.status == EnrollmentStatus::Active).collect())
            }
            Self::Shared(_) => Ok(Vec::new()),
        }
    }
}
