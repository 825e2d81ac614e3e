//! 1EdTech's own samples, good and bad, through the real server and the real command line: each gets the verdict that it deserves, for the reason that
//! it deserves it. Online, every issuer publishes the keys that its samples name; the documents are handed over in place of the network.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_credential::bake::unbake;
use cairn_credential::did::{PublishedKey, document};
use cairn_credential::jwt::Token;
use cairn_credential::key::PublicKey;
use cairn_service::fetch::{Fetch, Fetched};
use cairn_tests::{TestApp, contract};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

/// Keys that the samples' issuers are taken to publish: those whose Multikey stands in the fragment of a verification method.
const KEYS: [&str; 5] = [
    "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",
    "z6MkrvfzkMnvCroEUP2DVc9SHPE48CRsvHiVSusHioxTYu1x",
    "z6Mknyb2Gb4NxzW3xSr9ChTtdQZ1zs77piQ3r9SaJ9vMzmrs",
    "z6MkoMGF38Ck9xkdqrbZt4h9eHb1qc3GhAAkoSWa4Vy3SHRN",
    "z6MkmQ49FhpMN7V11B7Qzc6WC6Q3ymVW4xmHUsHBR2MWMMoV",
];

/// A sample, the verdict where its issuer can be asked and the checks that decide it, and the verdict where nothing is fetched.
type Sample = (&'static str, &'static str, &'static [&'static str], &'static str);

const SAMPLES: &[Sample] = &[
    ("bit-string-list/credential-status-revoked-blank-nodes.json", "REVOKED", &["STATUS"], "UNKNOWN"),
    ("bit-string-list/credential-status-revoked.json", "REVOKED", &["STATUS"], "UNKNOWN"),
    ("complete.json", "UNKNOWN", &["STATUS"], "UNKNOWN"),
    (
        "complete_v1.json",
        "UNKNOWN",
        &["STRUCTURE", "TERMS", "SCHEMA", "ISSUER", "PROOF", "STATUS"],
        "UNKNOWN",
    ),
    (
        "credential-status-revoked.json",
        "UNKNOWN",
        &["STRUCTURE", "TERMS", "ISSUER", "PROOF", "STATUS"],
        "UNKNOWN",
    ),
    (
        "endorsement-err-schema-status-refresh.json",
        "UNKNOWN",
        &["STRUCTURE", "TERMS", "SCHEMA", "ISSUER", "PROOF", "STATUS"],
        "UNKNOWN",
    ),
    ("endorsement-valid.json", "VALID", &[], "UNKNOWN"),
    ("sd/derivedcredential.json", "UNKNOWN", &["ISSUER", "PROOF"], "UNKNOWN"),
    ("simple-context-alias.json", "VALID", &[], "UNKNOWN"),
    ("simple-context-version.json", "VALID", &[], "UNKNOWN"),
    ("simple-did-key-method.json", "INVALID", &["PROOF"], "INVALID"),
    ("simple-did-web-method.json", "VALID", &[], "UNKNOWN"),
    ("simple-eddsa-2022.json", "UNKNOWN", &["STRUCTURE", "TERMS", "ISSUER", "PROOF"], "UNKNOWN"),
    ("simple-err-context.json", "INVALID", &["STRUCTURE", "TERMS", "PROOF"], "INVALID"),
    (
        "simple-err-credential-subject-achievement-result-description-type.json",
        "INVALID",
        &["STRUCTURE", "TERMS", "PROOF"],
        "INVALID",
    ),
    (
        "simple-err-credential-subject-identifier-type.json",
        "INVALID",
        &["STRUCTURE", "TERMS", "PROOF"],
        "INVALID",
    ),
    (
        "simple-err-credential-subject-profile-type.json",
        "INVALID",
        &["STRUCTURE", "TERMS", "PROOF"],
        "INVALID",
    ),
    (
        "simple-err-credential-subject-result-type.json",
        "INVALID",
        &["STRUCTURE", "TERMS", "PROOF"],
        "INVALID",
    ),
    ("simple-err-credential-subject-type.json", "INVALID", &["STRUCTURE", "TERMS", "PROOF"], "INVALID"),
    ("simple-err-evidence-type.json", "INVALID", &["STRUCTURE", "TERMS", "PROOF"], "INVALID"),
    ("simple-err-expired.json", "EXPIRED", &["DATES"], "UNKNOWN"),
    ("simple-err-issued.json", "INVALID", &["STRUCTURE", "DATES"], "INVALID"),
    ("simple-err-issuer-otheridentifier-type.json", "INVALID", &["STRUCTURE", "TERMS", "PROOF"], "INVALID"),
    ("simple-err-issuer-parentorg-type.json", "INVALID", &["STRUCTURE", "TERMS", "PROOF"], "INVALID"),
    ("simple-err-issuer-type.json", "INVALID", &["STRUCTURE", "TERMS", "PROOF"], "INVALID"),
    ("simple-err-issuer.json", "INVALID", &["STRUCTURE", "ISSUER"], "INVALID"),
    ("simple-err-proof-method-no-scheme.json", "INVALID", &["PROOF"], "INVALID"),
    ("simple-err-proof-method-unknown-did-method.json", "INVALID", &["PROOF"], "INVALID"),
    ("simple-err-proof-method-unknown-scheme.json", "INVALID", &["PROOF"], "INVALID"),
    ("simple-err-proof-method.json", "INVALID", &["PROOF"], "UNKNOWN"),
    ("simple-err-proof-value.json", "INVALID", &["PROOF"], "UNKNOWN"),
    ("simple-err-type.json", "INVALID", &["TERMS", "PROOF"], "INVALID"),
    ("simple-json.png", "VALID", &[], "UNKNOWN"),
    ("simple-json.svg", "VALID", &[], "UNKNOWN"),
    ("simple-jwt.png", "VALID", &[], "UNKNOWN"),
    ("simple-jwt.svg", "VALID", &[], "UNKNOWN"),
    ("simple-jwt_v1.png", "UNKNOWN", &["STRUCTURE", "SCHEMA"], "UNKNOWN"),
    ("simple-jwt_v1.svg", "UNKNOWN", &["STRUCTURE", "SCHEMA"], "UNKNOWN"),
    ("simple-multiple-proofs.json", "VALID", &[], "UNKNOWN"),
    ("simple-noproof.json", "INVALID", &["PROOF"], "INVALID"),
    ("simple.1ob", "VALID", &[], "UNKNOWN"),
    ("simple.json", "VALID", &[], "UNKNOWN"),
    ("simple.jwt", "INVALID", &["PROOF"], "UNKNOWN"),
    ("simple_v1.json", "UNKNOWN", &["STRUCTURE", "TERMS", "ISSUER", "PROOF"], "UNKNOWN"),
    ("velocity.jwt", "UNKNOWN", &["STRUCTURE", "SCHEMA", "ISSUER", "PROOF", "STATUS"], "UNKNOWN"),
];

fn folder() -> PathBuf {
    let folder =
        std::env::var("CAIRN_CONFORMANCE_DIR").expect("CAIRN_CONFORMANCE_DIR names the standards' data");
    Path::new(&folder).join("standards/ob3-samples")
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

/// Every file that is a sample, by its path below the folder.
fn names() -> Vec<String> {
    let mut names = Vec::new();
    for below in ["", "sd/", "bit-string-list/"] {
        for entry in std::fs::read_dir(folder().join(below)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            // The list is what the others refer to, no sample.
            if entry.file_type().unwrap().is_file() && name != "testlist" {
                names.push(format!("{below}{name}"));
            }
        }
    }
    names.sort();
    names
}

/// The samples' issuers and lists.
struct World;

impl World {
    fn document(url: &str) -> Option<Vec<u8>> {
        if url.ends_with("/bit-string-list/testlist") {
            return Some(bytes("bit-string-list/testlist"));
        }
        if !url.contains("/issuers/") {
            return None;
        }
        let keys: Vec<_> = KEYS
            .iter()
            .map(|text| PublishedKey::new(format!("{url}#{text}"), PublicKey::from_multikey(text).unwrap()))
            .collect();
        let mut published: Value = serde_json::from_slice(&document(url, &keys).unwrap()).unwrap();
        // The key of the baked tokens stands in their header, where anybody could have put it; here their issuer publishes it.
        for name in ["simple-jwt.png", "simple-jwt.svg", "simple-jwt_v1.png", "simple-jwt_v1.svg"] {
            let token = Token::parse(&unbake(&bytes(name)).unwrap()).unwrap();
            let issuer = token.document["issuer"]["id"].as_str().or(token.document["issuer"].as_str());
            if issuer == Some(url) {
                published["assertionMethod"].as_array_mut().unwrap().push(json!({
                    "id": format!("{url}#{name}"), "type": "JsonWebKey", "controller": url, "publicKeyJwk": token.key.unwrap().to_jwk()
                }));
            }
        }
        Some(published.to_string().into_bytes())
    }
}

impl Fetch for World {
    fn get<'a>(&'a self, url: &'a str, _now: DateTime<Utc>) -> BoxFuture<'a, Fetched> {
        Box::pin(
            async move { Self::document(url).map(Into::into).ok_or_else(|| "nothing lies there".to_owned()) },
        )
    }
}

/// The checks that keep a document from being VALID: those that failed, or where none did, those that could not be made.
fn decisive(report: &Value) -> Vec<String> {
    let named = |outcome: &str| -> Vec<String> {
        let checks = report["checks"].as_array().unwrap().iter();
        let checks = checks.filter(|check| check["outcome"] == outcome && check["detail"] != "not reached");
        checks.map(|check| check["name"].as_str().unwrap().to_owned()).collect()
    };
    match named("FAILED") {
        none if none.is_empty() && report["verdict"] == "UNKNOWN" => {
            let idle = ["SCHEMA", "STATUS", "RECIPIENT"];
            let idle_words = ["declares no schema", "names no status", "no recipient was expected"];
            let check = |name: &str| {
                report["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).unwrap()
            };
            let is_idle = |name: &String| {
                idle.contains(&name.as_str())
                    && idle_words
                        .iter()
                        .any(|words| check(name)["detail"].as_str().unwrap_or_default().contains(words))
            };
            named("SKIPPED").into_iter().filter(|name| !is_idle(name)).collect()
        }
        failed => failed,
    }
}

#[tokio::test]
async fn every_sample_gets_the_verdict_it_deserves() {
    let app = TestApp::start_with(|service| service.fetch = Arc::new(World)).await;
    let verify = contract("public/verify_credential.graphql");
    let mut wrong = Vec::new();
    for name in names() {
        let input = json!({ "input": { "credential": { "file": STANDARD.encode(bytes(&name)) } } });
        let found = app.anonymous().data(&verify, input).await["verifyCredential"].clone();
        let verdict = found["verdict"].as_str().unwrap();
        let decisive = decisive(&found);
        let sample = SAMPLES.iter().find(|sample| sample.0 == name);
        if sample.is_none_or(|sample| sample.1 != verdict || sample.2 != decisive.as_slice()) {
            wrong.push(format!("(\"{name}\", \"{verdict}\", &{decisive:?}, ),"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    app.stop().await;
}

#[test]
fn the_command_line_tells_the_same_as_far_as_it_can_offline() {
    let home = tempfile::tempdir().unwrap();
    let settings = [("CAIRN_DATA_DIR", home.path().to_str().unwrap())];
    let mut wrong = Vec::new();
    for name in names() {
        let file = folder().join(&name);
        let output = cairn_tests::cairn(["verify", file.to_str().unwrap(), "--offline", "--json"], &settings);
        let report: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{name}: {output:?}"));
        let verdict = report["verdict"].as_str().unwrap();
        let code = output.status.code().unwrap();
        assert_eq!(
            code,
            match verdict {
                "VALID" => 0,
                "UNKNOWN" => 2,
                _ => 1,
            },
            "{name}"
        );
        if SAMPLES.iter().find(|sample| sample.0 == name).is_none_or(|sample| sample.3 != verdict) {
            wrong.push(format!("{name}: {verdict}: {:?}", decisive(&report)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
