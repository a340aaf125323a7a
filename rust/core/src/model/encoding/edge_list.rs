//! What needs what, each edge once.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::called::called;
use super::objects::Encoder;
use crate::model::records::{Body, Id, Need, Type};
use crate::model::schema::{Edge, Text};
use crate::model::state::State;

/// What is known of an edge.
#[derive(Clone, Copy)]
struct Said {
    statement: Option<u32>,
    is_defined: bool,
    is_late: bool,
}

/// The edges, sorted by source, target and kind.
pub(super) fn edges(encoder: &Encoder<'_>, sources: &[Id]) -> Vec<Edge> {
    let state = encoder.state;
    let mut names: FxHashMap<Id, Text> = FxHashMap::default();
    let mut found: BTreeMap<(Text, Text, &'static str), Said> = BTreeMap::new();
    let mut name = |id: Id| names.entry(id).or_insert_with(|| called(state, whole(state, id))).clone();
    for source in sources {
        let needs: Vec<&Need> = state.needs_of(*source).collect();
        if needs.is_empty() {
            continue;
        }
        let own = name(*source);
        for need in needs {
            let body = need.target.map(|target| &state.record(target).body);
            if matches!(body, Some(Body::Type(Type { form: "multirange", .. }))) {
                continue;
            }
            let target = match need.target {
                Some(target) => name(target),
                None => need.missing.clone(),
            };
            if target == own {
                continue;
            }
            let said = Said {
                statement: need.statement,
                is_defined: need.target.is_some_and(|target| !state.record(target).is_dropped),
                is_late: need.is_late,
            };
            found
                .entry((own.clone(), target, need.kind))
                .and_modify(|known| {
                    known.is_late &= said.is_late;
                    known.is_defined = said.is_defined;
                    known.statement = known.statement.min(said.statement);
                })
                .or_insert(said);
        }
    }
    found
        .into_iter()
        .map(|((source, target, kind), said)| Edge {
            source,
            target,
            kind,
            is_defined: said.is_defined,
            is_late: said.is_late,
            place: encoder.place(said.statement),
        })
        .collect()
}

/// The object that something is a part of.
fn whole(state: &State, id: Id) -> Id {
    match &state.record(id).body {
        Body::Index(index) if index.constraint.is_some() => index.table,
        Body::Type(found) if found.form == "multirange" => {
            state.needs_of(id).find_map(|need| need.target).unwrap_or(id)
        }
        _ => id,
    }
}
