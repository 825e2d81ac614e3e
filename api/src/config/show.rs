//! The configuration as it is shown: by `cairn config`, and as docs/configuration.md.

use serde::Serialize;
use url::Url;

use super::{Config, SETTINGS, Source};
use crate::http::origins::Origins;

/// One setting as it stands.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// The environment variable.
    pub name: &'static str,
    /// Its value; that of a secret, and a password within an address, are masked. Null where there is none.
    pub value: Option<String>,
    /// Where the value came from.
    pub source: Source,
    /// What it is for.
    pub meaning: &'static str,
}

impl Config {
    /// Every setting with its value, source and meaning.
    pub fn shown(&self) -> Vec<Shown> {
        SETTINGS
            .iter()
            .map(|setting| Shown {
                name: setting.name,
                value: self.value(setting.name),
                source: self.source(setting.name),
                meaning: setting.meaning,
            })
            .collect()
    }

    /// The value in force, fit to be shown.
    fn value(&self, name: &str) -> Option<String> {
        let switch = |on: bool| Some(if on { "on" } else { "off" }.to_owned());
        match name {
            "CAIRN_LISTEN" => Some(self.listen.to_string()),
            "CAIRN_PUBLIC_URL" => Some(self.public_url.as_str().trim_end_matches('/').to_owned()),
            "CAIRN_DATABASE_URL" => Some(without_password(&self.database_url)),
            "CAIRN_DATABASE_POOL" => Some(self.database_pool.to_string()),
            "CAIRN_DATA_DIR" => Some(self.data_dir.display().to_string()),
            "CAIRN_MASTER_KEY" => self.master_key.as_ref().map(|_| "***".to_owned()),
            "CAIRN_MASTER_KEY_FILE" => self.master_key_file.as_ref().map(|path| path.display().to_string()),
            "CAIRN_MASTER_KEY_PREVIOUS" => self.master_key_previous.as_ref().map(|_| "***".to_owned()),
            "CAIRN_MASTER_KEY_PREVIOUS_FILE" => {
                self.master_key_previous_file.as_ref().map(|path| path.display().to_string())
            }
            "CAIRN_SIGNER_URL" => self.signer.as_ref().map(|signer| without_password(signer.url.as_str())),
            "CAIRN_SIGNER_TOKEN" => {
                self.signer.as_ref().and_then(|signer| signer.token.as_ref()).map(|_| "***".to_owned())
            }
            "CAIRN_SIGNER_TIMEOUT" => self.signer.as_ref().map(|signer| signer.timeout.as_secs().to_string()),
            "CAIRN_LOG" => Some(self.log.clone()),
            "CAIRN_LOG_FORMAT" => Some(format!("{:?}", self.log_format).to_ascii_lowercase()),
            "CAIRN_CORS_ORIGINS" => match &self.cors_origins {
                Origins::None => None,
                Origins::Any => Some("*".to_owned()),
                Origins::List(list) => Some(list.join(",")),
            },
            "CAIRN_GRAPHIQL" => switch(self.graphiql),
            "CAIRN_FONT_DIR" => self.font_dir.as_ref().map(|path| path.display().to_string()),
            "CAIRN_VC_API" => switch(self.vc_api),
            "CAIRN_FETCH_LOOPBACK" => switch(self.fetch_loopback),
            "CAIRN_WEBHOOK_LOOPBACK" => switch(self.webhook_loopback),
            "CAIRN_EVENT_RETENTION" => Some(self.event_retention.to_string()),
            "CAIRN_SERVER_TIMING" => switch(self.server_timing),
            "CAIRN_WORKERS" => self.workers.map(|count| count.to_string()),
            "CAIRN_BULK_OPERATIONS" => Some(self.bulk_operations.to_string()),
            "CAIRN_IMPORT_LIMIT" => Some((self.import_limit / 1024 / 1024).to_string()),
            "CAIRN_TIME_LIMIT" => Some(self.time_limit.as_secs().to_string()),
            "CAIRN_TRUSTED_DOCUMENTS" => {
                self.trusted_documents.as_ref().map(|path| path.display().to_string())
            }
            "CAIRN_QUERY_COST" => Some(self.query_cost.to_string()),
            "CAIRN_RATE_LIMITS" => switch(self.fair.on),
            "CAIRN_BUDGET_ANONYMOUS" => Some(self.fair.budgets.anonymous.to_string()),
            "CAIRN_BUDGET_PERSON" => Some(self.fair.budgets.person.to_string()),
            "CAIRN_BUDGET_API_KEY" => Some(self.fair.budgets.api_key.to_string()),
            "CAIRN_REQUESTS_ANONYMOUS" => Some(self.fair.requests.anonymous.to_string()),
            "CAIRN_REQUESTS_PERSON" => Some(self.fair.requests.person.to_string()),
            "CAIRN_REQUESTS_API_KEY" => Some(self.fair.requests.api_key.to_string()),
            "CAIRN_STREAMS_ANONYMOUS" => Some(self.fair.streams.anonymous.to_string()),
            "CAIRN_STREAMS_PERSON" => Some(self.fair.streams.person.to_string()),
            "CAIRN_STREAMS_API_KEY" => Some(self.fair.streams.api_key.to_string()),
            "CAIRN_FAILED_SIGN_INS" => Some(self.fair.failed_sign_ins.to_string()),
            "CAIRN_TRUSTED_PROXIES" => Some(self.fair.proxies.to_string()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }
}

fn without_password(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else { return url.to_owned() };
    if parsed.password().is_none() || parsed.set_password(Some("***")).is_err() {
        return url.to_owned();
    }
    parsed.into()
}

/// docs/configuration.md.
pub fn markdown() -> String {
    let mut text = String::from(INTRODUCTION);
    for setting in SETTINGS {
        let default = match setting.default {
            None => "see right".to_owned(),
            Some("") => "none".to_owned(),
            Some(default) => format!("`{default}`"),
        };
        let meaning = setting.meaning.replace('|', "\\|");
        text.push_str(&format!("| `{}` | `--{}` | {default} | {meaning}. |\n", setting.name, setting.flag()));
    }
    text.push_str(EXAMPLE);
    text
}

const INTRODUCTION: &str = "\
# Configuration

<!-- Made by `cargo run -- config --markdown > docs/configuration.md`; a test compares. -->

Each setting can be given as an environment variable, as a flag of any subcommand, or in a TOML file (`--config FILE` or
`CAIRN_CONFIG`) under its name in lower case, with or without `cairn_`. Flags win over the environment, the environment over the
file, the file over the defaults. A wrong value stops the start with one line that names the setting. `cairn config` prints every setting
with its value, its source and its meaning, secrets masked.

| environment variable | flag | default | meaning |
|---|---|---|---|
";

const EXAMPLE: &str = "
An example of a file:

```toml
listen = \"0.0.0.0:8080\"
public_url = \"https://cairn.example.org\"
database_url = \"postgres://cairn@db.internal/cairn\"
master_key_file = \"/run/secrets/cairn-master-key\"
cors_origins = [\"https://lms.example.org\"]
log_format = \"json\"
```
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flags;

    #[test]
    fn every_setting_is_shown_and_secrets_are_not() {
        let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        let url = "postgres://cairn:hunter2@db.example/cairn";
        let config = Config::load(&Flags::default(), |name| match name {
            "CAIRN_MASTER_KEY" | "CAIRN_MASTER_KEY_PREVIOUS" => Some(key.to_owned()),
            "CAIRN_SIGNER_URL" => Some("https://signer.example/".to_owned()),
            "CAIRN_SIGNER_TOKEN" => Some("hunter2".to_owned()),
            "CAIRN_DATABASE_URL" => Some(url.to_owned()),
            "CAIRN_CORS_ORIGINS" => Some("*".to_owned()),
            "CAIRN_WORKERS" => Some("2".to_owned()),
            "CAIRN_TRUSTED_PROXIES" => Some("10.0.0.0/8".to_owned()),
            "CAIRN_TRUSTED_DOCUMENTS" => Some("documents".to_owned()),
            "CAIRN_FONT_DIR" => Some("fonts".to_owned()),
            _ => None,
        })
        .unwrap();
        let shown = config.shown();
        for setting in &shown {
            // What stands in a file cannot stand in the environment, too.
            let of_file = ["CAIRN_MASTER_KEY_FILE", "CAIRN_MASTER_KEY_PREVIOUS_FILE"];
            assert!(setting.value.is_some() || of_file.contains(&setting.name), "{}", setting.name);
        }
        let text = serde_json::to_string(&shown).unwrap();
        assert!(!text.contains(key) && !text.contains("hunter2"));
        assert!(text.contains("postgres://cairn:***@db.example/cairn"));
    }

    #[test]
    fn the_documentation_is_current() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/configuration.md");
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert!(kept == markdown(), "run: cargo run -- config --markdown > docs/configuration.md");
    }
}
