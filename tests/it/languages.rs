//! What learners read of GraphQL comes in their language: what is missing for an award, and what its rule asks for.

use cairn_service::actor::Role;
use cairn_service::completion::rule::Rule;
use cairn_service::feed;
use cairn_tests::{Subscribed, TestApp, contract, http};
use reqwest::header::{ACCEPT_LANGUAGE, AUTHORIZATION, ETAG, IF_NONE_MATCH, VARY};
use serde_json::{Value, json};

use crate::course::{Course, event};

/// One requirement of each kind of rule that the course has parts for.
fn rule() -> Rule {
    Rule::AllOf(vec![
        Rule::AtLeast {
            count: 1,
            of: ["m1", "m2"].map(|id| Rule::ComponentCompleted(id.to_owned())).to_vec(),
        },
        Rule::AnyOf(vec![Rule::AssessmentPassed("quiz".to_owned()), Rule::IdentityVerified(true)]),
        Rule::OverallScore(30.0),
    ])
}

async fn course(app: &TestApp) -> Course {
    let course = Course::publish(app, "ou", Some(rule())).await;
    course.enroll(1).await;
    course.events(json!([event("1", "PROGRESSED", "m1", 9, json!(12.5))])).await;
    course
}

/// What is missing in a language of its own, or in that of the request.
fn gap(language: &str) -> String {
    format!("whyNotYet{language} {{ missing {{ requirement detail }} tree }}")
}

fn read(fields: &str) -> String {
    format!("query($ref: EnrollmentRef!) {{ enrollment(ref: $ref) {{ {fields} }} }}")
}

fn e0() -> Value {
    json!({ "ref": { "externalId": "e0" } })
}

/// Each requirement with its detail.
fn missing(gap: &Value) -> Vec<[&str; 2]> {
    let missing = gap["missing"].as_array().unwrap().iter();
    missing.map(|missing| ["requirement", "detail"].map(|name| missing[name].as_str().unwrap())).collect()
}

const ENGLISH: [[&str; 2]; 3] = [
    ["Complete “Module m1”", "12.5% done; or complete “Module m2” instead"],
    ["Pass “The quiz”", "needs 5 of 10 points; not tried yet; or have your identity checked instead"],
    ["Reach an overall score of at least 30%", "0% so far"],
];
const GERMAN: [[&str; 2]; 3] = [
    ["„Module m1“ abschließen", "zu 12,5\u{a0}% fertig; oder stattdessen „Module m2“ abschließen"],
    [
        "„The quiz“ bestehen",
        "5 von 10 Punkten nötig; noch nicht versucht; oder stattdessen Ihre Identität prüfen lassen",
    ],
    ["Ein Gesamtergebnis von mindestens 30\u{a0}% erreichen", "bisher 0\u{a0}%"],
];
const ARABIC: [[&str; 2]; 3] = [
    ["إكمال «\u{2068}Module m1\u{2069}»", "أُنجز 12.5% منه؛ أو إكمال «\u{2068}Module m2\u{2069}» بدلًا من ذلك"],
    [
        "اجتياز «\u{2068}The quiz\u{2069}»",
        "المطلوب 5 من 10 نقاط؛ لم تجرِ أي محاولة بعد؛ أو التحقق من هويتك بدلًا من ذلك",
    ],
    ["بلوغ نتيجة إجمالية لا تقل عن 30%", "0% حتى الآن"],
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_told_in_the_language_of_who_reads_it() {
    let app = TestApp::start().await;
    let course = course(&app).await;
    let learner = app.person(&course.issuer, Role::Learner, "l0").await;
    let document = read(&gap(""));
    for (languages, expected) in [
        ("de-AT, en;q=0.5", GERMAN),
        ("fr, ar;q=0.9, de;q=0.1", ARABIC),
        ("tlh", ENGLISH),
        ("de;q=0, en", ENGLISH),
    ] {
        let told = learner.reading(languages).data(&document, e0()).await["enrollment"]["whyNotYet"].clone();
        assert_eq!(missing(&told), expected, "{languages}");
        assert_eq!(told["tree"]["allOf"][2]["detail"], expected[2][1], "{languages}");
        assert_eq!(told["tree"]["allOf"][2]["overallScore"], 30.0, "what programs read is the same");
    }
    // The system behind a site names no language: it reads English, or asks for its reader's.
    let english = course.provider.data(&document, e0()).await["enrollment"]["whyNotYet"].clone();
    assert_eq!(missing(&english), ENGLISH);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_is_told_in_the_language_that_it_asks_for_without_a_statement_more() {
    let app = TestApp::start().await;
    let course = course(&app).await;
    let learner = app.person(&course.issuer, Role::Learner, "l0").await.reading("de");
    let one = learner.send(&read(&gap("")), e0()).await;
    let fields = [
        gap(""),
        format!("arabic: {}", gap("(language: \"ar-EG\")")),
        format!("english: {}", gap("(language: \"EN\")")),
        format!("unknown: {}", gap("(language: \"tlh\")")),
    ];
    let all = learner.send(&read(&fields.join(" ")), e0()).await;
    assert_eq!(all.statements, one.statements);
    let told = &all.data()["enrollment"];
    for (field, expected) in
        [("whyNotYet", GERMAN), ("arabic", ARABIC), ("english", ENGLISH), ("unknown", GERMAN)]
    {
        assert_eq!(missing(&told[field]), expected, "{field}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_asks_for_is_told_in_the_language_of_who_reads_it() {
    let app = TestApp::start().await;
    let course = course(&app).await;
    let rule = "program { completionRule { description english: description(language: \"en\") arabic: description(language: \"ar\") } }";
    let told = course.provider.reading("de").data(&read(rule), e0()).await["enrollment"]["program"]
        ["completionRule"]
        .clone();
    assert_eq!(
        told["description"],
        "(mindestens 1 von diesen 2 erfüllen: „Module m1“ abschließen; „Module m2“ abschließen), („The quiz“ bestehen oder Ihre Identität \
         prüfen lassen) und ein Gesamtergebnis von mindestens 30\u{a0}% erreichen."
    );
    assert_eq!(
        told["english"],
        "(do at least 1 of these 2: complete “Module m1”; complete “Module m2”), (pass “The quiz” or have your identity verified) and reach \
         an overall score of at least 30%."
    );
    assert_eq!(
        told["arabic"].as_str().unwrap().replace(['\u{2068}', '\u{2069}'], ""),
        "(تحقيق 1 على الأقل من 2 مما يأتي: إكمال «Module m1»؛ إكمال «Module m2») و(اجتياز «The quiz» أو التحقق من هويتك) وبلوغ نتيجة \
         إجمالية لا تقل عن 30%."
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_keeps_the_answers_of_each_language_apart() {
    let app = TestApp::start().await;
    let course = course(&app).await;
    let document = read(&gap(""));
    let digest = cairn_credential::multihash::sha256(document.as_bytes());
    let digest = bs58::decode(&digest[1..]).into_vec().unwrap();
    let hash: String = digest[2..].iter().map(|byte| format!("{byte:02x}")).collect();
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    let known = json!({ "query": document, "variables": e0(), "extensions": extensions });
    course.provider.post("/graphql", &known).await.data();
    let get = async |languages: &str, tag: Option<&str>| {
        let parameters = [("variables", e0().to_string()), ("extensions", extensions.to_string())];
        let address = url::Url::parse_with_params(&format!("{}/graphql", app.base()), &parameters).unwrap();
        let request = http().get(address);
        let request = request.header(AUTHORIZATION, course.provider.authorization().unwrap());
        let request = request.header(ACCEPT_LANGUAGE, languages);
        match tag {
            Some(tag) => request.header(IF_NONE_MATCH, tag),
            None => request,
        }
        .send()
        .await
        .unwrap()
    };
    let german = get("de", None).await;
    assert!(german.headers()[VARY].to_str().unwrap().contains("accept-language"));
    let tag = german.headers()[ETAG].to_str().unwrap().to_owned();
    let german: Value = german.json().await.unwrap();
    assert_eq!(missing(&german["data"]["enrollment"]["whyNotYet"]), GERMAN);
    let strong = tag.trim_start_matches("W/");
    for same in [&tag, strong, &format!("\"x\", {tag}"), "*"] {
        assert_eq!(get("de-AT", Some(same)).await.status(), 304, "{same}");
    }
    let arabic = get("ar", Some(&tag)).await;
    assert_eq!(arabic.status(), 200, "a copy in another language does not do");
    assert_ne!(arabic.headers()[ETAG], tag.as_str());
    let arabic: Value = arabic.json().await.unwrap();
    assert_eq!(missing(&arabic["data"]["enrollment"]["whyNotYet"]), ARABIC);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_is_the_same_request_in_any_language() {
    let app = TestApp::start().await;
    let course = course(&app).await;
    let learner = json!({ "externalId": "l9", "name": "Learner 9" });
    course.provider.mutate(&contract("provider/upsert_learners.graphql"), json!({ "rows": [learner] })).await;
    let document = "mutation($input: EnrollInput!) { enroll(input: $input) { userErrors { code }
        enrollment { id whyNotYet { missing { requirement detail } } } } }";
    let input =
        json!({ "input": { "program": { "externalId": "course" }, "learner": { "externalId": "l9" } } });
    let send = async |languages: &str| {
        let sent =
            course.provider.reading(languages).send_keyed(Some("one"), document, None, input.clone()).await;
        (sent.replayed, sent.payload()["enrollment"].clone())
    };
    let (first, made) = send("de").await;
    let (again, same) = send("ar").await;
    assert_eq!((first, again, &made["id"]), (false, true, &same["id"]));
    assert_eq!(missing(&made["whyNotYet"])[1], GERMAN[1]);
    assert_eq!(
        missing(&same["whyNotYet"])[1],
        ARABIC[1],
        "what was made is read in the language of who asks"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_tells_in_the_language_of_its_handshake() {
    let app = TestApp::start().await;
    let course = course(&app).await;
    let document = "subscription Told($after: String) { progressUpdated(after: $after) { enrollment { whyNotYet { missing { requirement detail } } } } }";
    let after = json!({ "after": feed::cursor(0) });
    for (languages, expected) in [("ar", ARABIC), ("de", GERMAN), ("", ENGLISH)] {
        let reader = course.provider.reading(languages);
        let mut followed = Subscribed::to(&reader, document, "Told", after.clone()).await;
        let told = followed.data().await["progressUpdated"]["enrollment"]["whyNotYet"].clone();
        assert_eq!(missing(&told), expected, "{languages}");
    }
    app.stop().await;
}
