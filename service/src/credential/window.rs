//! When a credential comes near its end, and between which moments it may be renewed.

use cairn_entity::enums::CredentialStatus;
use cairn_entity::{credential, program_version};
use chrono::{DateTime, Months, TimeDelta, Utc};

/// How many days before its end a credential counts as expiring.
pub const EXPIRING_DAYS: i64 = 90;

/// Between which moments a credential may be renewed, as the version says that it was earned in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// From when; at any time before its end where none.
    pub opens_at: Option<DateTime<Utc>>,
    /// Until when; at any time after its end where none.
    pub closes_at: Option<DateTime<Utc>>,
}

/// The window of a credential of the version that ends then.
pub fn window(end: DateTime<Utc>, version: &program_version::Model) -> Window {
    let months = |count: Option<i32>| count.and_then(|count| u32::try_from(count).ok()).map(Months::new);
    Window {
        opens_at: months(version.renewal_opens_months_before).and_then(|count| end.checked_sub_months(count)),
        closes_at: months(version.renewal_closes_months_after)
            .and_then(|count| end.checked_add_months(count)),
    }
}

/// Whether a credential stands and ends within 90 days.
pub fn is_expiring(row: &credential::Model, now: DateTime<Utc>) -> bool {
    let soon = |end: DateTime<Utc>| end >= now && end - now <= TimeDelta::days(EXPIRING_DAYS);
    row.status == CredentialStatus::Active && row.valid_until.is_some_and(soon)
}
