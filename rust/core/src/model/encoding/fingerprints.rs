//! Semantic fingerprints: that of each object, and that of all of them together.

use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::called::called;
use super::message_pack::Writer;
use super::objects::Encoder;
use super::resolved::resolved;
use super::{KINDS, PART, all_objects, kind_of, write};
use crate::hex::{DIGITS, hex, push_hex};
use crate::model::parsing::Parsed;
use crate::model::places::Places;
use crate::model::records::Id;
use crate::model::schema::{DefaultPrivileges, Identity, Opaque, Text};
use crate::model::text::quoted_name;

/// The fingerprints of what a text defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprints {
    /// SHA-256 of the lines, 64 lowercase hexadecimal digits.
    pub fingerprint: String,
    /// For each object, its fingerprint, two spaces, what it is called, and a newline; sorted by what they
    /// are called.
    pub lines: String,
    /// How many statements are kept as they are.
    pub opaque: usize,
}

/// What something is called, and its fingerprint.
type Entry = (Text, [u8; 32]);

/// What is digested of a statement that is kept as it is: which words explain it is no part of what it says.
#[derive(Serialize)]
struct Kept<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<&'a Identity>,
    fingerprint: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_refused: bool,
}

/// The fingerprints of what a text has led to.
pub(crate) fn fingerprints(parsed: &Parsed) -> Fingerprints {
    let state = &parsed.state;
    let places = Places::new(None, &[], &[], Vec::new());
    let encoder = Encoder { state, places: &places };
    let objects: Vec<(&str, Id)> = all_objects(state)
        .into_iter()
        .filter_map(|id| Some((KINDS[kind_of(state.record(id))?], id)))
        .collect();
    let digested = |part: &[(&str, Id)]| {
        let mut writer = Writer::shortest();
        let digest = |(field, id): &(&str, Id)| {
            writer.document.clear();
            writer.item(field);
            write(&encoder, &resolved(state, *id), &mut writer);
            (called(state, *id), Sha256::digest(&writer.document).into())
        };
        part.iter().map(digest).collect::<Vec<Entry>>()
    };
    let mut entries: Vec<Entry> = if parsed.is_parallel {
        objects.par_chunks(PART).flat_map_iter(digested).collect()
    } else {
        digested(&objects)
    };
    let mut writer = Writer::shortest();
    for defaults in &encoder.defaults() {
        writer.document.clear();
        writer.item(&"default_privileges");
        writer.item(defaults);
        entries.push((called_defaults(defaults), Sha256::digest(&writer.document).into()));
    }
    for (_, opaque) in &parsed.opaque {
        writer.document.clear();
        writer.item(&"opaque");
        let Opaque { kind, identity, fingerprint, is_refused, .. } = opaque;
        let (identity, is_refused) = (identity.as_ref(), *is_refused);
        writer.item(&Kept { kind: *kind, identity, fingerprint, is_refused });
        let called =
            kind.map_or_else(|| Text::const_new("statement"), |kind| Text::from(format!("statement {kind}")));
        entries.push((called, Sha256::digest(&writer.document).into()));
    }
    if parsed.is_parallel {
        entries.par_sort_unstable();
    } else {
        entries.sort_unstable();
    }
    let lines = lines(&entries);
    let fingerprint = hex(&Sha256::digest(&lines).into());
    Fingerprints { fingerprint, lines, opaque: parsed.opaque.len() }
}

/// What default privileges are called: whose, where and on what.
fn called_defaults(defaults: &DefaultPrivileges<'_>) -> Text {
    let mut called = Text::const_new("default privileges");
    for (words, name) in [(" for role ", defaults.role), (" in schema ", defaults.schema)] {
        if let Some(name) = name {
            called.push_str(words);
            called.push_str(&quoted_name(name));
        }
    }
    called.push_str(" on ");
    called.push_str(defaults.objects);
    called
}

fn lines(entries: &[Entry]) -> String {
    let mut lines =
        String::with_capacity(entries.iter().map(|(called, _)| DIGITS + called.len() + "  \n".len()).sum());
    for (called, digest) in entries {
        push_hex(&mut lines, digest);
        lines.push_str("  ");
        if called.contains(['\\', '\n']) {
            lines.push_str(&called.replace('\\', "\\\\").replace('\n', "\\n"));
        } else {
            lines.push_str(called);
        }
        lines.push('\n');
    }
    lines
}
