//! Walking over the tokens of a statement, one of them in view.

use compact_str::CompactString;

use crate::sql::token::{StringKind, Token, TokenKind, Tokens};
use crate::sql::value::{cut, folded, short_text_of, text_of, unicode_escape, value};

/// A place in a statement. It is copied to look ahead.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    /// After the token in view.
    tokens: Tokens<'a>,
    pub(super) token: Option<Token>,
}

/// A name with its qualifiers, the last part first.
#[derive(Debug, Default)]
pub(super) struct Qualified {
    pub(super) name: CompactString,
    pub(super) schema: Option<CompactString>,
    /// What stands before the schema.
    pub(super) database: Option<CompactString>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        let mut tokens = Tokens::of_statement(text);
        let token = tokens.read_next();
        Self { tokens, token }
    }

    pub(super) fn text(&self) -> &'a [u8] {
        self.tokens.text
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.token.is_none()
    }

    pub(super) fn advance(&mut self) {
        self.token = self.tokens.read_next();
    }

    /// The word in view.
    pub(super) fn word(&self) -> Option<&'a [u8]> {
        let token = self.token.filter(|token| token.kind == TokenKind::Word)?;
        Some(token.of(self.text()))
    }

    /// Whether this word is in view; `word` is in lower case.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.word().is_some_and(|seen| seen.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// Passes over this word; tells whether it was there.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let is_there = self.is_word(word);
        if is_there {
            self.advance();
        }
        is_there
    }

    pub(super) fn is_punctuation(&self, punctuation: &[u8]) -> bool {
        self.token
            .is_some_and(|token| token.kind == TokenKind::Punctuation && token.of(self.text()) == punctuation)
    }

    pub(super) fn take_punctuation(&mut self, punctuation: &[u8]) -> bool {
        let is_there = self.is_punctuation(punctuation);
        if is_there {
            self.advance();
        }
        is_there
    }

    /// Passes over the parentheses or brackets that open here, with what is in them.
    pub(super) fn skip_group(&mut self) {
        self.tokens.skip_group(true);
        self.advance();
    }

    /// Goes to just after the next of these words outside parentheses; or stays, if there is none.
    pub(super) fn find_word(&mut self, words: &[&str]) -> bool {
        let mut ahead = *self;
        while !ahead.is_at_end() {
            if words.iter().any(|word| ahead.is_word(word)) {
                ahead.advance();
                *self = ahead;
                return true;
            }
            if ahead.is_punctuation(b"(") {
                ahead.tokens.skip_group(false);
            }
            ahead.advance();
        }
        false
    }

    /// Whether this word comes outside parentheses and brackets, and not as a name.
    pub(super) fn has_later(&self, word: &str) -> bool {
        let mut ahead = *self;
        let mut is_name = false;
        while let Some(token) = ahead.token {
            let is_punctuation = token.kind == TokenKind::Punctuation;
            if is_punctuation && matches!(token.of(self.text()), b"(" | b"[") {
                ahead.skip_group();
                is_name = false;
                continue;
            }
            if token.kind == TokenKind::Word
                && !is_name
                && token.of(self.text()).eq_ignore_ascii_case(word.as_bytes())
            {
                return true;
            }
            is_name = ahead.is_word("as") || (is_punctuation && token.of(self.text()) == b".");
            ahead.advance();
        }
        false
    }

    /// One part of a name.
    pub(super) fn part(&mut self) -> Option<CompactString> {
        let token = self.token.filter(Token::is_name)?;
        let text = self.text();
        let part = match token.kind {
            TokenKind::QuotedName { unicode } => {
                let escape = if unicode { unicode_escape(&mut self.tokens) } else { Some('\\') };
                let name = escape.and_then(|escape| value(&token, text, escape));
                // What the server refuses is kept as it is written.
                let name = name.unwrap_or_else(|| text_of(token.of(text)));
                CompactString::new(cut(&name))
            }
            TokenKind::Word => folded(token.of(text)),
            _ => short_text_of(token.of(text)),
        };
        self.advance();
        Some(part)
    }

    /// The value of the string in view, if it has one; `None` if there is no string.
    #[expect(clippy::option_option, reason = "a string without a value is not the absence of one")]
    pub(super) fn string(&mut self) -> Option<Option<String>> {
        let token = self.token?;
        let is_unicode = token.kind == TokenKind::String(StringKind::Unicode);
        if !matches!(token.kind, TokenKind::String(_) | TokenKind::DollarQuote { .. }) {
            return None;
        }
        let escape = if is_unicode { unicode_escape(&mut self.tokens) } else { Some('\\') };
        Some(escape.and_then(|escape| value(&token, self.text(), escape)))
    }

    /// A name with its qualifiers.
    pub(super) fn name(&mut self) -> Option<Qualified> {
        let mut name = Qualified { name: self.part()?, ..Qualified::default() };
        while self.is_punctuation(b".") {
            let mut ahead = *self;
            ahead.advance();
            let Some(part) = ahead.part() else { break };
            name.database = name.schema.take();
            name.schema = Some(std::mem::replace(&mut name.name, part));
            *self = ahead;
        }
        Some(name)
    }
}
