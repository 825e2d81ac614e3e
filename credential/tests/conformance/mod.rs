//! Reads the standards' data from where CAIRN_CONFORMANCE_DIR points; shared by the conformance tests.

use serde_json::Value;
use std::path::PathBuf;

/// The path of a file or folder below `standards/`.
pub fn path(name: &str) -> PathBuf {
    let root = std::env::var_os("CAIRN_CONFORMANCE_DIR")
        .expect("CAIRN_CONFORMANCE_DIR is not set: it has to name the folder that holds standards/");
    PathBuf::from(root).join("standards").join(name)
}

/// The text of a file below `standards/`.
pub fn text(name: &str) -> String {
    let path = path(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The JSON of a file below `standards/`.
#[allow(dead_code, reason = "not every conformance test reads JSON")]
pub fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
