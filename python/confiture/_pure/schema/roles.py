"""Roles."""

from __future__ import annotations

from confiture._pure.schema.reading import NUMBER, STRING, Reader, UnmodelledError, string_of
from confiture._pure.schema.records import Role, Settings
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.text import quoted_name, text_of

__all__ = ["alter_role", "create_role", "read_setting"]

_FLAGS = ("superuser", "createdb", "createrole", "inherit", "replication", "bypassrls")
#: The options that a role has when nothing is said of them.
_DEFAULTS = {"inherit": True}
#: Settings that are lists of names (``GUC_LIST_QUOTE`` in ``src/backend/utils/misc/guc_tables.c``).
_NAME_LISTS = (
    *("local_preload_libraries", "search_path", "session_preload_libraries", "shared_preload_libraries"),
    *("temp_tablespaces", "unix_socket_directories"),
)
_LARGEST_INTEGER = 2**31 - 1


def create_role(state: State, reader: Reader, form: str) -> None:
    """``CREATE ROLE | USER | GROUP name [WITH] options``."""
    reader.expect("create")
    word = reader.take_any("role", "user", "group")
    name = reader.identifier()
    reader.take("with")
    role = Role(kind="role", name=name, can_login=word == "user", statement=state.statement)
    if ("role", name) in state.others:
        raise UnmodelledError("it is defined already")
    state.put(state.others, ("role", name), role)
    _read_options(state, reader, role)


def _read_options(state: State, reader: Reader, role: Role) -> None:
    options = dict(role.options)
    can_login = role.can_login
    while not reader.is_done:
        word = reader.word()
        flag = word.removeprefix("no")
        if flag in _FLAGS:
            reader.at += 1
            is_on = flag == word
            if is_on == _DEFAULTS.get(flag, False):
                options.pop(flag, None)
            else:
                options[flag] = "true" if is_on else "false"
        elif word in ("login", "nologin"):
            reader.at += 1
            can_login = word == "login"
        elif word in ("createuser", "nocreateuser"):
            raise UnmodelledError("PostgreSQL has this option no more")
        elif reader.take("connection", "limit"):
            options["connection limit"] = reader.number()
        elif reader.take("valid", "until"):
            options["valid until"] = reader.string()
        elif word in ("password", "encrypted", "unencrypted"):
            reader.take_any("encrypted", "unencrypted")
            reader.expect("password")
            if reader.take("null"):
                options.pop("password", None)
            else:
                reader.string()
                options["password"] = None
        elif reader.take("sysid"):
            reader.number()
        elif reader.take("in", "role") or reader.take("in", "group"):
            state.change(role, member_of={**role.member_of, **dict.fromkeys(reader.identifiers())})
        elif word in ("role", "user", "admin"):
            reader.at += 1
            admin = "admin option" if word == "admin" else None
            for member in reader.identifiers():
                _join(state, member, role.name, admin)
        else:
            raise reader.refused("an option of a role")
    state.change(role, options=options, can_login=can_login)


def _join(state: State, member: str, role: str, options: str | None) -> None:
    record = state.others.get(("role", member))
    if not isinstance(record, Role):
        raise Missing
    state.change(record, member_of={**record.member_of, role: options})


def alter_role(state: State, reader: Reader, form: str) -> None:
    """``ALTER ROLE | USER | GROUP``."""
    reader.expect("alter")
    is_group = reader.take_any("role", "user", "group") == "group"
    if reader.are_words("all"):
        raise UnmodelledError("settings of all roles have no place")
    name = reader.identifier()
    if name in ("current_user", "current_role", "session_user"):
        name = state.role or name
    role = state.others.get(("role", name))
    if not isinstance(role, Role):
        raise Missing
    if reader.take("rename", "to"):
        rename_role(state, role, reader.identifier())
        reader.expect_end()
    elif is_group and reader.word() in ("add", "drop"):
        verb = reader.take_any("add", "drop")
        reader.expect("user")
        for member in reader.identifiers():
            record = state.others.get(("role", member))
            if not isinstance(record, Role):
                raise Missing
            memberships = dict(record.member_of)
            if verb == "add":
                memberships[role.name] = None
            else:
                memberships.pop(role.name, None)
            state.change(record, member_of=memberships)
        reader.expect_end()
    elif reader.word() in ("in", "set", "reset"):
        prefix = ""
        if reader.take("in", "database"):
            prefix = f"{reader.identifier()}."
        state.change(role, settings=change_settings(dict(role.settings), reader, prefix))
        reader.at = reader.end
    else:
        reader.take("with")
        _read_options(state, reader, role)


def change_settings(settings: Settings, reader: Reader, prefix: str = "") -> Settings:
    """Settings after ``SET name …`` or ``RESET name``."""
    if reader.take("reset"):
        if reader.take("all"):
            settings = {name: value for name, value in settings.items() if not name.startswith(prefix)}
            reader.expect_end()
            return settings
        settings.pop(prefix + setting_name(reader), None)
        reader.expect_end()
        return settings
    reader.expect("set")
    name, value, is_default = read_setting(reader.part(reader.at, reader.end))
    if is_default:
        settings.pop(prefix + name, None)
    else:
        settings[prefix + name] = value
    return settings


def setting_name(reader: Reader) -> str:
    """Go past the name of a setting."""
    if reader.take("time", "zone"):
        return "timezone"
    if reader.take("session", "authorization"):
        return "session_authorization"
    if reader.take("transaction", "isolation", "level"):
        return "transaction_isolation"
    return _folded(reader.parts())


def _folded(parts: list[str]) -> str:
    """The name of a setting, of which the case of ASCII letters says nothing."""
    return ".".join(parts).encode("utf-8").lower().decode("utf-8")


def read_setting(reader: Reader) -> tuple[str, str | None, bool]:
    """Go past what follows ``SET``: name, value, and whether that is the default."""
    special = {"schema": "search_path", "names": "client_encoding"}
    if reader.word() in special and not reader.is_sign("=", 1) and reader.word(1) != "to":
        name = special[reader.word()]
        reader.at += 1
    elif reader.take("time", "zone"):
        name = "timezone"
        value = reader.part(reader.at, reader.end)
        reader.at = reader.end
        return name, _setting_text(name, value), value.word() in ("default", "local")
    else:
        name = _folded(reader.parts())
        if reader.take("from", "current"):
            reader.expect_end()
            return name, None, False
        if not (reader.take("to") or reader.take_sign("=")):
            raise reader.refused("TO")
    value = reader.part(reader.at, reader.end)
    if value.is_done:
        raise reader.refused("a value")
    reader.at = reader.end
    is_default = value.word() == "default" and value.end - value.at == 1
    return name, _setting_text(name, value), is_default


def _setting_text(name: str, value: Reader) -> str:
    """A value as PostgreSQL keeps it.

    So does ``flatten_set_variable_args`` in ``src/backend/utils/misc/guc_funcs.c``.
    """
    quotes = name in _NAME_LISTS
    return ", ".join(_part_text(item, quotes=quotes) for item in value.part(value.at, value.end).items())


def _part_text(item: Reader, *, quotes: bool) -> str:
    number = item.part(item.at, item.end)
    if number.is_sign("-") or number.is_sign("+") or number.kind() == NUMBER:
        text = number.number()
        return _integer_text(text) if number.is_done else text_of(item)
    if item.end - item.at > 1:
        return text_of(item)
    name = item.identifier() if item.is_name() else string_of(item.text()) if item.kind() == STRING else None
    if name is None:
        return text_of(item)
    return quoted_name(name) if quotes else name


def _integer_text(text: str) -> str:
    """A number, without the zeros that an integer begins with."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        return text
    digits = digits.lstrip("0") or "0"
    if len(digits) > len(str(_LARGEST_INTEGER)) or int(digits) > _LARGEST_INTEGER:
        return text
    return f"-{digits}" if text[:1] == "-" and digits != "0" else digits


def rename_role(state: State, role: Role, name: str) -> None:
    """Give a role another name wherever it is named."""
    if ("role", name) in state.others:
        raise UnmodelledError("it is defined already")
    old = role.name
    state.remove(state.others, ("role", old))
    state.put(state.others, ("role", name), role)
    state.change(role, name=name)
    from confiture._pure.schema.renaming import rename_grantee

    rename_grantee(state, old, name)
