//! The image of a badge: who gives it, for what, at which level. It names no holder, so that it is the same for all.

use tiny_skia::Rect;

use crate::RenderError;
use crate::color::Color;
use crate::drawing::{Drawing, Role, circle, rounded};
use crate::fonts::Fonts;
use crate::picture::Picture;
use crate::text::{Align, Room, Setter, Style};

/// The side of the image, in units of the drawing.
const SIDE: f32 = 512.0;
/// The width of the PNG, in pixels.
const PIXELS: u32 = 1_024;
/// No longer text is looked at, in characters: nothing beyond could be read.
const MAX_TEXT: usize = 300;

/// What a badge shows.
#[derive(Clone, Debug)]
pub struct Badge {
    /// For what it is given.
    pub title: String,
    /// What kind of thing that is, as people say it.
    pub kind: String,
    /// At which level, where it has one.
    pub level: Option<String>,
    /// Who gives it.
    pub issuer: String,
    /// The ground.
    pub primary: Color,
    /// What stands out on it.
    pub secondary: Color,
    /// The issuer's logo; its initials stand in its place.
    pub logo: Option<Picture>,
}

/// A badge in both forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Scalable Vector Graphics.
    Svg,
    /// Portable Network Graphics, 1024 pixels square.
    Png,
}

impl Badge {
    /// Draws the badge. The same badge always gives the same bytes.
    ///
    /// # Errors
    /// [`RenderError`] where the file cannot be written.
    pub fn render(&self, form: Form, fonts: &Fonts) -> Result<Vec<u8>, RenderError> {
        let drawing = self.drawing(fonts);
        match form {
            Form::Svg => crate::svg::write(&drawing, &self.title).map(String::into_bytes),
            Form::Png => crate::png::write(&drawing, PIXELS),
        }
    }

    fn drawing(&self, fonts: &Fonts) -> Drawing {
        let mut drawing = Drawing::new(SIDE, SIDE);
        let mut setter = Setter::new(fonts);
        let ink = self.primary.ink();
        let frame =
            if self.secondary == self.primary { self.primary.mixed(ink, 0.5) } else { self.secondary };
        drawing.area(rounded(4.0, 4.0, 504.0, 504.0, 92.0), self.primary);
        drawing.area(rounded(18.0, 18.0, 476.0, 476.0, 78.0), frame);
        drawing.area(rounded(26.0, 26.0, 460.0, 460.0, 70.0), self.primary);
        self.mark(&mut drawing, &mut setter);
        let foot = self.foot(&mut drawing, &mut setter, frame);

        let (top, bottom) = (148.0, foot - 12.0);
        let room = Room { width: 416.0, height: bottom - top, align: Align::Center };
        let style = Style { leading: 1.16, ..Style::strong(68.0) };
        let title = setter.fit(&start(&self.title), style, 34.0, room);
        let y = top + (bottom - top - title.height) / 2.0;
        drawing.text(title, (48.0, y), ink, Role::Heading);
        drawing
    }

    /// The logo, or the issuer's initials, on a white disk.
    fn mark(&self, drawing: &mut Drawing, setter: &mut Setter<'_>) {
        let (x, y, radius) = (SIDE / 2.0, 96.0, 50.0);
        drawing.area(circle(x, y, radius), Color::WHITE);
        if let Some(logo) = &self.logo {
            if let Some(room) = Rect::from_xywh(x - 36.0, y - 36.0, 72.0, 72.0) {
                drawing.picture(logo, room, Role::Artifact);
            }
            return;
        }
        let room = Room { width: 76.0, height: 64.0, align: Align::Center };
        let style = Style { leading: 1.1, ..Style::strong(44.0) };
        let initials = setter.fit(&initials(&self.issuer), style, 20.0, room);
        let top = y - initials.height / 2.0;
        drawing.text(initials, (x - 38.0, top), self.primary.accent(self.secondary), Role::Artifact);
    }

    /// The kind, and the level on a plate below it. Answers where they begin.
    fn foot(&self, drawing: &mut Drawing, setter: &mut Setter<'_>, frame: Color) -> f32 {
        let ink = self.primary.ink();
        let room = |width, height| Room { width, height, align: Align::Center };
        let leading = |style: Style| Style { leading: 1.2, ..style };
        let Some(level) = &self.level else {
            let kind = setter.fit(&start(&self.kind), leading(Style::strong(36.0)), 22.0, room(380.0, 48.0));
            let y = 452.0 - kind.height;
            drawing.text(kind, (66.0, y), ink, Role::Paragraph);
            return y;
        };
        let level = setter.fit(&start(level), leading(Style::strong(46.0)), 22.0, room(380.0, 60.0));
        let width = level.width + 56.0;
        drawing.area(rounded((SIDE - width) / 2.0, 404.0, width, 64.0, 32.0), frame);
        let y = 404.0 + (64.0 - level.height) / 2.0;
        drawing.text(level, (66.0, y), frame.ink(), Role::Paragraph);
        let kind = setter.fit(&start(&self.kind), leading(Style::plain(30.0)), 20.0, room(400.0, 40.0));
        let y = 396.0 - kind.height;
        drawing.text(kind, (56.0, y), ink, Role::Paragraph);
        y
    }
}

/// As much of a text as is looked at.
fn start(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

/// The first letters of the first two words.
fn initials(name: &str) -> String {
    let words =
        name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    words.take(2).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn badge(title: &str) -> Badge {
        Badge {
            title: title.to_owned(),
            kind: "Micro-credential".to_owned(),
            level: Some("EQF 6".to_owned()),
            issuer: "alpha University".to_owned(),
            primary: Color::new(0x0b, 0x3d, 0x6e),
            secondary: Color::new(0xf2, 0xa9, 0x00),
            logo: None,
        }
    }

    #[test]
    fn the_same_badge_gives_the_same_bytes() {
        let (first, second) = (Fonts::embedded(), Fonts::embedded());
        for title in ["Data literacy", "مهارات البيانات", "数据素养与统计学基础", "x\u{0}<&>\"'"]
        {
            for form in [Form::Svg, Form::Png] {
                let bytes = badge(title).render(form, &first).unwrap();
                assert_eq!(bytes, badge(title).render(form, &second).unwrap(), "{title}");
            }
        }
    }

    #[test]
    fn titles_of_any_length_stay_within() {
        let fonts = Fonts::embedded();
        for title in ["", "A", &"Lange Wörter ".repeat(200), &"x".repeat(5_000), &"数据".repeat(400)] {
            for item in badge(title).drawing(&fonts).items {
                if let crate::drawing::Item::Text { block, x, y, .. } = item {
                    let right = block
                        .runs
                        .iter()
                        .map(|run| x + run.x + run.glyphs.iter().map(|g| g.advance).sum::<f32>());
                    assert!(right.fold(0.0, f32::max) <= SIDE - 30.0, "{}", block.text);
                    assert!(y >= 30.0 && y + block.height <= SIDE - 30.0, "{} {y}", block.text);
                }
            }
        }
    }

    #[test]
    fn initials_are_of_words() {
        assert_eq!(initials("alpha – University of Äpfel"), "AU");
        assert_eq!(initials("東京大学"), "東");
        assert_eq!(initials("--"), "");
    }
}
