//! Sequences: their options, those that columns have, and the statements about them.

use super::implied::relation_name;
use super::privileges::made;
use super::reading::{Kind, Name, Outcome, Reader, refused, shown, unmodelled};
use super::records::{Id, PartId, Record, Sequence};
use super::schema::Text;
use super::state::{MISSING, State};
use super::statement::Statement;
use super::types::{read_type, type_text};

impl Default for Sequence {
    fn default() -> Self {
        Self {
            r#type: "bigint",
            start: 1,
            increment: 1,
            minimum: 1,
            maximum: i64::MAX,
            cache: 1,
            cycles: false,
            persistence: "permanent",
            owner_table: None,
            owner_column: None,
            is_identity: false,
        }
    }
}

fn bounds(name: &str) -> Option<(&'static str, i64, i64)> {
    Some(match name {
        "smallint" => ("smallint", i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => ("integer", i64::from(i32::MIN), i64::from(i32::MAX)),
        "bigint" => ("bigint", i64::MIN, i64::MAX),
        _ => return None,
    })
}

/// Goes past a whole number with or without a sign.
pub(crate) fn integer(reader: &mut Reader<'_>) -> Outcome<i64> {
    let is_negative = reader.take_sign("-");
    reader.take_sign("+");
    let text = reader.text(0);
    if reader.kind(0) != Some(Kind::Number) {
        return Err(reader.refused("a number"));
    }
    reader.at += 1;
    let digits = text.replace('_', "");
    let (digits, base) = match digits.get(..2) {
        Some("0x") => (&digits[2..], 16),
        Some("0o") => (&digits[2..], 8),
        Some("0b") => (&digits[2..], 2),
        _ => (&digits[..], 10),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(base)) {
        return refused(format!("{} is no whole number", shown(text)));
    }
    match i128::from_str_radix(digits, base) {
        Ok(value) => {
            let value = if is_negative { -value } else { value };
            i64::try_from(value).or_else(|_| unmodelled("a number is too large"))
        }
        Err(_) => unmodelled("a number is too large"),
    }
}

/// What a statement says of a sequence.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    pub(crate) r#type: Option<&'static str>,
    pub(crate) start: Option<i64>,
    pub(crate) increment: Option<i64>,
    pub(crate) minimum: Option<i64>,
    pub(crate) maximum: Option<i64>,
    pub(crate) cache: Option<i64>,
    pub(crate) cycles: Option<bool>,
    pub(crate) persistence: Option<&'static str>,
    /// The parts of a column's name, nothing for `NONE`, None if nothing is said.
    pub(crate) owned_by: Option<Vec<Text>>,
    /// The name that `SEQUENCE NAME` gives.
    pub(crate) name: Option<Name>,
    pub(crate) has_restart: bool,
    /// Whether the limits are to be the type's.
    pub(crate) no_minimum: bool,
    pub(crate) no_maximum: bool,
}

impl Options {
    fn says_nothing(&self) -> bool {
        self.r#type.is_none()
            && self.start.is_none()
            && self.increment.is_none()
            && self.minimum.is_none()
            && self.maximum.is_none()
            && self.cache.is_none()
            && self.cycles.is_none()
            && self.persistence.is_none()
            && self.owned_by.is_none()
            && !self.has_restart
            && !self.no_minimum
            && !self.no_maximum
    }
}

/// Goes past the options of a sequence, in any order.
pub(crate) fn read_options(reader: &mut Reader<'_>) -> Outcome<Options> {
    let mut options = Options::default();
    while !reader.is_done() {
        if reader.take_word("as") {
            let name = type_text(&read_type(reader)?, None, true);
            let Some((name, ..)) = bounds(&name) else {
                return unmodelled("a sequence is of whole numbers");
            };
            options.r#type = Some(name);
        } else if reader.take_word("start") {
            reader.take_word("with");
            options.start = Some(integer(reader)?);
        } else if reader.take_word("increment") {
            reader.take_word("by");
            options.increment = Some(integer(reader)?);
        } else if reader.take_word("minvalue") {
            options.minimum = Some(integer(reader)?);
        } else if reader.take_word("maxvalue") {
            options.maximum = Some(integer(reader)?);
        } else if reader.take_word("cache") {
            options.cache = Some(integer(reader)?);
        } else if reader.take_word("cycle") {
            options.cycles = Some(true);
        } else if reader.take(&["no", "cycle"]) {
            options.cycles = Some(false);
        } else if reader.take(&["no", "minvalue"]) {
            options.no_minimum = true;
        } else if reader.take(&["no", "maxvalue"]) {
            options.no_maximum = true;
        } else if reader.take(&["owned", "by"]) {
            let parts = reader.parts()?;
            options.owned_by = Some(if parts == ["none"] { Vec::new() } else { parts });
        } else if reader.take(&["sequence", "name"]) {
            options.name = Some(reader.name()?);
        } else if reader.take_word("restart") {
            options.has_restart = true;
            reader.take_word("with");
            if reader.kind(0) == Some(Kind::Number) || reader.is_sign("-") || reader.is_sign("+") {
                integer(reader)?;
            }
        } else if reader.take_word("logged") {
            options.persistence = Some("permanent");
        } else if reader.take_word("unlogged") {
            options.persistence = Some("unlogged");
        } else {
            return Err(reader.refused("an option of a sequence"));
        }
    }
    Ok(options)
}

/// A sequence with what was said of it, and what follows from that (`init_params`).
pub(crate) fn with_options(sequence: &Sequence, options: &Options, is_new: bool) -> Outcome<Sequence> {
    let increment = options.increment.unwrap_or(sequence.increment);
    if increment == 0 {
        return unmodelled("a sequence's increment is not 0");
    }
    let name = options.r#type.unwrap_or(sequence.r#type);
    let (Some((name, lowest, highest)), Some((old_name, old_lowest, old_highest))) =
        (bounds(name), bounds(sequence.r#type))
    else {
        return unmodelled("a sequence is of whole numbers");
    };
    let is_other = name != old_name;
    let mut made = sequence.clone();
    made.r#type = name;
    made.increment = increment;
    let was_greatest = is_other && sequence.maximum == old_highest;
    made.maximum = match options.maximum {
        Some(maximum) => maximum,
        None if is_new || options.no_maximum || was_greatest => {
            if increment > 0 {
                highest
            } else {
                -1
            }
        }
        None => sequence.maximum,
    };
    let was_least = is_other && sequence.minimum == old_lowest;
    made.minimum = match options.minimum {
        Some(minimum) => minimum,
        None if is_new || options.no_minimum || was_least => {
            if increment > 0 {
                1
            } else {
                lowest
            }
        }
        None => sequence.minimum,
    };
    made.start = match options.start {
        Some(start) => start,
        None if is_new => {
            if increment > 0 {
                made.minimum
            } else {
                made.maximum
            }
        }
        None => sequence.start,
    };
    made.cache = options.cache.unwrap_or(sequence.cache);
    made.cycles = options.cycles.unwrap_or(sequence.cycles);
    made.persistence = options.persistence.unwrap_or(sequence.persistence);
    let is_wrong = made.minimum >= made.maximum || made.start < made.minimum || made.start > made.maximum;
    if is_wrong || made.minimum < lowest || made.maximum > highest {
        return unmodelled("the bounds of a sequence contradict each other");
    }
    Ok(made)
}

/// Lets a column own a sequence; none, if there are no parts.
fn own(state: &mut State, id: Id, parts: &[Text]) -> Outcome<()> {
    if state.sequence(id).is_some_and(|sequence| sequence.is_identity) {
        return unmodelled("the sequence of an identity column is its own");
    }
    state.forget(id, &["owned_by"], None);
    let Some((column, before)) = parts.split_last() else {
        if let Some(sequence) = state.change(id).sequence_mut() {
            (sequence.owner_table, sequence.owner_column) = (None, None);
        }
        return Ok(());
    };
    let Some((table, schemas)) = before.split_last() else {
        return refused("a column's name has its table before it");
    };
    let name = Name { schema: schemas.last().cloned(), name: table.clone() };
    let found = state.relation(&name).and_then(|table| {
        let column = state.table(table)?.columns.get(column)?;
        Some((table, column.part))
    });
    let Some((table, column)) = found else { return unmodelled(MISSING) };
    set_owner(state, id, table, column);
    Ok(())
}

/// Lets a column own a sequence.
pub(crate) fn set_owner(state: &mut State, id: Id, table: Id, column: PartId) {
    if let Some(sequence) = state.change(id).sequence_mut() {
        sequence.owner_table = Some(table);
        sequence.owner_column = Some(column);
    }
    state.belong(id, table);
    state.need_object(id, table, "owned_by", Some(column));
}

/// Makes the sequence of a `serial` or identity column, which the table must still be told of.
pub(crate) fn column_sequence(
    state: &mut State,
    table: Id,
    column: (&Text, PartId),
    sequence_type: &'static str,
    options: Option<&Options>,
) -> Outcome<Id> {
    let owner = state.shared(table);
    let schema = owner.schema.clone().unwrap_or_else(|| Text::const_new("public"));
    let name = options.and_then(|options| options.name.clone());
    let chosen = match &name {
        Some(name) => name.name.clone(),
        None => relation_name(state, &owner.name, Some(column.0), "seq", &schema, false),
    };
    let schema = name.and_then(|name| name.schema).unwrap_or(schema);
    let mut options = options.cloned().unwrap_or_default();
    options.r#type = options.r#type.or(Some(sequence_type));
    let persistence = owner.table().map_or("permanent", |table| table.relation.persistence);
    let plain = Sequence { persistence, ..Sequence::default() };
    let record = Record::new("sequence", Some(schema), chosen, with_options(&plain, &options, true)?);
    let id = state.add(record);
    made(state, id);
    state.change(id).owner.clone_from(&owner.owner);
    state.add_relation(id, false)?;
    set_owner(state, id, table, column.1);
    Ok(id)
}

/// `CREATE [TEMPORARY | UNLOGGED] SEQUENCE [IF NOT EXISTS] name options`.
pub(crate) fn create_sequence(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create"])?;
    let persistence = read_persistence(&mut reader);
    reader.expect(&["sequence"])?;
    reader.take(&["if", "not", "exists"]);
    let name = reader.name()?;
    let options = read_options(&mut reader)?;
    let schema = state.schema_of(&name, persistence == "temporary")?;
    let is_there = state.relations.contains_key(&(schema.clone(), name.name.clone()));
    if is_there && statement.has_form() {
        return Ok(());
    }
    let plain = Sequence { persistence, ..Sequence::default() };
    let id = state.add(Record::new("sequence", Some(schema), name.name, plain));
    state.add_relation(id, false)?;
    set_options(state, id, &options, true)?;
    made(state, id);
    if let Some(parts) = &options.owned_by {
        own(state, id, parts)?;
    }
    Ok(())
}

/// Gives a sequence what was said of it.
pub(crate) fn set_options(state: &mut State, id: Id, options: &Options, is_new: bool) -> Outcome<()> {
    let Some(sequence) = state.sequence(id) else { return unmodelled("it is no sequence") };
    let changed = with_options(sequence, options, is_new)?;
    if let Some(sequence) = state.change(id).sequence_mut() {
        *sequence = changed;
    }
    Ok(())
}

/// Goes past `TEMPORARY` or `UNLOGGED`.
pub(crate) fn read_persistence(reader: &mut Reader<'_>) -> &'static str {
    reader.take_any(&["global", "local"]);
    if !reader.take_any(&["temporary", "temp"]).is_empty() {
        return "temporary";
    }
    if reader.take_word("unlogged") { "unlogged" } else { "permanent" }
}

/// `ALTER SEQUENCE name options`; what all relations have in common is not its matter.
pub(crate) fn alter_sequence(state: &mut State, mut reader: Reader<'_>, has_form: bool) -> Outcome<()> {
    let Some(id) = state.relation(&reader.name()?) else {
        return if has_form { Ok(()) } else { unmodelled(MISSING) };
    };
    if state.sequence(id).is_none() {
        return unmodelled("it is no sequence");
    }
    let persistence = if reader.take(&["set", "logged"]) {
        "permanent"
    } else if reader.take(&["set", "unlogged"]) {
        "unlogged"
    } else {
        let options = read_options(&mut reader)?;
        if options.says_nothing() {
            return Err(reader.refused("an option"));
        }
        set_options(state, id, &options, false)?;
        return match &options.owned_by {
            Some(parts) => own(state, id, parts),
            None => Ok(()),
        };
    };
    reader.expect_end()?;
    if let Some(sequence) = state.change(id).sequence_mut() {
        sequence.persistence = persistence;
    }
    Ok(())
}
