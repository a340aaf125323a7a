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
use self::table::{Node, Rule, Shape, table};

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
pub(crate) fn name_statement(text: &[u8]) -> Name {
    named(text, true)
}

/// The kind of a statement, given without its terminator, and the words in front of its name.
#[must_use]
pub(super) fn kind_of_statement(text: &[u8]) -> (Option<&'static str>, Form) {
    let name = named(text, false);
    (name.kind, name.form)
}

/// The name of a statement; objects may be missing if they are not wanted.
fn named(text: &[u8], wants_objects: bool) -> Name {
    let mut cursor = Cursor::new(text);
    if cursor.is_punctuation(b"(") {
        return Name { kind: Some("SELECT"), ..Name::default() };
    }
    if cursor.is_word("with") && skip_with(&mut cursor) {
        return Name { kind: Some("SELECT"), ..Name::default() };
    }
    let mut shorter = SmallVec::new();
    let Some(mut rule) = longest(&table().statements, &mut cursor, &mut shorter, false) else {
        return Name::default();
    };
    // Without objects, a shorter sequence of words may be the one that is meant.
    let mut found = if wants_objects || !shorter.is_empty() { objects(rule, cursor) } else { Objects::new() };
    if found.is_empty() && rule.shape != Shape::Nothing {
        // The last word may have been the name.
        for (shorter, after) in shorter.into_iter().rev() {
            let objects = objects(shorter, after);
            if !objects.is_empty() {
                (rule, cursor, found) = (shorter, after, objects);
                break;
            }
        }
    }
    let kind = match rule.other {
        Some((word, tag)) if cursor.has_later(word) => tag,
        _ => rule.tag,
    };
    Name { kind: Some(kind), objects: found, form: rule.form }
}

/// Rules of shorter sequences of words, and what comes after these.
type Shorter<'a> = SmallVec<[(&'static Rule, Cursor<'a>); 2]>;

/// The rule of the longest sequence of words here, which is passed over. With `is_name_allowed`, a name
/// can stand in their place.
fn longest<'a>(
    root: &'static Node,
    cursor: &mut Cursor<'a>,
    shorter: &mut Shorter<'a>,
    is_name_allowed: bool,
) -> Option<&'static Rule> {
    let mut node = root;
    let mut ahead = *cursor;
    let mut found = None;
    while let Some(word) = ahead.word()
        && let Some(next) = node.follow(word)
    {
        node = next;
        ahead.advance();
        if (found.is_some() || is_name_allowed) && ahead.is_punctuation(b".") {
            // It is the first part of a name.
            break;
        }
        if let Some(rule) = &node.rule {
            shorter.extend(found.replace(rule).map(|rule| (rule, *cursor)));
            *cursor = ahead;
        }
    }
    found
}

/// Passes over the common table expressions in front of a query; tells whether this is in parentheses.
fn skip_with(cursor: &mut Cursor<'_>) -> bool {
    const VERBS: [&str; 7] = ["select", "insert", "update", "delete", "merge", "values", "table"];
    const BEFORE_NAMES: [&str; 5] = ["by", "cycle", "recursive", "set", "using"];
    const BEFORE_QUERIES: [&str; 2] = ["as", "materialized"];
    cursor.advance();
    let mut name_follows = !cursor.is_word("recursive");
    let mut group_follows = true;
    // The values of a cycle's mark may be typed, with modifiers anywhere: `TO interval '1' second(3)`.
    let mut in_values = false;
    while !cursor.is_at_end() {
        if name_follows {
            (name_follows, group_follows) = (false, true);
        } else if cursor.is_punctuation(b"(") {
            if !(group_follows || in_values) {
                return true;
            }
            cursor.skip_group();
            group_follows = false;
            continue;
        } else if VERBS.iter().any(|word| cursor.is_word(word)) {
            return false;
        } else {
            name_follows =
                cursor.is_punctuation(b",") || BEFORE_NAMES.iter().any(|word| cursor.is_word(word));
            group_follows = BEFORE_QUERIES.iter().any(|word| cursor.is_word(word));
            in_values = (in_values || cursor.is_word("to")) && !cursor.is_word("using");
        }
        cursor.advance();
    }
    true
}
