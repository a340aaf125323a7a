//! Which schemas the names in the texts of an object are from, as far as its edges tell.
//!
//! `docs/model.md` says where a name stays as it is written: where more than one thing could be meant.

use memchr::memmem;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use smallvec::{SmallVec, smallvec};

use super::called::called;
use super::edge_list::whole;
use crate::model::catalog::catalog;
use crate::model::changed_texts::{name_token, string};
use crate::model::mentions::name_in_string;
use crate::model::reading::{Kind, Name, Outcome, Reader, Token, unquoted, with_reader};
use crate::model::records::{Body, Id, Need, Type};
use crate::model::references::{is_read_late, located_references};
use crate::model::schema::Text;
use crate::model::state::State;
use crate::model::text::{joined, quoted_name, spaced};

/// The kinds of references that can get a schema.
const REFERENCES: [&str; 6] =
    ["relation", "routine", "type", "collation", "text_search_configuration", "text_search_dictionary"];

/// The words that edges call kinds of objects by.
const WORDS: [(&str, &str); 14] = [
    ("table ", "table"),
    ("function ", "function"),
    ("type ", "type"),
    ("view ", "view"),
    ("sequence ", "sequence"),
    ("index ", "index"),
    ("domain ", "domain"),
    ("procedure ", "procedure"),
    ("aggregate ", "aggregate"),
    ("collation ", "collation"),
    ("materialized view ", "materialized_view"),
    ("foreign table ", "foreign_table"),
    ("text search configuration ", "text_search_configuration"),
    ("text search dictionary ", "text_search_dictionary"),
];

/// Whether a reference of a kind can mean an object of another one.
fn can_mean(reference: &str, kind: &str) -> bool {
    match reference {
        "relation" => {
            matches!(kind, "table" | "foreign_table" | "view" | "materialized_view" | "sequence" | "index")
        }
        "routine" => matches!(kind, "function" | "procedure" | "aggregate"),
        "type" => {
            matches!(kind, "type" | "domain" | "table" | "foreign_table" | "view" | "materialized_view")
        }
        _ => reference == kind,
    }
}

/// The kind and name of what an edge calls so, if a text can refer to it.
fn named(target: &str) -> Option<(&'static str, Name)> {
    let (kind, rest) = WORDS.iter().find_map(|(words, kind)| Some((*kind, target.strip_prefix(words)?)))?;
    let read =
        with_reader(rest, |mut reader| if reader.is_name(0) { reader.name().map(Some) } else { Ok(None) });
    Some((kind, read.ok()??))
}

/// Names that edges of a kind lead to.
type Names = SmallVec<[Text; 2]>;

/// How many names are looked for one after the other.
const FEW: usize = 8;

/// The kind of an edge, the kind of a reference, and the name in it.
type Key = (&'static str, &'static str, Text);

/// For each name, the one schema that it can be from; None if there is more than one thing that it can mean.
#[derive(Default)]
pub(super) struct Meanings {
    schemas: HashMap<Key, Option<Text>>,
    /// By the kind of the edges, the names that they lead to.
    names: SmallVec<[(&'static str, Names); 2]>,
}

impl Meanings {
    /// What the texts of an object refer to that edges of these kinds come from, as the needs of some
    /// objects tell.
    pub(super) fn of(state: &State, own: Id, sources: &[Id], edges: &[&str]) -> Self {
        let mut found = Self::default();
        let mut undefined: Vec<(&'static str, Text)> = Vec::new();
        let needs = || {
            let needs = sources.iter().flat_map(|source| state.needs_of(*source));
            needs.filter(|need| edges.contains(&need.kind))
        };
        for need in needs() {
            match defined_target(state, own, need) {
                Target::None => {}
                Target::Defined(target) => {
                    let record = state.record(target);
                    found.add(need.kind, record.kind, &record.name, record.schema.as_ref());
                }
                Target::Undefined(called) => undefined.push((need.kind, called)),
            }
        }
        if undefined.is_empty() {
            return found;
        }
        let defined: HashSet<(&'static str, Text)> = needs()
            .filter_map(|need| match defined_target(state, own, need) {
                Target::Defined(target) => Some((need.kind, called(state, target))),
                _ => None,
            })
            .collect();
        let own = called(state, own);
        for (edge, called) in undefined {
            if called != own
                && let Some((kind, name)) = named(&called)
                && !defined.contains(&(edge, called))
            {
                found.add(edge, kind, &name.name, None);
            }
        }
        found
    }

    fn add(&mut self, edge: &'static str, kind: &str, name: &Text, schema: Option<&Text>) {
        if edge == "type" && kind != "collation" {
            // Types of columns are no text; what they need is spelt as it is called.
            return;
        }
        let mut can_be_meant = false;
        for reference in REFERENCES.into_iter().filter(|reference| can_mean(reference, kind)) {
            can_be_meant = true;
            self.schemas
                .entry((edge, reference, name.clone()))
                .and_modify(|known| {
                    if known.as_ref() != schema {
                        *known = None;
                    }
                })
                .or_insert_with(|| schema.cloned());
        }
        if can_be_meant {
            match self.names.iter_mut().find(|(known, _)| *known == edge) {
                Some((_, names)) => names.push(name.clone()),
                None => self.names.push((edge, smallvec![name.clone()])),
            }
        }
    }

    /// Whether a text can refer to something, as far as a glance tells.
    fn may_be_in(&self, edge: &str, text: &str) -> bool {
        let Some((_, names)) = self.names.iter().find(|(known, _)| *known == edge) else { return false };
        // Strings name things in other ways too: `nextval('"A"')`, `'A'::regclass`.
        let holds_names = text.contains('\'') && (text.contains('(') || text.contains("reg"));
        holds_names
            || names.len() > FEW
            || names.iter().any(|name| name.contains('"') || stands_alone(name, text))
    }

    pub(super) fn are_none(&self) -> bool {
        self.schemas.is_empty()
    }

    fn schema(&self, edge: &'static str, reference: &'static str, name: &Text) -> Option<&Text> {
        let own = match reference {
            "relation" => Some(&catalog().relations),
            "routine" => Some(&catalog().routines),
            "type" => Some(&catalog().types),
            _ => None,
        };
        if own.is_some_and(|own| own.contains(name.as_str())) {
            return None;
        }
        self.schemas.get(&(edge, reference, name.clone()))?.as_ref()
    }

    /// A text with the schemas; None if it stays as it is.
    pub(super) fn text(&self, edge: &'static str, text: &str) -> Option<Text> {
        if !self.may_be_in(edge, text) {
            return None;
        }
        with_reader(text, |reader| self.spelt(edge, &reader)).ok()?
    }

    pub(super) fn optional(&self, edge: &'static str, text: Option<&Text>) -> Option<Text> {
        self.text(edge, text?)
    }

    /// The name of a collation with its schema; None if it stays as it is.
    pub(super) fn collation(&self, edge: &'static str, collation: Option<&Text>) -> Option<Text> {
        let (name, _) = name_in_string(collation?)?;
        if name.schema.is_some() {
            return None;
        }
        let schema = self.schema(edge, "collation", &name.name)?;
        Some(joined(&[&quoted_name(schema), ".", &quoted_name(&name.name)]))
    }

    fn spelt(&self, edge: &'static str, reader: &Reader<'_>) -> Outcome<Option<Text>> {
        let mut queries = None;
        let mut written: Vec<(usize, Kind, Text)> = Vec::new();
        for located in located_references(reader, None)? {
            let (reference, named) = (located.reference, located.named);
            let Some(token) = reader.token_at(named.start).filter(|_| reference.name.schema.is_none()) else {
                continue;
            };
            let Some(schema) = self.schema(edge, reference.kind, &reference.name.name) else { continue };
            if is_read_late(reader, named) {
                continue;
            }
            if reference.kind == "relation"
                && queries.get_or_insert_with(|| query_names(reader)).contains(&reference.name.name)
            {
                continue;
            }
            if token.kind == Kind::String {
                let name = Name { schema: Some(schema.clone()), name: reference.name.name };
                written.push((named.start, Kind::String, string(token.text, &name)));
            } else {
                let (kind, schema) = name_token(schema);
                written.push((named.start, kind, schema));
            }
        }
        if written.is_empty() {
            return Ok(None);
        }
        written.sort_by_key(|(start, ..)| *start);
        let mut tokens = Vec::with_capacity(reader.end - reader.at + 2 * written.len());
        let mut written = written.iter().peekable();
        for (index, token) in (reader.at..reader.end).zip(reader.rest()) {
            match written.next_if(|(start, ..)| *start == index) {
                Some((_, Kind::String, text)) => tokens.push(Token { text, ..*token }),
                Some((_, kind, schema)) => {
                    tokens.push(Token { kind: *kind, text: schema, closing: 0 });
                    tokens.push(Token { kind: Kind::Punctuation, text: ".", closing: 0 });
                    tokens.push(*token);
                }
                None => tokens.push(*token),
            }
        }
        Ok(Some(spaced(&tokens)))
    }
}

/// Whether a text has a name, or what starts or ends with it, somewhere else than behind a dot.
fn stands_alone(name: &str, text: &str) -> bool {
    let text = text.as_bytes();
    let mut places = memmem::find_iter(text, name.as_bytes());
    places.any(|place| place.checked_sub(1).is_none_or(|before| text[before] != b'.'))
}

/// What an object needs with a need.
enum Target {
    /// Itself, or what an edge does not tell.
    None,
    Defined(Id),
    /// What an edge calls something that nothing defines any more, or ever did.
    Undefined(Text),
}

fn defined_target(state: &State, own: Id, need: &Need) -> Target {
    let Some(target) = need.target else { return Target::Undefined(need.missing.clone()) };
    let record = state.record(target);
    if matches!(&record.body, Body::Type(Type { form: "multirange", .. })) {
        return Target::None;
    }
    let target = whole(state, target);
    if record.is_dropped {
        return Target::Undefined(called(state, target));
    }
    if target == own { Target::None } else { Target::Defined(target) }
}

/// The names of all common table expressions, wherever they are in scope.
fn query_names(reader: &Reader<'_>) -> HashSet<Text> {
    let mut found = HashSet::default();
    for index in reader.at..reader.end {
        let Some(token) = reader.token_at(index).filter(|token| token.is_name()) else { continue };
        let mut rest = reader.part(index + 1, reader.end);
        if rest.is_group() {
            rest.skip();
        }
        if rest.take_word("as") {
            rest.take_word("not");
            rest.take_word("materialized");
            if rest.is_group() {
                found.insert(unquoted(token.text));
            }
        }
    }
    found
}
