//! Documents of ours fit the model; each departure from it is found.

use super::*;
use serde_json::json;

fn document() -> Value {
    let claims = serde_json::from_str(include_str!("../../tests/data/complete-claims.json")).unwrap();
    crate::document::prepare(claims).unwrap().document().clone()
}

#[test]
fn a_complete_document_fits() {
    assert_eq!(problems(&document()), Vec::<String>::new());
}

#[test]
fn single_values_stand_for_arrays_of_one() {
    let mut document = document();
    for pointer in
        ["/issuer/type", "/credentialSubject/achievement/alignment", "/credentialSubject/result", "/evidence"]
    {
        let place = document.pointer_mut(pointer).unwrap();
        *place = place[0].clone();
    }
    assert_eq!(problems(&document), Vec::<String>::new());
}

#[test]
fn each_departure_is_found() {
    for (pointer, value, expected) in [
        (
            "/@context",
            json!(["https://www.w3.org/ns/credentials/v2"]),
            "@context does not name the Open Badges",
        ),
        ("/@context/0", json!("https://example.com"), "@context does not begin"),
        ("/type", json!(["OpenBadgeCredential"]), "type does not include VerifiableCredential"),
        ("/id", json!("no iri"), "id is not an absolute IRI"),
        ("/id", json!(["urn:x:y"]), "id is not an absolute IRI"),
        ("/issuer", json!("acme"), "issuer is not an absolute IRI"),
        ("/issuer/type", json!(["Person"]), "issuer.type does not include Profile"),
        (
            "/issuer/otherIdentifier/0/type",
            json!("Other"),
            "issuer.otherIdentifier[0].type is not IdentifierEntry",
        ),
        ("/issuer/parentOrg/type", json!("Other"), "issuer.parentOrg.type does not include Profile"),
        ("/credentialSubject", json!({}), "credentialSubject is not an object that says something"),
        ("/credentialSubject", json!([]), "credentialSubject is not an object that says something"),
        ("/credentialSubject/creditsEarned", json!("3"), "credentialSubject.creditsEarned is not a number"),
        (
            "/credentialSubject/identifier/0/hashed",
            json!("true"),
            "identifier[0].hashed is neither true nor false",
        ),
        ("/credentialSubject/achievement/achievementType", json!("Medal"), "achievementType is not a value"),
        ("/credentialSubject/achievement/criteria", json!("x"), "achievement.criteria is not an object"),
        ("/credentialSubject/achievement/name", json!(3), "achievement.name is not a text"),
        (
            "/credentialSubject/achievement/image",
            json!({"id": "urn:x:y", "type": "Image", "x": 1}),
            "image.x is not a member",
        ),
        ("/credentialSubject/result/0/status", json!("ext:Done"), "result[0].status is not a value"),
        ("/validFrom", json!("2026-01-01"), "validFrom is not a date and time with a zone"),
        ("/validFrom", json!("2026-01-01T00:00:00"), "validFrom is not a date and time with a zone"),
        ("/credentialStatus/type", json!([]), "credentialStatus.type is missing"),
        ("/credentialSchema/0", json!({"id": "urn:x:y"}), "credentialSchema[0].type is missing"),
        ("/refreshService", json!({"id": "urn:x:y"}), "refreshService.type is missing"),
        ("/termsOfUse/0", json!({"id": "urn:x:y"}), "termsOfUse[0].type is missing"),
    ] {
        let mut document = document();
        *document.pointer_mut(pointer).unwrap() = value;
        let problems = problems(&document);
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{pointer}: {problems:?}");
    }
}

#[test]
fn required_members_are_missed() {
    for pointer in
        ["/id", "/issuer", "/validFrom", "/issuer/id", "/credentialSubject/achievement", "/evidence/0/type"]
    {
        let mut document = document();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
        assert!(!problems(&document).is_empty(), "{pointer}");
    }
}

#[test]
fn related_resources_are_unique_and_have_digests() {
    let sri = "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU";
    let resource = |id: &str| json!({"id": id, "digestSRI": sri});
    let mut document = document();
    let multibase =
        json!({"id": "urn:x:2", "digestMultibase": "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k"});
    document["relatedResource"] = json!([resource("urn:x:1"), multibase]);
    assert_eq!(problems(&document), Vec::<String>::new());
    for (name, value) in [
        ("digestSRI", "sha384-x"),
        ("digestSRI", "sha384-_rCVIV7fSXXTNIvpiq26jRDyj8JG8TDjij-tD0ewLk4JpnXEz6a5AeeY_1qQ0d0P"),
        ("digestSRI", "md5-1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("digestSRI", ""),
        ("digestMultibase", "uJKGM"),
        ("digestMultibase", "xJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k"),
    ] {
        document["relatedResource"] = json!({"id": "urn:x:1", name: value});
        assert_eq!(problems(&document).len(), 1, "{name}: {value}");
    }
    document["relatedResource"] = json!([resource("urn:x:1"), resource("urn:x:1"), {"id": "urn:x:3"}]);
    assert_eq!(problems(&document).len(), 2);
}
