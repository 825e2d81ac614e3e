//! What a badge's image shows of a credential.

use cairn_entity::certificate_template;
use cairn_render::Color;
use cairn_render::badge::Badge;
use cairn_words::Words;

use super::statement::Statement;
use super::template;
use crate::program::terms::Branding;

/// The colors of an issuer that has chosen none.
const PRIMARY: Color = Color::new(0x1f, 0x3a, 0x5f);
const SECONDARY: Color = Color::new(0xe3, 0xa5, 0x1a);

/// The badge of a credential, yet without a logo. One image for all readers: it is handed on as it is.
pub(super) fn badge(statement: &Statement, (primary, secondary): (Color, Color)) -> Badge {
    Badge {
        title: statement.title().to_owned(),
        // A picture has no reader whose language is known: it speaks that of the achievement.
        kind: statement.kind(Words::of_tag(statement.language().unwrap_or_default())),
        level: statement.short_level(),
        issuer: statement.issuer().to_owned(),
        primary,
        secondary,
        logo: None,
    }
}

/// The colors of a program, else those of its issuer's certificates; one alone stands out on white.
pub(super) fn colors(branding: &Branding, template: Option<&certificate_template::Model>) -> (Color, Color) {
    let own = [&branding.primary_color, &branding.secondary_color];
    let own = own.map(|color| color.as_deref().and_then(Color::parse));
    let of_issuer = template.map(template::colors).unwrap_or_default();
    let chosen = [own, of_issuer].into_iter().find(|colors| colors.iter().any(Option::is_some));
    match chosen.unwrap_or_default() {
        [Some(primary), Some(secondary)] => (primary, secondary),
        [Some(only), None] | [None, Some(only)] => (only, Color::WHITE),
        [None, None] => (PRIMARY, SECONDARY),
    }
}
