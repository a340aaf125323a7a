//! Names of types, as they are read and as PostgreSQL's `format_type` spells them.

use compact_str::{CompactString, format_compact};

use super::catalog::catalog;
use super::reading::{Kind, Outcome, Reader};
use super::records::{Record, TypeRef};
use super::schema::Text;
use super::text::{joined, quoted_name, text_of};

/// How `format_type` spells types that the grammar has names of its own for.
fn spelt(base: &str) -> &str {
    match base {
        "bool" => "boolean",
        "float4" => "real",
        "float8" => "double precision",
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "varbit" => "bit varying",
        "varchar" => "character varying",
        "any" => "\"any\"",
        "char" => "\"char\"",
        other => other,
    }
}

/// Words of the grammar that are types by themselves.
fn word_type(word: &str) -> Option<&'static str> {
    Some(match word {
        "int" | "integer" => "int4",
        "smallint" => "int2",
        "bigint" => "int8",
        "real" => "float4",
        "boolean" => "bool",
        "decimal" | "dec" | "numeric" => "numeric",
        "varchar" => "varchar",
        _ => return None,
    })
}

const FIELDS: [&str; 6] = ["year", "month", "day", "hour", "minute", "second"];
/// The largest precision of times and intervals (`src/include/datatype/timestamp.h`).
const MOST_DIGITS: u32 = 6;

fn built_in(base: &str, modifiers: Text) -> TypeRef {
    TypeRef { base: Text::new(base), modifiers, ..TypeRef::default() }
}

/// Goes past the name of a type, with its modifiers and bounds.
pub(crate) fn read_type(reader: &mut Reader<'_>) -> Outcome<TypeRef> {
    let mut found = read_simple(reader)?;
    if reader.take_word("array") {
        found.is_array = true;
        if reader.is_sign("[") {
            reader.skip();
        }
    }
    while reader.is_sign("[") {
        found.is_array = true;
        reader.skip();
    }
    Ok(found)
}

fn read_simple(reader: &mut Reader<'_>) -> Outcome<TypeRef> {
    let mut word = if reader.is_sign_at(".", 1) { "" } else { reader.word(0) };
    if let Some(base) = word_type(word) {
        reader.at += 1;
        return Ok(built_in(base, modifiers(reader, base)?));
    }
    if word == "float" {
        reader.at += 1;
        return Ok(built_in(float(reader)?, Text::default()));
    }
    if word == "double" && reader.word(1) == "precision" {
        reader.at += 2;
        return Ok(built_in("float8", Text::default()));
    }
    if word == "national" {
        reader.at += 1;
        word = reader.word(0);
        if !matches!(word, "character" | "char") {
            return Err(reader.refused("CHARACTER"));
        }
    }
    match word {
        "character" | "char" | "nchar" => {
            reader.at += 1;
            if reader.take_word("varying") {
                return Ok(built_in("varchar", modifiers(reader, "varchar")?));
            }
            Ok(built_in("bpchar", one_if_none(modifiers(reader, "bpchar")?)))
        }
        "bit" => {
            reader.at += 1;
            if reader.take_word("varying") {
                return Ok(built_in("varbit", modifiers(reader, "varbit")?));
            }
            Ok(built_in("bit", one_if_none(modifiers(reader, "bit")?)))
        }
        "time" | "timestamp" => {
            reader.at += 1;
            let modifiers = modifiers(reader, word)?;
            if reader.take(&["with", "time", "zone"]) {
                return Ok(built_in(&format_compact!("{word}tz"), modifiers));
            }
            reader.take(&["without", "time", "zone"]);
            Ok(built_in(word, modifiers))
        }
        "interval" => {
            reader.at += 1;
            Ok(built_in("interval", interval(reader)?))
        }
        _ => read_named(reader),
    }
}

fn one_if_none(modifiers: Text) -> Text {
    if modifiers.is_empty() { CompactString::const_new("(1)") } else { modifiers }
}

fn read_named(reader: &mut Reader<'_>) -> Outcome<TypeRef> {
    let word = reader.word(0);
    let is_alone = !reader.is_sign_at(".", 1) && !reader.is_sign_at("%", 1);
    if is_alone && word != "char" && catalog().types.contains(word) {
        reader.at += 1;
        return Ok(built_in(word, modifiers(reader, word)?));
    }
    let start = reader.at;
    let is_quoted = reader.kind(0) == Some(Kind::Name);
    let parts = reader.parts()?;
    let written = text_of(&reader.part(start, reader.at));
    if reader.is_sign("%") {
        match reader.word(1) {
            "type" => {
                reader.at += 2;
                let written = format_compact!("{written}%type");
                return Ok(TypeRef { written, name: parts, of_column: true, ..TypeRef::default() });
            }
            "rowtype" => {
                reader.at += 2;
                return Ok(TypeRef { written, name: parts, ..TypeRef::default() });
            }
            _ => {}
        }
    }
    if let [.., name] = &parts[..]
        && (parts.len() == 1 || parts[parts.len() - 2] == "pg_catalog")
    {
        let known = &catalog().types;
        if known.contains(name.as_str()) && (name != "char" || is_quoted || parts.len() > 1) {
            return Ok(built_in(name, modifiers(reader, name)?));
        }
        if let Some(element) = name.strip_prefix('_')
            && known.contains(element)
        {
            return Ok(TypeRef { base: Text::new(element), is_array: true, ..TypeRef::default() });
        }
    }
    let modifiers = if reader.is_group() { listed(reader)? } else { Text::default() };
    Ok(TypeRef { written, name: parts, modifiers, ..TypeRef::default() })
}

/// Modifiers as they are written.
fn listed(reader: &mut Reader<'_>) -> Outcome<Text> {
    let values: Vec<Text> = reader.group()?.items()?.iter().map(modifier).collect();
    Ok(format_compact!("({})", values.join(",")))
}

fn modifier(item: &Reader<'_>) -> Text {
    if item.is_sign("-") { item.rest().iter().map(|token| token.text).collect() } else { text_of(item) }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn modifiers(reader: &mut Reader<'_>, base: &str) -> Outcome<Text> {
    if !reader.is_group() {
        return Ok(Text::default());
    }
    let mut group = reader.group()?;
    let mut values: Vec<Text> = group.items()?.iter().map(modifier).collect();
    if values.is_empty() {
        return Err(group.refused("a number"));
    }
    let count = values.len();
    if base == "numeric" && count == 1 {
        values.push(CompactString::const_new("0"));
    } else if base.starts_with("time") && is_digits(&values[0]) {
        let digits: u32 =
            values[0].get(..9.min(values[0].len())).and_then(|digits| digits.parse().ok()).unwrap_or(0);
        values[0] = format_compact!("{}", digits.min(MOST_DIGITS));
    } else if count == 1 && is_digits(&values[0]) {
        let digits = values[0].trim_start_matches('0');
        values[0] = if digits.is_empty() { CompactString::const_new("0") } else { Text::new(digits) };
    }
    Ok(format_compact!("({})", values.join(",")))
}

fn float(reader: &mut Reader<'_>) -> Outcome<&'static str> {
    if !reader.is_group() {
        return Ok("float8");
    }
    let group = reader.group()?;
    let digits = group.text(0);
    if group.kind(0) != Some(Kind::Number) || !is_digits(digits) || digits.len() > 9 {
        return Err(group.refused("a number"));
    }
    let digits: u32 = digits.parse().unwrap_or(0);
    Ok(if (1..=24).contains(&digits) { "float4" } else { "float8" })
}

fn interval(reader: &mut Reader<'_>) -> Outcome<Text> {
    if reader.is_group() {
        return modifiers(reader, "timestamp");
    }
    let mut last = reader.take_any(&FIELDS);
    if last.is_empty() {
        return Ok(Text::default());
    }
    let mut fields = format_compact!(" {last}");
    if reader.take_word("to") {
        last = reader.take_any(&FIELDS);
        if last.is_empty() {
            return Err(reader.refused("a field of an interval"));
        }
        fields.push_str(" to ");
        fields.push_str(last);
    }
    if last == "second" && reader.is_group() {
        fields.push_str(&modifiers(reader, "timestamp")?);
    }
    Ok(fields)
}

/// The name of an object with its schema, in quotes where it needs them.
pub(crate) fn qualified(record: &Record) -> Text {
    let name = quoted_name(&record.name);
    match &record.schema {
        Some(schema) => joined(&[&quoted_name(schema), ".", &name]),
        None => name,
    }
}

/// A type as `format_type` spells it: with its modifiers, as a column's, or without, as a routine's.
/// `known` is the type of the text that it is.
pub(crate) fn type_text(found: &TypeRef, known: Option<&Record>, has_modifiers: bool) -> Text {
    let modifiers = if has_modifiers { found.modifiers.as_str() } else { "" };
    let suffix = if found.is_array { "[]" } else { "" };
    if let Some(known) = known {
        return joined(&[&qualified(known), modifiers, suffix]);
    }
    let name = match found.base.as_str() {
        "" => return joined(&[&found.written, modifiers, suffix]),
        "time" | "timestamp" => {
            return joined(&[&found.base, modifiers, " without time zone", suffix]);
        }
        "timetz" => return joined(&["time", modifiers, " with time zone", suffix]),
        "timestamptz" => return joined(&["timestamp", modifiers, " with time zone", suffix]),
        // Without modifiers it is no `character`, which is one with a length (`format_type_extended`).
        "bpchar" if modifiers.is_empty() && has_modifiers => "bpchar",
        "bpchar" => "character",
        "bit" if modifiers.is_empty() && has_modifiers => "\"bit\"",
        "bit" => "bit",
        base => spelt(base),
    };
    if modifiers.is_empty() && suffix.is_empty() {
        return Text::new(name);
    }
    joined(&[name, modifiers, suffix])
}
