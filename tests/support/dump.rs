//! Every row of every table as text, for tests that look for what must not be there.

use sea_orm::{DbBackend, FromQueryResult, Statement};

use crate::TestApp;

#[derive(FromQueryResult)]
struct Text {
    text: Option<String>,
}

/// Every row of the database: its table and its values as text, binary ones in hexadecimal.
pub async fn dump(app: &TestApp) -> Vec<(String, String)> {
    let database = app.database().await;
    let backend = database.get_database_backend();
    let read = async |sql: String| -> Vec<String> {
        let rows =
            Text::find_by_statement(Statement::from_string(backend, sql)).all(&database).await.unwrap();
        rows.into_iter().filter_map(|row| row.text).collect()
    };
    let tables = match backend {
        DbBackend::Postgres => {
            "SELECT table_name::text AS text FROM information_schema.tables WHERE table_schema = current_schema()"
        }
        _ => "SELECT name AS text FROM sqlite_master WHERE type = 'table'",
    };
    let mut rows = Vec::new();
    for table in read(tables.to_owned()).await {
        let sql = match backend {
            DbBackend::Postgres => format!("SELECT t::text AS text FROM \"{table}\" t"),
            _ => {
                let columns = read(format!("SELECT name AS text FROM pragma_table_info('{table}')")).await;
                let quoted: Vec<String> =
                    columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
                format!("SELECT {} AS text FROM \"{table}\"", quoted.join(" || ',' || "))
            }
        };
        rows.extend(read(sql).await.into_iter().map(|row| (table.clone(), row)));
    }
    rows
}

/// The tables in which a word stands: as it is, in any case, or within binary values and base 64 of any alignment.
pub async fn tables_with(app: &TestApp, word: &str) -> std::collections::BTreeSet<String> {
    use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
    let lower = word.to_lowercase();
    let mut needles = vec![lower.clone()];
    for form in [word, &lower] {
        needles.push(form.bytes().map(|byte| format!("{byte:02x}")).collect());
    }
    let mut exact = Vec::new();
    for form in [word, &lower] {
        for before in 0..3 {
            // What surrounds the word changes the letters at its ends; those between stay.
            let encoded = STANDARD_NO_PAD.encode([&b"xx"[..before.min(2)], form.as_bytes()].concat());
            let from = [0, 2, 3][before];
            exact.push(encoded[from..encoded.len() - 2].to_owned());
        }
    }
    let holds = |row: &str| {
        let folded = row.to_lowercase();
        needles.iter().any(|needle| folded.contains(needle))
            || exact.iter().any(|needle| row.contains(needle))
    };
    dump(app).await.into_iter().filter(|(_, row)| holds(row)).map(|(table, _)| table).collect()
}

/// `table.column` of everything that can hold words (text, JSON, bytes), of these tables and of those that have one of these columns.
pub async fn text_columns(app: &TestApp, links: &[&str], tables: &[&str]) -> Vec<String> {
    let database = app.database().await;
    let backend = database.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            "SELECT table_name || '.' || column_name || ' ' || data_type AS text FROM information_schema.columns WHERE table_schema = current_schema()"
        }
        _ => {
            "SELECT m.name || '.' || c.name || ' ' || lower(c.type) AS text FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
        }
    };
    let rows = Text::find_by_statement(Statement::from_string(backend, sql)).all(&database).await.unwrap();
    let all: Vec<(String, String, String)> = rows
        .into_iter()
        .filter_map(|row| {
            let text = row.text?;
            let (name, kind) = text.split_once(' ')?;
            let (table, column) = name.split_once('.')?;
            Some((table.to_owned(), column.to_owned(), kind.to_owned()))
        })
        .collect();
    let about = |table: &str| {
        tables.contains(&table)
            || all.iter().any(|(of, column, _)| of == table && links.contains(&column.as_str()))
    };
    let holds_words = |kind: &str| {
        ["text", "jsonb", "json", "jsonb_text", "json_text", "bytea", "blob", "character varying"]
            .contains(&kind)
    };
    let mut columns: Vec<String> = all
        .iter()
        .filter(|(table, _, kind)| about(table) && holds_words(kind))
        .map(|(table, column, _)| format!("{table}.{column}"))
        .collect();
    columns.sort();
    columns
}
