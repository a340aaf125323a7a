//! The constraints of a new table, merged as the server merges them.

use std::sync::Arc;

use rustc_hash::FxHashMap as HashMap;

use super::constraint_specs::{ConstraintSpec, source_text};
use super::constraints::{add_constraint, plain_not_null};
use super::reading::Outcome;
use super::records::Id;
use super::schema::Text;
use super::state::State;

/// Adds constraints in the order in which PostgreSQL does (`DefineRelation`).
pub(crate) fn add_constraints(
    state: &mut State,
    id: Id,
    pending: Vec<ConstraintSpec<'_>>,
    inherited: &[Text],
) -> Outcome<()> {
    let mut checks = Vec::new();
    let mut not_nulls = Vec::new();
    let mut indexed = Vec::new();
    let mut foreign_keys = Vec::new();
    for spec in pending {
        match spec.constraint.kind {
            "check" => checks.push(spec),
            "not_null" => not_nulls.push(spec),
            "foreign_key" => foreign_keys.push(spec),
            _ => indexed.push(spec),
        }
    }
    for spec in checks {
        if !merge_check(state, id, &spec, inherited) {
            add_constraint(state, id, spec)?;
        }
    }
    let indexed = needed_indexes(indexed);
    let not_nulls = needed_not_nulls(state, id, not_nulls, &indexed);
    for spec in not_nulls.into_iter().chain(indexed).chain(foreign_keys) {
        add_constraint(state, id, spec)?;
    }
    Ok(())
}

/// Merges a check with the one of a parent that has its name and condition; whether there is one.
fn merge_check(state: &mut State, id: Id, spec: &ConstraintSpec<'_>, inherited: &[Text]) -> bool {
    let name = &spec.constraint.name;
    let Some(expression) = &spec.expression else { return false };
    if name.is_empty() || !inherited.contains(name) {
        return false;
    }
    let text = source_text(expression);
    let known = state.table(id).and_then(|table| table.constraints.get(name));
    if known.is_none_or(|known| known.expression.as_ref() != Some(&text)) {
        return false;
    }
    state.change_constraint(id, name, |known| known.is_local = true);
    true
}

/// Primary key, unique and exclusion constraints, those left out that another one says already.
fn needed_indexes(mut specs: Vec<ConstraintSpec<'_>>) -> Vec<ConstraintSpec<'_>> {
    specs.sort_by_key(|spec| spec.constraint.kind != "primary_key");
    let mut kept: Vec<ConstraintSpec<'_>> = Vec::with_capacity(specs.len());
    let mut seen = HashMap::default();
    for spec in specs {
        let made = &spec.constraint;
        if made.kind != "exclusion" {
            let said = (
                made.columns.clone(),
                made.include.clone(),
                (made.nulls_not_distinct, made.is_deferrable, made.is_deferred),
            );
            if let Some(place) = seen.get(&said) {
                let before: &mut ConstraintSpec<'_> = &mut kept[*place];
                if before.constraint.name.is_empty() {
                    Arc::make_mut(&mut before.constraint).name.clone_from(&made.name);
                }
                continue;
            }
            seen.insert(said, kept.len());
        }
        kept.push(spec);
    }
    kept
}

/// The not-null constraints, one for each column, those of the primary key included.
fn needed_not_nulls<'a>(
    state: &State,
    id: Id,
    specs: Vec<ConstraintSpec<'a>>,
    indexed: &[ConstraintSpec<'_>],
) -> Vec<ConstraintSpec<'a>> {
    let mut wanted: Vec<ConstraintSpec<'a>> = Vec::with_capacity(specs.len());
    let mut places: HashMap<Text, usize> = HashMap::default();
    for spec in specs {
        let Some(column) = spec.constraint.columns.first() else { continue };
        if let Some(place) = places.get(column) {
            let known = &mut wanted[*place].constraint;
            if known.name.is_empty() {
                Arc::make_mut(known).name.clone_from(&spec.constraint.name);
            }
            continue;
        }
        places.insert(column.clone(), wanted.len());
        wanted.push(spec);
    }
    let table = state.table(id);
    for spec in indexed.iter().filter(|spec| spec.constraint.kind == "primary_key") {
        for name in &spec.constraint.columns {
            let is_there = table.is_some_and(|table| table.columns.contains(name));
            if is_there && !places.contains_key(name) {
                places.insert(name.clone(), wanted.len());
                wanted.push(ConstraintSpec::of(plain_not_null(name)));
            }
        }
    }
    wanted.sort_by_key(|spec| spec.constraint.name.is_empty());
    wanted
}
