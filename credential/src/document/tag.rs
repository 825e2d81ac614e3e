//! The `type` member of each class: written as the model asks, accepted in every form that it allows.

use serde::de::{Error, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Defines a type whose only value is the given type name: `list` writes it as an array of one (the model's 1..*), `single` as a
/// text (the model's 1).
macro_rules! tags {
    ($($form:ident $name:ident $text:literal;)*) => {$(
        #[doc = concat!("`type` of ", $text, ".")]
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name;

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                tags!(@$form serializer, $text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Contains($text)).map(|()| Self)
            }
        }
    )*};
    (@list $serializer:ident, $text:literal) => { [$text].serialize($serializer) };
    (@single $serializer:ident, $text:literal) => { $serializer.serialize_str($text) };
}

tags! {
    list ProfileType "Profile";
    list AddressType "Address";
    single GeoCoordinatesType "GeoCoordinates";
    single IdentifierEntryType "IdentifierEntry";
    single IdentityObjectType "IdentityObject";
    single ImageType "Image";
    list AchievementType "Achievement";
    list AlignmentType "Alignment";
    list RelatedType "Related";
    list ResultDescriptionType "ResultDescription";
    list RubricCriterionLevelType "RubricCriterionLevel";
    list AchievementSubjectType "AchievementSubject";
    list ResultType "Result";
    list EvidenceType "Evidence";
    list EndorsementSubjectType "EndorsementSubject";
    single BitstringStatusListEntryType "BitstringStatusListEntry";
}

/// Accepts the text, or an array that holds it.
struct Contains(&'static str);

impl<'de> Visitor<'de> for Contains {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the type {:?}", self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if text == self.0 { Ok(()) } else { Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let mut found = false;
        while let Some(text) = access.next_element::<String>()? {
            found |= text == self.0;
        }
        while access.next_element::<IgnoredAny>()?.is_some() {}
        if found { Ok(()) } else { Err(A::Error::custom(format_args!("the type {:?} is missing", self.0))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_written_in_one_form_and_read_in_both() {
        assert_eq!(serde_json::to_string(&ProfileType).unwrap(), r#"["Profile"]"#);
        assert_eq!(serde_json::to_string(&ImageType).unwrap(), r#""Image""#);
        for text in [r#""Profile""#, r#"["Profile"]"#, r#"["Person","Profile"]"#] {
            assert_eq!(serde_json::from_str::<ProfileType>(text).unwrap(), ProfileType);
        }
        for text in [r#""Image""#, "[]", "3", r#"["Image"]"#] {
            assert!(serde_json::from_str::<ProfileType>(text).is_err(), "{text}");
        }
    }
}
