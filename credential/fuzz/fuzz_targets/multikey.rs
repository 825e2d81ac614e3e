//! Keys and identifiers as text: what is read is written alike.
#![no_main]

use cairn_credential::did::{resolve_did_key, web};
use cairn_credential::key::PublicKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(key) = PublicKey::from_multikey(text) {
        assert_eq!(PublicKey::from_multikey(&key.to_multikey()), Ok(key));
    }
    if let Ok(jwk) = cairn_credential::json::parse(text.as_bytes()) {
        let _ = PublicKey::from_jwk(&jwk);
    }
    let _ = resolve_did_key(text);
    if let Ok(url) = web::document_address(text) {
        assert!(url.domain().is_some());
    }
});
