//! How each operation of the contract is called: by whom and with which variables. Run in this order.

use cairn_service::feed;
use cairn_tests::{Client, World};
use serde_json::{Value, json};

pub use super::case::{Answered, Case, earlier};
use super::steps::steps;

/// Leaves that stay empty, and why.
pub const EMPTY_FOR_A_REASON: &[(&str, &str, &str)] = &[
    (
        "provider/bulk_operation.graphql",
        "node.rows.edges.node.userErrors.field",
        "not being eligible is at no field",
    ),
    ("public/compare_programs.graphql", "nodes.rigor.observed.passRate", OBSERVED),
    ("public/program.graphql", "program.rigor.observed.attemptCount", OBSERVED),
    ("public/program.graphql", "program.rigor.observed.medianDaysToComplete", OBSERVED),
    ("public/program.graphql", "program.rigor.observed.passRate", OBSERVED),
    ("issuer_admin/notices.graphql SendTestNotice", "sendTestNotice.accepted", NO_MAIL),
    ("issuer_admin/notices.graphql SendTestNotice", "sendTestNotice.code", NO_MAIL),
    (
        "public/program.graphql",
        "program.assessments.cohort.id",
        "line items of cohorts come by import: tests/it/oneroster.rs",
    ),
];
const NOTICES: &str = "issuer_admin/notices.graphql";
const NO_MAIL: &str = "no mail server is there: tests/it/mail";
const OBSERVED: &str = "figures of so few learners are withheld";

/// All calls, in an order in which they do not disturb each other.
pub fn cases(world: &World) -> Vec<Case> {
    let mut cases = reading(world);
    cases.extend(learning(world));
    cases.extend(keeping(world));
    cases.extend(providing(world));
    cases.extend(following(world));
    cases.extend(assessing_and_operating(world));
    cases.extend(managing(world));
    cases.extend(steps(world));
    cases.extend(mistaking(world));
    cases
}

/// The calls that only read.
pub fn reading(world: &World) -> Vec<Case> {
    let alpha = &world.alpha;
    let anonymous = Client::anonymous_of(&world.learner);
    let page = json!({ "first": 50 });
    let learner = &world.learner;
    let provider = &alpha.provider;
    let course = json!({ "externalId": "course" });
    let delivered = |n: usize| json!({ "id": alpha.webhook_endpoints[n], "first": 50 });
    let case = |file, operation, client: &Client, variables| Case {
        file,
        operation,
        client: client.clone(),
        variables,
    };
    vec![
        case(
            "public/catalogue.graphql",
            "Catalogue",
            &anonymous,
            json!({ "first": 50, "orderBy": { "field": "TITLE" }, "filter": { "issuerKinds": ["UNIVERSITY"] } }),
        ),
        case(
            "public/compare_programs.graphql",
            "ComparePrograms",
            &anonymous,
            json!({ "ids": alpha.programs }),
        ),
        case("public/program.graphql", "ProgramDetail", &anonymous, json!({ "slug": alpha.slugs[0] })),
        case("public/program.graphql", "ProgramDetail", &anonymous, json!({ "slug": alpha.slugs[2] })),
        case("public/program.graphql", "ProgramDetail", &anonymous, json!({ "slug": alpha.slugs[3] })),
        case(
            "public/verify_credential.graphql",
            "VerifyCredential",
            &anonymous,
            json!({ "input": {
            "credential": { "id": alpha.credentials[0] }, "expectedRecipient": "learner-0@alpha.example" } }),
        ),
        case("learner/viewer.graphql", "Viewer", learner, page.clone()),
        // A person has roles and a key has scopes; together they fill both.
        case("learner/viewer.graphql", "Viewer", provider, page.clone()),
        case("learner/viewer.graphql", "ViewerCredentials", learner, page.clone()),
        case("learner/passport.graphql", "Passport", learner, page.clone()),
        case("learner/passport.graphql", "Portfolio", learner, page.clone()),
        case("learner/passport.graphql", "PassportCredentials", learner, page.clone()),
        case("learner/passport.graphql", "LearnerRecord", learner, json!({ "issuer": { "slug": "alpha" } })),
        case(
            "learner/viewer.graphql",
            "EnrollmentDetail",
            learner,
            json!({ "first": 50, "enrollment": { "externalId": "stack-0" } }),
        ),
        case(
            "learner/viewer.graphql",
            "EnrollmentDetail",
            learner,
            json!({ "first": 50, "enrollment": { "id": alpha.enrollments[0] } }),
        ),
        case(
            "provider/roster.graphql",
            "Roster",
            provider,
            json!({ "first": 50, "program": course, "withTotal": true,
            "orderBy": { "field": "LEARNER_NAME" }, "filter": { "search": "zoë" } }),
        ),
        case(
            "provider/why_not_yet.graphql",
            "WhyNotYet",
            provider,
            json!({ "enrollment": { "learnerInProgram": {
            "learner": { "externalId": "learner-0" }, "program": { "externalId": "stack" } } } }),
        ),
        case(
            "provider/bulk_operation.graphql",
            "BulkOperation",
            provider,
            json!({ "id": alpha.bulk_operation, "first": 50 }),
        ),
        case("provider/credential_documents.graphql", "CredentialDocuments", provider, page.clone()),
        case("provider/webhooks.graphql", "WebhookDeliveries", provider, delivered(0)),
        case("provider/webhooks.graphql", "WebhookDeliveries", provider, delivered(1)),
        case(NOTICES, "NoticeDeliveries", provider, json!({ "slug": "alpha", "first": 50 })),
        case(
            NOTICES,
            "NoticeDeliveries",
            provider,
            json!({ "slug": "alpha", "first": 1, "status": "PENDING" }),
        ),
        case(
            "dashboard/completions.graphql",
            "Completions",
            &world.dashboard,
            json!({ "first": 50, "groupBy": ["PROGRAM", "COHORT", "MONTH", "STATUS", "TRACK", "LEVEL"] }),
        ),
        case(
            "dashboard/outcomes.graphql",
            "ProgramAnalytics",
            &world.dashboard,
            json!({ "program": course }),
        ),
        case(
            "dashboard/outcomes.graphql",
            "ProgramAnalytics",
            &world.dashboard,
            json!({ "program": { "externalId": "open" } }),
        ),
        case(
            "dashboard/credentials.graphql",
            "Credentials",
            &world.dashboard,
            json!({ "first": 50, "withTotal": true }),
        ),
        case("dashboard/export.graphql", "ExportResult", &world.dashboard, json!({ "id": alpha.export })),
        case(
            "dashboard/live.graphql",
            "BulkOperationUpdated",
            &world.dashboard,
            json!({ "id": alpha.bulk_operation }),
        ),
        case(
            "dashboard/live.graphql",
            "CredentialIssued",
            &world.dashboard,
            json!({ "after": feed::cursor(0) }),
        ),
        case(
            "dashboard/live.graphql",
            "ProgressUpdated",
            &world.dashboard,
            json!({ "after": feed::cursor(0) }),
        ),
        case("operator/issuers.graphql", "Issuer", &world.operator, json!({ "slug": "alpha" })),
        case(
            "assessor/grade_attempt.graphql",
            "GradingQueue",
            &world.assessor,
            json!({ "first": 50, "filter": { "statuses": ["SUBMITTED"] }, "orderBy": { "field": "SUBMITTED_AT" } }),
        ),
    ]
}

fn learning(world: &World) -> Vec<Case> {
    let alpha = &world.alpha;
    let learner = &world.learner;
    let case = |file, operation, variables| Case { file, operation, client: learner.clone(), variables };
    vec![
        case(
            "learner/enroll.graphql",
            "Enroll",
            json!({ "input": { "program": { "id": alpha.programs[3] }, "track": "verified" } }),
        ),
        case(
            "learner/submit_attempt.graphql",
            "SubmitAttempt",
            json!({ "input": { "enrollment": { "id": alpha.enrollments[0] },
            "assessment": { "externalId": "project" },
            "evidence": [{ "name": "Report", "url": "https://work.example/2", "description": "The whole" }] } }),
        ),
        case(
            "learner/share_credential.graphql",
            "ShareCredential",
            json!({ "input": {
            "credential": { "id": alpha.credentials[0] }, "visibility": "PUBLIC" } }),
        ),
        case(
            "learner/withdraw.graphql",
            "Withdraw",
            json!({ "input": { "reason": "No time",
            "enrollment": { "learnerInProgram": { "learner": { "externalId": "learner-0" }, "program": { "id": alpha.programs[3] } } } } }),
        ),
    ]
}

/// What learners keep, and what they show; and what they get wrong with it.
fn keeping(world: &World) -> Vec<Case> {
    let case = |operation, input: Value| Case {
        file: "learner/passport.graphql",
        operation,
        client: world.learner.clone(),
        variables: json!({ "input": input }),
    };
    let credential = json!({ "id": world.alpha.credentials[0] });
    let nothing = json!("ptf_nothing");
    let digest = cairn_credential::multihash::sha256(b"a poster");
    vec![
        case(
            "CreatePortfolioProject",
            json!({ "title": "A poster", "credentials": [credential], "skills": [{ "uri": cairn_tests::SKILLS[0] }],
                "files": [{ "name": "poster.pdf", "mediaType": "application/pdf", "size": 1_024, "digest": digest }] }),
        ),
        case("CreatePortfolioProject", json!({ "title": "" })),
        case(
            "UpdatePortfolioProject",
            json!({ "project": world.projects[0], "title": "The dashboard", "outcomes": null }),
        ),
        case("UpdatePortfolioProject", json!({ "project": nothing })),
        case("DeletePortfolioProject", json!({ "project": world.projects[2] })),
        case("DeletePortfolioProject", json!({ "project": nothing })),
        case(
            "SharePassport",
            json!({ "visibility": "PUBLIC", "expiresAt": "2098-01-01T00:00:00Z", "credentials": [credential], "newLink": true }),
        ),
        case("SharePassport", json!({ "visibility": "PRIVATE", "expiresAt": "2098-01-01T00:00:00Z" })),
        case("ChooseCredentialResults", json!({ "credential": credential, "results": [] })),
        case("ChooseCredentialResults", json!({ "credential": { "id": "crd_nothing" } })),
    ]
}

fn providing(world: &World) -> Vec<Case> {
    let alpha = &world.alpha;
    let case =
        |file, operation, variables| Case { file, operation, client: alpha.provider.clone(), variables };
    let mut program = cairn_tests::full_program("new", "A new program", "alpha");
    let nested = json!({ "item": { "program": { "externalId": "course" } } });
    if let Some(components) = program["components"].as_array_mut() {
        components.push(nested);
    }
    // A bad row beside the good ones fills the errors.
    let bulk = |rows: Vec<Value>| json!({ "input": { "rows": rows } });
    vec![
        case("provider/upsert_program.graphql", "UpsertProgram", json!({ "input": program })),
        case(
            "provider/upsert_program.graphql",
            "UpsertProgram",
            json!({ "input": { "externalId": "bad", "title": "", "achievementType": "Badge" } }),
        ),
        case(
            "provider/publish_program.graphql",
            "PublishProgram",
            json!({ "input": { "program": { "externalId": "new" } } }),
        ),
        case(
            "provider/upsert_learners.graphql",
            "UpsertLearners",
            bulk(vec![
                json!({ "externalId": "late", "name": "Late" }),
                json!({ "externalId": "bad", "email": "nobody" }),
            ]),
        ),
        case(
            "provider/upsert_enrollments.graphql",
            "UpsertEnrollments",
            bulk(vec![
                json!({ "externalId": "late", "learner": { "externalId": "late" }, "program": { "externalId": "course" }, "track": "verified" }),
                json!({ "learner": { "externalId": "nobody" }, "program": { "externalId": "course" } }),
            ]),
        ),
        case(
            "provider/record_events.graphql",
            "RecordEvents",
            json!({ "input": { "events": [
            { "eventId": "late-1", "type": "STARTED", "enrollment": { "externalId": "late" }, "occurredAt": "2026-03-05T09:30:00Z" },
            { "eventId": "late-2", "type": "STARTED", "enrollment": { "externalId": "nothing" }, "occurredAt": "2026-03-05T09:30:00Z" }] } }),
        ),
        case(
            "provider/record_results.graphql",
            "RecordResults",
            bulk(vec![
                json!({ "enrollment": { "externalId": "late" }, "assessment": { "externalId": "exam" }, "score": 50.0 }),
                json!({ "enrollment": { "externalId": "late" }, "assessment": { "externalId": "exam" }, "score": 500.0 }),
            ]),
        ),
        case(
            "provider/issue_credentials.graphql",
            "IssueCredentials",
            json!({ "input": {
            "target": { "enrollments": [{ "externalId": "course-0" }, { "externalId": "late" }] } } }),
        ),
        case(
            "provider/credential_lifecycle.graphql",
            "RevokeCredential",
            json!({ "input": {
            "credential": { "id": alpha.credentials[0] }, "reason": "ISSUED_IN_ERROR" } }),
        ),
    ]
}

/// What happens to credentials after they are issued; and to one that was revoked, nothing more.
fn following(world: &World) -> Vec<Case> {
    let alpha = &world.alpha;
    let case = |operation, input| Case {
        file: "provider/credential_lifecycle.graphql",
        operation,
        client: alpha.provider.clone(),
        variables: json!({ "input": input }),
    };
    let mut cases = Vec::new();
    for id in [&alpha.credentials[1], &alpha.credentials[0]] {
        let named = json!({ "id": id });
        cases.push(case("SuspendCredential", json!({ "credential": named, "note": "Under review" })));
        cases.push(case("ReinstateCredential", json!({ "credential": named, "note": "All is well" })));
        let evidence = json!([{ "name": "Hours", "url": "https://work.example/hours" }]);
        cases.push(case("RenewCredential", json!({ "credential": named, "evidence": evidence })));
        cases.push(case("ReplaceCredential", json!({ "credential": named, "reason": "A slip" })));
    }
    cases.push(Case {
        file: "learner/viewer.graphql",
        operation: "ViewerCredentials",
        client: world.learner.clone(),
        variables: json!({ "first": 50 }),
    });
    cases
}

fn assessing_and_operating(world: &World) -> Vec<Case> {
    let alpha = &world.alpha;
    let scores: Vec<Value> = alpha
        .criteria
        .iter()
        .map(|id| json!({ "criterion": id, "points": 30.0, "feedback": "Exceeds" }))
        .collect();
    let grade = |input: Value| Case {
        file: "assessor/grade_attempt.graphql",
        operation: "GradeAttempt",
        client: world.assessor.clone(),
        variables: json!({ "input": input }),
    };
    let issuer = json!({ "slug": "gamma", "name": "Gamma", "kind": "COLLEGE" });
    let create = |input: &Value| Case {
        file: "operator/issuers.graphql",
        operation: "CreateIssuer",
        client: world.operator.clone(),
        variables: json!({ "input": input }),
    };
    vec![
        grade(
            json!({ "attempt": { "id": alpha.attempts[0] }, "rubricScores": scores, "feedback": "Well done" }),
        ),
        grade(
            json!({ "attempt": { "id": alpha.attempts[0] }, "score": 70.0, "reason": "A slip", "feedback": "Still well done" }),
        ),
        grade(json!({ "attempt": { "id": alpha.attempts[0] }, "score": -1.0 })),
        create(&issuer),
        create(&issuer),
    ]
}

/// What an issuer decides on notices to its learners.
fn noticing(world: &World) -> Vec<Case> {
    let case = |operation, variables| Case {
        file: NOTICES,
        operation,
        client: world.alpha.provider.clone(),
        variables,
    };
    let input = |input: Value| json!({ "input": input });
    let settings = json!({ "enabled": true, "kinds": ["AWARDED"], "replyTo": "registry@alpha.example" });
    let words = |text: &str| json!({ "kind": "AWARDED", "language": "fr", "words": { "subject": "{program}", "text": text } });
    let look = |words: Value| json!({ "slug": "alpha", "kind": "AWARDED", "language": "fr", "words": words });
    let of = |id: &str, wanted: bool| json!({ "learner": { "externalId": id }, "wanted": wanted });
    vec![
        case("SetNoticeSettings", input(settings)),
        case("SetNoticeSettings", input(json!({ "enabled": true, "kinds": [] }))),
        case("SetNoticeWords", input(words("{link}"))),
        case("SetNoticeWords", input(words("{"))),
        case("SendTestNotice", input(json!({ "kind": "AWARDED", "language": "?" }))),
        case("NoticeSettings", look(Value::Null)),
        case("NoticeSettings", look(json!({ "subject": "{", "text": "x" }))),
        case("SetLearnerNotices", input(of("learner-0", false))),
        case("SetLearnerNotices", input(of("nobody", false))),
    ]
}

fn managing(world: &World) -> Vec<Case> {
    let case = |file, operation, client: &Client, variables| Case {
        file,
        operation,
        client: client.clone(),
        variables,
    };
    let (provider, operator) = (&world.alpha.provider, &world.operator);
    let keys = "provider/api_keys.graphql";
    let operating = "operator/issuers.graphql";
    let key = json!({ "name": "LMS", "scopes": ["PROGRAMS_READ"], "expiresAt": "2099-01-01T00:00:00Z" });
    let spare = json!({ "input": { "id": world.alpha.spare_key } });
    let endorse = json!({ "input": { "issuer": { "slug": "beta" }, "endorser": { "slug": "alpha" }, "statement": "We know their work." } });
    let rotate = json!({ "input": { "issuer": { "slug": "beta" } } });
    let trust = json!({ "input": { "issuer": { "slug": "alpha" }, "issuerUrl": world.provider.issuer_url(),
        "audience": cairn_tests::AUDIENCE } });
    let erase = |external_id: &str| json!({ "input": { "learner": { "inIssuer": { "issuer": "beta", "externalId": external_id } } } });
    let webhooks = "provider/webhooks.graphql";
    let endpoint = |url: &str| json!({ "input": { "url": url, "events": ["CREDENTIAL_ISSUED"] } });
    let delivery = |id: &str| json!({ "input": { "delivery": id } });
    let mut cases = noticing(world);
    cases.extend(vec![
        case(webhooks, "CreateWebhookEndpoint", provider, endpoint("https://hooks.example/")),
        case(webhooks, "CreateWebhookEndpoint", provider, endpoint("https://10.0.0.1/")),
        case(webhooks, "RedeliverWebhook", provider, delivery(&world.alpha.webhook_deliveries[0])),
        case(webhooks, "RedeliverWebhook", provider, delivery("whd_nothing")),
        case(keys, "CreateApiKey", provider, json!({ "input": key })),
        case(keys, "CreateApiKey", provider, json!({ "input": { "name": "", "scopes": [] } })),
        case(keys, "RotateApiKey", provider, spare.clone()),
        case(keys, "RevokeApiKey", provider, spare.clone()),
        case(keys, "RotateApiKey", provider, spare.clone()),
        case(keys, "RevokeApiKey", provider, spare),
        case(keys, "ApiKeys", provider, json!({ "first": 50 })),
        case(operating, "EndorseIssuer", operator, endorse.clone()),
        case(operating, "EndorseIssuer", operator, endorse),
        case(operating, "RotateSigningKey", operator, rotate),
        case(operating, "RotateSigningKey", operator, json!({ "input": { "issuer": { "slug": "nobody" } } })),
        case(operating, "TrustIdentityProvider", operator, trust.clone()),
        case(operating, "TrustIdentityProvider", operator, {
            let mut nobody = trust;
            nobody["input"]["issuer"]["slug"] = json!("nobody");
            nobody
        }),
        case(operating, "EraseLearner", operator, erase("learner-1")),
        case(operating, "EraseLearner", operator, erase("nobody")),
        case(operating, "Issuer", operator, json!({ "slug": "beta" })),
        case(operating, "AuditLog", operator, json!({ "first": 50 })),
    ]);
    cases
}

/// What callers get wrong: fills the errors.
fn mistaking(world: &World) -> Vec<Case> {
    let (alpha, learner) = (&world.alpha, &world.learner);
    let export = |source: Value| json!({ "source": source, "format": "CSV" });
    let case = |file, operation, client: &Client, input: Value| Case {
        file,
        operation,
        client: client.clone(),
        variables: json!({ "input": input }),
    };
    let provider = |file, operation, input: Value| case(file, operation, &alpha.provider, input);
    let too_many = |row: Value| json!({ "rows": vec![row; 1_001] });
    let nobody = json!({ "externalId": "nobody" });
    let event = json!({ "eventId": "e", "type": "STARTED", "enrollment": nobody, "occurredAt": "2026-03-05T09:30:00Z" });
    let result = json!({ "enrollment": nobody, "assessment": { "externalId": "exam" }, "score": 1.0 });
    vec![
        case(
            "dashboard/export.graphql",
            "CreateExport",
            &world.dashboard,
            export(json!({ "completions": { "groupBy": ["PROGRAM"] } })),
        ),
        case(
            "dashboard/export.graphql",
            "CreateExport",
            &world.dashboard,
            export(json!({ "enrollments": { "programs": [nobody] } })),
        ),
        case(
            "learner/enroll.graphql",
            "Enroll",
            learner,
            json!({ "program": { "externalId": "no-such-program" } }),
        ),
        case("learner/withdraw.graphql", "Withdraw", learner, json!({ "enrollment": nobody })),
        case(
            "learner/share_credential.graphql",
            "ShareCredential",
            learner,
            json!({ "credential": { "id": "crd_nothing" }, "visibility": "PUBLIC" }),
        ),
        case(
            "learner/submit_attempt.graphql",
            "SubmitAttempt",
            learner,
            json!({ "enrollment": { "id": alpha.enrollments[0] }, "assessment": { "externalId": "no-such-test" } }),
        ),
        provider("provider/publish_program.graphql", "PublishProgram", json!({ "program": nobody })),
        provider(
            "provider/upsert_learners.graphql",
            "UpsertLearners",
            too_many(json!({ "externalId": "x" })),
        ),
        provider(
            "provider/upsert_enrollments.graphql",
            "UpsertEnrollments",
            too_many(json!({ "learner": nobody, "program": nobody })),
        ),
        provider("provider/record_events.graphql", "RecordEvents", json!({ "events": vec![event; 1_001] })),
        provider("provider/record_results.graphql", "RecordResults", too_many(result)),
        provider(
            "provider/issue_credentials.graphql",
            "IssueCredentials",
            json!({ "target": { "everyoneEligibleIn": nobody } }),
        ),
        provider(
            "provider/credential_lifecycle.graphql",
            "RevokeCredential",
            json!({ "credential": { "id": alpha.credentials[0] }, "reason": "OTHER" }),
        ),
    ]
}
