"""Documents that are changed at random are read as what they say, or refused with the place."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifacts.samples import FULL, sample_documents
from confiture.artifacts import dumps_json, dumps_msgpack, loads_json
from confiture.artifacts.documents import encode_document, load_document
from confiture.artifacts.registry import KINDS
from confiture.exceptions import ArtifactError

#: Values of every type that JSON has.
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    7,
    2**63,
    0.5,
    -0.0,
    "",
    "x",
    "a" * 64,
    [],
    [None],
    {},
    {"x": 1},
)


def steps(value: Any) -> list[tuple[Any, Any]]:
    """What holds each value in a document, and under which key."""
    found = []
    pending = [value]
    while pending:
        holder = pending.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        for key in keys:
            found.append((holder, key))
            if isinstance(holder[key], (dict, list)):
                pending.append(holder[key])
    return found


@st.composite
def changed_documents(draw: st.DrawFn) -> Any:
    name = draw(st.sampled_from([name for name, kind in KINDS.items() if not kind.is_stream]))
    document = copy.deepcopy(json.loads(dumps_json(sample_documents(name, FULL)[0])))
    for _ in range(draw(st.integers(1, 3))):
        places = [place for place in steps(document) if place[1] != "artifact"]
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        change = draw(st.sampled_from(["replace", "drop", "add", "repeat"]))
        if change == "replace":
            holder[key] = copy.deepcopy(draw(st.sampled_from(VALUES)))
        elif change == "drop":
            del holder[key]
        elif isinstance(holder, list):
            holder.append(
                copy.deepcopy(holder[key])
                if change == "repeat"
                else copy.deepcopy(draw(st.sampled_from(VALUES)))
            )
        elif change == "add":
            holder["colour"] = copy.deepcopy(draw(st.sampled_from(VALUES)))
    return document


def followed(document: Any, path: str) -> Any:
    """What stands at a path of an error; its last step may be missing."""
    value = document
    parts = re.findall(r"\.([^.\[\]]+)|\[(\d+)\]|\['(.*?)'\]", path)
    rebuilt = "".join(
        f".{name}" if name else f"[{index}]" if index else f"['{key}']" for name, index, key in parts
    )
    assert path == f"${rebuilt}"
    for number, (name, index, key) in enumerate(parts, 1):
        if number == len(parts) and isinstance(value, dict):
            return value.get(name or key)
        value = value[int(index) if index else name or key]
    return value


@given(changed_documents())
def test_a_changed_document_is_read_as_what_it_says_or_refused_at_a_place_that_it_has(document: Any) -> None:
    assert outcome(document, dumps_json(document).encode()) == outcome(document, dumps_msgpack(document))


def outcome(document: Any, content: bytes) -> str | None:
    """The document that is read; None if it is refused at a place that it has."""
    try:
        (loaded,) = load_document(content).documents
    except ArtifactError as error:
        refusal = error
    else:
        for encoding in ("json", "msgpack"):
            assert load_document(encode_document(loaded, encoding)).documents == (loaded,)
        return dumps_json(loaded)
    assert refusal.error_code == "ARTIFACT_007"
    followed(document, refusal.context["path"])
    return None


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if not kind.is_stream])
def test_the_order_of_members_does_not_matter(name: str) -> None:
    (document,) = sample_documents(name, FULL)
    plain = loads_json(dumps_json(document))

    turned = dict(reversed(plain.items()))

    assert list(turned)[-1] == "artifact"
    assert load_document(dumps_json(turned, sort_keys=False).encode()).documents == (document,)
