//! What needs what, each edge once.

use super::called::called;
use super::objects::Encoder;
use crate::model::records::{Body, Id, Type};
use crate::model::schema::{Edge, Text};
use crate::model::state::State;

/// What edges call the objects that have some.
pub(super) struct Names(Vec<Option<Text>>);

impl Names {
    /// The names of objects that need something, and of what they need.
    pub(super) fn new(state: &State, sources: &[Id]) -> Self {
        let mut names = vec![None; state.records.len()];
        let mut note = |id: Id| {
            names[id as usize].get_or_insert_with(|| called(state, whole(state, id)));
        };
        for source in sources {
            let mut has_any = false;
            for need in state.needs_of(*source) {
                has_any = true;
                need.target.into_iter().for_each(&mut note);
            }
            if has_any {
                note(*source);
            }
        }
        Self(names)
    }

    fn get(&self, id: Id) -> Option<&str> {
        self.0.get(id as usize)?.as_deref()
    }
}

/// The edges, sorted by source, target and kind.
pub(super) fn edges<'a>(encoder: &Encoder<'a>, sources: &[Id], names: &'a Names) -> Vec<Edge<'a>> {
    let state = encoder.state;
    let mut owners: Vec<(&str, Id)> =
        sources.iter().filter_map(|source| Some((names.get(*source)?, *source))).collect();
    owners.sort_by_key(|(name, _)| *name);
    let mut edges = Vec::with_capacity(state.needs.len());
    for alike in owners.chunk_by(|(one, _), (other, _)| one == other) {
        let start = edges.len();
        for (own, source) in alike {
            edges.extend(edges_of(encoder, own, *source, names));
        }
        edges[start..].sort_by_key(|(edge, _)| (edge.target, edge.kind));
    }
    // Of those that are the same, the first statement counts.
    edges.dedup_by(|(edge, statement), (known, first)| {
        let is_same = (edge.source, edge.target, edge.kind) == (known.source, known.target, known.kind);
        if is_same {
            known.is_late &= edge.is_late;
            known.is_defined |= edge.is_defined;
            *first = (*first).min(*statement);
        }
        is_same
    });
    edges.into_iter().map(|(edge, statement)| Edge { place: encoder.place(statement), ..edge }).collect()
}

/// The edges of an object, with the numbers of their statements in place of their places.
fn edges_of<'a>(
    encoder: &Encoder<'a>,
    own: &'a str,
    source: Id,
    names: &'a Names,
) -> impl Iterator<Item = (Edge<'a>, Option<u32>)> {
    let state = encoder.state;
    state.needs_of(source).filter_map(move |need| {
        let record = need.target.map(|target| state.record(target));
        if matches!(record.map(|record| &record.body), Some(Body::Type(Type { form: "multirange", .. }))) {
            return None;
        }
        let target = match need.target {
            Some(target) => names.get(target)?,
            None => &need.missing,
        };
        let edge = Edge {
            source: own,
            target,
            kind: need.kind,
            is_defined: record.is_some_and(|record| !record.is_dropped),
            is_late: need.is_late,
            place: None,
        };
        (target != own).then_some((edge, need.statement))
    })
}

/// The object that something is a part of.
pub(super) fn whole(state: &State, id: Id) -> Id {
    match &state.record(id).body {
        Body::Index(index) if index.constraint.is_some() => index.table,
        Body::Type(found) if found.form == "multirange" => {
            state.needs_of(id).find_map(|need| need.target).unwrap_or(id)
        }
        _ => id,
    }
}
