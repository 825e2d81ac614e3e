//! What signs in the name of a key: the secret opened here, or an external signer (a key management service, an HSM) that is asked over HTTP and
//! never hands the secret out (docs/keys.md says what it has to answer).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use cairn_credential::key::{Algorithm, KeyError, LocalSigner, PublicKey, Signer};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;
use url::Url;

use crate::error::{Error, Result};

/// How long a connection to the signer may take to come about.
const CONNECT: Duration = Duration::from_secs(3);

/// Where the external signer is.
#[derive(Clone)]
pub struct SignerConfig {
    /// Its address; keys lie below it.
    pub url: Url,
    /// Presented to it as a bearer token.
    pub token: Option<String>,
    /// How long one answer may take.
    pub timeout: Duration,
}

impl std::fmt::Debug for SignerConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignerConfig").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

/// The external signer. Its address and token are the operator's, so it may lie anywhere, and it is trusted with nothing but keeping secrets: every
/// signature is checked before it is used.
#[derive(Clone, Debug)]
pub struct ExternalSigner {
    config: SignerConfig,
    http: reqwest::Client,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyAnswer {
    public_key_multibase: String,
}

#[derive(Deserialize)]
struct SignatureAnswer {
    signature: String,
}

impl ExternalSigner {
    /// Prepares to ask it; nothing is sent yet.
    pub fn new(config: SignerConfig) -> Result<Self> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(config.timeout)
            .redirect(reqwest::redirect::Policy::none())
            // It is a neighbor: its token is not for whatever proxy the environment names.
            .no_proxy()
            .build()
            .map_err(|error| Error::internal("the external signer cannot be asked", error))?;
        Ok(Self { config, http })
    }

    /// The public part of one of its keys.
    #[crate::boxed]
    pub async fn public_key(&self, name: &str) -> std::result::Result<PublicKey, KeyError> {
        let answer: KeyAnswer = self.ask(self.http.get(self.address(&[name])?)).await?;
        PublicKey::from_multikey(&answer.public_key_multibase)
    }

    /// A signature over the bytes: 64 bytes, R ‖ S, not yet checked.
    async fn sign(
        &self,
        name: &str,
        algorithm: Algorithm,
        message: &[u8],
    ) -> std::result::Result<Vec<u8>, KeyError> {
        // Ed25519 hashes by itself, twice; ECDSA signs a hash, which spares the way for long messages.
        let body = match algorithm {
            Algorithm::P256 => {
                json!({ "algorithm": "ES256", "digest": STANDARD.encode(Sha256::digest(message)) })
            }
            _ => json!({ "algorithm": "EdDSA", "message": STANDARD.encode(message) }),
        };
        let answer: SignatureAnswer =
            self.ask(self.http.post(self.address(&[name, "sign"])?).json(&body)).await?;
        STANDARD
            .decode(answer.signature)
            .map_err(|_| KeyError::Signer("its signature is not in base64".to_owned()))
    }

    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        request: reqwest::RequestBuilder,
    ) -> std::result::Result<T, KeyError> {
        let request = match &self.config.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        // An error of the client may name the address, which is the operator's own, and never holds the token.
        let failed = |error: reqwest::Error| KeyError::Signer(error.to_string());
        let answer = request.send().await.map_err(failed)?;
        if !answer.status().is_success() {
            return Err(KeyError::Signer(format!("it answered {}", answer.status())));
        }
        answer.json().await.map_err(failed)
    }

    /// `{url}/keys/{name}…`
    fn address(&self, below: &[&str]) -> std::result::Result<Url, KeyError> {
        let mut url = self.config.url.clone();
        url.path_segments_mut()
            .map_err(|()| KeyError::Signer("its address cannot have a path".to_owned()))?
            .pop_if_empty()
            .push("keys")
            .extend(below);
        Ok(url)
    }
}

/// A key that the external signer keeps.
#[derive(Clone, Debug)]
pub struct ExternalKey {
    signer: ExternalSigner,
    name: String,
    public: PublicKey,
    method: String,
    runtime: Handle,
}

impl ExternalKey {
    /// A key of the signer, by its name there. Made where the runtime is at hand, used on threads that may block.
    pub fn new(signer: ExternalSigner, name: String, public: PublicKey, method: String) -> Self {
        Self { signer, name, public, method, runtime: Handle::current() }
    }
}

impl Signer for ExternalKey {
    fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    fn verification_method(&self) -> &str {
        &self.method
    }

    /// Asks the signer and checks its answer: what does not verify is never stored nor sent.
    fn sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, KeyError> {
        let signature =
            self.runtime.block_on(self.signer.sign(&self.name, self.public.algorithm(), message))?;
        self.public
            .verify(message, &signature)
            .map_err(|_| KeyError::Signer("its signature does not match the key".to_owned()))?;
        Ok(signature)
    }
}

/// What signs in the name of a key.
#[derive(Clone, Debug)]
pub enum KeySigner {
    /// The secret, opened.
    Local(LocalSigner),
    /// A key of the external signer. Signing waits for its answer: only on threads that may block.
    External(ExternalKey),
}

impl KeySigner {
    /// How many signatures are worth making at a time.
    pub fn parallel(&self) -> usize {
        match self {
            Self::Local(_) => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            // Each waits for an answer, not for a processor.
            Self::External(_) => 16,
        }
    }
}

impl Signer for KeySigner {
    fn algorithm(&self) -> Algorithm {
        match self {
            Self::Local(signer) => signer.algorithm(),
            Self::External(signer) => signer.algorithm(),
        }
    }

    fn verification_method(&self) -> &str {
        match self {
            Self::Local(signer) => signer.verification_method(),
            Self::External(signer) => signer.verification_method(),
        }
    }

    fn sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, KeyError> {
        match self {
            Self::Local(signer) => signer.sign(message),
            Self::External(signer) => signer.sign(message),
        }
    }
}
