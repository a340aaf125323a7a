//! What a query calls the relations that have other names now.
//!
//! A relation without an alias is called by its name of today wherever it stands before a column, as the
//! server spells such a query. Where that name without a dot is something else in the query as well, it keeps
//! the old one as its alias.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::catalog::is_reserved;
use super::changed_texts::Change;
use super::reading::{Kind, Name, Reader, unquoted};
use super::schema::Text;

/// Names by their first token, with the token behind them.
pub(crate) type Names = HashMap<usize, (usize, Name)>;
/// Aliases by the token that they are put before.
pub(crate) type Aliases = HashMap<usize, Text>;

/// Whether a word behind a relation is no alias.
pub(crate) fn is_no_alias(word: &str) -> bool {
    is_reserved(word)
        || matches!(
            word,
            "cross"
                | "full"
                | "inner"
                | "join"
                | "left"
                | "natural"
                | "overriding"
                | "right"
                | "set"
                | "tablesample"
                | "values"
        )
}

/// What else changes with relations: names before columns, and aliases.
pub(crate) fn renamed_relations(reader: &Reader<'_>, changes: &[Change]) -> (Names, Aliases) {
    let mut groups: HashMap<&Text, Vec<&Change>> = HashMap::default();
    let mut covered = HashSet::default();
    for change in changes {
        let located = &change.located;
        let is_string = reader.token_at(located.named.start).is_some_and(|token| token.kind == Kind::String);
        if located.reference.kind == "relation" && !is_string {
            groups.entry(&located.reference.name.name).or_default().push(change);
            covered.extend(located.named.start..located.named.end);
        }
    }
    let mut names = Names::default();
    let mut aliases = Aliases::default();
    if groups.is_empty() {
        return (names, aliases);
    }
    let found = occurrences(reader, &groups, &covered);
    for (old, group) in groups {
        let bare: Vec<&&Change> = group.iter().filter(|change| !has_alias(reader, change)).collect();
        let Some(first) = bare.first() else { continue };
        let mut called = old;
        if bare.iter().any(|change| change.name.name != *old) {
            let is_one = bare.iter().all(|change| change.name.name == first.name.name);
            if !is_one || found.others.contains(old) {
                aliases.extend(bare.iter().map(|change| (rest(reader, change).at, old.clone())));
            } else {
                called = &first.name.name;
            }
        }
        for (start, end) in found.qualifiers.get(old).into_iter().flatten() {
            if called != old || end - start > 1 {
                names.insert(*start, (*end, Name { schema: None, name: called.clone() }));
            }
        }
    }
    (names, aliases)
}

#[derive(Default)]
struct Occurrences {
    /// Where names stand before columns, perhaps with a schema.
    qualifiers: HashMap<Text, Vec<(usize, usize)>>,
    /// Names that stand for something else.
    others: HashSet<Text>,
}

fn occurrences(
    reader: &Reader<'_>,
    groups: &HashMap<&Text, Vec<&Change>>,
    covered: &HashSet<usize>,
) -> Occurrences {
    let mut found = Occurrences::default();
    for index in reader.at..reader.end {
        let Some(token) = reader.token_at(index).filter(|token| token.is_name()) else { continue };
        if covered.contains(&index) {
            continue;
        }
        let name = unquoted(token.text);
        let Some(group) = groups.get(&name) else { continue };
        let text_at = |place: usize| reader.token_at(place).map_or("", |token| token.text);
        let before = if index > reader.at { text_at(index - 1) } else { "" };
        let after = if index + 1 < reader.end { text_at(index + 1) } else { "" };
        if after == "." && before != "." {
            found.qualifiers.entry(name).or_default().push((index, index + 1));
        } else if after == "." {
            let schema = unquoted(text_at(index - 2));
            if group.iter().any(|change| change.located.reference.name.schema.as_ref() == Some(&schema)) {
                found.qualifiers.entry(name).or_default().push((index - 2, index + 1));
            }
        } else if !matches!(before, "." | "::") {
            found.others.insert(name);
        }
    }
    found
}

fn rest<'a>(reader: &Reader<'a>, change: &Change) -> Reader<'a> {
    let mut rest = reader.part(change.located.named.end, reader.end);
    rest.take_sign("*");
    rest
}

/// Whether a relation has an alias, or none can be given to it.
fn has_alias(reader: &Reader<'_>, change: &Change) -> bool {
    let start = change.located.named.start;
    if start > reader.at && reader.token_at(start - 1).is_some_and(|token| token.text == "table") {
        return true;
    }
    let mut rest = rest(reader, change);
    rest.take_word("as")
        || rest.token(0).is_some_and(|token| match token.kind {
            Kind::Name => true,
            Kind::Word => !is_no_alias(token.text),
            _ => false,
        })
}
