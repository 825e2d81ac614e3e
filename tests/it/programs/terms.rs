//! What a program says of its price and asks of shares and groups of its parts, and a cohort of its end: kept, decided by, and refused by field.

use cairn_tests::{TestApp, contract, user_error};
use serde_json::{Value, json};

use super::{Academy, asked, by_code, missing};

fn program(members: &Value) -> Value {
    let modules = ["m1", "m2", "m3", "m4"]
        .map(|id| json!({ "item": { "module": { "externalId": id, "title": format!("Part {id}") } } }));
    let mut program = json!({ "externalId": "course", "slug": "academy-course", "title": "Course", "achievementType": "Course", "components": modules });
    program.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    program
}

#[tokio::test(flavor = "multi_thread")]
async fn discounts_are_of_percent_or_of_an_amount_and_shown_with_the_price() {
    let app = TestApp::start().await;
    let academy = Academy::found(&app).await;
    let with = |discounts: Value| {
        program(
            &json!({ "prices": [{ "amount": "99.90", "currency": "EUR", "per": "MONTH", "discounts": discounts }] }),
        )
    };
    let at = |name: &str| format!("prices.0.discounts.0.{name}");
    let many: Vec<Value> = (0..21).map(|n| json!({ "name": format!("d{n}"), "percentOff": 5 })).collect();
    for (discounts, field, code) in [
        (json!([{ "name": " ", "percentOff": 5 }]), at("name"), "REQUIRED"),
        (json!([{ "name": "none", "percentOff": 0 }]), at("percentOff"), "INVALID"),
        (json!([{ "name": "all", "percentOff": 100.01 }]), at("percentOff"), "INVALID"),
        (json!([{ "name": "which?" }]), at("percentOff"), "REQUIRED"),
        (json!([{ "name": "both", "percentOff": 5, "amountOff": "5" }]), at("percentOff"), "REQUIRED"),
        (json!([{ "name": "too much", "amountOff": "99.91" }]), at("amountOff"), "INVALID"),
        (json!([{ "name": "nothing", "amountOff": "0" }]), at("amountOff"), "INVALID"),
        (json!(many), "prices.0.discounts".to_owned(), "LIMIT_REACHED"),
    ] {
        let refused = academy.refusal("upsertProgram", with(discounts)).await;
        assert_eq!(by_code(&refused), (field.as_str(), code), "{refused:?}");
    }
    let discounts = json!([{ "name": "Early", "percentOff": 12.5, "until": "2027-03-01T00:00:00Z" }, { "name": "Free", "amountOff": "99.90" }]);
    academy.publish(with(discounts)).await;
    let shown = academy
        .shown("academy-course", "prices { amount per discounts { name percentOff amountOff until } }")
        .await;
    assert_eq!(
        shown["prices"],
        json!([{ "amount": "99.90", "per": "MONTH", "discounts": [
        { "name": "Early", "percentOff": 12.5, "amountOff": null, "until": "2027-03-01T00:00:00Z" },
        { "name": "Free", "percentOff": null, "amountOff": "99.90", "until": null }] }])
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_of_the_parts_counts_whole_parts_whichever_they_are() {
    let app = TestApp::start().await;
    let academy = Academy::found(&app).await;
    for (share, code) in [(-0.1, "INVALID"), (100.5, "INVALID")] {
        let refused = academy
            .refusal("upsertProgram", program(&json!({ "completionRule": { "componentShare": share } })))
            .await;
        assert_eq!(by_code(&refused), ("completionRule.componentShare", code));
    }
    let empty = json!({ "components": [], "completionRule": { "anyOf": [{ "identityVerified": true }, { "componentShare": 50 }] } });
    let refused = academy.refusal("upsertProgram", program(&empty)).await;
    assert_eq!(by_code(&refused), ("completionRule.anyOf.1.componentShare", "INVALID"));

    academy.publish(program(&json!({ "completionRule": { "componentShare": 51 } }))).await;
    let at = "2026-09-01T10:00:00Z";
    academy.enroll("ada", &["course"], at).await;
    academy.done("course", "ada", "m4", at).await;
    academy.done("course", "ada", "m2", at).await;
    let begun = json!({ "events": [{ "eventId": "half", "type": "PROGRESSED", "component": "m1", "percent": 90, "occurredAt": at,
        "enrollment": { "externalId": "course/ada" } }] });
    academy.provider.mutate(&contract("provider/record_events.graphql"), begun).await;
    let standing = academy.standing("course", "ada").await;
    assert_eq!(standing["status"], "ACTIVE", "51 % of four are three whole ones");
    let last = "90% done; or complete “Part m3” instead".to_owned();
    assert_eq!(missing(&standing), [("Complete “Part m1”".to_owned(), last)]);
    assert_eq!(standing["program"]["completionRule"]["description"], "Complete at least 51% of all parts.");
    academy.done("course", "ada", "m3", at).await;
    assert_eq!(academy.standing("course", "ada").await["status"], "COMPLETED");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_complete_with_as_many_as_it_asks_for() {
    let app = TestApp::start().await;
    let academy = Academy::found(&app).await;
    let unit = |id: &str, group: &str| json!({ "groupCode": group, "required": false, "item": { "module": { "externalId": id, "title": format!("Part {id}") } } });
    let members = |rule: Value| {
        program(&json!({ "components": [unit("m1", "a"), unit("m2", "a"), unit("m3", "a"), unit("m4", "b")],
            "componentGroups": [{ "code": "a", "title": "Choose two", "choose": 2 }, { "code": "b", "title": "Or this", "choose": 1 }],
            "completionRule": rule }))
    };
    let refused = academy
        .refusal(
            "upsertProgram",
            members(json!({ "allOf": [{ "groupCompleted": "a" }, { "groupCompleted": "c" }] })),
        )
        .await;
    assert_eq!(by_code(&refused), ("completionRule.allOf.1.groupCompleted", "NOT_FOUND"));
    academy
        .publish(members(json!({ "anyOf": [{ "groupCompleted": "a" }, { "groupCompleted": "b" }] })))
        .await;
    let at = "2026-09-01T10:00:00Z";
    academy.enroll("ada", &["course"], at).await;
    let standing = academy.standing("course", "ada").await;
    assert_eq!(asked(&standing), ["Complete “Part m4”"], "the smallest set");
    assert_eq!(missing(&standing)[0].1, "not started", "no one thing would do in its place");
    assert_eq!(
        standing["program"]["completionRule"]["description"],
        "Complete 2 of the group “Choose two” or complete 1 of the group “Or this”."
    );
    academy.done("course", "ada", "m3", at).await;
    let standing = academy.standing("course", "ada").await;
    assert_eq!(standing["status"], "ACTIVE");
    let others = "not started; or complete “Part m2”, or complete “Part m4” instead".to_owned();
    assert_eq!(missing(&standing), [("Complete “Part m1”".to_owned(), others)], "one of them will do");
    academy.done("course", "ada", "m1", at).await;
    assert_eq!(academy.standing("course", "ada").await["status"], "COMPLETED");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cohort_says_until_when_its_learners_may_complete() {
    let app = TestApp::start().await;
    let academy = Academy::found(&app).await;
    academy.publish(program(&json!({}))).await;
    let cohort = |complete_by: &str| {
        json!({ "rows": [{ "externalId": "run", "program": { "externalId": "course" }, "name": "Run",
            "enrollmentOpensAt": "2027-01-01T00:00:00Z", "completeBy": complete_by }] })
    };
    let selection = "results { outcome cohort { completeBy } userErrors { field code } }";
    let refused = academy.call("upsertCohorts", selection, cohort("2026-12-31T00:00:00Z")).await;
    let error = user_error(&refused["results"][0]["userErrors"][0]);
    assert_eq!(error, ("rows.0.completeBy".to_owned(), "INVALID".to_owned()));
    let made = academy.call("upsertCohorts", selection, cohort("2027-06-30T22:00:00Z")).await;
    assert_eq!(made["results"][0]["cohort"]["completeBy"], "2027-06-30T22:00:00Z");

    academy.travel("2027-06-01T10:00:00Z");
    let within = json!({ "cohort": { "externalId": "run" } });
    for learner in ["ada", "bea"] {
        academy.enroll_with(learner, &["course"], "2027-02-01T10:00:00Z", within.clone()).await;
        for module in ["m1", "m2", "m3"] {
            academy.done("course", learner, module, "2027-05-01T10:00:00Z").await;
        }
    }
    academy.done("course", "ada", "m4", "2027-05-31T10:00:00Z").await;
    academy.travel("2027-07-01T10:00:00Z");
    for _ in 0..400 {
        if academy.standing("course", "bea").await["status"] == "EXPIRED" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let statuses = [academy.standing("course", "ada").await, academy.standing("course", "bea").await];
    assert_eq!(statuses.map(|one| one["status"].clone()), ["COMPLETED", "EXPIRED"]);
    // What was done in time counts, however late it is told.
    academy.done("course", "bea", "m4", "2027-06-30T21:00:00Z").await;
    assert_eq!(academy.standing("course", "bea").await["status"], "COMPLETED");
    app.stop().await;
}
