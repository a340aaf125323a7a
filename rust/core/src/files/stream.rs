//! Reading files piece by piece into a body, with the files that they include.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use sha2::{Digest, Sha256};

use super::body::Body;
use super::content::{ContentCheck, ContentProblem, without_mark};
use super::digest::FileDigest;
use super::gather::Layout;
use super::include::{Argument, IncludeProblem, Start, argument_in, clean, include_in, path_of, relative};
use super::read::Source;
use super::segments::Owner;
use crate::error::{Error, Result};
use crate::sql::{OpenConstruct, OpenSearch, Place};
use crate::workers::workers;

/// Bytes of a file that are looked at at once.
const STREAMED: usize = 1 << 20;
/// The same for an included one: many may be open inside of each other.
const STREAMED_INSIDE: usize = 64 << 10;
/// Files that may be inside of each other, with the selected one.
const DEEPEST: usize = 100;

/// What is known of a streamed file once its bytes have passed.
#[derive(Debug)]
pub(super) struct Facts {
    /// Bytes of it and of what it includes.
    pub(super) bytes: u64,
    pub(super) digest: FileDigest,
    pub(super) open: Option<OpenConstruct>,
    /// The files that it includes, in the order in which they are first needed.
    pub(super) included: Vec<Included>,
}

/// A file that another one includes.
#[derive(Debug, Clone)]
pub(super) struct Included {
    /// Relative to the tree's base.
    pub(super) path: String,
    pub(super) absolute: PathBuf,
    pub(super) digest: FileDigest,
    pub(super) open: Option<OpenConstruct>,
    /// The index of the selected file that needs it first.
    pub(super) first: usize,
}

/// Reads a file, which may have been read already, into a body, after its separator, asking now and then
/// whether to go on.
pub(super) fn stream(
    layout: Layout<'_>,
    file: usize,
    read: Option<Source>,
    body: &mut Body,
    go_on: &dyn Fn() -> bool,
) -> Result<Facts> {
    let tree = layout.sources.tree;
    let mut separator = Vec::new();
    layout.push_separator(&mut separator, &tree.paths[file]);
    body.emit_own(&separator)?;
    let source = read.map_or_else(|| layout.sources.open(file), Ok)?;
    let absolute = layout.sources.absolute(file);
    let mut streaming = Streaming {
        layout,
        body,
        go_on,
        chain: Vec::new(),
        heights: Vec::new(),
        known_heights: HashMap::new(),
        included: Vec::new(),
        bytes: 0,
        file,
    };
    let end = streaming.file(source, &absolute, &Owner::Selected(file))?;
    let included = streaming.included;
    Ok(Facts { bytes: streaming.bytes, digest: end.digest, open: end.open, included })
}

/// The state of streaming a selected file.
struct Streaming<'a> {
    layout: Layout<'a>,
    body: &'a mut Body,
    go_on: &'a dyn Fn() -> bool,
    /// The files that are being read, each included by the one before.
    chain: Vec<PathBuf>,
    /// How many files are inside of each other in each of them, itself counted, as far as it is known.
    heights: Vec<usize>,
    /// The same of files that were read.
    known_heights: HashMap<PathBuf, usize>,
    included: Vec<Included>,
    bytes: u64,
    /// The index of the selected file.
    file: usize,
}

/// The text of a file while it is read.
struct Text<'a> {
    owner: &'a Owner,
    search: OpenSearch,
    /// Where the text goes on.
    place: Place,
    /// Whether what was written of it ends in a newline.
    ends_line: bool,
}

/// What the end of a file tells of it.
struct End {
    digest: FileDigest,
    open: Option<OpenConstruct>,
    is_terminated: bool,
}

impl Streaming<'_> {
    fn file(&mut self, mut source: Source, absolute: &Path, owner: &Owner) -> Result<End> {
        let pool = workers()?;
        let most = if self.chain.is_empty() { STREAMED } else { STREAMED_INSIDE };
        let mut buffer = vec![0; most.min(source.size.max(STREAMED_INSIDE))];
        self.chain.push(absolute.to_owned());
        self.heights.push(1);
        let refused = |problem: ContentProblem| problem.in_file(absolute);
        let mut check = ContentCheck::default();
        let mut hasher = Sha256::new();
        let mut text = Text { owner, search: OpenSearch::new(), place: Place::default(), ends_line: false };
        let mut bytes = 0;
        // After a failure only bytes are checked: that a file is no text comes before what it includes.
        let mut outcome = Ok(());
        loop {
            let read = source.fill(&mut buffer).map_err(|source| unreadable(absolute, source))?;
            let piece = &buffer[..read.length];
            if self.layout.is_written {
                check.update(piece).map_err(refused)?;
            }
            let content = if bytes == 0 { without_mark(piece) } else { piece };
            bytes += piece.len() as u64;
            if outcome.is_ok() {
                outcome = pool.in_place_scope(|scope| {
                    scope.spawn(|_| hasher.update(piece));
                    self.text(content, read.is_last, &mut text)
                });
            }
            if read.is_last {
                break;
            }
            if !(self.go_on)() {
                return Err(Error::Stopped);
            }
        }
        check.finish().map_err(refused)?;
        outcome?;
        if !text.ends_line {
            self.body.emit_own(b"\n")?;
        }
        self.bytes += bytes;
        self.chain.pop();
        let height = self.heights.pop().unwrap_or(1);
        self.known_heights.insert(absolute.to_owned(), height);
        self.note_inner(height);
        let is_terminated = !text.search.has_unsent();
        let open = if self.layout.search { text.search.finish() } else { None };
        Ok(End { digest: hasher.finalize().into(), open, is_terminated })
    }

    /// Writes the next piece of a file, with the files that it includes.
    fn text(&mut self, piece: &[u8], is_last: bool, text: &mut Text<'_>) -> Result<()> {
        if self.layout.sources.tree.include_dir.is_none() {
            if self.layout.search {
                text.search.update(piece);
            }
            return self.content(piece, text.owner, &mut text.place, &mut text.ends_line);
        }
        let Text { owner, search, place, ends_line } = text;
        search.update_with(piece, is_last, |read, commands| {
            let mut from = 0;
            for command in commands {
                let Some((start, arguments)) = include_in(&read[command.start..command.end]) else {
                    continue;
                };
                self.content(&read[from..command.start], owner, place, ends_line)?;
                if place.column() > 1 {
                    self.body.emit_own(b"\n")?;
                }
                let problem = command.is_inside.then_some(IncludeProblem::InStatement);
                self.include(start, arguments, problem, *place)?;
                from = command.end + usize::from(read.get(command.end) == Some(&b'\n'));
                *place = place.after(&read[command.start..from]);
                *ends_line = true;
                self.return_to(owner)?;
            }
            self.content(&read[from..], owner, place, ends_line)
        })
    }

    /// Writes content of a file from this place on.
    fn content(
        &mut self,
        content: &[u8],
        owner: &Owner,
        place: &mut Place,
        ends_line: &mut bool,
    ) -> Result<()> {
        let Some(last) = content.last() else { return Ok(()) };
        *ends_line = *last == b'\n';
        self.body.emit_content(content, owner, *place)?;
        // Without includes nobody asks for the place, but for that of the file's start.
        if self.layout.sources.tree.include_dir.is_some() {
            *place = place.after(content);
        }
        Ok(())
    }

    /// Writes the file that a command includes in its place.
    fn include(
        &mut self,
        start: Start,
        arguments: &[u8],
        problem: Option<IncludeProblem>,
        place: Place,
    ) -> Result<()> {
        let Argument { path, written } = argument_in(arguments);
        let (absolute, source) = match problem.map_or(path, Err) {
            Ok(path) => self.open(start, &path, place)?,
            Err(problem) => {
                return Err(self.refusal(problem, path_of(written), place));
            }
        };
        if !(self.go_on)() {
            return Err(Error::Stopped);
        }
        if let Some(&height) = self.known_heights.get(&absolute)
            && !self.layout.is_written
            && self.chain.len() + height <= DEEPEST
        {
            // Its digest, and those of what it includes, are known.
            self.note_inner(height);
            return Ok(());
        }
        let base = self.layout.sources.tree.base;
        let path = relative(base, &absolute).unwrap_or_default();
        if let Some(contained) =
            self.layout.separator.forbidden.iter().find(|text| path.contains(text.as_str()))
        {
            return Err(Error::SeparatorBroken { path: absolute, contained: contained.clone() });
        }
        let mut separator = Vec::new();
        self.layout.push_separator(&mut separator, &path);
        self.body.emit_own(&separator)?;
        let index = self.included.iter().position(|included| included.absolute == absolute);
        let index = index.unwrap_or_else(|| {
            let included = Included {
                path: path.clone(),
                absolute: absolute.clone(),
                digest: [0; 32],
                open: None,
                first: self.file,
            };
            self.included.push(included);
            self.included.len() - 1
        });
        let End { digest, open, is_terminated } = self.file(source, &absolute, &Owner::Included(path))?;
        self.included[index].digest = digest;
        self.included[index].open = open;
        if !is_terminated {
            self.body.emit_own(b";\n")?;
        }
        Ok(())
    }

    /// Takes note of how many files are inside of each other in one that the last of the chain includes.
    fn note_inner(&mut self, height: usize) {
        if let Some(outer) = self.heights.last_mut() {
            *outer = (*outer).max(height + 1);
        }
    }

    /// Writes the separator of a file that goes on after an included one.
    fn return_to(&mut self, owner: &Owner) -> Result<()> {
        let mut separator = Vec::new();
        let path = match owner {
            Owner::Selected(file) => &self.layout.sources.tree.paths[*file],
            Owner::Included(path) => path,
        };
        self.layout.push_separator(&mut separator, path);
        self.body.emit_own(&separator)
    }

    /// The absolute path of an included file, and the file.
    fn open(&self, start: Start, path: &[u8], place: Place) -> Result<(PathBuf, Source)> {
        let tree = self.layout.sources.tree;
        let directory = match start {
            Start::Directory => tree.include_dir.unwrap_or(tree.base),
            Start::IncludingFile => self.chain.last().and_then(|file| file.parent()).unwrap_or(tree.base),
        };
        let absolute = clean(&directory.join(path_of(path)));
        let refused = match relative(tree.base, &absolute) {
            None => Some("bytes that are not UTF-8"),
            Some(path) if path.contains('\n') => Some("a newline"),
            Some(path) if path.contains('\r') => Some("a carriage return"),
            Some(path) if path.contains('\\') => Some("a backslash"),
            Some(_) => None,
        };
        if let Some(reason) = refused {
            return Err(Error::PathRefused { path: absolute, reason });
        }
        let is_output = || fs::canonicalize(&absolute).is_ok_and(|real| tree.never.contains(&real));
        let problem = match Source::open(&absolute) {
            Ok(Some(_)) if is_output() => IncludeProblem::Output,
            Ok(Some(_)) if self.chain.contains(&absolute) => IncludeProblem::Cycle,
            Ok(Some(_)) if self.chain.len() >= DEEPEST => IncludeProblem::Depth,
            Ok(Some(source)) => return Ok((absolute, source)),
            Ok(None) => IncludeProblem::NotRegular,
            Err(error) if is_missing(&error) => IncludeProblem::Missing,
            Err(error) => return Err(unreadable(&absolute, error)),
        };
        Err(self.refusal(problem, absolute, place))
    }

    fn refusal(&self, problem: IncludeProblem, path: PathBuf, place: Place) -> Error {
        Error::IncludeRefused {
            chain: self.chain.clone(),
            line: place.line(),
            column: place.column(),
            problem,
            path,
        }
    }
}

fn is_missing(error: &io::Error) -> bool {
    // Such as a path with a NUL byte, which no file has.
    const NEVER: io::ErrorKind = io::ErrorKind::InvalidInput;
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | NEVER)
}

fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::FileUnreadable { path: path.to_owned(), source }
}
