//! Prints what signing and verifying cost on one core, and the ratios that matter: the direct path against JSON-LD processing, and
//! against the bare signature. Run with `cargo bench -p cairn-credential --bench ratios`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program for people, which fails by panicking"
)]

use cairn_credential::document::{
    Achievement, AchievementSubject, Claims, Criteria, IdentityObject, Number, Profile, StatusEntry, prepare,
};
use cairn_credential::key::{LocalSigner, SecretKey, Signer};
use cairn_credential::proof::DocumentHash;
use cairn_credential::{canon, date, json, proof};
use serde_json::Value;
use std::hint::black_box;
use std::time::{Duration, Instant};

const DID: &str = "did:web:example.com:issuers:acme";

/// A credential as most are: an achievement, a hashed recipient, one status entry.
fn ordinary() -> Claims {
    let mut achievement = Achievement::new(
        "https://example.com/achievements/1",
        "Data Literacy",
        "Reads, questions and presents data.",
        Criteria::narrative("Pass the final exam with at least 40 %."),
    );
    achievement.achievement_type = Some("MicroCredential".into());
    achievement.credits_available = Some(Number::from_hundredths(500));
    let subject = AchievementSubject {
        identifier: vec![IdentityObject::hashed("emailAddress", "ada@example.com", "salt")],
        achievement,
        ..AchievementSubject::default()
    };
    let from = date::read("2026-01-01T00:00:00Z").unwrap();
    let mut claims = Claims::new(uuid::Uuid::from_u128(7), Profile::new(DID, "Acme"), subject, from);
    claims.status = vec![StatusEntry {
        purpose: "revocation".into(),
        index: 4_711,
        list: "https://example.com/status/1".into(),
    }];
    claims
}

/// The median of repeated runs, each long enough to measure.
fn measure<T>(mut work: impl FnMut() -> T) -> Duration {
    let once = |work: &mut dyn FnMut()| {
        let started = Instant::now();
        work();
        started.elapsed()
    };
    let mut work = || drop(black_box(work()));
    let rounds = (Duration::from_millis(40).as_nanos() / once(&mut work).as_nanos().max(1)).clamp(1, 100_000);
    let mut runs: Vec<Duration> = (0..15)
        .map(|_| {
            let started = Instant::now();
            (0..rounds).for_each(|_| work());
            started.elapsed() / u32::try_from(rounds).unwrap()
        })
        .collect();
    runs.sort_unstable();
    runs[runs.len() / 2]
}

fn main() {
    let complete = include_str!("../tests/data/complete-claims.json");
    println!("microseconds on one core; in brackets, times the bare Ed25519 operation");
    report("an ordinary credential", &ordinary());
    report("one with every member of the model", &serde_json::from_str(complete).unwrap());
}

fn report(title: &str, claims: &Claims) {
    let signer = LocalSigner::new(SecretKey::ed25519(&[1; 32]), format!("{DID}#key-1"));
    let created = date::read("2026-01-02T00:00:00Z").unwrap();
    let document = prepare(claims.clone()).unwrap().document().clone();
    let signed = prepare(claims.clone()).unwrap().sign(&signer, created).unwrap().into_bytes();
    let proof: Value = json::parse(&signed).unwrap()["proof"][0].clone();

    let bare_sign = measure(|| signer.sign(&[7; 64]).unwrap());
    let direct_sign = measure(|| prepare(claims.clone()).unwrap().sign(&signer, created).unwrap());
    let generic_sign = measure(|| generic_data(&document, &proof).map(|data| signer.sign(&data).unwrap()));

    let key = signer.public();
    let (message, signature) = ([7; 64], signer.sign(&[7; 64]).unwrap());
    let bare_verify = measure(|| key.verify(&message, &signature));
    let direct_verify = measure(|| {
        let document = json::parse(&signed).unwrap();
        proof::verify(&document, &document["proof"][0], &key).unwrap();
    });
    let generic_verify = measure(|| {
        let parsed = json::parse(&signed).unwrap();
        let data = generic_data(&document, &parsed["proof"][0]).unwrap();
        let _ = key.verify(&data, &signature);
    });

    println!(
        "\n{title}: {} bytes, {} quads",
        signed.len(),
        canon::canonicalize(&document).unwrap().lines().count()
    );
    line("sign", bare_sign, direct_sign, generic_sign);
    line("verify", bare_verify, direct_verify, generic_verify);
}

/// What is signed, by JSON-LD processing alone.
fn generic_data(document: &Value, proof: &Value) -> Option<Vec<u8>> {
    let mut options = proof.clone();
    options.as_object_mut()?.remove("proofValue");
    options["@context"] = document["@context"].clone();
    let hash = DocumentHash::of_canonical(&canon::canonicalize(document).ok()?);
    Some(hash.with_canonical_options(&canon::canonicalize(&options).ok()?).to_vec())
}

fn line(name: &str, bare: Duration, direct: Duration, generic: Duration) {
    let micros = |duration: Duration| duration.as_secs_f64() * 1e6;
    let times = |duration: Duration| duration.as_secs_f64() / bare.as_secs_f64();
    println!(
        "{name:>7}: bare {:.1}, direct {:.1} ({:.1}x), JSON-LD {:.1} ({:.1}x); JSON-LD / direct = {:.0}",
        micros(bare),
        micros(direct),
        times(direct),
        micros(generic),
        times(generic),
        generic.as_secs_f64() / direct.as_secs_f64(),
    );
}
