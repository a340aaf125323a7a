"""Who may do what: ``GRANT``, ``REVOKE``, ``ALTER DEFAULT PRIVILEGES``, and what new objects start with."""

from __future__ import annotations

from collections.abc import Callable

from confiture._pure.schema.objects import find, require
from confiture._pure.schema.reading import Name, Reader, UnmodelledError, shown
from confiture._pure.schema.records import (
    Acl,
    Defaults,
    Record,
    Relation,
    Role,
    Routine,
    Sequence,
    Table,
    View,
)
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.text import text_of

__all__ = ["default_acl", "default_privileges", "grant", "grant_role", "made", "read_role"]

_OF_TABLES = ("INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
_OF_COLUMNS = ("INSERT", "SELECT", "UPDATE", "REFERENCES")
#: All privileges, by kind of object.
_ALL: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("table", "foreign_table", "view", "materialized_view"), _OF_TABLES),
    "sequence": ("USAGE", "SELECT", "UPDATE"),
    "database": ("CREATE", "CONNECT", "TEMPORARY"),
    "schema": ("CREATE", "USAGE"),
    **dict.fromkeys(("function", "procedure", "aggregate"), ("EXECUTE",)),
    **dict.fromkeys(("type", "domain", "language", "foreign_data_wrapper", "foreign_server"), ("USAGE",)),
    "tablespace": ("CREATE",),
}
#: What all may do by default, by kind of object (``acldefault`` in ``src/backend/utils/adt/acl.c``).
_OF_PUBLIC: dict[str, tuple[str, ...]] = {
    "database": ("CONNECT", "TEMPORARY"),
    **dict.fromkeys(("function", "procedure", "aggregate"), ("EXECUTE",)),
    **dict.fromkeys(("type", "domain", "language"), ("USAGE",)),
}
#: What ``ALTER DEFAULT PRIVILEGES`` calls a kind of object.
_DEFAULTED = {
    **dict.fromkeys(("table", "foreign_table", "view", "materialized_view"), "tables"),
    "sequence": "sequences",
    **dict.fromkeys(("function", "procedure", "aggregate"), "functions"),
    **dict.fromkeys(("type", "domain"), "types"),
    "schema": "schemas",
}
_KIND_OF_DEFAULTED = {
    "tables": "table",
    "sequences": "sequence",
    "functions": "function",
    "types": "type",
    "schemas": "schema",
}


def default_acl(record: Record) -> Acl:
    """What PostgreSQL lets anybody do with a new object."""
    acl: Acl = {(None, privilege): False for privilege in _ALL.get(record.kind, ())}
    of_public = _OF_PUBLIC.get(record.kind, ())
    if record.kind == "schema" and record.name == "public":
        of_public = ("USAGE",)
    acl.update({("public", privilege): False for privilege in of_public})
    return acl


def made(state: State, record: Record) -> None:
    """Give a new object its owner and what default privileges say of it."""
    record.owner = state.role
    if record.schema == "pg_temp":
        state.append(state.temporary, record)
    objects = _DEFAULTED.get(record.kind)
    if objects is None or not state.defaults:
        return
    everywhere = state.defaults.get((state.role, None, objects))
    there = state.defaults.get((state.role, record.schema, objects)) if record.schema is not None else None
    if everywhere is None and there is None:
        return
    acl = default_acl(record)
    if everywhere is not None:
        for key in everywhere.revoked:
            acl.pop(key, None)
        acl.update(everywhere.granted)
    if there is not None:
        acl.update(there.granted)
    owned: Acl = {}
    for (grantee, privilege), is_grantable in acl.items():
        is_owner = grantee is not None and grantee == record.owner
        owned[(None if is_owner else grantee, privilege)] = is_grantable and not is_owner
    if owned != default_acl(record):
        record.privileges = owned


def read_role(state: State, reader: Reader) -> str | None:
    """Go past the name of a role, and the role; None for the one that runs the text."""
    reader.take("group") if reader.is_name(1) and not reader.is_sign(",", 1) else False
    word = reader.word()
    if word in ("current_user", "current_role"):
        reader.at += 1
        return state.role
    if word == "session_user":
        reader.at += 1
        return state.session_role
    return reader.identifier()


def _read_roles(state: State, reader: Reader) -> list[str | None]:
    roles = [read_role(state, reader)]
    while reader.take_sign(","):
        roles.append(read_role(state, reader))
    return roles


class _Granted:
    """What is granted or revoked.

    Attributes:
        privileges: Names of privileges, and the columns that each is for; ``ALL`` for all.
    """

    def __init__(self) -> None:
        self.privileges: list[tuple[str, tuple[str, ...]]] = []
        self.is_grant = True
        self.grantees: list[str | None] = []
        self.has_option = False
        self.only_option = False


def _read_privileges(reader: Reader, granted: _Granted) -> None:
    while True:
        if reader.take("all"):
            reader.take("privileges")
            name = "ALL"
        elif reader.take("alter", "system"):
            name = "ALTER SYSTEM"
        else:
            name = reader.identifier().upper()
        name = "TEMPORARY" if name == "TEMP" else name
        granted.privileges.append((name, reader.columns() if reader.is_group() else ()))
        if not reader.take_sign(","):
            return


def _read_end(state: State, reader: Reader, granted: _Granted) -> None:
    reader.expect("to" if granted.is_grant else "from")
    granted.grantees = _read_roles(state, reader)
    if granted.is_grant and reader.take("with", "grant", "option"):
        granted.has_option = True
    if reader.take("granted", "by"):
        read_role(state, reader)
    if not granted.is_grant:
        reader.take_any("cascade", "restrict")
    reader.expect_end()


def grant(state: State, reader: Reader, form: str) -> None:
    """``GRANT`` and ``REVOKE`` of privileges on objects."""
    granted = _Granted()
    granted.is_grant = reader.take("grant")
    if not granted.is_grant:
        reader.expect("revoke")
        granted.only_option = reader.take("grant", "option", "for")
    _read_privileges(reader, granted)
    reader.expect("on")
    if reader.take("large", "object"):
        raise UnmodelledError("it is no object of a schema")
    # Who gets them is read first, as nothing may be granted by half a statement.
    found = _objects(state, reader)
    _read_end(state, reader, granted)
    targets = found()
    for target in targets:
        _apply(state, target, granted)


def _objects(state: State, reader: Reader) -> Callable[[], list[Record]]:
    """Go past what is granted on; a function that gives the objects."""
    if reader.take("all"):
        what = reader.take_any("tables", "sequences", "functions", "procedures", "routines")
        if not what:
            raise reader.refused("TABLES")
        reader.expect("in", "schema")
        schemas = reader.identifiers()
        return lambda: _all_of(state, what, schemas)
    kind = _granted_kind(reader)
    if kind in ("parameter", "large_object"):
        raise UnmodelledError("it is no object of a schema")
    if kind in ("function", "procedure", "routine"):
        items: list[Record | None] = [find(state, kind, reader)]
        while reader.take_sign(","):
            items.append(find(state, kind, reader))
        return lambda: [require(item) for item in items]
    names = reader.names()
    return lambda: [require(_granted_object(state, kind, name)) for name in names]


def _granted_kind(reader: Reader) -> str:
    from confiture._pure.schema.objects import KINDS

    for words, kind in KINDS:
        if reader.are_words(*words):
            following = len(words)
            # A table may have the name of a kind of object.
            if reader.word(following) in ("to", "from") or not reader.is_name(following):
                break
            reader.at += following
            return kind
    return "relation"


def _granted_object(state: State, kind: str, name: Name) -> Record | None:
    if kind in ("relation", "table"):
        found = state.relation(name)
        if found is not None and not isinstance(found, (Relation, Sequence)):
            raise UnmodelledError("nothing can be granted on it")
        return found
    if kind == "type" or kind == "domain":
        return state.type(name)
    if kind == "sequence":
        return state.relation(name)
    return state.others.get((kind, name.name))


def _all_of(state: State, what: str, schemas: list[str]) -> list[Record]:
    found: list[Record] = []
    for schema in schemas:
        if not state.has_schema(schema):
            raise Missing
        if what in ("tables", "sequences"):
            kinds = (Table, View) if what == "tables" else (Sequence,)
            found += [
                record
                for (there, _), record in state.relations.items()
                if there == schema and isinstance(record, kinds)
            ]
            continue
        for (there, _), overloads in state.routines.items():
            if there == schema:
                found += [routine for routine in overloads.values() if _is_among(routine, what)]
    return found


def _is_among(routine: Routine, what: str) -> bool:
    if what == "procedures":
        return routine.kind == "procedure"
    return what == "routines" or routine.kind != "procedure"


def _apply(state: State, target: Record, granted: _Granted) -> None:
    known = _ALL.get(target.kind)
    if known is None:
        raise UnmodelledError("nothing can be granted on it")
    acl: Acl = default_acl(target) if target.privileges is None else dict(target.privileges)
    has_whole = False
    for privilege, columns in granted.privileges:
        if columns:
            _apply_columns(state, target, privilege, columns, granted)
            continue
        has_whole = True
        wanted = known if privilege == "ALL" else (privilege,)
        if privilege != "ALL" and privilege not in known:
            if target.kind == "sequence" and privilege in _OF_TABLES:
                # As of a table, which the statement may have called it.
                continue
            raise UnmodelledError(f"{privilege} is no privilege on it")
        _change_acl(acl, target, wanted, granted)
        if not granted.is_grant:
            _revoke_columns(state, target, wanted, granted)
    if has_whole:
        state.change(target, privileges=acl)


def _change_acl(acl: Acl, target: Record, wanted: tuple[str, ...], granted: _Granted) -> None:
    for grantee in granted.grantees:
        is_owner = grantee is None or grantee == target.owner
        for privilege in wanted:
            key = (None if is_owner else grantee, privilege)
            if granted.is_grant:
                acl[key] = (acl.get(key, False) or granted.has_option) and not is_owner
            elif granted.only_option:
                if key in acl:
                    acl[key] = False
            else:
                acl.pop(key, None)


def _apply_columns(
    state: State, target: Record, privilege: str, columns: tuple[str, ...], granted: _Granted
) -> None:
    wanted = _OF_COLUMNS if privilege == "ALL" else (privilege,)
    if privilege != "ALL" and privilege not in _OF_COLUMNS:
        raise UnmodelledError(f"{privilege} is no privilege on a column")
    for name in columns:
        if isinstance(target, Table):
            column = target.columns.get(name)
            if column is None:
                raise UnmodelledError(f"there is no column {shown(name)}")
            acl = dict(column.privileges or {})
            _change_acl(acl, target, wanted, granted)
            state.change(column, privileges=acl or None)
        elif isinstance(target, View):
            acl = dict(target.column_privileges.get(name, {}))
            _change_acl(acl, target, wanted, granted)
            changed = {**target.column_privileges, name: acl}
            state.change(target, column_privileges={key: value for key, value in changed.items() if value})
        else:
            raise UnmodelledError("it has no columns")


def _revoke_columns(state: State, target: Record, wanted: tuple[str, ...], granted: _Granted) -> None:
    """What is revoked of a table is revoked of its columns as well."""
    if isinstance(target, Table):
        for column in target.columns.values():
            if column.privileges:
                acl = dict(column.privileges)
                _change_acl(acl, target, wanted, granted)
                state.change(column, privileges=acl or None)
    elif isinstance(target, View) and target.column_privileges:
        changed: dict[str, Acl] = {}
        for name, before in target.column_privileges.items():
            acl = dict(before)
            _change_acl(acl, target, wanted, granted)
            if acl:
                changed[name] = acl
        state.change(target, column_privileges=changed)


def grant_role(state: State, reader: Reader, form: str) -> None:
    """``GRANT`` and ``REVOKE`` of memberships in roles."""
    is_grant = reader.take("grant")
    option = ""
    if not is_grant:
        reader.expect("revoke")
        for word in ("admin", "inherit", "set"):
            if reader.take(word, "option", "for"):
                option = word
    roles = reader.identifiers()
    reader.expect("to" if is_grant else "from")
    members = _read_roles(state, reader)
    options: str | None = None
    if is_grant and reader.take("with"):
        options = text_of(reader.until("granted"))
    if reader.take("granted", "by"):
        read_role(state, reader)
    if not is_grant:
        reader.take_any("cascade", "restrict")
    reader.expect_end()
    for member in members:
        record = state.others.get(("role", member))
        if not isinstance(record, Role):
            raise Missing
        memberships = dict(record.member_of)
        for role in roles:
            if is_grant:
                memberships[role] = options
            elif option:
                kept = memberships.get(role)
                memberships[role] = None if kept is None or kept.startswith(option) else kept
            else:
                memberships.pop(role, None)
        state.change(record, member_of=memberships)


def default_privileges(state: State, reader: Reader, form: str) -> None:
    """``ALTER DEFAULT PRIVILEGES``."""
    reader.expect("alter", "default", "privileges")
    roles: list[str | None] = [state.role]
    schemas: list[str | None] = [None]
    while True:
        if reader.take("in", "schema"):
            schemas = list(reader.identifiers())
        elif reader.take("for", "role") or reader.take("for", "user"):
            roles = _read_roles(state, reader)
        else:
            break
    granted = _Granted()
    granted.is_grant = reader.take("grant")
    if not granted.is_grant:
        reader.expect("revoke")
        granted.only_option = reader.take("grant", "option", "for")
    _read_privileges(reader, granted)
    reader.expect("on")
    if reader.take("large", "objects"):
        objects = "large objects"
    else:
        objects = reader.take_any("tables", "sequences", "functions", "routines", "types", "schemas")
        objects = "functions" if objects == "routines" else objects
    if not objects:
        raise reader.refused("TABLES")
    _read_end(state, reader, granted)
    known = ("SELECT", "UPDATE") if objects == "large objects" else _ALL[_KIND_OF_DEFAULTED[objects]]
    for privilege, columns in granted.privileges:
        if columns or (privilege != "ALL" and privilege not in known):
            raise UnmodelledError(f"{privilege} is no privilege on {objects}")
    for role in roles:
        for schema in schemas:
            _change_defaults(state, role, schema, objects, known, granted)


def _change_defaults(
    state: State,
    role: str | None,
    schema: str | None,
    objects: str,
    known: tuple[str, ...],
    granted: _Granted,
) -> None:
    before = state.defaults.get((role, schema, objects))
    defaults = Defaults(role=role, schema=schema, objects=objects, statement=state.statement)
    if before is not None:
        defaults.granted, defaults.revoked = dict(before.granted), dict(before.revoked)
        defaults.statement = before.statement
    kind = _KIND_OF_DEFAULTED.get(objects, "")
    baseline: set[tuple[str | None, str]] = set()
    if schema is None:
        baseline |= {(None, privilege) for privilege in known}
        baseline |= {("public", privilege) for privilege in _OF_PUBLIC.get(kind, ())}
    for grantee in granted.grantees:
        who = None if grantee == role else grantee
        for privilege, _ in granted.privileges:
            for single in known if privilege == "ALL" else (privilege,):
                key = (who, single)
                if granted.is_grant:
                    defaults.revoked.pop(key, None)
                    if key not in baseline or granted.has_option:
                        defaults.granted[key] = defaults.granted.get(key, False) or granted.has_option
                elif granted.only_option:
                    if key in defaults.granted:
                        defaults.granted[key] = False
                else:
                    defaults.granted.pop(key, None)
                    if key in baseline:
                        defaults.revoked[key] = False
    if defaults.granted or defaults.revoked:
        state.put(state.defaults, (role, schema, objects), defaults)
    else:
        state.remove(state.defaults, (role, schema, objects))
