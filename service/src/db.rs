//! Connections and transactions. SQLite has one writer (`BEGIN IMMEDIATE`) and several readers; PostgreSQL one pool.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

use crate::error::{Error, Result};

tokio::task_local! {
    /// Counts the statements of the request at hand; the HTTP layer sets it.
    pub static STATEMENTS: Arc<AtomicU32>;
}

/// Runs what is not part of a request's own work, such as a note made once a minute: its statements do not count as the request's.
pub async fn uncounted<F: Future>(work: F) -> F::Output {
    STATEMENTS.scope(Arc::default(), work).await
}

/// Where and how to connect.
#[derive(Clone, Debug)]
pub struct DbConfig {
    /// `sqlite://…` or `postgres://…`.
    pub url: String,
    /// Most connections: of readers on SQLite, in all on PostgreSQL.
    pub max_connections: u32,
    /// PostgreSQL schema to work in; the default search path where absent.
    pub schema: Option<String>,
}

/// The database.
#[derive(Clone)]
pub struct Db {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    statements: Arc<AtomicU64>,
}

impl Db {
    /// Connects and checks that the database answers.
    #[crate::boxed]
    pub async fn connect(config: &DbConfig) -> Result<Self> {
        let statements = Arc::new(AtomicU64::new(0));
        let (mut writer, mut reader) = if config.url.starts_with("sqlite:") {
            let writer = open(sqlite_options(config, 1, 48)).await?;
            (writer, open(sqlite_options(config, config.max_connections, 256)).await?)
        } else {
            let pool = open(postgres_options(config)).await?;
            (pool.clone(), pool)
        };
        for connection in [&mut writer, &mut reader] {
            let total = statements.clone();
            connection.set_metric_callback(move |_| {
                total.fetch_add(1, Ordering::Relaxed);
                // Outside a request nobody counts.
                let _ = STATEMENTS.try_with(|count| count.fetch_add(1, Ordering::Relaxed));
            });
        }
        Ok(Self { writer, reader, statements })
    }

    /// For reading. On PostgreSQL this is the place to switch row-level security on.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once: a deferred one that reads first and
    /// writes later fails when another has written in between.
    pub async fn write(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }

    /// Which database this is.
    pub fn backend(&self) -> DbBackend {
        self.reader.get_database_backend()
    }

    /// Statements run since the start.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.reader.ping().await?)
    }
}

async fn open(options: ConnectOptions) -> Result<DatabaseConnection> {
    Database::connect(options)
        .await
        .map_err(|error| Error::internal("the database could not be opened", error))
}

/// `statements` are kept prepared by each connection: fewer by the writer's, whose batches take up to a megabyte each.
fn sqlite_options(config: &DbConfig, connections: u32, statements: usize) -> ConnectOptions {
    let mut options = ConnectOptions::new(&config.url);
    options
        .max_connections(connections)
        .min_connections(1)
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(30));
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .busy_timeout(Duration::from_secs(30))
            .foreign_keys(true)
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "NORMAL")
            .pragma("temp_store", "MEMORY")
            .pragma("cache_size", "-16000")
            .statement_cache_capacity(statements)
    });
    options
}

fn postgres_options(config: &DbConfig) -> ConnectOptions {
    let mut options = ConnectOptions::new(&config.url);
    options
        .max_connections(config.max_connections)
        .min_connections(1)
        .sqlx_logging(false)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(30));
    if let Some(schema) = &config.schema {
        options.set_schema_search_path(schema.clone());
    }
    options
}
