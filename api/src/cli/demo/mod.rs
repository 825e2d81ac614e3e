//! `cairn demo`: a fresh server with programs, learners at every stage and signed credentials; prints what to paste where.

mod cloud_certification;
mod competency_not_seat_time;
mod hand;
mod micromasters;
mod nanodegree;
mod passport;
mod people;
mod portfolio_entry;
mod professional_certification;
mod specializations;
mod stackable_path;
mod standings;
mod story;
mod workplace_badge;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value, json};

use super::Failure;
use super::output::Output;
use super::serve::stop_signal;
use crate::config::Config;
use crate::http::graphiql::{Page, Tab};
use crate::{app, setup};
use people::Badges;

/// Serve a demonstration: a small catalogue, learners at every stage, signed credentials.
///
/// Everything lies in a temporary folder (or the one given) on embedded SQLite, and is new at every start. Prints the address of
/// GraphiQL, of a credential's page in every standing, and ready-to-paste credentials for each kind of client.
#[derive(Args)]
#[command(
    after_help = "Example:\n  cairn demo\n  cairn demo --folder /tmp/cairn-demo --listen 127.0.0.1:9000"
)]
pub struct Demo {
    /// Keep the data here instead of in a temporary folder; must be empty or not exist.
    #[arg(long)]
    folder: Option<PathBuf>,
}

impl Demo {
    pub async fn run(&self, config: &Config, output: &Output) -> Result<(), Failure> {
        let temporary;
        let folder = match &self.folder {
            Some(folder) => folder.clone(),
            None => {
                temporary = tempfile::Builder::new().prefix("cairn-demo-").tempdir()?;
                temporary.path().to_owned()
            }
        };
        let occupied = folder.is_dir() && std::fs::read_dir(&folder)?.next().is_some();
        if occupied {
            return Err(Failure::new("--folder: must be empty or not exist; the demo always starts anew"));
        }
        let listener = setup::bind(config)?;
        let config = config.for_demo(&folder, listener.local_addr()?);
        setup::migrate(&config).await?;
        let service = setup::open(&config).await?;
        let badges = people::prepare(&service).await?;
        let settings = setup::http_settings(&config, ide(&badges, service.new_id()?.to_string()))?;
        let server = app::start(service.clone(), listener, settings).await?;
        let base = config.public_url.as_str().trim_end_matches('/').to_owned();
        let told = story::tell(&service, &badges).await?;
        output.result(&summary(&base, &badges, &told), |_| describe(&base, &badges, &told));
        server.run_until(stop_signal()?).await?;
        Ok(())
    }
}

/// What the demo made, by the name of the shell variable that the README uses.
fn variables(base: &str, badges: &Badges, told: &story::Told) -> Vec<(&'static str, String)> {
    vec![
        ("CAIRN", base.to_owned()),
        ("LEARNER", badges.learner.clone()),
        ("ASSESSOR", badges.assessor.clone()),
        ("PROVIDER", badges.provider.clone()),
        ("ANALYST", badges.analyst.clone()),
        ("OPERATOR", badges.operator.clone()),
        ("GRADUATE", badges.graduate.clone()),
        ("PAGE", told.page.clone()),
    ]
}

/// The pages to look at: what each is called in JSON, what it is, its address.
fn pages(told: &story::Told) -> [(&'static str, &'static str, &str); 8] {
    let others = &told.standings;
    [
        ("standing", "a credential's page", &told.page),
        ("revoked", "a revoked one", &told.revoked_page),
        ("suspended", "a suspended one", &others.suspended),
        ("expired", "an expired one", &others.expired),
        ("replaced", "a corrected one", &others.replaced),
        ("renewed", "a renewed one", &others.renewed),
        ("endorsed", "an endorsed one", &others.endorsed),
        ("passport", "a shared passport", &told.passport_page),
    ]
}

fn summary(base: &str, badges: &Badges, told: &story::Told) -> Value {
    let variables: Map<String, Value> = variables(base, badges, told)
        .into_iter()
        .map(|(name, value)| (name.to_lowercase(), value.into()))
        .collect();
    let pages: Map<String, Value> =
        pages(told).into_iter().map(|(name, _, address)| (name.to_owned(), address.into())).collect();
    json!({ "graphiql": format!("{base}/graphql"), "revokedPage": told.revoked_page, "passportPage": told.passport_page, "pages": pages, "variables": variables })
}

fn describe(base: &str, badges: &Badges, told: &story::Told) -> String {
    let exports: String = variables(base, badges, told)
        .iter()
        .map(|(name, value)| format!("export {name}='{value}'\n"))
        .collect();
    let pages: String =
        pages(told).iter().map(|(_, what, address)| format!("  {what:20}   {address}\n")).collect();
    format!(
        "
The demo is ready. Three issuers, {programs} programs, {learners} learners, {credentials} signed credentials.

  GraphiQL               {base}/graphql
{pages}
Paste this into another terminal; the README goes on from there:

{exports}
LEARNER is Amara Okafor of Northmoor University, ASSESSOR grades its cohort, PROVIDER is its back office (API key),
ANALYST reads figures (API key), OPERATOR runs the server (API key), GRADUATE is Amara again, at Brightpath, whose passport is shared. Stop with Ctrl-C; nothing is kept.
",
        programs = told.programs,
        learners = told.learners,
        credentials = told.credentials,
    )
}

/// GraphiQL, opened with an example for each kind of client and the headers that it needs.
fn ide(badges: &Badges, storage_key: String) -> Page {
    let headers =
        |token: &str| Map::from_iter([("Authorization".to_owned(), json!(format!("Bearer {token}")))]);
    let tab = |query: &str, variables: Value, token: Option<&str>| Tab {
        query: query.to_owned(),
        variables: variables.as_object().cloned().unwrap_or_default(),
        headers: token.map(headers).unwrap_or_default(),
    };
    Page {
        storage_key,
        headers: Map::new(),
        tabs: vec![
            tab(include_str!("tabs/catalogue.graphql"), json!({}), None),
            tab(include_str!("tabs/learner.graphql"), json!({}), Some(&badges.learner)),
            tab(include_str!("tabs/grading.graphql"), json!({}), Some(&badges.assessor)),
            tab(
                include_str!("tabs/roster.graphql"),
                json!({ "program": { "externalId": "cyber-security" } }),
                Some(&badges.provider),
            ),
            tab(
                include_str!("tabs/issuing.graphql"),
                json!({ "input": { "target": { "everyoneEligibleIn": { "externalId": "cyber-security" } } } }),
                Some(&badges.provider),
            ),
            tab(include_str!("tabs/live.graphql"), json!({}), Some(&badges.provider)),
            tab(include_str!("tabs/completions.graphql"), json!({}), Some(&badges.analyst)),
            tab(include_str!("tabs/audit.graphql"), json!({}), Some(&badges.operator)),
        ],
    }
}
