//! Issuers: the organizations that answer for awards, and the tenant boundary.

mod details;
mod update;

use std::collections::HashMap;

use cairn_credential::document::Profile;
use cairn_entity::enums::{IssuerKind, KeyAlgorithm};
use cairn_entity::{credential, issuer};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Reach, Scope};
use crate::db::Db;
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::IssuerReference;
use crate::validate::Checks;
use crate::{Service, Work, signing_key, work};

pub use details::{Address, Details, OtherIdentifier, details};
pub use update::{IssuerChange, update};

/// A body's approval of an issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accreditation {
    /// What it is called.
    pub name: String,
    /// Who gave it.
    pub body: String,
    /// Where to read of it.
    pub url: Option<String>,
}

/// An issuer to be made.
#[derive(Clone, Debug)]
pub struct NewIssuer {
    /// Short name in addresses.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Kind of organization.
    pub kind: IssuerKind,
    /// Its site.
    pub url: Option<String>,
    /// Where to write.
    pub email: Option<String>,
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
    /// About it.
    pub description: Option<String>,
    /// IANA time zone in which its dates without a time lie.
    pub time_zone: String,
    /// Its logo.
    pub image_url: Option<String>,
    /// Who accredits it.
    pub accreditations: Vec<Accreditation>,
    /// What its profile says beside.
    pub details: Details,
}

/// Makes an issuer with its first signing keys, one of each algorithm. Operators only.
#[crate::boxed]
pub async fn create(service: &Service, actor: &Actor, new: NewIssuer) -> Result<issuer::Model> {
    actor.require_operator()?;
    check(&new)?;
    work::again(|| make(service, actor, new.clone())).await
}

async fn make(service: &Service, actor: &Actor, new: NewIssuer) -> Result<issuer::Model> {
    let public_base = service.config.public_url.clone();
    let did = did_of(&public_base, &new.slug)?;
    let mut work = Work::begin(service, actor).await?;
    let taken =
        issuer::Entity::find().filter(issuer::Column::Slug.eq(&new.slug)).one(work.tx()).await?.is_some();
    if taken {
        return Err(Error::user("slug", UserErrorCode::Taken, "another issuer has this slug"));
    }
    let slug = new.slug.clone();
    let mut row = stated(new);
    row.id = Set(work.new_id()?);
    row.slug = Set(slug);
    row.public_base = Set(public_base);
    row.did = Set(did);
    row.attributes = Set(json!({}));
    row.created_at = Set(work.now);
    row.updated_at = Set(work.now);
    let row = row.insert(work.tx()).await?;
    let key = signing_key::insert(&work, service, row.id, KeyAlgorithm::Ed25519).await?;
    signing_key::insert(&work, service, row.id, KeyAlgorithm::P256).await?;
    work.audit(Some(row.id), "issuer.created", (Kind::Issuer, row.id), json!({ "signingKey": key.id }))?;
    work.answer(row).await
}

impl NewIssuer {
    /// What a stored issuer says of itself.
    fn of(row: &issuer::Model) -> Result<Self> {
        Ok(Self {
            slug: row.slug.clone(),
            name: row.name.clone(),
            kind: row.kind,
            url: row.url.clone(),
            email: row.email.clone(),
            country: row.country.clone(),
            description: row.description.clone(),
            time_zone: row.time_zone.clone(),
            image_url: row.image_url.clone(),
            accreditations: accreditations(row)?,
            details: details(row)?,
        })
    }
}

/// The columns of what an issuer says of itself; those that it does not say are not set.
fn stated(new: NewIssuer) -> issuer::ActiveModel {
    issuer::ActiveModel {
        name: Set(new.name),
        kind: Set(new.kind),
        url: Set(new.url),
        email: Set(new.email),
        country: Set(new.country),
        description: Set(new.description),
        time_zone: Set(new.time_zone),
        image_url: Set(new.image_url),
        accreditations: Set(json!(new.accreditations)),
        phone: Set(new.details.phone),
        official: Set(new.details.official),
        address: Set(new.details.address.map(|address| json!(address))),
        other_identifiers: Set(json!(new.details.other_identifiers)),
        ..Default::default()
    }
}

/// Who accredits a stored issuer.
pub fn accreditations(row: &issuer::Model) -> Result<Vec<Accreditation>> {
    Ok(Vec::deserialize(&row.accreditations)?)
}

fn check(new: &NewIssuer) -> Result<()> {
    let mut checks = Checks::default();
    checks.slug("slug", &new.slug);
    checks.text("name", &new.name, 300);
    checks.url("url", new.url.as_deref());
    checks.url("imageUrl", new.image_url.as_deref());
    checks.email("email", new.email.as_deref());
    checks.country("country", new.country.as_deref());
    checks.optional_text("description", new.description.as_deref(), 10_000);
    checks.time_zone("timeZone", &new.time_zone);
    checks.at_most("accreditations", new.accreditations.len(), 50);
    for (index, accreditation) in new.accreditations.iter().enumerate() {
        checks.text(&format!("accreditations.{index}.name"), &accreditation.name, 300);
        checks.text(&format!("accreditations.{index}.body"), &accreditation.body, 300);
        checks.url(&format!("accreditations.{index}.url"), accreditation.url.as_deref());
    }
    new.details.check(&mut checks);
    checks.finish()
}

/// The issuer of a slug; issuers are public.
#[crate::boxed]
pub async fn by_slug(service: &Service, slug: &str) -> Result<Option<issuer::Model>> {
    Ok(issuer::Entity::find().filter(issuer::Column::Slug.eq(slug)).one(service.db.reader()).await?)
}

/// The profile of an issuer as its credentials state it, with the endorsements that travel along; profiles are public.
#[crate::boxed]
pub async fn profile(service: &Service, row: &issuer::Model) -> Result<Profile> {
    let travelling = crate::endorsement::travelling(service.db.reader(), row.id, &[], service.now()).await?;
    crate::issuance::profile::profile(row, travelling.of_issuer)
}

/// Issuers by id, in one statement; issuers are public.
#[crate::boxed]
pub async fn by_ids(service: &Service, ids: &[Uuid]) -> Result<Vec<issuer::Model>> {
    Ok(issuer::Entity::find()
        .filter(issuer::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?)
}

/// The issuer that a reference names.
#[crate::boxed]
pub async fn by_reference(service: &Service, reference: &IssuerReference) -> Result<Option<issuer::Model>> {
    match reference {
        IssuerReference::Id(id) => Ok(by_ids(service, &[*id]).await?.pop()),
        IssuerReference::NoSuchId => Ok(None),
        IssuerReference::Slug(slug) => by_slug(service, slug).await,
    }
}

/// Issuers by reference in one statement; those that name nothing are left out.
pub async fn by_references(
    connection: &impl ConnectionTrait,
    references: &[&IssuerReference],
) -> Result<HashMap<IssuerReference, issuer::Model>> {
    let (mut ids, mut slugs) = (Vec::new(), Vec::new());
    for reference in references {
        match reference {
            IssuerReference::Id(id) => ids.push(*id),
            IssuerReference::Slug(slug) => slugs.push(slug.as_str()),
            IssuerReference::NoSuchId => {}
        }
    }
    if ids.is_empty() && slugs.is_empty() {
        return Ok(HashMap::new());
    }
    let named = Condition::any().add(issuer::Column::Id.is_in(ids)).add(issuer::Column::Slug.is_in(slugs));
    let rows = issuer::Entity::find().filter(named).all(connection).await?;
    Ok(rows
        .into_iter()
        .flat_map(|row| {
            [(IssuerReference::Id(row.id), row.clone()), (IssuerReference::Slug(row.slug.clone()), row)]
        })
        .collect())
}

/// The one issuer that a command writes to: the reach's own, or for operators the one that is named (at the field `issuer`).
#[crate::boxed]
pub async fn target(
    service: &Service,
    reach: Reach,
    named: Option<&IssuerReference>,
) -> Result<issuer::Model> {
    let own = match reach {
        Reach::Issuer(id) | Reach::Cohorts { issuer: id, .. } => Some(id),
        Reach::Everything => None,
        Reach::Own { .. } => return Err(Error::Forbidden("this needs a role with an issuer".to_owned())),
    };
    let not_found =
        || Error::user("issuer", UserErrorCode::NotFound, "there is no such issuer, or it is not yours");
    match (own, named) {
        (None, None) => Err(Error::user("issuer", UserErrorCode::Required, "operators name the issuer")),
        (Some(id), None) => by_ids(service, &[id]).await?.pop().ok_or_else(not_found),
        (own, Some(reference)) => {
            let row = by_reference(service, reference).await?.ok_or_else(not_found)?;
            if own.is_some_and(|own| own != row.id) {
                return Err(not_found());
            }
            Ok(row)
        }
    }
}

/// Refuses a reach that does not cover the issuer as a whole.
pub fn require_within(reach: Reach, issuer: Uuid) -> Result<()> {
    match reach {
        Reach::Everything => Ok(()),
        Reach::Issuer(own) if own == issuer => Ok(()),
        _ => Err(Error::Forbidden("this belongs to another issuer".to_owned())),
    }
}

/// Whether the caller may see what an issuer keeps to itself, such as drafts.
pub fn sees_inside(actor: &Actor, issuer: Uuid) -> bool {
    match actor.reach_or_none(Scope::ProgramsRead) {
        Ok(Some(Reach::Everything)) => true,
        Ok(Some(Reach::Issuer(own) | Reach::Cohorts { issuer: own, .. })) => own == issuer,
        _ => false,
    }
}

/// Refuses to start under another public address than credentials were issued under: their issuer, status and key addresses would
/// lead nowhere. Issuers that have issued nothing yet move along.
#[crate::boxed]
pub async fn check_public_url(db: &Db, public_url: &str) -> Result<()> {
    let elsewhere =
        issuer::Entity::find().filter(issuer::Column::PublicBase.ne(public_url)).all(db.reader()).await?;
    for row in elsewhere {
        let issued = credential::Entity::find()
            .filter(credential::Column::IssuerId.eq(row.id))
            .select_only()
            .column(credential::Column::Id)
            .into_tuple::<Uuid>()
            .one(db.reader())
            .await?;
        if issued.is_some() {
            let message = format!(
                "credentials of issuer `{}` were issued under {}, but CAIRN_PUBLIC_URL is {public_url}",
                row.slug, row.public_base
            );
            return Err(Error::BadRequest(message));
        }
        let did = did_of(public_url, &row.slug)?;
        let tx = db.write().await?;
        issuer::Entity::update_many()
            .col_expr(issuer::Column::PublicBase, Expr::value(public_url))
            .col_expr(issuer::Column::Did, Expr::value(did))
            .filter(issuer::Column::Id.eq(row.id))
            .exec(&tx)
            .await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The did:web of an issuer under a public address.
fn did_of(public_base: &str, slug: &str) -> Result<String> {
    let wrong = "the public address makes no did:web";
    let base = url::Url::parse(public_base).map_err(|error| Error::internal(wrong, error))?;
    cairn_credential::did::web::from_address(&base, &format!("/issuers/{slug}"))
        .map_err(|error| Error::internal(wrong, error))
}
