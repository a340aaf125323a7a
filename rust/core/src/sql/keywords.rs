//! The server's keywords, and which quoted names need their quotes.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::token::Token;
use super::value::{cut, text_of, value};

const KEYWORDS: &str = include_str!("../../../../python/confiture/_pure/keywords.txt");

/// Whether a word in lower case is a keyword.
pub(crate) fn is_keyword(word: &str) -> bool {
    static WORDS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    WORDS.get_or_init(|| KEYWORDS.lines().filter(|line| !line.starts_with('#')).collect()).contains(word)
}

/// A name as normalised text has it: in quotes only where it would be another name without them.
pub(crate) fn quoted_where_needed(name: &str) -> String {
    let needs_none = name.bytes().enumerate().all(|(index, byte)| match byte {
        b'a'..=b'z' | b'_' => true,
        b'0'..=b'9' | b'$' => index > 0,
        _ => false,
    });
    if needs_none && !name.is_empty() && !is_keyword(name) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A quoted name without `UESCAPE` as normalised text has it; what the server refuses stays as it is.
pub(super) fn normalized_name(token: &Token, text: &[u8]) -> String {
    value(token, text, '\\').map_or_else(|| text_of(token.of(text)), |name| quoted_where_needed(cut(&name)))
}
