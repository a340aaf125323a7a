//! What is known of the parentheses around a token while references are looked for.

use super::reading::Name;
use super::references::Named;
use super::schema::Text;

/// What is to come after a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wants {
    Nothing,
    Relation,
    /// The name of a common table expression.
    Query,
    Type,
}

/// What is known between two parentheses.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    /// What stands before the parenthesis.
    pub(crate) opener: &'a str,
    /// The routine that is called, and where it is named.
    pub(crate) routine: Option<(Name, Named)>,
    pub(crate) commas: usize,
    /// Whether a comma is followed by a relation.
    pub(crate) is_from: bool,
    pub(crate) wants: Wants,
    /// The first word of the query.
    pub(crate) command: &'a str,
    /// The names that `WITH` gave.
    pub(crate) tables: Vec<Text>,
    /// The name that the next query in parentheses gets.
    pub(crate) next_query: Option<Text>,
    pub(crate) has_queries: bool,
    pub(crate) is_recursive: bool,
    pub(crate) opened: usize,
    pub(crate) at_start: bool,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(opener: &'a str, routine: Option<(Name, Named)>, wants: Wants, start: usize) -> Self {
        Self {
            opener,
            routine,
            commas: 0,
            is_from: wants == Wants::Relation,
            wants,
            command: "",
            tables: Vec::new(),
            next_query: None,
            has_queries: false,
            is_recursive: false,
            opened: start,
            at_start: true,
        }
    }

    /// Whether `COLUMNS` is a word of the grammar here, as in `JSON_TABLE`.
    pub(crate) fn has_columns(&self) -> bool {
        self.routine.is_none() && matches!(self.opener, "json_table" | "columns")
    }
}
