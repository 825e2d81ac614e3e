//! What the W3C's suites send, answered as they expect.

use cairn_tests::TestApp;
use serde_json::{Value, json};

use super::{EXAMPLES, ISSUE, V2, changed, credential, issue, signing, verify};

/// What the suites for the data model and for Data Integrity have issued, and what they want refused.
#[tokio::test]
async fn what_the_suites_send_is_signed_or_refused_as_they_expect() {
    let app = TestApp::start().await;
    let (_, client, did) = signing(&app, "alpha").await;
    let define = |term: &str| json!([V2, { term: format!("https://example.org/#{term}") }]);
    let kind = "https://example.org/#Kind";
    let multibase = "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k";
    let sri = "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg";
    let good: Vec<Vec<(&str, Value)>> = vec![
        vec![],
        vec![("@context", json!([V2, EXAMPLES]))],
        vec![
            ("@context", define("ExampleCredential")),
            ("type", json!(["VerifiableCredential", "ExampleCredential"])),
        ],
        vec![("type", json!(["https://example.org/#A", "VerifiableCredential", "https://example.org/#B"]))],
        vec![
            ("@context", json!([V2, EXAMPLES])),
            ("type", json!(["VerifiableCredential", "RelationshipCredential"])),
        ],
        vec![(
            "issuer",
            json!({ "id": did, "name": [{ "@value": "Dog", "@language": "en" }, { "@value": "Chien", "@language": "fr" }] }),
        )],
        vec![("name", json!({ "@value": "HTML", "@language": "en", "@direction": "ltr" }))],
        vec![(
            "refreshService",
            json!([{ "type": kind, "id": "did:example:refresh/1" }, { "type": kind, "id": "did:example:refresh/2" }]),
        )],
        vec![(
            "credentialSchema",
            json!([{ "type": kind, "id": "did:example:schemas/1" }, { "type": kind, "id": "did:example:schemas/2" }]),
        )],
        vec![("termsOfUse", json!([{ "type": kind }, { "type": kind, "id": "did:example:terms/1" }]))],
        vec![("evidence", json!([{ "type": [kind] }]))],
        vec![
            ("@context", define("CredentialStatusList2017")),
            ("credentialStatus", json!({ "type": "CredentialStatusList2017" })),
        ],
        vec![("relatedResource", json!({ "id": V2, "digestMultibase": multibase }))],
        vec![(
            "relatedResource",
            json!([{ "id": V2, "digestSRI": sri, "mediaType": "application/ld+json" }]),
        )],
        vec![("credentialSubject", json!([{ "id": "did:example:a" }, { "id": "did:example:b" }]))],
        vec![
            ("validFrom", json!("2023-02-23T21:41:38+01:00")),
            ("validUntil", json!("2999-01-01T00:00:00Z")),
        ],
    ];
    for changes in good {
        let answer =
            client.post(ISSUE, &json!({ "credential": changed(&did, &changes), "options": {} })).await;
        assert_eq!(answer.status, 201, "{changes:?}: {answer:?}");
    }
    let bad: Vec<Vec<(&str, Value)>> = vec![
        vec![("@context", Value::Null)],
        vec![("@context", json!([EXAMPLES]))],
        vec![("@context", json!([EXAMPLES, V2]))],
        vec![("@context", json!([V2, "https ://not-a-url/contexts/example/v1"]))],
        vec![("@context", json!([V2, 123_192_875]))],
        vec![("@context", json!([V2, { "VerifiableCredential": "https://example.org/#Bad" }]))],
        vec![("type", Value::Null)],
        vec![("@context", json!([V2, EXAMPLES])), ("type", json!(["RelationshipCredential"]))],
        vec![
            ("@context", json!([V2, { "Example": "https ://not-a-url#Example" }])),
            ("type", json!(["VerifiableCredential", "Example"])),
        ],
        vec![
            ("@context", json!([V2, { "@vocab": null }])),
            ("type", json!(["VerifiableCredential", "Example"])),
        ],
        vec![("type", json!(["VerifiableCredential", "UndefinedType"]))],
        vec![("id", json!(["did:example:1", "did:example:2"]))],
        vec![("id", json!("not-a-url"))],
        vec![("issuer", Value::Null)],
        vec![("issuer", json!("fake-issuer"))],
        vec![("issuer", json!({ "id": "fake-issuer" }))],
        vec![("issuer", json!({ "id": null }))],
        vec![(
            "issuer",
            json!({ "id": did, "name": { "@value": "X", "@language": "en", "url": "did:example:issuer" } }),
        )],
        vec![("credentialSubject", Value::Null)],
        vec![("credentialSubject", json!({}))],
        vec![("credentialSubject", json!([]))],
        vec![("credentialSubject", json!({ "id": ["did:example:1", "did:example:2"] }))],
        vec![("credentialSubject", json!({ "id": "did:example:a", "undefinedTerm": "lost" }))],
        vec![("refreshService", json!({ "id": "did:example:refresh/1" }))],
        vec![("credentialSchema", json!({ "id": "did:example:schemas/1" }))],
        vec![("credentialSchema", json!({ "type": kind }))],
        vec![("credentialSchema", json!({ "type": kind, "id": "https ://not-a-url.org/1" }))],
        vec![("credentialStatus", json!({ "id": "did:example:status" }))],
        vec![("credentialStatus", json!({ "id": "did:example:status", "type": 2 }))],
        vec![("termsOfUse", json!({}))],
        vec![("evidence", json!({}))],
        vec![("relatedResource", json!([V2]))],
        vec![("relatedResource", json!([{ "digestMultibase": multibase }]))],
        vec![("relatedResource", json!([{ "id": V2 }]))],
        vec![(
            "relatedResource",
            json!([{ "id": V2, "digestSRI": sri }, { "id": V2, "digestMultibase": multibase }]),
        )],
        vec![(
            "relatedResource",
            json!([{ "id": V2, "digestSRI": "sha384-_rCVIV7fSXXTNIvpiq26jRDyj8JG8TDjij-tD0ewLk4JpnXEz6a5AeeY_1qQ0d0P" }]),
        )],
        vec![("validFrom", json!("2999-01-01T00:00:00Z")), ("validUntil", json!("2998-01-01T00:00:00Z"))],
        vec![("validFrom", json!("2023-02-23"))],
        vec![("statusEntry", json!({ "type": "BitstringStatusListEntry", "statusListIndex": true }))],
    ];
    for changes in bad {
        let answer =
            client.post(ISSUE, &json!({ "credential": changed(&did, &changes), "options": {} })).await;
        assert_eq!(answer.status, 400, "{changes:?}: {answer:?}");
    }
    // Null is a value for the suites, too: an issuer that is null is not one to be filled in.
    let mut null = credential(&did);
    null["issuer"] = Value::Null;
    assert_eq!(client.post(ISSUE, &json!({ "credential": null, "options": {} })).await.status, 400);
    app.stop().await;
}

#[tokio::test]
async fn proofs_are_looked_at_as_the_eddsa_suite_does() {
    let app = TestApp::start().await;
    let (_, client, did) = signing(&app, "alpha").await;
    let signed = issue(&client, &credential(&did)).await;
    let refused = async |change: &dyn Fn(&mut Value)| {
        let mut document = signed.clone();
        change(&mut document);
        let (status, found) = verify(&client, &document).await;
        assert_eq!((status, &found["verified"]), (400, &json!(false)), "{document:#}");
    };
    refused(&|document| document["proof"] = Value::Null).await;
    refused(&|document| drop(document.as_object_mut().unwrap().remove("proof"))).await;
    for (name, value) in [
        ("type", json!("UnknownProofType")),
        ("cryptosuite", json!("UnknownCryptosuite")),
        ("proofPurpose", json!("invalidPurpose")),
        ("created", json!("invalid")),
        ("proofValue", json!("uAAAA")),
        ("proofValue", json!(signed["proof"]["proofValue"].as_str().unwrap().trim_start_matches('z'))),
    ] {
        refused(&|document| document["proof"][name] = value.clone()).await;
        refused(&|document| drop(document["proof"].as_object_mut().unwrap().remove(name))).await;
    }
    refused(&|document| document["proof"]["verificationMethod"] = json!("did:key:invalid")).await;
    refused(&|document| document["credentialSubject"]["undefinedTerm"] = json!("IfDroppedWillVerify")).await;
    refused(&|document| document["type"].as_array_mut().unwrap().push(json!("UndefinedType"))).await;
    // A text is a token, never a document.
    let (status, _) = verify(&client, &json!(signed.to_string())).await;
    assert_eq!(status, 400);
    app.stop().await;
}
