//! Changing single learners: addresses, external ids, names, duplicates, whose record it is, and erasing.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use cairn_service::ids::{self, Kind};
use cairn_service::learner;

use super::super::command::outcome;
use super::super::context::ContextExt;
use super::super::error::{Result, UserError};
use super::super::reference::LearnerRef;
use super::super::scalar::DateTime;
use super::kept::{ErasureReceipt, LearnerMerge};
use super::{Learner, patch};

/// An address of a learner.
#[derive(InputObject)]
pub struct LearnerEmailInput {
    /// The address.
    address: String,
    /// Whether it is the one that is used.
    #[graphql(default)]
    primary: bool,
    /// Whether the issuer has made sure that it is theirs.
    #[graphql(default)]
    verified: bool,
}

/// Input of setLearnerEmails.
#[derive(InputObject)]
pub struct SetLearnerEmailsInput {
    /// Whose.
    learner: LearnerRef,
    /// All of them, up to 10, one of them primary; an empty list clears them.
    emails: Vec<LearnerEmailInput>,
}

/// A further external id of a learner.
#[derive(InputObject)]
pub struct LearnerExternalIdInput {
    /// In which system, such as `sis` or `lms`.
    system: String,
    /// The id there. It finds the learner wherever an `externalId` names one.
    external_id: String,
}

/// Input of setLearnerExternalIds.
#[derive(InputObject)]
pub struct SetLearnerExternalIdsInput {
    /// Whose.
    learner: LearnerRef,
    /// All further ones, up to 10; those of merged duplicates stay.
    external_ids: Vec<LearnerExternalIdInput>,
}

/// Input of changeLearnerName: an absent member keeps what is there, `null` clears it.
#[derive(InputObject)]
pub struct ChangeLearnerNameInput {
    /// Whose.
    learner: LearnerRef,
    /// Full name.
    name: MaybeUndefined<String>,
    /// Given name.
    given_name: MaybeUndefined<String>,
    /// Family name.
    family_name: MaybeUndefined<String>,
    /// Why; kept with the change.
    reason: String,
}

/// Input of mergeLearners.
#[derive(InputObject)]
pub struct MergeLearnersInput {
    /// The record that stays.
    survivor: LearnerRef,
    /// The duplicate.
    duplicate: LearnerRef,
    /// Why; kept with the merge.
    reason: String,
}

/// Input of undoLearnerMerge.
#[derive(InputObject)]
pub struct UndoLearnerMergeInput {
    /// Which merge.
    merge: ID,
}

/// Input of createLearnerLinkCode.
#[derive(InputObject)]
pub struct CreateLearnerLinkCodeInput {
    /// For whose record.
    learner: LearnerRef,
    /// For how many hours it holds, 1 to 720; a week where absent.
    valid_hours: Option<i32>,
}

/// Input of redeemLearnerLinkCode.
#[derive(InputObject)]
pub struct RedeemLearnerLinkCodeInput {
    /// The code that the issuer gave.
    code: String,
}

/// Input of unlinkLearner.
#[derive(InputObject)]
pub struct UnlinkLearnerInput {
    /// Which record.
    learner: LearnerRef,
}

/// Input of eraseLearner.
#[derive(InputObject)]
pub struct EraseLearnerInput {
    /// Whom.
    learner: LearnerRef,
    /// Whether credentials are revoked with it.
    #[graphql(default = true)]
    revoke_credentials: bool,
}

/// A payload with the learner as it now is.
/// Input of setLearnerNotices.
#[derive(InputObject)]
pub struct SetLearnerNoticesInput {
    /// Whose.
    learner: LearnerRef,
    /// Whether notices are sent to them, where the issuer has notices on.
    wanted: bool,
}

macro_rules! payload {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(SimpleObject)]
            pub struct $name {
                /// The learner as it now is.
                learner: Option<Learner>,
                /// What the caller can mend; empty where all went well.
                user_errors: Vec<UserError>,
            }
        )*
    };
}

payload! {
    /// Answer of setLearnerEmails.
    SetLearnerEmailsPayload;
    /// Answer of setLearnerExternalIds.
    SetLearnerExternalIdsPayload;
    /// Answer of changeLearnerName; `learner.outdatedCredentials` are those that still say another name.
    ChangeLearnerNamePayload;
    /// Answer of redeemLearnerLinkCode.
    RedeemLearnerLinkCodePayload;
    /// Answer of unlinkLearner.
    UnlinkLearnerPayload;
    /// Answer of setLearnerNotices.
    SetLearnerNoticesPayload;
}

/// Answer of mergeLearners.
#[derive(SimpleObject)]
pub struct MergeLearnersPayload {
    /// The record that stays, as it now is.
    learner: Option<Learner>,
    /// The merge, by which it may be undone.
    merge: Option<LearnerMerge>,
    /// What stands in the way; empty where all went well. Nothing was moved else.
    user_errors: Vec<UserError>,
}

/// Answer of undoLearnerMerge.
#[derive(SimpleObject)]
pub struct UndoLearnerMergePayload {
    /// The record that had stayed.
    learner: Option<Learner>,
    /// The one that is there again.
    duplicate: Option<Learner>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Answer of createLearnerLinkCode.
#[derive(SimpleObject)]
pub struct CreateLearnerLinkCodePayload {
    /// The code, shown only now: hand it to the learner, and to nobody else.
    code: Option<String>,
    /// Until when it holds.
    expires_at: Option<DateTime>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Answer of eraseLearner.
#[derive(SimpleObject)]
pub struct EraseLearnerPayload {
    /// Proof of it.
    receipt: Option<ErasureReceipt>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Changing single learners.
#[derive(Default)]
pub struct PersonMutations;

#[Object]
impl PersonMutations {
    /// Puts addresses in the place of a learner's. An address is an attribute: it never links a record to anybody.
    async fn set_learner_emails(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: SetLearnerEmailsInput,
    ) -> Result<Option<SetLearnerEmailsPayload>> {
        let email = |email: LearnerEmailInput| learner::NewEmail {
            address: email.address,
            primary: email.primary,
            verified: email.verified,
        };
        let emails = input.emails.into_iter().map(email).collect();
        let named = input.learner.into();
        let done = learner::set_emails(ctx.service(), ctx.actor(), &named, emails);
        let (row, user_errors) = outcome(ctx, done).await?;
        Ok(Some(SetLearnerEmailsPayload { learner: row.map(Learner::from), user_errors }))
    }

    /// Puts external ids in the place of a learner's further ones: their ids in other systems of the issuer.
    async fn set_learner_external_ids(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: SetLearnerExternalIdsInput,
    ) -> Result<Option<SetLearnerExternalIdsPayload>> {
        let id = |id: LearnerExternalIdInput| learner::NewExternalId {
            system: id.system,
            external_id: id.external_id,
        };
        let ids = input.external_ids.into_iter().map(id).collect();
        let named = input.learner.into();
        let done = learner::set_external_ids(ctx.service(), ctx.actor(), &named, ids);
        let (row, user_errors) = outcome(ctx, done).await?;
        Ok(Some(SetLearnerExternalIdsPayload { learner: row.map(Learner::from), user_errors }))
    }

    /// Changes a learner's name, and keeps what it was, who changed it and why. Credentials keep what they say until `replaceCredential` makes
    /// new ones: `learner.outdatedCredentials` names them.
    async fn change_learner_name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: ChangeLearnerNameInput,
    ) -> Result<Option<ChangeLearnerNamePayload>> {
        let new = learner::NewName {
            learner: input.learner.into(),
            name: patch(input.name),
            given_name: patch(input.given_name),
            family_name: patch(input.family_name),
            reason: input.reason,
        };
        let (row, user_errors) = outcome(ctx, learner::change_name(ctx.service(), ctx.actor(), new)).await?;
        Ok(Some(ChangeLearnerNamePayload { learner: row.map(Learner::from), user_errors }))
    }

    /// Merges a duplicate into the record that stays: enrollments, attempts and credentials go there, and the duplicate's external ids find it
    /// from then on. What stands in the way is told before anything is moved. `undoLearnerMerge` takes it back.
    async fn merge_learners(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: MergeLearnersInput,
    ) -> Result<Option<MergeLearnersPayload>> {
        let (survivor, duplicate) = (input.survivor.into(), input.duplicate.into());
        let done = learner::merge(ctx.service(), ctx.actor(), &survivor, &duplicate, &input.reason);
        let (done, user_errors) = outcome(ctx, done).await?;
        let (learner, merge) = done.unzip();
        Ok(Some(MergeLearnersPayload {
            learner: learner.map(Learner::from),
            merge: merge.map(LearnerMerge::from),
            user_errors,
        }))
    }

    /// Makes two records of one again. What was moved goes back, with what was issued for it since.
    async fn undo_learner_merge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: UndoLearnerMergeInput,
    ) -> Result<Option<UndoLearnerMergePayload>> {
        let merge = ids::decode_as(Kind::LearnerMerge, &input.merge);
        let (done, user_errors) = outcome(ctx, learner::undo(ctx.service(), ctx.actor(), merge)).await?;
        let (learner, duplicate) = done.unzip();
        Ok(Some(UndoLearnerMergePayload {
            learner: learner.map(Learner::from),
            duplicate: duplicate.map(Learner::from),
            user_errors,
        }))
    }

    /// Makes a one-time code for the issuer's staff to hand to a learner, who redeems it to have the record in their passport.
    async fn create_learner_link_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: CreateLearnerLinkCodeInput,
    ) -> Result<Option<CreateLearnerLinkCodePayload>> {
        let named = input.learner.into();
        let done = learner::create_code(ctx.service(), ctx.actor(), &named, input.valid_hours);
        let (code, user_errors) = outcome(ctx, done).await?;
        let expires_at = code.as_ref().map(|code| DateTime(code.expires_at));
        Ok(Some(CreateLearnerLinkCodePayload {
            code: code.and_then(|code| code.code.shown()),
            expires_at,
            user_errors,
        }))
    }

    /// Links the learner record that a code is for to the person who is signed in: their passport shows it from then on.
    async fn redeem_learner_link_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RedeemLearnerLinkCodeInput,
    ) -> Result<Option<RedeemLearnerLinkCodePayload>> {
        let (row, user_errors) =
            outcome(ctx, learner::redeem(ctx.service(), ctx.actor(), &input.code)).await?;
        Ok(Some(RedeemLearnerLinkCodePayload { learner: row.map(Learner::from), user_errors }))
    }

    /// Takes a record out of its person's passport. The person themselves may, and the issuer.
    async fn unlink_learner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: UnlinkLearnerInput,
    ) -> Result<Option<UnlinkLearnerPayload>> {
        let named = input.learner.into();
        let done = learner::unlink(ctx.service(), ctx.actor(), &named);
        let (row, user_errors) = outcome(ctx, done).await?;
        Ok(Some(UnlinkLearnerPayload { learner: row.map(Learner::from), user_errors }))
    }

    /// Stops an issuer's notices to a learner, or has them sent again. The learner decides, and so does who has `learners:write`; what the learner has
    /// stopped only the learner takes back.
    async fn set_learner_notices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: SetLearnerNoticesInput,
    ) -> Result<Option<SetLearnerNoticesPayload>> {
        let named = input.learner.into();
        let done = learner::set_notices(ctx.service(), ctx.actor(), &named, input.wanted);
        let (row, user_errors) = outcome(ctx, done).await?;
        Ok(Some(SetLearnerNoticesPayload { learner: row.map(Learner::from), user_errors }))
    }

    /// Erases a person everywhere: everything personal of the learner goes, in every table, and enrollments that run are withdrawn. Their
    /// credentials are revoked unless that is not wanted; either way the server keeps no copy of them. Erasing again gives the same proof.
    async fn erase_learner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: EraseLearnerInput,
    ) -> Result<Option<EraseLearnerPayload>> {
        let named = input.learner.into();
        let done = learner::erase(ctx.service(), ctx.actor(), &named, input.revoke_credentials);
        let (row, user_errors) = outcome(ctx, done).await?;
        Ok(Some(EraseLearnerPayload { receipt: row.map(ErasureReceipt::from), user_errors }))
    }
}
