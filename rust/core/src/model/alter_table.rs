//! `ALTER TABLE` and its like.

use super::reading::{Outcome, unmodelled};
use super::state::State;
use super::statement::Statement;

pub(crate) fn alter_relation(_state: &mut State, _statement: &Statement<'_>) -> Outcome<()> {
    unmodelled("later")
}
