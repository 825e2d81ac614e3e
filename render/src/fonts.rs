//! The fonts that text is set in. Those of the folder `fonts` are part of the program; an operator may add others, which come before the last resort.

use std::borrow::Cow;

use parley::fontique::{Blob, Collection, CollectionOptions, SourceCache};
use parley::{FontContext, FontFamily, FontFamilyName};
use skrifa::{FontRef, MetadataProvider};

/// Fonts of the program, by what they are for: letters, then other scripts, then signs.
const LETTERS: [&[u8]; 3] = [
    include_bytes!("../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../fonts/NotoSans-SemiBold.ttf"),
    include_bytes!("../fonts/NotoSerif-SemiBold.ttf"),
];
const SCRIPTS: [&[u8]; 5] = [
    include_bytes!("../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../fonts/NotoSansArabic-SemiBold.ttf"),
    include_bytes!("../fonts/NotoSansHebrew-Regular.ttf"),
    include_bytes!("../fonts/NotoSansHebrew-SemiBold.ttf"),
    include_bytes!("../fonts/NotoEmoji-Regular.ttf"),
];
/// Covers Chinese, Japanese and Korean, in one plain weight.
const LAST: &[u8] = include_bytes!("../fonts/DroidSansFallback.ttf");

const SANS: &str = "Noto Sans";
const SERIF: &str = "Noto Serif";

/// A font file that is not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FontError {
    /// Not a font, or not one of outlines.
    #[error("it is not a TrueType or OpenType font")]
    Unreadable,
    /// A variable font, whose weights would be guesswork.
    #[error("it is a variable font; give its static weights")]
    Variable,
}

/// All fonts, in the order in which they are asked for a character. Cheap to clone.
#[derive(Clone)]
pub struct Fonts {
    context: FontContext,
    families: Vec<String>,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Fonts").field(&self.families).finish()
    }
}

impl Fonts {
    /// The fonts of the program alone.
    #[must_use]
    pub fn embedded() -> Self {
        Self::assemble(Vec::new())
    }

    /// The fonts of the program and others, such as those of an operator for Chinese, Japanese or Korean. Static TrueType or OpenType files, asked for what the fonts of
    /// letters, of Arabic and Hebrew do not cover.
    ///
    /// # Errors
    /// [`FontError`] with the place of the first file that is not usable.
    pub fn with(further: Vec<Vec<u8>>) -> Result<Self, (usize, FontError)> {
        for (place, bytes) in further.iter().enumerate() {
            let font = FontRef::from_index(bytes, 0).map_err(|_| (place, FontError::Unreadable))?;
            if !font.axes().is_empty() {
                return Err((place, FontError::Variable));
            }
        }
        Ok(Self::assemble(further))
    }

    fn assemble(further: Vec<Vec<u8>>) -> Self {
        let options = CollectionOptions { shared: false, system_fonts: false };
        let mut collection = Collection::new(options);
        let mut families: Vec<String> = Vec::new();
        let embedded = |bytes: &'static [u8]| Blob::new(std::sync::Arc::new(bytes));
        let given = further.into_iter().map(|bytes| Blob::new(std::sync::Arc::new(bytes)));
        let all = LETTERS.into_iter().chain(SCRIPTS).map(embedded).chain(given).chain([embedded(LAST)]);
        for blob in all {
            for (family, _) in collection.register_fonts(blob, None) {
                let name = collection.family_name(family).map(ToOwned::to_owned);
                families.extend(name.filter(|name| !families.contains(name)));
            }
        }
        Self { context: FontContext { collection, source_cache: SourceCache::default() }, families }
    }

    /// What the layout asks, for one drawing.
    pub(crate) fn context(&self) -> FontContext {
        self.context.clone()
    }

    /// The families in the order in which they are asked, letters with serifs first where these are wanted.
    pub(crate) fn families(&self, serif: bool) -> FontFamily<'static> {
        let own = if serif { [SERIF, SANS] } else { [SANS, SERIF] };
        let others = self.families.iter().filter(|name| !own.contains(&name.as_str())).cloned();
        let names = own.into_iter().map(Cow::Borrowed).chain(others.map(Cow::Owned));
        FontFamily::List(names.map(FontFamilyName::Named).collect::<Vec<_>>().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_static_font_is_refused() {
        assert_eq!(Fonts::with(vec![b"no font".to_vec()]).err(), Some((0, FontError::Unreadable)));
        let good = LETTERS[0].to_vec();
        assert_eq!(
            Fonts::with(vec![good.clone(), Vec::new()]).err(),
            Some((1, FontError::Unreadable)),
            "the second is empty"
        );
        assert!(Fonts::with(vec![good]).is_ok());
    }

    #[test]
    fn each_family_is_asked_once_and_the_last_resort_last() {
        let fonts = Fonts::embedded();
        assert_eq!(fonts.families.first().map(String::as_str), Some(SANS));
        assert_eq!(fonts.families.last().map(String::as_str), Some("Droid Sans Fallback"));
        assert_eq!(fonts.families.len(), 6, "{:?}", fonts.families);
    }
}
