//! Badges, certificates, booklets and QR codes: data in, bytes out. Nothing here reads a database, a clock or the network, so the same data always gives the same bytes.
//!
//! A [`badge`], a [`certificate`] and the pages of a [`booklet`] are laid out as `drawing`s, which are written as SVG, PNG or PDF. Text is shaped and broken into lines by `text`, with the
//! fonts of [`fonts`].

pub mod badge;
pub mod booklet;
pub mod certificate;
pub mod color;
mod drawing;
pub mod fonts;
mod pdf;
pub mod picture;
mod png;
pub mod qr;
mod svg;
mod text;

pub use color::Color;
pub use fonts::Fonts;
pub use picture::Picture;

/// Why something was not drawn.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// More than a QR code holds.
    #[error("the text is too long for a QR code")]
    TooLong,
    /// The file could not be written; not to be expected of what this crate lays out.
    #[error("the {0} file could not be written: {1}")]
    File(&'static str, String),
}
