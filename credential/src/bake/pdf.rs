//! PDF: a credential among the attached files, as certificates of this server and PDF/A-3 files of others have it (ISO 32000-1, section 7.11.4).
//! Attachments are streams that stand in the file by themselves, so that they are found without reading the rest of it.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::{BakeError, MAX_IMAGE_BYTES};

pub(super) const SIGNATURE: &[u8] = b"%PDF-";
const STREAM: &[u8] = b"stream";
/// The longest dictionary looked at, in bytes.
const MAX_DICTIONARY: usize = 4_096;
/// How many attachments are looked at.
const MAX_FILES: usize = 32;

pub(super) fn unbake(file: &[u8]) -> Result<String, BakeError> {
    let mut found: Vec<String> = Vec::new();
    // All attachments together unpack to no more than one file may hold.
    let mut left = MAX_IMAGE_BYTES;
    for attached in attachments(file).take(MAX_FILES) {
        let bytes = attached.and_then(|attached| attached.content(left))?;
        left -= bytes.len();
        let Ok(text) = String::from_utf8(bytes) else { continue };
        // Other attachments are none of ours; an edited file may hold the same one twice.
        if super::looks_like_credential(&text) && !found.contains(&text) {
            found.push(text);
        }
    }
    match found.len() {
        0 => Err(BakeError::Empty),
        1 => Ok(found.remove(0)),
        _ => Err(BakeError::Several),
    }
}

/// An attachment as it stands in the file.
struct Attached<'a> {
    bytes: &'a [u8],
    is_packed: bool,
}

impl Attached<'_> {
    /// What is attached, never more than `most` bytes.
    fn content(&self, most: usize) -> Result<Vec<u8>, BakeError> {
        if !self.is_packed {
            return if self.bytes.len() > most { Err(BakeError::TooLarge) } else { Ok(self.bytes.to_vec()) };
        }
        let mut bytes = Vec::new();
        let read = ZlibDecoder::new(self.bytes).take(most as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|error| BakeError::Damaged(error.to_string()))?;
        if bytes.len() > most { Err(BakeError::TooLarge) } else { Ok(bytes) }
    }
}

/// Each attachment.
fn attachments(file: &[u8]) -> impl Iterator<Item = Result<Attached<'_>, BakeError>> {
    let mut rest = file;
    std::iter::from_fn(move || {
        loop {
            let place = find(rest, b"/EmbeddedFile")?;
            let (before, from) = rest.split_at(place);
            rest = from.get(1..)?;
            // The name tree of all attachments is called alike.
            if !from["/EmbeddedFile".len()..].starts_with(b"s") {
                return Some(attachment(before, from));
            }
        }
    })
}

/// The attachment whose dictionary has its type between these.
fn attachment<'a>(before: &[u8], from: &'a [u8]) -> Result<Attached<'a>, BakeError> {
    let damaged = |reason: &str| BakeError::Damaged(reason.to_owned());
    let nearby = &before[before.len().saturating_sub(MAX_DICTIONARY)..];
    let opening = rfind(nearby, b"obj").map_or(nearby, |place| &nearby[place..]);
    let end = find(&from[..from.len().min(MAX_DICTIONARY)], STREAM);
    let end = end.ok_or_else(|| damaged("an attachment has no content"))?;
    let dictionary = [opening, &from[..end]].concat();
    let body = &from[end + STREAM.len()..];
    let body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n"));
    let body = body.ok_or_else(|| damaged("an attachment does not begin"))?;
    let length = match length(&dictionary) {
        Some(length) => length,
        None => find(body, b"endstream").ok_or_else(|| damaged("an attachment does not end"))?,
    };
    let bytes = body.get(..length).ok_or_else(|| damaged("an attachment is cut off"))?;
    match find(&dictionary, b"/Filter") {
        None => Ok(Attached { bytes, is_packed: false }),
        Some(_) if find(&dictionary, b"/FlateDecode").is_some() => Ok(Attached { bytes, is_packed: true }),
        Some(_) => Err(damaged("an attachment is packed in a way that is not read here")),
    }
}

/// The length that a dictionary states itself; none where it refers to another object for it.
fn length(dictionary: &[u8]) -> Option<usize> {
    let from = &dictionary[find(dictionary, b"/Length")? + "/Length".len()..];
    let text = from.trim_ascii_start();
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, after) = text.split_at(digits);
    let after = after.trim_ascii_start();
    let refers = after.first().is_some_and(u8::is_ascii_digit);
    std::str::from_utf8(number).ok()?.parse().ok().filter(|_| !refers)
}

fn find(within: &[u8], part: &[u8]) -> Option<usize> {
    within.windows(part.len()).position(|window| window == part)
}

fn rfind(within: &[u8], part: &[u8]) -> Option<usize> {
    within.windows(part.len()).rposition(|window| window == part)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const CREDENTIAL: &str = r#"{"type":["VerifiableCredential"],"name":"é \nendstream\n"}"#;

    fn object(dictionary: &str, body: &[u8]) -> Vec<u8> {
        [format!("9 0 obj\n<<{dictionary}>>\nstream\n").as_bytes(), body, b"\nendstream\nendobj\n"].concat()
    }

    fn file(objects: &[Vec<u8>]) -> Vec<u8> {
        let names = b"<</Names<</EmbeddedFiles<</Names[(a)9 0 R]>>>>>>".to_vec();
        [b"%PDF-1.7\n".to_vec(), objects.concat(), names].concat()
    }

    fn plain(text: &str) -> Vec<u8> {
        object(&format!("/Length {}/Type/EmbeddedFile", text.len()), text.as_bytes())
    }

    fn packed(bytes: &[u8], length: &str) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        let body = encoder.finish().unwrap();
        let length = length.replace('#', &body.len().to_string());
        object(&format!("/Type /EmbeddedFile /Filter /FlateDecode /Length {length}"), &body)
    }

    #[test]
    fn a_credential_is_found_among_attachments() {
        let invoice = plain("<invoice/>");
        for credential in
            [plain(CREDENTIAL), packed(CREDENTIAL.as_bytes(), "#"), packed(CREDENTIAL.as_bytes(), "8 0 R")]
        {
            let bytes = file(&[invoice.clone(), credential.clone(), credential]);
            assert_eq!(super::super::unbake(&bytes).as_deref(), Ok(CREDENTIAL));
        }
        assert_eq!(unbake(&file(&[invoice])), Err(BakeError::Empty));
        assert_eq!(unbake(&file(&[plain(CREDENTIAL), plain("{}")])), Err(BakeError::Several));
    }

    #[test]
    fn what_is_damaged_or_grows_without_end_is_refused() {
        let bomb = packed(&vec![b' '; MAX_IMAGE_BYTES + 1], "#");
        assert_eq!(unbake(&file(&[bomb])), Err(BakeError::TooLarge));
        let half = packed(&vec![b' '; MAX_IMAGE_BYTES / 2 + 1], "#");
        assert_eq!(unbake(&file(&[half.clone(), plain(CREDENTIAL)])).as_deref(), Ok(CREDENTIAL));
        assert_eq!(unbake(&file(&[half.clone(), half])), Err(BakeError::TooLarge), "all of them together");
        let cut = object("/Length 99999/Type/EmbeddedFile", CREDENTIAL.as_bytes());
        assert!(matches!(unbake(&file(&[cut])), Err(BakeError::Damaged(_))));
        let strange = object("/Length 3/Type/EmbeddedFile/Filter/LZWDecode", b"abc");
        assert!(matches!(unbake(&file(&[strange])), Err(BakeError::Damaged(_))));
        assert!(matches!(unbake(b"%PDF-1.7 /EmbeddedFile"), Err(BakeError::Damaged(_))));
        assert_eq!(unbake(b"%PDF-1.7"), Err(BakeError::Empty));
    }
}
