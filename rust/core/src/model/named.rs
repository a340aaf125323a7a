//! Parts of an object by their names, in the order in which they were added.

use std::sync::Arc;

use rustc_hash::FxHashMap as HashMap;

use super::schema::Text;

/// From how many parts on they are looked up in a map.
const MANY: usize = 24;

/// What has a name of its own.
pub(crate) trait HasName {
    fn name(&self) -> &Text;

    /// Whether it is worked out from others of its kind, by a text that may name them.
    fn is_worked_out(&self) -> bool {
        false
    }
}

/// Parts by name. A copy shares them until they change.
#[derive(Debug, Clone)]
pub(crate) struct Named<T> {
    /// What is removed leaves its place empty, unless it is the last one.
    parts: Vec<Option<Arc<T>>>,
    /// How many places are empty.
    empty: usize,
    /// How many parts are worked out from others.
    worked_out: usize,
    /// Where the names are, if there are many.
    places: HashMap<Text, usize>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { parts: Vec::new(), empty: 0, worked_out: 0, places: HashMap::default() }
    }
}

impl<T: HasName + Clone> Named<T> {
    pub(crate) fn len(&self) -> usize {
        self.parts.len() - self.empty
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<T>> {
        self.parts.iter().flatten()
    }

    /// Those that are worked out from others.
    pub(crate) fn worked_out(&self) -> impl Iterator<Item = &Arc<T>> {
        let parts = if self.worked_out > 0 { &self.parts[..] } else { &[] };
        parts.iter().flatten().filter(|part| part.is_worked_out())
    }

    fn slot(&self, name: &str) -> Option<usize> {
        if self.parts.len() > MANY {
            return self.places.get(name).copied();
        }
        self.parts.iter().position(|part| part.as_ref().is_some_and(|part| part.name() == name))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Arc<T>> {
        self.parts.get(self.slot(name)?)?.as_ref()
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.slot(name).is_some()
    }

    /// Changes a part; its name must stay.
    pub(crate) fn edit(&mut self, name: &str, change: impl FnOnce(&mut T)) {
        if let Some(slot) = self.slot(name)
            && let Some(Some(part)) = self.parts.get_mut(slot)
        {
            self.worked_out -= usize::from(part.is_worked_out());
            change(Arc::make_mut(part));
            self.worked_out += usize::from(part.is_worked_out());
        }
    }

    /// Changes all parts; their names must stay.
    pub(crate) fn edit_all(&mut self, mut change: impl FnMut(&mut T)) {
        for part in self.parts.iter_mut().flatten() {
            change(Arc::make_mut(part));
        }
        self.worked_out = self.iter().filter(|part| part.is_worked_out()).count();
    }

    /// Adds a part, or puts it where one of its name is.
    pub(crate) fn put(&mut self, part: T) {
        self.put_shared(Arc::new(part));
    }

    pub(crate) fn put_shared(&mut self, part: Arc<T>) {
        if let Some(slot) = self.slot(part.name()) {
            self.put_back(slot, part);
            return;
        }
        self.put_at(self.parts.len(), part);
    }

    /// Puts a part where there is none.
    fn put_at(&mut self, slot: usize, part: Arc<T>) {
        self.worked_out += usize::from(part.is_worked_out());
        let count = self.parts.len();
        if slot < count {
            self.empty -= 1;
        } else {
            self.empty += slot - count;
            self.parts.resize(slot + 1, None);
        }
        let name = part.name().clone();
        self.parts[slot] = Some(part);
        if count > MANY {
            self.places.insert(name, slot);
        } else {
            self.note_all();
        }
    }

    fn note_all(&mut self) {
        self.places.clear();
        if self.parts.len() > MANY {
            let named = self.parts.iter().zip(0..);
            self.places =
                named.filter_map(|(part, slot)| Some((part.as_ref()?.name().clone(), slot))).collect();
        }
    }

    /// A part and where it is.
    pub(crate) fn place(&self, name: &str) -> Option<(usize, Arc<T>)> {
        let slot = self.slot(name)?;
        Some((slot, Arc::clone(self.parts.get(slot)?.as_ref()?)))
    }

    /// Puts a part where it was, or where one of its name is.
    pub(crate) fn put_back(&mut self, slot: usize, part: Arc<T>) {
        match self.parts.get_mut(slot) {
            Some(Some(known)) => {
                self.worked_out -= usize::from(known.is_worked_out());
                self.worked_out += usize::from(part.is_worked_out());
                *known = part;
            }
            _ => self.put_at(slot, part),
        }
    }

    pub(crate) fn remove_last(&mut self) {
        if let Some(Some(part)) = self.parts.last() {
            let name = part.name().clone();
            self.remove(&name);
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        let Some(slot) = self.slot(name) else { return };
        let Some(part) = self.parts[slot].take() else { return };
        self.worked_out -= usize::from(part.is_worked_out());
        self.places.remove(name);
        self.empty += 1;
        while let Some(None) = self.parts.last() {
            self.parts.pop();
            self.empty -= 1;
        }
    }

    /// Whether most places are empty.
    pub(crate) fn is_sparse(&self) -> bool {
        self.empty > MANY && 2 * self.empty > self.parts.len()
    }

    /// Gives up the empty places.
    pub(crate) fn close_up(&mut self) {
        self.parts.retain(Option::is_some);
        self.empty = 0;
        self.note_all();
    }

    /// Changes a part together with its name.
    pub(crate) fn rename(&mut self, name: &str, change: impl FnOnce(&mut T)) {
        let Some(slot) = self.slot(name) else { return };
        self.edit(name, change);
        if self.parts.len() > MANY
            && let Some(Some(part)) = self.parts.get(slot)
        {
            self.places.remove(name);
            self.places.insert(part.name().clone(), slot);
        }
    }
}
