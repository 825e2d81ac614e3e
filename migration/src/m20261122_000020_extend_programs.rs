//! What programs say and nothing held yet: order and groups of components, branding, what a renewal asks for, awards that come by
//! themselves, until when a cohort may be completed; single-use vouchers, continuing units, and changes of enrollments that are no steps.

use sea_orm_migration::prelude::*;

use crate::dialect::{Dialect, add};

#[derive(DeriveMigrationName)]
pub struct Migration;

const ADDED: [(&str, &[&str]); 4] = [
    (
        "program_version",
        &["component_order", "component_groups", "branding", "enrolls_by_itself", "renewal_rule"],
    ),
    ("program_version_award", &["issued_by_itself"]),
    ("cohort", &["complete_by"]),
    ("enrollment_change", &["kind", "from_value", "to_value"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = Dialect::of(manager);
        let version = "program_version";
        add(manager, version, on.text("component_order").default("free").to_owned()).await?;
        add(manager, version, on.json("component_groups").default("[]").to_owned()).await?;
        add(manager, version, on.optional(on.json("branding"))).await?;
        add(manager, version, on.boolean("enrolls_by_itself").default(false).to_owned()).await?;
        add(manager, version, on.optional(on.json("renewal_rule"))).await?;
        let by_itself = on.boolean("issued_by_itself").default(false).to_owned();
        add(manager, "program_version_award", by_itself).await?;
        add(manager, "cohort", on.optional(on.timestamp("complete_by"))).await?;
        let change = "enrollment_change";
        add(manager, change, on.text("kind").default("status").to_owned()).await?;
        add(manager, change, on.optional(on.text("from_value"))).await?;
        add(manager, change, on.optional(on.text("to_value"))).await?;
        voucher(manager, on).await?;
        continuing_unit(manager, on).await?;
        on.index(manager, "bulk_row", &["enrollment_id"]).await?;
        for sql in DUE {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = [
            "cohort_complete_by_due",
            "enrollment_ends_at_due",
            "enrollment_pending_due",
            "bulk_row_enrollment_id_idx",
        ];
        for index in indexes {
            manager.get_connection().execute_unprepared(&format!("DROP INDEX {index}")).await?;
        }
        for table in ["continuing_unit", "voucher"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
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

/// What a worker looks for again and again: few rows of large tables. Both databases write it alike.
const DUE: [&str; 3] = [
    "CREATE INDEX enrollment_pending_due ON enrollment (cohort_id, id) WHERE status = 'pending'",
    "CREATE INDEX enrollment_ends_at_due ON enrollment (ends_at, id) WHERE ends_at IS NOT NULL AND status IN ('pending', 'active')",
    "CREATE INDEX cohort_complete_by_due ON cohort (complete_by, id) WHERE complete_by IS NOT NULL",
];

async fn voucher(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("voucher")
                .col(on.uuid("enrollment_id"))
                .col(on.uuid("learner_id"))
                .col(on.uuid("version_id"))
                .col(on.uuid("award_id"))
                .col(on.blob("code_hash"))
                .col(on.blob("sealed_code"))
                .col(on.timestamp("issued_at"))
                .col(on.optional(on.timestamp("expires_at")))
                .col(on.optional(on.timestamp("redeemed_at")))
                .col(on.optional(on.key("redemption_id")))
                .col(on.optional(on.text("redeemer_kind")))
                .col(on.optional(on.uuid("redeemer_id")))
                .col(on.timestamp("updated_at"))
                .foreign_key(&mut on.belongs("enrollment_id", "enrollment"))
                .foreign_key(&mut on.belongs("learner_id", "learner"))
                .foreign_key(&mut on.belongs("version_id", "program_version"))
                .foreign_key(&mut on.belongs("award_id", "award"))
                .to_owned(),
        )
        .await?;
    // One to each learner for each award, however often they complete the program.
    on.unique(manager, "voucher", &["learner_id", "award_id"]).await?;
    on.unique(manager, "voucher", &["code_hash"]).await?;
    on.index(manager, "voucher", &["enrollment_id"]).await
}

async fn continuing_unit(manager: &SchemaManager<'_>, on: Dialect) -> Result<(), DbErr> {
    manager
        .create_table(
            on.owned_table("continuing_unit")
                .col(on.uuid("enrollment_id"))
                .col(on.key("external_id"))
                .col(on.key("category"))
                .col(on.bigint("amount"))
                .col(on.text("title"))
                .col(on.optional(on.text("url")))
                .col(on.timestamp("earned_at"))
                .col(on.optional(on.timestamp("withdrawn_at")))
                .col(on.timestamp("created_at"))
                .col(on.timestamp("updated_at"))
                .foreign_key(&mut on.belongs("enrollment_id", "enrollment"))
                .to_owned(),
        )
        .await?;
    on.unique(manager, "continuing_unit", &["enrollment_id", "external_id"]).await
}
