//! Whether a learner gets notices by e-mail. They decide for themselves, and so does the issuer; only the learner takes back what the learner has said.

use cairn_entity::enums::NoticeChoice;
use cairn_entity::learner;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{lock, locked};
use crate::actor::{Actor, Reach, Scope};
use crate::error::{Error, Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::Reference;
use crate::{Service, Work};

/// Stops the notices of an issuer to a learner, or has them sent again. Who writes learners may, and the person themselves.
#[crate::boxed]
pub async fn set_notices(
    service: &Service,
    actor: &Actor,
    named: &Reference,
    wanted: bool,
) -> Result<learner::Model> {
    let whole = match actor.reach_or_none(Scope::LearnersWrite)? {
        Some(reach @ (Reach::Everything | Reach::Issuer(_))) => Some(reach),
        _ => None,
    };
    let own = actor.person().map(|person| Reach::Own { person });
    let Some(reach) = whole.or(own) else {
        return Err(Error::Forbidden("only a learner or their issuer may decide on notices".to_owned()));
    };
    let mut work = Work::begin(service, actor).await?;
    let row = locked(&work, reach, named, "learner").await?;
    let themselves = row.person_id.is_some() && row.person_id == actor.person();
    let choice = match (wanted, themselves) {
        (true, false) if row.notices == NoticeChoice::StoppedByLearner => {
            let message = "the learner has stopped them: only they can have them sent again";
            return Err(Error::user("wanted", UserErrorCode::Conflict, message));
        }
        (true, _) => NoticeChoice::Wanted,
        (false, true) => NoticeChoice::StoppedByLearner,
        // Whoever has stopped them first, it stays so.
        (false, false) if row.notices != NoticeChoice::Wanted => row.notices,
        (false, false) => NoticeChoice::StoppedByIssuer,
    };
    let row = choose_notices(&mut work, row.id, choice).await?;
    let row = row.ok_or_else(|| Error::internal("a learner is gone", "while it was locked"))?;
    work.answer(row).await
}

/// Writes down what was decided of a learner's notices; nothing where there is no such record any more.
pub(crate) async fn choose_notices(
    work: &mut Work<'_>,
    learner: Uuid,
    choice: NoticeChoice,
) -> Result<Option<learner::Model>> {
    let Some(row) = lock(work, &[learner]).await?.pop().filter(|row| row.erased_at.is_none()) else {
        return Ok(None);
    };
    if row.notices == choice {
        return Ok(Some(row));
    }
    learner::Entity::update_many()
        .col_expr(learner::Column::Notices, Expr::value(choice))
        .col_expr(learner::Column::UpdatedAt, Expr::value(work.now))
        .filter(learner::Column::Id.eq(row.id))
        .exec(work.tx())
        .await?;
    let detail = json!({ "notices": choice });
    work.audit(Some(row.issuer_id), "learner.notices_chosen", (Kind::Learner, row.id), detail)?;
    Ok(Some(learner::Model { notices: choice, updated_at: work.now, ..row }))
}
