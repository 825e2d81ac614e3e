//! Notices to learners by e-mail: whether an issuer sends them, in which words, what became of each, and who wants none.

use sea_orm_migration::prelude::*;

use crate::dialect::{Dialect, add};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        setting(manager, on).await?;
        template(manager, on).await?;
        delivery(manager, on).await?;
        add(manager, "learner", on.text("notices").default("wanted").to_owned()).await?;
        let begin = "INSERT INTO feed_consumer (name, position) SELECT 'notices', position FROM outbox_head";
        manager.get_connection().execute_unprepared(begin).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let end = "DELETE FROM feed_consumer WHERE name = 'notices'";
        manager.get_connection().execute_unprepared(end).await?;
        manager.alter_table(Table::alter().table("learner").drop_column("notices").to_owned()).await?;
        for table in ["notice_delivery", "notice_template", "notice_setting"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn setting(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("notice_setting")
                .col(on.boolean("enabled"))
                .col(on.json("kinds"))
                .col(on.integer("days_before_expiry"))
                .col(on.optional(on.text("reply_to")))
                .col(on.text("language"))
                .col(on.bigint("since_position"))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("updated_at"))
                .index(Index::create().name("notice_setting_issuer").col("issuer_id").unique())
                .to_owned(),
        )
        .await?;
    on.index(manager, "notice_setting", &["enabled", "since_position"]).await
}

async fn template(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("notice_template")
                .col(on.text("kind"))
                .col(on.key("language"))
                .col(on.text("subject"))
                .col(on.text("body"))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("updated_at"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "notice_template", &["issuer_id", "kind", "language"]).await
}

async fn delivery(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("notice_delivery")
                .col(on.uuid("credential_id"))
                .col(on.text("kind"))
                .col(on.uuid("message_id"))
                .col(on.bigint("position"))
                .col(on.text("status"))
                .col(on.optional(on.text("reason")))
                .col(on.integer("attempt_count"))
                .col(on.optional(on.integer("last_code")))
                .col(on.optional(on.timestamp("next_attempt_at")))
                .col(on.optional(on.timestamp("first_attempt_at")))
                .col(on.optional(on.timestamp("sent_at")))
                .col(on.optional(on.key("lease_owner")))
                .col(on.optional(on.timestamp("lease_until")))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("updated_at"))
                .foreign_key(&mut on.refers("credential_id", "credential"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "notice_delivery", &["message_id"]).await?;
    for columns in [
        ["credential_id", "position"].as_slice(),
        &["issuer_id", "next_attempt_at"],
        &["next_attempt_at"],
        &["created_at"],
    ] {
        on.index(manager, "notice_delivery", columns).await?;
    }
    Ok(())
}
