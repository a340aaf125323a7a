//! `ALTER` of what is no relation.

use super::reading::{Outcome, unmodelled};
use super::state::State;
use super::statement::Statement;

pub(crate) fn alter_object(_state: &mut State, _statement: &Statement<'_>) -> Outcome<()> {
    unmodelled("later")
}
