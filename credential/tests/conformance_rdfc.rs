//! The RDFC-1.0 suite, run against the canonicalization library with the limit that we use.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;

use oxrdf_02::Dataset;
use oxttl::NQuadsParser;
use rdf_canon::CanonicalizationOptions;
use std::collections::HashMap;

fn dataset(name: &str) -> Dataset {
    let text = conformance::text(&format!("rdf-canon/tests/{name}"));
    NQuadsParser::new().for_reader(text.as_bytes()).map(|quad| quad.unwrap()).collect()
}

#[test]
fn the_suite_passes() {
    let options = || CanonicalizationOptions { hndq_call_limit: None };
    let (mut forms, mut maps, mut refused) = (0, 0, 0);
    for entry in conformance::json("rdf-canon/tests/manifest.jsonld")["entries"].as_array().unwrap() {
        let (id, action) = (entry["id"].as_str().unwrap(), entry["action"].as_str().unwrap());
        let input = dataset(action);
        let sha384 = entry["hashAlgorithm"] == "SHA384";
        let expected =
            || conformance::text(&format!("rdf-canon/tests/{}", entry["result"].as_str().unwrap()));
        match entry["type"].as_str().unwrap() {
            "rdfc:RDFC10EvalTest" => {
                let form = if sha384 {
                    rdf_canon::canonicalize_with::<sha2_010::Sha384>(&input, &options())
                } else {
                    rdf_canon::canonicalize(&input)
                };
                assert_eq!(form.unwrap(), expected(), "{id}");
                forms += 1;
            }
            "rdfc:RDFC10MapTest" => {
                let map = if sha384 {
                    rdf_canon::issue_with::<sha2_010::Sha384>(&input, &options())
                } else {
                    rdf_canon::issue(&input)
                };
                let expected: HashMap<String, String> = serde_json::from_str(&expected()).unwrap();
                assert_eq!(map.unwrap(), expected, "{id}");
                maps += 1;
            }
            "rdfc:RDFC10NegativeEvalTest" => {
                assert!(rdf_canon::canonicalize(&input).is_err(), "{id}");
                refused += 1;
            }
            other => panic!("{id}: a test of type {other}"),
        }
    }
    assert_eq!((forms, refused), (64, 1), "64 canonical forms and one poison graph");
    assert!(maps > 0);
}

/// What comes nearest to the suite's poison graph without labels, which no document of strangers may use: anonymous nodes that say the same, in a tree
/// that ends in nothing to tell them apart.
#[test]
fn a_poison_graph_is_refused_in_time() {
    let property = "https://example.com/p";
    let labelled = serde_json::json!({"@context": {"id": "@id"}, "id": "urn:example:x", property: [{"id": "_:b0", property: [{"id": "_:b1"}]}]});
    assert!(matches!(
        cairn_credential::canon::canonicalize(&labelled),
        Err(cairn_credential::canon::CanonError::Lost(_))
    ));
    let leaf = serde_json::json!({property: "x"});
    let tree = (0..4).fold(leaf, |below, _| serde_json::json!({property: vec![below; 5]}));
    let document = serde_json::json!({"@context": [], property: vec![tree; 2]});
    let started = std::time::Instant::now();
    assert_eq!(
        cairn_credential::canon::canonicalize(&document),
        Err(cairn_credential::canon::CanonError::TooComplex)
    );
    assert!(started.elapsed().as_secs() < 20);
}

/// Long chains of equal nodes make the library recurse: it has to end in an answer, not in an exhausted stack.
#[test]
fn long_equal_lists_do_not_exhaust_the_stack() {
    let list = |n: usize| serde_json::json!({"id": format!("urn:x:{n}"), "list": vec!["x"; 9_000]});
    let context =
        serde_json::json!({"id": "@id", "list": {"@id": "https://example.com/p", "@container": "@list"}});
    let document = serde_json::json!({"@context": context, "id": "urn:example:x", "https://example.com/has": [list(1), list(2)]});
    assert_eq!(
        cairn_credential::canon::canonicalize(&document),
        Err(cairn_credential::canon::CanonError::TooComplex)
    );
}
