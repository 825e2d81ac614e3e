//! Damaged copies of good inputs go through everything that reads strangers' bytes: nothing panics, nothing damaged is VALID. The
//! fuzz targets do the same without end.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cairn_credential::bake::{bake, unbake};
use cairn_credential::date;
use cairn_credential::did::{self, DidDocument, PublishedKey, document};
use cairn_credential::document::prepare;
use cairn_credential::jwt::{self, Token};
use cairn_credential::key::{LocalSigner, PublicKey, SecretKey, Signer};
use cairn_credential::proof::{Cryptosuite, hash_data};
use cairn_credential::status::Bitstring;
use cairn_credential::verify::{
    Expected, Need, Options, Presentation, PresentationStep, Step, Verdict, Verification,
};
use proptest::prelude::*;
use std::sync::LazyLock;

const DID: &str = "did:web:example.com:issuers:acme";

struct Good {
    json: Vec<u8>,
    /// The credential, presented by a did:key.
    presentation: Vec<u8>,
    token: Vec<u8>,
    svg: Vec<u8>,
    did: Vec<u8>,
    list: String,
}

static GOOD: LazyLock<Good> = LazyLock::new(|| {
    let signer = LocalSigner::new(SecretKey::ed25519(&[1; 32]), format!("{DID}#key-1"));
    let mut claims: cairn_credential::document::Claims =
        serde_json::from_str(include_str!("data/complete-claims.json")).unwrap();
    claims.status.clear();
    let prepared = prepare(claims).unwrap();
    let token =
        jwt::sign(prepared.document(), jwt::Profile::VcJose, &jwt::KeyReference::Id, &signer).unwrap();
    let json = prepared.sign(&signer, date::read("2026-01-02T00:00:00Z").unwrap()).unwrap().into_bytes();
    let image = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>";
    Good {
        svg: bake(image, std::str::from_utf8(&json).unwrap()).unwrap(),
        did: document(DID, &[PublishedKey::new(format!("{DID}#key-1"), signer.public())]).unwrap(),
        list: Bitstring::new(131_072).unwrap().encode().unwrap(),
        token: token.into_bytes(),
        presentation: presented(&json),
        json,
    }
});

fn presented(credential: &[u8]) -> Vec<u8> {
    let key = SecretKey::ed25519(&[2; 32]);
    let holder = did::did_key(&key.public());
    let signer = LocalSigner::new(key, format!("{holder}#{}", holder.trim_start_matches("did:key:")));
    let mut document = serde_json::json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"], "holder": holder,
        "verifiableCredential": [serde_json::from_slice::<serde_json::Value>(credential).unwrap()]
    });
    let mut options = serde_json::json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2026-01-02T00:00:00Z",
        "proofPurpose": "authentication", "verificationMethod": signer.verification_method(), "challenge": "c-1"
    });
    let signature =
        signer.sign(&hash_data(Cryptosuite::EddsaRdfc2022, &document, &options).unwrap()).unwrap();
    options["proofValue"] = format!("z{}", bs58::encode(signature).into_string()).into();
    document["proof"] = options;
    document.to_string().into_bytes()
}

fn verdict_on_presentation(bytes: &[u8]) -> Verdict {
    let now = date::read("2026-06-01T00:00:00Z").unwrap();
    let mut presentation =
        Presentation::new(bytes, Expected { now, challenge: Some("c-1".into()), domain: None });
    for _ in 0..6 {
        match presentation.step() {
            PresentationStep::Done(report) => return report.verdict,
            PresentationStep::Needs(needs) => needs.into_iter().for_each(|need| {
                let ours = matches!(&need, Need::Did { did, .. } if did == DID);
                presentation.supply(need, if ours { Ok(GOOD.did.clone()) } else { Err("offline".into()) });
            }),
        }
    }
    panic!("the verification does not end")
}

fn verdict(bytes: &[u8]) -> Verdict {
    let now = date::read("2026-06-01T00:00:00Z").unwrap();
    let mut verification = Verification::new(bytes, Options { now, expected_recipient: None });
    for _ in 0..4 {
        match verification.step() {
            Step::Done(report) => return report.verdict,
            Step::Needs(needs) => needs.into_iter().for_each(|need| {
                let ours = matches!(&need, Need::Did { did, .. } if did == DID);
                verification.supply(need, if ours { Ok(GOOD.did.clone()) } else { Err("offline".into()) });
            }),
        }
    }
    panic!("the verification does not end")
}

/// Some bytes overwritten, and perhaps the end cut off.
fn damaged(good: &[u8], changes: &[(prop::sample::Index, u8)], cut: Option<prop::sample::Index>) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for (place, byte) in changes {
        let place = place.index(bytes.len());
        bytes[place] = *byte;
    }
    if let Some(cut) = cut {
        bytes.truncate(cut.index(bytes.len()));
    }
    bytes
}

#[test]
fn undamaged_they_are_valid() {
    for good in [&GOOD.json, &GOOD.token, &GOOD.svg] {
        assert_eq!(verdict(good), Verdict::Valid);
    }
    assert_eq!(verdict_on_presentation(&GOOD.presentation), Verdict::Valid);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn damaged_ones_are_not(
        which in 0..3_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in proptest::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let good = [&GOOD.json, &GOOD.token, &GOOD.presentation][which];
        let bytes = damaged(good, &changes, cut);
        let same = serde_json::from_slice::<serde_json::Value>(&bytes).ok()
            == serde_json::from_slice::<serde_json::Value>(good).ok();
        // Where only the layout changed, or nothing, it still says what was signed.
        prop_assume!(bytes != *good && !(which != 1 && same));
        let verdict = if which == 2 { verdict_on_presentation(&bytes) } else { verdict(&bytes) };
        prop_assert_ne!(verdict, Verdict::Valid);
    }

    #[test]
    fn readers_survive(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in proptest::option::of(any::<prop::sample::Index>()),
        noise: Vec<u8>,
    ) {
        let _ = unbake(&damaged(&GOOD.svg, &changes, cut));
        let _ = verdict(&damaged(&GOOD.svg, &changes, cut));
        let _ = DidDocument::parse(&damaged(&GOOD.did, &changes, cut), DID);
        let texts = [damaged(&GOOD.token, &changes, cut), damaged(GOOD.list.as_bytes(), &changes, cut), noise];
        for text in texts.iter().filter_map(|bytes| std::str::from_utf8(bytes).ok()) {
            let _ = Token::parse(text);
            let _ = Bitstring::decode(text);
            let _ = PublicKey::from_multikey(text);
        }
    }
}
