//! Presentations: their holder's proof, and their credentials.

use cairn_credential::date;
use cairn_credential::did;
use cairn_credential::document::prepare_given;
use cairn_credential::key::{LocalSigner, SecretKey, Signer};
use cairn_credential::proof::{self, Cryptosuite};
use cairn_tests::TestApp;
use serde_json::{Value, json};

use super::{PRESENTED, V2, changed, credential, issue, signing};

/// Who holds credentials: a did:key.
fn holder() -> (String, LocalSigner) {
    let key = SecretKey::ed25519(&[7; 32]);
    let id = did::did_key(&key.public());
    let method = format!("{id}#{}", key.public().to_multikey());
    (id, LocalSigner::new(key, method))
}

fn presented(mut presentation: Value, challenge: &str) -> Value {
    let (_, signer) = holder();
    let mut options = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2026-01-02T00:00:00Z",
        "proofPurpose": "authentication", "verificationMethod": signer.verification_method(),
        "challenge": challenge, "domain": "suite.example"
    });
    let data = proof::hash_data(Cryptosuite::EddsaRdfc2022, &presentation, &options).unwrap();
    options["proofValue"] = json!(format!("z{}", bs58::encode(signer.sign(&data).unwrap()).into_string()));
    presentation["proof"] = options;
    presentation
}

#[tokio::test]
async fn a_presentation_is_its_holders_and_as_good_as_its_credentials() {
    let app = TestApp::start().await;
    let (_, client, did) = signing(&app, "alpha").await;
    let (holder, signer) = holder();
    let own = issue(&client, &credential(&did)).await;
    let given = prepare_given(changed(&holder, &[("id", json!("urn:x:self"))])).unwrap();
    let asserted =
        given.sign(Cryptosuite::EddsaRdfc2022, &signer, date::read("2026-01-01T00:00:00Z").unwrap()).unwrap();
    let presentation = json!({
        "@context": [V2], "type": ["VerifiablePresentation"], "holder": { "id": holder },
        "verifiableCredential": [own, asserted]
    });
    let ask = async |presentation: &Value, options: Value| {
        let body = json!({ "verifiablePresentation": presentation, "options": options });
        let answer = client.post(PRESENTED, &body).await;
        (answer.status.as_u16(), answer.body)
    };
    let options = json!({ "challenge": "c-1", "domain": "suite.example" });
    let good = presented(presentation.clone(), "c-1");
    let (status, found) = ask(&good, options.clone()).await;
    assert_eq!(
        (status, &found["verified"], &found["holder"]),
        (200, &json!(true), &json!(holder)),
        "{found:#}"
    );
    assert_eq!(found["credentialResults"].as_array().unwrap().len(), 2);

    let bare = json!({ "@context": [V2], "type": ["VerifiablePresentation"] });
    assert_eq!(ask(&presented(bare.clone(), "c-1"), options.clone()).await.0, 200);
    assert_eq!(ask(&bare, options.clone()).await.0, 400, "unsigned");
    assert_eq!(
        ask(&presented(presentation.clone(), "c-2"), options.clone()).await.0,
        400,
        "another challenge"
    );
    assert_eq!(
        ask(&good, json!({ "challenge": "c-1", "domain": "other.example" })).await.0,
        400,
        "another domain"
    );
    let mut stranger = presentation.clone();
    stranger["holder"] = json!("did:example:alice");
    assert_eq!(ask(&presented(stranger, "c-1"), options.clone()).await.0, 400, "another holder");
    let mut broken = good.clone();
    broken["proof"]["proofValue"] = json!("z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh");
    assert_eq!(ask(&broken, options.clone()).await.0, 400);
    let mut tampered = presentation.clone();
    tampered["verifiableCredential"][0]["credentialSubject"]["id"] = json!("did:example:mallory");
    let (status, found) = ask(&presented(tampered, "c-1"), options.clone()).await;
    let verdicts: Vec<_> =
        found["credentialResults"].as_array().unwrap().iter().map(|one| &one["verdict"]).collect();
    assert_eq!((status, verdicts), (400, vec![&json!("INVALID"), &json!("VALID")]), "{found:#}");
    for nonsense in [json!({ "type": ["NonconformingDocument"] }), json!("text"), json!([])] {
        assert_eq!(ask(&nonsense, options.clone()).await.0, 400);
    }
    app.stop().await;
}
