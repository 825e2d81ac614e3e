//! What a signed Open Badges credential states, as people read it. Everything is read from the document itself: what was signed is what is shown.

use cairn_words::Words;
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::stated;
use crate::error::Result;

/// A signed credential, read.
#[derive(Clone, Debug)]
pub struct Statement {
    document: Value,
}

impl Statement {
    /// Reads the bytes of a credential of ours.
    ///
    /// # Errors
    /// A fault of the server where they are no JSON.
    pub fn read(document: &str) -> Result<Self> {
        Ok(Self { document: serde_json::from_str(document)? })
    }

    /// The whole document.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Whose credential it is, and of what.
    pub fn subject(&self) -> &Value {
        &self.document["credentialSubject"]
    }

    /// For what it is given.
    pub fn achievement(&self) -> &Value {
        &self.subject()["achievement"]
    }

    /// What that is called.
    pub fn title(&self) -> &str {
        self.achievement()["name"].as_str().unwrap_or_default()
    }

    /// What kind of thing it is, as people write it.
    pub fn kind(&self, words: Words) -> String {
        kind(words, self.achievement())
    }

    /// Who gives it.
    pub fn issuer(&self) -> &str {
        self.document["issuer"]["name"].as_str().unwrap_or_default()
    }

    /// To whom it was given, where the document states a name in the clear.
    pub fn holder(&self) -> Option<&str> {
        items(&self.subject()["identifier"])
            .find(|identity| identity["identityType"] == "name" && identity["hashed"] == false)
            .and_then(|identity| identity["identityHash"].as_str())
    }

    /// When it was earned, where the document says so: it may hold from a later day, as what renews it does.
    pub fn awarded(&self) -> Option<DateTime<Utc>> {
        self.document["awardedDate"].as_str()?.parse().ok()
    }

    /// The language of the achievement (BCP 47), where it has one.
    pub fn language(&self) -> Option<&str> {
        self.achievement()["inLanguage"].as_str()
    }

    /// What it says about one element of the EU's list, such as `Level`.
    pub fn elements<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        elements(self.achievement(), kind)
    }

    /// The first level, in as few characters as say it.
    pub fn short_level(&self) -> Option<String> {
        let level = self.elements("Level").next()?;
        let framework = level["targetFramework"].as_str().unwrap_or_default();
        let value = level["targetCode"].as_str()?;
        Some(format!("{framework} {value}").trim().to_owned())
    }

    /// All that it says about one element in one line, in the reader's language where it is said by a value.
    pub fn said(&self, words: Words, kind: &str) -> Option<String> {
        let one =
            |one| stated::said(words, kind, one).or_else(|| one["targetName"].as_str().map(str::to_owned));
        let said: Vec<String> = self.elements(kind).filter_map(one).collect();
        Some(said.join(" · ")).filter(|text| !text.is_empty())
    }

    /// The names of all that it says about one element, in one line.
    pub fn named(&self, kind: &str) -> Option<String> {
        let names: Vec<&str> = self.elements(kind).filter_map(|one| one["targetName"].as_str()).collect();
        Some(names.join(" · ")).filter(|text| !text.is_empty())
    }
}

/// What an achievement says about one element of the EU's list.
pub fn elements<'a>(achievement: &'a Value, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    items(&achievement["alignment"]).filter(move |one| {
        one["targetType"].as_str().and_then(|known| known.strip_prefix("ext:")) == Some(kind)
    })
}

/// What kind of thing an achievement is, as people write it: `MicroCredential` is "Micro Credential". One that the standard does not have is split into its
/// words.
pub fn kind(words: Words, achievement: &Value) -> String {
    let name = achievement["achievementType"].as_str().unwrap_or("Credential");
    let Some(name) = name.strip_prefix("ext:") else { return words.credential_kind(name) };
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.push(letter);
    }
    text
}

/// One or several of a member that may hold either.
pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value
        .as_array()
        .map_or_else(|| std::slice::from_ref(value), Vec::as_slice)
        .iter()
        .filter(|one| !one.is_null())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn kinds_are_words() {
        for (name, words) in
            [("MicroCredential", "Micro Credential"), ("ext:OwnAward", "Own Award"), ("Badge", "Badge")]
        {
            assert_eq!(kind(Words::default(), &json!({ "achievementType": name })), words);
        }
        assert_eq!(kind(Words::default(), &json!({})), "Credential");
    }

    #[test]
    fn a_name_is_read_where_it_is_clear() {
        let read = |hashed| {
            let identity = json!({ "identityType": "name", "hashed": hashed, "identityHash": "Zoë" });
            let document = json!({ "credentialSubject": { "identifier": identity } }).to_string();
            Statement::read(&document).unwrap().holder().map(ToOwned::to_owned)
        };
        assert_eq!(read(false).as_deref(), Some("Zoë"));
        assert_eq!(read(true), None);
    }
}
