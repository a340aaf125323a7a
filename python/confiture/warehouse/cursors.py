"""Cursors of pushes: files beside a project that name the run which its last push wrote.

A cursor only says where in the store to look. What is found there decides; a cursor that is missing, damaged
or wrong costs the queries that it would have saved, and is written anew.
"""

from __future__ import annotations

import os
import re
import stat
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from confiture.artifacts import loads_json
from confiture.artifacts.documents import encode_document
from confiture.exceptions import ArtifactError, SchemaError
from confiture.models.cursor import IncrementalCursor

if TYPE_CHECKING:
    from confiture.models.metadata import StoredRun

__all__ = ["PushCursor"]

_FOLDER = ".confiture"
_MOST_BYTES = 10_000
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class PushCursor:
    """The cursor of a dataset in a store.

    Args:
        project_dir: The project; the file is in its folder ``.confiture``, which git leaves alone.
        store: The place of the store, as it may be printed, and its schema.
        dataset: The dataset.
        environment: The environment; None for none.

    Attributes:
        path: The file.
    """

    def __init__(
        self,
        project_dir: str | os.PathLike[str],
        store: tuple[str, str],
        dataset: str,
        environment: str | None,
    ) -> None:
        named = "\0".join((*store, dataset, "" if environment is None else f"={environment}"))
        name = sha256(named.encode(errors="surrogatepass")).hexdigest()[:16]
        self.path = os.path.join(os.fspath(project_dir), _FOLDER, f"push-{name}.json")
        self._dataset = dataset

    def run_id(self) -> str | None:
        """The id of the run that the file names; None if it names none, for whatever reason."""
        try:
            # What is no file could keep its reader waiting.
            if not stat.S_ISREG(os.stat(self.path).st_mode):
                return None
            with open(self.path, "rb") as file:
                content = file.read(_MOST_BYTES)
            cursor = loads_json(content, IncrementalCursor)
        except (OSError, ValueError, ArtifactError):
            return None
        told = cursor.last_version
        return told if isinstance(told, str) and _ID.fullmatch(told) else None

    def move(self, run: StoredRun) -> bool:
        """Name another run; returns whether the file could be written, which nothing depends on."""
        from confiture.core.outputs import prepare_output, write_file

        cursor = IncrementalCursor(
            dataset=self._dataset, last_version=run.id, last_digest=run.digest, updated_at=datetime.now(UTC)
        )
        ignored = os.path.join(os.path.dirname(self.path), ".gitignore")
        try:
            prepare_output(self.path)
            if not os.path.lexists(ignored):
                write_file(ignored, b"*\n")
            write_file(self.path, encode_document(cursor, "json"))
        except (OSError, ValueError, SchemaError):
            return False
        return True
