//! 1EdTech's own samples, good and bad: each gets the verdict that it deserves, once with nothing but the file and once in a world
//! where every issuer publishes the key that the sample names.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;

use cairn_credential::bake::unbake;
use cairn_credential::date;
use cairn_credential::did::{PublishedKey, document};
use cairn_credential::jwt::Token;
use cairn_credential::key::PublicKey;
use cairn_credential::verify::{Need, Options, Report, Step, Verdict, Verification};
use serde_json::json;

/// Keys that the samples' issuers are taken to publish: those whose Multikey stands in the fragment of a verification method.
const KEYS: [&str; 6] = [
    "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",
    "z6MkrvfzkMnvCroEUP2DVc9SHPE48CRsvHiVSusHioxTYu1x",
    "z6Mknyb2Gb4NxzW3xSr9ChTtdQZ1zs77piQ3r9SaJ9vMzmrs",
    "z6MkoMGF38Ck9xkdqrbZt4h9eHb1qc3GhAAkoSWa4Vy3SHRN",
    "z6MkmQ49FhpMN7V11B7Qzc6WC6Q3ymVW4xmHUsHBR2MWMMoV",
    "z6MkvREVgsHx7Ppae68vCoByy73ZD4aMSJiPML2cryVL8JAx",
];

fn published(controller: &str) -> Vec<u8> {
    let keys: Vec<_> = KEYS
        .iter()
        .filter_map(|text| PublicKey::from_multikey(text).ok().map(|key| (text, key)))
        .map(|(text, key)| PublishedKey::new(format!("{controller}#{text}"), key))
        .collect();
    document(controller, &keys).unwrap()
}

fn find(need: &Need) -> Result<Vec<u8>, String> {
    match need {
        Need::Did { did, .. } => Ok(published(did)),
        Need::Issuer { url } => Ok(published(url)),
        Need::Status { url } if url.ends_with("/bit-string-list/testlist") => {
            Ok(std::fs::read(conformance::path("ob3-samples/bit-string-list/testlist")).unwrap())
        }
        Need::Status { url } => Err(format!("nothing lies at {url}")),
    }
}

fn verify(name: &str, find: impl Fn(&Need) -> Result<Vec<u8>, String>) -> Report {
    let bytes = std::fs::read(conformance::path(name)).unwrap();
    let now = date::read("2026-06-01T00:00:00Z").unwrap();
    let mut verification = Verification::new(&bytes, Options { now, expected_recipient: None });
    for _ in 0..6 {
        match verification.step() {
            Step::Done(report) => return *report,
            Step::Needs(needs) => needs.into_iter().for_each(|need| {
                let found = find(&need);
                verification.supply(need, found);
            }),
        }
    }
    panic!("{name}: the verification does not end")
}

#[test]
fn every_sample_gets_the_verdict_it_deserves() {
    use Verdict::{Expired, Invalid, Revoked, Unknown, Valid};
    let table = [
        // Good ones.
        ("simple.json", Valid),
        ("simple.1ob", Valid),
        ("simple-json.png", Valid),
        ("simple-json.svg", Valid),
        ("simple-context-alias.json", Valid),
        ("simple-context-version.json", Valid),
        ("simple-multiple-proofs.json", Valid),
        ("simple-did-web-method.json", Valid),
        ("endorsement-valid.json", Valid),
        // Dates and status.
        ("simple-err-expired.json", Expired),
        // Without its issuer's deprecated 1EdTechRevocationList nobody can say whether it was revoked.
        ("complete.json", Unknown),
        ("bit-string-list/credential-status-revoked.json", Revoked),
        ("bit-string-list/credential-status-revoked-blank-nodes.json", Revoked),
        // Selective disclosure is not checked here.
        ("sd/derivedcredential.json", Unknown),
        // Verifiable Credentials 1.1 is not checked here, nor the proofs of its day.
        ("complete_v1.json", Unknown),
        ("credential-status-revoked.json", Unknown),
        ("endorsement-err-schema-status-refresh.json", Unknown),
        ("simple-eddsa-2022.json", Unknown),
        ("simple_v1.json", Unknown),
        ("velocity.jwt", Unknown),
        // Unsigned; signed by a key that its issuer does not publish.
        ("simple-noproof.json", Invalid),
        ("simple.jwt", Invalid),
        // A bare did:key is no verification method, and the issuer is another identifier.
        ("simple-did-key-method.json", Invalid),
        // Broken ones. The first is not yet valid either.
        ("simple-err-issued.json", Invalid),
        ("simple-err-context.json", Invalid),
        ("simple-err-credential-subject-achievement-result-description-type.json", Invalid),
        ("simple-err-credential-subject-identifier-type.json", Invalid),
        ("simple-err-credential-subject-profile-type.json", Invalid),
        ("simple-err-credential-subject-result-type.json", Invalid),
        ("simple-err-credential-subject-type.json", Invalid),
        ("simple-err-evidence-type.json", Invalid),
        ("simple-err-issuer-otheridentifier-type.json", Invalid),
        ("simple-err-issuer-parentorg-type.json", Invalid),
        ("simple-err-issuer-type.json", Invalid),
        ("simple-err-issuer.json", Invalid),
        ("simple-err-proof-method-no-scheme.json", Invalid),
        ("simple-err-proof-method-unknown-did-method.json", Invalid),
        ("simple-err-proof-method-unknown-scheme.json", Invalid),
        ("simple-err-proof-method.json", Invalid),
        ("simple-err-proof-value.json", Invalid),
        ("simple-err-type.json", Invalid),
    ];
    let mut wrong = Vec::new();
    for (name, expected) in table {
        let report = verify(&format!("ob3-samples/{name}"), find);
        if report.verdict != expected {
            wrong.push(format!("{name}: {:?}, not {expected:?}: {:#?}", report.verdict, report.checks));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// These tokens hold their RSA key in the header. Where the issuer publishes that key they are good, otherwise not, since anybody
/// can put a key there.
#[test]
fn tokens_hold_where_the_issuer_publishes_their_key() {
    for (name, verdict) in [
        ("simple-jwt.png", Verdict::Valid),
        ("simple-jwt.svg", Verdict::Valid),
        ("simple-jwt_v1.png", Verdict::Unknown),
        ("simple-jwt_v1.svg", Verdict::Unknown),
    ] {
        let name = format!("ob3-samples/{name}");
        let image = std::fs::read(conformance::path(&name)).unwrap();
        let key = Token::parse(&unbake(&image).unwrap()).unwrap().key.unwrap();
        let publishing = |need: &Need| {
            match need {
            Need::Issuer { url } => Ok(json!({
                "id": url,
                "assertionMethod": [{
                    "id": format!("{url}#key"), "type": "JsonWebKey", "controller": url, "publicKeyJwk": key.to_jwk()
                }]
            })
            .to_string()
            .into_bytes()),
            other => find(other),
        }
        };
        let report = verify(&name, publishing);
        assert_eq!(report.verdict, verdict, "{name}: {:#?}", report.checks);
        assert_eq!(verify(&name, find).verdict, Verdict::Invalid, "{name}");
    }
}

/// With nothing but the file, what is whole is UNKNOWN and what is broken is INVALID; nothing is VALID.
#[test]
fn nothing_is_valid_without_its_issuer() {
    let offline = |_: &Need| Err("offline".to_owned());
    for entry in std::fs::read_dir(conformance::path("ob3-samples")).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            continue;
        }
        let name = entry.file_name().into_string().unwrap();
        let report = verify(&format!("ob3-samples/{name}"), offline);
        assert!(matches!(report.verdict, Verdict::Unknown | Verdict::Invalid), "{name}");
        if name.starts_with("simple-err") && !name.contains("expired") && !name.contains("proof") {
            assert_eq!(report.verdict, Verdict::Invalid, "{name}");
        }
    }
}

/// Learner records: the record's own verdict, and that of each credential in it.
#[test]
fn every_learner_record_gets_the_verdicts_it_deserves() {
    use Verdict::{Invalid, Unknown, Valid};
    let table: [(&str, Verdict, &[Verdict]); 6] = [
        ("simple.json", Valid, &[Valid]),
        ("simple-noproof.json", Invalid, &[Unknown]),
        // Verifiable Credentials 1.1 is not checked here, nor the proofs of its day.
        ("complex.json", Unknown, &[]),
        ("simple_v1.json", Unknown, &[]),
        ("simple_old_safesigned.json", Unknown, &[]),
        // Signed by a key that its issuer does not publish.
        ("simple.jwt", Invalid, &[]),
    ];
    for (name, expected, within) in table {
        let report = verify(&format!("clr2-samples/{name}"), find);
        assert_eq!(report.verdict, expected, "{name}: {report:#?}");
        let each: Vec<Verdict> = report.credentials.iter().map(|one| one.verdict).collect();
        if !within.is_empty() {
            assert_eq!(each, within, "{name}: {report:#?}");
        }
        assert!(expected == Valid || !each.contains(&Valid), "{name}: {report:#?}");
        let offline = verify(&format!("clr2-samples/{name}"), |_| Err("offline".to_owned()));
        assert!(matches!(offline.verdict, Unknown | Invalid), "{name}");
    }
}
