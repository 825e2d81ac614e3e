//! What was observed at an attempt: how it was supervised and by whom, how identity was checked and by what.

use cairn_entity::attempt;
use cairn_entity::enums::{AttemptStatus, IdentityCheck, Supervision};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::scene::Scene;
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work};

/// What was observed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewObservation {
    /// How it was supervised.
    pub supervision: Supervision,
    /// Who supervised: a person's name or a service's.
    pub proctor: Option<String>,
    /// How identity was checked.
    pub identity_check: IdentityCheck,
    /// By what: the kind of document, the sign-in, who knew them. No numbers of documents.
    pub identity_method: Option<String>,
}

/// Records what was observed at an attempt, in place of what was recorded before. Needs `assessments:grade` over it. Where the assessment asks for a
/// record, whether the attempt passed is decided anew, and completion with it.
#[crate::boxed]
pub async fn observe(
    service: &Service,
    actor: &Actor,
    named: &Reference,
    new: NewObservation,
) -> Result<attempt::Model> {
    let reach = actor.reach(Scope::AssessmentsGrade)?;
    let mut checks = Checks::default();
    check(&mut checks, "", &new);
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    let mut scene = Scene::find(&work, reach, named).await?;
    scene.not_ones_own(&work).await?;
    if scene.before.status == AttemptStatus::Voided {
        return Err(Error::user("attempt", UserErrorCode::Conflict, "this attempt was taken out"));
    }
    let now = work.now;
    scene.ledger.change(&work, scene.index, |row| lay(row, &new, now));
    let lost = scene.ledger.judge_anew(&work, scene.index, &scene.assessment);
    let after = scene.ledger.get(scene.index);
    let subject = (Kind::Attempt, after.id);
    let detail = json!({ "supervision": after.supervision, "identityCheck": after.identity_check,
        "passedBefore": scene.before.passed, "passed": after.passed });
    let payload = json!({ "attempt": after.id, "enrollment": after.enrollment_id, "passed": after.passed });
    work.audit(Some(after.issuer_id), "attempt.observed", subject, detail)?;
    work.emit(Some(scene.before.issuer_id), "attempt.observed", subject, payload);
    let after = scene.finish(&mut work, lost).await?;
    work.answer(after).await
}

/// Notes what is wrong with an observation that stands in an input under `path`.
pub(super) fn check(checks: &mut Checks, path: &str, new: &NewObservation) {
    let at = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    checks.optional_text(&at("proctor"), new.proctor.as_deref(), 300);
    checks.optional_text(&at("identityMethod"), new.identity_method.as_deref(), 300);
    let missing = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
    if new.supervision != Supervision::None && missing(&new.proctor) {
        checks.fail(&at("proctor"), UserErrorCode::Required, "say who supervised");
    }
    if new.identity_check != IdentityCheck::None && missing(&new.identity_method) {
        checks.fail(&at("identityMethod"), UserErrorCode::Required, "say by what identity was checked");
    }
}

/// Lays an observation over what an attempt's row says.
pub(super) fn lay(row: &mut attempt::Model, new: &NewObservation, now: DateTime<Utc>) {
    let same = row.supervision == Some(new.supervision)
        && row.proctor == new.proctor
        && row.identity_check == Some(new.identity_check)
        && row.identity_method == new.identity_method;
    if same {
        return;
    }
    row.supervision = Some(new.supervision);
    row.proctor.clone_from(&new.proctor);
    row.identity_check = Some(new.identity_check);
    row.identity_method.clone_from(&new.identity_method);
    row.observed_at = Some(now);
}
