"""Extension types of MessagePack, and catalog columns given as an Arrow schema."""

from __future__ import annotations

import dataclasses
import sys

import pyarrow as pa
import pytest
from msgspec.msgpack import Ext

from artifacts.test_encoding import refused
from confiture.artifacts import dumps_json, dumps_msgpack, loads_msgpack
from confiture.artifacts.extensions import ARROW_SCHEMA, EXTENSIONS
from confiture.core.catalog_columns import catalog_columns
from confiture.models.catalog import Catalog, CatalogColumn, CatalogRelation

SCHEMA = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False, metadata={"comment": "The key."}),
        pa.field("tags", pa.list_(pa.list_(pa.string()))),
        pa.field("at", pa.timestamp("ms", "UTC")),
        pa.field("place", pa.struct([("x", pa.float64())])),
    ],
    metadata={"written by": "a test"},
)


@pytest.fixture
def without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.partition(".")[0] == "pyarrow"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "pyarrow", None)


def test_an_arrow_schema_goes_through_message_pack_and_back() -> None:
    found = loads_msgpack(dumps_msgpack({"schema": SCHEMA, "more": [SCHEMA]}))

    assert found["schema"].equals(SCHEMA, check_metadata=True)
    assert found["more"][0].equals(SCHEMA, check_metadata=True)


def test_the_registry_has_one_code_for_an_arrow_schema() -> None:
    content = loads_msgpack(dumps_msgpack(SCHEMA), Ext)

    assert content.code == ARROW_SCHEMA == 1
    assert {code: extension.name for code, extension in EXTENSIONS.items()} == {1: "arrow_schema"}
    assert pa.ipc.read_schema(pa.py_buffer(content.data)) == SCHEMA


def test_without_pyarrow_a_schema_is_an_extension_value_and_is_written_back_unchanged(
    request: pytest.FixtureRequest,
) -> None:
    content = dumps_msgpack({"schema": SCHEMA})
    request.getfixturevalue("without_pyarrow")

    found = loads_msgpack(content)

    assert isinstance(found["schema"], Ext)
    assert dumps_msgpack(found) == content


@pytest.mark.parametrize("code", [-100, 0, 2, 127])
def test_extension_values_that_nobody_knows_are_written_back_unchanged(code: int) -> None:
    content = dumps_msgpack([Ext(code, b"\x00\xff")])

    assert loads_msgpack(content) == [Ext(code, b"\x00\xff")]
    assert dumps_msgpack(loads_msgpack(content)) == content


@pytest.mark.parametrize("content", [b"", b"\x00", b"no schema at all"])
def test_bytes_that_are_no_arrow_schema_are_an_error(content: bytes) -> None:
    error = refused(loads_msgpack, dumps_msgpack(Ext(ARROW_SCHEMA, content)))

    assert error.error_code == "ARTIFACT_004"
    assert "no arrow schema" in error.message


def test_json_has_no_place_for_extension_values() -> None:
    for value in (SCHEMA, Ext(1, b"")):
        assert refused(dumps_json, value).error_code == "ARTIFACT_008"


COLUMNS = (
    CatalogColumn(name="id", type="bigint", is_nullable=False, comment="The key.", arrow_type="int64"),
    CatalogColumn(name="tags", type="text[]", arrow_type="list<item: list<item: string>>"),
    CatalogColumn(name="at", type="timestamp(3) with time zone", arrow_type="timestamp[ms, tz=UTC]"),
    CatalogColumn(name="place", type=None, arrow_type="struct<x: double>"),
)


def test_catalog_columns_can_be_given_as_an_arrow_schema() -> None:
    assert catalog_columns(SCHEMA) == COLUMNS
    assert catalog_columns(loads_msgpack(dumps_msgpack(SCHEMA), Ext)) == COLUMNS


def test_catalog_columns_can_be_given_as_whatever_has_their_fields() -> None:
    @dataclasses.dataclass
    class Column:
        name: str
        type: str
        table: str = "passed over"

    wanted = (CatalogColumn(name="a", type="text"), CatalogColumn(name="b", type=None, is_nullable=False))
    given = [Column("a", "text"), {"name": "b", "type": None, "is_nullable": False}]

    assert catalog_columns(given) == wanted
    assert catalog_columns(wanted) == wanted
    assert refused(catalog_columns, [{"name": "a"}]).context == {"path": "$[0].type"}
    assert refused(catalog_columns, [{"name": "", "type": None}]).context == {"path": "$[0].name"}


def test_an_arrow_schema_cannot_be_looked_into_without_pyarrow(request: pytest.FixtureRequest) -> None:
    extension = loads_msgpack(dumps_msgpack(SCHEMA), Ext)
    request.getfixturevalue("without_pyarrow")

    error = refused(catalog_columns, extension)

    assert error.error_code == "ARTIFACT_009"
    assert "confiture[arrow]" in str(error)


def test_a_catalog_of_such_columns_is_an_artifact() -> None:
    relation = CatalogRelation(schema="app", name="users", columns=catalog_columns(SCHEMA))
    catalog = Catalog(source="a warehouse", relations=(relation,))

    assert loads_msgpack(dumps_msgpack(catalog), Catalog) == catalog


@pytest.mark.parametrize(
    ("arrow", "postgresql"),
    [
        (pa.bool_(), "boolean"),
        (pa.int8(), "smallint"),
        (pa.int16(), "smallint"),
        (pa.int32(), "integer"),
        (pa.int64(), "bigint"),
        (pa.uint8(), "smallint"),
        (pa.uint16(), "integer"),
        (pa.uint32(), "bigint"),
        (pa.uint64(), "numeric(20,0)"),
        (pa.float16(), "real"),
        (pa.float32(), "real"),
        (pa.float64(), "double precision"),
        (pa.decimal128(10, 2), "numeric(10,2)"),
        (pa.decimal256(50, 3), "numeric(50,3)"),
        (pa.string(), "text"),
        (pa.large_string(), "text"),
        (pa.binary(), "bytea"),
        (pa.large_binary(), "bytea"),
        (pa.binary(16), "bytea"),
        (pa.date32(), "date"),
        (pa.date64(), "date"),
        (pa.time32("s"), "time(0) without time zone"),
        (pa.time64("ns"), "time without time zone"),
        (pa.timestamp("s"), "timestamp(0) without time zone"),
        (pa.timestamp("us", "Europe/Paris"), "timestamp with time zone"),
        (pa.duration("ms"), "interval"),
        (pa.month_day_nano_interval(), "interval"),
        (pa.dictionary(pa.int8(), pa.string()), "text"),
        (pa.list_(pa.int32(), 3), "integer[]"),
        (pa.large_list(pa.dictionary(pa.int8(), pa.date32())), "date[]"),
        (pa.list_(pa.struct([("a", pa.int8())])), None),
        (pa.map_(pa.string(), pa.string()), None),
        (pa.null(), None),
    ],
    ids=str,
)
def test_arrow_types_have_their_counterparts(arrow: pa.DataType, postgresql: str | None) -> None:
    (column,) = catalog_columns(pa.schema([("a", arrow)]))

    assert (column.type, column.arrow_type) == (postgresql, str(arrow))
