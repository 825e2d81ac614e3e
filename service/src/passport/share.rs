//! How a person shares their passport: with whom, until when, under which name, and which parts of it.

use std::collections::HashMap;

use cairn_entity::enums::Visibility;
use cairn_entity::passport_share;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{holder, require_learner};
use crate::actor::Actor;
use crate::error::Result;
use crate::ids::Kind;
use crate::random::share_token;
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work, credential, save, work};

/// Most credentials that are chosen one by one.
const MOST_CHOSEN: usize = 500;

/// How a passport is to be shared.
#[derive(Clone, Debug)]
pub struct Sharing {
    /// Who may see its page.
    pub visibility: Visibility,
    /// Until when; without end where absent.
    pub until: Option<DateTime<Utc>>,
    /// The name that it shows; the person's where absent.
    pub name: Option<String>,
    /// Which credentials it shows; all whose own pages are shown where absent.
    pub credentials: Option<Vec<Reference>>,
    /// Whether it shows projects.
    pub projects: bool,
    /// Whether it shows how far its holder is with what their credentials count towards.
    pub progress: bool,
    /// Whether it gets a new link, and the old one leads nowhere from then on.
    pub new_link: bool,
}

/// Decides who may see a passport and what of it, as a whole: its holder alone may.
#[crate::boxed]
pub async fn share(service: &Service, actor: &Actor, new: Sharing) -> Result<passport_share::Model> {
    let person = holder(actor)?;
    work::again(|| async {
        let mut work = Work::begin(service, actor).await?;
        let before = locked(&work, person).await?;
        // Whoever has a link may end it, whatever became of their records.
        if before.is_none() || new.visibility != Visibility::Private {
            require_learner(&work, person).await?;
        }
        credential::check_until(new.visibility, new.until, work.now)?;
        let chosen = check(&work, person, &new).await?;
        let fresh = before.is_none() || new.new_link;
        let token = match &before {
            Some(row) if !new.new_link => row.token.clone(),
            _ => share_token(service.random.as_ref())?,
        };
        let row = passport_share::Model {
            id: before.as_ref().map_or_else(|| work.new_id(), |row| Ok(row.id))?,
            person_id: person,
            token,
            visibility: new.visibility,
            shared_until: new.until,
            name: new.name.clone(),
            credentials: chosen.as_ref().map(|ids| json!(ids)),
            shows_projects: new.projects,
            shows_progress: new.progress,
            views: before.as_ref().map_or(0, |row| row.views),
            created_at: before.as_ref().map_or(work.now, |row| row.created_at),
            updated_at: work.now,
        };
        save::rows::<passport_share::Entity>(work.tx(), vec![row.clone()]).await?;
        let detail = json!({
            "from": before.map(|row| row.visibility), "to": row.visibility, "until": row.shared_until, "newLink": fresh,
            "chosen": chosen.map(|ids| ids.len()), "projects": row.shows_projects, "progress": row.shows_progress,
        });
        work.audit(None, "passport.shared", (Kind::Passport, person), detail)?;
        work.answer(row).await
    })
    .await
}

/// The credentials that were chosen, where not all are to be shown.
async fn check(work: &Work<'_>, person: Uuid, new: &Sharing) -> Result<Option<Vec<Uuid>>> {
    let mut checks = Checks::default();
    if let Some(name) = &new.name {
        checks.text("name", name, 300);
    }
    let chosen = match &new.credentials {
        Some(named) => {
            checks.at_most("credentials", named.len(), MOST_CHOSEN);
            Some(credential::held(work, person, named, &mut checks).await?)
        }
        None => None,
    };
    checks.finish()?;
    Ok(chosen)
}

/// How a person shares their passport, locked.
pub(super) async fn locked(work: &Work<'_>, person: Uuid) -> Result<Option<passport_share::Model>> {
    Ok(passport_share::Entity::find()
        .filter(passport_share::Column::PersonId.eq(person))
        .lock(LockType::NoKeyUpdate)
        .one(work.tx())
        .await?)
}

/// How persons share their passports; for themselves. Who never did is left out.
#[crate::boxed]
pub async fn shares(service: &Service, persons: &[Uuid]) -> Result<HashMap<Uuid, passport_share::Model>> {
    let rows = passport_share::Entity::find()
        .filter(passport_share::Column::PersonId.is_in(persons.iter().copied()))
        .all(service.db.reader())
        .await?;
    Ok(rows.into_iter().map(|row| (row.person_id, row)).collect())
}

/// Where a shared passport's page is.
pub fn address(service: &Service, row: &passport_share::Model) -> String {
    format!("{}/passports/{}", service.config.public_url, row.token)
}

/// Counts that a shared passport's page was opened.
#[crate::boxed]
pub async fn viewed(service: &Service, share: Uuid) -> Result<()> {
    let tx = service.db.write().await?;
    let views = passport_share::Column::Views;
    passport_share::Entity::update_many()
        .col_expr(views, Expr::col(views).add(1))
        .filter(passport_share::Column::Id.eq(share))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Takes credentials that are erased out of what a person chose to show.
pub(crate) async fn forget(work: &Work<'_>, person: Uuid, credentials: &[Uuid]) -> Result<()> {
    let Some(row) = locked(work, person).await? else { return Ok(()) };
    let Some(Value::Array(chosen)) = &row.credentials else { return Ok(()) };
    let gone = |id: &Value| credentials.iter().any(|one| *id == json!(one));
    let kept: Vec<&Value> = chosen.iter().filter(|id| !gone(id)).collect();
    let row = passport_share::Model { credentials: Some(json!(kept)), ..row.clone() };
    save::rows::<passport_share::Entity>(work.tx(), vec![row]).await
}
