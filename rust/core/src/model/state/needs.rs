//! What belongs to what, and what needs what.

use rustc_hash::FxHashSet as HashSet;

use super::{Change, Numbers, State};
use crate::model::records::{Id, Need, PartId};
use crate::model::schema::Text;

impl State {
    /// Says that something belongs to an object.
    pub(crate) fn belong(&mut self, id: Id, to: Id) {
        self.belongs_to[to as usize].push(id);
        self.journal.push(Change::Belongs(to));
    }

    /// What was said to belong to an object and is still there, each once.
    pub(crate) fn belonging(&self, to: Id) -> Vec<Id> {
        let mut seen = HashSet::default();
        self.said_to_belong(to).filter(|id| seen.insert(*id)).collect()
    }

    /// The same; what was said more than once comes more than once.
    pub(crate) fn said_to_belong(&self, to: Id) -> impl Iterator<Item = Id> {
        self.belongs_to[to as usize].iter().copied().filter(|id| !self.record(*id).is_dropped)
    }

    /// Notes that a view is one of all columns of a table.
    pub(crate) fn note_stars(&mut self, view: Id, table: Id) {
        self.starred.entry(table).or_default().push(view);
        self.journal.push(Change::StarNoted(table));
    }

    /// The views of all columns of a table, and some that are so no more; they are noted no longer.
    pub(crate) fn take_stars(&mut self, table: Id) -> Vec<Id> {
        let Some(views) = self.starred.remove(&table) else { return Vec::new() };
        self.journal.push(Change::Stars(table, views.clone()));
        views
    }

    /// The tables that inherit from a table, and its partitions.
    pub(crate) fn children(&self, id: Id) -> Vec<Id> {
        let mut seen = HashSet::default();
        let heirs = self.heirs_of[id as usize].iter().copied();
        heirs.filter(|heir| self.is_heir(*heir, id) && seen.insert(*heir)).collect()
    }

    fn is_heir(&self, heir: Id, id: Id) -> bool {
        let record = self.record(heir);
        !record.is_dropped && record.table().is_some_and(|table| table.parents.contains(&id))
    }

    /// Says that a table inherits from another one, or is its partition.
    pub(crate) fn inherit(&mut self, heir: Id, from: Id) {
        self.heirs_of[from as usize].push(heir);
        self.journal.push(Change::Inherits(from));
    }

    /// The indexes of a table or view.
    pub(crate) fn indexes(&self, id: Id) -> Vec<Id> {
        let mut indexes = self.belonging(id);
        indexes.retain(|index| self.index(*index).is_some_and(|index| index.table == id));
        indexes
    }

    /// The triggers of a table or view.
    pub(crate) fn triggers(&self, id: Id) -> Vec<Id> {
        let mut triggers = self.belonging(id);
        triggers.retain(|trigger| self.trigger(*trigger).is_some_and(|trigger| trigger.table == Some(id)));
        triggers
    }

    pub(crate) fn need(&mut self, mut need: Need) {
        need.is_late = self.is_over && need.target.is_some();
        if need.target == Some(need.source) && need.part.is_none() {
            return;
        }
        let index = u32::try_from(self.needs.len()).unwrap_or(u32::MAX);
        self.needs_of[need.source as usize].push(index);
        if let Some(target) = need.target {
            self.dependents_of[target as usize].push(index);
        }
        self.needs.push(need);
        self.journal.push(Change::NeedAdded);
    }

    /// Says that an object, or a part of it, needs another one.
    pub(crate) fn need_object(&mut self, source: Id, target: Id, kind: &'static str, part: Option<PartId>) {
        let statement = self.statement;
        self.need(Need {
            source,
            target: Some(target),
            missing: Text::default(),
            kind,
            part,
            is_tracked: true,
            statement,
            is_void: false,
            is_late: false,
        });
    }

    /// Says that an object, or a part of it, needs something that nothing defines.
    pub(crate) fn need_missing(
        &mut self,
        source: Id,
        missing: Text,
        kind: &'static str,
        part: Option<PartId>,
    ) {
        let statement = self.statement;
        self.need(Need {
            source,
            target: None,
            missing,
            kind,
            part,
            is_tracked: true,
            statement,
            is_void: false,
            is_late: false,
        });
    }

    /// Takes back what an object needs: all of some kinds, or of a part.
    pub(crate) fn forget(&mut self, source: Id, kinds: &[&str], part: Option<PartId>) {
        let before = std::mem::take(&mut self.needs_of[source as usize]);
        let mut kept = Numbers::new();
        for index in &before {
            let need = &mut self.needs[*index as usize];
            if need.is_void {
                continue;
            }
            if (kinds.is_empty() || kinds.contains(&need.kind)) && (part.is_none() || need.part == part) {
                need.is_void = true;
                self.journal.push(Change::NeedVoid(*index));
            } else {
                kept.push(*index);
            }
        }
        self.needs_of[source as usize] = kept;
        self.journal.push(Change::Needs(source, before));
    }

    /// Takes back that an object as a whole needs another one in some ways.
    pub(crate) fn forget_target(&mut self, source: Id, target: Id, kinds: &[&str]) {
        let (needs, dependents) = (&self.needs_of[source as usize], &self.dependents_of[target as usize]);
        for index in if needs.len() < dependents.len() { needs } else { dependents } {
            let need = &mut self.needs[*index as usize];
            let is_meant = (need.source, need.target) == (source, Some(target))
                && need.part.is_none()
                && kinds.contains(&need.kind);
            if is_meant && !need.is_void {
                need.is_void = true;
                self.journal.push(Change::NeedVoid(*index));
            }
        }
    }

    /// Takes back that a part of an object needs another one in some way.
    pub(crate) fn forget_part_target(&mut self, source: Id, part: PartId, target: Id, kind: &str) {
        for index in &self.needs_of[source as usize] {
            let need = &mut self.needs[*index as usize];
            let is_meant = need.target == Some(target) && need.part == Some(part) && need.kind == kind;
            if is_meant && !need.is_void {
                need.is_void = true;
                self.journal.push(Change::NeedVoid(*index));
            }
        }
    }

    /// What an object needs.
    pub(crate) fn needs_of(&self, id: Id) -> impl Iterator<Item = &Need> {
        self.needs_of[id as usize]
            .iter()
            .map(|index| &self.needs[*index as usize])
            .filter(|need| !need.is_void)
    }

    /// What needs an object.
    pub(crate) fn dependents_of(&self, id: Id) -> impl Iterator<Item = &Need> {
        self.dependents_of[id as usize]
            .iter()
            .map(|index| &self.needs[*index as usize])
            .filter(|need| !need.is_void)
    }
}
