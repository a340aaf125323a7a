"""Loading a text into a throwaway database, as psql does, and dumping what it makes."""

from __future__ import annotations

import re
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from confiture._failures import display_path
from confiture.core.mapped_texts import LocatedText
from confiture.core.schema_models import parse_sql
from confiture.exceptions import DatabaseError, SchemaError
from confiture.servers.foreign import ForeignServer
from confiture.servers.guards import Guard
from confiture.servers.own import OwnServer
from confiture.servers.refusals import ANY_ROLES, cluster_wide, leaving, made_by_psql, named_in_code
from confiture.servers.roles import mentioned_roles, without_loader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture.core.mapped_texts import MappedText
    from confiture.models.schema.model import SchemaModel
    from confiture.models.source_map import Location
    from confiture.servers.sessions import Session

__all__ = ["LoadFailure", "Loaded", "load", "open_server"]

#: What psql prints of a message of the server: severity, SQLSTATE, and the message.
_MESSAGE = re.compile(r"(?P<severity>\w+):\s+(?P<state>[0-9A-Z]{5}): (?P<text>.*)", re.DOTALL)
#: What tells whether a transaction that has written something goes on; it needs no operator of a search path.
_IS_OPEN = (
    "SELECT CASE WHEN pg_catalog.pg_current_xact_id_if_assigned() IS NULL"
    " THEN '{token}ended' ELSE '{token}open' END"
)
_LEFT_OPEN = "a transaction is left open, which the server rolls back: end it with COMMIT"
_ENDS_EARLY = "psql does not reach its last line: leave out the command that ends it"
_MISSING_ROLE = re.compile(r'role "(.*)" does not exist')
_STANDING_ROLE = re.compile(r'role "(.*)" already exists')
#: That there is no such role; the second is of `SET ROLE`.
_UNDEFINED, _DUPLICATE_OBJECT = ("42704", "22023"), "42710"
_SYNTAX_ERROR = "42601"
#: The oldest version that drops databases by force.
_OLDEST = 13
#: Classes of what is no error: success, warnings, no data.
_NO_ERRORS = ("00", "01", "02")
#: Lines that newer versions of pg_dump write around a dump, and older ones of psql do not know.
_RESTRICTED = re.compile(r"^\\(?:un)?restrict [^\n]*$", re.MULTILINE)


class LoadFailure(NamedTuple):
    """Why a text cannot be loaded.

    Attributes:
        message: What the server says.
        state: Its SQLSTATE, if the server and not psql says so.
        location: The place in the source, if it is known.
        noticed: Where the server notices it, if that is another place.
    """

    message: str
    state: str | None
    location: Location | None
    noticed: Location | None = None


class Loaded(NamedTuple):
    """What a server has after loading a text.

    Attributes:
        model: The model of its dump, in which what the loading role owns has no owner.
        dump: The dump.
        version: The major version of the server.
    """

    model: SchemaModel
    dump: str
    version: int


@contextmanager
def open_server(url: str | None) -> Iterator[OwnServer | ForeignServer]:
    """A server to load texts into, of which nothing is left at the end.

    Args:
        url: The URL of a server to use; None for one of our own.

    Raises:
        ConfigurationError: There are no programs of PostgreSQL, or the URL is none.
        DatabaseError: Not everything could be taken away.
    """
    with Guard() as guard:
        if url is None:
            yield OwnServer(guard)
        else:
            with ForeignServer(guard, url) as foreign:
                yield foreign


def load(
    server: OwnServer | ForeignServer, mapped: MappedText, model: SchemaModel, *, may_make_roles: bool = False
) -> Loaded | LoadFailure:
    """Load a text into an empty database, and read what it makes there.

    Args:
        server: The server. Of our own, each may load one text.
        mapped: The text.
        model: Its model.
        may_make_roles: Whether roles may be made on a server that is not ours; they are dropped afterwards.

    Raises:
        SchemaError: The text leaves the database, or changes what belongs to the whole server.
        DatabaseError: The server cannot be reached, lacks an extension or a role, or gives no right.
        ConfigurationError: psql or pg_dump cannot be run.
    """
    text = _RESTRICTED.sub("", mapped.text)
    mapped = mapped._replace(text=text)
    located = LocatedText(mapped, server.guard.new_directory("confiture-load-"))
    for refusal in leaving(text):
        raise _refused(
            located.locate(refusal.line, refusal.column),
            f"{refusal.what} is not run, as it leaves the database or this program",
            "Leave the command out of what is loaded.",
        )
    session = server.session()
    ((number,),) = session.query("SHOW server_version_num")
    version = int(number) // 10000
    if version < _OLDEST:
        raise DatabaseError(
            f"The server at {session.url.shown} is PostgreSQL {version}; {_OLDEST} or later is needed.",
            error_code="DATABASE_010",
            resolution_hint="Name a newer server, or leave --server out, so that a throwaway one is used.",
        )
    _check_extensions(session, model, version)
    if isinstance(server, OwnServer):
        database = _load_on_own(server, located, mentioned_roles(model) - {server.loader})
    else:
        database = _load_on_foreign(server, located, text, model, may_make_roles=may_make_roles)
    if isinstance(database, LoadFailure):
        return database
    dump = database.dump()
    return Loaded(without_loader(parse_sql(dump), server.loader), dump, version)


def _check_extensions(session: Session, model: SchemaModel, version: int) -> None:
    wanted = {one.name: one.place for one in model.extensions if one.place is not None}
    if not wanted:
        return
    there = {name for (name,) in session.query("SELECT name FROM pg_catalog.pg_available_extensions")}
    missing = sorted(wanted.keys() - there)
    if not missing:
        return
    place = wanted[missing[0]]
    where = f"{place.file}:{place.line}: " if place is not None and place.file is not None else ""
    raise DatabaseError(
        f"{where}The server, PostgreSQL {version}, has no {_listed('extension', missing)} to load this with.",
        error_code="DATABASE_006",
        context={"extensions": missing}
        | ({} if place is None else {"file": place.file, "line": place.line, "column": place.column}),
        resolution_hint="Name a server that has what the schema needs, with "
        "--server postgresql://user@host/database, or install it there.",
    )


def _load_on_own(server: OwnServer, located: LocatedText, mentioned: set[str]) -> Session | LoadFailure:
    """Load a text where all roles are ours: those that it takes for granted are made.

    Which ones it makes by code is seen when it is run: each failure tells of one role, and of each role at
    most twice.
    """
    session = server.session()
    wanted, made = set(mentioned), set[str]()
    while True:
        database = server.new_database()
        _drop_roles(session, server.loader)
        for role in sorted(wanted):
            # A superuser may own whatever it is given.
            session.query(f"CREATE ROLE {_identifier(role)} SUPERUSER")
        failure = _run(database, located)
        if failure is None:
            return database
        missing = _MISSING_ROLE.match(failure.message)
        standing = _STANDING_ROLE.match(failure.message)
        if failure.state in _UNDEFINED and missing and missing[1] not in wanted | made:
            wanted.add(missing[1])
        elif failure.state == _DUPLICATE_OBJECT and standing and standing[1] in wanted:
            wanted.remove(standing[1])
            made.add(standing[1])
        else:
            return failure


def _drop_roles(session: Session, loader: str) -> None:
    roles = session.query(r"SELECT rolname FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_'")
    dropped = ", ".join(_identifier(name) for (name,) in roles if name != loader)
    if dropped:
        session.query(f"DROP ROLE {dropped}")


def _load_on_foreign(
    server: ForeignServer, located: LocatedText, text: str, model: SchemaModel, *, may_make_roles: bool
) -> Session | LoadFailure:
    """Load a text where roles may belong to somebody."""
    for refusal in made_by_psql(text):
        raise _refused(
            located.locate(refusal.line, refusal.column),
            f"{refusal.what} is not run with --server, as what it does cannot be told beforehand",
            "Write the statement itself, or leave --server out, so that a throwaway server is used.",
        )
    refusals = list(cluster_wide(text))
    for refusal in refusals:
        if may_make_roles and refusal.is_of_roles:
            continue
        raise _refused(
            located.locate(refusal.line, refusal.column),
            f"{refusal.what} is not run with --server, as it is about more than one database",
            "Add --create-roles: roles that the server does not have are made, and dropped afterwards."
            if refusal.is_of_roles
            else "Leave --server out, so that a throwaway server is used.",
        )
    session = server.session()
    standing = _roles(session)
    for refusal in refusals:
        touched = sorted(standing.union(ANY_ROLES).intersection(refusal.roles))
        if touched:
            raise _refused(
                located.locate(refusal.line, refusal.column),
                f"{refusal.what} is not run with --server, as the role {touched[0]} is there already",
                "Leave --server out, so that a throwaway server is used.",
            )
    missing = sorted(mentioned_roles(model) - standing)
    if missing and not may_make_roles:
        raise DatabaseError(
            f"The server at {session.url.shown} lacks {_listed('role', missing)}, which the schema mentions.",
            error_code="DATABASE_007",
            context={"roles": missing},
            resolution_hint="Add --create-roles to have them made and dropped afterwards, make them, or "
            "leave --server out.",
        )
    database = server.new_database()
    made = {role for refusal in refusals for role in refusal.roles}
    dropped = (made | named_in_code(text) | set(missing)) - standing
    for role in sorted(dropped):
        server.drop_later(f"DROP ROLE IF EXISTS {_identifier(role)};")
    for role in missing:
        session.query(f"CREATE ROLE {_identifier(role)}")
    failure = _run(database, located)
    _check_roles(session, standing, _roles(session) - dropped)
    return failure or database


def _roles(session: Session) -> set[str]:
    return {name for (name,) in session.query("SELECT rolname FROM pg_catalog.pg_roles")}


def _check_roles(session: Session, before: set[str], after: set[str]) -> None:
    """Tell of roles that code has made or dropped which the text only calls."""
    for changed, what in ((sorted(after - before), "made"), (sorted(before - after), "dropped")):
        if changed:
            raise DatabaseError(
                f"While the text was loaded at {session.url.shown}, somebody {what} "
                f"{_listed('the role', changed)}.",
                error_code="DATABASE_008",
                context={"roles": changed},
                resolution_hint="If the text calls code that does so, mend the server, and leave out "
                "--server, so that a throwaway server is used.",
            )


def _run(database: Session, located: LocatedText) -> LoadFailure | None:
    token = secrets.token_hex(8)
    path = located.path if located.ends_in_data else located.with_last_line(f"\\echo {token}reached")
    result = database.execute(path, _IS_OPEN.format(token=token))
    if not result.returncode:
        printed = result.stdout.decode("utf-8", "replace")
        if f"{token}ended" not in printed:
            return LoadFailure(_LEFT_OPEN, None, None)
        if not located.ends_in_data and f"{token}reached" not in printed:
            return LoadFailure(_ENDS_EARLY, None, None)
        return None
    told = database.told(result)
    for location in reversed(located.locate_told(told)):
        match = _MESSAGE.match(location.message or "")
        if match is None:
            return LoadFailure((location.message or "").removeprefix("error: "), None, location)
        if not match["state"].startswith(_NO_ERRORS):
            return _failure(match["text"], match["state"], location, located)
    return LoadFailure(told.partition("\n")[0], None, None)


def _failure(text: str, state: str, location: Location, located: LocatedText) -> LoadFailure:
    """An error of the server: of syntax, at what is not finished, if anything is."""
    unfinished = located.unfinished(location) if state == _SYNTAX_ERROR else None
    if unfinished is None:
        return LoadFailure(text, state, location)
    message = f"this {unfinished.what} does not end in its file: {text}"
    return LoadFailure(message, state, unfinished.location, location)


def _refused(location: Location, reason: str, hint: str) -> SchemaError:
    place = {"file": location.path, "line": location.line, "column": location.column}
    return SchemaError(
        f"{location.path}:{location.line}:{location.column}: {display_path(reason)}.",
        error_code="SCHEMA_025",
        context=place,
        resolution_hint=hint,
    )


def _listed(noun: str, names: list[str]) -> str:
    return f"{noun if len(names) == 1 else noun + 's'} {', '.join(map(display_path, names))}"


def _identifier(name: str) -> str:
    """A name in quotes, also where `quoted` would leave it without: a role is no variable of psql."""
    return '"' + name.replace('"', '""') + '"'
