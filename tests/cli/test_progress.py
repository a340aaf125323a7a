"""The progress bar: who sees it, how often it is drawn, and what is left of it."""

from __future__ import annotations

import io
import re
import sys
from contextlib import redirect_stderr

import pytest

from confiture.cli import progress
from confiture.cli.progress import SlowProgress, wants_progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    for name in ("NO_COLOR", "CI", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    return _Terminal()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    monkeypatch.setattr(progress, "_PAUSE", 0)


def _words(screen: _Terminal) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", screen.getvalue())


@pytest.mark.usefixtures("impatient")
def test_work_that_lasts_shows_how_far_it_is_and_leaves_nothing(
    screen: _Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    with redirect_stderr(screen), SlowProgress("Comparing [red]") as bar:
        bar(1, 3)
        bar(2, 3)
        seen = _words(screen)

    assert "Comparing [red]" in seen
    assert list(dict.fromkeys(re.findall(r"\d/\d", seen))) == ["1/3", "2/3"]
    assert screen.getvalue().endswith("\x1b[?25h\r\x1b[1A\x1b[2K"), "the cursor is back, the line is gone"
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("impatient")
def test_a_total_that_nobody_knows_is_not_made_up(screen: _Terminal) -> None:
    with redirect_stderr(screen), SlowProgress("Reading") as bar:
        bar(41)
        unknown = _words(screen)
        bar(42, 50)

    assert "41/?" in unknown
    assert "42/50" in _words(screen)


@pytest.mark.usefixtures("impatient")
def test_another_part_has_another_title_and_counts_anew(screen: _Terminal) -> None:
    with redirect_stderr(screen), SlowProgress("Reading") as bar:
        bar(2, 2)
        bar.begin("Writing")
        bar(1, 5)

    assert re.search(r"Reading.* 2/2 .*Writing.* 0/. .*Writing.* 1/5 ", _words(screen), re.DOTALL)


def test_quick_work_shows_nothing(screen: _Terminal) -> None:
    with redirect_stderr(screen), SlowProgress("Reading") as bar:
        bar(1, 2)
        bar(2, 2)

    assert screen.getvalue() == ""


def test_it_is_drawn_now_and_then_only(screen: _Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    monkeypatch.setattr(progress, "_PAUSE", 3600)

    with redirect_stderr(screen), SlowProgress("Reading") as bar:
        for done in range(1000):
            bar(done, 1000)
        assert "999/" not in _words(screen)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("name", "value"), [("CI", "true"), ("NO_COLOR", "1"), ("TERM", "dumb")])
def test_nobody_is_shown_a_bar_who_does_not_want_one(
    screen: _Terminal, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with redirect_stderr(screen), SlowProgress("Reading") as bar:
        bar(1, 2)

    assert screen.getvalue() == ""


@pytest.mark.usefixtures("impatient")
def test_a_stream_that_is_no_terminal_or_none_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in (io.StringIO(), None):
        monkeypatch.setattr(sys, "stderr", stream)
        assert not wants_progress()
        with SlowProgress("Reading") as bar:
            bar(1, 2)
        assert stream is None or stream.getvalue() == ""


@pytest.mark.parametrize("value", ["", "0", "false"])
def test_a_denied_ci_is_none(screen: _Terminal, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CI", value)

    with redirect_stderr(screen):
        assert wants_progress()


@pytest.mark.usefixtures("impatient")
def test_an_error_takes_the_bar_away_too(screen: _Terminal) -> None:
    def work() -> None:
        with redirect_stderr(screen), SlowProgress("Reading") as bar:
            bar(1, 2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert "\x1b[?25h" in screen.getvalue()
