//! Every byte of any text belongs to exactly one span, and nothing ever panics.

#![no_main]

use confiture_core::sql::{Account, SpanKind, account, find_open_construct, normalize_statements};
use libfuzzer_sys::fuzz_target;

const MARK: &[u8] = b"\xEF\xBB\xBF";

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let text = text.as_bytes();
    let first = account(text, true);
    check(text, &first);
    let normalized = normalize_statements(text);
    assert_eq!(normalized.len(), first.statements.len());

    // In whole statements nothing is lost when other text comes before.
    let lexical = find_open_construct(text.strip_prefix(MARK).unwrap_or(text));
    assert_eq!(lexical.is_some(), first.open.is_some_and(|open| open.kind.swallows()));
    if first.open.is_none() && !text.starts_with(MARK) {
        let prefix = b"SELECT 1;\n";
        let longer = [prefix, text].concat();
        let second = account(&longer, true);
        check(&longer, &second);
        assert_eq!(second.statements.len(), first.statements.len() + 1);
        for (one, other) in first.statements.iter().zip(&second.statements[1..]) {
            assert_eq!(one.name, other.name);
            assert_eq!(one.fingerprint, other.fingerprint);
            assert_eq!(one.extent.start + prefix.len(), other.extent.start);
            assert_eq!((one.line + 1, one.column), (other.line, other.column));
        }
    }
});

fn check(text: &[u8], account: &Account) {
    let mut end = 0;
    for span in &account.spans {
        assert_eq!(span.start, end);
        assert!(span.end > span.start);
        assert_eq!(span.statement.is_some(), span.kind == SpanKind::Statement);
        end = span.end;
    }
    assert_eq!(end, text.len());
    assert_eq!(account.sizes().iter().sum::<u64>(), text.len() as u64);
}
