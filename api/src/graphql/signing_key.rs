//! Changing signing keys: rotating them, and giving up one that is compromised. Their type is with `issuer`, whose they are.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use cairn_service::ids::{self, Kind};
use cairn_service::signing_key;

use super::command::outcome;
use super::context::ContextExt;
use super::enums::SigningKeyAlgorithm;
use super::error::{Result, UserError};
use super::issuer::SigningKey;
use super::reference::IssuerRef;
use super::scalar::DateTime;

/// Input of rotateSigningKey.
#[derive(InputObject)]
pub struct RotateSigningKeyInput {
    /// Whose; the caller's where absent.
    issuer: Option<IssuerRef>,
    /// Of which kind; each kind has a key of its own.
    #[graphql(default_with = "SigningKeyAlgorithm::Ed25519")]
    algorithm: SigningKeyAlgorithm,
    /// The name of the new key at the server's external signer, for operators; where absent the server makes and keeps it. Required where the present
    /// key is kept there.
    remote_key: Option<String>,
}

/// Answer of rotateSigningKey.
#[derive(SimpleObject)]
pub struct RotateSigningKeyPayload {
    /// The new key.
    signing_key: Option<SigningKey>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of markSigningKeyCompromised.
#[derive(InputObject)]
pub struct MarkSigningKeyCompromisedInput {
    /// Which.
    id: ID,
    /// The earliest moment at which somebody else may have had it: what it signed before still verifies. It may be moved back later, never forward.
    since: DateTime,
    /// Why, in words; at most 1,000 characters. Shown to those who manage the issuer's keys.
    note: Option<String>,
    /// The name of the key at the server's external signer that takes over, for operators; where absent the server makes one.
    remote_key: Option<String>,
}

/// Answer of markSigningKeyCompromised.
#[derive(SimpleObject)]
pub struct MarkSigningKeyCompromisedPayload {
    /// The key.
    signing_key: Option<SigningKey>,
    /// The one that signs from now on; null where the key had signed no more anyway, or the DID document has no room for another.
    successor: Option<SigningKey>,
    /// How many credentials it signed at or after the moment: they fail verification until they are issued anew. `CredentialFilter.signingKeys` with
    /// `issuedAt` lists them.
    affected_credential_count: Option<i32>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Changing signing keys.
#[derive(Default)]
pub struct SigningKeyMutations;

#[Object]
impl SigningKeyMutations {
    /// Makes a new signing key and retires the old one of its kind: it signs no more, and stays published, so that what it signed still verifies.
    async fn rotate_signing_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RotateSigningKeyInput,
    ) -> Result<Option<RotateSigningKeyPayload>> {
        let rotation = signing_key::Rotation {
            issuer: input.issuer.map(Into::into),
            algorithm: input.algorithm.into(),
            remote_key: input.remote_key,
        };
        let (row, user_errors) =
            outcome(ctx, signing_key::rotate(ctx.service(), ctx.actor(), rotation)).await?;
        Ok(Some(RotateSigningKeyPayload { signing_key: row.map(SigningKey::from), user_errors }))
    }

    /// Gives up a key that somebody else may sign with. It signs no more at once, a new one takes over, and the DID document says from when on its
    /// signatures are worth nothing.
    async fn mark_signing_key_compromised(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: MarkSigningKeyCompromisedInput,
    ) -> Result<Option<MarkSigningKeyCompromisedPayload>> {
        let compromise = signing_key::Compromise {
            key: ids::decode_as(Kind::SigningKey, &input.id),
            since: input.since.0,
            note: input.note,
            remote_key: input.remote_key,
        };
        let (done, user_errors) =
            outcome(ctx, signing_key::mark_compromised(ctx.service(), ctx.actor(), compromise)).await?;
        let affected = done.as_ref().map(|done| i32::try_from(done.affected).unwrap_or(i32::MAX));
        let (key, successor) = done.map(|done| (done.key, done.successor)).unzip();
        Ok(Some(MarkSigningKeyCompromisedPayload {
            signing_key: key.map(SigningKey::from),
            successor: successor.flatten().map(SigningKey::from),
            affected_credential_count: affected,
            user_errors,
        }))
    }
}
