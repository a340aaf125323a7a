//! The state of the database that statements lead to: objects by their names, and what a failure undoes.
//!
//! Objects refer to each other by their numbers, so that a name is written in one place. What a statement
//! changes is noted, so that one that fails half-way is taken back.

use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::catalog::{catalog, is_system_schema};
use super::edges::is_gone;
use super::reading::{Name, Outcome, unmodelled};
use super::records::{
    Body, Column, Constraint, Defaults, Domain, Id, Index, Need, PartId, Record, Routine, Sequence, Shared,
    Table, Trigger, Type, TypeId, TypeRef, View,
};
use super::schema::Text;
use super::types::type_text;

/// The schemas that names are looked for in, in their order.
pub(crate) type Path = Rc<[Text]>;
/// A schema and a name.
pub(crate) type Key = (Text, Text);
/// Role, schema and objects of default privileges.
pub(crate) type DefaultsKey = (Option<Text>, Option<Text>, &'static str);
/// What a number behind a name is remembered for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct NumberKey {
    pub(crate) of: &'static str,
    pub(crate) first: Text,
    pub(crate) second: Option<Text>,
    pub(crate) label: &'static str,
    pub(crate) schema: Text,
}

/// A kind, what something belongs to, and its names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct OtherKey {
    pub(crate) kind: &'static str,
    pub(crate) parent: Option<Id>,
    pub(crate) schema: Option<Text>,
    pub(crate) name: Text,
    pub(crate) detail: Vec<Text>,
}

impl OtherKey {
    pub(crate) fn new(kind: &'static str, name: &str) -> Self {
        Self { kind, parent: None, schema: None, name: Text::new(name), detail: Vec::new() }
    }

    pub(crate) fn of(kind: &'static str, parent: Id, name: &str) -> Self {
        Self { parent: Some(parent), ..Self::new(kind, name) }
    }
}

/// A routine among those of its name, by the types of its arguments.
pub(crate) type Overloads = Vec<(Vec<Text>, Id)>;
/// What is done once all statements have run.
pub(crate) type Later = Box<dyn FnOnce(&mut State)>;

/// Why a statement has no effect that is about something that is not there.
pub(crate) const MISSING: &str = "the text does not define it";
pub(crate) const DEFINED: &str = "it is defined already";

/// What undoes a change.
enum Change {
    Record(Id, Shared),
    Relation(Key, Option<Id>),
    Type(Key, Option<Id>),
    Routines(Key, Option<Overloads>),
    Other(OtherKey, Option<Id>),
    ConstraintName(Key, u32),
    Defaults(DefaultsKey, Option<Defaults>),
    TypeRef(TypeId, TypeRef),
    NeedAdded,
    NeedVoid(usize),
    Needs(Id, Vec<usize>),
    Belongs(Id),
    Operator(Text),
    Path(Path),
    Roles(Option<Text>, Option<Text>),
}

/// All objects so far.
pub(crate) struct State {
    pub(crate) records: Vec<Shared>,
    pub(crate) type_refs: Vec<TypeRef>,
    pub(crate) relations: HashMap<Key, Id>,
    pub(crate) types: HashMap<Key, Id>,
    pub(crate) routines: HashMap<Key, Overloads>,
    pub(crate) others: HashMap<OtherKey, Id>,
    pub(crate) defaults: BTreeMap<DefaultsKey, Defaults>,
    /// Operators by their names alone.
    operators: HashMap<Text, Vec<Id>>,
    /// How many constraints of a schema have a name.
    constraint_names: HashMap<Key, u32>,
    /// From which number on names are free; nothing is known once one was given up.
    pub(crate) numbers: HashMap<NumberKey, u32>,
    pub(crate) needs: Vec<Need>,
    /// What each object needs, and what needs it, as indices of needs.
    needs_of: Vec<Vec<usize>>,
    dependents_of: Vec<Vec<usize>>,
    /// Indexes, triggers, rules, policies, children and owned sequences of each object, and some that
    /// belong to it no more.
    belongs_to: Vec<Vec<Id>>,
    pub(crate) path: Path,
    pub(crate) role: Option<Text>,
    pub(crate) session_role: Option<Text>,
    /// Number of the statement; None where there is none.
    pub(crate) statement: Option<u32>,
    late: Vec<Later>,
    late_before: usize,
    parts: PartId,
    journal: Vec<Change>,
    /// Number of what is taken back as a whole, and the last one in which each object was changed.
    epoch: u64,
    touched: Vec<u64>,
    /// Whether all statements have run.
    is_over: bool,
}

impl State {
    pub(crate) fn new() -> Self {
        let mut state = Self {
            records: Vec::new(),
            type_refs: Vec::new(),
            relations: HashMap::default(),
            types: HashMap::default(),
            routines: HashMap::default(),
            others: HashMap::default(),
            defaults: BTreeMap::new(),
            operators: HashMap::default(),
            constraint_names: HashMap::default(),
            numbers: HashMap::default(),
            needs: Vec::new(),
            needs_of: Vec::new(),
            dependents_of: Vec::new(),
            belongs_to: Vec::new(),
            path: Rc::from([Text::const_new("public")]),
            role: None,
            session_role: None,
            statement: None,
            late: Vec::new(),
            late_before: 0,
            parts: 0,
            journal: Vec::new(),
            epoch: 0,
            touched: Vec::new(),
            is_over: false,
        };
        let public = state.add(Record::new("schema", None, Text::const_new("public"), Body::Schema));
        state.put_other(OtherKey::new("schema", "public"), public);
        state.journal.clear();
        state
    }

    // Changes

    /// Is ready for a statement.
    pub(crate) fn begin(&mut self, statement: u32) {
        self.statement = Some(statement);
        self.late_before = self.late.len();
        self.journal.clear();
        self.epoch += 1;
    }

    /// Takes back what the statement has changed.
    pub(crate) fn undo(&mut self) {
        self.undo_to(0);
        self.late.truncate(self.late_before);
    }

    /// How much has changed so far.
    pub(crate) fn mark(&mut self) -> (usize, usize) {
        self.epoch += 1;
        (self.journal.len(), self.late.len())
    }

    /// Takes back what has changed since.
    pub(crate) fn undo_since(&mut self, mark: (usize, usize)) {
        self.epoch += 1;
        self.undo_to(mark.0);
        self.late.truncate(mark.1);
    }

    fn undo_to(&mut self, length: usize) {
        fn restore<K: std::hash::Hash + Eq, V>(names: &mut HashMap<K, V>, key: K, before: Option<V>) {
            match before {
                Some(value) => names.insert(key, value),
                None => names.remove(&key),
            };
        }
        self.forget_numbers();
        while self.journal.len() > length
            && let Some(change) = self.journal.pop()
        {
            match change {
                Change::Record(id, record) => self.records[id as usize] = record,
                Change::Relation(key, before) => restore(&mut self.relations, key, before),
                Change::Type(key, before) => restore(&mut self.types, key, before),
                Change::Routines(key, before) => restore(&mut self.routines, key, before),
                Change::Other(key, before) => restore(&mut self.others, key, before),
                Change::ConstraintName(key, before) => {
                    self.constraint_names.insert(key, before);
                }
                Change::Defaults(key, before) => {
                    match before {
                        Some(before) => self.defaults.insert(key, before),
                        None => self.defaults.remove(&key),
                    };
                }
                Change::TypeRef(id, before) => self.type_refs[id as usize] = before,
                Change::NeedAdded => {
                    if let Some(need) = self.needs.pop() {
                        self.needs_of[need.source as usize].pop();
                        if let Some(target) = need.target {
                            self.dependents_of[target as usize].pop();
                        }
                    }
                }
                Change::NeedVoid(index) => self.needs[index].is_void = false,
                Change::Needs(id, before) => self.needs_of[id as usize] = before,
                Change::Belongs(id) => {
                    self.belongs_to[id as usize].pop();
                }
                Change::Operator(name) => {
                    if let Some(operators) = self.operators.get_mut(&name) {
                        operators.pop();
                    }
                }
                Change::Path(path) => self.path = path,
                Change::Roles(role, session_role) => {
                    self.role = role;
                    self.session_role = session_role;
                }
            }
        }
    }

    /// Makes an object. It has no name yet that finds it.
    pub(crate) fn add(&mut self, mut record: Record) -> Id {
        record.statement = self.statement;
        let id = Id::try_from(self.records.len()).unwrap_or(Id::MAX);
        self.records.push(Rc::new(record));
        self.needs_of.push(Vec::new());
        self.dependents_of.push(Vec::new());
        self.belongs_to.push(Vec::new());
        self.touched.push(self.epoch);
        id
    }

    pub(crate) fn record(&self, id: Id) -> &Record {
        &self.records[id as usize]
    }

    /// The object as it is now, however it changes.
    pub(crate) fn shared(&self, id: Id) -> Shared {
        Rc::clone(&self.records[id as usize])
    }

    /// An object that is to be changed.
    pub(crate) fn change(&mut self, id: Id) -> &mut Record {
        let record = &mut self.records[id as usize];
        let touched = &mut self.touched[id as usize];
        if *touched != self.epoch {
            *touched = self.epoch;
            self.journal.push(Change::Record(id, Rc::clone(record)));
        }
        Rc::make_mut(record)
    }

    pub(crate) fn change_table(&mut self, id: Id, change: impl FnOnce(&mut Table)) {
        if let Some(table) = self.change(id).table_mut() {
            change(table);
        }
    }

    pub(crate) fn change_column(&mut self, id: Id, name: &str, change: impl FnOnce(&mut Column)) {
        self.change_table(id, |table| table.columns.edit(name, change));
    }

    pub(crate) fn change_constraint(&mut self, id: Id, name: &str, change: impl FnOnce(&mut Constraint)) {
        self.change_table(id, |table| table.constraints.edit(name, change));
    }

    pub(crate) fn table(&self, id: Id) -> Option<&Table> {
        self.record(id).table()
    }

    pub(crate) fn view(&self, id: Id) -> Option<&View> {
        self.record(id).view()
    }

    pub(crate) fn index(&self, id: Id) -> Option<&Index> {
        self.record(id).index()
    }

    pub(crate) fn sequence(&self, id: Id) -> Option<&Sequence> {
        self.record(id).sequence()
    }

    pub(crate) fn routine(&self, id: Id) -> Option<&Routine> {
        self.record(id).routine()
    }

    pub(crate) fn trigger(&self, id: Id) -> Option<&Trigger> {
        self.record(id).trigger()
    }

    pub(crate) fn domain(&self, id: Id) -> Option<&Domain> {
        self.record(id).domain()
    }

    pub(crate) fn type_of(&self, id: Id) -> Option<&Type> {
        self.record(id).r#type()
    }

    pub(crate) fn new_part(&mut self) -> PartId {
        self.parts += 1;
        self.parts
    }

    pub(crate) fn add_type(&mut self, found: TypeRef) -> TypeId {
        self.type_refs.push(found);
        TypeId::try_from(self.type_refs.len() - 1).unwrap_or(TypeId::MAX)
    }

    pub(crate) fn type_ref(&self, id: TypeId) -> &TypeRef {
        &self.type_refs[id as usize]
    }

    /// A type as `format_type` spells it.
    pub(crate) fn spelt(&self, id: TypeId, has_modifiers: bool) -> Text {
        let found = self.type_ref(id);
        type_text(found, found.known.map(|known| self.record(known)), has_modifiers)
    }

    pub(crate) fn change_type(&mut self, id: TypeId, change: impl FnOnce(&mut TypeRef)) {
        let found = &mut self.type_refs[id as usize];
        self.journal.push(Change::TypeRef(id, found.clone()));
        change(found);
    }

    pub(crate) fn put_relation(&mut self, key: Key, id: Option<Id>) {
        let before = match id {
            Some(id) => self.relations.insert(key.clone(), id),
            None => {
                self.forget_numbers();
                self.relations.remove(&key)
            }
        };
        self.journal.push(Change::Relation(key, before));
    }

    pub(crate) fn put_type(&mut self, key: Key, id: Option<Id>) {
        let before = match id {
            Some(id) => self.types.insert(key.clone(), id),
            None => self.types.remove(&key),
        };
        self.journal.push(Change::Type(key, before));
    }

    pub(crate) fn change_overloads(&mut self, key: Key, change: impl FnOnce(&mut Overloads)) {
        self.journal.push(Change::Routines(key.clone(), self.routines.get(&key).cloned()));
        let overloads = self.routines.entry(key.clone()).or_default();
        change(overloads);
        if overloads.is_empty() {
            self.routines.remove(&key);
        }
    }

    pub(crate) fn put_other(&mut self, key: OtherKey, id: Id) {
        let before = self.others.insert(key.clone(), id);
        self.journal.push(Change::Other(key, before));
    }

    pub(crate) fn remove_other(&mut self, key: OtherKey) {
        let before = self.others.remove(&key);
        self.journal.push(Change::Other(key, before));
    }

    pub(crate) fn change_defaults(&mut self, key: &DefaultsKey, change: impl FnOnce(&mut Defaults)) {
        self.journal.push(Change::Defaults(key.clone(), self.defaults.get(key).cloned()));
        let statement = self.statement;
        change(
            self.defaults.entry(key.clone()).or_insert_with(|| Defaults { statement, ..Defaults::default() }),
        );
    }

    pub(crate) fn remove_defaults(&mut self, key: &DefaultsKey) {
        self.journal.push(Change::Defaults(key.clone(), self.defaults.remove(key)));
    }

    pub(crate) fn set_path(&mut self, path: Path) {
        let before = std::mem::replace(&mut self.path, path);
        self.journal.push(Change::Path(before));
    }

    pub(crate) fn set_roles(&mut self, role: Option<Text>, session_role: Option<Text>) {
        let before = (
            std::mem::replace(&mut self.role, role),
            std::mem::replace(&mut self.session_role, session_role),
        );
        self.journal.push(Change::Roles(before.0, before.1));
    }

    /// Does something once all statements have run.
    pub(crate) fn later(&mut self, again: impl FnOnce(&mut Self) + 'static) {
        self.late.push(Box::new(again));
    }

    /// Does what was to be done once all statements have run.
    pub(crate) fn finish(&mut self) {
        self.is_over = true;
        let mut late = std::mem::take(&mut self.late).into_iter();
        loop {
            for again in late {
                self.journal.clear();
                self.epoch += 1;
                again(self);
            }
            if self.late.is_empty() {
                return;
            }
            late = std::mem::take(&mut self.late).into_iter();
        }
    }

    // Names

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

    fn find<V>(&self, names: &HashMap<Key, V>, name: &Name, path: &[Text]) -> Option<V>
    where
        V: Copy,
    {
        self.searched(name, path).find_map(|schema| names.get(&(schema, name.name.clone())).copied())
    }

    fn searched<'a>(&self, name: &'a Name, path: &'a [Text]) -> impl Iterator<Item = Text> + use<'a> {
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
        self.find(&self.relations, name, path)
    }

    pub(crate) fn relation(&self, name: &Name) -> Option<Id> {
        self.relation_in(name, &self.path)
    }

    /// A type, domain or relation with columns by its name.
    pub(crate) fn type_in(&self, name: &Name, path: &[Text]) -> Option<Id> {
        self.find(&self.types, name, path)
    }

    pub(crate) fn type_named(&self, name: &Name) -> Option<Id> {
        self.type_in(name, &self.path)
    }

    /// The routines that a name can mean.
    pub(crate) fn overloads_in(&self, name: &Name, path: &[Text]) -> Vec<Id> {
        let mut found: Vec<(&[Text], Id)> = Vec::new();
        for schema in self.searched(name, path) {
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
        record.name = name.clone();
        Ok(())
    }

    /// A map is given up as a whole: emptying one takes as long as it once was large.
    fn forget_numbers(&mut self) {
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
        let count = self.constraint_names.get(&key).copied().unwrap_or(0);
        self.constraint_names.insert(key.clone(), count + 1);
        self.journal.push(Change::ConstraintName(key, count));
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

    // What belongs to what

    /// Says that something belongs to an object.
    pub(crate) fn belong(&mut self, id: Id, to: Id) {
        self.belongs_to[to as usize].push(id);
        self.journal.push(Change::Belongs(to));
    }

    /// What was said to belong to an object and is still there, each once.
    pub(crate) fn belonging(&self, to: Id) -> Vec<Id> {
        let mut seen = HashSet::default();
        self.belongs_to[to as usize]
            .iter()
            .copied()
            .filter(|id| !self.record(*id).is_dropped && seen.insert(*id))
            .collect()
    }

    /// The tables that inherit from a table, and its partitions.
    pub(crate) fn children(&self, id: Id) -> Vec<Id> {
        let mut children = self.belonging(id);
        children.retain(|child| self.table(*child).is_some_and(|table| table.parents.contains(&id)));
        children
    }

    /// The indexes of a table or view.
    pub(crate) fn indexes(&self, id: Id) -> Vec<Id> {
        let mut indexes = self.belonging(id);
        indexes.retain(|index| self.index(*index).is_some_and(|index| index.table == id));
        indexes
    }

    /// The triggers of a table or view.
    pub(crate) fn triggers(&self, id: Id) -> Vec<Id> {
        let mut triggers = self.belonging(id);
        triggers.retain(|trigger| self.trigger(*trigger).is_some_and(|trigger| trigger.table == Some(id)));
        triggers
    }

    // What needs what

    pub(crate) fn need(&mut self, mut need: Need) {
        need.is_late = self.is_over && need.target.is_some();
        if need.target == Some(need.source) && need.part.is_none() {
            return;
        }
        let index = self.needs.len();
        self.needs_of[need.source as usize].push(index);
        if let Some(target) = need.target {
            self.dependents_of[target as usize].push(index);
        }
        self.needs.push(need);
        self.journal.push(Change::NeedAdded);
    }

    /// Says that an object, or a part of it, needs another one.
    pub(crate) fn need_object(&mut self, source: Id, target: Id, kind: &'static str, part: Option<PartId>) {
        let statement = self.statement;
        self.need(Need {
            source,
            target: Some(target),
            missing: Text::default(),
            kind,
            part,
            is_tracked: true,
            statement,
            is_void: false,
            is_late: false,
        });
    }

    /// Says that an object, or a part of it, needs something that nothing defines.
    pub(crate) fn need_missing(
        &mut self,
        source: Id,
        missing: Text,
        kind: &'static str,
        part: Option<PartId>,
    ) {
        let statement = self.statement;
        self.need(Need {
            source,
            target: None,
            missing,
            kind,
            part,
            is_tracked: true,
            statement,
            is_void: false,
            is_late: false,
        });
    }

    /// Takes back what an object needs: all of some kinds, or of a part.
    pub(crate) fn forget(&mut self, source: Id, kinds: &[&str], part: Option<PartId>) {
        let before = std::mem::take(&mut self.needs_of[source as usize]);
        let mut kept = Vec::with_capacity(before.len());
        for index in &before {
            let need = &mut self.needs[*index];
            if need.is_void {
                continue;
            }
            if (kinds.is_empty() || kinds.contains(&need.kind)) && (part.is_none() || need.part == part) {
                need.is_void = true;
                self.journal.push(Change::NeedVoid(*index));
            } else {
                kept.push(*index);
            }
        }
        self.needs_of[source as usize] = kept;
        self.journal.push(Change::Needs(source, before));
    }

    /// Takes back that an object as a whole needs another one in some ways.
    pub(crate) fn forget_target(&mut self, source: Id, target: Id, kinds: &[&str]) {
        for index in &self.needs_of[source as usize] {
            let need = &mut self.needs[*index];
            let is_meant = need.target == Some(target) && need.part.is_none() && kinds.contains(&need.kind);
            if is_meant && !need.is_void {
                need.is_void = true;
                self.journal.push(Change::NeedVoid(*index));
            }
        }
    }

    /// Takes back that a part of an object needs another one in some way.
    pub(crate) fn forget_part_target(&mut self, source: Id, part: PartId, target: Id, kind: &str) {
        for index in &self.needs_of[source as usize] {
            let need = &mut self.needs[*index];
            let is_meant = need.target == Some(target) && need.part == Some(part) && need.kind == kind;
            if is_meant && !need.is_void {
                need.is_void = true;
                self.journal.push(Change::NeedVoid(*index));
            }
        }
    }

    /// What an object needs.
    pub(crate) fn needs_of(&self, id: Id) -> impl Iterator<Item = &Need> {
        self.needs_of[id as usize].iter().map(|index| &self.needs[*index]).filter(|need| !need.is_void)
    }

    /// What needs an object.
    pub(crate) fn dependents_of(&self, id: Id) -> impl Iterator<Item = &Need> {
        self.dependents_of[id as usize].iter().map(|index| &self.needs[*index]).filter(|need| !need.is_void)
    }

    // Types

    /// Finds the type that a name means, now or once all statements have run, and the edge to it.
    pub(crate) fn resolve(&mut self, id: TypeId, source: Id, kind: &'static str, part: Option<PartId>) {
        if self.type_ref(id).name.is_empty() {
            if let Some(known) = self.type_ref(id).known {
                self.need_object(source, known, kind, part);
            }
            return;
        }
        let path = Rc::clone(&self.path);
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

    /// Finds the type that a name means now.
    pub(crate) fn find_type_now(&mut self, id: TypeId) {
        if !self.type_ref(id).name.is_empty() {
            let path = Rc::clone(&self.path);
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
