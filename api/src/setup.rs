//! From a configuration to what the application stands on: migrations, the master key, the service, a bound address.

use std::{
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::Arc,
};

use cairn_service::{
    Config as ServiceConfig, Service,
    clock::SystemClock,
    db::DbConfig,
    face::Fonts,
    notice::{self, MailConfig},
    random::{Random, SystemRandom},
    seal::MasterKey,
};
use chrono::TimeDelta;

use crate::{
    config::{Config, Mail},
    http::{graphiql, graphql::documents::Trusted, server::HttpSettings},
};

/// The database of whoever has none; it ends with the process.
const IN_MEMORY: &str = "sqlite:file:nobody?mode=memory";

/// Why the application could not be set up: one line for the operator.
#[derive(Debug)]
pub struct SetupError(pub String);

impl From<cairn_service::error::Error> for SetupError {
    fn from(error: cairn_service::error::Error) -> Self {
        Self(format!("{error:?}"))
    }
}

/// Applies pending migrations; returns how many.
///
/// # Errors
/// When the database cannot be reached or a step fails.
pub async fn migrate(config: &Config) -> Result<usize, SetupError> {
    if config.is_sqlite() {
        make_data_dir(&config.data_dir)?;
    }
    cairn_migration::run(&config.database_url)
        .await
        .map_err(|error| SetupError(format!("the database could not be migrated: {error}")))
}

/// Opens the service for a single command. An embedded database is made and migrated first, so that a command works from a
/// clean start; a shared one is left to `cairn migrate` and `cairn serve`.
///
/// # Errors
/// As [`migrate`] and [`open`].
pub async fn open_for_command(config: &Config) -> Result<Arc<Service>, SetupError> {
    if config.is_sqlite() {
        migrate(config).await?;
    }
    open(config).await
}

/// Opens the service for a command that only looks something up, and leaves no file behind: where there is no embedded database, nothing is known of anybody.
///
/// # Errors
/// As [`open`], and where an embedded database has lost its master key.
pub async fn open_to_look(config: &Config) -> Result<Arc<Service>, SetupError> {
    let database = if config.is_sqlite() { cairn_migration::file_of(&config.database_url) } else { None };
    let Some(database) = database else { return open(config).await };
    if database.exists() {
        let key = config.data_dir.join("master.key");
        if config.master_key.is_none() && config.master_key_file.is_none() && !key.exists() {
            let (database, key) = (database.display(), key.display());
            return Err(SetupError(format!("{database} is there, but its master key {key} is not")));
        }
        return open(config).await;
    }
    let config = config.for_stranger(IN_MEMORY, &MasterKey::generate(&SystemRandom)?);
    let _lasting = cairn_migration::in_memory(IN_MEMORY)
        .await
        .map_err(|error| SetupError(format!("no database could be made in memory: {error}")))?;
    open(&config).await
}

/// Opens the service on a migrated database, with the system's clock and randomness.
///
/// # Errors
/// When the database is not reachable or not migrated, or the master key is missing or wrong.
pub async fn open(config: &Config) -> Result<Arc<Service>, SetupError> {
    let pending = cairn_migration::pending(&config.database_url)
        .await
        .map_err(|error| SetupError(format!("the database could not be opened: {error}")))?;
    if pending > 0 {
        return Err(SetupError(format!("the database lacks {pending} migrations; run `cairn migrate`")));
    }
    let master_key = master_key(config, &SystemRandom)?;
    let database =
        DbConfig { url: config.database_url.clone(), max_connections: config.database_pool, schema: None };
    let public_url = config.public_url.as_str().trim_end_matches('/').to_owned();
    Ok(Service::open(
        ServiceConfig {
            public_url,
            database,
            fetch_loopback: config.fetch_loopback,
            webhook_loopback: config.webhook_loopback,
            event_retention: TimeDelta::days(config.event_retention.into()),
            signer: config.signer.clone(),
            mail: config.mail.as_ref().map(mail).transpose()?,
            fonts: fonts(config.font_dir.as_deref())?,
            bulk_operations: config.bulk_operations,
            import_limit: config.import_limit,
        },
        master_key,
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
    )
    .await?)
}

/// How e-mail is sent.
fn mail(mail: &Mail) -> Result<MailConfig, SetupError> {
    let unread = |path: &Path, error: std::io::Error| {
        SetupError(format!("CAIRN_SMTP_CA_FILE: {} could not be read: {error}", path.display()))
    };
    let read = |path: &PathBuf| std::fs::read(path).map_err(|error| unread(path, error));
    Ok(MailConfig {
        relay: mail.relay.clone(),
        password: mail.password.clone(),
        from: notice::sender(&mail.from).map_err(|why| SetupError(format!("CAIRN_MAIL_FROM {why}")))?,
        authorities: mail.ca_file.as_ref().map(read).transpose()?,
        per_minute: mail.rate,
    })
}

/// The fonts of the program and those of a folder, by name, so that every node asks them in the same order.
fn fonts(folder: Option<&Path>) -> Result<Fonts, SetupError> {
    let Some(folder) = folder else { return Ok(Fonts::embedded()) };
    let unread = |path: &Path, error: std::io::Error| {
        SetupError(format!("CAIRN_FONT_DIR: {} could not be read: {error}", path.display()))
    };
    let entries = std::fs::read_dir(folder).map_err(|error| unread(folder, error))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let mut paths = paths.map_err(|error| unread(folder, error))?;
    let is_font = |path: &PathBuf| {
        let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
        ending.is_some_and(|ending| ["ttf", "otf", "ttc"].iter().any(|known| ending == *known))
    };
    paths.retain(is_font);
    paths.sort();
    let files = paths.iter().map(|path| std::fs::read(path).map_err(|error| unread(path, error)));
    Fonts::with(files.collect::<Result<_, _>>()?).map_err(|(place, error)| {
        let path = paths.get(place).map(|path| path.display().to_string()).unwrap_or_default();
        SetupError(format!("CAIRN_FONT_DIR: {path} cannot be used: {error}"))
    })
}

/// Binds the configured address.
///
/// # Errors
/// When it is taken or not this machine's.
pub fn bind(config: &Config) -> Result<TcpListener, SetupError> {
    TcpListener::bind(config.listen)
        .map_err(|error| SetupError(format!("CAIRN_LISTEN: {} cannot be bound: {error}", config.listen)))
}

/// The transport's part of a configuration. `page` is what GraphiQL opens with, where it is on.
///
/// # Errors
/// When the trusted documents cannot be read.
pub fn http_settings(config: &Config, page: graphiql::Page) -> Result<HttpSettings, SetupError> {
    let mut settings = HttpSettings::new(config.public_url.clone());
    settings.workers = config.workers;
    settings.origins = config.cors_origins.clone();
    settings.graphiql = config.graphiql.then_some(page);
    settings.server_timing = config.server_timing;
    settings.vc_api = config.vc_api;
    settings.time_limit = config.time_limit;
    settings.limits.cost = config.query_cost;
    settings.fair = config.fair.clone();
    settings.trusted_documents = config.trusted_documents.as_deref().map(trusted_documents).transpose()?;
    Ok(settings)
}

fn trusted_documents(path: &Path) -> Result<Arc<Trusted>, SetupError> {
    let wrong = |why| SetupError(format!("CAIRN_TRUSTED_DOCUMENTS: {}: {why}", path.display()));
    Trusted::read(path).map(Arc::new).map_err(wrong)
}

/// The configured master key, with the previous one where it is being changed; on SQLite one is made in the data folder where there is none.
fn master_key(config: &Config, random: &dyn Random) -> Result<MasterKey, SetupError> {
    let path = config.data_dir.join("master.key");
    let beside = path.with_extension("key.previous");
    let given = configured(
        (&config.master_key, &config.master_key_file),
        ("CAIRN_MASTER_KEY", "CAIRN_MASTER_KEY_FILE"),
    )?;
    let previous = match configured(
        (&config.master_key_previous, &config.master_key_previous_file),
        ("CAIRN_MASTER_KEY_PREVIOUS", "CAIRN_MASTER_KEY_PREVIOUS_FILE"),
    )? {
        None if given.is_none() && config.is_sqlite() && beside.exists() => {
            Some(read_key("CAIRN_DATA_DIR", &beside)?)
        }
        previous => previous,
    };
    let key = match given {
        Some(key) => key,
        None if config.is_sqlite() => key_in(&path, random)?,
        None => {
            let message = "CAIRN_MASTER_KEY or CAIRN_MASTER_KEY_FILE must be set with PostgreSQL";
            return Err(SetupError(message.into()));
        }
    };
    Ok(match previous {
        Some(previous) => key.with_previous(&previous),
        None => key,
    })
}

/// A master key from its setting or from the file that the other one names.
fn configured(
    (key, file): (&Option<String>, &Option<PathBuf>),
    (of_key, of_file): (&str, &str),
) -> Result<Option<MasterKey>, SetupError> {
    if let Some(key) = key {
        let key = MasterKey::from_base64(key);
        return key.map(Some).ok_or_else(|| SetupError(format!("{of_key} is not 32 bytes in base64")));
    }
    file.as_ref().map(|path| read_key(of_file, path)).transpose()
}

/// The master key in the data folder, made now where there is none.
fn key_in(path: &Path, random: &dyn Random) -> Result<MasterKey, SetupError> {
    if !path.exists() {
        make_data_dir(path.parent().unwrap_or(path))?;
        let key = MasterKey::generate(random)?;
        write_key(path, &key).map_err(|error| {
            SetupError(format!("the master key {} could not be written: {error}", path.display()))
        })?;
    }
    // Another process may have been first: the file tells.
    read_key("CAIRN_DATA_DIR", path)
}

fn read_key(setting: &str, path: &Path) -> Result<MasterKey, SetupError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| SetupError(format!("{setting}: {} could not be read: {error}", path.display())))?;
    MasterKey::from_base64(&text)
        .ok_or_else(|| SetupError(format!("{setting}: {} does not hold 32 bytes in base64", path.display())))
}

/// Writes a whole file that only its owner may read, or none; one that stands already stays.
fn write_key(path: &Path, key: &MasterKey) -> std::io::Result<()> {
    let part = path.with_extension(format!("key.{}", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&part)?;
    writeln!(file, "{}", key.to_base64())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&part, path);
    std::fs::remove_file(&part)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn make_data_dir(path: &Path) -> Result<(), SetupError> {
    std::fs::create_dir_all(path)
        .map_err(|error| SetupError(format!("CAIRN_DATA_DIR: {} could not be made: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flags;

    fn config(settings: &[(&str, &str)]) -> Config {
        let value = |name: &str| {
            settings.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Config::load(&Flags::default(), value).unwrap()
    }

    #[tokio::test]
    async fn an_embedded_database_and_its_key_are_made_once() {
        let folder = std::env::temp_dir().join(format!("cairn-setup-{}", std::process::id()));
        let path = folder.to_string_lossy().into_owned();
        let config = config(&[("CAIRN_DATA_DIR", &path)]);
        assert!(open(&config).await.is_err(), "nothing is there to open yet");
        open_for_command(&config).await.unwrap();
        let key = folder.join("master.key");
        let made = std::fs::read_to_string(&key).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        }
        open_for_command(&config).await.unwrap();
        assert_eq!(std::fs::read_to_string(&key).unwrap(), made);

        std::fs::write(&key, MasterKey::generate(&SystemRandom).unwrap().to_base64()).unwrap();
        let SetupError(line) = open(&config).await.err().unwrap();
        assert!(line.contains("the master key is not the one"), "{line}");
        std::fs::write(&key, "nonsense").unwrap();
        let SetupError(line) = open(&config).await.err().unwrap();
        assert!(line.contains("master.key does not hold 32 bytes"), "{line}");
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_shared_database_wants_a_key_of_its_own() {
        let config = config(&[("CAIRN_DATABASE_URL", "postgres://localhost/cairn")]);
        let SetupError(line) = master_key(&config, &SystemRandom).err().unwrap();
        assert!(line.contains("CAIRN_MASTER_KEY"), "{line}");
    }
}
