//! What a badge's image shows of a credential.

use cairn_render::Color;
use cairn_render::badge::Badge;

use super::statement::Statement;
use crate::program::terms::Branding;

/// The colors of an issuer that has chosen none.
const PRIMARY: Color = Color::new(0x1f, 0x3a, 0x5f);
const SECONDARY: Color = Color::new(0xe3, 0xa5, 0x1a);

/// The badge of a credential, yet without a logo.
pub(super) fn badge(statement: &Statement, branding: &Branding) -> Badge {
    let (primary, secondary) = colors(branding);
    Badge {
        title: statement.title().to_owned(),
        kind: statement.kind(),
        level: statement.short_level(),
        issuer: statement.issuer().to_owned(),
        primary,
        secondary,
        logo: None,
    }
}

/// The colors of a program; one alone stands out on white.
pub(super) fn colors(branding: &Branding) -> (Color, Color) {
    let color = |text: &Option<String>| text.as_deref().and_then(Color::parse);
    match (color(&branding.primary_color), color(&branding.secondary_color)) {
        (Some(primary), Some(secondary)) => (primary, secondary),
        (Some(only), None) | (None, Some(only)) => (only, Color::WHITE),
        (None, None) => (PRIMARY, SECONDARY),
    }
}
