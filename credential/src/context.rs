//! The JSON-LD contexts compiled in, by address. Nothing is fetched: an address that is not listed here is unknown.
//! Where the files come from is told in `contexts/README.md`.

/// Address of the Verifiable Credentials 2.0 context.
pub const CREDENTIALS_V2: &str = "https://www.w3.org/ns/credentials/v2";
/// Address of the Open Badges 3.0 context, in its current edition.
pub const OPEN_BADGES_V3: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
/// Address of the Open Badges 3.0 extensions, which define `1EdTechJsonSchemaValidator2019` and `1EdTechCredentialRefresh`.
pub const OPEN_BADGES_EXTENSIONS: &str = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json";
/// Address of the CLR 2.0 context.
pub const CLR_V2: &str = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json";
/// Address of the DID context.
pub const DID_V1: &str = "https://www.w3.org/ns/did/v1";
/// Address of the Multikey context.
pub const MULTIKEY_V1: &str = "https://w3id.org/security/multikey/v1";

const KNOWN: &[(&str, &str)] = &[
    (CREDENTIALS_V2, include_str!("../contexts/credentials-v2.json")),
    (OPEN_BADGES_V3, include_str!("../contexts/ob-v3p0-context-3.0.3.json")),
    (CLR_V2, include_str!("../contexts/clr-v2p0-2.0.1.json")),
    ("https://purl.imsglobal.org/spec/clr/v2p0/context.json", include_str!("../contexts/clr-v2p0.json")),
    (OPEN_BADGES_EXTENSIONS, include_str!("../contexts/ob-v3p0-extensions.json")),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
        include_str!("../contexts/ob-v3p0-context-3.0.2.json"),
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        include_str!("../contexts/ob-v3p0-context-3.0.1.json"),
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
        include_str!("../contexts/ob-v3p0-context.json"),
    ),
    (
        "https://www.w3.org/ns/credentials/undefined-terms/v2",
        include_str!("../contexts/credentials-undefined-terms-v2.json"),
    ),
    (
        "https://www.w3.org/ns/credentials/examples/v2",
        include_str!("../contexts/credentials-examples-v2.json"),
    ),
    (
        "https://www.w3.org/ns/credentials/status/v1",
        include_str!("../contexts/bitstring-status-list-v1.json"),
    ),
    ("https://w3id.org/security/data-integrity/v1", include_str!("../contexts/data-integrity-v1.json")),
    ("https://w3id.org/security/data-integrity/v2", include_str!("../contexts/data-integrity-v2.json")),
    (MULTIKEY_V1, include_str!("../contexts/multikey-v1.json")),
    (DID_V1, include_str!("../contexts/did-v1.json")),
];

/// The text of the context at `address`, or nothing where it is not compiled in.
#[must_use]
pub fn lookup(address: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, _)| *known == address).map(|(_, text)| *text)
}

/// Every context compiled in: its address and its text.
pub fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
    KNOWN.iter().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use sha2::{Digest, Sha256};

    #[test]
    fn every_context_is_in_the_manifest_with_its_digest() {
        let manifest: Vec<Value> = serde_json::from_str(include_str!("../contexts/MANIFEST.json")).unwrap();
        assert_eq!(manifest.len(), known().count());
        for (address, text) in known() {
            let entry = manifest.iter().find(|entry| entry["url"] == address).unwrap();
            let digest: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(entry["sha256"], digest, "{address}");
        }
    }

    #[test]
    fn an_unlisted_address_is_unknown() {
        assert_eq!(lookup("https://www.w3.org/ns/credentials/v3"), None);
    }
}
