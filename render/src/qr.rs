//! QR codes (ISO/IEC 18004).

use qrcode::{Color as Module, EcLevel, QrCode};
use tiny_skia::{Path, PathBuilder, Rect};

use crate::RenderError;
use crate::color::Color;
use crate::drawing::{Drawing, rectangle};

/// Light modules around the code (ISO/IEC 18004, section 9.1).
const QUIET: f32 = 4.0;

/// A QR code as SVG, with the quiet zone that readers need.
///
/// # Errors
/// [`RenderError::TooLong`] where the text does not fit.
pub fn svg(text: &str, title: &str) -> Result<String, RenderError> {
    let code = Code::of(text)?;
    let side = code.side + 2.0 * QUIET;
    let mut drawing = Drawing::new(side, side);
    drawing.area(rectangle(0.0, 0.0, side, side), Color::WHITE);
    drawing.area(code.path(QUIET, QUIET, code.side), Color::new(0, 0, 0));
    crate::svg::write(&drawing, title)
}

/// A code before it is drawn.
pub(crate) struct Code {
    modules: Vec<bool>,
    side: f32,
}

impl Code {
    /// The code of a text, of which up to 15 percent may be unreadable.
    pub fn of(text: &str) -> Result<Self, RenderError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| RenderError::TooLong)?;
        #[expect(clippy::cast_precision_loss, reason = "at most 177")]
        let side = code.width() as f32;
        Ok(Self {
            modules: code.to_colors().into_iter().map(|module| module == Module::Dark).collect(),
            side,
        })
    }

    /// The dark modules within a square, those side by side as one.
    pub fn path(&self, x: f32, y: f32, side: f32) -> Option<Path> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number up to 177"
        )]
        let width = self.side as usize;
        let module = side / self.side;
        let mut path = PathBuilder::new();
        for (row, line) in self.modules.chunks(width).enumerate() {
            let mut from = 0;
            for run in line.chunk_by(|a, b| a == b) {
                #[expect(clippy::cast_precision_loss, reason = "at most 177")]
                let at = |place: usize| place as f32 * module;
                let area = Rect::from_xywh(x + at(from), y + at(row), at(run.len()), module);
                if let Some(area) = area.filter(|_| run[0]) {
                    path.push_rect(area);
                }
                from += run.len();
            }
        }
        path.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_drawn_and_what_does_not_is_refused() {
        let code = svg("https://cairn.example.org/credentials/abc", "Link").unwrap();
        assert!(code.contains("<title>Link</title>"));
        assert_eq!(code, svg("https://cairn.example.org/credentials/abc", "Link").unwrap());
        assert!(svg(&"x".repeat(3_000), "Link").is_err());
    }
}
