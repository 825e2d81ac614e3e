//! Real programs, from the files that a program author would start from: entered, published, refused where they must be, run with learners, awarded.

mod audit_and_verified;
mod career_certificate;
mod cloud_certification;
mod competency_not_seat_time;
mod documented;
mod micromasters;
mod nanodegree;
mod portfolio_entry;
mod professional_certification;
mod short_course;
mod specializations;
mod stackable_path;
mod terms;
mod workplace_badge;

use cairn_service::actor::Role;
use cairn_tests::{Client, TestApp, TestIssuer, contract};
use serde_json::{Value, json};

/// An issuer that runs the programs of a file.
pub struct Academy<'a> {
    pub app: &'a TestApp,
    pub issuer: TestIssuer,
    pub provider: Client,
}

impl<'a> Academy<'a> {
    /// One without programs.
    pub async fn found(app: &'a TestApp) -> Self {
        let issuer = app.issuer("academy").await;
        Self { app, provider: app.provider(&issuer).await, issuer }
    }

    /// Enters and publishes the programs of a file.
    pub async fn open(app: &'a TestApp, file: &str) -> Self {
        let academy = Self::found(app).await;
        for program in programs(file) {
            academy.publish(program).await;
        }
        academy
    }

    /// Enters a program and publishes it.
    pub async fn publish(&self, program: Value) {
        let named = json!({ "program": { "externalId": program["externalId"] } });
        self.call("upsertProgram", "program { id }", program).await;
        self.call("publishProgram", "program { id }", named).await;
    }

    /// Somebody who learns here, signed in now.
    pub async fn learner(&self, learner: &str) -> Client {
        self.app.person(&self.issuer, Role::Learner, learner).await
    }

    /// A mutation that must succeed, and what was selected of its payload.
    pub async fn call(&self, field: &str, selection: &str, input: Value) -> Value {
        call_as(&self.provider, field, selection, input).await
    }

    /// `(field, code, message)` of the first refusal of a mutation.
    pub async fn refusal(&self, field: &str, input: Value) -> (String, String, String) {
        refusal_to(&self.provider, field, input).await
    }

    /// Whether publishing is refused of a program that may be entered.
    pub async fn refuses_to_publish(&self, program: Value) -> String {
        let named = json!({ "program": { "externalId": program["externalId"] } });
        self.call("upsertProgram", "program { id }", program).await;
        let (field, code, message) = self.refusal("publishProgram", named).await;
        assert_eq!((field.as_str(), code.as_str()), ("program", "CONFLICT"), "{message}");
        message
    }

    /// Enrolls a learner in programs, each as `<program>/<learner>`.
    pub async fn enroll(&self, learner: &str, programs: &[&str], at: &str) {
        self.enroll_with(learner, programs, at, json!({})).await;
    }

    /// The same, with more members of each row.
    pub async fn enroll_with(&self, learner: &str, programs: &[&str], at: &str, more: Value) {
        let person = json!({ "externalId": learner, "name": format!("Learner {learner}") });
        let upsert = contract("provider/upsert_learners.graphql");
        self.provider.mutate(&upsert, json!({ "rows": [person] })).await;
        let rows: Vec<Value> = programs
            .iter()
            .map(|program| {
                let mut row = json!({ "externalId": format!("{program}/{learner}"), "enrolledAt": at,
                    "learner": { "externalId": learner }, "program": { "externalId": program } });
                row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                row
            })
            .collect();
        let made = self
            .provider
            .mutate(&contract("provider/upsert_enrollments.graphql"), json!({ "rows": rows }))
            .await;
        assert_eq!(made["summary"]["failed"], 0, "{made}");
    }

    /// A component of `<program>/<learner>` completed.
    pub async fn done(&self, program: &str, learner: &str, component: &str, at: &str) {
        let event = json!({ "eventId": format!("{program}/{component}/{learner}"), "type": "COMPLETED",
            "component": component, "occurredAt": at,
            "enrollment": { "externalId": format!("{program}/{learner}") } });
        let made = self
            .provider
            .mutate(&contract("provider/record_events.graphql"), json!({ "events": [event] }))
            .await;
        assert_eq!(made["summary"]["applied"], 1, "{made}");
    }

    /// A score of `<program>/<learner>`.
    pub async fn scored(&self, program: &str, learner: &str, assessment: &str, score: f64, at: &str) {
        let row = json!({ "externalId": assessment, "enrollment": { "externalId": format!("{program}/{learner}") },
            "assessment": { "externalId": assessment }, "score": score, "submittedAt": at, "gradedAt": at });
        let made = self
            .provider
            .mutate(&contract("provider/record_results.graphql"), json!({ "rows": [row] }))
            .await;
        assert_eq!(made["summary"]["failed"], 0, "{made}");
    }

    /// Where `<program>/<learner>` stands.
    pub async fn standing(&self, program: &str, learner: &str) -> Value {
        let query = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { id status track completedAt
            progress { percent components { state source lockedReason german: lockedReason(language: \"de\") } }
            vouchers { id status code expiresAt redeemedAt award { title } }
            credential { id status validFrom validUntil }
            whyNotYet { satisfied exact missing { requirement detail } tree }
            changes(first: 50) { totalCount nodes { kind fromStatus toStatus fromValue toValue reason actor { kind } } }
            program { completionRule { description } } } }";
        let named = json!({ "learnerInProgram": { "learner": { "externalId": learner }, "program": { "externalId": program } } });
        self.provider.data(query, json!({ "ref": named })).await["enrollment"].clone()
    }

    /// What the person who learns here holds.
    pub async fn passport(&self, learner: &str) -> Value {
        let query = "{ viewer { passport { creditTotals { amount scheme }
            credentials(first: 20) { totalCount nodes { id status validFrom validUntil program { externalId } } } } } }";
        self.learner(learner).await.data(query, json!({})).await["viewer"]["passport"].clone()
    }

    /// What a GraphQL document of the public catalogue says of a program.
    pub async fn shown(&self, slug: &str, selection: &str) -> Value {
        let query = format!("query($slug: String!) {{ program(slug: $slug) {{ {selection} }} }}");
        self.app.anonymous().data(&query, json!({ "slug": slug })).await["program"].clone()
    }

    /// Waits until the enrollment has a credential, as a worker issues it.
    pub async fn credential(&self, program: &str, learner: &str) -> Value {
        for _ in 0..400 {
            let standing = self.standing(program, learner).await;
            if standing["credential"]["id"].is_string() {
                return standing["credential"].clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("no credential came for {program}/{learner}");
    }

    /// Moves the server's clock to a moment.
    pub fn travel(&self, to: &str) {
        let to: chrono::DateTime<chrono::Utc> = to.parse().unwrap();
        self.app.clock.advance(to - self.app.service.now());
    }
}

/// The programs of a file, as their author sends them.
pub fn programs(file: &str) -> Vec<Value> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/programs").join(file);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// As `Academy::call`, as somebody else.
pub async fn call_as(client: &Client, field: &str, selection: &str, input: Value) -> Value {
    client.mutate(&document(field, selection), input).await
}

/// As `Academy::refusal`, as somebody else.
pub async fn refusal_to(client: &Client, field: &str, input: Value) -> (String, String, String) {
    let payload = client.send(&document(field, "__typename"), json!({ "input": input })).await.payload();
    let error = &payload["userErrors"][0];
    let (field, code) = cairn_tests::user_error(error);
    (field, code, error["message"].as_str().unwrap_or_default().to_owned())
}

/// The field and the code of a refusal.
pub fn by_code(refusal: &(String, String, String)) -> (&str, &str) {
    (&refusal.0, &refusal.1)
}

/// The requirements alone.
pub fn asked(standing: &Value) -> Vec<String> {
    missing(standing).into_iter().map(|(requirement, _)| requirement).collect()
}

/// What is missing, each with its detail.
pub fn missing(standing: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let missing = standing["whyNotYet"]["missing"].as_array().unwrap().iter();
    missing.map(|one| (text(&one["requirement"]), text(&one["detail"]))).collect()
}

fn document(field: &str, selection: &str) -> String {
    let kind = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
    format!(
        "mutation($input: {kind}!) {{ {field}(input: $input) {{ {selection} userErrors {{ field message code }} }} }}"
    )
}
