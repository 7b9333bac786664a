"""A scene is a state of the page, and how it gets there."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.browser.page import DESKTOP, PHONE, settled
from tests.browser.page import violations as axe_violations
from tests.browser.pictures.flaws import flaws
from tests.browser.pictures.stage import DIALOG, Stage
from tests.browser.tabs import Tab

TABLET = (820, 1180)
SIZES = {"phone": PHONE, "desktop": DESKTOP}
ROOM_SIZES = {**SIZES, "tablet": TABLET}
OPEN = f"!!document.querySelector(':is({DIALOG}, [role=menu])')"
HEIGHT = "document.documentElement.scrollHeight"

Act = Callable[[Stage], Awaitable[Tab]]


class Scene(NamedTuple):
    """What a tab is brought into, and the screens on which it is looked at."""

    name: str
    act: Act
    sizes: Mapping[str, tuple[int, int]] = SIZES
    """By name, in CSS pixels."""
    zoom: float = 1
    whole: bool = True
    """What a screen doesn't show at once, too."""
    turn: Callable[[Stage, Tab], Awaitable[None]] | None = None
    """What is pressed on each screen anew, since a phone shows one thing at a time."""


class Part(NamedTuple):
    """Scenes that are played one after the other in a school of their own."""

    name: str
    scenes: tuple[Scene, ...]
    settings: Callable[[Path], Mapping[str, Any]] = lambda folder: {}
    """What its server is set to; a folder for files of its own."""


async def take(scene: Scene, stage: Stage, tab: Tab, folder: Path) -> list[str]:
    """Take a tab's pictures in each size, light and dark; return what is wrong."""
    wrong = []
    for size, (width, height) in scene.sizes.items():
        for look in ("light", "dark"):
            screen = Screen(width, height, look == "dark", scene.zoom)
            await screen.put(tab)
            if scene.turn:
                await scene.turn(stage, tab)
            name = f"{scene.name}-{stage.language}-{look}-{size}"
            wrong += [f"{name}: {flaw}" for flaw in await flaws(tab)]
            whole = scene.zoom * await tab.run(HEIGHT)
            if scene.whole and whole > height and not await tab.run(OPEN):
                # As high as the page, so that what sticks to an edge is at the edge.
                await screen._replace(height=whole).put(tab)
            await tab.picture(folder / f"{name}.png")
    return wrong


class Screen(NamedTuple):
    """What one looks at."""

    width: int
    height: int
    dark: bool
    zoom: float

    async def put(self, tab: Tab) -> None:
        """Show a tab on it, until all that moves has come to rest."""
        await tab.look(**self._asdict())
        await settled(tab)


async def examine(scene: Scene, tab: Tab, language: str) -> list[str]:
    """Return what axe finds wrong with a scene."""
    return [f"{scene.name}-{language}: {each}" for each in await axe_violations(tab)]
