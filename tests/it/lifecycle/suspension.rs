//! Suspended for now, and reinstated.

use cairn_service::actor::Scope;
use cairn_service::patch::Patch;
use cairn_tests::TestApp;
use serde_json::{Value, json};

use super::{at, events, issued, of, operation, page, path, read, refused, row, verdict};

#[tokio::test]
async fn a_suspended_credential_says_so_everywhere_until_it_is_reinstated() {
    let app = TestApp::start().await;
    let course = issued(&app, 2, |new| new.may_suspend = Patch::Set(true)).await;
    let all = course.credentials().await;
    let (one, other) = (&all[0], &all[1]);
    let entries = one["document"]["credentialStatus"].as_array().unwrap();
    let purposes: Vec<&Value> = entries.iter().map(|entry| &entry["statusPurpose"]).collect();
    assert_eq!(purposes, ["revocation", "suspension"]);
    assert_ne!(entries[0]["statusListCredential"], entries[1]["statusListCredential"]);
    assert_eq!(verdict(&app, one).await, "VALID");

    let mut input = of(one);
    input["note"] = json!("Fees are due");
    let made = course.provider.mutate(&operation("SuspendCredential"), input.clone()).await;
    assert_eq!(made["credential"]["status"], "SUSPENDED");
    assert_eq!(verdict(&app, one).await, "SUSPENDED");
    assert_eq!(verdict(&app, other).await, "VALID");
    let shown = page(&app, one).await;
    assert!(shown.contains("This credential is suspended") && !shown.contains("Fees"), "{shown}");
    assert_eq!((at(&course, "SUSPENDED").await, at(&course, "ACTIVE").await), (1, 1));
    assert_eq!(refused(&course.provider, "SuspendCredential", input).await.0, "ALREADY_DONE");
    // Neither renewing nor replacing is a way around it.
    assert_eq!(refused(&course.provider, "RenewCredential", of(one)).await.0, "CONFLICT");
    let mut replaced = of(one);
    replaced["reason"] = json!("a slip");
    assert_eq!(refused(&course.provider, "ReplaceCredential", replaced).await.0, "CONFLICT");

    let made = course.provider.mutate(&operation("ReinstateCredential"), of(one)).await;
    assert_eq!(made["credential"]["status"], "ACTIVE");
    assert_eq!(verdict(&app, one).await, "VALID");
    assert!(page(&app, one).await.contains("This credential stands"));
    assert_eq!(refused(&course.provider, "ReinstateCredential", of(one)).await.0, "CONFLICT");
    let id = row(&app, one).await.id;
    assert_eq!(
        events(&app, id).await,
        ["credential.issued", "credential.suspended", "credential.reinstated"]
    );

    // Suspended and then revoked is revoked, for good.
    course.provider.mutate(&operation("SuspendCredential"), of(one)).await;
    let mut revoked = of(one);
    revoked["reason"] = json!("MISCONDUCT");
    course.provider.mutate(&operation("RevokeCredential"), revoked).await;
    assert_eq!(verdict(&app, one).await, "REVOKED");
    assert_eq!(refused(&course.provider, "ReinstateCredential", of(one)).await.0, "CONFLICT");
    assert_eq!(refused(&course.provider, "SuspendCredential", of(one)).await.0, "CONFLICT");
    assert_eq!(read(&course, one).await["status"], "REVOKED");
    app.stop().await;
}

#[tokio::test]
async fn the_list_of_suspensions_tells_bits_set_and_unset() {
    let app = TestApp::start().await;
    let course = issued(&app, 1, |new| new.may_suspend = Patch::Set(true)).await;
    let one = course.credentials().await.remove(0);
    let address = |n: usize| path(&one["document"]["credentialStatus"][n]["statusListCredential"]);
    let fetch = async |n: usize| {
        let answer = app.anonymous().get(&address(n), "*/*").await;
        let cache = answer.headers()["cache-control"].to_str().unwrap().to_owned();
        let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
        let list: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert_eq!(
            (cache.as_str(), &list["credentialSubject"]["ttl"]),
            ("public, max-age=300", &json!(300_000))
        );
        (
            tag,
            list["credentialSubject"]["statusPurpose"].clone(),
            list["credentialSubject"]["encodedList"].clone(),
        )
    };
    let (revocations, before) = (fetch(0).await, fetch(1).await);
    assert_eq!((&revocations.1, &before.1), (&json!("revocation"), &json!("suspension")));
    course.provider.mutate(&operation("SuspendCredential"), of(&one)).await;
    let suspended = fetch(1).await;
    assert!(suspended.0 != before.0 && suspended.2 != before.2, "another state, another tag");
    assert_eq!(fetch(0).await, revocations, "nothing was revoked");
    course.provider.mutate(&operation("ReinstateCredential"), of(&one)).await;
    let reinstated = fetch(1).await;
    assert!(reinstated.0 != suspended.0 && reinstated.2 == before.2, "the bit is unset again");
    let client = cairn_tests::http();
    let again = client.get(format!("{}{}", app.base(), address(1))).header("if-none-match", &reinstated.0);
    assert_eq!(again.send().await.unwrap().status(), 304);
    let stale = client.get(format!("{}{}", app.base(), address(1))).header("if-none-match", &suspended.0);
    assert_eq!(stale.send().await.unwrap().status(), 200);
    app.stop().await;
}

#[tokio::test]
async fn without_an_entry_for_it_suspending_is_refused_and_says_why() {
    let app = TestApp::start().await;
    let course = issued(&app, 1, |_| {}).await;
    let one = course.credentials().await.remove(0);
    assert!(
        one["document"]["credentialStatus"].is_object(),
        "one entry: the standard's schema takes one object"
    );
    let (code, message) = refused(&course.provider, "SuspendCredential", of(&one)).await;
    assert_eq!(code, "NOT_ELIGIBLE");
    assert!(message.contains("maySuspend"), "{message}");
    // What the program allows later holds for what is issued later.
    course.revise(|new| new.may_suspend = Patch::Set(true)).await;
    assert_eq!(refused(&course.provider, "SuspendCredential", of(&one)).await.0, "NOT_ELIGIBLE");
    app.stop().await;
}

#[tokio::test]
async fn only_who_may_revoke_suspends_and_only_their_own() {
    let app = TestApp::start().await;
    let course = issued(&app, 1, |new| new.may_suspend = Patch::Set(true)).await;
    let one = course.credentials().await.remove(0);
    let stranger = app.issuer("beta").await;
    let stranger = app.provider(&stranger).await;
    let issuing = app.key(&course.issuer, &[Scope::CredentialsIssue]).await;
    let revoking = app.key(&course.issuer, &[Scope::CredentialsRevoke]).await;
    let mut replaced = of(&one);
    replaced["reason"] = json!("a slip");
    for (name, input, denied) in [
        ("SuspendCredential", of(&one), vec![&issuing]),
        ("ReinstateCredential", of(&one), vec![&issuing]),
        ("RenewCredential", of(&one), vec![&revoking]),
        ("ReplaceCredential", replaced, vec![&issuing, &revoking]),
    ] {
        assert_eq!(refused(&stranger, name, input.clone()).await.0, "NOT_FOUND", "{name}");
        for client in denied {
            let answer = client.send(&operation(name), json!({ "input": input })).await;
            assert_eq!(answer.code(), "FORBIDDEN", "{name}");
        }
        let answer = app.anonymous().send(&operation(name), json!({ "input": input })).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED", "{name}");
    }
    assert_eq!(read(&course, &one).await["status"], "ACTIVE");
    app.stop().await;
}
