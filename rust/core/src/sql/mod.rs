//! Reading SQL as the server and psql read it.

mod events;
mod head;
mod keywords;
mod lexer;
mod names;
mod normalize;
mod open;
mod prepared;
mod psql;
mod scan;
mod split;
mod statements;
mod token;
mod value;

pub(crate) use names::name_statement;
pub use names::{Form, Name, Object, Objects};
pub(crate) use normalize::{NormalizedKind, NormalizedTokens, fingerprint_of};
pub(crate) use open::Place;
pub use open::{OpenConstruct, OpenKind, OpenSearch, find_open_construct};
pub(crate) use prepared::{Head, Normalized, Prepared};
pub use split::{Extent, Span, SpanKind};
pub use statements::{Account, Statement, account, normalize_statements};
pub(crate) use statements::{StatementText, statement_texts};
pub(crate) use value::cut;
