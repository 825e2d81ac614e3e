//! Operations in processes that are killed: whoever comes next goes on with the next row.

use std::collections::HashSet;
use std::process::Command;

use cairn_service::actor::Actor;
use cairn_service::bulk_operation::{self, IssueRequest, IssueTarget, MoveRequest, MoveTarget};
use cairn_service::export::{self, ExportRequest, Format, Source};
use cairn_service::ids;
use cairn_service::import::{self, ImportKind, ImportRequest};
use cairn_service::reference::{EnrollmentReference, Reference};
use cairn_service::rows::{bulk_operation as operations, bulk_row, learner};
use cairn_tests::{Course, TestApp, child, child_service, dies, told};
use reqwest::header::HeaderMap;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::{column, ended, fetch, lines};

#[tokio::test]
async fn an_export_that_is_killed_goes_on_with_the_next_row() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(1_200, None).await;
    for place in ["after-claim", "mid-export", "after-export"] {
        dies(working(&app, &course, place, ("export", ""))).await;
        let list = "{ bulkOperations(first: 1, filter: { kinds: [EXPORT] }) { nodes { id } } }";
        let newest = course.provider.data(list, json!({})).await["bulkOperations"]["nodes"][0].clone();
        let operation = ended(&course.provider, newest["id"].as_str().unwrap()).await;
        assert_eq!(
            (&operation["status"], &operation["processed"]),
            (&json!("SUCCEEDED"), &json!(1_200)),
            "{place}"
        );
        let url = operation["downloadUrl"].as_str().unwrap();
        let text = fetch(&course.provider, url, HeaderMap::new()).await.text().await.unwrap();
        let rows = lines(&text);
        let ids: HashSet<String> = column(&rows, "externalId").into_iter().collect();
        assert_eq!((rows.len(), ids.len()), (1_200, 1_200), "{place}: none is lost, none comes twice");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_move_that_is_killed_goes_on_and_moves_each_once() {
    let app = idle().await;
    let issuer = app.issuer("alpha").await;
    let provider = app.provider(&issuer).await;
    for place in ["after-claim", "mid-rows", "mid-move", "after-move"] {
        let course = Course::publish_at(&app, issuer.clone(), provider.clone(), place).await;
        course.enroll(250, None).await;
        course.revise(|new| new.title = "The second edition".to_owned()).await;
        dies(working(&app, &course, place, ("move", place))).await;
        let operation = resumed(&app).await;
        assert_eq!((operation.total, operation.succeeded, operation.failed), (Some(250), 250, 0), "{place}");
        let rows = bulk_row::Entity::find().filter(bulk_row::Column::OperationId.eq(operation.id));
        let moved = rows.filter(bulk_row::Column::Outcome.eq("moved")).count(&app.database().await).await;
        assert_eq!(moved.unwrap(), 250, "{place}");
        let one = format!(
            "{{ enrollment(ref: {{ externalId: \"{}\" }}) {{ programVersion {{ number }}
            changes(first: 9) {{ nodes {{ kind }} }} }} }}",
            course.enrollment(0)
        );
        let one = provider.data(&one, json!({})).await["enrollment"].clone();
        assert_eq!(one["programVersion"]["number"], 2, "{place}");
        let kinds = one["changes"]["nodes"].as_array().unwrap();
        assert_eq!(kinds.iter().filter(|change| change["kind"] == "VERSION").count(), 1, "{place}");
    }
    app.stop().await;
}

#[tokio::test]
async fn an_import_that_is_killed_goes_on_and_takes_each_row_in_once() {
    let app = idle().await;
    let course = Course::publish(&app, "alpha").await;
    for place in ["after-claim", "mid-import", "after-import"] {
        let rows: String = (0..600).map(|n| format!("{place}-{n},Learner {n}\n")).collect();
        let upload = course.provider.upload("text/csv", format!("externalId,name\n{rows}")).await;
        dies(working(&app, &course, place, ("import", &upload))).await;
        let operation = resumed(&app).await;
        assert_eq!((operation.total, operation.succeeded, operation.failed), (Some(600), 600, 0), "{place}");
        let database = app.database().await;
        let rows = bulk_row::Entity::find().filter(bulk_row::Column::OperationId.eq(operation.id));
        let created = rows.clone().filter(bulk_row::Column::Outcome.eq("created"));
        assert_eq!(
            created.count(&database).await.unwrap(),
            600,
            "{place}: each is told as it came out first"
        );
        assert_eq!(rows.count(&database).await.unwrap(), 600, "{place}");
        let learners =
            learner::Entity::find().filter(learner::Column::ExternalId.starts_with(format!("{place}-")));
        assert_eq!(learners.count(&database).await.unwrap(), 600, "{place}");
    }
    app.stop().await;
}

/// A server that works on no operation by itself.
pub async fn idle() -> TestApp {
    TestApp::start_with(|service| service.config.bulk_operations = 0).await
}

/// Takes over the operation that was left behind, once its lease has run out, and works it off.
pub async fn resumed(app: &TestApp) -> operations::Model {
    for _ in 0..1_200 {
        if let Some(operation) = bulk_operation::claim(&app.service).await.unwrap() {
            return bulk_operation::run(&app.service, operation, |_| {}).await.unwrap();
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("nothing was left behind");
}

/// Another process that works on an operation and dies.
pub fn working(app: &TestApp, course: &Course, place: &str, (kind, about): (&str, &str)) -> Command {
    let issuer = course.issuer.id.to_string();
    let variables = [
        ("CHILD_ISSUER", issuer.as_str()),
        ("CHILD_KIND", kind),
        ("CHILD_ABOUT", about),
        ("CAIRN_CRASH_AT", place),
        ("CAIRN_LEASE_MS", "300"),
    ];
    child(app, "bulk::kills::child_that_works", &variables)
}

/// What a node does, in a process that dies. Run only by the tests above.
#[tokio::test]
#[ignore = "the other half of the tests that kill"]
async fn child_that_works() {
    let Some(service) = child_service(|config| config.bulk_operations = 1).await else { return };
    let actor = Actor::system_for(told("CHILD_ISSUER").parse().unwrap());
    let about = told("CHILD_ABOUT");
    let cancels = std::env::var("CHILD_CANCEL").is_ok();
    match told("CHILD_KIND").as_str() {
        "export" => {
            let source = Source::Enrollments(cairn_service::enrollment::Filter::default());
            let request = ExportRequest { issuer: None, source, format: Format::Jsonl };
            if !cancels {
                export::export_now(&service, &actor, request, |_| {}).await.unwrap();
                return;
            }
            export::request(&service, &actor, request).await.unwrap();
        }
        "issue" => {
            let named = |n: usize| Reference::ExternalId(format!("{about}-{n}"));
            let target =
                IssueTarget::Enrollments((0..3).map(|n| EnrollmentReference::By(named(n))).collect());
            let asked = IssueRequest { target, valid_from: None };
            bulk_operation::request_issue(&service, &actor, asked).await.unwrap();
        }
        "move-named" => {
            let named = |n: usize| Reference::ExternalId(format!("{about}-{n}"));
            let target =
                MoveTarget::Enrollments((0..250).map(|n| EnrollmentReference::By(named(n))).collect());
            let asked = MoveRequest { target, version: 2, reason: None };
            bulk_operation::request_moves(&service, &actor, asked).await.unwrap();
        }
        "move" => {
            let program = Reference::ExternalId(about);
            let target = MoveTarget::EveryoneIn { program, from_version: None, cohort: None };
            let asked = MoveRequest { target, version: 2, reason: None };
            bulk_operation::request_moves(&service, &actor, asked).await.unwrap();
        }
        _ => {
            let upload = ids::decode_as(ids::Kind::Upload, &about);
            let asked = ImportRequest { upload, kind: ImportKind::Learners, one_roster: None };
            import::request(&service, &actor, asked).await.unwrap();
        }
    }
    let claimed = bulk_operation::claim(&service).await.unwrap().unwrap();
    if cancels {
        // What was claimed knows nothing of it: it is on its first step.
        bulk_operation::cancel(&service, &actor, Some(claimed.id)).await.unwrap();
    }
    bulk_operation::run(&service, claimed, |_| {}).await.unwrap();
}
