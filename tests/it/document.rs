//! What a signed document says: every member that an issuer enters, and nothing that nobody entered.

use cairn_tests::{Documented, LEARNER_DID, LEARNER_EMAIL, TestApp, WORK};
use serde_json::{Value, json};

fn aligned<'a>(achievement: &'a Value, kind: &str) -> Vec<&'a Value> {
    let all = achievement["alignment"].as_array().unwrap();
    all.iter().filter(|one| one["targetType"] == kind).collect()
}

fn names(alignments: &[&Value]) -> Vec<String> {
    alignments.iter().map(|one| one["targetName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_with_everything_makes_a_document_with_everything() {
    let app = TestApp::start().await;
    let all = Documented::build(&app).await;
    let document = all.issue().await["document"].clone();
    the_credential_itself(&document);
    the_issuer(&document["issuer"]);
    the_subject(&document["credentialSubject"]);
    the_achievement(&document["credentialSubject"]["achievement"], &app);
    the_elements_of_the_european_standard(&document["credentialSubject"]["achievement"]);
    the_results(&document["credentialSubject"]);
    app.stop().await;
}

fn the_credential_itself(document: &Value) {
    assert_eq!(document["type"], json!(["VerifiableCredential", "OpenBadgeCredential"]));
    assert!(document["id"].as_str().unwrap().starts_with("urn:uuid:"));
    assert_eq!(document["name"], "Data Literacy");
    assert_eq!(document["@context"].as_array().unwrap().len(), 3, "the schema's type needs the extensions");
    assert_eq!(document["credentialSchema"][0]["type"], "1EdTechJsonSchemaValidator2019");
    // Completed when the exam was graded, valid for two years from then on.
    assert_eq!(document["awardedDate"], "2026-03-03T09:30:00Z");
    assert_eq!(document["validFrom"], "2026-03-03T09:30:00Z");
    assert_eq!(document["validUntil"], "2028-03-03T09:30:00Z");
    assert_eq!(document["credentialStatus"]["statusPurpose"], "revocation");
    let evidence = document["evidence"].as_array().unwrap();
    assert_eq!(evidence.len(), 2, "each address once: {evidence:?}");
    assert_eq!(
        evidence[0],
        json!({ "id": WORK.1, "type": ["Evidence"], "name": "Thesis", "description": "What I found out", "genre": "project",
            "digestMultibase": WORK.0 })
    );
    assert_eq!((&evidence[1]["name"], &evidence[1]["id"]), (&json!("Talk"), &Value::Null));
}

fn the_issuer(issuer: &Value) {
    let expected = json!({ "name": "University of Northmoor", "url": "https://northmoor.example/",
        "email": "registry@northmoor.example", "phone": "+44 1632 960000", "official": "The Registrar",
        "description": "An open university.", "image": { "id": "https://northmoor.example/arms.png", "type": "Image" },
        "address": { "type": ["Address"], "addressCountryCode": "GB", "streetAddress": "1 Moor Lane",
            "addressLocality": "Northmoor", "addressRegion": "Northshire", "postalCode": "NM1 1AA", "postOfficeBoxNumber": "12" },
        "otherIdentifier": [
            { "type": "IdentifierEntry", "identifier": "10007773", "identifierType": "ext:ukprn" },
            { "type": "IdentifierEntry", "identifier": "NM-1", "identifierType": "identifier" } ] });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&issuer[name], value, "{name}");
    }
    assert!(issuer["id"].as_str().unwrap().starts_with("did:web:localhost%3A"));
}

fn the_subject(subject: &Value) {
    assert_eq!(subject["id"], LEARNER_DID);
    assert_eq!(subject["activityStartDate"], "2026-01-20T09:00:00Z");
    assert_eq!(subject["activityEndDate"], "2026-03-03T09:30:00Z");
    assert_eq!(subject["creditsEarned"], 10);
    assert_eq!(subject["term"], "Spring 2026");
    assert_eq!(subject["source"]["name"], "Exams Ltd");
    let identities = subject["identifier"].as_array().unwrap();
    assert_eq!(identities[0]["identityHash"], "Ada Lovelace");
    for (identity, (kind, text)) in
        identities[1..].iter().zip([("sourcedId", "ada"), ("emailAddress", "ada@learn.example")])
    {
        assert_eq!((&identity["identityType"], &identity["hashed"]), (&json!(kind), &json!(true)));
        let salt = identity["salt"].as_str().unwrap();
        assert_eq!(identity["identityHash"], cairn_credential::document::identity_hash(text, salt));
        assert!(salt.len() >= 32, "{salt}");
    }
    assert_ne!(identities[1]["salt"], identities[2]["salt"]);
    assert!(!subject.to_string().to_lowercase().contains(&LEARNER_EMAIL.to_lowercase()));
}

fn the_achievement(achievement: &Value, app: &TestApp) {
    let expected = json!({ "type": ["Achievement"], "name": "Data Literacy", "achievementType": "MicroCredential",
        "description": "The certificate", "creditsAvailable": 10, "fieldOfStudy": "Statistics",
        "specialization": "Survey research", "humanCode": "DL-601", "inLanguage": "en", "tag": ["data", "statistics"],
        "version": "2", "image": { "id": "https://northmoor.example/full.png", "type": "Image" },
        "otherIdentifier": [
            { "type": "IdentifierEntry", "identifier": "full", "identifierType": "identifier" },
            { "type": "IdentifierEntry", "identifier": "certificate", "identifierType": "ext:award" } ] });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&achievement[name], value, "{name}");
    }
    let id = achievement["id"].as_str().unwrap();
    assert!(id.starts_with(&format!("{}/achievements/", app.service.config.public_url)));
    assert_eq!(achievement["criteria"]["narrative"], "Pass the project and the exam.");
    assert_eq!(achievement["criteria"]["id"], format!("{id}#criteria"));
    assert_eq!(achievement["creator"]["id"], "https://learning.example/");
    // The component program, then the first version.
    let related = achievement["related"].as_array().unwrap();
    let versions: Vec<&str> = related.iter().map(|one| one["version"].as_str().unwrap()).collect();
    assert_eq!((versions, &related[1]["inLanguage"]), (vec!["1", "1"], &json!("en")), "{related:?}");
    assert!(related.iter().all(|one| one["id"] != id));
    let skills = aligned(achievement, "ceasn:Competency");
    assert_eq!(
        (names(&skills), &skills[0]["targetUrl"], &skills[0]["targetFramework"]),
        (vec!["skill 0".to_owned()], &json!("http://data.europa.eu/esco/skill/0001"), &json!("ESCO"))
    );
}

/// Council Recommendation 2022/C 243/02, Annex I; docs/credential-document.md has the whole table.
fn the_elements_of_the_european_standard(achievement: &Value) {
    for (kind, expected) in [
        ("LearningOutcome", vec!["Explain a survey", "Weigh evidence", "Tell others"]),
        ("Level", vec!["EQF level 6", "FHEQ level 6", "NQF level 6"]),
        ("Credit", vec!["10 credits (UK_CATS)"]),
        ("Workload", vec!["100 hours"]),
        ("Participation", vec!["online"]),
        ("Assessment", vec!["exam", "project", "quiz"]),
        (
            "Supervision",
            vec![
                "supervised, proctored, identity checked by document",
                "unsupervised, without identity check",
            ],
        ),
        ("QualityAssurance", vec!["internal", "external agency", "professional body"]),
        ("Prerequisite", vec!["Some algebra", "Basics"]),
        ("Component", vec!["Introduction"]),
        ("Stackability", vec!["Diploma of Data"]),
        ("Recognition", vec!["Counts towards an MSc"; 3]),
        ("Accreditation", vec!["Royal Charter", "Statistics Board"]),
    ] {
        assert_eq!(names(&aligned(achievement, &format!("ext:{kind}"))), expected, "{kind}");
    }
    let level = aligned(achievement, "ext:Level")[0];
    assert_eq!((&level["targetFramework"], &level["targetCode"]), (&json!("EQF"), &json!("6")));
    let recognition = aligned(achievement, "ext:Recognition")[0];
    assert_eq!(
        (&recognition["targetFramework"], &recognition["targetDescription"]),
        (&json!("Body 0"), &json!("10 credits (UK_CATS)"))
    );
}

fn the_results(subject: &Value) {
    let described = |result: &Value| {
        let all = subject["achievement"]["resultDescription"].as_array().unwrap();
        all.iter().find(|one| one["id"] == result["resultDescription"]).unwrap().clone()
    };
    let results = subject["result"].as_array().unwrap();
    let short: Vec<(Value, Value, Value, Value)> = results
        .iter()
        .map(|result| {
            let of = described(result);
            (of["name"].clone(), of["resultType"].clone(), result["value"].clone(), result["status"].clone())
        })
        .collect();
    let row = |name: &str, kind: &str, value: Value, status: Value| (json!(name), json!(kind), value, status);
    let rubric =
        |n: usize| row(&format!("Project: Criterion {n}"), "RubricCriterionLevel", json!("20"), Value::Null);
    // A third of the weight of each: 60 points of the project, 80 of the exam, 4 of 10 of the quiz.
    assert_eq!(
        short,
        [
            row("Overall score", "Percent", json!("64"), Value::Null),
            row("Completion", "Status", Value::Null, json!("Completed")),
            row("Project", "RawScore", json!("60"), json!("Completed")),
            rubric(0),
            rubric(1),
            rubric(2),
            row("Exam", "RawScore", json!("80"), json!("Completed")),
            row("Quiz", "RawScore", json!("4"), json!("Failed")),
        ]
    );
    let overall = described(&results[0]);
    assert_eq!(
        (&overall["valueMin"], &overall["valueMax"], &overall["requiredValue"]),
        (&json!("0"), &json!("100"), &json!("40"))
    );
    let criterion = described(&results[3]);
    let levels = criterion["rubricCriterionLevel"].as_array().unwrap();
    let labels: Vec<&str> = levels.iter().map(|level| level["name"].as_str().unwrap()).collect();
    assert_eq!(labels, ["Not yet", "Meets", "Exceeds"]);
    assert_eq!(
        (&levels[1]["points"], &levels[1]["description"]),
        (&json!("20"), &json!("Meets specifications"))
    );
    assert_eq!(results[3]["achievedLevel"], levels[1]["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_achievement_and_the_profile_are_served_as_the_document_states_them() {
    let app = TestApp::start().await;
    let all = Documented::build(&app).await;
    let endorse = "mutation($input: EndorseIssuerInput!) { endorseIssuer(input: $input) { endorsement { id } userErrors { field message code } } }";
    let said = json!({ "issuer": { "slug": "northmoor" }, "statement": "We know their work." });
    all.guild.mutate(endorse, said).await;
    let document = all.issue().await["document"].clone();
    let served = async |address: &Value| -> Value {
        let path: url::Url = address.as_str().unwrap().parse().unwrap();
        let answer = app.anonymous().get(path.path(), "application/json").await;
        assert_eq!(answer.status(), 200, "{address}");
        let mut value: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        value.as_object_mut().unwrap().remove("@context").unwrap();
        value
    };
    let stated = &document["credentialSubject"]["achievement"];
    assert_eq!(served(&stated["id"]).await, *stated);
    let profile = format!("{}/issuers/northmoor", app.service.config.public_url);
    assert_eq!(served(&json!(profile)).await, document["issuer"]);
    assert_eq!(document["issuer"]["endorsement"].as_array().unwrap().len(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_document_could_say_is_refused_where_it_is_entered() {
    let app = TestApp::start().await;
    let operator = app.operator().await;
    let create = "mutation($input: CreateIssuerInput!) { createIssuer(input: $input) { issuer { id } userErrors { field message code } } }";
    let input = json!({ "slug": "odd", "name": "Odd", "kind": "COLLEGE", "url": "https://odd.example/a b",
        "otherIdentifiers": [{ "identifier": "1", "kind": "number" }] });
    let answer = operator.send(create, json!({ "input": input })).await;
    let expected = [("url", "INVALID"), ("otherIdentifiers.0.kind", "INVALID")];
    assert_eq!(answer.user_errors(), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));

    let issuer = app.issuer("alpha").await;
    let provider = app.provider(&issuer).await;
    let upsert = cairn_tests::contract("provider/upsert_learners.graphql");
    for did in ["ada", "did:", "did:web:", "did:key:z6Mk#key", "did:web:a b"] {
        let rows = json!([{ "externalId": "ada", "did": did }]);
        let made = provider.mutate(&upsert, json!({ "rows": rows })).await;
        let error = &made["results"][0]["userErrors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!(["rows", "0", "did"]), &json!("INVALID")),
            "{did}"
        );
    }
    app.stop().await;
}

/// Every kind of document that this server signs or serves fits the official schema of its kind.
#[cfg(feature = "conformance")]
#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_document_fits_its_official_schema() {
    let app = TestApp::start().await;
    let all = Documented::build(&app).await;
    let endorse = "mutation($input: EndorseIssuerInput!) { endorseIssuer(input: $input) { endorsement { document } userErrors { field message code } } }";
    let said = json!({ "issuer": { "slug": "northmoor" }, "statement": "We know their work." });
    let endorsement = all.guild.mutate(endorse, said).await["endorsement"]["document"].clone();
    let full = all.issue().await["document"].clone();
    let course = cairn_tests::Course::publish(&app, "small").await;
    course.enroll(1, None).await;
    course.complete([0]).await;
    course.issue_to_everyone().await;
    let small = course.credentials().await.remove(0)["document"].clone();
    let list = &full["credentialStatus"]["statusListCredential"];
    let profile = format!("{}/issuers/northmoor", app.service.config.public_url);
    let served = async |address: &str| -> Value {
        let path: url::Url = address.parse().unwrap();
        let answer = app.anonymous().get(path.path(), "application/json").await;
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    };
    let credential =
        ["ob_v3p0_achievementcredential_schema.json", "clr_v2p0_achievementcredential_schema.json"];
    for schema in credential {
        fits(&full, schema);
        fits(&small, schema);
    }
    for schema in ["ob_v3p0_endorsementcredential_schema.json", "clr_v2p0_endorsementcredential_schema.json"]
    {
        fits(&endorsement, schema);
    }
    for schema in ["ob_v3p0_profile_schema.json", "clr_v2p0_profile_schema.json"] {
        fits(&served(&profile).await, schema);
    }
    let list = served(list.as_str().unwrap()).await;
    for document in [&full, &small, &endorsement, &list] {
        fits(document, "verifiable-credential-schema.json");
    }
}

/// A document fits one of the standard's own schemas.
#[cfg(feature = "conformance")]
pub fn fits(document: &Value, schema: &str) {
    let root = std::path::PathBuf::from(std::env::var("CAIRN_CONFORMANCE_DIR").unwrap()).join("standards");
    let found = ["schemas", "vcdm2-schema"].map(|folder| root.join(folder).join(schema));
    let file = found.iter().find(|file| file.is_file()).unwrap_or_else(|| panic!("no schema {schema}"));
    let schema_document: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema_document).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{schema}: {errors:#?}\n{document:#}");
}
