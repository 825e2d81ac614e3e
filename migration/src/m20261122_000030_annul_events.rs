//! Learning events that others void or correct, and the ways to find these: by what they name, by enrollment, by what has been silent longest.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        let mut annulled_by = on.optional(on.uuid("annulled_by_id"));
        manager
            .alter_table(Table::alter().table("learning_event").add_column(&mut annulled_by).to_owned())
            .await?;
        on.index(manager, "learning_event", &["enrollment_id", "id"]).await?;
        on.index(manager, "enrollment", &["issuer_id", "last_activity_at", "id"]).await?;
        let naming = "CREATE INDEX learning_event_naming ON learning_event (source_id, corrects) WHERE corrects IS NOT NULL";
        manager.get_connection().execute_unprepared(naming).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, index) in [
            ("learning_event", "learning_event_naming"),
            ("enrollment", "enrollment_issuer_id_last_activity_at_id_idx"),
            ("learning_event", "learning_event_enrollment_id_id_idx"),
        ] {
            manager.drop_index(Index::drop().name(index).table(table).to_owned()).await?;
        }
        manager
            .alter_table(Table::alter().table("learning_event").drop_column("annulled_by_id").to_owned())
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
