//! Keys of objects: which field each is, and whether it was there before.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::{Frame, Key, LISTED, Role, Section, Stop, Walker, lossy, offset};
use crate::dbt::fields::{ANY, Content, Slot};
use crate::dbt::json::{JsonText, Piece};
use crate::dbt::problem::{Problem, ProblemKind};

impl Walker<'_> {
    /// Reads a key and the colon behind it, and finds the shape of its value.
    #[inline]
    pub(super) fn key(&mut self) -> Result<(), Stop> {
        let piece = self.scanner.string()?;
        if self.scanner.next_token() != b':' {
            return Err(self.scanner.fault("a colon").into());
        }
        self.scanner.position += 1;
        self.scanner.next_token();
        let depth = self.frames.len();
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        frame.key = piece;
        let decoded;
        let mut name = self.scanner.text().get(piece.start..piece.end).unwrap_or_default();
        if piece.escaped {
            decoded = JsonText::decode(self.text.get(piece.start..piece.end).unwrap_or_default(), true);
            if let JsonText::Text(text) = &decoded {
                name = text.as_bytes();
            }
        }
        let mut found = None;
        let mut is_unknown = false;
        let mut slot = None;
        match frame.content {
            Content::Values(shape) => {
                frame.shape_of_value = shape;
                if frame.role == Role::Resource {
                    slot = Slot::of(name);
                }
            }
            Content::Record(record) => {
                let record = self.fields.records.get(record as usize);
                found = record.and_then(|record| {
                    let index = record.find(name, frame.guess)?;
                    Some((index, record.fields.get(index)?))
                });
                if let Some((index, field)) = found {
                    frame.shape_of_value = field.shape;
                    frame.guess = index + 1;
                    slot = field.slot.filter(|_| frame.role == Role::Resource);
                } else {
                    frame.shape_of_value = ANY;
                    is_unknown = record.is_some_and(|record| !record.is_open);
                }
            }
        }
        let repeated = if let Some((index, _)) = found {
            let bit = 1_u128 << (index & 127);
            let repeated = frame.seen & bit != 0;
            frame.seen |= bit;
            repeated
        } else {
            let mut hasher = FxHasher::default();
            hasher.write(name);
            self.keys.push(Key { hash: hasher.finish(), piece });
            false
        };
        if repeated {
            let path = self.path();
            self.note_repeated(piece, path);
        }
        if is_unknown && self.names_unknown {
            self.walked.unknown_count += 1;
            if self.walked.unknown.len() < LISTED {
                let path = self.path();
                self.walked.unknown.push((piece.start - 1, path));
            }
        }
        if let (Some(slot), Some(place)) = (slot, self.walked.places.last_mut()) {
            place.slots[slot as usize] = offset(self.scanner.position);
        }
        match depth {
            1 => self.enter_section(piece, found.map(|(_, field)| field.name)),
            2 if self.section != Section::Plain => self.enter_resource(piece),
            _ => {}
        }
        Ok(())
    }

    fn enter_section(&mut self, key: Piece, name: Option<&'static str>) {
        self.walked.sections.push((key, offset(self.scanner.position)));
        self.section = match name {
            None => Section::Unknown,
            Some("disabled") => Section::Disabled,
            Some(
                "metadata" | "selectors" | "parent_map" | "child_map" | "group_map" | "errors"
                | "_compile_results",
            ) => Section::Plain,
            Some(_) => Section::Known,
        };
    }

    fn enter_resource(&mut self, key: Piece) {
        let id = self.text.get(key.start..key.end).unwrap_or_default();
        let start = id.split('.').next().unwrap_or(id);
        self.resource_shape = self.fields.resource(start).unwrap_or(ANY);
    }

    /// Notes the first key of an object that was there before.
    pub(super) fn check_keys(&mut self, frame: &Frame) {
        let Some(keys) = self.keys.get_mut(frame.keys..) else { return };
        keys.sort_unstable_by_key(|key| (key.hash, key.piece.start));
        let text = self.text;
        let read = |piece: Piece| {
            JsonText::decode(text.get(piece.start..piece.end).unwrap_or_default(), piece.escaped)
        };
        let mut first: Option<Piece> = None;
        for equal in keys.chunk_by(|one, other| one.hash == other.hash) {
            for (index, key) in equal.iter().enumerate().skip(1) {
                let repeats = equal.iter().take(index).any(|before| read(before.piece) == read(key.piece));
                if repeats {
                    if first.is_none_or(|first| key.piece.start < first.start) {
                        first = Some(key.piece);
                    }
                    break;
                }
            }
        }
        if let Some(piece) = first {
            let parents = self.frames.len();
            let path = self.path_of(parents).key(&lossy(text, piece)).into_string();
            self.note_repeated(piece, path);
        }
    }

    fn note_repeated(&mut self, key: Piece, path: String) {
        let start = key.start - 1;
        if self.walked.repeated.as_ref().is_none_or(|first| start < first.offset) {
            let mut problem = Problem::at(ProblemKind::DuplicateKey, self.scanner.text(), start);
            problem.path = path;
            self.walked.repeated = Some(problem);
        }
    }
}
