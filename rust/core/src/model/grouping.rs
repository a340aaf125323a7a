//! Queries that a primary key makes valid: grouped by it, they name other columns of its table as well.
//!
//! PostgreSQL notes that such a query needs the key (`check_functional_grouping` in
//! `src/backend/catalog/pg_constraint.c`).

use std::collections::HashSet;

use rustc_hash::FxHashMap as HashMap;

use super::catalog::is_reserved;
use super::reading::{Kind, Name, Outcome, Reader, Token, unquoted};
use super::schema::Text;

/// A primary key.
pub(crate) struct Key<'k> {
    /// The name of its table.
    pub(crate) table: Name,
    /// Whether the table has a column.
    pub(crate) is_column: &'k dyn Fn(&str) -> bool,
    /// The columns of the key.
    pub(crate) columns: &'k [Text],
    /// Whether the text defines an aggregate of a name.
    pub(crate) is_aggregate: &'k dyn Fn(&str) -> bool,
}

fn starts_query(word: &str) -> bool {
    matches!(word, "select" | "with" | "values" | "table")
}

fn is_join(word: &str) -> bool {
    matches!(word, "cross" | "full" | "inner" | "join" | "left" | "natural" | "right" | "tablesample")
}

/// Whether a word ends what stands after `HAVING`.
fn ends_condition(word: &str) -> bool {
    matches!(
        word,
        "window" | "union" | "intersect" | "except" | "order" | "limit" | "offset" | "fetch" | "for"
    )
}

/// Whether a token ends the columns of a query, or another part of it.
fn ends_part(token: &Token<'_>) -> bool {
    match token.kind {
        Kind::Punctuation => matches!(token.text, ")" | ";"),
        Kind::Word => {
            ends_condition(token.text) || matches!(token.text, "from" | "into" | "where" | "group" | "having")
        }
        _ => false,
    }
}

fn is_aggregate(name: &str) -> bool {
    matches!(
        name,
        "any_value"
            | "array_agg"
            | "avg"
            | "bit_and"
            | "bit_or"
            | "bit_xor"
            | "bool_and"
            | "bool_or"
            | "corr"
            | "count"
            | "covar_pop"
            | "covar_samp"
            | "cume_dist"
            | "dense_rank"
            | "every"
            | "json_agg"
            | "json_agg_strict"
            | "json_arrayagg"
            | "json_object_agg"
            | "json_object_agg_strict"
            | "json_object_agg_unique"
            | "json_object_agg_unique_strict"
            | "json_objectagg"
            | "jsonb_agg"
            | "jsonb_agg_strict"
            | "jsonb_object_agg"
            | "jsonb_object_agg_strict"
            | "jsonb_object_agg_unique"
            | "jsonb_object_agg_unique_strict"
            | "max"
            | "min"
            | "mode"
            | "percent_rank"
            | "percentile_cont"
            | "percentile_disc"
            | "range_agg"
            | "range_intersect_agg"
            | "rank"
            | "regr_avgx"
            | "regr_avgy"
            | "regr_count"
            | "regr_intercept"
            | "regr_r2"
            | "regr_slope"
            | "regr_sxx"
            | "regr_sxy"
            | "regr_syy"
            | "stddev"
            | "stddev_pop"
            | "stddev_samp"
            | "string_agg"
            | "sum"
            | "var_pop"
            | "var_samp"
            | "variance"
            | "xmlagg"
    )
}

/// Whether a query, or one within it, is grouped by a primary key and names other columns of its table.
pub(crate) fn needs_key(query: &Reader<'_>, key: &Key<'_>) -> Outcome<bool> {
    for (select, group) in grouped_queries(query) {
        if Grouped::new(query, select, group)?.needs_key(key)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where `SELECT` and `GROUP BY` of queries that have both stand.
fn grouped_queries(query: &Reader<'_>) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut selects: Vec<Option<usize>> = Vec::new();
    let mut select = None;
    let tokens = query.rest();
    for (place, token) in tokens.iter().enumerate() {
        let index = query.at + place;
        if token.is_sign("(") {
            selects.push(select.take());
        } else if token.is_sign(")") {
            select = selects.pop().flatten();
        } else if token.kind != Kind::Word || (place > 0 && tokens[place - 1].text == ".") {
        } else if token.text == "select" {
            select = Some(index);
        } else if token.text == "group"
            && tokens.get(place + 1).is_some_and(|next| next.text == "by")
            && let Some(select) = select
        {
            found.push((select, index));
        }
    }
    found
}

/// A grouped query.
struct Grouped<'a> {
    /// Its columns without the names that they get, and these.
    outputs: Vec<(Reader<'a>, Option<Text>)>,
    distinct: Option<Reader<'a>>,
    relations: Reader<'a>,
    items: Vec<Reader<'a>>,
    having: Option<Reader<'a>>,
    order: Vec<Reader<'a>>,
}

impl<'a> Grouped<'a> {
    fn new(query: &Reader<'a>, select: usize, group: usize) -> Outcome<Self> {
        let mut rest = query.part(select + 1, query.end);
        let mut distinct = None;
        if rest.take_word("distinct") {
            if rest.take_word("on") && rest.is_group() {
                distinct = Some(rest.group()?);
            }
        } else {
            rest.take_word("all");
        }
        let mut outputs = Vec::new();
        for item in items(&mut rest) {
            outputs.push(without_alias(item)?);
        }
        rest.until(&["from", "group", ")", ";"]);
        let relations = if rest.take_word("from") {
            rest.until(&["where", "group"])
        } else {
            rest.part(rest.at, rest.at)
        };
        let mut rest = query.part(group + 2, query.end);
        rest.take_any(&["distinct", "all"]);
        let grouped = items(&mut rest);
        let is_end = |token: &Token<'_>| match token.kind {
            Kind::Punctuation => matches!(token.text, ")" | ";"),
            Kind::Word => ends_condition(token.text),
            _ => false,
        };
        let having = if rest.take_word("having") { Some(rest.until_token(is_end)) } else { None };
        rest.until(&[")", ";", "union", "intersect", "except", "order"]);
        let order = if rest.take(&["order", "by"]) { items(&mut rest) } else { Vec::new() };
        Ok(Self { outputs, distinct, relations, items: grouped, having, order })
    }

    /// Whether the query names columns that only the key makes one for each group.
    fn needs_key(&self, key: &Key<'_>) -> Outcome<bool> {
        let aliases = self.aliases(key)?;
        let is_set = |item: &Reader<'_>| matches!(item.word(0), "cube" | "grouping" | "rollup");
        if aliases.is_empty() || self.items.iter().any(is_set) {
            return Ok(false);
        }
        let mut names = Vec::with_capacity(self.items.len());
        let mut expressions: HashMap<&str, Vec<&[Token<'_>]>> = HashMap::default();
        for item in &self.items {
            let item = self.meant(*item, key)?;
            names.extend(column(&item)?);
            expressions.entry(item.text(0)).or_default().push(item.rest());
        }
        let mut read: Vec<Reader<'_>> = self.outputs.iter().map(|(output, _)| *output).collect();
        read.extend(self.distinct);
        read.extend(self.having);
        for item in &self.order {
            let name = bare_name(item)?;
            let is_output = |name| self.outputs.iter().any(|(_, alias)| alias.as_ref() == Some(name));
            if !name.as_ref().is_some_and(is_output) {
                read.push(*item);
            }
        }
        let is_only = aliases.len() == 1;
        for alias in &aliases {
            let is_of = |table: &Option<Text>| table.as_ref().map_or(is_only, |table| table == alias);
            let grouped: HashSet<&str> =
                names.iter().filter(|(table, _)| is_of(table)).map(|(_, column)| column.as_str()).collect();
            if key.columns.iter().all(|column| grouped.contains(column.as_str())) {
                let rest = Rest { key, alias, grouped, expressions: &expressions, is_only };
                for part in &read {
                    if rest.is_in(part)? {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    /// What the table is called in the query, for each time that it is read.
    fn aliases(&self, key: &Key<'_>) -> Outcome<Vec<Text>> {
        let mut found = Vec::new();
        let mut reader = self.relations;
        let mut is_next = true;
        while !reader.is_done() {
            if is_next && reader.is_group() && !starts_query(reader.word(1)) {
                reader.at += 1;
                continue;
            }
            if is_next && !reader.take_any(&["only", "lateral"]).is_empty() {
                continue;
            }
            if !is_next || !reader.is_name(0) {
                is_next = reader.is_word("join") || reader.is_sign(",");
                reader.skip();
                continue;
            }
            let name = reader.name()?;
            is_next = false;
            let is_other = name.schema.is_some() && name.schema != key.table.schema;
            if reader.is_group() || name.name != key.table.name || is_other {
                continue;
            }
            reader.take_sign("*");
            reader.take_word("as");
            let is_alias = reader.is_name(0) && !is_reserved(reader.word(0)) && !is_join(reader.word(0));
            found.push(if is_alias { reader.identifier()? } else { name.name });
        }
        Ok(found)
    }

    /// The column of the query that an item of `GROUP BY` means by its number or name, or the item.
    fn meant(&self, item: Reader<'a>, key: &Key<'_>) -> Outcome<Reader<'a>> {
        let [token] = item.rest() else { return Ok(item) };
        if token.kind == Kind::Number {
            let place = token.text.parse::<usize>().ok().filter(|_| token.text.len() < 5);
            let output = place.and_then(|place| self.outputs.get(place.checked_sub(1)?));
            return Ok(output.map_or(item, |(output, _)| *output));
        }
        let Some(name) = bare_name(&item)?.filter(|name| !(key.is_column)(name)) else { return Ok(item) };
        let output = self.outputs.iter().find(|(_, alias)| alias.as_ref() == Some(&name));
        Ok(output.map_or(item, |(output, _)| *output))
    }
}

/// What is named besides the columns of a table that a query is grouped by.
struct Rest<'r> {
    key: &'r Key<'r>,
    alias: &'r Text,
    grouped: HashSet<&'r str>,
    expressions: &'r HashMap<&'r str, Vec<&'r [Token<'r>]>>,
    is_only: bool,
}

impl Rest<'_> {
    /// Whether such a column is named.
    fn is_in(&self, part: &Reader<'_>) -> Outcome<bool> {
        let mut reader = *part;
        let mut inner = None;
        while let Some(token) = reader.token(0) {
            let length = self.grouped_length(&reader);
            if length > 0 {
                reader.at += length;
                continue;
            }
            if reader.is_group() && starts_query(reader.word(1)) {
                // Names without a table can be those of the inner query.
                inner = inner.max(Some(token.closing));
            }
            if token.is_sign("*") && part.rest().len() == 1 {
                return Ok(true);
            }
            if !token.is_name() {
                reader.at += 1;
                if token.is_sign("::") && reader.is_name(0) {
                    reader.parts()?;
                }
                continue;
            }
            let start = reader.at;
            let name = reader.name()?;
            if reader.is_group() {
                self.skip_aggregate(&mut reader, &name.name);
                continue;
            }
            let is_row = reader.is_sign(".") && reader.is_sign_at("*", 1) && name.name == *self.alias;
            let is_column = token.kind != Kind::Word || !is_reserved(token.text);
            let is_own = match &name.schema {
                Some(table) => table == self.alias,
                None => self.is_only && is_column && inner.is_none_or(|inner| start > inner),
            };
            if is_row || (is_own && self.is_other(&name.name)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_other(&self, column: &str) -> bool {
        (self.key.is_column)(column) && !self.grouped.contains(column)
    }

    /// The tokens of an expression that the query is grouped by, if it is next.
    fn grouped_length(&self, reader: &Reader<'_>) -> usize {
        let rest = reader.rest();
        let is_next = |tokens: &&&[Token<'_>]| {
            rest.len() >= tokens.len()
                && tokens.iter().zip(rest).all(|(token, other)| token.text == other.text)
        };
        let known = self.expressions.get(reader.text(0)).into_iter().flatten();
        known.filter(|tokens| is_next(tokens)).map(|tokens| tokens.len()).next().unwrap_or_default()
    }

    /// Goes past what an aggregate is given, or into what another function is given.
    fn skip_aggregate(&self, reader: &mut Reader<'_>, name: &str) {
        if !is_aggregate(name) && !(self.key.is_aggregate)(name) {
            return;
        }
        let mut rest = *reader;
        rest.skip();
        if rest.take(&["within", "group"]) {
            rest.skip();
        }
        if rest.take_word("filter") {
            rest.skip();
        }
        if !rest.take_word("over") {
            reader.at = rest.at;
        }
    }
}

/// What commas part, to the next part of the query.
fn items<'a>(reader: &mut Reader<'a>) -> Vec<Reader<'a>> {
    let mut found = Vec::new();
    loop {
        let item = reader.until_token(|token| token.is_sign(",") || ends_part(token));
        if !item.is_done() {
            found.push(item);
        }
        if !reader.take_sign(",") {
            return found;
        }
    }
}

/// A column of a query without the name that it gets, and its name.
fn without_alias(item: Reader<'_>) -> Outcome<(Reader<'_>, Option<Text>)> {
    let mut whole = item;
    let before = whole.until(&["as"]);
    if whole.take_word("as") && whole.is_name(0) {
        return Ok((before, Some(whole.identifier()?)));
    }
    if let [.., previous, last] = item.rest()
        && last.is_name()
        && !is_reserved(last.text)
        && (previous.is_name() || previous.closes() || previous.kind == Kind::Number)
    {
        return Ok((item.part(item.at, item.end - 1), Some(unquoted(last.text))));
    }
    let name = column(&item)?.map(|(_, column)| column);
    Ok((item, name))
}

/// The name that is all of an item.
fn bare_name(item: &Reader<'_>) -> Outcome<Option<Text>> {
    Ok(column(item)?.filter(|(table, _)| table.is_none()).map(|(_, column)| column))
}

/// The table and the column that are all of an item.
fn column(item: &Reader<'_>) -> Outcome<Option<(Option<Text>, Text)>> {
    let mut reader = item.bare();
    let is_name = reader
        .token(0)
        .is_some_and(|token| token.is_name() && (token.kind == Kind::Name || !is_reserved(token.text)));
    if !is_name {
        return Ok(None);
    }
    let name = reader.name()?;
    Ok(if reader.is_done() { Some((name.schema, name.name)) } else { None })
}
