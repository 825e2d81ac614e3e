//! Colors, and which of them can be read on which.

/// An opaque color of the sRGB space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Color {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

/// The least contrast of text that is to be read (WCAG 2.1, success criterion 1.4.3).
pub const READABLE: f32 = 4.5;

impl Color {
    /// White.
    pub const WHITE: Self = Self::new(255, 255, 255);
    /// Text on paper.
    pub const INK: Self = Self::new(0x1b, 0x1f, 0x24);
    /// Text beside that.
    pub const DIM: Self = Self::new(0x52, 0x5b, 0x66);

    /// A color by its parts.
    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Reads `#rrggbb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let part = |from: usize| u8::from_str_radix(digits.get(from..from + 2)?, 16).ok();
        Some(Self::new(part(0)?, part(2)?, part(4)?))
    }

    /// As `#rrggbb`.
    #[must_use]
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }

    /// Relative luminance, from 0 (black) to 1 (white) (WCAG 2.1, definition of relative luminance).
    #[must_use]
    pub fn luminance(self) -> f32 {
        let linear = |part: u8| {
            let part = f32::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// Contrast ratio of two colors, from 1 to 21 (WCAG 2.1, definition of contrast ratio).
    #[must_use]
    pub fn contrast(self, other: Self) -> f32 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// White or dark ink, whichever is read better on this color.
    #[must_use]
    pub fn ink(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::INK) { Self::WHITE } else { Self::INK }
    }

    /// This color, darkened until it can be read as text on white.
    #[must_use]
    pub fn on_paper(self) -> Self {
        let darker = |color: Self| color.mixed(Self::INK, 0.15);
        let steps = std::iter::successors(Some(self), |color| Some(darker(*color)));
        steps.take(24).find(|color| color.contrast(Self::WHITE) >= READABLE).unwrap_or(Self::INK)
    }

    /// What stands out on white: this color, or another one where this is nearly white, dark enough for text.
    #[must_use]
    pub fn accent(self, other: Self) -> Self {
        let visible = |color: &Self| color.contrast(Self::WHITE) >= 1.6;
        [self, other].into_iter().find(visible).map_or(Self::INK, Self::on_paper)
    }

    /// A color between this one (share 0) and another (share 1).
    #[must_use]
    pub fn mixed(self, other: Self, share: f32) -> Self {
        // A mean of two bytes is a byte.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
        let part = |a: u8, b: u8| (f32::from(a) * (1.0 - share) + f32::from(b) * share).round() as u8;
        Self::new(part(self.red, other.red), part(self.green, other.green), part(self.blue, other.blue))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        assert_eq!(Color::parse("#0a58Ca").map(Color::hex).as_deref(), Some("#0a58ca"));
        for wrong in ["", "0a58ca", "#0a58c", "#0a58caff", "#0a58cg", "#äöü", "#+1+1+1"] {
            assert_eq!(Color::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn text_is_readable_on_every_color() {
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    let color = Color::new(red, green, blue);
                    assert!(color.contrast(color.ink()) >= 4.0, "{}", color.hex());
                    assert!(color.on_paper().contrast(Color::WHITE) >= READABLE, "{}", color.hex());
                }
            }
        }
        assert!((Color::WHITE.contrast(Color::new(0, 0, 0)) - 21.0).abs() < 0.01);
    }
}
