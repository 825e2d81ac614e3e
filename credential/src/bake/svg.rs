//! SVG: an element `credential` of the Open Badges namespace directly below the root, with the JSON as its text or a compact
//! token in its attribute `verify`.

use super::BakeError;
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use std::ops::Range;

const NAMESPACE: &str = "https://purl.imsglobal.org/ob/v3p0";

/// What a pass over the document finds.
#[derive(Default)]
struct Found {
    /// Just before the `>` or `/>` that ends the root's start tag.
    root_end: Option<usize>,
    /// Whether the root is an empty element, with its name.
    empty_root: Option<String>,
    /// Each credential element: where it stands and what it holds.
    credentials: Vec<(Range<usize>, String)>,
}

/// A credential element that is being read.
struct Open {
    start: usize,
    depth: usize,
    text: String,
}

fn damaged(error: impl ToString) -> BakeError {
    BakeError::Damaged(error.to_string())
}

fn scan(image: &str) -> Result<Found, BakeError> {
    let mut reader = NsReader::from_str(image);
    reader.config_mut().check_end_names = true;
    let (mut found, mut open, mut depth) = (Found::default(), None::<Open>, 0_usize);
    loop {
        let before = position(&reader)?;
        let (namespace, event) = reader.read_resolved_event().map_err(damaged)?;
        let ours = matches!(namespace, ResolveResult::Bound(name) if name.as_ref() == NAMESPACE);
        match event {
            Event::Start(tag) => {
                depth += 1;
                if depth == 1 {
                    found.root(&tag, image, position(&reader)?, false)?;
                } else if ours && tag.local_name().as_ref() == "credential" && open.is_none() {
                    open = Some(Open { start: before, depth, text: token(&tag)?.unwrap_or_default() });
                }
            }
            Event::Empty(tag) => {
                if depth == 0 {
                    found.root(&tag, image, position(&reader)?, true)?;
                } else if ours && tag.local_name().as_ref() == "credential" && open.is_none() {
                    let text = token(&tag)?.unwrap_or_default();
                    found.credentials.push((before..position(&reader)?, text));
                }
            }
            Event::End(_) => {
                if let Some(done) = open.take_if(|open| open.depth == depth) {
                    found.credentials.push((done.start..position(&reader)?, done.text));
                }
                depth = depth.checked_sub(1).ok_or_else(|| damaged("an end without a start"))?;
            }
            Event::Text(text) => append(&mut open, &text),
            Event::CData(text) => append(&mut open, &text),
            Event::GeneralRef(reference) if open.is_some() => {
                append(&mut open, resolve(&reference)?.encode_utf8(&mut [0; 4]));
            }
            Event::Eof if depth > 0 => return Err(damaged("it ends too early")),
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

fn position<R>(reader: &NsReader<R>) -> Result<usize, BakeError> {
    usize::try_from(reader.buffer_position()).map_err(|_| BakeError::TooLarge)
}

fn append(open: &mut Option<Open>, text: &str) {
    if let Some(open) = open {
        open.text.push_str(text);
    }
}

/// The five entities that XML defines, and characters by number; others are not resolved.
fn resolve(name: &str) -> Result<char, BakeError> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    let found = match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => match (name.strip_prefix("#x"), name.strip_prefix('#')) {
            (Some(digits), _) => number(digits, 16),
            (None, Some(digits)) => number(digits, 10),
            (None, None) => None,
        },
    };
    found.ok_or_else(|| damaged(format!("the entity {name} is not defined")))
}

/// The token in the attribute `verify`.
fn token(tag: &BytesStart<'_>) -> Result<Option<String>, BakeError> {
    let attribute = tag.try_get_attribute("verify").map_err(damaged)?;
    Ok(attribute.map(|attribute| attribute.value.into_owned()))
}

impl Found {
    fn root(
        &mut self,
        tag: &BytesStart<'_>,
        image: &str,
        after: usize,
        empty: bool,
    ) -> Result<(), BakeError> {
        if self.root_end.is_some() || tag.local_name().as_ref() != "svg" {
            return Err(BakeError::Format);
        }
        let closing = if empty { "/>" } else { ">" };
        let end = after.checked_sub(closing.len()).filter(|end| image.get(*end..after) == Some(closing));
        self.root_end = Some(end.ok_or_else(|| damaged("the root is cut off"))?);
        self.empty_root = empty.then(|| tag.name().as_ref().to_owned());
        Ok(())
    }
}

pub(super) fn bake(image: &[u8], credential: &str) -> Result<Vec<u8>, BakeError> {
    let image = std::str::from_utf8(image).map_err(|_| damaged("it is not UTF-8"))?;
    let clean = without_credentials(image)?;
    let found = scan(&clean)?;
    let end = found.root_end.ok_or(BakeError::Format)?;
    // The element declares its namespace itself, so that no other use of the prefix gets in the way; the root declares it too,
    // since the specification shows it there, unless the image has a use of its own for it: elsewhere undeclared, it would become ours.
    let declaration = format!(" xmlns:openbadges=\"{NAMESPACE}\"");
    let root = if clean.contains("openbadges") { "" } else { declaration.as_str() };
    let element = match credential.trim_start().starts_with('{') {
        // Within a JSON text these three characters stand in strings alone.
        true => format!("<![CDATA[{}]]></openbadges:credential>", credential.replace("]]>", "]]\\u003e")),
        false => "</openbadges:credential>".to_owned(),
    };
    let attribute = match credential.trim_start().starts_with('{') {
        true => String::new(),
        false if credential.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_')) => {
            format!(" verify=\"{credential}\"")
        }
        false => return Err(BakeError::Text),
    };
    let element = format!("<openbadges:credential{declaration}{attribute}>{element}");
    let (before, after) = clean.split_at(end);
    let baked = match found.empty_root {
        None => format!("{before}{root}>{element}{}", &after[1..]),
        Some(name) => {
            format!("{before}{root}>{element}</{name}>{}", &after[2..])
        }
    };
    Ok(baked.into_bytes())
}

fn without_credentials(image: &str) -> Result<String, BakeError> {
    let mut clean = String::with_capacity(image.len());
    let mut from = 0;
    for (range, _) in scan(image)?.credentials {
        clean.push_str(&image[from..range.start]);
        from = range.end;
    }
    clean.push_str(&image[from..]);
    Ok(clean)
}

pub(super) fn unbake(image: &[u8]) -> Result<String, BakeError> {
    let image = std::str::from_utf8(image).map_err(|_| damaged("it is not UTF-8"))?;
    let found = scan(image.strip_prefix('\u{feff}').unwrap_or(image))?;
    found.root_end.ok_or(BakeError::Format)?;
    let mut credentials = found.credentials.into_iter();
    let (_, text) = credentials.next().ok_or(BakeError::Empty)?;
    if credentials.next().is_some() {
        return Err(BakeError::Several);
    }
    if text.trim().is_empty() { Err(BakeError::Empty) } else { Ok(text) }
}
