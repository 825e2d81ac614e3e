//! Credentials as they stand after issuing: lists, single ones, links, and (in `lifecycle`) what may happen to them.

mod bundle;
pub(crate) mod change;
mod expiry;
mod export;
mod filter;
mod hold;
mod lifecycle;
mod links;
mod public;
mod regrade;
mod results;
mod share;
mod window;

use std::collections::HashMap;

use cairn_entity::credential;
use cairn_entity::enums::CredentialStatus;
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use bundle::Bundles;
pub use bundle::{MEDIA_TYPE as BUNDLE, bundle};
pub use expiry::tell_expired;
pub use export::{Wanted, export, exports};
pub use filter::{CredentialFilter, CredentialOrder, OrderField, Span};
pub(crate) use hold::{Doubted, doubted};
pub use lifecycle::{Revocation, Suspension, reinstate, revoke, suspend};
pub(crate) use links::page_of;
pub use links::{Urls, day, page_address, refresh_address, urls, zone};
pub(crate) use public::is_replaced;
pub use public::{
    Offered, Published, Succession, achievement_by_id, branding, by_share_token, by_share_url, newest,
    succession,
};
pub(crate) use regrade::regraded;
pub use results::{
    ShownResults, StatedResult, choose_results, results as results_of, shown_results, stated_results,
};
pub use share::{Sharing, share, viewed, views};
pub(crate) use share::{check_until, is_open, is_shown, open, shown};
pub use window::{EXPIRING_DAYS, Window, is_expiring, window};

use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::page::{self, Page, PageArgs};
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work, tenancy};

/// Where a credential stands for the outside; expiry is derived from its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Stands.
    Active,
    /// Suspended for now.
    Suspended,
    /// Revoked for good.
    Revoked,
    /// Past its date.
    Expired,
}

/// Where a credential stands at a moment.
pub fn standing(row: &credential::Model, now: DateTime<Utc>) -> Standing {
    match row.status {
        CredentialStatus::Revoked => Standing::Revoked,
        CredentialStatus::Suspended => Standing::Suspended,
        CredentialStatus::Active | CredentialStatus::Pending if row.sort_valid_until < now => {
            Standing::Expired
        }
        CredentialStatus::Active | CredentialStatus::Pending => Standing::Active,
    }
}

/// A page of the credentials that the caller may see.
#[crate::boxed]
pub async fn list(
    service: &Service,
    actor: &Actor,
    filter: &CredentialFilter,
    order: CredentialOrder,
    args: &PageArgs,
) -> Result<Page<credential::Model>> {
    let visible = tenancy::credentials(actor.reach(Scope::CredentialsRead)?);
    let select = filter.select(service, actor, visible).await?;
    page::fetch(service.db.reader(), select, &order.sort(), args, |row| order.key(row)).await
}

/// How many credentials `list` has in all its pages.
#[crate::boxed]
pub async fn count(service: &Service, actor: &Actor, filter: &CredentialFilter) -> Result<u64> {
    let visible = tenancy::credentials(actor.reach(Scope::CredentialsRead)?);
    Ok(filter.select(service, actor, visible).await?.count(service.db.reader()).await?)
}

/// Credentials by id after one of them, at most so many: for whoever reads all that there are, a slice at a time.
pub(crate) async fn slice(
    service: &Service,
    actor: &Actor,
    filter: &CredentialFilter,
    (after, limit): (Option<Uuid>, u64),
) -> Result<Vec<credential::Model>> {
    let visible = tenancy::credentials(actor.reach(Scope::CredentialsRead)?);
    let select = filter.select(service, actor, visible).await?;
    page::slice(service.db.reader(), select, credential::Column::Id, after, limit).await
}

/// A page of what the caller holds in person, with whatever issuer, the newest first.
#[crate::boxed]
pub async fn held_by(
    service: &Service,
    actor: &Actor,
    person: Uuid,
    filter: &CredentialFilter,
    args: &PageArgs,
) -> Result<Page<credential::Model>> {
    let visible = tenancy::credentials(Reach::Own { person });
    let select = filter.select(service, actor, visible).await?;
    let order = CredentialOrder::default();
    page::fetch(service.db.reader(), select, &order.sort(), args, |row| order.key(row)).await
}

/// How many credentials `held_by` has in all its pages.
#[crate::boxed]
pub async fn count_held_by(
    service: &Service,
    actor: &Actor,
    person: Uuid,
    filter: &CredentialFilter,
) -> Result<u64> {
    let visible = tenancy::credentials(Reach::Own { person });
    Ok(filter.select(service, actor, visible).await?.count(service.db.reader()).await?)
}

/// Credentials by id, among those that the caller may see, in one statement. Whoever may see none is told so.
#[crate::boxed]
pub async fn visible_by_ids(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<credential::Model>> {
    let visible = tenancy::credentials(actor.reach(Scope::CredentialsRead)?);
    Ok(credential::Entity::find()
        .filter(visible)
        .filter(credential::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?)
}

/// The credentials of enrollments that the caller may see, in one statement: of each the live one, else the newest.
#[crate::boxed]
pub async fn of_enrollments(
    service: &Service,
    actor: &Actor,
    enrollments: &[Uuid],
) -> Result<HashMap<Uuid, credential::Model>> {
    let visible = tenancy::credentials(actor.reach(Scope::CredentialsRead)?);
    of_enrollments_among(service, visible, enrollments).await
}

/// The credentials of enrollments that a person holds, as `of_enrollments` gives them.
#[crate::boxed]
pub async fn held_for(
    service: &Service,
    person: Uuid,
    enrollments: &[Uuid],
) -> Result<HashMap<Uuid, credential::Model>> {
    of_enrollments_among(service, tenancy::credentials(Reach::Own { person }), enrollments).await
}

pub(crate) async fn of_enrollments_among(
    service: &Service,
    visible: Condition,
    enrollments: &[Uuid],
) -> Result<HashMap<Uuid, credential::Model>> {
    let rows = credential::Entity::find()
        .filter(visible)
        .filter(credential::Column::EnrollmentId.is_in(enrollments.iter().copied()))
        .order_by_asc(credential::Column::Cycle)
        .order_by_asc(credential::Column::Revision)
        .order_by_asc(credential::Column::Id)
        .all(service.db.reader())
        .await?;
    let mut found: HashMap<Uuid, credential::Model> = HashMap::new();
    for row in rows {
        let Some(enrollment) = row.enrollment_id else { continue };
        let live = |row: &credential::Model| row.status != CredentialStatus::Revoked;
        if found.get(&enrollment).is_none_or(|known| live(&row) || !live(known)) {
            found.insert(enrollment, row);
        }
    }
    Ok(found)
}

/// The credentials that renew (or, with `replaces`, take the place of) others, by the id of the other; in one statement. Whoever may see one may see its successor.
#[crate::boxed]
pub async fn successors(
    service: &Service,
    of: &[Uuid],
    replaces: bool,
) -> Result<HashMap<Uuid, credential::Model>> {
    let link = if replaces { credential::Column::ReplacesId } else { credential::Column::RenewsId };
    let rows = credential::Entity::find()
        .filter(credential::Column::Status.ne(CredentialStatus::Pending))
        .filter(link.is_in(of.iter().copied()))
        .order_by_asc(credential::Column::Id)
        .all(service.db.reader())
        .await?;
    let other = |row: &credential::Model| if replaces { row.replaces_id } else { row.renews_id };
    Ok(rows.into_iter().filter_map(|row| Some((other(&row)?, row))).collect())
}

/// A reference to a credential, with the `urn:uuid:` of its document read as the id that it is.
fn plain(reference: &Reference) -> Reference {
    let Reference::ExternalId(text) = reference else { return reference.clone() };
    let id = text.strip_prefix("urn:uuid:").and_then(|text| text.parse().ok());
    id.map_or(Reference::NoSuchId, Reference::Id)
}

/// The credential that a reference in an input names, which must be there.
#[crate::boxed]
pub(crate) async fn named(
    work: &Work<'_>,
    visible: Condition,
    reference: &Reference,
) -> Result<credential::Model> {
    find(work.tx(), work.actor(), visible, reference)
        .await?
        .filter(|row| row.status != CredentialStatus::Pending)
        .ok_or_else(|| Error::user("credential", UserErrorCode::NotFound, "there is no such credential"))
}

/// The credentials that a list in an input names among those that a person holds, in its order; places that name none are noted.
pub(crate) async fn held(
    work: &Work<'_>,
    person: Uuid,
    named: &[Reference],
    checks: &mut Checks,
) -> Result<Vec<Uuid>> {
    let named: Vec<Reference> = named.iter().map(plain).collect();
    let visible = tenancy::credentials(Reach::Own { person });
    let issuer = work.actor().issuer;
    let found = crate::reference::find::<credential::Entity>(work.tx(), issuer, visible, &named).await?;
    let each = named.iter().map(|one| found.get(one).map(|row| row.id));
    Ok(checks.named("credentials", "there is no such credential of yours", each))
}

/// Credentials by id, among those that a person holds; in one statement.
#[crate::boxed]
pub async fn held_by_ids(service: &Service, person: Uuid, ids: &[Uuid]) -> Result<Vec<credential::Model>> {
    Ok(credential::Entity::find()
        .filter(tenancy::credentials(Reach::Own { person }))
        .filter(credential::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?)
}

/// Finds one credential by reference among those that `visible` covers.
async fn find(
    connection: &impl sea_orm::ConnectionTrait,
    actor: &Actor,
    visible: Condition,
    reference: &Reference,
) -> Result<Option<credential::Model>> {
    crate::reference::find_one::<credential::Entity>(connection, actor.issuer, visible, &plain(reference))
        .await
}
