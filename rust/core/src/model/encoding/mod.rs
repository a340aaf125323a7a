//! The model as a document: what the state knows, as the structs of the schema.

mod called;
mod checked;
mod edge_list;
mod fingerprints;
mod meanings;
mod message_pack;
mod objects;
mod resolved;

use rayon::prelude::*;

pub(crate) use self::called::called;
pub(super) use self::checked::checked;
use self::edge_list::{Names, edges};
pub use self::fingerprints::Fingerprints;
pub(super) use self::fingerprints::fingerprints;
use self::message_pack::Writer;
use self::objects::Encoder;
use super::objects::identity_types;
use super::owners::all_records;
use super::places::Places;
use super::records::{Body, Id, Record};
use super::schema::{LedgerEntry, Opaque, Text};
use super::state::State;

/// The kinds of objects, in the order of the model's fields.
const KINDS: [&str; 16] = [
    "schemas",
    "extensions",
    "roles",
    "types",
    "domains",
    "sequences",
    "tables",
    "indexes",
    "views",
    "routines",
    "aggregates",
    "triggers",
    "event_triggers",
    "policies",
    "rules",
    "definitions",
];

/// How many objects are written together at most.
const PART: usize = 64;

/// The place of an object's kind among them; None if the model does not have it on its own.
fn kind_of(record: &Record) -> Option<usize> {
    Some(match &record.body {
        Body::Schema if is_untouched(record) => return None,
        Body::Schema => 0,
        Body::Extension(_) => 1,
        Body::Role(_) => 2,
        Body::Type(found) if found.form == "multirange" => return None,
        Body::Type(_) => 3,
        Body::Domain(_) => 4,
        Body::Sequence(_) => 5,
        Body::Table(_) => 6,
        Body::Index(index) if index.constraint.is_some() => return None,
        Body::Index(_) => 7,
        Body::View(_) => 8,
        Body::Routine(_) if record.kind == "aggregate" => 10,
        Body::Routine(_) => 9,
        Body::Trigger(trigger) if trigger.table.is_none() => 12,
        Body::Trigger(_) => 11,
        Body::Policy(_) => 13,
        Body::Rule(_) => 14,
        Body::Definition(_) => 15,
        Body::Unknown => return None,
    })
}

/// Whether nothing in the text says anything of the schema `public`.
fn is_untouched(record: &Record) -> bool {
    record.statement.is_none()
        && record.owner.is_none()
        && record.comment.is_none()
        && record.privileges.is_none()
}

/// What objects are sorted by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Order<'a> {
    schema: Option<&'a str>,
    parent: Option<&'a str>,
    name: &'a str,
    detail: Vec<Text>,
}

fn order<'a>(state: &'a State, record: &'a Record, id: Id) -> Order<'a> {
    let of_table = |table: Id| {
        let table = state.record(table);
        (table.schema.as_deref(), Some(table.name.as_str()))
    };
    let own = record.schema.as_deref();
    let ((schema, parent), detail) = match &record.body {
        Body::Index(index) => ((own, of_table(index.table).1), Vec::new()),
        Body::Trigger(trigger) => (trigger.table.map_or((own, None), of_table), Vec::new()),
        Body::Policy(policy) => (of_table(policy.table), Vec::new()),
        Body::Rule(rule) => (of_table(rule.table), Vec::new()),
        Body::Routine(routine) => ((own, None), identity_types(state, routine)),
        Body::Definition(definition) => {
            ((own, definition.parent.as_deref()), vec![Text::const_new(record.kind), called(state, id)])
        }
        _ => ((own, None), Vec::new()),
    };
    Order { schema, parent, name: &record.name, detail }
}

/// All objects, those included that have names of their own below a table.
fn all_objects(state: &State) -> Vec<Id> {
    let mut objects = all_records(state);
    objects.extend(state.others.iter().filter(|(key, _)| key.parent.is_some()).map(|(_, id)| *id));
    objects
}

/// The document of the model that a state is.
pub(crate) fn document(
    state: &State,
    places: &Places<'_>,
    (opaque, ledger): (&[Opaque<'_>], &[LedgerEntry]),
    is_parallel: bool,
) -> Vec<u8> {
    let encoder = Encoder { state, places };
    let sources = all_objects(state);
    let mut by_kind: [Vec<(Order<'_>, Id)>; 16] = Default::default();
    for id in &sources {
        let record = state.record(*id);
        if let Some(kind) = kind_of(record) {
            by_kind[kind].push((order(state, record, *id), *id));
        }
    }
    let defaults = encoder.defaults();
    let lengths = by_kind.iter().map(Vec::len).chain([defaults.len(), opaque.len(), ledger.len()]);
    let fields = lengths.filter(|length| *length > 0).count();
    let objects = || written_objects(&encoder, by_kind, is_parallel);
    let edges = || written_edges(&encoder, &sources);
    let (objects, (edges_count, edges)) =
        if is_parallel { rayon::join(objects, edges) } else { (objects(), edges()) };
    let mut writer = Writer::new();
    writer.model(fields + usize::from(edges_count > 0));
    let mut document = writer.document;
    document.reserve(objects.iter().map(Vec::len).sum::<usize>() + edges.len());
    for part in &objects {
        document.extend_from_slice(part);
    }
    let mut writer = Writer::after(document);
    writer.all("default_privileges", &defaults);
    writer.all("opaque", opaque);
    writer.document.extend_from_slice(&edges);
    writer.all("ledger", ledger);
    writer.document
}

/// Objects that are written together.
struct Part<'a> {
    /// The field that starts with them, and how many it has.
    field: Option<(&'static str, usize)>,
    objects: &'a [(Order<'a>, Id)],
}

/// The fields with the objects, in parts.
fn written_objects(
    encoder: &Encoder<'_>,
    mut by_kind: [Vec<(Order<'_>, Id)>; 16],
    is_parallel: bool,
) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    for (name, objects) in KINDS.into_iter().zip(&mut by_kind) {
        objects.sort_unstable();
        let length = objects.len();
        let parts_of_kind = objects.chunks(PART).enumerate();
        parts.extend(
            parts_of_kind
                .map(|(index, objects)| Part { field: (index == 0).then_some((name, length)), objects }),
        );
    }
    let written = |part: &Part<'_>| {
        let mut writer = Writer::new();
        if let Some((name, length)) = part.field {
            writer.list(name, length);
        }
        for (_, id) in part.objects {
            write(encoder, encoder.state.record(*id), &mut writer);
        }
        writer.document
    };
    if is_parallel { parts.par_iter().map(written).collect() } else { parts.iter().map(written).collect() }
}

/// How many edges there are, and the field with them.
fn written_edges(encoder: &Encoder<'_>, sources: &[Id]) -> (usize, Vec<u8>) {
    let names = Names::new(encoder.state, sources);
    let edges = edges(encoder, sources, &names);
    let mut writer = Writer::new();
    writer.all("edges", &edges);
    (edges.len(), writer.document)
}

fn write(encoder: &Encoder<'_>, record: &Record, writer: &mut Writer) {
    match &record.body {
        Body::Schema => writer.item(&encoder.schema(record)),
        Body::Extension(extension) => writer.item(&encoder.extension(record, extension)),
        Body::Role(role) => writer.item(&encoder.role(record, role)),
        Body::Type(found) => writer.item(&encoder.r#type(record, found)),
        Body::Domain(domain) => writer.item(&encoder.domain(record, domain)),
        Body::Sequence(sequence) => writer.item(&encoder.sequence(record, sequence)),
        Body::Table(table) => writer.item(&encoder.table(record, table)),
        Body::View(view) => writer.item(&encoder.view(record, view)),
        Body::Index(index) => writer.item(&encoder.index(record, index)),
        Body::Routine(routine) if record.kind == "aggregate" => {
            writer.item(&encoder.aggregate(record, routine));
        }
        Body::Routine(routine) => writer.item(&encoder.routine(record, routine)),
        Body::Trigger(trigger) if trigger.table.is_none() => {
            writer.item(&encoder.event_trigger(record, trigger));
        }
        Body::Trigger(trigger) => writer.item(&encoder.trigger(record, trigger)),
        Body::Policy(policy) => writer.item(&encoder.policy(record, policy)),
        Body::Rule(rule) => writer.item(&encoder.rule(record, rule)),
        Body::Definition(definition) => writer.item(&encoder.definition(record, definition)),
        Body::Unknown => {}
    }
}
