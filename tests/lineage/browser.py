"""A headless Chromium, told what to do over its DevTools protocol by two pipes."""

from __future__ import annotations

import atexit
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

#: The program, or None where there is none.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

_TIMEOUT = 60

#: Becomes the browser, which reads commands from descriptor 3 and answers on 4.
_CONNECT = """
import fcntl, os, sys
high = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
os.dup2(high[0], 3)
os.dup2(high[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class _Program:
    """A running browser, for one page after the other."""

    def __init__(self) -> None:
        assert CHROMIUM
        self._profile = tempfile.TemporaryDirectory(prefix="confiture-chromium-", ignore_cleanup_errors=True)
        self._buffer = b""
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-I", "-S", "-c", _CONNECT, str(theirs_in), str(theirs_out)),
                *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
                *("--remote-debugging-pipe", f"--user-data-dir={self._profile.name}"),
                *("--disable-background-networking", "--no-first-run", "about:blank"),
            ],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        atexit.register(self.end)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._in)
        os.close(self._out)
        self._profile.cleanup()
        atexit.unregister(self.end)

    def send(self, message: dict[str, object]) -> None:
        os.write(self._out, json.dumps(message).encode() + b"\0")

    def receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            read = os.read(self._in, 1 << 16)
            assert read, "the browser ended"
            self._buffer += read
        message, _, self._buffer = self._buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


#: The one that runs, if there is one.
_running: list[_Program] = []


class Browser:
    """A browser with one page, and with nothing that pages before it have left.

    Attributes:
        errors: What the page said on its console, and what went wrong in it.
        requests: The addresses that the page asked for, those of ``data:`` aside.
    """

    #: Numbers of messages go on from one page to the next.
    _number = 0

    def __init__(self, page: Path, *, width: int = 1400, height: int = 900, fragment: str = "") -> None:
        self._page = page.as_uri() + fragment
        self._size = (width, height)
        self._is_loaded = False
        self.errors: list[str] = []
        self.requests: list[str] = []

    def __enter__(self) -> Browser:
        if _running and _running[0].process.poll() is not None:
            _running.pop().end()
        if not _running:
            _running.append(_Program())
        (self._program,) = _running
        # A browser that hangs is ended, so that reading from it ends.
        self._watch = threading.Timer(_TIMEOUT, self._program.process.kill)
        self._watch.start()
        try:
            self._open()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def _open(self) -> None:
        """Make a page, and wait until it is loaded."""
        self._session = ""
        width, height = self._size
        self._context = self._call("Target.createBrowserContext")["browserContextId"]
        target = self._call(
            "Target.createTarget",
            url="about:blank",
            browserContextId=self._context,
            width=width,
            height=height,
        )["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._call(f"{domain}.enable")
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self._call("Page.navigate", url=self._page)
        while not self._is_loaded:
            self._note(self._program.receive())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._watch.cancel()
        if error is None:
            self._session = ""
            self._call("Target.disposeBrowserContext", browserContextId=self._context)
        else:
            # Nothing that went wrong is there for the next page.
            _running.remove(self._program)
            self._program.end()

    def evaluate(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_for_frame(self) -> None:
        """Wait until what was changed is drawn."""
        self.evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
        )

    def press(self, key: str, *, text: str = "") -> None:
        """Press and release a key."""
        codes = {"Enter": 13, "Escape": 27, "ArrowDown": 40, "ArrowRight": 39, "Tab": 9}
        named = {"key": key, "windowsVirtualKeyCode": codes.get(key, ord(key[0].upper()))}
        if len(key) == 1 or key == "Enter":
            named["text"] = text or ("\r" if key == "Enter" else key)
        self._call("Input.dispatchKeyEvent", type="keyDown", **named)
        self._call("Input.dispatchKeyEvent", type="keyUp", **named)

    def click(self, x: float, y: float, *, times: int = 1) -> None:
        """Click at a place of the page, or double click."""
        self._call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for count in range(1, times + 1):
            at = {"x": x, "y": y, "button": "left", "clickCount": count}
            self._call("Input.dispatchMouseEvent", type="mousePressed", **at)
            self._call("Input.dispatchMouseEvent", type="mouseReleased", **at)

    def turn_wheel(self, x: float, y: float, delta: float) -> None:
        """Turn the mouse's wheel at a place of the page."""
        self._call("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=delta)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag the mouse from one place of the page to another."""
        held = {"button": "left", "buttons": 1, "clickCount": 1}
        self._call("Input.dispatchMouseEvent", type="mousePressed", x=start[0], y=start[1], **held)
        for step in (0.3, 0.6, 1):
            x, y = (a + (b - a) * step for a, b in zip(start, end, strict=True))
            self._call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y, **held)
        self._call("Input.dispatchMouseEvent", type="mouseReleased", x=end[0], y=end[1], **held)

    def prefer(self, scheme: str) -> None:
        """Let the user prefer ``light`` or ``dark``."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._call("Emulation.setEmulatedMedia", features=features)

    def screenshot(self) -> bytes:
        """What is seen, as PNG."""
        return base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"])

    def _call(self, method: str, **arguments: object) -> dict[str, Any]:
        Browser._number += 1
        message: dict[str, object] = {"id": Browser._number, "method": method, "params": arguments}
        if self._session:
            message["sessionId"] = self._session
        self._program.send(message)
        while True:
            answer = self._program.receive()
            if answer.get("id") == message["id"]:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def _note(self, event: dict[str, Any]) -> None:
        if event.get("sessionId") != self._session:
            return
        method, facts = event.get("method", ""), event.get("params", {})
        if method == "Page.loadEventFired":
            self._is_loaded = True
        elif method == "Runtime.exceptionThrown":
            details = facts["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled":
            self.errors.append(f"{facts['type']}: {[argument.get('value') for argument in facts['args']]}")
        elif method == "Log.entryAdded":
            self.errors.append(facts["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            address = facts["request"]["url"]
            if address != self._page.partition("#")[0] and not address.startswith("data:"):
                self.requests.append(address)
