//! What a learner record says: a person's credentials as they were signed, what is under way, and what is part of what.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cairn_credential::document::{Achievement, Association, IdentityObject, RecordRoom};
use cairn_entity::{credential, enrollment, issuer, learner};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use uuid::Uuid;

use super::whose::Whose;
use crate::actor::Reach;
use crate::error::Result;
use crate::issuance::achievement::{self, Source};
use crate::issuance::{catalogue, identities};
use crate::reference::IssuerReference;
use crate::vc_api::digest;
use crate::{Service, passport, tenancy};

/// Most credentials of one record; fewer where they are so large that verifiers would not read them within their limits.
pub const MOST_CREDENTIALS: u64 = 30;

/// What a record says, but for its id and its dates.
pub struct Content {
    /// Who publishes it.
    pub publisher: issuer::Model,
    /// Whose it is, by name.
    pub name: Option<String>,
    /// The credentials, the newest first.
    pub credentials: Vec<Value>,
    /// What is under way.
    pub achievements: Vec<Achievement>,
    /// What is part of what.
    pub associations: Vec<Association>,
    /// Whether there is more than this.
    pub partial: bool,
}

/// A credential and the document that was signed.
type Signed = (credential::Model, Value);

/// The content of a record; `None` where there is no credential to put into it, or none by the publisher that is named. A number of statements
/// that does not depend on how much there is.
pub async fn content(
    service: &Service,
    whose: Whose<'_>,
    publisher: Option<&IssuerReference>,
) -> Result<Option<Content>> {
    let on = service.db.reader();
    let held = whose.credentials(service)?.count(on).await?;
    let rows = whose
        .credentials(service)?
        .order_by_desc(credential::Column::IssuedAt)
        .order_by_desc(credential::Column::Id)
        .limit(MOST_CREDENTIALS)
        .all(on)
        .await?;
    let mut room = RecordRoom::new();
    let signed = rows.into_iter().filter_map(with_document);
    let signed: Vec<Signed> = signed.take_while(|(_, document)| room.takes(document)).collect();
    let Some(publisher) = choose(service, &signed, publisher).await? else { return Ok(None) };
    let mut under_way = under_way(service, whose.running(service).await?).await?;
    for achievements in under_way.values_mut() {
        achievements.retain(|one| serde_json::to_value(one).is_ok_and(|one| room.takes(&one)));
    }
    let associations = associations(service, &signed, &under_way).await?;
    Ok(Some(Content {
        publisher,
        name: whose.name(service).await?,
        partial: held > signed.len() as u64,
        credentials: signed.into_iter().map(|(_, document)| document).collect(),
        achievements: under_way.into_values().flatten().collect(),
        associations,
    }))
}

/// The issuer that is named, where it is one of the credentials', else the one of the newest.
async fn choose(
    service: &Service,
    credentials: &[Signed],
    named: Option<&IssuerReference>,
) -> Result<Option<issuer::Model>> {
    let issued = |issuer: Uuid| credentials.iter().any(|(row, _)| row.issuer_id == issuer);
    match named {
        Some(named) => {
            let found = crate::issuer::by_reference(service, named).await?;
            Ok(found.filter(|issuer| issued(issuer.id)))
        }
        None => match credentials.first() {
            Some((newest, _)) => {
                Ok(issuer::Entity::find_by_id(newest.issuer_id).one(service.db.reader()).await?)
            }
            None => Ok(None),
        },
    }
}

fn with_document(row: credential::Model) -> Option<Signed> {
    let document = serde_json::from_str(row.document.as_deref()?).ok()?;
    Some((row, document))
}

/// The achievements of programs that the person is enrolled in and has not completed, by version.
async fn under_way(
    service: &Service,
    running: Vec<enrollment::Model>,
) -> Result<BTreeMap<Uuid, Vec<Achievement>>> {
    let on = service.db.reader();
    let versions: Vec<Uuid> = running.iter().map(|row| row.version_id).collect();
    let versions = catalogue::load(on, &versions).await?;
    let issuers = issuer::Entity::find()
        .filter(issuer::Column::Id.is_in(running.iter().map(|row| row.issuer_id)))
        .all(on)
        .await?;
    let issuers: HashMap<Uuid, issuer::Model> = issuers.into_iter().map(|row| (row.id, row)).collect();
    let made = |row: &enrollment::Model| {
        let (version, issuer) = (versions.get(&row.version_id)?, issuers.get(&row.issuer_id)?);
        let of = |award| {
            achievement::achievement(Source { issuer, version, award, tested: &[], endorsements: Vec::new() })
        };
        Some((row.version_id, version.credentials().map(of).collect()))
    };
    Ok(running.iter().filter_map(made).collect())
}

/// Which achievements are parts of which: of larger programs whose own credential is there, and of those that are under way.
async fn associations(
    service: &Service,
    signed: &[Signed],
    under_way: &BTreeMap<Uuid, Vec<Achievement>>,
) -> Result<Vec<Association>> {
    let achieved: Vec<(&credential::Model, &str)> = signed
        .iter()
        .filter_map(|(row, document)| {
            Some((row, document.pointer("/credentialSubject/achievement/id")?.as_str()?))
        })
        .collect();
    let mut wholes: Vec<(Uuid, &str)> = achieved.iter().map(|(row, id)| (row.version_id, *id)).collect();
    wholes.extend(
        under_way.iter().flat_map(|(version, all)| all.iter().map(|one| (*version, one.id.as_str()))),
    );
    let versions: Vec<Uuid> = wholes.iter().map(|(version, _)| *version).collect();
    let parts = passport::parts(service, &versions).await?;
    let mut found = BTreeSet::new();
    for (version, whole) in wholes {
        for program in parts.get(&version).into_iter().flatten() {
            let of = achieved.iter().filter(|(row, id)| row.program_id == *program && *id != whole);
            found.extend(of.map(|(_, part)| Association::part_of(*part, whole)));
        }
    }
    Ok(found.into_iter().collect())
}

impl Content {
    /// What tells two contents apart.
    pub fn digest(&self) -> Result<String> {
        let achievements = serde_json::to_value(&self.achievements)?;
        let associations = serde_json::to_value(&self.associations)?;
        let publisher = [json!(self.publisher.id), json!(self.publisher.did)];
        let all = json!([publisher, self.name, self.credentials, achievements, associations, self.partial]);
        Ok(digest(&all))
    }

    /// How the person is known: by the DID that the publisher knows, by name, and by what else the publisher knows them by, as hashes.
    pub async fn subject(
        &self,
        service: &Service,
        person: Uuid,
    ) -> Result<(Option<String>, Vec<IdentityObject>)> {
        let known = learner::Entity::find()
            .filter(tenancy::learners(Reach::Own { person }))
            .filter(learner::Column::IssuerId.eq(self.publisher.id))
            .order_by_asc(learner::Column::Id)
            .one(service.db.reader())
            .await?;
        let mut identifier: Vec<IdentityObject> =
            self.name.iter().map(|name| IdentityObject::plain("name", name)).collect();
        if let Some(known) = &known {
            let all = identities(known, service.random.as_ref())?;
            identifier.extend(all.into_iter().filter(|one| one.hashed));
        }
        Ok((known.and_then(|row| row.did), identifier))
    }
}
