//! Amara of the learning platform keeps what she earned there and at the company in one passport, with what she made herself, and shares it.

use std::sync::Arc;

use cairn_service::Service;
use cairn_service::actor::Actor;
use cairn_service::skill::{NewFramework, NewSkill, upsert_framework};
use serde_json::{Value, json};

use super::hand::Hand;
use super::people::{Badges, GRADUATE};
use super::story::{completed, enrollment, issue, issue_for, learner, publish, record, result};
use crate::cli::Failure;

const FRAMEWORK: &str = "https://skills.example/data";
const PROGRAM: &str = "data-stories";
const RECORD: &str = "co-6";

/// What was told.
pub struct Kept {
    /// Programs published for it.
    pub programs: usize,
    /// Learner records made for it.
    pub learners: usize,
    /// The page of the shared passport.
    pub page: String,
}

/// Makes it happen.
pub async fn tell(
    service: &Arc<Service>,
    platform: &Hand,
    company: &Hand,
    badges: &Badges,
) -> Result<Kept, Failure> {
    let programs = skilled(service, platform).await?;
    expiring(company).await?;
    let amara = Hand::of_person(service, &badges.graduate);
    let named = json!({ "learner": { "externalId": RECORD } });
    let code = company.mutate("createLearnerLinkCode", "code", named).await?["code"].clone();
    amara.mutate("redeemLearnerLinkCode", "learner { linked }", json!({ "code": code })).await?;
    project(&amara).await?;
    let share = "passport { share { url } }";
    let shared = amara.mutate("sharePassport", share, json!({ "visibility": "UNLISTED" })).await?;
    let page = shared["passport"]["share"]["url"].as_str().unwrap_or_default().to_owned();
    Ok(Kept { programs, learners: 1, page })
}

/// A course whose outcomes align to skills of a framework; how many programs that are.
async fn skilled(service: &Service, hand: &Hand) -> Result<usize, Failure> {
    let skill = |code: &str, name: &str| NewSkill {
        uri: format!("{FRAMEWORK}/{code}"),
        name: name.to_owned(),
        code: Some(code.to_owned()),
        description: None,
        kind: None,
        alternative_labels: Vec::new(),
    };
    let framework = NewFramework {
        uri: FRAMEWORK.to_owned(),
        name: "Data skills".to_owned(),
        publisher: Some("The Data Guild".to_owned()),
        license: None,
        skills: vec![skill("visualize", "visualize data"), skill("explain", "explain findings to laypeople")],
    };
    upsert_framework(service, &Actor::system(), framework).await?;
    let outcome = |code: &str, statement: &str, skill: &str| json!({ "code": code, "statement": statement, "skills": [{ "uri": format!("{FRAMEWORK}/{skill}") }] });
    let program = json!([{ "externalId": PROGRAM, "title": "Stories from data", "achievementType": "MicroCredential", "language": "en",
        "summary": "Charts that say one thing, and say it honestly.", "levels": [{ "framework": "EQF", "value": "5" }], "workloadHours": 25.0,
        "learningOutcomes": [outcome("S1", "Choose the chart that answers the question", "visualize"),
            outcome("S2", "Tell a finding to people who never saw the data", "explain")],
        "components": [{ "item": { "module": { "externalId": "charts", "title": "Charts" } } }] }]);
    let published = publish(hand, &[&program.to_string()]).await?;
    let enrolled = enrollment(GRADUATE, PROGRAM, None, None, &hand.ago(90));
    hand.rows("upsertEnrollments", vec![enrolled]).await?;
    record(hand, vec![completed(GRADUATE, PROGRAM, "charts", &hand.ago(40))]).await?;
    issue(hand, PROGRAM).await?;
    Ok(published)
}

/// A badge of the company's that ends in two months.
async fn expiring(hand: &Hand) -> Result<(), Failure> {
    let program = "safe-warehouse";
    hand.rows("upsertLearners", vec![learner(RECORD, "Amara", "Okafor")]).await?;
    let (begun, then) = (hand.ago(330), hand.ago(305));
    hand.rows("upsertEnrollments", vec![enrollment(RECORD, program, None, None, &begun)]).await?;
    let units = ["induction", "forklift", "firstaid"].map(|unit| completed(RECORD, program, unit, &then));
    record(hand, units.to_vec()).await?;
    hand.rows("recordResults", vec![result(RECORD, program, "observed", 1.0, &then)]).await?;
    issue_for(hand, &[&format!("{program}/{RECORD}")]).await
}

/// What she made herself, with the outcomes that it shows.
async fn project(amara: &Hand) -> Result<(), Failure> {
    let earned = "{ viewer { passport { earnedSkills { skill { id } sources { outcomes { id } credential { id } } } } } }";
    let earned = amara.data(earned, json!({})).await?["viewer"]["passport"]["earnedSkills"].take();
    let sources: Vec<&Value> =
        earned.as_array().into_iter().flatten().map(|one| &one["sources"][0]).collect();
    let outcomes: Vec<&Value> = sources.iter().map(|one| &one["outcomes"][0]["id"]).collect();
    let input = json!({ "title": "Who waits for a bus in Lagos?", "description": "A month of arrivals at forty stops, told in three charts.",
        "text": "I asked drivers for their logs, cleaned them, and drew what passengers had long known: the wait is worst where the walk is longest.",
        "startedOn": "2026-08-01", "endedOn": "2026-09-12",
        "links": [{ "title": "The three charts", "url": "https://amara.example/buses" }],
        "files": [{ "name": "arrivals.csv", "mediaType": "text/csv", "size": 1_482_330,
            "digest": "sha256-n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=", "url": "https://amara.example/arrivals.csv" }],
        "outcomes": outcomes, "skills": [{ "id": earned[0]["skill"]["id"] }],
        "credentials": [{ "id": sources.first().map(|one| &one["credential"]["id"]) }] });
    amara.mutate("createPortfolioProject", "project { id }", input).await?;
    Ok(())
}
