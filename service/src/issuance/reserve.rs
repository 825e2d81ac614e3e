//! The first step of issuing, one transaction: who is eligible, what exists already, and for the rest a pending row with frozen claims.

use std::collections::HashMap;

use cairn_entity::enums::{BulkOutcome, CredentialStatus};
use cairn_entity::{bulk_operation, bulk_row, credential};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::claims;
use super::known::Known;
use super::pending::{self, Fresh, Origin, Pending, Showing};
use super::{Decision, Terms, eligibility, interruption, rekey};
use crate::actor::Actor;
use crate::error::{Result, UserError, UserErrorCode};
use crate::{Service, Work, status_list};

/// What reserving a chunk came to.
pub struct Reserved {
    /// One a row, in order.
    pub decisions: Vec<Decision>,
    /// The credentials that wait for their signature, each once.
    pub pending: Vec<Pending>,
}

/// Credentials there are, by learner and award, the newest revision first.
type Existing = HashMap<(Uuid, Uuid), Vec<credential::Model>>;

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
    // What is read from here on is what no other reservation of this issuer changes.
    let issuer = status_list::hold(&work, operation.issuer_id).await?;
    let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.enrollment_id).collect();
    let known = Known::read(&work, issuer, &ids, &[]).await?;
    let existing = existing(&work, &known, rows).await?;
    let mut plan = Plan {
        known: &known,
        existing: &existing,
        operation: operation.id,
        terms,
        taken: HashMap::new(),
        fresh: Vec::new(),
        resumed: Vec::new(),
    };
    let decisions = rows.iter().map(|row| plan.decide(&work, row)).collect::<Result<Vec<_>>>()?;
    let Plan { fresh, resumed, .. } = plan;
    let made = pending::insert(&work, service, &known, fresh).await?;
    let resumed = rekey::to(&work, &known.key, resumed).await?;
    interruption::point("mid-reserve");
    work.commit().await?;
    let pending = made.into_iter().map(Ok).chain(resumed.into_iter().map(Pending::of));
    Ok(Reserved { decisions, pending: pending.collect::<Result<_>>()? })
}

async fn existing(work: &Work<'_>, known: &Known, rows: &[bulk_row::Model]) -> Result<Existing> {
    let existing = credential::Entity::find()
        .filter(credential::Column::LearnerId.is_in(known.learners.keys().copied()))
        .filter(credential::Column::AwardId.is_in(rows.iter().filter_map(|row| row.award_id)))
        .order_by_desc(credential::Column::Cycle)
        .order_by_desc(credential::Column::Revision)
        .all(work.tx())
        .await?;
    let mut by_award: Existing = HashMap::new();
    for row in existing {
        by_award.entry((row.learner_id, row.award_id)).or_default().push(row);
    }
    Ok(by_award)
}

/// The number of the next credential of a cycle.
pub fn next_revision<'a>(existing: impl IntoIterator<Item = &'a credential::Model>, cycle: i32) -> i32 {
    let of_cycle = existing.into_iter().filter(|row| row.cycle == cycle).map(|row| row.revision);
    of_cycle.max().unwrap_or_default() + 1
}

/// Whether it waits to renew or replace another: that is finished by whoever reserved it, or by the worker, not by an operation.
fn is_reissue(row: &credential::Model) -> bool {
    row.status == CredentialStatus::Pending && row.bulk_operation_id.is_none()
}

/// Decides row by row, with what earlier rows of the chunk have taken.
struct Plan<'a> {
    known: &'a Known,
    existing: &'a Existing,
    operation: Uuid,
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
        let Some(facts) = row.award_id.and_then(|award| self.known.of(enrollment, award)) else {
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
        let existing = self.existing.get(&key).map(Vec::as_slice).unwrap_or_default();
        let settled = || existing.iter().filter(|row| !is_reissue(row));
        if let Some(live) = settled().find(|row| row.status != CredentialStatus::Revoked) {
            if live.status != CredentialStatus::Pending {
                return Ok(Decision::Already(live.id));
            }
            self.taken.insert(key, live.id);
            self.resumed.push(live.clone());
            return Ok(Decision::Pending(live.id));
        }
        if let Some(refusal) = eligibility::refusal(facts.enrollment, facts.learner, &facts.version.version) {
            return Ok(Decision::Refused(BulkOutcome::NotEligible, refusal));
        }
        let revoked = settled().next();
        if revoked.is_some() && self.terms.everyone_in.is_some() {
            return refused(
                BulkOutcome::NotEligible,
                UserErrorCode::Conflict,
                "it was revoked; name the enrollment to award it again",
            );
        }
        let cycle = revoked.map_or(1, |row| row.cycle);
        let id = work.new_id()?;
        self.taken.insert(key, id);
        let of_cycle = revoked.filter(|row| row.cycle > 1).map(|row| row.valid_from);
        let asked = self.terms.valid_from.or(of_cycle).or(facts.enrollment.completed_at);
        let valid_from = asked.unwrap_or(work.now);
        self.fresh.push(Fresh {
            id,
            place: (cycle, next_revision(existing, cycle)),
            valid_from,
            valid_until: claims::valid_until(&facts, valid_from),
            showing: Showing::at_first(),
            evidence: Vec::new(),
            origin: Origin::Operation(self.operation),
            facts,
        });
        Ok(Decision::Pending(id))
    }
}
