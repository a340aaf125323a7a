//! Bounds of partitions, with their values as PostgreSQL spells them where it is certain how it does.
//!
//! A bound is kept as values of the key's types (`transformPartitionBoundValue` in
//! `src/backend/parser/parse_utilcmd.c`), and spelt from these (`get_const_expr` in
//! `src/backend/utils/adt/ruleutils.c`). What a session's settings decide, and what is worked out, is left as it is
//! written.

use rustc_hash::FxHashSet as HashSet;

use super::reading::{Kind, Outcome, Reader, string_of, with_reader};
use super::records::{Id, TypeRef};
use super::schema::Text;
use super::state::State;
use super::text::text_of;
use super::types::read_type;

const SPACE: [char; 6] = [' ', '\t', '\n', '\r', '\u{b}', '\u{c}'];

/// A constant as it is written.
struct Literal {
    /// Its text, without quotes.
    text: Text,
    /// Whether it has quotes.
    is_string: bool,
    /// The type that it is cast to; nothing if to none.
    cast: Text,
}

/// Goes past a partition's bound, and its tokens.
pub(crate) fn read_bound<'a>(reader: &mut Reader<'a>) -> Outcome<Reader<'a>> {
    let start = reader.at;
    if reader.take_word("default") {
        return Ok(reader.part(start, reader.at));
    }
    reader.expect(&["for", "values"])?;
    if !(reader.take_word("in") || reader.take_word("with")) {
        reader.expect(&["from"])?;
        reader.group()?;
        reader.expect(&["to"])?;
    }
    reader.group()?;
    Ok(reader.part(start, reader.at))
}

/// The text of a bound of a partition of a table.
pub(crate) fn bound_text(state: &State, bound: &Reader<'_>, parent: Id) -> Outcome<Text> {
    let mut rest = *bound;
    if rest.take(&["for", "values", "with"]) {
        return Ok(hash_text(rest.group()?)?.unwrap_or_else(|| text_of(bound)));
    }
    let keys = key_types(state, parent)?;
    if rest.take(&["for", "values", "in"]) {
        if let [key] = &keys[..] {
            let mut seen = HashSet::default();
            let mut values: Vec<Text> =
                rest.group()?.items()?.iter().map(|item| value_text(item, key.as_ref())).collect();
            values.retain(|value| seen.insert(value.clone()));
            return Ok(Text::from(format!("for values in ({})", values.join(", "))));
        }
    } else if rest.take(&["for", "values", "from"]) {
        let lower = rest.group()?.items()?;
        rest.expect(&["to"])?;
        let upper = rest.group()?.items()?;
        if lower.len() == keys.len() && upper.len() == keys.len() {
            let listed = |side: &[Reader<'_>]| {
                let values = side.iter().zip(&keys).map(|(item, key)| value_text(item, key.as_ref()));
                values.collect::<Vec<Text>>().join(", ")
            };
            let text = format!("for values from ({}) to ({})", listed(&lower), listed(&upper));
            return Ok(Text::from(text));
        }
    }
    Ok(text_of(bound))
}

fn hash_text(mut group: Reader<'_>) -> Outcome<Option<Text>> {
    let (mut modulus, mut remainder) = (None, None);
    for mut item in group.items()? {
        let found = match item.take_any(&["modulus", "remainder"]) {
            "modulus" => &mut modulus,
            "remainder" => &mut remainder,
            _ => return Ok(None),
        };
        let is_number = item.kind(0) == Some(Kind::Number) && is_digits(item.text(0));
        if !is_number || item.rest().len() > 1 || found.is_some() {
            return Ok(None);
        }
        *found = Some(without_zeros(item.text(0)));
    }
    let (Some(modulus), Some(remainder)) = (modulus, remainder) else { return Ok(None) };
    Ok(Some(Text::from(format!("for values with (modulus {modulus}, remainder {remainder})"))))
}

/// The types of the columns that a table is partitioned by; none for an expression.
fn key_types(state: &State, parent: Id) -> Outcome<Vec<Option<TypeRef>>> {
    let Some(table) = state.table(parent) else { return Ok(Vec::new()) };
    with_reader(table.partition_by.as_deref().unwrap_or_default(), |mut reader| {
        reader.at += 1;
        if !reader.is_group() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for mut item in reader.group()?.items()? {
            let is_column = item.is_name(0) && !item.is_sign_at("(", 1);
            let column = if is_column { table.columns.get(&item.identifier()?) } else { None };
            let key = column.map(|column| state.type_ref(column.r#type));
            found.push(key.filter(|key| key.known.is_none() && !key.is_array).cloned());
        }
        Ok(found)
    })
}

fn value_text(item: &Reader<'_>, key: Option<&TypeRef>) -> Text {
    let spelt = key.and_then(|key| spelt(&literal(item.bare())?, key));
    spelt.unwrap_or_else(|| text_of(item))
}

/// The constant that an expression is; none of what is none, or stands for no value.
fn literal(item: Reader<'_>) -> Option<Literal> {
    let mut start = item;
    let mut cast = Text::default();
    let is_negative = start.is_sign("-");
    let (text, is_string) = if start.kind(0) == Some(Kind::Number) || is_negative || start.is_sign("+") {
        if start.kind(0) != Some(Kind::Number) {
            start.at += 1;
        }
        if start.kind(0) != Some(Kind::Number) {
            return None;
        }
        (Text::from(format!("{}{}", if is_negative { "-" } else { "" }, start.text(0))), false)
    } else if matches!(start.word(0), "true" | "false") {
        (Text::new(start.word(0)), true)
    } else {
        let is_last_string = item.rest().last().is_some_and(|token| token.kind == Kind::String);
        if start.kind(0) != Some(Kind::String) && is_last_string {
            cast = type_name(&mut start)?;
        }
        if start.kind(0) != Some(Kind::String) {
            return None;
        }
        (string_of(start.text(0))?, true)
    };
    start.at += 1;
    if start.take_sign("::") {
        // A sign stands outside of a cast.
        if !cast.is_empty() || (!is_string && text.starts_with('-')) {
            return None;
        }
        cast = type_name(&mut start)?;
    }
    start.is_done().then_some(Literal { text, is_string, cast })
}

/// Goes past a type without modifiers that is PostgreSQL's own, and its name.
fn type_name(reader: &mut Reader<'_>) -> Option<Text> {
    let found = read_type(reader).ok()?;
    let is_plain = !found.is_array && found.modifiers.is_empty() && !found.base.is_empty();
    is_plain.then_some(found.base)
}

fn spelt(literal: &Literal, key: &TypeRef) -> Option<Text> {
    let base = key.base.as_str();
    match base {
        "int2" | "int4" | "int8" => integer(literal, base),
        "numeric" => numeric(literal, &key.modifiers),
        _ if !literal.is_string => None,
        "bool" => boolean(literal),
        "date" | "timestamp" | "timestamptz" => moment(literal, base, &key.modifiers),
        "text" | "varchar" => {
            let is_whole =
                key.modifiers.is_empty() && matches!(literal.cast.as_str(), "" | "text" | "varchar");
            is_whole.then(|| Text::from(format!("'{}'", literal.text.replace('\'', "''"))))
        }
        "uuid" if matches!(literal.cast.as_str(), "" | "uuid") => uuid(&literal.text),
        _ => None,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn without_zeros(digits: &str) -> &str {
    match digits.trim_start_matches('0') {
        "" => "0",
        rest => rest,
    }
}

/// The sign and what follows it.
fn signed(literal: &Literal) -> (&'static str, &str) {
    let text = if literal.is_string { literal.text.trim_matches(SPACE) } else { literal.text.as_str() };
    match (text.strip_prefix('-'), text.strip_prefix('+')) {
        (Some(rest), _) => ("-", rest),
        (None, Some(rest)) => ("", rest),
        (None, None) => ("", text),
    }
}

fn largest(base: &str) -> Option<i64> {
    Some(match base {
        "int2" => i64::from(i16::MAX),
        "int4" => i64::from(i32::MAX),
        "int8" => i64::MAX,
        _ => return None,
    })
}

fn integer(literal: &Literal, base: &str) -> Option<Text> {
    let (sign, digits) = signed(literal);
    if !is_digits(digits) {
        return None;
    }
    let digits = without_zeros(digits);
    let cast = if literal.cast.is_empty() { base } else { &literal.cast };
    let most = largest(base)?.min(largest(cast)?);
    if digits.parse::<i64>().ok()? > most {
        return None;
    }
    let sign = if digits == "0" { "" } else { sign };
    let is_bare = base == "int4" && sign.is_empty();
    Some(if is_bare { Text::new(digits) } else { Text::from(format!("'{sign}{digits}'")) })
}

fn numeric(literal: &Literal, modifiers: &str) -> Option<Text> {
    let (sign, digits) = signed(literal);
    if !matches!(literal.cast.as_str(), "" | "numeric") {
        return None;
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit())
        || (whole.is_empty() && fraction.is_empty())
    {
        return None;
    }
    let mut fraction = fraction.to_owned();
    if !modifiers.is_empty() {
        let scale = scale(modifiers)?;
        if fraction.len() > scale {
            return None;
        }
        fraction.push_str(&"0".repeat(scale - fraction.len()));
    }
    let whole = without_zeros(whole);
    let is_nought = whole.bytes().chain(fraction.bytes()).all(|byte| byte == b'0');
    let sign = if is_nought { "" } else { sign };
    Some(Text::from(if fraction.is_empty() {
        format!("'{sign}{whole}'")
    } else if sign.is_empty() {
        format!("{whole}.{fraction}")
    } else {
        format!("'-{whole}.{fraction}'")
    }))
}

/// How many digits the modifiers of a `numeric` say that it has behind the point.
fn scale(modifiers: &str) -> Option<usize> {
    let (precision, scale) = modifiers.strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
    let are_short = [precision, scale].iter().all(|digits| is_digits(digits) && digits.len() <= 4);
    if are_short { scale.parse().ok() } else { None }
}

fn boolean(literal: &Literal) -> Option<Text> {
    if !matches!(literal.cast.as_str(), "" | "bool") {
        return None;
    }
    let text = literal.text.trim_matches(SPACE).to_lowercase();
    Some(Text::const_new(match text.as_str() {
        "t" | "tr" | "tru" | "true" | "y" | "ye" | "yes" | "on" | "1" => "true",
        "f" | "fa" | "fal" | "fals" | "false" | "n" | "no" | "of" | "off" | "0" => "false",
        _ => return None,
    }))
}

/// The digits that a text begins with, as many as there may be; goes past them.
fn digits<'a>(text: &mut &'a str, fewest: usize, most: usize) -> Option<&'a str> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if count < fewest {
        return None;
    }
    let (found, rest) = text.split_at(count);
    *text = rest;
    Some(found)
}

fn number(text: &mut &str, fewest: usize, most: usize) -> Option<i64> {
    digits(text, fewest, most)?.parse().ok()
}

fn take(text: &mut &str, sign: char) -> Option<()> {
    *text = text.strip_prefix(sign)?;
    Some(())
}

/// A time of the day as it is written.
#[derive(Default)]
struct Time<'a> {
    hour: i64,
    minute: i64,
    second: i64,
    fraction: &'a str,
    /// How many minutes its zone is before UTC, if it has one.
    offset: Option<i64>,
}

fn time<'a>(text: &mut &'a str) -> Option<Time<'a>> {
    let mut found = Time { hour: number(text, 1, 2)?, ..Time::default() };
    take(text, ':')?;
    found.minute = number(text, 2, 2)?;
    if take(text, ':').is_some() {
        found.second = number(text, 2, 2)?;
        if take(text, '.').is_some() {
            found.fraction = digits(text, 1, 6)?.trim_end_matches('0');
        }
    }
    if found.hour > 23 || found.minute > 59 || found.second > 59 {
        return None;
    }
    if take(text, 'Z').is_some() {
        found.offset = Some(0);
    } else if text.starts_with(['+', '-']) {
        let factor = if text.starts_with('-') { -1 } else { 1 };
        *text = &text[1..];
        let hours = number(text, 2, 2)?;
        let has_colon = take(text, ':').is_some();
        let minutes = if has_colon || !text.is_empty() { number(text, 2, 2)? } else { 0 };
        if hours > 15 || minutes > 59 {
            return None;
        }
        found.offset = Some((hours * 60 + minutes) * factor);
    }
    Some(found)
}

/// A day or a time; one with a zone in UTC.
fn moment(literal: &Literal, base: &str, modifiers: &str) -> Option<Text> {
    let cast = literal.cast.as_str();
    if !(matches!(cast, "" | "date" | "timestamp") || cast == base) {
        return None;
    }
    if base == "date" && !matches!(cast, "" | "date") {
        return None;
    }
    let mut rest = literal.text.trim_matches(SPACE);
    let mut year = number(&mut rest, 4, 4)?;
    take(&mut rest, '-')?;
    let mut month = number(&mut rest, 1, 2)?;
    take(&mut rest, '-')?;
    let mut day = number(&mut rest, 1, 2)?;
    if year == 0 || !(1..=12).contains(&month) || day < 1 || day > days_of(year, month) {
        return None;
    }
    let has_time = !rest.is_empty();
    let mut time = if has_time {
        if base == "date" || cast == "date" {
            return None;
        }
        take(&mut rest, ' ').or_else(|| take(&mut rest, 'T'))?;
        time(&mut rest)?
    } else {
        Time::default()
    };
    if !rest.is_empty() || (!time.fraction.is_empty() && !modifiers.is_empty()) {
        return None;
    }
    if let Some(offset) = time.offset {
        if base != "timestamptz" || cast == "timestamp" {
            return None;
        }
        let minutes = (day_number(year, month, day) * 24 + time.hour) * 60 + time.minute - offset;
        let of_day = minutes.rem_euclid(24 * 60);
        (time.hour, time.minute) = (of_day / 60, of_day % 60);
        (year, month, day) = day_of(minutes.div_euclid(24 * 60));
        if !(1..=9999).contains(&year) {
            return None;
        }
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if base == "date" {
        return Some(Text::from(format!("'{date}'")));
    }
    let Time { hour, minute, second, fraction, offset } = time;
    let point = if fraction.is_empty() { "" } else { "." };
    let zone = if offset.is_some() { "+00" } else { "" };
    Some(Text::from(format!("'{date} {hour:02}:{minute:02}:{second:02}{point}{fraction}{zone}'")))
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days since the first of March of the year nought, so that a leap day ends its year.
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let shifted = (month + 9) % 12;
    let year = if month < 3 { year - 1 } else { year };
    year * 365 + year / 4 - year / 100 + year / 400 + (shifted * 306 + 5) / 10 + day - 1
}

/// The day of a number of [`day_number`].
fn day_of(number: i64) -> (i64, i64, i64) {
    let first = |year: i64| year * 365 + year / 4 - year / 100 + year / 400;
    let mut year = (10_000 * number + 14_780) / 3_652_425;
    if number < first(year) {
        year -= 1;
    }
    let rest = number - first(year);
    let shifted = (100 * rest + 52) / 3060;
    (year + (shifted + 2) / 12, (shifted + 2) % 12 + 1, rest - (shifted * 306 + 5) / 10 + 1)
}

fn uuid(text: &str) -> Option<Text> {
    let text = text.to_lowercase();
    let digits = text.strip_prefix('{').and_then(|inside| inside.strip_suffix('}')).unwrap_or(&text);
    let parts: Vec<&str> = digits.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let digits = parts.concat();
    if !matches!(lengths[..], [32] | [8, 4, 4, 4, 12]) || !digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return None;
    }
    let groups = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    Some(Text::from(format!("'{}'", groups.join("-"))))
}
