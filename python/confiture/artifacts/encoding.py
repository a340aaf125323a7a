"""Values as JSON and MessagePack, and back.

JSON is for people, MessagePack for caches and between programs. Both are written in one order only, so equal
values are equal bytes. Types that msgspec does not know have their hooks here: paths, `RawMessagePack`, and
the extension types of `confiture.artifacts.extensions`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, overload

import msgspec

from confiture.artifacts.payloads import RawMessagePack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    from confiture.exceptions import ArtifactError

    T = TypeVar("T")

__all__ = [
    "convert",
    "dumps_json",
    "dumps_msgpack",
    "encode_into",
    "encode_lines",
    "loads_json",
    "loads_msgpack",
    "to_builtins",
]

#: What the encoders raise for a value that they cannot write. `ValueError` is also that of strings which are
#: not valid Unicode; an `AttributeError` of a value's own code would be a mistake of the program, and is not
#: here.
_UNWRITABLE = (TypeError, ValueError, OverflowError, RecursionError)


def dumps_json(value: object, *, indent: int | None = None, sort_keys: bool = True) -> str:
    r"""The value as JSON, in one line or indented.

    Paths are written as text, with bytes that are no UTF-8 as ``\xHH``; bytes in base64; datetimes as in RFC
    3339.

    Args:
        value: Structs, and whatever consists of numbers, text, bytes, paths, datetimes, lists, dicts and the
            like.
        indent: Spaces for each level; default: all in one line.
        sort_keys: Whether the keys of dicts are sorted. Otherwise they are as they come, and it is for the
            caller that equal values are equal texts.

    Raises:
        ArtifactError: ``ARTIFACT_008``: something in it cannot be written as JSON.
    """
    content = _written((_json if sort_keys else _json_as_it_comes).encode, value)
    return (content if indent is None else msgspec.json.format(content, indent=indent)).decode()


def dumps_msgpack(value: object) -> bytes:
    """The value as MessagePack.

    Arrow schemas are extension values (`confiture.artifacts.extensions`), aware datetimes timestamps.

    Raises:
        ArtifactError: ``ARTIFACT_008``: something in it cannot be written as MessagePack.
    """
    return _written(_msgpack.encode, value)


def encode_into(value: object, buffer: bytearray, offset: int = -1) -> None:
    """Write the value as MessagePack into a buffer, which is kept and grows as it needs: for hot paths.

    Args:
        value: As for `dumps_msgpack`.
        buffer: What to write to.
        offset: Where to start; all behind it is cut off. -1: behind what is there.

    Raises:
        ArtifactError: As `dumps_msgpack`; the buffer is then as it was.
    """
    before = bytes(buffer[offset:]) if offset >= 0 else b""
    start = len(buffer) if offset < 0 else offset
    try:
        _msgpack.encode_into(value, buffer, offset)
    except _UNWRITABLE as error:
        buffer[start:] = before
        raise _unwritable(error) from error


def encode_lines(values: Iterable[object]) -> bytes:
    """The values as JSON, each in a line of its own.

    Raises:
        ArtifactError: As `dumps_json`.
    """
    return _written(_json.encode_lines, values)


@overload
def loads_json(content: bytes | str, kind: type[T]) -> T: ...
@overload
def loads_json(content: bytes | str, kind: Any = ...) -> Any: ...
def loads_json(content: bytes | str, kind: Any = Any) -> Any:
    """The value of a type that a JSON document holds.

    Args:
        content: The document.
        kind: The type; default: plain lists, dicts, text, numbers and so on.

    Raises:
        ArtifactError: ``ARTIFACT_004``: it is no JSON; ``ARTIFACT_007``: it does not fit the type.
    """
    return _read(
        lambda: msgspec.json.decode(content, type=kind, dec_hook=_from_plain),
        "JSON",
        kind,
        lambda: msgspec.json.decode(content),
    )


@overload
def loads_msgpack(content: bytes | bytearray | memoryview, kind: type[T]) -> T: ...
@overload
def loads_msgpack(content: bytes | bytearray | memoryview, kind: Any = ...) -> Any: ...
def loads_msgpack(content: bytes | bytearray | memoryview, kind: Any = Any) -> Any:
    """The value of a type that a MessagePack document holds.

    Raises:
        ArtifactError: ``ARTIFACT_004``: it is no MessagePack; ``ARTIFACT_007``: it does not fit the type.
    """
    return _read(
        lambda: msgspec.msgpack.decode(content, type=kind, dec_hook=_from_plain, ext_hook=_from_extension),
        "MessagePack",
        kind,
        lambda: msgspec.msgpack.decode(content, ext_hook=_from_extension),
    )


@overload
def convert(value: object, kind: type[T], *, strict: bool = True) -> T: ...
@overload
def convert(value: object, kind: Any, *, strict: bool = True) -> Any: ...
def convert(value: object, kind: Any, *, strict: bool = True) -> Any:
    """A value as one of a type: from dicts, dataclasses, structs and objects with attributes.

    A dict must have no other keys than the type has fields; other attributes of an object are passed over.

    Args:
        value: What to convert.
        kind: The type.
        strict: Whether text such as ``"1"`` or ``"true"`` is no number and no truth value.

    Raises:
        ArtifactError: ``ARTIFACT_007``: it does not fit the type.
    """
    return _read(
        lambda: msgspec.convert(value, kind, strict=strict, from_attributes=True, dec_hook=_from_plain),
        "value",
        kind,
        lambda: msgspec.to_builtins(value, enc_hook=lambda each: each),
    )


def to_builtins(value: object) -> Any:
    """The value in dicts, lists, text, numbers and None alone, as JSON would hold it.

    Raises:
        ArtifactError: As `dumps_json`.
    """
    return _written(lambda each: msgspec.to_builtins(each, order="deterministic", enc_hook=_to_json), value)


def _written(encode: Callable[[Any], T], value: object) -> T:
    try:
        return encode(value)
    except _UNWRITABLE as error:
        raise _unwritable(error) from error


def _unwritable(error: Exception) -> ArtifactError:
    from confiture.artifacts.failures import unwritable

    return unwritable(error)


def _read(decode: Callable[[], T], what: str, kind: Any, plain: Callable[[], Any]) -> T:
    """What is decoded; `plain` gives the same without its type, for telling where it does not fit."""
    try:
        return decode()
    # Invalid UTF-8 is a ValueError as well.
    except (ValueError, RecursionError) as error:
        from confiture.artifacts.failures import unreadable

        raise unreadable(error, what, lambda path: _exact_path(path, kind, plain)) from error


def _exact_path(path: str, kind: Any, plain: Callable[[], Any]) -> str:
    from confiture.artifacts.failures import path_of
    from confiture.artifacts.places import exact_path

    def refusal(document: Any) -> str | None:
        try:
            msgspec.convert(document, kind, from_attributes=True, dec_hook=_from_plain)
        except msgspec.ValidationError as error:
            return path_of(error)
        return None

    try:
        return exact_path(plain(), path, refusal)
    except (TypeError, ValueError, RecursionError):
        # Objects of others that are no plain data.
        return path


def _to_json(value: Any) -> Any:
    if isinstance(value, RawMessagePack):
        return value.value()
    if isinstance(value, os.PathLike):
        return _path_text(value)
    raise TypeError(f"JSON has no place for {type(value).__name__}")


def _to_msgpack(value: Any) -> Any:
    if isinstance(value, RawMessagePack):
        return msgspec.Raw(value.content)
    if isinstance(value, os.PathLike):
        return _path_text(value)
    # Nobody has a value of a library that was not imported.
    if "pyarrow" in sys.modules:
        from confiture.artifacts.extensions import to_extension

        extension = to_extension(value)
        if extension is not None:
            return extension
    raise TypeError(f"MessagePack has no place for {type(value).__name__}")


def _from_extension(code: int, content: memoryview) -> Any:
    from confiture.artifacts.extensions import from_extension

    return from_extension(code, bytes(content))


def _from_plain(kind: type, value: Any) -> Any:
    if kind is RawMessagePack:
        return RawMessagePack(_msgpack.encode(value))
    if isinstance(value, str) and hasattr(kind, "__fspath__"):
        return kind(value)
    raise ValueError(f"Expected `{kind.__name__}`, got `{type(value).__name__}`")


def _path_text(path: os.PathLike[Any]) -> str:
    return os.fsdecode(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


_json = msgspec.json.Encoder(enc_hook=_to_json, order="deterministic")
_json_as_it_comes = msgspec.json.Encoder(enc_hook=_to_json)
_msgpack = msgspec.msgpack.Encoder(enc_hook=_to_msgpack, order="deterministic")
