//! Endorsements: one issuer vouches for another or for an achievement, in documents that travel and are verified on their own.

use cairn_tests::{Client, Documented, TestApp, contract};
use serde_json::{Value, json};

const ENDORSE: &str = "mutation($input: EndorseIssuerInput!) { endorseIssuer(input: $input) {
    endorsement { id endorsed statement validUntil issuer { slug } endorsedIssuer { slug } document } userErrors { field message code } } }";
const ENDORSE_ACHIEVEMENT: &str =
    "mutation($input: EndorseAchievementInput!) { endorseAchievement(input: $input) {
    endorsement { id endorsed statement document } userErrors { field message code } } }";
const WITHDRAW: &str = "mutation($input: EndEndorsementInput!) { withdrawEndorsement(input: $input) {
    endorsement { id withdrawnAt } userErrors { field message code } } }";
const DECLINE: &str = "mutation($input: EndEndorsementInput!) { declineEndorsement(input: $input) {
    endorsement { id declinedAt } userErrors { field message code } } }";
const VERIFY: &str = "query($input: VerifyCredentialInput!) { verifyCredential(input: $input) { verdict
    endorsements { issuerName issuerDid endorsed comment verdict checks { name outcome } } } }";
const LISTED: &str =
    "query($slug: String!, $program: String!) { issuer(slug: $slug) { endorsements { statement } }
    program(slug: $program) { currentVersion { endorsements { statement issuer { slug } } } } }";

async fn verify(app: &TestApp, document: &Value) -> Value {
    let input = json!({ "credential": { "document": document } });
    app.anonymous().data(VERIFY, json!({ "input": input })).await["verifyCredential"].clone()
}

/// Comment and verdict of each endorsement that a verification found.
fn verdicts(found: &Value) -> Vec<(&str, &str)> {
    let endorsements = found["endorsements"].as_array().unwrap().iter();
    endorsements.map(|one| (one["comment"].as_str().unwrap(), one["verdict"].as_str().unwrap())).collect()
}

async fn listed(app: &TestApp, all: &Documented) -> Value {
    let variables = json!({ "slug": "northmoor", "program": all.program["slug"] });
    app.anonymous().data(LISTED, variables).await
}

async fn errors(client: &Client, document: &str, input: Value) -> Vec<(String, String)> {
    client.send(document, json!({ "input": input })).await.user_errors()
}

fn error(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

#[tokio::test(flavor = "multi_thread")]
async fn endorsements_travel_in_credentials_and_are_verified_with_them_until_they_are_withdrawn() {
    let app = TestApp::start().await;
    let all = Documented::build(&app).await;
    let of_issuer = json!({ "issuer": { "slug": "northmoor" }, "statement": "We know their *work*." });
    let of_issuer = all.guild.mutate(ENDORSE, of_issuer).await["endorsement"].clone();
    let of_program = json!({ "program": { "id": all.program["id"] }, "statement": "Employers ask for it." });
    let of_program = all.guild.mutate(ENDORSE_ACHIEVEMENT, of_program).await["endorsement"].clone();

    let credential = all.issue().await;
    let document = &credential["document"];
    let achievement = &document["credentialSubject"]["achievement"];
    assert_eq!(document["issuer"]["endorsement"], json!([of_issuer["document"]]));
    assert_eq!(achievement["endorsement"], json!([of_program["document"]]));
    assert_eq!(of_issuer["endorsed"], document["issuer"]["id"]);
    let html = async |address: &str| app.anonymous().get(address, "text/html").await.text().await.unwrap();
    let issuer = html("/issuers/northmoor").await;
    let address = crate::pages::path(&achievement["id"]);
    assert!(
        issuer.contains(&format!("href=\"{address}\"")),
        "its programs lead to what they are awarded for: {issuer}"
    );
    assert!(issuer.contains("<meta property=\"og:title\""), "{issuer}");
    let about = html(&address).await;
    assert!(about.contains("Employers ask for it.") && about.contains("id=\"endorsements\""), "{about}");
    assert!(about.contains("<meta property=\"og:url\""), "{about}");
    assert_eq!(of_program["endorsed"], achievement["id"]);
    assert_eq!(of_issuer["document"]["credentialStatus"]["statusPurpose"], "revocation");

    let found = verify(&app, document).await;
    let standing = [("We know their *work*.", "VALID"), ("Employers ask for it.", "VALID")];
    assert_eq!(
        (found["verdict"].as_str(), verdicts(&found)),
        (Some("VALID"), standing.to_vec()),
        "{found:#}"
    );
    assert_eq!(found["endorsements"][0]["issuerName"], "guild University");
    let data = listed(&app, &all).await;
    assert_eq!(data["issuer"]["endorsements"], json!([{ "statement": "We know their *work*." }]));
    assert_eq!(
        data["program"]["currentVersion"]["endorsements"],
        json!([{ "statement": "Employers ask for it.", "issuer": { "slug": "guild" } }])
    );

    let withdraw = json!({ "endorsement": of_program["id"] });
    let done = all.guild.mutate(WITHDRAW, withdraw.clone()).await;
    assert_ne!(done["endorsement"]["withdrawnAt"], Value::Null);
    assert_eq!(errors(&all.guild, WITHDRAW, withdraw).await, error("endorsement", "ALREADY_DONE"));
    let found = verify(&app, document).await;
    let one_left = [("We know their *work*.", "VALID"), ("Employers ask for it.", "REVOKED")];
    assert_eq!(
        (found["verdict"].as_str(), verdicts(&found)),
        (Some("VALID"), one_left.to_vec()),
        "{found:#}"
    );
    let data = listed(&app, &all).await;
    assert_eq!(data["program"]["currentVersion"]["endorsements"], json!([]));
    // Said again after it was taken back, it is another endorsement.
    let again = json!({ "program": { "id": all.program["id"] }, "statement": "Employers ask for it." });
    let again = all.guild.mutate(ENDORSE_ACHIEVEMENT, again).await["endorsement"].clone();
    assert_ne!(again["id"], of_program["id"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endorsement_that_was_changed_or_moved_fails_and_takes_nothing_from_the_credential_but_its_proof()
{
    let app = TestApp::start().await;
    let all = Documented::build(&app).await;
    let said = json!({ "issuer": { "slug": "northmoor" }, "statement": "We know their work." });
    let endorsement = all.guild.mutate(ENDORSE, said).await["endorsement"]["document"].clone();
    let document = all.issue().await["document"].clone();
    let mut changed = document.clone();
    changed["issuer"]["endorsement"][0]["credentialSubject"]["endorsementComment"] =
        json!("The best of all.");
    let found = verify(&app, &changed).await;
    assert_eq!(
        (&found["verdict"], verdicts(&found)),
        (&json!("INVALID"), vec![("The best of all.", "INVALID")])
    );
    // It is of the issuer, and of nothing else.
    let mut moved = document.clone();
    moved["issuer"].as_object_mut().unwrap().remove("endorsement");
    moved["credentialSubject"]["achievement"]["endorsement"] = json!([endorsement]);
    let found = verify(&app, &moved).await;
    assert_eq!(
        (&found["verdict"], verdicts(&found)),
        (&json!("INVALID"), vec![("We know their work.", "INVALID")])
    );
    // On its own it is a credential like any other.
    assert_eq!(verify(&app, &endorsement).await["verdict"], "VALID");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_declined_or_past_its_date_travels_no_more() {
    let app = TestApp::start().await;
    let all = Documented::build(&app).await;
    let lasting = json!({ "issuer": { "slug": "northmoor" }, "statement": "Beware of them." });
    let unwanted = all.guild.mutate(ENDORSE, lasting).await["endorsement"].clone();
    let until = (app.service.now() + chrono::TimeDelta::days(10)).to_rfc3339();
    let short = json!({ "issuer": { "slug": "northmoor" }, "statement": "This month.", "validUntil": until });
    all.guild.mutate(ENDORSE, short).await;
    let done = all.provider.mutate(DECLINE, json!({ "endorsement": unwanted["id"] })).await;
    assert_ne!(done["endorsement"]["declinedAt"], Value::Null);
    let listed_now = listed(&app, &all).await;
    assert_eq!(listed_now["issuer"]["endorsements"], json!([{ "statement": "This month." }]));
    app.clock.advance(chrono::TimeDelta::days(20));
    let document = all.issue().await["document"].clone();
    assert_eq!(document["issuer"]["endorsement"], Value::Null);
    assert_eq!(listed(&app, &all).await["issuer"]["endorsements"], json!([]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_neither_endorse_for_others_nor_end_what_is_not_theirs() {
    let app = TestApp::start().await;
    let all = Documented::build(&app).await;
    let said = json!({ "issuer": { "slug": "northmoor" }, "statement": "We know their work." });
    let endorsement = all.guild.mutate(ENDORSE, said.clone()).await["endorsement"].clone();
    let named = json!({ "endorsement": endorsement["id"] });
    let program = json!({ "program": { "id": all.program["id"] }, "statement": "Good." });
    let stranger = app.issuer("stranger").await;
    let stranger = app.provider(&stranger).await;
    let not_found = error("endorsement", "NOT_FOUND");
    for (client, ending) in
        [(&stranger, WITHDRAW), (&all.provider, WITHDRAW), (&stranger, DECLINE), (&all.guild, DECLINE)]
    {
        assert_eq!(errors(client, ending, named.clone()).await, not_found);
    }
    for (document, input) in [
        (ENDORSE, said.clone()),
        (ENDORSE_ACHIEVEMENT, program.clone()),
        (WITHDRAW, named.clone()),
        (DECLINE, named.clone()),
    ] {
        let nobody = app.anonymous().send(document, json!({ "input": input })).await;
        assert_eq!(nobody.code(), "UNAUTHENTICATED", "{document}");
        let dashboard = app.dashboard(&all.issuer).await.send(document, json!({ "input": input })).await;
        assert_eq!(dashboard.code(), "FORBIDDEN", "{document}");
    }
    let mut for_another = said.clone();
    for_another["endorser"] = json!({ "slug": "guild" });
    assert_eq!(errors(&stranger, ENDORSE, for_another).await, error("endorser", "NOT_FOUND"));
    // Nobody vouches for oneself, twice alike, for what is not there, or for what has ended before it begins.
    assert_eq!(errors(&all.provider, ENDORSE, said.clone()).await, error("issuer", "INVALID"));
    assert_eq!(
        errors(&all.provider, ENDORSE_ACHIEVEMENT, program.clone()).await,
        error("program", "INVALID")
    );
    assert_eq!(errors(&all.guild, ENDORSE, said).await, error("statement", "ALREADY_DONE"));
    let mut no_award = program.clone();
    no_award["award"] = json!("voucher");
    assert_eq!(errors(&all.guild, ENDORSE_ACHIEVEMENT, no_award).await, error("award", "NOT_FOUND"));
    let nothing = json!({ "program": { "externalId": "nothing" }, "statement": "Good." });
    assert_eq!(errors(&all.guild, ENDORSE_ACHIEVEMENT, nothing).await, error("program", "NOT_FOUND"));
    let mut past = program;
    past["validUntil"] = json!("2020-01-01T00:00:00Z");
    past["statement"] = json!(" ");
    let both = [error("statement", "REQUIRED"), error("validUntil", "INVALID")].concat();
    assert_eq!(errors(&all.guild, ENDORSE_ACHIEVEMENT, past).await, both);
    let audit = contract("operator/issuers.graphql");
    let audit = cairn_tests::operation_text(&audit, "AuditLog");
    let operator = app.operator().await;
    let log = operator.send_operation(&audit, Some("AuditLog"), json!({ "first": 50 })).await.data();
    assert!(!log.to_string().contains("We know their work"), "the log holds ids, not words");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_vouches_without_end_and_documents_and_pages_take_the_newest() {
    let app = TestApp::start().await;
    let all = Documented::build(&app).await;
    let of_issuer =
        |word: &str| json!({ "issuer": { "slug": "northmoor" }, "statement": format!("They are {word}.") });
    let of_program = json!({ "program": { "id": all.program["id"] }, "statement": "Employers ask for it." });
    let mut first = Value::Null;
    for word in ["careful", "exact", "fair", "patient"] {
        let given = all.guild.mutate(ENDORSE, of_issuer(word)).await["endorsement"].clone();
        first = if first.is_null() { given } else { first };
    }
    // What has ended by itself counts no more; what was declined does.
    let until = (app.service.now() + chrono::TimeDelta::days(1)).to_rfc3339();
    let mut short = of_issuer("here");
    short["validUntil"] = json!(until);
    all.guild.mutate(ENDORSE, short).await;
    let refused = error("issuer", "LIMIT_REACHED");
    assert_eq!(errors(&all.guild, ENDORSE, of_issuer("quick")).await, refused);
    app.clock.advance(chrono::TimeDelta::days(2));
    let quick = all.guild.mutate(ENDORSE, of_issuer("quick")).await["endorsement"].clone();
    all.provider.mutate(DECLINE, json!({ "endorsement": quick["id"] })).await;
    assert_eq!(errors(&all.guild, ENDORSE, of_issuer("warm")).await, refused);
    assert_eq!(errors(&all.guild, ENDORSE, of_issuer("fair")).await, error("statement", "ALREADY_DONE"));
    all.guild.mutate(WITHDRAW, json!({ "endorsement": first["id"] })).await;
    all.guild.mutate(ENDORSE, of_issuer("warm")).await;
    // Another thing, and another endorser, have places of their own.
    all.guild.mutate(ENDORSE_ACHIEVEMENT, of_program).await;
    for slug in ["one", "two"] {
        let other = app.provider(&app.issuer(slug).await).await;
        for n in 1..=4 {
            other.mutate(ENDORSE, of_issuer(&format!("known to {slug}, {n}"))).await;
        }
    }

    let document = all.issue().await["document"].clone();
    let words = |list: &Value| -> Vec<String> {
        let said = |one: &Value| one["credentialSubject"]["endorsementComment"].as_str().unwrap().to_owned();
        list.as_array().unwrap().iter().map(said).collect()
    };
    let newest = ["known to two, 4", "known to two, 3", "known to two, 2"];
    assert_eq!(words(&document["issuer"]["endorsement"]), newest.map(|word| format!("They are {word}.")));
    let found = verify(&app, &document).await;
    assert!(verdicts(&found).iter().all(|(_, verdict)| *verdict == "VALID"), "{found:#}");
    assert_eq!(verdicts(&found).len(), 4, "all that travel are looked at");
    let html = app.anonymous().get("/issuers/northmoor", "text/html").await.text().await.unwrap();
    assert_eq!(html.matches("<blockquote>").count(), 10, "{html}");
    assert!(html.contains("They are warm.") && !html.contains("They are exact."), "the newest: {html}");
    app.stop().await;
}
