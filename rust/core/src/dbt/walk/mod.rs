//! One pass over a document: strict JSON, the types of all known fields, and where the resources stand.

mod keys;

use super::fields::{ANY, Content, FIELDS, Fields, RESOURCE, RecordId, ShapeId, Slot, kind};
use super::json::{Fault, JsonText, Piece, Scanner};
use super::problem::{Path, Problem, ProblemKind};

/// How deep values may be nested.
pub(crate) const DEEPEST: usize = 200;

/// Unknown fields that a refusal names.
const LISTED: usize = 20;

/// A resource of a manifest.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The key that it stands under, quotes excluded.
    pub(crate) key: (u32, u32),
    pub(crate) key_escaped: bool,
    /// Where its object starts and ends.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Number of the collection among the manifest's keys.
    pub(crate) collection: u32,
    /// Whether it is one of `disabled`.
    pub(crate) is_disabled: bool,
    /// Whether its collection is in no schema.
    pub(crate) is_unknown: bool,
    /// Where the values of some fields start, 0 for what is missing.
    pub(crate) slots: [u32; Slot::COUNT],
}

/// What a pass over a document found.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    pub(crate) places: Vec<Place>,
    /// The keys of the document, quotes excluded, and where their values start.
    pub(crate) sections: Vec<(Piece, u32)>,
    /// The first key that an object has twice.
    pub(crate) repeated: Option<Problem>,
    /// The first value of a type that no schema allows there, nulls aside.
    pub(crate) wrong_type: Option<Problem>,
    /// The first null where no schema allows one.
    pub(crate) null: Option<Problem>,
    /// Fields that are in no schema: the first few, and how many.
    pub(crate) unknown: Vec<(usize, String)>,
    pub(crate) unknown_count: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Plain,
    Collection,
    Resource,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Plain,
    Known,
    Unknown,
    Disabled,
}

#[derive(Debug)]
struct Frame {
    is_list: bool,
    role: Role,
    content: Content,
    element: ShapeId,
    /// Where the keys of this object start among the open keys.
    keys: usize,
    /// The known fields that were there, as bits.
    seen: u128,
    /// The field that is expected next.
    guess: usize,
    key: Piece,
    index: usize,
    shape_of_value: ShapeId,
}

#[derive(Debug, Clone, Copy)]
struct Key {
    hash: u64,
    piece: Piece,
}

struct Walker<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    fields: &'static Fields,
    frames: Vec<Frame>,
    keys: Vec<Key>,
    section: Section,
    resource_shape: ShapeId,
    names_unknown: bool,
    walked: Walked,
}

/// Reads a document whose root is a record of the table.
pub(crate) fn walk(text: &str, root: RecordId, strict: bool) -> Result<Walked, Problem> {
    let fields = &*FIELDS;
    let mut walker = Walker {
        text,
        scanner: Scanner::new(text.as_bytes(), 0),
        fields,
        frames: Vec::new(),
        keys: Vec::new(),
        section: Section::Plain,
        resource_shape: ANY,
        names_unknown: strict,
        walked: Walked::default(),
    };
    match walker.document(root) {
        Ok(()) => Ok(walker.walked),
        Err(Stop::Fault(fault)) => Err(syntax(text, fault)),
        Err(Stop::Problem(problem)) => Err(*problem),
    }
}

enum Stop {
    Fault(Fault),
    Problem(Box<Problem>),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

fn syntax(text: &str, fault: Fault) -> Problem {
    let mut problem = Problem::at(ProblemKind::Syntax, text.as_bytes(), fault.offset);
    fault.expected.clone_into(&mut problem.expected);
    problem.found = text
        .get(fault.offset..)
        .and_then(|rest| rest.chars().next())
        .map_or_else(String::new, |character| character.to_string());
    problem
}

impl Walker<'_> {
    fn document(&mut self, root: RecordId) -> Result<(), Stop> {
        if self.scanner.next_token() != b'{' {
            let start = self.scanner.position;
            let found = self.scalar_or_list()?;
            let mut problem = Problem::at(ProblemKind::NotThis, self.scanner.text(), start);
            problem.found = kind::describe(found);
            return Err(Stop::Problem(Box::new(problem)));
        }
        self.open_object(Content::Record(root))?;
        while !self.frames.is_empty() {
            self.step()?;
        }
        if self.scanner.next_token() != 0 || self.scanner.position < self.text.len() {
            return Err(self.scanner.fault("the end of the text").into());
        }
        Ok(())
    }

    /// The kind of a document that is no object, all of which must be JSON.
    fn scalar_or_list(&mut self) -> Result<u8, Stop> {
        let is_list = self.scanner.peek() == b'[';
        let found = if is_list { kind::LIST } else { self.scalar()? };
        if is_list {
            self.open_list(ANY)?;
            while !self.frames.is_empty() {
                self.step()?;
            }
        }
        if self.scanner.next_token() != 0 || self.scanner.position < self.text.len() {
            return Err(self.scanner.fault("the end of the text").into());
        }
        Ok(found)
    }

    /// Reads the next value of the innermost frame and what follows it, or closes the frame.
    fn step(&mut self) -> Result<(), Stop> {
        let Some(frame) = self.frames.last() else { return Ok(()) };
        let shape = if frame.is_list { frame.element } else { frame.shape_of_value };
        let shape = if shape == RESOURCE { self.resource_shape } else { shape };
        let byte = self.scanner.next_token();
        let start = self.scanner.position;
        let Some(known) = self.fields.shapes.get(shape as usize) else { return Ok(()) };
        match byte {
            b'{' => {
                self.check(known.kinds, kind::OBJECT, start);
                let content =
                    if known.kinds & kind::OBJECT == 0 { Content::Values(ANY) } else { known.content };
                return self.open_object(content);
            }
            b'[' => {
                self.check(known.kinds, kind::LIST, start);
                let element = if known.kinds & kind::LIST == 0 { ANY } else { known.element };
                return self.open_list(element);
            }
            _ => {
                let found = self.scalar()?;
                self.check(known.kinds, found, start);
            }
        }
        self.after_value()
    }

    /// Reads a value that is no list and no object; gives its kind.
    #[inline]
    fn scalar(&mut self) -> Result<u8, Fault> {
        match self.scanner.peek() {
            b'"' => self.scanner.string().map(|_| kind::TEXT),
            b'-' | b'0'..=b'9' => {
                self.scanner.number().map(|is_float| if is_float { kind::FLOAT } else { kind::INTEGER })
            }
            b'n' => self.scanner.word(b"null").map(|()| kind::NULL),
            b't' => self.scanner.word(b"true").map(|()| kind::BOOLEAN),
            b'f' => self.scanner.word(b"false").map(|()| kind::BOOLEAN),
            b'N' => self.scanner.word(b"NaN").map(|()| kind::FLOAT),
            b'I' => self.scanner.word(b"Infinity").map(|()| kind::FLOAT),
            _ => Err(self.scanner.fault("a value")),
        }
    }

    /// Reads commas, closing brackets and keys up to where the next value starts.
    fn after_value(&mut self) -> Result<(), Stop> {
        loop {
            let Some(frame) = self.frames.last_mut() else { return Ok(()) };
            let is_list = frame.is_list;
            match (self.scanner.next_token(), is_list) {
                (b',', true) => {
                    frame.index += 1;
                    self.scanner.position += 1;
                    return Ok(());
                }
                (b',', false) => {
                    self.scanner.position += 1;
                    if self.scanner.next_token() != b'"' {
                        return Err(self.scanner.fault("a key").into());
                    }
                    return self.key();
                }
                (b']', true) | (b'}', false) => {
                    self.scanner.position += 1;
                    self.close();
                }
                (_, true) => return Err(self.scanner.fault("a comma or ]").into()),
                (_, false) => return Err(self.scanner.fault("a comma or }").into()),
            }
        }
    }

    fn open_list(&mut self, element: ShapeId) -> Result<(), Stop> {
        self.check_depth()?;
        self.scanner.position += 1;
        self.push(true, Role::Plain, Content::Values(ANY), element);
        if self.scanner.next_token() == b']' {
            self.scanner.position += 1;
            self.close();
            return self.after_value();
        }
        if !matches!(
            self.scanner.peek(),
            b'"' | b'-' | b'0'..=b'9' | b'n' | b't' | b'f' | b'N' | b'I' | b'{' | b'['
        ) {
            return Err(self.scanner.fault("a value or ]").into());
        }
        Ok(())
    }

    fn open_object(&mut self, content: Content) -> Result<(), Stop> {
        self.check_depth()?;
        let role = match (self.frames.len(), self.section) {
            (1, Section::Known | Section::Unknown | Section::Disabled) => Role::Collection,
            (2, Section::Known | Section::Unknown) | (3, Section::Disabled) if self.in_collection() => {
                Role::Resource
            }
            _ => Role::Plain,
        };
        if role == Role::Resource {
            self.open_resource();
        }
        self.scanner.position += 1;
        self.push(false, role, content, ANY);
        match self.scanner.next_token() {
            b'}' => {
                self.scanner.position += 1;
                self.close();
                self.after_value()
            }
            b'"' => self.key(),
            _ => Err(self.scanner.fault("a key or }").into()),
        }
    }

    /// Whether an object that starts here is a resource's, as far as its parents tell.
    fn in_collection(&self) -> bool {
        self.frames.get(1).is_some_and(|frame| frame.role == Role::Collection)
            && self.frames.get(2).is_none_or(|frame| frame.is_list)
    }

    fn check_depth(&self) -> Result<(), Stop> {
        if self.frames.len() < DEEPEST {
            return Ok(());
        }
        let problem = Problem::at(ProblemKind::Depth, self.scanner.text(), self.scanner.position);
        Err(Stop::Problem(Box::new(problem)))
    }

    fn push(&mut self, is_list: bool, role: Role, content: Content, element: ShapeId) {
        let key = Piece { start: 0, end: 0, escaped: false };
        let keys = self.keys.len();
        self.frames.push(Frame {
            is_list,
            role,
            content,
            element,
            keys,
            seen: 0,
            guess: 0,
            key,
            index: 0,
            shape_of_value: ANY,
        });
    }

    fn open_resource(&mut self) {
        let Some(collection) = self.frames.get(1) else { return };
        let key = collection.key;
        let number = self.walked.sections.len().saturating_sub(1);
        self.walked.places.push(Place {
            key: (offset(key.start), offset(key.end)),
            key_escaped: key.escaped,
            start: offset(self.scanner.position),
            end: 0,
            collection: u32::try_from(number).unwrap_or(u32::MAX),
            is_disabled: self.section == Section::Disabled,
            is_unknown: self.section == Section::Unknown,
            slots: [0; Slot::COUNT],
        });
    }

    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        if frame.role == Role::Resource
            && let Some(place) = self.walked.places.last_mut()
        {
            place.end = offset(self.scanner.position);
        }
        if self.keys.len() - frame.keys > 1 {
            self.check_keys(&frame);
        }
        self.keys.truncate(frame.keys);
    }

    #[inline]
    fn check(&mut self, allowed: u8, found: u8, start: usize) {
        if allowed & found == 0 {
            self.wrong_type(allowed, found, start);
        }
    }

    #[cold]
    fn wrong_type(&mut self, allowed: u8, found: u8, start: usize) {
        let path = self.path();
        let first = if found == kind::NULL { &mut self.walked.null } else { &mut self.walked.wrong_type };
        if first.is_none() {
            let mut problem = Problem::at(ProblemKind::WrongType, self.scanner.text(), start);
            problem.path = path;
            (problem.expected, problem.found) = (kind::describe(allowed), kind::describe(found));
            *first = Some(problem);
        }
    }

    /// The path to the value that is being read.
    fn path(&self) -> String {
        self.path_of(self.frames.len()).into_string()
    }

    fn path_of(&self, frames: usize) -> Path {
        self.frames.iter().take(frames).fold(Path::default(), |path, frame| {
            if frame.is_list { path.index(frame.index) } else { path.key(&lossy(self.text, frame.key)) }
        })
    }
}

/// A key for people to read.
fn lossy(text: &str, piece: Piece) -> String {
    let inside = text.get(piece.start..piece.end).unwrap_or_default();
    let decoded = JsonText::decode(inside, piece.escaped).into_text();
    decoded.map_or_else(|| inside.to_owned(), std::borrow::Cow::into_owned)
}

/// An offset in a text whose length was checked to fit.
fn offset(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
