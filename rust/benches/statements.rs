//! Dividing text into named statements, on one thread, against reading the same bytes.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run has to stop")]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use confiture_benches::{kept_tree, read_each, statements};
use confiture_core::sql::account;
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};

/// Numbers of statements of the made texts.
const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
/// Files of the tree that is read file by file.
const FILES: usize = 1_000;

/// The example project's schema, in one text.
fn example() -> String {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/library/db/schema");
    let mut paths: Vec<_> = confiture_benches::bare_walk(&example)
        .into_iter()
        .map(walkdir::DirEntry::into_path)
        .filter(|path| !path.to_string_lossy().contains(".draft."))
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).expect("the example can be read") + "\n").collect()
}

fn divide(criterion: &mut Criterion) {
    let example = example();
    let mut group = criterion.benchmark_group("statements");
    group.sampling_mode(SamplingMode::Flat);
    group.sample_size(20);
    group.warm_up_time(Duration::from_secs(1));
    group.measurement_time(Duration::from_secs(3));
    for size in SIZES {
        let text = statements(&example, size);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("split_and_name", size), |b| {
            b.iter_with_large_drop(|| account(text.as_bytes(), false));
        });
        if size == SIZES[0] {
            group.bench_function(BenchmarkId::new("fingerprint", size), |b| {
                b.iter_with_large_drop(|| account(text.as_bytes(), true));
            });
        }
    }
    let root = kept_tree(FILES).expect("the tree can be made");
    let paths: Vec<PathBuf> =
        confiture_benches::bare_walk(&root).into_iter().map(walkdir::DirEntry::into_path).collect();
    let bytes: u64 = paths.iter().map(|path| path.metadata().map_or(0, |metadata| metadata.len())).sum();
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function(BenchmarkId::new("read_files", FILES), |b| {
        b.iter(|| {
            read_each(&paths, |bytes| {
                black_box(bytes);
            })
            .expect("the files can be read");
        });
    });
    group.bench_function(BenchmarkId::new("read_split_and_name_files", FILES), |b| {
        b.iter(|| {
            read_each(&paths, |bytes| {
                black_box(account(bytes, false));
            })
            .expect("the files can be read");
        });
    });
    group.finish();
}

criterion_group!(benches, divide);
criterion_main!(benches);
