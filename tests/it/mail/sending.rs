//! What arrives: every kind of notice, to whom it concerns, in their language and as e-mail should be.

use chrono::{DateTime, TimeDelta, Utc};

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn until_an_issuer_switches_notices_on_nothing_is_even_made() {
    let server = MailServer::start().await;
    let app = TestApp::start_with(through(&server)).await;
    let course = Course::publish(&app, "alpha").await;
    let look = "{ issuer(slug: \"alpha\") { noticeSettings { enabled serverSends kinds daysBeforeExpiry language words { subject } updatedAt } } }";
    let settings = course.provider.data(look, json!({})).await["issuer"]["noticeSettings"].clone();
    assert_eq!(
        settings,
        json!({ "enabled": false, "serverSends": true, "kinds": [], "daysBeforeExpiry": 30, "language": "en", "words": [], "updatedAt": null })
    );
    award(&course, 1).await;
    switch_on(&course.provider).await;
    // What happens from now on is told; what came before is not.
    let id = credential(&course, 0).await["id"].clone();
    let input = json!({ "credential": { "id": id }, "reason": "ISSUED_IN_ERROR" });
    lifecycle(&course, "RevokeCredential", input).await;
    let all = settled(&course.provider, 1).await;
    assert_eq!((all.len(), &all[0]["kind"]), (1, &json!("REVOKED")), "{all:#?}");
    assert_eq!(server.messages().len(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_a_good_message_and_leaves_nothing_personal_behind() {
    let (app, server, course) = school().await;
    award(&course, 1).await;
    let all = settled(&course.provider, 1).await;
    let message = server.took(1).await.remove(0);
    let one = &all[0];
    assert_eq!(
        (&one["kind"], &one["status"], &one["lastCode"], &one["attemptCount"], &one["reason"]),
        (&json!("AWARDED"), &json!("SENT"), &json!(250), &json!(1), &Value::Null)
    );
    let held = credential(&course, 0).await;
    assert_eq!(one["credential"]["id"], held["id"]);
    let id = one["messageId"].as_str().unwrap();
    assert_eq!(message["messageId"], json!(format!("<{id}@cairn.example>")));

    assert_eq!(
        (&message["from"], &message["to"]),
        (&json!("notices@cairn.example"), &json!(["S0@learn.example"]))
    );
    let shown = &message["shown"];
    assert_eq!(shown["from"], json!([{ "address": "notices@cairn.example", "name": "alpha University" }]));
    assert_eq!(shown["to"], json!([{ "address": "S0@learn.example", "name": "Zoë عُمَر 🦉 0" }]));
    assert_eq!(shown["replyTo"], json!([{ "address": "awards@alpha.example", "name": "alpha University" }]));
    assert_eq!(
        message["subject"],
        "Data <b>literacy</b> & more – بيانات: your credential from alpha University"
    );
    let sent: DateTime<Utc> = message["date"].as_str().unwrap().parse().unwrap();
    assert!((app.service.now() - sent).abs() < TimeDelta::minutes(2), "{sent}");
    let headers = &message["headers"];
    assert_eq!(
        (&headers["auto-submitted"], &headers["content-language"]),
        (&json!("auto-generated"), &json!("en"))
    );
    assert_eq!(headers["list-unsubscribe-post"], "List-Unsubscribe=One-Click");
    let page = held["urls"]["page"].as_str().unwrap();
    let text = message["text"].as_str().unwrap();
    assert!(
        text.starts_with(
            "Hello Zoë عُمَر 🦉 0,\n\nalpha University has awarded you “Data <b>literacy</b> & more – بيانات”."
        ),
        "{text}"
    );
    assert!(text.contains(page) && !text.contains("holds until"), "it has no end: {text}");
    let html = message["html"].as_str().unwrap();
    assert!(
        html.contains("Data &lt;b&gt;literacy&lt;/b&gt; &amp; more")
            && html.contains(&format!("<a href=\"{page}\""))
    );
    // What goes over the wire is ASCII in short lines, as every mail server takes it.
    let raw = message["raw"].as_str().unwrap();
    assert!(raw.is_ascii() && raw.lines().all(|line| line.len() <= 998), "{raw}");
    assert!(raw.contains("multipart/alternative"));

    // The log of what was sent knows neither the address nor the text; nor does any table beside the learner's.
    for personal in ["learn.example", "Zoë"] {
        let tables = cairn_tests::tables_with(&app, personal).await;
        assert!(!tables.iter().any(|table| table.starts_with("notice")), "{personal}: {tables:?}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_happens_to_a_credential_is_told_in_order() {
    let (app, server, course) = school().await;
    lasting(&course, 24).await;
    award(&course, 1).await;
    let of = async || json!({ "id": credential(&course, 0).await["id"] });
    lifecycle(&course, "SuspendCredential", json!({ "credential": of().await, "note": "Looking" })).await;
    settled(&course.provider, 2).await;
    lifecycle(&course, "ReinstateCredential", json!({ "credential": of().await })).await;
    settled(&course.provider, 3).await;
    let renew = json!({ "credential": of().await });
    lifecycle(&course, "RenewCredential", renew).await;
    settled(&course.provider, 4).await;
    let replace = json!({ "credential": of().await, "reason": "A name was wrong" });
    lifecycle(&course, "ReplaceCredential", replace).await;
    settled(&course.provider, 5).await;
    lifecycle(
        &course,
        "RevokeCredential",
        json!({ "credential": of().await, "reason": "OTHER", "note": "Secret words" }),
    )
    .await;
    let all = settled(&course.provider, 6).await;
    let kinds: Vec<&Value> = all.iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["AWARDED", "SUSPENDED", "REINSTATED", "RENEWED", "REPLACED", "REVOKED"], "{all:#?}");
    assert!(all.iter().all(|one| one["status"] == "SENT"), "{all:#?}");
    let messages = server.took(6).await;
    let endings = [
        ": your credential from alpha University",
        ": your credential is suspended for now",
        ": your credential stands again",
        ": your credential was renewed",
        ": your credential was replaced by a new one",
        ": your credential was revoked",
    ];
    for (message, ending) in messages.iter().zip(endings) {
        assert!(message["subject"].as_str().unwrap().ends_with(ending), "{}", message["subject"]);
        // Why is between the issuer and those whom it concerns.
        assert!(!message["text"].as_str().unwrap().contains("Secret words"));
    }
    let ids: std::collections::BTreeSet<&str> =
        messages.iter().map(|one| one["messageId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 6);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_learner_is_written_to_in_their_language() {
    let (app, server, course) = school().await;
    lasting(&course, 24).await;
    let french = json!({ "kind": "AWARDED", "language": "fr", "words": { "subject": "{program} : votre titre", "text": "Bonjour {learner},\n\n{issuer} vous a décerné « {program} » le {issuedOn}.\n{{fin}}" } });
    course.provider.mutate(&operation("SetNoticeWords"), french).await;
    let usual = json!({ "enabled": true, "language": "de", "replyTo": "help@alpha.example" });
    course.provider.mutate(&operation("SetNoticeSettings"), usual).await;
    course.enroll(5, None).await;
    let languages = [json!("de-AT"), json!("ar"), json!("fr-CA"), json!("pt"), json!("en-US")];
    let rows: Vec<Value> = languages
        .iter()
        .enumerate()
        .map(|(n, language)| json!({ "externalId": format!("s-{n}"), "language": language }))
        .collect();
    course.provider.mutate(&contract("provider/upsert_learners.graphql"), json!({ "rows": rows })).await;
    course.complete(0..5).await;
    course.issue_to_everyone().await;
    settled(&course.provider, 5).await;
    let messages = server.took(5).await;
    let of = |n: usize| messages.iter().find(|one| one["to"][0] == format!("S{n}@learn.example")).unwrap();
    let text = |n: usize| of(n)["text"].as_str().unwrap();
    let language = |n: usize| of(n)["headers"]["content-language"].as_str().unwrap();
    assert!(
        text(0).contains("hat Ihnen „Data") && text(0).contains("Er gilt bis 1. März 2028."),
        "{}",
        text(0)
    );
    assert!(text(1).contains("منحتك \u{2068}alpha University\u{2069} شهادة"), "{}", text(1));
    assert!(of(1)["html"].as_str().unwrap().contains("dir=\"rtl\""));
    assert!(text(2).contains("vous a décerné «") && text(2).contains("{fin}"), "{}", text(2));
    assert_eq!(of(2)["subject"], "Data <b>literacy</b> & more – بيانات : votre titre");
    assert!(text(3).contains("Guten Tag"), "nothing in Portuguese: the issuer's usual language. {}", text(3));
    assert!(text(4).contains("It holds until 1 March 2028."), "{}", text(4));
    assert_eq!([0, 1, 2, 3, 4].map(language), ["de", "ar", "fr", "de", "en"]);
    assert_eq!(of(0)["shown"]["replyTo"][0]["address"], "help@alpha.example");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_or_need_not_be_told_is_not() {
    let (app, mut server, course) = school().await;
    server.behave(json!({ "reply": "451 4.7.1 later" })).await;
    award(&course, 5).await;
    once(&course.provider, |all| all.iter().filter(|one| one["attemptCount"] == 1).count() == 5).await;
    // While all wait, one loses the address, one is erased, one's credential is revoked, one is private, one is told no more.
    let provider = &course.provider;
    let emails = "mutation($input: SetLearnerEmailsInput!) { setLearnerEmails(input: $input) { userErrors { message } } }";
    provider.mutate(emails, json!({ "learner": { "externalId": "s-0" }, "emails": [] })).await;
    let erase =
        "mutation($input: EraseLearnerInput!) { eraseLearner(input: $input) { userErrors { message } } }";
    provider.mutate(erase, json!({ "learner": { "externalId": "s-1" } })).await;
    let revoke = json!({ "credential": { "id": credential(&course, 2).await["id"] }, "reason": "OTHER" });
    lifecycle(&course, "RevokeCredential", revoke).await;
    let share = operation_text(&contract("learner/share_credential.graphql"), "ShareCredential");
    let private =
        json!({ "credential": { "id": credential(&course, 3).await["id"] }, "visibility": "PRIVATE" });
    provider.mutate(&share, private).await;
    let stop = json!({ "learner": { "externalId": "s-4" }, "wanted": false });
    provider.mutate(&operation("SetLearnerNotices"), stop).await;
    server.behave(json!({ "reply": null })).await;
    app.clock.advance(TimeDelta::minutes(1));
    // The revoked one is told of that, in the place of the award; the erased one of nothing at all.
    let all = settled(provider, 7).await;
    let of = |n: usize, kind: &str| {
        let id = format!("s-{n}");
        all.iter()
            .find(|one| one["credential"]["learner"]["externalId"] == id.as_str() && one["kind"] == kind)
            .unwrap()
    };
    assert_eq!(
        (&of(0, "AWARDED")["status"], &of(0, "AWARDED")["reason"]),
        (&json!("DROPPED"), &json!("NO_ADDRESS"))
    );
    assert_eq!(of(2, "AWARDED")["reason"], "OVERTAKEN");
    assert_eq!(of(2, "REVOKED")["status"], "SENT");
    assert_eq!(of(3, "AWARDED")["status"], "SENT");
    assert_eq!(of(4, "AWARDED")["reason"], "UNWANTED");
    assert_eq!(all.iter().filter(|one| one["reason"] == "ERASED").count(), 2, "{all:#?}");
    let messages = server.took(2).await;
    let mut to: Vec<&Value> = messages.iter().map(|one| &one["to"][0]).collect();
    to.sort_by_key(|value| value.to_string());
    assert_eq!(to, ["S2@learn.example", "S3@learn.example"]);
    let private =
        messages.iter().find(|one| one["to"][0] == "S3@learn.example").unwrap()["text"].as_str().unwrap();
    assert!(!private.contains("/credentials/") && !private.contains("See it"), "{private}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_of_one_issuer_holds_up_no_other() {
    let server = MailServer::start().await;
    let mut config = server.config();
    config.per_minute = 6;
    let app = TestApp::start_with(|service| service.config.mail = Some(config)).await;
    let course = Course::publish(&app, "alpha").await;
    let beta = Course::publish(&app, "beta").await;
    for course in [&course, &beta] {
        switch_on(&course.provider).await;
    }
    award(&course, 30).await;
    award(&beta, 1).await;
    // One goes out every ten seconds: long before the class is done, the other issuer's turn has come.
    let messages = loop {
        let messages = server.messages();
        if messages.iter().any(|one| one["shown"]["from"][0]["name"] == "beta University") {
            break messages;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let waiting = notices(&course.provider).await.iter().filter(|one| one["status"] == "PENDING").count();
    assert!(waiting > 0, "{} were sent", messages.len());
    app.stop().await;
}
