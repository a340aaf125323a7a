//! What the names of types mean.

use std::sync::Arc;

use super::State;
use crate::model::catalog::is_system_schema;
use crate::model::edges::is_gone;
use crate::model::reading::{Name, with_reader};
use crate::model::records::{Id, PartId, TypeId, TypeRef};
use crate::model::schema::Text;
use crate::model::types::{read_type, type_text};

impl State {
    /// Finds the type that a name means, now or once all statements have run, and the edge to it.
    pub(crate) fn resolve(&mut self, id: TypeId, source: Id, kind: &'static str, part: Option<PartId>) {
        if self.type_ref(id).name.is_empty() {
            if let Some(known) = self.type_ref(id).known {
                self.need_object(source, known, kind, part);
            }
            return;
        }
        let path = Arc::clone(&self.path);
        if self.find_type(id, &path) {
            if let Some(known) = self.type_ref(id).known {
                self.need_object(source, known, kind, part);
            }
            return;
        }
        let statement = self.statement;
        self.later(move |state| {
            let is_gone = part.is_some_and(|part| is_gone(state, source, part));
            if is_gone || state.record(source).is_dropped {
                return;
            }
            state.statement = statement;
            let found = state.type_ref(id);
            if !found.name.is_empty() && !state.find_type(id, &path) {
                let found = state.type_ref(id);
                if !found.of_column && is_foreign_name(&found.name) {
                    let missing = compact_str::format_compact!("type {}", found.written);
                    state.need_missing(source, missing, kind, part);
                }
            } else if let Some(known) = state.type_ref(id).known {
                state.need_object(source, known, kind, part);
            }
        });
    }

    /// Whether a default of a type is the null that there is without one.
    ///
    /// Where a modifier or a domain has to be applied to it, it is more than a constant to PostgreSQL and
    /// stays (`AddRelationNewConstraints` in `src/backend/catalog/heap.c`).
    pub(crate) fn is_no_default(&self, text: &str, found: &TypeRef) -> bool {
        let cast = if let Some(cast) = text.strip_prefix("cast(null as ") {
            Some(cast.strip_suffix(')').unwrap_or(cast))
        } else {
            text.strip_prefix("null::")
        };
        if text != "null" && cast.is_none() {
            return false;
        }
        let is_domain = found.known.is_some_and(|known| self.domain(known).is_some());
        if is_domain || (!found.modifiers.is_empty() && found.base != "interval") {
            return false;
        }
        let Some(cast) = cast else { return true };
        let read = with_reader(cast, |mut reader| {
            let cast = read_type(&mut reader)?;
            let is_same = match found.known {
                Some(known) => cast.is_array == found.is_array && self.is_called(known, &cast.name),
                None => type_text(&cast, None, true) == self.text_of(found),
            };
            Ok(reader.is_done() && cast.modifiers.is_empty() && is_same)
        });
        read.unwrap_or(false)
    }

    /// Whether the parts of a name, which may leave out the schema, are those of an object.
    fn is_called(&self, id: Id, name: &[Text]) -> bool {
        let record = self.record(id);
        match name {
            [name] => *name == record.name,
            [schema, name] => *name == record.name && Some(schema) == record.schema.as_ref(),
            _ => false,
        }
    }

    fn text_of(&self, found: &TypeRef) -> Text {
        type_text(found, found.known.map(|known| self.record(known)), true)
    }

    /// Finds the type that a name means now.
    pub(crate) fn find_type_now(&mut self, id: TypeId) {
        if !self.type_ref(id).name.is_empty() {
            let path = Arc::clone(&self.path);
            self.find_type(id, &path);
        }
    }

    fn find_type(&mut self, id: TypeId, path: &[Text]) -> bool {
        let found = self.type_ref(id);
        let parts = found.name.clone();
        let (is_array, of_column) = (found.is_array, found.of_column);
        let Some((last, before)) = parts.split_last() else { return false };
        if of_column {
            let Some((table, schemas)) = before.split_last() else { return false };
            let table = Name { schema: schemas.last().cloned(), name: table.clone() };
            let column = self
                .relation_in(&table, path)
                .and_then(|table| self.table(table)?.columns.get(last).map(|column| column.r#type));
            let Some(of) = column.map(|column| self.type_ref(column).clone()) else { return false };
            if !of.name.is_empty() && of.known.is_none() {
                return false;
            }
            self.change_type(id, |found| {
                *found =
                    TypeRef { is_array: of.is_array || is_array, name: Vec::new(), of_column: false, ..of };
            });
            return true;
        }
        let name = Name { schema: before.last().cloned(), name: last.clone() };
        let mut known = self.type_in(&name, path);
        let mut of_element = false;
        if known.is_none()
            && let Some(element) = last.strip_prefix('_')
        {
            known = self.type_in(&Name { schema: name.schema, name: Text::new(element) }, path);
            of_element = known.is_some();
        }
        let Some(known) = known else { return false };
        self.change_type(id, |found| {
            found.is_array |= of_element;
            found.known = Some(known);
            found.name = Vec::new();
        });
        true
    }
}

fn is_foreign_name(name: &[Text]) -> bool {
    name.len() < 2 || !is_system_schema(&name[name.len() - 2])
}
