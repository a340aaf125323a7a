//! A text statement by statement: what each does to the state, and what becomes of it.

use std::collections::BTreeMap;

use super::aggregates::create_aggregate;
use super::alter_table::alter_relation;
use super::altering::alter_object;
use super::comments::comment;
use super::default_privileges::{default_privileges, grant_role};
use super::definitions::{create_definition, is_definition};
use super::domains::create_domain;
use super::dropping::drop_statement;
use super::edges::{Link, add_references};
use super::encoding::document;
use super::extensions::{alter_extension, create_extension};
use super::indexes::create_index;
use super::owners::{drop_owned, reassign_owned};
use super::places::Places;
use super::policies::{alter_policy, create_policy};
use super::privileges::grant;
use super::publications::fold_publications;
use super::query_tables::{create_table_as, select_into};
use super::reading::{Failure, Name as QualifiedName, Outcome, Reader, read_tokens, unmodelled};
use super::records::{Body, Record};
use super::roles::{alter_role, create_role};
use super::routines::create_routine;
use super::rules::{alter_rule, create_rule};
use super::schema::{Identity, LedgerEntry, Opaque, Text};
use super::schemas::{create_schema, follow_select, follow_setting};
use super::sequences::create_sequence;
use super::state::{MISSING, State};
use super::statement::Statement;
use super::tables::create_table;
use super::transactions::{ending_kind, follow_transaction, is_of_transactions, rollbacks};
use super::triggers::{alter_trigger, create_event_trigger, create_trigger};
use super::types_and_domains::create_type;
use super::views::{create_materialized_view, create_view};
use crate::files::Segment;
use crate::sql::{
    Form, Head, Name, Normalized, Object, Prepared, StatementText, fingerprint_of, name_statement,
    statement_texts,
};
use crate::workers::{make_room, workers};

/// Whether a statement of a kind defines nothing that a schema consists of.
fn is_passed(kind: &str) -> bool {
    matches!(
        kind,
        "SELECT"
            | "INSERT"
            | "UPDATE"
            | "DELETE"
            | "MERGE"
            | "COPY"
            | "DO"
            | "CALL"
            | "EXPLAIN"
            | "PREPARE"
            | "EXECUTE"
            | "DEALLOCATE"
            | "DEALLOCATE ALL"
            | "DECLARE CURSOR"
            | "FETCH"
            | "MOVE"
            | "CLOSE CURSOR"
            | "CLOSE CURSOR ALL"
            | "LISTEN"
            | "NOTIFY"
            | "UNLISTEN"
            | "LOCK TABLE"
            | "BEGIN"
            | "COMMIT"
            | "ROLLBACK"
            | "SAVEPOINT"
            | "RELEASE"
            | "PREPARE TRANSACTION"
            | "COMMIT PREPARED"
            | "ROLLBACK PREPARED"
            | "START TRANSACTION"
            | "SET"
            | "RESET"
            | "SHOW"
            | "SET CONSTRAINTS"
            | "DISCARD ALL"
            | "DISCARD PLANS"
            | "DISCARD SEQUENCES"
            | "DISCARD TEMP"
            | "LOAD"
            | "ANALYZE"
            | "VACUUM"
            | "CHECKPOINT"
            | "REINDEX"
            | "REFRESH MATERIALIZED VIEW"
            | "TRUNCATE TABLE"
            | "ALTER SYSTEM"
            | "SECURITY LABEL"
    )
}

/// Whether a statement of a kind can change the state.
fn is_run(kind: &str) -> bool {
    !is_passed(kind) || matches!(kind, "SET" | "RESET" | "SELECT") || is_of_transactions(kind)
}

/// Bytes of the statements that are made ready together, about.
const BATCH: usize = 32 * 1024;
/// Bytes of a text from which on it is worth while to share the work.
const LARGE: usize = 2 * BATCH;

/// Bytes of the state for each byte of a text, about.
const ROOM: usize = 8;

/// The first statements that are made ready together, and those after them.
fn split_batch<'a, 'b>(
    statements: &'b [StatementText<'a>],
) -> (&'b [StatementText<'a>], &'b [StatementText<'a>]) {
    let mut bytes = 0;
    let is_full = |statement: &StatementText<'_>| {
        bytes += statement.text.len();
        bytes >= BATCH
    };
    let end = statements.iter().position(is_full).map_or(statements.len(), |last| last + 1);
    statements.split_at(end)
}

/// What became of a statement.
enum Fate {
    Modelled,
    Passed,
}

/// The statements of a text, one after the other.
#[derive(Default)]
struct Run {
    opaque: Vec<(u32, Opaque<'static>)>,
    /// By kind, those without one last.
    counts: BTreeMap<(bool, &'static str), LedgerEntry>,
    /// For each statement, whether the next end of a transaction is one that takes back.
    rollbacks: Vec<bool>,
}

impl Run {
    /// Runs all statements. While those of a batch change the state, the next ones are made ready.
    fn statements(&mut self, state: &mut State, statements: &[StatementText<'_>], is_parallel: bool) {
        let (mut ready, mut next) = (Prepared::default(), Prepared::default());
        let (mut batch, mut rest) = split_batch(statements);
        let mut numbers = 0_u32..;
        ready.fill(batch, is_run);
        while !batch.is_empty() {
            let following;
            (following, rest) = split_batch(rest);
            let mut run = || {
                for ((text, number), prepared) in batch.iter().zip(&mut numbers).zip(ready.iter()) {
                    self.statement(state, (number, text), prepared);
                }
            };
            let mut prepare = || next.fill(following, is_run);
            if is_parallel {
                rayon::join(run, prepare);
            } else {
                run();
                prepare();
            }
            std::mem::swap(&mut ready, &mut next);
            batch = following;
        }
    }

    fn statement(
        &mut self,
        state: &mut State,
        (number, text): (u32, &StatementText<'_>),
        (head, tokens): (Head, Normalized<'_>),
    ) {
        let kind = head.kind;
        let entry = self.counts.entry((kind.is_none(), kind.unwrap_or_default())).or_insert(LedgerEntry {
            kind,
            modelled: 0,
            opaque: 0,
            refused: 0,
            passed: 0,
        });
        let Some(kind) = kind else {
            entry.refused += 1;
            self.keep((number, text), &name_statement(&text.text), None, ("it is no statement", true));
            return;
        };
        if !is_run(kind) {
            entry.passed += 1;
            return;
        }
        state.begin(number);
        let may_roll_back = self.rollbacks.get(number as usize).is_some_and(|rollback| *rollback);
        match run(state, (kind, head.form), tokens, may_roll_back) {
            Ok(Fate::Modelled) => entry.modelled += 1,
            Ok(Fate::Passed) => entry.passed += 1,
            Err(failure) => {
                state.undo();
                if is_passed(kind) {
                    entry.passed += 1;
                    return;
                }
                let (reason, is_refused) = match failure {
                    Failure::Refused(reason) => (reason, true),
                    Failure::Unmodelled(reason) => (reason, false),
                };
                if is_refused {
                    entry.refused += 1;
                } else {
                    entry.opaque += 1;
                }
                let name = name_statement(&text.text);
                let mut schema = None;
                if !is_refused && makes_relation(kind) {
                    schema = schema_of_made(state, &name, tokens);
                    if make_unknown(state, kind, &name, tokens).is_err() {
                        state.undo();
                    }
                }
                self.keep((number, text), &name, schema, (&reason, is_refused));
            }
        }
    }

    /// Keeps a statement as it is. Its identity has the schema that what it makes is in, where that is known.
    fn keep(
        &mut self,
        (number, statement): (u32, &StatementText<'_>),
        name: &Name,
        schema: Option<Text>,
        (reason, is_refused): (&str, bool),
    ) {
        let identity = name.objects.first().map(|object| Identity {
            kind: object.kind,
            schema: object.schema.clone().or(schema),
            name: object.name.clone(),
            arguments: object.arguments.clone(),
            parent: object.parent.clone(),
        });
        let opaque = Opaque {
            kind: name.kind,
            identity,
            fingerprint: Text::from(fingerprint_of(&statement.text, name.kind)),
            reason: Text::new(reason),
            is_refused,
            place: None,
        };
        self.opaque.push((number, opaque));
    }
}

fn run(
    state: &mut State,
    (kind, form): (&'static str, Form),
    tokens: Normalized<'_>,
    may_roll_back: bool,
) -> Outcome<Fate> {
    let tokens = read_tokens(tokens)?;
    let mut reader = Reader::new(&tokens);
    match kind {
        "SELECT" => {
            follow_select(state, &mut reader)?;
            Ok(Fate::Passed)
        }
        "SET" | "RESET" => {
            follow_setting(state, &mut reader)?;
            Ok(Fate::Passed)
        }
        kind if is_of_transactions(kind) => {
            follow_transaction(state, kind, &mut reader, may_roll_back)?;
            Ok(Fate::Passed)
        }
        "CLUSTER" => cluster(state, &mut reader),
        _ => {
            apply(state, &Statement { kind, form, tokens: reader })?;
            Ok(Fate::Modelled)
        }
    }
}

/// Whether the relation of a statement is there, although the statement is opaque.
fn makes_relation(kind: &str) -> bool {
    matches!(
        kind,
        "CREATE TABLE"
            | "CREATE TABLE AS"
            | "CREATE FOREIGN TABLE"
            | "CREATE VIEW"
            | "CREATE MATERIALIZED VIEW"
            | "SELECT INTO"
    )
}

/// The schema that the relation of a statement is made in.
fn schema_of_made(state: &State, named: &Name, tokens: Normalized<'_>) -> Option<Text> {
    let tokens = read_tokens(tokens).ok()?;
    let object = named.objects.first()?;
    // What a variable of psql stands for may have a schema of its own.
    if object.name.as_ref().is_some_and(|name| name.starts_with(':')) {
        return None;
    }
    state.schema_of(&written_name(object), is_temporary(&Reader::new(&tokens))).ok()
}

/// Whether a statement that makes a relation makes a temporary one.
fn is_temporary(reader: &Reader<'_>) -> bool {
    [1, 2].iter().any(|&ahead| matches!(reader.word(ahead), "temporary" | "temp"))
}

fn written_name(object: &Object) -> QualifiedName {
    QualifiedName { schema: object.schema.clone(), name: object.name.clone().unwrap_or_default() }
}

/// Knows the name of a relation whose statement is opaque, and what its query needs.
fn make_unknown(state: &mut State, kind: &str, named: &Name, tokens: Normalized<'_>) -> Outcome<()> {
    let tokens = read_tokens(tokens)?;
    let mut reader = Reader::new(&tokens);
    let (made, name, query, temporary) = if let Some(object) = named.objects.first() {
        let temporary = is_temporary(&reader);
        let name = written_name(object);
        reader.until(&["as"]);
        (object.kind, name, reader.part(reader.at + 1, reader.end), temporary)
    } else {
        let query = reader;
        reader.until(&["into"]);
        reader.expect(&["into"])?;
        let temporary = !reader.take_any(&["temporary", "temp"]).is_empty();
        reader.take_word("unlogged");
        reader.take_word("table");
        ("table", reader.name()?, query, temporary)
    };
    let schema = state.schema_of(&name, temporary)?;
    let is_of_session = schema == "pg_temp";
    let id = state.add(Record::new(made, Some(schema), name.name, Body::Unknown));
    state.add_relation(id, false)?;
    if is_of_session {
        state.note_temporary(id);
    }
    if matches!(kind, "CREATE TABLE AS" | "SELECT INTO") {
        add_references(state, &query, Link::new(id, "query"))?;
    }
    Ok(())
}

/// Applies a statement.
pub(crate) fn apply(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    match statement.kind {
        "ALTER DEFAULT PRIVILEGES" => default_privileges(state, statement),
        "ALTER EXTENSION" => alter_extension(state, statement),
        "ALTER POLICY" => alter_policy(state, statement),
        "ALTER ROLE" => alter_role(state, statement),
        "ALTER RULE" => alter_rule(state, statement),
        "ALTER TRIGGER" => alter_trigger(state, statement),
        "COMMENT" => comment(state, statement),
        "CREATE AGGREGATE" => create_aggregate(state, statement),
        "CREATE DOMAIN" => create_domain(state, statement),
        "CREATE EVENT TRIGGER" => create_event_trigger(state, statement),
        "CREATE EXTENSION" => create_extension(state, statement),
        "CREATE FOREIGN TABLE" | "CREATE TABLE" => create_table(state, statement),
        "CREATE FUNCTION" | "CREATE PROCEDURE" => create_routine(state, statement),
        "CREATE INDEX" => create_index(state, statement),
        "CREATE MATERIALIZED VIEW" => create_materialized_view(state, statement),
        "CREATE POLICY" => create_policy(state, statement),
        "CREATE ROLE" => create_role(state, statement),
        "CREATE RULE" => create_rule(state, statement),
        "CREATE SCHEMA" => create_schema(state, statement),
        "CREATE SEQUENCE" => create_sequence(state, statement),
        "CREATE TABLE AS" => create_table_as(state, statement),
        "CREATE TRIGGER" => create_trigger(state, statement),
        "CREATE TYPE" => create_type(state, statement),
        "CREATE VIEW" => create_view(state, statement),
        "DROP OWNED" => drop_owned(state, statement),
        "GRANT" | "REVOKE" => grant(state, statement),
        "GRANT ROLE" | "REVOKE ROLE" => grant_role(state, statement),
        "REASSIGN OWNED" => reassign_owned(state, statement),
        "SELECT INTO" => select_into(state, statement),
        "ALTER TABLE"
        | "ALTER FOREIGN TABLE"
        | "ALTER VIEW"
        | "ALTER MATERIALIZED VIEW"
        | "ALTER INDEX"
        | "ALTER SEQUENCE" => alter_relation(state, statement),
        kind if is_definition(kind) => create_definition(state, statement),
        kind if kind.starts_with("DROP ") => drop_statement(state, statement),
        kind if kind.starts_with("ALTER ") => alter_object(state, statement),
        _ => unmodelled("the model has no place for it"),
    }
}

/// `CLUSTER [VERBOSE] table USING index`: whether it changes a state.
fn cluster(state: &mut State, reader: &mut Reader<'_>) -> Outcome<Fate> {
    reader.expect(&["cluster"])?;
    reader.take_word("verbose");
    if reader.is_group() {
        reader.group()?;
    }
    if reader.is_done() {
        return Ok(Fate::Passed);
    }
    let first = reader.name()?;
    let (table, index) = if reader.take_word("using") {
        (first, reader.identifier()?)
    } else if reader.take_word("on") {
        (reader.name()?, first.name)
    } else {
        return Ok(Fate::Passed);
    };
    reader.expect_end()?;
    let Some(table) = state.relation(&table) else { return unmodelled(MISSING) };
    let name = QualifiedName { schema: state.record(table).schema.clone(), name: index };
    let index = state.relation(&name).filter(|index| state.index(*index).is_some());
    let (Some(index), Some(relation)) = (index, state.change(table).relation_mut()) else {
        return unmodelled(MISSING);
    };
    relation.clustered_on = Some(index);
    Ok(Fate::Modelled)
}

/// What all statements of a text have led to.
pub(super) struct Parsed {
    pub(super) state: State,
    /// The statements that are kept as they are, with their numbers.
    pub(super) opaque: Vec<(u32, Opaque<'static>)>,
    pub(super) ledger: Vec<LedgerEntry>,
    /// Lines and columns of all statements.
    starts: Vec<(u64, u64)>,
    /// Whether the thread pool does the work.
    pub(super) is_parallel: bool,
}

impl Parsed {
    /// The document of the model, with places in `file`, or where `origins` and `files` tell that the lines
    /// of a bundle come from.
    pub(super) fn document(&self, file: Option<&str>, origins: &[Segment], files: &[String]) -> Vec<u8> {
        let places = self.places(file, origins, files);
        document(&self.state, &places, (&self.opaque(&places), &self.ledger), self.is_parallel)
    }

    /// Where the statements start: in `file`, or where `origins` and `files` tell that the lines of a bundle
    /// come from.
    pub(super) fn places<'a>(
        &self,
        file: Option<&str>,
        origins: &'a [Segment],
        files: &[String],
    ) -> Places<'a> {
        Places::new(file, origins, files, self.starts.clone())
    }

    /// The statements that are kept as they are, with their places.
    pub(super) fn opaque<'a>(&self, places: &'a Places<'_>) -> Vec<Opaque<'a>> {
        let placed = |(number, opaque): &(u32, Opaque<'static>)| Opaque {
            place: places.of(Some(*number)),
            ..opaque.clone()
        };
        self.opaque.iter().map(placed).collect()
    }
}

/// What is made of all that a text of UTF-8 leads to, which may start with a byte order mark.
pub(super) fn parsed<T: Send>(text: &[u8], finish: impl FnOnce(&Parsed) -> T + Send) -> T {
    let pool = if text.len() > LARGE { workers().ok() } else { None };
    let Some(pool) = pool else { return finish(&parse(text, false)) };
    pool.install(|| {
        make_room(ROOM * text.len());
        let parsed = parse(text, true);
        let made = finish(&parsed);
        // Nobody has to wait for that.
        rayon::spawn(|| drop(parsed));
        made
    })
}

/// Runs all statements of a text; if it is parallel, in the thread pool.
fn parse(text: &[u8], is_parallel: bool) -> Parsed {
    let statements = statement_texts(text);
    let may_create = |statement: &&StatementText<'_>| matches!(statement.text.first(), Some(b'c' | b'C'));
    let mut state = State::new(statements.iter().filter(may_create).count());
    let rollbacks = rollbacks(statements.iter().map(|statement| ending_kind(&statement.text)));
    let mut run = Run { rollbacks, ..Run::default() };
    run.statements(&mut state, &statements, is_parallel);
    state.finish();
    fold_publications(&mut state);
    Parsed {
        state,
        opaque: run.opaque,
        ledger: run.counts.into_values().collect(),
        starts: statements.iter().map(|statement| (statement.line, statement.column)).collect(),
        is_parallel,
    }
}
