//! Stories of learner records: one document, several credentials, a verdict for each.

use super::*;
use crate::document::{Association, RecordClaims, prepare_record};

fn record(credentials: Vec<Value>) -> RecordClaims {
    RecordClaims {
        id: Uuid::from_u128(70),
        name: "What Ada achieved".into(),
        issuer: Profile::new(DID, "Acme"),
        subject: None,
        identifier: vec![IdentityObject::plain("name", "Ada Lovelace عُمَر")],
        credentials,
        achievements: vec![Achievement::new(
            "https://example.com/a/2",
            "More",
            "Under way.",
            Criteria::narrative("Go on."),
        )],
        associations: vec![Association::part_of("https://example.com/a/1", "https://example.com/a/2")],
        partial: true,
        valid_from: at("2026-02-01T00:00:00Z"),
        valid_until: at("2026-08-01T00:00:00Z"),
    }
}

fn signed_record(claims: RecordClaims) -> Vec<u8> {
    prepare_record(claims).unwrap().sign(&signer(2), at("2026-02-01T00:00:00Z")).unwrap().into_bytes()
}

fn credential(n: u128, until: &str) -> Value {
    let mut claims = claims();
    claims.id = Uuid::from_u128(n);
    claims.valid_until = Some(at(until));
    serde_json::from_slice(&signed(claims)).unwrap()
}

#[test]
fn a_record_and_each_credential_in_it_have_verdicts_of_their_own() {
    let good = credential(1, "2028-01-01T00:00:00Z");
    let expired = credential(2, "2026-05-01T00:00:00Z");
    let mut forged = credential(3, "2028-01-01T00:00:00Z");
    forged["name"] = json!("Another");
    let bytes = signed_record(record(vec![good, expired, forged]));
    let report = World::new().verify(&bytes, "2026-06-01T00:00:00Z", None);
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    for check in
        [CheckName::Structure, CheckName::Terms, CheckName::Schema, CheckName::Issuer, CheckName::Proof]
    {
        assert_eq!(report.check(check).unwrap().outcome, Outcome::Passed, "{check:?}");
    }
    let within: Vec<_> = report.credentials.iter().map(|one| one.verdict).collect();
    assert_eq!(within, [Verdict::Valid, Verdict::Expired, Verdict::Invalid]);
    assert_eq!(report.credentials[0].achievement.as_ref().unwrap().name.as_deref(), Some("Data"));
    let revoked = World { list: Ok(list_with(true, DID, &signer(2), "revocation")), ..World::new() };
    let report = revoked.verify(&bytes, "2026-06-01T00:00:00Z", None);
    assert_eq!((report.verdict, report.credentials[0].verdict), (Verdict::Valid, Verdict::Revoked));
    assert_eq!(World::new().verify(&bytes, "2026-09-01T00:00:00Z", None).verdict, Verdict::Expired);
    let nobody = World { did: Err("away".into()), list: Err("away".into()) };
    let report = nobody.verify(&bytes, "2026-06-01T00:00:00Z", None);
    assert_eq!(report.verdict, Verdict::Unknown);
    assert!(report.credentials.iter().all(|one| one.verdict == Verdict::Unknown), "{report:#?}");
}

#[test]
fn no_member_of_a_record_can_be_changed() {
    let world = World::new();
    let document: Value =
        serde_json::from_slice(&signed_record(record(vec![credential(1, "2028-01-01T00:00:00Z")]))).unwrap();
    let mut pointers = Vec::new();
    collect(&document, String::new(), &mut pointers);
    assert!(pointers.len() > 60);
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
    let mut emptied = document.clone();
    emptied["credentialSubject"]["verifiableCredential"] = json!([]);
    assert_eq!(world.verdict(emptied.to_string().as_bytes()), Verdict::Invalid);
    let mut added = document.clone();
    let more = credential(2, "2028-01-01T00:00:00Z");
    added["credentialSubject"]["verifiableCredential"].as_array_mut().unwrap().push(more);
    let report = world.verify(added.to_string().as_bytes(), "2026-06-01T00:00:00Z", None);
    assert_eq!((report.verdict, report.credentials[1].verdict), (Verdict::Invalid, Verdict::Valid));
}

#[test]
fn what_is_no_record_is_not_signed() {
    for (change, member) in [
        (RecordClaims { credentials: Vec::new(), ..record(Vec::new()) }, "credentials"),
        (RecordClaims { identifier: Vec::new(), ..record(vec![json!({})]) }, "subject"),
        (RecordClaims { name: " ".into(), ..record(vec![json!({})]) }, "name"),
        (RecordClaims { valid_until: at("2025-01-01T00:00:00Z"), ..record(vec![json!({})]) }, "validUntil"),
        (RecordClaims { subject: Some("Ada".into()), ..record(vec![json!({})]) }, "subject.id"),
        (
            RecordClaims {
                associations: vec![Association::part_of("a", "https://b.example")],
                ..record(vec![json!({})])
            },
            "associations[0].sourceId",
        ),
    ] {
        let error = prepare_record(change).err().unwrap();
        assert_eq!(error.0[0].member, member, "{error}");
    }
}

#[test]
fn many_credentials_fit_into_one_record() {
    let all: Vec<Value> = (1..=30).map(|n| credential(n, "2028-01-01T00:00:00Z")).collect();
    let report = World::new().verify(&signed_record(record(all)), "2026-06-01T00:00:00Z", None);
    assert_eq!((report.verdict, report.credentials.len()), (Verdict::Valid, 30), "{:?}", report.checks);
    assert!(report.credentials.iter().all(|one| one.verdict == Verdict::Valid));
}
