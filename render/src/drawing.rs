//! What is drawn, before it is written as a file: areas of color, text, pictures and links on one sheet, from the back to the front.

use tiny_skia::{Path, PathBuilder, Rect};

use crate::color::Color;
use crate::picture::Picture;
use crate::text::Block;

/// What a part of the sheet is for those who do not see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Decoration.
    Artifact,
    /// The title of the sheet.
    Heading,
    /// The heading of a part.
    Section,
    /// The heading of an entry in it.
    Subsection,
    /// Text.
    Paragraph,
    /// A picture, with words for it.
    Figure(String),
}

/// One part of the sheet.
#[derive(Clone)]
pub(crate) enum Item {
    /// An area of one color.
    Area {
        /// Its outline.
        path: Path,
        /// Its color.
        color: Color,
        /// What it is.
        role: Role,
    },
    /// Text.
    Text {
        /// As it was set.
        block: Block,
        /// Its left edge.
        x: f32,
        /// Its upper edge.
        y: f32,
        /// Its color.
        color: Color,
        /// What it is.
        role: Role,
    },
    /// A picture, filling its rectangle.
    Picture {
        /// What it shows.
        picture: Picture,
        /// Where.
        place: Rect,
        /// What it is.
        role: Role,
    },
    /// A place that leads elsewhere, in files that can.
    Link {
        /// Where.
        place: Rect,
        /// To which address.
        address: String,
        /// What is there, in words.
        words: String,
    },
}

/// A sheet.
pub(crate) struct Drawing {
    /// Its width.
    pub width: f32,
    /// Its height.
    pub height: f32,
    /// What is on it, from the back to the front.
    pub items: Vec<Item>,
}

impl Drawing {
    pub fn new(width: f32, height: f32) -> Self {
        Self { width, height, items: Vec::new() }
    }

    /// Adds decoration. An outline without area is none.
    pub fn area(&mut self, path: Option<Path>, color: Color) {
        self.items.extend(path.map(|path| Item::Area { path, color, role: Role::Artifact }));
    }

    /// Adds text with its upper edge at `y`; its left edge is where it was set from.
    pub fn text(&mut self, block: Block, (x, y): (f32, f32), color: Color, role: Role) {
        if !block.text.is_empty() {
            self.items.push(Item::Text { block, x, y, color, role });
        }
    }

    /// Adds a picture as large as it fits into a rectangle, in its middle.
    pub fn picture(&mut self, picture: &Picture, room: Rect, role: Role) {
        let scale = (room.width() / picture.width()).min(room.height() / picture.height());
        let (width, height) = (picture.width() * scale, picture.height() * scale);
        let left = room.left() + (room.width() - width) / 2.0;
        let top = room.top() + (room.height() - height) / 2.0;
        let place = Rect::from_xywh(left, top, width, height);
        self.items.extend(place.map(|place| Item::Picture { picture: picture.clone(), place, role }));
    }
}

/// A rectangle.
pub(crate) fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Option<Path> {
    Rect::from_xywh(x, y, width, height).map(PathBuilder::from_rect)
}

/// A circle.
pub(crate) fn circle(x: f32, y: f32, radius: f32) -> Option<Path> {
    PathBuilder::from_circle(x, y, radius)
}

/// A rectangle with round corners.
pub(crate) fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Option<Path> {
    // How far the handles of a curve are from its ends, so that it is nearly a quarter of a circle.
    const HANDLE: f32 = 0.552_284_8;
    let r = radius.min(width / 2.0).min(height / 2.0);
    let (right, bottom, c) = (x + width, y + height, r * (1.0 - HANDLE));
    let mut path = PathBuilder::new();
    path.move_to(x + r, y);
    path.line_to(right - r, y);
    path.cubic_to(right - c, y, right, y + c, right, y + r);
    path.line_to(right, bottom - r);
    path.cubic_to(right, bottom - c, right - c, bottom, right - r, bottom);
    path.line_to(x + r, bottom);
    path.cubic_to(x + c, bottom, x, bottom - c, x, bottom - r);
    path.line_to(x, y + r);
    path.cubic_to(x, y + c, x + c, y, x + r, y);
    path.close();
    path.finish()
}

/// The outlines of a text's glyphs as one path; none where it has no visible ones.
pub(crate) fn outlines(block: &Block, x: f32, y: f32) -> Option<Path> {
    let mut pen = Pen { path: PathBuilder::new(), x: 0.0, y: 0.0 };
    for run in &block.runs {
        let Ok(font) = skrifa::FontRef::from_index(run.font.data.data(), run.font.index) else { continue };
        let glyphs = skrifa::MetadataProvider::outline_glyphs(&font);
        let size = skrifa::instance::Size::new(run.size);
        let mut at = x + run.x;
        for glyph in &run.glyphs {
            (pen.x, pen.y) = (at + glyph.x, y + run.y + glyph.y);
            at += glyph.advance;
            let Some(outline) = glyphs.get(skrifa::GlyphId::new(glyph.id)) else { continue };
            let location = skrifa::instance::LocationRef::default();
            let settings = skrifa::outline::DrawSettings::unhinted(size, location);
            // A glyph that its font describes wrongly is left out; the text is in the file's description, too.
            let _drawn = outline.draw(settings, &mut pen);
        }
    }
    pen.path.finish()
}

/// Takes a glyph's outline down, whose font counts upwards.
struct Pen {
    path: PathBuilder,
    x: f32,
    y: f32,
}

impl skrifa::outline::OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x + x, self.y - y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x + x, self.y - y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.path.quad_to(self.x + cx, self.y - cy, self.x + x, self.y - y);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let (dx, dy) = (self.x, self.y);
        self.path.cubic_to(dx + cx0, dy - cy0, dx + cx1, dy - cy1, dx + x, dy - y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
