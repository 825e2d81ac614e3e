//! Attempts at assessments, their evidence, rubric scores and score history.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        attempt(manager, on).await?;
        evidence(manager, on).await?;
        rubric_score(manager, on).await?;
        score_revision(manager, on).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["score_revision", "rubric_score", "evidence", "attempt"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn attempt(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("attempt")
                .col(on.uuid("enrollment_id"))
                .col(on.uuid("assessment_id"))
                .col(on.integer("number"))
                .col(on.optional(on.key("external_id")))
                .col(on.text("status"))
                .col(on.optional(on.bigint("score")))
                .col(on.bigint("max_score"))
                .col(on.optional(on.boolean("passed")))
                .col(on.optional(on.text("feedback")))
                .col(on.optional(on.timestamp("submitted_at")))
                .col(on.optional(on.timestamp("graded_at")))
                .col(on.timestamp("sort_submitted_at"))
                .col(on.timestamp("sort_graded_at"))
                .col(on.optional(on.uuid("event_id")))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("updated_at"))
                .foreign_key(&mut on.belongs("enrollment_id", "enrollment"))
                .foreign_key(&mut on.belongs("assessment_id", "assessment"))
                .foreign_key(&mut on.belongs("event_id", "learning_event"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "attempt", &["enrollment_id", "assessment_id", "number"]).await?;
    on.unique(manager, "attempt", &["enrollment_id", "external_id"]).await?;
    on.index(manager, "attempt", &["assessment_id"]).await?;
    on.index(manager, "attempt", &["issuer_id", "external_id"]).await?;
    on.index(manager, "attempt", &["issuer_id", "sort_submitted_at", "id"]).await?;
    on.index(manager, "attempt", &["issuer_id", "status"]).await?;
    Ok(())
}

async fn evidence(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("evidence")
                .col(on.uuid("attempt_id"))
                .col(on.integer("position"))
                .col(on.text("name"))
                .col(on.optional(on.text("url")))
                .col(on.optional(on.text("description")))
                .col(on.optional(on.text("digest")))
                .foreign_key(&mut on.belongs("attempt_id", "attempt"))
                .to_owned(),
        )
        .await?;
    on.index(manager, "evidence", &["attempt_id"]).await?;
    Ok(())
}

async fn rubric_score(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("rubric_score")
                .col(on.uuid("attempt_id"))
                .col(on.uuid("criterion_id"))
                .col(on.optional(on.uuid("level_id")))
                .col(on.bigint("points"))
                .col(on.optional(on.text("feedback")))
                .foreign_key(&mut on.belongs("attempt_id", "attempt"))
                .foreign_key(&mut on.belongs("criterion_id", "rubric_criterion"))
                .foreign_key(&mut on.belongs("level_id", "rubric_level"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "rubric_score", &["attempt_id", "criterion_id"]).await?;
    Ok(())
}

async fn score_revision(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("score_revision")
                .col(on.uuid("attempt_id"))
                .col(on.bigint("score"))
                .col(on.optional(on.boolean("passed")))
                .col(on.timestamp("graded_at"))
                .col(on.text("grader_kind"))
                .col(on.optional(on.uuid("grader_id")))
                .col(on.optional(on.text("reason")))
                .foreign_key(&mut on.belongs("attempt_id", "attempt"))
                .to_owned(),
        )
        .await?;
    on.index(manager, "score_revision", &["attempt_id"]).await?;
    Ok(())
}
