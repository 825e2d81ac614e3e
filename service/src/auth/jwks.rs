//! Key sets of others (RFC 7517), fetched within the limits of every fetch and kept as long as their owner lets us.

use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};

use crate::Service;

/// Algorithms that tokens of others may be signed with.
pub(super) const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

/// The keys at an address; `again` asks for them anew where they were not asked for just now. Else why there are none, in words fit to be shown.
pub(super) async fn of(service: &Service, uri: &str, again: bool) -> Result<JwkSet, String> {
    let now = service.now();
    let bytes = match again {
        true => service.fetch.again(uri, now).await?,
        false => service.fetch.get(uri, now).await?,
    };
    let keys: JwkSet =
        serde_json::from_slice(&bytes).map_err(|_| "what lies there is no key set".to_owned())?;
    match keys.keys.iter().any(is_for_signatures) {
        true => Ok(keys),
        false => Err("there is no key for signatures in it".to_owned()),
    }
}

/// The key that a token names; where it names none, the only one that there is. An unknown name has the keys fetched once more: they may
/// have been rotated.
pub(super) async fn key(
    service: &Service,
    uri: &str,
    kid: Option<&str>,
) -> Result<Option<DecodingKey>, String> {
    for again in [false, true] {
        let keys = of(service, uri, again).await?;
        let mut fitting = keys.keys.iter().filter(|key| {
            is_for_signatures(key) && kid.is_none_or(|kid| key.common.key_id.as_deref() == Some(kid))
        });
        if let (Some(key), None) = (fitting.next(), fitting.next()) {
            return Ok(DecodingKey::from_jwk(key).ok());
        }
    }
    Ok(None)
}

fn is_for_signatures(key: &Jwk) -> bool {
    matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature))
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Validation, decode};
    use serde_json::{Map, Value, json};

    use super::*;

    /// RFC 7515, appendix A.2.
    const RSA: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    const SIGNED: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    fn holds(key: &Value, token: &str) -> bool {
        let key: Jwk = serde_json::from_value(key.clone()).unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        let key = DecodingKey::from_jwk(&key).unwrap();
        decode::<Map<String, Value>>(token, &key, &validation).is_ok()
    }

    #[test]
    fn the_rsa_example_of_rfc_7515_holds_and_a_changed_one_does_not() {
        let key = json!({ "kty": "RSA", "use": "sig", "n": RSA, "e": "AQAB" });
        assert!(holds(&key, SIGNED));
        assert!(!holds(&key, &SIGNED.replace("cC4h", "cC4i")));
    }

    #[test]
    fn keys_for_encryption_sign_nothing() {
        let key = |used: &str| {
            let key = json!({ "kty": "RSA", "use": used, "n": RSA, "e": "AQAB" });
            is_for_signatures(&serde_json::from_value(key).unwrap())
        };
        assert!(key("sig") && !key("enc"));
    }
}
