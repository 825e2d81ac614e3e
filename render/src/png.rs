//! A drawing as PNG.

use tiny_skia::{
    FillRule, FilterQuality, Paint, Path, PathBuilder, Pattern, Pixmap, Rect, SpreadMode, Transform,
};

use crate::RenderError;
use crate::color::Color;
use crate::drawing::{Drawing, Item, outlines};

/// Writes a drawing so many pixels wide.
pub(crate) fn write(drawing: &Drawing, width: u32) -> Result<Vec<u8>, RenderError> {
    let failed = |reason: &str| RenderError::File("PNG", reason.to_owned());
    #[expect(clippy::cast_precision_loss, reason = "a few thousand pixels")]
    let scale = width as f32 / drawing.width;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand pixels")]
    let height = (drawing.height * scale).round() as u32;
    let mut pixels = Pixmap::new(width, height).ok_or_else(|| failed("it has no size"))?;
    let scaled = Transform::from_scale(scale, scale);
    for item in &drawing.items {
        match item {
            Item::Area { path, color, .. } => fill(&mut pixels, path, *color, scaled),
            Item::Text { block, x, y, color, .. } => {
                if let Some(path) = outlines(block, *x, *y) {
                    fill(&mut pixels, &path, *color, scaled);
                }
            }
            Item::Picture { picture, place, .. } => {
                let stretched = Transform::from_row(
                    place.width() / picture.width(),
                    0.0,
                    0.0,
                    place.height() / picture.height(),
                    place.left(),
                    place.top(),
                );
                let shader =
                    Pattern::new(picture.pixels(), SpreadMode::Pad, FilterQuality::Bilinear, 1.0, stretched);
                let paint = Paint { shader, anti_alias: true, ..Paint::default() };
                let area: Rect = *place;
                let path = PathBuilder::from_rect(area);
                pixels.fill_path(&path, &paint, FillRule::Winding, scaled, None);
            }
            Item::Link { .. } => {}
        }
    }
    pixels.encode_png().map_err(|error| failed(&error.to_string()))
}

fn fill(pixels: &mut Pixmap, path: &Path, color: Color, transform: Transform) {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(color.red, color.green, color.blue, 255);
    pixels.fill_path(path, &paint, FillRule::Winding, transform, None);
}
