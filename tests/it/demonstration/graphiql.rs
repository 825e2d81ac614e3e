//! GraphiQL as the demonstration serves it: an example for each kind of client, each with the header that it needs.

use std::collections::BTreeSet;

use cairn_tests::{Client, Demo};
use serde_json::{Value, json};

/// What the page was given to open with.
fn configuration(page: &str) -> Value {
    let (_, rest) = page.split_once("<script id=\"graphiql-config\" type=\"application/json\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_example_of_the_demonstration_is_answered_with_its_own_header() {
    let demo = Demo::start();
    let anyone = Client::anonymous_of(&demo.client("LEARNER"));
    let response = anyone.get("/graphql", "text/html").await;
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self';") && policy.contains("connect-src 'self';"), "{policy}");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let configuration = configuration(&response.text().await.unwrap());
    assert_eq!(configuration["headers"], Value::Null, "no tab but the examples presents anything");
    let mut presented = BTreeSet::new();
    for tab in configuration["tabs"].as_array().unwrap() {
        let query = tab["query"].as_str().unwrap();
        let authorization = tab["headers"]["Authorization"].as_str();
        let token = authorization.map(|header| header.strip_prefix("Bearer ").unwrap().to_owned());
        let client = Client::presenting(&anyone, authorization);
        presented.insert(token);
        let data = if query.contains("\nsubscription ") {
            // It goes on from the beginning of the feed, so that there is something to tell.
            let from_start = query.replace(
                "credentialIssued {",
                &format!("credentialIssued(after: \"{}\") {{", cairn_service::feed::cursor(0)),
            );
            cairn_tests::first_message(&client, &from_start, "CredentialIssued", json!({})).await
        } else {
            client.send(query, tab["variables"].clone()).await.data()
        };
        let filled = data.as_object().unwrap().values().all(|value| !value.is_null());
        assert!(filled, "{query}\n{data}");
    }
    let expected = ["LEARNER", "ASSESSOR", "PROVIDER", "ANALYST", "OPERATOR"]
        .map(|name| Some(demo.told(name).to_owned()));
    assert_eq!(presented, expected.into_iter().chain([None]).collect());
}
