//! What the lexer tells of a text while it reads it.

/// What is told of a text while it is read: everything that is not a token. Offsets count from its start.
pub(super) trait Events {
    /// A comment starts.
    fn comment_start(&mut self, _offset: u64) {}
    /// The comment ends before this offset.
    fn comment_end(&mut self, _offset: u64) {}
    /// A statement, which may be empty, ends at its terminator.
    fn terminator(&mut self, _start: u64, _end: u64, _sends: bool) {}
    /// A psql command; `is_inside` tells whether it stands in a statement or before data.
    fn command(&mut self, _start: u64, _end: u64, _effect: Effect, _is_inside: bool) {}
    /// A block of data.
    fn data(&mut self, _start: u64, _end: u64) {}
}

/// For those who only want to know what is open at the end.
impl Events for () {}

/// What a psql command does to the query that psql has collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Nothing,
    Sends,
    Drops,
}
