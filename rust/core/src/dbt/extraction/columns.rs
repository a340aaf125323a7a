//! The columns of resources, as the catalog and the project tell them.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::Doubt;
use super::packed::Packed;
use super::values::{Values, pack_text, told};
use crate::dbt::manifest::Manifest;

/// The last character that all Unicode tables lower alike (the end of Latin Extended-B).
const LAST_COMMON: char = '\u{24f}';

/// A column that the database has.
#[derive(Debug)]
pub(super) struct RelationColumn<'a> {
    name: Cow<'a, str>,
    data_type: Option<Cow<'a, str>>,
    index: Option<i64>,
    comment: Option<Cow<'a, str>>,
}

/// The columns that a catalog has of a resource's relation, in their order.
pub(super) fn relation<'a>(catalog: &'a Manifest, id: &str) -> Result<Vec<RelationColumn<'a>>, Doubt> {
    let resource = catalog.number(id).and_then(|number| catalog.resources().get(number as usize));
    let Some(resource) = resource else { return Ok(Vec::new()) };
    let values = Values::of(catalog.text());
    let [of_relation] = values.places(catalog.offset_of(resource), &["columns"]);
    if of_relation == 0 {
        return Ok(Vec::new());
    }
    if values.first(of_relation) != b'{' {
        return Err(Doubt);
    }
    let mut columns = Vec::new();
    for member in values.members(of_relation) {
        let (key, start) = member?;
        if values.first(start) != b'{' {
            return Err(Doubt);
        }
        let [data_type, index, name, comment] = values.places(start, &["type", "index", "name", "comment"]);
        columns.push(RelationColumn {
            name: values.text(name)?.unwrap_or(key),
            data_type: told(values.text(data_type)?),
            index: values.integer(index)?,
            comment: told(values.text(comment)?),
        });
    }
    columns.sort_by_key(|column| column.index.unwrap_or(0));
    Ok(columns)
}

/// What the project says about a column.
#[derive(Debug, Default)]
struct About<'a> {
    name: Cow<'a, str>,
    description: Option<Cow<'a, str>>,
    data_type: Option<Cow<'a, str>>,
    tags: u32,
    meta: u32,
}

/// Writes the columns of a resource: those of its relation, then what the project alone tells.
pub(super) fn pack_columns(
    packed: &mut Packed,
    values: Values<'_>,
    columns: u32,
    relation: &[RelationColumn<'_>],
) -> Result<(), Doubt> {
    let mut abouts: Vec<Option<About<'_>>> = Vec::new();
    let mut places: FxHashMap<Cow<'_, str>, usize> = FxHashMap::default();
    for member in values.members(columns) {
        let (key, start) = member?;
        let about = about(values, key, start)?;
        let place = *places.entry(lowered(&about.name)?).or_insert_with(|| {
            abouts.push(None);
            abouts.len() - 1
        });
        if let Some(slot) = abouts.get_mut(place) {
            *slot = Some(about);
        }
    }
    let length = packed.len();
    packed.key("columns");
    packed.start_list();
    for column in relation {
        let place = places.get(&lowered(&column.name)?).copied();
        let about = place.and_then(|place| abouts.get_mut(place)?.take()).unwrap_or_default();
        pack_column(packed, values, &column.name, &about, Some(column))?;
    }
    for about in abouts.into_iter().flatten() {
        pack_column(packed, values, &about.name, &about, None)?;
    }
    packed.end_unless_empty(length);
    Ok(())
}

fn about<'a>(values: Values<'a>, key: Cow<'a, str>, start: u32) -> Result<About<'a>, Doubt> {
    if values.first(start) != b'{' {
        return Err(Doubt);
    }
    let names = ["name", "description", "meta", "data_type", "tags"];
    let [name, description, meta, data_type, tags] = values.places(start, &names);
    values.check_object(meta)?;
    values.check_tags(tags)?;
    Ok(About {
        name: values.text(name)?.unwrap_or(key),
        description: told(values.text(description)?),
        data_type: values.text(data_type)?,
        tags,
        meta,
    })
}

fn pack_column(
    packed: &mut Packed,
    values: Values<'_>,
    name: &str,
    about: &About<'_>,
    column: Option<&RelationColumn<'_>>,
) -> Result<(), Doubt> {
    let data_type = column.and_then(|column| column.data_type.as_deref()).or(about.data_type.as_deref());
    packed.start_map();
    pack_text("name", Some(name), packed);
    pack_text("description", about.description.as_deref(), packed);
    pack_text("data_type", data_type, packed);
    if let Some(index) = column.and_then(|column| column.index) {
        packed.key("index");
        packed.integer(index);
    }
    pack_text("comment", column.and_then(|column| column.comment.as_deref()), packed);
    values.pack_tags(about.tags, packed)?;
    values.pack_unless_empty("meta", about.meta, packed)?;
    packed.end();
    Ok(())
}

/// A name in small letters, if all versions of Unicode agree about them.
fn lowered(name: &str) -> Result<Cow<'static, str>, Doubt> {
    if name.chars().any(|character| character > LAST_COMMON) {
        return Err(Doubt);
    }
    Ok(Cow::Owned(name.to_lowercase()))
}
