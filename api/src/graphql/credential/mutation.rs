//! What changes credentials: revoking and sharing. Issuing is a bulk operation.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use cairn_service::credential;

use super::Credential;
use crate::graphql::context::ContextExt;
use crate::graphql::enums::{RevocationReason, Visibility};
use crate::graphql::error::{Result, UserError, outcome};
use crate::graphql::reference::CredentialRef;

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

/// Input of shareCredential.
#[derive(InputObject)]
pub struct ShareCredentialInput {
    /// Which.
    credential: CredentialRef,
    /// Who may see its page.
    visibility: Visibility,
}

/// Answer of shareCredential.
#[derive(SimpleObject)]
pub struct ShareCredentialPayload {
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
        let (row, user_errors) = outcome(credential::revoke(ctx.service(), ctx.actor(), revocation).await)?;
        Ok(Some(RevokeCredentialPayload { credential: row.map(Credential::from), user_errors }))
    }

    /// Decides who may see a credential's page. Its holder may, and its issuer.
    async fn share_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: ShareCredentialInput,
    ) -> Result<Option<ShareCredentialPayload>> {
        let reference = input.credential.into();
        let shared = credential::share(ctx.service(), ctx.actor(), &reference, input.visibility.into()).await;
        let (row, user_errors) = outcome(shared)?;
        Ok(Some(ShareCredentialPayload { credential: row.map(Credential::from), user_errors }))
    }
}
