//! One call of an operation of the contract, and how it goes on with what earlier calls answered.

use std::collections::BTreeMap;

use cairn_tests::Client;
use serde_json::{Value, json};

/// One way to call one operation.
pub struct Case {
    /// Folder and file of the document.
    pub file: &'static str,
    /// The operation's name.
    pub operation: &'static str,
    /// Who calls.
    pub client: Client,
    /// With what.
    pub variables: Value,
}

impl Case {
    /// Whether it goes on with what an earlier call answered.
    pub fn goes_on(&self) -> bool {
        self.variables.to_string().contains(EARLIER)
    }
}

const EARLIER: &str = "$earlier";

/// Stands in variables for what an earlier call answered: what an operation told last at a JSON pointer.
pub fn earlier(operation: &str, pointer: &str) -> Value {
    json!({ EARLIER: [operation, pointer] })
}

/// What was answered so far, by operation.
#[derive(Default)]
pub struct Answered(BTreeMap<&'static str, Vec<Value>>);

impl Answered {
    /// Keeps an answer for those that go on with it.
    pub fn keep(&mut self, operation: &'static str, data: &Value) {
        self.0.entry(operation).or_default().push(data.clone());
    }

    /// Puts what was answered in the places that stand for it.
    pub fn fill(&self, mut variables: Value) -> Value {
        match &mut variables {
            Value::Object(members) if members.contains_key(EARLIER) => return self.find(&members[EARLIER]),
            Value::Object(members) => members.values_mut().for_each(|one| *one = self.fill(one.take())),
            Value::Array(items) => items.iter_mut().for_each(|one| *one = self.fill(one.take())),
            _ => {}
        }
        variables
    }

    fn find(&self, place: &Value) -> Value {
        let (operation, pointer) = (place[0].as_str().unwrap(), place[1].as_str().unwrap());
        let told = self.0.get(operation).into_iter().flatten().rev();
        let found = told.filter_map(|data| data.pointer(pointer)).find(|value| !value.is_null());
        found
            .unwrap_or_else(|| panic!("{operation} told nothing at {pointer}: {:?}", self.0.get(operation)))
            .clone()
    }
}
