//! A bundle being written: its header with its digests, and its body.

use sha2::{Digest, Sha256};

use super::bundle::PartSummary;
use super::content::MARK;
use super::digest::FileDigest;
use super::gather::HeldFile;
use super::output::Output;
use super::segments::{LineMap, Owner, Stretch};
use crate::error::Result;
use crate::hex::{DIGITS, hex};
use crate::sql::Place;

/// Bytes that SHA-256 takes at once.
const BLOCK: usize = 64;

/// Where a bundle's bytes go.
#[derive(Debug)]
pub(super) enum Sink {
    Nowhere,
    Memory(Text),
    File(Output),
}

/// Text that arrives in pieces, which may break characters in two.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) text: String,
    /// A character that the last piece broke off.
    unfinished: Vec<u8>,
}

impl Text {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        let mut joined = std::mem::take(&mut self.unfinished);
        let bytes = if joined.is_empty() {
            bytes
        } else {
            joined.extend_from_slice(bytes);
            &joined
        };
        let valid = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let (valid, unfinished) = bytes.split_at(error.valid_up_to());
                self.unfinished = unfinished.to_vec();
                std::str::from_utf8(valid).unwrap_or_default()
            }
        };
        self.text.push_str(valid);
    }
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Nowhere => {}
            Self::Memory(held) => held.push_bytes(bytes),
            Self::File(output) => output.write(bytes)?,
        }
        Ok(())
    }

    fn write_text(&mut self, text: &str) -> Result<()> {
        match self {
            Self::Memory(held) => held.push(text),
            _ => self.write(text.as_bytes())?,
        }
        Ok(())
    }

    fn overwrite_start(&mut self, text: &str) -> Result<()> {
        match self {
            Self::Nowhere => {}
            Self::Memory(held) => held.text.replace_range(..text.len(), text),
            Self::File(output) => output.overwrite_start(text.as_bytes())?,
        }
        Ok(())
    }
}

/// A bundle whose header has blanks for its digests until it is finished.
#[derive(Debug)]
pub(super) struct Body {
    sink: Sink,
    hasher: Sha256,
    header_length: u64,
    /// Bytes after the header.
    length: u64,
    source_bytes: u64,
    files: usize,
    /// Where its lines come from, if that is asked for.
    lines: Option<LineMap>,
}

impl Body {
    pub(super) fn start(mut sink: Sink, header: &[String; 3], with_segments: bool) -> Result<Self> {
        let blank = "-".repeat(DIGITS);
        let header = join_header(header, &blank, &blank);
        sink.write_text(&header)?;
        Ok(Self {
            sink,
            hasher: Sha256::new(),
            header_length: header.len() as u64,
            length: 0,
            source_bytes: 0,
            files: 0,
            lines: with_segments.then(|| LineMap::new(header.as_bytes())),
        })
    }

    /// Writes text that is no file's.
    pub(super) fn emit_own(&mut self, bytes: &[u8]) -> Result<()> {
        if let Some(lines) = &mut self.lines {
            lines.own(bytes);
        }
        self.emit(bytes)
    }

    /// Writes text of a file from this place on.
    pub(super) fn emit_content(&mut self, bytes: &[u8], owner: &Owner, place: Place) -> Result<()> {
        if let Some(lines) = &mut self.lines {
            lines.content(bytes, owner, place);
        }
        self.emit(bytes)
    }

    fn emit(&mut self, bytes: &[u8]) -> Result<()> {
        self.hasher.update(bytes);
        self.length += bytes.len() as u64;
        self.sink.write(bytes)
    }

    /// Writes files that were gathered; returns their digests.
    pub(super) fn emit_files(&mut self, text: &str, files: &[HeldFile]) -> Result<Vec<FileDigest>> {
        // A file's digest does not wait for the body's, nor that for it: a processor that is given blocks
        // of both in turn works on two at once.
        let bytes = text.as_bytes();
        let to_block = usize::try_from(self.length.wrapping_neg() % BLOCK as u64).unwrap_or(0);
        let (start, mut rest) = bytes.split_at(bytes.len().min(to_block));
        self.hasher.update(start);
        let mut digests = Vec::with_capacity(files.len());
        for file in files {
            let mut hasher = Sha256::new();
            if file.has_mark {
                hasher.update(MARK);
            }
            for block in bytes[file.content.clone()].chunks(BLOCK) {
                hasher.update(block);
                if let Some((block, after)) = rest.split_first_chunk::<BLOCK>() {
                    self.hasher.update(block);
                    rest = after;
                }
            }
            digests.push(hasher.finalize().into());
        }
        self.hasher.update(rest);
        self.length += bytes.len() as u64;
        if let Some(lines) = &mut self.lines {
            map_files(lines, bytes, files);
        }
        self.sink.write_text(text)?;
        Ok(digests)
    }

    /// Counts a file that is now in the body.
    pub(super) fn note_file(&mut self, source_bytes: u64) {
        self.files += 1;
        self.source_bytes += source_bytes;
    }

    pub(super) fn finish(
        mut self,
        header: &[String; 3],
        digest: &str,
    ) -> Result<(PartSummary, Sink, Vec<Stretch>)> {
        let body_sha256 = hex(&self.hasher.finalize().into());
        self.sink.overwrite_start(&join_header(header, digest, &body_sha256))?;
        let summary = PartSummary {
            files: self.files,
            source_bytes: self.source_bytes,
            bundle_bytes: self.header_length + self.length,
            body_sha256,
        };
        Ok((summary, self.sink, self.lines.map(LineMap::finish).unwrap_or_default()))
    }
}

fn map_files(lines: &mut LineMap, text: &[u8], files: &[HeldFile]) {
    let mut at = 0;
    for file in files {
        lines.own(&text[at..file.content.start]);
        let content = &text[file.content.clone()];
        lines.content(content, &Owner::Selected(file.file), Place::default());
        at = file.content.end;
        if content.last() != Some(&b'\n') {
            lines.own(b"\n");
            at += 1;
        }
    }
}

fn join_header([start, middle, end]: &[String; 3], digest: &str, body: &str) -> String {
    [start, digest, middle, body, end].concat()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by it")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header() -> [String; 3] {
        ["é ", " ", "\n"].map(String::from)
    }

    proptest! {
        #[test]
        fn digests_are_those_of_the_files_and_of_the_body(
            pieces in prop::collection::vec(
                prop::collection::vec(("[a-zé\n]{0,70}", "[a-zé\n]{0,300}", any::<bool>()), 0..5),
                0..5,
            ),
        ) {
            let mut body = Body::start(Sink::Memory(Text::default()), &header(), false).unwrap();
            let mut whole = String::new();
            for piece in pieces {
                let mut text = String::new();
                let mut files = Vec::new();
                let mut expected: Vec<FileDigest> = Vec::new();
                for (separator, content, has_mark) in piece {
                    text.push_str(&separator);
                    let start = text.len();
                    text.push_str(&content);
                    files.push(HeldFile { file: 0, content: start..text.len(), has_mark, open: None });
                    let mark = if has_mark { MARK } else { b"" };
                    expected.push(Sha256::digest([mark, content.as_bytes()].concat()).into());
                }
                prop_assert_eq!(body.emit_files(&text, &files).unwrap(), expected);
                whole.push_str(&text);
            }
            let expected = hex(&Sha256::digest(&whole).into());
            let (summary, sink, _) = body.finish(&header(), &"d".repeat(DIGITS)).unwrap();
            prop_assert_eq!(&summary.body_sha256, &expected);
            let Sink::Memory(held) = sink else { panic!("it was held in memory") };
            prop_assert_eq!(summary.bundle_bytes, held.text.len() as u64);
            prop_assert!(held.text.ends_with(&whole));
        }

        #[test]
        fn text_may_arrive_in_any_pieces(text in "[aé日😀]{0,40}", cuts in prop::collection::vec(0_usize..160, 0..8)) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= bytes.len()).collect();
            cuts.sort_unstable();
            let mut held = Text::default();
            let mut start = 0;
            for cut in cuts.into_iter().chain([bytes.len()]) {
                held.push_bytes(&bytes[start..cut]);
                start = cut;
            }
            prop_assert_eq!(held.text, text);
        }
    }
}
