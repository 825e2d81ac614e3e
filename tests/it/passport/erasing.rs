//! What becomes of a passport when a learner is erased: the part that rested on the record goes, and with the last record all of it.

use cairn_service::rows::{passport_share, portfolio_attachment, portfolio_project};
use cairn_tests::TestApp;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{Schools, create, page, share, status};
use crate::school::School;

async fn erase(school: &School<'_>) {
    let erase = "mutation($input: EraseLearnerInput!) { eraseLearner(input: $input) { receipt { id } userErrors { code } } }";
    school.provider.mutate(erase, json!({ "learner": { "externalId": "maya" } })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_kept_goes_with_their_last_record() {
    let app = TestApp::start().await;
    let schools = Schools::found(&app).await;
    let maya = &schools.maya;
    let (weaving, dyeing) =
        (schools.held("weaving-maya").await["id"].clone(), schools.held("dyeing-maya").await["id"].clone());
    let outcomes = json!([
        schools.outcome(&schools.north, "weaving").await,
        schools.outcome(&schools.south, "dyeing").await
    ]);
    create(maya, json!({ "title": "A tapestry", "outcomes": outcomes, "credentials": [{ "id": weaving }, { "id": dyeing }] })).await;
    let named = json!([{ "id": weaving }, { "id": dyeing }]);
    let shared = share(maya, json!({ "visibility": "UNLISTED", "credentials": named })).await;

    erase(&schools.south).await;
    let query = "{ viewer { passport { share { credentials { nodes { id } } } projects { nodes { title outcomes { id } credentials { id } } } } } }";
    let left = maya.data(query, json!({})).await["viewer"]["passport"].clone();
    assert_eq!(left["share"]["credentials"]["nodes"], json!([{ "id": weaving }]));
    let project = json!({ "title": "A tapestry", "outcomes": [{ "id": outcomes[0] }], "credentials": [{ "id": weaving }] });
    assert_eq!(left["projects"]["nodes"], json!([project]));
    let database = app.database().await;
    let kept = passport_share::Entity::find().one(&database).await.unwrap().unwrap();
    assert_eq!(
        kept.credentials.as_ref().and_then(Value::as_array).map(Vec::len),
        Some(1),
        "no trace of the other"
    );
    assert_eq!(portfolio_attachment::Entity::find().all(&database).await.unwrap().len(), 2);
    let html = page(&app, &shared).await;
    assert!(html.contains("Title of weaving") && !html.contains("dyeing"), "{html}");

    erase(&schools.north).await;
    assert_eq!(status(&app, &shared).await, 404);
    assert!(passport_share::Entity::find().all(&database).await.unwrap().is_empty());
    assert!(portfolio_project::Entity::find().all(&database).await.unwrap().is_empty());
    assert!(portfolio_attachment::Entity::find().all(&database).await.unwrap().is_empty());
    app.stop().await;
}
