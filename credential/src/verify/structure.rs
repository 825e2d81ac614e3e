//! Whether a document follows the Verifiable Credentials 2.0 data model.

use super::list;
use super::report::{CheckName, Checks};
use crate::context;
use crate::document::is_iri;
use serde_json::Value;

const CREDENTIALS_V1: &str = "https://www.w3.org/2018/credentials/v1";

pub(super) fn check(document: &Value, checks: &mut Checks) {
    let Some(first) = list(document, "@context").first() else {
        checks.failed(CheckName::Structure, "the document has no @context");
        return;
    };
    if first == CREDENTIALS_V1 {
        checks.undecided(
            CheckName::Structure,
            "the document is written for Verifiable Credentials 1.1, which is not checked here",
        );
        return;
    }
    let mut problems = Vec::new();
    if first != context::CREDENTIALS_V2 {
        problems.push(format!("@context does not begin with {}", context::CREDENTIALS_V2));
    }
    if !list(document, "type").iter().any(|kind| kind == "VerifiableCredential") {
        problems.push("type does not include VerifiableCredential".into());
    }
    if document.get("id").is_some_and(|id| !id.as_str().is_some_and(is_iri)) {
        problems.push("id is not an absolute IRI".into());
    }
    if !super::issuer_id(document).is_some_and(is_iri) {
        problems.push("issuer is not an absolute IRI, nor an object with one as id".into());
    }
    let subjects = list(document, "credentialSubject");
    let described = |subject: &Value| subject.as_object().is_some_and(|members| !members.is_empty());
    if subjects.is_empty() || !subjects.iter().all(described) {
        problems.push("credentialSubject is not an object that says something".into());
    }
    if problems.is_empty() {
        checks.passed(CheckName::Structure, "the document follows the data model");
    } else {
        checks.failed(CheckName::Structure, problems.join("; "));
    }
}
