//! Whether a document follows the model of its kind.

use super::list;
use super::report::{CheckName, Checks};
use crate::model::{self, DocumentKind};
use serde_json::Value;

const CREDENTIALS_V1: &str = "https://www.w3.org/2018/credentials/v1";

pub(super) fn check(document: &Value, checks: &mut Checks) {
    if list(document, "@context").first().is_some_and(|first| first == CREDENTIALS_V1) {
        checks.undecided(
            CheckName::Structure,
            "the document is written for Verifiable Credentials 1.1, which is not checked here",
        );
        return;
    }
    let problems = model::problems(document);
    if !problems.is_empty() {
        checks.failed(CheckName::Structure, problems.join("; "));
        return;
    }
    let kind = match model::kind(document) {
        DocumentKind::Achievement => "an Open Badges AchievementCredential",
        DocumentKind::Endorsement => "an Open Badges EndorsementCredential",
        DocumentKind::Record => "a 1EdTech learner record (ClrCredential)",
        DocumentKind::Other => "a verifiable credential; what its subject claims follows no model known here",
    };
    checks.passed(CheckName::Structure, format!("the document is {kind}"));
}
