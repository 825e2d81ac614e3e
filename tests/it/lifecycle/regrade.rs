//! A grade changes after the award: what the program says becomes of the credential.

use cairn_service::actor::Actor;
use cairn_service::amount::ONE;
use cairn_service::bulk_operation;
use cairn_service::completion::rule::Rule;
use cairn_service::patch::Patch;
use cairn_service::program::{NewAssessment, NewProgram};
use cairn_service::rows::enums::{AssessmentKind, GradingMode, IdentityCheck, RegradePolicy, Supervision};
use cairn_tests::{Course, TestApp, contract};
use serde_json::{Value, json};

use super::{events, read, row, verdict};

fn with_exam(new: &mut NewProgram) {
    let exam = NewAssessment {
        external_id: "exam".to_owned(),
        title: "The exam".to_owned(),
        description: None,
        category: None,
        kind: AssessmentKind::Exam,
        module: None,
        weight: ONE,
        pass_mark: Some(50 * ONE),
        max_score: 100 * ONE,
        max_attempts: None,
        supervision: Supervision::None,
        identity_check: IdentityCheck::None,
        grading: GradingMode::Expert,
        rubric: Vec::new(),
        due_at: None,
        rules: Default::default(),
        questions: Vec::new(),
    };
    new.assessments = Patch::Set(vec![exam]);
    new.completion_rule = Patch::Set(Rule::AssessmentPassed("exam".to_owned()));
}

async fn score(course: &Course, learner: usize, score: f64) {
    let document = contract("provider/record_results.graphql");
    let result = json!({ "enrollment": { "externalId": course.enrollment(learner) }, "assessment": { "externalId": "exam" },
        "externalId": format!("exam-of-{}", course.enrollment(learner)), "score": score,
        "submittedAt": "2026-03-02T09:30:00Z", "gradedAt": "2026-03-03T09:30:00Z" });
    let made = course.provider.mutate(&document, json!({ "rows": [result] })).await;
    assert_eq!(made["summary"]["failed"], 0, "{made}");
}

/// Passed, issued, and regraded to a fail; the credential as it then is, and what was told of it.
async fn regraded(app: &TestApp, policy: RegradePolicy) -> (Course, Value, Vec<String>) {
    let slug = format!("{policy:?}").to_lowercase();
    let course = Course::publish(app, &slug).await;
    course
        .revise(|new| {
            with_exam(new);
            new.may_suspend = Patch::Set(true);
            new.on_regrade = Patch::Set(policy);
        })
        .await;
    course.enroll(1, None).await;
    score(&course, 0, 80.0).await;
    course.issue_to_everyone().await;
    let one = course.credentials().await.remove(0);
    score(&course, 0, 70.0).await;
    assert_eq!(verdict(app, &one).await, "VALID", "it still passes");
    score(&course, 0, 20.0).await;
    let told = events(app, row(app, &one).await.id).await;
    let mut after = read(&course, &one).await;
    after["verdict"] = verdict(app, &one).await;
    (course, after, told)
}

#[tokio::test]
async fn a_regrade_keeps_suspends_or_revokes_as_the_program_says_and_is_always_told() {
    let app = TestApp::start().await;
    for (policy, status, verdict, then) in [
        (RegradePolicy::Keep, "ACTIVE", "VALID", None),
        (RegradePolicy::Suspend, "SUSPENDED", "SUSPENDED", Some("credential.suspended")),
        (RegradePolicy::Revoke, "REVOKED", "REVOKED", Some("credential.revoked")),
    ] {
        let (course, after, told) = regraded(&app, policy).await;
        assert_eq!((&after["status"], &after["verdict"]), (&json!(status), &json!(verdict)), "{policy:?}");
        let mut expected = vec!["credential.issued", "credential.regraded"];
        expected.extend(then);
        assert_eq!(told, expected, "{policy:?}");
        let enrollment = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { status } }";
        let named = json!({ "ref": { "externalId": course.enrollment(0) } });
        let shown = course.provider.data(enrollment, named).await;
        assert_eq!(shown["enrollment"]["status"], "COMPLETED", "what was completed stays so");
        // Nobody gets another one by the way, and what was revoked is awarded again only by a grade that supports it.
        let (everyone, named) =
            (course.issue_to_everyone().await, course.issue_to(&[course.enrollment(0)]).await);
        let outcomes = [outcome(&everyone), outcome(&named)];
        let revoked = policy == RegradePolicy::Revoke;
        assert_eq!(outcomes, if revoked { ["NOT_ELIGIBLE"; 2] } else { ["ALREADY_ISSUED"; 2] }, "{policy:?}");
        score(&course, 0, 90.0).await;
        let again = course.issue_to(&[course.enrollment(0)]).await;
        assert_eq!(outcome(&again), if revoked { "ISSUED" } else { "ALREADY_ISSUED" });
        assert_eq!(course.credentials().await.len(), if revoked { 2 } else { 1 }, "{policy:?}");
    }
    app.stop().await;
}

fn outcome(operation: &Value) -> &str {
    operation["rows"]["edges"][0]["node"]["outcome"].as_str().unwrap()
}

#[tokio::test]
async fn what_no_grade_supports_any_more_is_issued_only_where_the_program_keeps() {
    let app = TestApp::start().await;
    for (policy, expected) in [(RegradePolicy::Keep, "ISSUED"), (RegradePolicy::Revoke, "NOT_ELIGIBLE")] {
        let course = Course::publish(&app, &format!("{policy:?}").to_lowercase()).await;
        course
            .revise(|new| {
                with_exam(new);
                new.on_regrade = Patch::Set(policy);
            })
            .await;
        course.enroll(1, None).await;
        score(&course, 0, 80.0).await;
        score(&course, 0, 20.0).await;
        assert_eq!(outcome(&course.issue_to_everyone().await), expected, "{policy:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn what_was_reserved_before_a_regrade_or_a_doubt_is_given_back() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course
        .revise(|new| {
            with_exam(new);
            new.on_regrade = Patch::Set(RegradePolicy::Revoke);
        })
        .await;
    course.enroll(3, None).await;
    for learner in 0..3 {
        score(&course, learner, 80.0).await;
    }
    // A process reserves for all and dies; one of them is regraded and one comes to be in doubt before anybody goes on.
    super::broken_off::issue_and_die(&app, &course).await;
    score(&course, 0, 20.0).await;
    let raise = "mutation($input: RaiseIntegrityFlagInput!) { raiseIntegrityFlag(input: $input) { userErrors { field message code } } }";
    let on = json!({ "enrollment": { "externalId": course.enrollment(2) } });
    course.provider.mutate(raise, json!({ "on": on, "category": "OTHER", "note": "Who was it?" })).await;
    app.clock.advance(chrono::TimeDelta::minutes(1));
    for _ in 0..400 {
        if course.credentials().await.len() == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let all = course.credentials().await;
    assert_eq!((all.len(), &all[0]["learner"]["externalId"]), (1, &json!("s-1")));
    for (learner, code) in [(0, "NOT_ELIGIBLE"), (2, "UNDER_REVIEW")] {
        let again = course.issue_to(&[course.enrollment(learner)]).await;
        assert_eq!(outcome(&again), "NOT_ELIGIBLE");
        assert_eq!(again["rows"]["edges"][0]["node"]["userErrors"][0]["code"], code);
    }
    app.stop().await;
}

#[tokio::test]
async fn regrades_beside_issuing_never_stand_in_each_others_way() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course
        .revise(|new| {
            with_exam(new);
            new.on_regrade = Patch::Set(RegradePolicy::Revoke);
        })
        .await;
    course.enroll(20, None).await;
    for learner in 0..20 {
        score(&course, learner, 80.0).await;
    }
    let first: Vec<String> = (0..10).map(|n| course.enrollment(n)).collect();
    course.issue_to(&first).await;
    let actor = Actor::system_for(course.issuer.id);
    let issuing = (0..4).map(|_| async {
        bulk_operation::issue_now(&app.service, &actor, &course.reference(), |_| {}).await.unwrap()
    });
    let regrading = (0..10).map(|learner| score(&course, learner, 20.0));
    let (ran, _) = futures_util::future::join(
        futures_util::future::join_all(issuing),
        futures_util::future::join_all(regrading),
    )
    .await;
    assert!(ran.iter().all(|operation| operation.processed == 20));
    let all = course.credentials().await;
    let count = |status: &str| all.iter().filter(|one| one["status"] == status).count();
    assert_eq!((all.len(), count("REVOKED"), count("ACTIVE")), (20, 10, 10));
    app.stop().await;
}

#[tokio::test]
async fn suspending_on_regrade_needs_that_the_program_may_suspend() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    let upsert = contract("provider/upsert_program.graphql");
    let input = |may: bool| {
        json!({ "externalId": "other", "title": "Other", "achievementType": "Badge", "maySuspend": may, "onRegrade": "SUSPEND",
            "components": [{ "item": { "module": { "externalId": "m0", "title": "Module" } } }],
            "validity": { "months": 12, "renewalOpensMonthsBefore": 3, "renewalClosesMonthsAfter": 2, "renewalStart": "OLD_END", "renewsContained": true } })
    };
    let answer = course.provider.send(&upsert, json!({ "input": input(false) })).await;
    assert_eq!(answer.user_errors(), [("onRegrade".to_owned(), "INVALID".to_owned())]);
    let mut wrong = input(true);
    wrong["validity"]["renewalClosesMonthsAfter"] = json!(-1);
    let answer = course.provider.send(&upsert, json!({ "input": wrong })).await;
    assert_eq!(
        answer.user_errors(),
        [("validity.renewalClosesMonthsAfter".to_owned(), "INVALID".to_owned())]
    );
    course.provider.mutate(&upsert, input(true)).await;
    let publish = contract("provider/publish_program.graphql");
    course.provider.mutate(&publish, json!({ "program": { "externalId": "other" } })).await;
    let read = "query { programs(first: 10) { nodes { externalId maySuspend onRegrade
        validity { months renewalOpensMonthsBefore renewalClosesMonthsAfter renewalStart renewsContained } } } }";
    let found = course.provider.data(read, json!({})).await;
    let nodes = found["programs"]["nodes"].as_array().unwrap();
    let stated = nodes.iter().find(|node| node["externalId"] == "other").unwrap();
    for member in ["maySuspend", "onRegrade", "validity"] {
        assert_eq!(stated[member], input(true)[member], "{member}");
    }
    app.stop().await;
}
