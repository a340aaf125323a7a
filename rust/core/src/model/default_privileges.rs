//! Memberships in roles, and privileges of what is made later.

use super::privileges::{
    all_privileges, public_privileges, read_granted, read_grantees, read_role, read_roles,
};
use super::reading::{Outcome, unmodelled};
use super::records::Defaults;
use super::schema::Text;
use super::state::{DefaultsKey, MISSING, Membership, State};
use super::statement::Statement;
use super::text::text_of;

/// `GRANT` and `REVOKE` of memberships in roles.
pub(crate) fn grant_role(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    let is_grant = reader.take_word("grant");
    let mut option = "";
    if !is_grant {
        reader.expect(&["revoke"])?;
        for word in ["admin", "inherit", "set"] {
            if reader.take(&[word, "option", "for"]) {
                option = word;
            }
        }
    }
    let roles = reader.identifiers()?;
    reader.expect(&[if is_grant { "to" } else { "from" }])?;
    let members = read_roles(state, &mut reader)?;
    let mut options = None;
    if is_grant && reader.take_word("with") {
        options = Some(text_of(&reader.until(&["granted"])));
    }
    if reader.take(&["granted", "by"]) {
        read_role(state, &mut reader)?;
    }
    if !is_grant {
        reader.take_any(&["cascade", "restrict"]);
    }
    reader.expect_end()?;
    for member in members {
        let found = member.and_then(|member| state.other("role", &member));
        let Some(id) = found else { return unmodelled(MISSING) };
        for role in &roles {
            let kept = if is_grant {
                Some(Membership(options.clone()))
            } else if option.is_empty() {
                None
            } else {
                let known = state.record(id).role().and_then(|member| member.member_of.get(role));
                Some(Membership(known.cloned().flatten().filter(|known| !known.starts_with(option))))
            };
            state.change_membership(id, role, kept);
        }
    }
    Ok(())
}

/// `ALTER DEFAULT PRIVILEGES`.
pub(crate) fn default_privileges(state: &mut State, statement: &Statement<'_>) -> Outcome<()> {
    let mut reader = statement.reader();
    reader.expect(&["alter", "default", "privileges"])?;
    let mut roles = vec![state.role.clone()];
    let mut schemas = vec![None];
    loop {
        if reader.take(&["in", "schema"]) {
            schemas = reader.identifiers()?.into_iter().map(Some).collect();
        } else if reader.take(&["for", "role"]) || reader.take(&["for", "user"]) {
            roles = read_roles(state, &mut reader)?;
        } else {
            break;
        }
    }
    let mut granted = read_granted(&mut reader)?;
    let objects = if reader.take(&["large", "objects"]) {
        "large objects"
    } else {
        match reader.take_any(&["tables", "sequences", "functions", "routines", "types", "schemas"]) {
            "routines" => "functions",
            "" => return Err(reader.refused("TABLES")),
            objects => objects,
        }
    };
    read_grantees(state, &mut reader, &mut granted)?;
    let kind = match objects {
        "large objects" => "",
        objects => objects.strip_suffix('s').unwrap_or(objects),
    };
    let known = all_privileges(kind).unwrap_or(&["SELECT", "UPDATE"]);
    for (privilege, columns) in &granted.privileges {
        if !columns.is_empty() || (privilege != "ALL" && !known.contains(&privilege.as_str())) {
            return unmodelled(format!("{privilege} is no privilege on {objects}"));
        }
    }
    for role in &roles {
        for schema in &schemas {
            let key: DefaultsKey = (role.clone(), schema.clone(), objects);
            let mut is_empty = false;
            state.change_defaults(&key, |defaults| {
                change_defaults(defaults, &key, kind, known, &granted);
                is_empty = defaults.granted.is_empty() && defaults.revoked.is_empty();
            });
            if is_empty {
                state.remove_defaults(&key);
            }
        }
    }
    Ok(())
}

fn change_defaults(
    defaults: &mut Defaults,
    (role, schema, _): &DefaultsKey,
    kind: &str,
    known: &[&'static str],
    granted: &super::privileges::Granted,
) {
    let is_baseline = |grantee: Option<&Text>, privilege: &str| {
        schema.is_none()
            && match grantee {
                None => known.contains(&privilege),
                Some(who) => who == "public" && public_privileges(kind).contains(&privilege),
            }
    };
    for grantee in &granted.grantees {
        let who = if grantee == role { None } else { grantee.clone() };
        for (privilege, _) in &granted.privileges {
            let one = [privilege.as_str()];
            let wanted: &[&str] = if privilege == "ALL" { known } else { &one };
            for single in wanted {
                let key = (who.clone(), Text::new(single));
                if granted.is_grant {
                    defaults.revoked.remove(&key);
                    if !is_baseline(who.as_ref(), single) || granted.has_option {
                        *defaults.granted.entry(key).or_insert(false) |= granted.has_option;
                    }
                } else if granted.only_option {
                    defaults.granted.entry(key).and_modify(|is_grantable| *is_grantable = false);
                } else {
                    defaults.granted.remove(&key);
                    if is_baseline(who.as_ref(), single) {
                        defaults.revoked.insert(key, false);
                    }
                }
            }
        }
    }
}
