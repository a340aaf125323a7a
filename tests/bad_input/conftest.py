"""Mistakes are made once for each engine; several tests look at what came of them."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .processes import OBEY_PERMISSIONS, assert_permissions_bite
from .support import Mistake, Outcome, commit

if TYPE_CHECKING:
    from collections.abc import Iterator


class Outcomes:
    """What came of each mistake. Both engines meet it in the same directory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._projects: dict[str, Path] = {}
        self._outcomes: dict[tuple[str, str], Outcome] = {}
        self._permissions_bite = False

    def project(self, mistake: Mistake) -> Path:
        if mistake.name not in self._projects:
            if mistake.before == OBEY_PERMISSIONS and not self._permissions_bite:
                assert_permissions_bite(self._folder)
                self._permissions_bite = True
            try:
                self._projects[mistake.name] = mistake.make(self._folder / str(len(self._projects)))
            except OSError as error:
                if error.errno != errno.EILSEQ:
                    raise
                pytest.skip("this file system refuses the name")
        return self._projects[mistake.name]

    def of(self, mistake: Mistake, engine: str) -> Outcome:
        key = (mistake.name, engine)
        if key not in self._outcomes:
            self._outcomes[key] = commit(mistake, self.project(mistake), engine)
        return self._outcomes[key]


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcomes]:
    folder = tmp_path_factory.mktemp("mistakes").resolve()
    yield Outcomes(folder)
    for path, folders, _ in os.walk(folder):
        for name in folders:
            inside = Path(path, name)
            if not inside.is_symlink():
                inside.chmod(0o700)
