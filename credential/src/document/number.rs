//! Decimal numbers of a document (credits, coordinates): exact millionths, so that they compare, store and sign alike.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A decimal number in millionths. Whole numbers are written without a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Number(i64);

/// Beyond this, dividing and multiplying a double by a million may lose a millionth.
const MAX_MILLIONTHS: i64 = 1 << 50;
const ONE: i64 = 1_000_000;

impl Number {
    /// From millionths; nothing beyond ±1,125,899,906.
    #[must_use]
    pub fn from_millionths(millionths: i64) -> Option<Self> {
        (-MAX_MILLIONTHS..=MAX_MILLIONTHS).contains(&millionths).then_some(Self(millionths))
    }

    /// From hundredths, in which credits are usually kept.
    #[must_use]
    pub fn from_hundredths(hundredths: i32) -> Self {
        Self(i64::from(hundredths) * (ONE / 100))
    }

    /// The number in millionths.
    #[must_use]
    pub fn millionths(self) -> i64 {
        self.0
    }

    /// Whether the number is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The nearest double, which prints the same decimal.
    pub(crate) fn to_f64(self) -> f64 {
        self.0 as f64 / ONE as f64
    }

    /// The number without fraction, where it has none.
    pub(crate) fn whole(self) -> Option<i64> {
        (self.0 % ONE == 0).then_some(self.0 / ONE)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.whole() {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.serialize_f64(self.to_f64()),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let millionths = (f64::deserialize(deserializer)? * ONE as f64).round();
        let in_range = millionths.abs() <= MAX_MILLIONTHS as f64;
        in_range.then_some(Self(millionths as i64)).ok_or_else(|| D::Error::custom("a number out of range"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whole_numbers_have_no_fraction() {
        assert_eq!(serde_json::to_string(&Number::from_hundredths(300)).unwrap(), "3");
        assert_eq!(serde_json::to_string(&Number::from_hundredths(750)).unwrap(), "7.5");
        assert_eq!(serde_json::to_string(&Number::from_millionths(-1).unwrap()).unwrap(), "-1e-6");
        assert!(serde_json::from_str::<Number>("1e30").is_err());
        assert_eq!(Number::from_millionths(i64::MAX), None);
    }

    proptest! {
        #[test]
        fn numbers_survive_json(millionths in -MAX_MILLIONTHS..=MAX_MILLIONTHS) {
            let number = Number::from_millionths(millionths).unwrap();
            let text = serde_json::to_string(&number).unwrap();
            prop_assert_eq!(serde_json::from_str::<Number>(&text).unwrap(), number);
        }
    }
}
