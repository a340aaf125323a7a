//! One resource, as every version of dbt tells it.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::Doubt;
use super::columns::{RelationColumn, pack_columns};
use super::packed::Packed;
use super::told::Told;
use super::values::{Values, pack_text, told};
use crate::dbt::manifest::{Manifest, Resource};
use crate::hex::hex;

/// The members that are taken, in the order in which dbt writes most of them.
const NAMES: [&str; 30] = [
    "database",
    "schema",
    "name",
    "package_name",
    "original_file_path",
    "fqn",
    "alias",
    "checksum",
    "config",
    "tags",
    "description",
    "columns",
    "meta",
    "group",
    "relation_name",
    "raw_code",
    "language",
    "access",
    "version",
    "source_name",
    "identifier",
    "source_meta",
    "loaded_at_field",
    "loaded_at_query",
    "freshness",
    "type",
    "owner",
    "label",
    "maturity",
    "url",
];

/// What dbt 2 can have in the place of code.
const NO_CODE: &str = "--placeholder--";

/// What dbt 1.10 and later repeat in a source's config and older ones have beside it.
const OF_SOURCES: [&str; 3] = ["freshness", "loaded_at_field", "loaded_at_query"];

type Entry<'a> = (Cow<'a, str>, Told<'a>);

/// Writes a resource; `relation` is what the catalog has of it.
pub(super) fn pack_resource(
    packed: &mut Packed,
    manifest: &Manifest,
    resource: &Resource,
    relation: &[RelationColumn<'_>],
) -> Result<(), Doubt> {
    if resource.id.is_empty() {
        return Err(Doubt);
    }
    let values = Values::of(manifest.text());
    let [
        database,
        schema,
        name,
        package_name,
        path,
        fqn,
        alias,
        checksum,
        config,
        tags,
        description,
        columns,
        meta,
        group,
        relation_name,
        raw_code,
        language,
        access,
        version,
        source_name,
        identifier,
        source_meta,
        loaded_at_field,
        loaded_at_query,
        freshness,
        kind_within,
        owner,
        label,
        maturity,
        url,
    ] = values.places(manifest.offset_of(resource), &NAMES);
    let kind = manifest.type_of(resource);
    let is_source = kind == "source";
    let mut config = Config::read(values, manifest.told_members(resource, config))?;
    for object in [meta, source_meta, owner, columns] {
        values.check_object(object)?;
    }
    values.check_list(fqn)?;
    values.check_tags(tags)?;
    let identifier = values.text(identifier)?;
    let alias = values.text(alias)?;
    let access = values.text(access)?;

    packed.start_map();
    pack_text("unique_id", Some(&resource.id), packed);
    pack_text("resource_type", Some(kind), packed);
    pack_text("package_name", told(values.text(package_name)?).as_deref(), packed);
    pack_text("name", told(values.text(name)?).as_deref(), packed);
    pack_text("source_name", values.text(source_name)?.as_deref(), packed);
    pack_text("path", values.text(path)?.as_deref(), packed);
    values.pack_unless_empty("fqn", fqn, packed)?;
    pack_text("database", values.text(database)?.as_deref(), packed);
    pack_text("schema", values.text(schema)?.as_deref(), packed);
    pack_text("identifier", told(identifier).or(alias).as_deref(), packed);
    pack_text("relation_name", values.text(relation_name)?.as_deref(), packed);
    pack_text("materialized", config.materialized.as_deref(), packed);
    pack_text("language", values.text(language)?.as_deref(), packed);
    pack_text("description", told(values.text(description)?).as_deref(), packed);
    pack_text("label", values.text(label)?.as_deref(), packed);
    pack_text("version", values.version(version)?.as_deref(), packed);
    if kind == "model" {
        pack_text("access", told(access).or(config.access.take()).as_deref(), packed);
    }
    pack_text("group", told(values.text(group)?).or(config.group.take()).as_deref(), packed);
    pack_text("type", values.text(kind_within)?.as_deref(), packed);
    pack_text("maturity", values.text(maturity)?.as_deref(), packed);
    pack_text("url", values.text(url)?.as_deref(), packed);
    values.pack_without_nulls("owner", owner, packed)?;
    values.pack_tags(if values.is_empty(tags) { config.tags } else { tags }, packed)?;
    pack_meta(packed, values, is_source.then_some(source_meta), meta, config.meta)?;
    let freshness = is_source.then_some([freshness, loaded_at_field, loaded_at_query]);
    pack_config(packed, values, config, freshness)?;
    pack_checksum(packed, values, checksum)?;
    if let Some(code) = told(values.text(raw_code)?).filter(|code| code != NO_CODE) {
        pack_text("code_sha256", Some(&hex(&Sha256::digest(code.as_bytes()).into())), packed);
    }
    pack_columns(packed, values, columns, relation)?;
    packed.end();
    Ok(())
}

/// What a config says: what is a field of its own in extractions, and the rest.
#[derive(Debug, Default)]
struct Config<'a> {
    access: Option<Cow<'a, str>>,
    group: Option<Cow<'a, str>>,
    materialized: Option<Cow<'a, str>>,
    tags: u32,
    meta: u32,
    rest: Vec<Entry<'a>>,
}

impl<'a> Config<'a> {
    fn read(values: Values<'a>, members: Vec<Entry<'a>>) -> Result<Self, Doubt> {
        let mut config = Self::default();
        for (name, told) in members {
            let Told::Value(offset) = told else {
                config.rest.push((name, told));
                continue;
            };
            match name.as_ref() {
                "access" => config.access = values.text(offset)?,
                "group" => config.group = values.text(offset)?,
                "materialized" => config.materialized = values.text(offset)?,
                "tags" => {
                    values.check_tags(offset)?;
                    config.tags = offset;
                }
                "meta" => {
                    values.check_object(offset)?;
                    config.meta = offset;
                }
                _ => config.rest.push((name, told)),
            }
        }
        Ok(config)
    }

    /// Takes a member out.
    fn take(&mut self, name: &str) -> Option<Told<'a>> {
        let index = self.rest.iter().position(|(known, _)| known == name)?;
        Some(self.rest.remove(index).1)
    }

    /// Writes the rest, with a test's severity in capitals, as older versions of dbt keep it as it was given.
    fn pack(self, packed: &mut Packed, values: Values<'_>) -> Result<(), Doubt> {
        for (name, told) in self.rest {
            match told {
                Told::Value(offset) if name == "severity" && values.first(offset) == b'"' => {
                    let severity = values.text(offset)?.unwrap_or_default();
                    if !severity.is_ascii() {
                        return Err(Doubt);
                    }
                    let severity = severity.to_ascii_uppercase();
                    pack_text(&name, Some(severity.as_str()).filter(|severity| *severity != "ERROR"), packed);
                }
                told => pack_told(packed, values, &name, told)?,
            }
        }
        Ok(())
    }
}

/// Writes the meta of a resource: with that of its source if it is a source's, else that of its config.
fn pack_meta(
    packed: &mut Packed,
    values: Values<'_>,
    of_source: Option<u32>,
    own: u32,
    told: u32,
) -> Result<(), Doubt> {
    let merged = of_source.map_or(Ok(Vec::new()), |of_source| merged(values, of_source, own))?;
    if merged.is_empty() {
        let own = if values.is_empty(own) { told } else { own };
        return values.pack_unless_empty("meta", own, packed);
    }
    packed.key("meta");
    pack_entries(packed, values, merged.into_iter().map(|(name, offset)| (name, Told::Value(offset))))
}

/// Writes a config, of a source with what older versions of dbt have beside it.
fn pack_config(
    packed: &mut Packed,
    values: Values<'_>,
    mut config: Config<'_>,
    beside: Option<[u32; 3]>,
) -> Result<(), Doubt> {
    let before = packed.len();
    packed.key("config");
    packed.start_map();
    for (name, offset) in OF_SOURCES.into_iter().zip(beside.into_iter().flatten()) {
        let length = packed.len();
        if name == "freshness" && values.first(offset) == b'{' {
            pack_freshness(packed, values, offset)?;
        } else if values.first(offset) == b'[' || !values.is_empty(offset) {
            packed.key(name);
            values.pack(offset, packed)?;
        }
        if packed.len() > length
            && let Some(told) = config.take(name)
        {
            packed.take_back(length);
            pack_told(packed, values, name, told)?;
        }
    }
    config.pack(packed, values)?;
    packed.end_unless_empty(before);
    Ok(())
}

fn pack_told(packed: &mut Packed, values: Values<'_>, name: &str, told: Told<'_>) -> Result<(), Doubt> {
    packed.key(name);
    match told {
        Told::Value(offset) => values.pack(offset, packed),
        Told::Members(members) => pack_entries(packed, values, members),
    }
}

/// A map; it is nested as deep as records of the table are.
fn pack_entries<'a>(
    packed: &mut Packed,
    values: Values<'_>,
    entries: impl IntoIterator<Item = Entry<'a>>,
) -> Result<(), Doubt> {
    packed.start_map();
    for (name, told) in entries {
        pack_told(packed, values, &name, told)?;
    }
    packed.end();
    Ok(())
}

/// The members of two objects; those of the second count where both have one.
fn merged(values: Values<'_>, first: u32, second: u32) -> Result<Vec<(Cow<'_, str>, u32)>, Doubt> {
    let mut members = values.members(first).collect::<Result<Vec<_>, Doubt>>()?;
    let places: FxHashMap<Cow<'_, str>, usize> =
        members.iter().zip(0..).map(|((name, _), place)| (name.clone(), place)).collect();
    for member in values.members(second) {
        let (name, offset) = member?;
        match places.get(&name).and_then(|&place| members.get_mut(place)) {
            Some(known) => known.1 = offset,
            None => members.push((name, offset)),
        }
    }
    Ok(members)
}

/// A source's freshness without what is null or empty.
fn pack_freshness(packed: &mut Packed, values: Values<'_>, offset: u32) -> Result<(), Doubt> {
    let length = packed.len();
    packed.key("freshness");
    packed.start_map();
    for member in values.members(offset) {
        let (name, limit) = member?;
        match values.first(limit) {
            b'n' => {}
            b'{' => values.pack_without_nulls(&name, limit, packed)?,
            _ => {
                packed.key(&name);
                values.pack(limit, packed)?;
            }
        }
    }
    packed.end_unless_empty(length);
    Ok(())
}

/// What dbt compares; a unit test has a bare one, and what has no file has none.
fn pack_checksum(packed: &mut Packed, values: Values<'_>, offset: u32) -> Result<(), Doubt> {
    let (name, checksum) = match values.first(offset) {
        b'n' => return Ok(()),
        b'"' => (Cow::Borrowed("sha256"), values.text(offset)?),
        b'{' => {
            let [name, checksum] = values.places(offset, &["name", "checksum"]);
            match values.text(name)? {
                None => return Ok(()),
                Some(name) if name == "none" => return Ok(()),
                Some(name) => {
                    // dbt 2 writes it in capitals.
                    let name = if name == "SHA256" { Cow::Borrowed("sha256") } else { name };
                    (name, if checksum == 0 { Some(Cow::Borrowed("")) } else { values.text(checksum)? })
                }
            }
        }
        _ => return Err(Doubt),
    };
    packed.key("checksum");
    packed.start_map();
    pack_text("name", Some(&name), packed);
    pack_text("checksum", Some(&checksum.ok_or(Doubt)?), packed);
    packed.end();
    Ok(())
}
