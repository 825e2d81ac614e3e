//! Learners who want no notices: by the link below each of them, by themselves when signed in, by their issuer.

use cairn_service::actor::{Role, Scope};

use super::*;

/// The way on this server to where a message is stopped, as its header says (RFC 8058).
fn stop(app: &TestApp, message: &Value) -> String {
    let header = message["headers"]["list-unsubscribe"].as_str().unwrap();
    let address = header.trim_start_matches('<').trim_end_matches('>');
    assert!(
        message["text"].as_str().unwrap().ends_with(&format!("{address}\n"))
            || message["text"].as_str().unwrap().contains(address)
    );
    address.strip_prefix(&app.service.config.public_url).unwrap().to_owned()
}

async fn post(app: &TestApp, path: &str, body: &'static str) -> (u16, String) {
    let request = cairn_tests::http().post(format!("{}{path}", app.base()));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn get(app: &TestApp, path: &str) -> (u16, String) {
    let answer = app.anonymous().get(path, "text/html").await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn choice(client: &Client, learner: &str) -> Value {
    let row = json!([{ "externalId": learner }]);
    let upsert = "mutation($input: UpsertLearnersInput!) { upsertLearners(input: $input) { results { learner { notices } } } }";
    client.send(upsert, json!({ "input": { "rows": row } })).await.payload()["results"][0]["learner"]["notices"].clone()
}

async fn suspend(course: &Course, learner: usize, suspended: bool) {
    let name = if suspended { "SuspendCredential" } else { "ReinstateCredential" };
    let input = json!({ "credential": { "id": credential(course, learner).await["id"] } });
    lifecycle(course, name, input).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_click_stops_them_and_another_has_them_sent_again() {
    let (app, server, course) = school().await;
    lasting(&course, 24).await;
    award(&course, 2).await;
    let messages = server.took(2).await;
    let first = messages.iter().find(|one| one["to"][0] == "S0@learn.example").unwrap();
    let path = stop(&app, first);
    let token = path.rsplit('/').next().unwrap();
    let held = credential(&course, 0).await;
    assert!(!held.to_string().contains(token) && token.len() == 43, "it names nobody: {token}");

    // Opening it changes nothing: programs open links, too.
    let (status, page) = get(&app, &path).await;
    assert!(status == 200 && page.contains("alpha University") && !page.contains("Zoë"), "{page}");
    assert_eq!(choice(&course.provider, "s-0").await, "WANTED");
    let (status, _) = post(&app, &path, "List-Unsubscribe=One-Click").await;
    assert_eq!((status, choice(&course.provider, "s-0").await), (200, json!("STOPPED_BY_LEARNER")));
    // Again is no harm; the other learner is not meant.
    assert_eq!(post(&app, &path, "List-Unsubscribe=One-Click").await.0, 200);
    for learner in [0, 1] {
        suspend(&course, learner, true).await;
    }
    let all = settled(&course.provider, 4).await;
    let reasons: Vec<&Value> = all.iter().skip(2).map(|one| &one["reason"]).collect();
    assert!(reasons.contains(&&json!("UNWANTED")) && reasons.contains(&&Value::Null), "{all:#?}");
    assert_eq!(server.took(3).await[2]["to"][0], "S1@learn.example");

    let (status, page) = post(&app, &path, "choice=resume").await;
    assert!(status == 200 && page.contains("You get e-mail from"), "{page}");
    suspend(&course, 0, false).await;
    settled(&course.provider, 5).await;
    assert_eq!(server.took(4).await[3]["to"][0], "S0@learn.example");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_lasts_through_a_new_master_key_and_a_merge_and_ends_with_the_learner() {
    let (app, server, course) = school().await;
    award(&course, 2).await;
    let messages = server.took(2).await;
    let path = |n: usize| {
        let to = format!("S{n}@learn.example");
        stop(&app, messages.iter().find(|one| one["to"][0] == to.as_str()).unwrap())
    };
    let random = cairn_service::random::SystemRandom;
    let next =
        cairn_service::seal::MasterKey::generate(&random).unwrap().with_previous(&app.service.master_key);
    let other = app.beside_under(next.clone(), |_| {}).await;
    cairn_service::master_key::rotate(&other.service, &cairn_service::actor::Actor::system()).await.unwrap();
    other.stop().await;
    let alone = cairn_service::seal::MasterKey::from_base64(&next.to_base64()).unwrap();
    let alone = app.beside_under(alone, |_| {}).await;
    assert_eq!(get(&alone, &path(0)).await.0, 200);
    alone.stop().await;

    // What was said of a duplicate holds for the record that stays.
    assert_eq!(post(&app, &path(1), "List-Unsubscribe=One-Click").await.0, 200);
    let withdraw = "mutation($input: RevokeCredentialInput!) { revokeCredential(input: $input) { userErrors { message } } }";
    let input = json!({ "credential": { "id": credential(&course, 1).await["id"] }, "reason": "OTHER" });
    course.provider.mutate(withdraw, input).await;
    let upsert = cairn_tests::contract("provider/upsert_learners.graphql");
    let rows = json!({ "rows": [{ "externalId": "x-1" }, { "externalId": "x-2" }] });
    course.provider.mutate(&upsert, rows).await;
    let merge = "mutation($input: MergeLearnersInput!) { mergeLearners(input: $input) { learner { notices } userErrors { message } } }";
    let mut merged = json!(null);
    for (survivor, duplicate) in [("x-1", "s-1"), ("x-2", "x-1")] {
        let input = json!({ "survivor": { "externalId": survivor }, "duplicate": { "externalId": duplicate }, "reason": "one person" });
        merged = course.provider.mutate(merge, input).await["learner"]["notices"].clone();
    }
    assert_eq!(merged, "STOPPED_BY_LEARNER");
    assert_eq!(post(&app, &path(1), "choice=resume").await.0, 200);
    assert_eq!(choice(&course.provider, "x-2").await, "WANTED", "through both");
    let stranger = app.service.config.public_url.clone();
    let forged = path(0).replace(['A', 'B', 'C', 'D'], "E");
    for wrong in
        [format!("{forged}x"), "/notices/".to_owned() + &"A".repeat(43), "/notices/example".to_owned()]
    {
        assert_eq!(
            (get(&app, &wrong).await.0, post(&app, &wrong, "").await.0),
            (404, 404),
            "{stranger}{wrong}"
        );
    }
    let erase =
        "mutation($input: EraseLearnerInput!) { eraseLearner(input: $input) { userErrors { message } } }";
    course.provider.mutate(erase, json!({ "learner": { "externalId": "s-0" } })).await;
    assert_eq!((get(&app, &path(0)).await.0, post(&app, &path(0), "").await.0), (404, 404));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_record_keeps_what_was_said_of_either() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let rows = json!([{ "externalId": "one" }, { "externalId": "two" }]);
    course.provider.mutate(&contract("provider/upsert_learners.graphql"), json!({ "rows": rows })).await;
    let stop = json!({ "learner": { "externalId": "two" }, "wanted": false });
    course.provider.mutate(&operation("SetLearnerNotices"), stop).await;
    let merge = "mutation($input: MergeLearnersInput!) { mergeLearners(input: $input) { learner { notices } userErrors { message } } }";
    let input = json!({ "survivor": { "externalId": "one" }, "duplicate": { "externalId": "two" }, "reason": "The same" });
    let merged = course.provider.mutate(merge, input).await;
    assert_eq!(merged["learner"]["notices"], "STOPPED_BY_ISSUER");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_learner_has_stopped_only_the_learner_takes_back() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(2, None).await;
    let learner = app.person(&course.issuer, Role::Learner, "s-0").await;
    let set = operation("SetLearnerNotices");
    let of = |n: usize, wanted: bool| json!({ "input": { "learner": { "externalId": format!("s-{n}") }, "wanted": wanted } });
    let told = async |client: &Client, wanted: bool| {
        client.send(&set, of(0, wanted)).await.payload()["learner"]["notices"].clone()
    };
    assert_eq!(told(&course.provider, false).await, "STOPPED_BY_ISSUER");
    assert_eq!(told(&course.provider, true).await, "WANTED");
    assert_eq!(told(&learner, false).await, "STOPPED_BY_LEARNER");
    assert_eq!(told(&course.provider, false).await, "STOPPED_BY_LEARNER");
    let refused = course.provider.send(&set, of(0, true)).await;
    assert_eq!(refused.user_errors(), [("wanted".to_owned(), "CONFLICT".to_owned())]);
    assert_eq!(told(&learner, true).await, "WANTED");
    // Nobody decides for others.
    assert_eq!(
        learner.send(&set, of(1, false)).await.user_errors(),
        [("learner".to_owned(), "NOT_FOUND".to_owned())]
    );
    assert_eq!(app.anonymous().send(&set, of(0, false)).await.code(), "UNAUTHENTICATED");
    let reader = app.key(&course.issuer, &[Scope::LearnersRead]).await;
    assert_eq!(reader.send(&set, of(0, false)).await.code(), "FORBIDDEN");
    let log =
        "{ auditLog(first: 9, filter: { actions: [\"learner.notices_chosen\"] }) { nodes { detail } } }";
    let log = course.provider.data(log, json!({})).await["auditLog"]["nodes"].clone();
    assert_eq!(log.as_array().unwrap().len(), 4, "{log}");
    app.stop().await;
}
