//! What is dear in this schema, for the transport that prices requests by its types.

use cairn_service::page;

use crate::http::graphql::cost::Tariff;

/// Figures that the database makes of all rows of an issuer, whatever is selected of them.
const FIGURES: u64 = 50;
/// Keys and status lists that are fetched from others, and documents of theirs that may be made to be slow.
const FETCHED: u64 = 100;

/// The prices of this schema.
pub fn tariff() -> Tariff {
    Tariff {
        page: page::DEFAULT,
        largest_page: page::LARGEST,
        dear: &[
            ("assessmentStatistics", FIGURES),
            ("completions", FIGURES),
            ("programFunnel", FIGURES),
            ("timeToComplete", FIGURES),
            ("verifyCredential", FETCHED),
        ],
        ..Tariff::default()
    }
}
