//! The `cairn` binary; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    cairn_api::cli::main()
}
