//! Enumerations of the schema, each mapped one to one to a stored or derived value of the service.

use async_graphql::Enum;
use cairn_service::actor;
use cairn_service::rows::enums as stored;

macro_rules! mirrored {
    ($(#[$doc:meta])* $name:ident of $remote:literal { $($(#[$vdoc:meta])* $value:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[graphql(remote = $remote)]
        pub enum $name { $($(#[$vdoc])* $value),* }
    };
}

mirrored! {
    /// The kind of organization that an issuer is.
    IssuerKind of "stored::IssuerKind" {
        /// A university.
        University,
        /// A college.
        College,
        /// A training provider.
        TrainingProvider,
        /// A learning platform.
        LearningPlatform,
        /// A company.
        Company,
        /// A professional body.
        ProfessionalBody,
        /// A government body.
        GovernmentBody,
    }
}
mirrored! {
    /// A size of paper.
    Paper of "stored::Paper" {
        /// 210 by 297 millimeters.
        #[graphql(name = "A4")]
        A4,
        /// 8.5 by 11 inches.
        Letter,
    }
}
mirrored! {
    /// Where a signing key stands.
    SigningKeyStatus of "stored::KeyStatus" {
        /// Signs.
        Active,
        /// Signs no more; still verifies.
        Retired,
        /// Signs no more; what it signed from a moment on is not to be trusted.
        Compromised,
    }
}
mirrored! {
    /// The kind of a signing key, which settles what it signs.
    SigningKeyAlgorithm of "stored::KeyAlgorithm" {
        /// Ed25519: credentials, status lists, endorsements and EdDSA tokens.
        #[graphql(name = "ED25519")]
        Ed25519,
        /// ECDSA on P-256: ES256 tokens, for verifiers that refuse EdDSA.
        #[graphql(name = "P256")]
        P256,
    }
}
/// Who keeps the secret part of a signing key.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SigningKeyCustody {
    /// This server, encrypted under its master key.
    Server,
    /// The external signer, which never hands it out.
    External,
}
/// Who is meant to read a token.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JwtProfile {
    /// Verifiers of Open Badges 3.0: `typ: JWT`, registered claims, the key in the header.
    OpenBadges,
    /// Verifiers of VC-JOSE-COSE: `typ: vc+jwt`, the credential alone, the key by its identifier.
    VcJose,
}
/// How a token is signed.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JwtAlgorithm {
    /// Ed25519.
    Eddsa,
    /// ECDSA on P-256 with SHA-256, for verifiers that refuse EdDSA.
    #[graphql(name = "ES256")]
    Es256,
}
mirrored! {
    /// Where a program version stands.
    ProgramStatus of "stored::ProgramStatus" {
        /// Being written; only its issuer sees it.
        Draft,
        /// Frozen and open to the public.
        Published,
        /// No longer offered; what was earned still stands.
        Retired,
    }
}
mirrored! {
    /// How a program is taken part in.
    DeliveryMode of "stored::DeliveryMode" {
        /// All online.
        Online,
        /// All on site.
        OnSite,
        /// Some of both.
        Blended,
        /// In the workplace.
        WorkBased,
    }
}
mirrored! {
    /// What a program can give.
    AwardKind of "stored::AwardKind" {
        /// A signed credential.
        Credential,
        /// Credit in a scheme.
        Credits,
        /// A voucher with an expiry of its own, used once.
        Voucher,
    }
}
mirrored! {
    /// What a party does for a program.
    PartyRole of "stored::PartyRole" {
        /// Offers it to learners.
        Offers,
        /// Answers for the award.
        Awards,
        /// Assesses.
        Assesses,
        /// Accredits.
        Accredits,
        /// Hosts the learning.
        Hosts,
        /// Takes part otherwise.
        Partners,
    }
}
mirrored! {
    /// What an assessment is.
    AssessmentKind of "stored::AssessmentKind" {
        /// A quiz.
        Quiz,
        /// An exam.
        Exam,
        /// A project.
        Project,
        /// A portfolio.
        Portfolio,
        /// A practical task.
        PracticalTask,
        /// A peer review.
        PeerReview,
        /// An assignment.
        Assignment,
    }
}
mirrored! {
    /// How those who are assessed are supervised.
    Supervision of "stored::Supervision" {
        /// Nobody watches.
        None,
        /// Watched remotely.
        Proctored,
        /// Watched on site.
        OnSite,
    }
}
mirrored! {
    /// How identity is checked at an assessment.
    IdentityCheck of "stored::IdentityCheck" {
        /// Not at all.
        None,
        /// By the account that signed in.
        Account,
        /// By an official document.
        Document,
        /// In person.
        InPerson,
    }
}
mirrored! {
    /// Who or what grades.
    GradingMode of "stored::GradingMode" {
        /// A machine.
        Automated,
        /// An expert.
        Expert,
        /// Peers.
        Peer,
    }
}
mirrored! {
    /// What a person does for a cohort.
    StaffRole of "stored::StaffRole" {
        /// Teaches: sees the roster, records results, grades.
        Instructor,
        /// Assesses: sees attempts, grades.
        Assessor,
    }
}
mirrored! {
    /// Where an enrollment stands.
    EnrollmentStatus of "stored::EnrollmentStatus" {
        /// Made, not begun.
        Pending,
        /// Waiting for a place.
        Waitlisted,
        /// Under way.
        Active,
        /// The completion rule is satisfied.
        Completed,
        /// Given up.
        Withdrawn,
        /// Ended without success.
        Failed,
        /// Ran out of time.
        Expired,
    }
}
mirrored! {
    /// Where one component of an enrollment stands.
    ComponentState of "stored::ComponentState" {
        /// Not begun.
        NotStarted,
        /// Begun.
        InProgress,
        /// Done.
        Completed,
        /// Skipped: already mastered.
        Waived,
    }
}
mirrored! {
    /// Where an attempt stands.
    AttemptStatus of "stored::AttemptStatus" {
        /// Handed in; waits for a grade.
        Submitted,
        /// Graded.
        Graded,
        /// Given back: requires changes.
        Returned,
        /// Taken out; does not count.
        Voided,
        /// Begun and not handed in yet.
        Started,
    }
}
mirrored! {
    /// As what one of several graders judges.
    ReviewKind of "stored::ReviewKind" {
        /// As staff.
        Expert,
        /// As a fellow learner.
        Peer,
        /// As the one who decides where the others are too far apart.
        Moderator,
    }
}
mirrored! {
    /// Where the judgement of one of several graders stands.
    ReviewStatus of "stored::ReviewStatus" {
        /// Asked for.
        Assigned,
        /// Handed in.
        Submitted,
    }
}
mirrored! {
    /// Where an appeal stands.
    AppealStatus of "stored::AppealStatus" {
        /// Nobody has decided yet.
        Open,
        /// The grade was upheld.
        Upheld,
        /// The grade was changed.
        Changed,
    }
}
mirrored! {
    /// What is in doubt about the integrity of work.
    IntegrityCategory of "stored::IntegrityCategory" {
        /// Work of others is given out as one's own.
        Plagiarism,
        /// Work was done together that was to be done alone.
        Collusion,
        /// Somebody else did it.
        Impersonation,
        /// Rules of conduct were broken.
        Misconduct,
        /// Something else.
        Other,
    }
}
mirrored! {
    /// Where a flag stands.
    FlagStatus of "stored::FlagStatus" {
        /// It is being looked into.
        Open,
        /// The doubt was not right.
        Dismissed,
        /// The doubt was right.
        Upheld,
    }
}
mirrored! {
    /// What becomes of issued credentials while what they rest on is in doubt.
    IntegrityFlagPolicy of "stored::FlagPolicy" {
        /// They stand.
        Keep,
        /// They are suspended, and reinstated when the doubt is gone.
        Suspend,
    }
}
mirrored! {
    /// How the points of several graders become one score.
    ScoreCombination of "cairn_service::attempt::Combination" {
        /// Their mean.
        Mean,
        /// The most.
        Highest,
        /// The fewest: it passes only where each judgement does.
        Lowest,
    }
}
mirrored! {
    /// How a question is answered.
    QuestionKind of "stored::QuestionKind" {
        /// By one choice.
        SingleChoice,
        /// By several choices.
        MultipleChoice,
        /// By a number.
        Numeric,
        /// By a short text.
        ShortAnswer,
    }
}
mirrored! {
    /// Why a component is done.
    ProgressSource of "cairn_service::completion::Source" {
        /// It was learned here.
        Learned,
        /// An assessment showed that nothing of it needs to be learned.
        Assessed,
        /// It was recognized as learned before.
        Recognized,
    }
}
mirrored! {
    /// Where a claim of prior learning stands.
    PriorLearningStatus of "stored::PriorClaimStatus" {
        /// Not handed in yet.
        Draft,
        /// Handed in.
        Submitted,
        /// An assessor looks at it.
        UnderReview,
        /// Given back: more evidence is asked for.
        MoreEvidence,
        /// Granted in whole.
        Granted,
        /// Granted in part.
        PartlyGranted,
        /// Refused in whole.
        Refused,
        /// Withdrawn by whoever made it.
        Withdrawn,
        /// Granted once; nothing of it is recognized any more.
        TakenBack,
    }
}
mirrored! {
    /// What was judged of a part of a claim of prior learning.
    PriorLearningVerdict of "stored::PriorVerdict" {
        /// It was learned before, and counts.
        Granted,
        /// It does not count.
        Refused,
        /// More evidence is asked for.
        MoreEvidence,
    }
}
mirrored! {
    /// What became of a learning event.
    EventOutcome of "cairn_service::progress::EventOutcome" {
        /// Counted.
        Applied,
        /// Seen before: same id, same content.
        Duplicate,
        /// Says nothing that was not known; kept, without effect.
        Stale,
        /// Refused; see its errors. Not kept, so that it can be mended and sent again.
        Rejected,
    }
}
mirrored! {
    /// Who may see a credential's page.
    Visibility of "stored::Visibility" {
        /// Only the holder and the issuer.
        Private,
        /// Whoever has the link.
        Unlisted,
        /// Everyone.
        Public,
    }
}
mirrored! {
    /// Why a credential was revoked.
    RevocationReason of "stored::RevocationReason" {
        /// Given by mistake.
        IssuedInError,
        /// Misconduct.
        Misconduct,
        /// A newer one takes its place.
        Superseded,
        /// The holder asked.
        HolderRequest,
        /// Another reason.
        Other,
    }
}
mirrored! {
    /// From when a renewed credential holds.
    RenewalStart of "stored::RenewalStart" {
        /// From the moment of the renewal.
        Renewal,
        /// From the end of the one that it renews.
        OldEnd,
    }
}
mirrored! {
    /// What becomes of a credential that a changed grade no longer supports. Each is in the audit log and told to those who listen.
    RegradePolicy of "stored::RegradePolicy" {
        /// It stands.
        Keep,
        /// It is suspended, until somebody reinstates or revokes it.
        Suspend,
        /// It is revoked.
        Revoke,
    }
}
mirrored! {
    /// What a bulk operation does.
    BulkOperationKind of "stored::BulkKind" {
        /// Issues credentials.
        IssueCredentials,
        /// Writes a file.
        Export,
        /// Moves enrollments to another version of their program.
        MoveEnrollments,
        /// Takes in the rows of a file.
        Import,
    }
}
mirrored! {
    /// Where a bulk operation stands.
    BulkOperationStatus of "stored::BulkStatus" {
        /// Waits.
        Queued,
        /// Runs.
        Running,
        /// Ended.
        Succeeded,
        /// Ended by a fault.
        Failed,
        /// Stopped by request.
        Cancelled,
    }
}
mirrored! {
    /// What became of a row of a bulk operation.
    BulkRowOutcome of "stored::BulkOutcome" {
        /// A credential was issued.
        Issued,
        /// There was one already.
        AlreadyIssued,
        /// The rule is not satisfied.
        NotEligible,
        /// An enrollment was moved.
        Moved,
        /// Something was made, or an event counted.
        Created,
        /// Something was changed.
        Updated,
        /// It was so already.
        Unchanged,
        /// Refused; see its errors.
        Failed,
    }
}
mirrored! {
    /// A role that a JWT grants.
    Role of "actor::Role" {
        /// Learner.
        Learner,
        /// Instructor.
        Instructor,
        /// Assessor.
        Assessor,
        /// Administrator of an issuer.
        IssuerAdmin,
        /// Analyst.
        Analyst,
        /// Operator.
        Operator,
    }
}
mirrored! {
    /// What an API key may do; each value is the scope of the same name, `PROGRAMS_READ` for `programs:read`.
    Scope of "actor::Scope" {
        /// `programs:read`: read programs, drafts included.
        ProgramsRead,
        /// `programs:write`: write programs and cohorts.
        ProgramsWrite,
        /// `learners:read`: read learners.
        LearnersRead,
        /// `learners:write`: write learners.
        LearnersWrite,
        /// `enrollments:read`: read enrollments, progress and attempts.
        EnrollmentsRead,
        /// `enrollments:write`: write enrollments.
        EnrollmentsWrite,
        /// `progress:write`: write learning events and results.
        ProgressWrite,
        /// `assessments:grade`: grade attempts.
        AssessmentsGrade,
        /// `credentials:read`: read credentials.
        CredentialsRead,
        /// `credentials:issue`: issue credentials.
        CredentialsIssue,
        /// `vouchers:redeem`: redeem vouchers.
        VouchersRedeem,
        /// `credentials:revoke`: revoke, suspend and reinstate credentials.
        CredentialsRevoke,
        /// `credentials:verify`: verify credentials through the VC API.
        CredentialsVerify,
        /// `vc:sign`: sign what is given through the VC API.
        VcSign,
        /// `analytics:read`: read figures.
        AnalyticsRead,
        /// `webhooks:manage`: manage webhooks.
        WebhooksManage,
        /// `keys:manage`: administer an issuer: what it says of itself, API keys, signing keys and identity providers.
        KeysManage,
        /// `audit:read`: read the audit log.
        AuditRead,
    }
}

/// Where a credential stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CredentialStatus {
    /// Stands.
    Active,
    /// Suspended for now.
    Suspended,
    /// Revoked for good.
    Revoked,
    /// Past its date; derived.
    Expired,
}

/// What became of a row that creates or updates.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[graphql(remote = "cairn_service::bulk::UpsertOutcome")]
pub enum UpsertOutcome {
    /// Made.
    Created,
    /// Changed.
    Updated,
    /// Already so.
    Unchanged,
    /// Refused; see its errors.
    Failed,
}

/// Which way a list runs.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OrderDirection {
    /// Smallest or earliest first.
    #[default]
    Asc,
    /// Largest or latest first.
    Desc,
}

/// What a caller is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViewerKind {
    /// Nobody is signed in.
    Anonymous,
    /// A person, by JWT.
    Person,
    /// A program, by API key.
    ApiKey,
}

mirrored! {
    /// Whether components open one after the other.
    ComponentOrder of "stored::ComponentOrder" {
        /// In any order.
        Free,
        /// One after the other: a component opens once every required one before it is done.
        Sequential,
    }
}
mirrored! {
    /// What of an enrollment was changed.
    EnrollmentChangeKind of "stored::EnrollmentChangeKind" {
        /// Where it stands.
        Status,
        /// Its track, by code.
        Track,
        /// Its cohort, by global id.
        Cohort,
        /// Its version of the program, by global id.
        Version,
        /// It was made although these programs, by global id, were missing that are needed before.
        Prerequisites,
    }
}
mirrored! {
    /// What a webhook tells.
    WebhookEventType of "cairn_service::webhook::EventType" {
        /// A credential was issued; renewed ones and replacements, too.
        CredentialIssued,
        /// A credential was revoked.
        CredentialRevoked,
        /// A credential was suspended.
        CredentialSuspended,
        /// The suspension of a credential was ended.
        CredentialReinstated,
        /// A credential has expired.
        CredentialExpired,
        /// A credential was renewed by another.
        CredentialRenewed,
        /// A credential was replaced by another.
        CredentialReplaced,
        /// An enrollment was made or changed, other than by completion.
        EnrollmentUpdated,
        /// An enrollment was completed.
        EnrollmentCompleted,
        /// The progress of an enrollment changed.
        ProgressUpdated,
        /// An attempt was begun.
        AttemptStarted,
        /// An attempt was handed in.
        AttemptSubmitted,
        /// An attempt was graded, or graded anew.
        AttemptGraded,
        /// An attempt was taken out.
        AttemptVoided,
        /// A bulk operation ended.
        BulkOperationFinished,
        /// Another webhook endpoint was disabled by the server.
        WebhookEndpointDisabled,
        /// A test, sent on demand alone: no endpoint can ask for it.
        Ping,
    }
}
mirrored! {
    /// Where a delivery stands.
    WebhookDeliveryStatus of "stored::WebhookDeliveryStatus" {
        /// Waits for its next try.
        Pending,
        /// Accepted by the receiver.
        Delivered,
        /// Given up.
        Failed,
    }
}
mirrored! {
    /// Why a webhook endpoint is not enabled.
    WebhookDisabledReason of "stored::WebhookDisabledReason" {
        /// Somebody asked for it.
        Requested,
        /// The receiver answered 410: it is there no more.
        Gone,
        /// Nothing reached it for days.
        Failing,
    }
}
mirrored! {
    /// What a notice tells a learner.
    NoticeKind of "stored::NoticeKind" {
        /// They were awarded a credential.
        Awarded,
        /// A credential of theirs was renewed.
        Renewed,
        /// A credential of theirs was replaced by a new one.
        Replaced,
        /// A credential of theirs ends soon.
        Expiring,
        /// A credential of theirs was revoked.
        Revoked,
        /// A credential of theirs was suspended.
        Suspended,
        /// The suspension of a credential of theirs was ended.
        Reinstated,
    }
}
mirrored! {
    /// Where a notice stands.
    NoticeStatus of "stored::NoticeStatus" {
        /// Waits for its next try.
        Pending,
        /// The mail server took it.
        Sent,
        /// Given up.
        Failed,
        /// There was nobody to tell any more, or nothing to tell them.
        Dropped,
    }
}
mirrored! {
    /// Why a notice was not sent.
    NoticeReason of "stored::NoticeReason" {
        /// The mail server will not take it.
        Refused,
        /// The mail server did not take it for three days.
        Unreachable,
        /// The learner has no address.
        NoAddress,
        /// The learner gets no notices of this issuer.
        Unwanted,
        /// The learner was erased.
        Erased,
        /// The credential no longer stands as the notice says.
        Overtaken,
        /// The issuer has switched such notices off.
        SwitchedOff,
    }
}
mirrored! {
    /// Whether a learner gets notices of an issuer.
    NoticeChoice of "stored::NoticeChoice" {
        /// They do, where the issuer has them on.
        Wanted,
        /// The issuer has stopped them.
        StoppedByIssuer,
        /// The learner has stopped them, and alone takes that back.
        StoppedByLearner,
    }
}
