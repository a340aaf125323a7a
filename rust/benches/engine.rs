//! The core against its floors, on trees of growing size.
//!
//! The trees are made below `CONFITURE_BENCH_TREES` and left there for the next run.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run has to stop")]

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use confiture_benches::kept_tree;
use confiture_core::files::{
    self, Entry, Part, Pattern, Search, Separator, SortMode, Target, Tree, find_sql_files, hash_files,
};
use confiture_core::sql::OpenKind;
use criterion::{BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main};

const FATAL: Option<&[OpenKind]> = Some(&OpenKind::SWALLOWING);

fn search(root: &Path) -> Search {
    Search {
        base: root.to_owned(),
        entries: vec![Entry {
            path: root.to_owned(),
            recursive: true,
            include: vec![Pattern::new("**/*.sql").expect("a pattern")],
            exclude: Vec::new(),
            auto_discover: false,
            order: 0,
        }],
        exclude_dirs: Vec::new(),
        never: Vec::new(),
        ignore_root: None,
        sort_mode: SortMode::Alphabetical,
    }
}

fn engine(criterion: &mut Criterion) {
    let pieces = ["\n/* File: ".to_owned(), " */\n\n".to_owned()];
    let separator = Separator { pieces: &pieces, forbidden: &[] };
    let header = || [String::from("-- "), String::from("\n-- "), String::from("\n")];
    let observer = |_, _| ControlFlow::Continue(());
    for files in [10, 100, 1_000, 10_000, 100_000] {
        let root = kept_tree(files).expect("the tree can be made");
        let search = search(&root);
        let found = find_sql_files(&search).expect("the tree can be searched").files;
        let paths: Vec<String> = found.into_iter().map(|file| file.path).collect();
        let tree = Tree { base: &root, paths: &paths, include_dir: Some(&root), never: &[] };
        let output = root.parent().expect("trees have a parent").join(format!("{files}.sql"));
        let mut group = criterion.benchmark_group("engine");
        group.sampling_mode(SamplingMode::Flat);
        group.sample_size(if files > 10_000 { 10 } else { 30 });
        group.warm_up_time(Duration::from_secs(1));
        group.measurement_time(Duration::from_secs(2));
        let id = |name| BenchmarkId::new(name, files);
        group.bench_function(id("walk_floor"), |b| b.iter(|| confiture_benches::bare_walk(&root)));
        group.bench_function(id("find"), |b| {
            b.iter(|| find_sql_files(&search).expect("the tree can be searched"));
        });
        group.bench_function(id("read_floor"), |b| {
            b.iter(|| confiture_benches::parallel_read(&root, &paths));
        });
        group.bench_function(id("read_kept_floor"), |b| {
            b.iter(|| confiture_benches::parallel_read_kept(&root, &paths));
        });
        group.bench_function(id("hash"), |b| {
            b.iter(|| hash_files(tree, &observer).expect("the files can be read"));
        });
        group.bench_function(id("build"), |b| {
            b.iter(|| {
                files::build_schema(tree, header(), separator, FATAL, false, &observer)
                    .expect("the files can be read")
            });
        });
        group.bench_function(id("write"), |b| {
            b.iter(|| {
                let part = Part { header: header(), files: None, target: Target::File(output.clone()) };
                files::write_schema(tree, &[part], separator, FATAL, false, &observer)
                    .expect("the bundle can be written")
            });
        });
        group.finish();
        let _ = fs::remove_file(&output);
    }
}

criterion_group!(benches, engine);
criterion_main!(benches);
