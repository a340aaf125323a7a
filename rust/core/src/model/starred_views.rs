//! Views that give all columns of a table: those that it had when the view was made.
//!
//! The server writes them out then. Here `*` stands until the table gets other columns, or other names of them,
//! and only in queries that read nothing but that table: it is told what it stands for before.

use rustc_hash::FxHashSet as HashSet;

use super::query_tables::{is_clause, joins_sets, read_targets};
use super::reading::{Kind, Name, Outcome, Reader, Token, with_reader};
use super::records::Id;
use super::schema::Text;
use super::state::State;
use super::text::{quoted_name, spaced};

/// A query of one table that gives all of its columns: its table, and the tokens that say so.
struct Starred {
    table: Name,
    stars: Vec<usize>,
    /// Whether it is `TABLE name`.
    is_command: bool,
}

/// How many columns a table can have (`MaxHeapAttributeNumber`).
const MOST_COLUMNS: usize = 1600;

/// How many columns a query can give (`MaxTupleAttributeNumber`).
const MOST_TARGETS: usize = 1664;

/// Notes that a view is of all columns of a table, if its query is one that can be told.
pub(crate) fn note_stars(state: &mut State, view: Id, query: &Reader<'_>) {
    let Ok(Some(starred)) = starred(query) else { return };
    if let Some(table) = state.relation(&starred.table)
        && state.table(table).is_some()
    {
        state.note_stars(view, table);
    }
}

/// Says in the views of all columns of a table which these are, as they are about to change.
pub(crate) fn expand_stars(state: &mut State, id: Id) {
    if state.table(id).is_none_or(|table| table.columns.len() > MOST_COLUMNS) {
        return;
    }
    let views = state.take_stars(id);
    if views.is_empty() {
        return;
    }
    let record = state.shared(id);
    let Some(table) = record.table() else { return };
    let columns: Vec<Text> = table.columns.iter().map(|column| quoted_name(&column.name)).collect();
    let name = Name { schema: record.schema.clone(), name: record.name.clone() };
    let mut seen = HashSet::default();
    for view in views {
        let found = state.shared(view);
        let Some(query) = found.view().map(|view| &view.query) else { continue };
        if found.is_dropped || !seen.insert(view) {
            continue;
        }
        if let Ok(Some(expanded)) = with_reader(query, |reader| expanded(&reader, &name, &columns))
            && let Some(view) = state.change(view).view_mut()
        {
            view.query = expanded;
        }
    }
}

/// A query with the columns of a table written out, if it gives all columns of that.
fn expanded(reader: &Reader<'_>, table: &Name, columns: &[Text]) -> Outcome<Option<Text>> {
    let Some(starred) = starred(reader)? else { return Ok(None) };
    let is_meant = starred.table.name == table.name
        && (starred.table.schema.is_none() || starred.table.schema == table.schema);
    if !is_meant || starred.stars.len().saturating_mul(columns.len()) > MOST_TARGETS {
        return Ok(None);
    }
    let mut tokens: Vec<Token<'_>> = Vec::with_capacity(reader.end + 2 * columns.len());
    let mut stars = starred.stars.iter().peekable();
    for (index, token) in reader.rest().iter().enumerate() {
        if starred.is_command && index == 0 {
            tokens.push(Token { kind: Kind::Word, text: "select", closing: 0 });
            put_columns(&mut tokens, columns, None);
            tokens.push(Token { kind: Kind::Word, text: "from", closing: 0 });
        } else if stars.next_if(|star| **star == index).is_some() {
            let dot = tokens.pop_if(|before| before.text == ".");
            let qualifier = dot.and_then(|dot| Some((tokens.pop()?, dot)));
            put_columns(&mut tokens, columns, qualifier);
        } else {
            tokens.push(*token);
        }
    }
    Ok(Some(spaced(&tokens)))
}

fn put_columns<'a>(
    tokens: &mut Vec<Token<'a>>,
    columns: &'a [Text],
    qualifier: Option<(Token<'a>, Token<'a>)>,
) {
    for (number, name) in columns.iter().enumerate() {
        if number > 0 {
            tokens.push(Token { kind: Kind::Punctuation, text: ",", closing: 0 });
        }
        if let Some((called, dot)) = qualifier {
            tokens.extend([called, dot]);
        }
        let kind = if name.starts_with('"') { Kind::Name } else { Kind::Word };
        tokens.push(Token { kind, text: name, closing: 0 });
    }
}

/// What a query gives all columns of, if it is one of one table.
fn starred(whole: &Reader<'_>) -> Outcome<Option<Starred>> {
    let mut query = *whole;
    if query.take_word("table") {
        query.take_word("only");
        if !query.is_name(0) {
            return Ok(None);
        }
        let table = query.name()?;
        return Ok(query.is_done().then_some(Starred { table, stars: Vec::new(), is_command: true }));
    }
    let mut targets = read_targets(&mut query)?;
    if !query.take_word("from") {
        return Ok(None);
    }
    query.take_word("only");
    if !query.is_name(0) {
        return Ok(None);
    }
    let table = query.name()?;
    let mut called = table.name.clone();
    query.take_sign("*");
    let word = query.word(0);
    if query.take_word("as") || (query.is_name(0) && !is_clause(word) && !joins_sets(word)) {
        called = query.identifier()?;
    }
    if !query.is_done() && !is_clause(query.word(0)) {
        return Ok(None);
    }
    query.until_token(|token| token.kind == Kind::Word && joins_sets(token.text));
    if !query.is_done() {
        return Ok(None);
    }
    let mut stars = Vec::new();
    for item in targets.items()? {
        stars.extend(star(item, &called)?);
    }
    Ok((!stars.is_empty()).then_some(Starred { table, stars, is_command: false }))
}

/// The star, if an item of a query is one, or one behind what the table is called.
fn star(mut item: Reader<'_>, called: &str) -> Outcome<Option<usize>> {
    let Some(last) = item.end.checked_sub(1).filter(|last| *last >= item.at) else { return Ok(None) };
    if item.token_at(last).is_none_or(|token| token.text != "*") {
        return Ok(None);
    }
    let is_qualified = item.is_name(0) && item.is_sign_at(".", 1) && last == item.at + 2;
    let is_alone = last == item.at;
    Ok((is_alone || (is_qualified && item.identifier()? == called)).then_some(last))
}
