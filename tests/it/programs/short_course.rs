//! The short course with an industry partner: a certificate, credits, and a voucher that is used once and ends by itself.

use cairn_service::actor::{Role, Scope};
use cairn_service::seal::MasterKey;
use cairn_tests::{TestApp, cairn};
use serde_json::{Value, json};

use super::Academy;

#[tokio::test(flavor = "multi_thread")]
async fn the_voucher_comes_with_the_completion_and_is_used_once() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "short-course.json").await;
    let course = "cyber-security";
    academy.enroll("amara", &[course], "2026-09-07T08:00:00Z").await;
    academy.travel("2026-11-20T10:00:00Z");
    for unit in ["unit-1", "unit-2", "unit-3"] {
        academy.done(course, "amara", unit, "2026-11-09T10:00:00Z").await;
    }
    for test in ["test-1", "test-2", "test-3"] {
        academy.scored(course, "amara", test, 70.0, "2026-11-10T10:00:00Z").await;
    }
    assert_eq!(academy.standing(course, "amara").await["vouchers"], json!([]), "not complete yet");
    academy.scored(course, "amara", "incident-report", 65.0, "2026-11-12T10:00:00Z").await;
    let standing = academy.standing(course, "amara").await;
    assert_eq!(standing["status"], "COMPLETED", "{standing}");
    let voucher = &standing["vouchers"][0];
    assert_eq!(
        (&voucher["status"], &voucher["expiresAt"]),
        (&json!("VALID"), &json!("2027-05-12T10:00:00Z"))
    );
    assert_eq!(voucher["award"]["title"], "Skypath exam voucher");
    let code = voucher["code"].as_str().unwrap().to_owned();

    // Its holder sees it, a dashboard does not, another learner finds nothing.
    let read = "query($id: ID!) { node(id: $id) { ... on Voucher { status code } } }";
    let seen = async |client: &cairn_tests::Client| {
        client.data(read, json!({ "id": voucher["id"] })).await["node"].clone()
    };
    let holder = app.person(&academy.issuer, Role::Learner, "amara").await;
    assert_eq!(seen(&holder).await["code"], code);
    let dashboard = app.dashboard(&academy.issuer).await;
    assert_eq!(seen(&dashboard).await, json!({ "status": "VALID", "code": null }));
    let other = app.person(&academy.issuer, Role::Learner, "ben").await;
    assert_eq!(seen(&other).await, Value::Null);

    // Only who may redeem redeems; a guess and another issuer's key find nothing.
    let redeem = |code: &str, id: &str| json!({ "code": code, "redemptionId": id });
    let document = "mutation($input: RedeemVoucherInput!) { redeemVoucher(input: $input) { voucher { status redeemedAt } userErrors { field code } } }";
    let denied = dashboard.send(document, json!({ "input": redeem(&code, "r-1") })).await;
    assert_eq!(denied.code(), "FORBIDDEN");
    let partner = app.key(&academy.issuer, &[Scope::VouchersRedeem]).await;
    let stranger = app.key(&app.issuer("elsewhere").await, &[Scope::VouchersRedeem]).await;
    let not_found = [("code".to_owned(), "NOT_FOUND".to_owned())];
    for (client, code) in [(&partner, "AAAAA-AAAAA-AAAAA-AAAAA"), (&stranger, code.as_str())] {
        assert_eq!(
            client.send(document, json!({ "input": redeem(code, "r-1") })).await.user_errors(),
            not_found
        );
    }
    let typed = code.to_lowercase().replace('-', "");
    let first = partner.mutate(document, redeem(&typed, "r-1")).await["voucher"].clone();
    assert_eq!(first["status"], "REDEEMED");
    assert_eq!(partner.mutate(document, redeem(&code, "r-1")).await["voucher"], first, "the same use again");
    let again = partner.send(document, json!({ "input": redeem(&code, "r-2") })).await;
    assert_eq!(again.user_errors(), [("code".to_owned(), "ALREADY_DONE".to_owned())]);
    leaves_no_trace(&app, &code).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voucher_ends_by_itself() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "short-course.json").await;
    academy.enroll("amara", &["cyber-security"], "2026-09-07T08:00:00Z").await;
    let complete = json!({ "rows": [{ "externalId": "cyber-security/amara", "learner": { "externalId": "amara" },
        "program": { "externalId": "cyber-security" }, "status": "COMPLETED" }] });
    academy.call("upsertEnrollments", "summary { updated }", complete).await;
    let voucher = academy.standing("cyber-security", "amara").await["vouchers"][0].clone();
    app.clock.advance(chrono::TimeDelta::days(200));
    let late = json!({ "code": voucher["code"], "redemptionId": "late" });
    let (field, code, _) = academy.refusal("redeemVoucher", late).await;
    assert_eq!((field.as_str(), code.as_str()), ("code", "CONFLICT"));
    let standing = academy.standing("cyber-security", "amara").await;
    assert_eq!(standing["vouchers"].as_array().unwrap().len(), 1);
    assert_eq!(standing["vouchers"][0]["status"], "EXPIRED");
    app.stop().await;
}

/// The code stands nowhere in the audit log or in what listeners are told.
async fn leaves_no_trace(app: &TestApp, code: &str) {
    use cairn_service::rows::{audit_entry, outbox};
    use sea_orm::EntityTrait;
    let database = app.database().await;
    let audit = audit_entry::Entity::find().all(&database).await.unwrap();
    assert!(audit.iter().any(|row| row.action == "voucher.redeemed"));
    assert!(audit.iter().all(|row| !row.detail.to_string().contains(code)));
    let told = outbox::Entity::find().all(&database).await.unwrap();
    assert!(told.iter().any(|row| row.event == "voucher.given"));
    assert!(told.iter().all(|row| !row.payload.to_string().contains(code)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voucher_is_sealed_anew_when_the_master_key_changes() {
    let app = TestApp::start().await;
    let academy = Academy::open(&app, "short-course.json").await;
    academy.enroll("amara", &["cyber-security"], "2026-09-07T08:00:00Z").await;
    let old = app.service.master_key.to_base64();
    let new = MasterKey::generate(app.service.random.as_ref()).unwrap().to_base64();
    let rotate = |to: &str, from: &str| -> Value {
        let settings = [
            ("CAIRN_DATABASE_URL", app.database_url()),
            ("CAIRN_PUBLIC_URL", app.service.config.public_url.as_str()),
            ("CAIRN_MASTER_KEY", to),
            ("CAIRN_MASTER_KEY_PREVIOUS", from),
        ];
        let done = cairn(["keys", "rotate-master", "--json"], &settings);
        serde_json::from_slice(&done.stdout).unwrap_or_else(|_| panic!("{done:?}"))
    };
    let without = rotate(&new, &old)["sealed"].as_u64().unwrap();
    assert_eq!(rotate(&old, &new), json!({ "sealed": without, "sealedAnew": without }));
    let complete = json!({ "rows": [{ "externalId": "cyber-security/amara", "learner": { "externalId": "amara" },
        "program": { "externalId": "cyber-security" }, "status": "COMPLETED" }] });
    academy.call("upsertEnrollments", "summary { updated }", complete).await;
    let code = academy.standing("cyber-security", "amara").await["vouchers"][0]["code"].clone();
    assert_eq!(rotate(&new, &old), json!({ "sealed": without + 1, "sealedAnew": without + 1 }));
    assert_eq!(rotate(&old, &new), json!({ "sealed": without + 1, "sealedAnew": without + 1 }));
    assert_eq!(
        academy.standing("cyber-security", "amara").await["vouchers"][0]["code"],
        code,
        "there and back"
    );
    app.stop().await;
}
