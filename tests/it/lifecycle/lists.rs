//! Places in status lists: no two alike, however many take them at once, and a full list is followed by the next.

use std::collections::{HashMap, HashSet};

use cairn_service::actor::Actor;
use cairn_service::bulk_operation;
use cairn_service::patch::Patch;
use cairn_service::program::Validity;
use cairn_service::rows::enums::StatusPurpose;
use cairn_service::rows::{status_entry, status_list};
use cairn_tests::{Course, TestApp};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{at, of, operation, verdict};

/// Fills an issuer's lists up to so many places left.
async fn leave(app: &TestApp, issuer: Uuid, places: i32) {
    status_list::Entity::update_many()
        .col_expr(status_list::Column::Used, Expr::col(status_list::Column::Size).sub(places))
        .filter(status_list::Column::IssuerId.eq(issuer))
        .exec(&app.database().await)
        .await
        .unwrap();
}

/// Lists of an issuer by purpose and number, with the indices given out in each.
async fn places(app: &TestApp, issuer: Uuid) -> HashMap<(StatusPurpose, i32), Vec<i32>> {
    let database = app.database().await;
    let lists = status_list::Entity::find().filter(status_list::Column::IssuerId.eq(issuer));
    let lists = lists.all(&database).await.unwrap();
    let entries = status_entry::Entity::find().filter(status_entry::Column::IssuerId.eq(issuer));
    let entries = entries.all(&database).await.unwrap();
    let of = |list: Uuid| {
        let mut indices: Vec<i32> =
            entries.iter().filter(|entry| entry.list_id == list).map(|entry| entry.list_index).collect();
        indices.sort_unstable();
        indices
    };
    lists.into_iter().map(|list| ((list.purpose, list.number), of(list.id))).collect()
}

#[tokio::test]
async fn a_full_list_is_followed_by_the_next() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.revise(|new| new.may_suspend = Patch::Set(true)).await;
    course.enroll(13, None).await;
    course.complete(0..1).await;
    course.issue_to_everyone().await;
    leave(&app, course.issuer.id, 5).await;
    course.complete(1..13).await;
    course.issue_to_everyone().await;
    let found = places(&app, course.issuer.id).await;
    for purpose in [StatusPurpose::Revocation, StatusPurpose::Suspension] {
        assert_eq!((found[&(purpose, 1)].len(), found[&(purpose, 2)].len()), (6, 7), "{purpose:?}");
    }
    // Whichever list it has its place in, what is revoked is revoked, and nothing else is.
    let all = course.credentials().await;
    let list = |one: &Value| one["document"]["credentialStatus"][0]["statusListCredential"].clone();
    let lists: HashSet<String> = all.iter().map(|one| list(one).to_string()).collect();
    assert_eq!(lists.len(), 2);
    let newest = all.iter().find(|one| list(one) != list(all.last().unwrap())).unwrap();
    let mut input = of(newest);
    input["reason"] = json!("OTHER");
    course.provider.mutate(&operation("RevokeCredential"), input).await;
    for one in &all {
        let expected = if one["id"] == newest["id"] { "REVOKED" } else { "VALID" };
        assert_eq!(verdict(&app, one).await, expected);
    }
    app.stop().await;
}

#[tokio::test]
async fn neighbors_in_time_are_no_neighbors_in_the_list() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "alpha").await;
    course.enroll(40, None).await;
    course.complete(0..40).await;
    course.issue_to_everyone().await;
    let indices = places(&app, course.issuer.id).await[&(StatusPurpose::Revocation, 1)].clone();
    let next_to_each_other = indices.windows(2).filter(|pair| pair[1] - pair[0] == 1).count();
    assert!(next_to_each_other <= 2, "{indices:?}");
    assert!(indices.last().unwrap() - indices[0] > 65_536, "spread over the list: {indices:?}");
    app.stop().await;
}

#[tokio::test]
async fn places_never_collide_however_many_are_taken_at_once() {
    let app = TestApp::start().await;
    let issuer = app.issuer("alpha").await;
    let provider = app.provider(&issuer).await;
    let mut courses = Vec::new();
    for name in ["a", "b", "c", "d"] {
        let course = Course::publish_at(&app, issuer.clone(), provider.clone(), name).await;
        course
            .revise(|new| {
                new.may_suspend = Patch::Set(true);
                new.validity = Patch::Set(Validity { months: 12, ..Validity::default() });
            })
            .await;
        course.enroll(30, None).await;
        course.complete(0..30).await;
        courses.push(course);
    }
    // One course is issued before, so that there is what to renew, replace, suspend and revoke; then all at once, over the end of a list.
    courses[0].issue_to_everyone().await;
    leave(&app, issuer.id, 50).await;
    let issued = courses[0].credentials().await;
    let actor = Actor::system_for(issuer.id);
    let issuing = async {
        let runs = courses[1..].iter().map(|course| async {
            bulk_operation::issue_now(&app.service, &actor, &course.reference(), |_| {}).await.unwrap()
        });
        futures_util::future::join_all(runs).await
    };
    let changing = issued.iter().enumerate().map(|(n, one)| {
        let (name, more) = match n % 4 {
            0 => ("RenewCredential", json!({})),
            1 => ("ReplaceCredential", json!({ "reason": "a slip" })),
            2 => ("SuspendCredential", json!({})),
            _ => ("RevokeCredential", json!({ "reason": "OTHER" })),
        };
        let mut input = of(one);
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let provider = provider.clone();
        async move { provider.mutate(&operation(name), input).await }
    });
    let (ran, _) = futures_util::future::join(issuing, futures_util::future::join_all(changing)).await;
    assert!(ran.iter().all(|operation| (operation.succeeded, operation.failed) == (30, 0)));

    let found = places(&app, issuer.id).await;
    let mut taken = HashMap::new();
    for ((purpose, _), indices) in &found {
        let different: HashSet<&i32> = indices.iter().collect();
        assert_eq!(different.len(), indices.len(), "{purpose:?}");
        *taken.entry(*purpose).or_insert(0) += indices.len();
    }
    // 120 issued, 8 renewed, 8 replaced.
    assert_eq!(taken, HashMap::from([(StatusPurpose::Revocation, 136), (StatusPurpose::Suspension, 136)]));
    assert_eq!(found.len(), 4, "two lists of each purpose");
    // 8 were replaced and 7 revoked, 7 suspended, of 30.
    let counts = [at(&courses[0], "REVOKED").await, at(&courses[0], "SUSPENDED").await];
    assert_eq!(counts, [15, 7]);
    app.stop().await;
}
