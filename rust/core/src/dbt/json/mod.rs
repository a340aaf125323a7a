//! Strict JSON over bytes: tokens, texts and layouts. No tree is ever made.

mod layout;
mod scanner;
mod text;
mod values;

pub use layout::Layout;
pub(crate) use layout::write_layout;
pub(crate) use scanner::{Fault, Piece, Scanner};
pub use text::JsonText;
pub use values::{Event, Events};
