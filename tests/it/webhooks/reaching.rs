//! Where webhooks may go: to public addresses over https and nowhere else, whatever a name resolves to when the connection is made, and wherever a
//! receiver wants to send us.

use std::net::SocketAddr;
use std::sync::Arc;

use cairn_service::fetch::address::Gate;
use cairn_service::webhook::Sender;
use cairn_tests::{Course, Elsewhere, Reply, TestApp};
use serde_json::json;

use super::{Endpoint, operation, until};

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_public_is_refused_when_it_is_entered() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let create = operation("CreateWebhookEndpoint");
    let endpoint = Endpoint::make(&course.provider, "https://hooks.example/", &["CREDENTIAL_ISSUED"]).await;
    for (url, why) in [
        ("http://hooks.example/", "only https addresses are asked"),
        ("http://127.0.0.1:9/", "only https addresses are asked"),
        ("https://127.0.0.1/", "no public address"),
        ("https://127.1/", "no public address"),
        ("https://0x7f000001/", "no public address"),
        ("https://2130706433/", "no public address"),
        ("https://localhost:8443/", "no public address"),
        ("https://a.localhost/", "no public address"),
        ("https://10.0.0.1/", "no public address"),
        ("https://172.16.3.4/", "no public address"),
        ("https://192.168.1.1/", "no public address"),
        ("https://169.254.169.254/latest/meta-data/", "no public address"),
        ("https://[::1]/", "no public address"),
        ("https://[::ffff:10.0.0.1]/", "no public address"),
        ("https://[fd00::1]/", "no public address"),
        ("https://user:word@hooks.example/", "user name or password"),
        ("https://hooks.example/#part", "no fragment"),
        ("ftp://hooks.example/", "http or https"),
        ("mailto:somebody@hooks.example", "http or https"),
    ] {
        for (document, mut input) in [
            (&create, json!({ "events": ["CREDENTIAL_ISSUED"] })),
            (&super::UPDATE.to_owned(), json!({ "id": endpoint.id })),
        ] {
            input["url"] = json!(url);
            let answer = course.provider.send(document, json!({ "input": input })).await;
            assert_eq!(answer.user_errors(), [("url".to_owned(), "INVALID".to_owned())], "{url}");
            let message = answer.payload()["userErrors"][0]["message"].as_str().unwrap().to_owned();
            assert!(message.contains(why), "{url}: {message}");
        }
    }
    app.stop().await;
}

/// A server to which every name is one address.
async fn where_names_are(found: SocketAddr, gate: Gate) -> TestApp {
    TestApp::start_with(move |service| {
        let names = Arc::new(move |_| -> futures_util::future::BoxFuture<'static, _> {
            Box::pin(async move { Ok(vec![found]) })
        });
        service.webhooks = Sender::with_names(gate, names);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_resolves_to_a_private_address_is_not_connected_to() {
    let elsewhere = Elsewhere::start().await;
    for found in
        ["127.0.0.1:0", "[::1]:0", "[::ffff:127.0.0.1]:0", "10.1.2.3:0", "169.254.169.254:0", "[fe80::1]:0"]
    {
        let app = where_names_are(found.parse().unwrap(), Gate::default()).await;
        let course = Course::publish(&app, "alpha").await;
        let url = format!("https://hooks.example:{}/hook", elsewhere.port());
        let endpoint = Endpoint::make(&course.provider, &url, &["CREDENTIAL_ISSUED"]).await;
        endpoint.ping().await;
        let tried = endpoint.once(|all| all.iter().any(|one| one["attemptCount"] == 1)).await;
        let attempt = &tried[0]["attempts"][0];
        assert_eq!(
            (&attempt["error"], &attempt["responseStatus"]),
            (&json!("its host has no public address"), &json!(null)),
            "{found}"
        );
        app.stop().await;
    }
    assert_eq!(elsewhere.connections(), 0, "nobody called");
    // The same name reaches it where the loopback is allowed.
    let app = where_names_are("127.0.0.1:0".parse().unwrap(), Gate { loopback: true }).await;
    let course = Course::publish(&app, "alpha").await;
    let url = format!("https://hooks.example:{}/hook", elsewhere.port());
    let endpoint = Endpoint::make(&course.provider, &url, &["CREDENTIAL_ISSUED"]).await;
    endpoint.ping().await;
    until(async || (elsewhere.connections() == 1).then_some(())).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_checked_again_at_every_try() {
    let elsewhere = Elsewhere::start().await;
    elsewhere.reply("/hook", Reply::status(200));
    // Entered where the loopback was allowed, tried where it no longer is.
    let mut lax = TestApp::start_sending().await;
    let course = Course::publish(&lax, "alpha").await;
    let made =
        Endpoint::make(&course.provider, &format!("{}/hook", elsewhere.base()), &["CREDENTIAL_ISSUED"]).await;
    lax.halt().await;
    let strict = lax.beside(|service| service.webhooks = Sender::new(Gate::default())).await;
    let provider = strict.provider(&course.issuer).await;
    let endpoint = Endpoint { client: provider, ..made };
    endpoint.ping().await;
    let tried = endpoint.once(|all| all.iter().any(|one| one["attemptCount"] == 1)).await;
    assert_eq!(tried[0]["attempts"][0]["error"], "only https addresses are asked");
    assert_eq!(elsewhere.connections(), 0);
    strict.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_not_followed_and_answers_are_not_read() {
    let (app, elsewhere) = (TestApp::start_sending().await, Elsewhere::start().await);
    elsewhere.reply("/moved", Reply::redirect(&format!("{}/target", elsewhere.base())));
    elsewhere.reply("/target", Reply::status(200));
    elsewhere.reply("/endless", Reply::endless());
    elsewhere.reply("/dripping", Reply::dripping());
    let issuer = app.issuer("alpha").await;
    let provider = app.provider(&issuer).await;
    let at = async |path: &str| {
        let url = format!("{}{path}", elsewhere.base());
        let endpoint = Endpoint::make(&provider, &url, &["CREDENTIAL_ISSUED"]).await;
        endpoint.ping().await;
        endpoint.once(|all| all.iter().any(|one| one["attemptCount"] == 1)).await.remove(0)
    };
    let moved = at("/moved").await;
    assert_eq!((&moved["status"], &moved["lastResponseStatus"]), (&json!("PENDING"), &json!(302)));
    assert_eq!(moved["attempts"][0]["error"], "its server answered 302; redirects are not followed");
    assert_eq!(elsewhere.posted("/target").len() + elsewhere.asked("/target"), 0);
    // The status is all that counts: whatever comes after it is nobody's to wait for.
    for path in ["/endless", "/dripping"] {
        assert_eq!(at(path).await["status"], "DELIVERED", "{path}");
    }
    app.stop().await;
}
