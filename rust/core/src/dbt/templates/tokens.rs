//! What a template's tokens tell before it is parsed.
//!
//! Here is refused what jinja2 and minijinja would read to different things, and what one of them alone reads.
//! It comes before all that parsing refuses, in both engines.

use minijinja::machinery::{Span, Token, Tokenizer};
use minijinja::syntax::SyntaxConfig;
use rustc_hash::FxHashSet;

use super::argument_order::{Argument, Within};
use super::numerals::{is_index, is_numeral};
use super::reading::whitespace;
use super::values::Refusal;

/// How deep brackets may be nested in a tag, and how many signs may stand before a value.
const DEEPEST_BRACKETS: usize = 30;
const MOST_SIGNS: usize = 100;

/// Between two values; elsewhere they are names.
const OPERATORS: [&str; 8] = ["and", "else", "elif", "if", "in", "is", "not", "or"];
/// Operators behind which `not` is a name, as it binds less than they do.
const ABOVE_NOT: [&str; 15] =
    ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", "in"];

/// What is no name of an argument.
const CONSTANTS: [&str; 7] = ["False", "None", "True", "false", "none", "not", "true"];

/// What nothing is assigned to.
const RESERVED: [&str; 9] = ["False", "None", "True", "false", "in", "loop", "none", "self", "true"];

/// The tags in which no comma stands outside of brackets.
const WITHOUT_TUPLES: [&str; 4] = ["do", "elif", "if", "with"];

/// Refuses what the engines would not read alike.
pub(super) fn check(text: &str) -> Result<(), Refusal> {
    let mut tokens = Tokenizer::new(text, "", false, SyntaxConfig, whitespace());
    let mut lines = Lines { text, offset: 0, line: 1 };
    let mut tag: Option<Tag<'_>> = None;
    let mut last_end = 0;
    let mut blocks = FxHashSet::default();
    loop {
        let (token, span) = match tokens.next_token() {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(()),
            Err(_) => return Err(no_token(text, last_end, &mut lines)),
        };
        let (start, end) = (span.start_offset as usize, span.end_offset as usize);
        let kind = match (&token, &mut tag) {
            (Token::TemplateData(_), _) => {
                let before = text.get(last_end..start).unwrap_or_default();
                // {% raw +%}: it is no sign for jinja2.
                if before.ends_with("+%}") { Err("syntax") } else { Ok(()) }
            }
            (Token::VariableStart | Token::BlockStart, _) => {
                tag = Some(Tag::new(matches!(token, Token::BlockStart)));
                Ok(())
            }
            (Token::VariableEnd | Token::BlockEnd, Some(open)) => {
                let has_plus = text.get(start..end).is_some_and(|written| written == "+}}");
                let ended = if has_plus { Err("syntax") } else { open.end() };
                tag = None;
                ended
            }
            (Token::Ident(name), Some(open)) if open.names_block() && !blocks.insert(*name) => Err("syntax"),
            (_, Some(open)) => open.take(&token, text, span),
            (_, None) => Ok(()),
        };
        if let Err(kind) = kind {
            let detail = if kind == "statement" { "print" } else { "" };
            let wrong_at = tag.as_ref().and_then(|open| open.wrong_at);
            return Err(Refusal { line: lines.at(wrong_at.unwrap_or(start)), ..Refusal::new(kind, detail) });
        }
        last_end = end;
    }
}

/// Counts lines from where it counted last.
struct Lines<'t> {
    text: &'t str,
    offset: usize,
    line: u32,
}

impl Lines<'_> {
    fn at(&mut self, offset: usize) -> u32 {
        let passed = self.text.as_bytes().get(self.offset..offset).unwrap_or_default();
        let count = memchr::memchr_iter(b'\n', passed).count();
        self.line = self.line.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        self.offset = offset.max(self.offset);
        self.line
    }
}

/// The refusal of what is no token, which is somewhere behind the last one.
fn no_token(text: &str, last_end: usize, lines: &mut Lines<'_>) -> Refusal {
    let mut at = last_end;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        at += rest.len() - rest.trim_start_matches(|character: char| character.is_ascii_whitespace()).len();
        let rest = text.get(at..).unwrap_or_default();
        // Comments are no tokens.
        match rest.strip_prefix("{#").and_then(|comment| comment.find("#}")) {
            Some(length) => at += length + 4,
            None => break,
        }
    }
    let is_number = text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let written = text.get(at..).unwrap_or_default();
    let length = written.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let (number, behind) = written.split_at_checked(length).unwrap_or_default();
    let has_fraction =
        behind.strip_prefix('.').is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    let is_large = is_number && !has_fraction && is_numeral(number);
    let is_string = written.starts_with(['"', '\'']);
    let kind = match () {
        () if is_large => "number",
        () if is_string && is_closed(written) => "escape",
        () => "syntax",
    };
    Refusal { line: lines.at(at), ..Refusal::bare(kind) }
}

/// Where the name of a filter or a test is expected or was read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    None,
    Is,
    IsNot,
    Test,
    Pipe,
    Filter,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Round,
    Square,
    Curly,
    /// Those of a filter's or a test's arguments.
    Arguments,
    Subscript,
}

/// What of a tag was looked at.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the last tokens")]
struct Tag<'t> {
    /// What kind of a tag it is; None before that is known, empty for an expression.
    name: Option<&'t str>,
    brackets: Vec<(Bracket, Within<'t>)>,
    /// Where what is wrong starts, if that is before the last token.
    wrong_at: Option<usize>,
    /// The last tokens.
    before: &'t str,
    before_that: &'t str,
    is_behind_name: bool,
    /// Whether the last token ends a value, so that a sign behind it stands between two.
    ends_value: bool,
    /// Whether the last bracket ends the arguments of a filter or test.
    ends_arguments: bool,
    word: Word,
    signs: usize,
    takes_comma: bool,
    /// Whether names are read that something is assigned to, and what stands between them: a point for an
    /// attribute, a comma for several names.
    is_target: bool,
    between: &'t str,
}

/// The kind of a refusal.
type Checked = Result<(), &'static str>;

impl<'t> Tag<'t> {
    fn new(is_block: bool) -> Self {
        Self {
            name: if is_block { None } else { Some("") },
            brackets: Vec::new(),
            wrong_at: None,
            before: "",
            before_that: "",
            is_behind_name: false,
            ends_value: false,
            ends_arguments: false,
            word: Word::None,
            signs: 0,
            takes_comma: false,
            is_target: false,
            between: "",
        }
    }

    /// Whether the next token is the name of a block.
    fn names_block(&self) -> bool {
        self.name == Some("block") && (self.before_that, self.before) == ("", "block")
    }

    fn take(&mut self, token: &Token<'t>, text: &'t str, span: Span) -> Checked {
        let (start, end) = (span.start_offset as usize, span.end_offset as usize);
        let written = text.get(start..end).unwrap_or_default();
        let is_name = matches!(token, Token::Ident(_));
        if self.is_target {
            self.take_target(is_name, written)?;
        }
        if matches!(self.before, "(" | ",")
            && written != ")"
            && let Some((Bracket::Round | Bracket::Arguments, within)) = self.brackets.last_mut()
        {
            let kind = match written {
                "*" => Argument::List,
                "**" => Argument::Names,
                _ => Argument::Value,
            };
            within.read = Some((kind, start));
        }
        match token {
            Token::Ident(name) => self.take_name(name)?,
            Token::Str(_) => self.end_value(),
            Token::String(_) => {
                let inner = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
                if !has_known_escapes(inner) {
                    return Err("escape");
                }
                self.end_value();
            }
            Token::Int(_) | Token::Int128(_) | Token::Float(_) => {
                let behind = text.get(end..).unwrap_or_default();
                let is_known = if self.before == "." {
                    is_index(written, behind)
                } else {
                    is_numeral(written) && !runs_on(behind)
                };
                if !is_known {
                    return Err("syntax");
                }
                self.end_value();
            }
            _ => self.take_operator(written)?,
        }
        self.before_that = self.before;
        self.before = written;
        self.is_behind_name = is_name;
        Ok(())
    }

    fn end_value(&mut self) {
        (self.ends_value, self.ends_arguments) = (true, false);
        (self.word, self.signs) = (Word::None, 0);
    }

    /// Looks at a token of what something is assigned to.
    fn take_target(&mut self, is_name: bool, written: &'t str) -> Checked {
        let is_outside = self.brackets.is_empty();
        let is_right = match (self.name, written) {
            (Some("for"), "in") | (Some("set" | "with"), "=") | (Some("set"), "|") if is_outside => {
                self.is_target = false;
                !matches!(self.before, "for" | ",")
            }
            (name, "." | ",") if is_outside => {
                let is_comma = written == ",";
                let is_known = self.between.is_empty() || (is_comma && self.between == ",");
                self.between = written;
                is_known && (is_comma || name == Some("set"))
            }
            _ if is_name => self.before == "." || !RESERVED.contains(&written),
            (_, "(" | ")" | ",") => true,
            _ => false,
        };
        if is_right { Ok(()) } else { Err("syntax") }
    }

    fn end(&self) -> Checked {
        let is_sign = self.name == Some("") && self.before == "+";
        let is_empty = self.name == Some("set") && self.before_that.is_empty() && self.before == "set";
        if is_sign || is_empty { Err("syntax") } else { Ok(()) }
    }

    fn take_name(&mut self, name: &'t str) -> Checked {
        self.ends_arguments = false;
        let word = std::mem::replace(&mut self.word, Word::None);
        match (word, name) {
            _ if self.name.is_none() => self.begin(name)?,
            (Word::Is, "not") => (self.word, self.ends_value) = (Word::IsNot, true),
            (Word::Is | Word::IsNot, _) => (self.word, self.ends_value) = (Word::Test, true),
            (Word::Pipe, _) => (self.word, self.ends_value) = (Word::Filter, true),
            (Word::Test, "is") => return Err("syntax"),
            // Whatever it is called, it is the test's argument.
            (Word::Test, _) if !matches!(name, "and" | "else" | "or") => self.ends_value = true,
            (_, "is") if self.ends_value => self.word = Word::Is,
            (_, "not") if !self.ends_value && !ABOVE_NOT.contains(&self.before) => return self.sign(),
            _ => {
                if self.name == Some("for") && name == "in" && self.brackets.is_empty() {
                    self.takes_comma = false;
                }
                let is_between = self.ends_value || (self.before, name) == ("not", "in");
                self.ends_value = self.before == "." || !(is_between && OPERATORS.contains(&name));
            }
        }
        self.signs = 0;
        Ok(())
    }

    fn begin(&mut self, name: &'t str) -> Checked {
        self.name = Some(name);
        match name {
            "print" => return Err("statement"),
            // It is written with more than its name.
            "raw" => return Err("syntax"),
            _ => {}
        }
        self.takes_comma = !WITHOUT_TUPLES.contains(&name);
        self.is_target = matches!(name, "for" | "set" | "with");
        if name == "filter" {
            self.word = Word::Pipe;
        }
        Ok(())
    }

    fn sign(&mut self) -> Checked {
        self.signs += 1;
        if self.signs > MOST_SIGNS { Err("nesting") } else { Ok(()) }
    }

    fn take_operator(&mut self, operator: &str) -> Checked {
        let word = std::mem::replace(&mut self.word, Word::None);
        let ended_arguments = std::mem::replace(&mut self.ends_arguments, false);
        let may_be_sign = matches!(operator, "+" | "-");
        let is_sign = may_be_sign && !self.ends_value;
        if (may_be_sign && word == Word::Test) || (is_sign && operator == "+") {
            return Err("syntax");
        }
        match operator {
            "(" if ended_arguments => return Err("syntax"),
            "(" | "[" | "{" => self.open(operator, word)?,
            ")" | "]" | "}" => self.ends_arguments = self.close(operator)? == Bracket::Arguments,
            "." => {
                self.word = match word {
                    Word::Test => Word::IsNot,
                    Word::Filter => Word::Pipe,
                    _ => Word::None,
                };
            }
            "|" => self.word = Word::Pipe,
            "," | ":" | "=" => self.divide(operator)?,
            _ => {}
        }
        self.ends_value = matches!(operator, ")" | "]" | "}");
        if is_sign {
            return self.sign();
        }
        self.signs = 0;
        Ok(())
    }

    fn open(&mut self, operator: &str, word: Word) -> Checked {
        if self.brackets.len() == DEEPEST_BRACKETS {
            return Err("nesting");
        }
        let opened = match operator {
            "(" if matches!(word, Word::Test | Word::Filter) => Bracket::Arguments,
            "(" => Bracket::Round,
            "{" => Bracket::Curly,
            _ if self.ends_value && word != Word::Test => Bracket::Subscript,
            _ => Bracket::Square,
        };
        self.brackets.push((opened, Within::default()));
        Ok(())
    }

    fn close(&mut self, operator: &str) -> Result<Bracket, &'static str> {
        let (closed, mut within) = self.brackets.pop().ok_or("syntax")?;
        let closing = match closed {
            Bracket::Round | Bracket::Arguments => ")",
            Bracket::Square | Bracket::Subscript => "]",
            Bracket::Curly => "}",
        };
        let is_empty = closed == Bracket::Subscript && self.before == "[";
        if closing != operator || is_empty {
            return Err("syntax");
        }
        self.wrong_at = within.end();
        if self.wrong_at.is_none() { Ok(closed) } else { Err("syntax") }
    }

    /// Looks at what stands between parts.
    fn divide(&mut self, operator: &str) -> Checked {
        let is_wrong = match self.brackets.last_mut() {
            None => {
                let is_wrong = operator == ":" || (operator == "," && !self.takes_comma);
                if self.name == Some("with") {
                    self.takes_comma = operator == "=";
                    (self.is_target, self.between) = (operator == ",", "");
                }
                is_wrong
            }
            Some((Bracket::Subscript, _)) if operator == "," => true,
            Some((Bracket::Round | Bracket::Arguments, within)) if operator == "=" => {
                let start = within.read.map(|(_, start)| start);
                within.read = start.map(|start| (Argument::Named, start));
                let names_argument = self.is_behind_name
                    && !CONSTANTS.contains(&self.before)
                    && matches!(self.before_that, "(" | ",");
                if names_argument && !within.names.insert(self.before) {
                    self.wrong_at = start;
                }
                !names_argument || self.wrong_at.is_some()
            }
            Some(_) if operator == "=" => true,
            Some((_, within)) if operator == "," => {
                self.wrong_at = within.end();
                self.wrong_at.is_some()
            }
            Some(_) => false,
        };
        if is_wrong { Err("syntax") } else { Ok(()) }
    }
}

/// Whether a number does not end where its token ends.
fn runs_on(behind: &str) -> bool {
    behind.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

/// Whether `uXXXX` is half of a pair, which minijinja joins.
fn is_surrogate(escape: &str) -> bool {
    matches!(escape.as_bytes(), [_, b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F', ..])
}

/// Whether a string that stands at the start of a text is closed.
fn is_closed(written: &str) -> bool {
    let mut bytes = written.bytes();
    let mark = bytes.next();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            _ if Some(byte) == mark => return true,
            _ => {}
        }
    }
    false
}

/// Whether minijinja and Python read a string's escapes alike.
fn has_known_escapes(written: &str) -> bool {
    let mut rest = written;
    while let Some(at) = rest.find('\\') {
        let escape = rest.get(at + 1..).unwrap_or_default();
        let digits = |count: usize| {
            let digits = escape.get(1..=count);
            digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        };
        let length = match escape.bytes().next() {
            Some(b'"' | b'\\' | b'\'' | b'n' | b'r' | b't' | b'b' | b'f') => 1,
            Some(b'u') if digits(4) && !is_surrogate(escape) => 5,
            Some(b'x') if digits(2) => 3,
            _ => return false,
        };
        rest = escape.get(length..).unwrap_or_default();
    }
    true
}
