//! Transactions: what is taken back, and what ends with them or with the session.
//!
//! The changes of a transaction are kept only if it may be taken back: a text that is one transaction from its
//! start to its end costs no more than without it.

use super::dropping::drop_objects;
use super::reading::{Outcome, Reader};
use super::records::Id;
use super::schemas::default_path;
use super::state::State;
use crate::sql::name_statement;

fn starts(kind: &str) -> bool {
    matches!(kind, "BEGIN" | "START TRANSACTION")
}

fn ends(kind: &str) -> bool {
    matches!(kind, "COMMIT" | "PREPARE TRANSACTION" | "ROLLBACK")
}

/// Whether statements of a kind are followed here.
pub(crate) fn is_of_transactions(kind: &str) -> bool {
    starts(kind) || ends(kind) || matches!(kind, "SAVEPOINT" | "RELEASE" | "DISCARD ALL" | "DISCARD TEMP")
}

/// The kind of a statement that may end a transaction. The first letters of others tell that they do not.
pub(crate) fn ending_kind(text: &[u8]) -> Option<&'static str> {
    let starts_with =
        |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
    let may_end = ["commit", "end", "rollback", "abort", "prepare"].into_iter().any(starts_with);
    if may_end { name_statement(text).kind } else { None }
}

/// For each statement, whether the next end of a transaction after it is one that takes back.
pub(crate) fn rollbacks<'a>(kinds: impl DoubleEndedIterator<Item = Option<&'a str>>) -> Vec<bool> {
    let mut is_next = false;
    let mut found: Vec<bool> = kinds
        .rev()
        .map(|kind| {
            let before = is_next;
            if let Some(kind) = kind.filter(|kind| ends(kind)) {
                is_next = kind == "ROLLBACK";
            }
            before
        })
        .collect();
    found.reverse();
    found
}

/// Follows a statement of those that are followed.
///
/// `may_roll_back`: whether the next end of a transaction is one that takes back.
pub(crate) fn follow_transaction(
    state: &mut State,
    kind: &str,
    reader: &mut Reader<'_>,
    may_roll_back: bool,
) -> Outcome<()> {
    match kind {
        "DISCARD TEMP" => discard_temporary(state),
        "DISCARD ALL" => {
            discard_temporary(state);
            state.set_path(default_path());
            state.set_roles(None, None);
        }
        "SAVEPOINT" => {
            reader.expect(&["savepoint"])?;
            let name = reader.identifier()?;
            state.save(name);
        }
        "RELEASE" => {
            reader.expect(&["release"])?;
            reader.take_word("savepoint");
            let name = reader.identifier()?;
            state.release(&name);
        }
        "PREPARE TRANSACTION" => state.end_transaction(),
        kind if starts(kind) => state.start_transaction(may_roll_back),
        kind => end(state, kind, reader, may_roll_back)?,
    }
    Ok(())
}

fn end(state: &mut State, kind: &str, reader: &mut Reader<'_>, may_roll_back: bool) -> Outcome<()> {
    reader.at += 1;
    reader.take_any(&["work", "transaction"]);
    if kind == "ROLLBACK" && reader.take_word("to") {
        reader.take_word("savepoint");
        let name = reader.identifier()?;
        state.roll_back_to(&name);
        return Ok(());
    }
    if kind == "ROLLBACK" {
        state.roll_back();
    } else {
        let dropped: Vec<Id> =
            state.ending.iter().copied().filter(|table| !state.record(*table).is_dropped).collect();
        drop_objects(state, dropped, true);
    }
    state.end_transaction();
    if reader.take(&["and", "chain"]) {
        state.start_transaction(may_roll_back);
    }
    Ok(())
}

fn discard_temporary(state: &mut State) {
    let mut temporary = state.take_temporary();
    temporary.retain(|id| !state.record(*id).is_dropped);
    drop_objects(state, temporary, true);
}
