//! The audit log: types, queries, loaders.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use cairn_service::audit;
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::{self, Kind};
use cairn_service::rows;
use cairn_service::rows::enums::ActorKind;
use uuid::Uuid;

use super::connection::{Connection, Listed, page_args};
use super::context::{Batch, ContextExt, Request};
use super::enums::ViewerKind;
use super::error::Result;
use super::range::TimeRange;
use super::reference::IssuerRef;
use super::scalar::{DateTime, Json, global_id};

/// A line of the audit log.
#[derive(Clone)]
pub struct AuditEntry {
    row: rows::audit_entry::Model,
}

impl From<rows::audit_entry::Model> for AuditEntry {
    fn from(row: rows::audit_entry::Model) -> Self {
        Self { row }
    }
}

impl Listed for AuditEntry {
    const NAME: &'static str = "AuditEntry";
}

/// Who did something.
#[derive(SimpleObject, Clone)]
pub struct AuditActor {
    /// What it is; null for the server itself and its command line.
    kind: Option<ViewerKind>,
    /// Global id, where it has one.
    id: Option<ID>,
    /// Name of the key, or the roles of the person; never a person's name.
    name: Option<String>,
}

impl AuditActor {
    /// Whoever acted, as rows keep them.
    pub fn of(kind: ActorKind, id: Option<Uuid>, name: Option<String>) -> Self {
        let (kind, of) = match kind {
            ActorKind::Anonymous => (Some(ViewerKind::Anonymous), None),
            ActorKind::Person => (Some(ViewerKind::Person), Some(Kind::Person)),
            ActorKind::ApiKey => (Some(ViewerKind::ApiKey), Some(Kind::ApiKey)),
            ActorKind::System => (None, None),
        };
        Self { kind, id: of.zip(id).map(|(kind, id)| global_id(kind, id)), name }
    }
}

/// What something was done to.
#[derive(SimpleObject)]
pub struct AuditSubject {
    /// Its type.
    #[graphql(name = "type")]
    kind: String,
    /// Global id.
    id: Option<ID>,
}

/// A line of the audit log.
#[Object]
impl AuditEntry {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::AuditEntry, self.row.id)
    }

    /// When.
    async fn occurred_at(&self) -> DateTime {
        DateTime(self.row.occurred_at)
    }

    /// Who.
    async fn actor(&self) -> AuditActor {
        AuditActor::of(self.row.actor_kind, self.row.actor_id, self.row.actor_name.clone())
    }

    /// Did what: `credential.revoked`.
    async fn action(&self) -> &str {
        &self.row.action
    }

    /// To what.
    async fn subject(&self) -> AuditSubject {
        let kind = ids::Kind::of_type_name(&self.row.subject_type);
        let id = kind.zip(self.row.subject_id).map(|(kind, id)| global_id(kind, id));
        AuditSubject { kind: self.row.subject_type.clone(), id }
    }

    /// More: ids, numbers, codes.
    async fn detail(&self) -> Json {
        Json(self.row.detail.clone())
    }

    /// In which request.
    async fn request_id(&self) -> Option<&str> {
        self.row.request_id.as_deref()
    }
}

/// Lines by id, among those that the caller may read.
pub struct VisibleAuditEntry;

impl Batch for VisibleAuditEntry {
    type Key = Uuid;
    type Value = AuditEntry;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, AuditEntry>> {
        let rows = audit::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, VisibleAuditEntry);
}

/// Which lines of the audit log.
#[derive(InputObject, Default)]
pub struct AuditFilter {
    /// Of this issuer, for operators.
    issuer: Option<IssuerRef>,
    /// By this actor, by global id.
    actor: Option<ID>,
    /// Of these actions.
    actions: Option<Vec<String>>,
    /// About this.
    subject: Option<ID>,
    /// In this request.
    request_id: Option<String>,
    /// Within this span.
    occurred_at: Option<TimeRange>,
}

impl From<AuditFilter> for audit::AuditFilter {
    fn from(filter: AuditFilter) -> Self {
        // An id that is none of ours names nothing: the nil id, which no row has.
        let id = |id: ID| ids::decode(&id).map_or(Uuid::nil(), |(_, id)| id);
        let span = filter.occurred_at.unwrap_or_default();
        Self {
            issuer: filter.issuer.map(Into::into),
            actor: filter.actor.map(id),
            actions: filter.actions,
            subject: filter.subject.map(id),
            request_id: filter.request_id,
            from: span.from.map(|at| at.0),
            to: span.to.map(|at| at.0),
        }
    }
}

/// Reading the audit log.
#[derive(Default)]
pub struct AuditQueries;

#[Object]
impl AuditQueries {
    /// The audit log, the newest first. Needs `audit:read`.
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<AuditFilter>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<AuditEntry>>> {
        let filter: audit::AuditFilter = filter.unwrap_or_default().into();
        let page =
            audit::page(ctx.service(), ctx.actor(), &filter, &page_args(first, after, last, before)).await?;
        Ok(Some(Connection::new(page.map(AuditEntry::from), move |ctx| {
            let filter = filter.clone();
            Box::pin(async move { Ok(audit::count(ctx.service(), ctx.actor(), &filter).await?) })
        })))
    }
}
