"""The semantic fingerprint: as it is specified, one in both engines, and other for whatever is other."""

from __future__ import annotations

import hashlib
import json
import random
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from confiture import fingerprint_schema, parse_sql, semantic_fingerprint, split_sql
from confiture._pure.schema.fingerprints import model_fingerprints
from confiture.artifacts.schema import decode_model
from confiture.models.schema.model import SchemaModel
from diff.mutations import KINDS, mutations
from diff.test_laws import pieces, rewritten
from diff.test_mutations import FOLDER, has_no_effect, texts
from engines import LOADED
from sql.name_cases_of_changes import CHANGES, COMMENTS, PRIVILEGES, REMOVALS
from sql.name_cases_of_definitions import DEFINITIONS
from strategies import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture._interface import Engine

_ROOT = Path(__file__).parents[2]
_EXAMPLE = sorted((_ROOT / "examples" / "library").rglob("*.sql"))
_SCRIPTS = sorted((Path(__file__).parent / "scripts").rglob("*.sql"))
_NAMED = [text for cases in (DEFINITIONS, CHANGES, COMMENTS, PRIVILEGES, REMOVALS) for text, *_ in cases]
_VECTORS = json.loads((_ROOT / "tests" / "vectors" / "fingerprints.json").read_text(encoding="utf-8"))


# The specification


@pytest.mark.parametrize("vector", _VECTORS, ids=lambda vector: vector["name"])
def test_fingerprints_are_those_of_the_vectors(engine: Engine, vector: dict[str, Any]) -> None:
    fingerprint, lines, opaque, _ = engine.fingerprint_sql(vector["text"])
    assert lines.split("\n")[:-1] == vector["lines"]
    assert (fingerprint, opaque) == (vector["fingerprint"], vector["opaque"])


def _packed(value: object) -> bytes:
    """MessagePack with the shortest headers, of what a model has."""
    if value is None or isinstance(value, bool):
        return {None: b"\xc0", False: b"\xc2", True: b"\xc3"}[value]
    if isinstance(value, int):
        if -32 <= value < 128:
            return struct.pack("b", value)
        for code, layout in enumerate("BHIQ") if value > 0 else enumerate("bhiq"):
            if value.bit_length() + (value < 0) <= 8 * struct.calcsize(layout):
                return struct.pack(f">B{layout}", (0xCC if value > 0 else 0xD0) + code, value)
    if isinstance(value, str):
        content = value.encode()
        return _header(len(content), 0xA0, 32, (0xD9, 0xDA, 0xDB)) + content
    if isinstance(value, list):
        return _header(len(value), 0x90, 16, (None, 0xDC, 0xDD)) + b"".join(map(_packed, value))
    assert isinstance(value, dict)
    items = b"".join(_packed(key) + _packed(item) for key, item in value.items())
    return _header(len(value), 0x80, 16, (None, 0xDE, 0xDF)) + items


def _header(length: int, short: int, limit: int, codes: tuple[int | None, ...]) -> bytes:
    if length < limit:
        return bytes([short | length])
    for code, layout in zip(codes, "BHI", strict=True):
        if code is not None and length < 1 << 8 * struct.calcsize(layout):
            return struct.pack(f">B{layout}", code, length)
    raise AssertionError(length)


def _verified(document: bytes) -> list[str]:
    """The digits of all objects of a document in whose texts no name gets a schema, by the specification."""
    digits = []
    for field, items in msgspec.msgpack.decode(document).items():
        for item in items if field not in ("edges", "ledger") else ():
            item.pop("place", None)
            if field == "opaque":
                del item["reason"]
            for constraint in item.get("constraints", ()):
                constraint.pop("place", None)
            digits.append(hashlib.sha256(_packed(field) + _packed(item)).hexdigest())
    return digits


def test_an_independent_reader_of_the_specification_gets_the_same(engine: Engine) -> None:
    numbers = range(1, 5)
    tables = [
        f"CREATE TABLE app.t{number} (a bigint DEFAULT {number}, c int CHECK (c > {-(10**number)}));"
        f"CREATE INDEX ON app.t{number} (a, lower(b)) WHERE c < 0;"
        f"COMMENT ON TABLE app.t{number} IS '{'long ' * 10**number}';"
        for number in numbers
    ]
    sequences = [
        f"CREATE SEQUENCE app.s{number} MINVALUE -{2**number**2} CACHE {10 ** (4 * number)};"
        for number in numbers
    ]
    qualified = "".join(["CREATE SCHEMA app;", *tables, *sequences])
    for text in [qualified, *(path.read_text(encoding="utf-8") for path in _EXAMPLE)]:
        fingerprint, lines, _, document = engine.fingerprint_sql(text, document=True)
        assert sorted(line[:64] for line in lines.split("\n")[:-1]) == sorted(_verified(document))
        assert hashlib.sha256(lines.encode()).hexdigest() == fingerprint


def test_lines_are_sorted_and_name_what_edges_name(engine: Engine) -> None:
    for path in _SCRIPTS:
        _, lines, _, document = engine.fingerprint_sql(path.read_text(encoding="utf-8"), document=True)
        keys = [(line[66:].encode(), line[:64]) for line in lines.split("\n")[:-1]]
        assert keys == sorted(keys)
        names = {name.decode() for name, _ in keys}
        model = decode_model(document)
        kept = [opaque for opaque in model.opaque if (opaque.kind or "").startswith(("CREATE", "SELECT"))]
        unnamed = {edge.source for edge in model.edges} - names
        assert len(unnamed) <= len(kept)


def test_names_with_newlines_and_backslashes_have_one_line(engine: Engine) -> None:
    text = 'CREATE TABLE "a\nb" (a int); CREATE TABLE "a\\nb" (a int); CREATE TABLE "\\" (a int);'
    _, lines, _, _ = engine.fingerprint_sql(text)
    names = ["\\", "a\nb", "a\\nb"]
    assert len(lines.split("\n")) == len(names) + 1
    found = fingerprint_schema(text).objects
    assert sorted(item.identity for item in found) == [f'table public."{name}"' for name in names]
    assert len({item.fingerprint for item in found}) == len(names)


# Both engines, and models


def check_agreement(text: str) -> None:
    first, *others = (engine.fingerprint_sql(text) for engine in LOADED.values())
    assert all(other == first for other in others)


@pytest.mark.parametrize("path", [*_EXAMPLE, *_SCRIPTS], ids=lambda path: path.name)
def test_engines_agree_on_the_fingerprints_of_files(path: Path) -> None:
    check_agreement(path.read_text(encoding="utf-8"))


def test_engines_agree_on_the_fingerprints_of_all_kinds_of_statements() -> None:
    for text in _NAMED:
        check_agreement(text)
    check_agreement(";\n".join(_NAMED))


def test_engines_agree_on_the_fingerprint_of_the_example() -> None:
    # It is large enough for the thread pool.
    text = "\n".join(path.read_text(encoding="utf-8") for path in _EXAMPLE)
    assert len(text) > 100_000
    check_agreement(text)


def test_a_model_has_the_fingerprints_of_its_text(engine: Engine) -> None:
    for path in [*_EXAMPLE, *_SCRIPTS]:
        text = path.read_text(encoding="utf-8")
        fingerprint, lines, opaque, document = engine.fingerprint_sql(
            text, document=True, origins=[(1, 0, 5, 1)], files=["a.sql"]
        )
        assert document == engine.parse_sql(text, origins=[(1, 0, 5, 1)], files=["a.sql"])
        model = decode_model(document)
        assert model_fingerprints(model) == (fingerprint, lines, opaque)
        assert semantic_fingerprint(model) == semantic_fingerprint(text) == fingerprint


def test_no_document_comes_along_unless_it_is_wanted(engine: Engine) -> None:
    assert engine.fingerprint_sql("CREATE TABLE t (a int)")[3] == b""


# What makes another one


def _variants(value: object) -> Iterator[object]:
    """Values that are other than one in one thing."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str):
        yield value + "x"
    elif isinstance(value, msgspec.Struct):
        yield from _changed(value)
    elif isinstance(value, tuple):
        if value:
            yield value[1:]
            yield (*value, value[0])
        if len(value) > 1 and value[0] != value[1]:
            yield (value[1], value[0], *value[2:])
        for place, item in enumerate(value):
            for variant in _variants(item):
                yield (*value[:place], variant, *value[place + 1 :])


def _changed(item: msgspec.Struct) -> Iterator[msgspec.Struct]:
    for field in fields(item):
        if field.name not in ("place", "reason"):
            value = getattr(item, field.name)
            none = () if field.name == "ordered_arguments" else "x"
            for variant in (none,) if value is None else _variants(value):
                yield replace(item, **{field.name: variant})


def _only(field: str, item: object) -> SchemaModel:
    return SchemaModel(**{field: (item,)})


def test_every_field_of_every_object_counts() -> None:
    seen = set()
    more = "CREATE EXTENSION hstore VERSION '1.8'; ALTER EXTENSION hstore ADD TABLE t;"
    for text in [more, *(path.read_text(encoding="utf-8") for path in _SCRIPTS)]:
        model = parse_sql(text)
        for field in SchemaModel.__struct_fields__:
            for item in getattr(model, field) if field not in ("edges", "ledger") else ():
                shape = (field, *(name for name in item.__struct_fields__ if getattr(item, name)))
                if shape in seen:
                    continue
                seen.add(shape)
                found = {model_fingerprints(_only(field, variant))[0] for variant in _changed(item)}
                assert model_fingerprints(_only(field, item))[0] not in found, item
    assert {field for field, *_ in seen} == set(SchemaModel.__struct_fields__) - {"edges", "ledger"}


def test_an_object_is_not_one_of_another_list() -> None:
    (table,) = parse_sql("CREATE TABLE t (a int);").tables
    assert len({model_fingerprints(_only(field, table))[0] for field in ("tables", "indexes", "views")}) == 3


def test_two_statements_that_say_the_same_are_not_one(engine: Engine) -> None:
    assert len({engine.fingerprint_sql("x;" * count)[0] for count in range(4)}) == 4


@pytest.mark.skipif(FOLDER is None, reason="the corpus 'schemas' is not here: run `make corpora`")
def test_no_change_of_a_schema_has_the_same_fingerprint() -> None:
    chance = random.Random(5)
    counts = dict.fromkeys(KINDS, 0)
    missed = []
    for name, text in texts():
        statements = [(one.start, one.end - one.is_terminated) for one in split_sql(text)]
        old = fingerprint_schema(text)
        objects = set(old.objects)
        model = parse_sql(text)
        for mutation in mutations(text, statements, chance, 8):
            new = fingerprint_schema(mutation.text)
            assert (new.fingerprint == old.fingerprint) == (set(new.objects) == objects)
            if new.fingerprint != old.fingerprint:
                counts[mutation.kind] += 1
            elif not has_no_effect(mutation.kind, mutation.before, mutation.after, text, model):
                missed.append(f"{name}: {mutation.kind}\n{mutation.before}\n->\n{mutation.after}")
    assert not missed, "\n\n".join(missed)
    assert sum(counts.values()) >= 1500
    assert all(counts.values())


# What does not


@examples(100)
@given(chosen=pieces, seed=st.integers(0, 99))
def test_how_it_is_written_makes_no_other_fingerprint(chosen: list[str], seed: int) -> None:
    text = "\n".join(chosen)
    shuffled = list(chosen)
    random.Random(seed).shuffle(shuffled)
    expected = semantic_fingerprint(text)
    assert semantic_fingerprint("\n-- more\n\n".join(shuffled)) == expected
    assert semantic_fingerprint(rewritten(text)) == expected
    assert semantic_fingerprint("SET search_path = public, pg_catalog;" + text) == expected


@examples(60)
@given(kept=pieces, added=pieces)
def test_what_is_added_leaves_the_fingerprints_of_the_rest(kept: list[str], added: list[str]) -> None:
    before = set(fingerprint_schema("\n".join(kept)).objects)
    together = fingerprint_schema("\n".join(kept + [piece for piece in added if piece not in kept]))
    assert before <= set(together.objects)


def test_places_and_reasons_do_not_count() -> None:
    for path in _SCRIPTS:
        text = path.read_text(encoding="utf-8")
        one, other = (parse_sql(text, file="a.sql"), parse_sql("\n\n" + text, file="b.sql"))
        reasoned = tuple(replace(opaque, reason="none") for opaque in other.opaque)
        assert model_fingerprints(one) == model_fingerprints(replace(other, opaque=reasoned))


def test_attributes_and_domains_have_the_schemas_of_their_collations(engine: Engine) -> None:
    text = (
        'CREATE COLLATION c FROM "C"; CREATE TYPE t AS (a text COLLATE $c); CREATE DOMAIN d text COLLATE $c;'
    )
    one, other = (engine.fingerprint_sql(text.replace("$", schema)) for schema in ("", "public."))
    assert one == other


def test_words_that_name_functions_too_are_found_with_a_schema(engine: Engine) -> None:
    text = (
        "CREATE FUNCTION \"left\"(a int) RETURNS int LANGUAGE sql AS 'SELECT a';"
        'CREATE TABLE "Tables" (a int); CREATE FUNCTION "it\'s"() RETURNS int LANGUAGE sql AS \'SELECT 1\';'
        'CREATE VIEW v AS SELECT $"it\'s"() AS b, \'$"Tables"\'::regclass AS c FROM $"Tables";'
    )
    one, other = (engine.fingerprint_sql(text.replace("$", schema)) for schema in ("", "public."))
    assert one == other
