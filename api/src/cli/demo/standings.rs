//! First aiders of the company whose certificates stand in every way that one can: the university vouches for what was achieved, one is doubted, one has
//! ended, one bore a wrong name, one was renewed.

use serde_json::{Value, json};

use super::hand::Hand;
use super::story::{completed, enrollment, issue, learner, publish, record};
use crate::cli::Failure;

const PROGRAM: &str = "first-aider";
const ENDORSED: &str = "co-11";
const SUSPENDED: &str = "co-12";
const EXPIRED: &str = "co-13";
const REPLACED: &str = "co-14";
const RENEWED: &str = "co-15";

/// What was told.
pub struct Standings {
    /// Programs published for it.
    pub programs: usize,
    /// Learner records made for it.
    pub learners: usize,
    /// The page of one that carries an endorsement.
    pub endorsed: String,
    /// The page of a suspended one.
    pub suspended: String,
    /// The page of an expired one.
    pub expired: String,
    /// The page of one that was replaced by a corrected one.
    pub replaced: String,
    /// The page of one that was renewed.
    pub renewed: String,
}

/// Makes it happen.
pub async fn tell(university: &Hand, company: &Hand) -> Result<Standings, Failure> {
    let programs = endorsed(university, company).await?;
    let people = vec![
        learner(ENDORSED, "Ines", "Duarte"),
        learner(SUSPENDED, "Pavel", "Novák"),
        learner(EXPIRED, "Ruth", "Mbeki"),
        learner(REPLACED, "Jörn", "Hansn"),
        learner(RENEWED, "Aiko", "Sato"),
    ];
    let learners = people.len();
    company.rows("upsertLearners", people).await?;
    let (mut enrollments, mut events) = (Vec::new(), Vec::new());
    for (id, days) in [(ENDORSED, 20), (SUSPENDED, 25), (EXPIRED, 400), (REPLACED, 30), (RENEWED, 340)] {
        enrollments.push(enrollment(id, PROGRAM, None, None, &company.ago(days + 5)));
        events.push(completed(id, PROGRAM, "course", &company.ago(days)));
    }
    company.rows("upsertEnrollments", enrollments).await?;
    record(company, events).await?;
    issue(company, PROGRAM).await?;

    let (endorsed, expired) = (credential(company, ENDORSED).await?, credential(company, EXPIRED).await?);
    let suspended = credential(company, SUSPENDED).await?;
    let doubt =
        json!({ "credential": { "id": suspended.id }, "note": "Who held the course is being looked into." });
    company.mutate("suspendCredential", "credential { status }", doubt).await?;
    company.rows("upsertLearners", vec![learner(REPLACED, "Jörn", "Hansen")]).await?;
    let replaced = credential(company, REPLACED).await?;
    let corrected = json!({ "credential": { "id": replaced.id }, "reason": "The name was misspelt." });
    company.mutate("replaceCredential", "credential { status }", corrected).await?;
    let renewed = credential(company, RENEWED).await?;
    let again = json!({ "credential": { "id": renewed.id } });
    company.mutate("renewCredential", "credential { status }", again).await?;
    Ok(Standings {
        programs,
        learners,
        endorsed: endorsed.page,
        suspended: suspended.page,
        expired: expired.page,
        replaced: replaced.page,
        renewed: renewed.page,
    })
}

/// A course whose certificate the university vouches for; how many programs that are.
async fn endorsed(university: &Hand, company: &Hand) -> Result<usize, Failure> {
    let program = json!([{ "externalId": PROGRAM, "slug": "corviant-first-aider", "title": "First aider at work", "achievementType": "Certificate",
        "language": "en", "summary": "What to do until the ambulance comes.", "workloadHours": 9.0, "maySuspend": true,
        "validity": { "months": 12, "renewalOpensMonthsBefore": 2 },
        "learningOutcomes": [{ "code": "A1", "statement": "Help whoever does not breathe" }],
        "components": [{ "item": { "module": { "externalId": "course", "title": "A day of exercises" } } }] }]);
    let published = publish(company, &[&program.to_string()]).await?;
    let found = "{ program(slug: \"corviant-first-aider\") { id } }";
    let found = university.data(found, json!({})).await?;
    let word = json!({ "program": { "id": found["program"]["id"] },
        "statement": "We have watched the course, and send our own wardens there." });
    university.mutate("endorseAchievement", "endorsement { id }", word).await?;
    Ok(published)
}

/// A credential and its page.
struct Earned {
    id: Value,
    page: String,
}

/// What a learner has earned there.
async fn credential(hand: &Hand, learner: &str) -> Result<Earned, Failure> {
    let query = "query($enrollments: [EnrollmentRef!]) { credentials(first: 1, filter: { enrollments: $enrollments }) { nodes { id urls { page } } } }";
    let enrollments = json!([{ "externalId": format!("{PROGRAM}/{learner}") }]);
    let found =
        hand.data(query, json!({ "enrollments": enrollments })).await?["credentials"]["nodes"][0].take();
    let page = found["urls"]["page"].as_str().unwrap_or_default().to_owned();
    Ok(Earned { id: found["id"].clone(), page })
}
