//! A status list: what is read is written and read alike.
#![no_main]

use cairn_credential::status::Bitstring;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(bits) = Bitstring::decode(text) {
        let again = bits.encode().and_then(|text| Bitstring::decode(&text));
        assert_eq!(again, Ok(bits));
    }
});
