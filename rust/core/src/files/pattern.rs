//! gitignore patterns.
//!
//! This module matches one pattern against one path. It does not know where patterns come from, and
//! does not combine them: see [`super::ignore_file`] and [`super::discover`].
//!
//! The rules are those of `gitignore(5)` and of git's `wildmatch.c` with `WM_PATHNAME`, by character
//! instead of by byte. A pattern that git would take and never match is refused instead.

use crate::error::{Error, Result};

/// One compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    negated: bool,
    directories_only: bool,
    /// Matched against the last component only.
    name_only: bool,
    matcher: Matcher,
}

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternProblem {
    /// Nothing is left to match.
    Empty,
    /// A component is `..`.
    Parent,
    /// The last character escapes nothing.
    LoneBackslash,
    /// A `[` has no `]`.
    OpenBracket,
    /// `[:name:]` with a name that is no POSIX class.
    UnknownClass(String),
}

impl PatternProblem {
    /// The end of a sentence that starts with the pattern.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Empty => "is empty".to_owned(),
            Self::Parent => "contains '..'".to_owned(),
            Self::LoneBackslash => "ends in a lone backslash".to_owned(),
            Self::OpenBracket => "has a [ that is never closed".to_owned(),
            Self::UnknownClass(name) => format!("names the unknown class [:{name}:]"),
        }
    }
}

#[derive(Debug, Clone)]
enum Matcher {
    /// Exactly this text.
    Literal(String),
    /// Any run of characters, then this text; for names only.
    Suffix(String),
    States(Vec<State>),
}

/// A state of the automaton; being in the state after the last one is a match.
#[derive(Debug, Clone)]
enum State {
    Character(char),
    AnyCharacter,
    Set(Set),
    /// `[^/]*`
    Star,
    /// `.*`
    Everything,
    /// `(.*/)?`: passes on to the state after the next one, and enters the next.
    Directories,
    /// The `.*/` of `Directories`: leaves on a `/`.
    WithinDirectories,
}

#[derive(Debug, Clone, Default)]
struct Set {
    negated: bool,
    ranges: Vec<(char, char)>,
    classes: Vec<fn(&char) -> bool>,
}

impl Pattern {
    /// Compiles a pattern. A leading `!` negates; `#` and spaces have no special meaning here.
    pub fn new(text: &str) -> Result<Self> {
        Self::compile(text).map_err(|problem| Error::InvalidPattern {
            pattern: text.to_owned(),
            problem,
            place: None,
        })
    }

    pub(super) fn compile(text: &str) -> std::result::Result<Self, PatternProblem> {
        let (negated, rest) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (directories_only, rest) = match rest.strip_suffix('/') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let mut name_only = !rest.contains('/');
        let mut rest = rest.strip_prefix('/').unwrap_or(rest);
        if rest.is_empty() {
            return Err(PatternProblem::Empty);
        }
        if rest.split('/').any(|component| component == "..") {
            return Err(PatternProblem::Parent);
        }
        let backslashes = rest.len() - rest.trim_end_matches('\\').len();
        if backslashes % 2 == 1 {
            return Err(PatternProblem::LoneBackslash);
        }
        // `**/name` is `name` at any depth, which is what a pattern without `/` means.
        if let Some(name) = rest.strip_prefix("**/")
            && !name.is_empty()
            && !name.contains('/')
        {
            name_only = true;
            rest = name;
        }
        Ok(Self { negated, directories_only, name_only, matcher: Matcher::new(rest, name_only)? })
    }

    /// Whether a match takes back what earlier patterns said.
    #[must_use]
    pub fn is_negated(&self) -> bool {
        self.negated
    }

    /// Whether the pattern, its negation aside, matches this path itself.
    ///
    /// The path is relative to the pattern's directory. A pattern that matches a directory above the
    /// path is the caller's business.
    #[must_use]
    pub fn matches(&self, path: &str, is_directory: bool) -> bool {
        if self.directories_only && !is_directory {
            return false;
        }
        let subject = if self.name_only { path.rsplit('/').next().unwrap_or(path) } else { path };
        self.matcher.matches(subject)
    }
}

impl Matcher {
    fn new(text: &str, name_only: bool) -> std::result::Result<Self, PatternProblem> {
        let is_plain = |text: &str| !text.contains(['*', '?', '[', '\\']);
        if is_plain(text) {
            return Ok(Self::Literal(text.to_owned()));
        }
        if name_only
            && let Some(suffix) = text.strip_prefix('*')
            && is_plain(suffix)
        {
            return Ok(Self::Suffix(suffix.to_owned()));
        }
        Ok(Self::States(Compiler { rest: text, text, states: Vec::new(), unknown_class: None }.compile()?))
    }

    fn matches(&self, subject: &str) -> bool {
        match self {
            Self::Literal(text) => subject == text,
            Self::Suffix(suffix) => subject.ends_with(suffix.as_str()),
            Self::States(states) => run(states, subject),
        }
    }
}

/// Follows all paths through the automaton at once: time is states times characters, whatever the
/// pattern.
fn run(states: &[State], subject: &str) -> bool {
    let mut current = vec![false; states.len() + 1];
    let mut next = current.clone();
    enter(states, &mut current, 0);
    for character in subject.chars() {
        next.fill(false);
        let mut alive = false;
        for (index, state) in states.iter().enumerate() {
            if !current[index] {
                continue;
            }
            let target = match state {
                State::Character(expected) => (character == *expected).then_some(index + 1),
                State::AnyCharacter => (character != '/').then_some(index + 1),
                State::Set(set) => set.contains(character).then_some(index + 1),
                State::Star => (character != '/').then_some(index),
                State::Everything => Some(index),
                State::Directories => None,
                State::WithinDirectories => {
                    if character == '/' {
                        enter(states, &mut next, index + 1);
                    }
                    Some(index)
                }
            };
            if let Some(target) = target {
                enter(states, &mut next, target);
                alive = true;
            }
        }
        if !alive {
            return false;
        }
        std::mem::swap(&mut current, &mut next);
    }
    current[states.len()]
}

/// Marks a state and those reached from it without a character.
fn enter(states: &[State], marks: &mut [bool], mut index: usize) {
    while !marks[index] {
        marks[index] = true;
        match states.get(index) {
            Some(State::Star | State::Everything) => index += 1,
            Some(State::Directories) => {
                marks[index + 1] = true;
                index += 2;
            }
            _ => return,
        }
    }
}

impl Set {
    fn contains(&self, character: char) -> bool {
        let listed = self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&character))
            || self.classes.iter().any(|class| class(&character));
        character != '/' && listed != self.negated
    }
}

struct Compiler<'a> {
    text: &'a str,
    rest: &'a str,
    states: Vec<State>,
    /// The first class that is not known; a `[` further on that is never closed outweighs it.
    unknown_class: Option<String>,
}

impl Compiler<'_> {
    fn compile(mut self) -> std::result::Result<Vec<State>, PatternProblem> {
        while let Some(character) = self.take() {
            let state = match character {
                '*' => {
                    self.asterisks();
                    continue;
                }
                '?' => State::AnyCharacter,
                '[' => State::Set(self.set()?),
                '\\' => State::Character(self.take().ok_or(PatternProblem::LoneBackslash)?),
                other => State::Character(other),
            };
            self.states.push(state);
        }
        match self.unknown_class {
            Some(name) => Err(PatternProblem::UnknownClass(name)),
            None => Ok(self.states),
        }
    }

    fn take(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        Some(character)
    }

    /// Reads the rest of a run of asterisks, whose first is taken.
    fn asterisks(&mut self) {
        let before = &self.text[..self.text.len() - self.rest.len() - 1];
        let run = self.rest.len() - self.rest.trim_start_matches('*').len();
        self.rest = &self.rest[run..];
        let spans_directories = run > 0
            && (before.is_empty() || before.ends_with('/'))
            && (self.rest.is_empty() || self.rest.starts_with('/') || self.rest.starts_with("\\/"));
        if !spans_directories {
            self.states.push(State::Star);
        } else if let Some(rest) = self.rest.strip_prefix('/') {
            self.rest = rest;
            self.states.extend([State::Directories, State::WithinDirectories]);
        } else {
            self.states.push(State::Everything);
        }
    }

    /// Reads a set after its `[`, as the bracket loop of `wildmatch.c` does.
    fn set(&mut self) -> std::result::Result<Set, PatternProblem> {
        let mut set = Set::default();
        if let Some(rest) = self.rest.strip_prefix(['!', '^']) {
            set.negated = true;
            self.rest = rest;
        }
        // What a `-` would make the low end of a range.
        let mut low = None;
        let mut first = true;
        loop {
            let character = self.take().ok_or(PatternProblem::OpenBracket)?;
            match character {
                ']' if !first => return Ok(set),
                '-' if low.is_some() && !self.rest.is_empty() && !self.rest.starts_with(']') => {
                    let mut high = self.take().ok_or(PatternProblem::OpenBracket)?;
                    if high == '\\' {
                        high = self.take().ok_or(PatternProblem::OpenBracket)?;
                    }
                    if let Some(low) = low.take() {
                        set.ranges.push((low, high));
                    }
                }
                '[' if self.rest.starts_with(':') => {
                    low = if self.class(&mut set)? { None } else { Some('[') };
                }
                _ => {
                    let member = if character == '\\' {
                        self.take().ok_or(PatternProblem::OpenBracket)?
                    } else {
                        character
                    };
                    set.ranges.push((member, member));
                    low = Some(member);
                }
            }
            first = false;
        }
    }

    /// Reads `[:name:]` after its `[`; a `[` that starts no class is a member, and `false` is returned.
    fn class(&mut self, set: &mut Set) -> std::result::Result<bool, PatternProblem> {
        let end = self.rest.find(']').ok_or(PatternProblem::OpenBracket)?;
        let Some(name) = self.rest[..end].strip_prefix(':').and_then(|name| name.strip_suffix(':')) else {
            set.ranges.push(('[', '['));
            return Ok(false);
        };
        match posix_class(name) {
            Some(class) => set.classes.push(class),
            None if self.unknown_class.is_none() => self.unknown_class = Some(name.to_owned()),
            None => {}
        }
        self.rest = &self.rest[end + 1..];
        Ok(true)
    }
}

fn posix_class(name: &str) -> Option<fn(&char) -> bool> {
    Some(match name {
        "alnum" => char::is_ascii_alphanumeric,
        "alpha" => char::is_ascii_alphabetic,
        "blank" => |character| matches!(character, ' ' | '\t'),
        "cntrl" => char::is_ascii_control,
        "digit" => char::is_ascii_digit,
        "graph" => char::is_ascii_graphic,
        "lower" => char::is_ascii_lowercase,
        "print" => |character| matches!(character, ' '..='~'),
        "punct" => char::is_ascii_punctuation,
        "space" => |character| matches!(character, ' ' | '\t'..='\r'),
        "upper" => char::is_ascii_uppercase,
        "xdigit" => char::is_ascii_hexdigit,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Pattern::compile(pattern).is_ok_and(|pattern| pattern.matches(path, false))
    }

    #[test]
    fn patterns_without_a_slash_match_names_at_any_depth() {
        assert!(matches("*.sql", "a/b/c.sql"));
        assert!(matches("c?[xyz].sql", "a/b/cqz.sql"));
        assert!(!matches("*.sql", "a.sql/b"));
    }

    #[test]
    fn patterns_with_a_slash_are_anchored() {
        assert!(matches("/a.sql", "a.sql"));
        assert!(!matches("/a.sql", "b/a.sql"));
        assert!(!matches("a/*.sql", "x/a/b.sql"));
        assert!(!matches("a/*.sql", "a/b/c.sql"));
    }

    #[test]
    fn double_asterisks_span_any_number_of_directories() {
        for path in ["x.sql", "a/x.sql", "a/b/x.sql"] {
            assert!(matches("**/x.sql", path), "{path}");
        }
        for (path, expected) in [("a/b", true), ("a/x/b", true), ("a/x/y/b", true), ("ab", false)] {
            assert_eq!(matches("a/**/b", path), expected, "{path}");
        }
        assert!(matches("a/**", "a/b/c"));
        assert!(!matches("a/**", "a"));
        assert!(!matches("a**/b", "a/x/b"), "elsewhere two asterisks are one");
    }

    #[test]
    fn sets_follow_git() {
        assert!(matches("[]-]", "]") && matches("[]-]", "-"));
        assert!(matches("[!a]", "b") && matches("[^a]", "b") && !matches("[!a]", "a"));
        assert!(matches("[[:digit:]_]", "7") && matches("[[:digit:]_]", "_"));
        assert!(matches("[a-c-e]", "-") && matches("[a-c-e]", "e") && !matches("[a-c-e]", "d"));
        assert!(matches("[\\]]", "]") && !matches("[z-a]", "m"));
        assert!(!matches("a[!b]c/d", "a/c/d"), "a set never matches a slash");
    }

    #[test]
    fn odd_patterns_are_refused() {
        for (pattern, problem) in [
            ("", PatternProblem::Empty),
            ("/", PatternProblem::Empty),
            ("!", PatternProblem::Empty),
            ("a/../b", PatternProblem::Parent),
            ("a\\", PatternProblem::LoneBackslash),
            ("[a", PatternProblem::OpenBracket),
            ("[]", PatternProblem::OpenBracket),
            ("[[:foo:]]", PatternProblem::UnknownClass("foo".to_owned())),
        ] {
            assert_eq!(Pattern::compile(pattern).err(), Some(problem), "{pattern}");
        }
    }

    #[test]
    fn time_does_not_explode_with_asterisks() {
        let pattern = format!("{}b", "*a".repeat(200));
        assert!(!matches(&pattern, &"a".repeat(200)));
    }
}
