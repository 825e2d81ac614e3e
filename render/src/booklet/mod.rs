//! A booklet: as many upright pages as it takes, with sections of entries, each with its words, how far it has come and a QR code to its own page.

mod flow;
mod sheet;

use crate::RenderError;
use crate::certificate::{Attachment, Moment, Paper};
use crate::color::Color;
use crate::fonts::Fonts;

/// The words that stand on every page.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Above the title, such as "Learner passport".
    pub kind: String,
    /// Beside the QR code of the whole.
    pub check: String,
    /// What that leads to, for those who do not see it.
    pub code: String,
    /// The same of the QR code of an entry.
    pub entry: String,
    /// The number of a page: `{1}` stands for it, `{2}` for how many there are.
    pub page: String,
}

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// To be looked at.
    Open,
    /// Not to be relied on.
    Bad,
}

/// One entry of a section.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// What it is called.
    pub title: String,
    /// Beneath: one paragraph each.
    pub lines: Vec<String>,
    /// How it stands, in words.
    pub standing: Option<(Tone, String)>,
    /// How much of it is done, in percent.
    pub percent: Option<u8>,
    /// Its own page.
    pub address: Option<String>,
}

/// A part of the booklet.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// What stands below it.
    pub entries: Vec<Entry>,
}

/// What a booklet shows.
#[derive(Clone, Debug)]
pub struct Booklet {
    /// On which paper, upright.
    pub paper: Paper,
    /// The language of its words (BCP 47).
    pub language: String,
    /// Whether that is written from the right.
    pub right_to_left: bool,
    /// What stands out.
    pub color: Color,
    /// Its title: whose it is.
    pub title: String,
    /// Who answers for it.
    pub author: String,
    /// Beneath the title: one paragraph each.
    pub lines: Vec<String>,
    /// The words of every page.
    pub words: Words,
    /// Its parts; empty ones are left out.
    pub sections: Vec<Section>,
    /// The address of its own page.
    pub address: String,
    /// What it is about, for good and without another.
    pub id: String,
    /// When what it shows was put together.
    pub made: Moment,
    /// The file within the file, if any.
    pub attachment: Option<Attachment>,
}

impl Booklet {
    /// Writes the booklet as PDF. The same booklet always gives the same bytes.
    ///
    /// # Errors
    /// [`RenderError`] where an address is too long for a QR code, or the file cannot be written.
    pub fn render(&self, fonts: &Fonts) -> Result<Vec<u8>, RenderError> {
        let pages = sheet::draw(self, fonts)?;
        let about = crate::pdf::About {
            title: &self.title,
            author: &self.author,
            language: &self.language,
            right_to_left: self.right_to_left,
            id: &self.id,
            made: self.made,
            attachment: self.attachment.as_ref(),
        };
        crate::pdf::write(&pages, &about)
    }
}

#[cfg(test)]
mod tests;
