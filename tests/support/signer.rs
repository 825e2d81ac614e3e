//! An external signer on the loopback: keeps keys of its own and answers as docs/keys.md says, or fails and lies as a test wants.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base64::{Engine, engine::general_purpose::STANDARD};
use cairn_credential::key::SecretKey;
use futures_util::future::BoxFuture;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The token that it wants.
pub const SIGNER_TOKEN: &str = "the-signers-own-token";

/// How it answers when it is asked to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    Honest,
    /// Not at all: 503.
    Down,
    /// With a signature of something else.
    Lying,
}

/// Runs beside an answer.
pub type Beside = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>;

/// The signer.
#[derive(Clone)]
pub struct TestSigner {
    /// Its address.
    pub url: String,
    state: Arc<Mutex<State>>,
}

struct State {
    keys: HashMap<String, SecretKey>,
    mood: Mood,
    asked: usize,
    signed: usize,
    beside: Option<Beside>,
}

impl TestSigner {
    /// Starts one with keys by name; it ends with the test.
    pub async fn start(keys: &[(&str, SecretKey)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/signer", listener.local_addr().unwrap());
        let keys = keys.iter().map(|(name, key)| ((*name).to_owned(), key.clone())).collect();
        let state =
            Arc::new(Mutex::new(State { keys, mood: Mood::Honest, asked: 0, signed: 0, beside: None }));
        let signer = Self { url, state };
        let serving = signer.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.serve(stream).await });
            }
        });
        signer
    }

    /// Changes how it answers.
    pub fn set(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    /// How often it was asked to sign.
    pub fn asked(&self) -> usize {
        self.state.lock().unwrap().asked
    }

    /// How often it has signed.
    pub fn signed(&self) -> usize {
        self.state.lock().unwrap().signed
    }

    /// Does something before it answers the next request for a signature.
    pub fn before_next_signature(&self, beside: Beside) {
        self.state.lock().unwrap().beside = Some(beside);
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Some((head, body)) = read(&mut stream).await else { return };
        let (status, answer) = self.answer(&head, &body).await;
        let body = answer.to_string();
        let text = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        // Who asked may have given up.
        let _ = stream.write_all(text.as_bytes()).await;
    }

    async fn answer(&self, head: &str, body: &[u8]) -> (&'static str, Value) {
        let bearer = format!("authorization: bearer {SIGNER_TOKEN}");
        if !head.to_lowercase().contains(&bearer) {
            return ("401 Unauthorized", json!({}));
        }
        let mut words = head.split_whitespace();
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let Some(name) = path.strip_prefix("/signer/keys/") else { return ("404 Not Found", json!({})) };
        let name = name.trim_end_matches("/sign");
        let (key, mood) = {
            let state = self.state.lock().unwrap();
            let Some(key) = state.keys.get(name).cloned() else { return ("404 Not Found", json!({})) };
            (key, state.mood)
        };
        if method == "GET" {
            return ("200 OK", json!({ "publicKeyMultibase": key.public().to_multikey() }));
        }
        let beside = {
            let mut state = self.state.lock().unwrap();
            state.asked += 1;
            state.beside.take()
        };
        if let Some(beside) = beside {
            beside().await;
        }
        if mood == Mood::Down {
            return ("503 Service Unavailable", json!({}));
        }
        self.state.lock().unwrap().signed += 1;
        let asked: Value = serde_json::from_slice(body).unwrap();
        let mut signature = sign(&key, &asked);
        if mood == Mood::Lying {
            signature = sign(&key, &json!({ "message": "bGllcw==", "digest": STANDARD.encode([7; 32]) }));
        }
        ("200 OK", json!({ "signature": STANDARD.encode(signature) }))
    }
}

fn sign(key: &SecretKey, asked: &Value) -> Vec<u8> {
    let decoded = |name: &str| STANDARD.decode(asked[name].as_str().unwrap()).unwrap();
    match key {
        SecretKey::Ed25519(_) => key.sign(&decoded("message")),
        SecretKey::P256(key) => {
            let signature: p256::ecdsa::Signature = key.sign_prehash(&decoded("digest")).unwrap();
            signature.to_bytes().to_vec()
        }
    }
}

/// The head of a request and its body.
async fn read(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head.to_lowercase().lines().find_map(|line| {
                line.strip_prefix("content-length:").and_then(|text| text.trim().parse::<usize>().ok())
            });
            let body = &bytes[end + 4..];
            if body.len() >= length.unwrap_or(0) {
                return Some((head, body.to_vec()));
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
