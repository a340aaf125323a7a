//! Objects by their names: which is found where, and where something is made.

use rustc_hash::FxHashMap as HashMap;

use super::{Change, DEFINED, Key, OtherKey, State};
use crate::model::catalog::{catalog, is_system_schema};
use crate::model::reading::{Name, Outcome, unmodelled};
use crate::model::records::Id;
use crate::model::schema::Text;

impl State {
    /// The schema in which something with a name is made.
    pub(crate) fn schema_of(&self, name: &Name, is_temporary: bool) -> Outcome<Text> {
        if let Some(schema) = &name.schema {
            return Ok(schema.clone());
        }
        if is_temporary {
            return Ok(Text::const_new("pg_temp"));
        }
        let schema = self.path.iter().find(|schema| self.has_schema(schema)).or_else(|| self.path.first());
        match schema {
            Some(schema) => Ok(schema.clone()),
            None => unmodelled("no schema is there to make it in"),
        }
    }

    /// Whether the text defines a schema.
    pub(crate) fn has_schema(&self, schema: &str) -> bool {
        schema == "pg_temp" || self.other("schema", schema).is_some()
    }

    /// Something that has a name of its own.
    pub(crate) fn other(&self, kind: &'static str, name: &str) -> Option<Id> {
        self.others.get(&OtherKey::new(kind, name)).copied()
    }

    /// Something that has a name among those of a table or view.
    pub(crate) fn other_of(&self, kind: &'static str, parent: Id, name: &str) -> Option<Id> {
        self.others.get(&OtherKey::of(kind, parent, name)).copied()
    }

    fn find<V>(names: &HashMap<Key, V>, name: &Name, path: &[Text]) -> Option<V>
    where
        V: Copy,
    {
        Self::searched(name, path).find_map(|schema| names.get(&(schema, name.name.clone())).copied())
    }

    fn searched<'a>(name: &'a Name, path: &'a [Text]) -> impl Iterator<Item = Text> + use<'a> {
        let (one, many) = match &name.schema {
            Some(schema) => (schema.clone(), &[][..]),
            None => (Text::const_new("pg_temp"), path),
        };
        std::iter::once(one).chain(many.iter().cloned())
    }

    /// A relation by its name; None if the text does not define it.
    pub(crate) fn relation_in(&self, name: &Name, path: &[Text]) -> Option<Id> {
        if name.schema.is_none() && catalog().relations.contains(name.name.as_str()) {
            return None;
        }
        Self::find(&self.relations, name, path)
    }

    pub(crate) fn relation(&self, name: &Name) -> Option<Id> {
        self.relation_in(name, &self.path)
    }

    /// A type, domain or relation with columns by its name.
    pub(crate) fn type_in(&self, name: &Name, path: &[Text]) -> Option<Id> {
        Self::find(&self.types, name, path)
    }

    pub(crate) fn type_named(&self, name: &Name) -> Option<Id> {
        self.type_in(name, &self.path)
    }

    /// The routines that a name can mean.
    pub(crate) fn overloads_in(&self, name: &Name, path: &[Text]) -> Vec<Id> {
        let mut found: Vec<(&[Text], Id)> = Vec::new();
        for schema in Self::searched(name, path) {
            for (signature, id) in self.routines.get(&(schema, name.name.clone())).into_iter().flatten() {
                if !found.iter().any(|(known, _)| known == signature) {
                    found.push((signature, *id));
                }
            }
        }
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// Makes an operator known by its name alone.
    pub(crate) fn add_operator(&mut self, id: Id) {
        let name = self.record(id).name.clone();
        self.operators.entry(name.clone()).or_default().push(id);
        self.journal.push(Change::Operator(name));
    }

    /// The operators that a name can mean.
    pub(crate) fn operators(&self, name: &Name) -> Vec<Id> {
        let named = self.operators.get(&name.name).into_iter().flatten().copied();
        named
            .filter(|id| {
                let operator = self.record(*id);
                !operator.is_dropped && (name.schema.is_none() || name.schema == operator.schema)
            })
            .collect()
    }

    /// Makes a relation known, and its type.
    pub(crate) fn add_relation(&mut self, id: Id, is_type: bool) -> Outcome<()> {
        let record = self.record(id);
        let key = (record.schema.clone().unwrap_or_default(), record.name.clone());
        if self.relations.contains_key(&key) || (is_type && self.types.contains_key(&key)) {
            return unmodelled(DEFINED);
        }
        if is_type {
            self.put_type(key.clone(), Some(id));
        }
        self.put_relation(key, Some(id));
        Ok(())
    }

    /// Gives a relation, type or domain another schema or name, or both.
    pub(crate) fn rename(&mut self, id: Id, schema: Option<&Text>, name: &Text) -> Outcome<()> {
        let record = self.record(id);
        let old = (record.schema.clone().unwrap_or_default(), record.name.clone());
        let new = (schema.cloned().unwrap_or_default(), name.clone());
        if old == new {
            return Ok(());
        }
        if self.relations.get(&old) == Some(&id) {
            if self.relations.contains_key(&new) {
                return unmodelled(DEFINED);
            }
            self.put_relation(old.clone(), None);
            self.put_relation(new.clone(), Some(id));
        }
        if self.types.get(&old) == Some(&id) {
            if self.types.contains_key(&new) {
                return unmodelled(DEFINED);
            }
            self.put_type(old, None);
            self.put_type(new, Some(id));
        }
        let record = self.change(id);
        record.schema = schema.cloned();
        record.name.clone_from(name);
        Ok(())
    }

    /// A map is given up as a whole: emptying one takes as long as it once was large.
    pub(super) fn forget_numbers(&mut self) {
        if !self.numbers.is_empty() {
            self.numbers = HashMap::default();
        }
    }

    /// Whether a constraint of a schema has a name.
    pub(crate) fn has_constraint_name(&self, key: &Key) -> bool {
        self.constraint_names.get(key).is_some_and(|count| *count > 0)
    }

    /// Counts a constraint's name in its schema.
    pub(crate) fn take_constraint_name(&mut self, schema: Option<&Text>, name: &Text) {
        let key = (schema.cloned().unwrap_or_default(), name.clone());
        let count = self.constraint_names.entry(key.clone()).or_insert(0);
        self.journal.push(Change::ConstraintName(key, *count));
        *count += 1;
    }

    /// Counts it no longer.
    pub(crate) fn forget_constraint_name(&mut self, schema: Option<&Text>, name: &Text) {
        let key = (schema.cloned().unwrap_or_default(), name.clone());
        let count = self.constraint_names.get(&key).copied().unwrap_or(0);
        self.constraint_names.insert(key.clone(), count.saturating_sub(1));
        self.journal.push(Change::ConstraintName(key, count));
        self.forget_numbers();
    }

    /// Gives a trigger, policy or rule of a table or view another name.
    pub(crate) fn rename_of(&mut self, kind: &'static str, parent: Id, id: Id, name: &Text) -> Outcome<()> {
        let key = OtherKey::of(kind, parent, name);
        if self.others.contains_key(&key) {
            return unmodelled(DEFINED);
        }
        let old = OtherKey::of(kind, parent, &self.record(id).name);
        self.remove_other(old);
        self.put_other(key, id);
        self.change(id).name.clone_from(name);
        Ok(())
    }
}

/// Whether PostgreSQL itself has a `relation`, `type` or `routine` with a name.
pub(crate) fn is_system(kind: &str, name: &Name) -> bool {
    if let Some(schema) = &name.schema {
        return is_system_schema(schema);
    }
    let known = match kind {
        "relation" => &catalog().relations,
        "type" => &catalog().types,
        _ => &catalog().routines,
    };
    known.contains(name.name.as_str()) || name.name.starts_with("pg_toast_")
}
