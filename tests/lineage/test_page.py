"""The page in a browser: drawn, searched, moved, and alone with itself."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from confiture.lineage.document import make_lineage
from confiture.lineage.graph import LineageGraph
from confiture.lineage.html import render_html
from confiture.models.schema.model import SchemaModel
from lineage.browser import CHROMIUM, Browser
from lineage.models import SHOP, large
from lineage.names import NASTY_MODEL
from lineage.png import colours_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on the PATH")

#: The graph behind the drawing.
CY = "document.getElementById('graph')._cyreg.cy"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the page of a model: ``write(model, "app.users")``."""

    def page(model: SchemaModel, text: str | None = None, **asked: Any) -> Path:
        lineage = make_lineage(LineageGraph.of_model(model), text, environment="local", **asked)
        path = tmp_path / "page.html"
        path.write_text(render_html(lineage), encoding="utf-8")
        return path

    return page


@pytest.fixture
def shop(write: Callable[..., Path]) -> Iterator[Browser]:
    with Browser(write(SHOP)) as browser:
        yield browser
        assert (browser.errors, browser.requests) == ([], [])


def _text(browser: Browser, selector: str) -> str:
    text: str = browser.evaluate(f"document.querySelector('{selector}').innerText")
    return text


def _shown(browser: Browser) -> set[str]:
    # The graph finds in its next frame what is visible.
    browser.wait_for_frame()
    return set(browser.evaluate(f"{CY}.nodes(':visible').map((node) => node.data('label'))"))


def _place(browser: Browser, label: str) -> tuple[float, float]:
    """Where an object is on the screen."""
    place = browser.evaluate(
        f"(() => {{ const node = {CY}.nodes().filter((each) => each.data('label') === '{label}');"
        " const at = node.renderedPosition();"
        " const box = document.getElementById('graph').getBoundingClientRect();"
        " return [at.x + box.left, at.y + box.top]; })()"
    )
    return place[0], place[1]


def _search(browser: Browser, text: str) -> None:
    browser.press("/")
    for character in text:
        browser.press(character)


def test_the_document_after_loading_tells_how_many_objects_there_are(write: Callable[..., Path]) -> None:
    page = write(SHOP)

    process = subprocess.run(
        [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )

    assert re.search(r'<html[^>]* data-state="ready"', process.stdout)
    assert '<output id="status">17 objects, 15 needs</output>' in process.stdout


@pytest.mark.parametrize("model", [SHOP, NASTY_MODEL, SchemaModel()], ids=["shop", "nasty", "nothing"])
def test_the_page_loads_nothing_and_complains_of_nothing(
    write: Callable[..., Path], model: SchemaModel
) -> None:
    with Browser(write(model)) as browser:
        count = browser.evaluate(f"{CY}.nodes().length")
        for called in list(LineageGraph.of_model(model).objects)[:40]:
            browser.evaluate(f"location.hash = {json.dumps(called)}")
        assert (browser.errors, browser.requests) == ([], [])

    assert count == len(LineageGraph.of_model(model).objects)


def test_the_policy_keeps_the_page_from_loading_anything(write: Callable[..., Path]) -> None:
    """What a name could bring in, if one ever became markup, is refused by the browser."""
    page = write(SHOP)
    text = page.read_text(encoding="utf-8")
    foreign = '<img src="http://127.0.0.1:9/x.png"><script>window.intruder = true</script>'
    page.write_text(text.replace("<main>", f"<main>{foreign}"), encoding="utf-8")

    with Browser(page) as browser:
        assert browser.evaluate("window.intruder === undefined")
        refused = [error for error in browser.errors if "Content Security Policy" in error]

    assert len(refused) == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_graph_is_seen(write: Callable[..., Path], scheme: str) -> None:
    with Browser(write(SHOP), width=800, height=500) as browser:
        browser.prefer(scheme)
        # What has the colour of a kind is then the graph's.
        browser.evaluate("document.getElementById('legend').style.visibility = 'hidden'")
        browser.wait_for_frame()
        colours = colours_of(browser.screenshot())
        wanted = browser.evaluate(
            "['table', 'view', 'function', 'index'].map((kind) => {"
            " const names = {table: 'blue', view: 'green', function: 'purple', index: 'slate'};"
            " const style = getComputedStyle(document.documentElement);"
            " return style.getPropertyValue('--' + names[kind]).trim(); })"
        )

    background = colours.most_common(1)[0][0]
    assert (sum(background) > 3 * 128) == (scheme == "light")
    assert sum(colours.values()) == 800 * 500
    for colour in wanted:
        assert colours[bytes.fromhex(colour[1:])] > 20, colour


def test_a_click_shows_the_details_and_marks_the_neighbours(shop: Browser) -> None:
    shop.click(*_place(shop, "app.users"))

    details = _text(shop, "#details-body")
    assert [line for line in details.splitlines() if line][:4] == [
        "table",
        "app.users",
        "app/users.sql:1:1",
        "People.",
    ]
    for words in ("id", "key, not null", "email", "integer", 'app."Mood"', "app.orders", "foreign key"):
        assert words in details
    marked = shop.evaluate(f"{CY}.edges('.needs').length"), shop.evaluate(f"{CY}.edges('.needed-by').length")
    assert marked == (3, 5)
    faded = set(shop.evaluate(f"{CY}.nodes('.faded').map((node) => node.data('label'))"))
    assert faded == {
        *("app", "app.address", "app.f(integer)", "app.f(text)", "app.missing", "app.odd", "app.totals"),
        *("app.touch()", "audit.users"),
    }

    shop.press("Escape")
    assert shop.evaluate("document.getElementById('details').hidden")
    assert shop.evaluate(f"{CY}.elements('.faded, .needs, .needed-by').length") == 0


def test_the_search_finds_names_and_columns_by_keyboard_alone(shop: Browser) -> None:
    _search(shop, "mail")
    matches = _text(shop, "#matches").splitlines()
    assert matches[0] == "app.email"
    assert "app.users · email" in matches
    shop.press("Enter")
    assert _text(shop, "#details h2") == "app.email"

    _search(shop, "users")
    assert _text(shop, "#matches").splitlines()[0] == "app.users"
    shop.press("ArrowDown")
    shop.press("Enter")
    assert _text(shop, "#details h2") == "audit.users"

    _search(shop, "zzz")
    assert _text(shop, "#matches") == "Nothing is called so."
    shop.press("Enter")
    assert _text(shop, "#details h2") == "audit.users"


def test_names_in_details_and_matches_are_text(write: Callable[..., Path]) -> None:
    with Browser(write(NASTY_MODEL)) as browser:
        _search(browser, "alert")
        assert "</script><script>alert(1)</script>" in _text(browser, "#matches")
        browser.press("Enter")
        assert "</script><script>alert(1)</script>" in _text(browser, "#details")
        assert browser.evaluate("document.querySelectorAll('#details script, #matches script').length") == 0
        assert browser.errors == []


def test_neighbours_are_buttons(shop: Browser) -> None:
    _search(shop, "totals")
    shop.press("Enter")

    shop.evaluate("document.querySelector('.neighbours button').focus()")
    shop.press("Enter")

    assert _text(shop, "#details h2") == "app.orders"
    assert shop.evaluate("decodeURIComponent(location.hash)") == "#table app.orders"


def test_the_keyboard_goes_on_from_what_was_found(shop: Browser) -> None:
    _search(shop, "orders")
    shop.press("Enter")

    shop.press("o")
    assert _shown(shop) == {"app.orders", "app.users", "app.totals"}
    shop.press("Escape")
    shop.press("Escape")
    assert shop.evaluate("document.getElementById('details').hidden")


def test_the_graph_can_be_narrowed_to_what_is_around_an_object(shop: Browser) -> None:
    shop.click(*_place(shop, "app.active_users"))

    shop.press("o")
    assert _shown(shop) == {"app.active_users", "app.f(integer)", "app.users", "app.totals"}
    shop.evaluate(
        "(() => { const far = document.getElementById('only-depth'); far.value = 3;"
        " far.dispatchEvent(new Event('change')); const way = document.getElementById('only-way');"
        " way.value = 1; way.dispatchEvent(new Event('change')); })()"
    )
    assert _shown(shop) == {
        *("app.active_users", "app.f(integer)", "app.f(text)", "app.users", "app.email", "app.users_id_seq"),
        'app."Mood"',
    }

    shop.press("Escape")
    assert len(_shown(shop)) == 17
    assert _text(shop, "#details h2") == "app.active_users"


def test_a_double_click_narrows_too(shop: Browser) -> None:
    shop.click(*_place(shop, "app.orders"), times=2)

    assert _shown(shop) == {"app.orders", "app.users", "app.totals"}
    assert _text(shop, "#details h2") == "app.orders"


def test_what_is_clicked_stays_in_its_place_unless_the_details_would_cover_it(shop: Browser) -> None:
    before = _place(shop, "app.users")
    shop.click(*before)
    assert _place(shop, "app.users") == pytest.approx(before)

    shop.press("Escape")
    shop.evaluate(f"void {CY}.panBy({{x: 1250 - {_place(shop, 'app.users')[0]}, y: 0}})")
    shop.wait_for_frame()
    shop.click(*_place(shop, "app.users"))
    edge = shop.evaluate("document.getElementById('details').getBoundingClientRect().left")
    assert _place(shop, "app.users")[0] < edge - 50


def test_a_click_beside_the_objects_ends_the_choice(shop: Browser) -> None:
    shop.click(*_place(shop, "app.users"))
    shop.click(700, 860)

    assert shop.evaluate("document.getElementById('details').hidden")


def test_kinds_can_be_left_out(shop: Browser) -> None:
    kinds = _text(shop, "#kinds").split("\n")
    assert "materialized view" in kinds

    shop.evaluate("document.querySelector('#kinds input[value=table]').click()")
    assert _shown(shop).isdisjoint({"app.users", "app.orders", "audit.users", "app.missing"})
    assert _text(shop, "#status") == "17 objects, 15 needs · 13 shown"

    shop.evaluate("document.getElementById('no-kinds').click()")
    assert _shown(shop) == set()
    assert _text(shop, "#notice") == "All kinds are left out."

    shop.evaluate("document.getElementById('all-kinds').click()")
    assert len(_shown(shop)) == 17


def test_an_object_of_a_kind_that_is_left_out_can_be_found(shop: Browser) -> None:
    shop.evaluate("document.querySelector('#kinds input[value=table]').click()")

    _search(shop, "orders")
    shop.press("Enter")

    assert "app.orders" in _shown(shop)


def test_the_graph_zooms_and_moves(shop: Browser) -> None:
    def view() -> tuple[float, float, float]:
        zoom, x, y = shop.evaluate(f"[{CY}.zoom(), {CY}.pan().x, {CY}.pan().y]")
        return zoom, x, y

    start = view()
    shop.turn_wheel(700, 450, -200)
    shop.wait_for_frame()
    assert view()[0] > start[0]

    shop.press("0")
    assert view() == pytest.approx(start)
    shop.press("-")
    assert view()[0] < start[0]
    shop.press("+")
    assert view()[0] == pytest.approx(start[0])

    shop.press("0")
    shop.drag((1300, 800), (1200, 700))
    assert view() == pytest.approx((start[0], start[1] - 100, start[2] - 100), abs=5)

    shop.press("0")
    shop.evaluate("document.getElementById('graph').focus()")
    shop.press("ArrowRight")
    assert view() == pytest.approx((start[0], start[1] - 80, start[2]))


def test_objects_do_not_overlap(write: Callable[..., Path]) -> None:
    for model in (SHOP, large(100), large(900)):
        with Browser(write(model)) as browser:
            overlapping = browser.evaluate(
                f"(() => {{ const boxes = {CY}.nodes(':visible').map((node) => node.boundingBox({{}}))"
                ".sort((one, other) => one.y1 - other.y1);"
                " let found = 0;"
                " boxes.forEach((one, at) => { for (let next = at + 1; next < boxes.length; next += 1) {"
                "   const other = boxes[next]; if (other.y1 + 3 >= one.y2) break;"
                "   if (other.x1 + 3 < one.x2 && one.x1 + 3 < other.x2) found += 1; } });"
                " return found; })()"
            )
            assert overlapping == 0
            assert browser.errors == []


def test_needed_objects_stand_on_the_left(write: Callable[..., Path]) -> None:
    """Every edge of a large graph without cycles leads to the left."""
    for number in (60, 900):
        with Browser(write(large(number))) as browser:
            wrong = browser.evaluate(
                f"{CY}.edges(':visible').filter((edge) =>"
                " edge.source().position('x') <= edge.target().position('x')).length"
            )
            count = browser.evaluate(f"{CY}.edges(':visible').length")
        assert wrong == 0
        assert count > number / 2


def test_a_page_of_one_object_starts_there(write: Callable[..., Path]) -> None:
    with Browser(write(SHOP, "app.orders")) as browser:
        assert _text(browser, "#details h2") == "app.orders"
        assert _text(browser, "h1") == "Lineage of table app.orders · local"
        assert browser.evaluate(f"{CY}.nodes('.faded').length") == 0


def test_an_address_can_name_an_object(write: Callable[..., Path]) -> None:
    with Browser(write(SHOP), fragment="#view%20app.active_users") as browser:
        assert _text(browser, "#details h2") == "app.active_users"
    with Browser(write(SHOP), fragment="#nothing%20so") as browser:
        assert browser.evaluate("document.getElementById('details').hidden")
        assert browser.errors == []


def test_a_large_schema_starts_without_its_quiet_kinds(write: Callable[..., Path]) -> None:
    model = large(3_000)

    with Browser(write(model)) as browser:
        assert browser.evaluate(f"{CY}.nodes().length") == 3_000
        assert browser.evaluate(f"{CY}.nodes(':visible').length") == 3_000 - len(model.indexes)
        _search(browser, "view_02995")
        browser.press("Enter")
        assert _text(browser, "#details h2") == "s07.view_02995"
        assert (browser.errors, browser.requests) == ([], [])
