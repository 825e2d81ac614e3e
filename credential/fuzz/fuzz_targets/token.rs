//! A compact token: read, its claims checked, its signature tried with the key that it brings.
#![no_main]

use cairn_credential::date;
use cairn_credential::jwt::Token;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (Ok(token), Ok(now)) = (Token::parse(text), date::read("2026-06-01T00:00:00Z")) else { return };
    let _ = token.check_claims(now);
    if let Some(key) = &token.key {
        let _ = token.verify(key);
    }
});
