//! Where everything stands in a booklet.

use super::flow::{Flow, MARGIN};
use super::{Booklet, Entry, Section, Tone};
use crate::RenderError;
use crate::color::Color;
use crate::drawing::{Drawing, Item, Role};
use crate::fonts::Fonts;
use crate::qr::Code;
use crate::text::{Block, Style};

/// The side of the QR code of the whole, in points: 30 millimeters.
const CODE: f32 = 85.0;
/// The side of an entry's own, in points: 18 millimeters.
const SMALL_CODE: f32 = 51.0;
/// Between text and a QR code, in points.
const GUTTER: f32 = 14.0;
/// Between two entries, in points.
const GAP: f32 = 13.0;
/// The height of a bar that shows how much is done, in points.
const BAR: f32 = 5.0;

/// Lays a booklet out.
pub(super) fn draw(of: &Booklet, fonts: &Fonts) -> Result<Vec<Drawing>, RenderError> {
    let (height, width) = of.paper.size();
    let mut sheet = Sheet {
        of,
        flow: Flow::new(fonts, (width, height), of.right_to_left),
        accent: of.color.accent(Color::INK),
    };
    sheet.head()?;
    for section in of.sections.iter().filter(|section| !section.entries.is_empty()) {
        sheet.section(section)?;
    }
    Ok(sheet.flow.finish(&of.words.page, &of.address, &of.words.code))
}

struct Sheet<'a> {
    of: &'a Booklet,
    flow: Flow<'a>,
    /// What stands out on white.
    accent: Color,
}

impl Sheet<'_> {
    /// Whose it is, and where it is checked.
    fn head(&mut self) -> Result<(), RenderError> {
        let of = self.of;
        let wide = self.flow.writing();
        self.flow.area((MARGIN, MARGIN, wide, 4.0), self.accent);
        self.flow.gap(18.0);
        let top = self.flow.y;
        let code = Code::of(&of.address)?;
        let room = wide - CODE - GUTTER;
        let kind = self.flow.set(&of.words.kind, Style::strong(10.0), room, 1);
        self.flow.put(kind, Color::DIM, &Role::Paragraph);
        let title = self.flow.set(&of.title, Style::serif(25.0), room, 3);
        self.flow.put(title, self.accent, &Role::Heading);
        self.flow.gap(5.0);
        for line in &of.lines {
            let line = self.flow.paragraph(line, Style::plain(9.5), room);
            self.flow.put(line, Color::INK, &Role::Paragraph);
            self.flow.gap(2.0);
        }
        // Last, since it is read in this order.
        let (x, first) = (self.flow.left_of(wide - CODE, CODE), 0);
        self.code(&code, (first, x, top, CODE), &of.address, &of.words.code);
        let check = self.flow.set(&of.words.check, Style::plain(7.5), CODE, 4);
        let below = top + CODE + 4.0;
        let bottom = below + self.flow.put_at(check, (x, below), Color::DIM, Role::Paragraph);
        self.flow.y = self.flow.y.max(bottom) + 8.0;
        Ok(())
    }

    fn section(&mut self, section: &Section) -> Result<(), RenderError> {
        let wide = self.flow.writing();
        let heading = self.flow.set(&section.heading, Style::strong(14.0), wide, 2);
        // A heading does not stand alone at the foot of a page.
        self.flow.keep_together(heading.height + 12.0 + SMALL_CODE + GAP);
        self.flow.gap(12.0);
        self.flow.put(heading, self.accent, &Role::Section);
        self.flow.gap(3.0);
        self.flow.area((MARGIN, self.flow.y, wide, 0.8), self.accent);
        self.flow.gap(9.0);
        section.entries.iter().try_for_each(|entry| self.entry(entry))
    }

    fn entry(&mut self, entry: &Entry) -> Result<(), RenderError> {
        let code = entry.address.as_deref().map(Code::of).transpose()?;
        let room = self.flow.writing() - if code.is_some() { SMALL_CODE + GUTTER } else { 0.0 };
        let title = self.flow.set(&entry.title, Style::strong(11.0), room, 6);
        let standing = entry
            .standing
            .as_ref()
            .map(|(tone, words)| (tint(*tone), self.flow.set(words, Style::strong(8.5), room, 2)));
        let lines: Vec<Block> =
            entry.lines.iter().map(|line| self.flow.paragraph(line, Style::plain(9.0), room)).collect();
        let written: f32 = lines.iter().map(|line| line.height + 1.5).sum::<f32>()
            + title.height
            + standing.as_ref().map_or(0.0, |(_, block)| block.height + 2.0)
            + entry.percent.map_or(0.0, |_| BAR + 6.0);
        let height = written.max(if code.is_some() { SMALL_CODE } else { 0.0 });
        // An entry that is longer than a page begins where its head has room, and goes on on the next one.
        let head = title.height + SMALL_CODE;
        self.flow.keep_together(if height <= self.flow.room() { height } else { head });
        let (page, top) = (self.flow.pages(), self.flow.y);
        self.flow.put(title, Color::INK, &Role::Subsection);
        if let Some((color, block)) = standing {
            self.flow.gap(2.0);
            self.flow.put(block, color, &Role::Paragraph);
        }
        if let Some(percent) = entry.percent {
            self.bar(percent, room.min(220.0));
        }
        for line in lines {
            self.flow.gap(1.5);
            self.flow.put(line, Color::DIM, &Role::Paragraph);
        }
        if let (Some(code), Some(address)) = (&code, &entry.address) {
            let x = self.flow.left_of(self.flow.writing() - SMALL_CODE, SMALL_CODE);
            self.code(code, (page - 1, x, top, SMALL_CODE), address, &self.of.words.entry);
        }
        let beside = if self.flow.pages() == page { top + height } else { 0.0 };
        self.flow.y = self.flow.y.max(beside) + GAP;
        Ok(())
    }

    /// How much is done; the words beside it say so, too.
    fn bar(&mut self, percent: u8, width: f32) {
        self.flow.gap(3.0);
        let (y, done) = (self.flow.y, width * f32::from(percent.min(100)) / 100.0);
        let x = self.flow.left_of(0.0, width);
        self.flow.area((x, y, width, BAR), Color::new(0xe2, 0xe6, 0xea));
        let from = self.flow.left_of(0.0, done);
        self.flow.area((from, y, done, BAR), self.accent);
        self.flow.gap(BAR + 3.0);
    }

    /// Puts a code onto a page, by its number from 0.
    fn code(&mut self, code: &Code, place: (usize, f32, f32, f32), address: &str, words: &str) {
        let (page, x, y, side) = place;
        if let Some(path) = code.path(x, y, side) {
            let role = Role::Figure(words.to_owned());
            self.flow.push(page, Item::Area { path, color: Color::new(0, 0, 0), role });
        }
        self.flow.link(page, (x, y, side, side), address, words);
    }
}

fn tint(tone: Tone) -> Color {
    match tone {
        Tone::Good => Color::new(0x14, 0x53, 0x2d),
        Tone::Open => Color::new(0x7a, 0x4a, 0x00),
        Tone::Bad => Color::new(0xa1, 0x17, 0x1b),
    }
}
