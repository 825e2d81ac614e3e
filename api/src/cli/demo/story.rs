//! What happens in the demo, in the order in which it would: programs are published, people enroll, learn, are graded, earn credentials.

use std::sync::Arc;
use std::time::Duration;

use cairn_service::Service;
use serde_json::{Value, json};

use super::hand::Hand;
use super::people::{self, ASSESSOR, Badges};
use super::{
    cloud_certification, competency_not_seat_time, micromasters, nanodegree, passport, portfolio_entry,
    professional_certification, specializations, stackable_path, standings, workplace_badge,
};
use crate::cli::Failure;

const CAREER_CERTIFICATE: &str = include_str!("../../../../examples/programs/career-certificate.json");
const SHORT_COURSE: &str = include_str!("../../../../examples/programs/short-course.json");
const AUDIT_AND_VERIFIED: &str = include_str!("../../../../examples/programs/audit-and-verified.json");
const MICROMASTERS: &str = include_str!("../../../../examples/programs/micromasters.json");
const NANODEGREE: &str = include_str!("../../../../examples/programs/nanodegree.json");
const PROFESSIONAL_CERTIFICATION: &str =
    include_str!("../../../../examples/programs/professional-certification.json");
const SPECIALIZATIONS: &str = include_str!("../../../../examples/programs/specializations.json");
const STACKABLE_PATH: &str = include_str!("../../../../examples/programs/stackable-path.json");
const PORTFOLIO_ENTRY: &str = include_str!("../../../../examples/programs/portfolio-entry.json");
const COMPETENCY_NOT_SEAT_TIME: &str =
    include_str!("../../../../examples/programs/competency-not-seat-time.json");
const WORKPLACE_BADGE: &str = include_str!("../../../../examples/programs/workplace-badge.json");

/// What the demo made, to be told at its start.
pub struct Told {
    /// Programs published.
    pub programs: usize,
    /// Learner records.
    pub learners: usize,
    /// Credentials signed.
    pub credentials: usize,
    /// The page of a credential that stands.
    pub page: String,
    /// The page of a revoked one.
    pub revoked_page: String,
    /// Those that stand otherwise.
    pub standings: standings::Standings,
    /// The page of a shared passport.
    pub passport_page: String,
}

/// Makes it happen.
pub async fn tell(service: &Arc<Service>, badges: &Badges) -> Result<Told, Failure> {
    let university = Hand::of_key(service, &badges.provider);
    let platform = Hand::of_key(service, &badges.platform);
    let company = Hand::of_key(service, &badges.company);
    let mut programs =
        publish(&university, &[SHORT_COURSE, AUDIT_AND_VERIFIED, MICROMASTERS, STACKABLE_PATH]).await?;
    let of_platform = [CAREER_CERTIFICATE, SPECIALIZATIONS, NANODEGREE, PROFESSIONAL_CERTIFICATION];
    programs += publish(&platform, &of_platform).await?;
    programs += publish(&university, &[PORTFOLIO_ENTRY, COMPETENCY_NOT_SEAT_TIME]).await?;
    programs += publish(&company, &[cloud_certification::PROGRAMS, WORKPLACE_BADGE]).await?;
    let mut learners = short_course(service, &university, badges).await?;
    statistics(&university).await?;
    learners += career_certificate(&platform).await?;
    for program in ["cyber-security", "statistics"] {
        issue(&university, program).await?;
    }
    for program in (1..=8).map(|n| format!("data-{n}")).chain(["data-analytics".to_owned()]) {
        issue(&platform, &program).await?;
    }
    learners += micromasters::tell(&university).await?;
    learners += stackable_path::tell(&university).await?;
    learners += specializations::tell(&platform).await?;
    learners += nanodegree::tell(&platform).await?;
    learners += professional_certification::tell(&platform).await?;
    learners += cloud_certification::tell(service, &company, badges).await?;
    learners += workplace_badge::tell(&company).await?;
    learners += portfolio_entry::tell(&university).await?;
    learners += competency_not_seat_time::tell(&university).await?;
    let kept = passport::tell(service, &platform, &company, badges).await?;
    (programs, learners) = (programs + kept.programs, learners + kept.learners);
    let standings = standings::tell(&university, &company).await?;
    (programs, learners) = (programs + standings.programs, learners + standings.learners);
    let mut credentials = 0;
    for issuer in [&university, &platform, &company] {
        credentials += count(issuer).await?;
    }
    let revoked_page = revoke(&university).await?;
    let (page, passport_page) = (page(&university).await?, kept.page);
    Ok(Told { programs, learners, credentials, page, revoked_page, standings, passport_page })
}

/// Publishes the programs of files; how many they are.
pub(super) async fn publish(hand: &Hand, files: &[&str]) -> Result<usize, Failure> {
    let mut count = 0;
    for file in files {
        let programs: Vec<Value> =
            serde_json::from_str(file).map_err(|error| Failure::new(error.to_string()))?;
        for program in programs {
            let external_id = program["externalId"].clone();
            hand.mutate("upsertProgram", "program { id }", program).await?;
            hand.mutate(
                "publishProgram",
                "program { id }",
                json!({ "program": { "externalId": external_id } }),
            )
            .await?;
            count += 1;
        }
    }
    Ok(count)
}

/// A learner, as a client sends one.
pub(super) fn learner(id: &str, given: &str, family: &str) -> Value {
    json!({ "externalId": id, "name": format!("{given} {family}"), "givenName": given, "familyName": family,
        "email": format!("{id}@learners.example") })
}

/// The enrollment `<program>/<learner>`.
pub(super) fn enrollment(
    learner: &str,
    program: &str,
    cohort: Option<&str>,
    track: Option<&str>,
    at: &str,
) -> Value {
    json!({ "externalId": format!("{program}/{learner}"), "learner": { "externalId": learner }, "program": { "externalId": program },
        "cohort": cohort.map(|cohort| json!({ "externalId": cohort })), "track": track, "enrolledAt": at })
}

/// A component of an enrollment completed, at a moment.
pub(super) fn completed(learner: &str, program: &str, component: &str, at: &str) -> Value {
    json!({ "eventId": format!("{program}/{component}/{learner}"), "type": "COMPLETED", "component": component, "occurredAt": at,
        "enrollment": { "externalId": format!("{program}/{learner}") } })
}

/// A score of `<program>/<learner>`.
pub(super) fn result(learner: &str, program: &str, assessment: &str, score: f64, at: &str) -> Value {
    json!({ "externalId": assessment, "enrollment": { "externalId": format!("{program}/{learner}") },
        "assessment": { "externalId": assessment }, "score": score, "submittedAt": at, "gradedAt": at })
}

/// Records learning events, none of which may be rejected.
pub(super) async fn record(hand: &Hand, events: Vec<Value>) -> Result<(), Failure> {
    let payload = hand.mutate("recordEvents", "summary { rejected }", json!({ "events": events })).await?;
    match payload["summary"]["rejected"].as_i64() {
        Some(0) => Ok(()),
        _ => Err(Failure::new("the demo's learning events were rejected")),
    }
}

/// The short course: one has finished, one waits for the grade of the last piece of work, one has begun, one has given up.
async fn short_course(service: &Arc<Service>, hand: &Hand, badges: &Badges) -> Result<usize, Failure> {
    let program = "cyber-security";
    let cohort = json!({ "externalId": "cyber-2026-autumn", "program": { "externalId": program }, "name": "Autumn 2026",
        "startsOn": "2026-09-07", "endsOn": "2027-01-31", "enrollmentOpensAt": "2026-06-01T00:00:00Z",
        "enrollmentClosesAt": "2027-01-15T00:00:00Z", "capacity": 200,
        "staff": [{ "subject": ASSESSOR, "role": "ASSESSOR" }] });
    hand.rows("upsertCohorts", vec![cohort]).await?;
    let people = vec![
        learner(people::LEARNER, "Amara", "Okafor"),
        learner("nm-1002", "يوسف", "الحداد"),
        learner("nm-1003", "Zoë", "Müller-Škoda"),
        learner("nm-1004", "伟", "陈"),
        learner("nm-1005", "Tomás", "Ó Briain"),
        learner("nm-1006", "Otto", "Lindqvist"),
    ];
    let count = people.len();
    hand.rows("upsertLearners", people).await?;
    let in_cohort =
        |id: &str| enrollment(id, program, Some("cyber-2026-autumn"), None, "2026-09-01T08:00:00Z");
    hand.rows("upsertEnrollments", ["nm-1001", "nm-1002", "nm-1003", "nm-1004"].map(in_cohort).to_vec())
        .await?;
    let mut events = Vec::new();
    let mut results = Vec::new();
    for (id, score) in [("nm-1001", 71.0), ("nm-1002", 88.5)] {
        for (unit, at) in [
            ("unit-1", "2026-09-28T10:00:00Z"),
            ("unit-2", "2026-10-19T10:00:00Z"),
            ("unit-3", "2026-11-09T10:00:00Z"),
        ] {
            events.push(completed(id, program, unit, at));
        }
        for (test, at) in [
            ("test-1", "2026-09-29T10:00:00Z"),
            ("test-2", "2026-10-20T10:00:00Z"),
            ("test-3", "2026-11-10T10:00:00Z"),
        ] {
            results.push(result(id, program, test, score, at));
        }
    }
    events.push(completed("nm-1003", program, "unit-1", "2026-10-02T10:00:00Z"));
    results.push(result("nm-1003", program, "test-1", 35.0, "2026-10-03T10:00:00Z"));
    record(hand, events).await?;
    hand.rows("recordResults", results).await?;
    hand.mutate(
        "withdraw",
        "enrollment { status }",
        json!({ "enrollment": { "externalId": "cyber-security/nm-1004" }, "reason": "changed-job" }),
    )
    .await?;
    hand_in_and_grade(service, hand, badges).await?;
    Ok(count)
}

/// Two hand in their report; one is graded, Amara's waits for the README's reader.
async fn hand_in_and_grade(service: &Arc<Service>, hand: &Hand, badges: &Badges) -> Result<(), Failure> {
    let mut attempts = Vec::new();
    for id in ["nm-1002", people::LEARNER] {
        let handed_in = hand
            .mutate("submitAttempt", "attempt { id assessment { rubric { id levels { points } } } }", json!({
                "enrollment": { "externalId": format!("cyber-security/{id}") }, "assessment": { "externalId": "incident-report" },
                "evidence": [{ "name": "Incident report", "url": "https://work.example/incident-report.pdf",
                    "description": "Phishing to lateral movement, reconstructed from logs" }] }))
            .await?;
        attempts.push(handed_in["attempt"].clone());
    }
    let assessor = Hand::of_person(service, &badges.assessor);
    let scores: Vec<Value> = attempts[0]["assessment"]["rubric"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|criterion| json!({ "criterion": criterion["id"], "points": criterion["levels"][2]["points"] }))
        .collect();
    assessor
        .mutate(
            "gradeAttempt",
            "attempt { id }",
            json!({ "attempt": { "id": attempts[0]["id"] }, "rubricScores": scores,
            "feedback": "Complete and well argued." }),
        )
        .await?;
    Ok(())
}

/// The course with two tracks: whoever audits learns the same and earns nothing.
async fn statistics(hand: &Hand) -> Result<(), Failure> {
    let program = "statistics";
    let at = "2026-02-02T08:00:00Z";
    let rows = [("nm-1005", "verified"), ("nm-1006", "verified"), ("nm-1003", "audit")].map(|(id, track)| {
        let mut row = enrollment(id, program, None, Some(track), at);
        if track == "verified" {
            row["identityVerifiedAt"] = json!("2026-02-03T09:00:00Z");
        }
        row
    });
    hand.rows("upsertEnrollments", rows.to_vec()).await?;
    let mut events = Vec::new();
    let mut results = Vec::new();
    for id in ["nm-1005", "nm-1006", "nm-1003"] {
        for (week, at) in [
            ("week-1", "2026-02-09T18:00:00Z"),
            ("week-3", "2026-02-23T18:00:00Z"),
            ("week-5", "2026-03-09T18:00:00Z"),
        ] {
            events.push(completed(id, program, week, at));
        }
        results.push(result(id, program, "final-exam", 82.0, "2026-03-16T10:00:00Z"));
    }
    record(hand, events).await?;
    hand.rows("recordResults", results).await
}

/// The career certificate: one has finished all eight courses, one is at the third, one has just begun.
async fn career_certificate(hand: &Hand) -> Result<usize, Failure> {
    let people = vec![
        learner(people::GRADUATE, "Amara", "Okafor"),
        learner("bp-2", "Jonas", "Weiß"),
        learner("bp-3", "Mei", "Tanaka 🌱"),
    ];
    let count = people.len();
    hand.rows("upsertLearners", people).await?;
    let mut enrollments = Vec::new();
    let mut events = Vec::new();
    let mut results = Vec::new();
    for (id, done) in [("bp-1", 8), ("bp-2", 2), ("bp-3", 0)] {
        enrollments.push(enrollment(id, "data-analytics", None, None, "2026-01-05T08:00:00Z"));
        for n in 1..=(done + 1).min(8) {
            let program = format!("data-{n}");
            enrollments.push(enrollment(id, &program, None, None, &format!("2026-{n:02}-06T08:00:00Z")));
            if n > done {
                continue;
            }
            for module in 1..=3 {
                events.push(completed(
                    id,
                    &program,
                    &format!("{program}-m{module}"),
                    &format!("2026-{n:02}-2{module}T18:00:00Z"),
                ));
            }
            let assessment = if n == 8 { "capstone".to_owned() } else { format!("{program}-quiz") };
            results.push(result(id, &program, &assessment, 91.0, &format!("2026-{n:02}-28T18:00:00Z")));
        }
    }
    hand.rows("upsertEnrollments", enrollments).await?;
    record(hand, events).await?;
    hand.rows("recordResults", results).await?;
    Ok(count)
}

/// Issues to everyone eligible, and waits until it is done.
pub(super) async fn issue(hand: &Hand, program: &str) -> Result<(), Failure> {
    issue_to(hand, json!({ "everyoneEligibleIn": { "externalId": program } })).await
}

/// Issues to these enrollments, and waits until it is done.
pub(super) async fn issue_for(hand: &Hand, enrollments: &[&str]) -> Result<(), Failure> {
    let named: Vec<Value> = enrollments.iter().map(|id| json!({ "externalId": id })).collect();
    issue_to(hand, json!({ "enrollments": named })).await
}

async fn issue_to(hand: &Hand, target: Value) -> Result<(), Failure> {
    let made = hand.mutate("issueCredentials", "bulkOperation { id }", json!({ "target": target })).await?;
    let read = "query($id: ID!) { node(id: $id) { ... on BulkOperation { status } } }";
    for _ in 0..1_200 {
        let data = hand.data(read, json!({ "id": made["bulkOperation"]["id"] })).await?;
        match data["node"]["status"].as_str() {
            Some("QUEUED" | "RUNNING") => tokio::time::sleep(Duration::from_millis(25)).await,
            Some("SUCCEEDED") => return Ok(()),
            other => return Err(Failure::new(format!("issuing the demo's credentials ended as {other:?}"))),
        }
    }
    Err(Failure::new("issuing the demo's credentials did not end within 30 seconds"))
}

/// How many credentials there are at an issuer.
async fn count(hand: &Hand) -> Result<usize, Failure> {
    let data = hand.data("{ credentials(first: 1) { totalCount } }", json!({})).await?;
    Ok(usize::try_from(data["credentials"]["totalCount"].as_u64().unwrap_or_default()).unwrap_or_default())
}

/// The page of a credential of the short course.
async fn page(hand: &Hand) -> Result<String, Failure> {
    let query = "query($programs: [ProgramRef!]) { credentials(first: 1, filter: { programs: $programs }) { nodes { urls { page } } } }";
    let data = hand.data(query, json!({ "programs": [{ "externalId": "cyber-security" }] })).await?;
    Ok(data["credentials"]["nodes"][0]["urls"]["page"].as_str().unwrap_or_default().to_owned())
}

/// Revokes Otto's statistics certificate, so that a page that no longer stands can be seen.
async fn revoke(hand: &Hand) -> Result<String, Failure> {
    let query = "query($enrollments: [EnrollmentRef!]) { credentials(first: 1, filter: { enrollments: $enrollments }) { nodes { id urls { page } } } }";
    let data = hand.data(query, json!({ "enrollments": [{ "externalId": "statistics/nm-1006" }] })).await?;
    let credential = &data["credentials"]["nodes"][0];
    let input = json!({ "credential": { "id": credential["id"] }, "reason": "MISCONDUCT" });
    hand.mutate("revokeCredential", "credential { status }", input).await?;
    Ok(credential["urls"]["page"].as_str().unwrap_or_default().to_owned())
}
