//! The passport: what a person earned with several issuers, what they made themselves, and how they show it to others.

mod earned;
mod erasing;
mod files;
mod portfolio;
mod results;
mod sharing;

use cairn_service::actor::Actor;
use cairn_service::patch::Patch;
use cairn_service::program::{NewComponent, NewItem, NewOutcome, NewProgram, Validity};
use cairn_service::reference::Reference;
use cairn_service::rows::enums::RenewalStart;
use cairn_service::skill::{NewFramework, NewSkill, SkillReference, upsert_framework};
use cairn_tests::{Client, TestApp, contract, ended};
use serde_json::{Value, json};

use crate::pages;
use crate::school::{School, row};

/// Where a skill of the framework is.
fn skill(name: &str) -> String {
    format!("https://skills.example/{name}")
}

async fn framework(app: &TestApp) {
    let skills = ["weaving", "dyeing"].map(|name| NewSkill {
        uri: skill(name),
        name: name.to_owned(),
        code: None,
        description: None,
        kind: None,
        alternative_labels: Vec::new(),
    });
    let framework = NewFramework {
        uri: skill(""),
        name: "Crafts".to_owned(),
        publisher: None,
        license: None,
        skills: skills.to_vec(),
    };
    upsert_framework(&app.service, &Actor::system(), framework).await.unwrap();
}

/// An outcome that aligns to a skill.
fn teaches(name: &str) -> Patch<Vec<NewOutcome>> {
    Patch::Set(vec![NewOutcome {
        code: "LO1".to_owned(),
        statement: format!("Work by {name} alone"),
        skills: vec![SkillReference::Uri(skill(name))],
    }])
}

/// A program made of programs.
fn made_of(new: &mut NewProgram, programs: &[&str]) {
    let place = |id: &&str| NewComponent {
        required: true,
        group_code: None,
        item: NewItem::Program(Reference::ExternalId((*id).to_owned())),
    };
    new.components = Patch::Set(programs.iter().map(place).collect());
}

/// Twelve months, renewable from two before the end to one after.
const VALIDITY: Validity = Validity {
    months: 12,
    renewal_opens_months_before: Some(2),
    renewal_closes_months_after: Some(1),
    renewal_start: RenewalStart::Renewal,
    renews_contained: false,
    renewal_rule: None,
};

/// Two schools at which Maya learns: at the one she has woven, which counts towards textiles; at the other she has dyed, which holds a year and counts
/// towards crafts, in which she is enrolled.
struct Schools<'a> {
    north: School<'a>,
    south: School<'a>,
    maya: Client,
}

impl<'a> Schools<'a> {
    async fn found(app: &'a TestApp) -> Self {
        framework(app).await;
        let (north, south) = (School::found(app, "north").await, School::found(app, "south").await);
        north.program_with("weaving", |new| new.learning_outcomes = teaches("weaving")).await;
        north.program("spinning").await;
        north.program_with("textiles", |new| made_of(new, &["weaving", "spinning"])).await;
        south
            .program_with("dyeing", |new| {
                new.learning_outcomes = teaches("dyeing");
                new.validity = Patch::Set(VALIDITY);
            })
            .await;
        south.program_with("crafts", |new| made_of(new, &["dyeing"])).await;
        let done = json!({ "status": "COMPLETED", "statusAt": "2026-03-01T09:30:00Z", "enrolledAt": "2026-01-01T00:00:00Z" });
        for school in [&north, &south] {
            school.learners(&["maya", "otto"]).await;
        }
        north.enrollments(vec![row("weaving-maya", "maya", "weaving", done.clone())]).await;
        north.enrollments(vec![row("weaving-otto", "otto", "weaving", done.clone())]).await;
        south.enrollments(vec![row("dyeing-maya", "maya", "dyeing", done)]).await;
        issue(&north, &["weaving-maya", "weaving-otto"]).await;
        issue(&south, &["dyeing-maya"]).await;
        let maya = north.learner("maya").await;
        link(&south, "maya", &maya).await;
        Self { north, south, maya }
    }

    /// Maya, signed in anew: a token does not outlast a journey in time.
    async fn signed_in(&self) -> Client {
        self.north.learner("maya").await
    }

    /// The credentials that Maya holds, by external id of the enrollment.
    async fn held(&self, enrollment: &str) -> Value {
        let query = "{ viewer { passport { credentials { nodes { id status enrollment { externalId } document
            urls { page json } results { key name value shown } } } } } }";
        let data = self.signed_in().await.data(query, json!({})).await;
        let all = data["viewer"]["passport"]["credentials"]["nodes"].as_array().unwrap().clone();
        let of = |one: &Value| one["enrollment"]["externalId"] == enrollment;
        all.into_iter().find(of).unwrap_or_else(|| panic!("{enrollment}: {data}"))
    }

    /// An outcome of a program.
    async fn outcome(&self, school: &School<'_>, program: &str) -> Value {
        let query = "query($filter: ProgramFilter) { programs(first: 50, filter: $filter) { nodes { title learningOutcomes { id } } } }";
        let filter = json!({ "filter": { "issuers": [{ "slug": school.issuer.slug }] } });
        let data = self.maya.data(query, filter).await;
        let nodes = data["programs"]["nodes"].as_array().unwrap().clone();
        let title = format!("Title of {program}");
        nodes.into_iter().find(|one| one["title"] == title).unwrap()["learningOutcomes"][0]["id"].clone()
    }
}

async fn issue(school: &School<'_>, enrollments: &[&str]) {
    let named: Vec<Value> = enrollments.iter().map(|id| json!({ "externalId": id })).collect();
    let document = contract("provider/issue_credentials.graphql");
    let made = school.provider.mutate(&document, json!({ "target": { "enrollments": named } })).await;
    let operation = ended(&school.provider, made["bulkOperation"]["id"].as_str().unwrap()).await;
    assert_eq!(operation["succeeded"], enrollments.len(), "{operation}");
}

/// Links a record to a person by a code of the issuer's.
async fn link(school: &School<'_>, learner: &str, person: &Client) {
    let create = "mutation($input: CreateLearnerLinkCodeInput!) { createLearnerLinkCode(input: $input) { code userErrors { code } } }";
    let made = school.provider.mutate(create, json!({ "learner": { "externalId": learner } })).await;
    let redeem = "mutation($input: RedeemLearnerLinkCodeInput!) { redeemLearnerLinkCode(input: $input) { userErrors { code } } }";
    person.mutate(redeem, json!({ "code": made["code"] })).await;
}

const SHARE: &str = "mutation($input: SharePassportInput!) { sharePassport(input: $input) { passport { share { visibility sharedUntil url name
    allCredentials showsProjects showsProgress views credentials { totalCount nodes { id } } } } userErrors { field message code } } }";

/// Shares a passport; how it is shared then.
async fn share(person: &Client, input: Value) -> Value {
    person.mutate(SHARE, input).await["passport"]["share"].clone()
}

/// The page of a share.
async fn page(app: &TestApp, share: &Value) -> String {
    let answer = app.anonymous().get(&pages::path(&share["url"]), "text/html").await;
    assert_eq!(answer.status(), 200, "{share}");
    answer.text().await.unwrap()
}

/// How the page of a share answers.
async fn status(app: &TestApp, share: &Value) -> u16 {
    app.anonymous().get(&pages::path(&share["url"]), "text/html").await.status().as_u16()
}

const CREATE: &str = "mutation($input: CreatePortfolioProjectInput!) { createPortfolioProject(input: $input) { project { id title description text
    startedOn endedOn shown links { title url } files { name mediaType size digestMultibase digestSRI url } outcomes { id } skills { name } credentials { id } }
    userErrors { field message code } } }";

/// Adds a project; it.
async fn create(person: &Client, input: Value) -> Value {
    person.mutate(CREATE, input).await["project"].clone()
}

/// `(field, code)` of what is wrong with a mutation.
async fn refused(client: &Client, document: &str, input: Value) -> Vec<(String, String)> {
    client.send(document, json!({ "input": input })).await.user_errors()
}

/// One error.
fn at(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}
