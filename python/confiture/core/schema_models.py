"""The model of what SQL text defines, as typed values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._backend import load_engine
from confiture.artifacts.schema import decode_model

if TYPE_CHECKING:
    from confiture.models.schema.model import SchemaModel

__all__ = ["parse_sql"]


def parse_sql(text: str, *, file: str | None = None) -> SchemaModel:
    r"""The state of a database after running a SQL text (``docs/model.md``).

    Examples:
        >>> model = parse_sql("CREATE TABLE users (id serial PRIMARY KEY); ALTER TABLE users RENAME id TO no")
        >>> table = model.tables[0]
        >>> table.columns[0].name, table.columns[0].type, table.columns[0].default
        ('no', 'integer', "nextval('public.users_id_seq'::regclass)")
        >>> [constraint.name for constraint in table.constraints]
        ['users_id_not_null', 'users_pkey']

    Args:
        text: SQL with whatever psql takes beside it, as for `split_sql`. It need not be valid: what cannot be
            modelled is kept as it is.
        file: What to name as the file of each place.

    Returns:
        The objects that the text defines, what needs what, what is kept as it is, and what became of the
        statements.

    Raises:
        ConfigurationError: There is no engine as ``CONFITURE_ENGINE`` wants it.
    """
    return decode_model(load_engine().parse_sql(text, file=file))
