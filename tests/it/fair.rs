//! Fair use over the real schema: costs of real documents, and budgets that several nodes share.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use cairn_api::http::fair::Allowance;
use cairn_api::http::server::HttpSettings;
use cairn_service::actor::{Role, Scope};
use cairn_service::clock::{Clock, SystemClock};
use cairn_service::rows::budget;
use cairn_tests::{Client, TestApp, World};
use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::contract::cases::reading;

/// Costs 1, whatever is there.
const ONE: &str = "{ viewer { kind } }";

/// Limits on, with one budget for everybody.
fn limited(settings: &mut HttpSettings, budget: Allowance) {
    settings.fair.on = true;
    let plenty = Allowance::of(1_000_000, 1_000_000);
    let (budgets, requests) = (&mut settings.fair.budgets, &mut settings.fair.requests);
    (budgets.anonymous, budgets.person, budgets.api_key) = (budget, budget, budget);
    (requests.anonymous, requests.person, requests.api_key) = (plenty, plenty, plenty);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_the_contract_tells_its_cost() {
    let app = TestApp::start().await;
    let world = World::build(&app, 50).await;
    for case in reading(&world) {
        if case.file == "dashboard/live.graphql" {
            continue; // a subscription is not answered by HTTP
        }
        let document = cairn_tests::operation_text(&cairn_tests::contract(case.file), case.operation);
        let answer = case.client.send(&document, case.variables).await;
        answer.data();
        let (requested, actual) = answer.cost();
        let actual = actual.unwrap();
        // What anybody may ask for at once, a budget of somebody who is not signed in, holds several of each.
        let most = 5_000;
        assert!((1..=most).contains(&requested), "{} {}: {requested}", case.file, case.operation);
        assert!((1..=most).contains(&actual), "{} {}: {actual}", case.file, case.operation);
        assert!(answer.left() > 0);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_in_pages_cost_what_they_hold() {
    let app = TestApp::start_set(|_| {}, |settings| settings.limits.cost = 20_000).await;
    let world = World::build(&app, 5).await;
    let provider = &world.alpha.provider;
    let document = "query($n: Int = 3, $more: Boolean = true) { enrollments(first: $n) {
        nodes { id attempts(first: 2) { nodes { id } } } totalCount @include(if: $more) } }";
    // The page, the count, and 3 enrollments with a page of 2 attempts each.
    let answer = provider.send(document, json!({})).await;
    assert_eq!(answer.cost().0, 1 + 1 + 3 * (1 + 1 + 2));
    let nodes = answer.data()["enrollments"]["nodes"].as_array().unwrap().clone();
    let attempts: usize = nodes.iter().map(|node| node["attempts"]["nodes"].as_array().unwrap().len()).sum();
    assert_eq!(answer.cost().1, Some((1 + 1 + nodes.len() * 2 + attempts) as u64));
    assert!(answer.data()["enrollments"]["totalCount"].is_u64(), "a default decides about `@include`");
    // Without a size pages have 20, and `edges` cost what `nodes` do.
    let answer = provider.send(document, json!({ "n": null, "more": false })).await;
    assert_eq!(answer.cost().0, 1 + 20 * (1 + 1 + 2));
    let edges = "{ enrollments { edges { node { id attempts(last: 2) { edges { node { id } } } } } } }";
    assert_eq!(provider.send(edges, json!({})).await.cost(), (81, answer.cost().1));
    // 100 enrollments with 100 attempts each are more than one may ask for, and the answer says where that comes from.
    let dear = "{ enrollments(first: 100) { nodes { attempts(first: 100) { nodes { appeals { id } } } } } }";
    let refused = provider.send(dear, json!({})).await;
    assert_eq!((refused.code(), refused.status.as_u16()), ("LIMIT_EXCEEDED", 400));
    let path = &refused.body["errors"][0]["extensions"]["costliestPath"];
    assert_eq!(path, &json!(["enrollments", "nodes", "attempts", "nodes", "appeals"]));
    assert_eq!(refused.cost(), (1 + 100 * (1 + 1 + 100 * (1 + 5)), None));
    // A page that is too large is no matter of cost.
    assert_eq!(
        provider.send("{ enrollments(first: 101) { nodes { id } } }", json!({})).await.code(),
        "BAD_REQUEST"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_bulk_mutation_cost() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let provider = app.provider(&issuer).await;
    let document = "mutation($input: UpsertLearnersInput!) { upsertLearners(input: $input) { results { outcome learner { id } } userErrors { message } } }";
    let rows: Vec<Value> = (0..7).map(|n| json!({ "externalId": format!("s-{n}"), "name": "S" })).collect();
    let answer = provider.send(document, json!({ "input": { "rows": rows } })).await;
    answer.data();
    // 10, a row each, and for each row its outcome and its learner.
    assert_eq!(answer.cost(), (10 + 7 + 7 * 2, Some(10 + 7 + 7 * 2)));
    app.stop().await;
}

/// A server with limits whose clock stands still until it is moved.
async fn still(set: impl FnOnce(&mut HttpSettings)) -> (TestApp, Arc<Still>) {
    let clock = Arc::new(Still(AtomicI64::new(SystemClock.now().timestamp_micros())));
    let given = clock.clone();
    (TestApp::start_set(move |service| service.clock = given, set).await, clock)
}

struct Still(AtomicI64);

impl Still {
    fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for Still {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// How many budgets the database knows of.
async fn budgets(app: &TestApp) -> u64 {
    budget::Entity::find().count(&app.database().await).await.unwrap()
}

/// Sends `ONE` to the nodes in turn until each has refused; returns how often it was answered.
async fn exhaust(clients: &[Client]) -> u64 {
    let (mut answered, mut refused) = (0, 0);
    for client in clients.iter().cycle().take(1_000) {
        let answer = client.send(ONE, json!({})).await;
        match answer.status.as_u16() {
            200 => (answered, refused) = (answered + 1, 0),
            429 => refused += 1,
            _ => panic!("{answer:?}"),
        }
        if refused == clients.len() {
            return answered;
        }
    }
    panic!("nobody was refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_share_the_budgets_of_keys_and_persons() {
    let allowance = Allowance::of(100, 1);
    let (app, clock) = still(|settings| limited(settings, allowance)).await;
    let other = app.beside_set(|settings| limited(settings, allowance)).await;
    let issuer = app.issuer("ou").await;
    let key = app.key(&issuer, &[Scope::ProgramsRead]).await;
    let person = app.person(&issuer, Role::Learner, "s-1").await;
    for caller in [key, person] {
        // Two nodes give no more than one would.
        assert_eq!(exhaust(&[caller.clone(), caller.at(other.base())]).await, 100);
        let refused = caller.at(other.base()).send(ONE, json!({})).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (429, "RATE_LIMITED"));
        assert_eq!((refused.headers["retry-after"].to_str().unwrap(), refused.left()), ("1", 0));
        // What comes back is there for whichever node asks first.
        clock.advance(30);
        assert_eq!(exhaust(&[caller.at(other.base()), caller.clone()]).await, 30);
        clock.advance(200);
        let answer = caller.send(ONE, json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.left()), (200, 99));
    }
    other.stop().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_has_a_budget_of_each_node_and_leaves_no_trace() {
    let allowance = Allowance::of(20, 1);
    let (app, _) = still(|settings| limited(settings, allowance)).await;
    let other = app.beside_set(|settings| limited(settings, allowance)).await;
    let anonymous = app.anonymous();
    assert_eq!(exhaust(std::slice::from_ref(&anonymous)).await, 20);
    assert_eq!(exhaust(&[anonymous.at(other.base())]).await, 20);
    assert_eq!(budgets(&app).await, 0, "an address was stored");
    other.stop().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_a_slice_is_no_statement_of_the_request() {
    let (app, _) = still(|settings| limited(settings, Allowance::of(1_000, 1))).await;
    let issuer = app.issuer("ou").await;
    let key = app.key(&issuer, &[Scope::ProgramsRead]).await;
    let mut counts = Vec::new();
    for _ in 0..5 {
        counts.push(key.send(ONE, json!({})).await.statements.unwrap());
    }
    assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
    // One slice of a hundred was taken, and five of it spent.
    let row = budget::Entity::find().one(&app.database().await).await.unwrap().unwrap();
    assert_eq!(row.full_at - app.service.now().timestamp_micros(), 100_000_000);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn budgets_that_are_full_again_are_forgotten() {
    let (app, clock) = still(|settings| limited(settings, Allowance::of(100, 1))).await;
    let issuer = app.issuer("ou").await;
    let key = app.key(&issuer, &[Scope::ProgramsRead]).await;
    key.send(ONE, json!({})).await.data();
    assert_eq!(cairn_service::budget::forget_full(&app.service).await.unwrap(), 0);
    assert_eq!(budgets(&app).await, 1);
    clock.advance(11);
    cairn_service::budget::forget_full(&app.service).await.unwrap();
    assert_eq!(budgets(&app).await, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vc_api_counts_requests_and_failed_attempts() {
    let (app, _) = still(|settings| {
        limited(settings, Allowance::of(1_000, 1));
        settings.fair.requests.api_key = Allowance::of(2, 1);
        settings.fair.failed_sign_ins = Allowance::of(2, 1);
    })
    .await;
    let issuer = app.issuer("ou").await;
    let key = app.key(&issuer, &[Scope::CredentialsVerify]).await;
    let path = "/vc-api/credentials/verify";
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(key.post(path, &json!({})).await.status.as_u16());
    }
    assert_eq!(statuses, [400, 400, 429]);
    let stranger = app.presenting("Bearer cairn_nobody1234_x");
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(stranger.post(path, &json!({})).await.status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 429]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_opens_too_many_pages_is_told_so_by_a_page() {
    let (app, clock) = still(|settings| {
        limited(settings, Allowance::of(1_000, 1));
        settings.fair.requests.anonymous = Allowance::of(2, 1);
    })
    .await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let open = |accept: &str| {
        let address = format!("{}/verify", app.base());
        client.get(address).header("accept", accept).header("accept-language", "de").send()
    };
    let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
    for _ in 0..2 {
        assert_eq!(open(browser).await.unwrap().status(), 200);
    }
    let refused = open(browser).await.unwrap();
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (429, &"1".parse().unwrap()));
    let html = refused.text().await.unwrap();
    assert!(html.contains("<h1>Zu viele Anfragen</h1>") && html.contains("lang=\"de\""), "{html}");
    let program = open("*/*").await.unwrap();
    assert_eq!(program.status(), 429);
    let told: serde_json::Value = program.json().await.unwrap();
    assert_eq!(told["errors"][0]["extensions"]["code"], "RATE_LIMITED");
    clock.advance(1);
    assert_eq!(open(browser).await.unwrap().status(), 200);
    app.stop().await;
}

const SET_BUDGET: &str = "mutation($input: SetApiKeyBudgetInput!) { setApiKeyBudget(input: $input) {
    apiKey { id budget { maximumAvailable restoreRate } } userErrors { field message code } } }";

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_gives_a_key_a_budget_of_its_own() {
    let (app, clock) = still(|settings| limited(settings, Allowance::of(100, 1))).await;
    let other = app.beside_set(|settings| limited(settings, Allowance::of(100, 1))).await;
    let issuer = app.issuer("ou").await;
    let admin = app.person(&issuer, Role::IssuerAdmin, "a-1").await;
    let key = app.key(&issuer, &[Scope::ProgramsRead]).await;
    let operator = app.operating_person("root").await;
    let keys = "{ apiKeys(first: 10) { nodes { id name budget { maximumAvailable restoreRate } } } }";
    let listed = admin.data(keys, json!({})).await;
    let id = listed["apiKeys"]["nodes"][0]["id"].clone();
    assert_eq!(listed["apiKeys"]["nodes"][0]["budget"], Value::Null);

    // An issuer does not decide what the server can bear.
    let budget = json!({ "maximumAvailable": 300, "restoreRate": 10 });
    let input = json!({ "input": { "id": id, "budget": budget } });
    assert_eq!(admin.send(SET_BUDGET, input.clone()).await.code(), "FORBIDDEN");
    for (wrong, field) in [
        (json!({ "maximumAvailable": 0, "restoreRate": 1 }), "budget.maximumAvailable"),
        (json!({ "maximumAvailable": 1, "restoreRate": 1_000_000_001 }), "budget.restoreRate"),
    ] {
        let refused = operator.send(SET_BUDGET, json!({ "input": { "id": id, "budget": wrong } })).await;
        assert_eq!(refused.user_errors(), [(field.to_owned(), "INVALID".to_owned())]);
    }
    let unknown = operator.send(SET_BUDGET, json!({ "input": { "id": "nothing", "budget": budget } })).await;
    assert_eq!(unknown.user_errors(), [("id".to_owned(), "NOT_FOUND".to_owned())]);

    // It holds at once, on every node, and other keys keep theirs.
    assert_eq!(operator.send(SET_BUDGET, input).await.payload()["apiKey"]["budget"], budget);
    assert_eq!(exhaust(&[key.clone(), key.at(other.base())]).await, 300);
    clock.advance(10);
    assert_eq!(exhaust(&[key.at(other.base()), key.clone()]).await, 100);
    let second = app.key(&issuer, &[Scope::ProgramsRead]).await;
    assert_eq!(exhaust(std::slice::from_ref(&second)).await, 100);
    let entries =
        "{ auditLog(first: 1, filter: { actions: [\"api_key.budget_set\"] }) { nodes { action } } }";
    assert_eq!(admin.data(entries, json!({})).await["auditLog"]["nodes"][0]["action"], "api_key.budget_set");

    // Without one it has that of all keys again.
    clock.advance(1_000);
    let none = operator.mutate(SET_BUDGET, json!({ "id": id, "budget": null })).await;
    assert_eq!(none["apiKey"]["budget"], Value::Null);
    assert_eq!(exhaust(&[key]).await, 100);
    other.stop().await;
    app.stop().await;
}
