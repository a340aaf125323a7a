//! Changes of a part of an object, which are noted by themselves: a large object is not copied for one.

use std::sync::Arc;

use super::{Change, State};
use crate::model::records::{Acl, AclKey, Column, Constraint, Id, Record, Table};
use crate::model::schema::Text;

/// That a role is a member of another one, with the options that were written.
pub(crate) struct Membership(pub(crate) Option<Text>);

impl State {
    /// An object that is to be changed, of which nothing is noted.
    pub(super) fn own(&mut self, id: Id) -> &mut Record {
        Arc::make_mut(&mut self.records[id as usize])
    }

    pub(super) fn own_table(&mut self, id: Id, change: impl FnOnce(&mut Table)) {
        if let Some(table) = self.own(id).table_mut() {
            change(table);
        }
    }

    /// Whether an object as it was before is known, or does not have to be: nothing of it is noted then.
    fn is_noted(&self, id: Id) -> bool {
        self.is_over || self.touched[id as usize] == self.epoch
    }

    /// Changes a column; a table of many columns is not copied for one of them.
    pub(crate) fn change_column(&mut self, id: Id, name: &str, change: impl FnOnce(&mut Column)) {
        if !self.is_noted(id) {
            let Some(found) = self.table(id).and_then(|table| table.columns.place(name)) else { return };
            self.journal.push(Change::Column(id, found.0, found.1));
        }
        self.own_table(id, |table| table.columns.edit(name, change));
    }

    /// Changes a constraint, in the same way.
    pub(crate) fn change_constraint(&mut self, id: Id, name: &str, change: impl FnOnce(&mut Constraint)) {
        if !self.is_noted(id) {
            let Some(found) = self.table(id).and_then(|table| table.constraints.place(name)) else { return };
            self.journal.push(Change::Constraint(id, found.0, found.1));
        }
        self.own_table(id, |table| table.constraints.edit(name, change));
    }

    /// Gives a table a column of a new name.
    pub(crate) fn add_column(&mut self, id: Id, column: Arc<Column>) {
        if !self.is_noted(id) {
            self.journal.push(Change::ColumnAdded(id));
        }
        self.own_table(id, |table| table.columns.put_shared(column));
    }

    /// Gives a table a constraint of a new name.
    pub(crate) fn add_constraint(&mut self, id: Id, made: Arc<Constraint>) {
        if !self.is_noted(id) {
            self.journal.push(Change::ConstraintAdded(id));
        }
        self.own_table(id, |table| table.constraints.put_shared(made));
    }

    /// Takes a column from a table.
    pub(crate) fn remove_column(&mut self, id: Id, name: &str) {
        if !self.is_noted(id) {
            let Some(found) = self.table(id).and_then(|table| table.columns.place(name)) else { return };
            self.journal.push(Change::Column(id, found.0, found.1));
        }
        self.own_table(id, |table| table.columns.remove(name));
        if self.table(id).is_some_and(|table| table.columns.is_sparse()) {
            self.change_table(id, |table| table.columns.close_up());
        }
    }

    /// Takes a constraint from a table.
    pub(crate) fn remove_constraint(&mut self, id: Id, name: &str) {
        if !self.is_noted(id) {
            let Some(found) = self.table(id).and_then(|table| table.constraints.place(name)) else { return };
            self.journal.push(Change::Constraint(id, found.0, found.1));
        }
        self.own_table(id, |table| table.constraints.remove(name));
        if self.table(id).is_some_and(|table| table.constraints.is_sparse()) {
            self.change_table(id, |table| table.constraints.close_up());
        }
    }

    /// Gives a column another name, which no other one has.
    pub(crate) fn rename_column(&mut self, id: Id, old: &Text, new: &Text) {
        if !self.is_noted(id) {
            self.journal.push(Change::ColumnRenamed(id, old.clone(), new.clone()));
        }
        self.own_table(id, |table| table.columns.rename(old, |column| column.name.clone_from(new)));
    }

    /// Gives a constraint another name, which no other one has.
    pub(crate) fn rename_constraint(&mut self, id: Id, old: &Text, new: &Text) {
        if !self.is_noted(id) {
            self.journal.push(Change::ConstraintRenamed(id, old.clone(), new.clone()));
        }
        self.own_table(id, |table| table.constraints.rename(old, |made| made.name.clone_from(new)));
    }

    /// Notes a further change of a definition.
    pub(crate) fn note_change(&mut self, id: Id, change: Text) {
        if !self.is_noted(id) {
            self.journal.push(Change::Altered(id));
        }
        if let Some(definition) = self.own(id).definition_mut() {
            definition.changes.push(change);
        }
    }

    /// Gives an enum a label before that of a place, or at the end.
    pub(crate) fn add_label(&mut self, id: Id, place: usize, label: Text) {
        if !self.is_noted(id) {
            self.journal.push(Change::LabelAdded(id, place));
        }
        if let Some(found) = self.own(id).type_mut() {
            found.labels.insert(place, label);
        }
    }

    /// Gives the label of a place another name.
    pub(crate) fn rename_label(&mut self, id: Id, place: usize, label: &Text) {
        let is_noted = self.is_noted(id);
        let Some(old) = self.put_label(id, place, label.clone()) else { return };
        if !is_noted {
            self.journal.push(Change::LabelRenamed(id, place, old));
        }
    }

    pub(super) fn put_label(&mut self, id: Id, place: usize, label: Text) -> Option<Text> {
        let known = self.own(id).type_mut()?.labels.get_mut(place)?;
        Some(std::mem::replace(known, label))
    }

    pub(super) fn take_label(&mut self, id: Id, place: usize) {
        if let Some(found) = self.own(id).type_mut() {
            found.labels.remove(place);
        }
    }

    pub(super) fn take_change(&mut self, id: Id) {
        if let Some(definition) = self.own(id).definition_mut() {
            definition.changes.pop();
        }
    }

    /// Makes a role a member of another one with some options, or no member of it.
    pub(crate) fn change_membership(&mut self, id: Id, role: &Text, options: Option<Membership>) {
        let before = self.set_membership(id, role.clone(), options);
        if !self.is_noted(id) {
            self.journal.push(Change::Member(id, role.clone(), before));
        }
    }

    pub(super) fn set_membership(
        &mut self,
        id: Id,
        role: Text,
        options: Option<Membership>,
    ) -> Option<Membership> {
        let record = self.own(id).role_mut()?;
        let before = match options {
            Some(Membership(options)) => record.member_of.insert(role, options),
            None => record.member_of.remove(&role),
        };
        before.map(Membership)
    }

    /// Gives an object privileges that had none.
    pub(crate) fn start_privileges(&mut self, id: Id, acl: Acl) {
        if !self.is_noted(id) {
            self.journal.push(Change::Privileges(id));
        }
        self.own(id).privileges = Some(acl);
    }

    /// Sets a privilege on an object that has some, or takes it.
    pub(crate) fn change_privilege(&mut self, id: Id, key: AclKey, value: Option<bool>) {
        if !self.is_noted(id) {
            let before = self.record(id).privileges.as_ref().and_then(|acl| acl.get(&key)).copied();
            self.journal.push(Change::Privilege(id, key.clone(), before));
        }
        self.set_privilege(id, key, value);
    }

    pub(super) fn set_privilege(&mut self, id: Id, key: AclKey, value: Option<bool>) {
        let Some(acl) = &mut self.own(id).privileges else { return };
        match value {
            Some(is_grantable) => acl.insert(key, is_grantable),
            None => acl.remove(&key),
        };
    }
}
