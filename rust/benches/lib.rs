//! Trees to measure on, and floors: the least that a walk and a read can cost.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::WalkDir;

/// Files in one directory of a made tree.
const FILES_PER_DIRECTORY: usize = 50;
const DIRECTORIES_PER_DIRECTORY: usize = 40;

/// Makes a tree of `files` SQL files, each the table of a believable schema, about 1.2 KB on average.
///
/// The same number of files gives the same tree.
pub fn make_tree(root: &Path, files: usize) -> io::Result<()> {
    for index in 0..files {
        let directory = index / FILES_PER_DIRECTORY;
        let (outer, inner) = (directory / DIRECTORIES_PER_DIRECTORY, directory % DIRECTORIES_PER_DIRECTORY);
        let directory = root.join(format!("{outer:03}_area/{inner:02}_module"));
        fs::create_dir_all(&directory)?;
        let mut file = File::create(directory.join(format!("{index:06}_record.sql")))?;
        file.write_all(table(index).as_bytes())?;
    }
    Ok(())
}

/// The tree of so many files below `CONFITURE_BENCH_TREES`, where it is left for the next run.
pub fn kept_tree(files: usize) -> io::Result<PathBuf> {
    let trees = std::env::var_os("CONFITURE_BENCH_TREES")
        .map_or_else(|| std::env::temp_dir().join("confiture-benchmark-trees"), PathBuf::from);
    let root = trees.join(files.to_string());
    if !root.exists() {
        make_tree(&root, files)?;
    }
    root.canonicalize()
}

/// Makes a file of about `bytes` bytes.
pub fn make_large_file(path: &Path, bytes: usize) -> io::Result<()> {
    let mut file = io::BufWriter::new(File::create(path)?);
    let mut written = 0;
    let mut index = 0;
    while written < bytes {
        let table = table(index);
        file.write_all(table.as_bytes())?;
        written += table.len();
        index += 1;
    }
    file.flush()
}

fn table(index: usize) -> String {
    use std::fmt::Write as _;
    // A step that spreads sizes evenly, without a random number generator to agree on.
    let columns = 2 + index * 7 % 17;
    let mut text = format!("-- Records of kind {index}; one row each.\nCREATE TABLE record_{index} (\n");
    for column in 0..columns {
        let _ = writeln!(
            text,
            "    field_{column} text NOT NULL DEFAULT 'value {column}' CHECK (length(field_{column}) > {column}), \
             -- what the form's field says"
        );
    }
    let _ = write!(
        text,
        "    record_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY\n);\n\n\
         COMMENT ON TABLE record_{index} IS 'The form''s records.';\n"
    );
    text
}

/// Floor of selection: walking the tree and keeping the paths of the SQL files.
#[must_use]
pub fn bare_walk(root: &Path) -> Vec<walkdir::DirEntry> {
    WalkDir::new(root)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| {
            entry.file_type().is_file() && entry.file_name().as_encoded_bytes().ends_with(b".sql")
        })
        .collect()
}

/// Floor of hashing: reading the files in parallel and forgetting them, each thread into one buffer.
#[must_use]
pub fn parallel_read(root: &Path, paths: &[String]) -> u64 {
    paths
        .par_iter()
        .map_init(
            || vec![0; 64 * 1024],
            |buffer, path| {
                let Ok(mut file) = File::open(root.join(path)) else { return 0 };
                let mut bytes = 0;
                while let Ok(length @ 1..) = file.read(buffer) {
                    bytes += length as u64;
                }
                bytes
            },
        )
        .sum()
}

/// Floor of building: reading the files in parallel and keeping what was read.
#[must_use]
pub fn parallel_read_kept(root: &Path, paths: &[String]) -> Vec<Vec<u8>> {
    paths.par_iter().map(|path| fs::read(root.join(path)).unwrap_or_default()).collect()
}

/// A text of so many statements: one text over and over, and of the last time only its first ones.
#[must_use]
pub fn statements(text: &str, count: usize) -> String {
    let ends: Vec<usize> = confiture_core::sql::account(text.as_bytes(), false)
        .statements
        .iter()
        .map(|statement| statement.extent.end)
        .collect();
    let mut made = text.repeat(count / ends.len());
    if let Some(end) = (count % ends.len()).checked_sub(1) {
        made.push_str(&text[..ends[end]]);
    }
    made
}

/// Floor of accounting: reading the files one after the other into one buffer.
pub fn read_each(paths: &[PathBuf], mut each: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = Vec::new();
    for path in paths {
        buffer.clear();
        File::open(path)?.read_to_end(&mut buffer)?;
        each(&buffer);
    }
    Ok(())
}
