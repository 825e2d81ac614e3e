//! What documents say and nothing held yet: an issuer's address, identifiers and contacts, a learner's DID, a program's specialization;
//! endorsements of achievements, their end, and their place in a status list.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::dialect::{Dialect, add};

#[derive(DeriveMigrationName)]
pub struct Migration;

const ADDED: [(&str, &[&str]); 4] = [
    ("issuer", &["phone", "official", "address", "other_identifiers"]),
    ("learner", &["did"]),
    ("program_version", &["specialization"]),
    (
        "endorsement",
        &["version_award_id", "list_id", "list_index", "valid_until", "withdrawn_at", "declined_at"],
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        for column in ["phone", "official"] {
            add(manager, "issuer", on.optional(on.text(column))).await?;
        }
        add(manager, "issuer", on.optional(on.json("address"))).await?;
        add(manager, "issuer", on.json("other_identifiers").default("[]").to_owned()).await?;
        add(manager, "learner", on.optional(on.text("did"))).await?;
        add(manager, "program_version", on.optional(on.text("specialization"))).await?;
        refer(manager, "version_award_id", "program_version_award").await?;
        refer(manager, "list_id", "status_list").await?;
        add(manager, "endorsement", on.optional(on.integer("list_index"))).await?;
        for column in ["valid_until", "withdrawn_at", "declined_at"] {
            add(manager, "endorsement", on.optional(on.timestamp(column))).await?;
        }
        on.index(manager, "endorsement", &["version_award_id", "id"]).await?;
        on.index(manager, "endorsement", &["list_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in ["endorsement_version_award_id_id_idx", "endorsement_list_id_idx"] {
            manager.drop_index(Index::drop().name(index).table("endorsement").to_owned()).await?;
        }
        for (table, columns) in ADDED {
            for column in columns {
                manager.alter_table(Table::alter().table(table).drop_column(*column).to_owned()).await?;
            }
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A column of `endorsement` that refers to a row of whoever is endorsed or endorses. SQLite takes the reference only with its column.
async fn refer(manager: &SchemaManager<'_>, column: &str, parent: &str) -> Result<(), DbErr> {
    let kind = if manager.get_database_backend() == DbBackend::Postgres { "uuid" } else { "uuid_text" };
    let sql = format!("ALTER TABLE endorsement ADD COLUMN {column} {kind} REFERENCES {parent} (id)");
    manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
}
