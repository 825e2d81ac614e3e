//! Digests of content elsewhere, as Verifiable Credentials 2.0 (section 5.3) writes them: a multihash in multibase.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Code and length of SHA-256, SHA-384 and SHA-512 digests.
const SHA2: [([u8; 2], usize); 3] = [([0x12, 0x20], 32), ([0x20, 0x30], 48), ([0x13, 0x40], 64)];

/// Longest text of such a digest: 66 bytes in base58 are at most 91 characters.
const LONGEST: usize = 96;

/// Whether the text is a SHA-2 digest as a multihash, in base58btc (`z…`) or base64url without padding (`u…`).
#[must_use]
pub fn is_sha2(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let bytes = match text.split_at_checked(1) {
        Some(("z", rest)) => bs58::decode(rest).into_vec().ok(),
        Some(("u", rest)) => URL_SAFE_NO_PAD.decode(rest).ok(),
        _ => None,
    };
    bytes.is_some_and(|bytes| {
        SHA2.iter().any(|(head, size)| bytes.starts_with(head) && bytes.len() == size + 2)
    })
}

/// The SHA-256 of bytes as a multihash in base58btc.
#[must_use]
pub fn sha256(content: &[u8]) -> String {
    let bytes = [&[0x12, 0x20], Sha256::digest(content).as_slice()].concat();
    format!("z{}", bs58::encode(bytes).into_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let digest = sha256(b"hello");
        assert!(digest.starts_with("zQm"), "{digest}");
        assert!(is_sha2(&digest));
        let other = format!("u{}", URL_SAFE_NO_PAD.encode([&[0x13, 0x40][..], &[7; 64]].concat()));
        assert!(is_sha2(&other));
        for bad in ["", "z", "zQm", "ü", "mEiC", &digest[1..], &digest[..20], "uAAAA"] {
            assert!(!is_sha2(bad), "{bad}");
        }
    }
}
