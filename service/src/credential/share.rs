//! Who may see a credential's page and until when, as its holder or issuer decides; and how often it was opened.

use std::collections::HashMap;

use cairn_entity::enums::Visibility;
use cairn_entity::{credential, credential_view};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
};
use serde_json::json;
use uuid::Uuid;

use super::lifecycle::locked;
use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::Reference;
use crate::{Service, Work, tenancy};

/// How a credential is to be shared.
#[derive(Clone, Debug)]
pub struct Sharing {
    /// Which.
    pub credential: Reference,
    /// Who may see its page.
    pub visibility: Visibility,
    /// Until when; without end where absent.
    pub until: Option<DateTime<Utc>>,
}

/// Decides who may see a credential's page, and until when: its holder may, and its issuer.
#[crate::boxed]
pub async fn share(service: &Service, actor: &Actor, new: Sharing) -> Result<credential::Model> {
    let whole = match actor.reach_or_none(Scope::CredentialsIssue)? {
        Some(reach @ (Reach::Everything | Reach::Issuer(_))) => Some(tenancy::credentials(reach)),
        _ => None,
    };
    let own = actor.person().map(|person| tenancy::credentials(Reach::Own { person }));
    if whole.is_none() && own.is_none() {
        return Err(Error::Forbidden("only its holder or its issuer may share a credential".to_owned()));
    }
    let visible = Condition::any().add_option(whole).add_option(own);
    let mut work = Work::begin(service, actor).await?;
    check_until(new.visibility, new.until, work.now)?;
    let mut row = locked(&work, visible, &new.credential).await?;
    if (row.visibility, row.shared_until) == (new.visibility, new.until) {
        return Ok(row);
    }
    let before = row.visibility;
    row.visibility = new.visibility;
    row.shared_until = new.until;
    row.updated_at = work.now;
    let row = row.into_active_model().reset_all().update(work.tx()).await?;
    let detail = json!({ "from": before, "to": new.visibility, "until": new.until });
    work.audit(Some(row.issuer_id), "credential.shared", (Kind::Credential, row.id), detail)?;
    work.answer(row).await
}

/// Whether a page that these may see can be shown until then.
pub(crate) fn check_until(
    visibility: Visibility,
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<()> {
    let refused = |message: &str| Err(Error::user("expiresAt", UserErrorCode::Invalid, message));
    match until {
        Some(_) if visibility == Visibility::Private => {
            refused("a private page is shown to nobody, until no moment")
        }
        Some(until) if until <= now => refused("must be in the future"),
        _ => Ok(()),
    }
}

/// Those whose page is shown at a moment.
pub(crate) fn shown(now: DateTime<Utc>) -> Condition {
    open(credential::Column::Visibility, credential::Column::SharedUntil, now)
}

/// Rows whose page is shown at a moment, by who may see it and until when.
pub(crate) fn open<C: ColumnTrait>(visibility: C, until: C, now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(visibility.ne(Visibility::Private))
        .add(Condition::any().add(until.is_null()).add(until.gt(now)))
}

/// Whether a credential's page is shown at a moment.
pub(crate) fn is_shown(row: &credential::Model, now: DateTime<Utc>) -> bool {
    is_open(row.visibility, row.shared_until, now)
}

/// Whether a page is shown at a moment, by who may see it and until when.
pub(crate) fn is_open(visibility: Visibility, until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    visibility != Visibility::Private && until.is_none_or(|until| until > now)
}

/// Counts that a credential's page was opened.
#[crate::boxed]
pub async fn viewed(service: &Service, credential: Uuid) -> Result<()> {
    let one_more = Expr::col((credential_view::Entity, credential_view::Column::Count)).add(1);
    let on_conflict = OnConflict::column(credential_view::Column::CredentialId)
        .value(credential_view::Column::Count, one_more)
        .to_owned();
    let first = credential_view::ActiveModel { credential_id: Set(credential), count: Set(1) };
    let tx = service.db.write().await?;
    credential_view::Entity::insert(first).on_conflict(on_conflict).exec_without_returning(&tx).await?;
    tx.commit().await?;
    Ok(())
}

/// How often the pages of credentials were opened, in one statement; those never opened are left out.
#[crate::boxed]
pub async fn views(service: &Service, credentials: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
    let rows = credential_view::Entity::find()
        .filter(credential_view::Column::CredentialId.is_in(credentials.iter().copied()))
        .all(service.db.reader())
        .await?;
    Ok(rows.into_iter().map(|row| (row.credential_id, row.count)).collect())
}
