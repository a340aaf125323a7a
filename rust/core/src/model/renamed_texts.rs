//! Expressions and conditions in which a column or a table has another name.

use super::mentions::column_at;
use super::reading::{Kind, Reader, Token, unquoted, with_reader};
use super::records::{Body, Id, Key};
use super::schema::Text;
use super::state::State;
use super::text::{changed_partitioning, quoted_name, spaced};

/// An expression in which a column has another name.
pub(crate) fn renamed_text(text: &Text, old: &str, new: &str, table: &str) -> Text {
    with_names(text, new, |reader, index| column_at(reader, index, table).as_deref() == Some(old))
}

/// The condition of a trigger in which a column of `old` and `new` has another name.
pub(crate) fn renamed_in_rows(text: &Text, old: &str, new: &str) -> Text {
    with_names(text, new, |reader, index| {
        let [row, dot, column] = reader.rest().get(index.wrapping_sub(2)..=index).unwrap_or_default() else {
            return false;
        };
        dot.text == "." && matches!(row.text, "old" | "new") && unquoted(column.text) == old
    })
}

/// Calls a table by its new name in its own conditions and expressions.
pub(crate) fn rename_in_own_texts(state: &mut State, id: Id, old: &str, new: &str) {
    let renamed = |text: &Text| {
        with_names(text, new, |reader, index| {
            let [name, dot] = reader.rest().get(index..index + 2).unwrap_or_default() else {
                return false;
            };
            dot.text == "." && name.is_name() && unquoted(name.text) == old
        })
    };
    let in_text = |text: &mut Option<Text>| {
        if let Some(text) = text {
            *text = renamed(text);
        }
    };
    let in_keys = |keys: &mut [Key]| {
        for key in keys.iter_mut().filter(|key| key.column.is_none()) {
            key.expression = renamed(&key.expression);
        }
    };
    state.change_table(id, |table| {
        table.columns.edit_all(|column| {
            if let Some(details) = &mut column.details {
                in_text(&mut details.generated);
            }
        });
        table.constraints.edit_all(|made| {
            in_text(&mut made.expression);
            if let Some(details) = &mut made.details {
                in_keys(&mut details.keys);
                in_text(&mut details.r#where);
            }
        });
        if let Some(text) = &mut table.partition_by {
            *text = changed_partitioning(text, renamed);
        }
    });
    for other in state.belonging(id) {
        match &mut state.change(other).body {
            Body::Index(index) => {
                in_keys(&mut index.keys);
                in_text(&mut index.r#where);
            }
            Body::Policy(policy) => {
                in_text(&mut policy.using);
                in_text(&mut policy.check);
            }
            _ => {}
        }
    }
}

/// A text in which some tokens are another name.
fn with_names(text: &Text, new: &str, is_meant: impl Fn(&Reader<'_>, usize) -> bool) -> Text {
    let quoted = quoted_name(new);
    let renamed = with_reader(text, |reader| {
        let tokens: Vec<Token<'_>> = reader
            .rest()
            .iter()
            .enumerate()
            .map(|(index, token)| {
                if is_meant(&reader, index) {
                    let kind = if quoted.starts_with('"') { Kind::Name } else { Kind::Word };
                    Token { kind, text: &quoted, ..*token }
                } else {
                    *token
                }
            })
            .collect();
        Ok(spaced(&tokens))
    });
    renamed.unwrap_or_else(|_| text.clone())
}
