//! Statements made ready for a parser: with their kinds and the tokens of their normalised texts.

use super::names::{Form, kind_of_statement};
use super::normalize::{NormalizedToken, collect};
use super::statements::StatementText;
use super::token::Tokens;
use super::value::text_of;

/// A normalised text, and tokens that stand in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Normalized<'a> {
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a [NormalizedToken],
}

/// What a statement is, as its first words tell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    /// Its command tag, if it is a statement.
    pub(crate) kind: Option<&'static str>,
    pub(crate) form: Form,
}

/// Statements that follow each other, with their heads and tokens.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    /// The texts of all of them.
    text: String,
    tokens: Vec<NormalizedToken>,
    /// The head of each, and the index after its last token.
    statements: Vec<(Head, usize)>,
}

impl Prepared {
    /// Takes statements in the place of those it has. Only those of wanted kinds get tokens.
    pub(crate) fn fill(&mut self, statements: &[StatementText<'_>], is_wanted: fn(&str) -> bool) {
        let mut text = std::mem::take(&mut self.text).into_bytes();
        text.clear();
        self.tokens.clear();
        self.statements.clear();
        for statement in statements {
            let (kind, form) = kind_of_statement(&statement.text);
            if kind.is_some_and(is_wanted) {
                collect(Tokens::of_statement(&statement.text), &mut text, &mut self.tokens);
            }
            self.statements.push((Head { kind, form }, self.tokens.len()));
        }
        self.text = text_of(text);
    }

    /// The statements in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Head, Normalized<'_>)> {
        let starts = std::iter::once(0).chain(self.statements.iter().map(|(_, end)| *end));
        self.statements.iter().zip(starts).map(|((head, end), start)| {
            let tokens = self.tokens.get(start..*end).unwrap_or_default();
            (*head, Normalized { text: &self.text, tokens })
        })
    }
}
