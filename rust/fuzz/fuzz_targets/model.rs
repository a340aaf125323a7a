//! Any text has a model and fingerprints, the same ones each time, and nothing ever panics.

#![no_main]

use confiture_core::model::{fingerprint_sql, parse_and_fingerprint_sql};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let first = parse_and_fingerprint_sql(text.as_bytes(), None, &[], &[]);
    assert!(!first.0.is_empty());
    assert_eq!(first.1, fingerprint_sql(text.as_bytes()));
    assert_eq!(first, parse_and_fingerprint_sql(text.as_bytes(), None, &[], &[]));
});
