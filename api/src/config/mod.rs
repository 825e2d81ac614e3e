//! The configuration: defaults, then a TOML file, then the environment, then flags; the later wins. Every setting knows
//! where its value came from. The list of settings is in `settings`, how it is shown in `show`.

mod fair;
mod mail;
mod settings;
mod show;

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use cairn_service::{seal::MasterKey, signer::SignerConfig};
use url::Url;

pub use self::{
    mail::Mail,
    settings::{Flags, LogFormat, SETTINGS, Setting},
    show::{Shown, markdown},
};
use crate::http::{fair::Settings as FairSettings, origins::Origins};

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Built in.
    Default,
    /// The file of `--config` or `CAIRN_CONFIG`.
    File,
    /// An environment variable.
    Env,
    /// A flag of the command line.
    Flag,
}

impl Source {
    /// As a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Env => "env",
            Self::Flag => "flag",
        }
    }
}

/// Texts of settings by their names, before they are understood, with their sources.
type Given = HashMap<&'static str, (String, Source)>;

/// The configuration, understood and checked. The fields are the settings of their names.
#[derive(Clone, Debug)]
pub struct Config {
    /// `CAIRN_LISTEN`.
    pub listen: SocketAddr,
    /// `CAIRN_PUBLIC_URL`.
    pub public_url: Url,
    /// `CAIRN_DATABASE_URL`.
    pub database_url: String,
    /// `CAIRN_DATABASE_POOL`.
    pub database_pool: u32,
    /// `CAIRN_DATA_DIR`.
    pub data_dir: PathBuf,
    /// `CAIRN_MASTER_KEY`.
    pub master_key: Option<String>,
    /// `CAIRN_MASTER_KEY_FILE`.
    pub master_key_file: Option<PathBuf>,
    /// `CAIRN_MASTER_KEY_PREVIOUS`.
    pub master_key_previous: Option<String>,
    /// `CAIRN_MASTER_KEY_PREVIOUS_FILE`.
    pub master_key_previous_file: Option<PathBuf>,
    /// `CAIRN_SIGNER_URL`, with its token and timeout.
    pub signer: Option<SignerConfig>,
    /// `CAIRN_SMTP_URL` and what belongs to it.
    pub mail: Option<Mail>,
    /// `CAIRN_LOG`.
    pub log: String,
    /// `CAIRN_LOG_FORMAT`.
    pub log_format: LogFormat,
    /// `CAIRN_CORS_ORIGINS`.
    pub cors_origins: Origins,
    /// `CAIRN_GRAPHIQL`.
    pub graphiql: bool,
    /// `CAIRN_FONT_DIR`.
    pub font_dir: Option<PathBuf>,
    /// `CAIRN_VC_API`.
    pub vc_api: bool,
    /// `CAIRN_FETCH_LOOPBACK`.
    pub fetch_loopback: bool,
    /// `CAIRN_WEBHOOK_LOOPBACK`.
    pub webhook_loopback: bool,
    /// `CAIRN_EVENT_RETENTION`, in days.
    pub event_retention: u32,
    /// `CAIRN_SERVER_TIMING`.
    pub server_timing: bool,
    /// `CAIRN_WORKERS`.
    pub workers: Option<usize>,
    /// `CAIRN_BULK_OPERATIONS`.
    pub bulk_operations: usize,
    /// `CAIRN_IMPORT_LIMIT`, in bytes.
    pub import_limit: i64,
    /// `CAIRN_TIME_LIMIT`.
    pub time_limit: Duration,
    /// `CAIRN_TRUSTED_DOCUMENTS`.
    pub trusted_documents: Option<PathBuf>,
    /// `CAIRN_QUERY_COST`.
    pub query_cost: u64,
    /// `CAIRN_RATE_LIMITS` and what it switches.
    pub fair: FairSettings,
    given: Given,
}

/// A setting whose value is wrong, or a file that cannot be read: one line that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub String);

impl Config {
    /// Reads flags, environment and file. `env` looks a variable up.
    ///
    /// # Errors
    /// The first setting whose value is wrong, by name.
    pub fn load(flags: &Flags, env: impl Fn(&str) -> Option<String>) -> Result<Self, Wrong> {
        let mut given = Given::new();
        let file = flags
            .config
            .clone()
            .or_else(|| env("CAIRN_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from));
        if let Some(path) = file {
            read_file(&path, &mut given)?;
        }
        for setting in SETTINGS {
            if let Some(value) = env(setting.name).filter(|value| !value.is_empty()) {
                given.insert(setting.name, (value, Source::Env));
            }
        }
        for (name, value) in &flags.values {
            given.insert(name, (value.clone(), Source::Flag));
        }
        Self::understand(given)
    }

    fn understand(given: Given) -> Result<Self, Wrong> {
        let reader = Reader { given: &given };
        let listen: SocketAddr =
            reader.parse("CAIRN_LISTEN", "an address with a port, like 127.0.0.1:8080")?;
        let data_dir = PathBuf::from(reader.text("CAIRN_DATA_DIR"));
        let database_url = match reader.given("CAIRN_DATABASE_URL") {
            Some(url) => url.to_owned(),
            None => format!("sqlite://{}?mode=rwc", data_dir.join("cairn.db").display()),
        };
        let sqlite = database_url.starts_with("sqlite:");
        if !sqlite && !["postgres://", "postgresql://"].iter().any(|scheme| database_url.starts_with(scheme))
        {
            return Err(reader.wrong("CAIRN_DATABASE_URL", "must begin with sqlite:// or postgres://"));
        }
        let pool = if sqlite { 8 } else { 16 };
        let graphiql = match reader.given("CAIRN_GRAPHIQL") {
            None | Some("auto") => listen.ip().is_loopback(),
            Some(_) => reader.switch("CAIRN_GRAPHIQL")?,
        };
        let (master_key, master_key_file) =
            reader.master_key(["CAIRN_MASTER_KEY", "CAIRN_MASTER_KEY_FILE"])?;
        let (master_key_previous, master_key_previous_file) =
            reader.master_key(["CAIRN_MASTER_KEY_PREVIOUS", "CAIRN_MASTER_KEY_PREVIOUS_FILE"])?;
        let public_url = reader.public_url()?;
        Ok(Self {
            fair: reader.fair(listen, &public_url)?,
            public_url,
            database_pool: reader
                .optional("CAIRN_DATABASE_POOL", 1..=1000)?
                .map_or(pool, |count| count as u32),
            log: reader.text("CAIRN_LOG").to_owned(),
            log_format: reader.parse("CAIRN_LOG_FORMAT", "`text` or `json`")?,
            cors_origins: Origins::parse(reader.text("CAIRN_CORS_ORIGINS"))
                .map_err(|why| reader.wrong("CAIRN_CORS_ORIGINS", &why))?,
            font_dir: reader.given("CAIRN_FONT_DIR").filter(|text| !text.is_empty()).map(PathBuf::from),
            vc_api: reader.switch("CAIRN_VC_API")?,
            fetch_loopback: reader.switch("CAIRN_FETCH_LOOPBACK")?,
            webhook_loopback: reader.switch("CAIRN_WEBHOOK_LOOPBACK")?,
            event_retention: reader.event_retention()?,
            server_timing: reader.switch("CAIRN_SERVER_TIMING")?,
            workers: reader.optional("CAIRN_WORKERS", 1..=512)?,
            bulk_operations: reader.optional("CAIRN_BULK_OPERATIONS", 1..=64)?.unwrap_or(2),
            import_limit: reader.optional("CAIRN_IMPORT_LIMIT", 1..=1024)?.unwrap_or(32) as i64 * 1024 * 1024,
            time_limit: Duration::from_secs(reader.number("CAIRN_TIME_LIMIT", 1..=3600)?),
            trusted_documents: reader.given("CAIRN_TRUSTED_DOCUMENTS").map(PathBuf::from),
            query_cost: reader.number("CAIRN_QUERY_COST", 1..=1_000_000_000)?,
            listen,
            database_url,
            data_dir,
            master_key,
            master_key_file,
            master_key_previous,
            master_key_previous_file,
            signer: reader.signer()?,
            mail: reader.mail()?,
            graphiql,
            given,
        })
    }

    /// Whether the database is the embedded one.
    pub fn is_sqlite(&self) -> bool {
        self.database_url.starts_with("sqlite:")
    }

    /// The same for a demonstration: embedded SQLite and a new master key in a folder of its own, GraphiQL on, webhooks to this machine, and links that lead to
    /// the bound address unless a public one was given.
    #[must_use]
    pub fn for_demo(&self, folder: &Path, bound: SocketAddr) -> Self {
        let mut config = self.clone();
        config.database_url = format!("sqlite://{}?mode=rwc", folder.join("cairn.db").display());
        config.data_dir = folder.to_owned();
        (config.master_key, config.master_key_file, config.graphiql) = (None, None, true);
        (config.master_key_previous, config.master_key_previous_file) = (None, None);
        if self.source("CAIRN_WEBHOOK_LOOPBACK") == Source::Default {
            config.webhook_loopback = true;
        }
        if self.source("CAIRN_PUBLIC_URL") == Source::Default
            && let Ok(url) = Url::parse(&format!("http://localhost:{}", bound.port()))
        {
            config.public_url = url;
        }
        config
    }

    /// The same for whoever has no server of their own: a database in memory, a key for it, and nothing that lies in files or elsewhere.
    #[must_use]
    pub fn for_stranger(&self, database_url: &str, master_key: &MasterKey) -> Self {
        let mut config = self.clone();
        config.database_url = database_url.to_owned();
        (config.master_key, config.master_key_file) = (Some(master_key.to_base64()), None);
        (config.master_key_previous, config.master_key_previous_file) = (None, None);
        (config.signer, config.mail, config.font_dir) = (None, None, None);
        config
    }

    /// Where a setting's value came from.
    pub fn source(&self, name: &str) -> Source {
        self.given.get(name).map_or(Source::Default, |(_, source)| *source)
    }
}

/// Understands the texts of settings.
struct Reader<'a> {
    given: &'a Given,
}

impl<'a> Reader<'a> {
    fn given(&self, name: &str) -> Option<&'a str> {
        self.given.get(name).map(|(text, _)| text.trim())
    }

    /// The text given, or the default.
    fn text(&self, name: &str) -> &'a str {
        let default =
            SETTINGS.iter().find(|setting| setting.name == name).and_then(|setting| setting.default);
        self.given(name).or(default).unwrap_or_default()
    }

    fn parse<T: std::str::FromStr>(&self, name: &str, form: &str) -> Result<T, Wrong> {
        self.text(name).parse().map_err(|_| self.wrong(name, &format!("must be {form}")))
    }

    fn switch(&self, name: &str) -> Result<bool, Wrong> {
        match self.text(name).to_ascii_lowercase().as_str() {
            "on" | "true" | "yes" | "1" => Ok(true),
            "off" | "false" | "no" | "0" => Ok(false),
            _ => Err(self.wrong(name, "must be `on` or `off`")),
        }
    }

    fn optional(&self, name: &str, range: std::ops::RangeInclusive<usize>) -> Result<Option<usize>, Wrong> {
        let Some(text) = self.given(name) else { return Ok(None) };
        let number = text.parse().ok().filter(|number| range.contains(number));
        let form = format!("must be a number from {} to {}", range.start(), range.end());
        number.map(Some).ok_or_else(|| self.wrong(name, &form))
    }

    /// No shorter than what webhooks are tried for.
    fn event_retention(&self) -> Result<u32, Wrong> {
        let name = "CAIRN_EVENT_RETENTION";
        let days = self.text(name).parse().ok().filter(|days| (4..=3_650).contains(days));
        days.ok_or_else(|| self.wrong(name, "must be a number of days from 4 to 3650"))
    }

    /// A number that is always there: given, or by default.
    fn number(&self, name: &str, range: std::ops::RangeInclusive<u64>) -> Result<u64, Wrong> {
        let number = self.text(name).parse().ok().filter(|number| range.contains(number));
        let form = format!("must be a number from {} to {}", range.start(), range.end());
        number.ok_or_else(|| self.wrong(name, &form))
    }

    /// The address that clients use: an origin, because did:web, cookies and well-known paths want the root.
    fn public_url(&self) -> Result<Url, Wrong> {
        let name = "CAIRN_PUBLIC_URL";
        let url = Url::parse(self.text(name)).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let plain = url.filter(|url| url.path() == "/" && url.query().is_none() && url.fragment().is_none());
        plain.filter(|url| url.username().is_empty() && url.password().is_none()).ok_or_else(|| {
            self.wrong(name, "must be an address like https://cairn.example.org, without a path")
        })
    }

    /// A master key by its own setting, or the file of the other.
    fn master_key(&self, [name, of_file]: [&str; 2]) -> Result<(Option<String>, Option<PathBuf>), Wrong> {
        let key = self.given(name).map(str::to_owned);
        let file = self.given(of_file).map(PathBuf::from);
        if key.is_some() && file.is_some() {
            return Err(self.wrong(of_file, &format!("cannot stand beside {name}")));
        }
        if key.as_deref().is_some_and(|key| MasterKey::from_base64(key).is_none()) {
            return Err(self.wrong(name, "must be 32 bytes in base64 (`openssl rand -base64 32`)"));
        }
        Ok((key, file))
    }

    fn signer(&self) -> Result<Option<SignerConfig>, Wrong> {
        let name = "CAIRN_SIGNER_URL";
        let timeout = self.optional("CAIRN_SIGNER_TIMEOUT", 1..=120)?.unwrap_or(5);
        let Some(text) = self.given(name) else { return Ok(None) };
        let url = Url::parse(text).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none()
        });
        let url = url.ok_or_else(|| self.wrong(name, "must be an address like https://signer.internal"))?;
        let token = self.given("CAIRN_SIGNER_TOKEN").map(str::to_owned);
        Ok(Some(SignerConfig { url, token, timeout: Duration::from_secs(timeout as u64) }))
    }

    /// A line that names the setting, its value unless secret, and where that came from.
    fn wrong(&self, name: &str, why: &str) -> Wrong {
        let Some((text, source)) = self.given.get(name) else { return Wrong(format!("{name} {why}")) };
        let secret = SETTINGS.iter().any(|setting| setting.name == name && setting.secret);
        let value = if secret { "the value".to_owned() } else { format!("`{text}`") };
        Wrong(format!("{name} {why}; {value} (source: {}) is not", source.name()))
    }
}

/// Reads a TOML file whose keys are the settings' names in lower case, with or without `cairn_`.
fn read_file(path: &Path, given: &mut Given) -> Result<(), Wrong> {
    let wrong = |why: String| Wrong(format!("the configuration file {}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let table: toml::Table = toml::from_str(&text).map_err(|error| wrong(error.message().to_owned()))?;
    for (key, value) in table {
        let setting = SETTINGS
            .iter()
            .find(|setting| {
                let name = setting.name.to_ascii_lowercase();
                key == name || Some(key.as_str()) == name.strip_prefix("cairn_")
            })
            .ok_or_else(|| wrong(format!("`{key}` is not a setting")))?;
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Boolean(switch) => if switch { "on" } else { "off" }.to_owned(),
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Array(items) if items.iter().all(toml::Value::is_str) => {
                items.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join(",")
            }
            _ => return Err(wrong(format!("`{key}` must be a text, a number, a switch or a list of texts"))),
        };
        given.insert(setting.name, (text, Source::File));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn load(flags: &[(&'static str, &str)], env: &[(&str, &str)]) -> Result<Config, Wrong> {
        let flags = Flags {
            config: None,
            values: flags.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        };
        Config::load(&flags, |name| {
            env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn defaults_are_those_of_the_documentation() {
        let config = load(&[], &[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.public_url.as_str(), "http://localhost:8080/");
        assert_eq!(config.database_url, "sqlite://cairn-data/cairn.db?mode=rwc");
        assert!(config.graphiql && !config.vc_api && !config.server_timing);
        assert_eq!(config.cors_origins, Origins::None);
    }

    #[test]
    fn the_later_source_wins() {
        let folder = std::env::temp_dir().join(format!("cairn-config-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("cairn.toml");
        let text = "listen = \"127.0.0.1:1\"\ncairn_data_dir = \"from-file\"\nworkers = 3\ncors_origins = [\"https://a.example\"]\n";
        std::fs::write(&path, text).unwrap();
        let path = path.to_string_lossy().into_owned();
        let env =
            [("CAIRN_CONFIG", path.as_str()), ("CAIRN_LISTEN", "127.0.0.1:2"), ("CAIRN_GRAPHIQL", "off")];
        let config = load(&[("CAIRN_LISTEN", "127.0.0.1:3")], &env).unwrap();
        assert_eq!((config.listen.port(), config.source("CAIRN_LISTEN")), (3, Source::Flag));
        assert_eq!((config.graphiql, config.source("CAIRN_GRAPHIQL")), (false, Source::Env));
        assert_eq!((config.workers, config.source("CAIRN_WORKERS")), (Some(3), Source::File));
        assert_eq!(config.database_url, "sqlite://from-file/cairn.db?mode=rwc");
        assert_eq!(config.cors_origins, Origins::List(vec!["https://a.example".into()]));
        assert_eq!(config.source("CAIRN_LOG"), Source::Default);

        std::fs::write(&path, "lisen = \"x\"").unwrap();
        assert!(load(&[], &env).unwrap_err().0.contains("`lisen` is not a setting"));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_wrong_value_is_named_in_one_line() {
        for (name, value) in [
            ("CAIRN_LISTEN", "localhost"),
            ("CAIRN_PUBLIC_URL", "cairn.example.org"),
            ("CAIRN_PUBLIC_URL", "https://cairn.example.org/path"),
            ("CAIRN_PUBLIC_URL", "ftp://cairn.example.org"),
            ("CAIRN_DATABASE_URL", "mysql://x"),
            ("CAIRN_DATABASE_POOL", "0"),
            ("CAIRN_MASTER_KEY", "short"),
            ("CAIRN_MASTER_KEY_PREVIOUS", "short"),
            ("CAIRN_SIGNER_URL", "signer.internal"),
            ("CAIRN_SIGNER_TIMEOUT", "0"),
            ("CAIRN_LOG_FORMAT", "xml"),
            ("CAIRN_CORS_ORIGINS", "lms.example.org"),
            ("CAIRN_GRAPHIQL", "maybe"),
            ("CAIRN_VC_API", "maybe"),
            ("CAIRN_WEBHOOK_LOOPBACK", "maybe"),
            ("CAIRN_EVENT_RETENTION", "3"),
            ("CAIRN_WORKERS", "many"),
            ("CAIRN_BULK_OPERATIONS", "0"),
            ("CAIRN_IMPORT_LIMIT", "none"),
            ("CAIRN_TIME_LIMIT", "0"),
            ("CAIRN_QUERY_COST", "cheap"),
            ("CAIRN_RATE_LIMITS", "maybe"),
            ("CAIRN_BUDGET_PERSON", "100"),
            ("CAIRN_FAILED_SIGN_INS", "0/1"),
            ("CAIRN_STREAMS_PERSON", "0"),
            ("CAIRN_TRUSTED_PROXIES", "proxy.internal"),
        ] {
            let Wrong(line) = load(&[], &[(name, value)]).unwrap_err();
            assert!(line.starts_with(name) && !line.contains('\n'), "{line}");
            assert_eq!(line.contains(value), !name.starts_with("CAIRN_MASTER_KEY"), "{line}");
        }
    }
}
