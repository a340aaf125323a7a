"""What kinds of objects extensions make.

Asked of PostgreSQL 15 and 18, of which ``pg_depend`` tells what belongs to each of their own extensions.
"""

from __future__ import annotations

__all__ = ["WITH_OWN_TYPE", "extension_kinds"]

#: Extensions that make a type of their own name.
WITH_OWN_TYPE = frozenset({"citext", "cube", "hstore", "lo", "ltree", "seg", "vector"})

_EVERY = ("table", "type", "function", "schema")

_NO_TABLES = frozenset(
    {
        *(
            "btree_gist",
            "citext",
            "cube",
            "dblink",
            "earthdistance",
            "hstore",
            "intarray",
            "isn",
            "lo",
            "ltree",
        ),
        *("pg_trgm", "seg", "tablefunc", "vector", "xml2"),
    }
)
_FUNCTIONS_ALONE = frozenset(
    {
        *("adminpack", "amcheck", "autoinc", "bloom", "btree_gin", "dict_int", "dict_xsyn", "file_fdw"),
        *("fuzzystrmatch", "insert_username", "intagg", "moddatetime", "old_snapshot", "pageinspect"),
        *(
            "pg_freespacemap",
            "pg_prewarm",
            "pg_surgery",
            "pg_visibility",
            "pg_walinspect",
            "pgcrypto",
            "pgrowlocks",
        ),
        *("pgstattuple", "postgres_fdw", "refint", "sslinfo", "tcn", "tsm_system_rows", "tsm_system_time"),
        *("unaccent", "uuid-ossp"),
    }
)


def extension_kinds(name: str) -> tuple[str, ...]:
    """The kinds of objects, as edges call them, that an extension may make: all, if it is not known."""
    if name == "plpgsql":
        return ()
    if name in _FUNCTIONS_ALONE:
        return ("function",)
    return ("type", "function") if name in _NO_TABLES else _EVERY
