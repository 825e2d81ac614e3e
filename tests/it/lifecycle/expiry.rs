//! Expired by time alone.

use cairn_service::patch::Patch;
use cairn_service::program::Validity;
use cairn_tests::TestApp;
use chrono::TimeDelta;
use serde_json::json;

use super::{at, events, issued, of, operation, page, read, row, verdict};

#[tokio::test]
async fn every_place_that_tells_the_status_tells_expired_and_listeners_hear_once() {
    let app = TestApp::start().await;
    let course = issued(&app, 3, |new| {
        new.validity = Patch::Set(Validity { months: 12, ..Validity::default() });
        new.may_suspend = Patch::Set(true);
    })
    .await;
    let all = course.credentials().await;
    course.provider.mutate(&operation("SuspendCredential"), of(&all[1])).await;
    let mut revoked = of(&all[2]);
    revoked["reason"] = json!("OTHER");
    course.provider.mutate(&operation("RevokeCredential"), revoked).await;
    assert_eq!((at(&course, "ACTIVE").await, at(&course, "EXPIRED").await), (1, 0));
    let before = app.service.now();

    app.clock.advance(TimeDelta::days(400));
    let counts = [at(&course, "ACTIVE").await, at(&course, "EXPIRED").await, at(&course, "SUSPENDED").await];
    assert_eq!((counts, at(&course, "REVOKED").await), ([0, 1, 1], 1), "status and filter agree");
    assert_eq!(read(&course, &all[0]).await["status"], "EXPIRED");
    assert_eq!(verdict(&app, &all[0]).await, "EXPIRED");
    assert!(page(&app, &all[0]).await.contains("This credential has expired"));
    let enrollment = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { credential { status } } }";
    let learner = all[0]["enrollment"]["externalId"].clone();
    let shown = course.provider.data(enrollment, json!({ "ref": { "externalId": learner } })).await;
    assert_eq!(shown["enrollment"]["credential"]["status"], "EXPIRED");

    // Several nodes at once tell of it once.
    let nodes = (0..4).map(|_| cairn_service::credential::tell_expired(&app.service));
    for told in futures_util::future::join_all(nodes).await {
        told.unwrap();
    }
    let id = row(&app, &all[0]).await.id;
    for _ in 0..200 {
        if events(&app, id).await.len() > 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    cairn_service::credential::tell_expired(&app.service).await.unwrap();
    assert_eq!(events(&app, id).await, ["credential.issued", "credential.expired"]);
    let of_revoked = events(&app, row(&app, &all[2]).await.id).await;
    assert!(!of_revoked.contains(&"credential.expired".to_owned()), "it was over before");
    // Who pulls what changed since comes upon it.
    let pull = "query($since: DateTime!) { credentials(first: 10, filter: { updatedSince: $since }) { nodes { id } } }";
    let since = before + TimeDelta::days(1);
    let changed = course.provider.data(pull, json!({ "since": since.to_rfc3339() })).await;
    assert!(
        changed["credentials"]["nodes"].as_array().unwrap().contains(&json!({ "id": all[0]["id"] })),
        "{changed}"
    );
    app.stop().await;
}
