//! What publications are of once all of their changes are made.

use compact_str::format_compact;
use rustc_hash::FxHashMap as HashMap;

use super::reading::{Name, Outcome, Reader, with_reader};
use super::records::{Body, Definition, Id};
use super::schema::Text;
use super::state::State;
use super::text::text_of;
use super::types::qualified;

const TABLE: &str = "table";
const SCHEMA: &str = "tables in schema";

/// A table or a schema that is published, with the words that say it.
struct Item {
    kind: &'static str,
    name: Name,
    text: Text,
}

/// The tables and schemas that a publication is of.
#[derive(Default)]
struct Published {
    items: Vec<Option<Item>>,
    exact: HashMap<(&'static str, Name), Vec<usize>>,
    schemas: HashMap<(&'static str, Text), Vec<Option<Text>>>,
}

impl Published {
    /// Adds an item, unless it is there.
    fn add(&mut self, item: Item) {
        let same = self.exact.entry((item.kind, item.name.clone())).or_default();
        let is_there =
            |place: &usize| self.items[*place].as_ref().is_some_and(|other| other.text == item.text);
        if same.iter().any(is_there) {
            return;
        }
        same.push(self.items.len());
        self.schemas.entry((item.kind, item.name.name.clone())).or_default().push(item.name.schema.clone());
        self.items.push(Some(item));
    }

    /// Takes out what is called so: with the same schema, or where one of the two names none.
    fn drop(&mut self, kind: &'static str, name: &Name) {
        let schemas = if self.exact.contains_key(&(kind, name.clone())) {
            vec![name.schema.clone()]
        } else if name.schema.is_some() {
            vec![None]
        } else {
            self.schemas.remove(&(kind, name.name.clone())).unwrap_or_default()
        };
        for schema in schemas {
            let called = Name { schema, name: name.name.clone() };
            for place in self.exact.remove(&(kind, called)).unwrap_or_default() {
                self.items[place] = None;
            }
        }
    }

    /// The clause that names all of them, sorted: their order has no meaning.
    fn text(&self) -> Text {
        let mut text = Text::default();
        let mut known = "";
        let mut items: Vec<&Item> = self.items.iter().flatten().collect();
        items.sort_unstable_by_key(|item| (item.kind, item.text.as_str()));
        for item in items {
            text.push_str(if known.is_empty() { "for " } else { ", " });
            if item.kind != known {
                text.push_str(item.kind);
                text.push(' ');
            }
            text.push_str(&item.text);
            known = item.kind;
        }
        text
    }
}

/// Options by their names, in the order in which they were first named.
#[derive(Default)]
struct Options {
    texts: Vec<Text>,
    places: HashMap<Text, usize>,
}

impl Options {
    /// Goes past options.
    fn read(&mut self, reader: &mut Reader<'_>) -> Outcome<()> {
        for mut item in reader.group()?.items()? {
            let text = text_of(&item);
            let name = item.identifier()?;
            if let Some(place) = self.places.get(&name) {
                self.texts[*place] = text;
            } else {
                self.places.insert(name, self.texts.len());
                self.texts.push(text);
            }
        }
        Ok(())
    }
}

/// Notes that a table is dropped that a publication is of.
pub(crate) fn leave_out(state: &mut State, publication: Id, table: Id) {
    let change = format_compact!("drop table {}", qualified(state.record(table)));
    state.note_change(publication, change);
}

/// Gives publications the clauses that would make them as they are after their changes, in one order.
pub(crate) fn fold_publications(state: &mut State) {
    let changed: Vec<(Id, Text)> = state
        .others
        .values()
        .filter(|id| state.record(**id).kind == "publication")
        .filter_map(|id| match &state.record(*id).body {
            Body::Definition(definition) => Some((*id, folded(definition).ok()?)),
            _ => None,
        })
        .collect();
    for (id, clauses) in changed {
        if let Some(definition) = state.change(id).definition_mut() {
            definition.clauses = clauses;
            definition.changes.clear();
        }
    }
}

fn folded(definition: &Definition) -> Outcome<Text> {
    let mut published = Published::default();
    let mut options = Options::default();
    let is_of_all = with_reader(&definition.clauses, |mut clauses| {
        let is_of_all = clauses.take(&["for", "all", "tables"]);
        if clauses.take_word("for") {
            for item in read_items(&mut clauses)? {
                published.add(item);
            }
        }
        if clauses.take_word("with") {
            options.read(&mut clauses)?;
        }
        clauses.expect_end()?;
        Ok(is_of_all)
    })?;
    for text in &definition.changes {
        with_reader(text, |mut change| {
            let verb = change.take_any(&["add", "set", "drop"]);
            if verb.is_empty() {
                return Err(change.refused("ADD, SET or DROP"));
            }
            if change.is_group() {
                return options.read(&mut change);
            }
            if verb == "set" {
                published = Published::default();
            }
            for item in read_items(&mut change)? {
                if verb == "drop" {
                    published.drop(item.kind, &item.name);
                } else {
                    published.add(item);
                }
            }
            change.expect_end()
        })?;
    }
    let mut text = if is_of_all { Text::from("for all tables") } else { published.text() };
    if !options.texts.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str("with (");
        for (place, option) in options.texts.iter().enumerate() {
            text.push_str(if place > 0 { ", " } else { "" });
            text.push_str(option);
        }
        text.push(')');
    }
    Ok(text)
}

/// Goes past tables and schemas.
fn read_items(reader: &mut Reader<'_>) -> Outcome<Vec<Item>> {
    let mut items = Vec::new();
    let mut kind = "";
    loop {
        if reader.take(&["tables", "in", "schema"]) {
            kind = SCHEMA;
        } else if reader.take_word("table") {
            kind = TABLE;
        } else if kind.is_empty() {
            return Err(reader.refused("TABLE"));
        }
        let start = reader.at;
        let name = if kind == SCHEMA {
            Name { schema: None, name: reader.identifier()? }
        } else {
            reader.take_word("only");
            let name = if reader.is_group() { reader.group()?.name()? } else { reader.name()? };
            reader.take_sign("*");
            if reader.is_group() {
                reader.skip();
            }
            if reader.take_word("where") {
                reader.group()?;
            }
            name
        };
        items.push(Item { kind, name, text: text_of(&reader.part(start, reader.at)) });
        if !reader.take_sign(",") {
            return Ok(items);
        }
    }
}
