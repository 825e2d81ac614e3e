//! Making a claim, changing it, handing it in and withdrawing it: learners their own, others on behalf of those whose progress they write.

use std::collections::HashSet;

use cairn_entity::enums::PriorClaimStatus;
use cairn_entity::{enrollment, prior_claim, prior_claim_evidence, prior_claim_part};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::ground::{Ground, Grounds};
use super::scene::{self, Scene};
use super::{LONGEST_WORDS, MOST_PARTS, NewClaim, NewPart, Revision};
use crate::actor::Actor;
use crate::attempt;
use crate::error::{Error, Result, UserErrorCode};
use crate::validate::Checks;
use crate::{Service, Work, enrollment as enrollments, save};

/// Stages at which a claim is still open: an enrollment has one such claim at a time.
pub(super) const OPEN: [PriorClaimStatus; 4] = [
    PriorClaimStatus::Draft,
    PriorClaimStatus::Submitted,
    PriorClaimStatus::UnderReview,
    PriorClaimStatus::MoreEvidence,
];

/// Makes a claim, as a draft or handed in at once.
#[crate::boxed]
pub async fn claim(service: &Service, actor: &Actor, new: NewClaim) -> Result<prior_claim::Model> {
    let reaches = attempt::reaches(actor)?;
    check(Some(&new.statement), Some(&new.parts), !new.draft)?;
    let mut work = Work::begin(service, actor).await?;
    let row = attempt::find_enrollment(&work, &reaches, &new.enrollment).await?;
    let row = enrollments::lock(&work, &[row.id]).await?.pop().unwrap_or(row);
    attempt::refuse_ended(&row)?;
    let grounds = Grounds::read(&work, std::slice::from_ref(&row)).await?;
    let ground = grounds.of(&row);
    ground.refuse()?;
    refuse_second(&work, &row).await?;
    let status = if new.draft { PriorClaimStatus::Draft } else { PriorClaimStatus::Submitted };
    let made = prior_claim::Model {
        id: work.new_id()?,
        issuer_id: row.issuer_id,
        enrollment_id: row.id,
        status: PriorClaimStatus::Draft,
        statement: new.statement,
        feedback: None,
        submitted_at: (!new.draft).then_some(work.now),
        decided_at: None,
        assessor_kind: None,
        assessor_id: None,
        reason: None,
        created_at: work.now,
        updated_at: work.now,
    };
    let parts = laid(&work, &ground, &made, &[], &new.parts)?;
    scene::note(&mut work, &made, status, told(status), counted(parts.rows.len()))?;
    let made = prior_claim::Model { status, ..made };
    made.clone().into_active_model().reset_all().insert(work.tx()).await?;
    parts.write(&work).await?;
    work.answer(made).await
}

/// Changes a claim that is a draft or was given back for more evidence; hands it in where asked to.
#[crate::boxed]
pub async fn revise(service: &Service, actor: &Actor, new: Revision) -> Result<prior_claim::Model> {
    let reaches = attempt::reaches(actor)?;
    check(new.statement.as_ref(), new.parts.as_ref(), new.submit)?;
    let mut work = Work::begin(service, actor).await?;
    let mut scene = Scene::find(&work, &reaches, new.claim).await?;
    let stages = [PriorClaimStatus::Draft, PriorClaimStatus::MoreEvidence];
    scene.stands_at(&stages, "only a draft, or a claim for which more evidence is asked, is changed")?;
    attempt::refuse_ended(&scene.enrollment)?;
    if let Some(statement) = new.statement {
        scene.claim.statement = statement;
    }
    if let Some(wanted) = new.parts {
        let grounds = Grounds::read(&work, std::slice::from_ref(&scene.enrollment)).await?;
        let parts = laid(&work, &grounds.of(&scene.enrollment), &scene.claim, &scene.parts, &wanted)?;
        let of = [scene.claim.id];
        save::delete::<prior_claim_evidence::Entity>(work.tx(), prior_claim_evidence::Column::ClaimId, &of)
            .await?;
        save::delete::<prior_claim_part::Entity>(work.tx(), prior_claim_part::Column::ClaimId, &of).await?;
        scene.parts = parts.write(&work).await?;
    } else if new.submit {
        refuse_bare(&work, &scene).await?;
    }
    let to = if new.submit { PriorClaimStatus::Submitted } else { scene.claim.status };
    if new.submit {
        scene.claim.submitted_at = Some(work.now);
    }
    let count = counted(scene.parts.len());
    let action = if new.submit { told(to) } else { "prior_learning.revised" };
    let after = scene.bring(&mut work, to, action, count).await?;
    work.answer(after).await
}

/// Withdraws a claim that is not decided.
#[crate::boxed]
pub async fn withdraw(
    service: &Service,
    actor: &Actor,
    claim: Option<Uuid>,
    reason: Option<String>,
) -> Result<prior_claim::Model> {
    let reaches = attempt::reaches(actor)?;
    let mut checks = Checks::default();
    checks.optional_text("reason", reason.as_deref(), 1_000);
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    let mut scene = Scene::find(&work, &reaches, claim).await?;
    scene.stands_at(&OPEN, "what is decided, or withdrawn, is not withdrawn")?;
    scene.claim.reason = reason;
    let count = counted(scene.parts.len());
    let to = PriorClaimStatus::Withdrawn;
    let after = scene.bring(&mut work, to, "prior_learning.withdrawn", count).await?;
    work.answer(after).await
}

/// What is noted of a claim at a stage.
fn told(status: PriorClaimStatus) -> &'static str {
    match status {
        PriorClaimStatus::Submitted => "prior_learning.submitted",
        _ => "prior_learning.drafted",
    }
}

fn counted(parts: usize) -> Value {
    json!(parts)
}

/// Whether a claim is well formed; what is handed in shows every part by some evidence.
fn check(statement: Option<&String>, parts: Option<&Vec<NewPart>>, submit: bool) -> Result<()> {
    let mut checks = Checks::default();
    if let Some(statement) = statement {
        checks.text("statement", statement, LONGEST_WORDS);
    }
    let mut errors = Vec::new();
    if let Some(parts) = parts {
        checks.at_most("parts", parts.len(), MOST_PARTS);
        if submit && parts.is_empty() {
            checks.fail("parts", UserErrorCode::Required, "say what was learned before");
        }
        for (index, part) in parts.iter().enumerate() {
            let mut of_part = Checks::default();
            attempt::check_evidence(&mut of_part, &part.evidence);
            if submit && part.evidence.is_empty() {
                of_part.fail("evidence", UserErrorCode::Required, "show it by some evidence");
            }
            let path = format!("parts.{index}");
            errors.extend(of_part.into_errors().into_iter().map(|error| error.under(&path)));
        }
    }
    errors.splice(0..0, checks.into_errors());
    if errors.is_empty() { Ok(()) } else { Err(Error::User(errors)) }
}

async fn refuse_second(work: &Work<'_>, row: &enrollment::Model) -> Result<()> {
    let open = prior_claim::Entity::find()
        .filter(prior_claim::Column::EnrollmentId.eq(row.id))
        .filter(prior_claim::Column::Status.is_in(OPEN))
        .count(work.tx())
        .await?;
    if open > 0 {
        let message = "this enrollment has a claim that is not decided: change or withdraw that one";
        return Err(Error::user("enrollment", UserErrorCode::Conflict, message));
    }
    Ok(())
}

/// Refuses to hand in a draft that shows nothing for one of its parts.
async fn refuse_bare(work: &Work<'_>, scene: &Scene) -> Result<()> {
    let shown = prior_claim_evidence::Entity::find()
        .filter(prior_claim_evidence::Column::ClaimId.eq(scene.claim.id))
        .all(work.tx())
        .await?;
    let shown: HashSet<Uuid> = shown.into_iter().map(|row| row.part_id).collect();
    if scene.parts.is_empty() || scene.parts.iter().any(|part| !shown.contains(&part.id)) {
        let message = "every part is to be shown by some evidence";
        return Err(Error::user("parts", UserErrorCode::Required, message));
    }
    Ok(())
}

/// The rows of parts and their evidence.
struct Parts {
    rows: Vec<prior_claim_part::Model>,
    evidence: Vec<prior_claim_evidence::Model>,
}

impl Parts {
    async fn write(self, work: &Work<'_>) -> Result<Vec<prior_claim_part::Model>> {
        save::rows::<prior_claim_part::Entity>(work.tx(), self.rows.clone()).await?;
        save::rows::<prior_claim_evidence::Entity>(work.tx(), self.evidence).await?;
        Ok(self.rows)
    }
}

/// The rows that a claim's parts become: what was said of a part that is about the same stays.
fn laid(
    work: &Work<'_>,
    ground: &Ground<'_>,
    claim: &prior_claim::Model,
    before: &[prior_claim_part::Model],
    wanted: &[NewPart],
) -> Result<Parts> {
    let mut checks = Checks::default();
    let mut laid = Parts { rows: Vec::new(), evidence: Vec::new() };
    for (position, (index, part)) in (1..).zip(wanted.iter().enumerate()) {
        let path = format!("parts.{index}.target");
        let Some((outcome_id, component_id)) = ground.find(&part.target) else {
            let message = "the enrollment's version has no such outcome or component";
            checks.fail(&path, UserErrorCode::NotFound, message);
            continue;
        };
        let same =
            |row: &&prior_claim_part::Model| (row.outcome_id, row.component_id) == (outcome_id, component_id);
        if ground.standing.iter().any(|row| same(&row)) {
            checks.fail(&path, UserErrorCode::AlreadyDone, "it is recognized already");
        }
        if laid.rows.iter().any(|row| same(&row)) {
            checks.fail(&path, UserErrorCode::Conflict, "an earlier part is about the same");
        }
        let known = before.iter().find(same);
        let row = prior_claim_part::Model {
            id: work.new_id()?,
            issuer_id: claim.issuer_id,
            claim_id: claim.id,
            enrollment_id: claim.enrollment_id,
            position,
            outcome_id,
            component_id,
            verdict: known.and_then(|row| row.verdict),
            feedback: known.and_then(|row| row.feedback.clone()),
            recognized_at: None,
            taken_back_at: None,
        };
        for (position, piece) in (1..).zip(&part.evidence) {
            laid.evidence.push(prior_claim_evidence::Model {
                id: work.new_id()?,
                issuer_id: claim.issuer_id,
                claim_id: claim.id,
                part_id: row.id,
                position,
                name: piece.name.clone(),
                url: piece.url.clone(),
                description: piece.description.clone(),
                digest: piece.digest.clone(),
            });
        }
        laid.rows.push(row);
    }
    checks.finish()?;
    Ok(laid)
}
