"""Whole documents: what they say they are, files of them, and files that are none."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifacts.samples import FULL, sample_documents
from artifacts.test_encoding import refused
from confiture.artifacts import dumps_json, dumps_msgpack, loads_json, loads_msgpack
from confiture.artifacts.documents import (
    StoredArtifact,
    encode_artifact,
    encode_document,
    encoding_of_path,
    load_document,
    read_artifact,
)
from confiture.artifacts.registry import KINDS, registered, type_information
from confiture.artifacts.streams import split_message_pack
from confiture.models.schema.model import SchemaModel, SchemaModelDocument
from lineage.models import SHOP

if TYPE_CHECKING:
    from pathlib import Path

WRITERS = {"json": lambda value: dumps_json(value).encode(), "msgpack": dumps_msgpack}
CURSOR = {"artifact": "incremental_cursor/1", "dataset": "orders"}


def test_every_kind_is_called_as_its_documents_say() -> None:
    for name, kind in KINDS.items():
        assert kind.name == name
        for document in sample_documents(name, FULL):
            tag = type(document).__struct_config__.tag
            assert tag == kind.tag or (kind.is_stream and tag.startswith(f"{kind.tag}/"))


def test_the_type_information_of_a_kind_names_its_fields() -> None:
    information = type_information("incremental_cursor")

    assert isinstance(information, msgspec.inspect.StructType)
    assert [field.name for field in information.fields] == [
        "dataset",
        "last_version",
        "last_digest",
        "updated_at",
    ]


def test_a_kind_that_there_is_not_is_an_error_that_suggests_one() -> None:
    error = refused(registered, "schema_manifst")

    assert error.error_code == "ARTIFACT_005"
    assert "Did you mean 'schema_manifest'?" in str(error)


@pytest.mark.parametrize("name", KINDS)
def test_any_artifact_is_converted_there_and_back(name: str) -> None:
    stored = StoredArtifact(KINDS[name], "json", tuple(sample_documents(name, FULL)), 0)
    content = {encoding: encode_artifact(stored, encoding) for encoding in WRITERS}

    for one, other in itertools.permutations(content):
        found = load_document(content[one])
        assert (found.kind, found.encoding, found.size) == (KINDS[name], one, len(content[one]))
        assert encode_artifact(found, other) == content[other]


def test_the_encoding_of_a_file_is_told_by_its_name() -> None:
    names = ("a.json", "a.jsonl", "a.MSGPACK", "a.mpk", "a", "json")

    assert [encoding_of_path(name) for name in names] == [
        "json",
        "json",
        "msgpack",
        "msgpack",
        "json",
        "json",
    ]
    assert encoding_of_path("a", "msgpack") == "msgpack"


def test_a_model_is_a_document_when_it_says_so() -> None:
    document = SchemaModelDocument.of(SHOP)

    assert "artifact" not in loads_json(dumps_json(SHOP))
    for encoding in WRITERS:
        (found,) = load_document(encode_document(document, encoding)).documents
        assert found == document
        assert isinstance(found, SchemaModel)
        assert found.tables == SHOP.tables


def test_white_space_before_a_document_and_after_it_does_not_matter() -> None:
    assert load_document(b"\n\t " + dumps_json(CURSOR).encode() + b" \n").documents[0].dataset == "orders"


@pytest.mark.parametrize("encoding", WRITERS)
@pytest.mark.parametrize(
    ("document", "code", "says"),
    [
        ({"dataset": "orders"}, "ARTIFACT_004", "no member 'artifact'"),
        ({}, "ARTIFACT_004", "no member 'artifact'"),
        ([], "ARTIFACT_004", "no member 'artifact'"),
        ([1], "ARTIFACT_004", "no member 'artifact'"),
        ({**CURSOR, "artifact": None}, "ARTIFACT_004", "no member 'artifact'"),
        ({**CURSOR, "artifact": 1}, "ARTIFACT_004", "no member 'artifact'"),
        ({**CURSOR, "artifact": "curser/1"}, "ARTIFACT_005", "'curser'"),
        ({**CURSOR, "artifact": ""}, "ARTIFACT_005", "''"),
        ({**CURSOR, "artifact": "incremental_cursor/2"}, "ARTIFACT_006", "version 2"),
        ({**CURSOR, "artifact": "incremental_cursor"}, "ARTIFACT_006", "knows version 1"),
        ({**CURSOR, "artifact": "incremental_cursor/01"}, "ARTIFACT_006", "version 01"),
        ({**CURSOR, "dataset": ""}, "ARTIFACT_007", "$.dataset: "),
        ({**CURSOR, "set": 1}, "ARTIFACT_007", "$.set: "),
        ({**CURSOR, "last_version": -1}, "ARTIFACT_007", "$.last_version: "),
        ({**CURSOR, "last_digest": "A" * 64}, "ARTIFACT_007", "$.last_digest: "),
        ({**CURSOR, "updated_at": "2026-01-01T00:00:00"}, "ARTIFACT_007", "$.updated_at: "),
        ({"artifact": "incremental_cursor/1"}, "ARTIFACT_007", "$.dataset: "),
        (["telemetry_event/1/nothing", "0" * 16], "ARTIFACT_007", "$[0]: "),
        (["telemetry_event/2/run_started"], "ARTIFACT_006", "version 2"),
    ],
)
def test_what_is_no_artifact_of_this_program_is_an_error(
    tmp_path: Path, encoding: str, document: Any, code: str, says: str
) -> None:
    path = tmp_path / "artifact"
    path.write_bytes(WRITERS[encoding](document))

    error = refused(read_artifact, str(path))

    assert error.error_code == code
    assert says in error.message
    assert error.message.startswith(f"{path}: ")
    assert error.context["file"] == str(path)


@pytest.mark.parametrize(
    "content", [b"", b" \n", b"null", b"\xc0", b"\xff\xfe{\x00", b"SELECT 1;", b"\xef\xbb\xbf{}"]
)
def test_other_files_are_no_artifacts(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "artifact"
    path.write_bytes(content)

    assert refused(read_artifact, str(path)).error_code == "ARTIFACT_004"


@pytest.mark.parametrize("encoding", WRITERS)
@pytest.mark.parametrize("name", KINDS)
def test_an_artifact_that_is_cut_off_is_an_error(name: str, encoding: str) -> None:
    stored = StoredArtifact(KINDS[name], "json", tuple(sample_documents(name, FULL)[:1]), 0)
    content = encode_artifact(stored, encoding).rstrip()

    for length in {1, len(content) // 3, len(content) // 2, len(content) - 1}:
        assert refused(load_document, content[:length]).error_code == "ARTIFACT_004"


def test_a_file_that_is_not_there_or_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    assert refused(read_artifact, str(tmp_path / "nothing")).error_code == "ARTIFACT_001"
    assert refused(read_artifact, str(tmp_path)).error_code == "ARTIFACT_002"
    assert refused(read_artifact, "a\0b").error_code == "ARTIFACT_002"


@given(
    st.lists(
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(2**63), 2**64 - 1)
            | st.floats(allow_nan=False)
            | st.text(max_size=300)
            | st.binary(max_size=300)
            | st.builds(
                msgspec.msgpack.Ext, st.integers(-128, 127).filter(lambda code: code != -1), st.binary()
            ),
            lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(), inner, max_size=20),
        )
    )
)
def test_values_one_after_the_other_are_told_apart(values: list[Any]) -> None:
    written = [dumps_msgpack(value) for value in values]

    found = list(split_message_pack(b"".join(written)))

    assert [content for _, content in found] == written
    assert [offset for offset, _ in found] == list(itertools.accumulate(map(len, written), initial=0))[:-1]


@pytest.mark.parametrize("size", [15, 16, 31, 32, 255, 256, 65535, 65536])
def test_values_of_every_length_are_told_apart(size: int) -> None:
    for value in ("a" * size, b"a" * size, [None] * size, dict.fromkeys(map(str, range(size)))):
        written = dumps_msgpack(value)
        assert list(split_message_pack(written + b"\x01")) == [(0, written), (len(written), b"\x01")]


@pytest.mark.parametrize("encoding", WRITERS)
def test_a_stream_that_is_cut_off_says_where(encoding: str) -> None:
    events = sample_documents("telemetry_event", FULL)
    content = encode_artifact(StoredArtifact(KINDS["telemetry_event"], encoding, tuple(events), 0), encoding)
    last = content.rindex(b"telemetry_event/1/run_finished") - 2

    error = refused(load_document, content.rstrip()[:-1])

    assert error.error_code == "ARTIFACT_004"
    assert error.context["offset"] == last
    assert load_document(content[:last]).documents == tuple(events[:-1])


@pytest.mark.parametrize("encoding", WRITERS)
def test_a_value_of_a_stream_that_does_not_fit_is_named(encoding: str) -> None:
    event = ["telemetry_event/1/phase_finished", "0" * 16, "build", 0.0, 1.0]
    wrong = [*event[:-1], -1.0]
    parts = [WRITERS[encoding](each) for each in (event, wrong)]

    error = refused(load_document, (b"\n" if encoding == "json" else b"").join(parts))

    assert error.error_code == "ARTIFACT_007"
    assert error.message.startswith("Value 2, at byte ")
    assert "$[4]" in error.message


def test_deep_values_cost_no_stack() -> None:
    content = b"\x91" * 1_000_000 + b"\x01"

    assert list(split_message_pack(content)) == [(0, content)]
    assert refused(load_document, content).error_code == "ARTIFACT_004"
    assert refused(loads_msgpack, content).error_code == "ARTIFACT_004"
