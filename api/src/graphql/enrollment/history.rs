//! The history of an enrollment: every change, with who, when and why.

use std::collections::HashMap;

use async_graphql::{Context, ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::page::{Page, PageArgs};
use cairn_service::{enrollment, rows};
use uuid::Uuid;

use super::super::audit::AuditActor;
use super::super::connection::{Connection, Listed};
use super::super::context::{Batch, Request, load};
use super::super::enums::{EnrollmentChangeKind, EnrollmentStatus};
use super::super::error::Result;
use super::super::program::grouped;
use super::super::scalar::{DateTime, global_id};

/// A line of an enrollment's history.
#[derive(Clone)]
pub struct EnrollmentChange {
    row: rows::enrollment_change::Model,
}

impl From<rows::enrollment_change::Model> for EnrollmentChange {
    fn from(row: rows::enrollment_change::Model) -> Self {
        Self { row }
    }
}

/// A line of an enrollment's history.
#[Object]
impl EnrollmentChange {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::EnrollmentChange, self.row.id)
    }

    /// What was changed.
    async fn kind(&self) -> EnrollmentChangeKind {
        self.row.kind.into()
    }

    /// Where the enrollment stood; null when it was made.
    async fn from_status(&self) -> Option<EnrollmentStatus> {
        self.row.from_status.map(Into::into)
    }

    /// Where it stands since.
    async fn to_status(&self) -> EnrollmentStatus {
        self.row.to_status.into()
    }

    /// What it was before, by the kind; null where there was nothing, and for changes of status.
    async fn from_value(&self) -> Option<&str> {
        self.row.from_value.as_deref()
    }

    /// What it is since, by the kind; null where there is nothing, and for changes of status.
    async fn to_value(&self) -> Option<&str> {
        self.row.to_value.as_deref()
    }

    /// When it happened.
    async fn occurred_at(&self) -> DateTime {
        DateTime(self.row.occurred_at)
    }

    /// When it was written down.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.row.recorded_at)
    }

    /// Who did it.
    async fn actor(&self) -> AuditActor {
        AuditActor::of(self.row.actor_kind, self.row.actor_id, None)
    }

    /// Why: a code, or the words of whoever did it.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }
}

impl Listed for EnrollmentChange {
    const NAME: &'static str = "EnrollmentChange";
}

/// The same page of the histories of enrollments.
pub struct ChangesOfEnrollment;

impl Batch for ChangesOfEnrollment {
    type Key = (Uuid, PageArgs);
    type Value = Page<EnrollmentChange>;

    async fn load(request: &Request, keys: &[Self::Key]) -> ServiceResult<HashMap<Self::Key, Self::Value>> {
        let mut pages = HashMap::new();
        for (args, enrollments) in grouped(keys.iter().map(|(enrollment, args)| (args, *enrollment))) {
            for (id, page) in enrollment::changes_of(&request.service, &enrollments, args).await? {
                pages.insert((id, args.clone()), page.map(EnrollmentChange::from));
            }
        }
        Ok(pages)
    }
}

/// How long the histories of enrollments are.
pub struct CountOfChanges;

impl Batch for CountOfChanges {
    type Key = Uuid;
    type Value = u64;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, u64>> {
        enrollment::count_changes(&request.service, keys).await
    }
}

/// Lines by id among those that the caller may see.
pub struct VisibleChange;

impl Batch for VisibleChange {
    type Key = Uuid;
    type Value = EnrollmentChange;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, EnrollmentChange>> {
        let rows = enrollment::visible_changes(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// A page of an enrollment's history.
pub async fn changes_of(
    ctx: &Context<'_>,
    enrollment: Uuid,
    args: PageArgs,
) -> Result<Connection<EnrollmentChange>> {
    let page = load::<ChangesOfEnrollment>(ctx, (enrollment, args)).await?.unwrap_or_else(Page::empty);
    Ok(Connection::new(page, move |ctx| {
        Box::pin(async move { Ok(load::<CountOfChanges>(ctx, enrollment).await?.unwrap_or_default()) })
    }))
}
