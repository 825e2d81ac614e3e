//! Whoever calls, and the passport across issuers.

use cairn_service::actor::{Actor, Role};
use cairn_service::patch::Patch;
use cairn_service::program::terms::{Credit, CreditScheme};
use cairn_service::program::{NewComponent, NewItem, NewOutcome};
use cairn_service::reference::Reference;
use cairn_service::rows::learner;
use cairn_service::skill::{NewFramework, NewSkill, SkillReference, upsert_framework};
use cairn_tests::TestApp;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::school::{School, row};

const PASSPORT: &str = "query($first: Int!, $after: String) { viewer { passport { id name creditTotals { amount scheme } skills { id name }
    enrollments(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        edges { node { id status completedAt program { id title } programVersion { number } learner { name issuer { slug } }
            progress { percent requiredDone requiredTotal } credential { id status } } } } } } }";

#[tokio::test(flavor = "multi_thread")]
async fn everybody_learns_what_they_are() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    let query = "{ viewer { id kind roles scopes passport { id name creditTotals { amount } skills { id } enrollments { totalCount } credentials { totalCount } } } }";
    let nobody = app.anonymous().data(query, json!({})).await;
    assert_eq!(
        (&nobody["viewer"]["kind"], &nobody["viewer"]["passport"]),
        (&json!("ANONYMOUS"), &Value::Null)
    );
    let key = app.dashboard(&school.issuer).await.data(query, json!({})).await;
    assert_eq!((&key["viewer"]["kind"], &key["viewer"]["passport"]), (&json!("API_KEY"), &Value::Null));
    assert_eq!(
        key["viewer"]["scopes"],
        json!(["PROGRAMS_READ", "ENROLLMENTS_READ", "CREDENTIALS_READ", "ANALYTICS_READ"])
    );
    let teacher = app.person(&school.issuer, Role::Instructor, "teacher").await;
    let person = teacher.data(query, json!({})).await;
    assert_eq!(
        (&person["viewer"]["kind"], &person["viewer"]["roles"]),
        (&json!("PERSON"), &json!(["INSTRUCTOR"]))
    );
    assert_eq!(person["viewer"]["passport"]["enrollments"]["totalCount"], 0);

    // Viewer and passport are nodes for their owner alone.
    let ids = json!({ "ids": [person["viewer"]["id"], person["viewer"]["passport"]["id"]] });
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }";
    let own = teacher.data(nodes, ids.clone()).await;
    assert_eq!(
        (&own["nodes"][0]["__typename"], &own["nodes"][1]["__typename"]),
        (&json!("Viewer"), &json!("Passport"))
    );
    assert_eq!(app.operator().await.data(nodes, ids).await["nodes"], json!([null, null]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passport_adds_up_what_was_earned_with_several_issuers() {
    let app = TestApp::start().await;
    let framework = NewFramework {
        uri: "https://skills.example/".to_owned(),
        name: "Skills".to_owned(),
        publisher: None,
        license: None,
        skills: ["weaving", "dyeing"]
            .map(|name| NewSkill {
                uri: format!("https://skills.example/{name}"),
                name: name.to_owned(),
                code: None,
                description: None,
                kind: None,
                alternative_labels: Vec::new(),
            })
            .to_vec(),
    };
    upsert_framework(&app.service, &Actor::system(), framework).await.unwrap();
    let teaches = |skill: &str| {
        Patch::Set(vec![NewOutcome {
            code: "LO1".to_owned(),
            statement: "Do it".to_owned(),
            skills: vec![SkillReference::Uri(format!("https://skills.example/{skill}"))],
        }])
    };
    let north = School::found(&app, "north").await;
    let south = School::found(&app, "south").await;
    north.program_with("weaving", |new| new.learning_outcomes = teaches("weaving")).await;
    north.program("spinning").await;
    // A stack of both, with credit of its own: the parts do not count twice.
    north
        .program_with("textiles", |new| {
            new.credits = Patch::Set(vec![Credit { amount: 250_000, scheme: CreditScheme::Ects }]);
            new.components = Patch::Set(
                ["weaving", "spinning"]
                    .map(|id| NewComponent {
                        required: true,
                        group_code: None,
                        item: NewItem::Program(Reference::ExternalId(id.to_owned())),
                    })
                    .to_vec(),
            );
        })
        .await;
    south
        .program_with("dyeing", |new| {
            new.learning_outcomes = teaches("dyeing");
            new.credits = Patch::Set(vec![Credit { amount: 75_000, scheme: CreditScheme::UkCats }]);
        })
        .await;
    south.program("weaving").await;
    for school in [&north, &south] {
        school.learners(&["maya"]).await;
    }
    let done = json!({ "status": "COMPLETED", "statusAt": "2026-03-01T00:00:00Z", "enrolledAt": "2026-01-01T00:00:00Z" });
    north
        .enrollments(vec![
            row("n1", "maya", "weaving", done.clone()),
            row("n2", "maya", "spinning", done.clone()),
        ])
        .await;
    south
        .enrollments(vec![
            row("s1", "maya", "dyeing", done),
            row("s2", "maya", "weaving", json!({ "enrolledAt": "2026-02-01T00:00:00Z" })),
        ])
        .await;
    let maya = north.learner("maya").await;
    south.learner("maya").await;
    unite(&app).await;

    let answer = maya.send(PASSPORT, json!({ "first": 1 })).await;
    let passport = &answer.data()["viewer"]["passport"];
    assert_eq!(passport["name"], "Name of maya");
    assert_eq!(
        passport["creditTotals"],
        json!([{ "amount": "20.00", "scheme": "ECTS" }, { "amount": "7.50", "scheme": "UK_CATS" }])
    );
    let skills: Vec<&str> =
        passport["skills"].as_array().unwrap().iter().map(|skill| skill["name"].as_str().unwrap()).collect();
    assert_eq!(skills, ["dyeing", "weaving"]);
    let list = &passport["enrollments"];
    assert_eq!((&list["totalCount"], &list["pageInfo"]["hasNextPage"]), (&json!(4), &json!(true)));
    assert_eq!(list["edges"][0]["node"]["learner"]["issuer"]["slug"], "south", "the newest first");
    let all = maya.send(PASSPORT, json!({ "first": 50 })).await;
    assert_eq!(all.data()["viewer"]["passport"]["enrollments"]["edges"].as_array().unwrap().len(), 4);
    assert_eq!(answer.statements, all.statements, "the same for one row and for several of two issuers");

    // Once the stack is complete, it counts in the place of its parts.
    north.enrollments(vec![row("n3", "maya", "textiles", json!({}))]).await;
    let totals =
        maya.data(PASSPORT, json!({ "first": 1 })).await["viewer"]["passport"]["creditTotals"].clone();
    assert_eq!(totals[0], json!({ "amount": "25.00", "scheme": "ECTS" }));
    app.stop().await;
}

/// Makes the learner records of the two issuers one person's, as a shared identity provider would.
async fn unite(app: &TestApp) {
    let connection = app.database().await;
    let records = learner::Entity::find().all(&connection).await.unwrap();
    let person = records[0].person_id;
    for record in records {
        let mut record = record.into_active_model();
        record.person_id = Set(person);
        record.update(&connection).await.unwrap();
    }
}
