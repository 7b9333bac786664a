"""Tabs of a headless Chromium, driven by the DevTools protocol."""

import asyncio
import base64
import itertools
import json
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import websockets

from tests.browser import chromium
from tests.patience import PATIENCE

FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    chromium.LESS,
    "--remote-debugging-port=0",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
)
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27}
Listener = Callable[[str, dict[str, Any]], None]


class Browser:
    """A Chromium with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        self._profile = folder / "profile"
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._listeners: dict[str, list[Listener]] = {}

    async def __aenter__(self) -> Self:
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        self._process = await asyncio.create_subprocess_exec(
            *(chromium.find(), *FLAGS, *root, f"--user-data-dir={self._profile}"),
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        port, path = await self._address()
        self._socket = await websockets.connect(
            f"ws://127.0.0.1:{port}{path}", max_size=None, proxy=None
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reading.cancel()
        await self._socket.close()
        self._process.terminate()
        await self._process.wait()

    async def open(self, url: str) -> "Tab":
        """Open a page in a window of its own, which is visible beside the others."""
        params = {"url": url, "newWindow": True, "width": 900, "height": 600}
        target = await self.call("Target.createTarget", params)
        return await self._attach(target["targetId"])

    async def duplicate(self, tab: "Tab") -> "Tab":
        """Open a tab's page once more, with a copy of its sessionStorage."""
        before = await self._pages()
        await tab.run("void window.open(location.href)")
        async with asyncio.timeout(PATIENCE):
            while not (opened := await self._pages() - before):
                await asyncio.sleep(0.05)
        return await self._attach(opened.pop())

    async def _pages(self) -> set[str]:
        targets = (await self.call("Target.getTargets", {}))["targetInfos"]
        return {each["targetId"] for each in targets if each["type"] == "page"}

    async def _attach(self, target: str) -> "Tab":
        params = {"targetId": target, "flatten": True}
        attached = await self.call("Target.attachToTarget", params)
        return Tab(self, attached["sessionId"])

    async def call(self, method: str, params: Any, session: str | None = None) -> Any:
        """Send a command and return its result."""
        id = next(self._ids)
        answer = self._waiting[id] = asyncio.get_running_loop().create_future()
        frame = {"id": id, "method": method, "params": params}
        await self._socket.send(
            json.dumps(frame | ({"sessionId": session} if session else {}))
        )
        async with asyncio.timeout(PATIENCE):
            return await answer

    def listen(self, session: str, listener: Listener) -> None:
        """Have a page's events passed on, by their names."""
        self._listeners.setdefault(session, []).append(listener)

    async def _address(self) -> tuple[str, str]:
        """Wait for the file in which the browser tells where it listens."""
        told = self._profile / "DevToolsActivePort"
        async with asyncio.timeout(PATIENCE):
            while not (told.exists() and len(told.read_text().split()) == 2):
                await asyncio.sleep(0.05)
        port, path = told.read_text().split()
        return port, path

    async def _read(self) -> None:
        async for text in self._socket:
            frame = json.loads(text)
            answer = self._waiting.pop(frame.get("id"), None)
            if answer is not None and "error" in frame:
                answer.set_exception(RuntimeError(frame["error"]["message"]))
            elif answer is not None:
                answer.set_result(frame["result"])
            for listener in self._listeners.get(frame.get("sessionId"), ()):
                if "method" in frame:
                    listener(frame["method"], frame["params"])


class Tab:
    """One page, its scripts and its mouse."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session

    async def run(self, script: str) -> Any:
        """Evaluate an expression in the page; return its value."""
        params = {
            "expression": script,
            "returnByValue": True,
            "awaitPromise": True,
            "userGesture": True,
        }
        done = await self._browser.call("Runtime.evaluate", params, self._session)
        if "exceptionDetails" in done:
            raise RuntimeError(f"{script}: {done['exceptionDetails']}")
        return done["result"].get("value")

    async def until(self, script: str) -> None:
        """Wait until an expression is true; it may fail while the page loads."""
        end, pause = asyncio.get_running_loop().time() + PATIENCE, 0.03
        while not await self._holds(script):
            if asyncio.get_running_loop().time() > end:
                page = await self.run("document.body.outerHTML")
                raise TimeoutError(f"{script}\n{page}")
            await asyncio.sleep(pause)
            pause = min(0.3, 1.3 * pause)  # to look costs the page's time, too

    async def _holds(self, script: str) -> bool:
        guarded = f"(() => {{ try {{ return !!({script}) }} catch {{}} }})()"
        try:
            return bool(await self.run(guarded))
        except RuntimeError:  # between two pages there is none to ask
            return False

    async def mouse(self, kind: str, x: float, y: float) -> None:
        """Press, move or release the left button."""
        params = {
            "type": {"press": "mousePressed", "move": "mouseMoved"}.get(
                kind, "mouseReleased"
            ),
            "x": x,
            "y": y,
            "button": "left",
            "buttons": 0 if kind == "release" else 1,
            "clickCount": 1,
        }
        await self._browser.call("Input.dispatchMouseEvent", params, self._session)

    async def key(self, key: str, control: bool = False) -> None:
        """Press a key and let it go, with Ctrl or without."""
        params = {
            "key": key,
            "code": f"Key{key.upper()}" if len(key) == 1 else key,
            "windowsVirtualKeyCode": KEYS.get(key) or ord(key.upper()[0]),
            "modifiers": 2 if control else 0,
        }
        if key == "Enter":
            params["text"] = "\r"  # else no form is sent
        for kind in ("keyDown" if "text" in params else "rawKeyDown", "keyUp"):
            await self._browser.call(
                "Input.dispatchKeyEvent", params | {"type": kind}, self._session
            )

    async def write(self, text: str) -> None:
        """Type a text to where the cursor is."""
        await self._browser.call("Input.insertText", {"text": text}, self._session)

    async def close(self) -> None:
        """Close the page, as its user would."""
        await self.call("Page.close")

    async def call(self, method: str, **params: Any) -> Any:
        """Send a command of the DevTools protocol that is about this page."""
        return await self._browser.call(method, params, self._session)

    def listen(self, listener: Listener) -> None:
        """Have told what the browser tells of this page, once that is switched on."""
        self._browser.listen(self._session, listener)

    async def go(self, url: str) -> None:
        """Open another page in this tab."""
        await self.call("Page.navigate", url=url)

    async def look(
        self, *, width: int, height: int, dark: bool = False, zoom: float = 1
    ) -> None:
        """Be a screen of a size, in light or in dark, that nothing moves on."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=round(width / zoom),
            height=round(height / zoom),
            deviceScaleFactor=zoom,
            mobile=width < 600,
        )
        wishes = {
            "prefers-color-scheme": "dark" if dark else "light",
            "prefers-reduced-motion": "reduce",
        }
        features = [{"name": name, "value": value} for name, value in wishes.items()]
        await self.call("Emulation.setEmulatedMedia", features=features)

    async def picture(self, file: Path) -> None:
        """Take a picture of what is on the screen."""
        shot = await self.call("Page.captureScreenshot")
        file.write_bytes(base64.b64decode(shot["data"]))
