//! Parts of an object by their names, in the order in which they were added.

use std::sync::Arc;

use rustc_hash::FxHashMap as HashMap;

use super::schema::Text;

/// From how many parts on they are looked up in a map.
const MANY: usize = 24;

/// What has a name of its own.
pub(crate) trait HasName {
    fn name(&self) -> &Text;
}

/// Parts by name. A copy shares them until they change.
#[derive(Debug, Clone)]
pub(crate) struct Named<T> {
    parts: Vec<Arc<T>>,
    /// Where the names are, if there are many.
    places: HashMap<Text, usize>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { parts: Vec::new(), places: HashMap::default() }
    }
}

impl<T: HasName + Clone> Named<T> {
    pub(crate) fn len(&self) -> usize {
        self.parts.len()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<T>> {
        self.parts.iter()
    }

    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        if self.parts.len() > MANY {
            return self.places.get(name).copied();
        }
        self.parts.iter().position(|part| part.name() == name)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Arc<T>> {
        self.parts.get(self.position(name)?)
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Changes a part; its name must stay.
    pub(crate) fn edit(&mut self, name: &str, change: impl FnOnce(&mut T)) {
        if let Some(place) = self.position(name)
            && let Some(part) = self.parts.get_mut(place)
        {
            change(Arc::make_mut(part));
        }
    }

    /// Changes all parts; their names must stay.
    pub(crate) fn edit_all(&mut self, mut change: impl FnMut(&mut T)) {
        for part in &mut self.parts {
            change(Arc::make_mut(part));
        }
    }

    /// Adds a part, or puts it where one of its name is.
    pub(crate) fn put(&mut self, part: T) {
        self.put_shared(Arc::new(part));
    }

    pub(crate) fn put_shared(&mut self, part: Arc<T>) {
        if let Some(place) = self.position(part.name()) {
            self.parts[place] = part;
            return;
        }
        self.parts.push(part);
        self.note_last();
    }

    fn note_last(&mut self) {
        let count = self.parts.len();
        if count == MANY + 1 {
            self.places = self.parts.iter().map(|part| part.name().clone()).zip(0..).collect();
        } else if count > MANY
            && let Some(part) = self.parts.last()
        {
            self.places.insert(part.name().clone(), count - 1);
        }
    }

    fn note_all(&mut self) {
        self.places.clear();
        if self.parts.len() > MANY {
            self.places = self.parts.iter().map(|part| part.name().clone()).zip(0..).collect();
        }
    }

    /// A part and where it is.
    pub(crate) fn place(&self, name: &str) -> Option<(usize, Arc<T>)> {
        let place = self.position(name)?;
        Some((place, Arc::clone(self.parts.get(place)?)))
    }

    /// Puts a part where one of its name is.
    pub(crate) fn put_back(&mut self, place: usize, part: Arc<T>) {
        if let Some(known) = self.parts.get_mut(place) {
            *known = part;
        }
    }

    pub(crate) fn remove_last(&mut self) {
        if let Some(part) = self.parts.pop() {
            self.places.remove(part.name());
        }
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Arc<T>> {
        let place = self.position(name)?;
        let part = self.parts.remove(place);
        self.note_all();
        Some(part)
    }

    /// Changes a part together with its name.
    pub(crate) fn rename(&mut self, name: &str, change: impl FnOnce(&mut T)) {
        self.edit(name, change);
        self.note_all();
    }
}
