//! Replaced by a corrected one.

use cairn_service::actor::{Actor, Role};
use cairn_service::patch::Patch;
use cairn_service::program::Validity;
use cairn_tests::{TestApp, contract};
use serde_json::{Value, json};

use crate::faces;

use super::{events, issued, of, operation, page, path, read, refused, row, verdict};

fn because(one: &Value) -> Value {
    let mut input = of(one);
    input["reason"] = json!("Her name was Zoé all along");
    input
}

#[tokio::test]
async fn a_corrected_name_makes_a_new_document_and_the_old_one_points_to_it() {
    let app = TestApp::start().await;
    let terms = Validity { months: 12, ..Validity::default() };
    let course = issued(&app, 1, |new| new.validity = Patch::Set(terms)).await;
    let old = course.credentials().await.remove(0);
    let upsert = contract("provider/upsert_learners.graphql");
    let corrected = json!({ "externalId": "s-0", "name": "Zoé Müller", "email": "zoe@learn.example" });
    course.provider.mutate(&upsert, json!({ "rows": [corrected] })).await;
    let rotation = cairn_service::signing_key::Rotation {
        issuer: None,
        algorithm: cairn_service::rows::enums::KeyAlgorithm::Ed25519,
        remote_key: None,
    };
    cairn_service::signing_key::rotate(&app.service, &Actor::system_for(course.issuer.id), rotation)
        .await
        .unwrap();

    let made =
        course.provider.mutate(&operation("ReplaceCredential"), because(&old)).await["credential"].clone();
    assert_eq!(made["replaces"], json!({ "id": old["id"], "status": "REVOKED" }));
    let new = read(&course, &made).await;
    assert_eq!(new["document"]["credentialSubject"]["identifier"][0]["identityHash"], "Zoé Müller");
    assert_eq!(
        (&new["validFrom"], &new["validUntil"]),
        (&old["validFrom"], &old["validUntil"]),
        "the same cycle"
    );
    assert_ne!(
        new["document"]["proof"][0]["verificationMethod"], old["document"]["proof"][0]["verificationMethod"],
        "signed by the key of today"
    );
    let before = read(&course, &old).await;
    assert_eq!((&before["status"], &before["revocationReason"]), (&json!("REVOKED"), &json!("SUPERSEDED")));
    assert_eq!(before["replacedBy"], json!({ "id": new["id"], "status": "ACTIVE" }));
    assert_eq!((verdict(&app, &old).await, verdict(&app, &new).await), (json!("REVOKED"), json!("VALID")));
    let shown = page(&app, &old).await;
    assert!(shown.contains(&path(&new["urls"]["page"])) && !shown.contains("all along"), "{shown}");
    // Nobody took anything from its holder: the page, the card, the certificate and the page of verifying say so.
    let card = path(&old["urls"]["page"]) + "/embed";
    let card = app.anonymous().get(&card, "text/html").await.text().await.unwrap();
    let (_, checked) = faces::submit(&app, &[("text", old["document"].to_string().as_bytes())]).await;
    for html in [&shown, &card, &checked] {
        assert!(html.contains("This credential was replaced") && !html.contains("was revoked</p>"), "{html}");
    }
    let added = "linkedin.com/profile/add";
    assert!(!shown.contains(added) && page(&app, &new).await.contains(added), "{shown}");
    let certificate = faces::bytes(&app, &(path(&old["urls"]["page"]) + ".pdf")).await;
    let certificate = faces::tool("pdftotext", &[], &certificate, &["-"]);
    assert!(certificate.contains("replaced by a corrected one on"), "{certificate}");
    let refresh = path(&old["document"]["refreshService"]["id"]);
    let fresh = app.anonymous().get(&refresh, "*/*").await.text().await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&fresh).unwrap()["id"], new["document"]["id"]);
    let kept = row(&app, &old).await;
    assert_eq!(kept.revocation_note.as_deref(), Some("Her name was Zoé all along"));
    let told = events(&app, kept.id).await;
    assert_eq!(told, ["credential.issued", "credential.revoked", "credential.replaced"]);

    // The mail that it was made for is recognized, the old one no more.
    let verify = contract("public/verify_credential.graphql");
    let input = json!({ "credential": { "id": new["id"] }, "expectedRecipient": "zoe@learn.example" });
    let found = app.anonymous().data(&verify, json!({ "input": input })).await;
    assert_eq!(found["verifyCredential"]["recipientMatches"], true);

    assert_eq!(refused(&course.provider, "ReplaceCredential", because(&old)).await.0, "ALREADY_DONE");
    let outcome = course.issue_to_everyone().await["rows"]["edges"][0]["node"]["outcome"].clone();
    assert_eq!(outcome, "ALREADY_ISSUED");
    let mut empty = of(&new);
    empty["reason"] = json!("");
    let answer = course.provider.send(&operation("ReplaceCredential"), json!({ "input": empty })).await;
    assert_eq!(answer.user_errors(), [("reason".to_owned(), "REQUIRED".to_owned())]);
    app.stop().await;
}

#[tokio::test]
async fn a_private_one_stays_private_and_a_renewed_one_stays_linked() {
    let app = TestApp::start().await;
    let terms = Validity { months: 12, ..Validity::default() };
    let course = issued(&app, 1, |new| new.validity = Patch::Set(terms)).await;
    let first = course.credentials().await.remove(0);
    let renewed =
        course.provider.mutate(&operation("RenewCredential"), of(&first)).await["credential"].clone();
    let holder = app.person(&course.issuer, Role::Learner, "s-0").await;
    let share = contract("learner/share_credential.graphql");
    holder.mutate(&share, json!({ "credential": { "id": renewed["id"] }, "visibility": "PRIVATE" })).await;
    let renewed = read(&course, &renewed).await;
    let made = course.provider.mutate(&operation("ReplaceCredential"), because(&renewed)).await;
    let new = read(&course, &made["credential"]).await;
    assert_eq!(new["visibility"], "PRIVATE");
    assert_eq!((&new["renews"]["id"], &new["replaces"]["id"]), (&first["id"], &renewed["id"]));
    assert_eq!(read(&course, &first).await["renewedBy"]["id"], new["id"]);
    assert!(
        !page(&app, &first).await.contains(&path(&new["urls"]["page"])),
        "a private page is not given away"
    );
    let refresh = path(&first["document"]["refreshService"]["id"]);
    assert_eq!(app.anonymous().get(&refresh, "*/*").await.status(), 404);
    // The holder sees both, with their links.
    let passport = "{ viewer { passport { credentials(first: 10) { nodes { id replacedBy { id } renewedBy { id } } } } } }";
    let held = holder.data(passport, json!({})).await;
    let nodes = held["viewer"]["passport"]["credentials"]["nodes"].as_array().unwrap().clone();
    assert_eq!(nodes.len(), 3);
    let old = nodes.iter().find(|one| one["id"] == renewed["id"]).unwrap();
    assert_eq!(old["replacedBy"]["id"], new["id"]);

    // Until when it is shown stays as its holder said, too.
    let until = (app.service.now() + chrono::TimeDelta::days(3)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let input = json!({ "credential": { "id": new["id"] }, "visibility": "PUBLIC", "expiresAt": until });
    holder.mutate(&share, input).await;
    let made = course.provider.mutate(&operation("ReplaceCredential"), because(&new)).await;
    let last = read(&course, &made["credential"]).await;
    assert_eq!(last["visibility"], "PUBLIC");
    let address = path(&last["urls"]["page"]);
    assert_eq!(app.anonymous().get(&address, "text/html").await.status(), 200);
    app.clock.advance(chrono::TimeDelta::days(4));
    assert_eq!(app.anonymous().get(&address, "text/html").await.status(), 404, "its time has passed");
    app.stop().await;
}

#[tokio::test]
async fn the_programs_corrected_data_are_said_where_that_is_asked_for() {
    let app = TestApp::start().await;
    let course = issued(&app, 1, |_| {}).await;
    let old = course.credentials().await.remove(0);
    course
        .revise(|new| {
            new.title = "Data literacy, as it should be spelled".to_owned();
            new.may_suspend = Patch::Set(true);
        })
        .await;
    let title = |one: &Value| one["document"]["credentialSubject"]["achievement"]["name"].clone();
    let made = course.provider.mutate(&operation("ReplaceCredential"), because(&old)).await;
    let same = read(&course, &made["credential"]).await;
    assert_eq!(title(&same), title(&old), "what was earned stays what it was");
    assert!(same["document"]["credentialStatus"].is_object());
    let mut input = because(&same);
    input["useCurrentVersion"] = json!(true);
    let made = course.provider.mutate(&operation("ReplaceCredential"), input).await;
    let corrected = read(&course, &made["credential"]).await;
    assert_eq!(title(&corrected), "Data literacy, as it should be spelled");
    // It now has a place in the list of suspensions, too.
    course.provider.mutate(&operation("SuspendCredential"), of(&corrected)).await;
    assert_eq!(verdict(&app, &corrected).await, "SUSPENDED");
    app.stop().await;
}
