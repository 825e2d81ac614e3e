//! Learners: the type, bulk mutations, loaders. What is kept beside the record is in `kept`, changes of single learners are in `change`.

mod change;
mod kept;

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use cairn_service::bulk::RowOutcome;
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::patch::Patch;
use cairn_service::reference::IssuerReference;
use cairn_service::{learner, read, rows};
use uuid::Uuid;

use super::bulk::UpsertSummary;
use super::command::outcome;
use super::context::{Batch, ContextExt, Request, load, load_required};
use super::credential::Credential;
use super::enums::{NoticeChoice, UpsertOutcome};
use super::error::{Result, UserError, user_errors};
use super::issuer::{Issuer, IssuerById};
use super::reference::IssuerRef;
use super::scalar::{DateTime, global_id, moment};
use super::skill::Skill;
use super::terms::Credit;

pub use change::PersonMutations;
use kept::{
    CreditOf, EmailsOf, ExternalIdsOf, LearnerEmail, LearnerExternalId, LearnerNameChange, MergesOf,
    NameChangesOf, OutdatedOf, SkillsOf,
};
pub use kept::{ErasureReceipt, LearnerMerge, VisibleMerge, VisibleReceipt};

/// A person as one issuer knows them.
#[derive(Clone)]
pub struct Learner {
    row: rows::learner::Model,
}

impl From<rows::learner::Model> for Learner {
    fn from(row: rows::learner::Model) -> Self {
        Self { row }
    }
}

/// A person as one issuer knows them.
#[Object]
impl Learner {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Learner, self.row.id)
    }

    /// The issuer's own id.
    async fn external_id(&self) -> &str {
        &self.row.external_id
    }

    /// Full name. Personal: takes `learners:read`, or being the learner; refused with FORBIDDEN otherwise.
    async fn name(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        self.personal(ctx, self.row.name.as_deref())
    }

    /// Given name. Personal, as the name is.
    async fn given_name(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        self.personal(ctx, self.row.given_name.as_deref())
    }

    /// Family name. Personal, as the name is.
    async fn family_name(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        self.personal(ctx, self.row.family_name.as_deref())
    }

    /// An attribute, never an identity. Personal, as the name is.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        self.personal(ctx, self.row.email.as_deref())
    }

    /// Preferred language, BCP 47. Personal, as the name is.
    async fn language(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        self.personal(ctx, self.row.language.as_deref())
    }

    /// Whether they get notices of the issuer by e-mail. Personal, as the name is.
    async fn notices(&self, ctx: &Context<'_>) -> Result<NoticeChoice> {
        self.personal(ctx, self.row.notices.into())
    }

    /// Their decentralized identifier, which credentials name as their subject. Personal, as the name is.
    async fn did(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        self.personal(ctx, self.row.did.as_deref())
    }

    /// All addresses, the primary one first. Personal, as the name is.
    async fn emails(&self, ctx: &Context<'_>) -> Result<Vec<LearnerEmail>> {
        let further = self.kept::<EmailsOf, _>(ctx).await?;
        let primary = self.row.email.as_ref().map(|address| LearnerEmail {
            address: address.clone(),
            primary: true,
            verified_at: moment(self.row.email_verified_at),
        });
        let others = further.into_iter().filter(|other| Some(&other.address) != self.row.email.as_ref());
        Ok(primary.into_iter().chain(others.collect::<Vec<_>>()).collect())
    }

    /// Ids in other systems of the issuer. Personal, as the name is.
    async fn external_ids(&self, ctx: &Context<'_>) -> Result<Vec<LearnerExternalId>> {
        self.kept::<ExternalIdsOf, _>(ctx).await
    }

    /// Earlier names, the newest change first. Personal, as the name is.
    async fn name_changes(&self, ctx: &Context<'_>) -> Result<Vec<LearnerNameChange>> {
        self.kept::<NameChangesOf, _>(ctx).await
    }

    /// Credentials that stand and name the learner otherwise than they are named now: `replaceCredential` makes new ones. Personal, as the name is.
    async fn outdated_credentials(&self, ctx: &Context<'_>) -> Result<Vec<Credential>> {
        self.kept::<OutdatedOf, _>(ctx).await
    }

    /// Duplicates that were merged into this record, the newest first; those undone since, too. Personal, as the name is.
    async fn merges(&self, ctx: &Context<'_>) -> Result<Vec<LearnerMerge>> {
        self.kept::<MergesOf, _>(ctx).await
    }

    /// The record that this duplicate was merged into.
    async fn merged_into(&self, ctx: &Context<'_>) -> Result<Option<Learner>> {
        match self.row.merged_into_id {
            Some(id) => load_required::<LearnerById>(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether the record is in the passport of a person who signs in. Personal, as the name is.
    async fn linked(&self, ctx: &Context<'_>) -> Result<bool> {
        self.personal(ctx, self.row.person_id.is_some())
    }

    /// Credit earned with this issuer, by scheme, as a passport counts it. Personal, as the name is.
    async fn credit_totals(&self, ctx: &Context<'_>) -> Result<Vec<Credit>> {
        self.kept::<CreditOf, _>(ctx).await
    }

    /// Skills gained with this issuer, by name. Personal, as the name is.
    async fn skills(&self, ctx: &Context<'_>) -> Result<Vec<Skill>> {
        self.kept::<SkillsOf, _>(ctx).await
    }

    /// When everything personal was erased.
    async fn erased_at(&self) -> Option<DateTime> {
        moment(self.row.erased_at)
    }

    /// The issuer that knows them.
    async fn issuer(&self, ctx: &Context<'_>) -> Result<Issuer> {
        load_required::<IssuerById>(ctx, self.row.issuer_id).await
    }
}

impl Learner {
    fn personal<T>(&self, ctx: &Context<'_>, value: T) -> Result<T> {
        learner::require_personal(ctx.actor(), &self.row)?;
        Ok(value)
    }

    /// What is kept beside the record, for whoever may see it.
    async fn kept<B, T>(&self, ctx: &Context<'_>) -> Result<Vec<T>>
    where
        B: Batch<Key = Uuid, Value = Vec<T>>,
        T: Send + Sync + Clone + 'static,
    {
        learner::require_personal(ctx.actor(), &self.row)?;
        Ok(load::<B>(ctx, self.row.id).await?.unwrap_or_default())
    }
}

/// Learners by id, for what refers to them.
pub struct LearnerById;

impl Batch for LearnerById {
    type Key = Uuid;
    type Value = Learner;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Learner>> {
        let rows = read::by_ids::<rows::learner::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Learners by id among those that the caller may see.
pub struct VisibleLearner;

impl Batch for VisibleLearner {
    type Key = Uuid;
    type Value = Learner;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Learner>> {
        let rows = learner::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, LearnerById, VisibleLearner);
    kept::register(request, data);
}

/// Input of upsertLearners.
#[derive(InputObject)]
pub struct UpsertLearnersInput {
    /// Whose; only operators need to say.
    issuer: Option<IssuerRef>,
    /// Up to 1,000.
    rows: Vec<UpsertLearnersRowInput>,
}

/// A learner to be made or changed: an absent member keeps what is there, `null` clears it.
#[derive(InputObject)]
pub struct UpsertLearnersRowInput {
    /// The caller's own id; tells learners apart.
    external_id: String,
    /// Full name.
    name: MaybeUndefined<String>,
    /// Given name.
    given_name: MaybeUndefined<String>,
    /// Family name.
    family_name: MaybeUndefined<String>,
    /// An attribute, never an identity.
    email: MaybeUndefined<String>,
    /// Preferred language, BCP 47.
    language: MaybeUndefined<String>,
    /// Their decentralized identifier: credentials issued from then on name it as their subject.
    did: MaybeUndefined<String>,
}

impl From<UpsertLearnersRowInput> for learner::LearnerRow {
    fn from(row: UpsertLearnersRowInput) -> Self {
        Self {
            external_id: row.external_id,
            name: patch(row.name),
            given_name: patch(row.given_name),
            family_name: patch(row.family_name),
            email: patch(row.email),
            language: patch(row.language),
            did: patch(row.did),
        }
    }
}

/// What an input's member asks for.
pub fn patch<T>(member: MaybeUndefined<T>) -> Patch<T> {
    match member {
        MaybeUndefined::Undefined => Patch::Keep,
        MaybeUndefined::Null => Patch::Clear,
        MaybeUndefined::Value(value) => Patch::Set(value),
    }
}

/// Answer of upsertLearners.
#[derive(SimpleObject)]
pub struct UpsertLearnersPayload {
    /// One a row, in order.
    results: Vec<UpsertLearnersRow>,
    /// Counts.
    summary: UpsertSummary,
    /// What the caller can mend in the call as a whole; what is wrong with a row stands there.
    user_errors: Vec<UserError>,
}

/// What became of one row.
#[derive(SimpleObject)]
pub struct UpsertLearnersRow {
    /// Place in the input, from 0.
    index: usize,
    /// What became of it.
    outcome: UpsertOutcome,
    /// The learner as it now is; null where the row failed.
    learner: Option<Learner>,
    /// Why not; where a later row has the same key, the earlier says so.
    user_errors: Vec<UserError>,
}

impl From<RowOutcome<rows::learner::Model>> for UpsertLearnersRow {
    fn from(row: RowOutcome<rows::learner::Model>) -> Self {
        Self {
            index: row.index,
            outcome: row.outcome.into(),
            learner: row.value.map(Learner::from),
            user_errors: user_errors(row.errors),
        }
    }
}

/// Changing learners.
#[derive(Default)]
pub struct LearnerMutations;

#[Object]
impl LearnerMutations {
    /// Makes or changes learners by their external ids. Each row has its own outcome; a bad row never stops a good one.
    async fn upsert_learners(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: UpsertLearnersInput,
    ) -> Result<Option<UpsertLearnersPayload>> {
        let issuer = input.issuer.map(IssuerReference::from);
        let rows = input.rows.into_iter().map(Into::into).collect();
        let done = learner::upsert(ctx.service(), ctx.actor(), issuer.as_ref(), rows);
        let (outcomes, user_errors) = outcome(ctx, done).await?;
        let outcomes = outcomes.unwrap_or_default();
        let summary = UpsertSummary::of(&outcomes);
        let results = outcomes.into_iter().map(UpsertLearnersRow::from).collect();
        Ok(Some(UpsertLearnersPayload { results, summary, user_errors }))
    }
}
