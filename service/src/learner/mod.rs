//! Learners: persons as one issuer knows them, under its own ids. Names and addresses are personal: who may see them is decided here.

mod contact;
mod erase;
mod link;
mod list;
mod merge;
mod name;
mod notices;
mod read;
mod upsert;

use cairn_entity::enums::EnrollmentStatus;
use cairn_entity::{enrollment, learner};
use sea_orm::sea_query::{Expr, LockType, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::reference::{self, Reference};
use crate::{Service, Work, completion, program, tenancy};

pub use contact::{NewEmail, NewExternalId, set_emails, set_external_ids};
pub use erase::{erase, visible_receipts};
pub use link::{LinkCode, create_code, redeem, unlink};
pub use list::LearnerFilter;
pub(crate) use list::{count, slice};
pub use merge::{merge, undo, visible_merges};
pub use name::{NewName, change_name};
pub(crate) use notices::choose_notices;
pub use notices::set_notices;
pub use read::{credentials_with_other_names, emails, external_ids, merges, name_changes, of_person};
pub(crate) use upsert::from_claims;
pub use upsert::{LearnerRow, upsert};

/// A learner of the reach by reference, locked until the transaction ends; refused at `field` where there is none, or where the record was merged
/// into another or erased.
async fn locked(work: &Work<'_>, reach: Reach, named: &Reference, field: &str) -> Result<learner::Model> {
    let missing =
        || Error::user(field, UserErrorCode::NotFound, "there is no such learner, or it is not yours");
    let home = work.actor().issuer;
    let found =
        reference::find_one::<learner::Entity>(work.tx(), home, tenancy::learners(reach), named).await?;
    let id = found.ok_or_else(missing)?.id;
    let row = lock(work, &[id]).await?.pop().ok_or_else(missing)?;
    if row.erased_at.is_some() {
        return Err(Error::user(field, UserErrorCode::Conflict, "this learner was erased"));
    }
    if row.merged_into_id.is_some() {
        return Err(Error::user(field, UserErrorCode::Conflict, "this record was merged into another"));
    }
    Ok(row)
}

/// Learners, locked until the transaction ends, in the order of ids.
async fn lock(work: &Work<'_>, ids: &[Uuid]) -> Result<Vec<learner::Model>> {
    Ok(learner::Entity::find()
        .filter(learner::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(learner::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(work.tx())
        .await?)
}

/// Has what learner records give each other (one completing a program that another's contains) counted anew.
async fn refresh_running(work: &mut Work<'_>, of: Expr) -> Result<()> {
    let learners = Query::select().column(learner::Column::Id).from(learner::Entity).and_where(of).to_owned();
    let running = [EnrollmentStatus::Pending, EnrollmentStatus::Active];
    let ids: Vec<Uuid> = enrollment::Entity::find()
        .select_only()
        .column(enrollment::Column::Id)
        .filter(enrollment::Column::LearnerId.in_subquery(learners))
        .filter(enrollment::Column::Status.is_in(running))
        .into_tuple()
        .all(work.tx())
        .await?;
    completion::refresh(work, &ids).await
}

/// The learner of an issuer by its own external id or a further one.
pub(crate) async fn by_external_id(
    on: &impl ConnectionTrait,
    issuer: Uuid,
    external_id: &str,
) -> Result<Option<learner::Model>> {
    let named = Reference::ExternalId(external_id.to_owned());
    let within = tenancy::learners(Reach::Issuer(issuer));
    reference::find_one::<learner::Entity>(on, Some(issuer), within, &named).await
}

/// The system of a further external id of an erased learner, of which a hash is left.
const ERASED: &str = "erased";

/// What stands in the place of an erased learner's external id: it tells the id again when it is sent anew, and nothing else.
fn erased_name(issuer: Uuid, external_id: &str) -> String {
    digest(&[issuer.as_bytes(), external_id.as_bytes()])
}

/// A name that an erased one is known by.
fn digest(parts: &[&[u8]]) -> String {
    let hash = parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize();
    hash.iter().fold("erased:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

/// Whether an external id is one of a learner who was erased.
pub(crate) async fn was_erased(on: &impl ConnectionTrait, issuer: Uuid, external_id: &str) -> Result<bool> {
    Ok(by_external_id(on, issuer, &erased_name(issuer, external_id)).await?.is_some())
}

/// Longest sort name in bytes: an index of PostgreSQL takes no more than some 2,700 together with its other columns, and folding can
/// make a character eighteen times as long.
const LONGEST_SORT_NAME: usize = 900;

/// What lists sort by: family name and given name where they are known, else the whole name; folded, empty when nothing is known.
pub fn sort_name(name: Option<&str>, given_name: Option<&str>, family_name: Option<&str>) -> String {
    let parts = match family_name {
        Some(family_name) => vec![family_name, given_name.unwrap_or_default()],
        None => vec![name.or(given_name).unwrap_or_default()],
    };
    let mut folded = fold(&parts.join(" "));
    let mut end = LONGEST_SORT_NAME.min(folded.len());
    while !folded.is_char_boundary(end) {
        end -= 1;
    }
    folded.truncate(end);
    folded
}

/// Text as names are compared and searched: case and accents folded, blanks joined.
pub(crate) fn fold(text: &str) -> String {
    program::fold(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Refuses whoever may not see a learner's name and address: it takes `learners:read` that reaches them, or being the person. The learner
/// is one that the caller came upon in something visible.
pub fn require_personal(actor: &Actor, row: &learner::Model) -> Result<()> {
    if row.person_id.is_some() && row.person_id == actor.person() {
        return Ok(());
    }
    match actor.reach(Scope::LearnersRead)? {
        Reach::Everything => Ok(()),
        Reach::Issuer(issuer) | Reach::Cohorts { issuer, .. } if issuer == row.issuer_id => Ok(()),
        _ => Err(Error::Forbidden("you may not see this learner's personal data".to_owned())),
    }
}

/// Those of the learners that the caller may see, in one statement.
#[crate::boxed]
pub async fn visible_by_ids(service: &Service, actor: &Actor, ids: &[Uuid]) -> Result<Vec<learner::Model>> {
    // Without their personal fields learners are part of enrollments too.
    let scopes = [Scope::LearnersRead, Scope::EnrollmentsRead];
    let mut conditions = scopes.iter().filter_map(|scope| tenancy::visible(actor, *scope, tenancy::learners));
    let Some(visible) = conditions.next() else {
        return Ok(Vec::new());
    };
    Ok(learner::Entity::find()
        .filter(visible)
        .filter(learner::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_family_name_folded_and_bounded() {
        assert_eq!(sort_name(Some("Ada Lovelace"), Some("Ada"), Some("Lovelace")), "lovelace ada");
        assert_eq!(sort_name(Some("  Ｍａｙａ  OKAFOR "), None, None), "maya okafor");
        assert_eq!(sort_name(None, None, None), "");
        assert_eq!(fold("E\u{301}mile"), "emile");
        let long = "\u{fdfa}".repeat(300);
        assert!(sort_name(Some(&long), None, None).len() <= LONGEST_SORT_NAME);
    }
}
