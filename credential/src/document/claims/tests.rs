//! Claims become documents that verify; what is wrong with them is named.

use super::super::{
    Achievement, Alignment, Criteria, EndorsementClaims, IdentityObject, Number, Result as Outcome,
    ResultDescription, RubricCriterionLevel, prepare_endorsement,
};
use super::*;
use crate::key::{LocalSigner, SecretKey};
use serde_json::json;

const DID: &str = "did:web:example.com:issuers:acme";

fn claims() -> Claims {
    let level = |n: u8| RubricCriterionLevel {
        id: format!("urn:example:level:{n}"),
        name: format!("Level {n}"),
        ..RubricCriterionLevel::default()
    };
    let mut achievement = Achievement::new(
        "https://example.com/achievements/1",
        "Data Literacy 数据 📊",
        "Reads data.",
        Criteria::narrative("Pass the *exam*."),
    );
    achievement.achievement_type = Some("MicroCredential".into());
    achievement.credits_available = Some(Number::from_hundredths(750));
    achievement.in_language = Some("en-GB".into());
    achievement.tag = vec!["data".into(), "literacy".into()];
    achievement.alignment = vec![Alignment {
        target_type: Some("ext:EQF".into()),
        target_code: Some("EQF 6".into()),
        ..Alignment::new("EQF level 6", "https://example.com/eqf/6")
    }];
    achievement.result_description = vec![ResultDescription {
        id: "urn:example:result:1".into(),
        name: "Grade".into(),
        result_type: "RubricCriterionLevel".into(),
        rubric_criterion_level: vec![level(1), level(2)],
        required_level: Some("urn:example:level:1".into()),
        allowed_value: vec!["B".into(), "A".into()],
        ..ResultDescription::default()
    }];
    let subject = AchievementSubject {
        identifier: vec![
            IdentityObject::hashed("emailAddress", "ada@example.com", "salt-1"),
            IdentityObject::plain("name", "Ada Lovelace"),
        ],
        achievement,
        credits_earned: Some(Number::from_hundredths(750)),
        result: vec![Outcome {
            result_description: Some("urn:example:result:1".into()),
            achieved_level: Some("urn:example:level:2".into()),
            value: Some("A".into()),
            ..Outcome::default()
        }],
        ..AchievementSubject::default()
    };
    let mut claims = Claims::new(
        Uuid::from_u128(7),
        Profile::new(DID, "Acme"),
        subject,
        date::read("2026-01-02T03:04:05Z").unwrap(),
    );
    claims.name = Some("Data Literacy".into());
    claims.status = vec![StatusEntry {
        purpose: "revocation".into(),
        index: 4_711,
        list: "https://example.com/status/1".into(),
    }];
    claims.credential_schema = vec![CredentialSchema::open_badges()];
    claims
}

fn signer() -> LocalSigner {
    LocalSigner::new(SecretKey::ed25519(&[1; 32]), format!("{DID}#key-1"))
}

fn sign(claims: Claims) -> Value {
    let signed =
        prepare(claims).unwrap().sign(&signer(), date::read("2026-02-01T00:00:00Z").unwrap()).unwrap();
    serde_json::from_slice(signed.bytes()).unwrap()
}

#[test]
fn a_signed_document_verifies_and_has_the_expected_shape() {
    let document = sign(claims());
    proof::verify(&document, &document["proof"][0], &signer().public()).unwrap();
    assert_eq!(document["id"], "urn:uuid:00000000-0000-0000-0000-000000000007");
    assert_eq!(document["type"], json!(["VerifiableCredential", "OpenBadgeCredential"]));
    assert_eq!(document["issuer"], json!({"id": DID, "type": ["Profile"], "name": "Acme"}));
    assert_eq!(document["credentialSubject"]["creditsEarned"], json!(7.5));
    assert_eq!(
        document["credentialStatus"],
        json!({
            "id": "https://example.com/status/1#4711", "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation", "statusListIndex": "4711",
            "statusListCredential": "https://example.com/status/1"
        })
    );
    assert_eq!(document["@context"].as_array().unwrap().len(), 3);
}

#[test]
fn the_same_claims_give_the_same_bytes_even_after_storage() {
    let stored = serde_json::to_string(&claims()).unwrap();
    let read: Claims = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, claims());
    assert_eq!(sign(read), sign(claims()));
}

#[test]
fn two_purposes_make_an_array() {
    let mut two = claims();
    two.status.push(StatusEntry { purpose: "suspension".into(), ..two.status[0].clone() });
    assert_eq!(sign(two)["credentialStatus"].as_array().unwrap().len(), 2);
}

#[test]
fn each_problem_names_its_member() {
    type Change = fn(&mut Claims);
    let cases: [(Change, &str); 22] = [
        (|c| c.issuer.id = "acme".into(), "issuer.id"),
        (|c| c.issuer.name = None, "issuer.name"),
        (|c| c.issuer.url = Some("not a url".into()), "issuer.url"),
        (|c| c.valid_until = Some(c.valid_from - chrono::TimeDelta::days(1)), "validUntil"),
        (|c| c.valid_from = chrono::DateTime::<Utc>::MAX_UTC, "validUntil"),
        (|c| c.subject.identifier.clear(), "subject.identifier"),
        (|c| c.subject.identifier[0].salt = None, "subject.identifier[0].salt"),
        (|c| c.subject.identifier[0].identity_hash = "x".into(), "subject.identifier[0].identityHash"),
        (|c| c.subject.identifier[1].identity_type = "nick".into(), "subject.identifier[1].identityType"),
        (|c| c.subject.achievement.name = " ".into(), "subject.achievement.name"),
        (|c| c.subject.achievement.criteria = Criteria::default(), "subject.achievement.criteria"),
        (
            |c| c.subject.achievement.achievement_type = Some("Medal".into()),
            "subject.achievement.achievementType",
        ),
        (|c| c.subject.achievement.in_language = Some("english".into()), "subject.achievement.inLanguage"),
        (
            |c| c.subject.achievement.alignment[0].target_url = "x y".into(),
            "subject.achievement.alignment[0].targetUrl",
        ),
        (|c| c.subject.credits_earned = Number::from_millionths(-1), "subject.creditsEarned"),
        (
            |c| c.subject.result[0].achieved_level = Some("urn:example:9".into()),
            "subject.result[0].achievedLevel",
        ),
        (|c| c.subject.result[0].value = Some("C".into()), "subject.result[0].value"),
        (|c| c.subject.result[0].status = Some("Done".into()), "subject.result[0].status"),
        (
            |c| c.subject.result[0].result_description = Some("urn:x:y".into()),
            "subject.result[0].resultDescription",
        ),
        (|c| c.status[0].list = "/status/1".into(), "status[0].statusListCredential"),
        (|c| c.status.push(c.status[0].clone()), "status[1].statusPurpose"),
        (|c| c.credential_schema[0].kind = "JsonSchema".into(), "credentialSchema[0].type"),
    ];
    for (change, member) in cases {
        let mut changed = claims();
        change(&mut changed);
        let error = prepare(changed).err().unwrap();
        assert_eq!(error.0[0].member, member, "{error}");
        assert!(error.to_string().starts_with(member));
    }
}

#[test]
fn what_has_no_canonical_form_or_is_too_large_is_refused() {
    let mut endorsed = claims();
    let mut endorsement = endorsement(DID);
    endorsement["evil"] = json!("x");
    endorsed.issuer.endorsement = vec![endorsement];
    assert!(prepare(endorsed).err().unwrap().to_string().contains("evil"));
    let mut large = claims();
    large.subject.narrative = Some("x".repeat(crate::json::MAX_BYTES));
    assert!(prepare(large).err().unwrap().to_string().contains("bytes"));
}

#[test]
fn another_issuers_key_does_not_sign() {
    let foreign = LocalSigner::new(SecretKey::ed25519(&[1; 32]), "did:web:evil.example#key-1");
    let error =
        prepare(claims()).unwrap().sign(&foreign, date::read("2026-02-01T00:00:00Z").unwrap()).unwrap_err();
    assert_eq!(error, ProofError::Member("verificationMethod", "is not one of the issuer's"));
}

fn endorsement(endorsed: &str) -> Value {
    let claims = EndorsementClaims {
        id: Uuid::from_u128(9),
        name: "Endorsement".into(),
        description: None,
        issuer: Profile::new("did:web:example.org", "Ministry"),
        endorsed: endorsed.into(),
        comment: Some("In good standing.".into()),
        valid_from: date::read("2026-01-01T00:00:00Z").unwrap(),
        valid_until: None,
        status: Vec::new(),
    };
    let signer = LocalSigner::new(SecretKey::ed25519(&[2; 32]), "did:web:example.org#key-1");
    let signed =
        prepare_endorsement(claims).unwrap().sign(&signer, date::read("2026-01-02T00:00:00Z").unwrap());
    serde_json::from_slice(signed.unwrap().bytes()).unwrap()
}

#[test]
fn endorsements_travel_inside_what_they_endorse() {
    let mut endorsed = claims();
    endorsed.issuer.endorsement = vec![endorsement(DID)];
    endorsed.subject.achievement.endorsement = vec![endorsement("https://example.com/achievements/1")];
    endorsed.endorsement = vec![endorsement("urn:uuid:00000000-0000-0000-0000-000000000007")];
    let document = sign(endorsed);
    proof::verify(&document, &document["proof"][0], &signer().public()).unwrap();
    let inner = &document["issuer"]["endorsement"][0];
    proof::verify(inner, &inner["proof"][0], &SecretKey::ed25519(&[2; 32]).public()).unwrap();
    assert_eq!(crate::model::problems(&document), Vec::<String>::new());
}

#[test]
fn an_endorsement_of_something_else_does_not_travel() {
    let refused = |change: fn(&mut Value), expected: &str| {
        let mut endorsed = claims();
        let mut value = endorsement(DID);
        change(&mut value);
        endorsed.issuer.endorsement = vec![value];
        let error = prepare(endorsed).err().unwrap();
        assert_eq!(error.0[0].member, "issuer.endorsement[0]");
        assert!(error.0[0].message.contains(expected), "{error}");
    };
    refused(
        |value| value["credentialSubject"]["id"] = json!("did:web:other.example"),
        "endorses something else",
    );
    refused(|value| value["type"] = json!(["VerifiableCredential"]), "is not an EndorsementCredential");
    refused(|value| value["name"] = json!(null), "name is not a text");
    refused(|value| drop(value.as_object_mut().unwrap().remove("proof")), "is not signed");
}

#[test]
fn a_proof_set_has_a_proof_of_each_suite() {
    let created = date::read("2026-02-01T00:00:00Z").unwrap();
    let suites = [Cryptosuite::EddsaRdfc2022, Cryptosuite::EddsaJcs2022];
    let signed = prepare(claims()).unwrap().sign_with(&suites, &signer(), created).unwrap();
    let document: Value = serde_json::from_slice(signed.bytes()).unwrap();
    assert_eq!(document["proof"].as_array().unwrap().len(), 2);
    for proof in document["proof"].as_array().unwrap() {
        proof::verify(&document, proof, &signer().public()).unwrap();
    }
    assert_eq!(document["proof"][0], sign(claims())["proof"][0]);
}
