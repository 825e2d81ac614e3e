//! What persons keep of their own: projects, and what each of them is attached to.

use sea_orm_migration::prelude::*;

use crate::dialect::Dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        manager
            .create_table(
                on.table("portfolio_project")
                    .col(on.uuid("person_id"))
                    .col(on.text("title"))
                    .col(on.optional(on.text("description")))
                    .col(on.optional(on.text("text")))
                    .col(on.optional(on.date("started_on")))
                    .col(on.optional(on.date("ended_on")))
                    .col(on.json("links"))
                    .col(on.json("files"))
                    .col(on.boolean("shown"))
                    .col(on.timestamp("created_at"))
                    .col(on.timestamp("updated_at"))
                    .foreign_key(&mut on.refers("person_id", "person"))
                    .to_owned(),
            )
            .await?;
        on.index(manager, "portfolio_project", &["person_id", "id"]).await?;
        manager
            .create_table(
                on.table("portfolio_attachment")
                    .col(on.uuid("person_id"))
                    .col(on.uuid("project_id"))
                    .col(on.integer("position"))
                    .col(on.optional(on.uuid("outcome_id")))
                    .col(on.optional(on.uuid("skill_id")))
                    .col(on.optional(on.uuid("credential_id")))
                    .foreign_key(
                        on.refers("project_id", "portfolio_project").on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(&mut on.refers("person_id", "person"))
                    .foreign_key(
                        on.refers("outcome_id", "learning_outcome").on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(&mut on.refers("skill_id", "skill"))
                    .foreign_key(&mut on.refers("credential_id", "credential"))
                    .to_owned(),
            )
            .await?;
        on.index(manager, "portfolio_attachment", &["project_id", "position"]).await?;
        on.index(manager, "portfolio_attachment", &["person_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["portfolio_attachment", "portfolio_project"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
