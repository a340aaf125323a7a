//! The table of statements: which first words make which kind, and how its objects are found.
//!
//! `statements.txt` is read once, into a tree of words. Its own comments say what its lines mean.

use std::collections::HashMap;
use std::sync::OnceLock;

const STATEMENTS: &str = include_str!("../../../../../python/confiture/_pure/statements.txt");

/// The words in front of a name that change what a statement does if there is such an object, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// None of them.
    #[default]
    Plain,
    /// `OR REPLACE`
    OrReplace,
    /// `IF NOT EXISTS`
    IfNotExists,
    /// `IF EXISTS`
    IfExists,
}

impl Form {
    /// The form's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::OrReplace => "or_replace",
            Self::IfNotExists => "if_not_exists",
            Self::IfExists => "if_exists",
        }
    }
}

/// How a statement's objects stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Nothing,
    Name,
    Names,
    Fixed(&'static str),
    Column,
    Number,
    UnlessOn,
    UnlessParenthesis,
    Schema,
    /// A name and, after this word, its parent.
    Parent(&'static str),
    Index,
    Routines,
    Operators,
    Cast,
    Transform,
    UserMapping,
    DefaultPrivileges,
    AfterInto,
    Object,
    ObjectAfterOn,
    Granted,
    /// One of these for one object.
    Routine,
    Operator,
    OperatorClass,
}

impl Shape {
    fn named(name: &'static str) -> Option<Self> {
        Some(match name {
            "-" => Self::Nothing,
            "name" => Self::Name,
            "names" => Self::Names,
            "column" => Self::Column,
            "number" => Self::Number,
            "unless_on" => Self::UnlessOn,
            "unless_parenthesis" => Self::UnlessParenthesis,
            "schema" => Self::Schema,
            "on" => Self::Parent("on"),
            "rule" => Self::Parent("to"),
            "index" => Self::Index,
            "routine" | "aggregate" => Self::Routine,
            "routines" | "aggregates" => Self::Routines,
            "operator" => Self::Operator,
            "operators" => Self::Operators,
            "operator_class" => Self::OperatorClass,
            "cast" => Self::Cast,
            "transform" => Self::Transform,
            "user_mapping" => Self::UserMapping,
            "default_privileges" => Self::DefaultPrivileges,
            "after_into" => Self::AfterInto,
            "object" => Self::Object,
            "object_after_on" => Self::ObjectAfterOn,
            "granted" => Self::Granted,
            _ => Self::Fixed(name.strip_prefix('=')?),
        })
    }
}

/// What a sequence of first words says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// The command tag.
    pub(super) tag: &'static str,
    /// The kind of its objects.
    pub(super) kind: &'static str,
    pub(super) shape: Shape,
    /// A word that may come later, and the tag then.
    pub(super) other: Option<(&'static str, &'static str)>,
    pub(super) form: Form,
}

/// A word of the table as a number: its bytes in lower case. No word is longer.
type Key = u128;

fn key(word: &[u8]) -> Option<Key> {
    let is_short = word.len() <= size_of::<Key>();
    is_short.then(|| word.iter().fold(0, |key, byte| (key << 8) | Key::from(byte.to_ascii_lowercase())))
}

/// What can follow the words that lead here.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Sorted by word.
    next: Vec<(Key, Node)>,
    pub(super) rule: Option<Rule>,
}

impl Node {
    /// The node that a word leads to.
    pub(super) fn follow(&self, word: &[u8]) -> Option<&Self> {
        let word = key(word)?;
        let index = self.next.binary_search_by_key(&word, |(next, _)| *next).ok()?;
        Some(&self.next[index].1)
    }

    fn insert(&mut self, words: &[&str], rule: Rule) {
        let Some((word, rest)) = words.split_first() else {
            self.rule = Some(rule);
            return;
        };
        let Some(word) = key(word.as_bytes()) else { return };
        let index = self.next.binary_search_by_key(&word, |(next, _)| *next).unwrap_or_else(|index| {
            self.next.insert(index, (word, Self::default()));
            index
        });
        self.next[index].1.insert(rest, rule);
    }
}

/// The whole table.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Statements by their first words.
    pub(super) statements: Node,
    /// Objects of statements such as `COMMENT ON` by theirs.
    pub(super) objects: Node,
    /// Names of types, and the names that identities use.
    pub(super) types: HashMap<&'static str, &'static str>,
}

/// The table, read when it is first needed.
pub(super) fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table::default();
        for line in STATEMENTS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            // A malformed line is left out; a test makes sure that there is none.
            let _ = read_line(&mut table, line);
        }
        table
    })
}

fn read_line(table: &mut Table, line: &'static str) -> Option<()> {
    let mut fields = line.split('|').map(str::trim);
    let (tag, words, target) = (fields.next()?, fields.next()?, fields.next()?);
    if tag == "type" {
        table.types.extend(target.split(", ").map(|alias| (alias, words)));
        return Some(());
    }
    let (kind, shape) = target.split_once(' ')?;
    let shape = Shape::named(shape)?;
    let other = match fields.next() {
        Some(other) => Some(other.split_once(": ")?),
        None => None,
    };
    let sequences = sequences(words)?;
    let tag = if tag == "=" { mandatory(words) } else { tag };
    for sequence in sequences {
        let has = |words: &[&str]| sequence.windows(words.len()).any(|window| window == words);
        let form = if has(&["OR", "REPLACE"]) {
            Form::OrReplace
        } else if has(&["IF", "NOT", "EXISTS"]) {
            Form::IfNotExists
        } else if has(&["IF", "EXISTS"]) {
            Form::IfExists
        } else {
            Form::Plain
        };
        let rule = Rule { tag, kind, shape, other, form };
        let node = if tag == "object" { &mut table.objects } else { &mut table.statements };
        node.insert(&sequence, rule);
    }
    Some(())
}

/// The words without the optional ones. They are few, and made once.
fn mandatory(words: &'static str) -> &'static str {
    let mut mandatory = String::new();
    let mut depth = 0_usize;
    for character in words.chars() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            ' ' if mandatory.ends_with(' ') => {}
            _ if depth == 0 => mandatory.push(character),
            _ => {}
        }
    }
    Box::leak(mandatory.trim_end().to_owned().into_boxed_str())
}

/// All sequences of words that a pattern stands for.
fn sequences(pattern: &'static str) -> Option<Vec<Vec<&'static str>>> {
    let mut sequences = vec![Vec::new()];
    let mut rest = pattern;
    while !rest.is_empty() {
        let (choices, after): (Vec<&'static str>, _) = match rest.as_bytes()[0] {
            b'[' => {
                let (inside, after) = rest[1..].split_once(']')?;
                (inside.split('/').chain([""]).collect(), after)
            }
            b'(' => {
                let (inside, after) = rest[1..].split_once(')')?;
                (inside.split('/').collect(), after)
            }
            _ => {
                let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
                (vec![word], after)
            }
        };
        rest = after.trim_start();
        sequences = sequences
            .iter()
            .flat_map(|sequence| {
                choices
                    .iter()
                    .map(|choice| sequence.iter().copied().chain(choice.split_whitespace()).collect())
            })
            .collect();
    }
    Some(sequences)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        let mut table = Table::default();
        for line in STATEMENTS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            assert!(read_line(&mut table, line).is_some(), "{line}");
            let words = line.split('|').nth(1).unwrap_or_default();
            for word in words.split(|character: char| !character.is_ascii_alphabetic()) {
                assert!(key(word.as_bytes()).is_some(), "{line}");
            }
        }
        assert!(table.types.len() > 20);
    }

    #[test]
    fn optional_words_make_sequences_and_no_tag() {
        let pattern = "CREATE [OR REPLACE] [TEMP/TEMPORARY] (VIEW/WINDOW)";
        let sequences = sequences(pattern).unwrap_or_default();
        assert_eq!(sequences.len(), 12);
        assert!(sequences.contains(&vec!["CREATE", "VIEW"]));
        assert!(sequences.contains(&vec!["CREATE", "OR", "REPLACE", "TEMP", "WINDOW"]));
        assert_eq!(mandatory("CREATE [OR REPLACE] [A/B] VIEW [C]"), "CREATE VIEW");
    }
}
