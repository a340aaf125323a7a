"""Names that mean something to a format, or to whatever shows it."""

from __future__ import annotations

from itertools import pairwise

from msgspec.structs import replace

from confiture.lineage.objects import objects_of
from confiture.models.schema.model import SchemaModel
from confiture.models.schema.types import Type
from lineage.models import needs, table

NASTY = (
    "plain",
    'quo"te',
    "it's",
    "back\\slash",
    "ends with \\",
    "\\N \\G \\l",
    "new\nline",
    "tab\tand\rreturn",
    "nul\x01\x7f",
    "</script><script>alert(1)</script>",
    "<!-- <script>",
    "]]>",
    "<b>bold</b>",
    "&amp; &lt; &quot; &#35;",
    "#35; #quot; #",
    "style x:y#z;",
    "classDef a:b#c;",
    "%% comment",
    "%%{init: {}}%%",
    "end",
    "graph",
    "subgraph",
    "click n0 href",
    "`**markdown**`",
    "a --> b",
    "|pipe|",
    "[a] (b) {c}",
    "semi;colon",
    "dollar$",
    "{{data}}",
    "{{script}}",
    "é ü 漢字 🐘",
    "right\u202eto left",
    "line\u2028separator",
    "__proto__",
    "constructor",
    "x" * 63,
    " ",
)

_TABLES = SchemaModel(
    types=(Type(schema="app", name="labels", kind="enum", labels=NASTY),),
    tables=tuple(table(name, name, name, comment=name) for name in NASTY),
)
_CALLED = sorted(name for name in objects_of(_TABLES) if name.startswith("table "))

#: Every name as that of a schema, a table, a column, a comment and a label; every table needs the next one.
NASTY_MODEL = replace(
    _TABLES,
    edges=tuple(needs(source, target, "foreign_key") for source, target in pairwise(_CALLED)),
)
