//! Verification without a network: what cannot be looked up is taken from what the verifier brought, and from the offline bundle. Keys that only the
//! bundle claims prove nothing, and the report says so; a status is told as of the moment of the bundle.

use super::issuer::{Unresolved, lapsed};
use super::proofs::CLOCK_SKEW;
use super::reason::Reason;
use super::report::{CheckName, KeySource, ReportedBundle, ReportedKey};
use super::{Run, Trust, issuer_id};
use crate::bundle::Bundle;
use crate::did::DidDocument;

/// What stands in where something cannot be looked up.
#[derive(Clone, Copy)]
pub(super) struct Kept<'a> {
    pub(super) bundle: Option<&'a Bundle>,
    pub(super) trust: &'a Trust,
}

impl Run<'_> {
    /// The keys of a controller that could not be looked up for the given reason.
    pub(super) fn kept_keys(
        &mut self,
        controller: &str,
        url: &str,
        cause: String,
    ) -> Result<DidDocument, Unresolved> {
        let pin = self.kept.trust.of(controller);
        let brought = pin.and_then(|pin| pin.document.clone());
        let Some(bundle) = self.kept.bundle else { return self.brought(controller, brought, cause) };
        let Some(bytes) = bundle.found(url) else { return self.brought(controller, brought, cause) };
        let mut keys = DidDocument::parse(bytes, controller)
            .map_err(|error| Unresolved::Unusable(format!("the offline bundle's keys: {error}").into()))?;
        if let Some(brought) = &brought {
            keys.revoke_as(brought);
        }
        // Whose key signed the bundle has said that all the keys in it are theirs.
        let vouched = bundle.issuer() == controller
            && bundle
                .signed_by(&keys)
                .is_ok_and(|key| key.revoked.is_none() && pin.is_some_and(|pin| pin.vouches_for(&key.key)));
        if !vouched && bundle.issuer() != controller && brought.is_some() {
            return self.brought(controller, brought, cause);
        }
        let source = if vouched { KeySource::Trusted } else { KeySource::Claimed };
        self.sources.insert(controller.to_owned(), source);
        Ok(keys)
    }

    /// The keys that the verifier brought, if any.
    fn brought(
        &mut self,
        controller: &str,
        brought: Option<DidDocument>,
        cause: String,
    ) -> Result<DidDocument, Unresolved> {
        let keys = brought.ok_or_else(|| {
            Unresolved::Unavailable(Reason::KeysUnavailable { controller: controller.to_owned(), cause })
        })?;
        self.sources.insert(controller.to_owned(), KeySource::Trusted);
        Ok(keys)
    }

    /// Why keys that only the bundle claims do not count; nothing where they are known otherwise.
    pub(super) fn claimed(&self, controller: &str) -> Option<Reason> {
        if self.sources.get(controller) != Some(&KeySource::Claimed) {
            return None;
        }
        let issuer = controller.to_owned();
        Some(match self.kept.trust.of(controller) {
            Some(_) => Reason::KeysNotTrusted { issuer },
            None => Reason::KeysClaimed { issuer },
        })
    }

    /// Checks the bundle itself: that its issuer is the credential's, and that it is as its issuer signed it.
    pub(super) fn bundle(&mut self) -> Option<ReportedBundle> {
        let bundle = self.kept.bundle?;
        let mut failed =
            |reason: String| self.checks.failed(CheckName::Proof, format!("the offline bundle: {reason}"));
        if issuer_id(self.document) != Some(bundle.issuer()) {
            failed(format!("it is of {}, and the credential in it is not", bundle.issuer()));
        }
        if bundle.taken_at() > self.now + CLOCK_SKEW {
            failed("it was taken in the future".into());
        }
        let taken_at = bundle.taken_at();
        let mut signed_by = None;
        match self.controller(bundle.issuer())? {
            Ok(keys) => match bundle.signed_by(&keys).map(|key| (key, lapsed(key, Some(taken_at)))) {
                Ok((key, None)) => {
                    self.checks.passed(CheckName::Proof, Reason::BundleSigned { at: taken_at });
                    signed_by = Some(ReportedKey { id: key.id.clone(), public_key: key.key.to_multikey() });
                }
                Ok((_, Some(reason))) => self.checks.failed(CheckName::Proof, reason),
                Err(reason) => {
                    self.checks.failed(CheckName::Proof, format!("the offline bundle: {reason}"));
                }
            },
            Err(Unresolved::Unavailable(reason)) => self.checks.undecided(CheckName::Proof, reason),
            Err(Unresolved::Unusable(reason)) => self.checks.failed(CheckName::Proof, reason),
        }
        let keys = self.sources.get(bundle.issuer()).copied().unwrap_or(KeySource::LookedUp);
        Some(ReportedBundle { taken_at, signed_by, keys })
    }
}
