//! What whoever has the link of a shared passport may see: whose it is, which credentials, which projects, and what these rest on.

use std::collections::HashSet;

use cairn_entity::{credential, passport_share, portfolio_project};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select};
use uuid::Uuid;

use super::Within;
use crate::actor::Reach;
use crate::credential::{self as credentials_of, CredentialOrder, open};
use crate::error::Result;
use crate::page::{self, Page, PageArgs};
use crate::{Service, portfolio, tenancy};

/// A passport that is shared at this moment.
#[derive(Clone, Debug)]
pub struct Shared {
    /// How.
    pub share: passport_share::Model,
    /// The name that its holder shows it under.
    pub name: Option<String>,
}

impl Shared {
    /// Whose it is.
    pub fn person(&self) -> Uuid {
        self.share.person_id
    }
}

/// The passport of a share token, unless it is private or no longer shared.
#[crate::boxed]
pub async fn by_token(service: &Service, token: &str) -> Result<Option<Shared>> {
    use passport_share::Column;
    let row = passport_share::Entity::find()
        .filter(Column::Token.eq(token))
        .filter(open(Column::Visibility, Column::SharedUntil, service.now()))
        .one(service.db.reader())
        .await?;
    let Some(share) = row else { return Ok(None) };
    let name = match &share.name {
        Some(name) => Some(name.clone()),
        None => super::name(service, share.person_id).await?,
    };
    Ok(Some(Shared { share, name }))
}

/// The credentials that a share shows: those that were chosen, also where their own pages are private; else all whose own pages are shown.
pub(super) fn select(service: &Service, share: &passport_share::Model) -> Result<Select<credential::Entity>> {
    let own = tenancy::credentials(Reach::Own { person: share.person_id });
    let which = match &share.credentials {
        Some(chosen) => {
            let ids: Vec<Uuid> = serde_json::from_value(chosen.clone())?;
            Condition::all().add(credential::Column::Id.is_in(ids))
        }
        None => credentials_of::shown(service.now()),
    };
    Ok(credential::Entity::find().filter(own).filter(which))
}

/// Those of them whose own pages are shown, too: all that they say may be told.
pub(crate) fn shown(service: &Service, share: &passport_share::Model) -> Result<Select<credential::Entity>> {
    Ok(select(service, share)?.filter(credentials_of::shown(service.now())))
}

/// A page of the credentials that a share shows, the newest first: those that hold, and those that are expired, suspended or revoked.
#[crate::boxed]
pub async fn credentials(
    service: &Service,
    share: &passport_share::Model,
    args: &PageArgs,
) -> Result<Page<credential::Model>> {
    let order = CredentialOrder::default();
    page::fetch(service.db.reader(), select(service, share)?, &order.sort(), args, |row| order.key(row)).await
}

/// How many `credentials` has in all its pages.
#[crate::boxed]
pub async fn count_credentials(service: &Service, share: &passport_share::Model) -> Result<u64> {
    Ok(select(service, share)?.count(service.db.reader()).await?)
}

/// A page of the projects that a share shows, the newest first; none where it shows no projects.
#[crate::boxed]
pub async fn projects(
    service: &Service,
    share: &passport_share::Model,
    args: &PageArgs,
) -> Result<Page<portfolio_project::Model>> {
    match share.shows_projects {
        true => portfolio::of_person(service, share.person_id, true, args).await,
        false => Ok(Page::empty()),
    }
}

/// On which enrollments the skills and the progress rest that a share shows: on those of the credentials that it shows, and, where it shows all, on
/// those that gave no credential.
pub(crate) async fn within(service: &Service, share: &passport_share::Model) -> Result<Within> {
    let on = service.db.reader();
    let enrollments = async |rows: Select<credential::Entity>| -> Result<HashSet<Uuid>> {
        let ids: Vec<Option<Uuid>> =
            rows.select_only().column(credential::Column::EnrollmentId).into_tuple().all(on).await?;
        Ok(ids.into_iter().flatten().collect())
    };
    let shown = enrollments(select(service, share)?).await?;
    if share.credentials.is_some() {
        return Ok(Within::Only(shown));
    }
    let own = tenancy::credentials(Reach::Own { person: share.person_id });
    let all = enrollments(credential::Entity::find().filter(own)).await?;
    Ok(Within::AllBut(all.difference(&shown).copied().collect()))
}
