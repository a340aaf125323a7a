//! Definitions of columns, as they are read.

use std::sync::Arc;

use super::constraint_specs::{ConstraintSpec, read_attributes, read_column_constraint};
use super::reading::{Kind, Outcome, Reader, refused};
use super::records::{Column, TypeRef};
use super::schema::Text;
use super::sequences::{Options, read_options};
use super::settings::read_fdw_options;
use super::text::quoted_name;
use super::types::read_type;

/// The type of `serial` and its like.
pub(crate) fn serial_type(name: &str) -> Option<&'static str> {
    Some(match name {
        "smallserial" | "serial2" => "int2",
        "serial" | "serial4" => "int4",
        "bigserial" | "serial8" => "int8",
        _ => return None,
    })
}

/// A column as it is written.
pub(crate) struct ColumnSpec<'a> {
    /// What is known of it by itself.
    pub(crate) column: Arc<Column>,
    pub(crate) r#type: TypeRef,
    pub(crate) has_type: bool,
    pub(crate) clauses: Clauses<'a>,
}

/// What is said of a column that is more than a property.
#[derive(Default)]
pub(crate) struct Clauses<'a> {
    /// The type, if it is a `serial`.
    pub(crate) serial: Option<&'static str>,
    /// Its constraints, also not-null.
    pub(crate) constraints: Vec<ConstraintSpec<'a>>,
    /// The tokens of its default.
    pub(crate) default: Option<Reader<'a>>,
    /// The tokens of what it is worked out from.
    pub(crate) generated: Option<Reader<'a>>,
    /// Which one it is and the options of its sequence, if it is an identity column.
    pub(crate) identity: Option<(&'static str, Options)>,
}

/// Goes past the definition of a column, to the end; a partition's and typed table's column has no type.
pub(crate) fn read_column(mut reader: Reader<'_>, has_type: bool) -> Outcome<Box<ColumnSpec<'_>>> {
    let name = reader.identifier()?;
    let mut spec = Box::new(ColumnSpec {
        column: Arc::new(Column::new(0, name, 0)),
        r#type: TypeRef::default(),
        has_type,
        clauses: Clauses::default(),
    });
    if has_type {
        if reader.is_done() {
            return Err(reader.refused("a type"));
        }
        spec.r#type = read_type(&mut reader)?;
        if let [name] = &spec.r#type.name[..]
            && !spec.r#type.of_column
            && !spec.r#type.is_array
            && let Some(serial) = serial_type(name)
        {
            spec.clauses.serial = Some(serial);
            spec.r#type = TypeRef { base: Text::const_new(serial), ..TypeRef::default() };
        }
        if reader.take_word("storage") {
            let storage = reader.identifier()?;
            Arc::make_mut(&mut spec.column).storage = (storage != "default").then_some(storage);
        }
        if reader.take_word("compression") {
            let compression = reader.identifier()?;
            Arc::make_mut(&mut spec.column).compression = (compression != "default").then_some(compression);
        }
    } else {
        reader.take(&["with", "options"]);
    }
    if reader.take_word("options") {
        Arc::make_mut(&mut spec.column).options = read_fdw_options(reader.group()?)?;
    }
    read_constraints(&mut reader, &mut spec)?;
    Ok(spec)
}

fn read_constraints<'a>(reader: &mut Reader<'a>, spec: &mut ColumnSpec<'a>) -> Outcome<()> {
    while !reader.is_done() {
        let name = if reader.take_word("constraint") { reader.identifier()? } else { Text::default() };
        if reader.take_word("collate") {
            Arc::make_mut(&mut spec.column).collation = collation_of(reader)?;
        } else if reader.take_word("default") {
            spec.clauses.default = Some(default_expression(reader)?);
        } else if reader.take_word("null") {
        } else if reader.take_word("generated") {
            read_generated(reader, spec)?;
        } else if let Some(found) = read_column_constraint(reader, &spec.column.name, name)? {
            spec.clauses.constraints.push(found);
        } else {
            let is_attribute = match spec.clauses.constraints.last_mut() {
                Some(last) => read_attributes(reader, Arc::make_mut(&mut last.constraint)),
                None => false,
            };
            if !is_attribute {
                return Err(reader.refused("a constraint"));
            }
        }
    }
    Ok(())
}

fn read_generated<'a>(reader: &mut Reader<'a>, spec: &mut ColumnSpec<'a>) -> Outcome<()> {
    let kind = if reader.take(&["by", "default"]) {
        reader.expect(&["as", "identity"])?;
        "by default"
    } else {
        reader.expect(&["always", "as"])?;
        if !reader.take_word("identity") {
            spec.clauses.generated = Some(reader.group()?);
            Arc::make_mut(&mut spec.column).is_virtual = !reader.take_word("stored");
            reader.take_word("virtual");
            return Ok(());
        }
        "always"
    };
    let options = if reader.is_group() { read_options(&mut reader.group()?)? } else { Options::default() };
    spec.clauses.identity = Some((kind, options));
    Ok(())
}

/// Goes past the name of a collation; None for the default one.
pub(crate) fn collation_of(reader: &mut Reader<'_>) -> Outcome<Option<Text>> {
    let parts = reader.parts()?;
    let mut parts = &parts[..];
    if parts.len() > 1 && parts[parts.len() - 2] == "pg_catalog" {
        parts = &parts[parts.len() - 1..];
    }
    if parts == ["default"] {
        return Ok(None);
    }
    let parts: Vec<Text> = parts.iter().map(|part| quoted_name(part)).collect();
    Ok(Some(Text::from(parts.join("."))))
}

/// Whether a word ends an expression without parentheses after an operand.
fn ends_expression(word: &str) -> bool {
    matches!(
        word,
        "constraint"
            | "not"
            | "null"
            | "unique"
            | "primary"
            | "check"
            | "references"
            | "collate"
            | "deferrable"
            | "initially"
            | "generated"
            | "default"
            | "enforced"
            | "no"
    )
}

/// Goes past an expression that other clauses of a column may follow.
pub(crate) fn default_expression<'a>(reader: &mut Reader<'a>) -> Outcome<Reader<'a>> {
    let start = reader.at;
    while !reader.is_done() {
        if reader.at > start && ends_expression(reader.word(0)) && !wants_operand(reader) {
            break;
        }
        reader.skip();
    }
    if reader.at == start {
        return refused("an expression is missing");
    }
    Ok(reader.part(start, reader.at))
}

/// Whether what stands before the next token is no operand.
fn wants_operand(reader: &Reader<'_>) -> bool {
    let Some(token) = reader.token_before() else { return false };
    match token.kind {
        Kind::Operator => true,
        Kind::Punctuation => !matches!(token.text, ")" | "]"),
        Kind::Word => matches!(token.text, "is" | "from" | "distinct" | "and" | "or" | "as"),
        _ => false,
    }
}
