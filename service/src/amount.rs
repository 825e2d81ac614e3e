//! Exact numbers: scores, credits, money, hours and percentages are stored as whole ten-thousandths, so that they never round
//! and compare alike on both databases.

use rust_decimal::{Decimal, prelude::ToPrimitive};

/// Ten-thousandths in one.
pub const ONE: i64 = 10_000;
/// A hundred percent.
pub const HUNDRED: i64 = 100 * ONE;
/// The largest amount that a column takes: 10^14 ten-thousandths, so that products still fit.
pub const MAX: i64 = 100_000_000_000_000;

/// Ten-thousandths of a decimal; `None` where it has more than four places or is too large.
pub fn from_decimal(value: Decimal) -> Option<i64> {
    let scaled = value.checked_mul(Decimal::from(ONE))?;
    scaled.is_integer().then(|| scaled.to_i64()).flatten().filter(|v| v.abs() <= MAX)
}

/// A decimal of ten-thousandths, without trailing zeros beyond two places: `550.00`, `7.5`→`7.50`, `0.1234`.
pub fn to_decimal(scaled: i64) -> Decimal {
    let mut value = Decimal::new(scaled, 4).normalize();
    if value.scale() < 2 {
        value.rescale(2);
    }
    value
}

/// Ten-thousandths of a floating-point number, rounded to the nearest; `None` where it is not finite or too large.
#[expect(clippy::cast_possible_truncation, reason = "bounded by MAX right before")]
pub fn from_f64(value: f64) -> Option<i64> {
    let scaled = (value * ONE as f64).round();
    (scaled.is_finite() && scaled.abs() <= MAX as f64).then_some(scaled as i64)
}

/// The floating-point number of ten-thousandths.
pub fn to_f64(scaled: i64) -> f64 {
    scaled as f64 / ONE as f64
}

/// `part` of `whole` as a percentage in ten-thousandths, rounded down, so that only the whole is 100; 0 where the whole is 0.
pub fn percent(part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    i64::try_from(i128::from(part) * i128::from(HUNDRED) / i128::from(whole)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_their_places_and_reject_a_fifth() {
        assert_eq!(from_decimal("550".parse().unwrap()), Some(5_500_000));
        assert_eq!(from_decimal("0.12345".parse().unwrap()), None);
        assert_eq!(to_decimal(5_500_000).to_string(), "550.00");
        assert_eq!(to_decimal(1_234).to_string(), "0.1234");
        assert_eq!(from_f64(f64::NAN), None);
        assert_eq!(percent(1, 3), 333_333);
    }
}
