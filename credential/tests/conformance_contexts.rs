//! The contexts compiled in hold what the W3C and 1EdTech publish.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;

use cairn_credential::context;
use serde_json::Value;
use sha2::{Digest, Sha256};

#[test]
fn every_context_has_the_published_content() {
    let mut compared = 0;
    for entry in std::fs::read_dir(conformance::path("contexts")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let stem = name.trim_end_matches(".jsonld").trim_end_matches(".json");
        let ours = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("contexts/{stem}.json"));
        let Ok(ours) = std::fs::read_to_string(ours) else { continue };
        let ours: Value = serde_json::from_str(&ours).unwrap();
        assert_eq!(ours, conformance::json(&format!("contexts/{name}")), "{name}");
        compared += 1;
    }
    assert_eq!(compared, context::known().count());
}

#[test]
fn the_published_files_have_the_published_digests() {
    for (name, digest) in [
        ("credentials-v2.json", "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
        ("data-integrity-v2.json", "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4"),
        ("ob-v3p0-context-3.0.3.json", "ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761"),
    ] {
        let bytes = std::fs::read(conformance::path(&format!("contexts/{name}"))).unwrap();
        let actual: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(actual, digest, "{name}");
    }
}
