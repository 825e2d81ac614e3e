//! Every kind of document that the lifecycle makes fits 1EdTech's schema of an AchievementCredential, but for the one stated divergence: of two
//! status entries the schema takes one.

use std::path::PathBuf;

use cairn_service::patch::Patch;
use cairn_service::program::Validity;
use cairn_tests::TestApp;
use serde_json::{Value, json};

use super::{issued, of, operation, read};

fn schema() -> jsonschema::Validator {
    let root = std::env::var_os("CAIRN_CONFORMANCE_DIR")
        .expect("the conformance group needs CAIRN_CONFORMANCE_DIR, the folder with data and standards");
    let file = PathBuf::from(root).join("standards/schemas/ob_v3p0_achievementcredential_schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

#[tokio::test]
async fn issued_renewed_and_replaced_documents_fit_the_official_schema() {
    let app = TestApp::start().await;
    let schema = schema();
    let fits = |document: &Value| {
        let errors: Vec<String> =
            schema.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    };
    let course = issued(&app, 1, |new| {
        new.validity = Patch::Set(Validity { months: 12, ..Validity::default() });
        new.may_suspend = Patch::Set(true);
    })
    .await;
    let first = course.credentials().await.remove(0);
    let mut input = of(&first);
    input["evidence"] =
        json!([{ "name": "Hours", "url": "https://work.example/hours", "description": "Forty" }]);
    let renewed = course.provider.mutate(&operation("RenewCredential"), input).await["credential"].clone();
    let mut input = of(&renewed);
    input["reason"] = json!("a slip");
    let replaced = course.provider.mutate(&operation("ReplaceCredential"), input).await["credential"].clone();
    for one in [&first, &renewed, &replaced] {
        let mut document = read(&course, one).await["document"].clone();
        assert!(document["refreshService"].is_object());
        assert!(!schema.is_valid(&document), "two entries: the divergence is still one");
        for entry in document["credentialStatus"].as_array().unwrap().clone() {
            document["credentialStatus"] = entry;
            fits(&document);
        }
    }
    let replaced = read(&course, &replaced).await;
    assert_eq!(
        replaced["document"]["evidence"][0]["name"], "Hours",
        "a corrected one shows what the other showed"
    );
    app.stop().await;
}

#[tokio::test]
async fn without_suspension_documents_fit_as_they_are() {
    let app = TestApp::start().await;
    let terms = Validity { months: 12, ..Validity::default() };
    let course = issued(&app, 1, |new| new.validity = Patch::Set(terms)).await;
    let document = course.credentials().await.remove(0)["document"].clone();
    let schema = schema();
    let errors: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    app.stop().await;
}
