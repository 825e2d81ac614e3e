//! Badges baked into images: a credential carried inside a PNG or an SVG (Open Badges 3.0, section 5.3), put in and taken out; and taken out of a PDF that it is
//! attached to.

mod pdf;
mod png;
mod svg;

/// The largest file read or made, in bytes.
pub const MAX_IMAGE_BYTES: usize = 8 * 1024 * 1024;

/// Why a file was not baked or holds no credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BakeError {
    /// None of the formats that are read, or to be baked into.
    #[error("the file is no image of a badge")]
    Format,
    /// Larger than [`MAX_IMAGE_BYTES`].
    #[error("the file is larger than 8 MiB")]
    TooLarge,
    /// The file is damaged.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// No credential is in it.
    #[error("the file holds no credential")]
    Empty,
    /// More than one credential is in it, so that readers could differ.
    #[error("the file holds more than one credential")]
    Several,
    /// The credential is not text.
    #[error("the credential is not text")]
    Text,
}

/// A kind of file that can hold a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Portable Network Graphics.
    Png,
    /// Scalable Vector Graphics.
    Svg,
    /// Portable Document Format: only read here.
    Pdf,
}

/// The format of a file, by how it begins.
#[must_use]
pub fn format(image: &[u8]) -> Option<Format> {
    if image.starts_with(png::SIGNATURE) {
        return Some(Format::Png);
    }
    if image.starts_with(pdf::SIGNATURE) {
        return Some(Format::Pdf);
    }
    let text = image.strip_prefix(b"\xef\xbb\xbf").unwrap_or(image).trim_ascii_start();
    text.starts_with(b"<").then_some(Format::Svg)
}

/// Puts a credential (the JSON text, or a compact token) into an image. One that is there already is replaced.
///
/// # Errors
/// [`BakeError`] where the image is of another format, damaged or too large.
pub fn bake(image: &[u8], credential: &str) -> Result<Vec<u8>, BakeError> {
    if image.len() + credential.len() > MAX_IMAGE_BYTES {
        return Err(BakeError::TooLarge);
    }
    match format(image).ok_or(BakeError::Format)? {
        Format::Png => png::bake(image, credential),
        Format::Svg => svg::bake(image, credential),
        Format::Pdf => Err(BakeError::Format),
    }
}

/// Takes the credential out of an image or a PDF: a JSON text or a compact token.
///
/// # Errors
/// [`BakeError`] where the file is of another format, damaged or too large, or holds none or several.
pub fn unbake(image: &[u8]) -> Result<String, BakeError> {
    if image.len() > MAX_IMAGE_BYTES {
        return Err(BakeError::TooLarge);
    }
    let credential = match format(image).ok_or(BakeError::Format)? {
        Format::Png => png::unbake(image),
        Format::Svg => svg::unbake(image),
        Format::Pdf => pdf::unbake(image),
    }?;
    Ok(credential.trim().to_owned())
}

/// Whether a text may be a credential: a JSON object, or a compact token of three parts.
fn looks_like_credential(text: &str) -> bool {
    let text = text.trim();
    let token = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_' | b'.');
    text.starts_with('{') || (text.bytes().all(token) && text.split('.').count() == 3)
}

#[cfg(test)]
mod tests;
