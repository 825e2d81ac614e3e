//! Recognition on its way: to another version of the program.

use serde_json::{Value, json};

use super::{component, missing, outcome, program, recognized, school};
use crate::assessing::School;

async fn transfer(school: &School, version: i32) -> Value {
    let document = "mutation($input: TransferEnrollmentsInput!) { transferEnrollments(input: $input) { summary { updated }
        results { carriedOver { kind externalId } leftBehind { kind externalId } } userErrors { code } } }";
    let row = json!({ "enrollment": { "externalId": "e0" }, "version": version });
    let moved = school.provider.mutate(document, json!({ "rows": [row] })).await;
    assert_eq!(moved["summary"]["updated"], 1, "{moved}");
    moved["results"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn recognition_goes_along_to_another_version_where_it_has_a_place() {
    let school = school(json!({}), 1).await;
    recognized(&school, 0, &[outcome("A"), outcome("B"), component("m2")]).await;
    let mut second = program(&json!({ "priorLearning": { "maxSharePercent": 10.0 } }));
    second["components"].as_array_mut().unwrap().remove(1);
    school.publish(second).await;
    let moved = transfer(&school, 2).await;
    assert_eq!(moved["carriedOver"], json!([{ "kind": "MODULE", "externalId": "m1" }]));
    assert_eq!(moved["leftBehind"], json!([{ "kind": "MODULE", "externalId": "m2" }]));
    let components = school.standing("e0").await["progress"]["components"].clone();
    assert_eq!(
        (&components[0]["source"], &components[1]["source"]),
        (&json!("RECOGNIZED"), &Value::Null),
        "what was recognized stays so, whatever the new limit"
    );
    let told = missing(&school, "e0").await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].1.ends_with(
            "cannot be recognized as learned before: 28.57% of the program is, and at most 10% may be"
        ),
        "{told:?}"
    );

    // A version that recognizes nothing takes nothing of it along.
    school.publish(program(&json!({ "priorLearning": null }))).await;
    let moved = transfer(&school, 3).await;
    assert_eq!(moved["leftBehind"], json!([{ "kind": "MODULE", "externalId": "m1" }]));
    assert_eq!(missing(&school, "e0").await.len(), 3);
    school.app.stop().await;
}
