//! What the type of a column decides where a text says nothing, and what is as good as nothing therefore.

use super::catalog::catalog;
use super::reading::{Outcome, Reader, with_reader};
use super::records::{Body, Id, Key, TypeRef};
use super::schema::Text;
use super::state::State;
use super::text::{quoted_name, text_of};

/// What the catalogue calls a type; nothing if it is not known.
fn catalogued<'a>(state: &'a State, found: &'a TypeRef) -> &'a str {
    let mut found = found;
    if !found.is_array
        && let Some(Body::Domain(domain)) = found.known.map(|known| &state.record(known).body)
    {
        found = state.type_ref(domain.r#type);
    }
    if found.is_array {
        return "anyarray";
    }
    match found.known.map(|known| &state.record(known).body) {
        None => &found.base,
        Some(Body::Type(known)) => match known.form {
            "enum" => "anyenum",
            "range" => "anyrange",
            "composite" => "record",
            _ => "",
        },
        Some(Body::Table(_) | Body::View(_)) => "record",
        Some(_) => "",
    }
}

/// Makes a column say no storage that its type has anyway.
pub(crate) fn forget_usual_storage(state: &mut State, id: Id, name: &str) {
    let Some(column) = state.table(id).and_then(|table| table.columns.get(name)) else { return };
    let Some(storage) = &column.storage else { return };
    let usual = catalog().storages.get(catalogued(state, state.type_ref(column.r#type)));
    if usual.is_some_and(|usual| usual == storage) {
        state.change_column(id, name, |column| column.storage = None);
    }
}

/// Makes keys of a new index say no operator class that their columns' types have anyway.
///
/// So the server does (`get_opclass_name` in `src/backend/utils/adt/ruleutils.c`).
pub(crate) fn forget_usual_classes(state: &State, table: Id, method: &str, keys: &mut [Key]) {
    let Some(table) = state.table(table) else { return };
    for key in keys {
        let (Some(written), Some(column)) = (&key.operator_class, &key.column) else { continue };
        let Some(column) = table.columns.get(column) else { continue };
        let kind = catalogued(state, state.type_ref(column.r#type));
        let usual = catalog().classes.get(&(method, kind));
        if usual.is_some_and(|usual| written.strip_prefix("pg_catalog.").unwrap_or(written) == *usual) {
            key.operator_class = None;
        }
    }
}

/// Makes what a new table is partitioned by say no such operator class either.
pub(crate) fn forget_usual_partition_classes(state: &mut State, id: Id) {
    let Some(text) = state.table(id).and_then(|table| table.partition_by.clone()) else { return };
    let changed = with_reader(&text, |mut reader| {
        let strategy = reader.text(0);
        reader.at += 1;
        let method = if strategy == "hash" { "hash" } else { "btree" };
        let mut items = Vec::new();
        for item in reader.group()?.items()? {
            items.push(partition_key(state, id, method, item)?);
        }
        Ok(Text::from(format!("{strategy} ({})", items.join(", "))))
    });
    if let Ok(changed) = changed
        && changed != text
    {
        state.change_table(id, |table| table.partition_by = Some(changed));
    }
}

fn partition_key(state: &State, id: Id, method: &str, item: Reader<'_>) -> Outcome<Text> {
    let mut rest = item;
    if rest.is_name(0) {
        let column = Some(rest.identifier()?);
        let mut keys = [Key { column, operator_class: Some(text_of(&rest)), ..Key::default() }];
        forget_usual_classes(state, id, method, &mut keys);
        if let [Key { column: Some(column), operator_class: None, .. }] = &keys {
            return Ok(quoted_name(column));
        }
    }
    Ok(text_of(&item))
}
