"""The real SQL that ``make corpora`` has fetched."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from corpora.fetch import CACHE, MARKER, corpora

#: Where each corpus is, if it is there: whole, and of this recipe.
FOLDERS = {corpus.name: CACHE / corpus.name if corpus.complete else None for corpus in corpora()}


class CorpusFile(NamedTuple):
    """A file of a corpus."""

    corpus: str
    path: str
    content: bytes

    @property
    def encoding(self) -> str:
        """UTF-8, or Latin-1 if it is not that."""
        try:
            self.content.decode()
        except UnicodeDecodeError:
            return "latin-1"
        return "utf-8"

    @property
    def text(self) -> str:
        return self.content.decode(self.encoding)


def corpus_files(*names: str) -> list[CorpusFile]:
    """The files of the corpora of these names, or of all that are there, by path.

    Raises:
        KeyError: There is no corpus of this name.
    """
    files = []
    for name in names or FOLDERS:
        folder = FOLDERS[name]
        if folder is not None:
            files += [
                CorpusFile(name, path.relative_to(folder).as_posix(), path.read_bytes())
                for path in sorted(folder.rglob("*"))
                if path.is_file() and path.name != MARKER
            ]
    return files


#: Runs a test once for each corpus, as its argument ``corpus``, or says why it does not.
each_corpus = pytest.mark.parametrize(
    "corpus",
    [
        pytest.param(
            name,
            marks=pytest.mark.skipif(
                folder is None, reason=f"the corpus '{name}' is not here: run `make corpora`"
            ),
        )
        for name, folder in FOLDERS.items()
    ],
)
