"""Syntax trees as artifacts, and trees again."""

from __future__ import annotations

import hashlib
import sys
from typing import Any

import pytest
import sqlglot
from msgspec.structs import replace

from artifacts.test_encoding import refused
from confiture.artifacts import dumps_msgpack
from confiture.artifacts.documents import encode_document, load_document
from confiture.artifacts.payloads import RawMessagePack
from confiture.core.syntax_trees import parse_trees, policy_hash, restore_trees
from confiture.models.syntax_trees import NormalisationPolicy

TEXT = """\
-- People.
CREATE TABLE App.Users (id bigint PRIMARY KEY, "Name" text NOT NULL);
SELECT u."Name", count(*) FILTER (WHERE o.total > 1.5) AS n
FROM app.users AS u JOIN app.orders o USING (id) GROUP BY 1;;
"""


def shown(trees: list[Any]) -> list[str]:
    return [tree.sql("postgres") for tree in trees]


@pytest.mark.parametrize("encoding", ["json", "msgpack"])
def test_trees_are_restored_from_both_encodings(encoding: str) -> None:
    trees = parse_trees(TEXT)

    (found,) = load_document(encode_document(trees, encoding)).documents
    restored = restore_trees(found)

    assert found == trees
    assert shown(restored) == [
        'CREATE TABLE app.users (id BIGINT PRIMARY KEY, "Name" TEXT NOT NULL)',
        'SELECT u."Name", COUNT(*) FILTER(WHERE o.total > 1.5) AS n FROM app.users AS u '
        "JOIN app.orders AS o USING (id) GROUP BY 1",
    ]


def test_a_policy_that_keeps_all_restores_the_tree_that_was_parsed() -> None:
    policy = NormalisationPolicy(keeps_comments=True, keeps_places=True, folds_names=False)

    restored = restore_trees(parse_trees(TEXT, policy), policy)

    parsed = [tree for tree in sqlglot.parse(TEXT, dialect="postgres") if tree is not None]
    assert restored == parsed
    assert [tree.comments or [] for tree in restored] == [tree.comments or [] for tree in parsed]
    assert any("line" in node.meta for node in restored[0].walk())


def test_a_tree_is_raw_message_pack_of_the_dump() -> None:
    policy = NormalisationPolicy(keeps_comments=True, keeps_places=True, folds_names=False)
    (tree,) = parse_trees("SELECT 1", policy).trees

    assert tree.value() == sqlglot.serde.dump(sqlglot.parse_one("SELECT 1", dialect="postgres"))
    assert tree.content in dumps_msgpack(parse_trees("SELECT 1", policy))


def test_comments_and_layout_do_not_change_the_trees() -> None:
    other = (
        TEXT.replace("-- People.\n", "")
        .replace(" AS u", "  /* them */\n AS u")
        .replace("App.Users", "app.users")
    )

    assert parse_trees(other).trees == parse_trees(TEXT).trees
    assert parse_trees(other).text_sha256 != parse_trees(TEXT).text_sha256


def test_the_facts_beside_the_trees_are_those_of_the_text_and_the_policy() -> None:
    trees = parse_trees("SELECT 'é'")

    assert trees.text_sha256 == hashlib.sha256("SELECT 'é'".encode()).hexdigest()
    assert trees.policy_sha256 == policy_hash(NormalisationPolicy())
    assert (trees.parser, trees.parser_version) == ("sqlglot", sqlglot.__version__)


def test_every_setting_of_a_policy_is_in_its_hash() -> None:
    policies = [
        NormalisationPolicy(),
        NormalisationPolicy(version=2),
        NormalisationPolicy(dialect="duckdb"),
        NormalisationPolicy(keeps_comments=True),
        NormalisationPolicy(keeps_places=True),
        NormalisationPolicy(folds_names=False),
    ]

    assert len(policies) == len(NormalisationPolicy.__struct_fields__) + 1
    assert len({policy_hash(policy) for policy in policies}) == len(policies)


def test_trees_of_another_policy_are_refused() -> None:
    trees = parse_trees("SELECT a")

    error = refused(restore_trees, trees, NormalisationPolicy(folds_names=False))
    assert error.error_code == "ARTIFACT_011"
    assert trees.policy_sha256 in error.message

    changed = replace(trees, policy=NormalisationPolicy(keeps_comments=True))
    assert refused(restore_trees, changed).error_code == "ARTIFACT_011"


@pytest.mark.parametrize(
    "text", ["SELECT '", "SELECT ((", "SELECT \ud800", "SELECT " + "(" * 20_000 + "1" + ")" * 20_000]
)
def test_a_text_that_cannot_be_read_is_an_error(text: str) -> None:
    assert refused(parse_trees, text).error_code == "ARTIFACT_010"


NODE = {"c": "sqlglot.expressions.core.Literal"}


@pytest.mark.parametrize(
    "dump",
    [
        {},
        [1],
        [{}],
        [{"c": "os.abort"}],
        [{"c": "sqlglot.parse"}],
        [{"c": "sqlglot.expressions.os"}],
        [{"c": "sqlglot.expressions.nothing.Select"}],
        [{"c": "sqlglot.expressions.core.Nothing"}],
        [{**NODE, "t": [{"c": "os.abort"}]}],
        [NODE, {"i": 5, "k": "this", "v": 1}],
        [NODE, {"v": 1}],
        [{"c": "DataType.Type", "v": "NO TYPE"}],
    ],
    ids=str,
)
def test_a_damaged_tree_or_one_that_names_anything_but_nodes_is_an_error(dump: Any) -> None:
    trees = replace(parse_trees("SELECT a"), trees=(RawMessagePack(dumps_msgpack(dump)),))

    error = refused(restore_trees, trees)

    assert error.error_code == "ARTIFACT_012"
    assert error.context == {"number": 1}


def test_bytes_that_are_no_message_pack_are_an_error() -> None:
    trees = replace(parse_trees("SELECT a"), trees=(RawMessagePack(b"\xc1"),))

    assert refused(restore_trees, trees).error_code == "ARTIFACT_012"


def test_without_sqlglot_the_artifact_is_read_and_the_trees_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    trees = parse_trees("SELECT a")
    for module in [name for name in sys.modules if name.partition(".")[0] == "sqlglot"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "sqlglot", None)

    assert load_document(encode_document(trees, "msgpack")).documents == (trees,)
    for call in (lambda: restore_trees(trees), lambda: parse_trees("SELECT a")):
        error = refused(call)
        assert error.error_code == "ARTIFACT_009"
        assert "confiture[trees]" in str(error)
