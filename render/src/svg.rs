//! A drawing as SVG. Text is drawn as outlines, so that the file looks the same everywhere and needs no font.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tiny_skia::{Path, PathSegment};

use crate::RenderError;
use crate::drawing::{Drawing, Item, outlines};

/// Writes a drawing, with a title for those who do not see it.
pub(crate) fn write(drawing: &Drawing, title: &str) -> Result<String, RenderError> {
    let (width, height) = (number(drawing.width), number(drawing.height));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         shape-rendering=\"geometricPrecision\"><title>{}</title>",
        escaped(title)
    );
    for item in &drawing.items {
        match item {
            Item::Area { path, color, .. } => shape(&mut svg, path, &color.hex()),
            Item::Text { block, x, y, color, .. } => {
                if let Some(path) = outlines(block, *x, *y) {
                    shape(&mut svg, &path, &color.hex());
                }
            }
            Item::Picture { picture, place, .. } => {
                let png = picture.pixels().encode_png();
                let png = png.map_err(|error| RenderError::File("SVG", error.to_string()))?;
                let (x, y) = (number(place.left()), number(place.top()));
                let (width, height) = (number(place.width()), number(place.height()));
                let data = STANDARD.encode(png);
                // Writing to a string does not fail.
                let _ = write!(
                    svg,
                    "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" href=\"data:image/png;base64,{data}\"/>"
                );
            }
            Item::Link { .. } => {}
        }
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

fn shape(svg: &mut String, path: &Path, color: &str) {
    let mut data = String::new();
    for segment in path.segments() {
        let (letter, points): (char, &[tiny_skia::Point]) = match &segment {
            PathSegment::MoveTo(to) => ('M', &[*to]),
            PathSegment::LineTo(to) => ('L', &[*to]),
            PathSegment::QuadTo(a, to) => ('Q', &[*a, *to]),
            PathSegment::CubicTo(a, b, to) => ('C', &[*a, *b, *to]),
            PathSegment::Close => ('Z', &[]),
        };
        data.push(letter);
        let points = points.iter().flat_map(|point| [number(point.x), number(point.y)]);
        data.push_str(&points.collect::<Vec<_>>().join(" "));
    }
    let _ = write!(svg, "<path fill=\"{color}\" d=\"{data}\"/>");
}

/// Two decimals, without zeros at the end.
fn number(value: f32) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text within an element: the characters that XML forbids are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_titles_are_text() {
        assert_eq!([number(1.0), number(-0.001), number(2.506), number(10.0)], ["1", "0", "2.51", "10"]);
        assert_eq!(escaped("a<b> & \u{0}c\u{ffff}"), "a&lt;b&gt; &amp;  c ");
    }
}
