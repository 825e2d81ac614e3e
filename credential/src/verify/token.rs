//! The signature of a compact token: by a key that the credential's issuer publishes, whatever key the header may hold.

use super::issuer::{Unresolved, lapsed};
use super::proofs::Answer;
use super::reason::Reason;
use super::{Run, issuer_id};
use crate::did::{DidDocument, PublishedKey};
use crate::jwt::Token;

impl Run<'_> {
    pub(super) fn token(&mut self, token: &Token) -> Answer {
        if let Err(error) = token.check_claims(self.now) {
            return Answer::Bad(error.into());
        }
        let Some(issuer) = issuer_id(&token.document) else {
            return Answer::Bad("the document names no issuer whose key could be looked up".into());
        };
        // A key identifier may be whole, or a fragment below the issuer.
        let controller = match token.key_id.as_deref().and_then(|id| id.split_once('#')) {
            Some((controller, _)) if !controller.is_empty() => controller.to_owned(),
            _ => issuer.to_owned(),
        };
        let document = match self.controller(&controller) {
            None => return Answer::Waiting,
            Some(Ok(document)) => document,
            Some(Err(Unresolved::Unavailable(reason))) => return Answer::Open(reason),
            Some(Err(Unresolved::Unusable(reason))) => return Answer::Bad(reason),
        };
        check(token, &document)
    }
}

/// Tries the keys that the header could mean.
fn check(token: &Token, document: &DidDocument) -> Answer {
    let mut meant = document.assertion_keys().iter().filter(|key| is_meant(token, key)).peekable();
    if meant.peek().is_none() {
        let reason = format!("{} does not publish the token's key for assertions", document.id);
        return Answer::Bad(reason.into());
    }
    let mut reason = Reason::SignatureMatches(false);
    for key in meant {
        match token.verify(&key.key) {
            // A token does not say when it was signed.
            Ok(()) => match lapsed(key, None) {
                None => return Answer::Good { controller: document.id.clone() },
                Some(why) => reason = why,
            },
            Err(error) => reason = error.into(),
        }
    }
    Answer::Bad(reason)
}

fn is_meant(token: &Token, published: &PublishedKey) -> bool {
    if let Some(key) = &token.key {
        return published.key == *key;
    }
    match token.key_id.as_deref() {
        None => published.key.algorithm() == token.algorithm,
        Some(id) if id.contains('#') && !id.starts_with('#') => published.id == id,
        Some(id) => published.id.split_once('#').is_some_and(|(_, name)| name == id.trim_start_matches('#')),
    }
}
