"""What a check looks at of the model of a bundle, as it crosses from the engines."""

from __future__ import annotations

import msgspec

from confiture.models.schema.others import LedgerEntry, Opaque
from confiture.models.schema.parts import Place, QualifiedName

__all__ = ["CheckedEdge", "CheckedModel", "decode_checked"]


class CheckedEdge(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That an object needs another one when its statement runs, or in its body.

    Attributes:
        source: As in an edge of the model.
        target: As in an edge of the model.
        kind: As in an edge of the model.
        status: ``missing``: the text does not define the target; ``dropped``: the text drops it, and nothing
            of its name is there in the end; ``late``: it is defined only after the statement that needs it;
            else nothing.
        place: Where the statement starts that says so.
        defined: Where the statement starts that defines the target.
    """

    source: str
    target: str
    kind: str
    status: str = ""
    place: Place | None = None
    defined: Place | None = None


class CheckedModel(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a check looks at of every model.

    Attributes:
        schemas: The names of the schemas.
        extensions: The extensions, each in the schema that the text says.
        opaque: As in the model.
        edges: What is needed and not there; if some of it comes too late, with all that is needed at once.
        ledger: As in the model.
    """

    schemas: tuple[str, ...] = ()
    extensions: tuple[QualifiedName, ...] = ()
    opaque: tuple[Opaque, ...] = ()
    edges: tuple[CheckedEdge, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()


def decode_checked(document: bytes) -> CheckedModel:
    """What an engine's ``check_sql`` gives, decoded."""
    return msgspec.msgpack.decode(document, type=CheckedModel)
