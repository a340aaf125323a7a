//! `make-tree DIRECTORY FILES`: makes a tree to measure on, for benchmarks in other languages.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [directory, files] = arguments.as_slice() else { return ExitCode::from(2) };
    let Ok(files) = files.parse() else { return ExitCode::from(2) };
    match confiture_benches::make_tree(Path::new(directory), files) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
