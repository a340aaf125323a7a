//! What `ALTER` says of how relations are stored, and of views and indexes.

use super::alter_table::index_named;
use super::owners::set_owner;
use super::partitions::constraint_of;
use super::privileges::read_role;
use super::reading::{Outcome, Reader, unmodelled};
use super::records::{Constraint, Id, Index, Relation, Settings};
use super::schema::Text;
use super::settings::{change_fdw_options, read_parameters};
use super::state::{MISSING, State};
use super::text::expression_text;
use super::views::take_check_option;

fn change_relation(state: &mut State, id: Id, change: impl FnOnce(&mut Relation)) {
    if let Some(relation) = state.change(id).relation_mut() {
        change(relation);
    }
}

/// What tables and materialised views have in common.
pub(crate) fn on_storage(state: &mut State, action: &mut Reader<'_>, id: Id) -> Outcome<()> {
    if action.take(&["cluster", "on"]) {
        let index = index_named(state, id, action.identifier()?)?;
        change_relation(state, id, |relation| relation.clustered_on = Some(index));
    } else if action.take(&["set", "without", "cluster"]) {
        change_relation(state, id, |relation| relation.clustered_on = None);
    } else if action.take(&["set", "without", "oids"]) {
    } else if action.take(&["set", "access", "method"]) {
        let method = action.identifier()?;
        change_relation(state, id, |relation| {
            relation.access_method = (method != "default").then_some(method);
        });
    } else if action.take(&["set", "tablespace"]) {
        let tablespace = tablespace(action)?;
        change_relation(state, id, |relation| relation.tablespace = tablespace);
    } else if action.take(&["set", "logged"]) {
        set_persistence(state, id, "permanent");
    } else if action.take(&["set", "unlogged"]) {
        set_persistence(state, id, "unlogged");
    } else if action.take(&["owner", "to"]) {
        let owner = read_role(state, action)?;
        set_owner(state, id, owner.as_ref());
    } else if action.take_word("options") {
        let options = state.record(id).relation().map(|relation| relation.options.clone());
        let options = change_fdw_options(&options.unwrap_or_default(), action.group()?)?;
        change_relation(state, id, |relation| relation.options = options);
    } else if action.is_word("set") && action.is_sign_at("(", 1) {
        action.at += 1;
        let options = read_parameters(action.group()?)?;
        change_relation(state, id, |relation| relation.options.extend(options));
    } else if action.take_word("reset") {
        let names = read_parameters(action.group()?)?;
        change_relation(state, id, |relation| relation.options.retain(|name, _| !names.contains_key(name)));
    } else {
        return Err(action.refused("an action"));
    }
    Ok(())
}

fn tablespace(action: &mut Reader<'_>) -> Outcome<Option<Text>> {
    let tablespace = action.identifier()?;
    action.take_word("nowait");
    Ok((tablespace != "pg_default").then_some(tablespace))
}

/// Makes a table logged or not, and with it the sequences that it owns.
fn set_persistence(state: &mut State, id: Id, persistence: &'static str) {
    change_relation(state, id, |relation| relation.persistence = persistence);
    for owned in state.belonging(id) {
        let is_owned = state.sequence(owned).is_some_and(|sequence| sequence.owner_table == Some(id));
        if is_owned && let Some(sequence) = state.change(owned).sequence_mut() {
            sequence.persistence = persistence;
        }
    }
}

/// The actions on a view.
pub(crate) fn on_view(state: &mut State, action: &mut Reader<'_>, id: Id) -> Outcome<()> {
    let record = state.shared(id);
    let Some(view) = record.view() else { return unmodelled(MISSING) };
    if action.take_word("alter") {
        let settings = view_column(action, view.column_settings.clone())?;
        if let Some(view) = state.change(id).view_mut() {
            view.column_settings = settings;
        }
        return Ok(());
    }
    let is_plain = record.kind == "view";
    if is_plain && action.is_word("set") && action.is_sign_at("(", 1) {
        action.at += 1;
        let mut options = view.relation.options.clone();
        options.extend(read_parameters(action.group()?)?);
        let mut check_option = view.check_option.clone();
        take_check_option(&mut check_option, &mut options);
        if let Some(view) = state.change(id).view_mut() {
            view.relation.options = options;
            view.check_option = check_option;
        }
        return Ok(());
    }
    if is_plain && action.take_word("reset") {
        let names = read_parameters(action.group()?)?;
        if let Some(view) = state.change(id).view_mut() {
            view.relation.options.retain(|name, _| !names.contains_key(name));
            if names.contains_key("check_option") {
                view.check_option = None;
            }
        }
        return Ok(());
    }
    if matches!(action.word(0), "no" | "depends") {
        return unmodelled("a view's extension has no place");
    }
    on_storage(state, action, id)
}

fn view_column(action: &mut Reader<'_>, mut settings: Settings) -> Outcome<Settings> {
    action.take_word("column");
    let name = action.identifier()?;
    let named = |setting: &str| Text::from(format!("{name}.{setting}"));
    if action.take(&["set", "default"]) {
        settings.insert(named("default"), Some(expression_text(action)));
        action.at = action.end;
    } else if action.take(&["drop", "default"]) {
        settings.remove(&named("default"));
    } else if action.take_word("set") {
        let setting = action.take_any(&["statistics", "storage", "compression"]);
        if setting.is_empty() {
            return Err(action.refused("a setting"));
        }
        settings.insert(named(setting), Some(expression_text(action)));
        action.at = action.end;
    } else {
        return Err(action.refused("an action"));
    }
    Ok(settings)
}

/// The actions on an index.
pub(crate) fn on_index(state: &mut State, action: &mut Reader<'_>, id: Id) -> Outcome<()> {
    let record = state.shared(id);
    let Some(index) = record.index() else { return unmodelled(MISSING) };
    if action.take(&["attach", "partition"]) {
        return attach_index(state, action, id, index);
    }
    if action.take_word("alter") {
        action.take_word("column");
        let number = Text::new(action.text(0));
        action.at += 1;
        action.expect(&["set", "statistics"])?;
        let value: Text = action.rest().iter().map(|token| token.text).collect();
        action.at = action.end;
        if let Some(index) = state.change(id).index_mut() {
            index.statistics.insert(number, Some(value));
        }
        return Ok(());
    }
    if action.take(&["set", "tablespace"]) {
        let tablespace = tablespace(action)?;
        change_storage(state, id, index, |own, _| *own = tablespace);
    } else if action.is_word("set") && action.is_sign_at("(", 1) {
        action.at += 1;
        let options = read_parameters(action.group()?)?;
        change_storage(state, id, index, |_, own| own.extend(options));
    } else if action.take_word("reset") {
        let names = read_parameters(action.group()?)?;
        change_storage(state, id, index, |_, own| own.retain(|name, _| !names.contains_key(name)));
    } else if matches!(action.word(0), "no" | "depends") {
        return unmodelled("an index's extension has no place");
    } else {
        return Err(action.refused("an action"));
    }
    Ok(())
}

fn change_constraint_of(state: &mut State, index: &Index, change: impl FnOnce(&mut Constraint)) {
    let name = index.constraint.and_then(|part| {
        let made = constraint_of(&state.table(index.table)?.constraints, part)?;
        Some(made.name.clone())
    });
    if let Some(name) = name {
        state.change_constraint(index.table, &name, change);
    }
}

/// Changes tablespace and options of an index, or of its constraint.
fn change_storage(
    state: &mut State,
    id: Id,
    index: &Index,
    change: impl FnOnce(&mut Option<Text>, &mut Settings),
) {
    if index.constraint.is_some() {
        change_constraint_of(state, index, |made| {
            let details = &mut **made;
            change(&mut details.tablespace, &mut details.options);
        });
    } else if let Some(index) = state.change(id).index_mut() {
        change(&mut index.tablespace, &mut index.options);
    }
}

fn attach_index(state: &mut State, action: &mut Reader<'_>, id: Id, index: &Index) -> Outcome<()> {
    let child = state.relation(&action.name()?);
    let Some((child, own)) = child.and_then(|child| Some((child, state.index(child)?.clone()))) else {
        return unmodelled(MISSING);
    };
    if let Some(own) = state.change(child).index_mut() {
        own.parent = Some(id);
    }
    state.need_object(child, id, "partition", None);
    if let Some(parent) = index.constraint {
        change_constraint_of(state, &own, |made| {
            made.parent = Some(parent);
            made.inherited = 1;
            made.is_local = false;
        });
    }
    Ok(())
}
