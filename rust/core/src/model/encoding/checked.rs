//! What a check looks at of a state, as a document: far less than the model.

use std::collections::BTreeMap;

use super::all_objects;
use super::edge_list::whole;
use super::message_pack::Writer;
use crate::files::Segment;
use crate::model::encoding::called;
use crate::model::parsing::Parsed;
use crate::model::places::Places;
use crate::model::records::{Body, Id, Need, Record, Type};
use crate::model::schema::{CheckedEdge, CheckedModel, QualifiedName, Text};
use crate::model::state::State;

/// Languages whose routines PostgreSQL lets be about a type that is not defined yet: it makes a shell of it.
const OF_SHELLS: [&str; 2] = ["c", "internal"];

/// What becomes of what an object needs; the later ones tell more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    /// Nothing defines it.
    Missing,
    /// It is dropped.
    Dropped,
    /// It is defined only later.
    Late,
    Met,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Dropped => "dropped",
            Self::Late => "late",
            Self::Met => "",
        }
    }
}

/// The document; the places are in `files`, as `origins` tell.
pub(crate) fn checked(parsed: &Parsed, origins: &[Segment], files: &[String]) -> Vec<u8> {
    let state = &parsed.state;
    let places = parsed.places(None, origins, files);
    let of_kind = |kind: &'static str| {
        let of_kind =
            move |(key, id): (&crate::model::state::OtherKey, &Id)| (key.kind == kind).then_some(*id);
        let mut found: Vec<&Record> =
            state.others.iter().filter_map(of_kind).map(|id| state.record(id)).collect();
        found.sort_unstable_by_key(|record| &record.name);
        found
    };
    let opaque = parsed.opaque(&places);
    let needs = looked_at(state);
    let names = names(state, &needs);
    let model = CheckedModel {
        schemas: of_kind("schema").into_iter().map(|record| record.name.as_str()).collect(),
        extensions: of_kind("extension")
            .into_iter()
            .map(|record| QualifiedName { schema: record.schema.as_deref(), name: &record.name })
            .collect(),
        opaque: &opaque,
        edges: edges(state, &needs, &names, &places),
        ledger: &parsed.ledger,
    };
    let mut writer = Writer::new();
    writer.item(&model);
    writer.document
}

type LookedAt<'a> = (Id, &'a Need, Status);

/// What is needed and not met; with all the rest, which tells orders that work, if some of it comes too late.
fn looked_at(state: &State) -> Vec<LookedAt<'_>> {
    let mut found = Vec::new();
    let mut is_late = false;
    for source in all_objects(state) {
        for need in state.needs_of(source) {
            if let Some(status) = status(state, source, need) {
                is_late |= status == Status::Late;
                found.push((source, need, status));
            }
        }
    }
    if !is_late {
        found.retain(|(_, _, status)| *status < Status::Late);
    }
    found
}

/// What becomes of something that is needed; None if a check does not look at it.
fn status(state: &State, source: Id, need: &Need) -> Option<Status> {
    let Some(target) = need.target else { return Some(Status::Missing) };
    let record = state.record(target);
    let routine = state.routine(source);
    if record.is_dropped {
        // What PostgreSQL tracks, it does not drop as long as it is needed.
        let is_told = need.kind == "body" && !need.is_tracked;
        return (is_told && !is_there_again(state, record)).then_some(Status::Dropped);
    }
    match &record.body {
        Body::Type(Type { form: "multirange", .. }) => return None,
        Body::Type(Type { form: "base", .. })
            if routine.is_some_and(|routine| OF_SHELLS.contains(&routine.language.as_str())) =>
        {
            return None;
        }
        _ => {}
    }
    // Of other languages, nothing is asked for before the routine runs.
    if need.kind == "body" && routine.is_none_or(|routine| routine.language != "sql") {
        return None;
    }
    Some(if need.is_late { Status::Late } else { Status::Met })
}

/// Whether something of the name of what is dropped is there.
fn is_there_again(state: &State, record: &Record) -> bool {
    let Some(schema) = &record.schema else { return false };
    let key = (schema.clone(), record.name.clone());
    match record.body {
        Body::Routine(_) => state.routines.contains_key(&key),
        Body::Type(_) | Body::Domain(_) => state.types.contains_key(&key),
        Body::Table(_) | Body::View(_) | Body::Index(_) | Body::Sequence(_) | Body::Unknown => {
            state.relations.contains_key(&key)
        }
        _ => false,
    }
}

/// What edges call the objects of needs.
fn names(state: &State, needs: &[LookedAt<'_>]) -> BTreeMap<Id, Text> {
    let mut names = BTreeMap::new();
    for id in needs.iter().flat_map(|(source, need, _)| [Some(*source), need.target]).flatten() {
        names.entry(id).or_insert_with(|| called(state, whole(state, id)));
    }
    names
}

/// The edges, sorted by source, target and kind; of the same ones, the first statement counts.
fn edges<'a>(
    state: &State,
    needs: &[LookedAt<'a>],
    names: &'a BTreeMap<Id, Text>,
    places: &'a Places<'_>,
) -> Vec<CheckedEdge<'a>> {
    let mut found: BTreeMap<(&str, &str, &'static str), (Status, Option<u32>, Option<Id>)> = BTreeMap::new();
    for (source, need, status) in needs {
        let target = match need.target {
            Some(target) => names.get(&target),
            None => Some(&need.missing),
        };
        let (Some(source), Some(target)) = (names.get(source), target) else { continue };
        if source == target {
            continue;
        }
        let object = need.target.map(|target| whole(state, target));
        let known = found.entry((source, target, need.kind)).or_insert((*status, need.statement, object));
        known.1 = known.1.min(need.statement);
        if *status > known.0 {
            known.0 = *status;
            known.2 = object;
        }
    }
    found
        .into_iter()
        .map(|((source, target, kind), (status, statement, object))| CheckedEdge {
            source,
            target,
            kind,
            status: status.word(),
            place: places.of(statement),
            defined: object
                .filter(|_| status >= Status::Late)
                .and_then(|object| places.of(state.record(object).statement)),
        })
        .collect()
}
