//! Rules of assessments beyond points, questions with their keys, answers to them, what was observed at attempts, and due dates of cohorts.

use sea_orm_migration::prelude::*;

use crate::dialect::{Dialect, add};

#[derive(DeriveMigrationName)]
pub struct Migration;

const OF_ATTEMPT: [&str; 10] = [
    "started_at",
    "ends_at",
    "due_at",
    "earned",
    "penalty",
    "supervision",
    "proctor",
    "identity_check",
    "identity_method",
    "observed_at",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        add(manager, "assessment", on.json("rules").default("{}").to_owned()).await?;
        add(manager, "rubric_level", on.boolean("requires_changes").default(false).to_owned()).await?;
        for column in ["started_at", "ends_at", "due_at", "observed_at"] {
            add(manager, "attempt", on.optional(on.timestamp(column))).await?;
        }
        add(manager, "attempt", on.optional(on.bigint("earned"))).await?;
        add(manager, "attempt", on.bigint("penalty").default(0).to_owned()).await?;
        for column in ["supervision", "proctor", "identity_check", "identity_method"] {
            add(manager, "attempt", on.optional(on.text(column))).await?;
        }
        question(manager, on).await?;
        answer(manager, on).await?;
        cohort_due_date(manager, on).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["cohort_due_date", "answer", "question"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        let of_others = [("assessment", "rules"), ("rubric_level", "requires_changes")];
        for (table, column) in of_others.into_iter().chain(OF_ATTEMPT.map(|column| ("attempt", column))) {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn question(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("question")
                .col(on.uuid("assessment_id"))
                .col(on.integer("position"))
                .col(on.key("external_id"))
                .col(on.text("kind"))
                .col(on.text("prompt"))
                .col(on.bigint("points"))
                .col(on.json("choices"))
                .col(on.json("answer_key"))
                .foreign_key(&mut on.belongs("assessment_id", "assessment"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "question", &["assessment_id", "external_id"]).await
}

async fn answer(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("answer")
                .col(on.uuid("attempt_id"))
                .col(on.uuid("question_id"))
                .col(on.integer("position"))
                .col(on.optional(on.json("given")))
                .col(on.optional(on.bigint("points")))
                .foreign_key(&mut on.belongs("attempt_id", "attempt"))
                .foreign_key(&mut on.belongs("question_id", "question"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "answer", &["attempt_id", "question_id"]).await
}

async fn cohort_due_date(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("cohort_due_date")
                .col(on.uuid("cohort_id"))
                .col(on.key("assessment"))
                .col(on.timestamp("due_at"))
                .foreign_key(&mut on.belongs("cohort_id", "cohort"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "cohort_due_date", &["cohort_id", "assessment"]).await
}
