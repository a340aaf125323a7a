//! The argument types of routines, aggregates, operators and casts, under one name per type.

use compact_str::CompactString;

use super::cursor::Cursor;
use super::table::table;
use crate::sql::keywords::{is_keyword, normalized_name};
use crate::sql::normalize::normalized_token;
use crate::sql::token::{Token, TokenKind};
use crate::sql::value::folded;

/// The tokens up to one that fulfils a condition, outside parentheses and brackets that open here, or to
/// the end of the parentheses around.
pub(super) fn until(cursor: &mut Cursor<'_>, is_end: impl Fn(&Cursor<'_>) -> bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut depth = 0_usize;
    while let Some(token) = cursor.token {
        if depth == 0 && (is_end(cursor) || cursor.is_punctuation(b")")) {
            break;
        }
        if cursor.is_punctuation(b"(") || cursor.is_punctuation(b"[") {
            depth += 1;
        } else if cursor.is_punctuation(b")") || cursor.is_punctuation(b"]") {
            depth = depth.saturating_sub(1);
        }
        tokens.push(token);
        cursor.advance();
    }
    tokens
}

fn is_word(token: Option<&Token>, text: &[u8], words: &[&str]) -> bool {
    token.is_some_and(|token| {
        token.kind == TokenKind::Word
            && words.iter().any(|word| token.of(text).eq_ignore_ascii_case(word.as_bytes()))
    })
}

fn is_sign(token: Option<&Token>, text: &[u8], signs: &[&str]) -> bool {
    token.is_some_and(|token| {
        matches!(token.kind, TokenKind::Punctuation | TokenKind::Operator)
            && signs.iter().any(|sign| token.of(text) == sign.as_bytes())
    })
}

/// The items of the list in parentheses that opens here, which is passed over; none if there is no list.
fn items(cursor: &mut Cursor<'_>, parted_by_order: bool) -> Option<Vec<Vec<Token>>> {
    if !cursor.take_punctuation(b"(") {
        return None;
    }
    let mut items = vec![Vec::new()];
    let mut parentheses = 0_usize;
    // Also of brackets, which need not be pairs.
    let mut depth = 0_usize;
    while let Some(token) = cursor.token {
        if cursor.is_punctuation(b"(") {
            parentheses += 1;
            depth += 1;
        } else if cursor.is_punctuation(b")") {
            if parentheses == 0 {
                cursor.advance();
                break;
            }
            parentheses -= 1;
            depth = depth.saturating_sub(1);
        } else if cursor.is_punctuation(b"[") {
            depth += 1;
        } else if cursor.is_punctuation(b"]") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && cursor.is_punctuation(b",") {
            items.push(Vec::new());
            cursor.advance();
            continue;
        } else if depth == 0 && parted_by_order && is_order_by(cursor) {
            items.push(Vec::new());
            cursor.advance();
            cursor.advance();
            continue;
        }
        if let Some(item) = items.last_mut() {
            item.push(token);
        }
        cursor.advance();
    }
    items.retain(|item| !item.is_empty());
    Some(items)
}

fn is_order_by(cursor: &Cursor<'_>) -> bool {
    let mut ahead = *cursor;
    ahead.take_word("order") && ahead.is_word("by")
}

/// The types of a routine's list of arguments.
pub(super) fn routine_arguments(is_aggregate: bool, cursor: &mut Cursor<'_>) -> Option<Vec<CompactString>> {
    let items = items(cursor, is_aggregate)?;
    let text = cursor.text();
    if is_aggregate && is_definition(&items, text) {
        return Some(base_type(&items, text).into_iter().collect());
    }
    Some(items.iter().filter_map(|item| argument(item, text)).collect())
}

/// Whether the items of a list are `name = value`.
fn is_definition(items: &[Vec<Token>], text: &[u8]) -> bool {
    items.iter().any(|item| is_sign(item.get(1), text, &["="]))
}

/// The value of this name in such a list. Of several the last one counts, as in the server's
/// `DefineOperator` and `DefineAggregate`.
fn value_in<'a>(items: &'a [Vec<Token>], text: &[u8], name: &str) -> Option<&'a [Token]> {
    let is_named = |token: &Token| match token.kind {
        TokenKind::QuotedName { .. } => normalized_name(token, text) == name,
        _ => is_word(Some(token), text, &[name]),
    };
    let mut values = items.iter().filter(|item| item.len() > 2 && is_sign(item.get(1), text, &["="]));
    values.rfind(|item| item.first().is_some_and(is_named)).map(|item| &item[2..])
}

/// The type of an aggregate in the old form.
fn base_type(items: &[Vec<Token>], text: &[u8]) -> Option<CompactString> {
    let tokens = value_in(items, text, "basetype")?;
    let is_any = match tokens {
        [token] => match token.kind {
            TokenKind::Word | TokenKind::QuotedName { .. } | TokenKind::String(_) => {
                token.of(text).eq_ignore_ascii_case(b"any")
                    || token.of(text).eq_ignore_ascii_case(b"'any'")
                    || token.of(text) == b"\"any\""
            }
            _ => token.of(text) == b"*",
        },
        _ => false,
    };
    (!is_any).then(|| type_name(tokens, text))
}

/// The type of one argument; `None` for one that does not count.
fn argument(item: &[Token], text: &[u8]) -> Option<CompactString> {
    let mut depth = 0_usize;
    let default = item.iter().position(|token| {
        let token = Some(token);
        if is_sign(token, text, &["(", "["]) {
            depth += 1;
        } else if is_sign(token, text, &[")", "]"]) {
            depth = depth.saturating_sub(1);
        }
        depth == 0 && (is_word(token, text, &["default"]) || is_sign(token, text, &["=", ":="]))
    });
    let mut tokens = &item[..default.unwrap_or(item.len())];
    let mut is_out = false;
    let mut take_mode = |tokens: &mut &[Token]| {
        if is_word(tokens.first(), text, &["in"]) {
            let is_both = is_word(tokens.get(1), text, &["out"]);
            *tokens = &tokens[1 + usize::from(is_both)..];
        } else if is_word(tokens.first(), text, &["out"]) {
            is_out = true;
            *tokens = &tokens[1..];
        } else if is_word(tokens.first(), text, &["inout", "variadic"]) {
            *tokens = &tokens[1..];
        }
    };
    take_mode(&mut tokens);
    if starts_with_name(tokens, text) {
        tokens = &tokens[1..];
        take_mode(&mut tokens);
    }
    if is_out || tokens.is_empty() || (tokens.len() == 1 && is_sign(tokens.first(), text, &["*"])) {
        return None;
    }
    Some(type_name(tokens, text))
}

/// Whether the first token is a parameter's name.
fn starts_with_name(tokens: &[Token], text: &[u8]) -> bool {
    let [first, second, ..] = tokens else { return false };
    if !matches!(first.kind, TokenKind::Word | TokenKind::QuotedName { .. }) || !second.is_name() {
        return false;
    }
    let pair = |first_words: &[&str], second_words: &[&str]| {
        is_word(Some(first), text, first_words) && is_word(Some(second), text, second_words)
    };
    !(is_word(Some(second), text, &["array"])
        || pair(&["double"], &["precision"])
        || pair(&["character", "char", "nchar", "bit"], &["varying"])
        || pair(&["national"], &["character", "char"])
        || pair(&["timestamp", "time"], &["with", "without"])
        || pair(&["interval"], &INTERVAL_FIELDS))
}

const INTERVAL_FIELDS: [&str; 7] = ["year", "month", "day", "hour", "minute", "second", "to"];

/// A type under the name that identities use.
pub(super) fn type_name(tokens: &[Token], text: &[u8]) -> CompactString {
    let mut tokens = tokens;
    if is_word(tokens.first(), text, &["setof"]) {
        tokens = &tokens[1..];
    }
    let all = tokens;
    let is_catalog = is_word(tokens.first(), text, &["pg_catalog"])
        || tokens.first().is_some_and(|token| token.of(text) == b"\"pg_catalog\"");
    if is_catalog && is_sign(tokens.get(1), text, &["."]) {
        tokens = &tokens[2..];
    }
    let is_qualified = tokens.len() < all.len();
    let is_interval = is_word(tokens.first(), text, &["interval"]);
    let mut name = CompactString::default();
    let mut is_array = false;
    let mut depth = 0_usize;
    let mut is_joined = true;
    for token in tokens {
        let of = token.of(text);
        if is_sign(Some(token), text, &["("]) {
            depth += 1;
        } else if is_sign(Some(token), text, &[")"]) {
            depth = depth.saturating_sub(1);
        } else if depth > 0 {
        } else if is_sign(Some(token), text, &["["]) || is_word(Some(token), text, &["array"]) {
            is_array = true;
            break;
        } else if is_sign(Some(token), text, &[".", "%"]) {
            name.push_str(&String::from_utf8_lossy(of));
            is_joined = true;
        } else if !(is_interval && is_word(Some(token), text, &INTERVAL_FIELDS)) {
            if !is_joined {
                name.push(' ');
            }
            is_joined = false;
            match token.kind {
                TokenKind::Word
                    if (is_qualified || name.ends_with('.'))
                        && GRAMMAR_TYPES.contains(&folded(of).as_str()) =>
                {
                    // After a schema it is no keyword.
                    name.push_str(&format!("\"{}\"", folded(of)));
                }
                TokenKind::Word => name.push_str(&folded(of)),
                TokenKind::QuotedName { .. } => name.push_str(&quoted_type(token, text)),
                _ => name.push_str(&normalized_token(token, text)),
            }
        }
    }
    if name == "float" && is_single_precision(tokens, text) {
        name = CompactString::const_new("real");
    } else if let Some(canonical) = table().types.get(name.as_str()) {
        name = CompactString::const_new(canonical);
    }
    if is_array {
        name.push_str("[]");
    }
    name
}

/// Names that are types to the grammar and not in the catalogue: in quotes they are others.
const GRAMMAR_TYPES: [&str; 15] = [
    "bigint",
    "boolean",
    "char",
    "character",
    "dec",
    "decimal",
    "double",
    "float",
    "int",
    "integer",
    "national",
    "nchar",
    "precision",
    "real",
    "smallint",
];

/// A quoted name of a type.
fn quoted_type(token: &Token, text: &[u8]) -> String {
    let name = normalized_name(token, text);
    let inside = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
    match inside {
        Some(inside) if is_keyword(inside) && !GRAMMAR_TYPES.contains(&inside) => inside.to_owned(),
        _ => name,
    }
}

/// Whether `float(n)` has so few digits that it is `real`.
fn is_single_precision(tokens: &[Token], text: &[u8]) -> bool {
    let digits = tokens.get(2).filter(|token| token.kind == TokenKind::Number);
    let digits = digits.and_then(|token| std::str::from_utf8(token.of(text)).ok()?.parse().ok());
    is_sign(tokens.get(1), text, &["("]) && digits.is_some_and(|digits: u32| (1..=24).contains(&digits))
}

/// The types of an operator's arguments, in a list or in a definition.
pub(super) fn operator_arguments(cursor: &mut Cursor<'_>) -> Option<Vec<CompactString>> {
    let items = items(cursor, false)?;
    let text = cursor.text();
    let type_or_none = |tokens: &[Token]| match tokens {
        [] => CompactString::const_new("none"),
        tokens => type_name(tokens, text),
    };
    if !is_definition(&items, text) {
        return Some(items.iter().map(|item| type_or_none(item)).collect());
    }
    let side = |name: &str| type_or_none(value_in(&items, text, name).unwrap_or_default());
    Some(vec![side("leftarg"), side("rightarg")])
}
