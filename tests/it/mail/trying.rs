//! What becomes of notices that the mail server does not take: for now, for good, or without a word; and over TLS and signed in.

use cairn_service::notice::MailConfig;
use chrono::TimeDelta;

use super::*;

/// The longest waits after each failed try, in seconds, as docs/mail.md states them.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 57_600, 86_400];

fn moment(value: &Value) -> chrono::DateTime<chrono::Utc> {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_greylisted_message_is_tried_again_and_a_refused_one_is_not() {
    let (app, mut server, course) = school().await;
    let mood = json!({ "once": { "S0@learn.example": "451 4.7.1 greylisted, <S0@learn.example> may come again" },
        "replies": { "S1@learn.example": "550 5.1.1 <S1@learn.example> is nobody here" } });
    server.behave(mood).await;
    award(&course, 3).await;
    let ready = |all: &[Value]| all.len() == 3 && all.iter().all(|one| !one["lastCode"].is_null());
    let all = once(&course.provider, ready).await;
    let of = |all: &[Value], n: usize| {
        let id = format!("s-{n}");
        all.iter().find(|one| one["credential"]["learner"]["externalId"] == id.as_str()).unwrap().clone()
    };
    let (later, never, taken) = (of(&all, 0), of(&all, 1), of(&all, 2));
    assert_eq!(
        (&later["status"], &later["lastCode"], &later["attemptCount"]),
        (&json!("PENDING"), &json!(451), &json!(1))
    );
    assert!(later["nextAttemptAt"].is_string());
    assert_eq!(
        (&never["status"], &never["reason"], &never["lastCode"], &never["nextAttemptAt"]),
        (&json!("FAILED"), &json!("REFUSED"), &json!(550), &Value::Null)
    );
    assert_eq!((&taken["status"], &taken["lastCode"]), (&json!("SENT"), &json!(250)));
    app.clock.advance(TimeDelta::seconds(6));
    let all = settled(&course.provider, 3).await;
    let later = of(&all, 0);
    assert_eq!(
        (&later["status"], &later["attemptCount"], &later["lastCode"]),
        (&json!("SENT"), &json!(2), &json!(250))
    );
    assert_eq!(server.took(2).await.len(), 2);
    assert_eq!(server.told("refused").len(), 2);
    let failed = course
        .provider
        .data(&operation("NoticeDeliveries"), json!({ "slug": "alpha", "first": 9, "status": "FAILED" }))
        .await;
    assert_eq!(failed["issuer"]["noticeDeliveries"]["totalCount"], 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_three_days_without_success_a_notice_is_given_up() {
    let (app, mut server, course) = school().await;
    server.behave(json!({ "reply": "421 4.3.2 out of order" })).await;
    award(&course, 1).await;
    for (made, wait) in (1..).zip(WAITS) {
        let one =
            once(&course.provider, |all| all.iter().any(|one| one["attemptCount"] == made)).await.remove(0);
        assert_eq!((&one["status"], &one["lastCode"]), (&json!("PENDING"), &json!(421)));
        let left = moment(&one["nextAttemptAt"]) - app.service.now();
        assert!(left <= TimeDelta::seconds(wait), "{left} after try {made}");
        app.clock.advance(left + TimeDelta::seconds(1));
    }
    let one = settled(&course.provider, 1).await.remove(0);
    assert_eq!(
        (&one["status"], &one["reason"], &one["attemptCount"]),
        (&json!("FAILED"), &json!("UNREACHABLE"), &json!(10))
    );
    assert!(server.messages().is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_hangs_up_or_is_away_is_tried_again() {
    let (app, mut server, course) = school().await;
    server.behave(json!({ "drop": true })).await;
    award(&course, 1).await;
    let tried = |count: usize| move |all: &[Value]| all.iter().any(|one| one["attemptCount"] == count);
    let one = once(&course.provider, tried(1)).await.remove(0);
    assert_eq!((&one["status"], &one["lastCode"]), (&json!("PENDING"), &Value::Null));
    // Then it takes the message, and hangs up before it says so: the learner gets it twice, and mail programs know that it is one.
    server.behave(json!({ "drop": false, "deaf": true })).await;
    app.clock.advance(TimeDelta::seconds(6));
    once(&course.provider, tried(2)).await;
    server.behave(json!({ "deaf": false })).await;
    app.clock.advance(TimeDelta::minutes(6));
    let one = settled(&course.provider, 1).await.remove(0);
    assert_eq!((&one["status"], &one["attemptCount"]), (&json!("SENT"), &json!(3)));
    let messages = server.took(2).await;
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0]["messageId"], messages[1]["messageId"]);
    drop(server);
    let input = json!({ "credential": { "id": credential(&course, 0).await["id"] }, "reason": "OTHER" });
    lifecycle(&course, "RevokeCredential", input).await;
    let all = once(&course.provider, |all| all.len() == 2 && all[1]["attemptCount"] == 1).await;
    assert_eq!((&all[1]["status"], &all[1]["lastCode"]), (&json!("PENDING"), &Value::Null));
    app.stop().await;
}

fn signed_in(url: &str, password: &str) -> MailConfig {
    MailConfig { password: Some(password.to_owned()), ..MailServer::config_at(url) }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_and_signed_in() {
    let options = json!({ "tls": true, "user": "cairn@example.org", "password": "correct horse" });
    let server = MailServer::start_as(options).await;
    let port = server.url("").rsplit(':').next().unwrap().to_owned();
    let url = format!("smtp://cairn%40example.org@localhost:{port}?tls=required");
    let mut config = signed_in(&url, "correct horse");
    config.authorities = Some(MailServer::authority());
    let app = TestApp::start_with(|service| service.config.mail = Some(config)).await;
    let course = Course::publish(&app, "alpha").await;
    switch_on(&course.provider).await;
    award(&course, 12).await;
    let all = settled(&course.provider, 12).await;
    assert!(all.iter().all(|one| one["status"] == "SENT"), "{all:#?}");
    for message in server.took(12).await {
        assert_eq!((&message["secure"], &message["user"]), (&json!(true), &json!("cairn@example.org")));
    }
    // Connections are used again.
    assert!(server.told("session").len() < 12, "{} sessions", server.told("session").len());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_cannot_be_trusted_or_lets_nobody_in_gets_nothing() {
    let server = MailServer::start_as(json!({ "tls": true, "user": "cairn", "password": "right" })).await;
    let plain = MailServer::start().await;
    let port = |server: &MailServer| server.url("").rsplit(':').next().unwrap().to_owned();
    let at = |server: &MailServer| format!("smtp://cairn@localhost:{}?tls=required", port(server));
    // Nobody vouches for its certificate; the password is wrong; it does not speak TLS.
    let strange = signed_in(&at(&server), "right");
    let mut wrong = signed_in(&at(&server), "wrong");
    wrong.authorities = Some(MailServer::authority());
    let bare = signed_in(&at(&plain), "right");
    for (config, code) in [(strange, Value::Null), (wrong, json!(535)), (bare, Value::Null)] {
        let app = TestApp::start_with(|service| service.config.mail = Some(config)).await;
        let course = Course::publish(&app, "alpha").await;
        switch_on(&course.provider).await;
        award(&course, 1).await;
        let one =
            once(&course.provider, |all| all.iter().any(|one| one["attemptCount"] == 1)).await.remove(0);
        assert_eq!((&one["status"], &one["lastCode"]), (&json!("PENDING"), &code), "no message is at fault");
        app.stop().await;
    }
    assert!(server.messages().is_empty() && plain.messages().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_notices_are_kept_as_long_as_events_and_no_longer() {
    let (app, server, course) = school().await;
    award(&course, 2).await;
    settled(&course.provider, 2).await;
    server.took(2).await;
    app.clock.advance(TimeDelta::days(29));
    cairn_service::notice::drop_old(&app.service).await.unwrap();
    assert_eq!(notices(&course.provider).await.len(), 2);
    app.clock.advance(TimeDelta::days(2));
    cairn_service::notice::drop_old(&app.service).await.unwrap();
    assert!(notices(&course.provider).await.is_empty());
    app.stop().await;
}
