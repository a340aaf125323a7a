//! Resources by their ids: a hash table of numbers alone, as the ids are held by the resources.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// Resources by their ids.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Numbers of resources plus one, open addressing; 0 is free. The length is a power of two.
    pub(super) slots: Vec<u32>,
}

impl Index {
    pub(super) fn new(len: usize) -> Self {
        Self { slots: vec![0; (len * 2).next_power_of_two().max(8)] }
    }

    /// Where the number of an id is, and that; or where it belongs. `ids` says whether a number is that of the
    /// id.
    pub(super) fn slot(&self, id: &str, ids: impl Fn(u32) -> bool) -> (usize, Option<u32>) {
        let mut hasher = FxHasher::default();
        hasher.write(id.as_bytes());
        let mask = self.slots.len() - 1;
        // The high bits are the good ones of this hash.
        let mut slot = usize::try_from(hasher.finish() >> 20).unwrap_or(0) & mask;
        loop {
            match self.slots.get(slot) {
                Some(0) | None => return (slot, None),
                Some(&taken) if ids(taken - 1) => return (slot, Some(taken - 1)),
                Some(_) => slot = (slot + 1) & mask,
            }
        }
    }
}
