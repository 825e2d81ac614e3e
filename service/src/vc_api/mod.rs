//! The VC API (W3C Credentials Community Group): signing a credential that somebody else wrote, setting its status, and verifying credentials and
//! presentations of whatever issuer. What goes over the wire around it is the transport's.

mod issue;
mod status;
mod verify;

use cairn_credential::json;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

pub use issue::issue;
pub use status::set_status;
pub use verify::{verify_credential, verify_presentation};

/// What a signature is called in the audit log, which is the record of it.
pub(crate) const SIGNED: &str = "vc_api.credential_signed";

/// By what a signed document is recorded.
pub(crate) fn digest(document: &Value) -> String {
    hex(document.to_string().as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The request, as strictly read as a credential is.
fn read(body: &[u8]) -> Result<Value> {
    let request = json::parse(body).map_err(|error| bad(&error.to_string()))?;
    if request.is_object() { Ok(request) } else { Err(bad("the request is not an object")) }
}

fn take(request: &mut Value, name: &str) -> Result<Value> {
    request
        .as_object_mut()
        .and_then(|members| members.remove(name))
        .ok_or_else(|| bad(&format!("`{name}` is missing")))
}

fn options<T: Default + for<'de> Deserialize<'de>>(request: &mut Value) -> Result<T> {
    match take(request, "options") {
        Err(_) | Ok(Value::Null) => Ok(T::default()),
        Ok(given) => serde_json::from_value(given).map_err(|error| bad(&format!("`options`: {error}"))),
    }
}

fn bad(message: &str) -> Error {
    Error::BadRequest(message.to_owned())
}
