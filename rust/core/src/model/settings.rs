//! Lists of names and values: storage parameters, options of foreign objects, definitions.

use super::reading::{Outcome, Reader, string_of, unmodelled};
use super::records::Settings;
use super::schema::Text;
use super::text::text_of;

/// All that is left as a value: a string without its quotes, anything else as written.
pub(crate) fn value_text(reader: &Reader<'_>) -> Text {
    if let [token] = reader.rest()
        && let Some(value) = string_of(token.text)
    {
        return value;
    }
    text_of(reader)
}

/// The storage parameters in a parenthesis: `name [= value]`, names perhaps with a namespace; a value that is
/// left out is `true` (`transformRelOptions` in `src/backend/access/common/reloptions.c`).
pub(crate) fn read_parameters(mut group: Reader<'_>) -> Outcome<Settings> {
    let mut found = Settings::new();
    for mut item in group.items()? {
        let name = Text::from(item.parts()?.join("."));
        let value = if !item.take_sign("=") {
            item.expect_end()?;
            Text::const_new("true")
        } else if item.is_done() {
            return Err(item.refused("a value"));
        } else {
            value_text(&item)
        };
        found.insert(name, Some(value));
    }
    Ok(found)
}

/// The options of a foreign object in a parenthesis: `name 'value'`.
pub(crate) fn read_fdw_options(mut group: Reader<'_>) -> Outcome<Settings> {
    let mut found = Settings::new();
    for mut item in group.items()? {
        let name = item.identifier()?;
        found.insert(name, Some(item.string()?));
        item.expect_end()?;
    }
    Ok(found)
}

/// Options after `[ADD | SET | DROP] name 'value'` in a parenthesis.
pub(crate) fn change_fdw_options(options: &Settings, mut group: Reader<'_>) -> Outcome<Settings> {
    let mut changed = options.clone();
    for mut item in group.items()? {
        let action = if item.is_name(1) { item.take_any(&["add", "set", "drop"]) } else { "" };
        let name = item.identifier()?;
        if action == "drop" {
            if changed.remove(&name).is_none() {
                return unmodelled("there is no such option");
            }
        } else {
            changed.insert(name, Some(item.string()?));
        }
        item.expect_end()?;
    }
    Ok(changed)
}
