//! What arrives: every kind of event, signed, in order, to those who asked for it and to nobody else.

use cairn_service::actor::Role;
use cairn_tests::{Course, Elsewhere, Post, Reply, TestApp, contract, operation_text};
use serde_json::{Value, json};

use super::{ALL, Endpoint, body, judged, now_of, posts, progress, types, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_signed_and_without_personal_data() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/hook", Reply::ok(""));
    let course = Course::publish(&app, "alpha").await;
    let endpoint = Endpoint::make(&course.provider, &format!("{}/hook", elsewhere.base()), &ALL).await;
    course.enroll(1, None).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    let credential = course.credentials().await.remove(0);
    let revoke = operation_text(&contract("provider/credential_lifecycle.graphql"), "RevokeCredential");
    let named = json!({ "credential": { "id": credential["id"] }, "reason": "ISSUED_IN_ERROR", "note": "Zoë told us" });
    course.provider.mutate(&revoke, named).await;
    let all = until(async || {
        let all = elsewhere.posted("/hook");
        let told = types(&all);
        let wanted =
            ["credential.revoked", "bulk_operation.finished", "enrollment.completed", "progress.updated"];
        wanted.iter().all(|kind| told.iter().any(|one| one == kind)).then_some(all)
    })
    .await;

    let messages: Vec<(&str, &Post)> = all.iter().map(|post| (endpoint.secret.as_str(), post)).collect();
    for (verdict, post) in judged(&messages, now_of(&app)).iter().zip(&all) {
        assert_eq!(verdict, &json!({ "verified": true, "type": body(post)["type"] }));
    }
    let ids: std::collections::BTreeSet<&String> =
        all.iter().map(|post| &post.headers["webhook-id"]).collect();
    assert_eq!(ids.len(), all.len(), "each message has an id of its own");
    let mut changed = all[0].clone();
    changed.body = changed.body.replace("\"version\":1", "\"version\":2");
    assert_eq!(judged(&[(&endpoint.secret, &changed)], now_of(&app))[0]["verified"], false);
    let old = judged(&[(&endpoint.secret, &all[0])], now_of(&app) + 600)[0].clone();
    assert_eq!((&old["verified"], &old["error"]), (&json!(false), &json!("Message timestamp too old")));
    for post in &all {
        assert_eq!(post.headers["content-type"], "application/json");
        assert!(post.headers["user-agent"].starts_with("Cairn/"), "{post:?}");
        for personal in ["Zoë", "learn.example", "s-0", "عُمَر"] {
            assert!(!post.body.contains(personal), "{personal}: {post:?}");
        }
    }
    the_payloads(&course, &all, &credential).await;
    app.stop().await;
}

/// The message of a type about a subject.
fn message(all: &[Post], kind: &str) -> Value {
    all.iter().map(body).find(|body| body["type"] == kind).unwrap()
}

async fn the_payloads(course: &Course, all: &[Post], credential: &Value) {
    let query = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { id learner { id } program { id issuer { id } } } }";
    let named = json!({ "ref": { "externalId": course.enrollment(0) } });
    let enrollment = course.provider.data(query, named).await["enrollment"].clone();
    let (id, learner, program) =
        (&enrollment["id"], &enrollment["learner"]["id"], &enrollment["program"]["id"]);
    let issuer = &enrollment["program"]["issuer"]["id"];
    let made = message(all, "enrollment.updated");
    assert_eq!(made["version"], 1);
    assert!(made["timestamp"].as_str().unwrap().ends_with('Z'));
    assert_eq!(
        made["data"],
        json!({ "issuer": issuer, "enrollment": id, "learner": learner, "program": program, "from": null, "status": "ACTIVE" })
    );
    let completed = message(all, "enrollment.completed");
    assert_eq!((&completed["data"]["status"], &completed["data"]["enrollment"]), (&json!("COMPLETED"), id));
    let progress = message(all, "progress.updated");
    assert_eq!(
        progress["data"],
        json!({ "issuer": issuer, "enrollment": id, "learner": learner, "program": program, "percent": 100.0, "score": null })
    );
    let issued = message(all, "credential.issued");
    assert_eq!(
        issued["data"],
        json!({ "issuer": issuer, "credential": credential["id"], "enrollment": id, "learner": learner, "program": program })
    );
    let revoked = message(all, "credential.revoked");
    assert_eq!(
        (&revoked["data"]["credential"], &revoked["data"]["reason"]),
        (&credential["id"], &json!("ISSUED_IN_ERROR"))
    );
    let ended = message(all, "bulk_operation.finished");
    let figures = ["status", "total", "processed", "succeeded", "failed"].map(|name| &ended["data"][name]);
    assert_eq!(figures, [&json!("SUCCEEDED"), &json!(1), &json!(1), &json!(1), &json!(0)]);
    assert!(ended["data"]["bulkOperation"].as_str().unwrap().starts_with("blk_"));
    // In order for one subject: made before completed, issued before revoked.
    let told = types(all);
    let place = |kind: &str| told.iter().position(|one| one == kind).unwrap();
    assert!(place("enrollment.updated") < place("progress.updated"), "{told:?}");
    assert!(place("credential.issued") < place("credential.revoked"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_are_told_with_where_they_belong() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/hook", Reply::ok(""));
    let course = crate::course::Course::publish(&app, "ou", None).await;
    let endpoint = Endpoint::make(&course.provider, &format!("{}/hook", elsewhere.base()), &ALL).await;
    course.enroll(1).await;
    course
        .results(json!([{ "enrollment": { "externalId": "e0" }, "assessment": { "externalId": "quiz" }, "externalId": "r0", "score": 4.5 }]))
        .await;
    let graded = endpoint
        .once(|all| {
            all.iter().any(|one| one["eventType"] == "ATTEMPT_GRADED" && one["status"] == "DELIVERED")
        })
        .await;
    let graded = graded.iter().find(|one| one["eventType"] == "ATTEMPT_GRADED").unwrap()["payload"].clone();
    let data = &graded["data"];
    assert_eq!(
        (&data["status"], &data["score"], &data["passed"].is_boolean()),
        (&json!("GRADED"), &json!(4.5), &true)
    );
    for (name, prefix) in [
        ("attempt", "atm_"),
        ("assessment", "asm_"),
        ("enrollment", "enr_"),
        ("program", "prg_"),
        ("learner", "lrn_"),
    ] {
        assert!(data[name].as_str().is_some_and(|id| id.starts_with(prefix)), "{name}: {graded}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_hears_of_what_it_asked_for_and_of_nothing_else() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    for path in ["/all", "/program", "/cohort", "/types", "/off", "/beta"] {
        elsewhere.reply(path, Reply::status(204));
    }
    let url = |path: &str| format!("{}{path}", elsewhere.base());
    let course = Course::publish(&app, "alpha").await;
    let second = Course::publish_at(&app, course.issuer.clone(), course.provider.clone(), "second").await;
    let beta = Course::publish(&app, "beta").await;
    let upsert = "mutation($input: UpsertCohortsInput!) { upsertCohorts(input: $input) { results { cohort { id } } userErrors { code } } }";
    let cohort = json!({ "externalId": "spring", "program": { "externalId": "course" }, "name": "Spring" });
    course.provider.mutate(upsert, json!({ "rows": [cohort] })).await;
    let provider = &course.provider;
    let all =
        Endpoint::make(provider, &url("/all"), &["ENROLLMENT_UPDATED", "BULK_OPERATION_FINISHED"]).await;
    let of_program = Endpoint::of(
        provider,
        json!({ "url": url("/program"), "events": ["ENROLLMENT_UPDATED", "BULK_OPERATION_FINISHED"], "programs": [{ "externalId": "second" }] }),
    )
    .await;
    let of_cohort = Endpoint::of(
        provider,
        json!({ "url": url("/cohort"), "events": ["ENROLLMENT_UPDATED"], "cohorts": [{ "externalId": "spring" }] }),
    )
    .await;
    let other = Endpoint::make(provider, &url("/types"), &["CREDENTIAL_ISSUED", "CREDENTIAL_ISSUED"]).await;
    let off = Endpoint::of(
        provider,
        json!({ "url": url("/off"), "events": ["ENROLLMENT_UPDATED"], "enabled": false }),
    )
    .await;
    let strange = Endpoint::make(&beta.provider, &url("/beta"), &ALL).await;

    course.enroll(2, None).await;
    second.enroll(1, None).await;
    let row = json!({ "externalId": "in-spring", "learner": { "externalId": "s-0" }, "program": { "externalId": "course" },
        "cohort": { "externalId": "spring" } });
    provider.mutate(&contract("provider/upsert_enrollments.graphql"), json!({ "rows": [row] })).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    // The last that happens: whoever has it has had all.
    let last = |all: &[Value]| {
        all.iter().any(|one| one["eventType"] == "BULK_OPERATION_FINISHED" && one["status"] == "DELIVERED")
    };
    let told = all.once(last).await;
    let made =
        |one: &&Value| one["eventType"] == "ENROLLMENT_UPDATED" && one["payload"]["data"]["from"].is_null();
    assert_eq!(told.iter().filter(made).count(), 4, "{told:#?}");
    // What belongs to no program passes.
    let told = of_program.once(last).await;
    assert_eq!(told.len(), 2, "{told:#?}");
    let told = of_cohort.accepted(1).await;
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0]["payload"]["data"]["cohort"].as_str().unwrap().starts_with("coh_"));
    let told = other.accepted(1).await;
    assert_eq!((told.len(), &told[0]["eventType"]), (1, &json!("CREDENTIAL_ISSUED")));
    assert_eq!((off.deliveries().await.len(), strange.deliveries().await.len()), (0, 0));
    assert_eq!((elsewhere.posted("/off").len(), elsewhere.posted("/beta").len()), (0, 0));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_one_subject_keep_their_order_while_others_go_on() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/hook", Reply::status(500));
    let course = Course::publish(&app, "alpha").await;
    course.enroll(3, None).await;
    let endpoint =
        Endpoint::make(&course.provider, &format!("{}/hook", elsewhere.base()), &["PROGRESS_UPDATED"]).await;
    for percent in [10, 20, 30] {
        for learner in 0..3 {
            progress(&course, learner, percent).await;
        }
    }
    // Of each subject the first is tried, and nothing after it.
    let tried = |count| {
        move |all: &[Value]| {
            all.len() == 9 && all.iter().filter(|one| one["attemptCount"] == 1).count() == count
        }
    };
    let all = endpoint.once(tried(3)).await;
    for one in &all {
        let first = one["payload"]["data"]["percent"] == 10.0;
        assert_eq!((one["attemptCount"] == 1, one["status"] == "PENDING"), (first, true), "{one}");
    }
    assert_eq!(elsewhere.posted("/hook").len(), 3);
    elsewhere.reply("/hook", Reply::status(200));
    app.clock.advance(chrono::TimeDelta::seconds(6));
    endpoint.accepted(9).await;
    let mut heard: std::collections::BTreeMap<String, Vec<f64>> = std::collections::BTreeMap::new();
    for post in posts(&elsewhere, "/hook", 12).await.iter().skip(3) {
        let data = &body(post)["data"];
        let of = heard.entry(data["enrollment"].as_str().unwrap().to_owned()).or_default();
        of.push(data["percent"].as_f64().unwrap());
    }
    assert_eq!(heard.len(), 3);
    assert!(heard.values().all(|percents| percents == &[10.0, 20.0, 30.0]), "{heard:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_endpoint_has_few_under_way_and_holds_up_nobody() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/slow", Reply::silence());
    elsewhere.reply("/quick", Reply::status(200));
    let course = Course::publish(&app, "alpha").await;
    let url = |path: &str| format!("{}{path}", elsewhere.base());
    let slow = Endpoint::make(&course.provider, &url("/slow"), &["ENROLLMENT_UPDATED"]).await;
    let quick = Endpoint::make(&course.provider, &url("/quick"), &["ENROLLMENT_UPDATED"]).await;
    course.enroll(12, None).await;
    quick.accepted(12).await;
    let waiting = slow.once(|all| all.len() == 12).await;
    assert!(waiting.iter().all(|one| one["status"] == "PENDING"), "{waiting:#?}");
    posts(&elsewhere, "/slow", 4).await;
    quick.ping().await;
    quick.accepted(13).await;
    let begun = elsewhere.posted("/slow").len();
    let ended = slow.deliveries().await.iter().filter(|one| one["attemptCount"] != 0).count();
    assert!(begun - ended <= 4, "{begun} begun, {ended} ended");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_nodes_send_each_message_once() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    let other = app.beside(cairn_tests::sending).await;
    elsewhere.reply("/hook", Reply::status(200));
    let course = Course::publish(&app, "alpha").await;
    let endpoint =
        Endpoint::make(&course.provider, &format!("{}/hook", elsewhere.base()), &["ENROLLMENT_UPDATED"])
            .await;
    course.enroll(60, None).await;
    endpoint.accepted(60).await;
    let heard = elsewhere.posted("/hook");
    let ids: std::collections::BTreeSet<&String> =
        heard.iter().map(|post| &post.headers["webhook-id"]).collect();
    assert_eq!((heard.len(), ids.len()), (60, 60));
    other.stop().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_manage_the_issuer_manage_its_webhooks() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/hook", Reply::status(200));
    let issuer = app.issuer("alpha").await;
    let admin = app.person(&issuer, Role::IssuerAdmin, "admin").await;
    let endpoint =
        Endpoint::make(&admin, &format!("{}/hook", elsewhere.base()), &["CREDENTIAL_ISSUED"]).await;
    endpoint.ping().await;
    let told = endpoint.accepted(1).await;
    assert_eq!(
        (&told[0]["eventType"], &told[0]["payload"]["type"]),
        (&json!("PING"), &json!("webhook.ping"))
    );
    assert_eq!(told[0]["payload"]["data"]["endpoint"], json!(endpoint.id));
    app.stop().await;
}
