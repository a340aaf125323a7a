//! Roles.

use super::reading::{Kind, Outcome, Reader, string_of, unmodelled};
use super::records::{Id, Record, Role, Settings};
use super::renamed_roles::rename_grantee;
use super::schema::Text;
use super::state::{DEFINED, MISSING, Membership, OtherKey, State};
use super::statement::Statement;
use super::text::{quoted_name, text_of};

fn flag(word: &str) -> Option<(&'static str, bool)> {
    const FLAGS: [&str; 6] = ["superuser", "createdb", "createrole", "inherit", "replication", "bypassrls"];
    let name = word.strip_prefix("no").unwrap_or(word);
    FLAGS.iter().find(|flag| **flag == name).map(|flag| (*flag, name == word))
}

/// `CREATE ROLE | USER | GROUP name [WITH] options`.
pub(crate) fn create_role(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["create"])?;
    let word = reader.take_any(&["role", "user", "group"]);
    let name = reader.identifier()?;
    reader.take_word("with");
    let key = OtherKey::new("role", &name);
    if state.others.contains_key(&key) {
        return unmodelled(DEFINED);
    }
    let role = Role { can_login: word == "user", ..Role::default() };
    let id = state.add(Record::new("role", None, name, role));
    state.put_other(key, id);
    read_options(state, &mut reader, id)
}

fn change_role(state: &mut State, id: Id, change: impl FnOnce(&mut Role)) {
    if let Some(role) = state.change(id).role_mut() {
        change(role);
    }
}

fn read_options(state: &mut State, reader: &mut Reader<'_>, id: Id) -> Outcome<()> {
    let name = state.record(id).name.clone();
    let Some(role) = state.record(id).role() else { return unmodelled(MISSING) };
    let mut options = role.options.clone();
    let mut can_login = role.can_login;
    while !reader.is_done() {
        let word = reader.word(0);
        if let Some((flag, is_on)) = flag(word) {
            reader.at += 1;
            if is_on == (flag == "inherit") {
                options.remove(flag);
            } else {
                options.insert(
                    Text::const_new(flag),
                    Some(Text::const_new(if is_on { "true" } else { "false" })),
                );
            }
            continue;
        }
        match word {
            "login" | "nologin" => {
                reader.at += 1;
                can_login = word == "login";
            }
            "createuser" | "nocreateuser" => return unmodelled("PostgreSQL has this option no more"),
            "password" | "encrypted" | "unencrypted" => {
                reader.take_any(&["encrypted", "unencrypted"]);
                reader.expect(&["password"])?;
                if reader.take_word("null") {
                    options.remove("password");
                } else {
                    reader.string()?;
                    options.insert(Text::const_new("password"), None);
                }
            }
            "role" | "user" | "admin" => {
                reader.at += 1;
                let admin = (word == "admin").then(|| Text::const_new("admin option"));
                for member in reader.identifiers()? {
                    join(state, &member, &name, admin.clone())?;
                }
            }
            "sysid" => {
                reader.at += 1;
                reader.number()?;
            }
            _ if reader.take(&["connection", "limit"]) => {
                options.insert(Text::const_new("connection limit"), Some(reader.number()?));
            }
            _ if reader.take(&["valid", "until"]) => {
                options.insert(Text::const_new("valid until"), Some(reader.string()?));
            }
            _ if reader.take(&["in", "role"]) || reader.take(&["in", "group"]) => {
                let roles = reader.identifiers()?;
                for role in roles {
                    state.change_membership(id, &role, Some(Membership(None)));
                }
            }
            _ => return Err(reader.refused("an option of a role")),
        }
    }
    change_role(state, id, |role| {
        role.options = options;
        role.can_login = can_login;
    });
    Ok(())
}

fn join(state: &mut State, member: &str, role: &Text, options: Option<Text>) -> Outcome<()> {
    let Some(id) = state.other("role", member) else { return unmodelled(MISSING) };
    state.change_membership(id, role, Some(Membership(options)));
    Ok(())
}

/// `ALTER ROLE | USER | GROUP`.
pub(crate) fn alter_role(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["alter"])?;
    let is_group = reader.take_any(&["role", "user", "group"]) == "group";
    if reader.is_word("all") {
        return unmodelled("settings of all roles have no place");
    }
    let mut name = reader.identifier()?;
    if matches!(name.as_str(), "current_user" | "current_role" | "session_user") {
        name = state.role.clone().unwrap_or(name);
    }
    let Some(id) = state.other("role", &name) else { return unmodelled(MISSING) };
    if reader.take(&["rename", "to"]) {
        let new = reader.identifier()?;
        rename_role(state, id, &new)?;
        return reader.expect_end();
    }
    if is_group && matches!(reader.word(0), "add" | "drop") {
        let verb = reader.take_any(&["add", "drop"]);
        reader.expect(&["user"])?;
        let name = state.record(id).name.clone();
        for member in reader.identifiers()? {
            let Some(member) = state.other("role", &member) else { return unmodelled(MISSING) };
            state.change_membership(member, &name, (verb == "add").then_some(Membership(None)));
        }
        return reader.expect_end();
    }
    if matches!(reader.word(0), "in" | "set" | "reset") {
        let mut prefix = Text::default();
        if reader.take(&["in", "database"]) {
            prefix = reader.identifier()?;
            prefix.push('.');
        }
        let settings = state.record(id).role().map(|role| role.settings.clone()).unwrap_or_default();
        let settings = change_settings(settings, &mut reader, &prefix)?;
        change_role(state, id, |role| role.settings = settings);
        return Ok(());
    }
    reader.take_word("with");
    read_options(state, &mut reader, id)
}

/// Settings after `SET name …` or `RESET name`.
pub(crate) fn change_settings(
    mut settings: Settings,
    reader: &mut Reader<'_>,
    prefix: &str,
) -> Outcome<Settings> {
    let named = |name: Text| if prefix.is_empty() { name } else { Text::from(format!("{prefix}{name}")) };
    if reader.take_word("reset") {
        if reader.take_word("all") {
            settings.retain(|name, _| !name.starts_with(prefix));
        } else {
            settings.remove(&named(setting_name(reader)?));
        }
        reader.expect_end()?;
        return Ok(settings);
    }
    reader.expect(&["set"])?;
    let (name, value) = read_setting(&mut reader.part(reader.at, reader.end))?;
    match value {
        SettingValue::Default => settings.remove(&named(name)),
        SettingValue::Current => settings.insert(named(name), None),
        SettingValue::Text(value) => settings.insert(named(name), Some(value)),
    };
    Ok(settings)
}

/// Goes past the name of a setting.
pub(crate) fn setting_name(reader: &mut Reader<'_>) -> Outcome<Text> {
    if reader.take(&["time", "zone"]) {
        return Ok(Text::const_new("timezone"));
    }
    if reader.take(&["session", "authorization"]) {
        return Ok(Text::const_new("session_authorization"));
    }
    if reader.take(&["transaction", "isolation", "level"]) {
        return Ok(Text::const_new("transaction_isolation"));
    }
    Ok(folded(&reader.parts()?))
}

/// The name of a setting, of which the case of ASCII letters says nothing.
fn folded(parts: &[Text]) -> Text {
    Text::from(parts.join(".").to_ascii_lowercase())
}

/// What a setting is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SettingValue {
    Default,
    /// `FROM CURRENT`
    Current,
    Text(Text),
}

/// Goes past what follows `SET`, to the end: a name and a value.
pub(crate) fn read_setting(reader: &mut Reader<'_>) -> Outcome<(Text, SettingValue)> {
    let special = match reader.word(0) {
        "schema" => "search_path",
        "names" => "client_encoding",
        _ => "",
    };
    let name = if !special.is_empty() && !reader.is_sign_at("=", 1) && reader.word(1) != "to" {
        reader.at += 1;
        Text::const_new(special)
    } else if reader.take(&["time", "zone"]) {
        let value = *reader;
        reader.at = reader.end;
        let text = setting_text("timezone", value)?;
        let is_default = matches!(value.word(0), "default" | "local");
        let value = if is_default { SettingValue::Default } else { SettingValue::Text(text) };
        return Ok((Text::const_new("timezone"), value));
    } else {
        let name = folded(&reader.parts()?);
        if reader.take(&["from", "current"]) {
            reader.expect_end()?;
            return Ok((name, SettingValue::Current));
        }
        if !(reader.take_word("to") || reader.take_sign("=")) {
            return Err(reader.refused("TO"));
        }
        name
    };
    let value = *reader;
    if value.is_done() {
        return Err(reader.refused("a value"));
    }
    reader.at = reader.end;
    let text = setting_text(&name, value)?;
    let is_default = value.is_word("default") && value.rest().len() == 1;
    Ok((name, if is_default { SettingValue::Default } else { SettingValue::Text(text) }))
}

/// Whether a setting is a list of names (`GUC_LIST_QUOTE` in `src/backend/utils/misc/guc_tables.c`).
fn is_name_list(name: &str) -> bool {
    matches!(
        name,
        "local_preload_libraries"
            | "search_path"
            | "session_preload_libraries"
            | "shared_preload_libraries"
            | "temp_tablespaces"
            | "unix_socket_directories"
    )
}

/// A value as PostgreSQL keeps it (`flatten_set_variable_args` in `src/backend/utils/misc/guc_funcs.c`).
fn setting_text(name: &str, mut value: Reader<'_>) -> Outcome<Text> {
    let quotes = is_name_list(name);
    let mut text = Text::default();
    for (index, item) in value.items()?.into_iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(&part_text(item, quotes)?);
    }
    Ok(text)
}

fn part_text(mut item: Reader<'_>, quotes: bool) -> Outcome<Text> {
    let whole = item;
    if item.is_sign("-") || item.is_sign("+") || item.kind(0) == Some(Kind::Number) {
        let text = item.number()?;
        return Ok(if item.is_done() { integer_text(text) } else { text_of(&whole) });
    }
    let text = match item.rest() {
        [token] if token.is_name() => Some(item.identifier()?),
        [token] if token.kind == Kind::String => string_of(token.text),
        _ => None,
    };
    Ok(match text {
        Some(text) if quotes => quoted_name(&text),
        Some(text) => text,
        None => text_of(&whole),
    })
}

/// A number, without the zeros that an integer begins with.
fn integer_text(text: Text) -> Text {
    let digits = text.strip_prefix('-').unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text;
    }
    match digits.trim_start_matches('0') {
        "" => Text::const_new("0"),
        digits if digits.len() > 10 => text,
        digits => match digits.parse::<i32>() {
            Ok(_) if text.starts_with('-') => Text::from(format!("-{digits}")),
            Ok(_) => Text::new(digits),
            Err(_) => text,
        },
    }
}

/// Gives a role another name wherever it is named.
fn rename_role(state: &mut State, id: Id, name: &Text) -> Outcome<()> {
    let key = OtherKey::new("role", name);
    if state.others.contains_key(&key) {
        return unmodelled(DEFINED);
    }
    let old = state.record(id).name.clone();
    state.remove_other(OtherKey::new("role", &old));
    state.put_other(key, id);
    state.change(id).name.clone_from(name);
    rename_grantee(state, &old, name);
    Ok(())
}
