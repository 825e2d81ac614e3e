//! Who may be issued to: whoever has completed, by grades that still stand and are not in doubt, on a track that leads to awards, with identity checked where the track
//! asks for it.

use cairn_entity::enums::{EnrollmentStatus, RegradePolicy};
use cairn_entity::{enrollment, learner, program_version};
use serde_json::Value;

use crate::error::{UserError, UserErrorCode};

/// Why nothing can be issued for an enrollment, if so.
pub fn refusal(
    enrollment: &enrollment::Model,
    learner: &learner::Model,
    version: &program_version::Model,
) -> Option<UserError> {
    let no = |message: &str| Some(UserError::at("", UserErrorCode::NotEligible, message));
    if let Some(error) = in_doubt(enrollment) {
        return Some(error);
    }
    if enrollment.status != EnrollmentStatus::Completed {
        return no("the enrollment is not completed");
    }
    if is_unsupported(enrollment, version) {
        return no("a changed grade no longer satisfies the completion rule");
    }
    if learner.erased_at.is_some() {
        return no("the learner was erased");
    }
    let track = enrollment.track.as_deref().and_then(|code| track(version, code));
    let says = |name: &str, default: bool| {
        track.and_then(|track| track.get(name)).and_then(Value::as_bool).unwrap_or(default)
    };
    if !says("leadsToAwards", true) {
        return no("the enrollment's track leads to no award");
    }
    if says("identityCheckRequired", false) && enrollment.identity_verified_at.is_none() {
        return no("the track asks for a check of identity, which is missing");
    }
    None
}

/// Why nothing is awarded while, or because, what it rests on is in doubt.
pub fn in_doubt(enrollment: &enrollment::Model) -> Option<UserError> {
    enrollment.held_since?;
    Some(match enrollment.unsupported_since {
        Some(_) => {
            let message = "what this award rests on was looked into, and no longer counts";
            UserError::at("", UserErrorCode::NotEligible, message)
        }
        None => {
            let message = "what this award rests on is being looked into";
            UserError::at("", UserErrorCode::UnderReview, message)
        }
    })
}

/// Whether the grades no longer support a completion, and the program says that this counts. Where it keeps what was issued, it issues, too.
pub fn is_unsupported(enrollment: &enrollment::Model, version: &program_version::Model) -> bool {
    enrollment.unsupported_since.is_some() && version.on_regrade != RegradePolicy::Keep
}

fn track<'a>(version: &'a program_version::Model, code: &str) -> Option<&'a Value> {
    version.tracks.as_array()?.iter().find(|track| track.get("code").and_then(Value::as_str) == Some(code))
}
