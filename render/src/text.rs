//! Text set in lines: shaped, broken, ordered for both directions of writing, and made to fit.

use std::ops::Range;

use parley::{
    Alignment, AlignmentOptions, BaseDirection, FontContext, FontWeight, Layout, LayoutContext, LineHeight,
    OverflowWrap, StyleProperty,
};

use crate::fonts::Fonts;

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    /// Size of the type, in units of the drawing.
    pub size: f32,
    /// Semi-bold, else regular.
    pub strong: bool,
    /// With serifs (always semi-bold).
    pub serif: bool,
    /// From line to line, as a multiple of the size.
    pub leading: f32,
}

impl Style {
    /// Regular letters without serifs.
    pub fn plain(size: f32) -> Self {
        Self { size, strong: false, serif: false, leading: 1.35 }
    }

    /// Semi-bold letters without serifs.
    pub fn strong(size: f32) -> Self {
        Self { strong: true, ..Self::plain(size) }
    }

    /// Letters with serifs.
    pub fn serif(size: f32) -> Self {
        Self { size, strong: true, serif: true, leading: 1.25 }
    }

    fn sized(self, size: f32) -> Self {
        Self { size, ..self }
    }
}

/// Where lines begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// In the middle.
    Center,
    /// At the left.
    Left,
    /// At the right.
    Right,
}

/// One glyph, as an offset from where its run begins.
#[derive(Clone, Debug)]
pub(crate) struct Glyph {
    /// In its font.
    pub id: u32,
    /// To the right of its place, in units of the drawing.
    pub x: f32,
    /// Below the baseline.
    pub y: f32,
    /// To the next glyph.
    pub advance: f32,
    /// The bytes of the text that it stands for.
    pub text: Range<usize>,
}

/// Glyphs of one font on one line, from left to right.
#[derive(Clone)]
pub(crate) struct Run {
    /// The font file.
    pub font: parley::FontData,
    /// Size of the type.
    pub size: f32,
    /// Where it begins.
    pub x: f32,
    /// Its baseline.
    pub y: f32,
    /// What is drawn.
    pub glyphs: Vec<Glyph>,
}

/// Text that was set.
#[derive(Clone)]
pub(crate) struct Block {
    /// The text as it is drawn.
    pub text: String,
    /// What is drawn, relative to the block's upper left corner.
    pub runs: Vec<Run>,
    /// The width of the longest line.
    pub width: f32,
    /// The height of all lines.
    pub height: f32,
    /// The width that it was set to, and aligned within.
    pub room: f32,
    /// Its lines, from the top.
    pub lines: Vec<Line>,
}

/// Where a line of a block ends.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    /// Its lower edge, from the upper one of the block.
    pub bottom: f32,
    /// How much of the text is on it and above it, in bytes.
    pub text: usize,
    /// How many runs are on it and above it.
    pub runs: usize,
}

impl Block {
    /// How many of its lines fit into so much height.
    pub fn lines_within(&self, height: f32) -> usize {
        self.lines.iter().take_while(|line| line.bottom <= height).count()
    }

    /// Its first lines and, where there are more, the others.
    pub fn split(mut self, lines: usize) -> (Self, Option<Self>) {
        let Some(last) = lines.checked_sub(1).and_then(|last| self.lines.get(last)).copied() else {
            return (self, None);
        };
        if lines >= self.lines.len() {
            return (self, None);
        }
        let mut rest = Self {
            text: self.text.split_off(last.text),
            runs: self.runs.split_off(last.runs),
            lines: self.lines.split_off(lines),
            height: self.height - last.bottom,
            ..self
        };
        for run in &mut rest.runs {
            run.y -= last.bottom;
            for glyph in &mut run.glyphs {
                glyph.text = glyph.text.start - last.text..glyph.text.end - last.text;
            }
        }
        for line in &mut rest.lines {
            *line = Line {
                bottom: line.bottom - last.bottom,
                text: line.text - last.text,
                runs: line.runs - last.runs,
            };
        }
        self.height = last.bottom;
        (self, Some(rest))
    }
}

/// Room that text has to fit into.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// The longest line.
    pub width: f32,
    /// All lines together.
    pub height: f32,
    /// Where they begin.
    pub align: Align,
}

/// Sets text, for one drawing.
pub(crate) struct Setter<'a> {
    fonts: &'a Fonts,
    context: FontContext,
    layouts: LayoutContext<()>,
}

impl<'a> Setter<'a> {
    pub fn new(fonts: &'a Fonts) -> Self {
        Self { fonts, context: fonts.context(), layouts: LayoutContext::new() }
    }

    /// Sets text as large as it fits, from the style's size down to a smallest one. What does not even fit then is cut, and ends in an ellipsis.
    pub fn fit(&mut self, text: &str, style: Style, smallest: f32, room: Room) -> Block {
        let mut text = cleaned(text);
        let mut size = style.size;
        while size > smallest {
            let block = self.attempt(&text, style.sized(size), room);
            if let Some(block) = block {
                return block;
            }
            size = (size * 0.94).min(size - 0.5);
        }
        let style = style.sized(smallest);
        loop {
            let layout = self.layout(&text, style, room.width, room.align);
            if layout.height() <= room.height || text.chars().count() < 2 {
                return read(&layout, text, room.width);
            }
            text = shortened(&text, room.height / layout.height());
        }
    }

    /// The text set at one size, where all of it fits and no word is torn.
    fn attempt(&mut self, text: &str, style: Style, room: Room) -> Option<Block> {
        let layout = self.layout(text, style, room.width, room.align);
        let fits = layout.height() <= room.height && layout.calculate_content_widths().min <= room.width;
        fits.then(|| read(&layout, text.to_owned(), room.width))
    }

    fn layout(&mut self, text: &str, style: Style, width: f32, align: Align) -> Layout<()> {
        let mut builder = self.layouts.ranged_builder(&mut self.context, text, 1.0, false);
        builder.set_base_direction(BaseDirection::Auto);
        builder.push_default(StyleProperty::FontFamily(self.fonts.families(style.serif)));
        builder.push_default(StyleProperty::FontSize(style.size));
        let weight = if style.strong { FontWeight::SEMI_BOLD } else { FontWeight::NORMAL };
        builder.push_default(StyleProperty::FontWeight(weight));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(style.leading)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        let mut layout = builder.build(text);
        layout.break_all_lines(Some(width));
        let alignment = match align {
            Align::Center => Alignment::Center,
            Align::Left => Alignment::Left,
            Align::Right => Alignment::Right,
        };
        layout.align(alignment, AlignmentOptions::default());
        layout
    }
}

/// One paragraph of visible characters: runs of blanks are one, controls are none.
fn cleaned(text: &str) -> String {
    let visible = |letter: &char| !letter.is_control();
    let words = text.split_whitespace().map(|word| word.chars().filter(visible).collect::<String>());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The beginning of a text that is about so much of it, with an ellipsis. Always shorter than before.
fn shortened(text: &str, share: f32) -> String {
    let count = text.chars().count();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an estimate of a length"
    )]
    let keep = (count as f32 * share.clamp(0.1, 1.0)) as usize;
    let kept: String = text.chars().take(keep.min(count.saturating_sub(2))).collect();
    format!("{}…", kept.trim_end_matches(|letter: char| letter == '…' || letter.is_whitespace()))
}

fn read(layout: &Layout<()>, text: String, room: f32) -> Block {
    let (mut runs, mut lines) = (Vec::new(), Vec::new());
    for line in layout.lines() {
        let metrics = line.metrics();
        let mut x = metrics.offset;
        for run in line.runs() {
            let mut glyphs: Vec<Glyph> = Vec::new();
            let from = x;
            for cluster in run.visual_clusters() {
                if cluster.is_ligature_continuation() {
                    if let Some(glyph) = glyphs.last_mut() {
                        glyph.text.start = glyph.text.start.min(cluster.text_range().start);
                        glyph.text.end = glyph.text.end.max(cluster.text_range().end);
                    }
                    continue;
                }
                for glyph in cluster.glyphs() {
                    let text = cluster.text_range();
                    glyphs.push(Glyph { id: glyph.id, x: glyph.x, y: glyph.y, advance: glyph.advance, text });
                    x += glyph.advance;
                }
            }
            let (font, size) = (run.font().clone(), run.font_size());
            runs.push(Run { font, size, x: from, y: metrics.baseline, glyphs });
        }
        lines.push(Line { bottom: metrics.block_max_coord, text: line.text_range().end, runs: runs.len() });
    }
    Block { text, runs, width: layout.width(), height: layout.height(), room, lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { width: 400.0, height: 200.0, align: Align::Center };

    fn fit(text: &str) -> Block {
        let fonts = Fonts::embedded();
        Setter::new(&fonts).fit(text, Style::strong(60.0), 30.0, ROOM)
    }

    #[test]
    fn everything_fits_or_says_that_it_was_cut() {
        let short = fit("Data literacy");
        assert!(short.height <= ROOM.height && short.width <= ROOM.width);
        assert_eq!(short.text, "Data literacy");
        let long = fit(&"Grundlagen der Datenverarbeitung ".repeat(30));
        assert!(long.text.ends_with('…') && long.height <= ROOM.height, "{}", long.text);
        let torn = fit(&"x".repeat(90));
        assert!(
            torn.width <= ROOM.width + 0.5 && torn.height <= ROOM.height,
            "{} {}",
            torn.width,
            torn.height
        );
        assert_eq!(fit("").runs.iter().map(|run| run.glyphs.len()).sum::<usize>(), 0);
        assert_eq!(fit(" a\u{0} \n\t b ").text, "a b");
    }

    #[test]
    fn a_block_goes_on_where_it_was_split() {
        let text = "Grundlagen der Datenverarbeitung بيانات 数据素养 ".repeat(6);
        let fonts = Fonts::embedded();
        let whole = Setter::new(&fonts).fit(&text, Style::plain(20.0), 20.0, Room { height: 900.0, ..ROOM });
        let lines = whole.lines.len();
        assert!(lines > 3 && whole.lines_within(whole.height + 0.5) == lines, "{lines}");
        let before = whole.clone();
        let (first, rest) = whole.split(2);
        let rest = rest.unwrap();
        assert_eq!((first.lines.len(), rest.lines.len()), (2, lines - 2));
        assert_eq!(format!("{}{}", first.text, rest.text), before.text);
        assert!((first.height + rest.height - before.height).abs() < 0.1);
        for block in [&first, &rest] {
            assert!(block.runs.iter().all(|run| run.y > 0.0 && run.y < block.height));
            let glyphs = block.runs.iter().flat_map(|run| &run.glyphs);
            assert!(glyphs.clone().all(|glyph| block.text.get(glyph.text.clone()).is_some()));
        }
        let (all, none) = rest.split(lines);
        assert!(none.is_none() && all.lines.len() == lines - 2);
    }

    #[test]
    fn every_script_has_glyphs() {
        for text in
            ["Ąžuolas Việt", "Δεδομένα", "Данные", "بيانات", "נתונים", "数据素养", "データ", "데이터", "🦉"]
        {
            let block = fit(text);
            let glyphs = block.runs.iter().flat_map(|run| &run.glyphs).collect::<Vec<_>>();
            assert!(!glyphs.is_empty() && glyphs.iter().all(|glyph| glyph.id != 0), "{text}: {glyphs:?}");
        }
    }

    #[test]
    fn right_to_left_begins_at_the_right() {
        let block = fit("بيانات abc");
        let latin = block
            .runs
            .iter()
            .find(|run| run.glyphs.iter().any(|glyph| block.text[glyph.text.clone()] == *"a"));
        let arabic = block.runs.iter().find(|run| run.glyphs.iter().any(|glyph| glyph.text.start == 0));
        let (latin, arabic) = (latin.unwrap(), arabic.unwrap());
        assert!(latin.x < arabic.x, "the first word is at the right");
    }
}
