//! Import of OneRoster bundles.

mod bad;
mod bundle;
mod outcomes;
#[cfg(feature = "conformance")]
mod real;
mod road;

use std::io::Cursor;

use cairn_service::actor::Actor;
use cairn_service::error::Result;
use cairn_service::oneroster::{self, Options, Progress, Report};
use cairn_service::rows::{
    assessment, attempt, audit_entry, cohort, enrollment, enrollment_change, learner, outbox, program,
    program_version, score_revision,
};
use cairn_tests::{TestApp, TestIssuer};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use bundle::Bundle;

/// Imports a bundle as the command line does, with `Final` as the category that decides.
async fn import(app: &TestApp, issuer: &TestIssuer, zip: Vec<u8>) -> Result<Report> {
    import_watched(app, issuer, zip, &mut |_| {}).await
}

async fn import_watched(
    app: &TestApp,
    issuer: &TestIssuer,
    zip: Vec<u8>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Report> {
    let actor = Actor::system_for(issuer.id);
    let options = Options { final_category: Some("Final".to_owned()), pass_mark: None };
    oneroster::import(&app.service, &actor, issuer.id, Cursor::new(zip), &options, progress).await
}

/// Everything that an import writes, without ids and moments of writing, in a fixed order.
async fn written(app: &TestApp) -> Vec<String> {
    let db = app.database().await;
    let mut lines = Vec::new();
    for row in program::Entity::find().all(&db).await.unwrap() {
        lines.push(format!("program {:?} {}", row.external_id, row.slug));
    }
    for row in cohort::Entity::find().all(&db).await.unwrap() {
        lines
            .push(format!("cohort {:?} {} {:?} {:?}", row.external_id, row.name, row.starts_on, row.ends_on));
    }
    for row in assessment::Entity::find().all(&db).await.unwrap() {
        lines.push(format!(
            "assessment {} {} {} {:?}",
            row.external_id, row.position, row.weight, row.pass_mark
        ));
    }
    for row in learner::Entity::find().all(&db).await.unwrap() {
        lines.push(format!("learner {} {:?} {:?}", row.external_id, row.name, row.email));
    }
    for row in enrollment::Entity::find().all(&db).await.unwrap() {
        lines.push(format!(
            "enrollment {:?} {:?} {} {:?} {:?} {:?} {:?} {} {} {}",
            row.external_id,
            row.status,
            row.enrolled_at,
            row.completed_at,
            row.failed_at,
            row.withdrawn_at,
            row.ends_at,
            row.percent,
            row.score,
            row.last_activity_at,
        ));
    }
    for row in attempt::Entity::find().all(&db).await.unwrap() {
        lines.push(format!(
            "attempt {:?} {} {:?} {:?} {:?} {:?} {}",
            row.external_id,
            row.number,
            row.status,
            row.score,
            row.passed,
            row.feedback,
            row.sort_submitted_at,
        ));
    }
    let changes = enrollment_change::Entity::find().all(&db).await.unwrap();
    lines.push(format!("{} changes", changes.len()));
    lines.push(format!("{} revisions", score_revision::Entity::find().all(&db).await.unwrap().len()));
    lines.push(format!("{} messages", outbox::Entity::find().all(&db).await.unwrap().len()));
    lines.sort();
    lines
}

/// The enrollment of an external id.
async fn enrollment_of(app: &TestApp, external_id: &str) -> enrollment::Model {
    enrollment::Entity::find()
        .filter(enrollment::Column::ExternalId.eq(external_id))
        .one(&app.database().await)
        .await
        .unwrap()
        .unwrap()
}

fn counts(report: &Report, file: &str) -> [u64; 5] {
    let counts = report.file(file).unwrap();
    [counts.created, counts.updated, counts.unchanged, counts.ignored, counts.failed]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_becomes_programs_cohorts_learners_enrollments_and_attempts() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let report = import(&app, &issuer, Bundle::school().zip()).await.unwrap();
    assert_eq!(report.bad_rows, []);
    assert_eq!(counts(&report, "users.csv"), [5, 0, 0, 1, 0]);
    assert_eq!(counts(&report, "enrollments.csv"), [5, 0, 0, 1, 0]);
    assert_eq!(counts(&report, "results.csv"), [5, 0, 0, 0, 0]);
    assert_eq!(json!(report.outcomes), json!({ "completed": 1, "failed": 1, "withdrawn": 1 }));

    let provider = app.provider(&issuer).await;
    let list = "{ enrollments(first: 50, orderBy: { field: LEARNER_NAME, direction: ASC }) { nodes {
        status enrolledAt completedAt learner { externalId name } } } }";
    let data = provider.data(list, json!({})).await;
    let nodes = data["enrollments"]["nodes"].as_array().unwrap();
    let stands: Vec<(&str, &str)> = nodes
        .iter()
        .map(|node| (node["learner"]["externalId"].as_str().unwrap(), node["status"].as_str().unwrap()))
        .collect();
    assert_eq!(
        stands,
        [("dee", "ACTIVE"), ("cyd", "WITHDRAWN"), ("ada", "COMPLETED"), ("ben", "FAILED"), ("eve", "ACTIVE")]
    );
    let ada = &nodes[2];
    // Midnight in London, in summer.
    assert_eq!(ada["enrolledAt"], "2020-04-30T23:00:00Z");
    assert_eq!(ada["completedAt"], "2020-06-29T23:00:00Z");
    // Eve has no begin date: the class's first day counts.
    assert_eq!(nodes[4]["enrolledAt"], "2020-01-07T00:00:00Z");

    let db = app.database().await;
    let class = cohort::Entity::find().one(&db).await.unwrap().unwrap();
    assert_eq!((class.external_id.as_deref(), class.name.as_str()), (Some("class"), "Bees 2020"));
    // From the first day of its first term to the last day of its last.
    assert_eq!(json!([class.starts_on, class.ends_on]), json!(["2020-01-07", "2020-06-30"]));
    let version = program_version::Entity::find().one(&db).await.unwrap().unwrap();
    assert_eq!((version.title.as_str(), version.achievement_type.as_str()), ("Bees", "Course"));
    assert_eq!(version.completion_rule, Some(json!({ "categoryPassed": "Final" })));
    assert_eq!((version.number, version.published_at.is_some()), (1, true));
    let quiz = assessment::Entity::find()
        .filter(assessment::Column::ExternalId.eq("li-quiz"))
        .one(&db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(json!([quiz.kind, quiz.weight, quiz.pass_mark]), json!(["quiz", 125_000, 40_000]));
    // The last second of the day in London.
    assert_eq!(quiz.due_at.unwrap().to_rfc3339(), "2020-05-20T22:59:59+00:00");
    let graded = attempt::Entity::find()
        .filter(attempt::Column::ExternalId.eq("q-ada"))
        .one(&db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((graded.score, graded.passed), (Some(95_000), Some(true)));
    assert_eq!(graded.feedback.as_deref(), Some("A: well done"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_again_changes_nothing() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    import(&app, &issuer, Bundle::school().zip()).await.unwrap();
    let before = written(&app).await;
    let again = import(&app, &issuer, Bundle::school().zip()).await.unwrap();
    assert!(again.is_unchanged(), "{again:?}");
    assert_eq!(counts(&again, "enrollments.csv"), [0, 0, 5, 1, 0]);
    assert_eq!(counts(&again, "results.csv"), [0, 0, 5, 0, 0]);
    assert_eq!(written(&app).await, before);
    let audited = audit_entry::Entity::find()
        .filter(audit_entry::Column::Action.eq("oneroster.imported"))
        .all(&app.database().await)
        .await
        .unwrap();
    assert_eq!(audited.len(), 1);
    assert_eq!(audited[0].detail["files"]["results.csv"]["created"], 5);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_broken_off_is_completed_by_the_next() {
    let whole = {
        let app = TestApp::start().await;
        let issuer = app.issuer("ou").await;
        import(&app, &issuer, Bundle::school().zip()).await.unwrap();
        let whole = written(&app).await;
        app.stop().await;
        whole
    };
    // After every batch once: each file is one, and the outcomes are one.
    for stop_after in 1..=11 {
        let app = TestApp::start().await;
        let issuer = app.issuer("ou").await;
        let mut steps = 0;
        let mut stop = |_: Progress| {
            steps += 1;
            assert!(steps < stop_after, "broken off");
        };
        let broken = {
            let import = import_watched(&app, &issuer, Bundle::school().zip(), &mut stop);
            futures_util::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(import)).await
        };
        assert!(broken.is_err(), "was not broken off after {stop_after}");
        import(&app, &issuer, Bundle::school().zip()).await.unwrap();
        assert_eq!(written(&app).await, whole, "broken off after {stop_after}");
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_every_script_survive() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let mut bundle = Bundle::school();
    let users = "\u{feff}sourcedId,givenName,familyName,middleName,email\r\n\
        ada,\u{645}\u{62d}\u{645}\u{62f},\"\u{627}\u{644}\u{62e}\u{648}\u{627}\u{631}\u{632}\u{645}\u{64a}\",,\r\n\
        ben,Jose\u{301},\"O'Neil, \"\"Jr\"\"\",M.,\r\ncyd,\u{1f469}\u{200d}\u{1f393},\u{5415},,\r\n\
        dee,,Madonna,,\r\neve,\u{202e}Eve,X,,\r\n";
    bundle.set("users.csv", users);
    let report = import(&app, &issuer, bundle.zip()).await.unwrap();
    assert_eq!(report.bad_rows, []);
    let names: Vec<Value> = learner::Entity::find()
        .all(&app.database().await)
        .await
        .unwrap()
        .into_iter()
        .map(|row| json!([row.external_id, row.name]))
        .collect();
    for (id, name) in [
        (
            "ada",
            "\u{645}\u{62d}\u{645}\u{62f} \u{627}\u{644}\u{62e}\u{648}\u{627}\u{631}\u{632}\u{645}\u{64a}",
        ),
        ("ben", "Jose\u{301} M. O'Neil, \"Jr\""),
        ("cyd", "\u{1f469}\u{200d}\u{1f393} \u{5415}"),
        ("dee", "Madonna"),
        ("eve", "\u{202e}Eve X"),
    ] {
        assert!(names.contains(&json!([id, name])), "{name} is not in {names:?}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_may_stand_with_the_users_as_in_older_bundles() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let mut bundle = Bundle::school();
    bundle.edit("manifest.csv", "file.roles,bulk", "file.roles,absent");
    bundle.set(
        "users.csv",
        "sourcedId,role,givenName,familyName\nada,student,Ada,Lovelace\ntom,teacher,Tom,Teacher\n",
    );
    let report = import(&app, &issuer, bundle.zip()).await.unwrap();
    assert_eq!(counts(&report, "users.csv"), [1, 0, 0, 1, 0]);
    assert!(report.file("roles.csv").is_none());
    app.stop().await;
}
