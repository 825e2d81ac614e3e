//! Programs: writing, publishing and reading one.

use cairn_service::actor::{Actor, Role, Scope};
use cairn_service::skill::{self, NewFramework, NewSkill};
use cairn_tests::{Client, TestApp};
use serde_json::{Value, json};

pub const UPSERT: &str = include_str!("../contract/provider/upsert_program.graphql");
pub const PUBLISH: &str = include_str!("../contract/provider/publish_program.graphql");
pub const DETAIL: &str = include_str!("../contract/public/program.graphql");

pub const SKILL: &str = "http://data.europa.eu/esco/skill/b590d4e1-0000-0000-0000-000000000000";

/// Loads a small framework of skills.
pub async fn load_skills(app: &TestApp) {
    let skill = |uri: &str, name: &str| NewSkill {
        uri: uri.to_owned(),
        name: name.to_owned(),
        code: None,
        description: None,
        kind: None,
        alternative_labels: Vec::new(),
    };
    let framework = NewFramework {
        uri: "http://data.europa.eu/esco/concept-scheme/skills".to_owned(),
        name: "ESCO".to_owned(),
        publisher: Some("European Commission".to_owned()),
        license: None,
        skills: vec![skill(SKILL, "analyse data"), skill("https://skills.example/2", "visualize data")],
    };
    skill::upsert_framework(&app.service, &Actor::system(), framework).await.unwrap();
}

/// A career certificate: eight courses in order and a capstone.
pub fn career_certificate(external_id: &str) -> Value {
    let mut components: Vec<Value> = (1..=8)
        .map(|n| {
            json!({ "item": { "module": { "externalId": format!("course-{n}"), "title": format!("Course {n}"),
                "workloadHours": 20, "outcomes": ["ANALYZE"] } } })
        })
        .collect();
    components.push(json!({ "item": { "module": { "externalId": "capstone", "title": "Capstone" } } }));
    json!({
        "externalId": external_id, "title": "Data Analytics Certificate", "achievementType": "Certificate",
        "summary": "From spreadsheets to dashboards", "description": "Eight courses.", "criteria": "Finish them.",
        "deliveryMode": "ONLINE", "durationWeeks": 17.5, "workloadHours": 180, "imageUrl": "https://img.example/a.png",
        "prices": [{ "amount": "49", "currency": "USD", "per": "MONTH" }],
        "credits": [{ "amount": "9", "scheme": "US_SEMESTER_HOURS" }],
        "levels": [{ "framework": "EQF", "value": "5" }],
        "tracks": [{ "code": "audit", "name": "Audit", "leadsToAwards": false },
            { "code": "verified", "name": "Verified", "identityCheckRequired": true,
              "prices": [{ "amount": "99.50", "currency": "USD" }] }],
        "learningOutcomes": [{ "code": "ANALYZE", "statement": "Analyze data", "skills": [{ "uri": SKILL }] },
            { "code": "SHOW", "statement": "Show findings" }],
        "components": components,
        "assessments": [
            { "externalId": "quiz", "title": "Quiz", "kind": "QUIZ", "grading": "AUTOMATED", "weight": 1, "passMark": 80 },
            { "externalId": "project", "title": "Capstone project", "kind": "PROJECT", "module": "capstone", "weight": 3,
              "passMark": 8, "maxScore": 10, "maxAttempts": 3, "supervision": "PROCTORED", "identityCheck": "ACCOUNT",
              "rubric": [{ "criterion": "Clarity", "levels": [{ "label": "Weak", "points": 0 },
                { "label": "Good", "points": 10, "description": "Everything is clear" }] }] }],
        "completionRule": { "allOf": [{ "track": ["verified"] }, { "assessmentPassed": "project" },
            { "atLeast": { "count": 8, "of": (1..=8).map(|n| json!({ "componentCompleted": format!("course-{n}") })).collect::<Vec<_>>() } },
            { "overallScore": 80 }] },
        "validity": { "months": 36, "renewalOpensMonthsBefore": 6 },
        "recognitions": [{ "body": "ACE", "statement": "Recommends credit", "credits": [{ "amount": "9", "scheme": "US_SEMESTER_HOURS" }],
            "url": "https://ace.example/" }],
        "qualityAssurance": ["INTERNAL", "EXTERNAL_AGENCY"],
        "parties": [{ "role": "ASSESSES", "name": "Proctors Ltd", "url": "https://proctors.example/" }],
        "prerequisites": { "description": "None but curiosity" }
    })
}

pub async fn upsert_and_publish(provider: &Client, input: Value) -> Value {
    let id = json!({ "externalId": input["externalId"] });
    provider.mutate(UPSERT, input).await;
    provider.mutate(PUBLISH, json!({ "program": id })).await["program"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_career_certificate_is_written_published_and_edited() {
    let app = TestApp::start().await;
    load_skills(&app).await;
    let provider = app.provider(&app.issuer("uni").await).await;
    let made = provider.mutate(UPSERT, career_certificate("dac")).await;
    assert_eq!(made["program"]["slug"], "uni-data-analytics-certificate");
    assert_eq!(made["programVersion"]["number"], 1);
    assert_eq!(made["programVersion"]["status"], "DRAFT");
    let slug = json!({ "slug": made["program"]["slug"] });
    assert_eq!(app.anonymous().data(DETAIL, slug.clone()).await["program"], Value::Null);

    // Again the same: nothing changes; in another order: the ids stay.
    let again = provider.mutate(UPSERT, career_certificate("dac")).await;
    assert_eq!(again, made);
    let mut edited = career_certificate("dac");
    edited["components"].as_array_mut().unwrap().swap(0, 1);
    let swapped = provider.mutate(UPSERT, edited).await;
    let module =
        |payload: &Value, place: usize| payload["programVersion"]["components"][place]["item"]["id"].clone();
    assert_eq!((module(&swapped, 0), module(&swapped, 1)), (module(&made, 1), module(&made, 0)));
    assert_eq!(swapped["programVersion"]["assessments"], made["programVersion"]["assessments"]);
    provider.mutate(UPSERT, career_certificate("dac")).await;

    let published = provider.mutate(PUBLISH, json!({ "program": { "externalId": "dac" } })).await;
    assert_eq!(published["programVersion"]["status"], "PUBLISHED");
    assert!(published["programVersion"]["publishedAt"].is_string());
    let seen = app.anonymous().data(DETAIL, slug.clone()).await["program"].clone();
    check_detail(&seen);

    // An edit opens version 2; the public still sees version 1, unchanged.
    let short = json!({ "externalId": "dac", "title": "Data Analytics", "achievementType": "Certificate", "summary": null });
    let draft = provider.mutate(UPSERT, short).await;
    assert_eq!(
        (&draft["programVersion"]["number"], &draft["programVersion"]["status"]),
        (&json!(2), &json!("DRAFT"))
    );
    assert_eq!(draft["programVersion"]["components"].as_array().unwrap().len(), 9);
    assert_ne!(module(&draft, 0), module(&made, 0), "a frozen version's parts are its own");
    assert_eq!(app.anonymous().data(DETAIL, slug.clone()).await["program"], seen);
    let inside = "query($slug: String!) { program(slug: $slug) { version draft { number title summary awards { id title } } } }";
    assert_eq!(app.anonymous().data(inside, slug.clone()).await["program"]["draft"], Value::Null);
    let draft = provider.data(inside, slug.clone()).await["program"]["draft"].clone();
    let award = json!([{ "id": seen["awards"][0]["id"], "title": "Data Analytics" }]);
    assert_eq!(draft, json!({ "number": 2, "title": "Data Analytics", "summary": null, "awards": award }));

    provider.mutate(PUBLISH, json!({ "program": { "externalId": "dac" } })).await;
    let now = app.anonymous().data(DETAIL, slug).await["program"].clone();
    assert_eq!(
        (&now["version"], &now["title"], &now["slug"]),
        (&json!(2), &json!("Data Analytics"), &seen["slug"])
    );
    app.stop().await;
}

fn check_detail(seen: &Value) {
    assert_eq!(seen["durationWeeks"], 17.5);
    let prices = json!([{ "amount": "49.00", "currency": "USD", "per": "MONTH", "track": null },
        { "amount": "99.50", "currency": "USD", "per": "ONCE", "track": "verified" }]);
    assert_eq!(seen["prices"], prices);
    assert_eq!(seen["skills"][0]["framework"], "ESCO");
    assert_eq!(seen["skills"][0]["uri"], SKILL);
    assert_eq!(seen["components"].as_array().unwrap().len(), 9);
    assert_eq!(seen["components"][7]["item"]["externalId"], "course-8");
    assert_eq!(seen["components"][0]["item"]["learningOutcomes"][0]["statement"], "Analyze data");
    assert_eq!(seen["assessments"][1]["rubric"][0]["levels"][1]["points"], 10.0);
    let award = &seen["awards"][0];
    assert_eq!(
        (&award["kind"], &award["title"], &award["validMonths"]),
        (&json!("CREDENTIAL"), &seen["title"], &json!(36))
    );
    let rule = &seen["completionRule"];
    assert!(
        rule["description"]
            .as_str()
            .unwrap()
            .starts_with("Take part on the track “Verified”, pass “Capstone project”,")
    );
    assert_eq!(rule["tree"]["allOf"][1], json!({ "assessmentPassed": "project" }));
    assert_eq!(rule["tree"]["allOf"][2]["atLeast"]["count"], 8);
    let rigor = json!({ "workloadHours": 180.0, "assessmentKinds": ["QUIZ", "PROJECT"], "supervision": "PROCTORED", "identityCheck": "ACCOUNT",
        "grading": ["AUTOMATED", "EXPERT"], "maxAttempts": null, "passMark": 80.0, "qualityAssurance": ["INTERNAL", "EXTERNAL_AGENCY"], "observed": null });
    // 80 % is out of reach without the quiz, whose attempts have no limit.
    assert_eq!(seen["rigor"], rigor);
    assert_eq!(seen["parties"][0]["name"], "Proctors Ltd");
    assert_eq!(seen["tracks"][1]["identityCheckRequired"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_program_is_told_by_field_and_nothing_is_written() {
    let app = TestApp::start().await;
    load_skills(&app).await;
    let provider = app.provider(&app.issuer("uni").await).await;
    upsert_and_publish(&provider, career_certificate("other")).await;
    let cases: &[(&str, Value, &str, &str)] = &[
        ("/title", json!(" "), "title", "REQUIRED"),
        ("/externalId", json!(" x"), "externalId", "INVALID"),
        ("/slug", json!("No Slug"), "slug", "INVALID"),
        ("/slug", json!("uni-data-analytics-certificate"), "slug", "TAKEN"),
        ("/achievementType", json!("Nanodegree"), "achievementType", "INVALID"),
        ("/language", json!("english!"), "language", "INVALID"),
        ("/durationWeeks", json!(-1), "durationWeeks", "INVALID"),
        ("/workloadHours", json!(1e300), "workloadHours", "INVALID"),
        ("/prices/0/currency", json!("usd"), "prices.0.currency", "INVALID"),
        ("/prices/0/amount", json!("-1"), "prices.0.amount", "INVALID"),
        ("/prices/0/track", json!("gold"), "prices.0.track", "NOT_FOUND"),
        ("/credits/0/amount", json!("0"), "credits.0.amount", "INVALID"),
        ("/tracks/1/code", json!("audit"), "tracks.1.code", "TAKEN"),
        ("/learningOutcomes/1/code", json!("ANALYZE"), "learningOutcomes.1.code", "TAKEN"),
        (
            "/learningOutcomes/0/skills/0/uri",
            json!("https://no.example/"),
            "learningOutcomes.0.skills.0",
            "NOT_FOUND",
        ),
        (
            "/components/0/item/module/outcomes/0",
            json!("NONE"),
            "components.0.item.module.outcomes.0",
            "NOT_FOUND",
        ),
        (
            "/components/1/item/module/externalId",
            json!("course-1"),
            "components.1.item.module.externalId",
            "TAKEN",
        ),
        (
            "/components/8/item",
            json!({ "program": { "externalId": "none" } }),
            "components.8.item.program",
            "NOT_FOUND",
        ),
        ("/assessments/1/externalId", json!("quiz"), "assessments.1.externalId", "TAKEN"),
        ("/assessments/1/module", json!("course-9"), "assessments.1.module", "NOT_FOUND"),
        ("/assessments/1/passMark", json!(11), "assessments.1.passMark", "INVALID"),
        ("/assessments/0/weight", json!(-1), "assessments.0.weight", "INVALID"),
        ("/assessments/1/maxAttempts", json!(0), "assessments.1.maxAttempts", "INVALID"),
        ("/assessments/1/rubric/0/levels", json!([]), "assessments.1.rubric.0.levels", "REQUIRED"),
        (
            "/completionRule",
            json!({ "anyOf": [{ "assessmentPassed": "none" }] }),
            "completionRule.anyOf.0.assessmentPassed",
            "NOT_FOUND",
        ),
        (
            "/completionRule",
            json!({ "componentCompleted": "none" }),
            "completionRule.componentCompleted",
            "NOT_FOUND",
        ),
        ("/completionRule", json!({ "track": ["gold"] }), "completionRule.track.0", "NOT_FOUND"),
        ("/completionRule", json!({ "overallScore": 101 }), "completionRule.overallScore", "INVALID"),
        ("/completionRule", json!({ "allOf": [] }), "completionRule.allOf", "REQUIRED"),
        (
            "/completionRule",
            json!({ "atLeast": { "count": 2, "of": [{ "identityVerified": true }] } }),
            "completionRule.atLeast.count",
            "INVALID",
        ),
        ("/validity/months", json!(0), "validity.months", "INVALID"),
        ("/validity/renewalOpensMonthsBefore", json!(37), "validity.renewalOpensMonthsBefore", "INVALID"),
        (
            "/prerequisites/programs",
            json!([{ "externalId": "none" }]),
            "prerequisites.programs.0",
            "NOT_FOUND",
        ),
        ("/parties/0", json!({ "role": "HOSTS" }), "parties.0.name", "REQUIRED"),
        ("/parties/0/issuer", json!({ "slug": "none" }), "parties.0.issuer", "NOT_FOUND"),
        (
            "/awards",
            json!([{ "externalId": "c", "kind": "CREDITS", "title": "Credit" }]),
            "awards.0.credits",
            "REQUIRED",
        ),
    ];
    for (pointer, value, field, code) in cases {
        let mut input = career_certificate("bad");
        put(&mut input, pointer, value.clone());
        let answer = provider.send(UPSERT, json!({ "input": input })).await;
        let expected = ((*field).to_owned(), (*code).to_owned());
        assert!(answer.user_errors().contains(&expected), "{pointer} {value}: {answer:?}");
    }
    let unwritten = provider.send(PUBLISH, json!({ "input": { "program": { "externalId": "bad" } } })).await;
    assert_eq!(unwritten.user_errors(), [("program".to_owned(), "NOT_FOUND".to_owned())]);
    app.stop().await;
}

/// Sets a value at a JSON pointer, in an object also where there is none yet.
fn put(input: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = input.pointer_mut(parent).unwrap();
    match parent.as_array_mut() {
        Some(list) => list[name.parse::<usize>().unwrap()] = value,
        None => parent[name] = value,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_stack_without_cycles_and_need_published_parts() {
    let app = TestApp::start().await;
    let (uni, college) = (app.issuer("uni").await, app.issuer("college").await);
    let (uni, college) = (app.provider(&uni).await, app.provider(&college).await);
    let stack = |id: &str, parts: Vec<Value>| {
        let components: Vec<Value> =
            parts.into_iter().map(|part| json!({ "item": { "program": part } })).collect();
        json!({ "externalId": id, "title": id, "achievementType": "Course", "components": components,
            "credits": [{ "amount": "10", "scheme": "ECTS" }] })
    };
    let empty = uni.mutate(UPSERT, stack("a", vec![])).await;
    let refused = |answer: cairn_tests::Answer| answer.user_errors()[0].clone();
    let publish = |id: &str| json!({ "input": { "program": { "externalId": id } } });
    let conflict = ("program".to_owned(), "CONFLICT".to_owned());
    assert_eq!(refused(uni.send(PUBLISH, publish("a")).await), conflict);

    let assessed = json!({ "externalId": "a", "title": "A", "achievementType": "Course",
        "assessments": [{ "externalId": "x", "title": "X", "kind": "EXAM" }] });
    uni.mutate(UPSERT, assessed).await;
    uni.mutate(UPSERT, stack("b", vec![json!({ "externalId": "a" })])).await;
    assert_eq!(refused(uni.send(PUBLISH, publish("b")).await), conflict);
    let foreign = college
        .send(UPSERT, json!({ "input": stack("c", vec![json!({ "id": empty["program"]["id"] })]) }))
        .await;
    assert_eq!(foreign.user_errors(), [("components.0.item.program".to_owned(), "NOT_FOUND".to_owned())]);

    uni.mutate(PUBLISH, json!({ "program": { "externalId": "a" } })).await;
    uni.mutate(PUBLISH, json!({ "program": { "externalId": "b" } })).await;
    let done = uni.send(PUBLISH, publish("b")).await;
    assert_eq!(done.user_errors(), [("program".to_owned(), "ALREADY_DONE".to_owned())]);
    let mut greedy = stack("c", vec![json!({ "id": empty["program"]["id"] })]);
    greedy["completionRule"] = json!({ "credits": { "amount": "10.5", "scheme": "ECTS" } });
    college.mutate(UPSERT, greedy).await;
    assert_eq!(refused(college.send(PUBLISH, publish("c")).await), conflict);
    for parts in [vec![json!({ "externalId": "b" })], vec![json!({ "externalId": "a" })]] {
        let answer = uni.send(UPSERT, json!({ "input": stack("a", parts) })).await;
        assert_eq!(answer.user_errors(), [("components.0.item.program".to_owned(), "CONFLICT".to_owned())]);
    }
    let above = "{ program(slug: \"uni-a\") { stacksInto { title components { item { ... on Program { title } } } } } }";
    let seen = app.anonymous().data(above, json!({})).await;
    assert_eq!(
        seen["program"]["stacksInto"],
        json!([{ "title": "b", "components": [{ "item": { "title": "A" } }] }])
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_are_their_issuers_own() {
    let app = TestApp::start().await;
    load_skills(&app).await;
    let (uni, college) = (app.issuer("uni").await, app.issuer("college").await);
    let provider = app.provider(&uni).await;
    let made = provider.mutate(UPSERT, career_certificate("dac")).await;
    let version = &made["programVersion"];
    let ids = json!({ "ids": [made["program"]["id"], version["id"], version["components"][0]["id"],
        version["components"][0]["item"]["id"], version["assessments"][0]["id"]] });
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
    let learner = app.person(&uni, Role::Learner, "l-1").await;
    for outsider in [app.anonymous(), app.provider(&college).await, learner] {
        assert_eq!(outsider.data(nodes, ids.clone()).await["nodes"], json!([null, null, null, null, null]));
        let answer =
            outsider.send(PUBLISH, json!({ "input": { "program": { "id": made["program"]["id"] } } })).await;
        if answer.body.get("errors").is_none() {
            assert_eq!(answer.user_errors(), [("program".to_owned(), "NOT_FOUND".to_owned())]);
        }
    }
    let instructor = app.person(&uni, Role::Instructor, "i-1").await;
    for insider in [&provider, &instructor] {
        let seen = insider.data(nodes, ids.clone()).await;
        assert_eq!(seen["nodes"][1]["__typename"], "ProgramVersion");
        assert!(seen["nodes"].as_array().unwrap().iter().all(|node| node["id"].is_string()));
    }
    let reader = app.key(&uni, &[Scope::ProgramsRead]).await;
    let answer = reader.send(UPSERT, json!({ "input": career_certificate("x") })).await;
    assert_eq!(answer.code(), "FORBIDDEN");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_in_any_script_get_slugs_of_their_own() {
    let app = TestApp::start().await;
    let provider = app.provider(&app.issuer("uni").await).await;
    let new =
        |id: &str, title: &str| json!({ "externalId": id, "title": title, "achievementType": "Course" });
    let mut slugs = Vec::new();
    for (id, title) in
        [("1", "علوم البيانات"), ("2", "データ"), ("3", "Été à l’école 🎓"), ("4", "Ete a l'ecole")]
    {
        slugs.push(provider.mutate(UPSERT, new(id, title)).await["program"]["slug"].clone());
    }
    assert_eq!(
        json!(slugs),
        json!(["uni-program", "uni-program-2", "uni-ete-a-lecole", "uni-ete-a-lecole-2"])
    );
    let mut renamed = new("3", "Winter");
    renamed["slug"] = json!("uni-winter");
    let answer = provider.send(UPSERT, json!({ "input": renamed })).await;
    assert_eq!(answer.user_errors(), [("slug".to_owned(), "CONFLICT".to_owned())]);
    app.stop().await;
}
