//! The tokens of JSON (RFC 8259), with the `NaN`, `Infinity` and `-Infinity` that Python's writer adds.

/// Digits of a number that Python still converts (`sys.int_info.default_max_str_digits`).
const LONGEST_NUMBER: usize = 4300;

/// Where a text stops being JSON, and what should have stood there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) offset: usize,
    pub(crate) expected: &'static str,
}

/// The inside of a string token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Whether it holds escapes.
    pub(crate) escaped: bool,
}

/// Reads tokens from the start of a text on.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    text: &'a [u8],
    pub(crate) position: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a [u8], position: usize) -> Self {
        Self { text, position }
    }

    pub(crate) fn text(&self) -> &'a [u8] {
        self.text
    }

    /// The next byte; 0, which starts no token, at the end.
    #[inline]
    pub(crate) fn peek(&self) -> u8 {
        self.text.get(self.position).copied().unwrap_or(0)
    }

    /// Skips white space and gives the byte behind it.
    #[inline]
    pub(crate) fn next_token(&mut self) -> u8 {
        let mut byte = self.peek();
        while matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
            self.position += 1;
            byte = self.peek();
        }
        byte
    }

    pub(crate) fn fault(&self, expected: &'static str) -> Fault {
        Fault { offset: self.position, expected }
    }

    /// The string that starts here.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<Piece, Fault> {
        self.position += 1;
        let start = self.position;
        let mut escaped = false;
        loop {
            self.position = plain_end(self.text, self.position);
            match self.text.get(self.position) {
                Some(b'"') => {
                    let end = self.position;
                    self.position += 1;
                    return Ok(Piece { start, end, escaped });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(_) => return Err(self.fault("an escaped control character")),
                None => return Err(self.fault("a closing quote")),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
        self.position += 1;
        match self.peek() {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.position += 1,
            b'u' => {
                self.position += 1;
                for _ in 0..4 {
                    if !self.peek().is_ascii_hexdigit() {
                        return Err(self.fault("four hexadecimal digits"));
                    }
                    self.position += 1;
                }
            }
            _ => return Err(self.fault("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")),
        }
        Ok(())
    }

    /// The number that starts here with a digit or a minus; whether it is a float.
    pub(crate) fn number(&mut self) -> Result<bool, Fault> {
        let start = self.position;
        let mut is_float = false;
        if self.peek() == b'-' {
            self.position += 1;
            if self.peek() == b'I' {
                return self.word(b"Infinity").map(|()| true);
            }
        }
        if self.peek() == b'0' {
            self.position += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == b'.' {
            is_float = true;
            self.position += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            is_float = true;
            self.position += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.position += 1;
            }
            self.digits()?;
        }
        if self.position - start > LONGEST_NUMBER {
            return Err(Fault { offset: start, expected: "a number of at most 4300 characters" });
        }
        Ok(is_float)
    }

    fn digits(&mut self) -> Result<(), Fault> {
        if !self.peek().is_ascii_digit() {
            return Err(self.fault("a digit"));
        }
        while self.peek().is_ascii_digit() {
            self.position += 1;
        }
        Ok(())
    }

    /// Exactly this word.
    pub(crate) fn word(&mut self, word: &'static [u8]) -> Result<(), Fault> {
        match self.text.get(self.position..) {
            Some(rest) if rest.starts_with(word) => {
                self.position += word.len();
                Ok(())
            }
            _ => Err(self.fault("a value")),
        }
    }

    /// Skips a value of a text that is known to be JSON.
    pub(crate) fn skip_value(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.next_token() {
                b'"' => {
                    if self.string().is_err() {
                        return;
                    }
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.position += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.position += 1;
                }
                b',' | b':' => {
                    self.position += 1;
                    continue;
                }
                0 => return,
                _ => {
                    let rest = self.text.get(self.position..).unwrap_or_default();
                    let length = rest
                        .iter()
                        .position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'));
                    self.position += length.unwrap_or(rest.len());
                }
            }
            if depth == 0 {
                return;
            }
        }
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Where the first quote, backslash or control character at or behind `position` stands.
#[inline]
fn plain_end(text: &[u8], mut position: usize) -> usize {
    while let Some(chunk) = text.get(position..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let quote = word ^ (ONES * u64::from(b'"'));
        let quote = quote.wrapping_sub(ONES) & !quote;
        let backslash = word ^ (ONES * u64::from(b'\\'));
        let backslash = backslash.wrapping_sub(ONES) & !backslash;
        // A borrow can only mark bytes above the first that is really marked.
        let marks = (control | quote | backslash) & HIGHS;
        if marks != 0 {
            return position + (marks.trailing_zeros() / 8) as usize;
        }
        position += 8;
    }
    while text.get(position).is_some_and(|&byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        position += 1;
    }
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_ends_at_its_quote_wherever_that_stands() {
        for length in 0..40 {
            let text = format!("\"{}\" ", "é".repeat(length));
            let mut scanner = Scanner::new(text.as_bytes(), 0);
            let piece = scanner.string().ok().map(|piece| (piece.start, piece.end, piece.escaped));
            assert_eq!(piece, Some((1, 1 + 2 * length, false)));
            assert_eq!(scanner.position, 2 + 2 * length);
        }
    }

    #[test]
    fn the_first_special_byte_is_found_wherever_it_stands() {
        for special in [b'"', b'\\', b'\n', 0] {
            for place in 0..24 {
                let mut text = vec![0x7f; 24];
                text[place] = special;
                assert_eq!(plain_end(&text, 0), place);
                // Bytes that differ from special ones by a bit or by one are not special.
                text.fill(b'!');
                text[place] = special;
                assert_eq!(plain_end(&text, 0), place);
            }
        }
        assert_eq!(plain_end(&[b'#', b'!', b'[', b']', b' ', 0xa2, 0xdc, 0x80, 0xff], 0), 9);
    }

    #[test]
    fn numbers_end_where_their_grammar_does() {
        for (text, length, is_float) in
            [("0", 1, false), ("-12,", 3, false), ("1.50]", 4, true), ("1e+9 ", 4, true), ("01", 1, false)]
        {
            let mut scanner = Scanner::new(text.as_bytes(), 0);
            assert_eq!(scanner.number(), Ok(is_float), "{text}");
            assert_eq!(scanner.position, length, "{text}");
        }
        for text in ["-", "1.", "1e", "-x", "1e+"] {
            assert!(Scanner::new(text.as_bytes(), 0).number().is_err(), "{text}");
        }
    }

    #[test]
    fn a_skipped_value_ends_behind_its_last_bracket() {
        for value in ["{}", "[[1, {\"a\": \"]}\"}], 2]", "\"a\\\"b\"", "12", "null", "{\"a\": [] }"] {
            let text = format!("{value}, 1");
            let mut scanner = Scanner::new(text.as_bytes(), 0);
            scanner.skip_value();
            assert_eq!(scanner.position, value.len(), "{value}");
        }
    }
}
