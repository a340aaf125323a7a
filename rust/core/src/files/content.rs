//! What a file's bytes must be: UTF-8 without NUL bytes, after an optional byte order mark.

/// The UTF-8 byte order mark.
pub(super) const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The start of a file without a byte order mark.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(MARK).unwrap_or(bytes)
}

/// Why content is refused; offsets count bytes from the start of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContentProblem {
    InvalidUtf8 { offset: u64 },
    NulByte { offset: u64 },
}

/// Checks a whole file; returns its text without a byte order mark.
pub(super) fn check_whole(bytes: &[u8]) -> Result<&str, ContentProblem> {
    let mut check = ContentCheck::default();
    check.update(bytes)?;
    check.finish()?;
    let content = without_mark(bytes);
    // Cannot fail after the check; the error is passed on all the same.
    std::str::from_utf8(content).map_err(|_| ContentProblem::InvalidUtf8 { offset: 0 })
}

/// The same check for a file that is read in pieces.
#[derive(Debug, Default)]
pub(super) struct ContentCheck {
    /// Bytes seen before the unfinished character.
    offset: u64,
    /// A character that the last piece broke off.
    unfinished: Vec<u8>,
}

impl ContentCheck {
    /// Checks the next piece.
    pub(super) fn update(&mut self, piece: &[u8]) -> Result<(), ContentProblem> {
        let mut piece = piece;
        while !self.unfinished.is_empty()
            && let Some((&byte, rest)) = piece.split_first()
        {
            self.unfinished.push(byte);
            match std::str::from_utf8(&self.unfinished) {
                Ok(_) => {
                    self.offset += self.unfinished.len() as u64;
                    self.unfinished.clear();
                }
                Err(error) if error.error_len().is_some() => return Err(self.invalid(0)),
                Err(_) => {}
            }
            piece = rest;
        }
        let (valid, problem) = match std::str::from_utf8(piece) {
            Ok(_) => (piece.len(), None),
            Err(error) => {
                let valid = error.valid_up_to();
                (valid, error.error_len().map(|_| self.invalid(valid)))
            }
        };
        if let Some(nul) = memchr::memchr(0, &piece[..valid]) {
            return Err(ContentProblem::NulByte { offset: self.offset + nul as u64 });
        }
        if let Some(problem) = problem {
            return Err(problem);
        }
        self.offset += valid as u64;
        self.unfinished.extend_from_slice(&piece[valid..]);
        Ok(())
    }

    /// Checks that the file does not end inside a character.
    pub(super) fn finish(&self) -> Result<(), ContentProblem> {
        if self.unfinished.is_empty() { Ok(()) } else { Err(self.invalid(0)) }
    }

    fn invalid(&self, ahead: usize) -> ContentProblem {
        ContentProblem::InvalidUtf8 { offset: self.offset + ahead as u64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(pieces: &[&[u8]]) -> Result<(), ContentProblem> {
        let mut check = ContentCheck::default();
        pieces.iter().try_for_each(|piece| check.update(piece))?;
        check.finish()
    }

    #[test]
    fn the_earlier_problem_is_reported() {
        assert_eq!(check(&[b"ab\0\xff"]), Err(ContentProblem::NulByte { offset: 2 }));
        assert_eq!(check(&[b"ab\xff\0"]), Err(ContentProblem::InvalidUtf8 { offset: 2 }));
        assert_eq!(check(&[b"ab\xe2\x82"]), Err(ContentProblem::InvalidUtf8 { offset: 2 }));
    }

    proptest! {
        #[test]
        fn pieces_do_not_change_the_answer(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'a'), Just(0xe2), Just(0x82), Just(0xac)], 0..40),
            cuts in prop::collection::vec(0_usize..41, 0..6),
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= bytes.len()).collect();
            cuts.sort_unstable();
            let mut pieces = Vec::new();
            let mut start = 0;
            for cut in cuts.into_iter().chain([bytes.len()]) {
                pieces.push(&bytes[start..cut]);
                start = cut;
            }
            prop_assert_eq!(check(&pieces), check(&[&bytes]));
            let whole = match std::str::from_utf8(&bytes) {
                Ok(text) => text.find('\0').map(|offset| ContentProblem::NulByte { offset: offset as u64 }),
                Err(error) => Some(match bytes[..error.valid_up_to()].iter().position(|byte| *byte == 0) {
                    Some(offset) => ContentProblem::NulByte { offset: offset as u64 },
                    None => ContentProblem::InvalidUtf8 { offset: error.valid_up_to() as u64 },
                }),
            };
            prop_assert_eq!(check(&[&bytes]).err(), whole);
        }
    }
}
