//! Upright pages that fill from the top: what does not fit goes onto the next one.

use tiny_skia::Rect;

use crate::color::Color;
use crate::drawing::{Drawing, Item, Role, rectangle};
use crate::fonts::Fonts;
use crate::text::{Align, Block, Room, Setter, Style};

/// From the edge of the sheet to what is written, in points.
pub(super) const MARGIN: f32 = 51.0;
/// Room at the foot of every page, in points.
const FOOT: f32 = 34.0;
/// No longer text is looked at, in characters.
const MAX_TEXT: usize = 10_000;

/// Stands for the number of a page, and for how many there are.
pub(super) const NUMBER: &str = "{1}";
/// See [`NUMBER`].
pub(super) const COUNT: &str = "{2}";

/// Where the next thing stands.
pub(super) struct Flow<'a> {
    setter: Setter<'a>,
    pages: Vec<Drawing>,
    size: (f32, f32),
    right_to_left: bool,
    /// The upper edge of what comes next.
    pub y: f32,
}

impl<'a> Flow<'a> {
    pub fn new(fonts: &'a Fonts, size: (f32, f32), right_to_left: bool) -> Self {
        let mut flow = Self { setter: Setter::new(fonts), pages: Vec::new(), size, right_to_left, y: 0.0 };
        flow.turn();
        flow
    }

    /// Begins a page.
    pub fn turn(&mut self) {
        let mut page = Drawing::new(self.size.0, self.size.1);
        page.area(rectangle(0.0, 0.0, self.size.0, self.size.1), Color::WHITE);
        self.pages.push(page);
        self.y = MARGIN;
    }

    /// Begins a page where what is so high does not fit on this one, unless this one is empty.
    pub fn keep_together(&mut self, height: f32) {
        if self.y + height > self.bottom() && self.y > MARGIN {
            self.turn();
        }
    }

    /// How many pages there are so far.
    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// The height of a page that is written on.
    pub fn room(&self) -> f32 {
        self.bottom() - MARGIN
    }

    fn bottom(&self) -> f32 {
        self.size.1 - MARGIN - FOOT
    }

    /// The width between the margins.
    pub fn writing(&self) -> f32 {
        self.size.0 - 2.0 * MARGIN
    }

    /// Sets text at its size, in as many lines as it takes.
    pub fn paragraph(&mut self, text: &str, style: Style, width: f32) -> Block {
        self.within(text, style, width, f32::INFINITY)
    }

    /// Sets text at its size, in at most so many lines.
    pub fn set(&mut self, text: &str, style: Style, width: f32, lines: u8) -> Block {
        self.within(text, style, width, style.size * style.leading * f32::from(lines) + 1.0)
    }

    fn within(&mut self, text: &str, style: Style, width: f32, height: f32) -> Block {
        let text: String = text.chars().take(MAX_TEXT).collect();
        let align = if self.right_to_left { Align::Right } else { Align::Left };
        self.setter.fit(&text, style, style.size, Room { width, height, align })
    }

    /// Puts text at the side where lines begin, and goes on below it; on as many pages as it takes.
    pub fn put(&mut self, block: Block, color: Color, role: &Role) {
        let x = self.left_of(0.0, block.room);
        let mut rest = Some(block);
        while let Some(block) = rest {
            let lines = block.lines_within(self.bottom() - self.y);
            // An empty page takes a line however high.
            let lines = if self.y > MARGIN { lines } else { lines.max(1) };
            if lines == 0 && !block.text.is_empty() {
                self.turn();
                rest = Some(block);
                continue;
            }
            let (now, later) = block.split(lines);
            self.y += self.put_at(now, (x, self.y), color, role.clone());
            rest = later;
        }
    }

    /// Puts text at a place, and answers its height.
    pub fn put_at(&mut self, block: Block, place: (f32, f32), color: Color, role: Role) -> f32 {
        let height = if block.text.is_empty() { 0.0 } else { block.height };
        self.page().text(block, place, color, role);
        height
    }

    /// The left edge of what is so wide and stands `from` the margin at which lines begin.
    pub fn left_of(&self, from: f32, width: f32) -> f32 {
        if self.right_to_left { self.size.0 - MARGIN - from - width } else { MARGIN + from }
    }

    /// Leaves a gap.
    pub fn gap(&mut self, height: f32) {
        self.y += height;
    }

    /// Adds decoration.
    pub fn area(&mut self, (x, y, width, height): (f32, f32, f32, f32), color: Color) {
        self.page().area(rectangle(x, y, width, height), color);
    }

    /// Adds whatever else to a page, by its number from 0.
    pub fn push(&mut self, page: usize, item: Item) {
        if let Some(page) = self.pages.get_mut(page) {
            page.items.push(item);
        }
    }

    /// Makes a place of a page lead to an address.
    pub fn link(&mut self, page: usize, place: (f32, f32, f32, f32), address: &str, words: &str) {
        let (x, y, width, height) = place;
        if let Some(place) = Rect::from_xywh(x, y, width.max(1.0), height.max(1.0)) {
            self.push(page, Item::Link { place, address: address.to_owned(), words: words.to_owned() });
        }
    }

    fn page(&mut self) -> &mut Drawing {
        if self.pages.is_empty() {
            self.turn();
        }
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }

    /// Writes the foot of every page, now that it is known how many there are.
    pub fn finish(mut self, number: &str, address: &str, words: &str) -> Vec<Drawing> {
        let count = self.pages.len();
        let (wide, y) = (self.writing(), self.size.1 - MARGIN - 14.0);
        for index in 0..count {
            let number = number.replace(NUMBER, &(index + 1).to_string()).replace(COUNT, &count.to_string());
            let number = self.set(&number, Style::plain(8.0), wide * 0.3, 1);
            let room = Room {
                width: wide * 0.68,
                height: 12.0,
                align: if self.right_to_left { Align::Left } else { Align::Right },
            };
            let place = self.setter.fit(address, Style::plain(8.0), 4.5, room);
            let (start, end) = (self.left_of(0.0, number.room), self.left_of(wide - place.room, place.room));
            let (left, width, height) = if self.right_to_left {
                (end, place.width, place.height)
            } else {
                (end + place.room - place.width, place.width, place.height)
            };
            let page = &mut self.pages[index];
            page.area(rectangle(MARGIN, y - 8.0, wide, 0.6), Color::new(0xd0, 0xd5, 0xda));
            page.text(number, (start, y), Color::DIM, Role::Paragraph);
            page.text(place, (end, y), Color::DIM, Role::Paragraph);
            self.link(index, (left, y, width, height), address, words);
        }
        self.pages
    }
}
