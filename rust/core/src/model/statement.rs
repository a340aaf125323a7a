//! A statement that is to be applied, or an element of a schema.

use super::reading::Reader;
use crate::sql::Form;

/// A statement with its tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement<'a> {
    /// Its command tag.
    pub(crate) kind: &'static str,
    pub(crate) form: Form,
    pub(crate) tokens: Reader<'a>,
}

impl<'a> Statement<'a> {
    pub(crate) fn reader(&self) -> Reader<'a> {
        self.tokens
    }

    /// Whether it says what is to be done if there is such an object, or none.
    pub(crate) fn has_form(&self) -> bool {
        self.form != Form::Plain
    }
}
