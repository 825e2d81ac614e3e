//! Which results of a credential its page shows, as its holder chooses. The signed document stays as it is: whoever has the file sees all of it.

use std::collections::HashSet;

use cairn_entity::credential;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::lifecycle::locked;
use crate::actor::{Actor, Reach};
use crate::error::{Result, UserErrorCode};
use crate::face::statement::{Statement, items};
use crate::ids::Kind;
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work, passport, tenancy};

/// What comes before the key of a result in the id of its description.
const BEFORE: &str = "#result-";

/// Which results a page shows.
#[derive(Clone, Debug, Default)]
pub struct ShownResults(Option<HashSet<String>>);

impl ShownResults {
    /// Whether it shows the result that has this description.
    pub fn shows(&self, description: &Value) -> bool {
        self.0.as_ref().is_none_or(|keys| key(description).is_some_and(|key| keys.contains(key)))
    }
}

/// Which results a credential's page shows.
///
/// # Errors
/// A fault of the server where the column holds something else.
pub fn shown_results(row: &credential::Model) -> Result<ShownResults> {
    let keys = row.shown_results.clone().map(serde_json::from_value).transpose()?;
    Ok(ShownResults(keys))
}

/// The key of a result, by its description.
fn key(description: &Value) -> Option<&str> {
    let id = description["id"].as_str()?;
    Some(id.split_once(BEFORE).map_or(id, |(_, key)| key))
}

/// A result that a credential states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedResult {
    /// What it is chosen by.
    pub key: String,
    /// What was measured.
    pub name: String,
    /// What was reached: a value, or a status.
    pub value: Option<String>,
    /// The most that could be.
    pub most: Option<String>,
    /// Whether the page shows it.
    pub shown: bool,
}

/// The results that a credential states, in its order; none of one whose document was erased.
///
/// # Errors
/// A fault of the server where the document is no JSON.
pub fn stated_results(row: &credential::Model) -> Result<Vec<StatedResult>> {
    let Some(document) = &row.document else { return Ok(Vec::new()) };
    let statement = Statement::read(document)?;
    let shown = shown_results(row)?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let stated = results(&statement).filter_map(|(description, result)| {
        Some(StatedResult {
            key: key(description)?.to_owned(),
            name: text(&description["name"]).unwrap_or_default(),
            value: text(&result["value"]).or_else(|| text(&result["status"])),
            most: text(&description["valueMax"]),
            shown: shown.shows(description),
        })
    });
    Ok(stated.collect())
}

/// Results with what describes them; one without a description tells nothing.
pub fn results(statement: &Statement) -> impl Iterator<Item = (&Value, &Value)> {
    let descriptions = &statement.achievement()["resultDescription"];
    items(&statement.subject()["result"]).filter_map(move |result| {
        let described = |one: &&Value| one["id"] == result["resultDescription"];
        Some((items(descriptions).find(described)?, result))
    })
}

/// Decides which results a credential's page shows, by their keys (all where none are given): its holder may, and nobody else.
#[crate::boxed]
pub async fn choose_results(
    service: &Service,
    actor: &Actor,
    named: &Reference,
    keys: Option<Vec<String>>,
) -> Result<credential::Model> {
    let person = passport::holder(actor)?;
    let mut work = Work::begin(service, actor).await?;
    let mut row = locked(&work, tenancy::credentials(Reach::Own { person }), named).await?;
    check(&row, keys.as_deref().unwrap_or_default())?;
    let detail = json!({ "chosen": keys.as_ref().map(Vec::len) });
    row.shown_results = keys.map(|keys| json!(keys));
    row.updated_at = work.now;
    let row = row.into_active_model().reset_all().update(work.tx()).await?;
    work.audit(Some(row.issuer_id), "credential.results_chosen", (Kind::Credential, row.id), detail)?;
    work.answer(row).await
}

fn check(row: &credential::Model, keys: &[String]) -> Result<()> {
    let stated: HashSet<String> = stated_results(row)?.into_iter().map(|one| one.key).collect();
    let mut checks = Checks::default();
    for (index, key) in keys.iter().enumerate() {
        if !stated.contains(key) {
            let message = "the credential states no such result";
            checks.fail(&format!("results.{index}"), UserErrorCode::NotFound, message);
        }
    }
    checks.finish()
}
