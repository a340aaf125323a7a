//! A bundle being written: its header with its digests, and its body.

use sha2::{Digest, Sha256};

use super::bundle::PartSummary;
use super::output::Output;
use crate::error::Result;
use crate::hex::hex;

const DIGEST_DIGITS: usize = 64;

/// Where a bundle's bytes go.
#[derive(Debug)]
pub(super) enum Sink {
    Nowhere,
    Memory(Vec<u8>),
    File(Output),
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Nowhere => {}
            Self::Memory(held) => held.extend_from_slice(bytes),
            Self::File(output) => output.write(bytes)?,
        }
        Ok(())
    }

    fn overwrite_start(&mut self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Nowhere => {}
            Self::Memory(held) => held[..bytes.len()].copy_from_slice(bytes),
            Self::File(output) => output.overwrite_start(bytes)?,
        }
        Ok(())
    }
}

/// A bundle whose header has blanks for its digests until it is finished.
#[derive(Debug)]
pub(super) struct Body {
    sink: Sink,
    hasher: Sha256,
    bundle_bytes: u64,
    source_bytes: u64,
    files: usize,
}

impl Body {
    pub(super) fn start(mut sink: Sink, header: &[String; 3]) -> Result<Self> {
        let blank = "-".repeat(DIGEST_DIGITS);
        let header = join_header(header, &blank, &blank);
        sink.write(header.as_bytes())?;
        let bundle_bytes = header.len() as u64;
        Ok(Self { sink, hasher: Sha256::new(), bundle_bytes, source_bytes: 0, files: 0 })
    }

    /// Writes the next bytes of the body.
    pub(super) fn emit(&mut self, bytes: &[u8]) -> Result<()> {
        self.hasher.update(bytes);
        self.bundle_bytes += bytes.len() as u64;
        self.sink.write(bytes)
    }

    /// Counts a file that is now in the body.
    pub(super) fn note_file(&mut self, source_bytes: u64) {
        self.files += 1;
        self.source_bytes += source_bytes;
    }

    pub(super) fn finish(mut self, header: &[String; 3], digest: &str) -> Result<(PartSummary, Sink)> {
        let body_sha256 = hex(&self.hasher.finalize().into());
        self.sink.overwrite_start(join_header(header, digest, &body_sha256).as_bytes())?;
        let summary = PartSummary {
            files: self.files,
            source_bytes: self.source_bytes,
            bundle_bytes: self.bundle_bytes,
            body_sha256,
        };
        Ok((summary, self.sink))
    }
}

fn join_header([start, middle, end]: &[String; 3], digest: &str, body: &str) -> String {
    [start, digest, middle, body, end].concat()
}
