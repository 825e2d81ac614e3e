//! Credentials that end soon: their holders are told once, in time, and only where it still matters.

use chrono::{DateTime, TimeDelta, Utc};

use super::*;

/// A school whose course's credentials hold for a year, with notices of their end alone, and learners who have them.
async fn yearly(count: usize, days: i32) -> (TestApp, MailServer, Course) {
    let (app, server, course) = school().await;
    lasting(&course, 12).await;
    only_ends(&course, days).await;
    award(&course, count).await;
    (app, server, course)
}

async fn only_ends(course: &Course, days: i32) {
    let input = json!({ "enabled": true, "kinds": ["EXPIRING"], "daysBeforeExpiry": days });
    course.provider.mutate(&operation("SetNoticeSettings"), input).await;
}

async fn end(course: &Course) -> DateTime<Utc> {
    credential(course, 0).await["validUntil"].as_str().unwrap().parse().unwrap()
}

/// Moves the server's time to so many days before a moment.
fn travel(app: &TestApp, to: DateTime<Utc>, days_before: i64) {
    app.clock.advance(to - TimeDelta::days(days_before) - app.service.now());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_end_the_holder_is_told_once_however_many_nodes_look_and_however_time_goes() {
    let (app, server, course) = yearly(2, 30).await;
    let other = app.beside(through(&server)).await;
    let end = end(&course).await;
    travel(&app, end, 31);
    cairn_service::notice::gather(&app.service, true).await.unwrap();
    assert!(notices(&course.provider).await.is_empty(), "its time has not come");
    travel(&app, end, 29);
    let all = settled(&course.provider, 2).await;
    assert!(all.iter().all(|one| one["kind"] == "EXPIRING" && one["status"] == "SENT"), "{all:#?}");
    let text = server.took(2).await.remove(0)["text"].as_str().unwrap().to_owned();
    assert!(text.contains("holds until 1 March 2027. After that it counts as expired."), "{text}");

    // Not again: days later, on a node that starts anew, with an earlier day, or once the log is cleared of what is old.
    travel(&app, end, 10);
    only_ends(&course, 365).await;
    other.stop().await;
    let third = app.beside(through(&server)).await;
    cairn_service::notice::drop_old(&app.service).await.unwrap();
    cairn_service::notice::gather(&app.service, true).await.unwrap();
    assert_eq!(notices(&course.provider).await.len(), 2);
    app.clock.advance(TimeDelta::days(45));
    cairn_service::notice::drop_old(&app.service).await.unwrap();
    cairn_service::notice::gather(&app.service, true).await.unwrap();
    assert_eq!((notices(&course.provider).await.len(), server.messages().len()), (2, 2));
    third.stop().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_renewed_revoked_or_has_ended_is_not_told_of() {
    let (app, server, course) = yearly(4, 30).await;
    let end = end(&course).await;
    travel(&app, end, 40);
    let of = async |n: usize| json!({ "id": credential(&course, n).await["id"] });
    lifecycle(&course, "RenewCredential", json!({ "credential": of(0).await })).await;
    lifecycle(&course, "RevokeCredential", json!({ "credential": of(1).await, "reason": "OTHER" })).await;
    lifecycle(&course, "SuspendCredential", json!({ "credential": of(2).await })).await;
    travel(&app, end, 20);
    let all = settled(&course.provider, 1).await;
    cairn_service::notice::gather(&app.service, true).await.unwrap();
    assert_eq!(notices(&course.provider).await.len(), 1, "{all:#?}");
    assert_eq!(all[0]["credential"]["learner"]["externalId"], "s-3");
    // One that is reinstated in time is told of, too.
    lifecycle(&course, "ReinstateCredential", json!({ "credential": of(2).await })).await;
    settled(&course.provider, 2).await;
    assert_eq!(server.took(2).await.len(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_renewed_before_the_mail_server_takes_it_is_not_told_of_either() {
    let (app, mut server, course) = yearly(1, 30).await;
    server.behave(json!({ "reply": "451 4.3.0 later" })).await;
    travel(&app, end(&course).await, 20);
    once(&course.provider, |all| all.iter().any(|one| one["attemptCount"] == 1)).await;
    lifecycle(
        &course,
        "RenewCredential",
        json!({ "credential": { "id": credential(&course, 0).await["id"] } }),
    )
    .await;
    server.behave(json!({ "reply": null })).await;
    app.clock.advance(TimeDelta::hours(1));
    let all = settled(&course.provider, 1).await;
    assert_eq!((&all[0]["status"], &all[0]["reason"]), (&json!("DROPPED"), &json!("OVERTAKEN")));
    assert!(server.messages().is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lasts_shorter_than_the_days_before_is_not_told_of_at_once() {
    let (app, server, course) = school().await;
    lasting(&course, 12).await;
    course.enroll(1, None).await;
    // Completed in March 2026, and awarded two weeks before its end.
    let completed: DateTime<Utc> = "2026-03-01T09:30:00Z".parse().unwrap();
    travel(&app, completed + TimeDelta::days(365), 14);
    course.complete([0]).await;
    course.issue_to_everyone().await;
    let all = settled(&course.provider, 1).await;
    cairn_service::notice::gather(&app.service, true).await.unwrap();
    assert_eq!((all.len(), &all[0]["kind"]), (1, &json!("AWARDED")), "{all:#?}");
    app.clock.advance(TimeDelta::days(2));
    let all = settled(&course.provider, 2).await;
    assert_eq!(all[1]["kind"], "EXPIRING");
    server.took(2).await;
    app.stop().await;
}
