//! A fresh, migrated database for each test: a copied SQLite file, or a database cloned from a template on the PostgreSQL server that
//! `CAIRN_TEST_DATABASE_URL` names.

use cairn_service::db::DbConfig;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use url::Url;

/// Names the server; absent: SQLite.
const SERVER: &str = "CAIRN_TEST_DATABASE_URL";

static SQLITE_TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
static POSTGRES_TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// Which database the tests run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Backend {
    /// The one of this run.
    pub fn current() -> Self {
        if std::env::var_os(SERVER).is_some() { Backend::Postgres } else { Backend::Sqlite }
    }
}

/// A database that goes away with its test.
pub struct TestDatabase {
    url: String,
    _folder: TempDir,
}

impl TestDatabase {
    /// Makes one.
    pub async fn create() -> Self {
        let folder = TempDir::new().unwrap();
        let url = match std::env::var(SERVER) {
            Err(_) => {
                let template = SQLITE_TEMPLATE.get_or_init(sqlite_template).await;
                let file = folder.path().join("cairn.db");
                std::fs::write(&file, template).unwrap();
                format!("sqlite://{}", file.display())
            }
            Ok(server) => {
                let template = POSTGRES_TEMPLATE.get_or_init(|| postgres_template(server.clone())).await;
                let name = format!("cairn_test_{}", unique());
                run(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
                with_database(&server, &name)
            }
        };
        Self { url, _folder: folder }
    }

    /// How a service connects to it.
    pub fn config(&self) -> DbConfig {
        DbConfig { url: self.url.clone(), max_connections: 8, schema: None }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection to look into it.
    pub async fn connect(&self) -> DatabaseConnection {
        Database::connect(ConnectOptions::new(&self.url).max_connections(1).sqlx_logging(false).to_owned())
            .await
            .unwrap()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Ok(server) = std::env::var(SERVER) else { return };
        let Some(name) = Url::parse(&self.url).ok().map(|url| url.path().trim_start_matches('/').to_owned())
        else {
            return;
        };
        let drop = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
        });
        // A database that could not be dropped is left to the server's owner; the test's own result stands.
        let _ = drop.join();
    }
}

async fn sqlite_template() -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("template.db");
    cairn_migration::run(&format!("sqlite://{}?mode=rwc", file.display())).await.unwrap();
    std::fs::read(&file).unwrap()
}

async fn postgres_template(server: String) -> String {
    let name = format!("cairn_template_{}", unique());
    run(&server, &format!("CREATE DATABASE {name}")).await;
    cairn_migration::run(&with_database(&server, &name)).await.unwrap();
    name
}

async fn run(server: &str, sql: &str) {
    let hint = format!("{SERVER} names a PostgreSQL server that cannot be used; `tests/run` starts one");
    let options = ConnectOptions::new(server).max_connections(1).sqlx_logging(false).to_owned();
    let connection = Database::connect(options).await.unwrap_or_else(|error| panic!("{hint}: {error}"));
    connection.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{hint}: {error}"));
    connection.close().await.unwrap();
}

fn with_database(server: &str, name: &str) -> String {
    let mut url = Url::parse(server).unwrap();
    url.set_path(name);
    url.to_string()
}

fn unique() -> String {
    use cairn_service::random::{Random, SystemRandom};
    let mut bytes = [0; 8];
    SystemRandom.fill(&mut bytes).unwrap();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
