//! The fields that dbt's manifests and catalogs are known to have.
//!
//! The table is made from the JSON Schemas that dbt prints (`build_support/dbt_fields.py`); both engines
//! read the same one. What is in no schema is not checked and not refused.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

const TABLE: &str = include_str!("../../../../python/confiture/_pure/dbt/fields.txt");

/// The fields of all known records.
pub(crate) static FIELDS: LazyLock<Fields> = LazyLock::new(|| Fields::read(TABLE));

/// Kinds of values, as a set of bits.
pub(crate) mod kind {
    pub(crate) const NULL: u8 = 1;
    pub(crate) const BOOLEAN: u8 = 2;
    pub(crate) const INTEGER: u8 = 4;
    pub(crate) const FLOAT: u8 = 8;
    pub(crate) const TEXT: u8 = 16;
    pub(crate) const LIST: u8 = 32;
    pub(crate) const OBJECT: u8 = 64;
    pub(crate) const ANY: u8 = 127;

    /// What each kind is called in messages, in their order.
    pub(crate) const NAMES: [(u8, &str); 7] = [
        (NULL, "null"),
        (BOOLEAN, "a boolean"),
        (INTEGER, "an integer"),
        (FLOAT, "a float"),
        (TEXT, "a string"),
        (LIST, "a list"),
        (OBJECT, "an object"),
    ];

    /// The kinds of a set in words, such as `null or a string`.
    pub(crate) fn describe(kinds: u8) -> String {
        let names: Vec<&str> =
            NAMES.iter().filter(|(bit, _)| kinds & bit != 0).map(|(_, name)| *name).collect();
        names.join(" or ")
    }
}

pub(crate) type ShapeId = u32;
pub(crate) type RecordId = u32;

/// What a value can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    pub(crate) kinds: u8,
    /// Shape of a list's elements.
    pub(crate) element: ShapeId,
    pub(crate) content: Content,
}

/// What an object holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Content {
    /// Keys of any name, with values of one shape.
    Values(ShapeId),
    /// Known fields.
    Record(RecordId),
}

/// The shape of what may be anything.
pub(crate) const ANY: ShapeId = 0;
/// The shape of a resource whose type its unique id tells; it stands for another shape.
pub(crate) const RESOURCE: ShapeId = 1;

/// An object of known fields.
#[derive(Debug)]
pub(crate) struct Record {
    /// Whether dbt's schemas allow further fields.
    pub(crate) is_open: bool,
    pub(crate) fields: Vec<Field>,
    index: FxHashMap<&'static str, usize>,
}

impl Record {
    /// Index of a field; most documents have fields in the order of the one before, which `guess` follows.
    pub(crate) fn find(&self, key: &[u8], guess: usize) -> Option<usize> {
        if self.fields.get(guess).is_some_and(|field| field.name.as_bytes() == key) {
            return Some(guess);
        }
        self.index.get(std::str::from_utf8(key).ok()?).copied()
    }
}

/// A known field.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: ShapeId,
    pub(crate) slot: Option<Slot>,
    /// What it has where nothing was said, as JSON; of scalars of configs.
    pub(crate) default: Option<&'static str>,
}

/// A field of a resource whose place is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    UniqueId,
    ResourceType,
    Name,
    PackageName,
    Version,
    LatestVersion,
    SourceName,
    DependsOn,
}

impl Slot {
    pub(crate) const COUNT: usize = 8;

    /// The slot of a field's name.
    pub(crate) fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"unique_id" => Self::UniqueId,
            b"resource_type" => Self::ResourceType,
            b"name" => Self::Name,
            b"package_name" => Self::PackageName,
            b"version" => Self::Version,
            b"latest_version" => Self::LatestVersion,
            b"source_name" => Self::SourceName,
            b"depends_on" => Self::DependsOn,
            _ => return None,
        })
    }
}

/// All shapes and records.
#[derive(Debug)]
pub(crate) struct Fields {
    pub(crate) shapes: Vec<Shape>,
    pub(crate) records: Vec<Record>,
    by_name: FxHashMap<&'static str, RecordId>,
    resources: FxHashMap<&'static str, ShapeId>,
}

impl Fields {
    /// The record of a name.
    pub(crate) fn record_named(&self, name: &str) -> Option<RecordId> {
        self.by_name.get(name).copied()
    }

    /// The record that a record's field holds, if it holds one.
    pub(crate) fn record_of_field(&self, record: RecordId, name: &str) -> Option<RecordId> {
        let record = self.records.get(record as usize)?;
        let field = record.fields.get(record.find(name.as_bytes(), usize::MAX)?)?;
        match self.shapes.get(field.shape as usize)?.content {
            Content::Record(inner) => Some(inner),
            Content::Values(_) => None,
        }
    }

    /// The shape of resources whose unique ids start so, before the first dot.
    pub(crate) fn resource(&self, start: &str) -> Option<ShapeId> {
        self.resources.get(start).copied()
    }

    fn read(table: &'static str) -> Self {
        let any = Shape { kinds: kind::ANY, element: ANY, content: Content::Values(ANY) };
        let mut fields = Self {
            shapes: vec![any, any],
            records: Vec::new(),
            by_name: FxHashMap::default(),
            resources: FxHashMap::default(),
        };
        let lines = || table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let heads = lines().filter(|line| !line.starts_with(' '));
        for (head, number) in heads.zip(0..) {
            let name = head.split(' ').next().unwrap_or(head);
            fields.by_name.insert(name, number);
            let is_open = head.ends_with(" open");
            let index = FxHashMap::default();
            fields.records.push(Record { is_open, fields: Vec::new(), index });
        }
        let mut known = FxHashMap::default();
        for name in heads_of_resources(table) {
            let shape = fields.shape(name, &mut known);
            fields.resources.insert(if name == "sql_operation" { "sql operation" } else { name }, shape);
        }
        let mut record = usize::MAX;
        for line in lines() {
            let Some(line) = line.strip_prefix("  ") else {
                record = record.wrapping_add(1);
                continue;
            };
            let mut parts = line.split("  ");
            let name = parts.next().unwrap_or_default();
            let shape = fields.shape(parts.next().unwrap_or("any"), &mut known);
            let default = parts.nth(1);
            if let Some(record) = fields.records.get_mut(record) {
                record.index.insert(name, record.fields.len());
                record.fields.push(Field { name, shape, slot: Slot::of(name.as_bytes()), default });
            }
        }
        fields
    }

    /// The number of a written shape. The table is nested a few levels deep, and no input is in it.
    fn shape(&mut self, written: &'static str, known: &mut FxHashMap<&'static str, ShapeId>) -> ShapeId {
        match written {
            "any" => return ANY,
            "resource" => return RESOURCE,
            _ => {}
        }
        if let Some(&id) = known.get(written) {
            return id;
        }
        let mut shape = Shape { kinds: 0, element: ANY, content: Content::Values(ANY) };
        for part in alternatives(written) {
            if let Some(inner) = part.strip_prefix('[').and_then(|part| part.strip_suffix(']')) {
                shape.kinds |= kind::LIST;
                shape.element = self.shape(inner, known);
            } else if let Some(inner) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                shape.kinds |= kind::OBJECT;
                shape.content = Content::Values(self.shape(inner, known));
            } else if let Some(&record) = self.by_name.get(part) {
                shape.kinds |= kind::OBJECT;
                shape.content = Content::Record(record);
            } else {
                shape.kinds |= match part {
                    "null" => kind::NULL,
                    "boolean" => kind::BOOLEAN,
                    "integer" => kind::INTEGER,
                    "number" => kind::INTEGER | kind::FLOAT,
                    "text" => kind::TEXT,
                    _ => kind::OBJECT,
                };
            }
        }
        let id = u32::try_from(self.shapes.len()).unwrap_or(ANY);
        self.shapes.push(shape);
        known.insert(written, id);
        id
    }
}

/// The records that a unique id can start with: those of no path.
fn heads_of_resources(table: &'static str) -> impl Iterator<Item = &'static str> {
    let heads = table.lines().filter(|line| !line.starts_with([' ', '#']) && !line.is_empty());
    heads
        .map(|line| line.split(' ').next().unwrap_or(line))
        .filter(|name| !name.contains('.') && !matches!(*name, "manifest" | "catalog"))
}

/// The parts of a shape between bars that are in no brackets.
fn alternatives(written: &'static str) -> Vec<&'static str> {
    let mut depth = 0_i32;
    let mut parts = Vec::new();
    let mut start = 0;
    for (offset, byte) in written.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            b'|' if depth == 0 => {
                parts.extend(written.get(start..offset));
                start = offset + 1;
            }
            _ => {}
        }
    }
    parts.extend(written.get(start..));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_of_the_table_is_read_with_all_its_fields() {
        let heads = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with([' ', '#']));
        let fields = TABLE.lines().filter(|line| line.starts_with("  "));
        assert_eq!(FIELDS.records.len(), heads.count());
        assert_eq!(FIELDS.records.iter().map(|record| record.fields.len()).sum::<usize>(), fields.count());
    }

    #[test]
    fn no_record_has_more_fields_than_there_are_bits_to_mark_them() {
        assert!(FIELDS.records.iter().all(|record| record.fields.len() <= 128));
    }

    #[test]
    fn no_part_of_a_shape_is_a_word_that_nobody_knows() {
        let known = ["null", "boolean", "integer", "number", "text", "any", "object", "resource"];
        for line in TABLE.lines().filter(|line| line.starts_with("  ")) {
            let shape = line.trim_start().split("  ").nth(1).unwrap_or_default();
            for word in shape.split(['|', '[', ']', '{', '}']).filter(|word| !word.is_empty()) {
                assert!(known.contains(&word) || FIELDS.record_named(word).is_some(), "{line}");
            }
        }
    }

    #[test]
    fn no_record_is_nested_in_itself() {
        fn depth(record: RecordId, above: usize) -> usize {
            assert!(above < 20, "{record}");
            let fields = &FIELDS.records[record as usize].fields;
            let inner = fields.iter().filter_map(|field| FIELDS.record_of_field(record, field.name));
            inner.map(|inner| depth(inner, above + 1)).max().unwrap_or(above)
        }
        for record in (0..).take(FIELDS.records.len()) {
            assert!(depth(record, 0) < 10);
        }
    }
}
