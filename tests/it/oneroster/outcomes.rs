//! What comes of enrollments when a bundle says more, or something else, than the one before.

use cairn_service::actor::Actor;
use cairn_service::oneroster::{self, Options, Progress};
use cairn_service::rows::enums::EnrollmentStatus;
use cairn_tests::TestApp;
use serde_json::json;

use super::{Bundle, counts, enrollment_of, import};

#[tokio::test(flavor = "multi_thread")]
async fn an_end_date_withdraws_unless_it_was_decided_before() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let mut bundle = Bundle::school();
    // Passed the day it ended: counts. Failed after it ended: was given up.
    bundle.edit(
        "enrollments.csv",
        "ada,student,false,2020-05-01,",
        "ada,student,false,2020-05-01,2020-06-30",
    );
    bundle.edit(
        "enrollments.csv",
        "ben,student,false,2019-12-01,",
        "ben,student,false,2019-12-01,2020-06-29",
    );
    let report = import(&app, &issuer, bundle.zip()).await.unwrap();
    assert_eq!(json!(report.outcomes), json!({ "completed": 1, "failed": 0, "withdrawn": 2 }));
    let ada = enrollment_of(&app, "e-ada").await;
    assert_eq!(ada.status, EnrollmentStatus::Completed);
    let ben = enrollment_of(&app, "e-ben").await;
    assert_eq!(ben.status, EnrollmentStatus::Withdrawn);
    assert_eq!(ben.withdrawn_at.unwrap().to_rfc3339(), "2020-06-28T23:00:00+00:00");
    assert!(import(&app, &issuer, bundle.zip()).await.unwrap().is_unchanged());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_date_that_is_taken_back_lets_the_enrollment_run_again() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let mut bundle = Bundle::school();
    import(&app, &issuer, bundle.zip()).await.unwrap();
    assert_eq!(enrollment_of(&app, "e-cyd").await.status, EnrollmentStatus::Withdrawn);
    bundle.edit("enrollments.csv", "2020-02-10", "");
    let report = import(&app, &issuer, bundle.zip()).await.unwrap();
    assert_eq!(counts(&report, "enrollments.csv"), [0, 1, 4, 1, 0]);
    let cyd = enrollment_of(&app, "e-cyd").await;
    assert_eq!((cyd.status, cyd.withdrawn_at), (EnrollmentStatus::Active, None));
    assert!(import(&app, &issuer, bundle.zip()).await.unwrap().is_unchanged());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_regrade_completes_who_failed_and_leaves_who_completed() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let mut bundle = Bundle::school();
    import(&app, &issuer, bundle.zip()).await.unwrap();
    bundle.edit("results.csv", "39.99,2020-06-30", "41,2020-07-02");
    bundle.edit(
        "results.csv",
        "f-ada,,,li-final,ada,fully graded,40,",
        "f-ada,,,li-final,ada,fully graded,12,",
    );
    let report = import(&app, &issuer, bundle.zip()).await.unwrap();
    assert_eq!(counts(&report, "results.csv"), [0, 2, 3, 0, 0]);
    assert_eq!(json!(report.outcomes), json!({ "completed": 1, "failed": 0, "withdrawn": 0 }));
    let ben = enrollment_of(&app, "e-ben").await;
    assert_eq!((ben.status, ben.failed_at), (EnrollmentStatus::Completed, None));
    assert_eq!(enrollment_of(&app, "e-ada").await.status, EnrollmentStatus::Completed);
    assert!(import(&app, &issuer, bundle.zip()).await.unwrap().is_unchanged());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_deleted_is_withdrawn_or_voided() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let mut bundle = Bundle::school();
    import(&app, &issuer, bundle.zip()).await.unwrap();
    bundle.edit("enrollments.csv", "e-eve,,", "e-eve,tobedeleted,2020-03-03T09:00:00Z");
    bundle.edit("results.csv", "q-ada,,", "q-ada,tobedeleted,");
    bundle.edit("results.csv", "q-cyd,,", "q-new,tobedeleted,");
    let report = import(&app, &issuer, bundle.zip()).await.unwrap();
    assert_eq!(report.bad_rows, []);
    assert_eq!(counts(&report, "results.csv"), [0, 1, 3, 1, 0]);
    let eve = enrollment_of(&app, "e-eve").await;
    assert_eq!(eve.withdrawn_at.unwrap().to_rfc3339(), "2020-03-03T09:00:00+00:00");
    assert!(import(&app, &issuer, bundle.zip()).await.unwrap().is_unchanged());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_category_that_decides_nobody_completes_or_fails() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let actor = Actor::system_for(issuer.id);
    let zip = std::io::Cursor::new(Bundle::school().zip());
    let options = Options::default();
    let report = oneroster::import(&app.service, &actor, issuer.id, zip, &options, &mut |_: Progress| {})
        .await
        .unwrap();
    assert_eq!(json!(report.outcomes), json!({ "completed": 0, "failed": 0, "withdrawn": 1 }));
    assert_eq!(enrollment_of(&app, "e-ada").await.status, EnrollmentStatus::Active);
    // Later there is one: programs keep their rule, and the operator is told.
    let report = import(&app, &issuer, Bundle::school().zip()).await.unwrap();
    assert_eq!(report.warnings.len(), 1, "{:?}", report.warnings);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pass_mark_may_be_another() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let actor = Actor::system_for(issuer.id);
    let options = Options { final_category: Some("final".to_owned()), pass_mark: Some(39.99) };
    let zip = std::io::Cursor::new(Bundle::school().zip());
    let report = oneroster::import(&app.service, &actor, issuer.id, zip, &options, &mut |_: Progress| {})
        .await
        .unwrap();
    assert_eq!(json!(report.outcomes), json!({ "completed": 2, "failed": 0, "withdrawn": 1 }));
    app.stop().await;
}
