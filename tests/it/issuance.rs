//! Issuing: exactly one credential each, however often, however many at once, wherever it is killed.

use std::collections::HashSet;
use std::process::Command;
use std::time::Duration;

use cairn_service::actor::{Actor, Role, Scope};
use cairn_service::bulk_operation;
use cairn_service::reference::Reference;
use cairn_service::rows::{bulk_operation as operations, bulk_row, credential, outbox, status_entry};
use cairn_tests::{Course, TestApp, child, child_service, contract, ended, told, user_error};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

fn outcomes(operation: &Value) -> Vec<&str> {
    operation["rows"]["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["node"]["outcome"].as_str().unwrap())
        .collect()
}

fn learners(credentials: &[Value]) -> HashSet<&str> {
    credentials.iter().map(|one| one["learner"]["externalId"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn everyone_who_has_completed_gets_one_and_a_second_run_adds_none() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(5, None).await;
    course.complete(0..3).await;

    let first = course.issue_to_everyone().await;
    assert_eq!(first["status"], "SUCCEEDED", "{first}");
    assert_eq!((&first["total"], &first["succeeded"], &first["failed"]), (&json!(3), &json!(3), &json!(0)));
    assert_eq!(outcomes(&first), ["ISSUED"; 3]);
    let credentials = course.credentials().await;
    assert_eq!(learners(&credentials), HashSet::from(["s-0", "s-1", "s-2"]));
    for one in &credentials {
        assert_eq!(one["status"], "ACTIVE");
        assert_eq!(one["validFrom"], "2026-03-01T09:30:00Z", "valid from the completion");
        assert_eq!(one["document"]["validFrom"], "2026-03-01T09:30:00Z");
        assert_eq!(one["document"]["proof"][0]["cryptosuite"], "eddsa-rdfc-2022");
        assert_eq!(one["document"]["issuer"]["id"], credentials[0]["document"]["issuer"]["id"]);
    }

    course.complete(3..4).await;
    let second = course.issue_to_everyone().await;
    let mut told = outcomes(&second);
    told.sort_unstable();
    assert_eq!(told, ["ALREADY_ISSUED", "ALREADY_ISSUED", "ALREADY_ISSUED", "ISSUED"]);
    assert_eq!(course.credentials().await.len(), 4);
    app.stop().await;
}

#[tokio::test]
async fn each_row_of_a_list_has_its_own_outcome() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(2, None).await;
    course.complete(0..1).await;

    let operation = course.issue_to(&[course.enrollment(0), course.enrollment(1), "nobody".to_owned()]).await;
    assert_eq!(outcomes(&operation), ["ISSUED", "NOT_ELIGIBLE", "FAILED"], "{operation}");
    let rows = operation["rows"]["edges"].as_array().unwrap();
    assert_eq!(rows[0]["node"]["userErrors"], json!([]));
    assert_eq!(user_error(&rows[1]["node"]["userErrors"][0]), (String::new(), "NOT_ELIGIBLE".to_owned()));
    let missing = user_error(&rows[2]["node"]["userErrors"][0]);
    assert_eq!(missing, ("target.enrollments.2".to_owned(), "NOT_FOUND".to_owned()));
    assert_eq!(rows[2]["node"]["enrollment"], Value::Null);
    assert_eq!((&operation["succeeded"], &operation["failed"]), (&json!(1), &json!(2)));

    // The rows page, and one outcome alone can be asked for.
    let read = contract("provider/bulk_operation.graphql");
    let id = &operation["id"];
    let page = course.provider.data(&read, json!({ "id": id, "first": 1 })).await["node"]["rows"].clone();
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let after = &page["pageInfo"]["endCursor"];
    let next = course.provider.data(&read, json!({ "id": id, "first": 5, "after": after })).await;
    assert_eq!(outcomes(&next["node"]), ["NOT_ELIGIBLE", "FAILED"]);
    let failed = course.provider.data(&read, json!({ "id": id, "first": 5, "outcome": "FAILED" })).await;
    assert_eq!(outcomes(&failed["node"]), ["FAILED"]);
    app.stop().await;
}

#[tokio::test]
async fn a_track_that_leads_to_no_award_is_not_eligible() {
    use cairn_service::patch::Patch;
    use cairn_service::program::NewTrack;
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let track = |code: &str, leads_to_awards, identity_check_required| NewTrack {
        code: code.to_owned(),
        name: code.to_owned(),
        prices: Vec::new(),
        identity_check_required,
        leads_to_awards,
    };
    course
        .revise(|new| {
            new.tracks = Patch::Set(vec![track("audit", false, false), track("verified", true, false)])
        })
        .await;
    course.enroll(1, Some("audit")).await;
    course.complete([0]).await;
    let operation = course.issue_to(&[course.enrollment(0)]).await;
    assert_eq!(outcomes(&operation), ["NOT_ELIGIBLE"], "{operation}");
    assert!(course.credentials().await.is_empty());
    app.stop().await;
}

#[tokio::test]
async fn ten_runs_at_once_issue_once() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(20, None).await;
    course.complete(0..20).await;
    let actor = Actor::system_for(course.issuer.id);
    // Beside the server's own worker, as other nodes and command lines would.
    let runs = (0..9).map(|_| async {
        bulk_operation::issue_now(&app.service, &actor, &course.reference(), |_| {}).await.unwrap()
    });
    let (asked, ran) =
        futures_util::future::join(course.issue_to_everyone(), futures_util::future::join_all(runs)).await;
    assert_eq!(asked["succeeded"], 20);
    assert!(ran.iter().all(|operation| operation.succeeded == 20 && operation.failed == 0));
    assert_exactly_once(&app, &course, 20).await;
    app.stop().await;
}

/// One live credential for each learner, told once to those who listen and by one row alone, each with a place of its own in the status list.
async fn assert_exactly_once(app: &TestApp, course: &Course, count: usize) {
    let credentials = course.credentials().await;
    assert_eq!(credentials.len(), count);
    assert_eq!(learners(&credentials).len(), count);
    assert!(credentials.iter().all(|one| one["status"] == "ACTIVE" && one["document"]["proof"].is_array()));
    let database = app.database().await;
    let rows = credential::Entity::find()
        .filter(credential::Column::IssuerId.eq(course.issuer.id))
        .all(&database)
        .await
        .unwrap();
    let ids: Vec<Uuid> = rows
        .iter()
        .filter(|row| {
            credentials.iter().any(|one| one["urls"]["page"].as_str().unwrap().ends_with(&row.share_token))
        })
        .map(|row| row.id)
        .collect();
    assert_eq!(ids.len(), count);
    let entries = status_entry::Entity::find()
        .filter(status_entry::Column::CredentialId.is_in(ids.iter().copied()))
        .all(&database)
        .await
        .unwrap();
    let places: HashSet<_> = entries.iter().map(|entry| (entry.list_id, entry.list_index)).collect();
    assert_eq!((entries.len(), places.len()), (count, count));
    let told = outbox::Entity::find()
        .filter(outbox::Column::Event.eq("credential.issued"))
        .filter(outbox::Column::SubjectId.is_in(ids.iter().copied()))
        .count(&database)
        .await
        .unwrap();
    let issued = bulk_row::Entity::find()
        .filter(bulk_row::Column::Outcome.eq("issued"))
        .filter(bulk_row::Column::CredentialId.is_in(ids.iter().copied()))
        .count(&database)
        .await
        .unwrap();
    assert_eq!((told, issued), (count as u64, count as u64));
}

/// Every place at which the process is made to die.
const PLACES: [&str; 7] =
    ["after-claim", "mid-rows", "mid-reserve", "after-reserve", "after-sign", "mid-finish", "after-finish"];

#[tokio::test]
async fn killed_at_any_step_the_next_worker_goes_on() {
    let app = TestApp::start().await;
    let issuer = app.issuer("alpha").await;
    let provider = app.provider(&issuer).await;
    for place in PLACES {
        let course = Course::publish_at(&app, issuer.clone(), provider.clone(), place).await;
        course.enroll(12, None).await;
        course.complete(0..12).await;
        let mut child = issuing(&app, &course).env("CAIRN_CRASH_AT", place).spawn().unwrap();
        let status = tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
        assert!(!status.success(), "{place}: it was to die");
        all_ended(&app).await;
        assert_exactly_once(&app, &course, 12).await;
    }
    app.stop().await;
}

#[tokio::test]
async fn killed_at_any_moment_the_next_worker_goes_on() {
    let app = TestApp::start().await;
    let issuer = app.issuer("alpha").await;
    let provider = app.provider(&issuer).await;
    for millis in [30, 90, 170, 260, 380] {
        let course = Course::publish_at(&app, issuer.clone(), provider.clone(), &format!("c{millis}")).await;
        course.enroll(30, None).await;
        course.complete(0..30).await;
        let mut child = issuing(&app, &course).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(millis)).await;
        child.kill().unwrap();
        tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
        all_ended(&app).await;
        course.issue_to_everyone().await;
        assert_exactly_once(&app, &course, 30).await;
    }
    app.stop().await;
}

/// Waits until the server has taken over and ended every operation.
async fn all_ended(app: &TestApp) {
    let database = app.database().await;
    for _ in 0..1_200 {
        let open = operations::Entity::find()
            .filter(operations::Column::Status.is_in(["queued", "running"]))
            .count(&database)
            .await
            .unwrap();
        if open == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("an operation was left behind");
}

/// Another process that issues for a course.
fn issuing(app: &TestApp, course: &Course) -> Command {
    let issuer = course.issuer.id.to_string();
    let variables = [
        ("CHILD_ISSUER", issuer.as_str()),
        ("CHILD_PROGRAM", course.external_id.as_str()),
        ("CAIRN_LEASE_MS", "300"),
    ];
    child(app, "issuance::child_that_issues", &variables)
}

/// What `cairn issue` does, in a process that a test kills. Run only by the tests above.
#[tokio::test]
#[ignore = "the other half of the tests that kill"]
async fn child_that_issues() {
    let Some(service) = child_service(|_| {}).await else { return };
    let actor = Actor::system_for(told("CHILD_ISSUER").parse().unwrap());
    bulk_operation::issue_now(&service, &actor, &Reference::ExternalId(told("CHILD_PROGRAM")), |_| {})
        .await
        .unwrap();
}

#[tokio::test]
async fn only_who_may_issue_issues_and_only_for_their_own() {
    let app = TestApp::start().await;
    let alpha = Course::publish(&app, "alpha").await;
    let beta = Course::publish(&app, "beta").await;
    alpha.enroll(1, None).await;
    alpha.complete([0]).await;
    let issue = contract("provider/issue_credentials.graphql");
    let everyone = json!({ "input": { "target": { "everyoneEligibleIn": { "externalId": "course" } } } });

    assert_eq!(app.anonymous().send(&issue, everyone.clone()).await.code(), "UNAUTHENTICATED");
    let reader = app.key(&alpha.issuer, &[Scope::CredentialsRead]).await;
    assert_eq!(reader.send(&issue, everyone.clone()).await.code(), "FORBIDDEN");
    let learner = app.person(&alpha.issuer, Role::Learner, "s-0").await;
    assert_eq!(learner.send(&issue, everyone.clone()).await.code(), "FORBIDDEN");

    // Another tenant's enrollment is not found; its operation and rows are not seen.
    let id = alpha.provider.data("{ credentials { nodes { id } } }", json!({})).await;
    assert_eq!(id["credentials"]["nodes"], json!([]));
    let of_alpha = alpha.issue_to_everyone().await;
    let enrollment = &of_alpha["rows"]["edges"][0]["node"]["enrollment"]["id"];
    let named = json!({ "input": { "target": { "enrollments": [{ "id": enrollment }] } } });
    let foreign = beta.provider.send(&issue, named).await.payload();
    let foreign = ended(&beta.provider, foreign["bulkOperation"]["id"].as_str().unwrap()).await;
    assert_eq!(outcomes(&foreign), ["FAILED"]);
    let read = contract("provider/bulk_operation.graphql");
    let seen = beta.provider.data(&read, json!({ "id": of_alpha["id"], "first": 1 })).await;
    assert_eq!(seen["node"], Value::Null);
    let row = &of_alpha["rows"]["edges"][0]["node"]["id"];
    let seen = beta.provider.data("query($id: ID!) { node(id: $id) { id } }", json!({ "id": row })).await;
    assert_eq!(seen["node"], Value::Null);
    app.stop().await;
}

#[tokio::test]
async fn an_operation_can_be_followed_by_those_who_may_see_it() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let other = Course::publish(&app, "beta").await;
    course.enroll(2, None).await;
    course.complete(0..2).await;
    let operation = course.issue_to_everyone().await;
    let document = cairn_tests::operation_text(&contract("dashboard/live.graphql"), "BulkOperationUpdated");
    let follow = |client: cairn_tests::Client| {
        let (document, id) = (document.clone(), operation["id"].clone());
        async move {
            cairn_tests::first_message(&client, &document, "BulkOperationUpdated", json!({ "id": id })).await
        }
    };
    let seen = follow(course.provider.clone()).await["bulkOperationUpdated"].clone();
    assert_eq!(seen["bulkOperation"]["status"], "SUCCEEDED");
    assert_eq!(
        (&seen["bulkOperation"]["total"], &seen["bulkOperation"]["succeeded"]),
        (&json!(2), &json!(2))
    );
    assert!(seen["cursor"].is_string());
    for stranger in [other.provider.clone(), app.anonymous()] {
        let refused = tokio::spawn(follow(stranger)).await;
        assert!(refused.is_err(), "whoever may not see it is not told");
    }
    app.stop().await;
}
