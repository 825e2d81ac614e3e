//! Exports: what is in the files, who may have them, and how long.

use std::collections::HashSet;

use cairn_service::actor::{Role, Scope};
use cairn_service::rows::export_part;
use cairn_tests::{Course, TestApp, World, cairn, contract, operation_text};
use chrono::TimeDelta;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue, IF_NONE_MATCH};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{ask, column, ended, export, fetch, lines, look};

#[tokio::test]
async fn thousands_of_rows_become_a_file_in_which_each_stands_once() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(2_300, None).await;
    let everyone: HashSet<String> = (0..2_300).map(|n| course.enrollment(n)).collect();

    let (operation, text) = export(&course.provider, json!({ "enrollments": {} }), "JSONL").await;
    assert_eq!((&operation["total"], &operation["processed"]), (&json!(2_300), &json!(2_300)));
    let rows = lines(&text);
    assert_eq!(rows.len(), 2_300);
    assert_eq!(column(&rows, "externalId").into_iter().collect::<HashSet<_>>(), everyone);
    let mut ids = column(&rows, "id");
    ids.dedup();
    assert_eq!(ids.len(), 2_300, "each once, in the order of their ids");
    assert_eq!(rows[0]["learnerEmail"], "S0@learn.example");
    assert_eq!((&rows[0]["percent"], &rows[0]["score"]), (&json!(0.0), &Value::Null));

    let (operation, text) = export(&course.provider, json!({ "enrollments": {} }), "CSV").await;
    let mut records = text.split("\r\n");
    let head = records.next().unwrap();
    assert!(head.starts_with("id,externalId,learnerId,learnerExternalId,learnerName,learnerEmail,programId"));
    let of_csv: HashSet<String> = records
        .filter(|record| !record.is_empty())
        .map(|record| record.split(',').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(of_csv, everyone);

    // It is sent compressed to whoever takes that, and not at all to whoever has it.
    let url = operation["downloadUrl"].as_str().unwrap();
    let packed = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("gzip"))]);
    let answer = fetch(&course.provider, url, packed).await;
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.headers()["cache-control"], "private, no-cache");
    let disposition = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(
        disposition.starts_with("attachment; filename=\"enrollments-") && disposition.ends_with(".csv\"")
    );
    let known = HeaderMap::from_iter([(IF_NONE_MATCH, answer.headers()["etag"].clone())]);
    assert_eq!(fetch(&course.provider, url, known).await.status(), 304);
    app.stop().await;
}

#[tokio::test]
async fn no_cell_of_csv_is_a_formula_and_no_letter_is_lost() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(3, None).await;
    let names = ["=HYPERLINK(\"https://evil.example\",\"x\")", "-2+3", "Zoë \"عُمَر\", 🦉"];
    let rows: Vec<Value> = names
        .iter()
        .enumerate()
        .map(|(n, name)| json!({ "externalId": format!("s-{n}"), "name": name }))
        .collect();
    course.provider.mutate(&contract("provider/upsert_learners.graphql"), json!({ "rows": rows })).await;
    let (_, text) = export(&course.provider, json!({ "enrollments": {} }), "CSV").await;
    assert!(text.contains(",\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"x\"\")\","), "{text}");
    assert!(text.contains(",'-2+3,"), "{text}");
    assert!(text.contains(",\"Zoë \"\"عُمَر\"\", 🦉\","), "{text}");
    let (_, text) = export(&course.provider, json!({ "enrollments": {} }), "JSONL").await;
    assert_eq!(column(&lines(&text), "learnerName"), names);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_holds_what_its_list_holds() {
    let app = TestApp::start().await;
    let world = World::build(&app, 3).await;
    let provider = &world.alpha.provider;
    for list in ["credentials", "enrollments", "attempts"] {
        let (_, text) = export(provider, json!({ list: {} }), "JSONL").await;
        let mut exported = column(&lines(&text), "id");
        let query = format!("{{ {list}(first: 100) {{ totalCount nodes {{ id }} }} }}");
        let listed = provider.data(&query, json!({})).await[list].clone();
        let mut ids = column(listed["nodes"].as_array().unwrap(), "id");
        exported.sort_unstable();
        ids.sort_unstable();
        assert_eq!(exported, ids, "{list}");
        assert!(listed["totalCount"] == ids.len() && !ids.is_empty());
    }
    let (_, text) = export(provider, json!({ "credentials": { "statuses": ["ACTIVE"] } }), "JSONL").await;
    let rows = lines(&text);
    assert!(!rows.is_empty() && rows.iter().all(|row| row["status"] == "ACTIVE"));
    assert!(column(&rows, "pageUrl").iter().all(|url| url.contains("/credentials/")));
    assert!(rows.iter().all(|row| row["learnerName"].is_string() && row["awardExternalId"].is_string()));
    let (_, text) =
        export(provider, json!({ "attempts": { "updatedSince": "2126-01-01T00:00:00Z" } }), "CSV").await;
    assert!(
        text.starts_with("id,externalId,enrollmentId") && text.lines().count() == 1,
        "headings alone: {text}"
    );
    let named = json!({ "enrollments": { "programs": [{ "externalId": "course" }] } });
    let (_, text) = export(provider, named, "JSONL").await;
    let rows = lines(&text);
    assert!(!rows.is_empty() && rows.iter().all(|row| row["programExternalId"] == "course"));

    // Figures are those that dashboards read.
    let by = ["PROGRAM", "MONTH", "STATUS"];
    let query = "query($by: [CompletionDimension!]!) { completions(groupBy: $by, first: 100) { rows {
        program { id } period status enrolled completed credentialsIssued completionRate } } }";
    let told = world.dashboard.data(query, json!({ "by": by })).await["completions"]["rows"].clone();
    let source = json!({ "completions": { "groupBy": by } });
    let (operation, text) = export(&world.dashboard, source, "JSONL").await;
    let rows = lines(&text);
    assert_eq!(operation["total"], rows.len());
    assert_eq!(rows.len(), told.as_array().unwrap().len());
    for (row, told) in rows.iter().zip(told.as_array().unwrap()) {
        assert_eq!(row["programId"], told["program"]["id"]);
        for name in ["period", "status", "enrolled", "completed", "credentialsIssued", "completionRate"] {
            assert_eq!(row[name], told[name], "{name}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn a_file_names_people_only_to_whoever_may_read_them() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(2, None).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    let dashboard = app.dashboard(&course.issuer).await;
    for kind in ["credentials", "enrollments", "attempts"] {
        let (_, text) = export(&dashboard, json!({ kind: {} }), "CSV").await;
        assert!(text.contains("learnerExternalId"), "{text}");
        for personal in ["learnerName", "learnerEmail", "pageUrl", "Zoë", "learn.example", "/credentials/"] {
            assert!(!text.contains(personal), "{personal}: {text}");
        }
    }
    // The file of somebody who may is not had by somebody who may not.
    let id = ask(&course.provider, json!({ "enrollments": {} }), "CSV").await;
    assert!(ended(&course.provider, &id).await["downloadUrl"].is_string());
    let seen = look(&dashboard, &id).await;
    assert_eq!(seen["status"], "SUCCEEDED");
    assert_eq!((&seen["downloadUrl"], &seen["downloadExpiresAt"]), (&Value::Null, &Value::Null));
    // A key for other things does not see the operation.
    let writer = app.key(&course.issuer, &[Scope::CredentialsRead]).await;
    assert_eq!(look(&writer, &id).await, Value::Null);
    app.stop().await;
}

#[tokio::test]
async fn only_who_may_read_all_rows_exports_them_and_only_their_own() {
    let app = TestApp::start().await;
    let alpha = Course::publish(&app, "alpha").await;
    let beta = Course::publish(&app, "beta").await;
    alpha.enroll(2, None).await;
    beta.enroll(1, None).await;
    let create = operation_text(&contract("dashboard/export.graphql"), "CreateExport");
    let input = |source: Value| json!({ "input": { "source": source, "format": "CSV" } });
    let enrollments = input(json!({ "enrollments": {} }));

    assert_eq!(app.anonymous().send(&create, enrollments.clone()).await.code(), "UNAUTHENTICATED");
    for role in [Role::Learner, Role::Instructor, Role::Assessor] {
        let person = app.person(&alpha.issuer, role, "s-0").await;
        assert_eq!(person.send(&create, enrollments.clone()).await.code(), "FORBIDDEN", "{role:?}");
    }
    let reader = app.key(&alpha.issuer, &[Scope::CredentialsRead]).await;
    for source in
        [json!({ "enrollments": {} }), json!({ "attempts": {} }), json!({ "completions": { "groupBy": [] } })]
    {
        assert_eq!(reader.send(&create, input(source)).await.code(), "FORBIDDEN");
    }
    let search = input(json!({ "enrollments": { "search": "zoë" } }));
    let refused = alpha.provider.send(&create, search).await.user_errors();
    assert_eq!(refused, [("source.enrollments.search".to_owned(), "INVALID".to_owned())]);

    // Of another tenant nothing is named, and nothing comes.
    let of_alpha =
        alpha.provider.data("{ enrollments { nodes { program { id } learner { id } } } }", json!({})).await;
    let one = &of_alpha["enrollments"]["nodes"][0];
    for (source, at) in [
        (
            json!({ "enrollments": { "programs": [{ "id": one["program"]["id"] }] } }),
            "source.enrollments.programs.0",
        ),
        (
            json!({ "credentials": { "learners": [{ "id": one["learner"]["id"] }] } }),
            "source.credentials.learners.0",
        ),
        (
            json!({ "credentials": { "enrollments": [{ "externalId": "course-1" }] } }),
            "source.credentials.enrollments.0",
        ),
        (json!({ "attempts": { "cohorts": [{ "externalId": "none" }] } }), "source.attempts.cohorts.0"),
        (
            json!({ "completions": { "groupBy": [], "filter": { "programs": [{ "externalId": "none" }] } } }),
            "source.completions.filter.programs.0",
        ),
    ] {
        let refused = beta.provider.send(&create, input(source)).await.user_errors();
        assert_eq!(refused, [(at.to_owned(), "NOT_FOUND".to_owned())]);
    }
    let (_, text) = export(&beta.provider, json!({ "enrollments": {} }), "JSONL").await;
    assert_eq!(lines(&text).len(), 1);

    // Operators say whose.
    let operator = app.operator().await;
    let refused = operator.send(&create, enrollments).await.user_errors();
    assert_eq!(refused, [("issuer".to_owned(), "REQUIRED".to_owned())]);
    let named = json!({ "issuer": { "slug": "alpha" }, "source": { "enrollments": {
        "programs": [{ "externalId": "course" }] } }, "format": "JSONL" });
    let made = operator.mutate(&create, named).await;
    let done = ended(&operator, made["bulkOperation"]["id"].as_str().unwrap()).await;
    assert_eq!((&done["status"], &done["processed"]), (&json!("SUCCEEDED"), &json!(2)));
    app.stop().await;
}

#[tokio::test]
async fn a_link_holds_for_an_hour_and_a_file_for_a_week() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(1, None).await;
    let id = ask(&course.provider, json!({ "enrollments": {} }), "CSV").await;
    let first = ended(&course.provider, &id).await["downloadUrl"].as_str().unwrap().to_owned();
    let status = async |url: &str| fetch(&course.provider, url, HeaderMap::new()).await.status().as_u16();
    assert_eq!(status(&first).await, 200);
    assert!(!first.contains("s-0") && !first.contains("Zo"), "{first}");

    // Nothing of a link can be changed.
    let changed = [
        first.replace("enrollments.csv", "enrollments.jsonl"),
        first.replace("expires=", "expires=9"),
        first.replace("signature=", "signature=A"),
        first.split("&signature").next().unwrap().to_owned(),
        first.split('?').next().unwrap().to_owned(),
        first.replace("/blk_", "/enr_"),
    ];
    for url in changed {
        let answer = fetch(&course.provider, &url, HeaderMap::new()).await;
        assert_eq!(answer.status(), 404, "{url}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }

    app.clock.advance(TimeDelta::minutes(61));
    assert_eq!(status(&first).await, 410);
    let second = look(&course.provider, &id).await["downloadUrl"].as_str().unwrap().to_owned();
    assert_eq!(status(&second).await, 200);

    app.clock.advance(TimeDelta::days(7));
    let over = look(&course.provider, &id).await;
    assert_eq!((&over["status"], &over["downloadUrl"]), (&json!("SUCCEEDED"), &Value::Null));
    assert_eq!(status(&second).await, 410);
    // And the worker drops the file.
    let database = app.database().await;
    for _ in 0..1_200 {
        if export_part::Entity::find().count(&database).await.unwrap() == 0 {
            return app.stop().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the file was not dropped");
}

#[tokio::test]
async fn who_is_erased_is_in_no_file() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(2, None).await;
    let (operation, text) = export(&course.provider, json!({ "enrollments": {} }), "CSV").await;
    assert!(text.contains("S0@learn.example"));
    let erase =
        "mutation($input: EraseLearnerInput!) { eraseLearner(input: $input) { userErrors { code } } }";
    course.provider.mutate(erase, json!({ "learner": { "externalId": "s-0" } })).await;
    let url = operation["downloadUrl"].as_str().unwrap();
    assert_eq!(fetch(&course.provider, url, HeaderMap::new()).await.status(), 410);
    assert_eq!(export_part::Entity::find().count(&app.database().await).await.unwrap(), 0);
    let (_, text) = export(&course.provider, json!({ "enrollments": {} }), "CSV").await;
    assert!(!text.contains("S0@learn.example") && text.contains("S1@learn.example"));
    app.stop().await;
}

#[tokio::test]
async fn the_command_line_writes_files() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(3, None).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    let master = app.service.master_key.to_base64();
    let settings = [
        ("CAIRN_DATABASE_URL", app.database_url()),
        ("CAIRN_MASTER_KEY", master.as_str()),
        ("CAIRN_PUBLIC_URL", app.service.config.public_url.as_str()),
    ];
    let run = |arguments: &[&str]| {
        let output = cairn(["export"].iter().chain(arguments), &settings);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let printed = run(&["enrollments", "--issuer", "alpha", "--format", "jsonl"]);
    assert_eq!(column(&lines(&printed), "externalId"), ["course-0", "course-1", "course-2"]);
    let printed = run(&["completions", "--issuer", "alpha", "--format", "csv", "--by", "program,status"]);
    assert!(printed.starts_with("programId,programExternalId,programTitle,status,enrolled"), "{printed}");
    assert_eq!(printed.lines().count(), 3, "{printed}");

    let printed = run(&["learners", "--issuer", "alpha", "--format", "jsonl", "--program", "course"]);
    assert_eq!(column(&lines(&printed), "externalId"), ["s-0", "s-1", "s-2"]);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials.csv");
    let told = run(&[
        "credentials",
        "--issuer",
        "alpha",
        "--program",
        "course",
        "--format",
        "csv",
        "--json",
        "--out",
        file.to_str().unwrap(),
    ]);
    let told: Value = serde_json::from_str(&told).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!((&told["rows"], &told["bytes"]), (&json!(1), &json!(text.len())));
    assert!(text.contains(",ACTIVE,") && text.contains("S0@learn.example"));
    assert_eq!(
        export_part::Entity::find().count(&app.database().await).await.unwrap(),
        0,
        "nothing is left behind"
    );

    let unknown = cairn(["export", "enrollments", "--issuer", "nobody", "--format", "csv"], &settings);
    assert!(!unknown.status.success());
    app.stop().await;
}
