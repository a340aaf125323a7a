//! `OWNER TO`, `REASSIGN OWNED` and `DROP OWNED`.

use super::dropping::drop_objects;
use super::privileges::read_roles;
use super::reading::Outcome;
use super::records::{Acl, Body, Id};
use super::schema::Text;
use super::state::State;
use super::statement::Statement;

/// All objects that have names of their own.
pub(crate) fn all_records(state: &State) -> Vec<Id> {
    let mut found: Vec<Id> = state.relations.values().chain(state.types.values()).copied().collect();
    found.extend(state.routines.values().flatten().map(|(_, id)| *id));
    found.extend(state.others.iter().filter(|(key, _)| key.parent.is_none()).map(|(_, id)| *id));
    found.sort_unstable();
    found.dedup();
    found
}

/// Gives an object, and the sequences that its columns own, to a role.
pub(crate) fn set_owner(state: &mut State, id: Id, owner: Option<&Text>) {
    let mut pending = vec![id];
    while let Some(each) = pending.pop() {
        let record = state.change(each);
        if let Some(acl) = record.privileges.take() {
            record.privileges = Some(given(acl, owner));
        }
        record.owner = owner.cloned();
        if record.table().is_some() {
            let sequences = state.belonging(each);
            pending.extend(sequences.into_iter().filter(|sequence| {
                state.sequence(*sequence).is_some_and(|sequence| sequence.owner_table == Some(each))
            }));
        }
    }
}

/// Privileges once the owner is another one (`aclnewowner`).
fn given(acl: Acl, owner: Option<&Text>) -> Acl {
    let mut given = Acl::new();
    for ((grantee, privilege), is_grantable) in acl {
        let is_owner = grantee.is_none() || grantee.as_ref() == owner;
        let is_given = given.entry((if is_owner { None } else { grantee }, privilege)).or_default();
        *is_given |= is_grantable;
    }
    given
}

/// `REASSIGN OWNED BY role, … TO role`.
pub(crate) fn reassign_owned(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["reassign", "owned", "by"])?;
    let owners = read_roles(state, &mut reader)?;
    reader.expect(&["to"])?;
    let owner = super::privileges::read_role(state, &mut reader)?;
    reader.expect_end()?;
    for id in all_records(state) {
        let known = &state.record(id).owner;
        if known.is_some() && owners.contains(known) {
            set_owner(state, id, owner.as_ref());
        }
    }
    Ok(())
}

/// `DROP OWNED BY role, … [CASCADE]`.
pub(crate) fn drop_owned(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["drop", "owned", "by"])?;
    let names: Vec<Text> = read_roles(state, &mut reader)?.into_iter().flatten().collect();
    let is_cascading = reader.take_any(&["cascade", "restrict"]) == "cascade";
    reader.expect_end()?;
    let mut owned = all_records(state);
    owned.retain(|id| {
        let record = state.record(*id);
        record.kind != "role" && record.owner.as_ref().is_some_and(|owner| names.contains(owner))
    });
    drop_objects(state, owned, is_cascading);
    let without = |acl: &mut Acl| {
        acl.retain(|(grantee, _), _| grantee.as_ref().is_none_or(|grantee| !names.contains(grantee)));
    };
    for id in all_records(state) {
        let record = state.change(id);
        if let Some(acl) = &mut record.privileges {
            without(acl);
        }
        match &mut record.body {
            Body::Table(table) => table.columns.edit_all(|column| {
                if column.privileges.is_some()
                    && let Some(acl) = &mut column.privileges
                {
                    without(acl);
                    if acl.is_empty() {
                        column.privileges = None;
                    }
                }
            }),
            Body::View(view) => view.column_privileges.retain(|_, acl| {
                without(acl);
                !acl.is_empty()
            }),
            _ => {}
        }
    }
    Ok(())
}
