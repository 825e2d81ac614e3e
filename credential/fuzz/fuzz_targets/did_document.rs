//! A DID document: every key that it yields is below its identifier.
#![no_main]

use cairn_credential::did::DidDocument;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = DidDocument::parse(bytes, "did:web:example.com") {
        assert!(document.assertion_keys().iter().all(|key| key.id.starts_with("did:web:example.com#")));
    }
});
