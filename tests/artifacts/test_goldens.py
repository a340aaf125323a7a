"""No artifact changes by mistake."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec.inspect as kinds
import pytest
from jsonschema import Draft202012Validator

from artifacts.goldens import GOLDEN, REWRITE, golden_files
from artifacts.samples import FULL, LEAST, sample_documents
from confiture.artifacts import dumps_json
from confiture.artifacts.documents import load_document
from confiture.artifacts.json_schemas import json_schema
from confiture.artifacts.registry import KINDS, type_information

if TYPE_CHECKING:
    from pathlib import Path

FILES = golden_files()
EXTENTS = (FULL, LEAST)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_golden_file_is_what_is_written_now(path: Path) -> None:
    assert path.is_file(), REWRITE
    assert path.read_bytes() == FILES[path], REWRITE


def test_there_are_no_other_golden_files() -> None:
    assert set(GOLDEN.iterdir()) == {path for path in FILES if path.parent == GOLDEN}, REWRITE


@pytest.mark.parametrize("encoding", ["json", "msgpack"])
@pytest.mark.parametrize("extent", EXTENTS)
@pytest.mark.parametrize("name", KINDS)
def test_golden_files_are_read_as_what_they_were_made_from(name: str, extent: str, encoding: str) -> None:
    found = load_document((GOLDEN / f"{name}.{extent}.{encoding}").read_bytes())

    assert (found.kind, found.encoding) == (KINDS[name], encoding)
    assert list(found.documents) == sample_documents(name, extent)


@pytest.mark.parametrize("extent", EXTENTS)
@pytest.mark.parametrize("name", KINDS)
def test_documents_obey_the_schema_of_their_kind(name: str, extent: str) -> None:
    validator = Draft202012Validator(json_schema(name))

    for document in sample_documents(name, extent):
        validator.validate(json.loads(dumps_json(document)))


@pytest.mark.parametrize("name", KINDS)
def test_the_schema_of_a_kind_refuses_other_fields_and_versions(name: str) -> None:
    validator = Draft202012Validator(json_schema(name))
    for document in sample_documents(name, FULL):
        plain = json.loads(dumps_json(document))
        if isinstance(plain, dict):
            wrong: list[Any] = [{**plain, "artifact": f"{name}/2"}, {**plain, "other": 1}]
        else:
            wrong = [[f"{name}/2", *plain[1:]], plain[:-1]]
        for each in wrong:
            assert not validator.is_valid(each)


@pytest.mark.parametrize("name", KINDS)
def test_the_full_sample_has_every_field(name: str) -> None:
    information = type_information(name)
    members = information.types if isinstance(information, kinds.UnionType) else (information,)
    for member, document in zip(members, sample_documents(name, FULL), strict=True):
        assert isinstance(member, kinds.StructType)
        plain = json.loads(dumps_json(document))
        if isinstance(plain, dict):
            assert list(plain) == ["artifact", *(field.encode_name for field in member.fields)]
        else:
            assert len(plain) == 1 + len(member.fields)
