//! Completion: what is missing shrinks until nothing is, and the moment it was reached counts.

use cairn_service::completion::rule::Rule;
use cairn_service::program::{NewComponent, NewItem};
use cairn_service::reference::Reference;
use cairn_tests::TestApp;
use serde_json::{Value, json};

use crate::course::{Course, components, event, scored};

fn missing(standing: &Value) -> Vec<&str> {
    let missing = standing["whyNotYet"]["missing"].as_array().unwrap();
    missing.iter().map(|missing| missing["requirement"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_shrinks_until_nothing_is() {
    let app = TestApp::start().await;
    let rule = Rule::AllOf(vec![
        Rule::AtLeast {
            count: 2,
            of: ["m1", "m2", "m3"].map(|id| Rule::ComponentCompleted(id.to_owned())).to_vec(),
        },
        Rule::AssessmentPassed("quiz".to_owned()),
        Rule::OverallScore(30.0),
    ]);
    let course = Course::publish(&app, "ou", Some(rule)).await;
    course.enroll(1).await;
    let standing = course.standing("e0").await;
    assert_eq!(
        missing(&standing),
        [
            "Complete “Module m1”",
            "Complete “Module m2”",
            "Pass “The quiz”",
            "Reach an overall score of at least 30%"
        ]
    );
    assert_eq!(standing["whyNotYet"]["missing"][2]["detail"], "needs 5 of 10 points; not tried yet");
    assert!(standing["whyNotYet"]["missing"][2]["assessment"]["id"].is_string());
    assert!(standing["whyNotYet"]["missing"][0]["component"]["id"].is_string());

    course.events(json!([event("1", "COMPLETED", "m3", 9, Value::Null)])).await;
    assert_eq!(missing(&course.standing("e0").await).len(), 3);
    course.events(json!([scored("2", 4.0, 4), event("3", "COMPLETED", "m2", 5, Value::Null)])).await;
    let standing = course.standing("e0").await;
    assert_eq!(missing(&standing), ["Pass “The quiz”", "Reach an overall score of at least 30%"]);
    assert_eq!(standing["whyNotYet"]["missing"][0]["detail"], "needs 5 of 10 points; best so far 4");
    assert_eq!(standing["whyNotYet"]["missing"][1]["detail"], "16% so far");
    assert_eq!(standing["progress"]["score"], 40.0);
    assert_eq!(standing["status"], "ACTIVE");

    course.events(json!([scored("4", 8.0, 7)])).await;
    let standing = course.standing("e0").await;
    assert_eq!(
        (&standing["status"], &standing["whyNotYet"]["satisfied"]),
        (&json!("COMPLETED"), &json!(true))
    );
    assert_eq!(missing(&standing), Vec::<&str>::new());
    assert_eq!(standing["completedAt"], "2026-03-09T10:00:00Z", "the last thing that was needed");
    let tree = &standing["whyNotYet"]["tree"];
    assert_eq!(tree["allOf"][0]["atLeast"]["count"], 2);
    assert_eq!(tree["allOf"][0]["satisfiedAt"], "2026-03-09T10:00:00Z");
    assert_eq!(
        tree["allOf"][2],
        json!({ "overallScore": 30.0, "satisfied": true, "satisfiedAt": "2026-03-07T10:00:00Z" })
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_grade_leaves_a_completion_and_is_noted() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", Some(Rule::AssessmentPassed("quiz".to_owned()))).await;
    course.enroll(1).await;
    let row = |score: f64| {
        json!([{ "externalId": "r", "enrollment": { "externalId": "e0" }, "assessment": { "externalId": "quiz" }, "score": score,
            "gradedAt": "2026-03-02T10:00:00Z" }])
    };
    course.results(row(8.0)).await;
    assert_eq!(course.standing("e0").await["status"], "COMPLETED");
    course.results(row(2.0)).await;
    let standing = course.standing("e0").await;
    assert_eq!(
        (&standing["status"], &standing["completedAt"]),
        (&json!("COMPLETED"), &json!("2026-03-02T10:00:00Z"))
    );
    assert_eq!(standing["whyNotYet"]["satisfied"], false);
    use cairn_service::rows::audit_entry::{Column, Entity};
    use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
    let noted = Entity::find().filter(Column::Action.eq("enrollment.kept_completed"));
    assert_eq!(noted.count(&app.database().await).await.unwrap(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_course_counts_in_every_program_that_contains_it() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", Some(Rule::ComponentCompleted("m1".to_owned()))).await;
    course.enroll(1).await;
    let filled_by = |external_id: &str| NewComponent {
        required: true,
        group_code: None,
        item: NewItem::Program(Reference::ExternalId(external_id.to_owned())),
    };
    let mut parts = components(&["s1"]);
    parts.push(filled_by("course"));
    course.program(&app, "stack", parts, None).await;
    course.program(&app, "degree", vec![filled_by("stack")], None).await;
    course.enroll_in("in-stack", "stack").await;
    course.enroll_in("in-degree", "degree").await;

    let mut own = event("1", "COMPLETED", "s1", 3, Value::Null);
    own["enrollment"] = json!({ "externalId": "in-stack" });
    course.events(json!([own])).await;
    assert_eq!(missing(&course.standing("in-stack").await), ["Complete “The course”"]);
    course.events(json!([event("2", "COMPLETED", "m1", 5, Value::Null)])).await;
    for enrollment in ["e0", "in-stack", "in-degree"] {
        let standing = course.standing(enrollment).await;
        assert_eq!(standing["status"], "COMPLETED", "{enrollment}");
        assert_eq!(standing["completedAt"], "2026-03-05T10:00:00Z", "{enrollment}");
    }
    let components = course.standing("in-stack").await["progress"]["components"].clone();
    assert_eq!(components[1]["state"], "COMPLETED");
    // Who enrolls later has it at once.
    course.program(&app, "later", vec![filled_by("course")], None).await;
    course.enroll_in("in-later", "later").await;
    assert_eq!(course.standing("in-later").await["status"], "COMPLETED");
    app.stop().await;
}
