//! Documents made here fit 1EdTech's JSON schemas.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;

use cairn_credential::date;
use cairn_credential::document::*;
use cairn_credential::key::{LocalSigner, SecretKey};
use serde_json::Value;
use uuid::Uuid;

const DID: &str = "did:web:example.com:issuers:acme";

/// A credential with every member that the model has.
fn complete() -> Claims {
    serde_json::from_str(include_str!("data/complete-claims.json")).unwrap()
}

fn minimal() -> Claims {
    let achievement = Achievement::new("https://example.com/a", "A", "B", Criteria::narrative("C"));
    let subject = AchievementSubject {
        identifier: vec![IdentityObject::hashed("systemId", "learner-1", "salt")],
        achievement,
        ..AchievementSubject::default()
    };
    let from = date::read("2026-01-01T00:00:00Z").unwrap();
    Claims::new(Uuid::from_u128(1), Profile::new(DID, "Acme"), subject, from)
}

fn sign(claims: Claims) -> Value {
    let signer = LocalSigner::new(SecretKey::ed25519(&[1; 32]), format!("{DID}#key-1"));
    let signed = prepare(claims).unwrap().sign(&signer, date::read("2026-01-02T00:00:00Z").unwrap()).unwrap();
    serde_json::from_slice(signed.bytes()).unwrap()
}

fn assert_fits(document: &Value) {
    fits(
        document,
        &["ob_v3p0_achievementcredential_schema.json", "clr_v2p0_achievementcredential_schema.json"],
    );
}

fn fits(document: &Value, schemas: &[&str]) {
    for name in schemas {
        let schema = conformance::json(&format!("schemas/{name}"));
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn credentials_fit_the_schema() {
    assert_fits(&sign(complete()));
    assert_fits(&sign(minimal()));
}

/// The schema takes one object in `credentialStatus`; with two purposes the document fits it but for that.
#[test]
fn two_status_entries_are_the_one_divergence() {
    let mut claims = complete();
    claims.status.push(StatusEntry { purpose: "suspension".into(), ..claims.status[0].clone() });
    let mut document = sign(claims);
    let first = document["credentialStatus"][0].clone();
    document["credentialStatus"] = first;
    assert_fits(&document);
}

#[test]
fn endorsements_fit_their_schema() {
    let claims = EndorsementClaims {
        id: Uuid::from_u128(9),
        name: "Endorsement".into(),
        description: Some("Of a college.".into()),
        issuer: Profile::new("did:web:example.org", "Ministry"),
        endorsed: DID.into(),
        comment: Some("In good standing.".into()),
        valid_from: date::read("2026-01-01T00:00:00Z").unwrap(),
        valid_until: Some(date::read("2027-01-01T00:00:00Z").unwrap()),
        status: vec![StatusEntry {
            purpose: "revocation".into(),
            index: 1,
            list: "https://example.com/status/1".into(),
        }],
    };
    let signer = LocalSigner::new(SecretKey::ed25519(&[1; 32]), "did:web:example.org#key-1");
    let signed = prepare_endorsement(claims)
        .unwrap()
        .sign(&signer, date::read("2026-01-02T00:00:00Z").unwrap())
        .unwrap();
    let document: Value = serde_json::from_slice(signed.bytes()).unwrap();
    fits(
        &document,
        &["ob_v3p0_endorsementcredential_schema.json", "clr_v2p0_endorsementcredential_schema.json"],
    );
    let mut endorsed = complete();
    endorsed.issuer.endorsement = vec![document];
    assert_fits(&sign(endorsed));
}
