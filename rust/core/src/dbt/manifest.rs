//! A manifest that is held as it was read, with its resources found and its dependencies known.

use std::borrow::Cow;

use super::index::Index;
use super::json::{Events, Layout, write_layout};
use super::members::{Members, member_at, object_fields, string_at};
use super::walk::Place;
use crate::graph::{Cycle, Graph};

/// Collections that dependencies do not lead to or from.
const ASIDE: [&str; 3] = ["macros", "docs", "groups"];

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DbtArtifact {
    /// `manifest.json`.
    Manifest,
    /// `catalog.json`, whose tables are held as resources without dependencies.
    Catalog,
}

impl DbtArtifact {
    /// Its name in schema versions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Catalog => "catalog",
        }
    }
}

/// A resource of a manifest.
#[derive(Debug)]
pub struct Resource {
    /// Its unique id.
    pub id: Box<str>,
    /// Its type, an index into `Manifest::types`.
    pub(super) kind: u32,
    pub(super) place: Place,
}

/// A dbt manifest or catalog.
#[derive(Debug)]
pub struct Manifest {
    pub(super) text: String,
    pub(super) version: u32,
    /// Whether a dbt wrote it that prints its schemas, so that the table is that of its fields.
    pub(super) is_printed: bool,
    pub(super) sections: Vec<(String, u32)>,
    pub(super) types: Vec<String>,
    pub(super) resources: Vec<Resource>,
    pub(super) disabled: Vec<Resource>,
    pub(super) index: Index,
    /// Ids that resources depend on and that are no resource's; they follow the resources in the graph.
    pub(super) dangling: Vec<Box<str>>,
    pub(super) graph: Graph,
}

impl Manifest {
    /// Where a resource is in the index, and its number; or where its number belongs.
    pub(super) fn find(&self, id: &str) -> (usize, Option<u32>) {
        self.index
            .slot(id, |number| self.resources.get(number as usize).is_some_and(|other| *other.id == *id))
    }

    /// The keys of the object at an offset and where their values start; none if it is none.
    #[must_use]
    pub fn fields_at(&self, offset: u32) -> Vec<(Cow<'_, str>, u32)> {
        object_fields(&self.text, offset)
    }

    /// As `fields_at`, one after the other: who has found what was looked for can stop.
    pub fn members_at(&self, offset: u32) -> impl Iterator<Item = (Cow<'_, str>, u32)> {
        Members::of(&self.text, offset).filter_map(|(key, start)| Some((key.into_text()?, start)))
    }

    /// Where the value of a key of the object at an offset starts.
    #[must_use]
    pub fn field_at(&self, offset: u32, name: &str) -> Option<u32> {
        member_at(&self.text, offset, name)
    }

    /// The string at an offset, if there is one.
    #[must_use]
    pub fn text_at(&self, offset: u32) -> Option<Cow<'_, str>> {
        string_at(&self.text, offset)
    }

    /// The value at an offset, step by step.
    #[must_use]
    pub fn value_at(&self, offset: u32) -> Events<'_> {
        Events::new(&self.text, offset as usize)
    }

    /// The document's text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The schema version, such as 12.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The document's keys and where their values start.
    #[must_use]
    pub fn sections(&self) -> &[(String, u32)] {
        &self.sections
    }

    /// The resources, in the document's order.
    #[must_use]
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The disabled resources, in the document's order.
    #[must_use]
    pub fn disabled(&self) -> &[Resource] {
        &self.disabled
    }

    /// The number of a resource.
    #[must_use]
    pub fn number(&self, id: &str) -> Option<u32> {
        self.find(id).1
    }

    /// The type of a resource.
    pub fn type_of(&self, resource: &Resource) -> &str {
        self.types.get(resource.kind as usize).map_or("", String::as_str)
    }

    /// The document's key that a resource stands under.
    #[must_use]
    pub fn collection_of(&self, resource: &Resource) -> &str {
        self.sections.get(resource.place.collection as usize).map_or("", |(name, _)| name)
    }

    /// Where a resource's object starts.
    #[must_use]
    pub fn offset_of(&self, resource: &Resource) -> u32 {
        resource.place.start
    }

    /// The dependencies: resources by their numbers, then the ids of `dangling`.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Ids that resources depend on and that are no resource's.
    #[must_use]
    pub fn dangling(&self) -> &[Box<str>] {
        &self.dangling
    }

    /// The id of a number of the graph.
    #[must_use]
    pub fn id(&self, number: u32) -> &str {
        let number = number as usize;
        match self.resources.get(number) {
            Some(resource) => &resource.id,
            None => self.dangling.get(number - self.resources.len()).map_or("", |id| id),
        }
    }

    /// Whether dependencies can lead to or from a resource: not macros, docs and groups.
    #[must_use]
    pub fn has_dependencies(&self, resource: &Resource) -> bool {
        !ASIDE.contains(&self.collection_of(resource))
    }

    /// The ids of all resources that dependencies can lead to, each behind those it depends on.
    ///
    /// # Errors
    ///
    /// There is a cycle.
    pub fn topological_order(&self) -> Result<Vec<u32>, Cycle> {
        let order = self.graph.topological_order()?;
        let is_wanted = |number: &u32| {
            self.resources.get(*number as usize).is_some_and(|resource| self.has_dependencies(resource))
        };
        Ok(order.into_iter().filter(is_wanted).collect())
    }

    /// The document, in a layout.
    #[must_use]
    pub fn to_json(&self, layout: Layout) -> Vec<u8> {
        let mut output = Vec::with_capacity(self.text.len());
        write_layout(&self.text, layout, &mut output);
        output
    }
}
