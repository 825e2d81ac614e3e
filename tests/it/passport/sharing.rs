//! A shared passport: a link that its holder gives away, and takes back.

use cairn_service::rows::credential;
use cairn_tests::TestApp;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::CONTENT_SECURITY_POLICY;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{SHARE, Schools, at, create, page, refused, share, status};
use crate::pages;
use crate::school::row;

/// Whoever has given a link away may end it, even where no school has a record of theirs any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_ended_by_who_learns_nowhere_any_more() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let maya = &schools.maya;
    let shared = share(maya, json!({ "visibility": "PUBLIC", "name": "Maya" })).await;
    let unlink =
        "mutation($input: UnlinkLearnerInput!) { unlinkLearner(input: $input) { userErrors { code } } }";
    for school in [&schools.north, &schools.south] {
        school.provider.mutate(unlink, json!({ "learner": { "externalId": "maya" } })).await;
    }
    assert_eq!(status(&app, &shared).await, 200);
    let anew = json!({ "input": { "visibility": "PUBLIC", "newLink": true } });
    assert_eq!(maya.send(SHARE, anew).await.code(), "FORBIDDEN");
    share(maya, json!({ "visibility": "PRIVATE" })).await;
    assert_eq!(status(&app, &shared).await, 404);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passport_is_shared_by_a_link_until_its_holder_ends_it() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let maya = &schools.maya;
    let query = "{ viewer { passport { share { url } } } }";
    assert_eq!(
        maya.data(query, json!({})).await["viewer"]["passport"]["share"],
        Value::Null,
        "never by itself"
    );

    let shared = share(maya, json!({ "visibility": "UNLISTED" })).await;
    assert_eq!((&shared["allCredentials"], &shared["credentials"]["totalCount"]), (&json!(true), &json!(2)));
    assert_eq!((&shared["name"], &shared["views"]), (&Value::Null, &json!(0)));
    let answer = app.anonymous().get(&pages::path(&shared["url"]), "text/html").await;
    let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("script"), "{policy}");
    let html = answer.text().await.unwrap();
    for part in [
        "<h1><bdi>Name of maya</bdi></h1>",
        "2 credentials",
        "As of",
        "north University",
        "Valid until 1 March 2027",
        "Crafts",
        "EQF level 6",
        "1 of 2 parts done",
        "Still missing",
        "noindex",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    for held in ["weaving-maya", "dyeing-maya"] {
        let address = schools.held(held).await["urls"]["page"].as_str().unwrap().to_owned();
        assert!(html.contains(&format!("href=\"{address}\"")), "{address} in {html}");
    }
    assert!(!html.contains("maya@example.org") && !html.contains("<script"), "{html}");
    page(&app, &shared).await;
    assert_eq!(app.anonymous().get(&pages::path(&shared["url"]), "image/png").await.status(), 406);

    // Shared again: the same link, and its views; a public one may be listed.
    let until = (app.service.now() + TimeDelta::days(2)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let input = json!({ "visibility": "PUBLIC", "expiresAt": until, "name": "M. Weaver", "progress": false });
    let again = share(maya, input).await;
    assert_eq!(
        (&again["url"], &again["views"], &again["sharedUntil"]),
        (&shared["url"], &json!(2), &json!(until))
    );
    let html = page(&app, &again).await;
    assert!(html.contains("M. Weaver") && !html.contains("Name of maya"), "{html}");
    assert!(!html.contains("noindex") && !html.contains("parts done"), "{html}");
    app.clock.advance(TimeDelta::days(3));
    assert_eq!(status(&app, &again).await, 404, "its time has passed");

    // A new link ends the old one; a private passport has no page.
    let fresh = share(maya, json!({ "visibility": "UNLISTED", "newLink": true })).await;
    assert_ne!(fresh["url"], shared["url"]);
    assert_eq!((status(&app, &shared).await, status(&app, &fresh).await), (404, 200));
    let private = share(maya, json!({ "visibility": "PRIVATE" })).await;
    assert_eq!((status(&app, &private).await, &private["url"]), (404, &fresh["url"]));
    for path in ["/passports/nothing", "/passports/", "/passports/nothing.txt"] {
        assert_eq!(app.anonymous().get(path, "text/html").await.status(), 404, "{path}");
    }
    for (input, field, code) in [
        (json!({ "visibility": "UNLISTED", "expiresAt": "2020-01-01T00:00:00Z" }), "expiresAt", "INVALID"),
        (json!({ "visibility": "PRIVATE", "expiresAt": "2999-01-01T00:00:00Z" }), "expiresAt", "INVALID"),
        (json!({ "visibility": "UNLISTED", "name": " " }), "name", "REQUIRED"),
        (
            json!({ "visibility": "UNLISTED", "credentials": [{ "id": "crd_nothing" }] }),
            "credentials.0",
            "NOT_FOUND",
        ),
    ] {
        assert_eq!(refused(maya, SHARE, input).await, at(field, code));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_holder_chooses_what_is_shown_and_all_else_rests_on_that() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let maya = &schools.maya;
    let (weaving, dyeing) = (schools.held("weaving-maya").await, schools.held("dyeing-maya").await);
    create(maya, json!({ "title": "A tapestry", "links": [{ "title": "Pictures", "url": "https://maya.example/?a=1&b=2" }],
        "outcomes": [schools.outcome(&schools.north, "weaving").await], "credentials": [{ "id": weaving["id"] }, { "id": dyeing["id"] }] }))
    .await;
    create(maya, json!({ "title": "A secret", "shown": false })).await;
    let chosen = json!({ "visibility": "UNLISTED", "credentials": [{ "id": dyeing["id"] }] });
    let shared = share(maya, chosen.clone()).await;
    assert_eq!(shared["credentials"], json!({ "totalCount": 1, "nodes": [{ "id": dyeing["id"] }] }));
    let html = page(&app, &shared).await;
    assert!(html.contains("Title of dyeing") && html.contains("Title of crafts"), "{html}");
    assert!(!html.contains("Title of textiles"), "what rests on another credential is not told: {html}");
    assert!(!html.contains(weaving["urls"]["page"].as_str().unwrap()), "{html}");
    assert!(html.contains("A tapestry") && !html.contains("A secret"), "{html}");
    let link = "<a href=\"https://maya.example/?a=1&amp;b=2\" rel=\"nofollow ugc noopener\" dir=\"auto\">Pictures</a>";
    assert!(html.contains(link), "{html}");
    assert!(html.contains("Work by weaving alone"), "the outcome that she attached herself: {html}");
    let without = share(maya, json!({ "visibility": "UNLISTED", "projects": false })).await;
    assert!(!page(&app, &without).await.contains("A tapestry"));

    // A private credential is not among all; one that was chosen is there, and leads nowhere.
    let hide =
        "mutation($input: ShareCredentialInput!) { shareCredential(input: $input) { userErrors { code } } }";
    maya.mutate(hide, json!({ "credential": { "id": dyeing["id"] }, "visibility": "PRIVATE" })).await;
    let all = share(maya, json!({ "visibility": "UNLISTED" })).await;
    assert_eq!(all["credentials"]["nodes"], json!([{ "id": weaving["id"] }]));
    let html = page(&app, &all).await;
    for hidden in ["Title of dyeing", "Title of crafts", ">dyeing"] {
        assert!(!html.contains(hidden), "{hidden} in {html}");
    }
    let html = page(&app, &share(maya, chosen).await).await;
    assert!(
        html.contains("Title of dyeing") && !html.contains(dyeing["urls"]["page"].as_str().unwrap()),
        "{html}"
    );

    // A record that is taken out of the passport takes what it earned along.
    let unlink =
        "mutation($input: UnlinkLearnerInput!) { unlinkLearner(input: $input) { userErrors { code } } }";
    schools.south.provider.mutate(unlink, json!({ "learner": { "externalId": "maya" } })).await;
    let query = "{ viewer { passport { share { url credentials { totalCount } } } } }";
    let left = maya.data(query, json!({})).await["viewer"]["passport"]["share"].clone();
    assert_eq!(left["credentials"]["totalCount"], 0);
    assert!(page(&app, &left).await.contains("No credential is shown"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_credential_says_where_it_stands() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let shared = share(&schools.maya, json!({ "visibility": "UNLISTED" })).await;
    let html = page(&app, &shared).await;
    assert_eq!(html.matches("Stands").count(), 2, "{html}");
    let dyeing = schools.held("dyeing-maya").await;
    let until: DateTime<Utc> = "2027-03-01T09:30:00Z".parse().unwrap();
    let travel = |days: i64| app.clock.advance(until + TimeDelta::days(days) - app.service.now());
    travel(-80);
    let html = page(&app, &shared).await;
    assert!(html.contains("Expires soon") && html.contains("May be renewed from 1 January 2027"), "{html}");
    travel(-20);
    assert!(page(&app, &shared).await.contains("May be renewed since 1 January 2027"));
    travel(2);
    let html = page(&app, &shared).await;
    assert!(html.contains("Expired") && html.contains("Was valid until 1 March 2027"), "{html}");
    assert!(html.contains("May be renewed until 1 April 2027"), "{html}");
    let renew = "mutation($input: RenewCredentialInput!) { renewCredential(input: $input) { userErrors { code message } } }";
    schools.south.provider.mutate(renew, json!({ "credential": { "id": dyeing["id"] } })).await;
    let html = page(&app, &shared).await;
    assert!(
        html.contains("Renewed") && html.contains("3 credentials") && !html.contains("Expired"),
        "{html}"
    );

    let lifecycle = cairn_tests::contract("provider/credential_lifecycle.graphql");
    let weaving = json!({ "id": schools.held("weaving-maya").await["id"] });
    let replace = cairn_tests::operation_text(&lifecycle, "ReplaceCredential");
    schools.north.provider.mutate(&replace, json!({ "credential": weaving, "reason": "A slip" })).await;
    assert!(page(&app, &shared).await.contains("Replaced"));
    let current = "{ viewer { passport { credentials(filter: { statuses: [ACTIVE] }) { nodes { id program { title } } } } } }";
    let data = schools.signed_in().await.data(current, json!({})).await;
    let nodes = data["viewer"]["passport"]["credentials"]["nodes"].as_array().unwrap().clone();
    let weaving = nodes.iter().find(|one| one["program"]["title"] == "Title of weaving").unwrap().clone();
    let revoke = cairn_tests::operation_text(&lifecycle, "RevokeCredential");
    let input = json!({ "credential": { "id": weaving["id"] }, "reason": "OTHER" });
    schools.north.provider.mutate(&revoke, input).await;
    let html = page(&app, &shared).await;
    assert!(html.contains("Revoked"), "{html}");

    // A key that was given up before it signed is worth nothing.
    let operator = app.operator().await;
    let key = "query($id: ID!) { node(id: $id) { ... on Credential { signingKey { id } } } }";
    let key = operator.data(key, json!({ "id": dyeing["id"] })).await["node"]["signingKey"]["id"].clone();
    let compromised = "mutation($input: MarkSigningKeyCompromisedInput!) { markSigningKeyCompromised(input: $input) { userErrors { field message code } } }";
    operator.mutate(compromised, json!({ "id": key, "since": "2020-01-01T00:00:00Z" })).await;
    assert!(page(&app, &shared).await.contains("Not to be relied on"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_credentials_are_shown_by_light_pages() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let dyeing = schools.held("dyeing-maya").await;
    let id = cairn_service::ids::decode(dyeing["id"].as_str().unwrap()).unwrap().1;
    let database = app.database().await;
    let first = credential::Entity::find_by_id(id).one(&database).await.unwrap().unwrap();
    // As if it had been renewed from year to year.
    for cycle in 2..=100_i32 {
        let next = Uuid::from_u128(id.as_u128() + u128::from(cycle.unsigned_abs()));
        let document = first.document.as_ref().map(|text| text.replace(&id.to_string(), &next.to_string()));
        let next = credential::Model {
            id: next,
            document,
            cycle,
            share_token: format!("{}{cycle}", first.share_token),
            ..first.clone()
        };
        credential::Entity::insert(next.into_active_model().reset_all()).exec(&database).await.unwrap();
    }
    let shared = share(&schools.maya, json!({ "visibility": "UNLISTED" })).await;
    let mut address = pages::path(&shared["url"]);
    let mut seen = 0;
    let mut count = 0;
    loop {
        let html = app.anonymous().get(&address, "text/html").await.text().await.unwrap();
        assert!(html.len() < 50_000, "{} bytes", html.len());
        assert!(html.contains("101 credentials"));
        assert_eq!(html.contains("Back to the whole passport"), count > 0);
        seen += html.matches("<span class=\"state").count();
        count += 1;
        let Some((before, _)) = html.split_once("#credentials\"") else { break };
        let query = before.rsplit_once("?credentials=").unwrap().1;
        address = format!("{}?credentials={query}", pages::path(&shared["url"]));
    }
    assert_eq!((seen, count), (101, 3));
    let address = pages::path(&shared["url"]);
    let file = crate::faces::bytes(&app, &format!("{address}.pdf")).await;
    let text = crate::faces::tool("pdftotext", &[], &file, &["-"]);
    assert_eq!(text.matches("Title of dyeing").count(), 102, "each credential, and what gave a skill");
    let record: Value = app.anonymous().get(&address, "application/json").await.json().await.unwrap();
    let within = record["credentialSubject"]["verifiableCredential"].as_array().unwrap();
    assert_eq!((within.len(), &record["partial"]), (30, &json!(true)));
    assert_eq!(
        crate::faces::verdict(&app, record.to_string().as_bytes()).await,
        "VALID",
        "as many as that are read"
    );
    let bad = format!("{}?credentials=nonsense", pages::path(&shared["url"]));
    assert_eq!(app.anonymous().get(&bad, "text/html").await.status(), 400);
    let views = "{ viewer { passport { share { views } } } }";
    let views = schools.maya.data(views, json!({})).await["viewer"]["passport"]["share"]["views"].clone();
    assert_eq!(views, 1, "the rest of a list is no further view");
    schools.north.enrollments(vec![row("more", "maya", "textiles", json!({}))]).await;
    page(&app, &shared).await;
    app.stop().await;
}
