//! Renewing and replacing, killed at every step: there is one new credential in the end, or none and the old one as it was.

use std::time::Duration;

use cairn_service::Service;
use cairn_service::actor::Actor;
use cairn_service::bulk_operation;
use cairn_service::idempotency::{Key, Told, once};
use cairn_service::issuance::{self, Renewal, Replacement};
use cairn_service::patch::Patch;
use cairn_service::program::Validity;
use cairn_service::reference::Reference;
use cairn_service::rows::credential;
use cairn_tests::{Course, TestApp, child, child_service, dies, told};
use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{events, issued, of, operation, read, row, verdict};

/// What the idempotency keys of those who die begin with.
const KEY: &str = "broken-off";
/// Every place at which the process is made to die.
const PLACES: [&str; 3] = ["reissue-after-reserve", "reissue-after-sign", "reissue-mid-finish"];

async fn course(app: &TestApp, count: usize) -> Course {
    let terms = Validity { months: 12, ..Validity::default() };
    issued(app, count, |new| new.validity = Patch::Set(terms)).await
}

/// Another process that renews or replaces, and dies at a place.
async fn die(app: &TestApp, course: &Course, one: &Value, kind: &str, place: &str) {
    let credential = row(app, one).await.id.to_string();
    die_about(app, course, (kind, &credential), place).await;
}

/// Another process that issues to everyone in a course, and dies when it has reserved.
pub async fn issue_and_die(app: &TestApp, course: &Course) {
    die_about(app, course, ("issue", &course.external_id), "after-reserve").await;
}

async fn die_about(app: &TestApp, course: &Course, (kind, about): (&str, &str), place: &str) {
    let issuer = course.issuer.id.to_string();
    let variables = [
        ("CHILD_ISSUER", issuer.as_str()),
        ("CHILD_ABOUT", about),
        ("CHILD_KIND", kind),
        ("CAIRN_CRASH_AT", place),
    ];
    dies(child(app, "lifecycle::broken_off::child_that_reissues", &variables)).await;
}

/// The half that dies. Run only by the tests below.
#[tokio::test]
#[ignore = "the other half of the tests that kill"]
async fn child_that_reissues() {
    let Some(service) = child_service(|_| {}).await else { return };
    let key = Key::new(&format!("{KEY}-{}", told("CHILD_ABOUT"))).unwrap();
    let actor =
        Actor { idempotency_key: Some(key), ..Actor::system_for(told("CHILD_ISSUER").parse().unwrap()) };
    if told("CHILD_KIND") == "issue" {
        let program = Reference::ExternalId(told("CHILD_ABOUT"));
        bulk_operation::issue_now(&service, &actor, &program, |_| {}).await.unwrap();
        return;
    }
    ask(&service, &actor, &told("CHILD_KIND"), told("CHILD_ABOUT").parse().unwrap()).await;
}

/// Renews or replaces under the actor's idempotency key.
async fn ask(service: &Service, actor: &Actor, kind: &str, credential: Uuid) -> Told<credential::Model> {
    let about = json!({ "credential": credential });
    let credential = Reference::Id(credential);
    let told = if kind == "renew" {
        let new = Renewal { credential, evidence: Vec::new() };
        once(service, actor, ("renewCredential", &about), issuance::renew(service, actor, new)).await
    } else {
        let new = Replacement { credential, reason: "a slip".to_owned(), use_current_version: false };
        once(service, actor, ("replaceCredential", &about), issuance::replace(service, actor, new)).await
    };
    told.unwrap()
}

#[tokio::test]
async fn killed_at_any_step_a_repeat_under_the_same_key_ends_it() {
    let app = TestApp::start().await;
    let course = course(&app, 6).await;
    let all = course.credentials().await;
    let cases = PLACES.iter().flat_map(|place| [("renew", *place), ("replace", *place)]);
    for (done, ((kind, place), one)) in cases.zip(&all).enumerate() {
        die(&app, &course, one, kind, place).await;
        let old = row(&app, one).await.id;
        let mut answers = Vec::new();
        for _ in 0..2 {
            let key = Some(Key::new(&format!("{KEY}-{old}")).unwrap());
            let actor = Actor { idempotency_key: key, ..Actor::system_for(course.issuer.id) };
            let told = ask(&app.service, &actor, kind, old).await;
            answers.push((told.replayed, told.result.map(|row| row.id)));
        }
        assert_eq!((answers[0].0, answers[1].0), (false, true), "{kind} {place}");
        assert_eq!(answers[0].1, answers[1].1);
        let link = if kind == "renew" { "renewedBy" } else { "replacedBy" };
        assert_once(&app, &course, one, link, all.len() + done + 1).await;
    }
    app.stop().await;
}

/// Nobody outside sees anything of it.
async fn assert_untouched(app: &TestApp, course: &Course, one: &Value, count: usize) {
    let old = read(course, one).await;
    assert_eq!(
        (&old["status"], &old["renewedBy"], &old["replacedBy"]),
        (&json!("ACTIVE"), &json!(null), &json!(null))
    );
    assert_eq!(course.credentials().await.len(), count);
    assert_eq!(verdict(app, one).await, "VALID");
}

async fn assert_once(app: &TestApp, course: &Course, one: &Value, link: &str, count: usize) {
    let old = read(course, one).await;
    assert_eq!(old[link]["status"], "ACTIVE", "{old}");
    let all = course.credentials().await;
    assert_eq!(all.len(), count);
    let new = all.iter().find(|other| other["id"] == old[link]["id"]).unwrap();
    assert_eq!(verdict(app, new).await, "VALID");
    let told = events(app, row(app, one).await.id).await;
    let expected: &[&str] = match link {
        "renewedBy" => &["credential.issued", "credential.renewed"],
        _ => &["credential.issued", "credential.revoked", "credential.replaced"],
    };
    assert_eq!(told, expected);
    assert_eq!(events(app, row(app, new).await.id).await, ["credential.issued"]);
}

#[tokio::test]
async fn killed_at_any_step_asking_again_ends_it() {
    let app = TestApp::start().await;
    let course = course(&app, 6).await;
    let all = course.credentials().await;
    let mut count = all.len();
    let cases = PLACES.iter().flat_map(|place| [("renew", *place), ("replace", *place)]);
    for ((kind, place), one) in cases.zip(&all) {
        die(&app, &course, one, kind, place).await;
        assert_untouched(&app, &course, one, count).await;
        let (name, link, input) = match kind {
            "renew" => ("RenewCredential", "renewedBy", of(one)),
            _ => {
                let mut input = of(one);
                input["reason"] = json!("a slip");
                ("ReplaceCredential", "replacedBy", input)
            }
        };
        course.provider.mutate(&operation(name), input).await;
        count += 1;
        assert_once(&app, &course, one, link, count).await;
    }
    app.stop().await;
}

#[tokio::test]
async fn killed_at_any_step_and_forgotten_the_worker_ends_it() {
    let app = TestApp::start().await;
    let course = course(&app, 6).await;
    let all = course.credentials().await;
    let cases: Vec<(&str, &str)> =
        PLACES.iter().flat_map(|place| [("renew", *place), ("replace", *place)]).collect();
    for ((kind, place), one) in cases.iter().zip(&all) {
        die(&app, &course, one, kind, place).await;
    }
    // Issuing meanwhile does not mistake them for its own.
    let operation = course.issue_to_everyone().await;
    assert_eq!(operation["succeeded"], all.len(), "{operation}");
    for row in operation["rows"]["edges"].as_array().unwrap() {
        assert_eq!(row["node"]["outcome"], "ALREADY_ISSUED");
    }
    assert_eq!(course.credentials().await.len(), all.len());
    app.clock.advance(TimeDelta::minutes(1));
    for _ in 0..400 {
        if course.credentials().await.len() == 2 * all.len() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    for ((kind, _), one) in cases.iter().zip(&all) {
        let link = if *kind == "renew" { "renewedBy" } else { "replacedBy" };
        assert_once(&app, &course, one, link, 2 * all.len()).await;
    }
    app.stop().await;
}

#[tokio::test]
async fn what_was_revoked_meanwhile_gets_no_successor() {
    let app = TestApp::start().await;
    let course = course(&app, 2).await;
    let all = course.credentials().await;
    for (one, kind) in all.iter().zip(["renew", "replace"]) {
        die(&app, &course, one, kind, "reissue-after-reserve").await;
        let mut input = of(one);
        input["reason"] = json!("MISCONDUCT");
        course.provider.mutate(&operation("RevokeCredential"), input).await;
    }
    app.clock.advance(TimeDelta::minutes(1));
    issuance::resume(&app.service).await.unwrap();
    for one in &all {
        let old = read(&course, one).await;
        assert_eq!((&old["status"], &old["revocationReason"]), (&json!("REVOKED"), &json!("MISCONDUCT")));
        assert_eq!((&old["renewedBy"], &old["replacedBy"]), (&json!(null), &json!(null)));
    }
    assert_eq!(course.credentials().await.len(), 2);
    // It may be awarded again all the same.
    let again = course.issue_to(&[course.enrollment(0), course.enrollment(1)]).await;
    assert_eq!(again["succeeded"], 2, "{again}");
    app.stop().await;
}
