//! What rows of each kind say: the members that a file may have, and the row that the command takes. Things are named by the sender's own ids.

use cairn_entity::enums::EventType;

use super::fields::Fields;
use super::sheet::Members;
use crate::attempt::NewResult;
use crate::enrollment::EnrollmentRow;
use crate::error::UserError;
use crate::learner::LearnerRow;
use crate::patch::Patch;
use crate::progress::NewEvent;
use crate::reference::Reference;

/// A row, or what is wrong with it.
pub type Read<T> = Result<T, Vec<UserError>>;

/// Members of a learner.
pub const LEARNER: [&str; 7] = ["externalId", "name", "givenName", "familyName", "email", "language", "did"];

/// A learner.
pub fn learner(members: Members) -> Read<LearnerRow> {
    let mut fields = Fields::of(members);
    let row = LearnerRow {
        external_id: fields.required("externalId"),
        name: fields.patch("name"),
        given_name: fields.patch("givenName"),
        family_name: fields.patch("familyName"),
        email: fields.patch("email"),
        language: fields.patch("language"),
        did: fields.patch("did"),
    };
    fields.done(row)
}

/// Members of an enrollment.
pub const ENROLLMENT: [&str; 11] = [
    "externalId",
    "learnerExternalId",
    "programExternalId",
    "cohortExternalId",
    "track",
    "status",
    "statusAt",
    "enrolledAt",
    "startedAt",
    "endsAt",
    "identityVerifiedAt",
];

/// An enrollment.
pub fn enrollment(members: Members) -> Read<EnrollmentRow> {
    let mut fields = Fields::of(members);
    let row = EnrollmentRow {
        external_id: fields.text("externalId"),
        learner: Reference::ExternalId(fields.required("learnerExternalId")),
        program: Reference::ExternalId(fields.required("programExternalId")),
        cohort: match fields.patch("cohortExternalId") {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(id) => Patch::Set(Reference::ExternalId(id)),
        },
        track: fields.patch("track"),
        status: fields.word("status"),
        status_at: fields.moment("statusAt"),
        enrolled_at: fields.moment("enrolledAt"),
        started_at: fields.moment_patch("startedAt"),
        ends_at: fields.moment_patch("endsAt"),
        identity_verified_at: fields.moment_patch("identityVerifiedAt"),
    };
    fields.done(row)
}

/// Members of a result.
pub const RESULT: [&str; 12] = [
    "externalId",
    "enrollmentExternalId",
    "learnerExternalId",
    "programExternalId",
    "cohortExternalId",
    "assessmentExternalId",
    "score",
    "maxScore",
    "attemptNumber",
    "submittedAt",
    "gradedAt",
    "feedback",
];

/// A result.
pub fn result(members: Members) -> Read<NewResult> {
    let mut fields = Fields::of(members);
    let row = NewResult {
        external_id: fields.text("externalId"),
        enrollment: fields.enrollment(),
        assessment: Reference::ExternalId(fields.required("assessmentExternalId")),
        score: fields.required_number("score"),
        max_score: fields.number("maxScore"),
        attempt_number: fields.whole("attemptNumber"),
        submitted_at: fields.moment("submittedAt"),
        graded_at: fields.moment("gradedAt"),
        feedback: fields.patch("feedback"),
        observed: None,
    };
    fields.done(row)
}

/// Members of a learning event.
pub const EVENT: [&str; 13] = [
    "eventId",
    "type",
    "enrollmentExternalId",
    "learnerExternalId",
    "programExternalId",
    "cohortExternalId",
    "component",
    "assessmentExternalId",
    "occurredAt",
    "percent",
    "score",
    "maxScore",
    "corrects",
];

/// A learning event.
pub fn event(members: Members) -> Read<NewEvent> {
    let mut fields = Fields::of(members);
    let row = NewEvent {
        event_id: fields.required("eventId"),
        kind: fields.required_word("type", EventType::Started),
        enrollment: fields.enrollment(),
        component: fields.text("component"),
        assessment: fields.reference("assessmentExternalId"),
        occurred_at: fields.required_moment("occurredAt"),
        percent: fields.number("percent"),
        score: fields.number("score"),
        max_score: fields.number("maxScore"),
        corrects: fields.text("corrects"),
    };
    fields.done(row)
}
