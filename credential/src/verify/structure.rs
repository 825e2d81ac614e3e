//! Whether a document follows the model of its kind.

use super::list;
use super::reason::Reason;
use super::report::{CheckName, Checks};
use crate::model::{self, DocumentKind};
use serde_json::Value;

const CREDENTIALS_V1: &str = "https://www.w3.org/2018/credentials/v1";

pub(super) fn check(document: &Value, checks: &mut Checks) {
    if list(document, "@context").first().is_some_and(|first| first == CREDENTIALS_V1) {
        checks.undecided(CheckName::Structure, Reason::OldModel);
        return;
    }
    let problems = model::problems(document);
    if !problems.is_empty() {
        checks.failed(CheckName::Structure, problems.join("; "));
        return;
    }
    let kind = match model::kind(document) {
        DocumentKind::Achievement => Reason::AchievementCredential,
        DocumentKind::Endorsement => Reason::EndorsementCredential,
        DocumentKind::Record => Reason::LearnerRecord,
        DocumentKind::Other => Reason::OtherCredential,
    };
    checks.passed(CheckName::Structure, kind);
}
