//! The stackable postgraduate path: units add up to a certificate that comes by itself, a diploma and a master's.

use cairn_tests::TestApp;
use serde_json::json;

use super::{Academy, asked, missing};

async fn pass(academy: &Academy<'_>, units: impl IntoIterator<Item = usize>, at: &str) {
    for n in units {
        let program = format!("pg-{n}");
        academy.enroll("ada", &[&program], at).await;
        academy.done(&program, "ada", &format!("pg-{n}-unit"), at).await;
        academy.scored(&program, "ada", &format!("pg-{n}-assignment"), 60.0, at).await;
        assert_eq!(academy.standing(&program, "ada").await["status"], "COMPLETED");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn units_become_a_certificate_by_itself_then_a_diploma_and_a_masters() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "stackable-path.json").await;
    academy.travel("2027-01-10T10:00:00Z");
    pass(&academy, 1..=3, "2027-01-05T10:00:00Z").await;
    assert_eq!(academy.standing("pg-certificate", "ada").await, json!(null), "45 credits are not enough");
    pass(&academy, 4..=4, "2027-01-08T10:00:00Z").await;
    let certificate = academy.standing("pg-certificate", "ada").await;
    assert_eq!(certificate["status"], "COMPLETED", "{certificate}");
    assert_eq!(academy.credential("pg-certificate", "ada").await["status"], "ACTIVE");

    // The diploma contains the certificate and its units: they count once.
    academy.enroll("ada", &["pg-diploma"], "2027-01-09T10:00:00Z").await;
    let diploma = academy.standing("pg-diploma", "ada").await;
    assert_eq!((&diploma["status"], missing(&diploma).len()), (&json!("ACTIVE"), 4), "{diploma}");
    let rule = diploma["program"]["completionRule"]["description"].as_str().unwrap().to_owned();
    assert!(rule.contains("none older than 60 months") && rule.contains("at most 60"), "{rule}");
    pass(&academy, 5..=8, "2027-01-09T20:00:00Z").await;
    let diploma = academy.standing("pg-diploma", "ada").await;
    assert_eq!(diploma["status"], "COMPLETED", "{diploma}");
    assert_eq!(academy.credential("pg-diploma", "ada").await["status"], "ACTIVE");

    // The master's: the diploma is carried over, the dissertation is written for it.
    academy.enroll("ada", &["pg-masters"], "2027-01-09T21:00:00Z").await;
    let open = asked(&academy.standing("pg-masters", "ada").await);
    assert_eq!(open, ["Complete “Dissertation”"]);
    academy.travel("2027-11-10T10:00:00Z");
    dissertation(&academy, "2027-11-01T10:00:00Z").await;
    let masters = academy.standing("pg-masters", "ada").await;
    assert_eq!(
        (&masters["status"], &masters["completedAt"]),
        (&json!("COMPLETED"), &json!("2027-11-01T10:00:00Z"))
    );
    let named = json!({ "target": { "enrollments": [{ "externalId": "pg-masters/ada" }] } });
    academy.call("issueCredentials", "bulkOperation { id }", named).await;
    assert_eq!(academy.credential("pg-masters", "ada").await["status"], "ACTIVE");
    let totals = academy.passport("ada").await["creditTotals"].clone();
    assert_eq!(totals, json!([{ "amount": "180.00", "scheme": "UK_CATS" }]), "every unit once");
    app.stop().await;
}

async fn dissertation(academy: &Academy<'_>, at: &str) {
    let program = "pg-dissertation";
    academy.enroll("ada", &[program], at).await;
    academy.done(program, "ada", "pg-dissertation-unit", at).await;
    academy.scored(program, "ada", "pg-dissertation-assignment", 58.0, at).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_masters_carries_over_two_thirds_and_no_diploma_that_is_too_old() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "stackable-path.json").await;
    academy.travel("2027-01-10T10:00:00Z");
    academy.enroll("ada", &["pg-diploma"], "2027-01-04T10:00:00Z").await;
    pass(&academy, 1..=8, "2027-01-05T10:00:00Z").await;
    dissertation(&academy, "2027-01-06T10:00:00Z").await;
    assert_eq!(academy.standing("pg-diploma", "ada").await["status"], "COMPLETED");
    academy.enroll("ada", &["pg-masters"], "2027-01-07T10:00:00Z").await;
    let masters = academy.standing("pg-masters", "ada").await;
    assert_eq!(masters["status"], "ACTIVE", "all 180 were there before: only 120 are carried over");
    assert!(missing(&masters).iter().any(|(_, detail)| detail.contains("before you enrolled")), "{masters}");

    academy.travel("2032-06-01T10:00:00Z");
    academy.enroll("bea", &["pg-masters"], "2032-05-01T10:00:00Z").await;
    academy.enroll("ada", &["pg-masters"], "2027-01-07T10:00:00Z").await;
    let masters = academy.standing("pg-masters", "ada").await;
    assert!(
        missing(&masters).iter().any(|(_, detail)| detail.contains("more than 60 months ago")),
        "{masters}"
    );
    let mut fresh = asked(&academy.standing("pg-masters", "bea").await);
    fresh.sort();
    assert_eq!(fresh, ["Complete “Dissertation”", "Complete “Postgraduate Diploma in Public Health”"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_than_the_limit_is_carried_over() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "stackable-path.json").await;
    academy.travel("2027-01-10T10:00:00Z");
    pass(&academy, 1..=8, "2027-01-05T10:00:00Z").await;
    academy.travel("2027-01-12T10:00:00Z");
    academy.enroll("ada", &["pg-diploma"], "2027-01-11T10:00:00Z").await;
    let diploma = academy.standing("pg-diploma", "ada").await;
    assert_eq!(diploma["status"], "ACTIVE", "all 120 were there before: only 60 are carried over");
    let missing = missing(&diploma);
    assert!(
        !missing.is_empty() && missing.iter().all(|(_, detail)| detail.contains("before you enrolled")),
        "{missing:?}"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn units_that_are_too_old_at_the_award_do_not_count() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "stackable-path.json").await;
    academy.travel("2027-01-10T10:00:00Z");
    pass(&academy, 1..=2, "2021-01-05T10:00:00Z").await;
    pass(&academy, 3..=4, "2027-01-05T10:00:00Z").await;
    assert_eq!(academy.standing("pg-certificate", "ada").await, json!(null), "two of them are six years old");
    academy.enroll("ada", &["pg-certificate"], "2027-01-06T10:00:00Z").await;
    let missing = missing(&academy.standing("pg-certificate", "ada").await);
    assert_eq!(missing.len(), 2, "{missing:?}");
    pass(&academy, 5..=6, "2027-01-09T10:00:00Z").await;
    assert_eq!(academy.standing("pg-certificate", "ada").await["status"], "COMPLETED");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_units_stay_old_within_a_new_certificate() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "stackable-path.json").await;
    academy.travel("2027-01-10T10:00:00Z");
    pass(&academy, 1..=3, "2022-06-05T23:30:00Z").await;
    pass(&academy, 4..=4, "2027-01-08T10:00:00Z").await;
    assert_eq!(
        academy.standing("pg-certificate", "ada").await["status"],
        "COMPLETED",
        "none was too old then"
    );
    academy.travel("2028-01-10T10:00:00Z");
    academy.enroll("ada", &["pg-diploma"], "2028-01-08T10:00:00Z").await;
    pass(&academy, 5..=8, "2028-01-09T10:00:00Z").await;
    let diploma = academy.standing("pg-diploma", "ada").await;
    assert_eq!(diploma["status"], "ACTIVE", "{diploma}");
    let missing = missing(&diploma);
    assert_eq!(missing.len(), 3, "{missing:?}");
    // It was half past midnight where the issuer is.
    let too_old = "completed on 6 June 2022, more than 60 months ago";
    assert!(missing.iter().all(|(_, detail)| detail == too_old), "{missing:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_other_units_than_the_first_gives_no_credit_for_those() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "stackable-path.json").await;
    academy.travel("2027-01-10T10:00:00Z");
    academy.enroll("ada", &["pg-diploma"], "2027-01-04T10:00:00Z").await;
    pass(&academy, 5..=8, "2027-01-05T10:00:00Z").await;
    assert_eq!(academy.standing("pg-certificate", "ada").await["status"], "COMPLETED");
    let diploma = academy.standing("pg-diploma", "ada").await;
    assert_eq!((&diploma["status"], missing(&diploma).len()), (&json!("ACTIVE"), 4), "60 of 120: {diploma}");
    app.stop().await;
}
