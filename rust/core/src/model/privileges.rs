//! Who may do what: what new objects start with, and `GRANT` and `REVOKE` on objects.

use super::indexes::no_column;
use super::objects::{KINDS, find, require};
use super::reading::{Name, Outcome, Reader, unmodelled};
use super::records::{Acl, AclKey, Body, Id, Record};
use super::schema::Text;
use super::state::{MISSING, State};
use super::statement::Statement;

const OF_COLUMNS: [&str; 4] = ["INSERT", "SELECT", "UPDATE", "REFERENCES"];

/// All privileges on objects of a kind.
pub(crate) fn all_privileges(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "table" | "foreign_table" | "view" | "materialized_view" => {
            &["INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"]
        }
        "sequence" => &["USAGE", "SELECT", "UPDATE"],
        "database" => &["CREATE", "CONNECT", "TEMPORARY"],
        "schema" => &["CREATE", "USAGE"],
        "function" | "procedure" | "aggregate" => &["EXECUTE"],
        "type" | "domain" | "language" | "foreign_data_wrapper" | "foreign_server" => &["USAGE"],
        "tablespace" => &["CREATE"],
        _ => return None,
    })
}

/// What all may do by default, by kind of object (`acldefault` in `src/backend/utils/adt/acl.c`).
pub(crate) fn public_privileges(kind: &str) -> &'static [&'static str] {
    match kind {
        "database" => &["CONNECT", "TEMPORARY"],
        "function" | "procedure" | "aggregate" => &["EXECUTE"],
        "type" | "domain" | "language" => &["USAGE"],
        _ => &[],
    }
}

/// What `ALTER DEFAULT PRIVILEGES` calls a kind of object.
fn defaulted(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "table" | "foreign_table" | "view" | "materialized_view" => "tables",
        "sequence" => "sequences",
        "function" | "procedure" | "aggregate" => "functions",
        "type" | "domain" => "types",
        "schema" => "schemas",
        _ => return None,
    })
}

/// What PostgreSQL lets anybody do with a new object.
pub(crate) fn default_acl(record: &Record) -> Acl {
    let of_public = if record.kind == "schema" && record.name == "public" {
        &["USAGE"][..]
    } else {
        public_privileges(record.kind)
    };
    let of_owner = all_privileges(record.kind).unwrap_or_default();
    let owner = of_owner.iter().map(|privilege| (None, Text::const_new(privilege)));
    let public =
        of_public.iter().map(|privilege| (Some(Text::const_new("public")), Text::const_new(privilege)));
    owner.chain(public).map(|key| (key, false)).collect()
}

/// Gives a new object its owner and what default privileges say of it.
pub(crate) fn made(state: &mut State, id: Id) {
    let role = state.role.clone();
    if state.record(id).schema.as_deref() == Some("pg_temp") {
        state.note_temporary(id);
    }
    let record = state.record(id);
    let objects = defaulted(record.kind).filter(|_| !state.defaults.is_empty());
    let privileges = objects.and_then(|objects| defaulted_acl(state, record, role.as_ref(), objects));
    let record = state.change(id);
    record.owner = role;
    if let Some(privileges) = privileges {
        record.privileges = Some(privileges);
    }
}

fn defaulted_acl(state: &State, record: &Record, role: Option<&Text>, objects: &'static str) -> Option<Acl> {
    let said = |schema: Option<Text>| state.defaults.get(&(role.cloned(), schema, objects));
    let everywhere = said(None);
    let there = record.schema.clone().and_then(|schema| said(Some(schema)));
    if everywhere.is_none() && there.is_none() {
        return None;
    }
    let plain = default_acl(record);
    let mut acl = plain.clone();
    if let Some(everywhere) = everywhere {
        acl.retain(|key, _| !everywhere.revoked.contains_key(key));
        acl.extend(everywhere.granted.clone());
    }
    if let Some(there) = there {
        acl.extend(there.granted.clone());
    }
    let mut owned = Acl::new();
    for ((grantee, privilege), is_grantable) in acl {
        let is_owner = grantee.is_some() && grantee.as_ref() == role;
        owned.insert((if is_owner { None } else { grantee }, privilege), is_grantable && !is_owner);
    }
    (owned != plain).then_some(owned)
}

/// Goes past the name of a role, and the role; None for the one that runs the text.
pub(crate) fn read_role(state: &State, reader: &mut Reader<'_>) -> Outcome<Option<Text>> {
    if reader.is_name(1) {
        reader.take_word("group");
    }
    match reader.take_any(&["current_user", "current_role", "session_user"]) {
        "" => Ok(Some(reader.identifier()?)),
        "session_user" => Ok(state.session_role.clone()),
        _ => Ok(state.role.clone()),
    }
}

pub(crate) fn read_roles(state: &State, reader: &mut Reader<'_>) -> Outcome<Vec<Option<Text>>> {
    let mut roles = vec![read_role(state, reader)?];
    while reader.take_sign(",") {
        roles.push(read_role(state, reader)?);
    }
    Ok(roles)
}

/// What is granted or revoked.
#[derive(Debug, Default)]
pub(crate) struct Granted {
    /// Names of privileges, and the columns that each is for; `ALL` for all.
    pub(crate) privileges: Vec<(Text, Vec<Text>)>,
    pub(crate) is_grant: bool,
    pub(crate) grantees: Vec<Option<Text>>,
    pub(crate) has_option: bool,
    pub(crate) only_option: bool,
}

/// Goes past what is granted or revoked, up to the word `ON`.
pub(crate) fn read_granted(reader: &mut Reader<'_>) -> Outcome<Granted> {
    let mut granted = Granted { is_grant: reader.take_word("grant"), ..Granted::default() };
    if !granted.is_grant {
        reader.expect(&["revoke"])?;
        granted.only_option = reader.take(&["grant", "option", "for"]);
    }
    loop {
        let name = if reader.take_word("all") {
            reader.take_word("privileges");
            Text::const_new("ALL")
        } else if reader.take(&["alter", "system"]) {
            Text::const_new("ALTER SYSTEM")
        } else {
            Text::from(reader.identifier()?.to_uppercase())
        };
        let name = if name == "TEMP" { Text::const_new("TEMPORARY") } else { name };
        let columns = if reader.is_group() { reader.columns()? } else { Vec::new() };
        granted.privileges.push((name, columns));
        if !reader.take_sign(",") {
            break;
        }
    }
    reader.expect(&["on"])?;
    Ok(granted)
}

/// Goes past who is granted or revoked something, to the end.
pub(crate) fn read_grantees(state: &State, reader: &mut Reader<'_>, granted: &mut Granted) -> Outcome<()> {
    reader.expect(&[if granted.is_grant { "to" } else { "from" }])?;
    granted.grantees = read_roles(state, reader)?;
    granted.has_option = granted.is_grant && reader.take(&["with", "grant", "option"]);
    if reader.take(&["granted", "by"]) {
        read_role(state, reader)?;
    }
    if !granted.is_grant {
        reader.take_any(&["cascade", "restrict"]);
    }
    reader.expect_end()
}

/// What is granted on.
enum Targets {
    All { what: &'static str, schemas: Vec<Text> },
    Found(Vec<Option<Id>>),
    Named { kind: &'static str, names: Vec<Name> },
}

/// `GRANT` and `REVOKE` of privileges on objects.
pub(crate) fn grant(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    let mut granted = read_granted(&mut reader)?;
    let targets = read_targets(state, &mut reader)?;
    read_grantees(state, &mut reader, &mut granted)?;
    let targets = match targets {
        Targets::All { what, schemas } => all_of(state, what, &schemas)?,
        Targets::Found(found) => found.into_iter().map(require).collect::<Outcome<_>>()?,
        Targets::Named { kind, names } => {
            names.iter().map(|name| require(granted_object(state, kind, name)?)).collect::<Outcome<_>>()?
        }
    };
    for target in targets {
        apply(state, target, &granted)?;
    }
    Ok(())
}

fn read_targets(state: &mut State, reader: &mut Reader<'_>) -> Outcome<Targets> {
    if reader.take_word("all") {
        let what = reader.take_any(&["tables", "sequences", "functions", "procedures", "routines"]);
        if what.is_empty() {
            return Err(reader.refused("TABLES"));
        }
        reader.expect(&["in", "schema"])?;
        return Ok(Targets::All { what, schemas: reader.identifiers()? });
    }
    if reader.take(&["large", "object"]) {
        return unmodelled("it is no object of a schema");
    }
    let kind = granted_kind(reader);
    if matches!(kind, "parameter" | "large_object") {
        return unmodelled("it is no object of a schema");
    }
    if matches!(kind, "function" | "procedure" | "routine") {
        let mut found = vec![find(state, kind, reader)?];
        while reader.take_sign(",") {
            found.push(find(state, kind, reader)?);
        }
        return Ok(Targets::Found(found));
    }
    Ok(Targets::Named { kind, names: reader.names()? })
}

fn granted_kind(reader: &mut Reader<'_>) -> &'static str {
    if let Some((words, kind)) = KINDS.iter().find(|(words, _)| reader.are_words(words)) {
        let following = words.len();
        // A table may have the name of a kind of object.
        if !matches!(reader.word(following), "to" | "from") && reader.is_name(following) {
            reader.at += following;
            return kind;
        }
    }
    "relation"
}

fn granted_object(state: &State, kind: &'static str, name: &Name) -> Outcome<Option<Id>> {
    match kind {
        "relation" | "table" => {
            let found = state.relation(name);
            let is_right = found.is_none_or(|found| {
                matches!(state.record(found).body, Body::Table(_) | Body::View(_) | Body::Sequence(_))
            });
            if is_right { Ok(found) } else { unmodelled("nothing can be granted on it") }
        }
        "type" | "domain" => Ok(state.type_named(name)),
        "sequence" => Ok(state.relation(name)),
        kind => Ok(state.other(kind, &name.name)),
    }
}

fn all_of(state: &State, what: &str, schemas: &[Text]) -> Outcome<Vec<Id>> {
    for schema in schemas {
        if !state.has_schema(schema) {
            return unmodelled(MISSING);
        }
    }
    let mut found: Vec<Id> = if matches!(what, "tables" | "sequences") {
        let is_wanted = |id: Id| match state.record(id).body {
            Body::Table(_) | Body::View(_) => what == "tables",
            Body::Sequence(_) => what == "sequences",
            _ => false,
        };
        state
            .relations
            .iter()
            .filter(|((schema, _), id)| schemas.contains(schema) && is_wanted(**id))
            .map(|(_, id)| *id)
            .collect()
    } else {
        let is_wanted = |id: Id| match state.record(id).kind {
            "procedure" => what != "functions",
            _ => what != "procedures",
        };
        state
            .routines
            .iter()
            .filter(|((schema, _), _)| schemas.contains(schema))
            .flat_map(|(_, overloads)| overloads.iter().map(|(_, id)| *id))
            .filter(|id| is_wanted(*id))
            .collect()
    };
    found.sort_unstable();
    Ok(found)
}

fn apply(state: &mut State, target: Id, granted: &Granted) -> Outcome<()> {
    let record = state.record(target);
    let (kind, owner) = (record.kind, record.owner.clone());
    let Some(known) = all_privileges(kind) else { return unmodelled("nothing can be granted on it") };
    for (privilege, columns) in &granted.privileges {
        if !columns.is_empty() {
            apply_columns(state, target, privilege, columns, granted)?;
            continue;
        }
        if state.record(target).privileges.is_none() {
            state.start_privileges(target, default_acl(state.record(target)));
        }
        let one = [privilege.as_str()];
        let wanted: &[&str] = if privilege == "ALL" { known } else { &one };
        if privilege != "ALL" && !known.contains(&privilege.as_str()) {
            // As of a table, which the statement may have called it.
            let of_tables = all_privileges("table").unwrap_or_default();
            if kind == "sequence" && of_tables.contains(&privilege.as_str()) {
                continue;
            }
            return unmodelled(format!("{privilege} is no privilege on it"));
        }
        let known = state.record(target).privileges.as_ref();
        let changed = known.map(|acl| changed_privileges(acl, owner.as_ref(), wanted, granted));
        for (key, value) in changed.unwrap_or_default() {
            state.change_privilege(target, key, value);
        }
        if !granted.is_grant {
            revoke_columns(state, target, wanted, granted);
        }
    }
    Ok(())
}

/// What becomes of privileges by a statement: whether they can be granted; None if they are no more.
fn changed_privileges(
    acl: &Acl,
    owner: Option<&Text>,
    wanted: &[&str],
    granted: &Granted,
) -> Vec<(AclKey, Option<bool>)> {
    let mut changed = Vec::new();
    for grantee in &granted.grantees {
        let is_owner = grantee.is_none() || grantee.as_ref() == owner;
        for privilege in wanted {
            let key = (if is_owner { None } else { grantee.clone() }, Text::new(privilege));
            let before = acl.get(&key).copied();
            let value = if granted.is_grant {
                Some((before.unwrap_or(false) || granted.has_option) && !is_owner)
            } else if granted.only_option {
                before.map(|_| false)
            } else {
                None
            };
            if value != before {
                changed.push((key, value));
            }
        }
    }
    changed
}

fn change_acl(acl: &mut Acl, owner: Option<&Text>, wanted: &[&str], granted: &Granted) {
    for (key, value) in changed_privileges(acl, owner, wanted, granted) {
        match value {
            Some(is_grantable) => acl.insert(key, is_grantable),
            None => acl.remove(&key),
        };
    }
}

fn apply_columns(
    state: &mut State,
    target: Id,
    privilege: &Text,
    columns: &[Text],
    granted: &Granted,
) -> Outcome<()> {
    let one = [privilege.as_str()];
    let wanted: &[&str] = if privilege == "ALL" { &OF_COLUMNS } else { &one };
    if privilege != "ALL" && !OF_COLUMNS.contains(&privilege.as_str()) {
        return unmodelled(format!("{privilege} is no privilege on a column"));
    }
    for name in columns {
        let owner = state.record(target).owner.clone();
        let change = |before: Option<&Acl>| {
            let mut acl = before.cloned().unwrap_or_default();
            change_acl(&mut acl, owner.as_ref(), wanted, granted);
            Some(acl).filter(|acl| !acl.is_empty())
        };
        if let Some(table) = state.table(target) {
            let Some(column) = table.columns.get(name) else { return unmodelled(no_column(name)) };
            let acl = change(column.privileges.as_ref());
            state.change_column(target, name, |column| column.privileges = acl);
            continue;
        }
        match &mut state.change(target).body {
            Body::View(view) => match change(view.column_privileges.get(name)) {
                Some(acl) => {
                    view.column_privileges.insert(name.clone(), acl);
                }
                None => {
                    view.column_privileges.remove(name);
                }
            },
            _ => return unmodelled("it has no columns"),
        }
    }
    Ok(())
}

/// What is revoked of a table is revoked of its columns as well.
fn revoke_columns(state: &mut State, target: Id, wanted: &[&str], granted: &Granted) {
    let record = state.shared(target);
    let owner = record.owner.as_ref();
    match &record.body {
        Body::Table(table) => {
            for column in table.columns.iter() {
                let Some(before) = &column.privileges else { continue };
                let mut acl = before.clone();
                change_acl(&mut acl, owner, wanted, granted);
                let acl = Some(acl).filter(|acl| !acl.is_empty());
                state.change_column(target, &column.name, |column| column.privileges = acl);
            }
        }
        Body::View(view) if !view.column_privileges.is_empty() => {
            let mut changed = view.column_privileges.clone();
            changed.retain(|_, acl| {
                change_acl(acl, owner, wanted, granted);
                !acl.is_empty()
            });
            if let Some(view) = state.change(target).view_mut() {
                view.column_privileges = changed;
            }
        }
        _ => {}
    }
}
