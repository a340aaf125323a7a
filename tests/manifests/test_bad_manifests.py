"""What is wrong with a manifest is said in the same words by both engines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from confiture.dbt import DbtCatalog, DbtManifest
from confiture.exceptions import ManifestError
from manifests.documents import NEWEST, encoded, models, small_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from confiture._interface import Engine

SMALL = encoded(small_manifest(nodes=models(a=[])))
VERSION = b"https://schemas.getdbt.com/dbt/manifest/v12.json"


def _with(old: bytes, new: bytes) -> bytes:
    assert old in SMALL
    return SMALL.replace(old, new, 1)


#: Content, code, and the message behind "The manifest ".
CASES = {
    "empty": (b"", "MANIFEST_002", "is empty."),
    "invalid UTF-8": (
        b'{"a":\n"\xc3\xa9\xff"}',
        "MANIFEST_003",
        "is not valid UTF-8: see the byte ff at offset 9 (line 2).",
    ),
    "cut UTF-8": (b'{"\xe2\x82', "MANIFEST_003", "is not valid UTF-8: see the byte e2 at offset 2 (line 1)."),
    "white space": (
        b" \n ",
        "MANIFEST_004",
        "is not valid JSON: at offset 3 (line 2, column 2) a value was expected, not the end of the text.",
    ),
    "truncated in a string": (
        b'{"metadata": {"dbt_sch',
        "MANIFEST_004",
        "is not valid JSON: at offset 22 (line 1, column 23) a closing quote was expected, not the end of "
        "the text.",
    ),
    "truncated behind a value": (
        b'{"metadata": {}',
        "MANIFEST_004",
        "is not valid JSON: at offset 15 (line 1, column 16) a comma or } was expected, not the end of the "
        "text.",
    ),
    "no colon": (
        '{\n "é" 1}'.encode(),
        "MANIFEST_004",
        "is not valid JSON: at offset 8 (line 2, column 6) a colon was expected, not '1'.",
    ),
    "comma at the end": (
        b'{"a": [1, 2,]}',
        "MANIFEST_004",
        "is not valid JSON: at offset 12 (line 1, column 13) a value was expected, not ']'.",
    ),
    "comma at the end of an object": (
        b'{"a": 1,}',
        "MANIFEST_004",
        "is not valid JSON: at offset 8 (line 1, column 9) a key was expected, not '}'.",
    ),
    "single quotes": (
        b"{'a': 1}",
        "MANIFEST_004",
        'is not valid JSON: at offset 1 (line 1, column 2) a key or } was expected, not "\'".',
    ),
    "byte order mark": (
        b"\xef\xbb\xbf{}",
        "MANIFEST_004",
        "is not valid JSON: at offset 0 (line 1, column 1) a value was expected, not the character U+FEFF.",
    ),
    "UTF-16": (
        '{"a": 1}'.encode("utf-16-le"),
        "MANIFEST_004",
        "is not valid JSON: at offset 1 (line 1, column 2) a key or } was expected, not the character "
        "U+0000.",
    ),
    "control character": (
        b'{"a": "x\ty"}',
        "MANIFEST_004",
        "is not valid JSON: at offset 8 (line 1, column 9) an escaped control character was expected, not "
        "the character U+0009.",
    ),
    "unknown escape": (
        b'{"a": "\\x41"}',
        "MANIFEST_004",
        "is not valid JSON: at offset 8 (line 1, column 9) one of the escapes "
        "\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u was expected, not 'x'.",
    ),
    "short escape": (
        b'{"a": "\\u12"}',
        "MANIFEST_004",
        "is not valid JSON: at offset 11 (line 1, column 12) four hexadecimal digits was expected, not '\"'.",
    ),
    "leading zero": (
        b'{"a": 012}',
        "MANIFEST_004",
        "is not valid JSON: at offset 7 (line 1, column 8) a comma or } was expected, not '1'.",
    ),
    "no digit": (
        b'{"a": [-]}',
        "MANIFEST_004",
        "is not valid JSON: at offset 8 (line 1, column 9) a digit was expected, not ']'.",
    ),
    "no fraction": (
        b'{"a": 1.}',
        "MANIFEST_004",
        "is not valid JSON: at offset 8 (line 1, column 9) a digit was expected, not '}'.",
    ),
    "no word": (
        b'{"a": nul}',
        "MANIFEST_004",
        "is not valid JSON: at offset 6 (line 1, column 7) a value was expected, not 'n'.",
    ),
    "nothing in a list": (
        b'{"a": [,]}',
        "MANIFEST_004",
        "is not valid JSON: at offset 7 (line 1, column 8) a value or ] was expected, not ','.",
    ),
    "two documents": (
        b"{}\n{}",
        "MANIFEST_004",
        "is not valid JSON: at offset 3 (line 2, column 1) the end of the text was expected, not '{'.",
    ),
    "huge integer": (
        b'{"a": ' + b"9" * 4301 + b"}",
        "MANIFEST_004",
        "is not valid JSON: at offset 6 (line 1, column 7) a number of at most 4300 characters was expected, "
        "not '9'.",
    ),
    "huge float": (
        b'{"a": 0.' + b"0" * 4300 + b"}",
        "MANIFEST_004",
        "is not valid JSON: at offset 6 (line 1, column 7) a number of at most 4300 characters was expected, "
        "not '0'.",
    ),
    "deep list": (
        b'{"a": ' + b"[" * 100_000,
        "MANIFEST_005",
        "is nested more than 200 levels deep at offset 205 (line 1, column 206).",
    ),
    "deep object": (
        b'{"a":' * 201 + b"1" + b"}" * 201,
        "MANIFEST_005",
        "is nested more than 200 levels deep at offset 1000 (line 1, column 1001).",
    ),
    "list": (b"[[], 1]", "MANIFEST_006", "is no dbt manifest: it is a list."),
    "a null": (b"null", "MANIFEST_006", "is no dbt manifest: it is null."),
    "no metadata": (b"{}", "MANIFEST_006", "is no dbt manifest: it has no metadata.dbt_schema_version."),
    "no version": (
        b'{"metadata": {}, "nodes": {}}',
        "MANIFEST_006",
        "is no dbt manifest: it has no metadata.dbt_schema_version.",
    ),
    "null as version": (
        b'{"metadata": {"dbt_version": "2.0.0", "dbt_schema_version": null}, "nodes": {}}',
        "MANIFEST_006",
        "is no dbt manifest: it has no metadata.dbt_schema_version.",
    ),
    "another artifact": (
        _with(VERSION, b"https://schemas.getdbt.com/dbt/run-results/v4.json"),
        "MANIFEST_006",
        "is no dbt manifest: its metadata.dbt_schema_version is "
        "'https://schemas.getdbt.com/dbt/run-results/v4.json'.",
    ),
    "no nodes": (_with(b'"nodes"', b'"knots"'), "MANIFEST_006", "is no dbt manifest: it has no nodes."),
    "old version": (
        _with(b"v12.json", b"v4.json"),
        "MANIFEST_007",
        "has the schema version v4; known are v9, v10, v11, v12, v20.",
    ),
    "odd version": (
        _with(b"v12.json", b"vX.json"),
        "MANIFEST_007",
        "has the schema version vX; known are v9, v10, v11, v12, v20.",
    ),
    "type of a section": (
        _with(b'"nodes": {', b'"parent_map": [], "nodes": {'),
        "MANIFEST_008",
        "has a list at parent_map (offset 103), where null or an object is expected.",
    ),
    "type of the metadata": (
        b'{"metadata": 5, "nodes": {}}',
        "MANIFEST_008",
        "has an integer at metadata (offset 13), where an object is expected.",
    ),
    "type of a field": (
        _with(b'"name": "a"', b'"name": 1.5'),
        "MANIFEST_008",
        'has a float at nodes["model.p.a"].name (offset 194), where a string is expected.',
    ),
    "type in a list": (
        _with(b'"macros": []', b'"macros": ["x", {}]'),
        "MANIFEST_008",
        'has an object at nodes["model.p.a"].depends_on.macros[1] (offset 230), where a string is expected.',
    ),
    "null": (
        _with(b'"name": "a"', b'"name": null'),
        "MANIFEST_008",
        'has null at nodes["model.p.a"].name (offset 194), where a string is expected.',
    ),
    "key twice": (
        _with(b'"name": "a"', b'"name": "a", "n\\u0061me": "b"'),
        "MANIFEST_009",
        'has the key nodes["model.p.a"].name twice in one object (again at offset 199).',
    ),
    "unknown key twice": (
        _with(b'"name": "a"', b'"name": "a", "x": {"y": 1, "z": 2, "y": 3, "z": 4}'),
        "MANIFEST_009",
        'has the key nodes["model.p.a"].x.y twice in one object (again at offset 221).',
    ),
    "node twice": (
        _with(b'"nodes": {', b'"nodes": {"model.p.a": {}, '),
        "MANIFEST_009",
        'has the key nodes["model.p.a"] twice in one object (again at offset 116).',
    ),
    "id twice": (
        _with(b'"nodes": {', b'"sources": {"model.p.a": {}}, "nodes": {'),
        "MANIFEST_010",
        "has two resources with the unique id model.p.a (the second at offset 129).",
    ),
    "another id": (
        _with(b'"unique_id": "model.p.a"', b'"unique_id": "model.p.b"'),
        "MANIFEST_011",
        "has a resource under the key model.p.a whose unique_id is model.p.b (offset 126).",
    ),
    "surrogate in an id": (
        _with(b'"nodes": {"model.p.a"', b'"nodes": {"model.p.\\ud800"'),
        "MANIFEST_008",
        "has unpaired surrogates at model.p.\\ud800 (offset 99), where a unique id without them is expected.",
    ),
}

STRICT_CASES = {
    "unknown field": (
        _with(b'"name": "a"', b'"name": "a", "colour": 1'),
        "MANIFEST_012",
        'has a field that is in no schema of dbt 1.5 to 1.12: nodes["model.p.a"].colour.',
    ),
    "unknown fields": (
        _with(b'"nodes": {', b'"a": 1, "b": 1, "c": 1, "d": {"e": 1}, "nodes": {'),
        "MANIFEST_012",
        "has 4 fields that are in no schema of dbt 1.5 to 1.12: a, b, c and 1 more.",
    ),
    "dangling": (
        _with(b'"nodes": []', b'"nodes": ["model.p.b"]'),
        "MANIFEST_013",
        "has a dependency of model.p.a on model.p.b (offset 238), which it does not have.",
    ),
    "later version": (
        _with(b"v12.json", b"v13.json"),
        "MANIFEST_007",
        "has the schema version v13; known are v9, v10, v11, v12, v20.",
    ),
}


def _message(content: bytes, strict: bool) -> tuple[str, str]:
    with pytest.raises(ManifestError) as raised:
        DbtManifest.load(content, strict=strict)
    assert raised.value.exit_code == 5
    assert raised.value.resolution_hint
    return raised.value.error_code, raised.value.message


@pytest.mark.parametrize("case", CASES)
def test_a_bad_manifest_is_refused_with_the_place_and_the_reason(case: str, engine: Engine) -> None:
    content, code, message = CASES[case]

    assert _message(content, strict=False) == (code, f"The manifest {message}")


@pytest.mark.parametrize("case", STRICT_CASES)
def test_strictness_refuses_what_is_kept_otherwise(case: str, engine: Engine) -> None:
    content, code, message = STRICT_CASES[case]

    assert DbtManifest.load(content).to_json() == content
    assert _message(content, strict=True) == (code, f"The manifest {message}")


def test_fields_of_configs_and_columns_may_be_the_projects_own(engine: Engine) -> None:
    content = _with(b'"name": "a"', b'"name": "a", "config": {"ours": 1}, "columns": {"c": {"ours": 1}}')

    assert DbtManifest.load(content, strict=True).to_json() == content


def test_later_schema_versions_are_read_and_may_have_nulls(engine: Engine) -> None:
    content = _with(b'"name": "a"', b'"name": null').replace(b"v12.json", b"v20.json")

    assert DbtManifest.load(content, strict=True).schema_version == 20
    assert DbtManifest.load(content.replace(b"v20", b"v31")).schema_version == 31


def test_what_a_dbt_writes_that_prints_no_schemas_may_be_of_other_types(engine: Engine) -> None:
    checksum = b'"checksum": {"name": "sha256", "checksum": ["x"]}'
    content = _with(b'"name": "a"', b'"name": "a", "fqn": null, ' + checksum)
    assert _message(content, strict=False)[0] == "MANIFEST_008"

    for version in (b"2.0.1", b"2025.1.0", b"10.0"):
        later = content.replace(b'"metadata": {', b'"metadata": {"dbt_version": "' + version + b'", ')
        assert DbtManifest.load(later).dependencies("model.p.a") == []
        code, message = _message(later, strict=True)
        assert code == "MANIFEST_008"
        assert 'has a list at nodes["model.p.a"].checksum.checksum' in message
    for version in (b"1.13.0", b"2x", b"01.5", b""):
        earlier = content.replace(b'"metadata": {', b'"metadata": {"dbt_version": "' + version + b'", ')
        assert _message(earlier, strict=False)[0] == "MANIFEST_008"


def test_the_place_of_an_error_can_be_read_by_programs(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(_with(b'"name": "a"', b'"name": 1'))

    with pytest.raises(ManifestError) as raised:
        DbtManifest.load(path)

    assert raised.value.context == {
        "offset": 194,
        "line": 1,
        "column": 195,
        "file": str(path),
        "path": 'nodes["model.p.a"].name',
    }


def test_a_file_that_cannot_be_read_is_an_error(engine: Engine, tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.json", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(ManifestError) as raised:
            DbtManifest.load(path)
        assert raised.value.error_code == "MANIFEST_001"
        assert raised.value.message == f"The manifest {path} cannot be read: {reason}."
        assert raised.value.context == {"file": str(path)}


def test_a_catalog_is_checked_like_a_manifest(engine: Engine) -> None:
    schema = {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}
    table = {"metadata": {}, "columns": {"c": {"index": "1"}}, "stats": {}}

    with pytest.raises(ManifestError) as raised:
        DbtCatalog.load(encoded({"metadata": schema, "nodes": {"model.p.a": table}, "sources": {}}))
    assert raised.value.message == (
        'The catalog has a string at nodes["model.p.a"].columns.c.index (offset 154), where an integer is '
        "expected."
    )
    with pytest.raises(ManifestError) as raised:
        DbtCatalog.load(NEWEST)
    assert "is no dbt catalog: its metadata.dbt_schema_version is" in raised.value.message


def test_cutting_a_manifest_anywhere_is_noticed_alike(both_engines: tuple[Engine, Engine]) -> None:
    content = json.dumps(json.loads(SMALL), indent=1).encode()

    for end in range(1, len(content)):
        messages = []
        for one in both_engines:
            with pytest.raises(ManifestError) as raised:
                one.load_dbt(content[:end])
            messages.append((raised.value.message, raised.value.context))
        assert messages[0] == messages[1]
