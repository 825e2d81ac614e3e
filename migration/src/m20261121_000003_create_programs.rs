//! Programs, their versions and everything frozen with a version.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        party(manager, on).await?;
        program(manager, on).await?;
        program_version(manager, on).await?;
        program_version_facet(manager, on).await?;
        award(manager, on).await?;
        program_version_award(manager, on).await?;
        program_version_party(manager, on).await?;
        learning_outcome(manager, on).await?;
        learning_outcome_skill(manager, on).await?;
        module(manager, on).await?;
        module_outcome(manager, on).await?;
        component(manager, on).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "component",
            "module_outcome",
            "module",
            "learning_outcome_skill",
            "learning_outcome",
            "program_version_party",
            "program_version_award",
            "award",
            "program_version_facet",
            "program_version",
            "program",
            "party",
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn party(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("party")
                .col(on.text("name"))
                .col(on.optional(on.text("url")))
                .col(on.optional(on.uuid("linked_issuer_id")))
                .col(on.timestamp("created_at"))
                .foreign_key(&mut on.refers("linked_issuer_id", "issuer"))
                .to_owned(),
        )
        .await?;
    on.index(manager, "party", &["issuer_id", "name"]).await?;
    Ok(())
}

async fn program(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("program")
                .col(on.optional(on.key("external_id")))
                .col(on.key("slug"))
                .col(on.optional(on.uuid("current_version_id")))
                .col(on.optional(on.uuid("draft_version_id")))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("updated_at"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "program", &["slug"]).await?;
    on.unique(manager, "program", &["issuer_id", "external_id"]).await?;
    Ok(())
}

async fn program_version(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("program_version")
                .col(on.uuid("program_id"))
                .col(on.integer("number"))
                .col(on.text("status"))
                .col(on.key("title"))
                .col(on.optional(on.text("summary")))
                .col(on.optional(on.text("description")))
                .col(on.text("achievement_type"))
                .col(on.optional(on.text("criteria")))
                .col(on.key("language"))
                .col(on.optional(on.text("delivery_mode")))
                .col(on.optional(on.bigint("duration_weeks")))
                .col(on.optional(on.bigint("workload_hours")))
                .col(on.optional(on.text("image_url")))
                .col(on.optional(on.text("human_code")))
                .col(on.optional(on.text("field_of_study")))
                .col(on.json("tags"))
                .col(on.json("prices"))
                .col(on.json("credits"))
                .col(on.json("levels"))
                .col(on.json("tracks"))
                .col(on.json("recognitions"))
                .col(on.json("quality_assurance"))
                .col(on.json("prerequisites"))
                .col(on.optional(on.json("completion_rule")))
                .col(on.optional(on.bigint("pass_mark")))
                .col(on.optional(on.integer("validity_months")))
                .col(on.optional(on.integer("renewal_opens_months_before")))
                .col(on.text("search_text"))
                .col(on.bigint("sort_workload"))
                .col(on.bigint("sort_price"))
                .col(on.timestamp("created_at"))
                .col(on.optional(on.timestamp("published_at")))
                .col(on.timestamp("sort_published_at"))
                .col(on.timestamp("updated_at"))
                .foreign_key(&mut on.belongs("program_id", "program"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "program_version", &["program_id", "number"]).await?;
    on.index(manager, "program_version", &["issuer_id", "status"]).await?;
    for key in ["title", "sort_published_at", "sort_workload", "sort_price"] {
        on.index(manager, "program_version", &["status", key, "id"]).await?;
    }
    Ok(())
}

async fn program_version_facet(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("program_version_facet")
                .col(on.uuid("version_id"))
                .col(on.text("kind"))
                .col(on.key("value"))
                .col(on.bigint("amount"))
                .foreign_key(&mut on.belongs("version_id", "program_version"))
                .to_owned(),
        )
        .await?;
    on.index(manager, "program_version_facet", &["version_id"]).await?;
    on.index(manager, "program_version_facet", &["kind", "value", "amount"]).await?;
    Ok(())
}

async fn award(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("award")
                .col(on.uuid("program_id"))
                .col(on.key("external_id"))
                .col(on.text("kind"))
                .col(on.timestamp("created_at"))
                .foreign_key(&mut on.belongs("program_id", "program"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "award", &["program_id", "external_id"]).await?;
    Ok(())
}

async fn program_version_award(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("program_version_award")
                .col(on.uuid("version_id"))
                .col(on.uuid("award_id"))
                .col(on.integer("position"))
                .col(on.text("title"))
                .col(on.optional(on.text("description")))
                .col(on.optional(on.integer("valid_months")))
                .col(on.json("credits"))
                .foreign_key(&mut on.belongs("version_id", "program_version"))
                .foreign_key(&mut on.belongs("award_id", "award"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "program_version_award", &["version_id", "award_id"]).await?;
    on.index(manager, "program_version_award", &["award_id"]).await?;
    Ok(())
}

async fn program_version_party(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("program_version_party")
                .col(on.uuid("version_id"))
                .col(on.uuid("party_id"))
                .col(on.text("role"))
                .col(on.integer("position"))
                .foreign_key(&mut on.belongs("version_id", "program_version"))
                .foreign_key(&mut on.belongs("party_id", "party"))
                .to_owned(),
        )
        .await?;
    on.index(manager, "program_version_party", &["version_id"]).await?;
    Ok(())
}

async fn learning_outcome(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("learning_outcome")
                .col(on.uuid("version_id"))
                .col(on.key("code"))
                .col(on.text("statement"))
                .col(on.integer("position"))
                .foreign_key(&mut on.belongs("version_id", "program_version"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "learning_outcome", &["version_id", "code"]).await?;
    Ok(())
}

async fn learning_outcome_skill(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("learning_outcome_skill")
                .col(on.uuid("outcome_id"))
                .col(on.uuid("skill_id"))
                .col(on.integer("position"))
                .foreign_key(&mut on.belongs("outcome_id", "learning_outcome"))
                .foreign_key(&mut on.refers("skill_id", "skill"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "learning_outcome_skill", &["outcome_id", "skill_id"]).await?;
    Ok(())
}

async fn module(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("module")
                .col(on.uuid("version_id"))
                .col(on.key("external_id"))
                .col(on.text("title"))
                .col(on.optional(on.bigint("workload_hours")))
                .foreign_key(&mut on.belongs("version_id", "program_version"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "module", &["version_id", "external_id"]).await?;
    Ok(())
}

async fn module_outcome(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("module_outcome")
                .col(on.uuid("module_id"))
                .col(on.uuid("outcome_id"))
                .col(on.integer("position"))
                .foreign_key(&mut on.belongs("module_id", "module"))
                .foreign_key(&mut on.belongs("outcome_id", "learning_outcome"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "module_outcome", &["module_id", "outcome_id"]).await?;
    Ok(())
}

async fn component(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("component")
                .col(on.uuid("version_id"))
                .col(on.integer("position"))
                .col(on.boolean("required"))
                .col(on.optional(on.key("group_code")))
                .col(on.optional(on.uuid("module_id")))
                .col(on.optional(on.uuid("component_program_id")))
                .foreign_key(&mut on.belongs("version_id", "program_version"))
                .foreign_key(&mut on.belongs("module_id", "module"))
                .foreign_key(&mut on.refers("component_program_id", "program"))
                .check(Expr::cust("(module_id IS NULL) <> (component_program_id IS NULL)"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "component", &["version_id", "position"]).await?;
    on.index(manager, "component", &["component_program_id"]).await?;
    Ok(())
}
