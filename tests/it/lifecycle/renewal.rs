//! Renewed: a new credential, linked to the old one, within the window that the program states.

use cairn_service::patch::Patch;
use cairn_service::program::{NewComponent, NewItem, Validity};
use cairn_service::reference::Reference;
use cairn_service::rows::enums::RenewalStart;
use cairn_tests::{Client, Course, TestApp, contract};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{at, events, issued, of, operation, page, path, read, refused, row, verdict};

/// Twelve months, renewable from two before the end to one after.
pub const TERMS: Validity = Validity {
    months: 12,
    renewal_opens_months_before: Some(2),
    renewal_closes_months_after: Some(1),
    renewal_start: RenewalStart::Renewal,
    renews_contained: false,
    renewal_rule: None,
};

fn moment(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

/// Moves the server's clock to so many days after (or before) a moment.
pub fn travel(app: &TestApp, to: &Value, days: i64) {
    app.clock.advance(moment(to) + TimeDelta::days(days) - app.service.now());
}

async fn renew(client: &Client, one: &Value) -> Value {
    let mut input = of(one);
    input["evidence"] = json!([{ "name": "Forty hours", "url": "https://work.example/hours", "description": "Of further training" }]);
    client.mutate(&operation("RenewCredential"), input).await["credential"].clone()
}

#[tokio::test]
async fn the_window_opens_and_closes_and_the_new_one_is_linked_to_the_old() {
    let app = TestApp::start().await;
    let course = issued(&app, 2, |new| new.validity = Patch::Set(TERMS)).await;
    let all = course.credentials().await;
    let (old, late) = (&all[0], &all[1]);
    let (code, message) = refused(&course.provider, "RenewCredential", of(old)).await;
    assert_eq!(code, "CONFLICT");
    assert!(message.contains("too early") && message.contains("2027-01-01T09:30:00Z"), "{message}");

    travel(&app, &old["validUntil"], -30);
    let made = renew(&course.provider, old).await;
    assert_eq!((&made["status"], &made["renews"]["id"]), (&json!("ACTIVE"), &old["id"]));
    let new = read(&course, &made).await;
    assert!((moment(&new["validFrom"]) - app.service.now()).num_seconds().abs() < 60, "from the moment");
    let months = chrono::Months::new(12);
    assert_eq!(moment(&new["validUntil"]), moment(&new["validFrom"]).checked_add_months(months).unwrap());
    assert_eq!(new["document"]["evidence"][0]["name"], "Forty hours");
    assert_ne!(new["document"]["id"], old["document"]["id"]);
    let before = read(&course, old).await;
    assert_eq!((&before["status"], &before["renewedBy"]["id"]), (&json!("ACTIVE"), &new["id"]));
    assert_eq!((verdict(&app, old).await, verdict(&app, &new).await), (json!("VALID"), json!("VALID")));
    assert!(page(&app, old).await.contains(&path(&new["urls"]["page"])), "the old page leads to the new one");
    assert_eq!(refused(&course.provider, "RenewCredential", of(old)).await.0, "ALREADY_DONE");
    let id = row(&app, old).await.id;
    assert_eq!(events(&app, id).await, ["credential.issued", "credential.renewed"]);
    assert_eq!(events(&app, row(&app, &new).await.id).await, ["credential.issued"]);

    // Its `refreshService` leads whoever has the old document to the new one.
    let service = &old["document"]["refreshService"];
    assert_eq!(service["type"], "1EdTechCredentialRefresh");
    let fresh = app.anonymous().get(&path(&service["id"]), "*/*").await.text().await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&fresh).unwrap(), new["document"]);

    // Issuing to everyone, or to the enrollment by name, adds none: the renewed one is there.
    for operation in [course.issue_to_everyone().await, course.issue_to(&[course.enrollment(0)]).await] {
        for row in operation["rows"]["edges"].as_array().unwrap() {
            assert_eq!(row["node"]["outcome"], "ALREADY_ISSUED", "{operation}");
        }
    }
    assert_eq!(course.credentials().await.len(), 3);

    travel(&app, &late["validUntil"], 40);
    assert_eq!((at(&course, "EXPIRED").await, at(&course, "ACTIVE").await), (2, 1));
    let (code, message) = refused(&course.provider, "RenewCredential", of(late)).await;
    assert!(code == "CONFLICT" && message.contains("too late"), "{code} {message}");
    app.stop().await;
}

#[tokio::test]
async fn where_the_program_says_so_it_holds_from_the_old_end() {
    let app = TestApp::start().await;
    let terms = Validity { renewal_start: RenewalStart::OldEnd, ..TERMS };
    let course = issued(&app, 1, |new| new.validity = Patch::Set(terms)).await;
    let old = course.credentials().await.remove(0);
    travel(&app, &old["validUntil"], -30);
    let made = renew(&course.provider, &old).await;
    let new = read(&course, &made).await;
    assert_eq!(new["validFrom"], old["validUntil"]);
    assert_eq!(new["validUntil"], "2028-03-01T09:30:00Z");
    assert_eq!(
        (verdict(&app, &old).await, verdict(&app, &new).await),
        (json!("VALID"), json!("NOT_YET_VALID"))
    );
    let refresh = path(&old["document"]["refreshService"]["id"]);
    let fetch = async || {
        let text = app.anonymous().get(&refresh, "*/*").await.text().await.unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["id"].clone()
    };
    assert_eq!(fetch().await, old["document"]["id"], "the new one does not hold yet");
    travel(&app, &old["validUntil"], 1);
    assert_eq!((verdict(&app, &old).await, verdict(&app, &new).await), (json!("EXPIRED"), json!("VALID")));
    assert_eq!(fetch().await, new["document"]["id"]);
    app.stop().await;
}

#[tokio::test]
async fn what_has_no_end_or_was_revoked_is_not_renewed_and_a_revoked_renewal_may_be_made_again() {
    let app = TestApp::start().await;
    let endless = issued(&app, 1, |_| {}).await;
    let one = endless.credentials().await.remove(0);
    assert_eq!(one["document"]["refreshService"], Value::Null);
    let (code, message) = refused(&endless.provider, "RenewCredential", of(&one)).await;
    assert!(code == "NOT_ELIGIBLE" && message.contains("no end"), "{message}");

    let course = Course::publish(&app, "beta").await;
    course.revise(|new| new.validity = Patch::Set(Validity { months: 12, ..Validity::default() })).await;
    course.enroll(2, None).await;
    course.complete(0..2).await;
    course.issue_to_everyone().await;
    let all = course.credentials().await;
    let revoke = async |one: &Value| {
        let mut input = of(one);
        input["reason"] = json!("OTHER");
        course.provider.mutate(&operation("RevokeCredential"), input).await;
    };
    revoke(&all[0]).await;
    assert_eq!(refused(&course.provider, "RenewCredential", of(&all[0])).await.0, "CONFLICT");
    // Without a window it may be renewed at any time.
    let first = renew(&course.provider, &all[1]).await;
    revoke(&first).await;
    let second = renew(&course.provider, &all[1]).await;
    assert_eq!((&second["status"], &second["renews"]["id"]), (&json!("ACTIVE"), &all[1]["id"]));
    assert_eq!(read(&course, &all[1]).await["renewedBy"]["id"], second["id"]);
    // And the renewed one in its turn.
    let third = renew(&course.provider, &second).await;
    assert_eq!(third["renews"]["id"], second["id"]);
    app.stop().await;
}

#[tokio::test]
async fn many_who_renew_at_once_make_one() {
    let app = TestApp::start().await;
    let course = issued(&app, 1, |new| {
        new.validity = Patch::Set(Validity { months: 12, ..Validity::default() });
    })
    .await;
    let old = course.credentials().await.remove(0);
    let document = operation("RenewCredential");
    let calls = (0..8).map(|_| course.provider.send(&document, json!({ "input": of(&old) })));
    let answers = futures_util::future::join_all(calls).await;
    let mut made = std::collections::HashSet::new();
    for answer in &answers {
        match answer.payload()["credential"]["id"].as_str() {
            Some(id) => drop(made.insert(id.to_owned())),
            None => assert_eq!(answer.user_errors(), [("credential".to_owned(), "ALREADY_DONE".to_owned())]),
        }
    }
    assert_eq!((made.len(), course.credentials().await.len()), (1, 2));
    let told = events(&app, row(&app, &old).await.id).await;
    assert_eq!(told, ["credential.issued", "credential.renewed"], "told once");
    app.stop().await;
}

#[tokio::test]
async fn renewing_the_higher_renews_what_it_contains_where_the_program_says_so() {
    let app = TestApp::start().await;
    let lower = issued(&app, 1, |new| new.validity = Patch::Set(TERMS)).await;
    for (name, contained) in [("stack", true), ("loose", false)] {
        let (issuer, provider) = (lower.issuer.clone(), lower.provider.clone());
        let higher = Course::publish_at(&app, issuer, provider, name).await;
        let place = NewComponent {
            required: true,
            group_code: None,
            item: NewItem::Program(Reference::ExternalId("course".to_owned())),
        };
        higher
            .revise(|new| {
                new.components = Patch::Set(vec![place]);
                new.validity = Patch::Set(Validity {
                    months: 36,
                    renewal_start: RenewalStart::OldEnd,
                    renews_contained: contained,
                    ..Validity::default()
                });
            })
            .await;
        let row = json!({ "externalId": format!("{name}-0"), "learner": { "externalId": "s-0" }, "program": { "externalId": name } });
        let upsert = contract("provider/upsert_enrollments.graphql");
        lower.provider.mutate(&upsert, json!({ "rows": [row] })).await;
        higher.issue_to_everyone().await;
    }
    let list = "{ credentials(first: 50) { nodes { id validUntil renewedBy { id validFrom validUntil } renews { id } program { externalId } } } }";
    let all = async || {
        lower.provider.data(list, json!({})).await["credentials"]["nodes"].as_array().unwrap().clone()
    };
    let old_of = |all: &[Value], program: &str| {
        let is = |one: &&Value| one["program"]["externalId"] == program && one["renews"].is_null();
        all.iter().find(is).unwrap().clone()
    };
    let before = all().await;
    assert_eq!(before.len(), 3, "{before:#?}");
    renew(&lower.provider, &old_of(&before, "loose")).await;
    assert_eq!(old_of(&all().await, "course")["renewedBy"], Value::Null, "the loose one says nothing of it");
    renew(&lower.provider, &old_of(&before, "stack")).await;
    let after = all().await;
    assert_eq!(after.len(), 6, "{after:#?}");
    let (higher, contained) = (old_of(&after, "stack"), old_of(&after, "course"));
    assert_eq!(contained["renewedBy"]["validUntil"], higher["renewedBy"]["validUntil"], "they end together");
    assert_eq!(higher["renewedBy"]["validUntil"], "2032-03-01T09:30:00Z");
    app.stop().await;
}
