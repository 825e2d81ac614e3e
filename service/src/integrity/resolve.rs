//! Resolving a flag: dismissed, and everything goes on by itself; or upheld, and what was in doubt counts no more.

use std::collections::HashMap;

use cairn_entity::enums::{AttemptStatus, EnrollmentStatus, FlagStatus};
use cairn_entity::{attempt, enrollment, integrity_flag};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use super::read::covered;
use crate::actor::{Actor, Reach, Scope};
use crate::attempt::scene::{self, Scene};
use crate::completion::{self, Told};
use crate::error::{Error, Result, UserErrorCode};
use crate::validate::Checks;
use crate::{Service, Work, enrollment as enrollments};

/// How a flag is resolved.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// Which; none where the id is none's.
    pub flag: Option<Uuid>,
    /// Whether the doubt was right.
    pub upheld: bool,
    /// What was found, in words, for staff.
    pub finding: Option<String>,
}

/// Resolves a flag. Needs `assessments:grade` over what it is on; nobody resolves one on their own work. Dismissed: what waited for it is awarded, as of when
/// it was earned, and what it suspended is reinstated. Upheld on an attempt: the attempt is taken out, and uses up its try. Upheld on an enrollment: one that runs ends
/// without success. What becomes of credentials that are no longer supported is what the program says of regrades.
#[crate::boxed]
pub async fn resolve(service: &Service, actor: &Actor, new: Resolution) -> Result<integrity_flag::Model> {
    let reach = actor.reach(Scope::AssessmentsGrade)?;
    let mut checks = Checks::default();
    checks.optional_text("finding", new.finding.as_deref(), super::LONGEST);
    checks.finish()?;
    let mut work = Work::begin(service, actor).await?;
    let named = find(&work, reach, new.flag).await?;
    let locked = enrollments::lock(&work, &[named.enrollment_id]).await?.pop();
    let enrollment = locked.ok_or_else(not_found)?;
    scene::not_ones_own(&work, &enrollment).await?;
    // Read again under the lock of the enrollment.
    let row = find(&work, reach, Some(named.id)).await?;
    if row.status != FlagStatus::Open {
        return Err(Error::user("flag", UserErrorCode::AlreadyDone, "it was resolved before"));
    }
    let row = integrity_flag::Model {
        status: if new.upheld { FlagStatus::Upheld } else { FlagStatus::Dismissed },
        finding: new.finding,
        resolved_at: Some(work.now),
        resolved_by_kind: Some(actor.kind),
        resolved_by_id: actor.id,
        ..row
    };
    row.clone().into_active_model().reset_all().update(work.tx()).await?;
    super::tell(&mut work, &row, "integrity_flag.resolved")?;
    match (new.upheld, row.attempt_id) {
        (false, _) => completion::refresh(&mut work, &[enrollment.id]).await?,
        (true, Some(attempt)) => disqualify(&mut work, attempt).await?,
        (true, None) => end(&mut work, enrollment).await?,
    }
    work.answer(row).await
}

async fn find(work: &Work<'_>, reach: Reach, id: Option<Uuid>) -> Result<integrity_flag::Model> {
    let row = integrity_flag::Entity::find()
        .filter(covered(reach))
        .filter(integrity_flag::Column::Id.eq(id.ok_or_else(not_found)?))
        .one(work.tx())
        .await?;
    row.ok_or_else(not_found)
}

fn not_found() -> Error {
    Error::user("flag", UserErrorCode::NotFound, "there is no such flag, or it is not within your reach")
}

/// Takes an attempt out, which uses up its try; completion follows as after a regrade.
async fn disqualify(work: &mut Work<'_>, id: Uuid) -> Result<()> {
    let row = attempt::Entity::find_by_id(id).one(work.tx()).await?.ok_or_else(scene::not_found)?;
    let mut scene = Scene::of(work, row).await?;
    scene.ledger.change(work, scene.index, |row| row.disqualified = true);
    if scene.before.status != AttemptStatus::Voided {
        scene.ledger.take_out(work, scene.index)?;
    }
    scene.finish(work, true).await?;
    Ok(())
}

/// Ends an enrollment that runs. One that is complete stays so, unsupported.
async fn end(work: &mut Work<'_>, row: enrollment::Model) -> Result<()> {
    let told = Told { heard_at: row.last_activity_at, regraded: true };
    let id = row.id;
    let runs = [EnrollmentStatus::Pending, EnrollmentStatus::Waitlisted, EnrollmentStatus::Active];
    if runs.contains(&row.status) {
        enrollments::leave(work, vec![row], EnrollmentStatus::Failed, "integrity").await?;
    }
    completion::refresh_told(work, &HashMap::from([(id, told)])).await
}
