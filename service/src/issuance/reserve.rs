//! The first step of issuing, one transaction: who is eligible, what exists already, and for the rest id, place in the status list, signing key,
//! moment of creation and claims, frozen in a pending row.

use std::collections::{HashMap, HashSet};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_credential::document::StatusEntry;
use cairn_entity::enums::{AttemptStatus, BulkOutcome, CredentialStatus, Visibility};
use cairn_entity::{
    assessment, attempt, bulk_operation, bulk_row, cohort, credential, enrollment, evidence, issuer, learner,
    rubric_score, signing_key, status_entry,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::catalogue::{self, GivenAward, Version};
use super::claims::{self, Facts};
use super::results::{self, Score};
use super::tested::{self, Tested};
use super::{Decision, Terms, eligibility, interruption};
use crate::actor::Actor;
use crate::clock::END_OF_TIME;
use crate::endorsement::{self, Travelling};
use crate::error::{Error, Result, UserError, UserErrorCode};
use crate::random::Random;
use crate::status_list::{self, Place};
use crate::{Service, Work, chunk, enrollment as enrollments, signing_key as keys};

/// Columns of `credential` and of `status_entry`.
const COLUMNS: (usize, usize) = (28, 7);

/// What reserving a chunk came to.
pub struct Reserved {
    /// One a row, in order.
    pub decisions: Vec<Decision>,
    /// The credentials that wait for their signature, each once.
    pub pending: Vec<credential::Model>,
}

/// Everything that a chunk's rows refer to, read in the transaction.
struct Chunk {
    issuer: issuer::Model,
    key: signing_key::Model,
    versions: HashMap<Uuid, Version>,
    enrollments: HashMap<Uuid, enrollment::Model>,
    learners: HashMap<Uuid, learner::Model>,
    cohorts: HashMap<Uuid, cohort::Model>,
    /// The versions' assessments and those that were taken, by position.
    tested: Vec<Tested>,
    scores: HashMap<Uuid, Vec<Score>>,
    endorsements: Travelling,
    /// Credentials there are, by learner and award, the newest revision first.
    existing: HashMap<(Uuid, Uuid), Vec<credential::Model>>,
}

/// Reserves what is due to the rows. Rows whose credential was reserved by a run that was broken off find it again.
#[crate::boxed]
pub async fn reserve(
    service: &Service,
    actor: &Actor,
    operation: &bulk_operation::Model,
    terms: &Terms,
    rows: &[bulk_row::Model],
) -> Result<Reserved> {
    let work = Work::begin(service, actor).await?;
    // Locks the issuer's list: what is read from here on is what no other reservation of this issuer changes.
    status_list::take(&work, service, &issuer_of(&work, operation).await?, 0).await?;
    let facts = Chunk::read(&work, operation, rows).await?;
    let mut plan =
        Plan { facts: &facts, terms, taken: HashMap::new(), fresh: Vec::new(), resumed: Vec::new() };
    let decisions = rows.iter().map(|row| plan.decide(&work, row)).collect::<Result<Vec<_>>>()?;
    let Plan { fresh, resumed, .. } = plan;
    let made = insert(&work, service, operation, &facts, terms, fresh).await?;
    interruption::point("mid-reserve");
    work.commit().await?;
    Ok(Reserved { decisions, pending: made.into_iter().chain(resumed).collect() })
}

async fn issuer_of(work: &Work<'_>, operation: &bulk_operation::Model) -> Result<issuer::Model> {
    issuer::Entity::find_by_id(operation.issuer_id)
        .one(work.tx())
        .await?
        .ok_or_else(|| Error::internal("an operation has no issuer", operation.id.to_string()))
}

impl Chunk {
    async fn read(
        work: &Work<'_>,
        operation: &bulk_operation::Model,
        rows: &[bulk_row::Model],
    ) -> Result<Self> {
        let tx = work.tx();
        let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.enrollment_id).collect();
        // Nobody withdraws an enrollment between the decision and the reservation.
        let found = enrollments::lock(work, &ids).await?;
        let versions: HashSet<Uuid> = found.iter().map(|row| row.version_id).collect();
        let versions = catalogue::load(tx, &versions.into_iter().collect::<Vec<_>>()).await?;
        let learners = learner::Entity::find()
            .filter(learner::Column::Id.is_in(found.iter().map(|row| row.learner_id)))
            .all(tx)
            .await?;
        let cohorts = cohort::Entity::find()
            .filter(cohort::Column::Id.is_in(found.iter().filter_map(|row| row.cohort_id)))
            .all(tx)
            .await?;
        let (tested, scores) = graded(work, &ids, versions.keys().copied().collect()).await?;
        let given: Vec<Uuid> =
            versions.values().flat_map(|version| &version.awards).map(|award| award.given.id).collect();
        let existing = credential::Entity::find()
            .filter(credential::Column::LearnerId.is_in(found.iter().map(|row| row.learner_id)))
            .filter(credential::Column::AwardId.is_in(rows.iter().filter_map(|row| row.award_id)))
            .order_by_desc(credential::Column::Cycle)
            .order_by_desc(credential::Column::Revision)
            .all(tx)
            .await?;
        let mut by_award: HashMap<(Uuid, Uuid), Vec<credential::Model>> = HashMap::new();
        for row in existing {
            by_award.entry((row.learner_id, row.award_id)).or_default().push(row);
        }
        Ok(Self {
            issuer: issuer_of(work, operation).await?,
            key: keys::active(tx, operation.issuer_id).await?,
            versions,
            cohorts: cohorts.into_iter().map(|row| (row.id, row)).collect(),
            tested,
            scores,
            endorsements: endorsement::travelling(tx, operation.issuer_id, &given, work.now).await?,
            enrollments: found.into_iter().map(|row| (row.id, row)).collect(),
            learners: learners.into_iter().map(|row| (row.id, row)).collect(),
            existing: by_award,
        })
    }

    /// What a row's claims are made of.
    fn of(&self, enrollment: Uuid, award: Uuid) -> Option<Facts<'_>> {
        let enrollment = self.enrollments.get(&enrollment)?;
        let version = self.versions.get(&enrollment.version_id)?;
        let award = version.credentials().find(|given| given.award.id == award)?;
        let scores = self.scores.get(&enrollment.id).map(Vec::as_slice).unwrap_or_default();
        let taken = |id: Uuid| scores.iter().any(|score| score.attempt.assessment_id == id);
        let of_version = |tested: &Tested| tested.assessment.version_id == Some(version.version.id);
        Some(Facts {
            issuer: &self.issuer,
            learner: self.learners.get(&enrollment.learner_id)?,
            enrollment,
            cohort: enrollment.cohort_id.and_then(|id| self.cohorts.get(&id)),
            version,
            award,
            tested: self.tested.iter().filter(|one| of_version(one) || taken(one.assessment.id)).collect(),
            scores,
            issuer_endorsements: &self.endorsements.of_issuer,
            endorsements: self.endorsements.of_award(award.given.id),
        })
    }
}

/// The best graded attempts of enrollments, with what belongs to them, and the assessments of versions and attempts.
async fn graded(
    work: &Work<'_>,
    enrollments: &[Uuid],
    versions: Vec<Uuid>,
) -> Result<(Vec<Tested>, HashMap<Uuid, Vec<Score>>)> {
    let attempts = attempt::Entity::find()
        .filter(attempt::Column::EnrollmentId.is_in(enrollments.iter().copied()))
        .filter(attempt::Column::Status.eq(AttemptStatus::Graded))
        .all(work.tx())
        .await?;
    let best = results::best(attempts);
    let taken: HashSet<Uuid> = best.iter().map(|row| row.assessment_id).collect();
    let which = Condition::any()
        .add(assessment::Column::VersionId.is_in(versions))
        .add(assessment::Column::Id.is_in(taken));
    let tested = tested::load(work.tx(), which).await?;
    let points = rubric_score::Entity::find()
        .filter(rubric_score::Column::AttemptId.is_in(best.iter().map(|row| row.id)))
        .order_by_asc(rubric_score::Column::Id)
        .all(work.tx())
        .await?;
    let handed_in = evidence::Entity::find()
        .filter(evidence::Column::AttemptId.is_in(best.iter().map(|row| row.id)))
        .order_by_asc(evidence::Column::AttemptId)
        .order_by_asc(evidence::Column::Position)
        .all(work.tx())
        .await?;
    let scores = results::scores(best, points, handed_in, &tested);
    Ok((tested, scores))
}

/// A credential to be made.
struct Fresh<'a> {
    id: Uuid,
    facts: Facts<'a>,
    cycle: i32,
    revision: i32,
}

/// Decides row by row, with what earlier rows of the chunk have taken.
struct Plan<'a> {
    facts: &'a Chunk,
    terms: &'a Terms,
    taken: HashMap<(Uuid, Uuid), Uuid>,
    fresh: Vec<Fresh<'a>>,
    resumed: Vec<credential::Model>,
}

impl Plan<'_> {
    fn decide(&mut self, work: &Work<'_>, row: &bulk_row::Model) -> Result<Decision> {
        let refused =
            |outcome, code, message: &str| Ok(Decision::Refused(outcome, UserError::at("", code, message)));
        let Some(enrollment) = row.enrollment_id else {
            return refused(BulkOutcome::Failed, UserErrorCode::NotFound, "there is no such enrollment");
        };
        let Some(facts) = row.award_id.and_then(|award| self.facts.of(enrollment, award)) else {
            return refused(
                BulkOutcome::NotEligible,
                UserErrorCode::NotEligible,
                "this version of the program awards no credential",
            );
        };
        let key = (facts.learner.id, facts.award.award.id);
        if let Some(id) = self.taken.get(&key) {
            return Ok(Decision::Already(*id));
        }
        let existing = self.facts.existing.get(&key).map(Vec::as_slice).unwrap_or_default();
        if let Some(live) = existing.iter().find(|row| row.status != CredentialStatus::Revoked) {
            if live.status != CredentialStatus::Pending {
                return Ok(Decision::Already(live.id));
            }
            self.taken.insert(key, live.id);
            self.resumed.push(live.clone());
            return Ok(Decision::Pending(live.id));
        }
        if let Some(refusal) = eligibility::refusal(facts.enrollment, facts.learner, facts.version) {
            return Ok(Decision::Refused(BulkOutcome::NotEligible, refusal));
        }
        let revoked = existing.first();
        if revoked.is_some() && self.terms.everyone_in.is_some() {
            return refused(
                BulkOutcome::NotEligible,
                UserErrorCode::Conflict,
                "it was revoked; name the enrollment to award it again",
            );
        }
        let (cycle, revision) = revoked.map_or((1, 1), |row| (row.cycle, row.revision + 1));
        let id = work.new_id()?;
        self.taken.insert(key, id);
        self.fresh.push(Fresh { id, facts, cycle, revision });
        Ok(Decision::Pending(id))
    }
}

async fn insert(
    work: &Work<'_>,
    service: &Service,
    operation: &bulk_operation::Model,
    facts: &Chunk,
    terms: &Terms,
    fresh: Vec<Fresh<'_>>,
) -> Result<Vec<credential::Model>> {
    let places = status_list::take(work, service, &facts.issuer, fresh.len()).await?;
    let mut credentials = Vec::with_capacity(fresh.len());
    let mut entries = Vec::with_capacity(fresh.len());
    for (fresh, place) in fresh.into_iter().zip(places) {
        entries.push(entry(work, &facts.issuer, fresh.id, place)?);
        credentials.push(row(work, service, operation, facts, terms, fresh, place)?);
    }
    for rows in chunk::rows(credentials.clone(), COLUMNS.0) {
        let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
        credential::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
    }
    for rows in chunk::rows(entries, COLUMNS.1) {
        status_entry::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
    }
    Ok(credentials)
}

fn entry(
    work: &Work<'_>,
    issuer: &issuer::Model,
    credential: Uuid,
    place: Place,
) -> Result<status_entry::ActiveModel> {
    Ok(status_entry::ActiveModel {
        id: Set(work.new_id()?),
        issuer_id: Set(issuer.id),
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
    operation: &bulk_operation::Model,
    all: &Chunk,
    terms: &Terms,
    fresh: Fresh<'_>,
    place: Place,
) -> Result<credential::Model> {
    let Fresh { id, facts, cycle, revision } = fresh;
    let valid_from = terms.valid_from.or(facts.enrollment.completed_at).unwrap_or(work.now);
    let status = StatusEntry {
        purpose: "revocation".to_owned(),
        index: place.index,
        list: status_list::address(&all.issuer, place.list),
    };
    let claims = claims::claims(&facts, service.random.as_ref(), id, valid_from, status)?;
    let GivenAward { award, .. } = facts.award;
    Ok(credential::Model {
        id,
        issuer_id: all.issuer.id,
        learner_id: facts.learner.id,
        program_id: facts.enrollment.program_id,
        version_id: facts.enrollment.version_id,
        award_id: award.id,
        enrollment_id: Some(facts.enrollment.id),
        cohort_id: facts.enrollment.cohort_id,
        cycle,
        revision,
        status: CredentialStatus::Pending,
        share_token: share_token(service.random.as_ref())?,
        visibility: Visibility::Unlisted,
        signing_key_id: all.key.id,
        claims: claims::freeze(&claims)?,
        document: None,
        issued_at: work.now,
        valid_from,
        valid_until: claims.valid_until,
        sort_valid_until: claims.valid_until.unwrap_or(END_OF_TIME),
        revoked_at: None,
        revocation_reason: None,
        revocation_note: None,
        renews_id: None,
        replaces_id: None,
        bulk_operation_id: Some(operation.id),
        updated_at: work.now,
    })
}

/// The unguessable part of a page's address: 160 bits.
fn share_token(random: &dyn Random) -> Result<String> {
    let mut bytes = [0; 20];
    random.fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
