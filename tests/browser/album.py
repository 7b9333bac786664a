"""Pictures of what a test does, step by step, for who wants to see a lesson.

``RTSERVER_TEST_PICTURES`` names their folder; without it none is taken.
"""

import itertools
import os
from pathlib import Path

from tests.browser.page import settled
from tests.browser.tabs import Tab


class Album:
    """Numbered pictures of several people's screens, in a folder of their language."""

    def __init__(self, language: str) -> None:
        folder = os.environ.get("RTSERVER_TEST_PICTURES")
        self._folder = Path(folder, language) if folder else None
        self._numbers = itertools.count(1)

    async def add(self, step: str, **people: Tab) -> None:
        """Take a picture of each one's screen at a step."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        number = next(self._numbers)
        for name, tab in people.items():
            await settled(tab)
            await tab.picture(self._folder / f"{number:02}-{step}-{name}.png")
