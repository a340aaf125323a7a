//! Extraction: the resources of a project and their dependencies, the same whichever dbt wrote the manifest.
//!
//! `python/confiture/dbt/extraction.py` specifies it and does it for everything; here is the same for what
//! dbt really writes. Where that one would refuse a value or has to look at it twice, this one has doubts
//! and leaves the whole to it.

mod columns;
mod packed;
mod resource;
mod told;
mod values;

use super::manifest::{Manifest, Resource};
use columns::relation;
use packed::Packed;
use resource::pack_resource;

/// That something is not as dbt writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Doubt;

impl Manifest {
    /// The resources that dependencies can lead to, by their ids, and the dependencies, by child and parent:
    /// a list of two lists of maps as MessagePack. None if it is doubtful whether that can be told.
    #[must_use]
    pub fn extraction(&self, catalog: Option<&Self>) -> Option<Vec<u8>> {
        self.packed(catalog).ok().map(Packed::into_bytes)
    }

    fn packed(&self, catalog: Option<&Self>) -> Result<Packed, Doubt> {
        let mut packed = Packed::default();
        let mut numbered: Vec<(u32, &Resource)> =
            (0..).zip(self.resources()).filter(|(_, resource)| self.has_dependencies(resource)).collect();
        numbered.sort_unstable_by(|(_, one), (_, other)| one.id.cmp(&other.id));
        packed.start_list();
        packed.start_list();
        for (_, resource) in &numbered {
            let known = match catalog {
                Some(catalog) => relation(catalog, &resource.id)?,
                None => Vec::new(),
            };
            pack_resource(&mut packed, self, resource, &known)?;
        }
        packed.end();
        packed.start_list();
        for (number, resource) in &numbered {
            let mut parents: Vec<&str> =
                self.graph().parents(*number).iter().map(|&parent| self.id(parent)).collect();
            parents.sort_unstable();
            for parent in parents {
                packed.start_map();
                packed.key("parent");
                packed.text(parent);
                packed.key("child");
                packed.text(&resource.id);
                packed.end();
            }
        }
        packed.end();
        packed.end();
        Ok(packed)
    }
}
