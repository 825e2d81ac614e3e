//! The few things in which tables differ between SQLite and PostgreSQL, and the shapes that all tables share.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// The database that a migration runs on.
#[derive(Clone, Copy)]
pub struct Dialect(DbBackend);

impl Dialect {
    pub fn of(manager: &SchemaManager) -> Self {
        Self(manager.get_database_backend())
    }

    /// A table with a time-sortable id.
    pub fn table(self, name: &'static str) -> TableCreateStatement {
        Table::create().table(name).col(ColumnDef::new("id").uuid().not_null().primary_key()).to_owned()
    }

    /// A table of one tenant: `(issuer_id, id)` is unique, so that a row can be referred to only together with its tenant.
    pub fn owned_table(self, name: &'static str) -> TableCreateStatement {
        self.table(name)
            .col(self.uuid("issuer_id"))
            .foreign_key(&mut self.refers("issuer_id", "issuer"))
            .index(Index::create().name(format!("{name}_tenant")).col("issuer_id").col("id").unique())
            .to_owned()
    }

    /// A table whose id is the order of writing.
    pub fn serial_table(self, name: &'static str) -> TableCreateStatement {
        Table::create()
            .table(name)
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .to_owned()
    }

    pub fn uuid(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).uuid().not_null().to_owned()
    }

    pub fn text(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).text().not_null().to_owned()
    }

    /// Text that is looked up or sorted by: compared bytewise on both databases, so that both page alike.
    pub fn key(self, name: &'static str) -> ColumnDef {
        let mut column = self.text(name);
        if self.0 == DbBackend::Postgres {
            column.extra("COLLATE \"C\"");
        }
        column
    }

    pub fn integer(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).integer().not_null().to_owned()
    }

    pub fn bigint(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).big_integer().not_null().to_owned()
    }

    pub fn boolean(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).boolean().not_null().to_owned()
    }

    pub fn timestamp(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).timestamp_with_time_zone().not_null().to_owned()
    }

    pub fn date(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).date().not_null().to_owned()
    }

    pub fn json(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).json_binary().not_null().to_owned()
    }

    pub fn blob(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).blob().not_null().to_owned()
    }

    /// The same column, where it may be null.
    pub fn optional(self, mut column: ColumnDef) -> ColumnDef {
        column.null().to_owned()
    }

    /// A reference to a row of the same tenant.
    pub fn belongs(self, column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
        ForeignKey::create()
            .from_col("issuer_id")
            .from_col(column)
            .to_tbl(parent)
            .to_col("issuer_id")
            .to_col("id")
            .to_owned()
    }

    /// A reference to a row that belongs to no tenant.
    pub fn refers(self, column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
        ForeignKey::create().from_col(column).to_tbl(parent).to_col("id").to_owned()
    }

    pub async fn unique(
        self,
        manager: &SchemaManager<'_>,
        table: &'static str,
        columns: &[&'static str],
    ) -> Result<(), DbErr> {
        let mut index = self.named(table, columns, "key");
        manager.create_index(index.unique().to_owned()).await
    }

    pub async fn index(
        self,
        manager: &SchemaManager<'_>,
        table: &'static str,
        columns: &[&'static str],
    ) -> Result<(), DbErr> {
        manager.create_index(self.named(table, columns, "idx")).await
    }

    /// Unique among the rows that meet a condition; both databases write it alike.
    pub async fn unique_where(
        self,
        manager: &SchemaManager<'_>,
        table: &'static str,
        columns: &[&'static str],
        condition: &'static str,
    ) -> Result<(), DbErr> {
        let list = columns.join(", ");
        let name = format!("{table}_{}_live", columns.join("_"));
        let sql = format!("CREATE UNIQUE INDEX {name} ON {table} ({list}) WHERE {condition}");
        manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
    }

    /// Lets PostgreSQL write the id of the running transaction into a column by itself; SQLite has one writer and keeps the 0.
    pub async fn stamp_transaction(
        self,
        manager: &SchemaManager<'_>,
        table: &'static str,
        column: &'static str,
    ) -> Result<(), DbErr> {
        if self.0 != DbBackend::Postgres {
            return Ok(());
        }
        let sql = format!(
            "ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT (pg_current_xact_id()::text::bigint)"
        );
        manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
    }

    fn named(self, table: &'static str, columns: &[&'static str], kind: &str) -> IndexCreateStatement {
        let mut index =
            Index::create().name(format!("{table}_{}_{kind}", columns.join("_"))).table(table).to_owned();
        for column in columns {
            index.col(*column);
        }
        index
    }
}

/// Adds a column: SQLite takes one a statement.
pub async fn add(manager: &SchemaManager<'_>, table: &'static str, column: ColumnDef) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await
}
