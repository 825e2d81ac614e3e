//! The certificate: one page to print or hand over, with a QR code to the credential's page and the signed credential within the file.

mod sheet;

use crate::RenderError;
use crate::color::Color;
use crate::fonts::Fonts;
use crate::picture::Picture;

/// How many signatures find room.
pub const MAX_SIGNATURES: usize = 3;

/// A size of paper, used the long way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Paper {
    /// 297 by 210 millimeters.
    A4,
    /// 11 by 8.5 inches.
    Letter,
}

impl Paper {
    /// Width and height in points, the long way round.
    pub(crate) fn size(self) -> (f32, f32) {
        match self {
            Self::A4 => (841.89, 595.28),
            Self::Letter => (792.0, 612.0),
        }
    }
}

/// A moment of Coordinated Universal Time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Year.
    pub year: u16,
    /// Month, from 1.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
    /// Hour.
    pub hour: u8,
    /// Minute.
    pub minute: u8,
    /// Second.
    pub second: u8,
}

/// A file within the file.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media: String,
    /// What it is, in words.
    pub description: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Somebody who signs by hand.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Who.
    pub name: String,
    /// As what.
    pub role: String,
    /// The handwriting.
    pub picture: Option<Picture>,
}

/// The sentences around what was achieved. Empty ones are left out.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// At the top, such as "Certificate".
    pub heading: String,
    /// Before the holder's name.
    pub introduction: String,
    /// Between the holder's name and the title.
    pub statement: String,
    /// At the QR code.
    pub check: String,
    /// What the QR code leads to, for those who do not see it.
    pub code: String,
}

/// What a certificate shows.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// On which paper.
    pub paper: Paper,
    /// The language of its words (BCP 47).
    pub language: String,
    /// Whether that is written from the right.
    pub right_to_left: bool,
    /// What stands out.
    pub primary: Color,
    /// Color beside it.
    pub secondary: Color,
    /// The issuer's logo.
    pub logo: Option<Picture>,
    /// The issuer's name.
    pub issuer: String,
    /// The sentences around it.
    pub words: Words,
    /// Why it is not to be relied on, where it is not: revoked, suspended, expired.
    pub notice: Option<String>,
    /// To whom it was given.
    pub holder: String,
    /// For what.
    pub title: String,
    /// What kind of thing that is.
    pub kind: String,
    /// What it is, in a few sentences.
    pub description: Option<String>,
    /// More about it: label and value.
    pub facts: Vec<(String, String)>,
    /// Who signs by hand; at most [`MAX_SIGNATURES`] are drawn.
    pub signatures: Vec<Signature>,
    /// The address of the credential's page.
    pub address: String,
    /// The credential's identifier.
    pub id: String,
    /// When the credential was made.
    pub made: Moment,
    /// The signed credential.
    pub attachment: Attachment,
}

impl Certificate {
    /// Writes the certificate as PDF. The same certificate always gives the same bytes.
    ///
    /// # Errors
    /// [`RenderError`] where the address is too long for a QR code, or the file cannot be written.
    pub fn render(&self, fonts: &Fonts) -> Result<Vec<u8>, RenderError> {
        let drawing = sheet::draw(self, fonts)?;
        let about = crate::pdf::About {
            title: &self.title,
            author: &self.issuer,
            language: &self.language,
            right_to_left: self.right_to_left,
            id: &self.id,
            made: self.made,
            attachment: Some(&self.attachment),
        };
        crate::pdf::write(std::slice::from_ref(&drawing), &about)
    }

    /// Draws the certificate as PNG, as a preview so many pixels wide.
    ///
    /// # Errors
    /// [`RenderError`] as for [`Self::render`].
    pub fn preview(&self, fonts: &Fonts, width: u32) -> Result<Vec<u8>, RenderError> {
        crate::png::write(&sheet::draw(self, fonts)?, width)
    }
}

#[cfg(test)]
mod tests;
