//! The order of arguments. In any other one, jinja2 does not read them, nor two of one name.

use rustc_hash::FxHashSet;

/// What an argument is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Argument {
    Value,
    Named,
    /// `*`.
    List,
    /// `**`.
    Names,
}

impl Argument {
    /// What it does not stand behind.
    fn not_behind(self) -> &'static [Self] {
        match self {
            Self::Value => &[Self::Named, Self::List, Self::Names],
            Self::Named | Self::Names => &[Self::Names],
            Self::List => &[Self::List, Self::Names],
        }
    }
}

/// What stands within a bracket, as far as it may be arguments.
#[derive(Default)]
pub(super) struct Within<'t> {
    seen: Vec<Argument>,
    /// The names of those with one.
    pub(super) names: FxHashSet<&'t str>,
    /// What the one is that is read, and where it starts.
    pub(super) read: Option<(Argument, usize)>,
}

impl Within<'_> {
    /// The argument that is read ends; where it starts, if it cannot stand there.
    pub(super) fn end(&mut self) -> Option<usize> {
        let (kind, start) = self.read.take()?;
        let is_wrong = self.seen.iter().any(|before| kind.not_behind().contains(before));
        if !self.seen.contains(&kind) {
            self.seen.push(kind);
        }
        is_wrong.then_some(start)
    }
}
