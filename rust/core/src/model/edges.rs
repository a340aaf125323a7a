//! Edges from what a text refers to: looked up at once, and again when all statements have run.

use std::sync::Arc;

use rustc_hash::FxHashSet as HashSet;

use super::catalog::is_system_schema;
use super::mentions::name_in_string;
use super::reading::{Name, Outcome, Reader};
use super::records::{Body, Id, Need, PartId, Routine};
use super::references::{Located, Named, Reference, is_read_late, located_references};
use super::schema::Text;
use super::state::{OtherKey, State, is_system};
use super::text::{joined, quoted_name};

/// How an object refers to what it needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) source: Id,
    /// The kind of the edges.
    pub(crate) kind: &'static str,
    /// What of the object they belong to.
    pub(crate) part: Option<PartId>,
    /// Whether names that nothing defines may be variables or made at run time.
    pub(crate) is_body: bool,
    /// Whether a name of a body that means nothing says nothing.
    pub(crate) is_open: bool,
    /// As in `Need`.
    pub(crate) is_tracked: bool,
}

impl Link {
    pub(crate) fn new(source: Id, kind: &'static str) -> Self {
        Self { source, kind, part: None, is_body: false, is_open: false, is_tracked: true }
    }

    pub(crate) fn of_part(source: Id, kind: &'static str, part: PartId) -> Self {
        Self { part: Some(part), ..Self::new(source, kind) }
    }

    fn need(self, target: Option<Id>, missing: Text, statement: Option<u32>) -> Need {
        Need {
            source: self.source,
            target,
            missing,
            kind: self.kind,
            part: self.part,
            is_tracked: self.is_tracked,
            statement,
            is_void: false,
            is_late: false,
        }
    }
}

/// Says that an object needs what some of its tokens refer to.
pub(crate) fn add_references(state: &mut State, reader: &Reader<'_>, link: Link) -> Outcome<()> {
    add_references_but(state, reader, link, None)
}

/// The same, of a text in which a name is no relation.
pub(crate) fn add_references_but(
    state: &mut State,
    reader: &Reader<'_>,
    link: Link,
    own: Option<&Text>,
) -> Outcome<()> {
    let references = located_references(reader, own)?;
    let mut seen = HashSet::default();
    for Located { reference, named } in &references {
        // PostgreSQL does not know what a string will name.
        let is_tracked = link.is_tracked && !is_read_late(reader, *named);
        let link = Link { is_tracked, is_open: link.is_body && !is_told(reader, reference, *named), ..link };
        if references.len() == 1 || seen.insert((reference, link.is_tracked)) {
            add_reference(state, reference, link);
        }
    }
    Ok(())
}

/// Whether a body tells by a name with a schema that something is there: a relation, or what is called.
fn is_told(reader: &Reader<'_>, reference: &Reference, named: Named) -> bool {
    let before = named.start.checked_sub(1).and_then(|before| reader.token_at(before));
    // What is defined, or has columns, stands before a parenthesis as well.
    let is_no_call = matches!(
        before.map_or("", |token| token.text),
        "aggregate"
            | "analyze"
            | "as"
            | "copy"
            | "exists"
            | "function"
            | "index"
            | "into"
            | "on"
            | "only"
            | "operator"
            | "procedure"
            | "references"
            | "routine"
            | "table"
            | "type"
            | "vacuum"
            | "view"
    );
    reference.kind == "relation" || (reference.kind == "routine" && !is_no_call)
}

/// Says that an object needs what a name means.
pub(crate) fn add_reference(state: &mut State, reference: &Reference, link: Link) {
    if reference.name.schema.as_ref().is_some_and(|schema| is_system_schema(schema)) {
        return;
    }
    let path = Arc::clone(&state.path);
    let statement = state.statement;
    // Of other kinds, PostgreSQL has too many of its own.
    let is_looked_for = matches!(reference.kind, "relation" | "routine" | "type");
    if add_targets(state, reference, &path, link)
        || !is_looked_for
        || is_system(reference.kind, &reference.name)
    {
        return;
    }
    let reference = reference.clone();
    state.later(move |state| {
        let is_gone = link.part.is_some_and(|part| is_gone(state, link.source, part));
        if is_gone || state.record(link.source).is_dropped {
            return;
        }
        state.statement = statement;
        if add_targets(state, &reference, &path, link) {
            return;
        }
        if !link.is_body || (!link.is_open && is_missing(state, &reference)) {
            let missing = missing_name(&reference);
            state.need(Need { is_tracked: true, ..link.need(None, missing, statement) });
        }
    });
}

/// Whether a schema that the text has lacks something that a body names with it.
fn is_missing(state: &State, reference: &Reference) -> bool {
    let Name { schema: Some(schema), name } = &reference.name else { return false };
    if !state.has_schema(schema) {
        return false;
    }
    if reference.kind == "relation" {
        return true;
    }
    // A routine may be called in a way that is not told from here; a type or a table casts.
    let key = (schema.clone(), name.clone());
    schema != "pg_temp"
        && !state.routines.contains_key(&key)
        && !state.types.contains_key(&key)
        && !state.relations.contains_key(&key)
}

fn add_targets(state: &mut State, reference: &Reference, path: &[Text], link: Link) -> bool {
    let statement = state.statement;
    let mut has_any = false;
    match reference.kind {
        "relation" => {
            if let Some(target) = state.relation_in(&reference.name, path) {
                state.need(link.need(Some(target), Text::default(), statement));
                has_any = true;
            }
        }
        "type" => {
            if let Some(target) = state.type_in(&reference.name, path) {
                state.need(link.need(Some(target), Text::default(), statement));
                has_any = true;
            }
        }
        "operator" => {
            for target in state.operators(&reference.name) {
                state.need(link.need(Some(target), Text::default(), statement));
                has_any = true;
            }
        }
        kind if kind != "routine" => {
            let name = &reference.name;
            let find = |schema: &Text| {
                let key = OtherKey { schema: Some(schema.clone()), ..OtherKey::new(kind, &name.name) };
                state.others.get(&key).copied()
            };
            let found = match &name.schema {
                Some(schema) => find(schema),
                None => path.iter().find_map(find),
            };
            if let Some(target) = found {
                state.need(link.need(Some(target), Text::default(), statement));
                has_any = true;
            }
        }
        _ => {
            for target in state.overloads_in(&reference.name, path) {
                let kind = state.record(target).kind;
                if state.routine(target).is_some_and(|routine| fits(kind, routine, reference.count)) {
                    state.need(link.need(Some(target), Text::default(), statement));
                    has_any = true;
                }
            }
        }
    }
    has_any
}

/// Whether an object has a column, constraint or attribute no more.
pub(crate) fn is_gone(state: &State, source: Id, part: PartId) -> bool {
    match &state.record(source).body {
        Body::Table(table) => {
            !table.columns.iter().any(|column| column.part == part)
                && !table.constraints.iter().any(|made| made.part == part)
        }
        Body::Domain(domain) => {
            domain.default_part != part && !domain.constraints.iter().any(|made| made.part == part)
        }
        Body::Type(found) => !found.attributes.iter().any(|attribute| attribute.part == part),
        _ => false,
    }
}

/// What an edge calls something that nothing defines.
fn missing_name(reference: &Reference) -> Text {
    let kind = match reference.kind {
        "relation" => "table",
        "routine" => "function",
        other => other,
    };
    called(kind, &reference.name)
}

/// What an edge calls something of a kind.
pub(crate) fn called(kind: &str, name: &Name) -> Text {
    match &name.schema {
        Some(schema) => joined(&[kind, " ", &quoted_name(schema), ".", &quoted_name(&name.name)]),
        None => joined(&[kind, " ", &quoted_name(&name.name)]),
    }
}

/// Says that an object needs a collation of the text.
pub(crate) fn need_collation(state: &mut State, collation: Option<&Text>, link: Link) {
    if let Some((name, _)) = collation.and_then(|collation| name_in_string(collation)) {
        add_reference(state, &Reference { kind: "collation", name, count: None }, link);
    }
}

/// Whether a routine can be called with so many arguments.
pub(crate) fn fits(kind: &str, routine: &Routine, count: Option<usize>) -> bool {
    let Some(count) = count else { return true };
    let mut given = 0;
    let mut least = 0;
    let mut is_variadic = false;
    for parameter in &routine.parameters {
        if matches!(parameter.mode, "in" | "inout" | "variadic") {
            given += 1;
            is_variadic |= parameter.mode == "variadic";
            least += usize::from(parameter.default.is_none() && parameter.mode != "variadic");
        }
    }
    if is_variadic {
        return count >= least;
    }
    if kind == "aggregate" && given == 0 {
        return count <= 1;
    }
    if kind == "procedure" {
        // A call names the arguments that it gets back as well.
        return least <= count && count <= routine.parameters.len().max(given);
    }
    least <= count && count <= given
}
