//! API keys: `cairn_<prefix>_<secret>`. Only a hash of the whole is kept; the prefix finds the row.

use cairn_entity::enums::ActorKind;
use cairn_entity::{api_key, event_source};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    sea_query::Expr,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::actor::{Actor, Reach, Scope};
use crate::budget::OwnBudget;
use crate::db;
use crate::error::{Error, Result, UserErrorCode};
use crate::idempotency::Secret;
use crate::ids::Kind;
use crate::page::{self, Page, PageArgs, Sort, SortKey};
use crate::random::letters;
use crate::reference::IssuerReference;
use crate::validate::Checks;
use crate::{Service, Work};

const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// What a key's own budget may be at most.
const MOST_BUDGET: u32 = 1_000_000_000;
const REFUSED: Error = Error::Unauthenticated("this API key is unknown, expired or revoked");

/// A key to be made.
pub struct NewApiKey {
    /// The issuer that it acts for; `None` for an operator's.
    pub issuer: Option<Uuid>,
    /// Name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Makes a key for the issuer that is named, else for the caller's own; an operator who names none makes an operator's key.
#[crate::boxed]
pub async fn create_for(
    service: &Service,
    actor: &Actor,
    issuer: Option<&IssuerReference>,
    new: NewApiKey,
) -> Result<(api_key::Model, Secret)> {
    let reach = actor.reach_whole(Scope::KeysManage)?;
    let issuer = match (reach, issuer) {
        (Reach::Everything, None) => None,
        (reach, named) => Some(crate::issuer::target(service, reach, named).await?.id),
    };
    create(service, actor, NewApiKey { issuer, ..new }).await
}

/// Makes a key and returns it with its secret, which is never shown again.
#[crate::boxed]
pub async fn create(service: &Service, actor: &Actor, new: NewApiKey) -> Result<(api_key::Model, Secret)> {
    match new.issuer {
        None => actor.require_operator()?,
        Some(issuer) => crate::issuer::require_within(actor.reach_whole(Scope::KeysManage)?, issuer)?,
    }
    let now = service.now();
    let mut checks = Checks::default();
    checks.text("name", &new.name, 200);
    if new.scopes.is_empty() {
        checks.fail("scopes", UserErrorCode::Required, "must name at least one scope");
    }
    if new.expires_at.is_some_and(|end| end <= now) {
        checks.fail("expiresAt", UserErrorCode::Invalid, "must lie in the future");
    }
    checks.finish()?;
    let prefix = letters(service.random.as_ref(), ALPHABET, 10)?;
    let secret = format!("cairn_{prefix}_{}", letters(service.random.as_ref(), ALPHABET, 32)?);
    let mut work = Work::begin(service, actor).await?;
    let source = match new.issuer {
        None => None,
        Some(issuer) => Some(ensure_source(&work, issuer, &new.name).await?),
    };
    let row = api_key::ActiveModel {
        id: Set(work.new_id()?),
        issuer_id: Set(new.issuer),
        source_id: Set(source),
        name: Set(new.name),
        prefix: Set(prefix),
        secret_hash: Set(hash(&secret)),
        previous_hash: Set(None),
        previous_until: Set(None),
        scopes: Set(json!(new.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>())),
        budget_maximum: Set(None),
        budget_restore_rate: Set(None),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
        last_used_at: Set(None),
        revoked_at: Set(None),
    }
    .insert(work.tx())
    .await?;
    work.audit(new.issuer, "api_key.created", (Kind::ApiKey, row.id), json!({ "scopes": row.scopes }))?;
    work.answer((row, Secret::from(secret))).await
}

/// Keys that the caller may manage, the newest first.
#[crate::boxed]
pub async fn page(service: &Service, actor: &Actor, args: &PageArgs) -> Result<Page<api_key::Model>> {
    let select = api_key::Entity::find().filter(manageable(actor)?);
    let sort = Sort { tag: "api-keys", column: None, id: api_key::Column::Id, descending: true };
    page::fetch(service.db.reader(), select, &sort, args, |row| (SortKey::None, row.id)).await
}

/// How many keys the caller may manage.
#[crate::boxed]
pub async fn count(service: &Service, actor: &Actor) -> Result<u64> {
    Ok(api_key::Entity::find().filter(manageable(actor)?).count(service.db.reader()).await?)
}

/// Keys by id, among those that the caller may manage; none for callers who may manage none.
#[crate::boxed]
pub async fn visible_by_ids(service: &Service, actor: &Actor, ids: &[Uuid]) -> Result<Vec<api_key::Model>> {
    let Ok(manageable) = manageable(actor) else { return Ok(Vec::new()) };
    let select =
        api_key::Entity::find().filter(manageable).filter(api_key::Column::Id.is_in(ids.iter().copied()));
    Ok(select.all(service.db.reader()).await?)
}

/// Gives a key a new secret; the old one still works for a while, so that nobody is locked out while it is exchanged.
#[crate::boxed]
pub async fn rotate(
    service: &Service,
    actor: &Actor,
    id: Option<Uuid>,
    overlap: TimeDelta,
) -> Result<(api_key::Model, Secret)> {
    let manageable = manageable(actor)?;
    if overlap < TimeDelta::zero() || overlap > TimeDelta::days(30) {
        return Err(Error::user("overlapHours", UserErrorCode::Invalid, "must be between 0 and 720"));
    }
    let mut work = Work::begin(service, actor).await?;
    let row = to_change(&work, manageable, id).await?;
    let secret = format!("cairn_{}_{}", row.prefix, letters(service.random.as_ref(), ALPHABET, 32)?);
    let (issuer, old_hash) = (row.issuer_id, row.secret_hash.clone());
    let mut change = row.into_active_model();
    change.secret_hash = Set(hash(&secret));
    change.previous_hash = Set(Some(old_hash));
    change.previous_until = Set(Some(work.now + overlap));
    let row = change.update(work.tx()).await?;
    work.audit(
        issuer,
        "api_key.rotated",
        (Kind::ApiKey, row.id),
        json!({ "overlapHours": overlap.num_hours() }),
    )?;
    work.answer((row, Secret::from(secret))).await
}

/// Ends a key at once.
#[crate::boxed]
pub async fn revoke(service: &Service, actor: &Actor, id: Option<Uuid>) -> Result<api_key::Model> {
    let manageable = manageable(actor)?;
    let mut work = Work::begin(service, actor).await?;
    let row = to_change(&work, manageable, id).await?;
    let issuer = row.issuer_id;
    let mut change = row.into_active_model();
    change.revoked_at = Set(Some(work.now));
    let row = change.update(work.tx()).await?;
    work.audit(issuer, "api_key.revoked", (Kind::ApiKey, row.id), json!({}))?;
    work.answer(row).await
}

/// Gives a key a budget of cost of its own, or, with `None`, that of all keys again. It is for who runs the server to say what it can bear.
#[crate::boxed]
pub async fn set_budget(
    service: &Service,
    actor: &Actor,
    id: Option<Uuid>,
    budget: Option<OwnBudget>,
) -> Result<api_key::Model> {
    actor.require_operator()?;
    let manageable = manageable(actor)?;
    let mut checks = Checks::default();
    for (field, amount) in budget.into_iter().flat_map(|budget| {
        [("budget.maximumAvailable", budget.maximum), ("budget.restoreRate", budget.restore_rate)]
    }) {
        if !(1..=MOST_BUDGET).contains(&amount) {
            checks.fail(field, UserErrorCode::Invalid, "must be from 1 to 1000000000");
        }
    }
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    let row = to_change(&work, manageable, id).await?;
    let issuer = row.issuer_id;
    let mut change = row.into_active_model();
    change.budget_maximum = Set(budget.map(|budget| budget.maximum.into()));
    change.budget_restore_rate = Set(budget.map(|budget| budget.restore_rate.into()));
    let row = change.update(work.tx()).await?;
    let detail = json!({ "maximum": row.budget_maximum, "restoreRate": row.budget_restore_rate });
    work.audit(issuer, "api_key.budget_set", (Kind::ApiKey, row.id), detail)?;
    work.answer(row).await
}

/// A key that still stands, among those that the caller may manage.
async fn to_change(work: &Work<'_>, manageable: Condition, id: Option<Uuid>) -> Result<api_key::Model> {
    let not_found =
        || Error::user("id", UserErrorCode::NotFound, "there is no such API key, or it is not yours");
    let select =
        api_key::Entity::find().filter(manageable).filter(api_key::Column::Id.eq(id.ok_or_else(not_found)?));
    let row = select.one(work.tx()).await?.ok_or_else(not_found)?;
    if row.revoked_at.is_some() {
        return Err(Error::user("id", UserErrorCode::AlreadyDone, "this API key was revoked"));
    }
    Ok(row)
}

fn manageable(actor: &Actor) -> Result<Condition> {
    Ok(match actor.reach_whole(Scope::KeysManage)? {
        Reach::Everything => Condition::all(),
        Reach::Issuer(issuer) => Condition::all().add(api_key::Column::IssuerId.eq(issuer)),
        Reach::Cohorts { .. } | Reach::Own { .. } => crate::tenancy::nothing(),
    })
}

/// The actor of a key.
#[crate::boxed]
pub async fn authenticate(service: &Service, secret: &str) -> Result<Actor> {
    let prefix =
        secret.strip_prefix("cairn_").and_then(|rest| rest.split_once('_')).map(|(prefix, _)| prefix);
    let prefix = prefix.filter(|prefix| prefix.len() == 10).ok_or(REFUSED)?;
    let row = api_key::Entity::find()
        .filter(api_key::Column::Prefix.eq(prefix))
        .one(service.db.reader())
        .await?
        .ok_or(REFUSED)?;
    let now = service.now();
    // Both sides are hashes of a high-entropy secret: the time of comparing them tells nothing of use.
    let presented = hash(secret);
    let current = presented == row.secret_hash;
    let previous =
        row.previous_hash.as_ref() == Some(&presented) && row.previous_until.is_some_and(|until| now < until);
    let ended = row.revoked_at.is_some() || row.expires_at.is_some_and(|end| end <= now);
    if ended || !(current || previous) {
        return Err(REFUSED);
    }
    db::uncounted(note_use(service, &row, now)).await?;
    let scopes = row
        .scopes
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| Scope::of_name(name.as_str()?))
        .collect();
    Ok(Actor {
        kind: ActorKind::ApiKey,
        id: Some(row.id),
        budget: OwnBudget::of(&row),
        label: row.name,
        issuer: row.issuer_id,
        scopes,
        source: row.source_id,
        ..Actor::anonymous()
    })
}

/// Notes the minute of the last use; at most one write a minute.
async fn note_use(service: &Service, row: &api_key::Model, now: DateTime<Utc>) -> Result<()> {
    let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    if row.last_used_at.is_some_and(|last| last >= minute) {
        return Ok(());
    }
    let tx = service.db.write().await?;
    api_key::Entity::update_many()
        .col_expr(api_key::Column::LastUsedAt, Expr::value(minute))
        .filter(api_key::Column::Id.eq(row.id))
        .exec(&tx)
        .await?;
    Ok(tx.commit().await?)
}

/// The source of a name, made at first sight: events keep their source when a key is replaced by one of the same name.
async fn ensure_source(work: &Work<'_>, issuer: Uuid, name: &str) -> Result<Uuid> {
    let found = event_source::Entity::find()
        .filter(event_source::Column::IssuerId.eq(issuer))
        .filter(event_source::Column::Name.eq(name))
        .one(work.tx())
        .await?;
    if let Some(source) = found {
        return Ok(source.id);
    }
    let row = event_source::ActiveModel {
        id: Set(work.new_id()?),
        issuer_id: Set(issuer),
        name: Set(name.to_owned()),
        created_at: Set(work.now),
    };
    Ok(row.insert(work.tx()).await?.id)
}

fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
