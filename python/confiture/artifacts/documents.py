"""Whole documents: telling what they are, reading them in either encoding, writing them in both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from confiture.artifacts.encoding import (
    dumps_json,
    dumps_msgpack,
    encode_lines,
    loads_json,
    loads_msgpack,
)
from confiture.artifacts.failures import (
    file_missing,
    file_unreadable,
    in_stream,
    not_an_artifact,
    other_file,
)
from confiture.artifacts.registry import kind_of_tag
from confiture.artifacts.streams import split_lines, split_message_pack
from confiture.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from confiture.artifacts.registry import ArtifactKind

__all__ = [
    "ENCODINGS",
    "StoredArtifact",
    "encode_artifact",
    "encode_document",
    "encoding_of_path",
    "load_document",
    "read_artifact",
]

#: The encodings, and the endings of files that stand for them.
ENCODINGS = {"json": (".json", ".jsonl", ".ndjson"), "msgpack": (".msgpack", ".mpk")}

_WHITE_SPACE = b" \t\r\n"


class StoredArtifact(NamedTuple):
    """An artifact as it was read.

    Attributes:
        kind: What it is.
        encoding: ``json`` or ``msgpack``.
        documents: The documents: one, or those of a stream.
        size: Bytes it was read from.
    """

    kind: ArtifactKind
    encoding: str
    documents: tuple[Any, ...]
    size: int


def encoding_of_path(path: str, default: str = "json") -> str:
    """The encoding that the ending of a file's name stands for."""
    lowered = path.lower()
    return next((name for name, endings in ENCODINGS.items() if lowered.endswith(endings)), default)


def encode_document(document: object, encoding: str) -> bytes:
    """A document as it stands in a file: in JSON indented, with a newline at its end.

    Raises:
        ArtifactError: ``ARTIFACT_008``: it cannot be written.
    """
    if encoding == "msgpack":
        return dumps_msgpack(document)
    return (dumps_json(document, indent=2) + "\n").encode()


def encode_artifact(artifact: StoredArtifact, encoding: str) -> bytes:
    """An artifact that was read, as a file of this encoding.

    Raises:
        ArtifactError: ``ARTIFACT_008``: it cannot be written so.
    """
    if not artifact.kind.is_stream:
        return encode_document(artifact.documents[0], encoding)
    if encoding == "json":
        return encode_lines(artifact.documents)
    return b"".join(map(dumps_msgpack, artifact.documents))


def load_document(content: bytes) -> StoredArtifact:
    """The artifact in a file's content, of whatever kind and in whatever encoding.

    Raises:
        ArtifactError: ``ARTIFACT_004``: it is damaged, or does not say what it is; ``ARTIFACT_005``,
            ``ARTIFACT_006``: its kind or version is not known; ``ARTIFACT_007``: it does not fit its kind.
    """
    start = content.lstrip(_WHITE_SPACE)[:1]
    if not start:
        raise not_an_artifact("it is empty")
    encoding = "json" if start in b"{[" else "msgpack"
    load = loads_json if encoding == "json" else loads_msgpack
    if _is_list(start[0]):
        values = list(split_lines(content) if encoding == "json" else split_message_pack(content))
        kind = _kind_of_event(values[0][1], load)
        return StoredArtifact(kind, encoding, tuple(_events(values, kind, load)), len(content))
    kind = _kind(content, load)
    return StoredArtifact(kind, encoding, (load(content, kind.type()),), len(content))


def read_artifact(path: str) -> StoredArtifact:
    """The artifact in a file.

    Raises:
        ArtifactError: ``ARTIFACT_001``: there is no such file; ``ARTIFACT_002``: it cannot be read; or as
            `load_document`, with the file's name.
    """
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError as error:
        raise file_missing(path) from error
    except (OSError, ValueError) as error:
        raise file_unreadable(path, getattr(error, "strerror", None) or str(error)) from error
    try:
        return load_document(content)
    except ArtifactError as error:
        raise other_file(error, path) from error


class _Head(msgspec.Struct):
    """The first member of every document; others are passed over."""

    artifact: str | None = None


def _is_list(byte: int) -> bool:
    """Whether a document that starts so is a list: of JSON, or of MessagePack."""
    return byte == ord("[") or 0x90 <= byte <= 0x9F or byte in (0xDC, 0xDD)


def _kind(content: bytes, load: Callable[[bytes, Any], Any]) -> ArtifactKind:
    try:
        tag = load(content, _Head).artifact
    except ArtifactError as error:
        if error.error_code != "ARTIFACT_007":
            raise
        tag = None
    return _kind_of(tag)


def _kind_of_event(content: bytes, load: Callable[[bytes, Any], Any]) -> ArtifactKind:
    """The kind of what is a list, which begins with it."""
    value = load(content, list)
    return _kind_of(value[0] if value else None)


def _kind_of(tag: object) -> ArtifactKind:
    if not isinstance(tag, str):
        raise not_an_artifact("it has no member 'artifact' that says what it is")
    return kind_of_tag(tag)


def _events(
    values: Sequence[tuple[int, bytes]], kind: ArtifactKind, load: Callable[[bytes, Any], Any]
) -> Iterator[Any]:
    wanted = kind.type()
    for number, (offset, value) in enumerate(values, 1):
        try:
            yield load(value, wanted)
        except ArtifactError as error:
            raise in_stream(error, number, offset) from error
