//! Completion figures, held against numbers that the test counts itself.

use std::collections::BTreeMap;

use cairn_service::actor::{Role, Scope};
use cairn_tests::{Client, TestApp};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::school::{Run, School, row};

const QUERY: &str = "query($filter: AnalyticsFilter, $groupBy: [CompletionDimension!]!, $first: Int, $after: String, $last: Int, $before: String) {
    completions(filter: $filter, groupBy: $groupBy, first: $first, after: $after, last: $last, before: $before) {
        asOf timeZone pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        rows { program { title } cohort { id } period status track level { framework value } suppressed
            enrolled started completed withdrawn failed credentialsIssued completionRate } } }";

/// An enrollment as the test knows it.
struct Fact {
    program: &'static str,
    cohort: Option<&'static str>,
    track: Option<&'static str>,
    status: &'static str,
    enrolled_at: DateTime<Utc>,
    status_at: DateTime<Utc>,
}

/// Enrollments over some 16 months, with moments around midnight.
fn facts() -> Vec<Fact> {
    let begin: DateTime<Utc> = "2025-01-31T22:40:00Z".parse().unwrap();
    let statuses = ["ACTIVE", "COMPLETED", "WITHDRAWN", "COMPLETED", "FAILED", "WAITLISTED", "PENDING"];
    (0..90)
        .map(|n: i64| {
            let enrolled_at = begin + TimeDelta::hours(n * 127) + TimeDelta::minutes(n * 17);
            let course = n % 3 != 0;
            Fact {
                program: if course { "course" } else { "other" },
                cohort: (course && n % 2 == 0).then_some("spring"),
                track: [None, Some("audit"), Some("verified")][usize::try_from(n % 5).unwrap().min(2)],
                status: statuses[usize::try_from(n).unwrap() % statuses.len()],
                enrolled_at,
                status_at: enrolled_at + TimeDelta::hours(900),
            }
        })
        .collect()
}

async fn school_of<'a>(app: &'a TestApp, facts: &[Fact]) -> School<'a> {
    let school = School::found(app, "ou").await;
    school.program("course").await;
    school.program_with("other", |new| new.levels = cairn_service::patch::Patch::Clear).await;
    school.cohort("course", "spring", Run::default()).await;
    let names: Vec<String> = (0..facts.len()).map(|n| format!("l{n}")).collect();
    school.learners(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let rows = facts
        .iter()
        .enumerate()
        .map(|(n, fact)| {
            let mut more = json!({ "track": fact.track, "status": fact.status, "enrolledAt": fact.enrolled_at, "statusAt": fact.status_at });
            if let Some(cohort) = fact.cohort {
                more["cohort"] = json!({ "externalId": cohort });
            }
            row(&format!("e{n}"), &format!("l{n}"), fact.program, more)
        })
        .collect();
    school.enrollments(rows).await;
    school
}

/// `[enrolled, started, completed, withdrawn, failed]`.
type Counts = [i64; 5];

fn counts(row: &Value) -> Counts {
    ["enrolled", "started", "completed", "withdrawn", "failed"].map(|name| row[name].as_i64().unwrap())
}

fn add(counts: &mut Counts, fact: &Fact) {
    counts[0] += i64::from(fact.status != "WAITLISTED");
    counts[1] += i64::from(fact.status == "COMPLETED");
    counts[2] += i64::from(fact.status == "COMPLETED");
    counts[3] += i64::from(fact.status == "WITHDRAWN");
    counts[4] += i64::from(fact.status == "FAILED");
}

/// Every row, in pages of 7.
async fn all(client: &Client, filter: Value, group_by: Value) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut after = Value::Null;
    loop {
        let variables = json!({ "filter": filter, "groupBy": group_by, "first": 7, "after": after });
        let page = client.data(QUERY, variables).await["completions"].clone();
        rows.extend(page["rows"].as_array().unwrap().iter().cloned());
        if page["pageInfo"]["hasNextPage"] == false {
            return rows;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_equal_an_independent_count_by_every_dimension() {
    let app = TestApp::start().await;
    let facts = facts();
    let school = school_of(&app, &facts).await;
    let dashboard = app.dashboard(&school.issuer).await;
    type KeyOf = fn(&Fact) -> Vec<String>;
    type RowOf = fn(&Value) -> Vec<String>;
    let cases: [(Value, KeyOf, RowOf); 5] = [
        (json!([]), |_| vec![], |_| vec![]),
        (
            json!(["PROGRAM", "STATUS"]),
            |f| vec![f.program.into(), f.status.into()],
            |r| vec![program(r), text(&r["status"])],
        ),
        (
            json!(["COHORT", "TRACK"]),
            |f| vec![f.cohort.unwrap_or("-").into(), f.track.unwrap_or("-").into()],
            |r| vec![cohort(r), text(&r["track"])],
        ),
        (
            json!(["LEVEL"]),
            |f| vec![if f.program == "course" { "EQF6" } else { "-" }.into()],
            |r| {
                vec![match r["level"].is_null() {
                    true => "-".to_owned(),
                    false => text(&r["level"]["framework"]) + &text(&r["level"]["value"]),
                }]
            },
        ),
        (
            json!(["MONTH", "PROGRAM"]),
            |f| vec![month(f.enrolled_at).to_string(), f.program.into()],
            |r| vec![text(&r["period"]), program(r)],
        ),
    ];
    for (group_by, key, read) in cases {
        let mut expected: BTreeMap<Vec<String>, Counts> = BTreeMap::new();
        for fact in &facts {
            add(expected.entry(key(fact)).or_default(), fact);
        }
        let rows = all(&dashboard, json!({ "timeZone": "Europe/London" }), group_by.clone()).await;
        let found: BTreeMap<Vec<String>, Counts> = rows.iter().map(|row| (read(row), counts(row))).collect();
        assert_eq!(found.len(), rows.len(), "no group twice: {group_by}");
        assert_eq!(found, expected, "{group_by}");
        for row in &rows {
            let [enrolled, _, completed, ..] = counts(row);
            match row["completionRate"].as_f64() {
                Some(rate) => assert!((rate - completed as f64 / enrolled as f64).abs() < 1e-9),
                None => assert_eq!(enrolled, 0),
            }
        }
    }
    app.stop().await;
}

fn program(row: &Value) -> String {
    text(&row["program"]["title"]).replace("Title of ", "")
}

/// There is but one cohort.
fn cohort(row: &Value) -> String {
    if row["cohort"].is_null() { "-".to_owned() } else { "spring".to_owned() }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("-").to_owned()
}

/// First day of the month in London.
fn month(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&chrono_tz::Europe::London).date_naive().with_day(1).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_is_counted_when_it_happened_and_periods_may_be_narrowed() {
    let app = TestApp::start().await;
    let facts = facts();
    let school = school_of(&app, &facts).await;
    let dashboard = app.dashboard(&school.issuer).await;
    let mut expected: BTreeMap<String, Counts> = BTreeMap::new();
    for fact in &facts {
        if fact.status != "WAITLISTED" {
            expected.entry(month(fact.enrolled_at).to_string()).or_default()[0] += 1;
        } else {
            expected.entry(month(fact.enrolled_at).to_string()).or_default();
        }
        let counts = expected.entry(month(fact.status_at).to_string());
        match fact.status {
            "COMPLETED" => {
                let counts = counts.or_default();
                counts[1] += 1;
                counts[2] += 1;
            }
            "WITHDRAWN" => counts.or_default()[3] += 1,
            "FAILED" => counts.or_default()[4] += 1,
            _ => {}
        }
    }
    let filter = json!({ "timeZone": "Europe/London", "basis": "OCCURRED" });
    let rows = all(&dashboard, filter, json!(["MONTH"])).await;
    let found: BTreeMap<String, Counts> =
        rows.iter().map(|row| (text(&row["period"]), counts(row))).collect();
    assert_eq!(found, expected);
    assert!(rows.iter().all(|row| row["completionRate"].is_null()));

    let filter = json!({ "timeZone": "Europe/London", "period": { "from": "2025-04-01", "to": "2025-04-30" },
        "programs": [{ "externalId": "course" }], "tracks": ["audit", "verified"], "levels": [{ "framework": "EQF", "value": "6" }], "programVersion": 1 });
    let mut days: BTreeMap<String, Counts> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.program == "course" && fact.track.is_some()) {
        if month(fact.enrolled_at) == NaiveDate::from_ymd_opt(2025, 4, 1).unwrap() {
            let day = fact.enrolled_at.with_timezone(&chrono_tz::Europe::London).date_naive();
            add(days.entry(day.to_string()).or_default(), fact);
        }
    }
    let rows = all(&dashboard, filter, json!(["DAY"])).await;
    let found: BTreeMap<String, Counts> =
        rows.iter().map(|row| (text(&row["period"]), counts(row))).collect();
    assert!(!days.is_empty());
    assert_eq!(found, days);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_run_both_ways_small_groups_are_withheld_and_others_refused() {
    let app = TestApp::start().await;
    let facts = facts();
    let school = school_of(&app, &facts).await;
    let dashboard = app.dashboard(&school.issuer).await;
    let group_by = json!(["STATUS", "TRACK", "PROGRAM"]);
    let forward = all(&dashboard, json!({}), group_by.clone()).await;
    let mut backward = Vec::new();
    let mut before = Value::Null;
    loop {
        let variables = json!({ "filter": {}, "groupBy": group_by, "last": 7, "before": before });
        let page = dashboard.data(QUERY, variables).await["completions"].clone();
        backward.splice(0..0, page["rows"].as_array().unwrap().iter().cloned());
        if page["pageInfo"]["hasPreviousPage"] == false {
            break;
        }
        before = page["pageInfo"]["startCursor"].clone();
    }
    assert_eq!(forward, backward);

    let rows = all(&dashboard, json!({ "smallestGroup": 5 }), group_by.clone()).await;
    assert_eq!(rows.len(), forward.len());
    let withheld = rows.iter().filter(|row| row["suppressed"] == true).count();
    assert!(withheld > 0 && withheld < rows.len());
    for (row, open) in rows.iter().zip(&forward) {
        let small = open["enrolled"].as_i64().unwrap() < 5;
        assert_eq!(row["suppressed"], small);
        assert_eq!((row["enrolled"].is_null(), row["completionRate"].is_null()), (small, small));
    }

    let variables =
        |filter: Value, group_by: Value| json!({ "filter": filter, "groupBy": group_by, "first": 1 });
    let twice = dashboard.send(QUERY, variables(json!({}), json!(["DAY", "MONTH"]))).await;
    assert_eq!(twice.code(), "BAD_REQUEST");
    let unknown = json!({ "programs": [{ "externalId": "none" }] });
    assert_eq!(dashboard.send(QUERY, variables(unknown, json!([]))).await.code(), "NOT_FOUND");
    let cursor = dashboard.data(QUERY, variables(json!({}), json!(["STATUS"]))).await;
    let foreign = json!({ "filter": {}, "groupBy": ["PROGRAM"], "first": 1, "after": cursor["completions"]["pageInfo"]["endCursor"] });
    assert_eq!(dashboard.send(QUERY, foreign).await.code(), "BAD_REQUEST");
    let all_of_it = variables(json!({}), json!([]));
    assert_eq!(app.anonymous().send(QUERY, all_of_it.clone()).await.code(), "UNAUTHENTICATED");
    for client in [
        app.key(&school.issuer, &[Scope::EnrollmentsRead]).await,
        app.person(&school.issuer, Role::Instructor, "teacher").await,
        school.learner("l1").await,
    ] {
        assert_eq!(client.send(QUERY, all_of_it.clone()).await.code(), "FORBIDDEN");
    }
    let other = School::found(&app, "elsewhere").await;
    let theirs = other.provider.data(QUERY, all_of_it.clone()).await;
    assert_eq!(theirs["completions"]["rows"][0]["enrolled"], 0, "another tenant's rows do not count");
    let operator = app.operator().await.data(QUERY, all_of_it).await;
    assert!(operator["completions"]["rows"][0]["enrolled"].as_i64().unwrap() > 60);
    app.stop().await;
}
