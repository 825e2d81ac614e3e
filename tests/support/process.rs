//! The `cairn` binary as a process of its own: what an operator starts, and what a test may kill.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The binary that `CAIRN_TEST_BINARY` names (`tests/run` has built it); else it is built now.
pub fn cairn_binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(built) = std::env::var_os("CAIRN_TEST_BINARY") {
            return built.into();
        }
        // target/debug/deps/it-… → target/debug/cairn
        let folder = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().to_owned();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let target = folder.parent().unwrap();
        let built = Command::new(cargo)
            .args(["build", "--quiet", "-p", "cairn-api", "--bin", "cairn", "--target-dir"])
            .arg(target)
            .current_dir(root)
            .status()
            .unwrap();
        assert!(built.success(), "the cairn binary could not be built");
        folder.join(format!("cairn{}", std::env::consts::EXE_SUFFIX))
    })
}

/// Runs the command line to its end. Settings of the test's own environment are left out.
pub fn cairn<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>, settings: &[(&str, &str)]) -> Output {
    cairn_command(settings).args(arguments).output().unwrap()
}

/// A command of the binary, with these settings and no others.
pub fn cairn_command(settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(cairn_binary());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CAIRN_") {
            command.env_remove(name);
        }
    }
    command.envs(settings.iter().copied());
    command
}
