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
