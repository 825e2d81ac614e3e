//! Changing what an issuer says of itself. Its slug and DID never change; credentials that were issued keep what they say.

use cairn_entity::enums::IssuerKind;
use cairn_entity::issuer;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, EntityTrait, QuerySelect};
use serde_json::json;

use super::{Accreditation, Address, NewIssuer, OtherIdentifier, check, stated, target};
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result};
use crate::ids::Kind;
use crate::patch::Patch;
use crate::reference::IssuerReference;
use crate::{Service, Work};

/// What is to change of an issuer: what is absent is kept.
#[derive(Clone, Debug, Default)]
pub struct IssuerChange {
    /// Which; the caller's own where absent.
    pub issuer: Option<IssuerReference>,
    /// Name.
    pub name: Option<String>,
    /// Kind of organization.
    pub kind: Option<IssuerKind>,
    /// Its site.
    pub url: Patch<String>,
    /// Where to write.
    pub email: Patch<String>,
    /// ISO 3166-1 alpha-2 code.
    pub country: Patch<String>,
    /// About it.
    pub description: Patch<String>,
    /// IANA time zone in which its dates without a time lie.
    pub time_zone: Option<String>,
    /// Its logo.
    pub image_url: Patch<String>,
    /// Who accredits it: the whole list.
    pub accreditations: Patch<Vec<Accreditation>>,
    /// Telephone.
    pub phone: Patch<String>,
    /// Name of an official who may speak for it.
    pub official: Patch<String>,
    /// Postal address, whole.
    pub address: Patch<Address>,
    /// Identifiers in registers elsewhere: the whole list.
    pub other_identifiers: Patch<Vec<OtherIdentifier>>,
}

impl IssuerChange {
    fn apply(self, to: &mut NewIssuer) {
        if let Some(name) = self.name {
            to.name = name;
        }
        if let Some(kind) = self.kind {
            to.kind = kind;
        }
        if let Some(time_zone) = self.time_zone {
            to.time_zone = time_zone;
        }
        self.url.apply(&mut to.url);
        self.email.apply(&mut to.email);
        self.country.apply(&mut to.country);
        self.description.apply(&mut to.description);
        self.image_url.apply(&mut to.image_url);
        self.accreditations.apply_or_default(&mut to.accreditations);
        self.phone.apply(&mut to.details.phone);
        self.official.apply(&mut to.details.official);
        self.address.apply(&mut to.details.address);
        self.other_identifiers.apply_or_default(&mut to.details.other_identifiers);
    }
}

/// Changes what an issuer says of itself. For those who administer it (`keys:manage`): every credential that it issues from now on says the same.
#[crate::boxed]
pub async fn update(service: &Service, actor: &Actor, change: IssuerChange) -> Result<issuer::Model> {
    let reach = actor.reach_whole(Scope::KeysManage)?;
    let id = target(service, reach, change.issuer.as_ref()).await?.id;
    let mut work = Work::begin(service, actor).await?;
    let locked = issuer::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(work.tx()).await?;
    let row = locked.ok_or_else(|| Error::NotFound("there is no such issuer".to_owned()))?;
    let before = NewIssuer::of(&row)?;
    let mut after = before.clone();
    change.apply(&mut after);
    check(&after)?;
    let changed = changed(&before, &after);
    if changed.is_empty() {
        return Ok(row);
    }
    let mut stated = stated(after);
    stated.id = Unchanged(id);
    stated.updated_at = Set(work.now);
    let row = stated.update(work.tx()).await?;
    let detail = json!({ "fields": changed });
    work.audit(Some(id), "issuer.updated", (Kind::Issuer, id), detail.clone())?;
    work.emit(Some(id), "issuer.updated", (Kind::Issuer, id), detail);
    work.answer(row).await
}

/// The names of what differs.
fn changed(before: &NewIssuer, after: &NewIssuer) -> Vec<&'static str> {
    let (old, new) = (&before.details, &after.details);
    let fields = [
        ("name", before.name != after.name),
        ("kind", before.kind != after.kind),
        ("url", before.url != after.url),
        ("email", before.email != after.email),
        ("country", before.country != after.country),
        ("description", before.description != after.description),
        ("timeZone", before.time_zone != after.time_zone),
        ("imageUrl", before.image_url != after.image_url),
        ("accreditations", before.accreditations != after.accreditations),
        ("phone", old.phone != new.phone),
        ("official", old.official != new.official),
        ("address", old.address != new.address),
        ("otherIdentifiers", old.other_identifiers != new.other_identifiers),
    ];
    fields.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
}
