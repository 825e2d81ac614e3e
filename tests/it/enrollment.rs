//! Enrollments: sent in bulk, begun and given up by learners, waiting for seats, listed in rosters.

use cairn_service::actor::{Role, Scope};
use cairn_tests::{Client, TestApp, user_error};
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

use crate::school::{Run, School, row};

const UPSERT: &str = "mutation($input: UpsertEnrollmentsInput!) { upsertEnrollments(input: $input) {
    results { index outcome userErrors { field message code }
        enrollment { id externalId status track ordinal enrolledAt startedAt completedAt withdrawnAt cohort { id } progress { requiredTotal } } }
    summary { total created updated unchanged failed } userErrors { field message code } } }";
const ENROLL: &str = "mutation($input: EnrollInput!) { enroll(input: $input) {
    enrollment { id status track ordinal learner { externalId name } program { id title } } userErrors { field message code } } }";
const WITHDRAW: &str = "mutation($input: WithdrawInput!) { withdraw(input: $input) {
    enrollment { id status withdrawnAt } userErrors { field message code } } }";

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect()
}

fn errors(result: &Value) -> Vec<(String, String)> {
    result["userErrors"].as_array().unwrap().iter().map(user_error).collect()
}

async fn refusal(client: &Client, document: &str, input: Value) -> Vec<(String, String)> {
    client.send(document, json!({ "input": input })).await.user_errors()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_learner_enrolls_withdraws_and_enrolls_anew() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    school.program("course").await;
    school.learners(&["ada", "bob"]).await;
    let ada = school.learner("ada").await;

    let course = json!({ "externalId": "course" });
    let unknown = refusal(&ada, ENROLL, json!({ "program": course, "track": "gold" })).await;
    assert_eq!(unknown, pairs(&[("track", "INVALID")]));
    let made = ada.mutate(ENROLL, json!({ "program": course, "track": "verified" })).await;
    assert_eq!(
        (&made["enrollment"]["status"], &made["enrollment"]["ordinal"]),
        (&json!("ACTIVE"), &json!(1))
    );
    assert_eq!(made["enrollment"]["learner"]["name"], "Name of ada");
    let twice = refusal(&ada, ENROLL, json!({ "program": course })).await;
    assert_eq!(twice, pairs(&[("program", "ALREADY_DONE")]));
    let others =
        refusal(&ada, ENROLL, json!({ "program": course, "learner": { "externalId": "bob" } })).await;
    assert_eq!(others, pairs(&[("learner", "NOT_FOUND")]));

    let id = made["enrollment"]["id"].clone();
    let bob = school.learner("bob").await;
    let stolen = refusal(&bob, WITHDRAW, json!({ "enrollment": { "id": id } })).await;
    assert_eq!(stolen, pairs(&[("enrollment", "NOT_FOUND")]));
    let left = ada.mutate(WITHDRAW, json!({ "enrollment": { "id": id }, "reason": "no time" })).await;
    assert_eq!(left["enrollment"]["status"], "WITHDRAWN");
    assert!(left["enrollment"]["withdrawnAt"].is_string());
    let again = refusal(&ada, WITHDRAW, json!({ "enrollment": { "id": id } })).await;
    assert_eq!(again, pairs(&[("enrollment", "ALREADY_DONE")]));

    let anew = ada.mutate(ENROLL, json!({ "program": course })).await;
    assert_eq!(anew["enrollment"]["ordinal"], 2);
    assert_ne!(anew["enrollment"]["id"], id);
    let current = json!({ "learnerInProgram": { "learner": { "externalId": "ada" }, "program": course } });
    let read = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { id } }";
    let found = school.provider.data(read, json!({ "ref": current })).await;
    assert_eq!(found["enrollment"]["id"], anew["enrollment"]["id"], "the latest that is not withdrawn");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_cohort_has_a_waiting_list_and_a_seat_goes_to_the_first_on_it() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    school.program("course").await;
    school.learners(&["a", "b", "c", "d", "e"]).await;
    school.cohort("course", "spring", Run { capacity: Some(2), ..Run::default() }).await;
    let place = |learner: &str| json!({ "program": { "externalId": "course" }, "cohort": { "externalId": "spring" }, "learner": { "externalId": learner } });
    let mut ids = Vec::new();
    for (learner, status) in [("a", "ACTIVE"), ("b", "ACTIVE"), ("c", "WAITLISTED"), ("d", "WAITLISTED")] {
        let made = school.provider.mutate(ENROLL, place(learner)).await;
        assert_eq!(made["enrollment"]["status"], status, "{learner}");
        ids.push(made["enrollment"]["id"].clone());
    }
    assert_eq!(refusal(&school.provider, ENROLL, place("e")).await, pairs(&[("cohort", "LIMIT_REACHED")]));

    school.provider.mutate(WITHDRAW, json!({ "enrollment": { "id": ids[0] } })).await;
    let read = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Enrollment { status } } }";
    let statuses = school.provider.data(read, json!({ "ids": ids })).await;
    let statuses: Vec<&str> =
        statuses["nodes"].as_array().unwrap().iter().map(|node| node["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["WITHDRAWN", "ACTIVE", "ACTIVE", "WAITLISTED"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn seats_are_never_given_twice_when_many_enroll_at_once() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    school.program("course").await;
    let names: Vec<String> = (0..12).map(|n| format!("l{n}")).collect();
    school.learners(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    school.cohort("course", "spring", Run { capacity: Some(5), ..Run::default() }).await;
    let enrolling = names.iter().flat_map(|name| [name, name]).map(|name| {
        let input = json!({ "program": { "externalId": "course" }, "cohort": { "externalId": "spring" }, "learner": { "externalId": name } });
        let client = school.provider.clone();
        async move { client.send(ENROLL, json!({ "input": input })).await }
    });
    let mut outcomes = std::collections::BTreeMap::new();
    for answer in futures_util::future::join_all(enrolling).await {
        let payload = answer.payload();
        let outcome = match payload["enrollment"]["status"].as_str() {
            Some(status) => status.to_owned(),
            None => payload["userErrors"][0]["code"].as_str().unwrap().to_owned(),
        };
        *outcomes.entry(outcome).or_insert(0) += 1;
    }
    assert_eq!(outcomes["ACTIVE"], 5, "{outcomes:?}");
    assert_eq!(outcomes["WAITLISTED"], 5, "{outcomes:?}");
    assert_eq!(outcomes.values().sum::<i32>(), 24, "{outcomes:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_prerequisites_and_wrong_places_are_refused_by_field_and_code() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    let other = School::found(&app, "elsewhere").await;
    other.program("theirs").await;
    school.program("basics").await;
    school.program_with("advanced", |new| new.prerequisites = School::after("basics")).await;
    school.learners(&["ada"]).await;
    let ada = school.learner("ada").await;
    let now = app.service.now();
    let soon = now + TimeDelta::hours(1);
    let past = now - TimeDelta::hours(1);
    school.cohort("basics", "later", Run { opens_at: Some(soon), ..Run::default() }).await;
    school.cohort("basics", "over", Run { closes_at: Some(past), ..Run::default() }).await;
    let next_week = now.date_naive() + Days::new(7);
    school.cohort("basics", "next-week", Run { starts_on: Some(next_week), ..Run::default() }).await;

    let program = |id: &str| json!({ "externalId": id });
    for (input, expected) in [
        (json!({ "program": program("basics"), "cohort": program("later") }), ("cohort", "CONFLICT")),
        (json!({ "program": program("basics"), "cohort": program("over") }), ("cohort", "CONFLICT")),
        (json!({ "program": program("basics"), "cohort": program("none") }), ("cohort", "NOT_FOUND")),
        (json!({ "program": program("advanced"), "cohort": program("over") }), ("cohort", "INVALID")),
        (json!({ "program": program("advanced") }), ("program", "PREREQUISITE_MISSING")),
    ] {
        assert_eq!(refusal(&ada, ENROLL, input.clone()).await, pairs(&[expected]), "{input}");
    }
    let nowhere = refusal(&ada, ENROLL, json!({ "program": program("nothing") })).await;
    assert_eq!(nowhere, pairs(&[("program", "NOT_FOUND")]), "the learner is there");
    let elsewhere = refusal(
        &ada,
        ENROLL,
        json!({ "program": { "inIssuer": { "issuer": "elsewhere", "externalId": "theirs" } } }),
    )
    .await;
    assert_eq!(
        elsewhere,
        pairs(&[("learner", "NOT_FOUND")]),
        "the program is there, and ada is not known to its issuer"
    );
    let key = json!({ "program": program("basics") });
    assert_eq!(refusal(&school.provider, ENROLL, key.clone()).await, pairs(&[("learner", "REQUIRED")]));
    assert_eq!(app.anonymous().send(ENROLL, json!({ "input": key })).await.code(), "UNAUTHENTICATED");
    let reader = app.key(&school.issuer, &[Scope::EnrollmentsRead]).await;
    assert_eq!(reader.send(ENROLL, json!({ "input": key })).await.code(), "FORBIDDEN");

    let pending =
        ada.mutate(ENROLL, json!({ "program": program("basics"), "cohort": program("next-week") })).await;
    assert_eq!(pending["enrollment"]["status"], "PENDING", "the cohort has not begun");
    school
        .enrollments(vec![row("done", "ada", "basics", json!({ "cohort": null, "status": "COMPLETED" }))])
        .await;
    let made = ada.mutate(ENROLL, json!({ "program": program("advanced") })).await;
    assert_eq!(made["enrollment"]["status"], "ACTIVE");
    let completed = refusal(&ada, WITHDRAW, json!({ "enrollment": { "externalId": "done" } })).await;
    assert_eq!(completed, pairs(&[("enrollment", "CONFLICT")]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_rows_with_bad_ones_among_them_and_nothing_new_the_second_time() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    let other = School::found(&app, "elsewhere").await;
    other.learners(&["stranger"]).await;
    school.program("course").await;
    school.cohort("course", "spring", Run::default()).await;
    let names: Vec<String> = (0..1000).map(|n| format!("l{n}")).collect();
    school.learners(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let rows: Vec<Value> = (0..1000)
        .map(|n| {
            let id = format!("e{n}");
            match n {
                10 => row(&id, "nobody", "course", json!({})),
                20 => row(&id, "stranger", "course", json!({})),
                30 => row(&id, "l30", "none", json!({})),
                40 => row(&id, "l40", "course", json!({ "cohort": { "externalId": "autumn" } })),
                50 => row(&id, "l50", "course", json!({ "track": "gold" })),
                60 => row(
                    &id,
                    "l60",
                    "course",
                    json!({ "status": "COMPLETED", "statusAt": "2999-01-01T00:00:00Z" }),
                ),
                70 => row("e71", "l71", "course", json!({ "track": "audit" })),
                _ => row(
                    &id,
                    &format!("l{n}"),
                    "course",
                    json!({ "cohort": { "externalId": "spring" }, "track": "verified" }),
                ),
            }
        })
        .collect();
    let made = school.provider.mutate(UPSERT, json!({ "rows": rows })).await;
    let expected = [
        (10, ("rows.10.learner", "NOT_FOUND")),
        (20, ("rows.20.learner", "NOT_FOUND")),
        (30, ("rows.30.program", "NOT_FOUND")),
        (40, ("rows.40.cohort", "NOT_FOUND")),
        (50, ("rows.50.track", "INVALID")),
        (60, ("rows.60.statusAt", "INVALID")),
        (70, ("rows.70", "CONFLICT")),
    ];
    for (index, error) in expected {
        assert_eq!(errors(&made["results"][index]), pairs(&[error]));
    }
    assert_eq!(made["results"][70]["outcome"], "UNCHANGED");
    assert_eq!(
        made["summary"],
        json!({ "total": 1000, "created": 993, "updated": 0, "unchanged": 1, "failed": 6 })
    );
    let enrollment = &made["results"][71]["enrollment"];
    assert_eq!(
        (&enrollment["track"], &enrollment["progress"]["requiredTotal"]),
        (&json!("verified"), &json!(2))
    );
    let again = school.provider.mutate(UPSERT, json!({ "rows": rows })).await;
    assert_eq!(
        again["summary"],
        json!({ "total": 1000, "created": 0, "updated": 0, "unchanged": 994, "failed": 6 })
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_call_takes_as_many_statements_as_a_small_one() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    school.program("course").await;
    let names: Vec<String> = (0..51).map(|n| format!("l{n}")).collect();
    school.learners(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let rows = |range: std::ops::Range<usize>| -> Vec<Value> {
        range.map(|n| row(&format!("e{n}"), &format!("l{n}"), "course", json!({}))).collect()
    };
    let send = |rows: Vec<Value>| school.provider.send(UPSERT, json!({ "input": { "rows": rows } }));
    let one = send(rows(0..1)).await.statements.unwrap();
    let many = send(rows(1..51)).await.statements.unwrap();
    assert_eq!(one, many);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_senders_word_is_taken_but_what_is_completed_stays_so() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    school.program("course").await;
    school.program("other").await;
    school.learners(&["ada", "bob"]).await;
    let at = "2026-03-01T09:30:00Z";
    let first = row(
        "e1",
        "ada",
        "course",
        json!({ "status": "COMPLETED", "statusAt": at, "enrolledAt": "2026-01-01T00:00:00Z" }),
    );
    let made = school.provider.mutate(UPSERT, json!({ "rows": [first] })).await;
    let enrollment = &made["results"][0]["enrollment"];
    assert_eq!((&enrollment["completedAt"], &enrollment["startedAt"]), (&json!(at), &json!(at)));
    for (change, error) in [
        (json!({ "status": "ACTIVE" }), ("rows.0.status", "CONFLICT")),
        (json!({ "status": "WITHDRAWN" }), ("rows.0.status", "CONFLICT")),
        (json!({ "track": "audit" }), ("rows.0.track", "CONFLICT")),
        (json!({ "program": { "externalId": "other" } }), ("rows.0.program", "CONFLICT")),
        (json!({ "learner": { "externalId": "bob" } }), ("rows.0.learner", "CONFLICT")),
    ] {
        let made =
            school.provider.mutate(UPSERT, json!({ "rows": [row("e1", "ada", "course", change)] })).await;
        assert_eq!(errors(&made["results"][0]), pairs(&[error]));
    }

    // Withdrawn by the sender, repeated, taken up again, and told apart by place where there is no external id.
    let bob = |more: Value| {
        let mut row = row("", "bob", "course", json!({}));
        row.as_object_mut().unwrap().remove("externalId");
        row.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        json!({ "rows": [row] })
    };
    let outcome = |made: &Value| {
        let result = &made["results"][0];
        (result["outcome"].as_str().unwrap().to_owned(), result["enrollment"]["ordinal"].as_i64().unwrap())
    };
    let steps = [
        (json!({}), ("CREATED", 1)),
        (json!({ "status": "ACTIVE" }), ("UNCHANGED", 1)),
        (json!({ "status": "WITHDRAWN" }), ("UPDATED", 1)),
        (json!({}), ("UNCHANGED", 1)),
        (json!({ "status": "ACTIVE" }), ("CREATED", 2)),
        (json!({ "externalId": "late-id" }), ("UPDATED", 2)),
        (json!({ "externalId": "late-id", "status": "FAILED" }), ("UPDATED", 2)),
        (json!({ "externalId": "late-id", "status": "ACTIVE" }), ("UPDATED", 2)),
    ];
    for (more, (expected, ordinal)) in steps {
        let made = school.provider.mutate(UPSERT, bob(more.clone())).await;
        assert_eq!(outcome(&made), (expected.to_owned(), ordinal), "{more}");
    }
    let clash = school.provider.mutate(UPSERT, bob(json!({ "externalId": "another" }))).await;
    assert_eq!(errors(&clash["results"][0]), pairs(&[("rows.0.externalId", "CONFLICT")]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_pages_both_ways_without_gaps_while_ties_exist() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    school.program("course").await;
    let rows: Vec<Value> =
        (0..57).map(|n| json!({ "externalId": format!("l{n}"), "name": format!("Tie {}", n % 3) })).collect();
    school
        .provider
        .mutate(&cairn_tests::contract("provider/upsert_learners.graphql"), json!({ "rows": rows }))
        .await;
    let at = "2026-02-01T00:00:00Z";
    let rows = (0..57)
        .map(|n| row(&format!("e{n}"), &format!("l{n}"), "course", json!({ "enrolledAt": at })))
        .collect();
    school.enrollments(rows).await;
    for field in ["ENROLLED_AT", "LAST_ACTIVITY_AT", "LEARNER_NAME", "PERCENT", "SCORE", "UPDATED_AT"] {
        for direction in ["ASC", "DESC"] {
            let order = json!({ "field": field, "direction": direction });
            let forward = walk(&school.provider, &order, true).await;
            let mut backward = walk(&school.provider, &order, false).await;
            backward.reverse();
            assert_eq!(forward, backward, "{order}");
            let mut distinct = forward.clone();
            distinct.sort();
            distinct.dedup();
            assert_eq!((forward.len(), distinct.len()), (57, 57), "{order}");
        }
    }
    let wrong = "{ enrollments(first: 1, after: \"bm9uc2Vuc2U\") { nodes { id } } }";
    assert_eq!(school.provider.send(wrong, json!({})).await.code(), "BAD_REQUEST");
    app.stop().await;
}

/// Every enrollment of the roster, in pages of 10.
async fn walk(client: &Client, order: &Value, forward: bool) -> Vec<String> {
    let query = "query($order: EnrollmentOrder, $first: Int, $after: String, $last: Int, $before: String) {
        enrollments(program: { externalId: \"course\" }, orderBy: $order, first: $first, after: $after, last: $last, before: $before) {
            totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { externalId } } }";
    let mut seen = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let variables = match forward {
            true => json!({ "order": order, "first": 10, "after": cursor }),
            false => json!({ "order": order, "last": 10, "before": cursor }),
        };
        let page = client.data(query, variables).await["enrollments"].clone();
        assert_eq!(page["totalCount"], 57);
        let mut names: Vec<String> = page["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["externalId"].as_str().unwrap().to_owned())
            .collect();
        if !forward {
            names.reverse();
        }
        seen.extend(names);
        let (more, next) = match forward {
            true => ("hasNextPage", "endCursor"),
            false => ("hasPreviousPage", "startCursor"),
        };
        if page["pageInfo"][more] == false {
            return seen;
        }
        cursor = page["pageInfo"][next].clone();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_a_roster() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    school.program("course").await;
    school.cohort("course", "spring", Run::default()).await;
    school.learners(&["ada", "bob", "cyd", "100%_d"]).await;
    school
        .enrollments(vec![
            row("e1", "ada", "course", json!({ "enrolledAt": "2026-01-01T00:00:00Z", "track": "audit" })),
            row("e2", "bob", "course", json!({ "enrolledAt": "2026-02-01T00:00:00Z", "cohort": { "externalId": "spring" } })),
            row("e3", "cyd", "course", json!({ "enrolledAt": "2026-03-01T00:00:00Z", "status": "COMPLETED", "statusAt": "2026-04-01T00:00:00Z" })),
            row("e4", "100%_d", "course", json!({ "enrolledAt": "2026-04-01T00:00:00Z" })),
        ])
        .await;
    let query = "query($filter: EnrollmentFilter) { enrollments(program: { externalId: \"course\" }, first: 10, filter: $filter,
        orderBy: { field: ENROLLED_AT }) { totalCount nodes { externalId } } }";
    for (filter, expected) in [
        (json!({}), vec!["e1", "e2", "e3", "e4"]),
        (json!({ "statuses": ["COMPLETED"] }), vec!["e3"]),
        (json!({ "statuses": [] }), vec![]),
        (json!({ "tracks": ["audit"] }), vec!["e1"]),
        (json!({ "cohorts": [{ "externalId": "spring" }] }), vec!["e2"]),
        (json!({ "learners": [{ "externalId": "ada" }, { "externalId": "cyd" }] }), vec!["e1", "e3"]),
        (json!({ "search": "NAME Bób" }), vec!["e2"]),
        (json!({ "search": "cyd@EXAMPLE.org" }), vec!["e3"]),
        (json!({ "search": "100%_" }), vec!["e4"]),
        (json!({ "search": "%" }), vec!["e4"]),
        (
            json!({ "enrolledAt": { "from": "2026-02-01T00:00:00Z", "to": "2026-04-01T00:00:00Z" } }),
            vec!["e2", "e3"],
        ),
        (json!({ "completedAt": { "from": "2026-01-01T00:00:00Z" } }), vec!["e3"]),
        (json!({ "score": { "min": 0.0 } }), vec![]),
        (json!({ "percent": { "max": 50.0 } }), vec!["e1", "e2", "e3", "e4"]),
        (json!({ "hasCredential": true }), vec![]),
        (json!({ "hasCredential": false, "statuses": ["COMPLETED"] }), vec!["e3"]),
        (json!({ "inactiveSince": "2026-02-15T00:00:00Z" }), vec!["e1", "e2"]),
        (json!({ "updatedSince": "2999-01-01T00:00:00Z" }), vec![]),
    ] {
        let page = school.provider.data(query, json!({ "filter": filter })).await;
        let found: Vec<&str> = page["enrollments"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["externalId"].as_str().unwrap())
            .collect();
        assert_eq!(found, expected, "{filter}");
        assert_eq!(page["enrollments"]["totalCount"], expected.len(), "{filter}");
    }
    let unknown = json!({ "filter": { "cohorts": [{ "externalId": "none" }] } });
    assert_eq!(school.provider.send(query, unknown).await.code(), "NOT_FOUND");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_their_cohorts_learners_their_own_and_tenants_nothing_of_each_other() {
    let app = TestApp::start().await;
    let school = School::found(&app, "ou").await;
    let other = School::found(&app, "elsewhere").await;
    school.program("course").await;
    let spring = school.cohort("course", "spring", Run::default()).await;
    school.learners(&["ada", "bob"]).await;
    let made = school
        .enrollments(vec![
            row("e1", "ada", "course", json!({ "cohort": { "externalId": "spring" } })),
            row("e2", "bob", "course", json!({})),
        ])
        .await;
    let ids = [&made[0]["enrollment"]["id"], &made[1]["enrollment"]["id"]];
    let list = "{ enrollments(first: 10, orderBy: { field: ENROLLED_AT }) { totalCount nodes { externalId learner { name } } } }";
    let node = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let teacher = school.staff(spring, Role::Instructor, "teacher").await;
    for (client, expected) in [
        (teacher.clone(), vec!["e1"]),
        (school.learner("bob").await, vec!["e2"]),
        (app.person(&school.issuer, Role::IssuerAdmin, "admin").await, vec!["e1", "e2"]),
        (app.operator().await, vec!["e1", "e2"]),
        (other.provider.clone(), vec![]),
        (app.person(&school.issuer, Role::Assessor, "idle").await, vec![]),
    ] {
        let data = client.data(list, json!({})).await;
        let mut found: Vec<&str> = data["enrollments"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["externalId"].as_str().unwrap())
            .collect();
        found.sort_unstable();
        assert_eq!(found, expected);
        let nodes = client.data(node, json!({ "ids": ids })).await;
        let seen = nodes["nodes"].as_array().unwrap().iter().filter(|node| !node.is_null()).count();
        assert_eq!(seen, expected.len());
    }
    for client in [app.anonymous(), app.key(&school.issuer, &[Scope::ProgramsRead]).await] {
        let code = client.send(list, json!({})).await.code().to_owned();
        assert!(matches!(code.as_str(), "UNAUTHENTICATED" | "FORBIDDEN"), "never an empty list: {code}");
    }
    let theirs = json!({ "enrollment": { "id": ids[0] } });
    assert_eq!(
        refusal(&other.provider, WITHDRAW, theirs.clone()).await,
        pairs(&[("enrollment", "NOT_FOUND")])
    );
    assert_eq!(teacher.send(WITHDRAW, json!({ "input": theirs })).await.code(), "FORBIDDEN");
    app.stop().await;
}
