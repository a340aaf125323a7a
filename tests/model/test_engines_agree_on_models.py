"""Any text of the example and of the corpora: the native engine and its twin say the same of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from confiture.artifacts.checked import decode_checked
from confiture.models.schema.model import SchemaModel
from engines import LOADED
from sql.corpora import corpus_files, each_corpus
from sql.name_cases_of_changes import CHANGES, COMMENTS, PRIVILEGES, REMOVALS
from sql.name_cases_of_definitions import DEFINITIONS

if TYPE_CHECKING:
    from confiture._interface import Engine

_ROOT = Path(__file__).parents[2]
_EXAMPLE = sorted((_ROOT / "examples" / "library").rglob("*.sql"))
_SCRIPTS = sorted((Path(__file__).parent / "scripts").rglob("*.sql"))
_NAMED = [text for cases in (DEFINITIONS, CHANGES, COMMENTS, PRIVILEGES, REMOVALS) for text, *_ in cases]


def documents_of(engine: Engine, text: str) -> tuple[bytes, bytes]:
    """The model of a text, and what a check looks at of it."""
    return engine.parse_sql(text, file="a.sql"), engine.check_sql(text, [(1, 0, 1, 1)], ["a.sql"])


def check_agreement(text: str) -> None:
    first, *others = (documents_of(engine, text) for engine in LOADED.values())
    assert all(other == first for other in others)


@pytest.mark.parametrize("path", [*_EXAMPLE, *_SCRIPTS], ids=lambda path: path.name)
def test_engines_agree_on_the_models_of_files(path: Path) -> None:
    check_agreement(path.read_text(encoding="utf-8"))


def test_engines_agree_on_the_model_of_the_example() -> None:
    check_agreement("\n".join(path.read_text(encoding="utf-8") for path in _EXAMPLE))


def test_engines_agree_on_the_models_of_all_kinds_of_statements() -> None:
    for text in _NAMED:
        check_agreement(text)
    check_agreement(";\n".join(_NAMED))


@each_corpus
def test_engines_agree_on_the_models_and_fingerprints_of_a_corpus(corpus: str) -> None:
    different = []
    for file in corpus_files(corpus):
        # `test_fingerprints.py` compares a model that comes along with one that comes alone.
        first, *others = (
            (
                engine.fingerprint_sql(file.text, document=True, file="a.sql"),
                engine.check_sql(file.text, [(1, 0, 1, 1)], ["a.sql"]),
            )
            for engine in LOADED.values()
        )
        if any(other != first for other in others):
            different.append(file.path)
    assert different == []


def test_documents_are_what_msgspec_writes() -> None:
    for path in [*_EXAMPLE, *_SCRIPTS]:
        text = path.read_text(encoding="utf-8")
        for engine in LOADED.values():
            document = engine.parse_sql(text)
            assert msgspec.msgpack.encode(msgspec.msgpack.decode(document, type=SchemaModel)) == document
            checked = engine.check_sql(text, [(1, 0, 1, 1)], ["a.sql"])
            assert msgspec.msgpack.encode(decode_checked(checked)) == checked


def test_places_of_a_bundle_are_those_of_its_files() -> None:
    text = "CREATE SCHEMA a;\nCREATE TABLE a.t (b int);\nCREATE TABLE a.u (b int);\n"
    origins = [(1, -1, 0, 0), (2, 0, 7, 3), (3, 1, 1, 1)]
    models = [
        msgspec.msgpack.decode(
            engine.parse_sql(text, origins=origins, files=("one.sql", "two.sql")), type=SchemaModel
        )
        for engine in LOADED.values()
    ]
    for model in models:
        assert model == models[0]
        places = [table.place for table in model.tables]
        assert [(place and (place.file, place.line, place.column)) for place in places] == [
            ("one.sql", 7, 3),
            ("two.sql", 1, 1),
        ]
