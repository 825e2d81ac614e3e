//! A JSON document through the whole verification, with everything that it asks for unavailable.
#![no_main]

use cairn_credential::date;
use cairn_credential::verify::{Options, Step, Verdict, Verification};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(now) = date::read("2026-06-01T00:00:00Z") else { return };
    let options = Options { now, expected_recipient: Some("ada@example.com".into()) };
    let mut verification = Verification::new(bytes, options);
    for _ in 0..4 {
        match verification.step() {
            Step::Done(report) => {
                // Without its issuer's keys only a did:key credential can be good, and the fuzzer cannot sign.
                assert_ne!(report.verdict, Verdict::Valid);
                return;
            }
            Step::Needs(needs) => {
                needs.into_iter().for_each(|need| verification.supply(need, Err("offline".into())));
            }
        }
    }
    panic!("the verification does not end");
});
