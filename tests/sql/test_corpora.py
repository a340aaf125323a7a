"""The corpora hold what they are for, and the oracle is consistent on them."""

from __future__ import annotations

from . import oracle
from .corpora import corpus_files, each_corpus
from .oracle import Place

#: How many statements the grammar accepts at least in files that it accepts whole.
FLOORS = {"regression": 10_000, "server": 600, "postgresql": 5_000, "extensions": 15_000, "schemas": 20_000}


@each_corpus
def test_a_statement_is_the_same_alone_as_in_its_file_and_can_be_identified(corpus: str) -> None:
    count = 0
    for file in corpus_files(corpus):
        content = file.text.encode()
        after = 0
        for place in oracle.statements(file.text) or ():
            assert place.start >= after
            after = place.end
            piece = content[place.start : place.end].decode()
            assert oracle.statements(piece) == [Place(0, place.end - place.start, place.tag)], file.path
            node = oracle.node_of(piece)
            assert node is not None
            named = oracle.identity(node)
            assert named or not place.tag.startswith(("CREATE", "COMMENT")), (file.path, place)
            count += 1
    assert count >= FLOORS[corpus]
