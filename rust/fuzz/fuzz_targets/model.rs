//! Any text has a model, the same one each time, and nothing ever panics.

#![no_main]

use confiture_core::model::parse_sql;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let first = parse_sql(text.as_bytes(), None, &[], &[]);
    assert!(!first.is_empty());
    assert_eq!(first, parse_sql(text.as_bytes(), None, &[], &[]));
});
