//! Claims of prior learning.

use super::text_enum;

text_enum! {
    /// Where a claim of prior learning stands.
    pub enum PriorClaimStatus {
        /// Stored as `draft`.
        Draft,
        /// Stored as `submitted`.
        Submitted,
        /// Stored as `under_review`.
        UnderReview,
        /// Stored as `more_evidence`.
        MoreEvidence,
        /// Stored as `granted`.
        Granted,
        /// Stored as `partly_granted`.
        PartlyGranted,
        /// Stored as `refused`.
        Refused,
        /// Stored as `withdrawn`.
        Withdrawn,
        /// Stored as `taken_back`.
        TakenBack,
    }
}

text_enum! {
    /// What was judged of a part of a claim.
    pub enum PriorVerdict {
        /// Stored as `granted`.
        Granted,
        /// Stored as `refused`.
        Refused,
        /// Stored as `more_evidence`.
        MoreEvidence,
    }
}
