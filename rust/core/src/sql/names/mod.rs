//! Naming statements: their command tags and the objects they touch, decided on tokens alone.
//!
//! A statement of which the first words are known has a kind, whatever follows; nothing here checks
//! that a statement is correct.

mod arguments;
mod cursor;
mod shapes;
mod table;

use compact_str::CompactString;
use smallvec::SmallVec;

use self::cursor::Cursor;
use self::shapes::objects;
pub use self::table::Form;
use self::table::{Node, Rule, table};

/// An object that a statement touches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Object {
    /// What it is, such as `materialized_view`.
    pub kind: &'static str,
    /// The schema in its name or in that of its parent.
    pub schema: Option<CompactString>,
    /// Its name; some have none.
    pub name: Option<CompactString>,
    /// The types of what it takes, for routines, aggregates, operators, casts and transforms.
    pub arguments: Option<Vec<CompactString>>,
    /// What it belongs to, such as a trigger's table.
    pub parent: Option<CompactString>,
}

/// Objects of a statement, of which most have one.
pub type Objects = SmallVec<[Object; 1]>;

/// A statement's name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    /// The command tag, if the first words are those of a statement.
    pub kind: Option<&'static str>,
    /// The objects, of which the first is the statement's identity.
    pub objects: Objects,
    /// The words in front of the name.
    pub form: Form,
}

/// Names a statement, given without its terminator.
#[must_use]
pub(super) fn name_statement(text: &[u8]) -> Name {
    let mut cursor = Cursor::new(text);
    if cursor.is_punctuation(b"(") {
        return Name { kind: Some("SELECT"), ..Name::default() };
    }
    if cursor.is_word("with") {
        skip_with(&mut cursor);
    }
    let Some(rule) = longest(&table().statements, &mut cursor) else { return Name::default() };
    let kind = match rule.other {
        Some((word, tag)) if cursor.has_later(word) => tag,
        _ => rule.tag,
    };
    Name { kind: Some(kind), objects: objects(rule, cursor), form: rule.form }
}

/// The rule of the longest sequence of words here, which is passed over.
fn longest(root: &'static Node, cursor: &mut Cursor<'_>) -> Option<&'static Rule> {
    let mut node = root;
    let mut ahead = *cursor;
    let mut found = None;
    while let Some(word) = ahead.word()
        && let Some(next) = node.follow(word)
    {
        node = next;
        ahead.advance();
        if let Some(rule) = &node.rule {
            found = Some(rule);
            *cursor = ahead;
        }
    }
    found
}

/// Passes over the common table expressions in front of a query.
fn skip_with(cursor: &mut Cursor<'_>) {
    cursor.advance();
    cursor.take_word("recursive");
    cursor.advance();
    while !cursor.is_at_end() {
        if cursor.is_punctuation(b"(") || cursor.is_punctuation(b"[") {
            cursor.skip_group();
            continue;
        }
        if cursor.is_punctuation(b",") {
            cursor.advance();
        } else if let Some(word) = cursor.word()
            && ["select", "insert", "update", "delete", "merge", "values", "table"]
                .iter()
                .any(|verb| word.eq_ignore_ascii_case(verb.as_bytes()))
        {
            return;
        }
        cursor.advance();
    }
}
