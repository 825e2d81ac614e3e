//! Where everything stands on the sheet of a certificate.

use tiny_skia::Rect;

use super::{Certificate, MAX_SIGNATURES};
use crate::RenderError;
use crate::color::Color;
use crate::drawing::{Drawing, Item, Role, rectangle};
use crate::fonts::Fonts;
use crate::qr::Code;
use crate::text::{Align, Block, Room, Setter, Style};

/// No longer text is looked at, in characters.
const MAX_TEXT: usize = 1_000;
/// From the edge of the sheet to the border, in points.
pub(super) const EDGE: f32 = 22.0;
/// From the edge of the sheet to what is written, in points.
const MARGIN: f32 = 64.0;
/// The side of the QR code, in points: 30 millimeters.
const CODE: f32 = 85.0;

/// Lays a certificate out.
pub(super) fn draw(of: &Certificate, fonts: &Fonts) -> Result<Drawing, RenderError> {
    let (width, height) = of.paper.size();
    let code = Code::of(&of.address)?;
    let mut sheet = Sheet {
        of,
        drawing: Drawing::new(width, height),
        setter: Setter::new(fonts),
        accent: of.primary.accent(of.secondary),
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
