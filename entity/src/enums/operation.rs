//! What runs in bulk, and who acted.

use super::text_enum;

text_enum! {
    /// What a bulk operation does.
    pub enum BulkKind {
        /// Stored as `issue_credentials`.
        IssueCredentials,
        /// Stored as `export`.
        Export,
        /// Stored as `move_enrollments`.
        MoveEnrollments,
        /// Stored as `import`.
        Import,
    }
}

text_enum! {
    /// What a bulk operation is about, which settles who may see it.
    pub enum BulkSubject {
        /// Stored as `credentials`.
        Credentials,
        /// Stored as `enrollments`.
        Enrollments,
        /// Stored as `attempts`.
        Attempts,
        /// Stored as `completions`.
        Completions,
        /// Stored as `learners`.
        Learners,
        /// Stored as `events`.
        Events,
    }
}

text_enum! {
    /// Where a bulk operation stands.
    pub enum BulkStatus {
        /// Stored as `queued`.
        Queued,
        /// Stored as `running`.
        Running,
        /// Stored as `succeeded`.
        Succeeded,
        /// Stored as `failed`.
        Failed,
        /// Stored as `cancelled`.
        Cancelled,
    }
}

text_enum! {
    /// What became of a row of a bulk operation.
    pub enum BulkOutcome {
        /// Stored as `issued`.
        Issued,
        /// Stored as `already_issued`.
        AlreadyIssued,
        /// Stored as `not_eligible`.
        NotEligible,
        /// Stored as `moved`.
        Moved,
        /// Stored as `created`.
        Created,
        /// Stored as `updated`.
        Updated,
        /// Stored as `unchanged`.
        Unchanged,
        /// Stored as `failed`.
        Failed,
    }
}

text_enum! {
    /// What acted.
    pub enum ActorKind {
        /// Stored as `anonymous`.
        Anonymous,
        /// Stored as `person`.
        Person,
        /// Stored as `api_key`.
        ApiKey,
        /// Stored as `system`.
        System,
    }
}
