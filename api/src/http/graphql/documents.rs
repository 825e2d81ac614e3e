//! Documents that are named instead of sent: automatic persisted queries by the protocol that Apollo made known, and the list of trusted documents,
//! besides which nothing else is served where there is one.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{Request, Value};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::http::problem::{Code, Problem};

/// Most texts in each half of the cache, and most bytes of them.
const MOST_TEXTS: usize = 1_000;
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Where a request's document comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// It was sent.
    Sent,
    /// It was sent with its hash, by which it may be named from now on: to be kept once it has shown to be a document.
    SentToKeep(String),
    /// It was named.
    Named,
    /// It was sent, and is not among the trusted ones.
    Untrusted,
}

/// The documents that a server knows by name.
pub struct Documents {
    trusted: Option<Arc<Trusted>>,
    kept: Mutex<Kept>,
}

impl Documents {
    /// Documents named by clients as they come, or, where there are trusted ones, none but these.
    pub fn new(trusted: Option<Arc<Trusted>>) -> Self {
        Self { trusted, kept: Mutex::default() }
    }

    /// Puts the document into a request that names one by `documentId` or `extensions.persistedQuery`.
    ///
    /// # Errors
    /// `PERSISTED_QUERY_NOT_FOUND` for a name that is not known, `BAD_REQUEST` for a hash of another text.
    pub fn find(&self, request: &mut Request) -> Result<Source, Problem> {
        let name = name_of(request)?;
        if let Some(trusted) = &self.trusted {
            return find_trusted(trusted, name, request);
        }
        let Some(name) = name else { return Ok(Source::Sent) };
        if request.query.is_empty() {
            request.query = self.kept().get(&name).ok_or_else(not_found)?.to_string();
            return Ok(Source::Named);
        }
        if hash(&request.query) != name {
            return Err(Problem::new(
                Code::BadRequest,
                "The hash in `persistedQuery` is not that of the document.",
            ));
        }
        Ok(Source::SentToKeep(name))
    }

    /// Keeps a document under its hash.
    pub fn keep(&self, hash: String, document: &str) {
        self.kept().put(hash, document.into());
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find_trusted(trusted: &Trusted, name: Option<String>, request: &mut Request) -> Result<Source, Problem> {
    match name.as_deref().map(|name| trusted.0.get(name)) {
        Some(Some(document)) => {
            request.query = document.to_string();
            Ok(Source::Named)
        }
        Some(None) if request.query.is_empty() => Err(not_found()),
        _ if trusted.0.contains_key(&hash(&request.query)) => Ok(Source::Named),
        _ => Ok(Source::Untrusted),
    }
}

/// The name that a request gives its document; hashes without the word `sha256:`.
fn name_of(request: &Request) -> Result<Option<String>, Problem> {
    let malformed = |message: &'static str| Problem::new(Code::BadRequest, message);
    let name = match (request.extensions.0.get(DOCUMENT_ID), request.extensions.0.get("persistedQuery")) {
        (Some(Value::String(id)), _) => id,
        (Some(_), _) => return Err(malformed("`documentId` has to be a text.")),
        (None, Some(Value::Object(persisted))) => {
            let version = persisted.get("version").and_then(|version| match version {
                Value::Number(number) => number.as_i64(),
                _ => None,
            });
            match (version, persisted.get("sha256Hash")) {
                (Some(1), Some(Value::String(hash))) => hash,
                (Some(1), _) => return Err(malformed("`persistedQuery` has no `sha256Hash`.")),
                _ => return Err(malformed("`persistedQuery` has another version than 1.")),
            }
        }
        (None, Some(Value::Null) | None) => return Ok(None),
        (None, Some(_)) => return Err(malformed("`persistedQuery` is not an object.")),
    };
    Ok(Some(name.strip_prefix("sha256:").unwrap_or(name).to_owned()))
}

/// Under which name a request's `documentId` stands among its extensions.
pub const DOCUMENT_ID: &str = "documentId";

/// In the words of Apollo's protocol: clients look for them and send the document.
fn not_found() -> Problem {
    Problem::new(Code::PersistedQueryNotFound, "PersistedQueryNotFound")
}

/// SHA-256 in hexadecimal.
pub fn hash(document: &str) -> String {
    Sha256::digest(document.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Texts by their hashes, no more than there is room for: of two halves the older one goes when the younger is full. What is asked for is young again.
#[derive(Default)]
struct Kept {
    young: HashMap<String, Arc<str>>,
    young_bytes: usize,
    old: HashMap<String, Arc<str>>,
}

impl Kept {
    fn get(&mut self, hash: &str) -> Option<Arc<str>> {
        if let Some(text) = self.young.get(hash) {
            return Some(text.clone());
        }
        let text = self.old.remove(hash)?;
        self.put(hash.to_owned(), text.clone());
        Some(text)
    }

    fn put(&mut self, hash: String, text: Arc<str>) {
        if self.young.len() >= MOST_TEXTS || self.young_bytes + text.len() > MOST_BYTES {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        let length = text.len();
        if self.young.insert(hash, text).is_none() {
            self.young_bytes += length;
        }
    }
}

/// The only documents that are served, by their hashes and by the names that their list gives them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Trusted(HashMap<String, Arc<str>>);

/// The forms that lists of documents have: that of Apollo's tools, and that of graphql-codegen and Relay.
#[derive(Deserialize)]
#[serde(untagged)]
enum List {
    Manifest { operations: Vec<Listed> },
    Map(HashMap<String, String>),
}

#[derive(Deserialize)]
struct Listed {
    id: String,
    body: String,
}

impl Trusted {
    /// Reads a list (JSON), or a folder of documents (`.graphql`), each named by its file.
    ///
    /// # Errors
    /// What is wrong with it, in a line.
    pub fn read(path: &Path) -> Result<Self, String> {
        let mut trusted = Self::default();
        if path.is_dir() {
            let folder = std::fs::read_dir(path).map_err(|error| error.to_string())?;
            for file in folder {
                let file = file.map_err(|error| error.to_string())?.path();
                if file.extension().is_some_and(|kind| kind == "graphql" || kind == "gql") {
                    let text = std::fs::read_to_string(&file)
                        .map_err(|error| format!("{}: {error}", file.display()))?;
                    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                    trusted.add(name, text)?;
                }
            }
        } else {
            let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
            let list = serde_json::from_str(&text).map_err(|_| {
                "it is neither a folder of documents nor a JSON object of names and documents".to_owned()
            })?;
            match list {
                List::Map(map) => map.into_iter().try_for_each(|(name, text)| trusted.add(name, text))?,
                List::Manifest { operations } => {
                    operations.into_iter().try_for_each(|one| trusted.add(one.id, one.body))?;
                }
            }
        }
        if trusted.0.is_empty() { Err("there is no document in it".to_owned()) } else { Ok(trusted) }
    }

    fn add(&mut self, name: String, text: String) -> Result<(), String> {
        async_graphql::parser::parse_query(&text)
            .map_err(|error| format!("the document `{name}` does not parse: {error}"))?;
        let text: Arc<str> = text.into();
        self.0.insert(hash(&text), text.clone());
        self.0.insert(name.strip_prefix("sha256:").unwrap_or(&name).to_owned(), text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded_and_what_is_used_stays() {
        let mut kept = Kept::default();
        kept.put("used".to_owned(), "{ a }".into());
        for n in 0..MOST_TEXTS * 3 {
            kept.put(n.to_string(), "{ a }".into());
            assert!(kept.get("used").is_some(), "{n}");
        }
        assert!(kept.young.len() + kept.old.len() <= MOST_TEXTS * 2);
        assert!(kept.get("0").is_none());
        let large: Arc<str> = "x".repeat(MOST_BYTES / 2).into();
        for n in 0..9 {
            kept.put(format!("large {n}"), large.clone());
        }
        let bytes: usize = kept.young.values().chain(kept.old.values()).map(|text| text.len()).sum();
        assert!(bytes <= MOST_BYTES * 2, "{bytes}");
    }

    #[test]
    fn lists_of_all_tools_are_read() {
        let folder = std::env::temp_dir().join(format!("cairn-documents-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let text = "query A { a }";
        std::fs::write(folder.join("A.graphql"), text).unwrap();
        std::fs::write(folder.join("notes.txt"), "no document").unwrap();
        let list = folder.join("list.json");
        let read = |content: serde_json::Value| {
            std::fs::write(&list, content.to_string()).unwrap();
            Trusted::read(&list)
        };
        let expected = Trusted::read(&folder).unwrap();
        assert_eq!(expected.0.keys().filter(|name| *name == "A" || **name == hash(text)).count(), 2);
        assert_eq!(read(serde_json::json!({ "A": text })).unwrap(), expected);
        let manifest = serde_json::json!({ "format": "apollo-persisted-query-manifest", "version": 1,
            "operations": [{ "id": "A", "name": "A", "type": "query", "body": text }] });
        assert_eq!(read(manifest).unwrap(), expected);
        assert!(read(serde_json::json!({})).is_err());
        assert!(read(serde_json::json!({ "A": "query {" })).unwrap_err().contains("`A`"));
        assert!(read(serde_json::json!(["A"])).is_err());
        assert!(Trusted::read(&folder.join("none")).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
