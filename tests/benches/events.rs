//! Prints how many learning events a node takes a second: in calls of 1,000 and one by one, each call's progress, rules and outbox included. Run with
//! `cargo bench -p cairn-tests --bench events`; on PostgreSQL where `CAIRN_TEST_DATABASE_URL` names one.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program for people, which fails by panicking"
)]

use std::time::Instant;

use cairn_tests::{Backend, Course, TestApp, contract};
use serde_json::{Value, json};

/// How many learners are told of.
const LEARNERS: usize = 2_000;
/// Events in one call.
const CALL: usize = 1_000;
/// Calls of one event.
const SINGLE: usize = 200;
/// Events a second that a node is to take, in large calls.
const GOAL: f64 = 2_000.0;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    println!("events about {LEARNERS} enrollments on {:?}", Backend::current());
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(LEARNERS, None).await;
    for percent in [20, 60] {
        let events: Vec<Value> = (0..LEARNERS).map(|n| progressed(&course, n, percent)).collect();
        report(&format!("progress to {percent}%"), send(&course, &events, CALL, "applied").await, GOAL);
    }
    let again: Vec<Value> = (0..LEARNERS).map(|n| progressed(&course, n, 60)).collect();
    report("repeated", send(&course, &again, CALL, "duplicate").await, GOAL);
    let voids: Vec<Value> = (0..LEARNERS).map(|n| void(&course, n, 60)).collect();
    report("voided", send(&course, &voids, CALL, "applied").await, GOAL);
    let single: Vec<Value> = (0..SINGLE).map(|n| progressed(&course, n, 80)).collect();
    report("one a call", send(&course, &single, 1, "applied").await, 0.0);
    app.stop().await;
}

fn progressed(course: &Course, n: usize, percent: usize) -> Value {
    json!({ "eventId": format!("{n}-{percent}"), "type": "PROGRESSED", "component": "m0", "percent": percent,
        "enrollment": { "externalId": course.enrollment(n) }, "occurredAt": "2026-03-01T09:30:00Z" })
}

fn void(course: &Course, n: usize, percent: usize) -> Value {
    json!({ "eventId": format!("{n}-void"), "type": "VOIDED", "corrects": format!("{n}-{percent}"),
        "enrollment": { "externalId": course.enrollment(n) }, "occurredAt": "2026-03-01T09:30:00Z" })
}

/// Sends events in calls of so many, and gives events a second.
async fn send(course: &Course, events: &[Value], call: usize, outcome: &str) -> f64 {
    let record = contract("provider/record_events.graphql");
    let started = Instant::now();
    for events in events.chunks(call) {
        let made = course.provider.mutate(&record, json!({ "events": events })).await;
        assert_eq!(made["summary"][outcome], events.len(), "{}", made["summary"]);
    }
    events.len() as f64 / started.elapsed().as_secs_f64()
}

fn report(what: &str, rate: f64, goal: f64) {
    let goal = if goal > 0.0 { format!(" (goal: at least {goal:.0})") } else { String::new() };
    println!("{what:<18} {rate:>8.0} a second{goal}");
}
