//! Templates of dbt's models.
//!
//! minijinja reads them; they are evaluated here, as Python itself would, since dbt's templates are written
//! for Python's values: `True` is printed so, lists can be appended to, `//` rounds down. What is not supported
//! is refused with its line. A template's steps are counted, so each one ends. What the names in a template
//! mean is the host's to tell; nothing here knows dbt.

mod argument_order;
mod calling;
mod evaluating;
mod filters;
mod methods;
mod numerals;
mod operators;
mod places;
mod printing;
mod reading;
mod syntax;
mod tests_of_values;
mod tokens;
mod values;

pub use evaluating::{Host, render};
pub use reading::read;
pub use syntax::Template;
pub use values::{Dictionary, Failure, Heap, Held, Refusal, Relation, Value};
