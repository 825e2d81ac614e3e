//! What is kept of learners beside their records: addresses, external ids, changes of names, merged duplicates, proofs of erasure.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::{learner, passport, rows};
use uuid::Uuid;

use super::super::audit::AuditActor;
use super::super::context::{Batch, Request, load_required};
use super::super::credential::Credential;
use super::super::error::Result;
use super::super::scalar::{DateTime, global_id, moment};
use super::super::skill::Skill;
use super::super::terms::Credit;
use super::{Learner, LearnerById};

/// An e-mail address of a learner.
#[derive(SimpleObject, Clone)]
pub struct LearnerEmail {
    /// The address.
    pub address: String,
    /// Whether it is the one that is used, and that credentials name (as a hash).
    pub primary: bool,
    /// When the issuer made sure that it is theirs; null where nobody has.
    pub verified_at: Option<DateTime>,
}

/// A further external id of a learner.
#[derive(SimpleObject, Clone)]
pub struct LearnerExternalId {
    /// In which system; `merged` for the id of a duplicate that was merged in.
    system: String,
    /// The id there.
    external_id: String,
}

/// A name as it was and as it became.
#[derive(SimpleObject, Clone)]
pub struct LearnerNameChange {
    /// Full name before.
    name_before: Option<String>,
    /// Given name before.
    given_name_before: Option<String>,
    /// Family name before.
    family_name_before: Option<String>,
    /// Full name after.
    name_after: Option<String>,
    /// Given name after.
    given_name_after: Option<String>,
    /// Family name after.
    family_name_after: Option<String>,
    /// When.
    changed_at: DateTime,
    /// Who changed it.
    changed_by: AuditActor,
    /// Why; null where it came with a list of learners.
    reason: Option<String>,
}

impl From<rows::learner_name_change::Model> for LearnerNameChange {
    fn from(row: rows::learner_name_change::Model) -> Self {
        Self {
            name_before: row.name_before,
            given_name_before: row.given_before,
            family_name_before: row.family_before,
            name_after: row.name_after,
            given_name_after: row.given_after,
            family_name_after: row.family_after,
            changed_at: DateTime(row.changed_at),
            changed_by: AuditActor::of(row.actor_kind, row.actor_id, None),
            reason: row.reason,
        }
    }
}

/// Two records of one learner made into one.
#[derive(Clone)]
pub struct LearnerMerge {
    row: rows::learner_merge::Model,
}

impl From<rows::learner_merge::Model> for LearnerMerge {
    fn from(row: rows::learner_merge::Model) -> Self {
        Self { row }
    }
}

/// Two records of one learner made into one.
#[Object]
impl LearnerMerge {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::LearnerMerge, self.row.id)
    }

    /// The record that stays.
    async fn survivor(&self, ctx: &Context<'_>) -> Result<Learner> {
        load_required::<LearnerById>(ctx, self.row.survivor_id).await
    }

    /// The duplicate.
    async fn duplicate(&self, ctx: &Context<'_>) -> Result<Learner> {
        load_required::<LearnerById>(ctx, self.row.merged_id).await
    }

    /// Why.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }

    /// When.
    async fn merged_at(&self) -> DateTime {
        DateTime(self.row.merged_at)
    }

    /// Who merged them.
    async fn merged_by(&self) -> AuditActor {
        AuditActor::of(self.row.actor_kind, self.row.actor_id, None)
    }

    /// When it was undone; null where it was not.
    async fn undone_at(&self) -> Option<DateTime> {
        moment(self.row.undone_at)
    }
}

/// Proof that a learner was erased.
#[derive(Clone)]
pub struct ErasureReceipt {
    row: rows::erasure::Model,
}

impl From<rows::erasure::Model> for ErasureReceipt {
    fn from(row: rows::erasure::Model) -> Self {
        Self { row }
    }
}

/// Proof that a learner was erased.
#[Object]
impl ErasureReceipt {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::ErasureReceipt, self.row.id)
    }

    /// When.
    async fn erased_at(&self) -> DateTime {
        DateTime(self.row.erased_at)
    }

    /// How many credentials were revoked with it.
    async fn revoked_credential_count(&self) -> i32 {
        self.row.revoked_credentials
    }
}

/// A loader of what each learner has.
macro_rules! of_learners {
    ($($(#[$doc:meta])* $name:ident: $value:ty = $load:path;)*) => {
        $(
            $(#[$doc])*
            pub struct $name;

            impl Batch for $name {
                type Key = Uuid;
                type Value = Vec<$value>;

                async fn load(
                    request: &Request,
                    keys: &[Uuid],
                ) -> ServiceResult<HashMap<Uuid, Vec<$value>>> {
                    let found = $load(&request.service, keys).await?;
                    let shown = |rows: Vec<_>| rows.into_iter().map(<$value>::from).collect();
                    Ok(found.into_iter().map(|(id, rows)| (id, shown(rows))).collect())
                }
            }
        )*
    };
}

of_learners! {
    /// Further addresses.
    EmailsOf: LearnerEmail = learner::emails;
    /// Further external ids.
    ExternalIdsOf: LearnerExternalId = learner::external_ids;
    /// Changes of names.
    NameChangesOf: LearnerNameChange = learner::name_changes;
    /// Merges.
    MergesOf: LearnerMerge = learner::merges;
    /// Credit earned.
    CreditOf: Credit = passport::credit_totals_of;
    /// Skills gained.
    SkillsOf: Skill = passport::skills_of;
    /// Credentials that name their learner otherwise than the learner is named now.
    OutdatedOf: Credential = learner::credentials_with_other_names;
}

impl From<rows::learner_email::Model> for LearnerEmail {
    fn from(row: rows::learner_email::Model) -> Self {
        Self { address: row.address, primary: false, verified_at: moment(row.verified_at) }
    }
}

impl From<rows::learner_external_id::Model> for LearnerExternalId {
    fn from(row: rows::learner_external_id::Model) -> Self {
        Self { system: row.system, external_id: row.external_id }
    }
}

/// A loader of things by id among those that the caller may see.
macro_rules! visible {
    ($($(#[$doc:meta])* $name:ident: $value:ty = $load:path;)*) => {
        $(
            $(#[$doc])*
            pub struct $name;

            impl Batch for $name {
                type Key = Uuid;
                type Value = $value;

                async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, $value>> {
                    let rows = $load(&request.service, &request.actor, keys).await?;
                    Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
                }
            }
        )*
    };
}

visible! {
    /// Merges by id.
    VisibleMerge: LearnerMerge = learner::visible_merges;
    /// Proofs of erasure by id.
    VisibleReceipt: ErasureReceipt = learner::visible_receipts;
}

/// Registers the loaders of what is kept.
pub fn register(request: &Arc<Request>, data: &mut async_graphql::Data) {
    super::super::schema::register!(
        request,
        data,
        EmailsOf,
        ExternalIdsOf,
        NameChangesOf,
        MergesOf,
        CreditOf,
        SkillsOf,
        OutdatedOf,
        VisibleMerge,
        VisibleReceipt,
    );
}
