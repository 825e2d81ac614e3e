//! Reserving a renewal: whether it is due, from when and until when the new credential holds, and what it renews along with it.

use std::collections::{HashMap, HashSet};

use cairn_credential::document::Evidence;
use cairn_entity::enums::{CredentialStatus, RenewalStart};
use cairn_entity::{component, credential, program_version};
use cairn_words::Words;
use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::claims::{self, Facts};
use super::eligibility;
use super::known::Known;
use super::pending::{self, Fresh, Origin, Pending, Showing};
use super::reissue::{Renewal, Reserved};
use super::reserve::next_revision;
use crate::actor::{Actor, Reach};
use crate::attempt::NewEvidence;
use crate::credential::{change, named, window, zone};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::{Service, Work, completion, status_list, tenancy};

/// How deep programs within programs are followed.
const DEEPEST: usize = 10;

#[crate::boxed]
pub(super) async fn reserve(
    service: &Service,
    actor: &Actor,
    reach: Reach,
    new: Renewal,
) -> Result<Reserved> {
    let mut work = Work::begin(service, actor).await?;
    let old = named(&work, tenancy::credentials(reach), &new.credential).await?;
    let issuer = status_list::hold(&work, old.issuer_id).await?;
    let contained = contained(&work, &old).await?;
    let mut enrollments: Vec<Uuid> = contained.iter().filter_map(|row| row.enrollment_id).collect();
    enrollments.extend(old.enrollment_id);
    let versions: Vec<Uuid> = contained.iter().map(|row| row.version_id).chain([old.version_id]).collect();
    let known = Known::read(&work, issuer, &enrollments, &versions).await?;
    let ids = contained.iter().map(|row| row.id).chain([old.id]);
    let locked = change::lock(&work, credential::Column::Id.is_in(ids)).await?;
    let all = of_learner(&work, &old, &locked).await?;
    if let Some(waiting) = under_way(&all, old.id) {
        // Reserved by a call that was broken off: with all that it reserved.
        let together = |row: &&credential::Model| is_waiting(row) && row.issued_at == waiting.issued_at;
        let pending = all.iter().filter(together).cloned().map(Pending::of).collect::<Result<_>>()?;
        return Ok(Reserved { id: waiting.id, pending });
    }
    let fresh = fresh(&work, &known, &locked, &all, old.id, new)?;
    check_cycle(&work, &known, &old).await?;
    let id = fresh[0].id;
    let renewed: Vec<(Uuid, Uuid)> = fresh.iter().filter_map(|one| Some((one.renews()?, one.id))).collect();
    let made = pending::insert(&work, service, &known, fresh).await?;
    for (old, new) in renewed {
        let detail = json!({ "renewedBy": new });
        work.audit(Some(known.issuer.id), "credential.renewal_requested", (Kind::Credential, old), detail)?;
    }
    work.commit().await?;
    Ok(Reserved { id, pending: made })
}

impl Fresh<'_> {
    fn renews(&self) -> Option<Uuid> {
        match self.origin {
            Origin::Renewal(old) => Some(old),
            Origin::Operation(_) | Origin::Replacement(..) => None,
        }
    }
}

/// The new credentials: that of the one asked for first, then those that go with it.
fn fresh<'a>(
    work: &Work<'_>,
    known: &'a Known,
    locked: &[credential::Model],
    all: &[credential::Model],
    asked: Uuid,
    new: Renewal,
) -> Result<Vec<Fresh<'a>>> {
    let gone = || Error::user("credential", UserErrorCode::NotFound, "there is no such credential");
    let old = locked.iter().find(|row| row.id == asked).ok_or_else(gone)?;
    let facts = facts(known, old).ok_or_else(|| {
        let message = "its enrollment, its learner or its award is no longer there";
        Error::user("credential", UserErrorCode::NotEligible, message)
    })?;
    let version = &facts.version.version;
    let end = due(old, all, version, work.now)?;
    let valid_from = match version.renewal_start {
        RenewalStart::OldEnd => end,
        RenewalStart::Renewal => work.now,
    };
    let valid_until = claims::valid_until(&facts, valid_from);
    let make = |old: &credential::Model, facts, evidence| -> Result<Fresh<'a>> {
        let cycle = old.cycle + 1;
        let same = all.iter().filter(|row| row.award_id == old.award_id);
        Ok(Fresh {
            id: work.new_id()?,
            facts,
            place: (cycle, next_revision(same, cycle)),
            valid_from,
            valid_until,
            showing: Showing::like(old),
            evidence,
            origin: Origin::Renewal(old.id),
        })
    };
    let shown: Vec<Evidence> = new.evidence.into_iter().map(evidence).collect();
    let mut made = vec![make(old, facts, shown.clone())?];
    for old in locked.iter().filter(|row| row.id != asked) {
        // Those that end no sooner gain nothing.
        let gains = old.valid_until.is_some_and(|end| valid_until.is_none_or(|new| end < new));
        if old.status != CredentialStatus::Active || !gains || has_successor(old, all) {
            continue;
        }
        if let Some(facts) = self::facts(known, old) {
            made.push(make(old, facts, shown.clone())?);
        }
    }
    Ok(made)
}

/// Refuses where what it rests on is in doubt, or the cycle that ends has not brought what the version asks for.
async fn check_cycle(work: &Work<'_>, known: &Known, old: &credential::Model) -> Result<()> {
    let facts = facts(known, old);
    let Some((enrollment, version)) = facts.map(|facts| (facts.enrollment, &facts.version.version)) else {
        return Ok(());
    };
    if let Some(error) = eligibility::in_doubt(enrollment) {
        return Err(Error::User(vec![error.under("credential")]));
    }
    let cycle = (zone(&known.issuer), old.valid_from);
    let gap = completion::renewal_gap(work.tx(), enrollment, version, cycle, work.now).await?;
    let Some(gap) = gap.filter(|gap| gap.satisfied_at.is_none()) else { return Ok(()) };
    // In English, as all errors are.
    let words = Words::default();
    let missing = gap.missing.iter().map(|missing| match missing.detail(words) {
        Some(detail) => format!("{} ({detail})", missing.told(words)),
        None => missing.told(words),
    });
    let message = format!("still missing in this cycle: {}", missing.collect::<Vec<_>>().join("; "));
    Err(Error::user("credential", UserErrorCode::NotEligible, message))
}

fn evidence(new: NewEvidence) -> Evidence {
    Evidence {
        digest_multibase: new.url.as_ref().and(new.digest),
        id: new.url,
        name: Some(new.name),
        description: new.description,
        ..Evidence::default()
    }
}

/// What the new one's claims are made of; none for a learner who was erased.
fn facts<'a>(known: &'a Known, old: &credential::Model) -> Option<Facts<'a>> {
    let facts = known.of_version(old.enrollment_id?, old.version_id, old.award_id)?;
    facts.learner.erased_at.is_none().then_some(facts)
}

/// The end of a credential that may be renewed now; else why not.
fn due(
    old: &credential::Model,
    all: &[credential::Model],
    version: &program_version::Model,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>> {
    let refused = |code, message: String| Err(Error::user("credential", code, message));
    let conflict = |message: &str| refused(UserErrorCode::Conflict, message.to_owned());
    match old.status {
        CredentialStatus::Revoked => return conflict("it was revoked: what was taken back is not renewed"),
        CredentialStatus::Suspended => return conflict("it is suspended: reinstate it first"),
        CredentialStatus::Active | CredentialStatus::Pending => {}
    }
    let Some(end) = old.valid_until else {
        let message = "it is not renewable: it has no end";
        return refused(UserErrorCode::NotEligible, message.to_owned());
    };
    if has_successor(old, all) {
        return refused(UserErrorCode::AlreadyDone, "it was renewed before".to_owned());
    }
    let day = |moment: DateTime<Utc>| moment.to_rfc3339_opts(SecondsFormat::Secs, true);
    let window = window(end, version);
    if let Some(opens) = window.opens_at.filter(|opens| now < *opens) {
        return conflict(&format!("it is too early: renewal opens at {}", day(opens)));
    }
    if let Some(closes) = window.closes_at.filter(|closes| now > *closes) {
        return conflict(&format!("it is too late: renewal closed at {}", day(closes)));
    }
    Ok(end)
}

/// Whether there is one of a later cycle, for whatever reason; it may wait for its signature.
fn has_successor(old: &credential::Model, all: &[credential::Model]) -> bool {
    all.iter().any(|row| {
        row.award_id == old.award_id && row.cycle > old.cycle && row.status != CredentialStatus::Revoked
    })
}

fn under_way(all: &[credential::Model], old: Uuid) -> Option<&credential::Model> {
    all.iter().find(|row| is_waiting(row) && row.renews_id == Some(old))
}

/// Whether it waits to renew another.
fn is_waiting(row: &credential::Model) -> bool {
    row.status == CredentialStatus::Pending && row.renews_id.is_some() && row.replaces_id.is_none()
}

/// Every credential of the learner for the awards of these.
async fn of_learner(
    work: &Work<'_>,
    old: &credential::Model,
    rows: &[credential::Model],
) -> Result<Vec<credential::Model>> {
    Ok(credential::Entity::find()
        .filter(credential::Column::LearnerId.eq(old.learner_id))
        .filter(credential::Column::AwardId.is_in(rows.iter().map(|row| row.award_id)))
        .all(work.tx())
        .await?)
}

/// The learner's credentials of the programs that this one's program contains, at any depth, where the program says that they are renewed with it: of
/// each award the one of the latest cycle.
async fn contained(work: &Work<'_>, old: &credential::Model) -> Result<Vec<credential::Model>> {
    let version = program_version::Entity::find_by_id(old.version_id).one(work.tx()).await?;
    let mut found: HashMap<Uuid, credential::Model> = HashMap::new();
    if version.is_none_or(|version| !version.renews_contained) {
        return Ok(Vec::new());
    }
    let mut seen = HashSet::from([old.program_id]);
    let mut versions = HashSet::from([old.version_id]);
    for _ in 0..DEEPEST {
        let programs: HashSet<Uuid> = components(work, &versions).await?.difference(&seen).copied().collect();
        if programs.is_empty() {
            break;
        }
        let rows = credential::Entity::find()
            .filter(credential::Column::IssuerId.eq(old.issuer_id))
            .filter(credential::Column::LearnerId.eq(old.learner_id))
            .filter(credential::Column::ProgramId.is_in(programs.iter().copied()))
            .filter(
                credential::Column::Status.is_not_in([CredentialStatus::Revoked, CredentialStatus::Pending]),
            )
            .all(work.tx())
            .await?;
        versions = rows.iter().map(|row| row.version_id).collect();
        for row in rows {
            if found.get(&row.award_id).is_none_or(|known| known.cycle < row.cycle) {
                found.insert(row.award_id, row);
            }
        }
        seen.extend(programs);
    }
    Ok(found.into_values().collect())
}

/// The programs that fill places of versions.
async fn components(work: &Work<'_>, versions: &HashSet<Uuid>) -> Result<HashSet<Uuid>> {
    let programs: Vec<Option<Uuid>> = component::Entity::find()
        .select_only()
        .column(component::Column::ComponentProgramId)
        .filter(component::Column::VersionId.is_in(versions.iter().copied()))
        .filter(component::Column::ComponentProgramId.is_not_null())
        .into_tuple()
        .all(work.tx())
        .await?;
    Ok(programs.into_iter().flatten().collect())
}
