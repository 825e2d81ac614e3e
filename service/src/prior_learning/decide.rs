//! Reviewing a claim, deciding it part by part, and taking a decision back. Staff of the cohort and keys of the issuer with `assessments:grade`; nobody
//! decides their own claim.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{PriorClaimStatus, PriorVerdict};
use cairn_entity::{prior_claim, prior_claim_part};
use serde_json::json;
use uuid::Uuid;

use super::ground::{Ground, Grounds, settle};
use super::scene::Scene;
use super::{LONGEST_WORDS, NewDecision, PartDecision, TakingBack, Target};
use crate::actor::{Actor, Scope};
use crate::attempt::{self, scene};
use crate::completion::{self, Told};
use crate::error::{Error, Result, UserErrorCode};
use crate::validate::Checks;
use crate::{Service, Work, amount, save};

/// Takes a claim that was handed in under review: whoever made it sees that somebody looks at it.
#[crate::boxed]
pub async fn review(service: &Service, actor: &Actor, claim: Option<Uuid>) -> Result<prior_claim::Model> {
    let reach = actor.reach(Scope::AssessmentsGrade)?;
    let mut work = Work::begin(service, actor).await?;
    let mut scene = judging(&work, reach, claim).await?;
    scene.stands_at(&[PriorClaimStatus::Submitted], "only what is handed in is taken under review")?;
    sign(&mut scene, actor);
    let count = json!(scene.parts.len());
    let to = PriorClaimStatus::UnderReview;
    let after = scene.bring(&mut work, to, "prior_learning.reviewed", count).await?;
    work.answer(after).await
}

/// The claim of an id, for whoever may judge it.
async fn judging(work: &Work<'_>, reach: crate::actor::Reach, claim: Option<Uuid>) -> Result<Scene> {
    let scene = Scene::find(work, &[reach], claim).await?;
    scene::not_ones_own(work, &scene.enrollment).await?;
    Ok(scene)
}

fn sign(scene: &mut Scene, actor: &Actor) {
    scene.claim.assessor_kind = Some(actor.kind);
    scene.claim.assessor_id = actor.id;
}

/// Decides a claim: every part is granted or refused, or more evidence is asked for and the whole claim is given back. What is granted counts from now on,
/// up to the program's limit: a decision that goes beyond it is refused.
#[crate::boxed]
pub async fn decide(service: &Service, actor: &Actor, new: NewDecision) -> Result<prior_claim::Model> {
    let reach = actor.reach(Scope::AssessmentsGrade)?;
    check(&new)?;
    let mut work = Work::begin(service, actor).await?;
    let mut scene = judging(&work, reach, new.claim).await?;
    let stages = [PriorClaimStatus::Submitted, PriorClaimStatus::UnderReview];
    scene.stands_at(&stages, "only what is handed in, and not decided, is decided")?;
    attempt::refuse_ended(&scene.enrollment)?;
    let grounds = Grounds::read(&work, std::slice::from_ref(&scene.enrollment)).await?;
    let ground = grounds.of(&scene.enrollment);
    let more = new.parts.iter().any(|part| part.verdict == PriorVerdict::MoreEvidence);
    judge(&work, &ground, &mut scene.parts, &new.parts, more)?;
    if let Some((share, most)) = ground.beyond_limit(&granted(&scene.parts)) {
        let message = format!(
            "{} % of the program would be recognized as learned before, and at most {} % may be",
            amount::to_decimal(share).normalize(),
            amount::to_decimal(most).normalize()
        );
        return Err(Error::user("parts", UserErrorCode::LimitReached, message));
    }
    sign(&mut scene, actor);
    scene.claim.feedback = new.feedback.or(scene.claim.feedback);
    scene.claim.decided_at = Some(work.now);
    let given = granted(&scene.parts).len();
    let to = match (more, given) {
        (true, _) => PriorClaimStatus::MoreEvidence,
        (false, 0) => PriorClaimStatus::Refused,
        (false, given) if given == new.parts.len() => PriorClaimStatus::Granted,
        (false, _) => PriorClaimStatus::PartlyGranted,
    };
    let action = if more { "prior_learning.more_evidence_requested" } else { "prior_learning.decided" };
    let after = finish(&mut work, scene, to, action, false).await?;
    work.answer(after).await
}

/// Takes the recognition of parts back, with a reason. What becomes of a credential that it supported is the program's to say, as after a regrade.
#[crate::boxed]
pub async fn take_back(service: &Service, actor: &Actor, new: TakingBack) -> Result<prior_claim::Model> {
    let reach = actor.reach(Scope::AssessmentsGrade)?;
    let mut checks = Checks::default();
    checks.text("reason", &new.reason, 1_000);
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    let mut scene = judging(&work, reach, new.claim).await?;
    let stages = [PriorClaimStatus::Granted, PriorClaimStatus::PartlyGranted];
    scene.stands_at(&stages, "nothing of this claim is recognized")?;
    let grounds = Grounds::read(&work, std::slice::from_ref(&scene.enrollment)).await?;
    let chosen = chosen(&grounds.of(&scene.enrollment), &scene.parts, new.targets.as_deref())?;
    for part in scene.parts.iter_mut().filter(|part| chosen.contains(&part.id)) {
        part.taken_back_at = Some(work.now);
    }
    scene.claim.reason = Some(new.reason);
    sign(&mut scene, actor);
    let stands = !granted(&scene.parts).is_empty();
    let to = if stands { scene.claim.status } else { PriorClaimStatus::TakenBack };
    let after = finish(&mut work, scene, to, "prior_learning.taken_back", true).await?;
    work.answer(after).await
}

/// Writes parts and claim, and lets completion follow.
async fn finish(
    work: &mut Work<'_>,
    scene: Scene,
    to: PriorClaimStatus,
    action: &str,
    regraded: bool,
) -> Result<prior_claim::Model> {
    let row = scene.enrollment.clone();
    save::rows::<prior_claim_part::Entity>(work.tx(), scene.parts.clone()).await?;
    settle(work, std::slice::from_ref(&row)).await?;
    let count = json!({ "all": scene.parts.len(), "recognized": granted(&scene.parts).len() });
    let after = scene.bring(work, to, action, count).await?;
    let told = Told { heard_at: work.now, regraded };
    completion::refresh_told(work, &HashMap::from([(row.id, told)])).await?;
    Ok(after)
}

/// The parts of a claim that are recognized.
fn granted(parts: &[prior_claim_part::Model]) -> Vec<prior_claim_part::Model> {
    let stands =
        |part: &&prior_claim_part::Model| part.recognized_at.is_some() && part.taken_back_at.is_none();
    parts.iter().filter(stands).cloned().collect()
}

fn check(new: &NewDecision) -> Result<()> {
    let mut checks = Checks::default();
    checks.optional_text("feedback", new.feedback.as_deref(), LONGEST_WORDS);
    for (index, part) in new.parts.iter().enumerate() {
        let path = format!("parts.{index}.feedback");
        match &part.feedback {
            Some(words) => checks.text(&path, words, LONGEST_WORDS),
            None if part.verdict == PriorVerdict::Granted => {}
            None => checks.fail(&path, UserErrorCode::Required, "say why, or what is missing"),
        }
    }
    checks.finish()
}

/// Lays a decision over parts: of every part that the version has, once.
fn judge(
    work: &Work<'_>,
    ground: &Ground<'_>,
    parts: &mut [prior_claim_part::Model],
    decisions: &[PartDecision],
    more: bool,
) -> Result<()> {
    let mut checks = Checks::default();
    let mut decided: HashSet<&Target> = HashSet::new();
    let names: Vec<Option<Target>> = parts.iter().map(|part| ground.name(part)).collect();
    for (index, decision) in decisions.iter().enumerate() {
        let path = format!("parts.{index}.target");
        let place = names.iter().position(|name| name.as_ref() == Some(&decision.target));
        let Some(place) = place else {
            checks.fail(&path, UserErrorCode::NotFound, "the claim is not about this");
            continue;
        };
        if !decided.insert(&decision.target) {
            checks.fail(&path, UserErrorCode::Conflict, "it is decided above");
        }
        let part = &mut parts[place];
        part.verdict = Some(decision.verdict);
        part.feedback.clone_from(&decision.feedback);
        // What is given back as a whole is recognized once all of it is decided.
        part.recognized_at = (!more && decision.verdict == PriorVerdict::Granted).then_some(work.now);
    }
    if names.iter().flatten().any(|name| !decided.contains(name)) {
        checks.fail("parts", UserErrorCode::Required, "decide every part of the claim");
    }
    checks.finish()
}

/// The recognized parts that targets name, or all of them.
fn chosen(
    ground: &Ground<'_>,
    parts: &[prior_claim_part::Model],
    targets: Option<&[Target]>,
) -> Result<HashSet<Uuid>> {
    let standing = granted(parts);
    let Some(targets) = targets else { return Ok(standing.iter().map(|part| part.id).collect()) };
    let mut checks = Checks::default();
    let mut chosen = HashSet::new();
    for (index, target) in targets.iter().enumerate() {
        match standing.iter().find(|part| ground.name(part).as_ref() == Some(target)) {
            Some(part) => {
                chosen.insert(part.id);
            }
            None => {
                let message = "this is not recognized by the claim";
                checks.fail(&format!("targets.{index}"), UserErrorCode::NotFound, message);
            }
        }
    }
    if targets.is_empty() {
        checks.fail("targets", UserErrorCode::Required, "say what is taken back, or leave it out for all");
    }
    checks.finish()?;
    Ok(chosen)
}
