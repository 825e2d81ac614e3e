//! Which status may follow which, when a sender says so.

use cairn_entity::enums::EnrollmentStatus;

/// Whether an enrollment has ended without success, so that the learner may enroll anew at the same place.
pub(super) fn is_over(status: EnrollmentStatus) -> bool {
    matches!(status, EnrollmentStatus::Withdrawn | EnrollmentStatus::Failed | EnrollmentStatus::Expired)
}

/// Whether a row that names an enrollment by learner and place means a new one: it was withdrawn, and now is said to go on.
pub(super) fn begins_anew(status: EnrollmentStatus, said: Option<EnrollmentStatus>) -> bool {
    status == EnrollmentStatus::Withdrawn && said.is_some_and(|said| said != EnrollmentStatus::Withdrawn)
}

/// Why a step is refused; nothing where it may be taken. What is completed stays completed, since awards rest on it; what was under way
/// neither becomes pending again nor waits for a place.
pub(super) fn refusal(from: EnrollmentStatus, to: EnrollmentStatus) -> Option<&'static str> {
    use EnrollmentStatus::{Active, Completed, Pending, Waitlisted};
    match (from, to) {
        (Completed, _) => Some("a completed enrollment stays completed"),
        (Active, Pending | Waitlisted) => {
            Some("an enrollment that is under way does not become pending again")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use EnrollmentStatus::*;

    #[test]
    fn what_is_completed_stays_completed_and_a_withdrawal_may_be_taken_back() {
        for to in [Pending, Waitlisted, Active, Withdrawn, Failed, Expired] {
            assert!(refusal(Completed, to).is_some());
        }
        assert!(refusal(Active, Waitlisted).is_some());
        assert!(refusal(Withdrawn, Active).is_none());
        assert!(refusal(Failed, Completed).is_none());
        assert!(begins_anew(Withdrawn, Some(Active)));
        assert!(!begins_anew(Withdrawn, None));
        assert!(is_over(Expired) && !is_over(Completed));
    }
}
