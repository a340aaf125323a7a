//! Reading a document into memory: its version, its resources and their dependencies.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::fields::{FIELDS, RecordId, Slot};
use super::index::Index;
use super::json::{JsonText, Piece, Scanner};
use super::manifest::{DbtArtifact, Manifest, Resource};
use super::members::{member_at, string_at};
use super::problem::{Problem, ProblemKind};
use super::walk::{Place, walk};
use crate::graph::Graph;

/// The schema versions whose fields are known.
const KNOWN_VERSIONS: [u32; 5] = [9, 10, 11, 12, 20];

/// The oldest schema version that is read.
const OLDEST_VERSION: u32 = 9;

/// The newest one that the table's schemas are those of.
const NEWEST_PRINTED: u32 = 12;

/// The newest major version of dbt that prints its schemas.
const NEWEST_PRINTING: u64 = 1;

impl Manifest {
    /// Reads a manifest or a catalog.
    ///
    /// # Errors
    ///
    /// The bytes are no such document, or `strict` and it has fields that are in no schema or dependencies
    /// on what it does not have.
    pub fn load(bytes: Vec<u8>, artifact: DbtArtifact, strict: bool) -> Result<Self, Problem> {
        let text = as_text(bytes)?;
        let root = FIELDS.record_named(artifact.name()).unwrap_or(RecordId::MAX);
        let walked = walk(&text, root, strict)?;
        let sections = walked
            .sections
            .iter()
            .map(|(key, start)| (decode(&text, *key).into_text().unwrap_or_default().into_owned(), *start))
            .collect::<Vec<_>>();
        let version = schema_version(&text, &sections, artifact, strict)?;
        let is_printed = version <= NEWEST_PRINTED && !is_of_later_dbt(&text, &sections);
        let wrong_type = walked.wrong_type.filter(|_| is_printed || strict);
        let null = walked.null.filter(|_| is_printed);
        let problems = [walked.repeated, wrong_type, null].into_iter().flatten();
        let first = problems.min_by_key(|problem| problem.offset);
        if let Some(problem) = first {
            return Err(problem);
        }
        if !sections.iter().any(|(name, _)| name == "nodes") {
            let mut problem = Problem::at(ProblemKind::NotThis, text.as_bytes(), 0);
            "nodes".clone_into(&mut problem.expected);
            return Err(problem);
        }
        let mut manifest = Self {
            text,
            version,
            is_printed,
            sections,
            types: Vec::new(),
            resources: Vec::new(),
            disabled: Vec::new(),
            index: Index::new(walked.places.len()),
            dangling: Vec::new(),
            graph: Graph::default(),
        };
        let mut kinds = FxHashMap::default();
        for place in walked.places {
            manifest.add(place, &mut kinds)?;
        }
        if strict && walked.unknown_count > 0 {
            let offset = walked.unknown.first().map_or(0, |(offset, _)| *offset);
            let mut problem = manifest.problem(ProblemKind::UnknownFields, offset);
            let paths: Vec<String> = walked.unknown.into_iter().map(|(_, path)| path).collect();
            problem.path = paths.join("\n");
            problem.found = walked.unknown_count.to_string();
            return Err(problem);
        }
        manifest.connect(strict)?;
        Ok(manifest)
    }

    fn problem(&self, kind: ProblemKind, offset: usize) -> Problem {
        Problem::at(kind, self.text.as_bytes(), offset)
    }

    /// Adds a resource; `kinds` are the numbers of the types so far.
    fn add(&mut self, place: Place, kinds: &mut FxHashMap<String, u32>) -> Result<(), Problem> {
        let key_offset = place.key.0 as usize - 1;
        if place.is_unknown && self.text_at(place.slots[Slot::ResourceType as usize]).is_none() {
            return Ok(());
        }
        let key =
            Piece { start: place.key.0 as usize, end: place.key.1 as usize, escaped: place.key_escaped };
        let Some(id) = decode(&self.text, key).into_text() else {
            let mut problem = self.problem(ProblemKind::WrongType, key_offset);
            self.text.get(key.start..key.end).unwrap_or_default().clone_into(&mut problem.path);
            "a unique id without them".clone_into(&mut problem.expected);
            "unpaired surrogates".clone_into(&mut problem.found);
            return Err(problem);
        };
        let own = place.slots[Slot::UniqueId as usize];
        if let Some(own_id) = self.text_at(own)
            && own_id != id
        {
            let mut problem = self.problem(ProblemKind::OtherId, own as usize);
            problem.expected = id.into_owned();
            problem.found = own_id.into_owned();
            return Err(problem);
        }
        let kind = self.text_at(place.slots[Slot::ResourceType as usize]);
        let kind = kind.unwrap_or_else(|| Cow::Borrowed(id.split('.').next().unwrap_or(&id)));
        let kind = if let Some(&known) = kinds.get(kind.as_ref()) {
            known
        } else {
            let number = u32::try_from(self.types.len()).unwrap_or(u32::MAX);
            let kind = kind.into_owned();
            self.types.push(kind.clone());
            kinds.insert(kind, number);
            number
        };
        let resource = Resource { id: Box::from(id.as_ref()), kind, place };
        if resource.place.is_disabled {
            self.disabled.push(resource);
            return Ok(());
        }
        let (slot, taken) = self.find(&resource.id);
        if taken.is_some() {
            let mut problem = self.problem(ProblemKind::DuplicateId, key_offset);
            problem.found = resource.id.into_string();
            return Err(problem);
        }
        self.resources.push(resource);
        if let Some(slot) = self.index.slots.get_mut(slot) {
            *slot = u32::try_from(self.resources.len()).unwrap_or(u32::MAX);
        }
        Ok(())
    }

    /// Makes the graph of the resources' `depends_on.nodes`.
    fn connect(&mut self, strict: bool) -> Result<(), Problem> {
        let mut edges = Vec::with_capacity(self.resources.len() * 2);
        let mut dangling: Vec<Box<str>> = Vec::new();
        let mut dangling_index = FxHashMap::default();
        for (resource, number) in self.resources.iter().zip(0_u32..) {
            for (offset, parent) in self.depended_on(&resource.place, "nodes") {
                let parent = if let Some(parent) = self.find(&parent).1 {
                    parent
                } else {
                    if strict {
                        let mut problem = self.problem(ProblemKind::Dangling, offset);
                        problem.found = parent.into_owned();
                        problem.path = resource.id.to_string();
                        return Err(problem);
                    }
                    let count = self.resources.len() + dangling.len();
                    *dangling_index.entry(parent.clone().into_owned()).or_insert_with(|| {
                        dangling.push(Box::from(parent.as_ref()));
                        u32::try_from(count).unwrap_or(u32::MAX)
                    })
                };
                edges.push((number, parent));
            }
        }
        self.graph = Graph::new(self.resources.len() + dangling.len(), &edges);
        self.dangling = dangling;
        Ok(())
    }

    /// The ids in a list of a resource's `depends_on`, and where they stand.
    fn depended_on(&self, place: &Place, list: &str) -> Vec<(usize, Cow<'_, str>)> {
        let start = place.slots[Slot::DependsOn as usize];
        let mut ids = Vec::new();
        let Some(offset) = self.field_at(start, list) else { return ids };
        let mut scanner = Scanner::new(self.text.as_bytes(), offset as usize);
        if scanner.next_token() != b'[' {
            return ids;
        }
        scanner.position += 1;
        loop {
            match scanner.next_token() {
                b'"' => {
                    let offset = scanner.position;
                    let Ok(piece) = scanner.string() else { return ids };
                    if let Some(id) = decode(&self.text, piece).into_text() {
                        ids.push((offset, id));
                    }
                }
                b',' => scanner.position += 1,
                b']' | 0 => return ids,
                _ => scanner.skip_value(),
            }
        }
    }
}

/// Bytes as the text of a document.
fn as_text(bytes: Vec<u8>) -> Result<String, Problem> {
    if bytes.is_empty() {
        return Err(Problem::at(ProblemKind::Empty, &bytes, 0));
    }
    if u32::try_from(bytes.len()).is_err() {
        return Err(Problem::at(ProblemKind::TooLong, &[], 0));
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let bytes = error.into_bytes();
        let mut problem = Problem::at(ProblemKind::InvalidUtf8, &bytes, offset);
        problem.found = bytes.get(offset).map_or_else(String::new, |byte| format!("{byte:02x}"));
        problem
    })
}

fn decode(text: &str, piece: Piece) -> JsonText<'_> {
    JsonText::decode(text.get(piece.start..piece.end).unwrap_or_default(), piece.escaped)
}

/// Whether a dbt wrote the document that prints no schemas, so that the table is not that one's.
fn is_of_later_dbt(text: &str, sections: &[(String, u32)]) -> bool {
    let metadata = sections.iter().find(|(name, _)| name == "metadata").map_or(0, |(_, offset)| *offset);
    let version = member_at(text, metadata, "dbt_version");
    let version = version.and_then(|offset| string_at(text, offset)).unwrap_or_default();
    let major = version.split('.').next().unwrap_or_default();
    let is_number = !major.is_empty() && major.bytes().all(|byte| byte.is_ascii_digit());
    is_number && major.parse::<u64>().map_or(true, |major| major > NEWEST_PRINTING)
}

/// The version in `metadata.dbt_schema_version` of an artifact of this name.
fn schema_version(
    text: &str,
    sections: &[(String, u32)],
    artifact: DbtArtifact,
    strict: bool,
) -> Result<u32, Problem> {
    let not_this = |offset: usize, found: String| {
        let mut problem = Problem::at(ProblemKind::NotThis, text.as_bytes(), offset);
        "metadata.dbt_schema_version".clone_into(&mut problem.expected);
        problem.found = found;
        problem
    };
    let metadata = sections.iter().find(|(name, _)| name == "metadata").map(|(_, offset)| *offset);
    let Some(metadata) = metadata else { return Err(not_this(0, String::new())) };
    if text.as_bytes().get(metadata as usize) != Some(&b'{') {
        // Not an object: the types tell.
        return Ok(NEWEST_PRINTED);
    }
    let Some(offset) = member_at(text, metadata, "dbt_schema_version") else {
        return Err(not_this(metadata as usize, String::new()));
    };
    let Some(schema) = string_at(text, offset) else {
        return Err(not_this(offset as usize, String::new()));
    };
    let start = format!("https://schemas.getdbt.com/dbt/{}/v", artifact.name());
    let number = schema.strip_prefix(start.as_str()).and_then(|rest| rest.strip_suffix(".json"));
    let Some(number) = number else { return Err(not_this(offset as usize, schema.into_owned())) };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let version = number.parse::<u32>().ok().filter(|_| is_number);
    if artifact == DbtArtifact::Catalog {
        return version.ok_or_else(|| not_this(offset as usize, schema.into_owned()));
    }
    match version {
        Some(version) if KNOWN_VERSIONS.contains(&version) => Ok(version),
        Some(version) if version >= OLDEST_VERSION && !strict => Ok(version),
        _ => {
            let mut problem = Problem::at(ProblemKind::SchemaVersion, text.as_bytes(), offset as usize);
            problem.found = format!("v{number}");
            problem.expected = KNOWN_VERSIONS.map(|known| format!("v{known}")).join(", ");
            Err(problem)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = "{\"dbt_schema_version\": \"https://schemas.getdbt.com/dbt/manifest/v12.json\"}";

    fn load(sections: &str, strict: bool) -> Result<Manifest, Problem> {
        let text = format!("{{\"metadata\": {SCHEMA}, {sections}}}");
        Manifest::load(text.into_bytes(), DbtArtifact::Manifest, strict)
    }

    #[test]
    fn resources_are_found_by_their_ids_and_know_their_neighbours() {
        let nodes = "\"nodes\": {\"model.p.a\": {\"depends_on\": {\"nodes\": [\"seed.p.s\", \"gone\"]}},
            \"seed.p.\\u0073\": {\"unique_id\": \"seed.p.s\"}}";
        let found = load(nodes, false).map(|manifest| {
            let numbers = (manifest.number("seed.p.s"), manifest.number("gone"));
            let dependencies = (manifest.graph().parents(0).to_vec(), manifest.id(2).to_owned());
            (numbers, dependencies, manifest.topological_order())
        });
        assert_eq!(found, Ok(((Some(1), None), (vec![1, 2], "gone".to_owned()), Ok(vec![1, 0]))));
        let refused = load(nodes, true).map(drop).map_err(|problem| problem.kind);
        assert_eq!(refused, Err(ProblemKind::Dangling));
    }

    #[test]
    fn the_first_problem_is_told_with_its_path() {
        let nodes = "\"nodes\": {\"model.p.a\": {\"tags\": [1], \"name\": 2}}";
        let found = load(nodes, false)
            .map(drop)
            .map_err(|problem| (problem.kind, problem.path, problem.expected, problem.found));
        let path = "nodes[\"model.p.a\"].tags[0]".to_owned();
        let expected = (ProblemKind::WrongType, path, "a string".to_owned(), "an integer".to_owned());
        assert_eq!(found, Err(expected));
    }
}
