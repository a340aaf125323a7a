//! The state of the database that statements lead to: objects by their names, and what a failure undoes.
//!
//! Objects refer to each other by their numbers, so that a name is written in one place. What a statement
//! changes is noted, so that one that fails half-way is taken back.

mod names;
mod needs;
mod parts;
mod transactions;
mod types;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use self::names::is_system;
pub(crate) use self::parts::Membership;
use self::transactions::{Lasting, Transaction};
use rustc_hash::{FxBuildHasher, FxHashMap as HashMap};
use smallvec::SmallVec;

use crate::model::records::{
    AclKey, Body, Column, Constraint, Defaults, Domain, Id, Index, Need, PartId, Record, Routine, Sequence,
    Shared, Table, Trigger, Type, TypeId, TypeRef, View,
};
use crate::model::schema::Text;
use crate::model::types::type_text;
use crate::model::types_and_domains::spell_multiranges;

/// The schemas that names are looked for in, in their order.
pub(crate) type Path = Arc<[Text]>;
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
pub(crate) type Later = Box<dyn FnOnce(&mut State) + Send + Sync>;

/// Numbers of objects or of needs; most have a few.
type Numbers = SmallVec<[u32; 4]>;

/// Why a statement has no effect that is about something that is not there.
pub(crate) const MISSING: &str = "the text does not define it";
pub(crate) const DEFINED: &str = "it is defined already";

/// What undoes a change.
enum Change {
    Record(Id, Shared),
    Column(Id, usize, Arc<Column>),
    ColumnAdded(Id),
    ColumnRenamed(Id, Text, Text),
    Constraint(Id, usize, Arc<Constraint>),
    ConstraintAdded(Id),
    ConstraintRenamed(Id, Text, Text),
    Altered(Id),
    LabelAdded(Id, usize),
    LabelRenamed(Id, usize, Text),
    Member(Id, Text, Option<Membership>),
    Privileges(Id),
    Privilege(Id, AclKey, Option<bool>),
    Relation(Key, Option<Id>),
    Type(Key, Option<Id>),
    Routines(Key, Option<Overloads>),
    Other(OtherKey, Option<Id>),
    ConstraintName(Key, u32),
    Defaults(DefaultsKey, Option<Defaults>),
    TypeRef(TypeId, TypeRef),
    NeedAdded,
    NeedVoid(u32),
    Needs(Id, Numbers),
    Belongs(Id),
    Inherits(Id),
    StarNoted(Id),
    Stars(Id, Vec<Id>),
    Operator(Text),
    Path(Path),
    Roles(Option<Text>, Option<Text>),
    Lasting(Box<Lasting>),
    TemporaryNoted,
    Temporary(Vec<Id>),
    EndingNoted,
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
    needs_of: Vec<Numbers>,
    dependents_of: Vec<Numbers>,
    /// Indexes, triggers, rules, policies, children and owned sequences of each object, and some that
    /// belong to it no more.
    belongs_to: Vec<Numbers>,
    /// Those of them that inherit from it, or are its partitions, and some that are so no more.
    heirs_of: Vec<Numbers>,
    /// Views of all columns of a table, and some that are so no more.
    starred: HashMap<Id, Vec<Id>>,
    pub(crate) path: Path,
    pub(crate) role: Option<Text>,
    pub(crate) session_role: Option<Text>,
    lasting: Lasting,
    /// What the session has made for itself, and some of it that is gone.
    temporary: Vec<Id>,
    /// Tables that are dropped when the transaction ends.
    pub(crate) ending: Vec<Id>,
    transaction: Option<Transaction>,
    /// Number of the statement; None where there is none.
    pub(crate) statement: Option<u32>,
    late: Vec<Later>,
    late_before: usize,
    parts: PartId,
    journal: Vec<Change>,
    /// How much was noted before the statement.
    noted_before: usize,
    /// Number of what is taken back as a whole, and the last one in which each object was changed.
    epoch: u64,
    touched: Vec<u64>,
    /// Whether all statements have run.
    is_over: bool,
}

impl State {
    /// The state before any statement, with room for about so many objects.
    pub(crate) fn new(objects: usize) -> Self {
        let path: Path = Arc::from([Text::const_new("public")]);
        let mut state = Self {
            records: Vec::with_capacity(2 * objects),
            type_refs: Vec::with_capacity(2 * objects),
            relations: HashMap::with_capacity_and_hasher(2 * objects, FxBuildHasher),
            types: HashMap::with_capacity_and_hasher(objects, FxBuildHasher),
            routines: HashMap::default(),
            others: HashMap::default(),
            defaults: BTreeMap::new(),
            operators: HashMap::default(),
            constraint_names: HashMap::with_capacity_and_hasher(2 * objects, FxBuildHasher),
            numbers: HashMap::default(),
            needs: Vec::with_capacity(2 * objects),
            needs_of: Vec::with_capacity(2 * objects),
            dependents_of: Vec::with_capacity(2 * objects),
            belongs_to: Vec::with_capacity(2 * objects),
            heirs_of: Vec::with_capacity(2 * objects),
            starred: HashMap::default(),
            path: Arc::clone(&path),
            role: None,
            session_role: None,
            lasting: Lasting { path, role: None, session_role: None },
            temporary: Vec::new(),
            ending: Vec::new(),
            transaction: None,
            statement: None,
            late: Vec::new(),
            late_before: 0,
            parts: 0,
            journal: Vec::new(),
            noted_before: 0,
            epoch: 0,
            touched: Vec::with_capacity(2 * objects),
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
        if self.transaction.is_none() {
            self.journal.clear();
        }
        self.noted_before = self.journal.len();
        self.epoch += 1;
    }

    /// Takes back what the statement has changed.
    pub(crate) fn undo(&mut self) {
        self.undo_to(self.noted_before);
        self.late.truncate(self.late_before);
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
                Change::Column(id, place, before) => {
                    self.own_table(id, |table| table.columns.put_back(place, before));
                }
                Change::ColumnAdded(id) => self.own_table(id, |table| table.columns.remove_last()),
                Change::ColumnRenamed(id, old, new) => {
                    self.own_table(id, |table| table.columns.rename(&new, |column| column.name = old));
                }
                Change::Constraint(id, place, before) => {
                    self.own_table(id, |table| table.constraints.put_back(place, before));
                }
                Change::ConstraintAdded(id) => self.own_table(id, |table| table.constraints.remove_last()),
                Change::ConstraintRenamed(id, old, new) => {
                    self.own_table(id, |table| table.constraints.rename(&new, |made| made.name = old));
                }
                Change::Altered(id) => self.take_change(id),
                Change::LabelAdded(id, place) => self.take_label(id, place),
                Change::LabelRenamed(id, place, old) => {
                    self.put_label(id, place, old);
                }
                Change::Member(id, role, before) => {
                    self.set_membership(id, role, before);
                }
                Change::Privileges(id) => self.own(id).privileges = None,
                Change::Privilege(id, key, before) => self.set_privilege(id, key, before),
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
                Change::NeedVoid(index) => self.needs[index as usize].is_void = false,
                Change::Needs(id, before) => self.needs_of[id as usize] = before,
                Change::Belongs(id) => {
                    self.belongs_to[id as usize].pop();
                }
                Change::Inherits(id) => {
                    self.heirs_of[id as usize].pop();
                }
                Change::StarNoted(id) => {
                    if let Some(views) = self.starred.get_mut(&id) {
                        views.pop();
                    }
                }
                Change::Stars(id, views) => {
                    self.starred.insert(id, views);
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
                Change::Lasting(lasting) => self.lasting = *lasting,
                Change::TemporaryNoted => {
                    self.temporary.pop();
                }
                Change::Temporary(temporary) => self.temporary = temporary,
                Change::EndingNoted => {
                    self.ending.pop();
                }
            }
        }
    }

    /// Makes an object. It has no name yet that finds it.
    pub(crate) fn add(&mut self, mut record: Record) -> Id {
        record.statement = self.statement;
        let id = Id::try_from(self.records.len()).unwrap_or(Id::MAX);
        self.records.push(Arc::new(record));
        self.needs_of.push(Numbers::new());
        self.dependents_of.push(Numbers::new());
        self.belongs_to.push(Numbers::new());
        self.heirs_of.push(Numbers::new());
        self.touched.push(self.epoch);
        id
    }

    pub(crate) fn record(&self, id: Id) -> &Record {
        &self.records[id as usize]
    }

    /// The object as it is now, however it changes.
    pub(crate) fn shared(&self, id: Id) -> Shared {
        Arc::clone(&self.records[id as usize])
    }

    /// An object that is to be changed. Once all statements have run, nothing is taken back any more.
    pub(crate) fn change(&mut self, id: Id) -> &mut Record {
        let record = &mut self.records[id as usize];
        let touched = &mut self.touched[id as usize];
        if *touched != self.epoch && !self.is_over {
            *touched = self.epoch;
            self.journal.push(Change::Record(id, Arc::clone(record)));
        }
        Arc::make_mut(record)
    }

    pub(crate) fn change_table(&mut self, id: Id, change: impl FnOnce(&mut Table)) {
        if let Some(table) = self.change(id).table_mut() {
            change(table);
        }
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
        let before = if let Some(id) = id {
            self.relations.insert(key.clone(), id)
        } else {
            self.forget_numbers();
            self.relations.remove(&key)
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

    pub(crate) fn change_overloads(&mut self, key: &Key, change: impl FnOnce(&mut Overloads)) {
        self.journal.push(Change::Routines(key.clone(), self.routines.get(key).cloned()));
        let overloads = self.routines.entry(key.clone()).or_default();
        change(overloads);
        if overloads.is_empty() {
            self.routines.remove(key);
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

    /// Does something once all statements have run.
    pub(crate) fn later(&mut self, again: impl FnOnce(&mut Self) + Send + Sync + 'static) {
        self.late.push(Box::new(again));
    }

    /// Does what was to be done once all statements have run.
    pub(crate) fn finish(&mut self) {
        self.is_over = true;
        let mut late = std::mem::take(&mut self.late).into_iter();
        loop {
            for again in late {
                self.journal.clear();
                again(self);
            }
            if self.late.is_empty() {
                break;
            }
            late = std::mem::take(&mut self.late).into_iter();
        }
        spell_multiranges(self);
    }
}
