//! The certificate: one page to print or hand over, with a QR code to the credential's page and the signed credential within the file.

use tiny_skia::Rect;

use crate::RenderError;
use crate::color::Color;
use crate::drawing::{Drawing, Item, Role, rectangle};
use crate::fonts::Fonts;
use crate::picture::Picture;
use crate::qr::Code;
use crate::text::{Align, Block, Room, Setter, Style};

/// No longer text is looked at, in characters.
const MAX_TEXT: usize = 1_000;
/// From the edge of the sheet to the border, in points.
const EDGE: f32 = 22.0;
/// From the edge of the sheet to what is written, in points.
const MARGIN: f32 = 64.0;
/// The side of the QR code, in points: 30 millimeters.
const CODE: f32 = 85.0;
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
    /// Width and height in points.
    fn size(self) -> (f32, f32) {
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
        let drawing = self.drawing(fonts)?;
        let about = crate::pdf::About {
            title: &self.title,
            author: &self.issuer,
            language: &self.language,
            right_to_left: self.right_to_left,
            id: &self.id,
            made: self.made,
            attachment: &self.attachment,
        };
        crate::pdf::write(&drawing, &about)
    }

    /// Draws the certificate as PNG, as a preview so many pixels wide.
    ///
    /// # Errors
    /// [`RenderError`] as for [`Self::render`].
    pub fn preview(&self, fonts: &Fonts, width: u32) -> Result<Vec<u8>, RenderError> {
        crate::png::write(&self.drawing(fonts)?, width)
    }

    fn drawing(&self, fonts: &Fonts) -> Result<Drawing, RenderError> {
        let (width, height) = self.paper.size();
        let code = Code::of(&self.address)?;
        let mut sheet = Sheet {
            of: self,
            drawing: Drawing::new(width, height),
            setter: Setter::new(fonts),
            accent: self.primary.accent(self.secondary),
            width,
            height,
        };
        sheet.border();
        let top = sheet.letterhead();
        let bottom = sheet.height - EDGE - 34.0 - CODE - 46.0;
        sheet.body(top, bottom);
        sheet.facts(bottom + 4.0);
        sheet.signatures();
        sheet.code(&code);
        sheet.foot();
        Ok(sheet.drawing)
    }
}

/// The sheet while it is being laid out.
struct Sheet<'a> {
    of: &'a Certificate,
    drawing: Drawing,
    setter: Setter<'a>,
    /// What stands out on white.
    accent: Color,
    width: f32,
    height: f32,
}

impl Sheet<'_> {
    fn border(&mut self) {
        let (width, height) = (self.width, self.height);
        self.drawing.area(rectangle(0.0, 0.0, width, height), Color::WHITE);
        let frame = |inset: f32| rectangle(inset, inset, width - 2.0 * inset, height - 2.0 * inset);
        self.drawing.area(frame(EDGE), self.accent);
        self.drawing.area(frame(EDGE + 2.5), Color::WHITE);
        self.drawing.area(frame(EDGE + 6.0), self.of.secondary);
        self.drawing.area(frame(EDGE + 6.8), Color::WHITE);
        self.drawing.area(rectangle(EDGE, EDGE, width - 2.0 * EDGE, 11.0), self.accent);
    }

    /// Who awards it, and why it is not to be relied on where it is not. Answers where that ends.
    fn letterhead(&mut self) -> f32 {
        let mut y = EDGE + 26.0;
        if let Some(notice) = &self.of.notice {
            let block = self.fit(notice, Style::strong(11.5), 8.0, (self.writing(), 18.0));
            let ground = Color::new(0xfd, 0xeb, 0xec);
            let (x, width) = (MARGIN - 12.0, self.writing() + 24.0);
            self.drawing.area(rectangle(x, y - 5.0, width, block.height + 10.0), ground);
            let height = block.height;
            self.drawing.text(block, (MARGIN, y), Color::new(0xa1, 0x17, 0x1b), Role::Paragraph);
            y += height + 12.0;
        }
        if let Some((logo, room)) =
            self.of.logo.as_ref().zip(Rect::from_xywh(MARGIN, y, self.writing(), 40.0))
        {
            self.drawing.picture(logo, room, Role::Artifact);
            y += 45.0;
        }
        let block = self.fit(&self.of.issuer, Style::strong(13.0), 9.0, (self.writing(), 18.0));
        y + self.center(block, y, Color::INK, Role::Paragraph)
    }

    /// The words in the middle, with even gaps between them.
    fn body(&mut self, top: f32, bottom: f32) {
        let of = self.of;
        let wide = self.writing();
        let about = of.description.as_deref().unwrap_or_default();
        // Text, style, smallest size, height, color, role; after it follows so large a share of what is left.
        let parts = [
            (of.words.heading.as_str(), Style::serif(30.0), 16.0, 40.0, self.accent, Role::Paragraph, 1.4),
            (&of.words.introduction, Style::plain(11.5), 9.0, 17.0, Color::DIM, Role::Paragraph, 0.8),
            (&of.holder, Style::serif(31.0), 15.0, 46.0, Color::INK, Role::Paragraph, 0.8),
            (&of.words.statement, Style::plain(11.5), 9.0, 17.0, Color::DIM, Role::Paragraph, 0.8),
            (&of.title, Style::serif(24.0), 13.0, 62.0, self.accent, Role::Heading, 0.6),
            (&of.kind, Style::strong(10.5), 8.0, 16.0, Color::DIM, Role::Paragraph, 1.0),
            (about, Style::plain(10.0), 8.5, 28.0, Color::INK, Role::Paragraph, 1.0),
        ];
        let mut set: Vec<(Block, Color, Role, f32)> = Vec::new();
        for (text, style, smallest, height, color, role, gap) in parts {
            let wide = if style == Style::plain(10.0) { wide * 0.78 } else { wide };
            let block = self.fit(text, style, smallest, (wide, height));
            if !block.text.is_empty() {
                set.push((block, color, role, gap));
            }
        }
        let used: f32 = set.iter().map(|(block, ..)| block.height).sum();
        let gaps: f32 = set.iter().map(|(.., gap)| gap).sum();
        let unit = ((bottom - top - used) / (gaps + 1.0)).clamp(0.0, 18.0);
        let mut y = top + ((bottom - top - used - unit * gaps) / 2.0).max(0.0);
        for (block, color, role, gap) in set {
            y += self.center(block, y, color, role) + unit * gap;
        }
    }

    /// Labels with their values, side by side.
    fn facts(&mut self, y: f32) {
        let of = self.of;
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let count = of.facts.len().clamp(1, 6) as f32;
        let column = (self.writing() / count).min(150.0);
        let mut x = (self.width - column * count) / 2.0;
        let ordered: Vec<&(String, String)> = match of.right_to_left {
            false => of.facts.iter().take(6).collect(),
            true => of.facts.iter().take(6).rev().collect(),
        };
        for (label, value) in ordered {
            let label = self.fit(label, Style::plain(7.5), 6.0, (column - 8.0, 11.0));
            let value = self.fit(value, Style::strong(10.5), 7.0, (column - 8.0, 15.0));
            let below = y + label.height;
            self.drawing.text(label, (x + 4.0, y), Color::DIM, Role::Paragraph);
            self.drawing.text(value, (x + 4.0, below), Color::INK, Role::Paragraph);
            x += column;
        }
    }

    /// Who signs, on the side where lines begin.
    fn signatures(&mut self) {
        let of = self.of;
        let (wide, base) = (150.0, self.height - EDGE - 34.0 - 34.0);
        let mut x = if of.right_to_left { self.width - MARGIN - wide } else { MARGIN };
        for signature in of.signatures.iter().take(MAX_SIGNATURES) {
            if let Some((picture, room)) =
                signature.picture.as_ref().zip(Rect::from_xywh(x + 8.0, base - 44.0, wide - 16.0, 42.0))
            {
                self.drawing.picture(picture, room, Role::Figure(signature.name.clone()));
            }
            self.drawing.area(rectangle(x, base, wide, 0.8), Color::DIM);
            let name = self.fit(&signature.name, Style::strong(9.5), 6.5, (wide, 14.0));
            let role = self.fit(&signature.role, Style::plain(8.0), 6.0, (wide, 22.0));
            let below = base + 4.0 + name.height;
            self.drawing.text(name, (x, base + 4.0), Color::INK, Role::Paragraph);
            self.drawing.text(role, (x, below), Color::DIM, Role::Paragraph);
            x += if of.right_to_left { -(wide + 18.0) } else { wide + 18.0 };
        }
    }

    /// The QR code, on the side where lines end.
    fn code(&mut self, code: &Code) {
        let of = self.of;
        let x = if of.right_to_left { MARGIN - 8.0 } else { self.width - MARGIN - CODE + 8.0 };
        let y = self.height - EDGE - 32.0 - CODE;
        if let Some(path) = code.path(x, y, CODE) {
            let role = Role::Figure(of.words.code.clone());
            self.drawing.items.push(Item::Area { path, color: Color::new(0, 0, 0), role });
        }
        if let Some(place) = Rect::from_xywh(x, y, CODE, CODE) {
            let (address, words) = (of.address.clone(), of.words.code.clone());
            self.drawing.items.push(Item::Link { place, address, words });
        }
        let wide = 96.0;
        let align = if of.right_to_left { Align::Left } else { Align::Right };
        let room = Room { width: wide, height: 44.0, align };
        let block = self.setter.fit(&of.words.check, Style::plain(8.0), 6.0, room);
        let left = if of.right_to_left { x + CODE + 12.0 } else { x - 12.0 - wide };
        let top = y + CODE - block.height;
        self.drawing.text(block, (left, top), Color::DIM, Role::Paragraph);
    }

    /// Where it is checked by hand.
    fn foot(&mut self) {
        let y = self.height - EDGE - 23.0;
        let address = self.fit(&self.of.address, Style::plain(7.5), 4.5, (self.writing(), 11.0));
        let place = Rect::from_xywh(
            (self.width - address.width) / 2.0,
            y,
            address.width.max(1.0),
            address.height.max(1.0),
        );
        self.center(address, y, Color::DIM, Role::Paragraph);
        if let Some(place) = place {
            let (address, words) = (self.of.address.clone(), self.of.words.code.clone());
            self.drawing.items.push(Item::Link { place, address, words });
        }
    }

    /// The width between the margins.
    fn writing(&self) -> f32 {
        self.width - 2.0 * MARGIN
    }

    fn fit(&mut self, text: &str, style: Style, smallest: f32, (width, height): (f32, f32)) -> Block {
        let text: String = text.chars().take(MAX_TEXT).collect();
        self.setter.fit(&text, style, smallest, Room { width, height, align: Align::Center })
    }

    /// Puts text in the middle of the sheet, and answers its height.
    fn center(&mut self, block: Block, y: f32, color: Color, role: Role) -> f32 {
        let height = block.height;
        // Blocks are centered in the width that they were set to.
        let set_to = block.room;
        self.drawing.text(block, ((self.width - set_to) / 2.0, y), color, role);
        height
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn certificate() -> Certificate {
        let words = Words {
            heading: "Certificate".into(),
            introduction: "This certifies that".into(),
            statement: "has been awarded".into(),
            check: "Scan to check that this still holds".into(),
            code: "Link to the page of this credential".into(),
        };
        let fact = |label: &str, value: &str| (label.to_owned(), value.to_owned());
        Certificate {
            paper: Paper::A4,
            language: "en".into(),
            right_to_left: false,
            primary: Color::new(0x0b, 0x3d, 0x6e),
            secondary: Color::new(0xf2, 0xa9, 0x00),
            logo: None,
            issuer: "alpha University".into(),
            words,
            notice: None,
            holder: "Zoë Ångström-Κωνσταντίνου".into(),
            title: "Data literacy for public administration".into(),
            kind: "Micro-credential".into(),
            description: Some(
                "Reading, questioning and explaining data in everyday work, with a project of one's own."
                    .into(),
            ),
            facts: vec![
                fact("Awarded", "1 March 2026"),
                fact("Level", "EQF 6"),
                fact("Credit", "5 ECTS"),
                fact("Workload", "125 h"),
            ],
            signatures: vec![Signature {
                name: "Prof. Dr. Ada Beispiel".into(),
                role: "Dean of Studies".into(),
                picture: None,
            }],
            address: "https://cairn.example.org/credentials/J3kq0Zr7m1V8w2x9y4A5b6".into(),
            id: "urn:uuid:0194f7a0-0000-7000-8000-000000000001".into(),
            made: Moment { year: 2026, month: 3, day: 1, hour: 9, minute: 30, second: 0 },
            attachment: Attachment {
                name: "credential.json".into(),
                media: "application/vc+ld+json".into(),
                description: "The signed credential".into(),
                bytes: br#"{"type":["VerifiableCredential"]}"#.to_vec(),
            },
        }
    }

    #[test]
    fn the_same_certificate_gives_the_same_bytes() {
        let (first, second) = (Fonts::embedded(), Fonts::embedded());
        let pdf = certificate().render(&first).unwrap();
        assert!(pdf == certificate().render(&second).unwrap());
        assert!(pdf.starts_with(b"%PDF-1.7"));
        let has = |part: &[u8]| pdf.windows(part.len()).any(|window| window == part);
        assert!(has(br#"{"type":["VerifiableCredential"]}"#), "the attachment is there as it was given");
        assert!(has(b"<pdfaid:part>3</pdfaid:part>"), "it is an archive");
    }

    #[test]
    fn what_no_font_covers_makes_a_plain_file() {
        // Linear B, which no font of the program covers.
        let odd = Certificate { holder: "\u{10000}\u{10001}".into(), ..certificate() };
        let pdf = odd.render(&Fonts::embedded()).unwrap();
        assert!(pdf.starts_with(b"%PDF-1.") && !pdf.windows(6).any(|window| window == b"pdfaid"));
    }

    #[test]
    fn nothing_leaves_the_sheet() {
        let long = "Sehr lange Angaben über alles Mögliche ".repeat(40);
        let fonts = Fonts::embedded();
        for paper in [Paper::A4, Paper::Letter] {
            for right_to_left in [false, true] {
                let full = Certificate {
                    paper,
                    right_to_left,
                    notice: Some(long.clone()),
                    issuer: long.clone(),
                    holder: long.clone(),
                    title: long.clone(),
                    description: Some(long.clone()),
                    facts: vec![(long.clone(), long.clone()); 9],
                    signatures: vec![Signature { name: long.clone(), role: long.clone(), picture: None }; 5],
                    ..certificate()
                };
                let drawing = full.drawing(&fonts).unwrap();
                for item in drawing.items {
                    let Item::Text { block, x, y, .. } = item else { continue };
                    assert!(x >= EDGE && x + block.room <= drawing.width - EDGE, "{} at {x}", block.text);
                    assert!(y >= EDGE && y + block.height <= drawing.height - EDGE, "{} at {y}", block.text);
                }
            }
        }
    }

    #[test]
    fn an_address_that_no_code_holds_is_refused() {
        let long =
            Certificate { address: format!("https://example.org/{}", "x".repeat(4_000)), ..certificate() };
        assert!(matches!(long.render(&Fonts::embedded()), Err(RenderError::TooLong)));
    }
}
