//! From the lines of a bundle to the files that they come from.

use memchr::memchr_iter;

use crate::sql::Place;

/// A stretch of lines of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// The first line, from 1.
    pub bundle_line: u64,
    /// The index of the file among the selected ones or, from their number on, among the included ones;
    /// `None` for what the build adds.
    pub file: Option<usize>,
    /// Where the line starts in the file, from 1; 0 without a file.
    pub line: u64,
    /// The same for the column, in characters.
    pub column: u64,
}

/// Whose text something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owner {
    /// A selected file, by its index.
    Selected(usize),
    /// An included one, by its path relative to the tree's base.
    Included(String),
}

/// A segment whose file has no index yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    bundle_line: u64,
    owner: Option<Owner>,
    place: Place,
}

impl Stretch {
    /// The segment, once indices are known.
    pub(super) fn segment(self, index_of: impl Fn(&Owner) -> usize) -> Segment {
        let Self { bundle_line, owner, place } = self;
        match owner {
            Some(owner) => Segment {
                bundle_line,
                file: Some(index_of(&owner)),
                line: place.line(),
                column: place.column(),
            },
            None => Segment { bundle_line, file: None, line: 0, column: 0 },
        }
    }
}

/// The segments of a bundle that is being written.
#[derive(Debug)]
pub(super) struct LineMap {
    /// The line on which the next byte is.
    line: u64,
    stretches: Vec<Stretch>,
}

impl LineMap {
    /// The map of a bundle that starts with this header.
    pub(super) fn new(header: &[u8]) -> Self {
        let start = Stretch { bundle_line: 1, owner: None, place: Place::default() };
        let mut map = Self { line: 1, stretches: vec![start] };
        map.pass(header);
        map
    }

    fn pass(&mut self, text: &[u8]) {
        self.line += memchr_iter(b'\n', text).count() as u64;
    }

    /// Passes over text that the build adds. It starts on a line of its own or ends that of a file.
    pub(super) fn own(&mut self, text: &[u8]) {
        let text = match text {
            // This ends the line of a file.
            [b'\n'] => {
                self.line += 1;
                return;
            }
            text => text,
        };
        if self.stretches.last().is_some_and(|last| last.owner.is_some()) {
            self.stretches.push(Stretch { bundle_line: self.line, owner: None, place: Place::default() });
        }
        self.pass(text);
    }

    /// Passes over text of a file from this place on.
    pub(super) fn content(&mut self, text: &[u8], owner: &Owner, place: Place) {
        if text.is_empty() {
            return;
        }
        if self.stretches.last().is_none_or(|last| last.owner.as_ref() != Some(owner)) {
            self.stretches.push(Stretch { bundle_line: self.line, owner: Some(owner.clone()), place });
        }
        self.pass(text);
    }

    pub(super) fn finish(self) -> Vec<Stretch> {
        self.stretches
    }
}
