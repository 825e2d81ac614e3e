//! Stories of offline bundles: verified by somebody who can fetch nothing at all.

use super::*;
use crate::bundle::{self, BundleClaims, Source};

const TAKEN: &str = "2026-03-01T00:00:00Z";
const DID_URL: &str = "https://example.com/issuers/acme/did.json";

fn json_of(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// The bundle of a credential, signed by key 2 as is everything that is signed of late; the credential itself is signed by key 1.
fn bundle_of(credential: Value, keys: &[u8], list: &[u8]) -> BundleClaims {
    let source = |url: &str, bytes: &[u8]| Source { url: url.into(), document: json_of(bytes) };
    BundleClaims {
        issuer: DID.into(),
        taken_at: at(TAKEN),
        credential,
        keys: vec![source(DID_URL, keys)],
        status_lists: vec![source(LIST, list)],
    }
}

fn list_until(set: bool, until: &str) -> Vec<u8> {
    let mut bits = Bitstring::new(MIN_ENTRIES).unwrap();
    bits.set(INDEX.into(), set).unwrap();
    let now = at("2026-01-02T00:00:00Z");
    let claims = ListClaims {
        address: LIST,
        issuer: DID,
        purpose: "revocation",
        bits: &bits,
        valid_from: now,
        valid_until: Some(at(until)),
        ttl_ms: None,
    };
    crate::status::prepare(&claims).unwrap().sign(&signer(2), now).unwrap()
}

fn good() -> Vec<u8> {
    let world = World::new();
    let claims = bundle_of(json_of(&signed(claims())), &world.did.unwrap(), &world.list.unwrap());
    bundle::sign(&claims, &signer(2)).unwrap()
}

fn trust(text: &str) -> Trust {
    let mut trust = Trust::default();
    trust.add(text.as_bytes()).unwrap();
    trust
}

/// The line that pins a key of the issuer.
fn pin(n: u8) -> Trust {
    trust(&format!("# Acme, asked by telephone\n\n{DID}  {}\n", signer(n).public().to_multikey()))
}

/// Verifies where nothing can be fetched.
fn offline(bytes: &[u8], now: &str, trust: Trust) -> Report {
    let options = Options { now: at(now), expected_recipient: None };
    let mut verification = Verification::new(bytes, options).trusting(trust);
    for _ in 0..5 {
        match verification.step() {
            Step::Done(report) => return *report,
            Step::Needs(needs) => {
                needs.into_iter().for_each(|need| verification.supply(need, Err("no network".into())));
            }
        }
    }
    panic!("the verification does not end");
}

fn detail(report: &Report, name: CheckName) -> &str {
    &report.check(name).unwrap().detail
}

#[test]
fn a_bundle_by_a_trusted_key_is_valid_as_of_its_moment() {
    let document = String::from_utf8(World::new().did.unwrap()).unwrap();
    for trusted in [pin(2), trust(&document)] {
        let report = offline(&good(), "2026-03-04T00:00:00Z", trusted);
        assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
        assert_eq!(report.status_as_of, Some(at(TAKEN)));
        assert!(detail(&report, CheckName::Status).ends_with(&format!("as of {TAKEN}")), "{report:#?}");
        let found = report.bundle.unwrap();
        assert_eq!((found.taken_at, found.keys), (at(TAKEN), KeySource::Trusted));
        assert_eq!(found.signed_by.unwrap().public_key, signer(2).public().to_multikey());
    }
}

#[test]
fn keys_that_only_the_bundle_claims_prove_nothing() {
    let stranger = trust(&format!("did:web:example.org {}", signer(2).public().to_multikey()));
    for (trusted, why) in [
        (Trust::default(), "nobody vouches for them"),
        (stranger, "nobody vouches for them"),
        (pin(9), "none of the keys that you trust"),
        // A key that has signed before is no word on the keys of today.
        (pin(1), "none of the keys that you trust"),
    ] {
        let report = offline(&good(), "2026-03-04T00:00:00Z", trusted);
        assert_eq!(report.verdict, Verdict::Unknown, "{report:#?}");
        assert!(detail(&report, CheckName::Issuer).contains(why), "{report:#?}");
        assert_eq!(report.bundle.unwrap().keys, KeySource::Claimed);
    }
}

/// Everything made anew by somebody else, down to the keys.
fn forged() -> Vec<u8> {
    let thief = |n: u8| LocalSigner::new(SecretKey::ed25519(&[n + 100; 32]), format!("{DID}#key-{n}"));
    let keys: Vec<_> =
        (1..=2).map(|n| PublishedKey::new(format!("{DID}#key-{n}"), thief(n).public())).collect();
    let credential = prepare(claims()).unwrap().sign(&thief(1), at("2026-01-02T00:00:00Z")).unwrap();
    let list = list_with(false, DID, &thief(2), "revocation");
    let claims = bundle_of(json_of(credential.bytes()), &did::document(DID, &keys).unwrap(), &list);
    bundle::sign(&claims, &thief(2)).unwrap()
}

#[test]
fn a_forger_who_brings_his_own_keys_is_never_valid() {
    let document = String::from_utf8(World::new().did.unwrap()).unwrap();
    for trusted in [Trust::default(), pin(1), pin(2), trust(&document)] {
        let report = offline(&forged(), "2026-03-04T00:00:00Z", trusted);
        assert_eq!(report.verdict, Verdict::Unknown, "{report:#?}");
        assert_eq!(report.bundle.unwrap().keys, KeySource::Claimed);
    }
    let report = World::new().verify(&forged(), "2026-03-04T00:00:00Z", None);
    assert_eq!(report.verdict, Verdict::Invalid, "whoever can look the keys up sees it: {report:#?}");
}

#[test]
fn no_member_of_a_bundle_can_be_changed() {
    let bundle = json_of(&good());
    let mut pointers = Vec::new();
    collect(&bundle, String::new(), &mut pointers);
    assert!(pointers.len() > 50);
    for pointer in pointers {
        let mut tampered = bundle.clone();
        let place = tampered.pointer_mut(&pointer).unwrap();
        *place = match &*place {
            Value::String(text) => json!(format!("{text}x")),
            Value::Bool(value) => json!(!value),
            Value::Number(number) => json!(number.as_u64().unwrap() + 1),
            _ => json!(["x"]),
        };
        let report = offline(tampered.to_string().as_bytes(), "2026-03-04T00:00:00Z", pin(2));
        assert!(matches!(report.verdict, Verdict::Invalid | Verdict::Unknown), "{pointer}: {report:#?}");
    }
    for (what, change) in [
        ("a later moment", json!({ "takenAt": "2026-03-03T00:00:00Z" })),
        ("no lists", json!({ "statusLists": [] })),
        ("no signature", json!({ "proof": null })),
        ("something more", json!({ "note": "genuine" })),
    ] {
        let mut tampered = bundle.clone();
        tampered.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let report = offline(tampered.to_string().as_bytes(), "2026-03-04T00:00:00Z", pin(2));
        assert_eq!(report.verdict, Verdict::Invalid, "{what}: {report:#?}");
    }
}

#[test]
fn a_bundle_is_of_its_credentials_issuer_and_not_of_the_future() {
    let world = World::new();
    let (keys, list) = (world.did.unwrap(), world.list.unwrap());
    let mut foreign = bundle_of(json_of(&signed(claims())), &keys, &list);
    foreign.issuer = "did:web:example.org".into();
    let foreign = bundle::sign(&foreign, &signer(2)).unwrap();
    assert_eq!(offline(&foreign, "2026-03-04T00:00:00Z", pin(2)).verdict, Verdict::Invalid);
    let early = offline(&good(), "2026-02-01T00:00:00Z", pin(2));
    assert_eq!(early.verdict, Verdict::Invalid);
    assert!(detail(&early, CheckName::Proof).contains("in the future"), "{early:#?}");
    let mut newer = json_of(&good());
    newer["version"] = json!(2);
    assert_eq!(
        offline(newer.to_string().as_bytes(), "2026-03-04T00:00:00Z", pin(2)).verdict,
        Verdict::Unknown
    );
    for broken in [json!({}), json!({ "credential": 7 }), json!({ "keys": [{ "url": "x" }] })] {
        let mut bundle = json_of(&good());
        bundle.as_object_mut().unwrap().extend(broken.as_object().unwrap().clone());
        if broken == json!({}) {
            bundle.as_object_mut().unwrap().remove("credential");
        }
        let report = offline(bundle.to_string().as_bytes(), "2026-03-04T00:00:00Z", pin(2));
        assert_eq!(report.verdict, Verdict::Invalid, "{broken}");
    }
}

#[test]
fn a_list_past_its_end_says_nothing_but_that_something_was_revoked() {
    let keys = World::new().did.unwrap();
    let with = |set: bool| {
        let list = list_until(set, "2026-03-08T00:00:00Z");
        bundle::sign(&bundle_of(json_of(&signed(claims())), &keys, &list), &signer(2)).unwrap()
    };
    for (set, now, verdict) in [
        (false, "2026-03-07T00:00:00Z", Verdict::Valid),
        (true, "2026-03-07T00:00:00Z", Verdict::Revoked),
        (false, "2026-03-09T00:00:00Z", Verdict::Unknown),
        (true, "2026-03-09T00:00:00Z", Verdict::Revoked),
    ] {
        let report = offline(&with(set), now, pin(2));
        assert_eq!(report.verdict, verdict, "{set} {now}: {report:#?}");
    }
    let late = offline(&with(false), "2026-03-09T00:00:00Z", pin(2));
    assert!(detail(&late, CheckName::Status).contains("good until 2026-03-08T00:00:00Z"), "{late:#?}");
}

#[test]
fn a_compromised_key_counts_for_what_it_signed_before() {
    let list = World::new().list.unwrap();
    let published = |revoked: &str| {
        let mut keys: Vec<_> =
            (1..=2).map(|n| PublishedKey::new(format!("{DID}#key-{n}"), signer(n).public())).collect();
        keys[0].revoked = Some(at(revoked));
        did::document(DID, &keys).unwrap()
    };
    // The credential was signed on 2 January.
    for (revoked, verdict) in
        [("2026-02-01T00:00:00Z", Verdict::Valid), ("2026-01-01T00:00:00Z", Verdict::Invalid)]
    {
        let claims = bundle_of(json_of(&signed(claims())), &published(revoked), &list);
        let bundle = bundle::sign(&claims, &signer(2)).unwrap();
        assert_eq!(offline(&bundle, "2026-03-04T00:00:00Z", pin(2)).verdict, verdict, "{revoked}");
    }
    // A verifier who knows of it already holds it against an older bundle.
    let later = String::from_utf8(published("2026-01-01T00:00:00Z")).unwrap();
    assert_eq!(offline(&good(), "2026-03-04T00:00:00Z", trust(&later)).verdict, Verdict::Invalid);
}

#[test]
fn what_can_be_had_anew_is_not_taken_from_the_bundle() {
    let now = "2026-03-04T00:00:00Z";
    let report = World::new().verify(&good(), now, None);
    assert_eq!((report.verdict, report.status_as_of), (Verdict::Valid, Some(at(now))), "{report:#?}");
    assert_eq!(report.bundle.unwrap().keys, KeySource::LookedUp);
    let revoked = World { list: Ok(list_with(true, DID, &signer(2), "revocation")), ..World::new() };
    assert_eq!(revoked.verdict(&good()), Verdict::Revoked, "revoked since");
    let half = World { list: Err("away".into()), ..World::new() };
    let report = half.verify(&good(), now, None);
    assert_eq!((report.verdict, report.status_as_of), (Verdict::Valid, Some(at(TAKEN))), "{report:#?}");
}

#[test]
fn an_issuer_of_did_key_needs_nobody_to_vouch() {
    let key = SecretKey::ed25519(&[8; 32]);
    let issuer = did::did_key(&key.public());
    let method = format!("{issuer}#{}", key.public().to_multikey());
    let signer = LocalSigner::new(key, method);
    let mut claims = claims();
    claims.issuer = Profile::new(&issuer, "Acme");
    claims.status.clear();
    let credential = prepare(claims).unwrap().sign(&signer, at("2026-01-02T00:00:00Z")).unwrap();
    let bundle = BundleClaims {
        issuer,
        taken_at: at(TAKEN),
        credential: json_of(credential.bytes()),
        keys: Vec::new(),
        status_lists: Vec::new(),
    };
    let report = offline(&bundle::sign(&bundle, &signer).unwrap(), "2026-03-04T00:00:00Z", Trust::default());
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    assert_eq!(report.bundle.unwrap().keys, KeySource::LookedUp);
}

#[test]
fn keys_that_were_looked_up_once_serve_a_bare_credential_too() {
    let document = String::from_utf8(World::new().did.unwrap()).unwrap();
    let report = offline(&signed(claims()), "2026-03-04T00:00:00Z", trust(&document));
    assert_eq!(report.verdict, Verdict::Unknown, "its status is open");
    let open: Vec<_> = report.checks.iter().filter(|check| check.undecided).map(|check| check.name).collect();
    assert_eq!(open, [CheckName::Status]);
}

#[test]
fn what_names_no_key_is_refused() {
    let mut trust = Trust::default();
    let key = signer(1).public().to_multikey();
    for (text, error) in [
        (String::new(), TrustError::Empty),
        ("# nothing\n".into(), TrustError::Empty),
        (key.clone(), TrustError::Line(1)),
        (format!("\n{DID} z6Mk"), TrustError::Line(2)),
        (format!("{} {key}", "Acme"), TrustError::Line(1)),
        (json!({ "id": DID }).to_string(), TrustError::Empty),
    ] {
        assert_eq!(trust.add(text.as_bytes()), Err(error), "{text:?}");
    }
    assert!(matches!(trust.add(b"{"), Err(TrustError::Document(_))));
}
