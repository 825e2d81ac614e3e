//! Real programs, from the files that a program author would start from: entered, published, refused where they must be, run with learners, awarded.

mod competency_not_seat_time;
mod portfolio_entry;
mod professional_certification;
mod short_course;
mod stackable_path;

use cairn_tests::{Client, TestApp, TestIssuer, contract};
use serde_json::{Value, json};

/// An issuer that runs the programs of a file.
pub struct Academy<'a> {
    pub app: &'a TestApp,
    pub issuer: TestIssuer,
    pub provider: Client,
}

impl<'a> Academy<'a> {
    /// Enters and publishes the programs of a file.
    pub async fn open(app: &'a TestApp, file: &str) -> Self {
        let issuer = app.issuer("academy").await;
        let academy = Self { app, provider: app.provider(&issuer).await, issuer };
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/programs").join(file);
        let programs: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for program in programs {
            let named = json!({ "program": { "externalId": program["externalId"] } });
            academy.call("upsertProgram", "program { id }", program).await;
            academy.call("publishProgram", "program { id }", named).await;
        }
        academy
    }

    /// A mutation that must succeed, and what was selected of its payload.
    pub async fn call(&self, field: &str, selection: &str, input: Value) -> Value {
        self.provider.mutate(&document(field, selection), input).await
    }

    /// `(field, code, message)` of the first refusal of a mutation.
    pub async fn refusal(&self, field: &str, input: Value) -> (String, String, String) {
        let payload =
            self.provider.send(&document(field, "__typename"), json!({ "input": input })).await.payload();
        let error = &payload["userErrors"][0];
        let (field, code) = cairn_tests::user_error(error);
        (field, code, error["message"].as_str().unwrap_or_default().to_owned())
    }

    /// Enrolls a learner in programs, each as `<program>/<learner>`.
    pub async fn enroll(&self, learner: &str, programs: &[&str], at: &str) {
        let person = json!({ "externalId": learner, "name": format!("Learner {learner}") });
        let upsert = contract("provider/upsert_learners.graphql");
        self.provider.mutate(&upsert, json!({ "rows": [person] })).await;
        let rows: Vec<Value> = programs
            .iter()
            .map(|program| {
                json!({ "externalId": format!("{program}/{learner}"), "learner": { "externalId": learner },
                    "program": { "externalId": program }, "enrolledAt": at })
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
            progress { percent components { state lockedReason } }
            vouchers { id status code expiresAt redeemedAt award { title } }
            credential { id status validFrom validUntil }
            whyNotYet { satisfied exact missing { requirement detail } tree }
            changes(first: 50) { totalCount nodes { kind fromStatus toStatus fromValue toValue reason actor { kind } } }
            program { completionRule { description } } } }";
        let named = json!({ "learnerInProgram": { "learner": { "externalId": learner }, "program": { "externalId": program } } });
        self.provider.data(query, json!({ "ref": named })).await["enrollment"].clone()
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
