"""Every mistake ends in one clear error, and changes nothing.

The mistakes themselves stand in the modules beside this one, as data.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from . import environment_mistakes, output_mistakes, source_mistakes, usage_mistakes
from .support import Mistake, assert_clear

if TYPE_CHECKING:
    from confiture._backend import Engine

    from .conftest import Outcomes

MISTAKES = (
    *environment_mistakes.CHOOSING,
    *environment_mistakes.WRITING,
    *source_mistakes.DIRECTORIES,
    *source_mistakes.IGNORE_FILES,
    *source_mistakes.SUPERUSERS,
    *source_mistakes.ENTRIES,
    *source_mistakes.CONTENTS,
    *source_mistakes.SEPARATORS,
    *output_mistakes.OUTPUTS,
    *usage_mistakes.USAGE,
)

each_mistake = pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)


@each_mistake
def test_ends_in_one_clear_error_and_changes_nothing(
    mistake: Mistake, engine: Engine, outcomes: Outcomes
) -> None:
    outcome = outcomes.of(mistake, os.environ["CONFITURE_ENGINE"])

    assert_clear(mistake, outcome, outcomes.project(mistake))


@each_mistake
def test_is_told_in_the_same_words_by_both_engines(
    mistake: Mistake, both_engines: tuple[Engine, Engine], outcomes: Outcomes
) -> None:
    native, twin = outcomes.of(mistake, "rust"), outcomes.of(mistake, "python")

    assert native.text == twin.text
    assert native.json == twin.json


def test_no_two_mistakes_have_one_name() -> None:
    names = [mistake.name for mistake in MISTAKES]
    assert len(set(names)) == len(names)
