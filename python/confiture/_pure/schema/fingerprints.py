"""Semantic fingerprints: that of each object, and that of all of them together (``docs/model.md``)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from confiture._pure.schema.parsing import model_of_text
from confiture._pure.schema.resolved_texts import FIELDS, meanings_of, resolve_texts
from confiture._pure.schema.text import quoted_name
from confiture.artifacts.packing import packed, struct_items
from confiture.models.schema.identities import identity_of

if TYPE_CHECKING:
    import msgspec

    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.others import DefaultPrivileges
    from confiture.models.schema.routines import Trigger

__all__ = ["fingerprint_sql", "model_fingerprints"]

#: The fields of a model with objects that have names.
_OBJECTS = (
    *("schemas", "extensions", "roles", "types", "domains", "sequences", "tables", "indexes", "views"),
    *("routines", "aggregates", "triggers", "event_triggers", "policies", "rules", "definitions"),
)


def fingerprint_sql(
    text: str,
    *,
    document: bool = False,
    file: str | None = None,
    origins: Sequence[tuple[int, int, int, int]] = (),
    files: Sequence[str] = (),
) -> tuple[str, str, int, bytes]:
    """The semantic fingerprints of what a text defines, and perhaps its model, as `parse_sql` gives it.

    Args:
        text: The text, perhaps with a byte order mark.
        document: Whether the model is wanted too.
        file: As for `parse_sql`.
        origins: As for `parse_sql`.
        files: As for `parse_sql`.

    Returns:
        The fingerprint of all; the lines that it is the SHA-256 of, with the fingerprint of each object; how
        many statements are kept as they are; and the model's document, or nothing.

    Raises:
        UnicodeEncodeError: The text holds half a surrogate pair.
    """
    model = model_of_text(text, file=file, origins=origins, files=files)
    return *model_fingerprints(model), packed(model) if document else b""


def model_fingerprints(model: SchemaModel) -> tuple[str, str, int]:
    """The semantic fingerprints of a model: that of all, the lines, and how many statements are opaque."""
    entries = sorted(
        (called.encode("utf-8"), _digest(field, item)) for called, field, item in _entries(model)
    )
    lines = b"".join(_line(called, digest) for called, digest in entries)
    return hashlib.sha256(lines).hexdigest(), lines.decode("utf-8"), len(model.opaque)


def _line(called: bytes, digest: str) -> bytes:
    return b"%s  %s\n" % (digest.encode(), called.replace(b"\\", b"\\\\").replace(b"\n", b"\\n"))


def _digest(field: str, item: dict[str, Any]) -> str:
    return hashlib.sha256(packed(field, item)).hexdigest()


def _entries(model: SchemaModel) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What each object is called, the field that has it, and what is digested of it."""
    meanings = meanings_of(model.edges)
    whole = {(each.schema, each.table, each.name): each for each in model.triggers}
    for field in _OBJECTS:
        for struct in getattr(model, field):
            called = str(identity_of(struct))
            item = _without_places(struct)
            if field in FIELDS and meanings:
                source = str(identity_of(_whole(struct, whole))) if field == "triggers" else called
                resolve_texts(source, field, item, meanings)
            yield called, field, item
    for defaults in model.default_privileges:
        yield _called_defaults(defaults), "default_privileges", _without_places(defaults)
    for opaque in model.opaque:
        item = _without_places(opaque)
        # Which words explain it is no part of what it says.
        del item["reason"]
        yield " ".join(filter(None, ("statement", opaque.kind))), "opaque", item


def _without_places(struct: msgspec.Struct) -> dict[str, Any]:
    item = struct_items(struct)
    item.pop("place", None)
    for made in item.get("constraints", ()):
        made.pop("place", None)
    return item


def _called_defaults(defaults: DefaultPrivileges) -> str:
    """What default privileges are called: whose, where and on what."""
    of_role = "" if defaults.role is None else f" for role {quoted_name(defaults.role)}"
    in_schema = "" if defaults.schema is None else f" in schema {quoted_name(defaults.schema)}"
    return f"default privileges{of_role}{in_schema} on {defaults.objects}"


def _whole(trigger: Trigger, triggers: dict[tuple[str | None, str, str], Trigger]) -> Trigger:
    """The trigger that one is a part of, or it itself: its condition is that of the whole."""
    seen = set()
    while (parent := trigger.parent) is not None:
        key = (parent.schema, parent.name, trigger.name)
        if key in seen or key not in triggers:
            break
        seen.add(key)
        trigger = triggers[key]
    return trigger
