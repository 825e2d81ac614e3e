//! A mail server on the loopback, by the Nodemailer project's SMTP server: takes what is sent, or behaves as a test wants.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cairn_service::notice::{self, MailConfig};
use serde_json::{Value, json};

/// How long a test waits for what must come.
const WAIT: Duration = Duration::from_secs(60);

/// A mail server that ends with the test.
pub struct MailServer {
    child: Child,
    input: ChildStdin,
    lines: Arc<Mutex<Vec<Value>>>,
    port: u16,
}

impl MailServer {
    /// Starts one that takes whatever comes, in the clear.
    pub async fn start() -> Self {
        Self::start_as(json!({})).await
    }

    /// Starts one that wants a `user` with a `password`, or TLS (`tls`).
    pub async fn start_as(options: Value) -> Self {
        let clients = concat!(env!("CARGO_MANIFEST_DIR"), "/clients");
        let installed = Path::new(clients).join("node_modules/smtp-server").is_dir();
        assert!(installed, "the npm packages of tests/clients are missing: `tests/run` installs them");
        let mut command = Command::new("node");
        command.arg(format!("{clients}/smtp.mjs")).arg(options.to_string());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let lines: Arc<Mutex<Vec<Value>>> = Arc::default();
        let heard = lines.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                heard.lock().unwrap().push(serde_json::from_str(&line).unwrap());
            }
        });
        let mut server = Self { child, input, lines, port: 0 };
        let port = server.once(|lines| lines.iter().find_map(|line| line["port"].as_u64())).await;
        server.port = u16::try_from(port).unwrap();
        server
    }

    /// Its address, with `tail` behind it.
    pub fn url(&self, tail: &str) -> String {
        format!("smtp://127.0.0.1:{}{tail}", self.port)
    }

    /// How a service sends through it in the clear.
    pub fn config(&self) -> MailConfig {
        Self::config_at(&self.url(""))
    }

    /// How a service sends through an address.
    pub fn config_at(url: &str) -> MailConfig {
        MailConfig {
            relay: url.parse().unwrap(),
            password: None,
            from: notice::sender("notices@cairn.example").unwrap(),
            authorities: None,
            per_minute: 60_000,
        }
    }

    /// The certificate of the authority that vouches for it where it speaks TLS.
    pub fn authority() -> Vec<u8> {
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/clients/smtp/authority.pem")).unwrap()
    }

    /// Has it behave otherwise from now on: see `smtp.mjs`.
    pub async fn behave(&mut self, mood: Value) {
        let before = self.told("mood").len();
        writeln!(self.input, "{mood}").unwrap();
        self.once(|_| (self.told("mood").len() > before).then_some(())).await;
    }

    /// The messages that it has taken, in order.
    pub fn messages(&self) -> Vec<Value> {
        self.told("took")
    }

    /// What it has told under a name.
    pub fn told(&self, name: &str) -> Vec<Value> {
        let lines = self.lines.lock().unwrap();
        lines.iter().map(|line| line[name].clone()).filter(|told| !told.is_null()).collect()
    }

    /// The messages once they are so many.
    pub async fn took(&self, count: usize) -> Vec<Value> {
        self.once(|_| Some(self.messages()).filter(|all| all.len() >= count)).await
    }

    async fn once<T>(&self, look: impl Fn(&[Value]) -> Option<T>) -> T {
        let found = tokio::time::timeout(WAIT, async {
            loop {
                let lines = self.lines.lock().unwrap().clone();
                if let Some(found) = look(&lines) {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        found.await.expect("what was waited for comes")
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
