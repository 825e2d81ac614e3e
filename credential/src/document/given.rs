//! A credential that somebody else wrote, to be signed as it is (the VC API's issuing): held against its model and made sure that
//! a signature covers every member, nothing more.

use super::validate::{ClaimsError, Problem};
use crate::canon;
use crate::date;
use crate::json;
use crate::key::Signer;
use crate::model;
use crate::proof::{self, Cryptosuite, DocumentHash, ProofError};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// A credential that was found good and can be signed, once.
pub struct Given {
    document: Value,
    hash: DocumentHash,
}

/// Holds a credential against the data model of its kind. Proofs that it brings are kept; the new one joins them as a proof set.
///
/// # Errors
/// [`ClaimsError`] with everything that departs from the model, or that no signature could cover.
pub fn prepare_given(document: Value) -> Result<Given, ClaimsError> {
    let whole = |message: String| Problem { member: "document".into(), message };
    let mut problems: Vec<Problem> = model::problems(&document).into_iter().map(whole).collect();
    let moment = |name: &str| document.get(name)?.as_str().and_then(|text| date::read(text).ok());
    if matches!((moment("validFrom"), moment("validUntil")), (Some(from), Some(until)) if until < from) {
        problems.push(Problem { member: "validUntil".into(), message: "lies before validFrom".into() });
    }
    if !problems.is_empty() {
        return Err(ClaimsError(problems));
    }
    let canonical = canon::canonicalize(&proof::unsecured(&document));
    let canonical = canonical.map_err(|error| ClaimsError(vec![whole(error.to_string())]))?;
    // What verification would refuse to read is not signed; room is left for the proof.
    json::parse_limited(document.to_string().as_bytes(), json::MAX_BYTES - 1_024)
        .map_err(|error| ClaimsError(vec![whole(error.to_string())]))?;
    Ok(Given { document, hash: DocumentHash::of_canonical(&canonical) })
}

impl Given {
    /// Signs with the suite and hands back the document with its new proof.
    ///
    /// # Errors
    /// [`ProofError`] where the signer holds another kind of key, fails, or its method is not of the credential's issuer.
    pub fn sign(
        mut self,
        suite: Cryptosuite,
        signer: &dyn Signer,
        created: DateTime<Utc>,
    ) -> Result<Value, ProofError> {
        let issuer =
            self.document.pointer("/issuer/id").or(self.document.get("issuer")).and_then(Value::as_str);
        let controller = signer.verification_method().split_once('#').map(|(controller, _)| controller);
        if controller.is_none() || controller != issuer {
            return Err(ProofError::Member("verificationMethod", "is not one of the issuer's"));
        }
        let proof = match suite {
            Cryptosuite::EddsaRdfc2022 => proof::create_over(&self.document, self.hash, signer, created)?,
            Cryptosuite::EddsaJcs2022 => {
                proof::create(suite, &proof::unsecured(&self.document), signer, created)?
            }
        };
        let proof =
            serde_json::to_value(proof).map_err(|error| canon::CanonError::JsonLd(error.to_string()))?;
        let proofs = match self.document.get("proof").cloned() {
            None => proof,
            Some(Value::Array(mut proofs)) => {
                proofs.push(proof);
                Value::Array(proofs)
            }
            Some(one) => Value::Array(vec![one, proof]),
        };
        self.document["proof"] = proofs;
        Ok(self.document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{LocalSigner, SecretKey};
    use serde_json::json;

    fn document() -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
            "type": ["VerifiableCredential", "AlumniCredential"],
            "issuer": "did:web:example.com",
            "credentialSubject": {"id": "did:example:a", "alumniOf": "The School of Examples"}
        })
    }

    #[test]
    fn a_strangers_credential_is_signed_as_it_is() {
        let signer = LocalSigner::new(SecretKey::ed25519(&[1; 32]), "did:web:example.com#key-1");
        let created = date::read("2026-01-02T00:00:00Z").unwrap();
        let once =
            prepare_given(document()).unwrap().sign(Cryptosuite::EddsaRdfc2022, &signer, created).unwrap();
        proof::verify(&once, &once["proof"], &signer.public()).unwrap();
        assert_eq!(proof::unsecured(&once), document());
        let twice = prepare_given(once).unwrap().sign(Cryptosuite::EddsaJcs2022, &signer, created).unwrap();
        for proof in twice["proof"].as_array().unwrap() {
            proof::verify(&twice, proof, &signer.public()).unwrap();
        }
        let foreign = LocalSigner::new(SecretKey::ed25519(&[1; 32]), "did:web:example.org#key-1");
        assert!(
            prepare_given(document()).unwrap().sign(Cryptosuite::EddsaRdfc2022, &foreign, created).is_err()
        );
    }

    #[test]
    fn what_departs_from_the_model_is_not_signed() {
        for (name, value, expected) in [
            ("issuer", json!(null), "issuer is not an absolute IRI"),
            ("issuer", json!({"id": null}), "issuer.id is not an absolute IRI"),
            ("refreshService", json!({"id": "https://example.com/r"}), "refreshService.type is missing"),
            ("credentialSchema", json!({"id": "https://example.com/s"}), "credentialSchema.type is missing"),
            ("credentialSchema", json!({"type": "JsonSchema"}), "credentialSchema.id is missing"),
            ("credentialStatus", json!({"id": "https://example.com/s"}), "credentialStatus.type is missing"),
            ("relatedResource", json!([{"id": "https://example.com/a"}]), "relatedResource has no digest"),
            ("validFrom", json!("2026-01-01"), "validFrom is not a date and time"),
            ("credentialSubject", json!([]), "credentialSubject is not an object"),
            ("@context", json!(["https://www.w3.org/ns/credentials/v2"]), "AlumniCredential"),
        ] {
            let mut document = document();
            document[name] = value;
            let error = prepare_given(document).err().unwrap().to_string();
            assert!(error.contains(expected), "{name}: {error}");
        }
        let mut reversed = document();
        reversed["validFrom"] = json!("2026-01-02T00:00:00Z");
        reversed["validUntil"] = json!("2026-01-01T00:00:00Z");
        assert_eq!(prepare_given(reversed).err().unwrap().0[0].member, "validUntil");
    }
}
