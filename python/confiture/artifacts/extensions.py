"""The extension types of MessagePack that artifacts use.

A code means one type for good. What has no type here, or a type whose library is not installed, stays a
`msgspec.msgpack.Ext` with its code and bytes, and is written back as it came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.msgpack import Ext

from confiture.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["ARROW_SCHEMA", "EXTENSIONS", "from_extension", "to_extension"]

#: The code of an Arrow schema: the bytes of its message in Arrow's IPC format.
ARROW_SCHEMA = 1


class ExtensionType(NamedTuple):
    """How a type goes through MessagePack.

    Attributes:
        name: What it is called.
        write: The bytes of a value, or None if it is no value of this type.
        read: The value of bytes. It raises `ImportError` where its library is missing, `ValueError` for
            others' bytes.
    """

    name: str
    write: Callable[[Any], bytes | None]
    read: Callable[[bytes], Any]


def _write_arrow_schema(value: Any) -> bytes | None:
    import pyarrow

    return value.serialize().to_pybytes() if isinstance(value, pyarrow.Schema) else None


def _read_arrow_schema(content: bytes) -> Any:
    import pyarrow

    try:
        return pyarrow.ipc.read_schema(pyarrow.py_buffer(content))
    except (pyarrow.ArrowException, OSError) as error:
        raise ValueError(str(error)) from error


#: The types by their codes.
EXTENSIONS: Mapping[int, ExtensionType] = {
    ARROW_SCHEMA: ExtensionType("arrow_schema", _write_arrow_schema, _read_arrow_schema),
}


def to_extension(value: object) -> Ext | None:
    """The extension value that holds a value of another library, if one does."""
    for code, extension in EXTENSIONS.items():
        content = extension.write(value)
        if content is not None:
            return Ext(code, content)
    return None


def from_extension(code: int, content: bytes) -> Any:
    """The value of an extension value; the extension value itself if its type or library is not known here.

    Raises:
        ArtifactError: ``ARTIFACT_004``: the bytes are none of this type.
    """
    extension = EXTENSIONS.get(code)
    if extension is None:
        return Ext(code, content)
    try:
        return extension.read(content)
    except ImportError:
        return Ext(code, content)
    except ValueError as error:
        raise ArtifactError(
            f"An extension value is no {extension.name.replace('_', ' ')}: {error}.",
            error_code="ARTIFACT_004",
            context={"extension": code},
            resolution_hint="Write the document again: it is damaged.",
        ) from error
