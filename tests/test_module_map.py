"""The map of modules is complete, and the contributor's path leads to files that there are."""

from __future__ import annotations

import re

import module_map

_GUIDE = (module_map.ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_map_is_what_the_modules_say() -> None:
    """After a change that is meant: ``make map``."""
    assert module_map.PAGE.read_text(encoding="utf-8") == module_map.page()


def test_every_module_is_on_the_map_with_a_sentence() -> None:
    told = module_map.modules()
    assert len(told) > 500
    assert [name for name, sentence in told.items() if not sentence.endswith((".", "?", "!", "…"))] == []
    assert module_map.page().count("\n- `") == len(told)


def test_the_guide_names_targets_and_files_that_there_are() -> None:
    makefile = (module_map.ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([a-z-]+)", _GUIDE):
        assert f"\n{target}: " in makefile, target
    for name in re.findall(r"`((?:tests|python|rust|docs|build_support)/[\w/]+\.(?:py|rs|md|txt))`", _GUIDE):
        assert (module_map.ROOT / name).is_file(), name


def test_the_example_of_a_kind_is_everywhere_where_the_guide_sends() -> None:
    steps = _GUIDE.partition("## A statement kind from end to end")[2].partition("## Snapshots")[0]
    for name in (
        "diffing/kinds.py",
        "lineage/objects.py",
        "models/schema/model.py",
        "models/schema/identities.py",
    ):
        assert f"`{name}`" in steps
        text = (module_map.ROOT / "python/confiture" / name).read_text(encoding="utf-8")
        assert "event_trigger" in text, name
