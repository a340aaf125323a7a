//! Roles that get another name.

use super::owners::all_records;
use super::records::{Acl, Body, Id};
use super::renaming::rename_names;
use super::schema::Text;
use super::state::State;

/// Gives a role another name wherever it owns something, may do something or is named.
pub(crate) fn rename_grantee(state: &mut State, old: &Text, new: &Text) {
    let rename = |acl: &Acl| -> Acl {
        let renamed =
            |who: &Option<Text>| if who.as_ref() == Some(old) { Some(new.clone()) } else { who.clone() };
        acl.iter().map(|((who, privilege), value)| ((renamed(who), privilege.clone()), *value)).collect()
    };
    let names = |acl: &Acl| acl.keys().any(|(who, _)| who.as_ref() == Some(old));
    for id in all_records(state) {
        let record = state.shared(id);
        if record.owner.as_ref() == Some(old) {
            state.change(id).owner = Some(new.clone());
        }
        if let Some(acl) = record.privileges.as_ref().filter(|acl| names(acl)) {
            state.change(id).privileges = Some(rename(acl));
        }
        match &record.body {
            Body::Table(table) => {
                for column in table.columns.iter() {
                    if let Some(acl) = column.privileges.as_ref().filter(|acl| names(acl)) {
                        let acl = rename(acl);
                        state.change_column(id, &column.name, |column| column.privileges = Some(acl));
                    }
                }
                for policy in state.belonging(id) {
                    rename_in_policy(state, policy, old, new);
                }
            }
            Body::View(view) if view.column_privileges.values().any(names) => {
                let changed = view.column_privileges.iter().map(|(name, acl)| (name.clone(), rename(acl)));
                let changed = changed.collect();
                if let Some(view) = state.change(id).view_mut() {
                    view.column_privileges = changed;
                }
            }
            Body::Role(role) if role.member_of.contains_key(old) => {
                if let Some(role) = state.change(id).role_mut()
                    && let Some(options) = role.member_of.remove(old)
                {
                    role.member_of.insert(new.clone(), options);
                }
            }
            _ => {}
        }
    }
    let keys: Vec<_> = state.defaults.keys().cloned().collect();
    for key in keys {
        state.change_defaults(&key, |defaults| {
            defaults.granted = rename(&defaults.granted);
            defaults.revoked = rename(&defaults.revoked);
        });
        if key.0.as_ref() == Some(old)
            && let Some(known) = state.defaults.get(&key).cloned()
        {
            state.remove_defaults(&key);
            state.change_defaults(&(Some(new.clone()), key.1, key.2), |defaults| *defaults = known);
        }
    }
}

fn rename_in_policy(state: &mut State, id: Id, old: &Text, new: &Text) {
    let has_role = state.record(id).policy().is_some_and(|policy| policy.roles.contains(old));
    if has_role && let Some(policy) = state.change(id).policy_mut() {
        rename_names(&mut policy.roles, old, new);
        policy.roles.sort_unstable();
        policy.roles.dedup();
    }
}
