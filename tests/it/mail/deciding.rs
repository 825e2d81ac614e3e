//! What an issuer decides: settings and words, tried out before learners read them; and who may see and decide what.

use cairn_service::actor::{Role, Scope};

use super::*;

async fn refused(client: &Client, name: &str, input: Value) -> Vec<(String, String)> {
    client.send(&operation(name), json!({ "input": input })).await.user_errors()
}

fn at(path: &str, code: &str) -> (String, String) {
    (path.to_owned(), code.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_and_words_that_cannot_be_used_are_refused_with_what_to_mend() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let provider = &course.provider;
    let input =
        json!({ "enabled": true, "kinds": [], "daysBeforeExpiry": 0, "replyTo": "nobody", "language": "?" });
    assert_eq!(
        refused(provider, "SetNoticeSettings", input).await,
        [
            at("kinds", "REQUIRED"),
            at("daysBeforeExpiry", "INVALID"),
            at("replyTo", "INVALID"),
            at("language", "INVALID")
        ]
    );
    let operator = app.operator().await;
    assert_eq!(
        refused(&operator, "SetNoticeSettings", json!({ "enabled": true })).await,
        [at("issuer", "REQUIRED")]
    );
    let words = |subject: &str, text: &str| json!({ "kind": "AWARDED", "language": "en", "words": { "subject": subject, "text": text } });
    for (subject, text, expected) in [
        ("", "x", vec![at("words.subject", "REQUIRED")]),
        ("{link}", "x", vec![at("words.subject", "INVALID")]),
        ("a\nb", "x", vec![at("words.subject", "INVALID")]),
        ("x", "{name}", vec![at("words.text", "INVALID")]),
        ("{", "}", vec![at("words.subject", "INVALID"), at("words.text", "INVALID")]),
    ] {
        assert_eq!(
            refused(provider, "SetNoticeWords", words(subject, text)).await,
            expected,
            "{subject} {text}"
        );
    }
    let test = json!({ "kind": "AWARDED" });
    let told = provider.send(&operation("SendTestNotice"), json!({ "input": test })).await.payload();
    assert!(told["userErrors"][0]["message"].as_str().unwrap().contains("sends no mail"), "{told}");
    assert_eq!((&told["accepted"], &told["userErrors"][0]["code"]), (&Value::Null, &json!("NOT_ELIGIBLE")));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_seen_and_sent_to_oneself_before_learners_read_them() {
    let (app, mut server, course) = school().await;
    let provider = &course.provider;
    let look = async |kind: &str, language: &str, words: Value| {
        let variables = json!({ "slug": "alpha", "kind": kind, "language": language, "words": words });
        provider.data(&operation("NoticeSettings"), variables).await["issuer"]["noticeSettings"].clone()
    };
    let seen = look("EXPIRING", "de-CH", Value::Null).await;
    assert_eq!(
        (&seen["wordsInForce"]["language"], &seen["wordsInForce"]["own"]),
        (&json!("de"), &json!(false))
    );
    let preview = &seen["preview"]["preview"];
    assert_eq!(
        (&preview["language"], &preview["subject"]),
        (&json!("de"), &json!("Data literacy: Ihr Nachweis läuft bald ab"))
    );
    assert!(preview["text"].as_str().unwrap().contains("Guten Tag Maya Okafor,"), "{preview}");
    assert!(preview["html"].as_str().unwrap().contains("<html lang=\"de\" dir=\"ltr\">"));

    let words = json!({ "subject": "{program} endet", "text": "Liebe(r) {learner}, bald endet {program}." });
    let tried = look("EXPIRING", "de", words.clone()).await;
    assert!(
        tried["preview"]["preview"]["text"]
            .as_str()
            .unwrap()
            .starts_with("Liebe(r) Maya Okafor, bald endet Data literacy.")
    );
    assert_eq!(tried["words"], json!([]), "a preview sets nothing");
    let wrong = look("EXPIRING", "de", json!({ "subject": "x", "text": "{nome}" })).await["preview"].clone();
    assert_eq!(
        (&wrong["preview"], &wrong["userErrors"][0]["field"]),
        (&Value::Null, &json!(["words", "text"]))
    );

    let set = json!({ "kind": "EXPIRING", "language": "DE", "words": words });
    let own = provider.mutate(&operation("SetNoticeWords"), set).await["words"].clone();
    assert_eq!((&own["language"], &own["own"]), (&json!("de"), &json!(true)));
    assert_eq!(look("EXPIRING", "de-CH", Value::Null).await["wordsInForce"]["subject"], "{program} endet");
    let test = async || {
        provider.mutate(&operation("SendTestNotice"), json!({ "kind": "EXPIRING", "language": "de" })).await
    };
    let told = test().await;
    assert_eq!((&told["accepted"], &told["code"]), (&json!(true), &json!(250)));
    let message = server.took(1).await.remove(0);
    assert_eq!(
        (&message["to"], &message["subject"]),
        (&json!(["awards@alpha.example"]), &json!("Data literacy endet"))
    );
    server.behave(json!({ "reply": "550 5.7.1 no" })).await;
    let told = test().await;
    assert_eq!((&told["accepted"], &told["code"]), (&json!(false), &json!(550)));

    let back = json!({ "kind": "EXPIRING", "language": "de" });
    assert_eq!(provider.mutate(&operation("SetNoticeWords"), back).await["words"], Value::Null);
    assert_eq!(look("EXPIRING", "de", Value::Null).await["wordsInForce"]["own"], false);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn switched_off_nothing_goes_out_not_even_what_waits() {
    let (app, mut server, course) = school().await;
    server.behave(json!({ "reply": "451 4.3.0 later" })).await;
    award(&course, 2).await;
    once(&course.provider, |all| all.iter().filter(|one| one["attemptCount"] == 1).count() == 2).await;
    let off = json!({ "enabled": true, "kinds": ["REVOKED"] });
    course.provider.mutate(&operation("SetNoticeSettings"), off).await;
    server.behave(json!({ "reply": null })).await;
    app.clock.advance(chrono::TimeDelta::minutes(1));
    let all = settled(&course.provider, 2).await;
    assert!(all.iter().all(|one| one["reason"] == "SWITCHED_OFF"), "{all:#?}");
    assert!(server.messages().is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_issuer_has_its_own_and_sees_no_others() {
    let (app, server, course) = school().await;
    let beta = Course::publish(&app, "beta").await;
    let words = json!({ "kind": "AWARDED", "language": "en", "words": { "subject": "Alpha speaks", "text": "{link}" } });
    course.provider.mutate(&operation("SetNoticeWords"), words).await;
    switch_on(&beta.provider).await;
    award(&course, 1).await;
    award(&beta, 1).await;
    let messages = server.took(2).await;
    let of_beta = messages.iter().find(|one| one["shown"]["from"][0]["name"] == "beta University").unwrap();
    assert!(of_beta["subject"].as_str().unwrap().contains("your credential from beta University"));
    let all = settled(&course.provider, 1).await;

    let settings = json!({ "slug": "alpha", "kind": "AWARDED", "language": "en" });
    let deliveries = json!({ "slug": "alpha", "first": 9 });
    let stranger = app.person(&beta.issuer, Role::IssuerAdmin, "dean").await;
    let instructor = app.person(&course.issuer, Role::Instructor, "teacher").await;
    let limited = app.key(&course.issuer, &[Scope::CredentialsRead, Scope::LearnersRead]).await;
    for client in [&beta.provider, &stranger, &instructor] {
        for (name, variables) in [("NoticeSettings", &settings), ("NoticeDeliveries", &deliveries)] {
            let answer = client.send(&operation(name), variables.clone()).await;
            assert_eq!(answer.code(), "FORBIDDEN", "{name}: {answer:?}");
        }
    }
    assert_eq!(limited.send(&operation("NoticeSettings"), settings).await.code(), "FORBIDDEN");
    assert_eq!(
        limited.data(&operation("NoticeDeliveries"), deliveries).await["issuer"]["noticeDeliveries"]["totalCount"],
        1
    );
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let id = json!({ "id": all[0]["id"] });
    assert_eq!(course.provider.data(node, id.clone()).await["node"]["id"], all[0]["id"]);
    assert_eq!(beta.provider.data(node, id).await["node"], Value::Null);
    let foreign = json!({ "issuer": { "slug": "alpha" }, "enabled": false });
    assert_eq!(refused(&beta.provider, "SetNoticeSettings", foreign).await, [at("issuer", "NOT_FOUND")]);
    let admin = app.person(&course.issuer, Role::IssuerAdmin, "dean").await;
    assert_eq!(switch_on(&admin).await["enabled"], true);
    app.stop().await;
}

/// The blocks of a language in docs/mail.md.
fn documented(language: &str) -> Vec<String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/mail.md");
    let text = std::fs::read_to_string(file).unwrap();
    let begin = format!("```{language}\n");
    text.split(&begin).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_documented_settings_are_understood_and_keep_their_secret() {
    let block = documented("sh").remove(0);
    let given: Vec<(&str, &str)> =
        block.lines().map(|line| line.split('#').next().unwrap().trim().split_once('=').unwrap()).collect();
    assert_eq!(given.len(), 4);
    let output = cairn_tests::cairn(["config"], &given);
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(shown.contains("smtps://cairn@mail.example.org:465"), "{shown}");
    let (_, password) = given.iter().find(|(name, _)| *name == "CAIRN_SMTP_PASSWORD").unwrap();
    assert!(!shown.contains(password), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documented_mutations_do_what_they_say() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let blocks = documented("graphql");
    assert_eq!(blocks.len(), 2);
    let settings = course.provider.data(&blocks[0], json!({})).await["setNoticeSettings"].clone();
    assert_eq!(
        settings["noticeSettings"],
        json!({ "enabled": true, "serverSends": false, "kinds": ["AWARDED", "RENEWED", "EXPIRING", "REVOKED"] })
    );
    let words = course.provider.data(&blocks[1], json!({})).await["setNoticeWords"].clone();
    assert_eq!((&words["words"]["own"], &words["userErrors"]), (&json!(true), &json!([])));
    app.stop().await;
}
