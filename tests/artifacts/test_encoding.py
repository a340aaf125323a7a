"""Values as JSON and MessagePack, and back."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import os
import pkgutil
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import confiture
from confiture.artifacts import (
    Artifact,
    Document,
    convert,
    dumps_json,
    dumps_msgpack,
    encode_into,
    encode_lines,
    loads_json,
    loads_msgpack,
    to_builtins,
)
from confiture.artifacts.payloads import RawMessagePack
from confiture.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE = Path(confiture.__file__).parent


class Part(Artifact, frozen=True, kw_only=True):
    number: int = 0


class Sample(Artifact, frozen=True, kw_only=True):
    path: Path
    content: bytes = b""
    at: datetime | None = None
    payload: RawMessagePack | None = None
    parts: tuple[Part, ...] = ()
    named: dict[str, Part] = msgspec.field(default_factory=dict)


SAMPLE = Sample(
    path=Path("/data/a b"),
    content=b"\x00\xff",
    at=datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
    payload=RawMessagePack(msgspec.msgpack.encode({"a": [1.0, None], "b": 2**64 - 1})),
    parts=(Part(), Part(number=-(2**63))),
    named={"b": Part(number=1), "a": Part()},
)


def refused(call: Callable[..., object], *arguments: Any) -> ArtifactError:
    with pytest.raises(ArtifactError) as caught:
        call(*arguments)
    assert caught.value.resolution_hint
    return caught.value


def test_a_sample_of_all_types_survives_both_encodings() -> None:
    assert loads_json(dumps_json(SAMPLE), Sample) == SAMPLE
    assert loads_json(dumps_json(SAMPLE).encode(), Sample) == SAMPLE
    assert loads_msgpack(dumps_msgpack(SAMPLE), Sample) == SAMPLE
    assert loads_msgpack(memoryview(dumps_msgpack(SAMPLE)), Sample) == SAMPLE
    assert convert(to_builtins(SAMPLE), Sample) == SAMPLE


def test_json_is_one_line_with_fields_in_their_order_and_keys_sorted() -> None:
    assert dumps_json(SAMPLE) == (
        '{"path":"/data/a b","content":"AP8=","at":"2026-01-02T03:04:05.000006Z",'
        '"payload":{"a":[1.0,null],"b":18446744073709551615},'
        '"parts":[{},{"number":-9223372036854775808}],"named":{"a":{},"b":{"number":1}}}'
    )


def test_json_can_be_indented_and_keep_the_order_of_keys() -> None:
    assert dumps_json({"b": [1], "a": {}}, indent=2, sort_keys=False) == (
        '{\n  "b": [\n    1\n  ],\n  "a": {}\n}'
    )


def test_a_payload_is_written_into_message_pack_as_it_is() -> None:
    payload = b"\xdf\x00\x00\x00\x01\xa1a\xcd\x00\x01"  # longer than it needs to be

    assert payload in dumps_msgpack(Sample(path=Path("a"), payload=RawMessagePack(payload)))
    assert RawMessagePack(payload).value() == {"a": 1}
    sample = loads_msgpack(dumps_msgpack(Sample(path=Path("a"), payload=RawMessagePack(payload))), Sample)
    assert sample.payload == RawMessagePack(dumps_msgpack({"a": 1}))


def test_bytes_of_a_path_that_are_no_text_are_escaped() -> None:
    path = Path(os.fsdecode(b"a\xffb\xc3\xa9"))

    assert dumps_json(path) == '"a\\\\xffbé"'
    assert loads_msgpack(dumps_msgpack(path)) == "a\\xffbé"


def test_paths_of_other_kinds_are_read_as_what_they_are() -> None:
    found = loads_json('["a/b"]', list[PurePosixPath])

    assert found == [PurePosixPath("a/b")]
    assert type(found[0]) is PurePosixPath


def test_datetimes_are_moments_whatever_their_zone() -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))

    for loaded in (
        loads_json(dumps_json(summer), datetime),
        loads_msgpack(dumps_msgpack(summer), datetime),
    ):
        assert loaded == summer
        assert loaded.tzinfo is not None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_plain_values_survive_message_pack_and_are_equal_bytes_however_dicts_are_filled(value: Any) -> None:
    def turned(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: turned(part[key]) for key in reversed(part)}
        return [turned(item) for item in part] if isinstance(part, list) else part

    content = dumps_msgpack(value)

    assert loads_msgpack(content) == value
    assert dumps_msgpack(turned(value)) == content
    assert dumps_json(turned(value)) == dumps_json(value)


def test_numbers_keep_their_type() -> None:
    text = "[3,3.0,-0.0,18446744073709551615,-9223372036854775808]"

    assert dumps_json(loads_json(text)) == text
    assert repr(loads_msgpack(dumps_msgpack(loads_json(text)))) == repr(loads_json(text))


def test_encoding_into_a_buffer_appends_or_overwrites() -> None:
    buffer = bytearray(b"ab")

    encode_into({"a": 1}, buffer)
    assert bytes(buffer) == b"ab" + dumps_msgpack({"a": 1})
    encode_into([], buffer, 1)
    assert bytes(buffer) == b"a" + dumps_msgpack([])


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_buffer_is_as_it_was_when_a_value_cannot_be_written(offset: int) -> None:
    buffer = bytearray(b"abc")

    error = refused(encode_into, [1, "a" * 100, object()], buffer, offset)

    assert error.error_code == "ARTIFACT_008"
    assert bytes(buffer) == b"abc"


def test_lines_are_documents_of_their_own() -> None:
    assert encode_lines([Part(), {"b": 1, "a": 2}, 1]) == b'{}\n{"a":2,"b":1}\n1\n'
    assert encode_lines([]) == b""


def endless() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


JSON, PACKED, PLAIN = dumps_json, dumps_msgpack, to_builtins


@pytest.mark.parametrize(
    ("write", "value", "reason"),
    [
        *((write, object(), "no place for object") for write in (JSON, PACKED, PLAIN)),
        *((write, 1j, "no place for complex") for write in (JSON, PACKED, PLAIN)),
        *((write, endless(), "nested too deeply") for write in (JSON, PACKED, PLAIN)),
        *((write, "\udcff", "not valid Unicode") for write in (JSON, PACKED)),
        *((write, {"a": ["\ud800"]}, "not valid Unicode") for write in (JSON, PACKED)),
        *((write, {1: 2}, "str keys") for write in (JSON, PACKED)),
        (PACKED, 2**64, "2**64"),
    ],
)
def test_what_cannot_be_written_is_an_error_with_the_reason(
    write: Callable[..., object], value: object, reason: str
) -> None:
    error = refused(write, value)

    assert error.error_code == "ARTIFACT_008"
    assert reason in error.message


@pytest.mark.parametrize(
    ("read", "content", "reason", "offset"),
    [
        (loads_json, b"", "ends too early", None),
        (loads_json, b'{"path":', "ends too early", None),
        (loads_json, b'{"path":"a"} x', "trailing characters", 14),
        (loads_json, b"{'path':1}", "object keys must be strings", 1),
        (loads_json, b'{"path":"\xff"}', "not valid UTF-8", None),
        (loads_json, b"[" * 100_000, "nested too deeply", None),
        (loads_json, b"\xef\xbb\xbf{}", "invalid character", 0),
        (loads_json, b"NaN", "invalid character", 0),
        (loads_msgpack, b"", "ends too early", None),
        (loads_msgpack, b"\x81\xa4pa", "ends too early", None),
        (loads_msgpack, b"\x80\x80", "trailing characters", 1),
        (loads_msgpack, b"\xc1", "invalid opcode", 0),
        (loads_msgpack, b"\xa1\xff", "not valid UTF-8", None),
        (loads_msgpack, b"\x91" * 100_000, "nested too deeply", None),
        (loads_msgpack, b"\xdd\xff\xff\xff\xff", "ends too early", None),
    ],
)
def test_a_damaged_document_is_an_error_with_the_reason_and_the_offset(
    read: Callable[..., object], content: bytes, reason: str, offset: int | None
) -> None:
    error = refused(read, content)

    assert error.error_code == "ARTIFACT_004"
    assert reason in error.message
    assert error.context.get("offset") == offset
    assert offset is None or f"byte {offset}" in error.message


@given(st.data())
def test_a_document_that_is_cut_off_anywhere_is_an_error(data: st.DataObject) -> None:
    for content, read in ((dumps_json(SAMPLE).encode(), loads_json), (dumps_msgpack(SAMPLE), loads_msgpack)):
        length = data.draw(st.integers(0, len(content) - 1))

        assert refused(read, content[:length], Sample).error_code == "ARTIFACT_004"


@pytest.mark.parametrize(
    ("plain", "path", "reason"),
    [
        ({}, "$.path", "missing"),
        ({"path": 1}, "$.path", "expected `Path`, got `int`"),
        ({"path": "a", "other": 1}, "$.other", "no such field"),
        ([], "$", "expected `object`, got `array`"),
        (
            {"path": "a", "parts": [{}, {}, {"number": "x"}, {"number": 1.5}]},
            "$.parts[2].number",
            "got `str`",
        ),
        ({"path": "a", "parts": [{"number": 1}, {"nomber": 1}]}, "$.parts[1].nomber", "no such field"),
        (
            {"path": "a", "named": {"b": {}, "c.d": {"number": None}}},
            "$.named['c.d'].number",
            "expected `int`",
        ),
        ({"path": "a", "parts": [{}] * 1000 + [1]}, "$.parts[1000]", "got `int`"),
    ],
)
def test_a_value_that_does_not_fit_is_named_by_its_path_in_every_encoding(
    plain: Any, path: str, reason: str
) -> None:
    for error in (
        refused(loads_json, dumps_json(plain), Sample),
        refused(loads_msgpack, dumps_msgpack(plain), Sample),
        refused(convert, plain, Sample),
    ):
        assert error.error_code == "ARTIFACT_007"
        assert error.context == {"path": path}
        assert error.message.startswith(f"{path}: ")
        assert reason in error.message


def test_options_are_normalised_from_dicts_dataclasses_and_objects() -> None:
    @dataclasses.dataclass
    class Given:
        path: str
        parts: list[dict[str, int]]

    class Object:
        path = "a"
        parts = ({"number": 1},)
        more = "passed over"

    wanted = Sample(path=Path("a"), parts=(Part(number=1),))

    assert convert({"path": "a", "parts": [{"number": 1}]}, Sample) == wanted
    assert convert(Given("a", [{"number": 1}]), Sample) == wanted
    assert convert(Object(), Sample) == wanted
    assert convert(wanted, Sample) == wanted


def test_text_is_a_number_only_where_that_is_asked_for() -> None:
    assert convert({"number": "3"}, Part, strict=False) == Part(number=3)
    assert refused(convert, {"number": "3"}, Part).context == {"path": "$.number"}


def all_artifacts() -> Iterator[type[Artifact]]:
    for module in pkgutil.walk_packages([str(PACKAGE / "models")], "confiture.models."):
        importlib.import_module(module.name)
    pending: list[type[Artifact]] = [Artifact]
    while pending:
        for kind in pending.pop().__subclasses__():
            pending.append(kind)
            if kind.__module__.startswith("confiture."):
                yield kind


def test_every_artifact_is_frozen_strict_and_keyword_only() -> None:
    found = list(all_artifacts())

    assert len(found) > 80
    for kind in found:
        settings = kind.__struct_config__
        assert settings.frozen, kind
        assert settings.forbid_unknown_fields, kind
        parameters = inspect.signature(kind).parameters.values()
        assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters), kind
        if issubclass(kind, Document):
            assert settings.tag_field == "artifact", kind


def test_defaults_are_left_out_where_nobody_needs_them() -> None:
    exceptions = {kind.__name__ for kind in all_artifacts() if not kind.__struct_config__.omit_defaults}

    assert exceptions == {"NormalisationPolicy"}


#: Modules that may encode: the layer itself, and the twin of the manifest engine, which keeps apart what
#: msgspec refuses or folds (NaN, integers beyond 64 bits, unpaired surrogates, keys that are there twice).
_ENCODERS = ("confiture/artifacts/", "confiture/_pure/dbt/")


def test_nothing_else_in_the_package_encodes() -> None:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE.parent).as_posix()
        if name.startswith(_ENCODERS):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found += [(name, alias.name) for alias in node.names if alias.name in _ENCODING_MODULES]
            elif isinstance(node, ast.ImportFrom) and node.module in {"msgspec", *_ENCODING_MODULES}:
                names = [alias.name for alias in node.names]
                found += [
                    (name, each) for each in names if node.module != "msgspec" or each in _ENCODING_NAMES
                ]
            elif (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "msgspec"
                and node.attr in _ENCODING_NAMES
            ):
                found.append((name, node.attr))

    assert found == _EXCEPTIONS


_ENCODING_MODULES = {"json", "pickle", "marshal", "orjson", "msgpack", "msgspec.json", "msgspec.msgpack"}
_ENCODING_NAMES = {"json", "msgpack", "convert", "to_builtins", "Raw"}

#: The type of extension values is no encoder; a document in a literal is a value of a schema, whose numbers
#: keep their scale; lines of nodes are printed as dbt prints them, spaces and all; templates have filters
#: that read and write JSON as Python does; a guard is a process without this package, and is told in lines
#: what it takes away.
_EXCEPTIONS = [
    ("confiture/core/catalog_columns.py", "Ext"),
    ("confiture/dbt/selection/listing.py", "json"),
    ("confiture/dbt/template_scope.py", "json"),
    ("confiture/diffing/literals.py", "json"),
    ("confiture/servers/guard_process.py", "json"),
    ("confiture/servers/guards.py", "json"),
]
