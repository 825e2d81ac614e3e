//! PNG: one uncompressed `iTXt` chunk with the keyword `openbadgecredential`.

use super::BakeError;

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
const KEYWORD: &[u8] = b"openbadgecredential";

/// One chunk: its type, its data, and all of its bytes.
struct Chunk<'a> {
    kind: &'a [u8],
    data: &'a [u8],
    whole: &'a [u8],
}

/// The chunks up to and with `IEND`, each with a good checksum.
fn chunks(image: &[u8]) -> Result<Vec<Chunk<'_>>, BakeError> {
    let damaged = |reason: &str| BakeError::Damaged(reason.to_owned());
    let mut rest = image.strip_prefix(SIGNATURE).ok_or(BakeError::Format)?;
    let mut chunks: Vec<Chunk<'_>> = Vec::new();
    loop {
        let (length, _) = rest.split_first_chunk::<4>().ok_or_else(|| damaged("it ends too early"))?;
        // Twelve bytes more than the data: length, type, checksum.
        let total = (u32::from_be_bytes(*length) as usize).checked_add(12);
        let (whole, after) = total
            .and_then(|total| rest.split_at_checked(total))
            .ok_or_else(|| damaged("a chunk is cut off"))?;
        let (covered, checksum) = whole[4..].split_at(whole.len() - 8);
        if crc32fast::hash(covered).to_be_bytes() != checksum {
            return Err(damaged("a chunk's checksum does not match"));
        }
        let chunk = Chunk { kind: &covered[..4], data: &covered[4..], whole };
        if chunks.is_empty() && chunk.kind != b"IHDR" {
            return Err(damaged("it does not begin with its header"));
        }
        let last = chunk.kind == b"IEND";
        chunks.push(chunk);
        if last {
            return Ok(chunks);
        }
        rest = after;
    }
}

/// The text of a chunk that holds a credential.
fn text<'a>(chunk: &Chunk<'a>) -> Option<Result<&'a [u8], BakeError>> {
    let rest = chunk.data.strip_prefix(KEYWORD)?.strip_prefix(b"\0").filter(|_| chunk.kind == b"iTXt")?;
    // Compression flag and method, then language and translated keyword, each ended by a zero.
    let (compression, rest) = rest.split_first_chunk::<2>()?;
    if compression[0] != 0 {
        return Some(Err(BakeError::Damaged("the credential is compressed, which is not allowed".into())));
    }
    let mut parts = rest.splitn(3, |byte| *byte == 0);
    Some(parts.nth(2).ok_or_else(|| BakeError::Damaged("the credential's chunk is cut off".into())))
}

pub(super) fn bake(image: &[u8], credential: &str) -> Result<Vec<u8>, BakeError> {
    let data = [b"iTXt", KEYWORD, b"\0\0\0\0\0", credential.as_bytes()].concat();
    let length = u32::try_from(data.len() - 4).map_err(|_| BakeError::TooLarge)?;
    let mut out = Vec::with_capacity(image.len() + data.len() + 8);
    out.extend_from_slice(SIGNATURE);
    for chunk in chunks(image)? {
        if text(&chunk).is_some() {
            continue;
        }
        if chunk.kind == b"IEND" {
            out.extend_from_slice(&length.to_be_bytes());
            out.extend_from_slice(&data);
            out.extend_from_slice(&crc32fast::hash(&data).to_be_bytes());
        }
        out.extend_from_slice(chunk.whole);
    }
    Ok(out)
}

pub(super) fn unbake(image: &[u8]) -> Result<String, BakeError> {
    let chunks = chunks(image)?;
    let mut found = chunks.iter().filter_map(text);
    let bytes = found.next().ok_or(BakeError::Empty)??;
    if found.next().is_some() {
        return Err(BakeError::Several);
    }
    String::from_utf8(bytes.to_vec()).map_err(|_| BakeError::Text)
}
