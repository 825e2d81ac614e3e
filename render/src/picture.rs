//! Pictures of others that are drawn: logos and signatures. Only PNG is read; what is drawn is always encoded anew, so that nothing but pixels gets through.

use std::sync::Arc;

use tiny_skia::{FilterQuality, IntSize, Pixmap, PixmapPaint, PixmapRef, Transform};

/// The largest file read, in bytes.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// The largest width and height read, in pixels.
pub const MAX_PIXELS: u32 = 2_048;
/// Pictures are kept no larger than this, in pixels: enough for print at the size that they are drawn in.
const KEPT: u32 = 512;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Why a picture is not drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Another format, or damaged.
    #[error("it is not a PNG picture")]
    Format,
    /// Larger than [`MAX_BYTES`] or [`MAX_PIXELS`].
    #[error("it is larger than 2 MiB or 2048 pixels")]
    TooLarge,
}

/// A picture. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Picture(Arc<Pixmap>);

impl Picture {
    /// Reads a PNG file.
    ///
    /// # Errors
    /// [`PictureError`] where it is of another format, damaged or too large.
    pub fn read(bytes: &[u8]) -> Result<Self, PictureError> {
        if bytes.len() > MAX_BYTES {
            return Err(PictureError::TooLarge);
        }
        let (width, height) = stated_size(bytes).ok_or(PictureError::Format)?;
        if width > MAX_PIXELS || height > MAX_PIXELS {
            return Err(PictureError::TooLarge);
        }
        let pixels = Pixmap::decode_png(bytes).map_err(|_| PictureError::Format)?;
        Ok(Self(Arc::new(smaller(pixels).ok_or(PictureError::Format)?)))
    }

    #[expect(clippy::cast_precision_loss, reason = "at most 512")]
    pub(crate) fn width(&self) -> f32 {
        self.0.width() as f32
    }

    #[expect(clippy::cast_precision_loss, reason = "at most 512")]
    pub(crate) fn height(&self) -> f32 {
        self.0.height() as f32
    }

    pub(crate) fn pixels(&self) -> PixmapRef<'_> {
        self.0.as_ref().as_ref()
    }

    /// Red, green, blue and opacity of each pixel, as PDF wants them.
    pub(crate) fn straight(&self) -> (Vec<u8>, u32, u32) {
        let parts = |pixel: &tiny_skia::PremultipliedColorU8| {
            let pixel = pixel.demultiply();
            [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]
        };
        (self.0.pixels().iter().flat_map(parts).collect(), self.0.width(), self.0.height())
    }
}

/// The size that a PNG's header states, before anything of it is unpacked (Portable Network Graphics, section 11.2.1).
fn stated_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(SIGNATURE)?.get(4..16)?.strip_prefix(b"IHDR")?;
    let number = |from: usize| header.get(from..from + 4)?.try_into().ok().map(u32::from_be_bytes);
    Some((number(0)?, number(4)?)).filter(|(width, height)| *width > 0 && *height > 0)
}

/// The picture no larger than is kept.
fn smaller(pixels: Pixmap) -> Option<Pixmap> {
    let longest = pixels.width().max(pixels.height());
    if longest <= KEPT {
        return Some(pixels);
    }
    let shrunk = |side: u32| (side * KEPT / longest).max(1);
    let size = IntSize::from_wh(shrunk(pixels.width()), shrunk(pixels.height()))?;
    let mut kept = Pixmap::new(size.width(), size.height())?;
    #[expect(clippy::cast_precision_loss, reason = "at most 2048")]
    let scale = |to: u32, from: u32| to as f32 / from as f32;
    let scaling =
        Transform::from_scale(scale(size.width(), pixels.width()), scale(size.height(), pixels.height()));
    let paint = PixmapPaint { quality: FilterQuality::Bicubic, ..PixmapPaint::default() };
    kept.draw_pixmap(0, 0, pixels.as_ref(), &paint, scaling, None);
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut pixels = Pixmap::new(width, height).unwrap();
        pixels.fill(tiny_skia::Color::from_rgba8(200, 30, 60, 255));
        pixels.encode_png().unwrap()
    }

    #[test]
    fn large_pictures_are_made_smaller_and_too_large_ones_refused() {
        let small = Picture::read(&png(40, 20)).unwrap();
        assert_eq!((small.width(), small.height()), (40.0, 20.0));
        let large = Picture::read(&png(1_024, 256)).unwrap();
        assert_eq!((large.width(), large.height()), (512.0, 128.0));
        assert_eq!(large.straight().0[..4], [200, 30, 60, 255]);
        assert_eq!(Picture::read(&png(MAX_PIXELS + 1, 1)).err(), Some(PictureError::TooLarge));
        assert_eq!(Picture::read(&vec![0; MAX_BYTES + 1]).err(), Some(PictureError::TooLarge));
    }

    #[test]
    fn what_is_no_png_is_refused() {
        let good = png(8, 8);
        for wrong in [b"".as_slice(), b"GIF89a", SIGNATURE, &good[..20], &good[..good.len() / 2]] {
            assert_eq!(Picture::read(wrong).err(), Some(PictureError::Format));
        }
    }
}
