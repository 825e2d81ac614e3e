//! Assessments and attempts at them.

use super::text_enum;

text_enum! {
    /// What an assessment is.
    pub enum AssessmentKind {
        /// Stored as `quiz`.
        Quiz,
        /// Stored as `exam`.
        Exam,
        /// Stored as `project`.
        Project,
        /// Stored as `portfolio`.
        Portfolio,
        /// Stored as `practical_task`.
        PracticalTask,
        /// Stored as `peer_review`.
        PeerReview,
        /// Stored as `assignment`.
        Assignment,
    }
}

text_enum! {
    /// How those who are assessed are supervised, the weakest first.
    pub enum Supervision {
        /// Stored as `none`.
        None,
        /// Stored as `proctored`.
        Proctored,
        /// Stored as `on_site`.
        OnSite,
    }
}

text_enum! {
    /// How identity is checked at an assessment, the weakest first.
    pub enum IdentityCheck {
        /// Stored as `none`.
        None,
        /// Stored as `account`.
        Account,
        /// Stored as `document`.
        Document,
        /// Stored as `in_person`.
        InPerson,
    }
}

text_enum! {
    /// Who or what grades.
    pub enum GradingMode {
        /// Stored as `automated`.
        Automated,
        /// Stored as `expert`.
        Expert,
        /// Stored as `peer`.
        Peer,
    }
}

text_enum! {
    /// Where an attempt stands.
    pub enum AttemptStatus {
        /// Stored as `submitted`.
        Submitted,
        /// Stored as `graded`.
        Graded,
        /// Stored as `returned`.
        Returned,
        /// Stored as `voided`.
        Voided,
        /// Stored as `started`.
        Started,
    }
}

text_enum! {
    /// How a question is answered.
    pub enum QuestionKind {
        /// Stored as `single_choice`.
        SingleChoice,
        /// Stored as `multiple_choice`.
        MultipleChoice,
        /// Stored as `numeric`.
        Numeric,
        /// Stored as `short_answer`.
        ShortAnswer,
    }
}

text_enum! {
    /// As what one of several graders judges.
    pub enum ReviewKind {
        /// Stored as `expert`.
        Expert,
        /// Stored as `peer`.
        Peer,
        /// Stored as `moderator`.
        Moderator,
    }
}

text_enum! {
    /// Where the judgement of one of several graders stands.
    pub enum ReviewStatus {
        /// Stored as `assigned`.
        Assigned,
        /// Stored as `submitted`.
        Submitted,
    }
}

text_enum! {
    /// Where an appeal stands.
    pub enum AppealStatus {
        /// Stored as `open`.
        Open,
        /// Stored as `upheld`.
        Upheld,
        /// Stored as `changed`.
        Changed,
    }
}

text_enum! {
    /// What is in doubt about the integrity of work.
    pub enum IntegrityCategory {
        /// Stored as `plagiarism`.
        Plagiarism,
        /// Stored as `collusion`.
        Collusion,
        /// Stored as `impersonation`.
        Impersonation,
        /// Stored as `misconduct`.
        Misconduct,
        /// Stored as `other`.
        Other,
    }
}

text_enum! {
    /// Where a flag stands.
    pub enum FlagStatus {
        /// Stored as `open`.
        Open,
        /// Stored as `dismissed`.
        Dismissed,
        /// Stored as `upheld`.
        Upheld,
    }
}
