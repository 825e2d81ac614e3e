//! How long events and deliveries are kept: for the time that is set, and never away from under one who still has to hear of them.

use cairn_service::Work;
use cairn_service::actor::Actor;
use cairn_service::feed;
use cairn_service::ids::Kind;
use cairn_service::rows::{outbox, webhook_attempt, webhook_delivery};
use cairn_service::webhook::clear_away;
use cairn_tests::{Course, Elsewhere, Reply, Subscribed, TestApp, contract, operation_text};
use chrono::TimeDelta;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{Endpoint, progress, until};

async fn follow(course: &Course, after: &str) -> Subscribed {
    let document = operation_text(&contract("dashboard/live.graphql"), "ProgressUpdated");
    Subscribed::to(&course.provider, &document, "ProgressUpdated", json!({ "after": after })).await
}

async fn events(app: &TestApp) -> u64 {
    outbox::Entity::find().count(&app.database().await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_its_time_what_happened_is_gone_and_old_cursors_say_so() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/hook", Reply::status(200));
    let course = Course::publish(&app, "alpha").await;
    course.enroll(1, None).await;
    let endpoint =
        Endpoint::make(&course.provider, &format!("{}/hook", elsewhere.base()), &["PROGRESS_UPDATED"]).await;
    progress(&course, 0, 10).await;
    endpoint.accepted(1).await;
    let begin = feed::cursor(0);
    let mut heard = follow(&course, &begin).await;
    let told = heard.data().await["progressUpdated"].clone();
    let before = events(&app).await;

    app.clock.advance(TimeDelta::days(29));
    clear_away(&app.service).await.unwrap();
    assert_eq!(events(&app).await, before, "its time has not come");
    assert_eq!(endpoint.deliveries().await.len(), 1);
    progress(&course, 0, 20).await;
    endpoint.accepted(2).await;
    app.clock.advance(TimeDelta::days(2));
    clear_away(&app.service).await.unwrap();
    let left = events(&app).await;
    assert!(left > 0 && left < before, "{left} of {before}");
    let database = app.database().await;
    assert_eq!(webhook_delivery::Entity::find().count(&database).await.unwrap(), 1);
    assert_eq!(webhook_attempt::Entity::find().count(&database).await.unwrap(), 1);
    drop(database);

    // Whoever would miss something is told; whoever was there before what is gone goes on.
    for gone in [begin.as_str(), told["cursor"].as_str().unwrap()] {
        assert_eq!(follow(&course, gone).await.refusal().await, "BAD_REQUEST");
    }
    let last_gone = gone_up_to(&app).await;
    let mut on = follow(&course, &feed::cursor(last_gone)).await;
    assert_eq!(on.data().await["progressUpdated"]["enrollment"]["progress"]["percent"], 20.0);
    assert_eq!(follow(&course, &feed::cursor(last_gone - 1)).await.refusal().await, "BAD_REQUEST");
    app.stop().await;
}

async fn gone_up_to(app: &TestApp) -> i64 {
    let row = cairn_service::rows::outbox_head::Entity::find().one(&app.database().await).await.unwrap();
    row.unwrap().pruned
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_still_has_to_hear_is_kept_however_old() {
    let (mut app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/hook", Reply::status(200));
    let course = Course::publish(&app, "alpha").await;
    Endpoint::make(&course.provider, &format!("{}/hook", elsewhere.base()), &["PROGRESS_UPDATED"]).await;
    // No node runs while it happens, nor for a month after.
    app.halt().await;
    let actor = Actor::system();
    let mut work = Work::begin(&app.service, &actor).await.unwrap();
    let subject = work.new_id().unwrap();
    work.emit(
        Some(course.issuer.id),
        "progress.updated",
        (Kind::Enrollment, subject),
        json!({ "enrollment": subject, "percent": 100_000 }),
    );
    work.commit().await.unwrap();
    app.clock.advance(TimeDelta::days(40));
    clear_away(&app.service).await.unwrap();
    let kept = outbox::Entity::find().all(&app.database().await).await.unwrap();
    assert!(kept.iter().any(|row| row.subject_id == subject));

    let node = app.beside(cairn_tests::sending).await;
    until(async || (elsewhere.posted("/hook").len() == 1).then_some(())).await;
    let body: Value = serde_json::from_str(&elsewhere.posted("/hook")[0].body).unwrap();
    assert_eq!(body["data"]["percent"], 10.0);
    clear_away(&node.service).await.unwrap();
    let kept = outbox::Entity::find().all(&app.database().await).await.unwrap();
    assert!(!kept.iter().any(|row| row.subject_id == subject), "now it may go");
    node.stop().await;
}
