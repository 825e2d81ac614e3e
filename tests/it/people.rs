//! Learners as people: several addresses and ids, names that change, duplicates that are merged, and whose record it is.

use cairn_service::actor::Role;
use cairn_service::rows::learner;
use cairn_tests::{Client, Course as Issuing, TestApp, contract};
use chrono::TimeDelta;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::course::Course;

const LEARNER: &str =
    "id externalId name email emails { address primary verifiedAt } externalIds { system externalId }
    nameChanges { nameBefore nameAfter reason changedAt changedBy { kind } } outdatedCredentials { id } linked
    merges { id undoneAt duplicate { externalId mergedInto { externalId } } } mergedInto { externalId }";

fn mutation(name: &str, more: &str) -> String {
    let input = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    format!(
        "mutation($input: {input}!) {{ {name}(input: $input) {{ learner {{ {LEARNER} }} {more} userErrors {{ field message code }} }} }}"
    )
}

fn named(external_id: &str) -> Value {
    json!({ "externalId": external_id })
}

async fn refused(client: &Client, document: &str, input: Value) -> Vec<(String, String)> {
    client.send(document, json!({ "input": input })).await.user_errors()
}

fn at(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_learner_has_several_addresses_and_ids() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(2).await;
    let provider = &course.provider;
    let emails = mutation("setLearnerEmails", "");
    let input = json!({ "learner": named("l0"), "emails": [
        { "address": "ada@work.example", "verified": true },
        { "address": "ada@home.example", "primary": true } ] });
    let learner = provider.mutate(&emails, input).await["learner"].clone();
    assert_eq!(learner["email"], "ada@home.example");
    assert_eq!(
        learner["emails"][0],
        json!({ "address": "ada@home.example", "primary": true, "verifiedAt": null })
    );
    let since = learner["emails"][1]["verifiedAt"].clone();
    assert!(since.is_string());
    app.clock.advance(TimeDelta::days(1));
    let input = json!({ "learner": named("l0"), "emails": [{ "address": "ada@work.example", "primary": true, "verified": true }] });
    let learner = provider.mutate(&emails, input).await["learner"].clone();
    assert_eq!(
        learner["emails"],
        json!([{ "address": "ada@work.example", "primary": true, "verifiedAt": since }])
    );
    let two =
        json!([{ "address": "a@b.example", "primary": true }, { "address": "A@b.example", "primary": true }]);
    let wrong = json!({ "learner": named("l0"), "emails": two });
    assert_eq!(
        refused(provider, &emails, wrong).await,
        [at("emails.1.address", "CONFLICT"), at("emails", "INVALID")].concat()
    );

    let ids = mutation("setLearnerExternalIds", "");
    let input = json!({ "learner": named("l0"), "externalIds": [{ "system": "sis", "externalId": "S-7" }, { "system": "lms", "externalId": "L-9" }] });
    let learner = provider.mutate(&ids, input).await["learner"].clone();
    assert_eq!(learner["externalIds"][1], json!({ "system": "sis", "externalId": "S-7" }));
    // Each of them finds the learner, wherever one is named.
    let upsert = contract("provider/upsert_learners.graphql");
    let sent = provider.mutate(&upsert, json!({ "rows": [{ "externalId": "S-7", "name": "Ada" }] })).await;
    assert_eq!(sent["results"][0]["outcome"], "UPDATED", "{sent}");
    let list =
        "query($ref: LearnerRef!) { enrollments(filter: { learners: [$ref] }) { nodes { externalId } } }";
    let found = provider.data(list, json!({ "ref": named("L-9") })).await;
    assert_eq!(found["enrollments"]["nodes"][0]["externalId"], "e0");
    let about = json!({ "eventId": "x", "type": "STARTED", "component": "m1", "occurredAt": "2026-03-01T10:00:00Z",
        "enrollment": { "learnerInProgram": { "learner": named("S-7"), "program": named("course") } } });
    assert_eq!(course.events(json!([about])).await["summary"]["applied"], 1);
    for taken in ["l1", "S-7"] {
        let input =
            json!({ "learner": named("l1"), "externalIds": [{ "system": "sis", "externalId": taken }] });
        assert_eq!(refused(provider, &ids, input).await, at("externalIds.0.externalId", "TAKEN"));
    }
    let other = Course::publish(&app, "beta", None).await;
    let input = json!({ "learner": { "id": learner["id"] }, "externalIds": [] });
    assert_eq!(refused(&other.provider, &ids, input).await, at("learner", "NOT_FOUND"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_changes_keeps_its_history_and_tells_what_to_reissue() {
    let app = TestApp::start().await;
    let course = Issuing::publish(&app, "alpha").await;
    course.enroll(1, None).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    let change = mutation("changeLearnerName", "");
    let input = json!({ "learner": named("s-0"), "name": "Zoë Married", "reason": "marriage" });
    let learner = course.provider.mutate(&change, input.clone()).await["learner"].clone();
    assert_eq!(learner["nameChanges"][0]["nameAfter"], "Zoë Married");
    assert_eq!(
        (&learner["nameChanges"][0]["reason"], &learner["nameChanges"][0]["changedBy"]["kind"]),
        (&json!("marriage"), &json!("API_KEY"))
    );
    let old = course.credentials().await.remove(0);
    assert_eq!(learner["outdatedCredentials"], json!([{ "id": old["id"] }]));
    let again = course.provider.mutate(&change, input).await["learner"].clone();
    assert_eq!(again["nameChanges"].as_array().unwrap().len(), 1, "nothing new is no change");
    let replace = "mutation($input: ReplaceCredentialInput!) { replaceCredential(input: $input) { userErrors { code } } }";
    course.provider.mutate(replace, json!({ "credential": { "id": old["id"] }, "reason": "new name" })).await;
    let upsert = contract("provider/upsert_learners.graphql");
    course.provider.mutate(&upsert, json!({ "rows": [{ "externalId": "s-0", "name": "Zoë M." }] })).await;
    let read = format!("query($id: ID!) {{ node(id: $id) {{ ... on Learner {{ {LEARNER} }} }} }}");
    let learner = course.provider.data(&read, json!({ "id": learner["id"] })).await["node"].clone();
    assert_eq!(learner["nameChanges"].as_array().unwrap().len(), 2, "a list changes names, too");
    assert_eq!(learner["nameChanges"][0]["reason"], Value::Null);
    let learner_self = app.person(&course.issuer, Role::Learner, "s-0").await;
    let input = json!({ "input": { "learner": named("s-0"), "name": "Me", "reason": "I want to" } });
    assert_eq!(learner_self.send(&change, input).await.code(), "FORBIDDEN");
    let input = json!({ "learner": named("s-0"), "name": "X", "reason": " " });
    assert_eq!(refused(&course.provider, &change, input).await, at("reason", "REQUIRED"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_are_merged_and_the_merge_is_undone() {
    let app = TestApp::start().await;
    let course = Issuing::publish(&app, "alpha").await;
    course.enroll(2, None).await;
    course.complete([1]).await;
    course.issue_to_everyone().await;
    let provider = &course.provider;
    let merge = mutation("mergeLearners", "merge { id }");
    let pair = |one: &str, other: &str| json!({ "survivor": named(one), "duplicate": named(other), "reason": "one person" });
    let list = "query { enrollments(first: 9) { nodes { externalId ordinal learner { externalId } } } credentials(first: 9) { nodes { learner { externalId } } } }";
    let before = provider.data(list, json!({})).await;
    // One runs, one is completed: both stay, in one record.
    let merged = provider.mutate(&merge, pair("s-0", "s-1")).await;
    assert_eq!(merged["learner"]["merges"][0]["duplicate"]["mergedInto"]["externalId"], "s-0");
    assert_eq!(merged["learner"]["externalIds"], json!([{ "system": "merged", "externalId": "s-1" }]));
    assert_eq!(merged["learner"]["emails"][1]["address"], "S1@learn.example");
    let after = provider.data(list, json!({})).await;
    for kind in ["enrollments", "credentials"] {
        for node in after[kind]["nodes"].as_array().unwrap() {
            assert_eq!(node["learner"]["externalId"], "s-0", "{kind}");
        }
    }
    let verify = contract("public/verify_credential.graphql");
    let credential = course.credentials().await.remove(0);
    let input = json!({ "input": { "credential": { "id": credential["id"] } } });
    assert_eq!(app.anonymous().data(&verify, input).await["verifyCredential"]["verdict"], "VALID");
    // The duplicate's id finds the one that stays; a list that still has it makes nobody new.
    let upsert = contract("provider/upsert_learners.graphql");
    let sent = provider.mutate(&upsert, json!({ "rows": [{ "externalId": "s-1", "language": "de" }] })).await;
    assert_eq!(sent["results"][0]["learner"]["externalId"], "s-0", "{sent}");
    assert_eq!(
        refused(provider, &merge, pair("s-0", "s-1")).await,
        at("duplicate", "CONFLICT"),
        "it is the same"
    );

    let undo = mutation("undoLearnerMerge", "duplicate { externalId name }");
    let input = json!({ "merge": merged["merge"]["id"] });
    let undone = provider.mutate(&undo, input.clone()).await;
    assert_eq!(undone["duplicate"]["externalId"], "s-1");
    assert_eq!(undone["learner"]["externalIds"], json!([]));
    assert_eq!(undone["learner"]["emails"].as_array().unwrap().len(), 1);
    assert_eq!(provider.data(list, json!({})).await, before);
    assert_eq!(refused(provider, &undo, input).await, at("merge", "ALREADY_DONE"));
    let log = "{ auditLog(first: 50) { nodes { action } } }";
    let log = provider.data(log, json!({})).await.to_string();
    assert!(log.contains("learner.merged") && log.contains("learner.merge_undone"), "{log}");
    app.stop().await;
}

/// Merged one into the other, and that into a third: whoever is named, all of them are erased, and none of their ids brings anybody back.
#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_merged_records_is_erased_as_one_and_nobody_comes_back() {
    let app = TestApp::start().await;
    let course = Issuing::publish(&app, "alpha").await;
    let provider = &course.provider;
    let upsert = contract("provider/upsert_learners.graphql");
    let rows = ["a", "b", "c"].map(|id| json!({ "externalId": id, "name": format!("Nobody Else {id}") }));
    let made = provider.mutate(&upsert, json!({ "rows": rows })).await;
    let first = made["results"][0]["learner"]["id"].clone();
    let ids = mutation("setLearnerExternalIds", "");
    let further = json!([{ "system": "sis", "externalId": "S-7" }]);
    provider.mutate(&ids, json!({ "learner": named("a"), "externalIds": further })).await;
    let merge = mutation("mergeLearners", "merge { id }");
    for (survivor, duplicate) in [("b", "a"), ("c", "b")] {
        let reason = "Nobody Else is one person";
        let pair = json!({ "survivor": named(survivor), "duplicate": named(duplicate), "reason": reason });
        provider.mutate(&merge, pair).await;
    }
    let erase = "mutation($input: EraseLearnerInput!) { eraseLearner(input: $input) { receipt { id } userErrors { field code } } }";
    let receipt = provider.mutate(erase, json!({ "learner": { "id": first } })).await["receipt"].clone();
    let learners = learner::Entity::find().all(&app.database().await).await.unwrap();
    assert!(learners.iter().all(|row| row.erased_at.is_some() && row.name.is_none()), "{learners:?}");
    assert!(cairn_tests::tables_with(&app, "Nobody Else").await.is_empty());
    for id in ["a", "b", "c", "S-7"] {
        let again = provider.mutate(erase, json!({ "learner": named(id) })).await["receipt"].clone();
        assert_eq!(again, receipt, "{id}");
        let sent = json!({ "input": { "rows": [{ "externalId": id, "name": "Nobody Else" }] } });
        let answer = provider.send(&upsert, sent).await;
        assert!(format!("{answer:?}").contains("CONFLICT"), "{id}: {answer:?}");
    }
    let read = "query($id: ID!) { node(id: $id) { ... on Learner { externalIds { system externalId } } } }";
    let survivor = provider.data(read, json!({ "id": made["results"][2]["learner"]["id"] })).await;
    assert_eq!(survivor["node"]["externalIds"], json!([]));
    assert_eq!(learner::Entity::find().all(&app.database().await).await.unwrap().len(), 3);
    app.stop().await;
}

/// Who signs in for the first time by the id of a duplicate finds what the record has that it was merged into.
#[tokio::test(flavor = "multi_thread")]
async fn a_duplicates_id_signs_in_to_the_record_that_stays() {
    let app = TestApp::start().await;
    let course = Issuing::publish(&app, "alpha").await;
    course.enroll(2, None).await;
    course.complete([1]).await;
    course.issue_to_everyone().await;
    let merge = mutation("mergeLearners", "");
    let pair = json!({ "survivor": named("s-0"), "duplicate": named("s-1"), "reason": "one person" });
    course.provider.mutate(&merge, pair).await;
    let passport = "{ viewer { passport { credentials { totalCount } } } }";
    let by_duplicate = app.person(&course.issuer, Role::Learner, "s-1").await;
    let found = by_duplicate.data(passport, json!({})).await["viewer"]["passport"]["credentials"].clone();
    assert_eq!(found["totalCount"], 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_of_a_merge_is_told_before_anything_moves() {
    let app = TestApp::start().await;
    let course = Issuing::publish(&app, "alpha").await;
    course.enroll(3, None).await;
    let provider = &course.provider;
    let merge = mutation("mergeLearners", "merge { id }");
    let pair = |one: &str, other: &str| json!({ "survivor": named(one), "duplicate": named(other), "reason": "one person" });
    assert_eq!(refused(provider, &merge, pair("s-0", "s-1")).await, at("duplicate", "CONFLICT"), "both run");
    course.complete([0, 1]).await;
    course.issue_to_everyone().await;
    assert_eq!(
        refused(provider, &merge, pair("s-0", "s-1")).await,
        at("duplicate", "CONFLICT"),
        "both hold one"
    );
    let list = "query { enrollments(first: 9) { nodes { learner { externalId } } } }";
    let owners = provider.data(list, json!({})).await.to_string();
    assert!(["s-0", "s-1", "s-2"].iter().all(|id| owners.contains(id)), "nothing moved: {owners}");
    // Different persons.
    app.person(&course.issuer, Role::Learner, "s-0").await;
    app.person(&course.issuer, Role::Learner, "s-2").await;
    assert_eq!(refused(provider, &merge, pair("s-0", "s-2")).await, at("duplicate", "CONFLICT"));
    let beta = Issuing::publish(&app, "beta").await;
    beta.enroll(1, None).await;
    assert_eq!(refused(&beta.provider, &merge, pair("s-0", "s-9")).await, at("duplicate", "NOT_FOUND"));
    let instructor = app.person(&course.issuer, Role::Instructor, "teacher").await;
    let input = json!({ "input": pair("s-0", "s-1") });
    assert_eq!(instructor.send(&merge, input).await.code(), "FORBIDDEN");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_from_the_issuer_links_a_record_to_whoever_redeems_it() {
    let app = TestApp::start().await;
    let (ou, beta) = (Course::publish(&app, "ou", None).await, Course::publish(&app, "beta", None).await);
    ou.enroll(1).await;
    beta.enroll(1).await;
    let ada = app.person(&ou.issuer, Role::Learner, "l0").await;
    let passport = "{ viewer { passport { learners { issuer { slug } } enrollments { totalCount } } } }";
    let total = async || {
        ada.data(passport, json!({})).await["viewer"]["passport"]["enrollments"]["totalCount"].clone()
    };
    assert_eq!(total().await, 1, "the same external id with another issuer links nothing");
    let create = "mutation($input: CreateLearnerLinkCodeInput!) { createLearnerLinkCode(input: $input) { code expiresAt userErrors { field code } } }";
    let code = async || {
        beta.provider.mutate(create, json!({ "learner": named("l0") })).await["code"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let redeem = mutation("redeemLearnerLinkCode", "");
    let invalid = at("code", "INVALID");
    let first = code().await;
    let second = code().await;
    assert_eq!(
        refused(&ada, &redeem, json!({ "code": first })).await,
        invalid,
        "a new code ends the old one"
    );
    assert_eq!(refused(&ada, &redeem, json!({ "code": "what?" })).await, invalid);
    let late = second.clone();
    app.clock.advance(TimeDelta::days(8));
    assert_eq!(refused(&ada, &redeem, json!({ "code": late })).await, invalid, "too old");
    let guessed = code().await;
    let wrong = guessed[..guessed.len() - 1].to_owned() + if guessed.ends_with('0') { "1" } else { "0" };
    for _ in 0..5 {
        assert_eq!(refused(&ada, &redeem, json!({ "code": wrong })).await, invalid);
    }
    assert_eq!(refused(&ada, &redeem, json!({ "code": guessed })).await, invalid, "too many tries");
    let good = code().await;
    let key = beta.provider.send(&redeem, json!({ "input": { "code": good } })).await;
    assert_eq!(key.code(), "FORBIDDEN", "only a person has a passport");
    let linked = ada.mutate(&redeem, json!({ "code": good.to_lowercase() })).await;
    assert_eq!(linked["learner"]["linked"], true);
    assert_eq!(total().await, 2);
    assert_eq!(refused(&ada, &redeem, json!({ "code": good })).await, invalid, "used");
    // The person, or the issuer, takes it out again.
    let unlink = mutation("unlinkLearner", "");
    let id = linked["learner"]["id"].clone();
    let eve = app.person(&ou.issuer, Role::Learner, "eve").await;
    assert_eq!(refused(&eve, &unlink, json!({ "learner": { "id": id } })).await, at("learner", "NOT_FOUND"));
    ada.send(&unlink, json!({ "input": { "learner": { "id": id } } })).await;
    assert_eq!(total().await, 1);
    assert_eq!(
        refused(&beta.provider, &unlink, json!({ "learner": named("l0") })).await,
        at("learner", "ALREADY_DONE")
    );
    // No code is kept as it was given.
    let unused = code().await.replace('-', "");
    let kept = cairn_tests::tables_with(&app, &unused[6..]).await;
    assert!(kept.is_empty(), "{kept:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_many_costs_as_many_statements_as_of_few() {
    let app = TestApp::start().await;
    let course = Issuing::publish(&app, "alpha").await;
    course.enroll(14, None).await;
    course.complete(0..12).await;
    course.issue_to_everyone().await;
    let provider = &course.provider;
    for n in 0..14 {
        let id = format!("s-{n}");
        let emails = json!([{ "address": format!("a{n}@b.example"), "primary": true }, { "address": format!("c{n}@b.example") }]);
        provider
            .mutate(&mutation("setLearnerEmails", ""), json!({ "learner": named(&id), "emails": emails }))
            .await;
        let ids = json!([{ "system": "sis", "externalId": format!("sis-{n}") }]);
        provider
            .mutate(
                &mutation("setLearnerExternalIds", ""),
                json!({ "learner": named(&id), "externalIds": ids }),
            )
            .await;
        let input = json!({ "learner": named(&id), "name": format!("New {n}"), "reason": "a slip" });
        provider.mutate(&mutation("changeLearnerName", ""), input).await;
    }
    let learner = format!("{LEARNER} creditTotals {{ amount }} skills {{ id }} erasedAt");
    let roster = format!(
        "query($first: Int!) {{ enrollments(first: $first) {{ nodes {{ learner {{ {learner} }}
            events(first: 5) {{ totalCount nodes {{ eventId outcome component {{ id }} assessment {{ id }} annulledBy {{ id }} }} }} }} }} }}"
    );
    let stuck = "query($first: Int!) { stuckEnrollments(first: $first, filter: { silentDays: 1 }) { totalCount nodes { reasons enrollment { id learner { name } } } } }";
    app.clock.advance(TimeDelta::days(3));
    for document in [roster.as_str(), stuck] {
        let count = async |first: usize| {
            let answer = provider.send(document, json!({ "first": first })).await;
            answer.data();
            answer.statements.unwrap()
        };
        // Two of the first have no credential yet.
        assert_eq!(count(3).await, count(14).await, "{document}");
    }
    app.stop().await;
}
