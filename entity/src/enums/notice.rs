//! What learners are told by e-mail, and what becomes of it.

use super::text_enum;

text_enum! {
    /// What a notice tells.
    pub enum NoticeKind {
        /// Stored as `awarded`.
        Awarded,
        /// Stored as `renewed`.
        Renewed,
        /// Stored as `replaced`.
        Replaced,
        /// Stored as `expiring`.
        Expiring,
        /// Stored as `revoked`.
        Revoked,
        /// Stored as `suspended`.
        Suspended,
        /// Stored as `reinstated`.
        Reinstated,
    }
}

text_enum! {
    /// Where a notice stands.
    pub enum NoticeStatus {
        /// Stored as `pending`.
        Pending,
        /// Stored as `sent`.
        Sent,
        /// Stored as `failed`.
        Failed,
        /// Stored as `dropped`.
        Dropped,
    }
}

text_enum! {
    /// Why a notice was not sent.
    pub enum NoticeReason {
        /// Stored as `refused`.
        Refused,
        /// Stored as `unreachable`.
        Unreachable,
        /// Stored as `no_address`.
        NoAddress,
        /// Stored as `unwanted`.
        Unwanted,
        /// Stored as `erased`.
        Erased,
        /// Stored as `overtaken`.
        Overtaken,
        /// Stored as `switched_off`.
        SwitchedOff,
    }
}

text_enum! {
    /// Whether a learner gets notices of an issuer.
    pub enum NoticeChoice {
        /// Stored as `wanted`.
        Wanted,
        /// Stored as `stopped_by_issuer`.
        StoppedByIssuer,
        /// Stored as `stopped_by_learner`.
        StoppedByLearner,
    }
}
