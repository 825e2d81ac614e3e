//! The demonstration as a process of its own, as a reader of the documentation starts it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::{Client, cairn_command, http};

/// A demonstration that ends with the test.
pub struct Demo {
    process: Child,
    variables: BTreeMap<String, String>,
    pages: BTreeMap<String, String>,
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended by itself; the test has failed then anyway.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Demo {
    /// Starts it, and waits until it has said what to paste where.
    pub fn start() -> Self {
        let mut command = cairn_command(&[("CAIRN_LISTEN", "127.0.0.1:0")]);
        let mut process = command.args(["demo", "--json"]).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = process.stdout.take().unwrap();
        let mut demo = Self { process, variables: BTreeMap::new(), pages: BTreeMap::new() };
        let mut text = String::new();
        for line in BufReader::new(stdout).lines() {
            text.push_str(&line.unwrap());
            let Ok(summary) = serde_json::from_str::<Value>(&text) else { continue };
            let told = summary["variables"].as_object().unwrap().iter();
            demo.variables =
                told.map(|(name, value)| (name.to_uppercase(), value.as_str().unwrap().to_owned())).collect();
            demo.pages = serde_json::from_value(summary["pages"].clone()).unwrap();
            return demo;
        }
        panic!("the demo ended without a word: {text}");
    }

    /// What it told, by the name of the shell variable.
    pub fn told(&self, name: &str) -> &str {
        &self.variables[name]
    }

    /// The page of a credential that stands in this way, or of the passport.
    pub fn page(&self, standing: &str) -> &str {
        &self.pages[standing]
    }

    /// Its address without a name to be looked up: `localhost` may mean an address that it does not listen on.
    pub fn address(&self) -> String {
        self.told("CAIRN").replace("//localhost", "//127.0.0.1")
    }

    /// A client that presents what the variable holds.
    pub fn client(&self, name: &str) -> Client {
        let authorization = Some(format!("Bearer {}", self.told(name)));
        Client { http: http(), base: self.address(), authorization, languages: None }
    }

    /// A command with all that it told in its environment.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(&self.variables);
        command
    }
}
