//! Normalised text of statements, and the fingerprint made of it.
//!
//! Two statements with the same normalised text mean the same to the server. The reverse is not
//! promised: no expression is rewritten. `docs/statements.md` has the rules.

use sha2::{Digest, Sha256};

use super::keywords::quoted_where_needed;
use super::prepared::Normalized;
use super::token::{StringKind, Token, TokenKind, Tokens};
use super::value::{NAME_BYTES, cut, folded, text_of, unicode_escape, value};
use crate::hex::hex;

/// The normalised text of a statement of this kind, given without its terminator.
pub(super) fn normalize_named(text: &[u8], kind: Option<&str>) -> String {
    let body = match kind {
        Some("CREATE FUNCTION" | "CREATE PROCEDURE") => routine_body(text),
        Some("DO") => block_body(text),
        _ => None,
    };
    let mut normalized = Vec::with_capacity(text.len());
    write_tokens(Tokens::of_statement(text), body, &mut normalized, |_, _, _| ());
    text_of(normalized)
}

/// The fingerprint of a normalised text: lowercase hexadecimal SHA-256.
#[must_use]
pub(super) fn fingerprint(normalized: &str) -> String {
    hex(&Sha256::digest(normalized).into())
}

/// A token of a normalised text, and where it stands in that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NormalizedToken {
    pub(crate) kind: NormalizedKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) is_closed: bool,
}

/// What a token of a normalised text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NormalizedKind {
    Word,
    /// A name that was in quotes, which it may have lost.
    Name,
    String,
    /// `b'…'`, `x'…'`, `n'…'`, or a string without a value.
    OtherString,
    Number,
    Parameter,
    Variable,
    Operator,
    Punctuation,
    Other,
}

/// A normalised text and its tokens.
#[derive(Debug, Default)]
pub(crate) struct NormalizedTokens {
    pub(crate) text: String,
    tokens: Vec<NormalizedToken>,
}

impl NormalizedTokens {
    /// Those of a statement, given without its terminator, or of any other text; a routine's body is as it
    /// is written.
    pub(crate) fn of_statement(text: &[u8]) -> Self {
        Self::collected(Tokens::of_statement(text))
    }

    /// Those of a routine's body, if nothing in it is left open.
    pub(crate) fn of_body(text: &str) -> Option<Self> {
        let mut all = Tokens::of_body(text.as_bytes());
        while let Some(token) = all.read_next() {
            if !token.is_closed {
                return None;
            }
        }
        if all.ends_in_comment() {
            return None;
        }
        Some(Self::collected(Tokens::of_body(text.as_bytes())))
    }

    fn collected(tokens: Tokens<'_>) -> Self {
        let mut normalized = Vec::with_capacity(tokens.text.len() + tokens.text.len() / 8);
        let mut pieces = Vec::with_capacity(tokens.text.len() / 5 + 1);
        collect(tokens, &mut normalized, &mut pieces);
        Self { text: text_of(normalized), tokens: pieces }
    }

    pub(crate) fn all(&self) -> Normalized<'_> {
        Normalized { text: &self.text, tokens: &self.tokens }
    }
}

/// Adds the normalised text of tokens to another one, and those to others.
pub(super) fn collect(tokens: Tokens<'_>, normalized: &mut Vec<u8>, pieces: &mut Vec<NormalizedToken>) {
    write_tokens(tokens, None, normalized, |token, normalized, start| {
        let kind = match token.kind {
            TokenKind::Word => NormalizedKind::Word,
            TokenKind::QuotedName { .. } => NormalizedKind::Name,
            TokenKind::String(_) | TokenKind::DollarQuote { .. } if normalized[start] == b'\'' => {
                NormalizedKind::String
            }
            TokenKind::String(_) | TokenKind::DollarQuote { .. } => NormalizedKind::OtherString,
            TokenKind::Number => NormalizedKind::Number,
            TokenKind::Parameter => NormalizedKind::Parameter,
            TokenKind::Variable => NormalizedKind::Variable,
            TokenKind::Operator => NormalizedKind::Operator,
            TokenKind::Punctuation => NormalizedKind::Punctuation,
            TokenKind::Other => NormalizedKind::Other,
        };
        pieces.push(NormalizedToken { kind, start, end: normalized.len(), is_closed: token.is_closed });
    });
}

/// A token as normalised text has it, without `UESCAPE` after it.
pub(super) fn normalized_token(token: &Token, text: &[u8]) -> String {
    let text = token.of(text);
    let token = Token { start: 0, end: text.len(), ..*token };
    let mut normalized = Vec::new();
    write_token(&token, &mut Tokens::of_statement(text), &mut normalized);
    text_of(normalized)
}

/// The fingerprint of a statement of this kind, given without its terminator.
pub(crate) fn fingerprint_of(text: &[u8], kind: Option<&str>) -> String {
    fingerprint(&normalize_named(text, kind))
}

/// Adds the tokens with a space between them. `body` is the start of the token that is a routine's body.
/// `note` is told where each starts.
fn write_tokens(
    mut tokens: Tokens<'_>,
    body: Option<usize>,
    normalized: &mut Vec<u8>,
    mut note: impl FnMut(&Token, &[u8], usize),
) {
    let first = normalized.len();
    while let Some(token) = tokens.read_next() {
        if normalized.len() > first {
            normalized.push(b' ');
        }
        let start = normalized.len();
        if body == Some(token.start)
            && let Some(body) = body_text(&token, &mut tokens)
        {
            push_quoted(&body, normalized);
        } else {
            write_token(&token, &mut tokens, normalized);
        }
        note(&token, normalized, start);
    }
}

fn write_token(token: &Token, tokens: &mut Tokens<'_>, normalized: &mut Vec<u8>) {
    let text = tokens.text;
    let written = token.of(text);
    match token.kind {
        TokenKind::Word => push_folded(written, normalized),
        TokenKind::QuotedName { .. } => match value_of(token, tokens) {
            Some(name) => normalized.extend_from_slice(quoted_where_needed(cut(&name)).as_bytes()),
            None => normalized.extend_from_slice(written),
        },
        TokenKind::String(_) | TokenKind::DollarQuote { .. } => match value_of(token, tokens) {
            Some(string) => {
                if let TokenKind::String(StringKind::Lettered(letter)) = token.kind {
                    normalized.push(letter);
                }
                push_quoted(string.as_bytes(), normalized);
            }
            None => normalized.extend_from_slice(written),
        },
        TokenKind::Number | TokenKind::Parameter => {
            push_lower(written, normalized);
        }
        TokenKind::Operator if written == b"!=" => normalized.extend_from_slice(b"<>"),
        TokenKind::Punctuation if written[0] == b'\\' => normalized.push(written[1]),
        _ => normalized.extend_from_slice(written),
    }
}

/// The value of a quoted token; `UESCAPE` after it is passed over.
fn value_of(token: &Token, tokens: &mut Tokens<'_>) -> Option<String> {
    let is_unicode = matches!(
        token.kind,
        TokenKind::QuotedName { unicode: true } | TokenKind::String(StringKind::Unicode)
    );
    let mut ahead = *tokens;
    let escape = if is_unicode { unicode_escape(&mut ahead)? } else { '\\' };
    let value = value(token, tokens.text, escape)?;
    *tokens = ahead;
    Some(value)
}

fn push_folded(word: &[u8], normalized: &mut Vec<u8>) {
    if word.len() > NAME_BYTES {
        normalized.extend_from_slice(folded(word).as_bytes());
    } else {
        push_lower(word, normalized);
    }
}

fn push_lower(text: &[u8], normalized: &mut Vec<u8>) {
    let start = normalized.len();
    normalized.extend_from_slice(text);
    normalized[start..].make_ascii_lowercase();
}

fn push_quoted(text: &[u8], normalized: &mut Vec<u8>) {
    const QUOTE: u8 = b'\'';
    normalized.push(QUOTE);
    let mut rest = text;
    while let Some(quote) = memchr::memchr(QUOTE, rest) {
        normalized.extend_from_slice(&rest[..=quote]);
        normalized.push(QUOTE);
        rest = &rest[quote + 1..];
    }
    normalized.extend_from_slice(rest);
    normalized.push(QUOTE);
}

/// The normalised text of a routine's body, if nothing in it is left open.
fn body_text(token: &Token, tokens: &mut Tokens<'_>) -> Option<Vec<u8>> {
    let body = value_of(token, tokens)?;
    let mut all = Tokens::of_body(body.as_bytes());
    while let Some(token) = all.read_next() {
        if !token.is_closed {
            return None;
        }
    }
    if all.ends_in_comment() {
        return None;
    }
    let mut normalized = Vec::with_capacity(body.len());
    write_tokens(Tokens::of_body(body.as_bytes()), None, &mut normalized, |_, _, _| ());
    Some(normalized)
}

/// The tokens that the statement has outside parentheses and brackets, each with the one before it.
fn outside(text: &[u8]) -> impl Iterator<Item = (Option<Token>, Token)> {
    let mut depth = 0_usize;
    let mut before = None;
    let mut tokens = Tokens::of_statement(text);
    std::iter::from_fn(move || tokens.read_next()).filter_map(move |token| {
        let previous = before.replace(token);
        if token.kind == TokenKind::Punctuation {
            match token.of(text) {
                b"(" | b"[" => depth += 1,
                b")" | b"]" => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        (depth == 0).then_some((previous, token))
    })
}

fn is_word(token: Option<Token>, text: &[u8], word: &str) -> bool {
    token.is_some_and(|token| {
        token.kind == TokenKind::Word && token.of(text).eq_ignore_ascii_case(word.as_bytes())
    })
}

fn can_be_body(token: &Token) -> bool {
    match token.kind {
        TokenKind::DollarQuote { .. } => true,
        TokenKind::String(kind) => !matches!(kind, StringKind::Lettered(_)),
        _ => false,
    }
}

/// Whether the language of the routine is one whose bodies can be normalised.
fn has_known_language(text: &[u8]) -> Option<bool> {
    let (_, token) = outside(text).find(|(before, token)| {
        is_word(*before, text, "language")
            && !matches!(token.kind, TokenKind::Punctuation | TokenKind::Operator)
    })?;
    let language = match token.kind {
        TokenKind::Word => folded(token.of(text)).into_string(),
        _ => value(&token, text, '\\').unwrap_or_default().to_ascii_lowercase(),
    };
    Some(language == "sql" || language == "plpgsql")
}

/// Where the body of a `CREATE FUNCTION` starts, if its language is known.
fn routine_body(text: &[u8]) -> Option<usize> {
    if !has_known_language(text)? {
        return None;
    }
    let mut tokens = outside(text);
    let (_, body) = tokens.find(|(before, token)| is_word(*before, text, "as") && can_be_body(token))?;
    let is_alone = tokens.next().is_none_or(|(_, token)| token.of(text) != b",");
    is_alone.then_some(body.start)
}

/// Where the body of a `DO` starts, if its language is known.
fn block_body(text: &[u8]) -> Option<usize> {
    if !has_known_language(text).unwrap_or(true) {
        return None;
    }
    let (_, body) =
        outside(text).find(|(before, token)| !is_word(*before, text, "language") && can_be_body(token))?;
    Some(body.start)
}
