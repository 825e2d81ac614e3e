//! Database migrations, for SQLite and PostgreSQL alike. They import no entity: a step means the same for ever.

use std::path::PathBuf;

pub use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm_migration::sea_orm::{ConnectOptions, Database, DatabaseConnection};

mod dialect;
mod m20261121_000001_create_issuers;
mod m20261121_000002_create_skills;
mod m20261121_000003_create_programs;
mod m20261121_000004_create_cohorts_and_assessments;
mod m20261121_000005_create_people;
mod m20261121_000006_create_enrollments;
mod m20261121_000007_create_attempts;
mod m20261121_000008_create_credentials;
mod m20261121_000009_create_operations;
mod m20261121_000010_create_endorsements;
mod m20261122_000012_follow_credentials;
mod m20261122_000013_keep_signatures;
mod m20261122_000014_describe_issuers_and_endorsements;
mod m20261122_000015_place_given_documents;
mod m20261122_000016_slim_credential_indices;
mod m20261122_000017_order_events;
mod m20261122_000020_extend_programs;
mod m20261122_000025_ask_questions;
mod m20261122_000026_judge_attempts;
mod m20261122_000027_recognize_prior_learning;
mod m20261122_000030_annul_events;
mod m20261122_000031_keep_people;
mod m20261122_000032_keep_outcomes;
mod m20261122_000033_create_webhooks;
mod m20261122_000036_write_exports;
mod m20261122_000037_receive_imports;
mod m20261122_000039_share_budgets;
mod m20261122_000040_budget_keys;
mod m20261122_000041_trace_requests;
mod m20261122_000042_design_certificates;
mod m20261122_000043_share_credentials;
mod m20261122_000044_keep_portfolios;
mod m20261122_000045_share_passports;
mod m20261122_000046_choose_results;
mod m20261122_000047_keep_learner_records;
mod m20261122_000049_create_notices;
mod m20261122_000054_translate_certificates;

/// All steps, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_create_issuers::Migration),
            Box::new(m20261121_000002_create_skills::Migration),
            Box::new(m20261121_000003_create_programs::Migration),
            Box::new(m20261121_000004_create_cohorts_and_assessments::Migration),
            Box::new(m20261121_000005_create_people::Migration),
            Box::new(m20261121_000006_create_enrollments::Migration),
            Box::new(m20261121_000007_create_attempts::Migration),
            Box::new(m20261121_000008_create_credentials::Migration),
            Box::new(m20261121_000009_create_operations::Migration),
            Box::new(m20261121_000010_create_endorsements::Migration),
            Box::new(m20261122_000012_follow_credentials::Migration),
            Box::new(m20261122_000013_keep_signatures::Migration),
            Box::new(m20261122_000014_describe_issuers_and_endorsements::Migration),
            Box::new(m20261122_000025_ask_questions::Migration),
            Box::new(m20261122_000020_extend_programs::Migration),
            Box::new(m20261122_000015_place_given_documents::Migration),
            Box::new(m20261122_000016_slim_credential_indices::Migration),
            Box::new(m20261122_000017_order_events::Migration),
            Box::new(m20261122_000026_judge_attempts::Migration),
            Box::new(m20261122_000027_recognize_prior_learning::Migration),
            Box::new(m20261122_000030_annul_events::Migration),
            Box::new(m20261122_000031_keep_people::Migration),
            Box::new(m20261122_000033_create_webhooks::Migration),
            Box::new(m20261122_000042_design_certificates::Migration),
            Box::new(m20261122_000043_share_credentials::Migration),
            Box::new(m20261122_000054_translate_certificates::Migration),
            Box::new(m20261122_000039_share_budgets::Migration),
            Box::new(m20261122_000036_write_exports::Migration),
            Box::new(m20261122_000032_keep_outcomes::Migration),
            Box::new(m20261122_000037_receive_imports::Migration),
            Box::new(m20261122_000049_create_notices::Migration),
            Box::new(m20261122_000044_keep_portfolios::Migration),
            Box::new(m20261122_000045_share_passports::Migration),
            Box::new(m20261122_000046_choose_results::Migration),
            Box::new(m20261122_000040_budget_keys::Migration),
            Box::new(m20261122_000041_trace_requests::Migration),
            Box::new(m20261122_000047_keep_learner_records::Migration),
        ]
    }
}

/// Applies what is pending and returns how many steps that were.
pub async fn run(url: &str) -> Result<usize, DbErr> {
    let db = open(url).await?;
    let pending = Migrator::get_pending_migrations(&db).await?.len();
    Migrator::up(&db, None).await?;
    db.close().await?;
    Ok(pending)
}

/// How many steps are not yet applied.
pub async fn pending(url: &str) -> Result<usize, DbErr> {
    let db = open(url).await?;
    let pending = Migrator::get_pending_migrations(&db).await?.len();
    db.close().await?;
    Ok(pending)
}

/// Makes a database in memory, with every step applied. It lasts as long as a connection to it is open: the one that is given back, at first.
pub async fn in_memory(url: &str) -> Result<DatabaseConnection, DbErr> {
    let db = open(url).await?;
    Migrator::up(&db, None).await?;
    Ok(db)
}

/// The file in which an SQLite database lies or would; `None` where the URL is not understood.
pub fn file_of(url: &str) -> Option<PathBuf> {
    url.parse().ok().map(|options: SqliteConnectOptions| options.get_filename().to_owned())
}

async fn open(url: &str) -> Result<DatabaseConnection, DbErr> {
    Database::connect(ConnectOptions::new(url).max_connections(1).sqlx_logging(false).to_owned()).await
}
