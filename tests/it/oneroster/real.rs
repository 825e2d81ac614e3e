//! Real, anonymized learner records: the bundles of the Open University that `CAIRN_CONFORMANCE_DIR` holds (data/oneroster, CC BY 4.0).

use std::path::PathBuf;
use std::time::Duration;

use cairn_service::ids::{self, Kind};
use cairn_service::rows::cohort;
use cairn_tests::{Client, TestApp};
use sea_orm::EntityTrait;
use serde_json::json;

use super::road::brought;
use super::{import, written};

fn folder() -> PathBuf {
    let root = std::env::var_os("CAIRN_CONFORMANCE_DIR")
        .expect("the conformance group needs CAIRN_CONFORMANCE_DIR, the folder with data and standards");
    PathBuf::from(root).join("data/oneroster")
}

fn bundle(name: &str) -> Vec<u8> {
    let file = folder().join(name);
    std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Class, registrations, withdrawn, failed, completed.
fn expected(modules: &[&str]) -> Vec<(String, [u64; 4])> {
    let text = std::fs::read_to_string(folder().join("expected.csv")).unwrap();
    let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    rows.filter(|row| modules.contains(&row[0]))
        .map(|row| {
            let number = |place: usize| row[place].parse::<u64>().unwrap();
            (format!("class-{}-{}", row[0], row[1]), [number(2), number(3), number(4), number(5) + number(6)])
        })
        .collect()
}

async fn count(client: &Client, class: &str, statuses: serde_json::Value) -> u64 {
    let query = "query($filter: EnrollmentFilter) { enrollments(first: 1, filter: $filter) { totalCount } }";
    let filter = json!({ "cohorts": [{ "externalId": class }], "statuses": statuses });
    let data = client.data(query, json!({ "filter": filter })).await;
    data["enrollments"]["totalCount"].as_u64().unwrap()
}

async fn adds_up(app: &TestApp, client: &Client, modules: &[&str]) {
    let expected = expected(modules);
    assert!(!expected.is_empty());
    for (class, counts) in &expected {
        let mut found = Vec::new();
        for statuses in [json!(null), json!(["WITHDRAWN"]), json!(["FAILED"]), json!(["COMPLETED"])] {
            found.push(count(client, class, statuses).await);
        }
        assert_eq!(found, *counts, "{class}");
    }
    // The dashboard's own figures say the same.
    let query = "{ completions(groupBy: [COHORT], first: 100) { rows {
        cohort { id } enrolled withdrawn failed completed } } }";
    let data = client.data(query, json!({})).await;
    let classes = cohort::Entity::find().all(&app.database().await).await.unwrap();
    let class_of = |id: &str| {
        let found = classes.iter().find(|row| ids::encode(Kind::Cohort, row.id) == id);
        found.and_then(|row| row.external_id.clone()).unwrap()
    };
    let rows = data["completions"]["rows"].as_array().unwrap();
    let figures = rows.iter().map(|row| {
        let number = |field: &str| row[field].as_u64().unwrap();
        let class = class_of(row["cohort"]["id"].as_str().unwrap());
        (class, ["enrolled", "withdrawn", "failed", "completed"].map(number))
    });
    let mut figures: Vec<_> = figures.collect();
    figures.sort();
    assert_eq!(figures, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_half_bundle_adds_up_and_importing_again_changes_nothing() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let dashboard = app.dashboard(&issuer).await;
    let report = import(&app, &issuer, bundle("oulad-half.zip")).await.unwrap();
    assert_eq!(report.failed(), 0, "{:?}", report.bad_rows);
    assert_eq!(report.file("enrollments.csv").unwrap().created, 11_591);
    assert_eq!(report.file("results.csv").unwrap().created, 62_429);
    adds_up(&app, &dashboard, &["AAA", "BBB", "EEE"]).await;
    let before = written(&app).await;
    let again = import(&app, &issuer, bundle("oulad-half.zip")).await.unwrap();
    assert!(again.is_unchanged());
    assert_eq!(written(&app).await, before);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_small_bundle_adds_up_however_often_it_is_broken_off() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let dashboard = app.dashboard(&issuer).await;
    // Dropped at whatever it waits for: between batches, or within one.
    for millis in [5, 20, 45, 80, 130, 200, 300, 450] {
        let import = import(&app, &issuer, bundle("oulad-small.zip"));
        let _ = tokio::time::timeout(Duration::from_millis(millis), import).await;
    }
    let report = import(&app, &issuer, bundle("oulad-small.zip")).await.unwrap();
    assert_eq!(report.failed(), 0, "{:?}", report.bad_rows);
    adds_up(&app, &dashboard, &["AAA"]).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_bundles_add_up_as_bulk_operations_and_again_change_nothing() {
    for (name, modules, enrollments) in
        [("oulad-small.zip", &["AAA"][..], 748), ("oulad-half.zip", &["AAA", "BBB", "EEE"], 11_591)]
    {
        let app = TestApp::start().await;
        let issuer = app.issuer("ou").await;
        let (provider, dashboard) = (app.provider(&issuer).await, app.dashboard(&issuer).await);
        let files = async |member: &str| -> Vec<u64> {
            let done = brought(&provider, bundle(name)).await;
            assert_eq!(
                (&done["status"], &done["failed"]),
                (&json!("SUCCEEDED"), &json!(0)),
                "{name}: {done}"
            );
            assert_eq!(done["total"], done["processed"], "{name}");
            let files = done["oneRoster"]["files"].as_array().unwrap();
            files.iter().map(|file| file[member].as_u64().unwrap()).collect()
        };
        assert!(files("created").await.contains(&enrollments), "{name}");
        adds_up(&app, &dashboard, modules).await;
        assert!(files("created").await.iter().all(|created| *created == 0), "{name}: again");
        adds_up(&app, &dashboard, modules).await;
        app.stop().await;
    }
}
