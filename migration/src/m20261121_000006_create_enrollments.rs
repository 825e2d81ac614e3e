//! Enrollments, their history and progress, learning events.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        enrollment(manager, on).await?;
        enrollment_change(manager, on).await?;
        component_progress(manager, on).await?;
        learning_event(manager, on).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["learning_event", "component_progress", "enrollment_change", "enrollment"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn enrollment(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("enrollment")
                .col(on.uuid("learner_id"))
                .col(on.uuid("program_id"))
                .col(on.uuid("version_id"))
                .col(on.optional(on.uuid("cohort_id")))
                .col(on.uuid("place_id"))
                .col(on.integer("ordinal"))
                .col(on.optional(on.key("external_id")))
                .col(on.text("status"))
                .col(on.optional(on.key("track")))
                .col(on.optional(on.timestamp("identity_verified_at")))
                .col(on.timestamp("enrolled_at"))
                .col(on.optional(on.timestamp("started_at")))
                .col(on.optional(on.timestamp("completed_at")))
                .col(on.optional(on.timestamp("withdrawn_at")))
                .col(on.optional(on.timestamp("failed_at")))
                .col(on.optional(on.timestamp("expired_at")))
                .col(on.optional(on.timestamp("ends_at")))
                .col(on.timestamp("last_activity_at"))
                .col(on.key("sort_name"))
                .col(on.bigint("percent"))
                .col(on.bigint("score"))
                .col(on.integer("required_done"))
                .col(on.integer("required_total"))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("updated_at"))
                .foreign_key(&mut on.belongs("learner_id", "learner"))
                .foreign_key(&mut on.belongs("program_id", "program"))
                .foreign_key(&mut on.belongs("version_id", "program_version"))
                .foreign_key(&mut on.belongs("cohort_id", "cohort"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "enrollment", &["learner_id", "place_id", "ordinal"]).await?;
    on.unique(manager, "enrollment", &["issuer_id", "external_id"]).await?;
    on.index(manager, "enrollment", &["issuer_id", "program_id", "enrolled_at", "id"]).await?;
    on.index(manager, "enrollment", &["program_id", "sort_name", "id"]).await?;
    on.index(manager, "enrollment", &["program_id", "last_activity_at", "id"]).await?;
    on.index(manager, "enrollment", &["program_id", "percent", "id"]).await?;
    on.index(manager, "enrollment", &["program_id", "score", "id"]).await?;
    on.index(manager, "enrollment", &["issuer_id", "updated_at", "id"]).await?;
    on.index(manager, "enrollment", &["cohort_id", "status"]).await?;
    on.index(manager, "enrollment", &["version_id"]).await?;
    Ok(())
}

async fn enrollment_change(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("enrollment_change")
                .col(on.uuid("enrollment_id"))
                .col(on.optional(on.text("from_status")))
                .col(on.text("to_status"))
                .col(on.timestamp("occurred_at"))
                .col(on.timestamp("recorded_at"))
                .col(on.text("actor_kind"))
                .col(on.optional(on.uuid("actor_id")))
                .col(on.optional(on.text("reason")))
                .foreign_key(&mut on.belongs("enrollment_id", "enrollment"))
                .to_owned(),
        )
        .await?;
    on.index(manager, "enrollment_change", &["enrollment_id"]).await?;
    Ok(())
}

async fn component_progress(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("component_progress")
                .col(on.uuid("enrollment_id"))
                .col(on.uuid("component_id"))
                .col(on.text("state"))
                .col(on.bigint("percent"))
                .col(on.optional(on.timestamp("started_at")))
                .col(on.optional(on.timestamp("completed_at")))
                .col(on.timestamp("updated_at"))
                .foreign_key(&mut on.belongs("enrollment_id", "enrollment"))
                .foreign_key(&mut on.belongs("component_id", "component"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "component_progress", &["enrollment_id", "component_id"]).await?;
    on.index(manager, "component_progress", &["component_id"]).await?;
    Ok(())
}

async fn learning_event(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("learning_event")
                .col(on.uuid("source_id"))
                .col(on.key("event_id"))
                .col(on.blob("content_hash"))
                .col(on.text("event_type"))
                .col(on.uuid("enrollment_id"))
                .col(on.optional(on.uuid("component_id")))
                .col(on.optional(on.uuid("assessment_id")))
                .col(on.timestamp("occurred_at"))
                .col(on.timestamp("received_at"))
                .col(on.optional(on.bigint("percent")))
                .col(on.optional(on.bigint("score")))
                .col(on.optional(on.bigint("max_score")))
                .col(on.optional(on.key("corrects")))
                .col(on.text("outcome"))
                .foreign_key(&mut on.belongs("source_id", "event_source"))
                .foreign_key(&mut on.belongs("enrollment_id", "enrollment"))
                .foreign_key(&mut on.belongs("component_id", "component"))
                .foreign_key(&mut on.belongs("assessment_id", "assessment"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "learning_event", &["source_id", "event_id"]).await?;
    on.index(manager, "learning_event", &["enrollment_id", "component_id"]).await?;
    Ok(())
}
