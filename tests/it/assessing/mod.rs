//! Assessing: rules of attempts, and questions. Here the school that the stories happen in.

mod appeals;
mod integrity;
mod kinds;
mod questions;
mod rules;
mod several;

use cairn_service::actor::Role;
use cairn_tests::{Client, TestApp, TestIssuer, contract};
use serde_json::{Value, json};

pub const START: &str = "mutation($input: StartAttemptInput!) { startAttempt(input: $input) { attempt { id number status startedAt endsAt dueAt score passed
    answers { question { id kind prompt points choices { externalId text } key { choices } } points } } userErrors { field message code } } }";

pub const SUBMIT: &str = "mutation($input: SubmitAttemptInput!) { submitAttempt(input: $input) { attempt { id number status dueAt latePenaltyPercent score
    scoreBeforePenalty passed answers { points choices number text question { prompt } } } userErrors { field message code } } }";

pub const GRADE: &str = "mutation($input: GradeAttemptInput!) { gradeAttempt(input: $input) { attempt { id status score scoreBeforePenalty passed
    rubricScores { level { label requiresChanges } } } userErrors { field message code } } }";

/// An issuer with a program as its author would send it, a cohort with staff, and learners `l0`, `l1` … enrolled as `e0`, `e1` ….
pub struct School {
    pub app: TestApp,
    pub issuer: TestIssuer,
    pub provider: Client,
}

impl School {
    /// Opens one with assessments of one module `m`.
    pub async fn open(assessments: Value, learners: usize) -> Self {
        Self::open_with(json!({ "assessments": assessments }), learners).await
    }

    /// Opens one whose program has these members beside its name and its module.
    pub async fn open_with(members: Value, learners: usize) -> Self {
        let app = TestApp::start().await;
        let issuer = app.issuer("ou").await;
        let provider = app.provider(&issuer).await;
        let school = Self { app, issuer, provider };
        let mut program = json!({ "externalId": "course", "title": "Course", "achievementType": "Certificate",
            "learningOutcomes": [{ "code": "O1", "statement": "Does things" }],
            "components": [{ "item": { "module": { "externalId": "m", "title": "The module", "outcomes": ["O1"] } } }] });
        for (name, value) in members.as_object().unwrap() {
            program[name] = value.clone();
        }
        school.publish(program).await;
        school.cohort("autumn", "course").await;
        school.enroll(learners, "course", json!({ "externalId": "autumn" })).await;
        school
    }

    /// Enters a program and publishes it.
    pub async fn publish(&self, program: Value) {
        let named = json!({ "program": { "externalId": program["externalId"] } });
        self.provider.mutate(&contract("provider/upsert_program.graphql"), program).await;
        self.provider.mutate(&contract("provider/publish_program.graphql"), named).await;
    }

    /// A cohort with the assessors `marker` and `second`.
    pub async fn cohort(&self, cohort: &str, program: &str) {
        let upsert = "mutation($input: UpsertCohortsInput!) { upsertCohorts(input: $input) { results { userErrors { code } } userErrors { code } } }";
        let staff =
            json!([{ "subject": "marker", "role": "ASSESSOR" }, { "subject": "second", "role": "ASSESSOR" }]);
        let row = json!({ "externalId": cohort, "program": { "externalId": program }, "name": cohort, "staff": staff });
        self.provider.mutate(upsert, json!({ "rows": [row] })).await;
    }

    /// Enrolls learners.
    pub async fn enroll(&self, count: usize, program: &str, cohort: Value) {
        let learners: Vec<Value> = (0..count)
            .map(|n| json!({ "externalId": format!("l{n}"), "name": format!("Learner {n}") }))
            .collect();
        self.provider
            .mutate(&contract("provider/upsert_learners.graphql"), json!({ "rows": learners }))
            .await;
        let rows: Vec<Value> = (0..count)
            .map(|n| {
                json!({ "externalId": format!("e{n}"), "learner": { "externalId": format!("l{n}") },
                    "program": { "externalId": program }, "cohort": cohort })
            })
            .collect();
        let made = self
            .provider
            .mutate(&contract("provider/upsert_enrollments.graphql"), json!({ "rows": rows }))
            .await;
        assert_eq!(made["summary"]["created"], count, "{made}");
    }

    /// Learner `n`.
    pub async fn learner(&self, n: usize) -> Client {
        self.app.person(&self.issuer, Role::Learner, &format!("l{n}")).await
    }

    /// An assessor by subject: `marker` and `second` are staff, others are strangers.
    pub async fn assessor(&self, subject: &str) -> Client {
        self.app.person(&self.issuer, Role::Assessor, subject).await
    }

    /// How an enrollment stands.
    pub async fn standing(&self, enrollment: &str) -> Value {
        let read = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { status progress { percent score
            components { state source percent component { item { ... on Module { externalId } } } } }
            attempts(first: 50) { nodes { id number status score passed } } } }";
        self.provider.data(read, json!({ "ref": { "externalId": enrollment } })).await["enrollment"].clone()
    }
}

/// Names an enrollment and an assessment.
pub fn at(enrollment: &str, assessment: &str) -> Value {
    json!({ "enrollment": { "externalId": enrollment }, "assessment": { "externalId": assessment } })
}

/// The one user error that a call is refused with.
pub async fn refused(client: &Client, document: &str, input: Value) -> (String, String) {
    let mut errors = client.send(document, json!({ "input": input })).await.user_errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.remove(0)
}

/// A field and a code.
pub fn of(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

/// Names the attempt of a payload.
pub fn attempt_of(payload: &Value) -> Value {
    json!({ "id": payload["attempt"]["id"] })
}
