//! What happens to credentials after they are issued: suspension, expiry, renewal, replacement, and what a program says of each.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// One live credential of a learner, award and cycle; one that is to replace it waits beside it until it is signed.
const LIVE: &str = "status <> 'revoked' AND NOT (status = 'pending' AND replaces_id IS NOT NULL)";
const LIVE_INDEX: &str = "credential_learner_id_award_id_cycle_live";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        let terms = [
            on.optional(on.integer("renewal_closes_months_after")),
            on.text("renewal_start").default("renewal").to_owned(),
            on.boolean("renews_contained").default(false).to_owned(),
            on.boolean("may_suspend").default(false).to_owned(),
            on.text("on_regrade").default("keep").to_owned(),
        ];
        add(manager, "program_version", terms).await?;
        let marks = [
            on.optional(on.timestamp("suspended_at")),
            on.optional(on.text("suspension_note")),
            on.optional(on.timestamp("expiry_told_at")),
        ];
        add(manager, "credential", marks).await?;
        add(manager, "enrollment", [on.optional(on.timestamp("unsupported_since"))]).await?;
        manager.drop_index(Index::drop().name(LIVE_INDEX).table("credential").to_owned()).await?;
        on.unique_where(manager, "credential", &["learner_id", "award_id", "cycle"], LIVE).await?;
        for sql in [
            "CREATE INDEX credential_left_behind ON credential (issued_at) WHERE status = 'pending' AND bulk_operation_id IS NULL",
            "CREATE INDEX credential_ending ON credential (sort_valid_until) WHERE expiry_told_at IS NULL AND valid_until IS NOT NULL",
        ] {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        for name in ["credential_ending", "credential_left_behind", LIVE_INDEX] {
            manager.drop_index(Index::drop().name(name).table("credential").to_owned()).await?;
        }
        on.unique_where(manager, "credential", &["learner_id", "award_id", "cycle"], "status <> 'revoked'")
            .await?;
        drop(manager, "enrollment", ["unsupported_since"]).await?;
        drop(manager, "credential", ["expiry_told_at", "suspension_note", "suspended_at"]).await?;
        let terms =
            ["on_regrade", "may_suspend", "renews_contained", "renewal_start", "renewal_closes_months_after"];
        drop(manager, "program_version", terms).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Adds columns, one statement each: SQLite takes no more.
async fn add<const N: usize>(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: [ColumnDef; N],
) -> Result<(), DbErr> {
    for mut column in columns {
        manager.alter_table(Table::alter().table(table).add_column(&mut column).to_owned()).await?;
    }
    Ok(())
}

async fn drop<const N: usize>(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: [&'static str; N],
) -> Result<(), DbErr> {
    for column in columns {
        manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
    }
    Ok(())
}
