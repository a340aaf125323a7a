//! psql's backslash commands, as far as they decide where SQL and data start and end.
//!
//! The rules are those of psql's `psqlscanslash.l`, `command.c` and `copy.c`.

use super::scan::{continues_identifier, continues_word, is_space, run_end, starts_identifier};

/// Commands that send the query, as `;` does.
pub(super) const SENDING_COMMANDS: [&[u8]; 9] =
    [b"g", b"gx", b"gset", b"gexec", b"gdesc", b"crosstabview", b"watch", b"parse", b"sendpipeline"];

/// Those of them by which the server runs the query.
pub(super) const RUNNING_COMMANDS: [&[u8]; 6] = [b"g", b"gx", b"gset", b"gexec", b"crosstabview", b"watch"];

/// Commands whose arguments last to the end of the line.
const LINE_COMMANDS: [&[u8]; 9] = [b"", b"ef", b"ev", b"h", b"help", b"sf", b"sf+", b"sv", b"sv+"];

/// Commands whose arguments do if they start with `|`.
const PIPING_COMMANDS: [&[u8]; 6] = [b"g", b"gx", b"o", b"out", b"w", b"write"];

/// Whether a command's arguments last to the end of the line, whatever they hold.
pub(super) fn takes_line(name: &[u8], arguments: &[u8]) -> bool {
    let is_pipe = || arguments.iter().find(|byte| !is_space(**byte)) == Some(&b'|');
    name.starts_with(b"!") || LINE_COMMANDS.contains(&name) || (PIPING_COMMANDS.contains(&name) && is_pipe())
}

/// Commands that drop the query.
pub(super) const DROPPING_COMMANDS: [&[u8]; 2] = [b"r", b"reset"];

/// Where the arguments of a psql command end: at the backslash of the next one, after `\\`, or with the
/// line. A quote left open ends with the line, and only in `'` does a backslash escape.
pub(super) fn arguments_end(arguments: &[u8]) -> usize {
    let mut at = 0;
    while at < arguments.len() {
        match arguments[at] {
            b'\\' if arguments.get(at + 1) == Some(&b'\\') => return at + 2,
            b'\\' => return at,
            b'\'' | b'"' | b'`' => at += quoted_length(&arguments[at..]),
            _ => at += 1,
        }
    }
    arguments.len()
}

/// Whether the arguments of a `\copy` have the word `FROM` and then `STDIN`, alone between spaces or
/// before a `;`, outside parentheses and quotes.
pub(super) fn copies_from_stdin(arguments: &[u8]) -> bool {
    let mut at = 0;
    let mut depth = 0_u64;
    let mut after_from = false;
    while at < arguments.len() {
        let byte = arguments[at];
        if is_space(byte) {
            at += 1;
            continue;
        }
        if starts_identifier(byte) {
            let end = run_end(arguments, at, continues_identifier);
            let word = &arguments[at..end];
            let stands_alone = arguments.get(end).is_none_or(|byte| is_space(*byte) || *byte == b';');
            if after_from && depth == 0 && stands_alone && word.eq_ignore_ascii_case(b"stdin") {
                return true;
            }
            after_from = depth == 0 && word.eq_ignore_ascii_case(b"from");
            at = end;
            continue;
        }
        after_from = false;
        match byte {
            b'0'..=b'9' => {
                at = run_end(arguments, at, continues_word);
                continue;
            }
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'\'' | b'"' | b'`' => {
                at += quoted_length(&arguments[at..]);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// The length of a psql command's quoted argument, with its quotes.
fn quoted_length(argument: &[u8]) -> usize {
    let quote = argument[0];
    let mut at = 1;
    while at < argument.len() {
        match argument[at] {
            b'\\' if quote == b'\'' => at += 1,
            byte if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    argument.len()
}
