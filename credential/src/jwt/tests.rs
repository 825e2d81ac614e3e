//! Tokens of both profiles are made, read and refused.

use super::*;
use crate::key::{LocalSigner, SecretKey};

const DID: &str = "did:web:example.com";

fn document() -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential"],
        "issuer": {"id": DID},
        "validFrom": "2026-01-01T00:00:00Z", "validUntil": "2027-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:a"},
        "proof": [{"type": "DataIntegrityProof"}]
    })
}

fn signers() -> [LocalSigner; 2] {
    [SecretKey::ed25519(&[1; 32]), SecretKey::p256(&[1; 32]).unwrap()]
        .map(|key| LocalSigner::new(key, format!("{DID}#key-1")))
}

fn now() -> chrono::DateTime<chrono::Utc> {
    date::read("2026-06-01T00:00:00Z").unwrap()
}

fn parts(token: &str) -> (Value, Value) {
    let part = |n: usize| {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(n).unwrap()).unwrap()).unwrap()
    };
    (part(0), part(1))
}

/// A token of any header and payload, well signed.
fn forge(header: &Value, payload: &Value) -> String {
    let input = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(payload.to_string())
    );
    let signature = signers()[0].sign(input.as_bytes()).unwrap();
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn both_profiles_and_algorithms_are_read_back() {
    for signer in signers() {
        for profile in [Profile::OpenBadges, Profile::VcJose] {
            let text = sign(&document(), profile, &KeyReference::Id, &signer).unwrap();
            let token = Token::parse(&text).unwrap();
            assert_eq!(token.document, unsecured(&document()));
            assert_eq!(token.key_id.as_deref(), Some("did:web:example.com#key-1"));
            token.verify(&signer.public()).unwrap();
            token.check_claims(now()).unwrap();
            let other = SecretKey::ed25519(&[7; 32]).public();
            assert!(token.verify(&other).is_err());
        }
    }
}

#[test]
fn the_open_badges_profile_has_just_these_headers_and_claims() {
    let [ed25519, p256] = signers();
    let text = sign(&document(), Profile::OpenBadges, &KeyReference::Embedded(p256.public()), &p256).unwrap();
    let (header, payload) = parts(&text);
    let kid = "did:web:example.com#key-1";
    assert_eq!(header, json!({"alg": "ES256", "typ": "JWT", "kid": kid, "jwk": p256.public().to_jwk()}));
    assert_eq!(payload["iss"], DID);
    assert_eq!(payload["jti"], document()["id"]);
    assert_eq!(payload["sub"], "did:example:a");
    assert_eq!(
        (payload["nbf"].clone(), payload["exp"].clone()),
        (json!(1_767_225_600), json!(1_798_761_600))
    );
    assert!(payload.get("proof").is_none());
    let text = sign(&document(), Profile::VcJose, &KeyReference::Id, &ed25519).unwrap();
    let (header, payload) = parts(&text);
    assert_eq!(
        header,
        json!({"alg": "EdDSA", "typ": "vc+jwt", "cty": "vc", "kid": "did:web:example.com#key-1"})
    );
    assert!(payload.get("iss").is_none());
}

#[test]
fn malformed_tokens_are_refused() {
    let good = sign(&document(), Profile::VcJose, &KeyReference::Id, &signers()[0]).unwrap();
    for text in [
        "",
        "a.b",
        "a.b.c.d",
        "e30.e30.e30",
        &good.replace('.', " "),
        &format!("{good}="),
        &format!("{good}."),
    ] {
        assert!(Token::parse(text).is_err(), "{text}");
    }
    let payload = unsecured(&document());
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "HS256"}),
        json!({"typ": "JWT"}),
        json!({"alg": "EdDSA", "typ": "bad+typ"}),
        json!({"alg": "EdDSA", "cty": "bad+cty"}),
        json!({"alg": "EdDSA", "crit": ["b64"], "b64": false}),
        json!({"alg": "EdDSA", "jwk": {"kty": "oct", "k": "AA"}}),
        json!([]),
    ] {
        assert!(Token::parse(&forge(&header, &payload)).is_err(), "{header}");
    }
    let wrapped = forge(&json!({"alg": "EdDSA", "typ": "vc+jwt"}), &json!({"vc": payload}));
    assert!(Token::parse(&wrapped).is_err());
}

#[test]
fn claims_that_contradict_the_credential_are_refused() {
    for (claim, value, expected) in [
        ("iss", json!("did:web:evil.example"), "is not the credential's issuer"),
        ("jti", json!("urn:uuid:0"), "is not the credential's id"),
        ("sub", json!("did:example:b"), "is not the subject's id"),
        ("nbf", json!(1_900_000_000), "lies in the future"),
        ("exp", json!(1_700_000_000), "has passed"),
        ("iat", json!(1_900_000_000), "lies in the future"),
        ("exp", json!("soon"), "is not a date"),
    ] {
        let mut payload = unsecured(&document());
        payload[claim] = value;
        let token = Token::parse(&forge(&json!({"alg": "EdDSA", "typ": "JWT"}), &payload)).unwrap();
        assert!(
            matches!(token.check_claims(now()), Err(JwtError::Claim(name, why)) if name == claim && why == expected)
        );
    }
    // What repeats the credential's own dates is left to those.
    let text = sign(&document(), Profile::OpenBadges, &KeyReference::Id, &signers()[0]).unwrap();
    let token = Token::parse(&text).unwrap();
    token.check_claims(date::read("2030-01-01T00:00:00Z").unwrap()).unwrap();
    token.check_claims(date::read("2020-01-01T00:00:00Z").unwrap()).unwrap();
}
