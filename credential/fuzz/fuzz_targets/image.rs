//! An image: what is baked into it comes out again.
#![no_main]

use cairn_credential::bake::{bake, unbake};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|image: &[u8]| {
    let _ = unbake(image);
    if let Ok(baked) = bake(image, "eyJ9.e30.AA") {
        assert_eq!(unbake(&baked).as_deref(), Ok("eyJ9.e30.AA"));
    }
});
