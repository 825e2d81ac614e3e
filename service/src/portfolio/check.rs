//! What is wrong with what is said of a project.

use cairn_credential::multihash;
use cairn_entity::portfolio_project;

use super::{File, Link};
use crate::error::UserErrorCode;
use crate::validate::Checks;

/// Longest title and name, line or two, and text, in characters.
const LONGEST: (usize, usize, usize) = (300, 1_000, 5_000);
/// Most links, and most files.
const MOST: (usize, usize) = (10, 20);
/// The largest size that every client can count, in bytes.
const LARGEST: i64 = (1 << 53) - 1;

/// Notes all of it.
pub fn project(checks: &mut Checks, row: &portfolio_project::Model, links: &[Link], files: &[File]) {
    checks.text("title", &row.title, LONGEST.0);
    checks.optional_text("description", row.description.as_deref(), LONGEST.1);
    checks.optional_text("text", row.text.as_deref(), LONGEST.2);
    if row.started_on.zip(row.ended_on).is_some_and(|(start, end)| end < start) {
        checks.fail("endedOn", UserErrorCode::Invalid, "must not lie before the beginning");
    }
    checks.at_most("links", links.len(), MOST.0);
    for (index, link) in links.iter().enumerate() {
        checks.text(&format!("links.{index}.title"), &link.title, LONGEST.0);
        checks.https_url(&format!("links.{index}.url"), Some(&link.url));
    }
    checks.at_most("files", files.len(), MOST.1);
    for (index, file) in files.iter().enumerate() {
        self::file(checks, &|name| format!("files.{index}.{name}"), file);
    }
}

fn file(checks: &mut Checks, at: &dyn Fn(&str) -> String, file: &File) {
    checks.text(&at("name"), &file.name, LONGEST.0);
    checks.https_url(&at("url"), file.url.as_deref());
    if !is_media_type(&file.media_type) {
        let message = "must be a media type, such as `application/pdf`";
        checks.fail(&at("mediaType"), UserErrorCode::Invalid, message);
    }
    if !(0..=LARGEST).contains(&file.size) {
        checks.fail(&at("size"), UserErrorCode::Invalid, "must be a number of bytes");
    }
    if !multihash::is_sha2(&file.digest) {
        let message = "must be a SHA-2 digest: a multihash in multibase (`z…`, `u…`), or subresource integrity (`sha256-…`)";
        checks.fail(&at("digest"), UserErrorCode::Invalid, message);
    }
}

/// Whether a text is a type and a subtype by the grammar of RFC 6838, section 4.2, without parameters.
fn is_media_type(text: &str) -> bool {
    let restricted = |name: &str| {
        (1..=127).contains(&name.len())
            && name.starts_with(|first: char| first.is_ascii_alphanumeric())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    text.split_once('/').is_some_and(|(kind, subtype)| restricted(kind) && restricted(subtype))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_told_from_other_texts() {
        for good in ["application/pdf", "image/svg+xml", "application/vnd.ms-excel.sheet.12"] {
            assert!(is_media_type(good), "{good}");
        }
        for bad in ["", "pdf", "/pdf", "text/", "text/plain; charset=utf-8", "a/b/c", "text/<b>"] {
            assert!(!is_media_type(bad), "{bad}");
        }
    }
}
