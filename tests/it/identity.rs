//! Providers of identity: trusted by an operator, their keys fetched, their tokens held against everything that a token can get wrong.

use cairn_tests::{AUDIENCE, Client, TestApp, TestProvider, contract, operation_text};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::course::Course;

const VIEWER: &str = "{ viewer { kind roles passport { name learners { externalId issuer { slug } } enrollments { totalCount } } } }";

fn trusting() -> String {
    operation_text(&contract("operator/issuers.graphql"), "TrustIdentityProvider")
}

fn of(issuer: &str, provider: &TestProvider) -> Value {
    json!({ "issuer": { "slug": issuer }, "issuerUrl": provider.issuer_url(), "audience": AUDIENCE })
}

fn with(mut input: Value, more: Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    input
}

fn bearer(app: &TestApp, provider: &TestProvider, claims: Value) -> Client {
    let now = app.service.now().timestamp();
    app.presenting(&format!("Bearer {}", provider.token(now, &claims)))
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_a_trusted_provider_sign_people_in() {
    let app = TestApp::start_fetching().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(1).await;
    let provider = TestProvider::start().await;
    let learner = json!({ "sub": "7f3a", "roles": ["learner"], "student_number": "l0", "name": "Ada" });
    let early = bearer(&app, &provider, learner.clone()).send(VIEWER, json!({})).await;
    assert_eq!(early.code(), "UNAUTHENTICATED");

    let operator = app.operator().await;
    let input = with(of("ou", &provider), json!({ "learnerIdClaim": "student_number" }));
    let trusted = operator.mutate(&trusting(), input.clone()).await["identityProvider"].clone();
    assert_eq!(trusted["jwksUri"], format!("{}/jwks", provider.issuer_url()), "discovered");
    assert_eq!(operator.mutate(&trusting(), input).await["identityProvider"]["id"], trusted["id"]);

    let ada = bearer(&app, &provider, learner.clone());
    let viewer = ada.data(VIEWER, json!({})).await["viewer"].clone();
    assert_eq!(viewer["roles"], json!(["LEARNER"]));
    assert_eq!(viewer["passport"]["learners"], json!([{ "externalId": "l0", "issuer": { "slug": "ou" } }]));
    assert_eq!(viewer["passport"]["enrollments"]["totalCount"], 1);
    // The same subject is the same person; an unknown external id is nobody's record and makes none.
    let stranger = json!({ "sub": "other", "roles": "learner", "student_number": "l99" });
    let viewer = bearer(&app, &provider, stranger).data(VIEWER, json!({})).await["viewer"].clone();
    assert_eq!(viewer["passport"]["learners"], json!([]));
    // Who comes second with another's number does not get the record.
    let thief =
        json!({ "sub": "thief", "roles": ["learner"], "student_number": "l0", "email": "ada@example.org" });
    let viewer = bearer(&app, &provider, thief).data(VIEWER, json!({})).await["viewer"].clone();
    assert_eq!(viewer["passport"]["learners"], json!([]));
    let admin = bearer(&app, &provider, json!({ "sub": "a", "roles": ["issuer_admin"] }));
    let list = "{ enrollments(first: 5) { totalCount } }";
    assert_eq!(admin.data(list, json!({})).await["enrollments"]["totalCount"], 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_token_refuses_it() {
    let app = TestApp::start_fetching().await;
    app.issuer("ou").await;
    app.issuer("beta").await;
    let (provider, other) = (TestProvider::start().await, TestProvider::start().await);
    let operator = app.operator().await;
    operator.mutate(&trusting(), of("ou", &provider)).await;
    let now = app.service.now().timestamp();
    let good = json!({ "sub": "a", "roles": ["learner"] });
    assert_eq!(bearer(&app, &provider, good.clone()).send(VIEWER, json!({})).await.status, 200);
    for (what, more) in [
        ("another audience", json!({ "aud": "somebody" })),
        ("another issuer", json!({ "iss": other.issuer_url() })),
        ("expired", json!({ "exp": now - 60 })),
        ("too early", json!({ "nbf": now + 600 })),
        ("no expiry", json!({ "exp": null })),
        ("no subject", json!({ "sub": null })),
        ("no role", json!({ "roles": [] })),
        ("a foreign operator", json!({ "roles": ["operator"] })),
        ("an issuer that it is not trusted for", json!({ "cairn_issuer": "beta" })),
    ] {
        let answer = bearer(&app, &provider, with(good.clone(), more)).send(VIEWER, json!({})).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED", "{what}");
    }
    // A signature by another key under the same name, and one that is cut off.
    let mut forger = TestProvider::start().await;
    forger.rotate("first", 9);
    let forged = forger.token(now, &with(good.clone(), json!({ "iss": provider.issuer_url() })));
    let token = provider.token(now, &good);
    let cut = token.rsplit_once('.').unwrap().0.to_owned() + ".AAAA";
    for token in [forged, cut] {
        let answer = app.presenting(&format!("Bearer {token}")).send(VIEWER, json!({})).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED");
    }
    // Trusted no more.
    let id = operator.mutate(&trusting(), of("ou", &provider)).await["identityProvider"]["id"].clone();
    let distrust =
        "mutation($input: DistrustIdentityProviderInput!) { distrustIdentityProvider(input: $input) {
        identityProvider { issuers { slug } } userErrors { field code } } }";
    let input = json!({ "issuer": { "slug": "ou" }, "identityProvider": id });
    let gone = operator.mutate(distrust, input.clone()).await;
    assert_eq!(gone["identityProvider"]["issuers"], json!([]));
    let again = operator.send(distrust, json!({ "input": input })).await;
    assert_eq!(again.user_errors(), [("identityProvider".to_owned(), "NOT_FOUND".to_owned())]);
    let answer = bearer(&app, &provider, good).send(VIEWER, json!({})).await;
    assert_eq!(answer.code(), "UNAUTHENTICATED");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_rotated_are_fetched_once_more_and_no_more_often() {
    let app = TestApp::start_fetching().await;
    app.issuer("ou").await;
    let mut provider = TestProvider::start().await;
    app.operator().await.mutate(&trusting(), of("ou", &provider)).await;
    let good = json!({ "sub": "a", "roles": ["learner"] });
    for _ in 0..3 {
        bearer(&app, &provider, good.clone()).data(VIEWER, json!({})).await;
    }
    assert_eq!(provider.web().asked("/jwks"), 1, "kept");
    provider.rotate("second", 2);
    app.clock.advance(TimeDelta::seconds(60));
    bearer(&app, &provider, good.clone()).data(VIEWER, json!({})).await;
    assert_eq!(provider.web().asked("/jwks"), 2, "an unknown name has them fetched again");
    let mut unknown = TestProvider::start().await;
    unknown.rotate("nobody's", 3);
    let now = app.service.now().timestamp();
    let token = unknown.token(now, &with(good, json!({ "iss": provider.issuer_url() })));
    for _ in 0..5 {
        let answer = app.presenting(&format!("Bearer {token}")).send(VIEWER, json!({})).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED");
    }
    assert_eq!(provider.web().asked("/jwks"), 2, "nobody can have it called in quick succession");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn learners_are_made_on_first_sight_only_where_that_is_wanted() {
    let app = TestApp::start_fetching().await;
    let ou = app.issuer("ou").await;
    let provider = TestProvider::start().await;
    let input = with(
        of("ou", &provider),
        json!({ "learnerIdClaim": "sub", "createsLearners": true, "rolesClaim": "realm.roles" }),
    );
    app.operator().await.mutate(&trusting(), input).await;
    let new = json!({ "sub": "new-1", "realm": { "roles": ["learner"] }, "name": "New One", "email": "new@example.org" });
    let viewer = bearer(&app, &provider, new).data(VIEWER, json!({})).await["viewer"].clone();
    assert_eq!(viewer["passport"]["learners"][0]["externalId"], "new-1");
    assert_eq!(viewer["passport"]["name"], "New One");
    // Erased, they are not brought back.
    let back_office = app.provider(&ou).await;
    let erase = "mutation($input: EraseLearnerInput!) { eraseLearner(input: $input) { receipt { id } userErrors { code } } }";
    back_office.mutate(erase, json!({ "learner": { "externalId": "new-1" } })).await;
    let again = json!({ "sub": "new-1", "realm": { "roles": ["learner"] }, "name": "New One" });
    let viewer = bearer(&app, &provider, again).data(VIEWER, json!({})).await["viewer"].clone();
    assert_eq!(viewer["passport"]["learners"], json!([]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn trusting_is_for_operators_and_asks_for_keys_at_once() {
    let app = TestApp::start_fetching().await;
    let ou = app.issuer("ou").await;
    let provider = TestProvider::start().await;
    let admin = app.person(&ou, cairn_service::actor::Role::IssuerAdmin, "admin").await;
    let input = json!({ "input": of("ou", &provider) });
    assert_eq!(admin.send(&trusting(), input.clone()).await.code(), "FORBIDDEN");
    assert_eq!(app.provider(&ou).await.send(&trusting(), input.clone()).await.code(), "FORBIDDEN");
    assert_eq!(app.anonymous().send(&trusting(), input).await.code(), "UNAUTHENTICATED");
    let operator = app.operator().await;
    let refused = async |more: Value| {
        let input = json!({ "input": with(of("ou", &provider), more) });
        operator.send(&trusting(), input).await.user_errors()
    };
    let at = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
    assert_eq!(refused(json!({ "issuer": { "slug": "nobody" } })).await, at("issuer", "NOT_FOUND"));
    let nowhere = format!("{}/nothing", provider.issuer_url());
    assert_eq!(refused(json!({ "jwksUri": nowhere })).await, at("jwksUri", "INVALID"));
    assert_eq!(refused(json!({ "issuerUrl": nowhere })).await, at("issuerUrl", "INVALID"));
    assert_eq!(refused(json!({ "audience": " " })).await, at("audience", "REQUIRED"));
    assert_eq!(refused(json!({ "createsLearners": true })).await, at("learnerIdClaim", "REQUIRED"));
    assert_eq!(
        refused(json!({ "issuerUrl": app.service.config.public_url })).await,
        at("issuerUrl", "INVALID")
    );
    provider.web().reply("/jwks", cairn_tests::Reply::ok("{\"keys\":[]}"));
    app.clock.advance(TimeDelta::hours(1));
    assert_eq!(refused(json!({})).await, at("jwksUri", "INVALID"));
    app.stop().await;
    // Where nothing on this machine may be fetched, an address without encryption is refused.
    let closed = TestApp::start().await;
    closed.issuer("ou").await;
    let input = json!({ "input": of("ou", &provider) });
    let answer = closed.operator().await.send(&trusting(), input).await;
    assert_eq!(answer.user_errors(), at("issuerUrl", "INVALID"));
    closed.stop().await;
}
