//! Reading SQL as the server and psql read it.

mod lexer;
mod open;
mod psql;
mod scan;

pub use open::{OpenConstruct, OpenKind, OpenSearch, find_open_construct};
