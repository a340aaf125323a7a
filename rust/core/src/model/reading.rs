//! The tokens of a statement as a parser wants them: normalised, with the pairs of their parentheses.
//!
//! `docs/model.md` and `docs/statements.md` say what normalised is. Nothing here knows a statement.

use compact_str::CompactString;

use super::schema::Text;
pub(crate) use crate::sql::NormalizedKind as Kind;
use crate::sql::{Normalized, NormalizedTokens, cut};

/// Why a statement has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It breaks the rules of the grammar.
    Refused(String),
    /// It is beyond the model.
    Unmodelled(String),
}

/// What reading a statement gives.
pub(crate) type Outcome<T> = Result<T, Failure>;

pub(crate) fn refused<T>(reason: impl Into<String>) -> Outcome<T> {
    Err(Failure::Refused(reason.into()))
}

pub(crate) fn unmodelled<T>(reason: impl Into<String>) -> Outcome<T> {
    Err(Failure::Unmodelled(reason.into()))
}

/// A token as a reason shows it.
pub(crate) fn shown(text: &str) -> String {
    format!("'{}'", cut(text))
}

/// A name and the schema that is written before it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Name {
    pub(crate) schema: Option<Text>,
    pub(crate) name: Text,
}

/// A token as normalised text has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    /// The index of the token that closes what this one opens.
    pub(super) closing: usize,
}

impl Token<'_> {
    /// Whether it is this word without quotes.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    /// Whether it is this punctuation or operator.
    pub(crate) fn is_sign(&self, sign: &str) -> bool {
        matches!(self.kind, Kind::Punctuation | Kind::Operator) && self.text == sign
    }

    pub(crate) fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Name)
    }

    pub(crate) fn opens(&self) -> bool {
        self.kind == Kind::Punctuation && matches!(self.text, "(" | "[")
    }

    pub(crate) fn closes(&self) -> bool {
        self.kind == Kind::Punctuation && matches!(self.text, ")" | "]")
    }
}

/// The name that a normalised token is.
pub(crate) fn unquoted(text: &str) -> Text {
    match text.strip_prefix('"').and_then(|inside| inside.strip_suffix('"')) {
        Some(inside) if inside.contains('"') => CompactString::from(inside.replace("\"\"", "\"")),
        Some(inside) => CompactString::new(inside),
        None => CompactString::new(text),
    }
}

/// The value of a normalised string; None of what is left as it was written.
pub(crate) fn string_of(text: &str) -> Option<Text> {
    let inside = text
        .strip_prefix('\'')
        .or_else(|| text.strip_prefix("b'"))
        .or_else(|| text.strip_prefix("x'"))
        .or_else(|| text.strip_prefix("n'"))?
        .strip_suffix('\'')?;
    Some(if inside.contains('\'') {
        CompactString::from(inside.replace("''", "'"))
    } else {
        CompactString::new(inside)
    })
}

/// All tokens of a normalised text.
///
/// Parentheses must be pairs, and nothing may be left open.
pub(crate) fn read_tokens(normalized: Normalized<'_>) -> Outcome<Vec<Token<'_>>> {
    let Normalized { text, tokens: pieces } = normalized;
    let mut tokens: Vec<Token<'_>> = Vec::with_capacity(pieces.len());
    let mut opened: Vec<usize> = Vec::new();
    for piece in pieces {
        let Some(token) = text.get(piece.start..piece.end) else { continue };
        if !piece.is_closed {
            return refused("a quote is not closed");
        }
        let token = Token { kind: piece.kind, text: token, closing: 0 };
        match piece.kind {
            Kind::Punctuation if token.opens() => opened.push(tokens.len()),
            Kind::Punctuation if token.closes() => {
                let is_pair = |open: &usize| (tokens[*open].text == "(") == (token.text == ")");
                let Some(open) = opened.pop().filter(is_pair) else {
                    return refused(format!("nothing is closed by {}", shown(token.text)));
                };
                tokens[open].closing = tokens.len();
            }
            Kind::Name if !token.text.starts_with('"') && token.text.as_bytes().get(1) == Some(&b'&') => {
                return refused("a name has an escape that there is not");
            }
            _ => {}
        }
        tokens.push(token);
    }
    match opened.first() {
        Some(open) => refused(format!("{} is not closed", shown(tokens[*open].text))),
        None => Ok(tokens),
    }
}

/// Reads a text that the model has, or that stands in a string.
pub(crate) fn with_reader<T>(text: &str, read: impl FnOnce(Reader<'_>) -> Outcome<T>) -> Outcome<T> {
    let tokens = NormalizedTokens::of_statement(text.as_bytes());
    let tokens = read_tokens(tokens.all())?;
    read(Reader::new(&tokens))
}

/// Tokens of the statement, or a text of the model that has them.
#[derive(Debug, Clone)]
pub(crate) enum Source<'a> {
    Read(Reader<'a>),
    Text(Text),
}

impl Source<'_> {
    pub(crate) fn with<T>(&self, read: impl FnOnce(Reader<'_>) -> Outcome<T>) -> Outcome<T> {
        match self {
            Self::Read(reader) => read(*reader),
            Self::Text(text) => with_reader(text, read),
        }
    }
}

/// A place among the tokens of a statement or of a part of it. It is copied to look ahead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// All tokens of the statement.
    all: &'a [Token<'a>],
    /// The next token.
    pub(crate) at: usize,
    /// Where the part ends.
    pub(crate) end: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(all: &'a [Token<'a>]) -> Self {
        Self { all, at: 0, end: all.len() }
    }

    /// A reader of some of the tokens.
    pub(crate) fn part(&self, start: usize, end: usize) -> Self {
        Self { all: self.all, at: start, end }
    }

    /// The tokens that are left.
    pub(crate) fn rest(&self) -> &'a [Token<'a>] {
        self.all.get(self.at..self.end).unwrap_or_default()
    }

    pub(crate) fn is_done(&self) -> bool {
        self.at >= self.end
    }

    pub(crate) fn token(&self, ahead: usize) -> Option<&'a Token<'a>> {
        let index = self.at + ahead;
        if index < self.end { self.all.get(index) } else { None }
    }

    /// The text of the next token, or of one after it; nothing at the end.
    pub(crate) fn text(&self, ahead: usize) -> &'a str {
        self.token(ahead).map_or("", |token| token.text)
    }

    /// The text of the token before the next one, if it belongs to the same statement.
    pub(crate) fn text_before(&self) -> &'a str {
        self.token_before().map_or("", |token| token.text)
    }

    pub(crate) fn token_before(&self) -> Option<&'a Token<'a>> {
        self.all.get(self.at.checked_sub(1)?)
    }

    /// A token of the statement by its index.
    pub(crate) fn token_at(&self, index: usize) -> Option<&'a Token<'a>> {
        self.all.get(index)
    }

    pub(crate) fn kind(&self, ahead: usize) -> Option<Kind> {
        self.token(ahead).map(|token| token.kind)
    }

    /// The next token, or one after it, if it is a word; or nothing.
    pub(crate) fn word(&self, ahead: usize) -> &'a str {
        self.token(ahead).filter(|token| token.kind == Kind::Word).map_or("", |token| token.text)
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.word(0) == word
    }

    pub(crate) fn is_sign(&self, sign: &str) -> bool {
        self.is_sign_at(sign, 0)
    }

    pub(crate) fn is_sign_at(&self, sign: &str, ahead: usize) -> bool {
        self.token(ahead).is_some_and(|token| token.is_sign(sign))
    }

    /// Whether these words are next.
    pub(crate) fn are_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(ahead, word)| self.word(ahead) == *word)
    }

    /// Goes past the words if they are next.
    pub(crate) fn take(&mut self, words: &[&str]) -> bool {
        let are_next = self.are_words(words);
        if are_next {
            self.at += words.len();
        }
        are_next
    }

    pub(crate) fn take_word(&mut self, word: &str) -> bool {
        let is_next = self.word(0) == word;
        if is_next {
            self.at += 1;
        }
        is_next
    }

    /// Goes past one of some words, and which it is; nothing if none is next.
    pub(crate) fn take_any(&mut self, words: &[&'static str]) -> &'static str {
        let word = self.word(0);
        let found = words.iter().find(|known| **known == word).copied().unwrap_or_default();
        if !found.is_empty() {
            self.at += 1;
        }
        found
    }

    pub(crate) fn expect(&mut self, words: &[&str]) -> Outcome<()> {
        if self.take(words) { Ok(()) } else { Err(self.refused(&words.join(" ").to_uppercase())) }
    }

    pub(crate) fn take_sign(&mut self, sign: &str) -> bool {
        let is_next = self.is_sign(sign);
        if is_next {
            self.at += 1;
        }
        is_next
    }

    pub(crate) fn expect_sign(&mut self, sign: &str) -> Outcome<()> {
        if self.take_sign(sign) { Ok(()) } else { Err(self.refused(&shown(sign))) }
    }

    pub(crate) fn expect_end(&self) -> Outcome<()> {
        if self.is_done() { Ok(()) } else { refused(format!("{} is not expected", shown(self.text(0)))) }
    }

    /// What is to be said where something else is wanted.
    pub(crate) fn refused(&self, wanted: &str) -> Failure {
        let found = if self.is_done() { "the end".to_owned() } else { shown(self.text(0)) };
        Failure::Refused(format!("{wanted} is expected instead of {found}"))
    }

    /// Whether a name is next; any word can be one.
    pub(crate) fn is_name(&self, ahead: usize) -> bool {
        self.token(ahead).is_some_and(Token::is_name)
    }

    /// Goes past a name of one part.
    pub(crate) fn identifier(&mut self) -> Outcome<Text> {
        match self.token(0) {
            Some(token) if token.is_name() => {
                self.at += 1;
                Ok(if token.kind == Kind::Name { unquoted(token.text) } else { Text::new(token.text) })
            }
            Some(token) if token.kind == Kind::Variable => unmodelled("a variable of psql stands for a name"),
            _ => Err(self.refused("a name")),
        }
    }

    /// Goes past a name of any number of parts, and the last ones of them.
    pub(crate) fn parts(&mut self) -> Outcome<Vec<Text>> {
        let mut found = vec![self.identifier()?];
        while self.is_sign(".") && (self.is_name(1) || self.kind(1) == Some(Kind::Variable)) {
            self.at += 1;
            found.push(self.identifier()?);
        }
        Ok(found)
    }

    /// Goes past a name with or without its schema.
    pub(crate) fn name(&mut self) -> Outcome<Name> {
        let mut name = Name { schema: None, name: self.identifier()? };
        while self.is_sign(".") && (self.is_name(1) || self.kind(1) == Some(Kind::Variable)) {
            self.at += 1;
            let part = self.identifier()?;
            name.schema = Some(std::mem::replace(&mut name.name, part));
        }
        Ok(name)
    }

    /// Goes past such names between commas.
    pub(crate) fn names(&mut self) -> Outcome<Vec<Name>> {
        let mut found = vec![self.name()?];
        while self.take_sign(",") {
            found.push(self.name()?);
        }
        Ok(found)
    }

    /// Goes past names of one part between commas.
    pub(crate) fn identifiers(&mut self) -> Outcome<Vec<Text>> {
        let mut found = vec![self.identifier()?];
        while self.take_sign(",") {
            found.push(self.identifier()?);
        }
        Ok(found)
    }

    pub(crate) fn is_group(&self) -> bool {
        self.is_sign("(")
    }

    /// Goes past a parenthesis and what closes it, and a reader of what is between.
    pub(crate) fn group(&mut self) -> Outcome<Self> {
        match self.token(0) {
            Some(token) if token.is_sign("(") => {
                let start = self.at + 1;
                self.at = token.closing + 1;
                Ok(self.part(start, token.closing))
            }
            _ => Err(self.refused("'('")),
        }
    }

    /// Goes past names between commas in parentheses.
    pub(crate) fn columns(&mut self) -> Outcome<Vec<Text>> {
        let mut group = self.group()?;
        let found = group.identifiers()?;
        group.expect_end()?;
        Ok(found)
    }

    /// Goes past the next token, or all that it opens.
    pub(crate) fn skip(&mut self) {
        self.at = match self.token(0) {
            Some(token) if token.closing > self.at => token.closing + 1,
            _ => self.at + 1,
        };
    }

    /// Goes to the next of some words or signs that no parenthesis is around; what is before it.
    pub(crate) fn until(&mut self, stops: &[&str]) -> Self {
        self.until_token(|token| {
            matches!(token.kind, Kind::Word | Kind::Punctuation | Kind::Operator)
                && stops.contains(&token.text)
        })
    }

    /// The same up to a token that fulfils a condition.
    pub(crate) fn until_token(&mut self, is_end: impl Fn(&Token<'a>) -> bool) -> Self {
        let start = self.at;
        while let Some(token) = self.token(0)
            && !is_end(token)
        {
            self.skip();
        }
        self.part(start, self.at.min(self.end))
    }

    /// What commas part, to the end.
    pub(crate) fn items(&mut self) -> Outcome<Vec<Self>> {
        let mut found = Vec::new();
        if self.is_done() {
            return Ok(found);
        }
        loop {
            let item = self.until_token(|token| token.is_sign(","));
            if item.is_done() {
                return Err(self.refused("something"));
            }
            found.push(item);
            if !self.take_sign(",") {
                return Ok(found);
            }
        }
    }

    pub(crate) fn is_string(&self) -> bool {
        matches!(self.kind(0), Some(Kind::String | Kind::OtherString))
    }

    /// Goes past a string, and its value.
    pub(crate) fn string(&mut self) -> Outcome<Text> {
        match self.token(0) {
            Some(token) if matches!(token.kind, Kind::String | Kind::OtherString) => {
                let Some(value) = string_of(token.text) else {
                    return refused("a string has an escape that there is not");
                };
                self.at += 1;
                Ok(value)
            }
            Some(token) if token.kind == Kind::Variable => {
                unmodelled("a variable of psql stands for a string")
            }
            _ => Err(self.refused("a string")),
        }
    }

    /// Goes past a number with or without a sign, and its text.
    pub(crate) fn number(&mut self) -> Outcome<Text> {
        let is_negative = self.take_sign("-");
        if !is_negative {
            self.take_sign("+");
        }
        if self.kind(0) != Some(Kind::Number) {
            return Err(self.refused("a number"));
        }
        let text = self.text(0);
        self.at += 1;
        Ok(if is_negative { Text::from(format!("-{text}")) } else { Text::new(text) })
    }

    /// The tokens without the parentheses around them all.
    pub(crate) fn bare(&self) -> Self {
        let (mut start, mut end) = (self.at, self.end);
        while end - start > 2 && self.all[start].is_sign("(") && self.all[start].closing == end - 1 {
            start += 1;
            end -= 1;
        }
        self.part(start, end)
    }
}
