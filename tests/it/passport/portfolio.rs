//! What a person made themselves: theirs alone to write, to see and to take away.

use cairn_service::actor::Role;
use cairn_tests::TestApp;
use serde_json::{Value, json};

use super::{CREATE, SHARE, Schools, at, create, link, refused, skill};

const UPDATE: &str = "mutation($input: UpdatePortfolioProjectInput!) { updatePortfolioProject(input: $input) { project { title description
    startedOn links { url } files { name } outcomes { id } skills { name } credentials { id } shown } userErrors { field message code } } }";
const DELETE: &str = "mutation($input: DeletePortfolioProjectInput!) { deletePortfolioProject(input: $input) { deletedProjectId
    userErrors { field message code } } }";
const LIST: &str = "query($first: Int, $after: String) { viewer { passport { projects(first: $first, after: $after) { totalCount
    pageInfo { hasNextPage endCursor } nodes { id title files { digestSRI } outcomes { statement programVersion { title } } skills { name }
        credentials { id } } } } } }";
/// The digest of nothing, in both forms.
const DIGEST: (&str, &str) = (
    "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "zQmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n",
);

/// A project with everything.
async fn tapestry(schools: &Schools<'_>) -> Value {
    let credential = schools.held("weaving-maya").await["id"].clone();
    json!({ "title": "A tapestry", "description": "Two metres of wool", "text": "Woven over a winter.",
        "startedOn": "2026-01-10", "endedOn": "2026-03-20",
        "links": [{ "title": "Pictures", "url": "https://maya.example/tapestry" }],
        "files": [{ "name": "pattern.pdf", "mediaType": "application/pdf", "size": 5_000_000_000_i64, "digest": DIGEST.0,
            "url": "https://maya.example/pattern.pdf" }],
        "outcomes": [schools.outcome(&schools.north, "weaving").await],
        "skills": [{ "uri": skill("weaving") }], "credentials": [{ "id": credential }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_made_changed_listed_and_deleted() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let maya = &schools.maya;
    let input = tapestry(&schools).await;
    let made = create(maya, input.clone()).await;
    for member in ["title", "description", "text", "startedOn", "endedOn", "links"] {
        assert_eq!(made[member], input[member], "{member}");
    }
    let file = json!({ "name": "pattern.pdf", "mediaType": "application/pdf", "size": 5e9, "digestMultibase": DIGEST.1,
        "digestSRI": DIGEST.0, "url": "https://maya.example/pattern.pdf" });
    assert_eq!(made["files"], json!([file]));
    assert_eq!(made["outcomes"], json!([{ "id": input["outcomes"][0] }]));
    assert_eq!(
        (&made["skills"][0]["name"], &made["credentials"][0]),
        (&json!("weaving"), &input["credentials"][0])
    );
    assert_eq!(made["shown"], true);

    // What is absent stays; null and empty lists clear.
    let change = json!({ "project": made["id"], "title": "The tapestry", "startedOn": null, "links": [], "outcomes": null, "shown": false });
    let changed = maya.mutate(UPDATE, change).await["project"].clone();
    let expected = json!({ "title": "The tapestry", "description": "Two metres of wool", "startedOn": null, "links": [],
        "files": [{ "name": "pattern.pdf" }], "outcomes": [], "skills": [{ "name": "weaving" }],
        "credentials": input["credentials"], "shown": false });
    assert_eq!(changed, expected);

    for n in 0..3 {
        create(maya, json!({ "title": format!("Sketch {n}"), "outcomes": input["outcomes"], "skills": input["skills"], "credentials": input["credentials"] })).await;
    }
    let first = maya.send(LIST, json!({ "first": 1 })).await;
    let projects = first.data()["viewer"]["passport"]["projects"].clone();
    assert_eq!(
        (&projects["totalCount"], &projects["nodes"][0]["title"]),
        (&json!(4), &json!("Sketch 2")),
        "the newest first"
    );
    assert_eq!(projects["nodes"][0]["outcomes"][0]["programVersion"]["title"], "Title of weaving");
    let all = maya.send(LIST, json!({ "first": 50 })).await;
    assert_eq!(all.data()["viewer"]["passport"]["projects"]["nodes"].as_array().unwrap().len(), 4);
    assert_eq!(first.statements, all.statements, "the same for one as for several");
    let next = json!({ "first": 3, "after": projects["pageInfo"]["endCursor"] });
    let rest = maya.data(LIST, next).await["viewer"]["passport"]["projects"].clone();
    assert_eq!(
        (&rest["nodes"][2]["title"], &rest["pageInfo"]["hasNextPage"]),
        (&json!("The tapestry"), &json!(false))
    );

    let gone = maya.mutate(DELETE, json!({ "project": made["id"] })).await["deletedProjectId"].clone();
    assert_eq!(gone, made["id"]);
    assert_eq!(refused(maya, DELETE, json!({ "project": made["id"] })).await, at("project", "NOT_FOUND"));
    assert_eq!(maya.data(LIST, json!({})).await["viewer"]["passport"]["projects"]["totalCount"], 3);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_project_is_told_where() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let maya = &schools.maya;
    let bad = json!({ "title": " ", "startedOn": "2026-03-01", "endedOn": "2026-02-01",
        "links": [{ "title": "Pictures", "url": "http://maya.example/" }],
        "files": [{ "name": "", "mediaType": "pdf", "size": 1.5, "digest": "sha256-nothing", "url": "ftp://maya.example/" }] });
    let mut wrong = refused(maya, CREATE, bad).await;
    wrong.sort();
    let expected = [
        ("endedOn", "INVALID"),
        ("files.0.digest", "INVALID"),
        ("files.0.mediaType", "INVALID"),
        ("files.0.name", "REQUIRED"),
        ("files.0.size", "INVALID"),
        ("files.0.url", "INVALID"),
        ("links.0.url", "INVALID"),
        ("title", "REQUIRED"),
    ];
    assert_eq!(wrong, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));

    // Only what is one's own, or learned here, is attached.
    let otto = schools.north.learner("otto").await;
    let other = "{ viewer { passport { credentials { nodes { id } } } } }";
    let other =
        otto.data(other, json!({})).await["viewer"]["passport"]["credentials"]["nodes"][0]["id"].clone();
    let (weaving, dyeing) =
        (schools.outcome(&schools.north, "weaving").await, schools.outcome(&schools.south, "dyeing").await);
    let attached = |more: Value| {
        let mut input = json!({ "title": "A cloth" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    for (more, field, code) in [
        (json!({ "credentials": [{ "id": other }] }), "credentials.0", "NOT_FOUND"),
        (json!({ "outcomes": [weaving, weaving] }), "outcomes.1", "CONFLICT"),
        (json!({ "outcomes": [other] }), "outcomes.0", "NOT_FOUND"),
        (json!({ "skills": [{ "uri": "https://skills.example/flying" }] }), "skills.0", "NOT_FOUND"),
        (
            json!({ "links": vec![json!({ "title": "Pictures", "url": "https://maya.example/" }); 11] }),
            "links",
            "LIMIT_REACHED",
        ),
    ] {
        assert_eq!(refused(maya, CREATE, attached(more)).await, at(field, code));
    }
    let not_enrolled = attached(json!({ "outcomes": [dyeing] }));
    assert_eq!(refused(&otto, CREATE, not_enrolled.clone()).await, at("outcomes.0", "NOT_FOUND"));
    create(maya, not_enrolled).await;
    for _ in 1..100 {
        let answer = maya.send_keyed(None, CREATE, None, json!({ "input": { "title": "Another" } })).await;
        assert_eq!(answer.payload()["userErrors"], json!([]));
    }
    assert_eq!(refused(maya, CREATE, json!({ "title": "One too many" })).await, at("title", "LIMIT_REACHED"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_sees_or_writes_what_is_a_persons_own() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let made = create(&schools.maya, tapestry(&schools).await).await;
    let node = "query($id: ID!) { node(id: $id) { id ... on PortfolioProject { title } } }";
    let read = json!({ "id": made["id"] });
    assert_eq!(schools.maya.data(node, read.clone()).await["node"]["title"], "A tapestry");
    let otto = schools.north.learner("otto").await;
    let admin = app.person(&schools.north.issuer, Role::IssuerAdmin, "admin").await;
    for stranger in [&otto, &admin, &schools.north.provider, &app.operator().await, &app.anonymous()] {
        assert_eq!(stranger.data(node, read.clone()).await["node"], Value::Null);
    }
    let change = json!({ "project": made["id"], "title": "Mine now" });
    assert_eq!(refused(&otto, UPDATE, change.clone()).await, at("project", "NOT_FOUND"));
    assert_eq!(refused(&otto, DELETE, json!({ "project": made["id"] })).await, at("project", "NOT_FOUND"));
    let title = json!({ "input": { "title": "A cloth" } });
    let share = json!({ "input": { "visibility": "PUBLIC" } });
    for (client, code) in [
        (&schools.north.provider, "FORBIDDEN"),
        (&app.operator().await, "FORBIDDEN"),
        (&app.anonymous(), "UNAUTHENTICATED"),
        // Signed in, and yet no issuer has a record of them.
        (&admin, "FORBIDDEN"),
    ] {
        assert_eq!(client.send(CREATE, title.clone()).await.code(), code);
        assert_eq!(client.send(SHARE, share.clone()).await.code(), code);
    }
    for (document, input) in [(UPDATE, change), (DELETE, json!({ "project": made["id"] }))] {
        let refused = schools.north.provider.send(document, json!({ "input": input })).await;
        assert_eq!(refused.code(), "FORBIDDEN");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_keeps_something_is_not_taken_over_with_their_record() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let otto = schools.north.learner("otto").await;
    let made = create(&otto, json!({ "title": "A scarf" })).await;
    let create_code = "mutation($input: CreateLearnerLinkCodeInput!) { createLearnerLinkCode(input: $input) { code userErrors { code } } }";
    let code = schools
        .north
        .provider
        .mutate(create_code, json!({ "learner": { "externalId": "otto" } }))
        .await["code"]
        .clone();
    let redeem = "mutation($input: RedeemLearnerLinkCodeInput!) { redeemLearnerLinkCode(input: $input) { userErrors { field message code } } }";
    let other = schools.south.learner("otto").await;
    assert_eq!(refused(&other, redeem, json!({ "code": code })).await, at("code", "CONFLICT"));
    otto.mutate(DELETE, json!({ "project": made["id"] })).await;
    link(&schools.north, "otto", &other).await;
    app.stop().await;
}
