//! Rows of credentials that wait for their signature: id, unguessable address, places in the status lists, key, moment and claims, frozen.

use cairn_credential::document::{Claims, Evidence, StatusEntry};
use cairn_entity::enums::{CredentialStatus, StatusPurpose, Visibility};
use cairn_entity::{credential, status_entry};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::claims::{self, Facts, Stated};
use super::known::Known;
use crate::clock::END_OF_TIME;
use crate::credential::refresh_address;
use crate::error::Result;
use crate::random::share_token;
use crate::status_list::{self, Place};
use crate::{Service, Work, chunk};

/// Columns written of `credential` and of `status_entry`.
const COLUMNS: (usize, usize) = (25, 7);

/// Why a credential is made.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    /// A bulk operation issues it.
    Operation(Uuid),
    /// It renews another.
    Renewal(Uuid),
    /// It takes the place of another, which may have renewed a third.
    Replacement(Uuid, Option<Uuid>),
}

/// What a credential's page shows, and to whom.
#[derive(Clone, Debug)]
pub struct Showing {
    visibility: Visibility,
    /// Until when; none without end.
    until: Option<DateTime<Utc>>,
    /// Which results; none for all.
    results: Option<serde_json::Value>,
}

impl Showing {
    /// As long as its holder has not chosen.
    pub fn at_first() -> Self {
        Self { visibility: Visibility::Unlisted, until: None, results: None }
    }

    /// As another was shown, in whose place it comes.
    pub fn like(old: &credential::Model) -> Self {
        Self { visibility: old.visibility, until: old.shared_until, results: old.shown_results.clone() }
    }
}

/// A credential to be made.
pub struct Fresh<'a> {
    /// Its id.
    pub id: Uuid,
    /// What its claims are made of.
    pub facts: Facts<'a>,
    /// Which period of validity, and which credential of that period.
    pub place: (i32, i32),
    /// From when it holds.
    pub valid_from: DateTime<Utc>,
    /// Until when.
    pub valid_until: Option<DateTime<Utc>>,
    /// What its page shows, and to whom.
    pub showing: Showing,
    /// What shows that it is due.
    pub evidence: Vec<Evidence>,
    /// Why it is made.
    pub origin: Origin,
}

/// A credential that waits for its signature: what signing takes.
pub struct Pending {
    /// Which.
    pub id: Uuid,
    /// The key that signs it.
    pub signing_key_id: Uuid,
    /// The moment that its proof bears.
    pub issued_at: DateTime<Utc>,
    /// What it says.
    pub claims: Claims,
}

impl Pending {
    /// From its stored form.
    pub fn of(row: credential::Model) -> Result<Self> {
        let credential::Model { id, signing_key_id, issued_at, claims, .. } = row;
        Ok(Self { id, signing_key_id, issued_at, claims: claims::thaw(claims)? })
    }
}

/// Inserts rows that wait for their signature. The issuer is on hold.
pub async fn insert(
    work: &Work<'_>,
    service: &Service,
    known: &Known,
    fresh: Vec<Fresh<'_>>,
) -> Result<Vec<Pending>> {
    let issuer = &known.issuer;
    let suspendable = fresh.iter().filter(|one| one.facts.version.version.may_suspend).count();
    let revocations =
        status_list::take(work, service, issuer, StatusPurpose::Revocation, fresh.len()).await?;
    let suspensions =
        status_list::take(work, service, issuer, StatusPurpose::Suspension, suspendable).await?;
    let mut suspensions = suspensions.into_iter();
    let mut credentials = Vec::with_capacity(fresh.len());
    let mut pending = Vec::with_capacity(fresh.len());
    let mut entries = Vec::with_capacity(fresh.len() + suspendable);
    for (fresh, place) in fresh.into_iter().zip(revocations) {
        let mut places = vec![(StatusPurpose::Revocation, place)];
        if fresh.facts.version.version.may_suspend {
            places.extend(suspensions.next().map(|place| (StatusPurpose::Suspension, place)));
        }
        for (_, place) in &places {
            entries.push(entry(work, issuer.id, fresh.id, *place)?);
        }
        let (row, claims) = row(work, service, known, fresh, &places)?;
        let (id, signing_key_id, issued_at) = (row.id, row.signing_key_id, row.issued_at);
        pending.push(Pending { id, signing_key_id, issued_at, claims });
        credentials.push(row);
    }
    for rows in chunk::rows(credentials, COLUMNS.0) {
        let rows = rows.into_iter().map(|row| credential::ActiveModel {
            // What comes later: a quarter less to send.
            document: NotSet,
            revoked_at: NotSet,
            revocation_reason: NotSet,
            revocation_note: NotSet,
            suspended_at: NotSet,
            suspension_note: NotSet,
            expiry_told_at: NotSet,
            ..row.into_active_model().reset_all()
        });
        credential::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
    }
    for rows in chunk::rows(entries, COLUMNS.1) {
        status_entry::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
    }
    Ok(pending)
}

fn entry(work: &Work<'_>, issuer: Uuid, credential: Uuid, place: Place) -> Result<status_entry::ActiveModel> {
    Ok(status_entry::ActiveModel {
        id: Set(work.new_id()?),
        issuer_id: Set(issuer),
        list_id: Set(place.list),
        list_index: Set(i32::try_from(place.index).unwrap_or(i32::MAX)),
        credential_id: Set(credential),
        value: Set(0),
        set_at: Set(None),
    })
}

fn row(
    work: &Work<'_>,
    service: &Service,
    known: &Known,
    fresh: Fresh<'_>,
    places: &[(StatusPurpose, Place)],
) -> Result<(credential::Model, Claims)> {
    let status = places.iter().map(|(purpose, place)| StatusEntry {
        purpose: status_list::spoken(*purpose).to_owned(),
        index: place.index,
        list: status_list::address(&known.issuer, place.list),
    });
    let facts = &fresh.facts;
    let share_token = share_token(service.random.as_ref())?;
    let stated = Stated {
        id: fresh.id,
        valid_from: fresh.valid_from,
        valid_until: fresh.valid_until,
        status: status.collect(),
        evidence: fresh.evidence,
        // Only what ends can be renewed.
        refresh: fresh.valid_until.map(|_| refresh_address(&known.issuer, &share_token)),
    };
    let claims = claims::claims(facts, service.random.as_ref(), stated)?;
    let (renews_id, replaces_id, bulk_operation_id) = match fresh.origin {
        Origin::Operation(id) => (None, None, Some(id)),
        Origin::Renewal(old) => (Some(old), None, None),
        Origin::Replacement(old, renewed) => (renewed, Some(old), None),
    };
    let row = credential::Model {
        id: fresh.id,
        issuer_id: known.issuer.id,
        learner_id: facts.learner.id,
        program_id: facts.enrollment.program_id,
        version_id: facts.version.version.id,
        award_id: facts.award.award.id,
        enrollment_id: Some(facts.enrollment.id),
        cohort_id: facts.enrollment.cohort_id,
        cycle: fresh.place.0,
        revision: fresh.place.1,
        status: CredentialStatus::Pending,
        share_token,
        visibility: fresh.showing.visibility,
        signing_key_id: known.key.id,
        claims: claims::freeze(&claims)?,
        document: None,
        issued_at: work.now,
        valid_from: fresh.valid_from,
        valid_until: fresh.valid_until,
        sort_valid_until: fresh.valid_until.unwrap_or(END_OF_TIME),
        revoked_at: None,
        revocation_reason: None,
        revocation_note: None,
        renews_id,
        replaces_id,
        bulk_operation_id,
        suspended_at: None,
        suspension_note: None,
        expiry_told_at: None,
        shared_until: fresh.showing.until,
        shown_results: fresh.showing.results,
        updated_at: work.now,
    };
    Ok((row, claims))
}
