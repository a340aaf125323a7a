"""A text statement by statement: what each does to the state, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from confiture._pure.lexer import BYTE_ORDER_MARK, encoded
from confiture._pure.schema.alter_table import alter_relation
from confiture._pure.schema.altering import alter_object
from confiture._pure.schema.comments import comment
from confiture._pure.schema.definitions import TAGS, create_definition
from confiture._pure.schema.dropping import drop_statement
from confiture._pure.schema.edges import add_references
from confiture._pure.schema.encoding import model_of
from confiture._pure.schema.extensions import alter_extension, create_extension
from confiture._pure.schema.indexes import create_index
from confiture._pure.schema.owners import drop_owned, reassign_owned
from confiture._pure.schema.places import Places
from confiture._pure.schema.policies import alter_policy, create_policy
from confiture._pure.schema.privileges import default_privileges, grant, grant_role
from confiture._pure.schema.publications import fold_publications
from confiture._pure.schema.query_tables import create_table_as, select_into
from confiture._pure.schema.reading import Name, Reader, RefusedError, UnmodelledError, read_tokens
from confiture._pure.schema.records import Unknown
from confiture._pure.schema.roles import alter_role, create_role
from confiture._pure.schema.routines import create_aggregate, create_routine
from confiture._pure.schema.rules import alter_rule, create_rule
from confiture._pure.schema.schemas import create_schema, follow_select, follow_setting
from confiture._pure.schema.sequences import create_sequence
from confiture._pure.schema.state import State
from confiture._pure.schema.tables import create_table
from confiture._pure.schema.transactions import FOLLOWED, follow_transaction, rollbacks
from confiture._pure.schema.triggers import alter_trigger, create_event_trigger, create_trigger
from confiture._pure.schema.types_and_domains import create_domain, create_type, spell_multiranges
from confiture._pure.schema.views import create_materialized_view, create_view
from confiture._pure.statements import SplitStatement, split_for_parsing
from confiture.artifacts import dumps_msgpack
from confiture.models.schema.others import LedgerEntry, Opaque
from confiture.models.statement import Identity

if TYPE_CHECKING:
    from confiture._interface import Segment, SqlObject
    from confiture._pure.schema.structs import PlaceOf
    from confiture.models.schema.model import SchemaModel

__all__ = ["check_contents", "check_sql", "model_of_text", "parse_sql"]

Handler = Callable[[State, Reader, str], None]

_HANDLERS: dict[str, Handler] = {
    "ALTER DEFAULT PRIVILEGES": default_privileges,
    "ALTER EXTENSION": alter_extension,
    "ALTER POLICY": alter_policy,
    "ALTER ROLE": alter_role,
    "ALTER RULE": alter_rule,
    "ALTER TRIGGER": alter_trigger,
    "COMMENT": comment,
    "CREATE AGGREGATE": create_aggregate,
    "CREATE DOMAIN": create_domain,
    "CREATE EVENT TRIGGER": create_event_trigger,
    "CREATE EXTENSION": create_extension,
    "CREATE FOREIGN TABLE": create_table,
    "CREATE FUNCTION": create_routine,
    "CREATE INDEX": create_index,
    "CREATE MATERIALIZED VIEW": create_materialized_view,
    "CREATE POLICY": create_policy,
    "CREATE PROCEDURE": create_routine,
    "CREATE ROLE": create_role,
    "CREATE RULE": create_rule,
    "CREATE SEQUENCE": create_sequence,
    "CREATE TABLE": create_table,
    "CREATE TABLE AS": create_table_as,
    "CREATE TRIGGER": create_trigger,
    "CREATE TYPE": create_type,
    "CREATE VIEW": create_view,
    "DROP OWNED": drop_owned,
    "GRANT": grant,
    "GRANT ROLE": grant_role,
    "REASSIGN OWNED": reassign_owned,
    "REVOKE": grant,
    "REVOKE ROLE": grant_role,
    "SELECT INTO": select_into,
}
_OF_RELATIONS = (
    *("ALTER TABLE", "ALTER FOREIGN TABLE", "ALTER VIEW", "ALTER MATERIALIZED VIEW", "ALTER INDEX"),
    "ALTER SEQUENCE",
)
#: Statements that define nothing, by command tag.
_PASSED = frozenset(
    (
        *("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "DO", "CALL", "EXPLAIN", "PREPARE"),
        *("EXECUTE", "DEALLOCATE", "DEALLOCATE ALL", "DECLARE CURSOR", "FETCH", "MOVE", "CLOSE CURSOR"),
        *("CLOSE CURSOR ALL", "LISTEN", "NOTIFY", "UNLISTEN", "LOCK TABLE", "BEGIN", "COMMIT", "ROLLBACK"),
        *("SAVEPOINT", "RELEASE", "PREPARE TRANSACTION", "COMMIT PREPARED", "ROLLBACK PREPARED"),
        *("START TRANSACTION", "SET", "RESET", "SHOW", "SET CONSTRAINTS", "DISCARD ALL", "DISCARD PLANS"),
        *("DISCARD SEQUENCES", "DISCARD TEMP", "LOAD", "ANALYZE", "VACUUM", "CHECKPOINT", "REINDEX"),
        *("REFRESH MATERIALIZED VIEW", "TRUNCATE TABLE", "ALTER SYSTEM", "SECURITY LABEL"),
    )
)
#: Statements whose relation is there, although they are opaque.
_MAKING_RELATIONS = (
    *("CREATE TABLE", "CREATE TABLE AS", "CREATE FOREIGN TABLE", "CREATE VIEW", "CREATE MATERIALIZED VIEW"),
    "SELECT INTO",
)
_FOLLOWED = frozenset(("SET", "RESET", "SELECT", *FOLLOWED))


class _Run:
    """The statements of a text, one after the other."""

    def __init__(self, kinds: Sequence[str | None]) -> None:
        self.state = State()
        self.rollbacks = rollbacks(kinds)
        self.opaque: list[tuple[int, Opaque]] = []
        self.counts: dict[str | None, list[int]] = {}

    def statement(self, number: int, statement: SplitStatement) -> None:
        """Apply a statement."""
        kind = statement.kind
        counts = self.counts.setdefault(kind, [0, 0, 0, 0])
        if kind is None:
            self._keep(number, statement, None, "it is no statement", is_refused=True)
            counts[2] += 1
            return
        if kind in _PASSED and kind not in _FOLLOWED:
            counts[3] += 1
            return
        state = self.state
        state.begin(number)
        try:
            reader = read_tokens(statement.tokens())
            if kind in _FOLLOWED:
                self._follow(number, kind, reader)
                counts[3] += 1
                return
            if kind == "CLUSTER":
                modelled = _cluster(state, reader)
                counts[0 if modelled else 3] += 1
                return
            self._apply(kind, statement.form, reader)
            counts[0] += 1
        except (RefusedError, UnmodelledError) as error:
            state.undo()
            if kind in _PASSED:
                counts[3] += 1
                return
            is_refused = isinstance(error, RefusedError)
            schema = None
            if not is_refused and kind in _MAKING_RELATIONS:
                schema = _schema_of_made(state, statement)
                _make_unknown(state, statement)
            self._keep(number, statement, schema, str(error), is_refused=is_refused)
            counts[2 if is_refused else 1] += 1

    def _follow(self, number: int, kind: str, reader: Reader) -> None:
        if kind == "SELECT":
            follow_select(self.state, reader)
        elif kind in FOLLOWED:
            follow_transaction(self.state, kind, reader, may_roll_back=self.rollbacks[number])
        else:
            follow_setting(self.state, reader)

    def _apply(self, kind: str, form: str, reader: Reader) -> None:
        state = self.state
        handler = _HANDLERS.get(kind)
        if handler is not None:
            handler(state, reader, form)
        elif kind == "CREATE SCHEMA":
            create_schema(state, reader, form, self._apply)
        elif kind in TAGS:
            create_definition(state, reader, form, kind)
            return
        elif kind in _OF_RELATIONS:
            alter_relation(state, reader, form, kind)
            return
        elif kind.startswith("DROP "):
            drop_statement(state, reader, form)
        elif kind.startswith("ALTER "):
            alter_object(state, reader, form, kind)
            return
        else:
            raise UnmodelledError("the model has no place for it")
        reader.expect_end()

    def _keep(
        self, number: int, statement: SplitStatement, schema: str | None, reason: str, *, is_refused: bool
    ) -> None:
        """Keep a statement as it is. Its identity has the schema that what it makes is in, where known."""
        identity = statement.identity
        kept = Opaque(
            kind=statement.kind,
            identity=None if identity is None else _identity(identity, schema),
            fingerprint=statement.fingerprint(),
            reason=reason,
            is_refused=is_refused,
        )
        self.opaque.append((number, kept))

    def finish(self) -> None:
        """Look again for what was not found."""
        state = self.state
        state.begin(-1)
        for again in state.late:
            again(state)
        fold_publications(state)
        spell_multiranges(state)

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """What became of the statements, by kind."""
        ordered = sorted(self.counts.items(), key=lambda item: (item[0] is None, item[0] or ""))
        return tuple(
            LedgerEntry(kind=kind, modelled=modelled, opaque=opaque, refused=refused, passed=passed)
            for kind, (modelled, opaque, refused, passed) in ordered
        )


def _schema_of_made(state: State, statement: SplitStatement) -> str | None:
    """The schema that the relation of a statement is made in."""
    touched = statement.identity
    # What a variable of psql stands for may have a schema of its own.
    if touched is None or (touched[2] or "").startswith(":"):
        return None
    try:
        reader = read_tokens(statement.tokens())
        name = Name(touched[1], touched[2] or "")
        return state.schema_of(name, is_temporary=_is_temporary(reader))
    except (RefusedError, UnmodelledError):
        return None


def _is_temporary(reader: Reader) -> bool:
    """Whether a statement that makes a relation makes a temporary one."""
    return any(reader.word(ahead) in ("temporary", "temp") for ahead in (1, 2))


def _make_unknown(state: State, statement: SplitStatement) -> None:
    """Know the name of a relation whose statement is opaque, and what its query needs."""
    reader = read_tokens(statement.tokens())
    touched = statement.identity
    try:
        if touched is None:
            query = reader.part(reader.at, reader.end)
            reader.until("into")
            reader.expect("into")
            is_temporary = reader.take_any("temporary", "temp") != ""
            reader.take("unlogged")
            reader.take("table")
            name = reader.name()
        else:
            is_temporary = _is_temporary(reader)
            name = Name(touched[1], touched[2] or "")
            reader.until("as")
            query = reader.part(reader.at + 1, reader.end)
        schema = state.schema_of(name, is_temporary=is_temporary)
        kind = "table" if touched is None else touched[0]
        record = Unknown(kind=kind, schema=schema, name=name.name, statement=state.statement)
        state.add_relation(record)
        if schema == "pg_temp":
            state.append(state.temporary, record)
        if statement.kind in ("CREATE TABLE AS", "SELECT INTO"):
            add_references(state, record, query, "query")
    except (RefusedError, UnmodelledError):
        state.undo()


def _identity(touched: SqlObject, made_in: str | None) -> Identity:
    kind, schema, name, arguments, parent = touched
    schema = made_in if schema is None else schema
    return Identity(kind=kind, schema=schema, name=name, arguments=arguments, parent=parent)


def _cluster(state: State, reader: Reader) -> bool:
    """``CLUSTER [VERBOSE] table USING index``: whether it changes a state."""
    from confiture._pure.schema.reading import Name
    from confiture._pure.schema.records import Index, Relation
    from confiture._pure.schema.state import Missing

    reader.expect("cluster")
    reader.take("verbose")
    if reader.is_group():
        reader.group()
    if reader.is_done:
        return False
    first = reader.name()
    if reader.take("using"):
        table, index_name = state.relation(first), reader.identifier()
    elif reader.take("on"):
        index_name = first.name
        table = state.relation(reader.name())
    else:
        return False
    reader.expect_end()
    if not isinstance(table, Relation):
        raise Missing
    index = state.relation(Name(table.schema, index_name))
    if not isinstance(index, Index):
        raise Missing
    state.change(table, clustered_on=index)
    return True


def parse_sql(
    text: str,
    *,
    file: str | None = None,
    origins: Sequence[Segment] = (),
    files: Sequence[str] = (),
) -> bytes:
    """The model of what a text defines, as a MessagePack document of a `SchemaModel`.

    Args:
        text: The text, perhaps with a byte order mark.
        file: What places call the file, if there are no origins.
        origins: Where the lines of a bundle come from, as ``build_schema`` says with ``segments``.
        files: What places call these files, by their index.

    Raises:
        UnicodeEncodeError: The text holds half a surrogate pair.
    """
    return dumps_msgpack(model_of_text(text, file=file, origins=origins, files=files))


def model_of_text(
    text: str,
    *,
    file: str | None = None,
    origins: Sequence[Segment] = (),
    files: Sequence[str] = (),
) -> SchemaModel:
    """The model of what a text defines; arguments and errors are those of `parse_sql`."""
    return model_of(*_parsed(text, Places(file, origins, files)))


def check_sql(text: str, origins: Sequence[Segment], files: Sequence[str]) -> bytes:
    """What a check looks at of the model of a bundle, as a MessagePack document of a `CheckedModel`.

    Args:
        text: The bundle.
        origins: As in `parse_sql`.
        files: As in `parse_sql`.

    Raises:
        UnicodeEncodeError: The text holds half a surrogate pair.
    """
    from confiture._pure.schema.checked import checked_model

    return msgspec.msgpack.encode(checked_model(*_parsed(text, Places(None, origins, files))))


def check_contents(contents: Sequence[bytes], files: Sequence[str]) -> bytes:
    """The same of the files of a bundle that include no others.

    Args:
        contents: What ``read_files`` gives.
        files: What places call the files.
    """
    texts: list[bytes] = []
    origins: list[Segment] = []
    line = 1
    for file, source in enumerate(contents):
        content = source.removeprefix(BYTE_ORDER_MARK)
        if content:
            origins.append((line, file, 1, 1))
            texts.append(content if content.endswith(b"\n") else content + b"\n")
            line += texts[-1].count(b"\n")
    return check_sql(b"".join(texts).decode("utf-8"), origins, files)


def _parsed(text: str, places: Places) -> tuple[State, PlaceOf, tuple[Opaque, ...], tuple[LedgerEntry, ...]]:
    """What all statements of a text have led to."""
    content = encoded(text)
    shift = len(BYTE_ORDER_MARK) if text.startswith("\ufeff") else 0
    statements = split_for_parsing(content, shift)
    run = _Run([statement.kind for statement in statements])
    for number, statement in enumerate(statements):
        run.statement(number, statement)
    run.finish()
    place = places.of([(statement.line, statement.column) for statement in statements])
    opaque = tuple(msgspec.structs.replace(kept, place=place(number)) for number, kept in run.opaque)
    return run.state, place, opaque, run.ledger()
