"""Whatever is changed in a schema is noticed."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from confiture import parse_sql, split_sql
from confiture.artifacts.encoded import EncodedModel
from confiture.core.builder import SchemaBuilder
from confiture.core.differ import SchemaDiffer
from confiture.diffing.parsing import PlacedText, parse_text
from confiture.models.diff import UNDECIDED
from model.test_library import PROJECT
from model.test_packaged_schemas import SCHEMAS
from sql.corpora import FOLDERS

from .mutations import KINDS, mutations

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture.models.schema.model import SchemaModel

FOLDER = FOLDERS["schemas"]

#: A schema that upgrades itself: what its first statements say, later ones replace.
_UPGRADING = "kea-admin"


def texts() -> list[tuple[str, str]]:
    found = [("example", SchemaBuilder("local", PROJECT).build())]
    if FOLDER is not None:
        found += [
            (file, (FOLDER / file).read_text(encoding="utf-8"))
            for file in SCHEMAS
            if not file.startswith(_UPGRADING)
        ]
    return [(name, text.encode("ascii", "replace").decode()) for name, text in found]


def has_no_effect(kind: str, before: str, after: str, text: str, model: SchemaModel) -> bool:
    """Whether a change is one of words alone: in a comment, or in what the text says twice."""
    lines = [
        (old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=False) if old != new
    ]
    if any(old.lstrip().startswith("--") for old, _ in lines):
        return True
    repeats = {
        "no default": ("DEFAULT NULL",),
        "on delete added": ("ON DELETE",),
        "grant privilege": ("GRANT EXECUTE", "GRANT USAGE"),
        "sequence": ("CYCLE",),
    }
    if kind == "comment":
        # The last one of two counts.
        return text.count(before.partition(" IS ")[0] + " IS ") > 1
    if kind == "nullability":
        # The column is a key or an identity column.
        (line, _), *_ = lines
        name = line.replace(",", " ").split()[0].strip('"').lower()
        keys = {
            column
            for table in model.tables
            for one in table.constraints
            if one.kind == "primary_key"
            for column in one.columns
        }
        return name in keys or "serial" in line.lower() or "identity" in line.lower()
    return any(words in before.upper() for words in repeats.get(kind, ()))


@pytest.mark.skipif(FOLDER is None, reason="the corpus 'schemas' is not here: run `make corpora`")
def test_no_change_of_a_schema_is_missed(record_property: Callable[[str, object], None]) -> None:
    chance = random.Random(18)
    differ = SchemaDiffer()
    counts: Counter[str] = Counter()
    undecided: Counter[str] = Counter()
    missed = []
    for name, text in texts():
        statements = [(one.start, one.end - one.is_terminated) for one in split_sql(text)]
        model = parse_sql(text)
        old = EncodedModel.of(model)
        for mutation in mutations(text, statements, chance, 12):
            new = EncodedModel(parse_text(PlacedText(mutation.text)))
            if any(opaque.is_refused for opaque in new.opaque):
                continue
            changes = differ.compare_models(old, new).changes
            if not changes and has_no_effect(mutation.kind, mutation.before, mutation.after, text, model):
                continue
            counts[mutation.kind] += 1
            undecided[mutation.kind] += all(change.type == UNDECIDED for change in changes)
            if not changes:
                missed.append(f"{name}: {mutation.kind}\n{mutation.before}\n->\n{mutation.after}")
    record_property("mutations", dict(sorted(counts.items())))
    record_property("undecided", dict(sorted(undecided.items())))
    assert not missed, "\n\n".join(missed)
    assert sum(counts.values()) >= 2000
    assert set(counts) == set(KINDS)
    assert sum(undecided.values()) <= sum(counts.values()) * 0.03
