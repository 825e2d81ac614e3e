//! A provider of identity on the loopback: publishes its keys and signs tokens, with ES256.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

use crate::{Elsewhere, Reply};

/// The provider.
pub struct TestProvider {
    web: Elsewhere,
    key: SigningKey,
    kid: String,
}

/// The audience of its tokens.
pub const AUDIENCE: &str = "cairn-of-a-test";

impl TestProvider {
    /// Starts one with a key `first`, and metadata that tell where its keys are.
    pub async fn start() -> Self {
        let web = Elsewhere::start().await;
        let metadata = json!({ "issuer": web.base(), "jwks_uri": format!("{}/jwks", web.base()) });
        web.reply("/.well-known/openid-configuration", Reply::ok(metadata.to_string()));
        let mut provider = Self { web, key: key(1), kid: String::new() };
        provider.rotate("first", 1);
        provider
    }

    /// Takes another key, and publishes it alone.
    pub fn rotate(&mut self, kid: &str, seed: u8) {
        self.key = key(seed);
        self.kid = kid.to_owned();
        self.web.reply("/jwks", Reply::ok(self.jwks().to_string()));
    }

    /// Its `iss`.
    pub fn issuer_url(&self) -> String {
        self.web.base()
    }

    /// Where it is reached.
    pub fn web(&self) -> &Elsewhere {
        &self.web
    }

    /// Its key set.
    pub fn jwks(&self) -> Value {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().unwrap(), point.y().unwrap());
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid,
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) }] })
    }

    /// A token with these claims over the usual ones, which hold for an hour from `now` (seconds of the epoch).
    pub fn token(&self, now: i64, claims: &Value) -> String {
        let mut all = json!({ "iss": self.issuer_url(), "aud": AUDIENCE, "iat": now, "exp": now + 3_600 });
        for (name, value) in claims.as_object().unwrap() {
            all[name] = value.clone();
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": self.kid });
        let signed = format!("{}.{}", part(&header), part(&all));
        let signature: Signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).unwrap()
}
