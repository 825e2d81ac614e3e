//! The career certificate: eight courses in any order, the last of them a capstone that is judged by a rubric, each with at least 80 %.

use cairn_tests::{TestApp, ended};
use serde_json::json;

use super::{Academy, asked, missing};

const PROGRAM: &str = "data-analytics";

async fn modules(academy: &Academy<'_>, n: usize, at: &str) -> String {
    let course = format!("data-{n}");
    academy.enroll("jo", &[&course], "2027-01-05T10:00:00Z").await;
    for module in 1..=3 {
        academy.done(&course, "jo", &format!("{course}-m{module}"), at).await;
    }
    course
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_courses_and_a_capstone_add_up_to_the_certificate() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "career-certificate.json").await;
    academy.travel("2027-06-01T10:00:00Z");
    academy.enroll("jo", &[PROGRAM], "2027-01-05T10:00:00Z").await;
    // Courses have an order, and no prerequisites: the sixth may come first.
    for n in [6, 1, 2, 3, 4, 5, 7] {
        let course = modules(&academy, n, "2027-02-01T10:00:00Z").await;
        let quiz = format!("{course}-quiz");
        academy.scored(&course, "jo", &quiz, 79.5, "2027-02-02T10:00:00Z").await;
        let open = missing(&academy.standing(&course, "jo").await);
        assert_eq!(open.len(), 1, "{open:?}");
        assert_eq!(open[0].1, "needs 80 of 100 points; best so far 79.5");
        academy.call("recordResults", "summary { failed }", json!({ "rows": [{ "enrollment": { "externalId": format!("{course}/jo") },
            "assessment": { "externalId": quiz }, "attemptNumber": 2, "score": 80.0, "gradedAt": "2027-03-01T10:00:00Z" }] })).await;
        assert_eq!(academy.standing(&course, "jo").await["status"], "COMPLETED");
    }
    let standing = academy.standing(PROGRAM, "jo").await;
    assert_eq!((&standing["status"], &standing["progress"]["percent"]), (&json!("ACTIVE"), &json!(87.5)));
    assert_eq!(asked(&standing), ["Complete “Capstone”"]);

    modules(&academy, 8, "2027-04-01T10:00:00Z").await;
    let work = json!({ "enrollment": { "externalId": "data-8/jo" }, "assessment": { "externalId": "capstone" },
        "evidence": [{ "name": "Case study", "url": "https://work.example/jo/bikes" }] });
    let handed_in = academy
        .call("submitAttempt", "attempt { id assessment { rubric { id levels { label points } } } }", work)
        .await;
    let attempt = &handed_in["attempt"];
    let scores = |levels: [usize; 4]| {
        let criteria = attempt["assessment"]["rubric"].as_array().unwrap().iter();
        let scores: Vec<_> = criteria.zip(levels).map(|(criterion, level)| json!({ "criterion": criterion["id"], "points": criterion["levels"][level]["points"] })).collect();
        json!({ "attempt": { "id": attempt["id"] }, "rubricScores": scores, "reason": "read again" })
    };
    let graded = "attempt { score passed }";
    let first = academy.call("gradeAttempt", graded, scores([1, 1, 1, 0])).await;
    assert_eq!((&first["attempt"]["score"], &first["attempt"]["passed"]), (&json!(60.0), &json!(false)));
    let then = academy.call("gradeAttempt", graded, scores([1, 1, 1, 1])).await;
    assert_eq!((&then["attempt"]["score"], &then["attempt"]["passed"]), (&json!(80.0), &json!(true)));
    assert_eq!(academy.standing(PROGRAM, "jo").await["status"], "COMPLETED");

    // Nobody who has not finished is issued to, and nobody twice.
    academy.enroll("kit", &[PROGRAM], "2027-01-05T10:00:00Z").await;
    let named = json!({ "target": { "enrollments": [{ "externalId": format!("{PROGRAM}/jo") }, { "externalId": format!("{PROGRAM}/kit") }] } });
    for expected in [["ISSUED", "NOT_ELIGIBLE"], ["ALREADY_ISSUED", "NOT_ELIGIBLE"]] {
        let made = academy.call("issueCredentials", "bulkOperation { id }", named.clone()).await;
        let ended = ended(&academy.provider, made["bulkOperation"]["id"].as_str().unwrap()).await;
        let outcomes: Vec<&str> = ended["rows"]["edges"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["node"]["outcome"].as_str().unwrap())
            .collect();
        assert_eq!(outcomes, expected, "{ended}");
    }
    assert_eq!(academy.credential(PROGRAM, "jo").await["status"], "ACTIVE");
    let shown = academy
        .shown(
            "brightpath-data-analytics",
            "prices { amount currency per } durationWeeks recognitions { body credits { amount scheme } } rigor { assessmentKinds grading }",
        )
        .await;
    assert_eq!(shown["prices"], json!([{ "amount": "39.00", "currency": "USD", "per": "MONTH" }]));
    assert_eq!(
        shown["recognitions"][0]["credits"],
        json!([{ "amount": "12.00", "scheme": "US_SEMESTER_HOURS" }])
    );
    // It assesses nothing itself; its courses do.
    assert_eq!(
        shown["rigor"],
        json!({ "assessmentKinds": ["QUIZ", "PROJECT"], "grading": ["AUTOMATED", "PEER"] })
    );
    app.stop().await;
}
