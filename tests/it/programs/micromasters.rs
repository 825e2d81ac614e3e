//! The MicroMasters: four verified courses and a proctored exam, which then count for a third of a master's degree.

use cairn_tests::TestApp;
use serde_json::{Value, json};

use super::{Academy, asked, by_code, call_as, missing, refusal_to};

const PROGRAM: &str = "scm-micromasters";
const COURSES: [&str; 4] = ["scm-1", "scm-2", "scm-3", "scm-4"];

async fn passed(academy: &Academy<'_>, learner: &str, course: &str, at: &str) {
    academy.scored(course, learner, &format!("{course}-work"), 70.0, at).await;
    academy.scored(course, learner, &format!("{course}-final"), 60.0, at).await;
}

async fn exam(academy: &Academy<'_>, learner: &str, score: f64, observed: Value) {
    let row = json!({ "externalId": "comprehensive-exam", "enrollment": { "externalId": format!("{PROGRAM}/{learner}") },
        "assessment": { "externalId": "comprehensive-exam" }, "score": score, "gradedAt": "2027-10-01T10:00:00Z", "observed": observed });
    let made = academy.call("recordResults", "summary { failed }", json!({ "rows": [row] })).await;
    assert_eq!(made["summary"]["failed"], 0);
}

fn watched() -> Value {
    json!({ "supervision": "PROCTORED", "proctor": "Watchful Proctors", "identityCheck": "DOCUMENT", "identityMethod": "passport" })
}

/// A learner with the four courses and the exam.
async fn earn(academy: &Academy<'_>, learner: &str) {
    let verified = json!({ "track": "verified", "identityVerifiedAt": "2027-01-06T10:00:00Z" });
    academy.enroll_with(learner, &COURSES, "2027-01-05T10:00:00Z", verified).await;
    academy.enroll(learner, &[PROGRAM], "2027-01-05T10:00:00Z").await;
    for course in COURSES {
        passed(academy, learner, course, "2027-09-01T10:00:00Z").await;
    }
    exam(academy, learner, 72.0, watched()).await;
    assert_eq!(academy.standing(PROGRAM, learner).await["status"], "COMPLETED");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_every_course_on_the_verified_track_and_an_exam_that_was_watched() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "micromasters.json").await;
    academy.travel("2027-11-01T10:00:00Z");
    academy.enroll_with("noor", &COURSES, "2027-01-05T10:00:00Z", json!({ "track": "audit" })).await;
    academy.enroll("noor", &[PROGRAM], "2027-01-05T10:00:00Z").await;
    passed(&academy, "noor", "scm-1", "2027-04-01T10:00:00Z").await;
    let standing = academy.standing("scm-1", "noor").await;
    assert_eq!(asked(&standing), ["Be on the track “verified”", "Have your identity checked"], "{standing}");
    let noor = academy.learner("noor").await;
    for course in COURSES {
        let paid = json!({ "enrollment": { "externalId": format!("{course}/noor") }, "track": "verified", "reason": "paid" });
        call_as(&noor, "changeTrack", "enrollment { track }", paid).await;
    }
    assert_eq!(asked(&academy.standing("scm-1", "noor").await), ["Have your identity checked"]);
    let checked = json!({ "identityVerifiedAt": "2027-04-02T10:00:00Z" });
    academy.enroll_with("noor", &COURSES, "2027-01-05T10:00:00Z", checked).await;
    assert_eq!(academy.standing("scm-1", "noor").await["status"], "COMPLETED");
    for course in &COURSES[1..] {
        passed(&academy, "noor", course, "2027-09-01T10:00:00Z").await;
    }
    exam(&academy, "noor", 72.0, Value::Null).await;
    let standing = academy.standing(PROGRAM, "noor").await;
    assert_eq!(asked(&standing), ["Pass “Comprehensive final exam”"], "nobody watched: {standing}");
    assert!(missing(&standing)[0].1.contains("best so far 72; that it was supervised"), "{standing}");
    let unwatched =
        json!({ "supervision": "NONE", "identityCheck": "DOCUMENT", "identityMethod": "passport" });
    exam(&academy, "noor", 72.0, unwatched).await;
    assert_eq!(academy.standing(PROGRAM, "noor").await["status"], "ACTIVE");
    exam(&academy, "noor", 72.0, watched()).await;
    assert_eq!(academy.standing(PROGRAM, "noor").await["status"], "COMPLETED");
    assert_eq!(academy.credential(PROGRAM, "noor").await["status"], "ACTIVE");
    assert_eq!(
        academy.passport("noor").await["creditTotals"],
        json!([{ "amount": "30.00", "scheme": "ECTS" }])
    );
    let shown = academy.shown("northmoor-scm-micromasters", "recognitions { body credits { amount scheme } } stacksInto { title } rigor { supervision identityCheck }").await;
    assert_eq!(
        shown["recognitions"],
        json!([{ "body": "Northmoor University", "credits": [{ "amount": "30.00", "scheme": "ECTS" }] }])
    );
    assert_eq!(shown["stacksInto"], json!([{ "title": "MSc in Supply Chain Management" }]));
    assert_eq!(shown["rigor"], json!({ "supervision": "PROCTORED", "identityCheck": "DOCUMENT" }));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_counts_for_a_third_of_the_masters_degree() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "micromasters.json").await;
    academy.travel("2027-11-01T10:00:00Z");
    academy.enroll("ola", &["scm-1"], "2027-01-05T10:00:00Z").await;
    let ola = academy.learner("ola").await;
    let masters = json!({ "program": { "externalId": "msc-scm" } });
    let refused = refusal_to(&ola, "enroll", masters.clone()).await;
    assert!(
        by_code(&refused) == ("program", "PREREQUISITE_MISSING") && refused.2.contains("MicroMasters"),
        "{refused:?}"
    );

    earn(&academy, "noor").await;
    let noor = academy.learner("noor").await;
    call_as(&noor, "enroll", "enrollment { status }", masters).await;
    let standing = academy.standing("msc-scm", "noor").await;
    assert_eq!(
        missing(&standing),
        [("Complete “Residential Year in Supply Chain Management”".to_owned(), "not started".to_owned())]
    );
    academy.travel("2028-10-01T10:00:00Z");
    academy.enroll("noor", &["scm-residence"], "2027-11-02T10:00:00Z").await;
    academy.done("scm-residence", "noor", "scm-seminars", "2028-06-01T10:00:00Z").await;
    academy.done("scm-residence", "noor", "scm-thesis", "2028-08-01T10:00:00Z").await;
    academy.scored("scm-residence", "noor", "scm-defense", 49.0, "2028-08-10T10:00:00Z").await;
    assert_eq!(academy.standing("msc-scm", "noor").await["status"], "ACTIVE");
    let second = json!({ "rows": [{ "enrollment": { "externalId": "scm-residence/noor" }, "assessment": { "externalId": "scm-defense" },
        "attemptNumber": 2, "score": 65.0, "gradedAt": "2028-09-10T10:00:00Z" }] });
    academy.call("recordResults", "summary { created }", second).await;
    let standing = academy.standing("msc-scm", "noor").await;
    assert_eq!(
        (&standing["status"], &standing["completedAt"]),
        (&json!("COMPLETED"), &json!("2028-09-10T10:00:00Z")),
        "{standing}"
    );
    assert_eq!(
        academy.passport("noor").await["creditTotals"],
        json!([{ "amount": "90.00", "scheme": "ECTS" }])
    );

    // No more than a third is carried over.
    earn(&academy, "pia").await;
    academy.enroll("pia", &["scm-residence"], "2027-01-05T10:00:00Z").await;
    for part in ["scm-seminars", "scm-thesis"] {
        academy.done("scm-residence", "pia", part, "2027-08-01T10:00:00Z").await;
    }
    academy.scored("scm-residence", "pia", "scm-defense", 80.0, "2027-08-10T10:00:00Z").await;
    academy.enroll("pia", &["msc-scm"], "2028-09-30T10:00:00Z").await;
    let standing = academy.standing("msc-scm", "pia").await;
    assert_eq!(standing["status"], "ACTIVE");
    assert!(
        missing(&standing).iter().all(|(_, detail)| detail.contains("before you enrolled")),
        "{standing}"
    );
    app.stop().await;
}
