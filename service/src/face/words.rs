//! The words of certificates. Each is a whole text of its own, never part of a sentence that code puts together, so that it can be said in any language.

use chrono::NaiveDate;

/// The language of these words (BCP 47).
pub const LANGUAGE: &str = "en";

/// At the top of a certificate.
pub const HEADING: &str = "Certificate";
/// Before the holder's name.
pub const INTRODUCTION: &str = "This certifies that";
/// Between the holder's name and the title.
pub const STATEMENT: &str = "has been awarded";
/// In place of a name that the credential does not state.
pub const UNNAMED: &str = "A learner whose name is not stated";
/// Beside the QR code.
pub const CHECK: &str = "Scan to see whether this still stands";
/// What the QR code leads to.
pub const CODE: &str = "The page of this credential, which checks it whenever it is opened";
/// What is attached.
pub const ATTACHMENT: &str = "The signed credential (Open Badges 3.0), for any verifier or wallet";

/// The label of the day from which it holds.
pub const AWARDED: &str = "Awarded";
/// The label of the day until which it holds.
pub const VALID_UNTIL: &str = "Valid until";
/// The label of its level.
pub const LEVEL: &str = "Level";
/// The label of its credit.
pub const CREDIT: &str = "Credit";
/// The label of its workload.
pub const WORKLOAD: &str = "Workload";

/// A day, as it is written in running text.
pub fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// Said of a revoked credential.
pub fn revoked(on: Option<NaiveDate>) -> String {
    match on {
        Some(on) => format!("This credential was revoked on {}. It no longer certifies anything.", day(on)),
        None => "This credential was revoked. It no longer certifies anything.".to_owned(),
    }
}

/// Said of a suspended credential.
pub const SUSPENDED: &str = "This credential is suspended for now. Its page tells whether it stands again.";

/// Said of an expired credential.
pub fn expired(on: Option<NaiveDate>) -> String {
    match on {
        Some(on) => format!("This credential was valid until {}.", day(on)),
        None => "This credential is no longer valid.".to_owned(),
    }
}
