//! Bulk operations beside issuing: exports, moves, stopping, lists, results.

mod canceled;
mod exports;
mod following;
mod imports;
pub mod kills;
mod learners;
mod moves;
mod operations;

use cairn_tests::{Client, contract, operation_text};
use reqwest::Response;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

/// Asks for an export that must be taken; gives the operation's id.
pub async fn ask(client: &Client, source: Value, format: &str) -> String {
    let create = operation_text(&contract("dashboard/export.graphql"), "CreateExport");
    let made = client.mutate(&create, json!({ "source": source, "format": format })).await;
    made["bulkOperation"]["id"].as_str().unwrap().to_owned()
}

/// An operation as the contract reads it.
pub async fn look(client: &Client, id: &str) -> Value {
    let read = operation_text(&contract("dashboard/export.graphql"), "ExportResult");
    client.data(&read, json!({ "id": id })).await["node"].clone()
}

/// Waits until an operation has ended.
pub async fn ended(client: &Client, id: &str) -> Value {
    for _ in 0..1_200 {
        let node = look(client, id).await;
        match node["status"].as_str() {
            Some("QUEUED" | "RUNNING") => tokio::time::sleep(std::time::Duration::from_millis(25)).await,
            _ => return node,
        }
    }
    panic!("{id} did not end");
}

/// Exports, and gives the operation with the text of the file.
pub async fn export(client: &Client, source: Value, format: &str) -> (Value, String) {
    let operation = ended(client, &ask(client, source, format).await).await;
    assert_eq!(operation["status"], "SUCCEEDED", "{operation}");
    let file = fetch(client, operation["downloadUrl"].as_str().unwrap(), HeaderMap::new()).await;
    assert_eq!(file.status(), 200);
    (operation, file.text().await.unwrap())
}

/// Follows a link without signing in.
pub async fn fetch(client: &Client, url: &str, headers: HeaderMap) -> Response {
    // The server listens on 127.0.0.1; `localhost` may resolve to ::1 first.
    let url = url.replace("localhost", "127.0.0.1");
    assert!(url.starts_with(client.base()), "{url}");
    let http = cairn_tests::http();
    http.get(url).headers(headers).send().await.unwrap()
}

/// The objects of a file of JSON Lines.
pub fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A member of each object, as text.
pub fn column(rows: &[Value], name: &str) -> Vec<String> {
    rows.iter().map(|row| row[name].as_str().unwrap_or_else(|| panic!("{name}: {row}")).to_owned()).collect()
}
