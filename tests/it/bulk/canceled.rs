//! Operations that are stopped while the node that works on them dies: what is told is what was done, and nothing is left half done.

use std::process::Command;

use cairn_service::rows::enums::{BulkStatus, CredentialStatus};
use cairn_service::rows::{
    bulk_operation, bulk_row, credential, enrollment, export_part, learner, program_version, upload,
};
use cairn_tests::{Course, TestApp, dies};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::kills::{idle, resumed, working};

/// A process that is asked to stop while it works on the first step, and dies.
fn stopped(app: &TestApp, course: &Course, place: &str, what: (&str, &str)) -> Command {
    let mut child = working(app, course, place, what);
    child.env("CHILD_CANCEL", "yes");
    child
}

/// The operation once somebody else has come upon it.
async fn left(app: &TestApp, place: &str) -> bulk_operation::Model {
    let operation = resumed(app).await;
    assert_eq!(operation.status, BulkStatus::Cancelled, "{place}");
    assert_eq!(operation.processed, operation.succeeded + operation.failed, "{place}");
    operation
}

async fn outcomes(app: &TestApp, operation: &bulk_operation::Model) -> i32 {
    let rows = bulk_row::Entity::find().filter(bulk_row::Column::OperationId.eq(operation.id));
    let done = rows.filter(bulk_row::Column::Outcome.is_not_null());
    i32::try_from(done.count(&app.database().await).await.unwrap()).unwrap()
}

#[tokio::test]
async fn an_import_tells_of_every_row_that_went_in() {
    let app = idle().await;
    let course = Course::publish(&app, "alpha").await;
    for (place, done) in [("after-claim", 0), ("mid-import", 500), ("after-import", 500)] {
        let rows: String = (0..1_200).map(|n| format!("{place}-{n},Learner {n}\n")).collect();
        let file = course.provider.upload("text/csv", format!("externalId,name\n{rows}")).await;
        dies(stopped(&app, &course, place, ("import", &file))).await;
        let operation = left(&app, place).await;
        assert_eq!((operation.processed, operation.succeeded), (done, done), "{place}");
        assert_eq!(outcomes(&app, &operation).await, done, "{place}");
        let there = learner::Column::ExternalId.starts_with(format!("{place}-"));
        let there = learner::Entity::find().filter(there).count(&app.database().await).await.unwrap();
        assert_eq!(there, u64::try_from(done).unwrap(), "{place}");
        let kept = upload::Entity::find().filter(upload::Column::OperationId.eq(operation.id));
        let kept = kept.one(&app.database().await).await.unwrap();
        assert!(kept.is_none_or(|file| file.expires_at <= app.service.now()), "{place}: its file is let go");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_move_tells_of_everybody_who_moved() {
    let app = idle().await;
    let issuer = app.issuer("alpha").await;
    let provider = app.provider(&issuer).await;
    for (place, whom, done) in
        [("mid-rows", "move", 0), ("mid-move", "move-named", 0), ("after-move", "move-named", 200)]
    {
        let course = Course::publish_at(&app, issuer.clone(), provider.clone(), place).await;
        course.enroll(250, None).await;
        course.revise(|new| new.title = "The second edition".to_owned()).await;
        dies(stopped(&app, &course, place, (whom, place))).await;
        let operation = left(&app, place).await;
        assert_eq!((operation.succeeded, operation.failed), (done, 0), "{place}");
        assert_eq!(outcomes(&app, &operation).await, done, "{place}");
        let moved = in_second_version(&app, &course).await;
        assert_eq!(moved, u64::try_from(done).unwrap(), "{place}");
    }
    app.stop().await;
}

#[tokio::test]
async fn an_export_leaves_no_half_of_a_file() {
    let app = idle().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(1_200, None).await;
    for place in ["after-claim", "mid-export", "after-export"] {
        dies(stopped(&app, &course, place, ("export", ""))).await;
        let operation = left(&app, place).await;
        assert!(operation.file_expires_at.is_none_or(|until| until <= app.service.now()), "{place}");
        for _ in 0..1_200 {
            if export_part::Entity::find().count(&app.database().await).await.unwrap() == 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        assert_eq!(export_part::Entity::find().count(&app.database().await).await.unwrap(), 0, "{place}");
    }
    app.stop().await;
}

#[tokio::test]
async fn issuing_ends_what_was_reserved_and_reserves_nothing_more() {
    let app = idle().await;
    let issuer = app.issuer("alpha").await;
    let provider = app.provider(&issuer).await;
    // What a node has signed and not written down is signed anew; what it has reserved is in the lists, and must not wait for ever.
    for (place, done) in [("mid-reserve", 0), ("after-reserve", 3), ("after-sign", 3), ("after-finish", 3)] {
        let course = Course::publish_at(&app, issuer.clone(), provider.clone(), place).await;
        course.enroll(3, None).await;
        course.complete(0..3).await;
        dies(stopped(&app, &course, place, ("issue", place))).await;
        let operation = left_or_done(&app).await;
        assert_eq!((operation.succeeded, operation.failed), (done, 0), "{place}");
        let all = credential::Entity::find().filter(credential::Column::BulkOperationId.eq(operation.id));
        let all = all.all(&app.database().await).await.unwrap();
        assert_eq!(all.len(), usize::try_from(done).unwrap(), "{place}");
        assert!(
            all.iter().all(|row| row.status == CredentialStatus::Active && row.document.is_some()),
            "{place}"
        );
        let again = json!({ "target": { "everyoneEligibleIn": { "externalId": place } } });
        let issue = cairn_tests::contract("provider/issue_credentials.graphql");
        provider.mutate(&issue, again).await;
        let again = resumed(&app).await;
        assert_eq!((again.status, again.succeeded), (BulkStatus::Succeeded, 3), "{place}");
    }
    app.stop().await;
}

/// The operation once somebody else has come upon it: stopped, or at its end where there was nothing more to do.
async fn left_or_done(app: &TestApp) -> bulk_operation::Model {
    let operation = resumed(app).await;
    let whole = operation.total == Some(operation.processed);
    let expected = if whole { BulkStatus::Succeeded } else { BulkStatus::Cancelled };
    assert_eq!(operation.status, expected);
    operation
}

/// How many enrollments of a course are in its second version.
async fn in_second_version(app: &TestApp, course: &Course) -> u64 {
    let database = app.database().await;
    let one = enrollment::Entity::find().filter(enrollment::Column::ExternalId.eq(course.enrollment(0)));
    let program = one.one(&database).await.unwrap().unwrap().program_id;
    let second = program_version::Entity::find()
        .filter(program_version::Column::ProgramId.eq(program))
        .filter(program_version::Column::Number.eq(2));
    let second = second.one(&database).await.unwrap().unwrap().id;
    let there = enrollment::Entity::find().filter(enrollment::Column::VersionId.eq(second));
    there.count(&database).await.unwrap()
}
