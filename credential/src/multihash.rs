//! Digests of content elsewhere, as Verifiable Credentials 2.0 (section 5.3) writes them: a multihash in multibase.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Code and length of SHA-256, SHA-384 and SHA-512 digests.
const SHA2: [([u8; 2], usize); 3] = [([0x12, 0x20], 32), ([0x20, 0x30], 48), ([0x13, 0x40], 64)];

/// What Subresource Integrity calls them.
const INTEGRITY: [&str; 3] = ["sha256", "sha384", "sha512"];

/// Longest text of such a digest: 66 bytes in base58 are at most 91 characters.
const LONGEST: usize = 96;

/// Whether the text is a SHA-2 digest as a multihash, in base58btc (`z…`) or base64url without padding (`u…`).
#[must_use]
pub fn is_sha2(text: &str) -> bool {
    read(text).is_some()
}

/// Which of `SHA2` a text is, and the digest itself.
fn read(text: &str) -> Option<(usize, Vec<u8>)> {
    if text.len() > LONGEST {
        return None;
    }
    let bytes = match text.split_at_checked(1)? {
        ("z", rest) => bs58::decode(rest).into_vec().ok()?,
        ("u", rest) => URL_SAFE_NO_PAD.decode(rest).ok()?,
        _ => return None,
    };
    let known = SHA2.iter().position(|(head, size)| bytes.starts_with(head) && bytes.len() == size + 2)?;
    Some((known, bytes[2..].to_vec()))
}

/// The same digest as a multihash in base58btc, where the text is one of Subresource Integrity (section 3.5): `sha256-…`.
#[must_use]
pub fn of_integrity(text: &str) -> Option<String> {
    let (name, encoded) = text.split_once('-')?;
    let (head, size) = SHA2[INTEGRITY.iter().position(|known| *known == name)?];
    let digest = STANDARD.decode(encoded).ok().filter(|digest| digest.len() == size)?;
    Some(format!("z{}", bs58::encode([&head[..], &digest].concat()).into_string()))
}

/// A digest in multibase as Subresource Integrity writes it, which is what `digestSRI` of Verifiable Credentials 2.0 holds.
#[must_use]
pub fn integrity(text: &str) -> Option<String> {
    let (known, digest) = read(text)?;
    Some(format!("{}-{}", INTEGRITY[known], STANDARD.encode(digest)))
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

    #[test]
    fn integrity_and_multihash_say_the_same() {
        // The digest of nothing, as NIST states it.
        let empty = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(of_integrity(empty), Some(sha256(b"")));
        assert_eq!(integrity(&sha256(b"")).as_deref(), Some(empty));
        for bad in [
            "",
            "sha256-",
            "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
            "sha384-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "zQm",
        ] {
            assert_eq!(of_integrity(bad), None, "{bad}");
        }
    }
}
