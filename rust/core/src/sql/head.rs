//! What has to be known of a statement while it is read: whether it has tokens, what is open in it, and
//! whether it is one that data follows.
//!
//! Only its first words matter, but in a routine that may have a body and in a `COPY`.

/// What the words so far say of a statement, or of the one in a routine's body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Head {
    /// There is no token yet.
    #[default]
    Start,
    Create,
    CreateOr,
    CreateOrReplace,
    /// `CREATE FUNCTION` or `CREATE PROCEDURE`: a body may come.
    Routine,
    /// The word `BEGIN` in one of these, and its offset.
    Begin(u64),
    Copy,
    /// No further word matters.
    Other,
}

/// What matters of the statement that is being read.
#[derive(Debug, Default)]
pub(super) struct OpenStatement {
    pub(super) head: Head,
    /// Unclosed parentheses.
    pub(super) depth: u64,
    /// Offset of the first of them.
    pub(super) parenthesis: u64,
    /// Unclosed bodies of routines.
    pub(super) bodies: u64,
    /// Offset of the first one's `BEGIN`.
    pub(super) body: u64,
    pub(super) copy: Option<CopyStatement>,
}

/// A statement that starts with the word `COPY`.
#[derive(Debug, Clone, Copy)]
pub(super) struct CopyStatement {
    /// Offset of that word.
    pub(super) offset: u64,
    /// Whether the last token was the word `FROM`, outside parentheses.
    after_from: bool,
    pub(super) from_stdin: bool,
}

impl OpenStatement {
    /// Whether there is no token yet.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self { head: Head::Start, depth: 0, bodies: 0, .. })
    }

    /// Takes note of a word at this offset.
    pub(super) fn note_word(&mut self, word: &[u8], offset: u64) {
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        let is_outside = self.depth == 0;
        self.head = match self.head {
            Head::Start if is("create") => Head::Create,
            Head::Start if self.bodies > 0 && is("end") => {
                self.bodies -= 1;
                Head::Other
            }
            Head::Start if self.bodies == 0 && is("copy") => {
                self.copy = Some(CopyStatement { offset, after_from: false, from_stdin: false });
                Head::Copy
            }
            Head::Create if is("or") => Head::CreateOr,
            Head::CreateOr if is("replace") => Head::CreateOrReplace,
            Head::Create | Head::CreateOrReplace if is("function") || is("procedure") => Head::Routine,
            Head::Start | Head::Create | Head::CreateOr | Head::CreateOrReplace | Head::Other => Head::Other,
            Head::Begin(begin) if is_outside && is("atomic") => {
                if self.bodies == 0 {
                    self.body = begin;
                }
                self.bodies += 1;
                Head::Start
            }
            Head::Routine | Head::Begin(_) if is_outside && is("begin") => Head::Begin(offset),
            Head::Routine | Head::Begin(_) => Head::Routine,
            Head::Copy => {
                if let Some(copy) = &mut self.copy {
                    copy.from_stdin |= copy.after_from && is_outside && is("stdin");
                    copy.after_from = is_outside && is("from");
                }
                Head::Copy
            }
        };
    }

    /// Takes note of a token that is no word.
    pub(super) fn note_token(&mut self) {
        self.head = match self.head {
            Head::Routine | Head::Begin(_) => Head::Routine,
            Head::Copy => {
                if let Some(copy) = &mut self.copy {
                    copy.after_from = false;
                }
                Head::Copy
            }
            _ => Head::Other,
        };
    }
}
