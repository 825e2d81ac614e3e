//! Cohorts, assessments of versions and of cohorts, rubrics.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        cohort(manager, on).await?;
        assessment(manager, on).await?;
        rubric_criterion(manager, on).await?;
        rubric_level(manager, on).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["rubric_level", "rubric_criterion", "assessment", "cohort"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn cohort(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("cohort")
                .col(on.uuid("program_id"))
                .col(on.optional(on.uuid("version_id")))
                .col(on.optional(on.key("external_id")))
                .col(on.key("name"))
                .col(on.optional(on.date("starts_on")))
                .col(on.optional(on.date("ends_on")))
                .col(on.optional(on.timestamp("enrollment_opens_at")))
                .col(on.optional(on.timestamp("enrollment_closes_at")))
                .col(on.optional(on.integer("capacity")))
                .col(on.optional(on.text("delivery_mode")))
                .col(on.json("prices"))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("updated_at"))
                .foreign_key(&mut on.belongs("program_id", "program"))
                .foreign_key(&mut on.belongs("version_id", "program_version"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "cohort", &["issuer_id", "external_id"]).await?;
    on.index(manager, "cohort", &["program_id", "id"]).await?;
    Ok(())
}

async fn assessment(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("assessment")
                .col(on.uuid("program_id"))
                .col(on.optional(on.uuid("version_id")))
                .col(on.optional(on.uuid("cohort_id")))
                .col(on.optional(on.uuid("module_id")))
                .col(on.key("external_id"))
                .col(on.text("title"))
                .col(on.optional(on.text("description")))
                .col(on.optional(on.key("category")))
                .col(on.text("kind"))
                .col(on.integer("position"))
                .col(on.bigint("weight"))
                .col(on.optional(on.bigint("pass_mark")))
                .col(on.bigint("min_score"))
                .col(on.bigint("max_score"))
                .col(on.optional(on.integer("max_attempts")))
                .col(on.text("supervision"))
                .col(on.text("identity_check"))
                .col(on.text("grading"))
                .col(on.optional(on.timestamp("due_at")))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("updated_at"))
                .foreign_key(&mut on.belongs("program_id", "program"))
                .foreign_key(&mut on.belongs("version_id", "program_version"))
                .foreign_key(&mut on.belongs("cohort_id", "cohort"))
                .foreign_key(&mut on.belongs("module_id", "module"))
                .check(Expr::cust("(version_id IS NULL) <> (cohort_id IS NULL)"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "assessment", &["version_id", "external_id"]).await?;
    on.unique(manager, "assessment", &["cohort_id", "external_id"]).await?;
    on.index(manager, "assessment", &["program_id"]).await?;
    on.index(manager, "assessment", &["issuer_id", "external_id"]).await?;
    Ok(())
}

async fn rubric_criterion(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("rubric_criterion")
                .col(on.uuid("assessment_id"))
                .col(on.integer("position"))
                .col(on.text("criterion"))
                .foreign_key(&mut on.belongs("assessment_id", "assessment"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "rubric_criterion", &["assessment_id", "position"]).await?;
    Ok(())
}

async fn rubric_level(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("rubric_level")
                .col(on.uuid("criterion_id"))
                .col(on.integer("position"))
                .col(on.text("label"))
                .col(on.bigint("points"))
                .col(on.optional(on.text("description")))
                .foreign_key(&mut on.belongs("criterion_id", "rubric_criterion"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "rubric_level", &["criterion_id", "position"]).await?;
    Ok(())
}
