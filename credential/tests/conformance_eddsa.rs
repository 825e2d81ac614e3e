//! The W3C test vectors of the EdDSA cryptosuites: keys, canonical forms, hashes, proof values.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;

use cairn_credential::canon;
use cairn_credential::date;
use cairn_credential::key::{LocalSigner, PublicKey, SecretKey};
use cairn_credential::proof::{self, Cryptosuite};
use serde_json::Value;

fn file(name: &str) -> String {
    conformance::text(&format!("vc-di-eddsa/TestVectors/{name}"))
}

fn json(name: &str) -> Value {
    conformance::json(&format!("vc-di-eddsa/TestVectors/{name}"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The key pair of a file that holds it as two Multikeys; the secret one begins with the multicodec `ed25519-priv`.
fn key_pair(pair: &Value) -> (SecretKey, PublicKey) {
    let secret = pair["privateKeyMultibase"].as_str().unwrap().strip_prefix('z').unwrap();
    let bytes = bs58::decode(secret).into_vec().unwrap();
    assert_eq!(bytes[..2], [0x80, 0x26]);
    let secret = SecretKey::ed25519(bytes[2..].try_into().unwrap());
    (secret, PublicKey::from_multikey(pair["publicKeyMultibase"].as_str().unwrap()).unwrap())
}

#[test]
fn eddsa_rdfc_2022() {
    let (folder, document) = ("eddsa-rdfc-2022", "unsigned.json");
    let (secret, public) = key_pair(&json("keyPair.json"));
    assert_eq!(secret.public(), public);
    let unsigned = json(document);
    let options = json(&format!("{folder}/proofConfigDataInt.json"));
    assert_eq!(canon::canonicalize(&unsigned).unwrap(), file(&format!("{folder}/canonDocDataInt.txt")));
    assert_eq!(canon::canonicalize(&options).unwrap(), file(&format!("{folder}/proofCanonDataInt.txt")));
    let hash = proof::DocumentHash::of(&unsigned).unwrap();
    assert_eq!(hex(hash.as_bytes()), file(&format!("{folder}/docHashDataInt.txt")));
    let data = proof::hash_data(Cryptosuite::EddsaRdfc2022, &unsigned, &options).unwrap();
    assert_eq!(hex(&data), file(&format!("{folder}/combinedHashDataInt.txt")));
    assert_eq!(hex(&data[..32]), file(&format!("{folder}/proofHashDataInt.txt")));
    assert_eq!(hex(&secret.sign(&data)), file(&format!("{folder}/sigHexDataInt.txt")));

    let signed = json(&format!("{folder}/signedDataInt.json"));
    proof::verify(&signed, &signed["proof"], &public).unwrap();
    let signer = LocalSigner::new(secret, options["verificationMethod"].as_str().unwrap());
    let created = date::read(options["created"].as_str().unwrap()).unwrap();
    let made = proof::create(Cryptosuite::EddsaRdfc2022, &unsigned, &signer, created).unwrap();
    assert_eq!(serde_json::to_value(made).unwrap(), signed["proof"]);
    assert_eq!(signed["proof"]["proofValue"], file(&format!("{folder}/sigBTC58DataInt.txt")));
}

/// Its context (citizenship/v4rc1) is not compiled in, so the canonical forms are taken as given.
#[test]
fn eddsa_rdfc_2022_on_the_employment_document() {
    let folder = "eddsa-rdfc-2022/employ";
    let (secret, public) = key_pair(&json("keyPair.json"));
    let hash = proof::DocumentHash::of_canonical(&file(&format!("{folder}/canonDocDataInt.txt")));
    assert_eq!(hex(hash.as_bytes()), file(&format!("{folder}/docHashDataInt.txt")));
    let data = hash.with_canonical_options(&file(&format!("{folder}/proofCanonDataInt.txt")));
    assert_eq!(hex(&data), file(&format!("{folder}/combinedHashDataInt.txt")));
    assert_eq!(hex(&secret.sign(&data)), file(&format!("{folder}/sigHexDataInt.txt")));
    public.verify(&data, &secret.sign(&data)).unwrap();
}

#[test]
fn eddsa_jcs_2022() {
    let folder = "eddsa-jcs-2022";
    let (secret, public) = key_pair(&json("keyPair.json"));
    let unsigned = json("unsigned.json");
    let options = json(&format!("{folder}/proofConfigJCS.json"));
    assert_eq!(proof::canonical_json(&unsigned), file(&format!("{folder}/canonDocJCS.txt")));
    assert_eq!(proof::canonical_json(&options), file(&format!("{folder}/proofCanonJCS.txt")));
    let data = proof::hash_data(Cryptosuite::EddsaJcs2022, &unsigned, &options).unwrap();
    assert_eq!(hex(&data[..32]), file(&format!("{folder}/proofHashJCS.txt")));
    assert_eq!(hex(&data[32..]), file(&format!("{folder}/docHashJCS.txt")));
    assert_eq!(hex(&data), file(&format!("{folder}/combinedHashJCS.txt")));
    assert_eq!(hex(&secret.sign(&data)), file(&format!("{folder}/sigHexJCS.txt")));

    let signed = json(&format!("{folder}/signedJCS.json"));
    proof::verify(&signed, &signed["proof"], &public).unwrap();
    let signer = LocalSigner::new(secret, options["verificationMethod"].as_str().unwrap());
    let created = date::read(options["created"].as_str().unwrap()).unwrap();
    let made = proof::create(Cryptosuite::EddsaJcs2022, &unsigned, &signer, created).unwrap();
    assert_eq!(serde_json::to_value(made).unwrap(), signed["proof"]);
}

#[test]
fn proof_sets_and_chains() {
    for name in ["signedProofSet1", "signedProofSet2", "signedProofChain1", "signedProofChain2"] {
        let signed = json(&format!("proof-set-chain/{name}.json"));
        let proofs = match &signed["proof"] {
            Value::Array(proofs) => proofs.clone(),
            one => vec![one.clone()],
        };
        for proof in &proofs {
            let method = proof["verificationMethod"].as_str().unwrap();
            let key = cairn_credential::did::resolve_did_key(method).unwrap();
            proof::verify(&signed, proof, &key).unwrap_or_else(|error| panic!("{name}: {error}"));
            if proof.get("previousProof").is_some() {
                let mut cut = signed.clone();
                cut["proof"].as_array_mut().unwrap().remove(0);
                let first = proof["previousProof"].is_array();
                assert_eq!(proof::verify(&cut, proof, &key).is_err(), first, "{name}");
            }
        }
    }
}
