//! What changes credentials: revoking, suspending, renewing, replacing, sharing. Issuing is a bulk operation.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use cairn_service::attempt::NewEvidence;
use cairn_service::{credential, issuance};

use super::Credential;
use crate::graphql::attempt::EvidenceInput;
use crate::graphql::command::outcome;
use crate::graphql::context::ContextExt;
use crate::graphql::enums::{RevocationReason, Visibility};
use crate::graphql::error::{Result, UserError};
use crate::graphql::reference::CredentialRef;
use crate::graphql::scalar::DateTime;

/// Input of revokeCredential.
#[derive(InputObject)]
pub struct RevokeCredentialInput {
    /// Which.
    credential: CredentialRef,
    /// Why.
    reason: RevocationReason,
    /// More, in words; at most 1,000 characters.
    note: Option<String>,
}

/// Answer of revokeCredential.
#[derive(SimpleObject)]
pub struct RevokeCredentialPayload {
    /// The credential.
    credential: Option<Credential>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of suspendCredential.
#[derive(InputObject)]
pub struct SuspendCredentialInput {
    /// Which.
    credential: CredentialRef,
    /// Why, in words; at most 1,000 characters. Kept with the credential, shown to nobody.
    note: Option<String>,
}

/// Answer of suspendCredential.
#[derive(SimpleObject)]
pub struct SuspendCredentialPayload {
    /// The credential.
    credential: Option<Credential>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of reinstateCredential.
#[derive(InputObject)]
pub struct ReinstateCredentialInput {
    /// Which.
    credential: CredentialRef,
    /// Why, in words; at most 1,000 characters. Kept with the credential, shown to nobody.
    note: Option<String>,
}

/// Answer of reinstateCredential.
#[derive(SimpleObject)]
pub struct ReinstateCredentialPayload {
    /// The credential.
    credential: Option<Credential>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of renewCredential.
#[derive(InputObject)]
pub struct RenewCredentialInput {
    /// Which.
    credential: CredentialRef,
    /// What shows that it is due: stands in the new document, for all to see who have it.
    evidence: Option<Vec<EvidenceInput>>,
}

/// Answer of renewCredential.
#[derive(SimpleObject)]
pub struct RenewCredentialPayload {
    /// The new credential.
    credential: Option<Credential>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of replaceCredential.
#[derive(InputObject)]
pub struct ReplaceCredentialInput {
    /// Which.
    credential: CredentialRef,
    /// Why, in words; at most 1,000 characters. Kept with the old credential, shown to nobody.
    reason: String,
    /// Whether it says what the program's current version says, where the program's data was corrected; else it says again what the version says that
    /// was earned.
    #[graphql(default)]
    use_current_version: bool,
}

/// Answer of replaceCredential.
#[derive(SimpleObject)]
pub struct ReplaceCredentialPayload {
    /// The new credential.
    credential: Option<Credential>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of shareCredential.
#[derive(InputObject)]
pub struct ShareCredentialInput {
    /// Which.
    credential: CredentialRef,
    /// Who may see its page.
    visibility: Visibility,
    /// Until when; without end where absent or null.
    expires_at: Option<DateTime>,
}

/// Answer of shareCredential.
#[derive(SimpleObject)]
pub struct ShareCredentialPayload {
    /// The credential.
    credential: Option<Credential>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of chooseCredentialResults.
#[derive(InputObject)]
pub struct ChooseCredentialResultsInput {
    /// Which.
    credential: CredentialRef,
    /// The results that its page shows, by their `key`; all where absent or null, none where empty.
    results: Option<Vec<String>>,
}

/// Answer of chooseCredentialResults.
#[derive(SimpleObject)]
pub struct ChooseCredentialResultsPayload {
    /// The credential.
    credential: Option<Credential>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Changing credentials.
#[derive(Default)]
pub struct CredentialMutations;

#[Object]
impl CredentialMutations {
    /// Revokes a credential for good. Its page, its status list and every verification say so from then on.
    async fn revoke_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RevokeCredentialInput,
    ) -> Result<Option<RevokeCredentialPayload>> {
        let revocation = credential::Revocation {
            credential: input.credential.into(),
            reason: input.reason.into(),
            note: input.note,
        };
        let (row, user_errors) =
            outcome(ctx, credential::revoke(ctx.service(), ctx.actor(), revocation)).await?;
        Ok(Some(RevokeCredentialPayload { credential: row.map(Credential::from), user_errors }))
    }

    /// Suspends a credential for now; only where its program allowed suspending (`maySuspend`) when it was issued. Its page, its status list and every
    /// verification say so until it is reinstated.
    async fn suspend_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: SuspendCredentialInput,
    ) -> Result<Option<SuspendCredentialPayload>> {
        let new = credential::Suspension { credential: input.credential.into(), note: input.note };
        let (row, user_errors) = outcome(ctx, credential::suspend(ctx.service(), ctx.actor(), new)).await?;
        Ok(Some(SuspendCredentialPayload { credential: row.map(Credential::from), user_errors }))
    }

    /// Ends a suspension.
    async fn reinstate_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: ReinstateCredentialInput,
    ) -> Result<Option<ReinstateCredentialPayload>> {
        let new = credential::Suspension { credential: input.credential.into(), note: input.note };
        let (row, user_errors) = outcome(ctx, credential::reinstate(ctx.service(), ctx.actor(), new)).await?;
        Ok(Some(ReinstateCredentialPayload { credential: row.map(Credential::from), user_errors }))
    }

    /// Issues the next credential, linked to this one, within the window that the program states (`validity`). Where the program says so, the learner's
    /// credentials of the programs that it contains are renewed with it.
    async fn renew_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RenewCredentialInput,
    ) -> Result<Option<RenewCredentialPayload>> {
        let evidence = input.evidence.unwrap_or_default().into_iter().map(NewEvidence::from).collect();
        let new = issuance::Renewal { credential: input.credential.into(), evidence };
        let (row, user_errors) = outcome(ctx, issuance::renew(ctx.service(), ctx.actor(), new)).await?;
        Ok(Some(RenewCredentialPayload { credential: row.map(Credential::from), user_errors }))
    }

    /// Issues a corrected credential, made of what is known of the learner now: the old one is revoked as superseded and points to it.
    async fn replace_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: ReplaceCredentialInput,
    ) -> Result<Option<ReplaceCredentialPayload>> {
        let new = issuance::Replacement {
            credential: input.credential.into(),
            reason: input.reason,
            use_current_version: input.use_current_version,
        };
        let (row, user_errors) = outcome(ctx, issuance::replace(ctx.service(), ctx.actor(), new)).await?;
        Ok(Some(ReplaceCredentialPayload { credential: row.map(Credential::from), user_errors }))
    }

    /// Decides who may see a credential's page. Its holder may, and its issuer.
    async fn share_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: ShareCredentialInput,
    ) -> Result<Option<ShareCredentialPayload>> {
        let sharing = credential::Sharing {
            credential: input.credential.into(),
            visibility: input.visibility.into(),
            until: input.expires_at.map(|moment| moment.0),
        };
        let shared = credential::share(ctx.service(), ctx.actor(), sharing);
        let (row, user_errors) = outcome(ctx, shared).await?;
        Ok(Some(ShareCredentialPayload { credential: row.map(Credential::from), user_errors }))
    }

    /// Decides which results a credential's page shows. Only its holder may. The signed document is not changed: whoever has the file, or fetches it at
    /// the page's address, sees all of it.
    async fn choose_credential_results(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: ChooseCredentialResultsInput,
    ) -> Result<Option<ChooseCredentialResultsPayload>> {
        let named = input.credential.into();
        let chosen = credential::choose_results(ctx.service(), ctx.actor(), &named, input.results);
        let (row, user_errors) = outcome(ctx, chosen).await?;
        Ok(Some(ChooseCredentialResultsPayload { credential: row.map(Credential::from), user_errors }))
    }
}
