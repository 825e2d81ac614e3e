//! A program with every member that a document can state, an issuer with a whole profile, and a learner who has earned it; all entered
//! through the public API. For tests of what documents say.

use cairn_service::actor::Role;
use cairn_service::ids::{self, Kind};
use serde_json::{Value, json};

use crate::full_program::{SKILLS, full_program, seed_skills};
use crate::{Client, TestApp, TestIssuer, contract, ended};

/// The learner's decentralized identifier.
pub const LEARNER_DID: &str = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ6MmpGQxXCQyx";
/// The learner's e-mail address.
pub const LEARNER_EMAIL: &str = "Ada@learn.example";
/// Digest of the learner's work, and its address.
pub const WORK: (&str, &str) =
    ("zQmR4Jh9WLPjLu3isT7x2pNCUCbRY7MEABGR7MUDdo9Tp3f", "https://work.example/thesis.pdf");

/// An issuer with everything, and a learner who is due their credential.
pub struct Documented {
    /// The issuer.
    pub issuer: TestIssuer,
    /// Its back office.
    pub provider: Client,
    /// The full program, as `upsertProgram` answered: its id and slug.
    pub program: Value,
    /// Another issuer, which may endorse the first.
    pub guild: Client,
}

const UPSERT: &str = "mutation($input: UpsertProgramInput!) { upsertProgram(input: $input) {
    program { id slug } userErrors { field message code } } }";
const PUBLISH: &str = "mutation($input: PublishProgramInput!) { publishProgram(input: $input) {
    program { id } userErrors { field message code } } }";
const CREATE: &str = "mutation($input: CreateIssuerInput!) { createIssuer(input: $input) {
    issuer { id slug } userErrors { field message code } } }";
const GRADE: &str = "mutation($input: GradeAttemptInput!) { gradeAttempt(input: $input) {
    attempt { id } userErrors { field message code } } }";

impl Documented {
    /// Enters all of it, up to completion.
    pub async fn build(app: &TestApp) -> Self {
        seed_skills(app).await;
        let made = app.operator().await.mutate(CREATE, issuer_input()).await;
        let id = made["issuer"]["id"].as_str().unwrap();
        let issuer =
            TestIssuer { id: ids::decode_as(Kind::Issuer, id).unwrap(), slug: "northmoor".to_owned() };
        let provider = app.provider(&issuer).await;
        let guild = app.issuer("guild").await;
        let guild = app.provider(&guild).await;
        let mut documented = Self { issuer, provider, program: Value::Null, guild };
        documented.enter_programs().await;
        documented.learn(app).await;
        documented
    }

    async fn publish(&self, input: Value) -> Value {
        let named = json!({ "program": { "externalId": input["externalId"] } });
        let made = self.provider.mutate(UPSERT, input).await;
        self.provider.mutate(PUBLISH, named).await;
        made["program"].clone()
    }

    async fn enter_programs(&mut self) {
        self.publish(full_program("intro", "Introduction", "northmoor")).await;
        self.publish(full_program("basics", "Basics", "northmoor")).await;
        // The first version is followed by the one that is earned.
        let mut full = full_input();
        full["summary"] = json!("The first version");
        self.publish(full).await;
        self.program = self.publish(full_input()).await;
        let mut diploma = full_program("diploma", "Diploma of Data", "northmoor");
        diploma["components"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "item": { "program": { "externalId": "full" } } }));
        self.publish(diploma).await;
        let upsert = "mutation($input: UpsertCohortsInput!) { upsertCohorts(input: $input) {
            results { outcome } userErrors { field message code } } }";
        let row = json!({ "externalId": "spring", "program": { "externalId": "full" }, "name": "Spring 2026",
            "staff": [{ "subject": "assessor", "role": "ASSESSOR" }] });
        self.provider.mutate(upsert, json!({ "rows": [row] })).await;
    }

    async fn learn(&self, app: &TestApp) {
        let provider = &self.provider;
        let learner = json!({ "externalId": "ada", "name": "Ada Lovelace", "email": LEARNER_EMAIL, "did": LEARNER_DID });
        provider.mutate(&contract("provider/upsert_learners.graphql"), json!({ "rows": [learner] })).await;
        let row = json!({ "externalId": "ada-full", "learner": { "externalId": "ada" }, "program": { "externalId": "full" },
            "cohort": { "externalId": "spring" }, "track": "verified", "enrolledAt": "2026-01-10T08:00:00Z",
            "identityVerifiedAt": "2026-01-15T09:30:00Z" });
        let made =
            provider.mutate(&contract("provider/upsert_enrollments.graphql"), json!({ "rows": [row] })).await;
        assert_eq!(made["summary"]["failed"], 0, "{made}");
        let of = json!({ "externalId": "ada-full" });
        let event = |id: &str, kind: &str, at: &str, component: Value| json!({ "eventId": id, "type": kind, "enrollment": of, "occurredAt": at, "component": component });
        let events = [
            event("begun", "STARTED", "2026-01-20T09:00:00Z", Value::Null),
            event("m0", "COMPLETED", "2026-03-01T09:30:00Z", json!("m0")),
        ];
        let record = contract("provider/record_events.graphql");
        let made = provider.mutate(&record, json!({ "events": events })).await;
        assert_eq!(made["summary"]["applied"], 2, "{made}");
        self.hand_in_and_grade(app, &of).await;
        let results = [("exam", 80.0), ("quiz", 4.0)].map(|(assessment, score)| {
            json!({ "enrollment": of, "assessment": { "externalId": assessment }, "externalId": assessment, "score": score,
                "submittedAt": "2026-03-02T09:30:00Z", "gradedAt": "2026-03-03T09:30:00Z" })
        });
        let made =
            provider.mutate(&contract("provider/record_results.graphql"), json!({ "rows": results })).await;
        assert_eq!(made["summary"]["created"], 2, "{made}");
    }

    async fn hand_in_and_grade(&self, app: &TestApp, enrollment: &Value) {
        let evidence = json!([
            { "name": "Thesis", "url": WORK.1, "description": "What I found out", "digest": WORK.0 },
            { "name": "The same again", "url": WORK.1 },
            { "name": "Talk", "description": "Given in March" },
        ]);
        let input = json!({ "enrollment": enrollment, "assessment": { "externalId": "project" }, "evidence": evidence });
        let made = self.provider.mutate(&contract("learner/submit_attempt.graphql"), input).await;
        let attempt = json!({ "id": made["attempt"]["id"] });
        let read =
            "query($slug: String!) { program(slug: $slug) { assessments { externalId rubric { id } } } }";
        let data = self.provider.data(read, json!({ "slug": self.program["slug"] })).await;
        let assessments = data["program"]["assessments"].as_array().unwrap();
        let project = assessments.iter().find(|one| one["externalId"] == "project").unwrap();
        let criteria = project["rubric"].as_array().unwrap();
        let scores: Vec<Value> =
            criteria.iter().map(|one| json!({ "criterion": one["id"], "points": 20.0 })).collect();
        let assessor = app.person(&self.issuer, Role::Assessor, "assessor").await;
        assessor
            .mutate(GRADE, json!({ "attempt": attempt, "rubricScores": scores, "feedback": "Fine" }))
            .await;
    }

    /// Issues to whoever is due, and gives the credential, with its document.
    pub async fn issue(&self) -> Value {
        let issue = contract("provider/issue_credentials.graphql");
        let target = json!({ "everyoneEligibleIn": { "externalId": "full" } });
        let made = self.provider.mutate(&issue, json!({ "target": target })).await;
        let operation = ended(&self.provider, made["bulkOperation"]["id"].as_str().unwrap()).await;
        assert_eq!(operation["rows"]["edges"][0]["node"]["outcome"], "ISSUED", "{operation:#}");
        let list = "{ credentials(first: 1) { nodes { id document urls { page json } } } }";
        self.provider.data(list, json!({})).await["credentials"]["nodes"][0].clone()
    }
}

fn issuer_input() -> Value {
    json!({ "slug": "northmoor", "name": "University of Northmoor", "kind": "UNIVERSITY", "country": "GB",
        "url": "https://northmoor.example/", "email": "registry@northmoor.example", "phone": "+44 1632 960000",
        "official": "The Registrar", "description": "An open university.", "imageUrl": "https://northmoor.example/arms.png",
        "timeZone": "Europe/London",
        "address": { "street": "1 Moor Lane", "locality": "Northmoor", "region": "Northshire", "postalCode": "NM1 1AA",
            "postOfficeBox": "12" },
        "otherIdentifiers": [{ "identifier": "10007773", "kind": "ext:ukprn" }, { "identifier": "NM-1", "kind": "identifier" }],
        "accreditations": [{ "name": "Royal Charter", "body": "Privy Council", "url": "https://charter.example/" }] })
}

/// The program with everything, the second version's input.
fn full_input() -> Value {
    let mut full = full_program("full", "Data Literacy", "northmoor");
    for (name, value) in [
        ("humanCode", json!("DL-601")),
        ("fieldOfStudy", json!("Statistics")),
        ("specialization", json!("Survey research")),
        ("tags", json!(["data", "statistics"])),
        ("passMark", json!(40.0)),
        // With a second status entry no document fits the standard's schema.
        ("maySuspend", json!(false)),
        // Met at a moment that is told, the exam's; the project is graded whenever the test runs.
        (
            "completionRule",
            json!({ "allOf": [{ "componentCompleted": "m0" }, { "assessmentPassed": "exam" }] }),
        ),
        ("prerequisites", json!({ "description": "Some algebra", "programs": [{ "externalId": "basics" }] })),
        (
            "learningOutcomes",
            json!([{ "code": "LO0", "statement": "Explain a survey", "skills": [{ "uri": SKILLS[0] }] },
            { "code": "LO1", "statement": "Weigh evidence" }, { "code": "LO2", "statement": "Tell others" }]),
        ),
        (
            "parties",
            json!([
                { "role": "OFFERS", "name": "Learning Ltd", "url": "https://learning.example/" },
                { "role": "ASSESSES", "name": "Exams Ltd", "url": "https://exams.example/" },
                { "role": "ACCREDITS", "name": "Statistics Board", "url": "https://board.example/" },
            ]),
        ),
    ] {
        full[name] = value;
    }
    full["components"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "item": { "program": { "externalId": "intro" } } }));
    full
}
