//! Inputs of the W3C VC-JOSE-COSE suite: good tokens are read and verified, bad ones refused.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;

use cairn_credential::jwt::{JwtError, Token};
use cairn_credential::key::PublicKey;

fn token(name: &str) -> Result<Token, JwtError> {
    Token::parse(conformance::text(&format!("vc-jose-cose-vectors/{name}.txt")).trim())
}

fn key(name: &str) -> PublicKey {
    let method = conformance::json(&format!("vc-jose-cose-vectors/{name}.json"));
    PublicKey::from_jwk(&method["publicKeyJwk"]).unwrap()
}

#[test]
fn good_tokens_verify() {
    let minimal = token("credential-jose-minimal").unwrap();
    minimal.verify(&key("vm-p256")).unwrap();
    assert_eq!(minimal.document["type"][0], "VerifiableCredential");
    token("credential-issuer-match-signed").unwrap().verify(&key("vm-ed25519")).unwrap();
}

#[test]
fn bad_tokens_are_refused() {
    assert!(matches!(token("credential-jose-bad-media-type"), Err(JwtError::Malformed(_))));
    assert!(matches!(token("credential-jose-vc-vp-claims"), Err(JwtError::Malformed(_))));
    assert!(
        token("credential-jose-bad-signature").and_then(|token| token.verify(&key("vm-ed25519"))).is_err()
    );
    // ES512 is not known here, which is no verdict on the token.
    assert!(matches!(token("credential-jose-unknown-extensions"), Err(JwtError::Algorithm(_))));
}
