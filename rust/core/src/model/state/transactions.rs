//! What a transaction is taken back to, and what ends with it.

use super::{Change, Path, State};
use crate::model::records::Id;
use crate::model::schema::Text;

use rustc_hash::FxHashMap as HashMap;

/// A transaction that may be taken back.
#[derive(Default)]
pub(super) struct Transaction {
    /// Names of savepoints, with how much was noted and was to be done later then.
    savepoints: Vec<(Text, usize, usize)>,
    /// Where the savepoints of a name are among them.
    by_name: HashMap<Text, Vec<usize>>,
    late: usize,
}

impl Transaction {
    fn last(&self, name: &str) -> Option<usize> {
        self.by_name.get(name)?.last().copied()
    }

    fn forget_from(&mut self, first: usize) {
        while self.savepoints.len() > first
            && let Some((name, ..)) = self.savepoints.pop()
        {
            if let Some(places) = self.by_name.get_mut(&name) {
                places.pop();
            }
        }
    }
}

/// Path and roles after the transaction, which `SET LOCAL` leaves alone.
#[derive(Clone)]
pub(super) struct Lasting {
    pub(super) path: Path,
    pub(super) role: Option<Text>,
    pub(super) session_role: Option<Text>,
}

impl State {
    /// Is in a transaction; `keeps`: it may be taken back.
    pub(crate) fn start_transaction(&mut self, keeps: bool) {
        if keeps && self.transaction.is_none() {
            self.journal.clear();
            self.transaction = Some(Transaction { late: self.late.len(), ..Transaction::default() });
        }
    }

    /// Remembers a place that a transaction can be taken back to.
    pub(crate) fn save(&mut self, name: Text) {
        if let Some(transaction) = &mut self.transaction {
            transaction.by_name.entry(name.clone()).or_default().push(transaction.savepoints.len());
            transaction.savepoints.push((name, self.journal.len(), self.late.len()));
        }
    }

    /// Forgets such a place, and those after it.
    pub(crate) fn release(&mut self, name: &str) {
        if let Some(transaction) = &mut self.transaction
            && let Some(at) = transaction.last(name)
        {
            transaction.forget_from(at);
        }
    }

    /// Takes back what was changed after such a place.
    pub(crate) fn roll_back_to(&mut self, name: &str) {
        let Some(transaction) = &mut self.transaction else { return };
        let Some(at) = transaction.last(name) else { return };
        let (_, noted, late) = transaction.savepoints[at];
        transaction.forget_from(at + 1);
        self.undo_to(noted);
        self.late.truncate(late);
    }

    /// Takes back what the transaction has changed.
    pub(crate) fn roll_back(&mut self) {
        if let Some(late) = self.transaction.as_ref().map(|transaction| transaction.late) {
            self.undo_to(0);
            self.late.truncate(late);
        }
    }

    /// Is in no transaction any more.
    pub(crate) fn end_transaction(&mut self) {
        self.transaction = None;
        self.ending.clear();
        let lasting = self.lasting.clone();
        self.set_local_path(lasting.path);
        self.set_local_roles(lasting.role, lasting.session_role);
    }

    /// Changes the path for longer than the transaction.
    pub(crate) fn set_path(&mut self, path: Path) {
        self.journal.push(Change::Lasting(Box::new(self.lasting.clone())));
        self.lasting.path = path.clone();
        self.set_local_path(path);
    }

    /// Changes the path until the transaction ends.
    pub(crate) fn set_local_path(&mut self, path: Path) {
        let before = std::mem::replace(&mut self.path, path);
        self.journal.push(Change::Path(before));
    }

    /// Changes the roles for longer than the transaction.
    pub(crate) fn set_roles(&mut self, role: Option<Text>, session_role: Option<Text>) {
        self.journal.push(Change::Lasting(Box::new(self.lasting.clone())));
        (self.lasting.role, self.lasting.session_role) = (role.clone(), session_role.clone());
        self.set_local_roles(role, session_role);
    }

    /// Changes the roles until the transaction ends.
    pub(crate) fn set_local_roles(&mut self, role: Option<Text>, session_role: Option<Text>) {
        let before = (
            std::mem::replace(&mut self.role, role),
            std::mem::replace(&mut self.session_role, session_role),
        );
        self.journal.push(Change::Roles(before.0, before.1));
    }

    /// Notes that the session has made something for itself.
    pub(crate) fn note_temporary(&mut self, id: Id) {
        self.temporary.push(id);
        self.journal.push(Change::TemporaryNoted);
    }

    /// Notes that a table is dropped when the transaction ends.
    pub(crate) fn note_ending(&mut self, id: Id) {
        self.ending.push(id);
        self.journal.push(Change::EndingNoted);
    }

    /// What the session has made for itself, and some of it that is gone; it is noted no longer.
    pub(crate) fn take_temporary(&mut self) -> Vec<Id> {
        let temporary = std::mem::take(&mut self.temporary);
        self.journal.push(Change::Temporary(temporary.clone()));
        temporary
    }
}
