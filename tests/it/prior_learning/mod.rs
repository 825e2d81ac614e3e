//! Recognition of prior learning. Here the program that the stories happen in, and how its claims are made and decided.

mod claims;
mod counting;
mod moving;
mod refusals;

use cairn_tests::Client;
use serde_json::{Value, json};

use crate::assessing::School;

const CLAIM: &str = "claim { id status statement feedback reason submittedAt decidedAt assessor { id name }
    parts { outcome { code } component { item { ... on Module { externalId } } } verdict feedback recognizedAt takenBackAt
        evidence { name url description digest } } }";

/// A mutation about claims by its name.
pub fn mutation(field: &str) -> String {
    let kind = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
    format!(
        "mutation($input: {kind}!) {{ {field}(input: $input) {{ {CLAIM} userErrors {{ field message code }} }} }}"
    )
}

/// Does something with claims that must succeed; the claim.
pub async fn call(client: &Client, field: &str, input: Value) -> Value {
    client.mutate(&mutation(field), input).await["claim"].clone()
}

/// The user errors that something with claims is refused with.
pub async fn refusals(client: &Client, field: &str, input: Value) -> Vec<(String, String)> {
    client.send(&mutation(field), json!({ "input": input })).await.user_errors()
}

/// Three modules of 20, 30 and 50 hours, for the outcomes A and B, C, and D; members are laid over it.
pub fn program(members: &Value) -> Value {
    let outcomes =
        ["A", "B", "C", "D"].map(|code| json!({ "code": code, "statement": format!("Can do {code}") }));
    let module = |id: &str, hours: f64, outcomes: Value| json!({ "item": { "module": { "externalId": id, "title": format!("Module {id}"), "workloadHours": hours, "outcomes": outcomes } } });
    let mut program = json!({ "externalId": "course", "title": "Course", "achievementType": "Certificate",
        "learningOutcomes": outcomes,
        "components": [module("m1", 20.0, json!(["A", "B"])), module("m2", 30.0, json!(["C"])), module("m3", 50.0, json!(["D"]))],
        "priorLearning": { "maxSharePercent": 60.0 } });
    for (name, value) in members.as_object().unwrap() {
        program[name] = value.clone();
    }
    program
}

/// A school with that program.
pub async fn school(members: Value, learners: usize) -> School {
    School::open_with(program(&members), learners).await
}

pub fn outcome(code: &str) -> Value {
    json!({ "outcome": code })
}

pub fn component(external_id: &str) -> Value {
    json!({ "component": external_id })
}

/// A part with a piece of evidence.
pub fn part(target: Value) -> Value {
    json!({ "target": target, "evidence": [{ "name": "Reference", "url": "https://work.example/reference.pdf",
        "description": "Eight years at the bench", "digest": "uEiC5TSe5k00-CKUuUtejD3xDhoa7uGiLEBUqYbLFm8fKpg" }] })
}

/// A claim about these, handed in.
pub fn claimed(enrollment: &str, targets: &[Value]) -> Value {
    let parts: Vec<Value> = targets.iter().cloned().map(part).collect();
    json!({ "enrollment": { "externalId": enrollment }, "statement": "I have done this for years", "parts": parts })
}

/// What a claim's parts are decided: granted, or refused.
pub fn decided(claim: &Value, granted: &[Value], refused: &[Value]) -> Value {
    let grant = granted.iter().map(|target| json!({ "target": target, "verdict": "GRANTED" }));
    let refuse = refused
        .iter()
        .map(|target| json!({ "target": target, "verdict": "REFUSED", "feedback": "Not shown" }));
    json!({ "claim": claim["id"], "parts": grant.chain(refuse).collect::<Vec<_>>() })
}

/// Has an enrollment's learner claim these, and an assessor grant all of it; the claim.
pub async fn recognized(school: &School, n: usize, targets: &[Value]) -> Value {
    let learner = school.learner(n).await;
    let claim = call(&learner, "claimPriorLearning", claimed(&format!("e{n}"), targets)).await;
    let marker = school.assessor("marker").await;
    call(&marker, "decidePriorLearningClaim", decided(&claim, targets, &[])).await
}

/// What an enrollment still lacks: requirement and detail.
pub async fn missing(school: &School, enrollment: &str) -> Vec<(String, String)> {
    let read = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { whyNotYet { missing { requirement detail } } } }";
    let read = school.provider.data(read, json!({ "ref": { "externalId": enrollment } })).await;
    crate::programs::missing(&read["enrollment"])
}

/// Has modules of an enrollment completed by events.
pub async fn learned(school: &School, enrollment: &str, modules: &[&str]) {
    let events: Vec<Value> = modules
        .iter()
        .map(|module| {
            json!({ "eventId": format!("{enrollment}-{module}"), "type": "COMPLETED", "component": module,
                "enrollment": { "externalId": enrollment }, "occurredAt": "2026-03-01T09:30:00Z" })
        })
        .collect();
    let record = cairn_tests::contract("provider/record_events.graphql");
    let made = school.provider.mutate(&record, json!({ "events": events })).await;
    assert_eq!(made["summary"]["applied"], modules.len(), "{made}");
}
