//! Half of a test as a process of its own, which dies at a place that the test names: this test binary again, run for one ignored test alone.

use std::process::{Command, Stdio};
use std::sync::Arc;

use cairn_service::clock::SystemClock;
use cairn_service::db::DbConfig;
use cairn_service::random::SystemRandom;
use cairn_service::seal::MasterKey;
use cairn_service::{Config, Service};

use crate::TestApp;
use crate::app::config;

/// A process that runs the test `child` on the server's database, with variables of its own. The child opens its service by [`child_service`].
pub fn child(app: &TestApp, child: &str, variables: &[(&str, &str)]) -> Command {
    let config = &app.service.config;
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([child, "--exact", "--ignored"])
        .env("CHILD_DATABASE", &config.database.url)
        .env("CHILD_SCHEMA", config.database.schema.as_deref().unwrap_or_default())
        .env("CHILD_PUBLIC_URL", &config.public_url)
        .env("CHILD_MASTER_KEY", app.service.master_key.to_base64())
        .envs(variables.iter().copied())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Runs a process until it has died, as it must.
pub async fn dies(mut child: Command) {
    let place = format!("{:?}", child.get_envs().find(|(name, _)| *name == "CAIRN_CRASH_AT"));
    let status = tokio::task::spawn_blocking(move || child.status()).await.unwrap().unwrap();
    assert!(!status.success(), "{place}: it was to die");
}

/// In the child: the service that the test named; none where nobody asked for a child.
pub async fn child_service(change: impl FnOnce(&mut Config)) -> Option<Arc<Service>> {
    let url = std::env::var("CHILD_DATABASE").ok()?;
    let schema = Some(told("CHILD_SCHEMA")).filter(|schema| !schema.is_empty());
    let mut config = config(told("CHILD_PUBLIC_URL"), DbConfig { url, max_connections: 4, schema });
    change(&mut config);
    let key = MasterKey::from_base64(&told("CHILD_MASTER_KEY")).unwrap();
    Some(Service::open(config, key, Arc::new(SystemClock), Arc::new(SystemRandom)).await.unwrap())
}

/// In the child: a variable that it was given.
pub fn told(name: &str) -> String {
    std::env::var(name).unwrap()
}
