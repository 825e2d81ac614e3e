//! Stories of verification: a credential of ours, looked at by somebody who has to fetch everything.

use super::*;
use crate::date;
use crate::did::{self, PublishedKey};
use crate::document::{
    Achievement, AchievementSubject, Claims, Criteria, EndorsementClaims, IdentityObject, Profile,
    StatusEntry, prepare, prepare_endorsement,
};
use crate::jwt;
use crate::key::{LocalSigner, SecretKey, Signer};
use crate::proof::Cryptosuite;
use crate::status::{Bitstring, ListClaims, MIN_ENTRIES};
use serde_json::json;
use uuid::Uuid;

mod offline;
mod record;

const DID: &str = "did:web:example.com:issuers:acme";
const LIST: &str = "https://example.com/status/1";
const INDEX: u32 = 4_711;

fn at(text: &str) -> DateTime<Utc> {
    date::read(text).unwrap()
}

fn signer(n: u8) -> LocalSigner {
    LocalSigner::new(SecretKey::ed25519(&[n; 32]), format!("{DID}#key-{n}"))
}

fn claims() -> Claims {
    let subject = AchievementSubject {
        identifier: vec![IdentityObject::hashed("emailAddress", "ada@example.com", "salt")],
        achievement: Achievement::new(
            "https://example.com/a/1",
            "Data",
            "Reads data.",
            Criteria::narrative("Pass."),
        ),
        ..AchievementSubject::default()
    };
    let mut claims =
        Claims::new(Uuid::from_u128(7), Profile::new(DID, "Acme"), subject, at("2026-01-01T00:00:00Z"));
    claims.valid_until = Some(at("2028-01-01T00:00:00Z"));
    let entry = |purpose: &str| StatusEntry { purpose: purpose.into(), index: INDEX, list: LIST.into() };
    claims.status = vec![entry("revocation")];
    claims
}

fn signed(claims: Claims) -> Vec<u8> {
    prepare(claims).unwrap().sign(&signer(1), at("2026-01-02T00:00:00Z")).unwrap().into_bytes()
}

fn list_with(set: bool, issuer: &str, signer: &LocalSigner, purpose: &str) -> Vec<u8> {
    let mut bits = Bitstring::new(MIN_ENTRIES).unwrap();
    bits.set(INDEX.into(), set).unwrap();
    let now = at("2026-01-02T00:00:00Z");
    let claims = ListClaims {
        address: LIST,
        issuer,
        purpose,
        bits: &bits,
        valid_from: now,
        valid_until: None,
        ttl_ms: None,
    };
    crate::status::prepare(&claims).unwrap().sign(signer, now).unwrap()
}

/// The world outside: what lies at each address.
struct World {
    did: Result<Vec<u8>, String>,
    list: Result<Vec<u8>, String>,
}

impl World {
    fn new() -> Self {
        let keys: Vec<_> =
            (1..=2).map(|n| PublishedKey::new(format!("{DID}#key-{n}"), signer(n).public())).collect();
        Self {
            did: Ok(did::document(DID, &keys).unwrap()),
            list: Ok(list_with(false, DID, &signer(2), "revocation")),
        }
    }

    fn verify(&self, document: &[u8], now: &str, expected: Option<&str>) -> Report {
        let options = Options { now: at(now), expected_recipient: expected.map(str::to_owned) };
        let mut verification = Verification::new(document, options);
        for _ in 0..5 {
            match verification.step() {
                Step::Done(report) => return *report,
                Step::Needs(needs) => {
                    for need in needs {
                        let found = match need.url() {
                            "https://example.com/issuers/acme/did.json" => self.did.clone(),
                            LIST => self.list.clone(),
                            other => Err(format!("nothing lies at {other}")),
                        };
                        verification.supply(need, found);
                    }
                }
            }
        }
        panic!("the verification does not end");
    }

    fn verdict(&self, document: &[u8]) -> Verdict {
        self.verify(document, "2026-06-01T00:00:00Z", None).verdict
    }
}

/// Whoever holds a credential can rewrite its text; what the signature covers is what it means.
#[test]
fn an_end_and_a_revocation_cannot_be_hidden_behind_other_names() {
    let credential = signed(claims());
    let revoked = World { list: Ok(list_with(true, DID, &signer(2), "revocation")), ..World::new() };
    let verdict = |document: &Value| {
        revoked.verify(document.to_string().as_bytes(), "2029-01-01T00:00:00Z", None).verdict
    };
    let original: Value = serde_json::from_slice(&credential).unwrap();
    assert_eq!(verdict(&original), Verdict::Revoked);
    let status = "https://www.w3.org/2018/credentials#credentialStatus";
    let until = "https://www.w3.org/2018/credentials#validUntil";
    let renamed = |to: [&str; 2], definitions: Option<Value>| {
        let mut document = original.clone();
        let members = document.as_object_mut().unwrap();
        for (name, to) in ["credentialStatus", "validUntil"].into_iter().zip(to) {
            let mut value = members.remove(name).unwrap();
            if let (Value::String(text), None) = (&value, &definitions) {
                value = json!({"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": text});
            }
            members.insert(to.to_owned(), value);
        }
        let contexts = members["@context"].as_array_mut().unwrap();
        contexts.extend(definitions);
        document
    };
    let dated = json!({"@id": until, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"});
    let id = original["id"].clone();
    let mut elsewhere = original.clone();
    let (taken, ended) = (elsewhere["credentialStatus"].take(), elsewhere["validUntil"].take());
    let members = elsewhere.as_object_mut().unwrap();
    members.retain(|_, value| !value.is_null());
    members.insert("also".into(), json!([{"id": id, "credentialStatus": taken, "validUntil": ended}]));
    members["@context"].as_array_mut().unwrap().push(json!({"also": "@included"}));
    for document in [
        renamed(["state", "end"], Some(json!({"state": status, "end": dated}))),
        renamed([status, until], None),
        renamed(["cred:credentialStatus", "cred:validUntil"], None),
        renamed(
            ["s", "u"],
            Some(json!({"validUntil": dated, "credentialStatus": {"@id": status, "@type": "@id"},
            "u": {"@id": "validUntil", "@type": dated["@type"]}, "s": {"@id": "credentialStatus", "@type": "@id"}})),
        ),
        renamed(
            [":cred:credentialStatus", ":cred:validUntil"],
            Some(json!({"cred": "https://www.w3.org/2018/credentials#",
            ":cred:validUntil": {"@type": dated["@type"]}, ":cred:credentialStatus": {"@type": "@id"}})),
        ),
        elsewhere,
    ] {
        assert!(matches!(verdict(&document), Verdict::Invalid | Verdict::Unknown), "{document:#}");
    }
    // The kind decides about the model.
    let mut kind = original.clone();
    kind["type"] = json!(["VerifiableCredential"]);
    kind["@type"] = json!(["OpenBadgeCredential"]);
    assert_eq!(verdict(&kind), Verdict::Unknown);
    // A credential that became a part of what endorses it.
    let mut within = original.clone();
    within["endorsementComment"] = json!("Good.");
    let outer = json!({"@context": original["@context"], "type": ["VerifiableCredential", "EndorsementCredential"],
        "id": "urn:uuid:0d5ec1f4-8a5c-4a1e-9f5e-4a4a4d1b5d11", "name": "E", "issuer": original["issuer"],
        "validFrom": original["validFrom"], "credentialSubject": within, "proof": original["proof"]});
    assert!(matches!(verdict(&outer), Verdict::Invalid | Verdict::Unknown));
}

/// Two entries of one id are one thing in what the signature covers: their indices could be exchanged.
#[test]
fn status_entries_of_one_id_say_nothing() {
    let mut document: Value = serde_json::from_slice(&signed(claims())).unwrap();
    let mut entry = document["credentialStatus"].clone();
    entry["id"] = json!("https://example.com/status/1#4711");
    let mut other = entry.clone();
    other["statusListIndex"] = json!("4712");
    document["credentialStatus"] = json!([entry, other]);
    let report = World::new().verify(document.to_string().as_bytes(), "2026-06-01T00:00:00Z", None);
    let status = report.check(CheckName::Status).unwrap();
    assert!(status.undecided && status.detail.contains("same id"), "{status:?}");
}

/// A record of many credentials that are made to be slow costs no more than one of them.
#[test]
fn what_takes_too_long_is_not_opened() {
    let leaf = json!({"https://example.com/p": "x"});
    let tree = (0..3).fold(leaf, |below, _| json!({"https://example.com/p": vec![below; 5]}));
    let slow = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "https://example.com/p": vec![tree; 2]
    });
    let record = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"],
        "type": ["VerifiableCredential", "ClrCredential"],
        "unknown": "so that the record itself has no canonical form to be made",
        "credentialSubject": {"type": "ClrSubject", "verifiableCredential": vec![slow; 4]}
    });
    let report = World::new().verify(record.to_string().as_bytes(), "2026-06-01T00:00:00Z", None);
    let left = report.credentials.iter().filter(|one| {
        one.check(CheckName::Structure).is_some_and(|check| check.reasons.contains(&Reason::TooMuch))
    });
    assert_eq!((report.credentials.len(), left.count()), (4, 3), "{report:#?}");
}

#[test]
fn to_whom_it_is_given_is_told_where_it_stands_in_the_clear() {
    let told = |subject: Value| claims::holder(&json!({"credentialSubject": subject}));
    let plain = |kind: &str, text: &str| json!({"identityType": kind, "hashed": false, "identityHash": text});
    let hashed = json!({"identityType": "name", "hashed": true, "identityHash": "sha256$00"});
    let both = json!({"id": "did:example:a", "identifier": [plain("emailAddress", "a@example.com"), plain("name", "Ada")]});
    assert_eq!(told(both).as_deref(), Some("Ada"));
    let mail = json!([{"id": "urn:uuid:1", "identifier": plain("emailAddress", "a@example.com")}]);
    assert_eq!(told(mail).as_deref(), Some("a@example.com"));
    assert_eq!(
        told(json!({"id": "mailto:b@example.com", "identifier": [hashed]})).as_deref(),
        Some("b@example.com")
    );
    assert_eq!(told(json!({"id": "did:example:a"})).as_deref(), Some("did:example:a"));
    assert_eq!(told(json!({"id": "urn:uuid:1", "identifier": [hashed]})), None);
    let two = json!([{"id": "did:example:a", "name": "Ada"}, {"id": "did:example:b", "name": "Bob"}]);
    assert_eq!(told(two), None, "whichever comes first");
}

#[test]
fn what_holds_no_credential_is_told_apart_from_a_broken_one() {
    let report = |bytes: &[u8]| World::new().verify(bytes, "2026-06-01T00:00:00Z", None);
    for nothing in [
        &b"good day"[..],
        b"",
        b"[1]",
        b"{\"a\": 1}",
        b"%PDF-1.7",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    ] {
        let report = report(nothing);
        assert!(report.is_unread(), "{report:#?}");
        assert_eq!(report.verdict, Verdict::Invalid);
    }
    let cut = &signed(claims())[..300];
    for broken in [cut, b"{\"type\": \"VerifiableCredential\"}", b"eyJhbGciOiJFZERTQSJ9.e30.AA"] {
        assert!(!report(broken).is_unread(), "{}", String::from_utf8_lossy(broken));
    }
}

#[test]
fn a_good_credential_is_valid_and_says_what_it_is() {
    let report = World::new().verify(&signed(claims()), "2026-06-01T00:00:00Z", Some("ADA@example.com"));
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    assert_eq!(report.issuer.unwrap().name.unwrap(), "Acme");
    assert_eq!(report.achievement.unwrap().name.unwrap(), "Data");
    assert_eq!(report.recipient_matches, Some(true));
    assert_eq!(report.document_id.unwrap(), "urn:uuid:00000000-0000-0000-0000-000000000007");
    assert_eq!(report.checks.len(), CheckName::ALL.len());
}

#[test]
fn dates_status_and_recipient_decide() {
    let world = World::new();
    let document = signed(claims());
    let verdict = |now| world.verify(&document, now, None).verdict;
    assert_eq!(verdict("2028-01-01T00:00:01Z"), Verdict::Expired);
    // The list itself is not in force before 2026-01-02, but the credential's own date says enough.
    assert_eq!(verdict("2025-12-31T00:00:00Z"), Verdict::Invalid, "its proof lies in the future");
    let stranger = world.verify(&document, "2026-06-01T00:00:00Z", Some("eve@example.com"));
    assert_eq!((stranger.verdict, stranger.recipient_matches), (Verdict::Invalid, Some(false)));

    let mut later = claims();
    later.valid_from = at("2026-07-01T00:00:00Z");
    assert_eq!(world.verdict(&signed(later)), Verdict::NotYetValid);

    let revoked = World { list: Ok(list_with(true, DID, &signer(1), "revocation")), ..World::new() };
    assert_eq!(revoked.verdict(&document), Verdict::Revoked);
    let mut suspended = claims();
    suspended.status[0].purpose = "suspension".into();
    let world = World { list: Ok(list_with(true, DID, &signer(1), "suspension")), ..World::new() };
    assert_eq!(world.verdict(&signed(suspended)), Verdict::Suspended);
}

#[test]
fn what_cannot_be_checked_is_unknown() {
    let document = signed(claims());
    let offline = World { did: Err("offline".into()), list: Err("offline".into()) };
    let report = offline.verify(&document, "2026-06-01T00:00:00Z", None);
    assert_eq!(report.verdict, Verdict::Unknown);
    let undecided =
        report.checks.iter().filter(|check| check.undecided).map(|check| check.name).collect::<Vec<_>>();
    assert_eq!(undecided, [CheckName::Issuer, CheckName::Proof, CheckName::Status]);
    for list in [
        Err("offline".into()),
        Ok(list_with(false, "did:web:evil.example", &signer(1), "revocation")),
        Ok(list_with(
            false,
            DID,
            &LocalSigner::new(SecretKey::ed25519(&[9; 32]), format!("{DID}#key-1")),
            "revocation",
        )),
        Ok(list_with(false, DID, &signer(1), "suspension")),
        Ok(b"{}".to_vec()),
        Ok(b"not json".to_vec()),
    ] {
        let world = World { list, ..World::new() };
        assert_eq!(world.verdict(&document), Verdict::Unknown);
    }
    let beyond = {
        let mut claims = claims();
        claims.status[0].index = 200_000;
        signed(claims)
    };
    assert_eq!(World::new().verdict(&beyond), Verdict::Unknown);
}

#[test]
fn keys_that_are_retired_count_and_revoked_ones_do_not() {
    let document = signed(claims());
    let publish = |revoked: Option<&str>, n: u8| {
        let mut key = PublishedKey::new(format!("{DID}#key-{n}"), signer(n).public());
        key.revoked = revoked.map(at);
        World {
            did: Ok(did::document(DID, &[key]).unwrap()),
            list: Ok(list_with(false, DID, &signer(n), "revocation")),
        }
    };
    assert_eq!(publish(None, 1).verdict(&document), Verdict::Valid);
    assert_eq!(publish(Some("2026-01-01T00:00:00Z"), 1).verdict(&document), Verdict::Invalid);
    assert_eq!(publish(Some("2026-03-01T00:00:00Z"), 1).verdict(&document), Verdict::Valid);
    assert_eq!(publish(None, 2).verdict(&document), Verdict::Invalid, "the key is not published any more");
}

#[test]
fn tampering_with_any_member_is_seen() {
    let world = World::new();
    let document: Value = serde_json::from_slice(&signed(claims())).unwrap();
    let mut pointers = Vec::new();
    collect(&document, String::new(), &mut pointers);
    assert!(pointers.len() > 30);
    for pointer in pointers {
        let mut tampered = document.clone();
        let place = tampered.pointer_mut(&pointer).unwrap();
        *place = match &*place {
            Value::String(text) => json!(format!("{text}x")),
            Value::Bool(value) => json!(!value),
            _ => json!(["x"]),
        };
        let report = world.verify(tampered.to_string().as_bytes(), "2026-06-01T00:00:00Z", None);
        assert!(matches!(report.verdict, Verdict::Invalid | Verdict::Unknown), "{pointer}: {report:#?}");
    }
    for (parent, name) in
        [("", "evil"), ("/credentialSubject", "evil"), ("/issuer", "evil"), ("/proof/0", "evil")]
    {
        let mut tampered = document.clone();
        tampered.pointer_mut(parent).unwrap()[name] = json!("x");
        assert_eq!(world.verdict(tampered.to_string().as_bytes()), Verdict::Invalid, "{parent}/{name}");
    }
}

fn collect(value: &Value, at: String, pointers: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| collect(value, format!("{at}/{name}"), pointers));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| collect(item, format!("{at}/{n}"), pointers));
        }
        _ => pointers.push(at),
    }
}

#[test]
fn another_issuers_signature_is_not_the_issuers() {
    let mut document: Value = serde_json::from_slice(&signed(claims())).unwrap();
    let key = SecretKey::ed25519(&[5; 32]);
    let method = format!("{}#{}", did::did_key(&key.public()), key.public().to_multikey());
    let forger = LocalSigner::new(key, method);
    document["name"] = json!("Forged");
    let created = at("2026-01-02T00:00:00Z");
    let proof =
        crate::proof::create(crate::proof::Cryptosuite::EddsaRdfc2022, &document, &forger, created).unwrap();
    document["proof"] = json!([proof]);
    let report = World::new().verify(document.to_string().as_bytes(), "2026-06-01T00:00:00Z", None);
    assert_eq!(report.verdict, Verdict::Invalid);
    assert_eq!(report.check(CheckName::Proof).unwrap().outcome, Outcome::Passed);
    assert_eq!(report.check(CheckName::Issuer).unwrap().outcome, Outcome::Failed);
}

#[test]
fn tokens_are_checked_against_the_issuers_keys() {
    let document = prepare(claims()).unwrap().document().clone();
    let p256 = LocalSigner::new(SecretKey::p256(&[3; 32]).unwrap(), format!("{DID}#key-3"));
    let keys = [(1, signer(1)), (3, p256)]
        .map(|(n, signer)| (PublishedKey::new(format!("{DID}#key-{n}"), signer.public()), signer));
    let published = did::document(DID, &keys.each_ref().map(|(key, _)| key.clone())).unwrap();
    let world = World { did: Ok(published), list: Ok(list_with(false, DID, &signer(1), "revocation")) };
    for (_, signer) in &keys {
        for profile in [jwt::Profile::OpenBadges, jwt::Profile::VcJose] {
            for reference in [jwt::KeyReference::Id, jwt::KeyReference::Embedded(signer.public())] {
                let token = jwt::sign(&document, profile, &reference, signer).unwrap();
                assert_eq!(world.verdict(token.as_bytes()), Verdict::Valid);
                let envelope = json!({
                    "@context": "https://www.w3.org/ns/credentials/v2", "type": "EnvelopedVerifiableCredential",
                    "id": format!("data:application/vc+jwt,{token}")
                });
                assert_eq!(world.verdict(envelope.to_string().as_bytes()), Verdict::Valid);
                let (signed, signature) = token.rsplit_once('.').unwrap();
                let swapped = format!("{signed}.{}", signature.chars().rev().collect::<String>());
                assert_eq!(world.verdict(swapped.as_bytes()), Verdict::Invalid);
            }
        }
    }
    let stranger = LocalSigner::new(SecretKey::ed25519(&[9; 32]), format!("{DID}#key-1"));
    for reference in [jwt::KeyReference::Id, jwt::KeyReference::Embedded(stranger.public())] {
        let forged = jwt::sign(&document, jwt::Profile::VcJose, &reference, &stranger).unwrap();
        assert_eq!(world.verdict(forged.as_bytes()), Verdict::Invalid);
    }
}

#[test]
fn baked_credentials_are_taken_out() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>";
    let baked = crate::bake::bake(svg, std::str::from_utf8(&signed(claims())).unwrap()).unwrap();
    assert_eq!(World::new().verdict(&baked), Verdict::Valid);
    assert_eq!(World::new().verdict(svg), Verdict::Invalid);
}

#[test]
fn endorsements_have_verdicts_of_their_own() {
    let key = SecretKey::ed25519(&[6; 32]);
    let endorser = did::did_key(&key.public());
    let method = format!("{endorser}#{}", key.public().to_multikey());
    let endorsement = EndorsementClaims {
        id: Uuid::from_u128(9),
        name: "Endorsement".into(),
        description: None,
        issuer: Profile::new(&endorser, "Ministry"),
        endorsed: DID.into(),
        comment: Some("In good standing.".into()),
        valid_from: at("2026-01-01T00:00:00Z"),
        valid_until: Some(at("2027-01-01T00:00:00Z")),
        status: Vec::new(),
    };
    let signer = LocalSigner::new(key, method);
    let created = at("2026-01-01T00:00:00Z");
    let signed_by = prepare_endorsement(endorsement).unwrap().sign(&signer, created).unwrap();
    let good: Value = serde_json::from_slice(signed_by.bytes()).unwrap();
    let mut forged = good.clone();
    forged["credentialSubject"]["endorsementComment"] = json!("The best of all.");
    let mut endorsed = claims();
    endorsed.issuer.endorsement = vec![good, forged];
    let document = signed(endorsed);
    let report = World::new().verify(&document, "2026-06-01T00:00:00Z", None);
    assert_eq!(report.verdict, Verdict::Valid);
    let verdicts: Vec<_> = report.endorsements.iter().map(|endorsement| endorsement.verdict).collect();
    assert_eq!(verdicts, [Verdict::Valid, Verdict::Invalid]);
    assert_eq!(report.endorsements[0].issuer.as_ref().unwrap().name.as_deref(), Some("Ministry"));
    let later = World::new().verify(&document, "2027-06-01T00:00:00Z", None);
    assert_eq!((later.verdict, later.endorsements[0].verdict), (Verdict::Valid, Verdict::Expired));
}

#[test]
fn a_witness_may_sign_beside_the_issuer_but_not_instead() {
    let world = World::new();
    let mut document: Value = serde_json::from_slice(&signed(claims())).unwrap();
    let key = SecretKey::ed25519(&[5; 32]);
    let method = format!("{}#{}", did::did_key(&key.public()), key.public().to_multikey());
    let witness = LocalSigner::new(key, method);
    let created = at("2026-01-03T00:00:00Z");
    for suite in [Cryptosuite::EddsaRdfc2022, Cryptosuite::EddsaJcs2022] {
        let proof = proof::create(suite, &proof::unsecured(&document), &witness, created).unwrap();
        document["proof"].as_array_mut().unwrap().push(serde_json::to_value(proof).unwrap());
    }
    assert_eq!(world.verdict(document.to_string().as_bytes()), Verdict::Valid);
    document["proof"].as_array_mut().unwrap().push(json!({"type": "SomeOtherProof2030"}));
    assert_eq!(
        world.verdict(document.to_string().as_bytes()),
        Verdict::Valid,
        "an unknown proof beside good ones"
    );
    document["proof"].as_array_mut().unwrap().pop();
    document["proof"].as_array_mut().unwrap().remove(0);
    assert_eq!(world.verdict(document.to_string().as_bytes()), Verdict::Invalid);
}

#[test]
fn chained_proofs_hold_with_what_they_follow() {
    let world = World::new();
    let mut document: Value = serde_json::from_slice(&signed(claims())).unwrap();
    document["proof"][0]["id"] = json!("urn:uuid:00000000-0000-0000-0000-000000000001");
    assert_eq!(world.verdict(document.to_string().as_bytes()), Verdict::Invalid, "its id is signed as well");
    let mut bare = proof::unsecured(&document);
    let options = |id: &str| {
        json!({
            "id": id, "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022",
            "created": "2026-01-02T00:00:00Z", "proofPurpose": "assertionMethod",
            "verificationMethod": format!("{DID}#key-1")
        })
    };
    let add = |document: &mut Value, mut options: Value| {
        let data = proof::hash_data(Cryptosuite::EddsaRdfc2022, document, &options).unwrap();
        let value = bs58::encode(signer(1).sign(&data).unwrap()).into_string();
        options["proofValue"] = json!(format!("z{value}"));
        let mut proofs = document["proof"].as_array().cloned().unwrap_or_default();
        proofs.push(options);
        document["proof"] = json!(proofs);
    };
    add(&mut bare, options("urn:uuid:00000000-0000-0000-0000-000000000001"));
    let mut second = options("urn:uuid:00000000-0000-0000-0000-000000000002");
    second["previousProof"] = json!("urn:uuid:00000000-0000-0000-0000-000000000001");
    add(&mut bare, second);
    assert_eq!(world.verdict(bare.to_string().as_bytes()), Verdict::Valid);
    bare["proof"].as_array_mut().unwrap().remove(0);
    assert_eq!(world.verdict(bare.to_string().as_bytes()), Verdict::Invalid);
}

#[test]
fn a_key_of_another_kind_does_not_fit_the_suite() {
    let key = SecretKey::p256(&[3; 32]).unwrap();
    let document = prepare(claims()).unwrap().document().clone();
    let mut options = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2026-01-02T00:00:00Z",
        "proofPurpose": "assertionMethod", "verificationMethod": format!("{DID}#key-1")
    });
    let data = proof::hash_data(Cryptosuite::EddsaRdfc2022, &document, &options).unwrap();
    options["proofValue"] = json!(format!("z{}", bs58::encode(key.sign(&data)).into_string()));
    let published = did::document(DID, &[PublishedKey::new(format!("{DID}#key-1"), key.public())]).unwrap();
    let world = World { did: Ok(published), ..World::new() };
    let mut document = document;
    document["proof"] = json!([options]);
    assert_eq!(world.verdict(document.to_string().as_bytes()), Verdict::Invalid);
}

#[test]
fn bytes_that_are_no_credential_are_invalid() {
    for bytes in [&b""[..], b"[]", b"{}", b"null", b"\xff", b"{\"proof\":[]}"] {
        assert_eq!(World::new().verdict(bytes), Verdict::Invalid);
    }
}
