//! Enrollments, their progress and the events behind it; the staff of cohorts.

use super::text_enum;

text_enum! {
    /// What a person does for a cohort.
    pub enum StaffRole {
        /// Stored as `instructor`.
        Instructor,
        /// Stored as `assessor`.
        Assessor,
    }
}

text_enum! {
    /// Where an enrollment stands.
    pub enum EnrollmentStatus {
        /// Stored as `pending`.
        Pending,
        /// Stored as `waitlisted`.
        Waitlisted,
        /// Stored as `active`.
        Active,
        /// Stored as `completed`.
        Completed,
        /// Stored as `withdrawn`.
        Withdrawn,
        /// Stored as `failed`.
        Failed,
        /// Stored as `expired`.
        Expired,
    }
}

text_enum! {
    /// Where one component of an enrollment stands.
    pub enum ComponentState {
        /// Stored as `not_started`.
        NotStarted,
        /// Stored as `in_progress`.
        InProgress,
        /// Stored as `completed`.
        Completed,
        /// Stored as `waived`.
        Waived,
    }
}

text_enum! {
    /// What a learning event states.
    pub enum EventType {
        /// Stored as `started`.
        Started,
        /// Stored as `progressed`.
        Progressed,
        /// Stored as `completed`.
        Completed,
        /// Stored as `scored`.
        Scored,
        /// Stored as `voided`.
        Voided,
    }
}

text_enum! {
    /// What a stored learning event did.
    pub enum EventOutcome {
        /// Stored as `applied`.
        Applied,
        /// Stored as `stale`.
        Stale,
    }
}

text_enum! {
    /// What of an enrollment was changed.
    pub enum EnrollmentChangeKind {
        /// Stored as `status`.
        Status,
        /// Stored as `track`.
        Track,
        /// Stored as `cohort`.
        Cohort,
        /// Stored as `version`.
        Version,
        /// Stored as `prerequisites`.
        Prerequisites,
    }
}
