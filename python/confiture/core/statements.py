"""The statements of a text, as typed values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._backend import load_engine
from confiture.models.statement import Identity, Span, Statement

if TYPE_CHECKING:
    from confiture._interface import SqlObject

__all__ = ["identity_of", "normalize_sql", "split_spans", "split_sql"]


def split_sql(text: str, *, file: str | None = None) -> list[Statement]:
    r"""The statements of a SQL text, as psql would send them (``docs/statements.md``).

    Examples:
        >>> for statement in split_sql("CREATE TABLE app.users (id int);\nDROP FUNCTION f(int4), g"):
        ...     print(statement.kind, statement.identity, statement.line, statement.is_terminated)
        CREATE TABLE table app.users 1 True
        DROP FUNCTION function f(integer) 2 False

    Args:
        text: SQL with whatever psql takes beside it: psql commands, ``COPY`` data. It need not be valid.
        file: What to name as the file of each statement.

    Returns:
        The statements in their order. Lines and columns count characters from 1, offsets count bytes of
        the text in UTF-8 from 0; a byte order mark counts as three bytes and no column.

    Raises:
        ConfigurationError: There is no engine as ``CONFITURE_ENGINE`` wants it.
    """
    statements, _, _ = load_engine().split_statements(text, fingerprints=True, spans=False)
    split = []
    for kind, objects, form, start, end, line, column, is_terminated, fingerprint in statements:
        identities = tuple(identity_of(touched) for touched in objects)
        split.append(
            Statement(
                kind=kind,
                identity=identities[0] if identities else None,
                objects=identities,
                form=form,
                file=file,
                line=line,
                column=column,
                start=start,
                end=end,
                is_terminated=is_terminated,
                fingerprint=fingerprint,
            )
        )
    return split


def split_spans(text: str) -> list[Span]:
    r"""The pieces of a SQL text, which together are the text (``docs/statements.md``).

    Examples:
        >>> [(span.kind, span.start, span.end) for span in split_spans("SELECT 1; -- one\n\\echo two")]
        [('statement', 0, 9), ('gap', 9, 17), ('psql', 17, 26)]

    Args:
        text: As for `split_sql`, whose statements are the ones that spans belong to.

    Returns:
        The spans in their order, without anything between them.

    Raises:
        ConfigurationError: There is no engine as ``CONFITURE_ENGINE`` wants it.
    """
    _, spans, _ = load_engine().split_statements(text)
    return [
        Span(
            kind=kind,
            start=start,
            end=end,
            line=line,
            column=column,
            statement=None if statement < 0 else statement,
        )
        for kind, start, end, line, column, statement in spans
    ]


def normalize_sql(text: str) -> list[str]:
    r"""The normalised text of each statement of a SQL text (``docs/statements.md``).

    Examples:
        >>> normalize_sql("SELECT  'it''s' -- a comment\n; select E'it\\'s'")
        ["select 'it''s'", "select 'it''s'"]

    Args:
        text: As for `split_sql`, whose statements these are.

    Returns:
        One text for each statement: tokens with one space between them, comments left out, words and
        strings in one way of writing.

    Raises:
        ConfigurationError: There is no engine as ``CONFITURE_ENGINE`` wants it.
    """
    return load_engine().normalize_statements(text)


def identity_of(touched: SqlObject) -> Identity:
    """An object of an engine's statement as a typed value."""
    kind, schema, name, arguments, parent = touched
    return Identity(kind=kind, schema=schema, name=name, arguments=arguments, parent=parent)
