//! Texts that name what is called otherwise now: types, routines, and what `'name'::regclass` is.
//!
//! The server keeps what an expression refers to, and spells it with the names of today. A text of the model
//! is spelt anew where it can mean nothing else: where the object that it is the text of needs no other one
//! that the name could mean.

use compact_str::format_compact;
use rustc_hash::FxHashMap as HashMap;

use super::changed_texts::{Change, changed_text};
use super::edges::fits;
use super::partitions::constraint_of;
use super::reading::{Name, Outcome, Reader, with_reader};
use super::records::{Body, Id, Index, Key, PartId};
use super::references::{Located, Named, Reference, is_read_late, located_references};
use super::schema::Text;
use super::state::State;
use super::text::changed_partitioning;

/// Objects that have other names now, and what each was called before.
type Renamed = HashMap<Id, Name>;
/// What each name could mean before.
type Meant = HashMap<Text, Vec<(Id, Name)>>;

/// What an object was called, or is.
pub(crate) fn name_of(state: &State, id: Id) -> Name {
    let record = state.record(id);
    Name { schema: record.schema.clone(), name: record.name.clone() }
}

/// Spells texts that name some objects with the names that these have now.
pub(crate) fn respell(state: &mut State, renamed: Vec<(Id, Name)>) {
    let mut places: HashMap<(Id, Option<PartId>), Renamed> = HashMap::default();
    let mut order = Vec::new();
    for (id, old) in renamed {
        for need in state.dependents_of(id) {
            if !state.record(need.source).is_dropped {
                let place = (need.source, need.part);
                places
                    .entry(place)
                    .or_insert_with(|| {
                        order.push(place);
                        Renamed::default()
                    })
                    .insert(id, old.clone());
            }
        }
    }
    for place in order {
        if let Some(renamed) = places.get(&place) {
            respell_in(state, place.0, place.1, renamed);
        }
    }
}

/// Spells anew what an object, or a part of it, says.
fn respell_in(state: &mut State, source: Id, part: Option<PartId>, renamed: &Renamed) {
    let mut meant = Meant::default();
    for need in state.needs_of(source) {
        if need.part == part
            && let Some(target) = need.target
        {
            let name = renamed.get(&target).cloned().unwrap_or_else(|| name_of(state, target));
            meant.entry(name.name.clone()).or_default().push((target, name));
        }
    }
    edit_texts(state, source, part, &Respelling { renamed, meant });
}

/// What makes one text of another one.
struct Respelling<'a> {
    renamed: &'a Renamed,
    meant: Meant,
}

/// What makes one text of another one.
pub(crate) trait Editing {
    /// The text anew, with the state as it was before; `has_options`: functions are options in it, which
    /// nothing calls.
    fn text_with(&self, state: &State, text: &Text, has_options: bool) -> Text;

    fn text(&self, state: &State, text: &Text) -> Text {
        self.text_with(state, text, false)
    }

    fn optional(&self, state: &State, text: Option<&Text>) -> Option<Text> {
        text.map(|text| self.text(state, text))
    }

    fn keys(&self, state: &State, keys: &[Key]) -> Vec<Key> {
        let respelt = |key: &Key| Key {
            expression: match key.column {
                Some(_) => key.expression.clone(),
                None => self.text(state, &key.expression),
            },
            collation: self.collation(state, key.collation.as_ref()),
            ..key.clone()
        };
        keys.iter().map(respelt).collect()
    }

    fn collation(&self, state: &State, name: Option<&Text>) -> Option<Text> {
        let name = name?;
        let respelt = self.text(state, &format_compact!("collate {name}"));
        Some(respelt.strip_prefix("collate ").map_or_else(|| name.clone(), Text::new))
    }

    /// The value of an option of an aggregate.
    fn option(&self, state: &State, value: &Text) -> Text {
        let respelt = self.text_with(state, &format_compact!("= {value}"), true);
        respelt.strip_prefix("= ").map_or_else(|| value.clone(), Text::new)
    }
}

impl Editing for Respelling<'_> {
    fn text_with(&self, state: &State, text: &Text, has_options: bool) -> Text {
        let respelt = with_reader(text, |reader| {
            let mut changes = Vec::new();
            let mut references = located_references(&reader, None)?;
            if has_options {
                references.extend(functions_of_options(&reader)?);
            }
            for located in references {
                if is_read_late(&reader, located.named) {
                    continue;
                }
                if let Some(name) = self.new_name(state, &located.reference) {
                    changes.push(Change { located, name });
                }
            }
            Ok(if changes.is_empty() { None } else { Some(changed_text(&reader, changes)) })
        });
        respelt.ok().flatten().unwrap_or_else(|| text.clone())
    }
}

impl Respelling<'_> {
    fn new_name(&self, state: &State, reference: &Reference) -> Option<Name> {
        let mut found: Option<(Id, &Name)> = None;
        for (target, name) in self.meant.get(&reference.name.name)? {
            if can_mean(state, reference, *target, name) {
                if found.is_some_and(|(other, _)| other != *target) {
                    return None;
                }
                found = Some((*target, name));
            }
        }
        let (id, old) = found?;
        if !self.renamed.contains_key(&id) {
            return None;
        }
        let record = state.record(id);
        let is_bare = reference.name.schema.is_none() && record.schema == old.schema;
        Some(Name { schema: record.schema.clone().filter(|_| !is_bare), name: record.name.clone() })
    }
}

/// The functions that options of a definition are, as in `(procedure = f)` and `HANDLER f`.
fn functions_of_options(reader: &Reader<'_>) -> Outcome<Vec<Located>> {
    let mut found = Vec::new();
    for index in reader.at..reader.end {
        let is_before = reader
            .token_at(index)
            .is_some_and(|token| matches!(token.text, "=" | "handler" | "inline" | "validator"));
        let mut rest = reader.part(index + 1, reader.end);
        if is_before && rest.is_name(0) {
            let name = rest.name()?;
            if !rest.is_group() {
                let named = Named { start: index + 1, end: rest.at, is_from: false };
                found.push(Located { reference: Reference { kind: "routine", name, count: None }, named });
            }
        }
    }
    Ok(found)
}

fn can_mean(state: &State, reference: &Reference, target: Id, name: &Name) -> bool {
    if reference.name.schema.is_some() && reference.name.schema != name.schema {
        return false;
    }
    let record = state.record(target);
    match &record.body {
        Body::Routine(routine) => reference.kind == "routine" && fits(record.kind, routine, reference.count),
        Body::Table(_) | Body::View(_) => matches!(reference.kind, "relation" | "type"),
        Body::Sequence(_) | Body::Index(_) => reference.kind == "relation",
        Body::Type(_) | Body::Domain(_) => reference.kind == "type",
        _ => reference.kind == record.kind,
    }
}

/// Spells the texts of an object, or of a part of it, anew.
pub(crate) fn edit_texts(state: &mut State, source: Id, part: Option<PartId>, respelling: &impl Editing) {
    match part {
        Some(part) => edit_part(state, source, part, respelling),
        None => edit_whole(state, source, respelling),
    }
}

fn edit_part(state: &mut State, source: Id, part: PartId, respelling: &impl Editing) {
    let record = state.shared(source);
    match &record.body {
        Body::Table(table) => {
            if let Some(column) = table.columns.iter().find(|column| column.part == part) {
                let default = respelling.optional(state, column.default.as_ref());
                let generated = respelling.optional(state, column.generated.as_ref());
                let collation = respelling.collation(state, column.collation.as_ref());
                state.change_column(source, &column.name, |column| {
                    column.default = default;
                    column.generated = generated;
                    column.collation = collation;
                });
            } else if let Some(made) = constraint_of(&table.constraints, part) {
                let expression = respelling.optional(state, made.expression.as_ref());
                let condition = respelling.optional(state, made.r#where.as_ref());
                let keys = respelling.keys(state, &made.keys);
                state.change_constraint(source, &made.name, |made| {
                    made.expression = expression;
                    made.r#where = condition;
                    made.keys = keys;
                });
                if let Some(index) = made.index {
                    edit_index(state, index, respelling);
                }
            }
        }
        Body::Domain(domain) => {
            if domain.default_part == part {
                edit_domain(state, source, respelling);
            } else if let Some(made) = constraint_of(&domain.constraints, part) {
                let expression = respelling.optional(state, made.expression.as_ref());
                if let Some(domain) = state.change(source).domain_mut() {
                    domain.constraints.edit(&made.name, |made| made.expression = expression);
                }
            }
        }
        Body::Type(found) => {
            if let Some(attribute) = found.attributes.iter().find(|attribute| attribute.part == part) {
                let collation = respelling.collation(state, attribute.collation.as_ref());
                if let Some(found) = state.change(source).type_mut() {
                    found.attributes.edit(&attribute.name, |attribute| attribute.collation = collation);
                }
            }
        }
        _ => {}
    }
}

fn edit_domain(state: &mut State, id: Id, respelling: &impl Editing) {
    let Some(domain) = state.domain(id) else { return };
    let default = respelling.optional(state, domain.default.as_ref());
    let collation = respelling.collation(state, domain.collation.as_ref());
    if let Some(domain) = state.change(id).domain_mut() {
        domain.default = default;
        domain.collation = collation;
    }
}

fn edit_index(state: &mut State, id: Id, respelling: &impl Editing) {
    let Some(Index { keys, r#where, .. }) = state.index(id) else { return };
    let keys = respelling.keys(state, keys);
    let condition = respelling.optional(state, r#where.as_ref());
    if let Some(index) = state.change(id).index_mut() {
        index.keys = keys;
        index.r#where = condition;
    }
}

fn edit_whole(state: &mut State, source: Id, respelling: &impl Editing) {
    let record = state.shared(source);
    match &record.body {
        Body::Table(table) => {
            if let Some(text) = &table.partition_by {
                let changed = changed_partitioning(text, |keys| respelling.text(state, keys));
                state.change_table(source, |table| table.partition_by = Some(changed));
            }
        }
        Body::View(view) => {
            let query = respelling.text(state, &view.query);
            if let Some(view) = state.change(source).view_mut() {
                view.query = query;
            }
        }
        Body::Domain(_) => edit_domain(state, source, respelling),
        Body::Index(_) => edit_index(state, source, respelling),
        Body::Trigger(trigger) => {
            let condition = respelling.optional(state, trigger.when.as_ref());
            change_condition(state, source, condition.as_ref());
        }
        Body::Policy(policy) => {
            let using = respelling.optional(state, policy.using.as_ref());
            let check = respelling.optional(state, policy.check.as_ref());
            if let Some(policy) = state.change(source).policy_mut() {
                policy.using = using;
                policy.check = check;
            }
        }
        Body::Rule(rule) => {
            let condition = respelling.optional(state, rule.condition.as_ref());
            let actions = rule.actions.iter().map(|action| respelling.text(state, action)).collect();
            if let Some(rule) = state.change(source).rule_mut() {
                rule.condition = condition;
                rule.actions = actions;
            }
        }
        Body::Routine(routine) => {
            let mut parameters = routine.parameters.clone();
            for parameter in &mut parameters {
                parameter.default = respelling.optional(state, parameter.default.as_ref());
            }
            let sql_body = respelling.optional(state, routine.sql_body.as_ref());
            let option = |value: &Option<Text>| value.as_ref().map(|value| respelling.option(state, value));
            let definition =
                routine.definition.iter().map(|(name, value)| (name.clone(), option(value))).collect();
            if let Some(routine) = state.change(source).routine_mut() {
                routine.parameters = parameters;
                routine.sql_body = sql_body;
                routine.definition = definition;
            }
        }
        Body::Definition(definition) => {
            // What stands behind a sign there is a value of a condition.
            let has_options = !matches!(record.kind, "publication" | "statistics");
            let respelt = |text: &Text| respelling.text_with(state, text, has_options);
            let clauses = respelt(&definition.clauses);
            let changes = definition.changes.iter().map(respelt).collect();
            if let Some(definition) = state.change(source).definition_mut() {
                definition.clauses = clauses;
                definition.changes = changes;
            }
        }
        _ => {}
    }
}

/// Gives a trigger, and those of partitions that are parts of it, another condition.
fn change_condition(state: &mut State, id: Id, condition: Option<&Text>) {
    let mut pending = vec![id];
    while let Some(id) = pending.pop() {
        let Some(trigger) = state.change(id).trigger_mut() else { continue };
        trigger.when = condition.cloned();
        let Some(table) = trigger.table else { continue };
        for child in state.children(table) {
            for own in state.triggers(child) {
                if state.trigger(own).is_some_and(|trigger| trigger.parent == Some(id)) {
                    pending.push(own);
                }
            }
        }
    }
}
