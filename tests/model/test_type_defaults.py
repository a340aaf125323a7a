"""What the catalogue of both engines says of types is what a server says.

A failure shows the lines that belong into ``python/confiture/_pure/catalog.txt``.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import pytest

import confiture._pure

from .test_scripts import VERSIONS

if TYPE_CHECKING:
    from .conftest import Postgres

#: Types of columns, and what stands for those that a text defines.
_TYPES = """
    WITH types AS (
        SELECT oid, typname::text AS name, typtype, typstorage FROM pg_type
        WHERE typnamespace = 'pg_catalog'::regnamespace
            AND (typtype IN ('b', 'r', 'm') AND typcategory <> 'A'
                OR typname IN ('anyarray', 'anyenum', 'anyrange', 'record'))
    )
"""

#: As ``GetDefaultOpClass`` in ``src/backend/commands/indexcmds.c`` finds them.
_CLASSES = f"""
    {_TYPES}, exact AS (
        SELECT m.amname::text AS method, o.opcname::text AS class, o.opcintype, t.oid
        FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
        JOIN types t ON t.oid = o.opcintype
            OR o.opcintype = 'anyrange'::regtype AND t.typtype = 'r'
            OR o.opcintype = 'anymultirange'::regtype AND t.typtype = 'm'
        WHERE o.opcdefault AND o.oid < 16384
    ), coercible AS (
        SELECT DISTINCT ON (e.method, c.castsource) e.method, e.class, c.castsource AS oid FROM exact e
        JOIN pg_cast c ON c.casttarget = e.opcintype AND c.castmethod = 'b' AND c.castcontext = 'i'
        WHERE e.oid = e.opcintype
            AND NOT EXISTS (SELECT FROM exact o WHERE o.method = e.method AND o.oid = c.castsource)
        ORDER BY e.method, c.castsource, (SELECT typispreferred FROM pg_type p WHERE p.oid = e.oid) DESC
    )
    SELECT f.method || ' ' || f.class, array_agg(t.name ORDER BY t.name COLLATE "C")
    FROM (SELECT method, class, oid FROM exact UNION SELECT method, class, oid FROM coercible) f
    JOIN types t ON t.oid = f.oid GROUP BY 1
"""

_STORAGE = f"""
    {_TYPES}
    SELECT CASE typstorage WHEN 'p' THEN 'plain' WHEN 'm' THEN 'main' WHEN 'x' THEN 'extended'
        ELSE 'external' END, array_agg(name ORDER BY name COLLATE "C")
    FROM types GROUP BY 1
"""


@pytest.mark.parametrize("postgres", VERSIONS, indirect=True)
def test_the_catalogue_has_the_defaults_of_types(postgres: Postgres) -> None:
    expected = []
    with postgres.loaded("") as connection:
        for kind, query in (("class", _CLASSES), ("storage", _STORAGE)):
            for first, names in sorted(connection.execute(query.encode())):
                head = f"{kind} | {first} "
                expected += [f"{head}{line}" for line in wrap(" ".join(names), 110 - len(head))]
    catalog = Path(confiture._pure.__file__).with_name("catalog.txt").read_text(encoding="utf-8")
    lines = [line for line in catalog.splitlines() if line.startswith(("class |", "storage |"))]
    assert lines == expected, "\n".join(expected)
