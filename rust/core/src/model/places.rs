//! Where statements start: in a file, or in one of the files that a bundle was made of.

use super::schema::{Place, Text};
use crate::files::Segment;

/// Places in a text.
pub(crate) struct Places<'a> {
    /// What the file is called, if there are no origins.
    file: Option<Text>,
    /// Where the lines of a bundle come from, ascending.
    origins: &'a [Segment],
    files: Vec<Text>,
    /// Lines and columns of the statements.
    starts: Vec<(u64, u64)>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(
        file: Option<&str>,
        origins: &'a [Segment],
        files: &[String],
        starts: Vec<(u64, u64)>,
    ) -> Self {
        Self { file: file.map(Text::new), origins, files: files.iter().map(Text::new).collect(), starts }
    }

    /// The place of a statement by its number.
    pub(crate) fn of(&self, statement: Option<u32>) -> Option<Place<'_>> {
        let (line, column) = *self.starts.get(usize::try_from(statement?).ok()?)?;
        let after = self.origins.partition_point(|origin| origin.bundle_line <= line);
        let Some(origin) = self.origins.get(after.saturating_sub(1)) else {
            return Some(Place { file: self.file.as_deref(), line, column });
        };
        let Some(file) = origin.file.and_then(|file| self.files.get(file)) else {
            return Some(Place { file: None, line, column });
        };
        // What follows an include command starts in the middle of its line.
        let shift = if line == origin.bundle_line { origin.column.saturating_sub(1) } else { 0 };
        let line = (origin.line + line).saturating_sub(origin.bundle_line);
        Some(Place { file: Some(file), line, column: column + shift })
    }
}
