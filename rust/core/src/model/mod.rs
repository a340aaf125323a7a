//! The schema model: what a PostgreSQL server would have after running a text of DDL.
//!
//! `docs/model.md` says what the model is. Nothing here checks a query or an expression; their tokens
//! are kept as text.

mod aggregates;
mod alter_column;
mod alter_constraint;
mod alter_storage;
mod alter_table;
mod altering;
mod catalog;
mod changed_texts;
mod columns;
mod comments;
mod constraint_specs;
mod constraints;
mod default_privileges;
mod definitions;
mod domains;
mod dropping;
mod edges;
mod encoding;
mod extensions;
mod grouping;
mod implied;
mod indexes;
mod inheritance;
mod labels;
mod like;
mod mentions;
mod named;
mod naming;
mod objects;
mod owners;
mod parsing;
mod partition_bounds;
mod partitions;
mod places;
mod policies;
mod privileges;
mod publications;
mod query_tables;
mod reading;
mod records;
mod reference_frames;
mod reference_words;
mod references;
mod relation_records;
mod renamed_columns;
mod renamed_relations;
mod renamed_roles;
mod renamed_texts;
mod renaming;
mod respelling;
mod roles;
mod routines;
mod rules;
pub mod schema;
mod schemas;
mod sequences;
mod settings;
mod starred_views;
mod state;
mod statement;
mod statistics;
mod table_constraints;
mod tables;
mod text;
mod transactions;
mod triggers;
mod type_defaults;
mod types;
mod types_and_domains;
mod views;

pub use self::encoding::Fingerprints;
use crate::files::Segment;

/// The model of what a text of UTF-8 defines, which may start with a byte order mark, as a MessagePack
/// document: one map per struct, without what has its default.
///
/// `origins` and `files` tell where the lines of a bundle come from; without them, places are in `file`.
#[must_use]
pub fn parse_sql(text: &[u8], file: Option<&str>, origins: &[Segment], files: &[String]) -> Vec<u8> {
    parsing::parsed(text, |parsed| parsed.document(file, origins, files))
}

/// The semantic fingerprints of what a text of UTF-8 defines, which may start with a byte order mark.
#[must_use]
pub fn fingerprint_sql(text: &[u8]) -> Fingerprints {
    parsing::parsed(text, encoding::fingerprints)
}

/// Both, for the price of one.
#[must_use]
pub fn parse_and_fingerprint_sql(
    text: &[u8],
    file: Option<&str>,
    origins: &[Segment],
    files: &[String],
) -> (Vec<u8>, Fingerprints) {
    parsing::parsed(text, |parsed| (parsed.document(file, origins, files), encoding::fingerprints(parsed)))
}

/// What a check looks at of the model of a bundle, as a MessagePack document of a [`schema::CheckedModel`].
///
/// `origins` and `files` tell where the lines of the bundle come from.
#[must_use]
pub fn check_sql(text: &[u8], origins: &[Segment], files: &[String]) -> Vec<u8> {
    parsing::parsed(text, |parsed| encoding::checked(parsed, origins, files))
}
