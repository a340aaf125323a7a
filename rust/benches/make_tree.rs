//! `make-tree DIRECTORY FILES [BYTES]`: makes a tree to measure on, for benchmarks in other languages.
//! With `BYTES`, each file has about that many, and all are in one directory.

use std::path::Path;
use std::process::ExitCode;
use std::{fs, io};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Option<Vec<usize>> =
        arguments.iter().skip(1).map(|argument| argument.parse().ok()).collect();
    let made = match (arguments.first(), numbers.as_deref()) {
        (Some(directory), Some([files])) => confiture_benches::make_tree(Path::new(directory), *files),
        (Some(directory), Some([files, bytes])) => large_files(Path::new(directory), *files, *bytes),
        _ => return ExitCode::from(2),
    };
    if made.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn large_files(directory: &Path, files: usize, bytes: usize) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    (0..files).try_for_each(|index| {
        confiture_benches::make_large_file(&directory.join(format!("{index:06}_records.sql")), bytes)
    })
}
